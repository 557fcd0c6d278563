//! Addresses of files as editors write them, and the paths that they mean.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;

use crate::source::escape;

/// The file of a `file:` address; `None` for any other.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let (scheme, rest) = uri.as_str().split_once("://")?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let (host, path) = rest.split_at(rest.find('/')?);
    let decoded = decode(path.split(['?', '#']).next().unwrap_or(path))?;
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        // A share of another machine, which only Windows has paths for.
        return cfg!(windows).then(|| PathBuf::from(format!("//{host}{decoded}")));
    }
    // `/C:/deals` is a path with a drive.
    let has_drive = cfg!(windows) && decoded.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if has_drive { &decoded[1..] } else { &decoded }))
}

/// The address of a file.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    let text = path.to_str()?;
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
    let start = if text.starts_with('/') { "file://" } else { "file:///" };
    let written = format!("{start}{}", escape::uri_path(&text));
    Uri::from_str(&written).ok()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%'
            && let Some(hex) = after.get(..2)
        {
            bytes.push(u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_lead_to_each_other() {
        for path in ["/work/deals/a.yaml", "/tmp/Zürich & Söhne/100 %.yaml", "/a#b?c.yaml"] {
            assert_eq!(path_of(&uri_of(Path::new(path)).unwrap()), Some(PathBuf::from(path)));
        }
        let other = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(path_of(&other), None);
        let with_host = Uri::from_str("file://localhost/tmp/a.yaml").unwrap();
        assert_eq!(path_of(&with_host), Some(PathBuf::from("/tmp/a.yaml")));
        let loud = Uri::from_str("FILE:///tmp/a.yaml").unwrap();
        assert_eq!(path_of(&loud), Some(PathBuf::from("/tmp/a.yaml")));
        let elsewhere = Uri::from_str("file://other.example/tmp/a.yaml").unwrap();
        assert_eq!(path_of(&elsewhere).is_some(), cfg!(windows), "another machine's file is none of ours");
        let broken = Uri::from_str("file:///tmp/%FF").unwrap();
        assert_eq!(path_of(&broken), None, "not UTF-8");
    }
}
