//! Files that have more than one address, and what is told under which.

use std::os::unix::fs::symlink;

use serde_json::json;

use super::client::{Client, Opening};
use super::workflows::{PATH, RULES, rules};
use super::{codes, write};

const FAILING: &str = "deals/acme/c.yaml";

#[test]
fn what_was_told_under_another_address_is_taken_back() {
    let folder = rules();
    let place = tempfile::tempdir().expect("a folder");
    let link = place.path().join("link");
    symlink(folder.path(), &link).expect("a link");
    let mut client = Client::start(folder.path(), &Opening::default());
    // The check of everything tells of it before anybody opens it.
    client.diagnostics(FAILING, |list| !list.is_empty());
    let text = std::fs::read_to_string(folder.path().join(FAILING)).expect("a file");
    let encoded = client.uri(FAILING).replace("c.yaml", "%63.yaml");
    let linked =
        format!("file://{}/{FAILING}", link.canonicalize().map_or(link.display(), |_| link.display()));
    for (version, uri) in [(1, encoded), (2, linked)] {
        let item = json!({ "uri": uri, "languageId": "yaml", "version": version, "text": text });
        client.tell("textDocument/didOpen", json!({ "textDocument": item }));
        let told = client.wait("diagnostics there", |it| {
            it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == *uri
        });
        assert_eq!(told["params"]["diagnostics"].as_array().map(Vec::len), Some(1), "{uri}");
        client.diagnostics(FAILING, <[_]>::is_empty);
        let document = json!({ "uri": uri, "version": version + 1 });
        let mended = json!([{ "text": text.replace("35%", "5%") }]);
        client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": mended }));
        client.wait("none there", |it| {
            it["method"] == "textDocument/publishDiagnostics"
                && it["params"]["uri"] == *uri
                && it["params"]["diagnostics"] == json!([])
        });
        // Closed and not saved, it is told under its own address again.
        client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
        client.diagnostics(FAILING, |list| !list.is_empty());
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn a_link_out_of_the_workspace_is_no_deal_in_an_editor_either() {
    let folder = rules();
    let place = tempfile::tempdir().expect("a folder");
    write(place.path(), "x.yaml", "name: X\nstage: nonsense\n");
    symlink(place.path().join("x.yaml"), folder.path().join("deals/acme/out.yaml")).expect("a link");
    let mut client = Client::start(folder.path(), &Opening::default());
    let told = client.diagnostics("deals/acme/out.yaml", |list| !list.is_empty());
    client.open("deals/acme/out.yaml", "name: X\nstage: nonsense\n");
    client.open("deals/acme/z.yaml", "name: X\nstage: nonsense\n");
    client.diagnostics("deals/acme/z.yaml", |list| !list.is_empty());
    let uri = client.uri("deals/acme/out.yaml");
    let again = client.wait_all(|_, it| {
        it["params"]["uri"] == *uri && it["params"]["diagnostics"] != json!(told)
            || it["params"]["uri"] != *uri
    });
    assert!(again, "nothing else is told of it");
    assert_eq!(client.end(), 0);
}

#[test]
fn a_link_to_nothing_is_no_deal_in_an_editor_either() {
    let folder = rules();
    for (link, target) in [("loop.yaml", "loop.yaml"), ("lost.yaml", "nowhere.yaml")] {
        symlink(target, folder.path().join("deals/acme").join(link)).expect("a link");
        let path = format!("deals/acme/{link}");
        let mut client = Client::start(folder.path(), &Opening::default());
        client.diagnostics(&path, |list| codes(list) == ["unreadable"]);
        client.open(&path, "name: X\nstage: nonsense\n");
        client.open("deals/acme/z.yaml", "name: X\nstage: nonsense\n");
        client.diagnostics("deals/acme/z.yaml", |list| !list.is_empty());
        let at = json!({ "textDocument": { "uri": client.uri(&path) }, "position": { "line": 1, "character": 8 } });
        assert!(client.ask("textDocument/hover", at).is_null());
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn a_text_that_is_too_large_is_said_to_be_and_left_alone() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    let deal = format!("name: X\nstage: lead\nnotes: |\n{}", "  lorem ipsum\n".repeat(100_000));
    let rule = format!("{RULES}# {}\n", "x".repeat(1 << 20));
    for (path, text) in [("deals/acme/big.yaml", deal), ("workflows/big.toml", rule)] {
        client.open(path, &text);
        client.diagnostics(path, |list| codes(list) == ["too-large"]);
        for method in ["hover", "definition", "documentSymbol", "codeLens", "completion", "prepareRename"] {
            let at = client.at(path, &text, "lead");
            let answer = client.ask(&format!("textDocument/{method}"), at);
            assert!(answer.is_null() || answer.as_array().is_some_and(Vec::is_empty), "{method}: {answer}");
        }
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn a_folder_that_is_left_is_cleared() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    client.diagnostics(FAILING, |list| !list.is_empty());
    let left = json!({ "event": { "added": [], "removed": [{ "uri": client.uri(""), "name": "x" }] } });
    client.tell("workspace/didChangeWorkspaceFolders", left);
    client.diagnostics(FAILING, <[_]>::is_empty);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_change_that_cannot_be_read_is_waited_for_whole() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    let document = json!({ "uri": client.uri(PATH), "version": 2 });
    client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": 5 }));
    client.wait("a word about it", |it| it["method"] == "window/logMessage");
    // A range of a text that nobody knows says nothing.
    let start = json!({ "line": 0, "character": 0 });
    let change = json!([{ "range": { "start": start, "end": start }, "text": "[[[" }]);
    client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": change }));
    let at = client.at(PATH, RULES, "budget-known");
    assert!(client.ask("textDocument/hover", at).is_object());
    client.change(PATH, 4, &RULES.replace("stages = [", "stages = "));
    client.diagnostics(PATH, |list| !list.is_empty());
    assert_eq!(client.end(), 0);
}
