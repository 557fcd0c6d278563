//! Every position that is told, in either unit, in texts whose letters are of any width and whose lines end in any way.

use serde_json::{Value, json};

use super::client::{Client, Opening};
use super::workspace;

const PATH: &str = "workflows/größe.toml";
const RULES: &str = "# 🚢 Größe\nstages = [\"lead\", \"offer\"] # ü\n[groups]\ndesk = [\"dee@acme.example\"] # 🚢\n[stage.lead]\ngoal = \"🚢\"\n[stage.lead.requires]\nbudget = { title = \"Das Büdget 🚢\", rule = \"'🚢ü' != name && amount > 1\" }\nprice = { title = \"ü\", approval = \"desk\", covers = [\"amount\"] }\n[stage.offer.requires]\nsent = \"Ü\"\n";
const DEAL: &str = "deals/größe/zürich.yaml";
const TEXT: &str = "name: Zürich 🚢 Größe\nstage: lead\nowner: ann@acme.example\ncustomer: \"Größe & Söhne 🚢\"\namount: 3 EUR\ndone: {\"budget\": 2026-01-01, price: {date: 2026-01-01, by: dee@acme.example, of: {amount: 3 EUR}, note: 🚢ü}} # 🚢\n";

/// Every range in a message, where it is about a text.
fn ranges<'m>(message: &'m Value, found: &mut Vec<&'m Value>) {
    match message {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "range" | "selectionRange") {
                    found.push(value);
                }
                ranges(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|it| ranges(it, found)),
        _ => {}
    }
}

fn ask(client: &mut Client, method: &str, path: &str, text: &str, word: &str) -> Value {
    let at = client.at(path, text, word);
    let document = at["textDocument"].clone();
    let params = match method {
        "codeAction" => {
            let range = json!({ "start": at["position"], "end": at["position"] });
            json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } })
        }
        "references" => {
            json!({ "textDocument": document, "position": at["position"], "context": { "includeDeclaration": true } })
        }
        "rename" => json!({ "textDocument": document, "position": at["position"], "newName": "neu" }),
        _ => at,
    };
    client.ask(&format!("textDocument/{method}"), params)
}

#[test]
fn every_range_holds_what_it_is_about() {
    for (units, line_end, mark) in [
        ("utf-8", "\r\n", ""),
        ("utf-16", "\r\n", "\u{feff}"),
        ("utf-8", "\n", "\u{feff}"),
        ("utf-16", "\n", ""),
    ] {
        let of = |text: &str| format!("{mark}{}", text.replace('\n', line_end));
        let (rules, deal) = (of(RULES), of(TEXT));
        let folder = workspace(&[(PATH, &rules), (DEAL, &deal), ("dealgate.toml", "currency = \"EUR\"\n")]);
        let encodings: &'static [&'static str] =
            if units == "utf-8" { &["utf-8", "utf-16"] } else { &["utf-16"] };
        let mut client =
            Client::start(folder.path(), &Opening { encodings: Some(encodings), ..Opening::default() });
        assert_eq!(client.counts_bytes, units == "utf-8");
        client.open(DEAL, &deal);
        client.open(PATH, &rules);
        client.wait("what rules cost", |it| it["method"] == "workspace/codeLens/refresh");
        let open = [(DEAL, &deal), (PATH, &rules)];
        let mut spoken = 0;
        for (method, path, word, expected) in [
            ("hover", DEAL, "price: {", "price"),
            ("hover", DEAL, "3 EUR", "3 EUR"),
            ("hover", PATH, "price = {", "price"),
            ("definition", DEAL, "price: {", "price"),
            ("definition", DEAL, "lead", "\"lead\""),
            ("references", PATH, "price = {", "price"),
            ("documentSymbol", DEAL, "name", "name: Zürich"),
            ("documentSymbol", PATH, "stages", "\"lead\", \"offer\"]"),
            ("codeLens", DEAL, "name", "stage"),
            ("codeLens", PATH, "name", "price"),
            ("prepareRename", DEAL, "price: {", "price"),
            ("prepareRename", PATH, "lead]", "lead"),
            ("rename", PATH, "price = {", "price"),
            ("codeAction", DEAL, "name", ""),
            ("completion", DEAL, "lead", ""),
            ("completion", PATH, "amount > 1", ""),
        ] {
            let text = if path == DEAL { &deal } else { &rules };
            let answer = ask(&mut client, method, path, text, word);
            let mut found = Vec::new();
            ranges(&answer, &mut found);
            assert!(!found.is_empty() || expected.is_empty(), "{method} {word}: {answer}");
            // Slicing holds that no position is inside of a letter, and that each is in a text that is open.
            let of = |range: &Value| -> Vec<String> {
                let known = open.iter().filter(|(path, _)| answer.to_string().contains(&client.uri(path)));
                let texts: Vec<&String> = known.map(|(_, text)| *text).collect();
                let texts = if texts.is_empty() { vec![text] } else { texts };
                let lines = |text: &String| text.matches('\n').count() as u64;
                let may = texts
                    .into_iter()
                    .filter(|text| lines(text) >= range["end"]["line"].as_u64().unwrap_or(0));
                may.map(|text| client.slice(text, range).to_owned()).collect()
            };
            if found.len() == 1 || method != "rename" && method != "references" {
                let slices: Vec<String> = found.iter().flat_map(|range| of(range)).collect();
                assert!(slices.iter().any(|it| it.contains(expected)), "{method} {word}: {slices:?}");
            }
            spoken += found.len();
        }
        assert!(spoken > 30, "{spoken}");
        // What is renamed is what was meant, in both texts.
        let edit = ask(&mut client, "rename", PATH, &rules, "price = {");
        for change in edit["documentChanges"].as_array().expect("edits") {
            let (_, text) = open
                .iter()
                .find(|(path, _)| change["textDocument"]["uri"] == client.uri(path))
                .expect("it is open");
            let made = client.edited(text, change["edits"].as_array().expect("a list"));
            assert_eq!(made, text.replace("price = {", "neu = {").replace("price: {", "neu: {"));
        }
        // A change in the middle of wide letters is made where it is meant.
        let at = client.position(&deal, deal.find(" Größe").expect("it is there"));
        let document = json!({ "uri": client.uri(DEAL), "version": 2 });
        let change = json!([{ "range": { "start": at, "end": at }, "text": " ü🚢" }]);
        client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": change }));
        let changed = deal.replacen(" Größe", " ü🚢 Größe", 1);
        let hover = ask(&mut client, "hover", DEAL, &changed, "3 EUR");
        assert_eq!(client.slice(&changed, &hover["range"]), "3 EUR");
        assert_eq!(client.end(), 0);
    }
}
