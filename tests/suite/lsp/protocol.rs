//! What a client may do wrong, and what must come of it: an answer or nothing, never an end and never a wait.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Client, Opening};
use super::{codes, showcase, workspace};

const DEAL: &str = "deals/northwind/osprey-fleet.yaml";

#[test]
fn what_is_no_message_is_answered_and_the_next_one_is_heard() {
    let (_folder, mut client) = showcase();
    let garbled = r#"{"jsonrpc":"2.0","id":77,"method":5}"#;
    client.write(format!("Content-Length: {}\r\n\r\n{garbled}", garbled.len()).as_bytes());
    assert_eq!(client.answer(77)["error"]["code"], -32600);
    let noise = "{]";
    client.write(format!("content-length: {}\r\nX: y\r\n\r\n{noise}", noise.len()).as_bytes());
    client.wait("a word about it", |it| it["method"] == "window/logMessage");
    for (method, params, code) in [
        ("textDocument/nonsense", json!({}), -32601),
        ("textDocument/hover", json!({ "position": 5 }), -32602),
        ("initialize", json!({ "capabilities": {} }), -32600),
    ] {
        let id = client.post(method, params);
        assert_eq!(client.answer(id)["error"]["code"], code, "{method}");
    }
    client.tell("$/nonsense", json!([1, 2]));
    client.tell("textDocument/didChange", json!({ "textDocument": 5 }));
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": "file:///nowhere" } }));
    let at = json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 0, "character": 0 } });
    assert!(client.ask("textDocument/hover", at).is_null());
    assert_eq!(client.end(), 0);
}

#[test]
fn a_message_that_is_too_long_is_skipped() {
    let (_folder, mut client) = showcase();
    let length = (64 << 20) + 1;
    client.write(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    let piece = vec![b' '; 1 << 20];
    for _ in 0..64 {
        client.write(&piece);
    }
    client.write(b" ");
    client.wait("a word about it", |it| it["method"] == "window/logMessage");
    assert_eq!(client.end(), 0);
}

#[test]
fn positions_beyond_the_text_are_held_to_it() {
    let (_folder, mut client) = showcase();
    client.open_file(DEAL);
    for (line, character) in [(0, 9_999), (9_999, 0), (u32::MAX, u32::MAX)] {
        let position = json!({ "line": line, "character": character });
        let at = json!({ "textDocument": { "uri": client.uri(DEAL) }, "position": position });
        client.ask("textDocument/hover", at);
        let change = json!({ "range": { "start": position, "end": position }, "text": "" });
        let document = json!({ "uri": client.uri(DEAL), "version": 2 });
        client
            .tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn before_and_after_the_conversation_nothing_is_answered() {
    let (folder, _) = showcase();
    let mut client = Client::silent(folder.path(), &Opening::default());
    let id = client.post("textDocument/hover", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32002);
    client.initialize(&Opening::default());
    client.ask("shutdown", Value::Null);
    let id = client.post("textDocument/hover", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.status(), 0);
}

#[test]
fn a_server_ends_with_its_client() {
    let (folder, mut client) = showcase();
    client.open_file(DEAL);
    client.hang_up();
    assert_eq!(client.status(), 1, "it was not asked to shut down");
    let mut client = Client::start(folder.path(), &Opening::default());
    client.tell("exit", Value::Null);
    assert_eq!(client.status(), 1);
    let mut client = Client::silent(folder.path(), &Opening::default());
    client.write(b"Content-Length: 50\r\n\r\n{\"half");
    client.hang_up();
    assert_eq!(client.status(), 1);
}

#[test]
fn a_question_that_was_taken_back_is_not_answered() {
    let (_folder, mut client) = showcase();
    let text = client.open_file(DEAL);
    let at = client.at(DEAL, &text, "price-approved");
    // Both are there before anybody looks.
    let ask =
        json!({ "jsonrpc": "2.0", "id": 900, "method": "textDocument/hover", "params": at }).to_string();
    let cancel =
        json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 900 } }).to_string();
    let frame = |text: &str| format!("Content-Length: {}\r\n\r\n{text}", text.len());
    client.write((frame(&ask) + &frame(&cancel)).as_bytes());
    let answer = client.answer(900);
    // It may have been answered before the second half came.
    assert!(answer["error"]["code"] == -32800 || answer["result"].is_object(), "{answer}");
    assert_eq!(client.end(), 0);
}

#[test]
fn a_file_without_a_workspace_is_judged_where_it_is_a_deal() {
    let folder = workspace(&[]);
    let opening = Opening { with_root: false, encodings: None, ..Opening::default() };
    let mut client = Client::start(folder.path(), &opening);
    client.open("rollout.yaml", "name: Rollout\nstage: qualified\n");
    let found = client.diagnostics("rollout.yaml", |list| !list.is_empty());
    assert!(codes(&found).iter().all(|code| *code == "requirement-unmet"), "{found:?}");
    client.close("rollout.yaml");
    client.diagnostics("rollout.yaml", <[_]>::is_empty);
    // What is no deal is nobody's business: the deal's answer comes after its silence.
    client.open("compose.yaml", "services: {web: {image: nginx}}\n");
    client.open("other.yaml", "name: x\nstage: nonsense\n");
    let first = client.wait("a word", |it| it["method"] == "textDocument/publishDiagnostics");
    assert_eq!(first["params"]["uri"], client.uri("other.yaml"));
    assert_eq!(client.end(), 0);
}

#[test]
fn questions_do_not_put_off_the_check_of_everything() {
    let (folder, mut client) = showcase();
    let text = client.open_file(DEAL);
    let other = "deals/northwind/other.yaml";
    std::fs::write(folder.path().join(other), "name: X\nstage: nonsense\n").expect("written");
    client.tell(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": client.uri(other), "type": 1 }] }),
    );
    let uri = client.uri(other);
    let (mut told, end) = (false, Instant::now() + Duration::from_secs(30));
    while !told && Instant::now() < end {
        let at = client.at(DEAL, &text, "price-approved");
        let id = client.post("textDocument/hover", at);
        client.wait_all(|_, it| {
            told |= it["params"]["uri"] == *uri;
            it["id"] == id
        });
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(told, "while somebody asks every 20 ms");
    assert_eq!(client.end(), 0);
}

#[test]
fn thousands_of_ranges_in_one_change_are_made_at_once() {
    let (_folder, mut client) = showcase();
    let text = client.open_file(DEAL);
    let big = format!("{text}notes: |\n{}", "  lorem ipsum ü🚢\n".repeat(40_000));
    client.change(DEAL, 2, &big);
    let last = big.matches('\n').count();
    let changes: Vec<Value> = (0..5_000)
        .map(|number| json!({ "line": last - 1 - number, "character": 2 }))
        .map(|at| json!({ "range": { "start": at, "end": at }, "text": "a\n  " }))
        .collect();
    let document = json!({ "uri": client.uri(DEAL), "version": 3 });
    let started = Instant::now();
    client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    let symbols = json!({ "textDocument": { "uri": client.uri(DEAL) } });
    client.ask("textDocument/documentSymbol", symbols);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert_eq!(client.end(), 0);
}
