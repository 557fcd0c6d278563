//! What is proposed while a deal is typed.

use serde_json::json;

use super::client::{Client, Opening};
use super::workflows::{PATH, RULES, rules};
use super::{workspace, write};

#[test]
fn what_is_missing_is_proposed_with_what_belongs_to_it() {
    let folder = rules();
    let rules = RULES.replace(
        "[stage.offer.requires]",
        "price = { title = \"Price\", approval = \"desk\", covers = [\"amount\"] }\n[stage.offer.requires]",
    ) + "[groups]\ndesk = [\"dee@acme.example\"]\n";
    write(folder.path(), PATH, &rules);
    let mut client = Client::start(folder.path(), &Opening::default());
    let path = "deals/acme/n.yaml";
    let mut labels = |text: &str| proposed(&mut client, path, text);
    let offered = labels("name: N\nstage: lead\namount: 5 EUR\ndone:\n  budget-known: 2026-01-01\n  pr|");
    let ids: Vec<&str> = offered.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(ids, ["price", "offer-sent"]);
    assert!(
        offered[0].1.ends_with("\n  price: {date: 2026-11-23, by: '', of: {amount: 5 EUR}}"),
        "{}",
        offered[0].1
    );
    let offered = labels("name: N\nstage: |");
    assert_eq!(offered.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["lead", "offer"]);
    assert_eq!(labels("# yaml-language-server: $schema=x.json\nname: N\nstage: |"), []);
    let offered = labels("name: N\nowner: d|");
    assert_eq!(offered, [("dee@acme.example".to_owned(), "name: N\nowner: dee@acme.example".to_owned())]);
    let offered = labels("name: N\nclose_date: |");
    assert_eq!(offered[0].1, "name: N\nclose_date: 2026-11-23");
    assert!(labels("na|").iter().any(|(label, _)| label == "name"));
}

/// What is proposed where a bar stands: each with the text that it makes.
pub fn proposed(client: &mut Client, path: &str, text: &str) -> Vec<(String, String)> {
    let offset = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    client.open(path, &text);
    let position = client.position(&text, offset);
    let params = json!({ "textDocument": { "uri": client.uri(path) }, "position": position });
    let items = client.ask("textDocument/completion", params);
    let items = items.as_array().expect("a list").clone();
    let made = items.iter().map(|item| {
        let edit = item["textEdit"].clone();
        (item["label"].as_str().expect("a label").to_owned(), client.edited(&text, &[edit]))
    });
    made.collect()
}

const DECLARED: &str = r#"
stages = ["lead", "offer"]
[fields]
scope = "text"
segment = { enum = ["a, b", "c"] }
installed = "date"
seller = "email"
renewal = "boolean"
plan = { type = "record", fields = { link = "url", due = "date" } }
[groups]
desk = ["dee@acme.example"]
[stage.lead.requires]
price = { title = "Price \u001b[31m", approval = "desk", covers = ["scope", "amount"] }
[stage.offer.requires]
offer-sent = "The offer is sent"
[lost]
reasons = ["price", "no decision"]
[waivers]
max-days = 30
"#;

#[test]
fn what_is_declared_is_proposed_where_it_may_stand() {
    let folder = workspace(&[(PATH, DECLARED), ("dealgate.toml", "")]);
    let mut client = Client::start(folder.path(), &Opening::default());
    let path = "deals/acme/n.yaml";
    let mut made = |text: &str| proposed(&mut client, path, text);
    let mut first = |text: &str| made(text).into_iter().next().map(|(_, text)| text);
    for (text, expected) in [
        // Right behind the colon a blank is missing.
        ("name: N\nstage:|", "name: N\nstage: lead"),
        ("name: N\nstage:|\nowner: x\n", "name: N\nstage: lead\nowner: x\n"),
        ("segment: |", "segment: \"a, b\""),
        ("installed: |", "installed: 2026-11-23"),
        ("seller: |", "seller: dee@acme.example"),
        ("\"owner\": |", "\"owner\": dee@acme.example"),
        ("next_step: {what: x, by: |}", "next_step: {what: x, by: dee@acme.example}"),
        ("renewal: |", "renewal: true"),
        ("outcome: {result: lost, reason: |}", "outcome: {result: lost, reason: no decision}"),
        ("plan:\n  d|", "plan:\n  link: "),
        ("workflow: |", "workflow: acme"),
        ("done:\n  offer-sent: |", "done:\n  offer-sent: 2026-11-23"),
        ("done:\n  offer-sent:\n    |", "done:\n  offer-sent:\n    date: "),
        ("waivers:\n  price: {reason: x, until: |}", "waivers:\n  price: {reason: x, until: 2026-12-23}"),
        // What stands in the deal may hold what means something between braces.
        (
            "scope: roofs, walls and {doors}\namount: 5 EUR\ndone:\n  price: {date: 2026-01-01, of: |}",
            "scope: roofs, walls and {doors}\namount: 5 EUR\ndone:\n  price: {date: 2026-01-01, of: {scope: \"roofs, walls and {doors}\", amount: 5 EUR}}",
        ),
        (
            "scope: \"a: b\"\ndone:\n  p|",
            "scope: \"a: b\"\ndone:\n  price: {date: 2026-11-23, by: '', of: {scope: 'a: b'}}",
        ),
    ] {
        assert_eq!(first(text).as_deref(), Some(expected), "{text}");
    }
    for text in ["# owner: |", "notes: |-\n  owner: ", "notes: >\n  owner: |", "scope: |"] {
        let text = if text.starts_with("notes: |") {
            format!("{}|", text.replace('|', ">"))
        } else {
            text.to_owned()
        };
        assert_eq!(first(&text), None, "{text}");
    }
    // Nothing that a terminal would obey.
    client.open(path, "name: N\nstage: lead\ndone:\n  ");
    let params =
        json!({ "textDocument": { "uri": client.uri(path) }, "position": { "line": 3, "character": 2 } });
    let items = client.ask("textDocument/completion", params).to_string();
    assert!(items.contains("Price") && !items.contains("\\u001b"), "{items}");
    assert_eq!(client.end(), 0);
}
