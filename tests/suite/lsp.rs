//! The language server through a client: what an editor sees.

mod addresses;
mod client;
mod completion;
mod day;
mod deals;
mod law;
mod positions;
mod protocol;
mod rename;
mod restart;
mod rule_completion;
mod workflows;

use std::path::Path;

use client::{Client, Opening};
use tempfile::TempDir;

use crate::run::{copied, repository};

/// The showcase in a folder of its own, and a client that has it open.
fn showcase() -> (TempDir, Client) {
    let folder = copied(&repository("tests/showcase"));
    let client = Client::start(folder.path(), &Opening::default());
    (folder, client)
}

/// A workspace of a few files.
fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    std::fs::write(file, text).expect("written");
}

/// The codes of diagnostics.
fn codes(diagnostics: &[serde_json::Value]) -> Vec<&str> {
    diagnostics.iter().map(|it| it["code"].as_str().expect("a code")).collect()
}
