//! Servers that are killed, started again and told that nobody wants an answer any more: nothing stale is shown.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{Client, Opening};
use super::workflows::{PATH, RULES, rules};
use super::{codes, write};

const FAILING: &str = "deals/acme/c.yaml";

#[test]
fn a_server_that_is_started_again_knows_what_is_saved_alone() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    let text = client.open_file(FAILING);
    client.diagnostics(FAILING, |list| codes(list) == ["requirement-unmet"]);
    client.change(FAILING, 2, &text.replace("offer", "nonsense"));
    client.diagnostics(FAILING, |list| codes(list) == ["unknown-stage"]);
    // Killed, in the middle of whatever it does.
    client.change(FAILING, 3, &text);
    drop(client);
    let mut client = Client::start(folder.path(), &Opening::default());
    client.diagnostics(FAILING, |list| codes(list) == ["requirement-unmet"]);
    // Its client tells it again what is open.
    client.open(FAILING, &text.replace("35%", "5%"));
    client.diagnostics(FAILING, <[_]>::is_empty);
    client.change(FAILING, 2, &text);
    client.diagnostics(FAILING, |list| codes(list) == ["requirement-unmet"]);
    assert_eq!(client.end(), 0);
}

#[test]
fn what_is_told_last_is_what_holds_however_fast_texts_change() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    let deal = client.open_file(FAILING);
    client.open_file(PATH);
    let mut version = 1;
    for round in 0..20 {
        // Checks of everything are begun and stopped again and again.
        for pause in [0, 40, 130, 10] {
            version += 1;
            client.change(FAILING, version, &deal.replace("offer", "nonsense"));
            client.change(
                PATH,
                version,
                &RULES.replace("0.3", if round % 2 == 0 { "0.01" } else { "oops(" }),
            );
            std::thread::sleep(std::time::Duration::from_millis(pause));
        }
        version += 1;
        client.change(FAILING, version, &deal.replace("35%", "5%"));
        client.change(PATH, version, RULES);
    }
    // A deal that is broken on disk after the last change is told by the check of everything that comes after it.
    let sign = "deals/acme/sign.yaml";
    write(folder.path(), sign, "name: X\nstage: nonsense\n");
    let changed = json!({ "changes": [{ "uri": client.uri(sign), "type": 1 }] });
    client.tell("workspace/didChangeWatchedFiles", changed);
    let mut shown: BTreeMap<String, Value> = BTreeMap::new();
    let sign = client.uri(sign);
    let settled = client.wait_all(|_, it| {
        if it["method"] == "textDocument/publishDiagnostics" {
            let uri = it["params"]["uri"].as_str().expect("an address").to_owned();
            shown.insert(uri, it["params"]["diagnostics"].clone());
        }
        shown.contains_key(&sign)
    });
    assert!(settled);
    shown.retain(|uri, list| *uri != sign && list.as_array().is_some_and(|list| !list.is_empty()));
    // One deal has an amount that no rate prices, whatever is typed in others.
    assert_eq!(shown.keys().collect::<Vec<_>>(), [&client.uri("deals/acme/d.yaml")], "{shown:?}");
    assert_eq!(client.end(), 0);
}

#[test]
fn questions_that_were_taken_back_cost_nothing_and_leave_nothing_behind() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    let frame = |message: &Value| {
        let text = message.to_string();
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    };
    let at = client.at(PATH, RULES, "budget-known");
    let mut said = String::new();
    for id in 500..600 {
        let ask = json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/references", "params": {
            "textDocument": at["textDocument"], "position": at["position"], "context": { "includeDeclaration": true } } });
        said += &frame(&ask);
    }
    for id in 500..600 {
        said += &frame(&json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": id } }));
    }
    client.write(said.as_bytes());
    for id in 500..600 {
        let answer = client.answer(id);
        assert!(answer["error"]["code"] == -32800 || answer["result"].is_array(), "{answer}");
    }
    // What was answered, what was never asked, and what is no id may be taken back too; the next question is answered.
    for id in [json!(500), json!(12_345), json!("x"), Value::Null, json!([1])] {
        client.tell("$/cancelRequest", json!({ "id": id }));
    }
    client.tell("$/cancelRequest", Value::Null);
    for _ in 0..2 {
        let hover = client.ask("textDocument/hover", at.clone());
        assert!(hover.is_object());
    }
    assert_eq!(client.end(), 0);
}
