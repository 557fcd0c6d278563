//! Templates written out to be changed: their first line says what they were made from, so that one can tell when
//! that has moved on.

use std::sync::Arc;

use crate::finding::wording::quote;
use crate::finding::{Code, Finding};
use crate::report::builtin;
use crate::source::{SourceFile, Span, digest};

const MARK: &str = "dealgate:";
const OF: &str = "; made from builtin/";

/// A built-in template as it is written into a workspace: its first line names the version and the template's hash.
pub fn eject(name: &str, version: &str) -> Option<String> {
    let file = builtin::file(name)?;
    let hash = digest::short(file.text().as_bytes(), 8);
    let mark = format!("{MARK} {version}{OF}{name} {hash}");
    Some(match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("css") => format!("/* {mark} */\n{}", file.text()),
        Some("js") => format!("// {mark}\n{}", file.text()),
        _ => format!("{{# {mark} #}}\n{}", file.text()),
    })
}

/// Whether a template was made from a built-in one that has changed since.
pub fn check(name: &str, file: &Arc<SourceFile>) -> Option<Finding> {
    let first = file.text().lines().next()?;
    let at = first.find(MARK)?;
    let mark = first[at..].trim_end_matches(['#', '}', '*', '/', ' ']);
    let (version, made_from) = mark[MARK.len()..].split_once(OF)?;
    let (original, hash) = made_from.split_once(' ')?;
    let span = Span::new(at, at + mark.len());
    let Some(now) = builtin::file(original) else {
        let message = format!("{} was made from a built-in template that is gone", quote(name));
        return Some(Finding::new(Code::StaleTemplate, message).at(file, span));
    };
    if digest::short(now.text().as_bytes(), 8) == hash.trim() {
        return None;
    }
    let version = version.trim();
    let message =
        format!("the built-in {} has changed since {version}, from which this was made", quote(original));
    let help = format!(
        "write the new one beside it with `dealgate report --eject {original} -o FILE`, take over what you need, and its \
         first line"
    );
    Some(Finding::new(Code::StaleTemplate, message).help(help).at(file, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_out_is_fresh_until_the_original_changes() {
        for name in ["pipeline.html", "report.css", "report.js"] {
            let text = eject(name, "0.1.0").unwrap();
            let file = Arc::new(SourceFile::new("templates/x", text.clone()));
            assert!(check(name, &file).is_none(), "{name}");
            let hash = digest::short(builtin::file(name).unwrap().text().as_bytes(), 8);
            let old = Arc::new(SourceFile::new("templates/x", text.replace(&hash, "0123456789abcdef")));
            let finding = check(name, &old).unwrap();
            assert_eq!(finding.code, Code::StaleTemplate);
        }
        let own = Arc::new(SourceFile::new("templates/x", "<p>mine</p>"));
        assert!(check("x", &own).is_none());
    }
}
