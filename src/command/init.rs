//! `dealgate init`: a small commented workspace that passes `check`.

use std::path::PathBuf;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::merge::setup::{ATTRIBUTES, AttributesState, DRIVER, LINE};
use super::{output, starter, today};
use crate::emit;
use crate::error::Error;
use crate::finding::wording::Count;
use crate::source::escape;

/// Start a workspace: settings, a workflow and two deals, with comments
#[derive(Clone, Debug, Args)]
pub(super) struct InitArgs {
    /// The folder, new or without files of these names [default: this one]
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
}

const FILES: &[(&str, &str)] = &[
    ("dealgate.toml", include_str!("init/dealgate.toml")),
    ("workflows/acme.toml", include_str!("init/acme.toml")),
    ("deals/acme/rollout.yaml", include_str!("init/rollout.yaml")),
    ("deals/acme/press-shop.yaml", include_str!("init/press-shop.yaml")),
];

impl InitArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let today = today(global.today, &crate::workspace::Config::default())?;
        let files = FILES.iter().map(|(path, text)| (*path, dated(text, today)));
        let texts = starter::with_schemas(files, today)?;
        let mut files = texts.all();
        let schemas = Count(files.len() - FILES.len(), "schema");
        let attributes = AttributesState::of(&self.folder);
        if attributes == AttributesState::Missing {
            files.push((ATTRIBUTES, LINE));
        }
        output::write_folder(&self.folder, &files)?;
        let is_completed = attributes.complete(&self.folder)?;
        let shown = self.folder.to_string_lossy();
        console.show(|out| {
            let place =
                if shown == "." { "here".to_owned() } else { format!("in `{}`", escape::line(&shown)) };
            writeln!(out, "Wrote {} {place}:", Count(files.len(), "file"))?;
            for (path, _) in FILES {
                writeln!(out, "  {path}")?;
            }
            writeln!(out, "  schemas/ ({schemas} by which editors complete and mark what you write)")?;
            match attributes {
                AttributesState::Missing => writeln!(out, "  {ATTRIBUTES} (git merges deals by key, see below)")?,
                AttributesState::Strange => {
                    writeln!(out, "\nNot changed: {ATTRIBUTES}. Add the line `{}` to it.", LINE.trim_end())?;
                }
                _ if is_completed => writeln!(out, "\nAdded to {ATTRIBUTES}: {}", LINE.trim_end())?,
                _ => {}
            }
            writeln!(out, "\nTry next:")?;
            if shown != "." {
                writeln!(out, "  cd {}", output::shell_word(&shown))?;
            }
            for (command, about) in NEXT {
                writeln!(out, "  {command:<32} {about}")?;
            }
            let then = "Then rename workflows/acme.toml and deals/acme to your company, put its name into the first \
                        line of each deal, and run `dealgate schema --write`, as after every change of a workflow.";
            writeln!(out, "\n{}", emit::wrap(then, 0, "", console.surface().width))?;
            writeln!(out, "\nSo that git merges two people's changes of a deal by key, once in each clone:\n  {DRIVER}")
        })?;
        Ok(Exit::Clean)
    }
}

const NEXT: [(&str, &str); 4] = [
    ("dealgate check", "is everything in order?"),
    ("dealgate status", "every deal, worst first"),
    ("dealgate status acme/rollout", "what is left to do for one"),
    ("dealgate explain acme", "the workflow as a checklist"),
];

/// Puts days in: `<today>`, `<today-14>`, `<today+90>`.
fn dated(text: &str, today: Date) -> String {
    let mut parts = text.split("<today");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (shift, rest) = part.split_once('>').unwrap_or(("", part));
        let shift: i64 = shift.parse().unwrap_or(0);
        out.push_str(&today.checked_add(shift.days()).unwrap_or(today).to_string());
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_put_in() {
        let today = jiff::civil::date(2026, 3, 1);
        assert_eq!(
            dated("a <today-1>, <today>: <today+31>.", today),
            "a 2026-02-28, 2026-03-01: 2026-04-01."
        );
        for (path, text) in FILES {
            assert!(!dated(text, today).contains("<today"), "{path}");
        }
    }
}
