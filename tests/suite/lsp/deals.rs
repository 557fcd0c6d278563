//! What is shown and offered in a deal.

use serde_json::json;

use super::client::{Client, Opening};
use super::{codes, showcase, workspace};

const OSPREY: &str = "deals/northwind/osprey-fleet.yaml";

#[test]
fn findings_are_shown_while_typing_at_the_places_of_check() {
    let (_folder, mut client) = showcase();
    let text = client.open_file(OSPREY);
    let found = client.diagnostics(OSPREY, |_| true);
    assert!(codes(&found).contains(&"approval-void"), "{found:?}");
    let void = found.iter().find(|it| it["code"] == "approval-void").expect("it is there");
    let at = client.slice(&text, &void["range"]);
    assert!(text.contains(at) && at.contains("180000"), "{at}");
    assert!(void["message"].as_str().expect("a text").contains("help: "), "{void}");
    // Mended in the editor and not saved.
    let mended = text.replace("of: {amount: 180000 USD}", "of: {amount: 210000 USD}");
    client.change(OSPREY, 2, &mended);
    client.diagnostics(OSPREY, |list| !codes(list).contains(&"approval-void"));
    assert_eq!(client.end(), 0);
}

#[test]
fn a_requirement_is_explained_where_a_deal_names_it() {
    let (_folder, mut client) = showcase();
    let text = client.open_file(OSPREY);
    let at = client.at(OSPREY, &text, "price-approved");
    let hover = client.ask("textDocument/hover", at);
    assert_eq!(client.slice(&text, &hover["range"]), "price-approved");
    let said = hover["contents"]["value"].as_str().expect("a text");
    for word in ["approval", "Met when", "dana.whitlock@northwind.example", "Here: not met"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let at = client.at(OSPREY, &text, "210000 USD");
    let hover = client.ask("textDocument/hover", at);
    assert_eq!(hover["contents"]["value"], "210,000 USD\n176,400 EUR at the rate of 2026-11-23");
    let at = client.at(OSPREY, &text, "proposed");
    let hover = client.ask("textDocument/hover", at);
    let said = hover["contents"]["value"].as_str().expect("a text");
    assert!(said.contains("[ ]") && said.contains("at most 30 days"), "{said}");
    let at = client.at(OSPREY, &text, "Osprey Logistics");
    assert!(client.ask("textDocument/hover", at).is_null());
}

const WORKFLOW: &str = r#"
stages = ["lead", "offer"]
[groups]
desk = ["dee@acme.example", "jane@acme.example"]
[fields]
note = "text"
[stage.lead.requires]
budget-known = "The budget is known"
price-approved = { title = "The price is approved", approval = "desk", covers = ["amount"] }
[stage.offer.requires]
offer-sent = "The offer is sent"
[waivers]
max-days = 30
"#;

#[test]
fn what_comes_next_is_offered_as_an_edit() {
    let folder = workspace(&[("workflows/acme.toml", WORKFLOW), ("dealgate.toml", "")]);
    let deal = "name: Zürich 🚢\r\nstage: Lead\r\nowner: ann@acme.example\r\namount: 5 EUR\r\n";
    let path = "deals/acme/zürich.yaml";
    for encodings in [&["utf-16"][..], &["utf-8", "utf-16"]] {
        let opening = Opening { encodings: Some(encodings), ..Opening::default() };
        let mut client = Client::start(folder.path(), &opening);
        assert_eq!(client.counts_bytes, encodings.len() == 2);
        client.open(path, deal);
        let found = client.diagnostics(path, |list| !list.is_empty());
        assert_eq!(codes(&found), ["unknown-stage"]);
        assert_eq!(client.slice(deal, &found[0]["range"]), "Lead");
        let actions = actions(&mut client, path, deal, "Lead");
        assert_eq!(actions[0].0, "write `lead`");
        assert_eq!(actions[0].1, deal.replace("Lead", "lead"));
        let deal = &actions[0].1;
        client.change(path, 2, deal);
        client.diagnostics(path, <[_]>::is_empty);
        let offered = self::actions(&mut client, path, deal, "lead");
        let titles: Vec<&str> = offered.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["tick `budget-known`"], "nobody knows who works here, and the gate is not met");
        assert_eq!(
            offered[0].1,
            format!("{deal}done: {{budget-known: 2026-11-23}}\r\n")
                .replace("done: {", "done:\r\n  ")
                .replace("}\r\n", "\r\n"),
        );
    }
}

/// What is offered at a word, each with the text that it makes.
fn actions(client: &mut Client, path: &str, text: &str, word: &str) -> Vec<(String, String)> {
    let offset = text.find(word).expect("it is there");
    let position = client.position(text, offset);
    let range = json!({ "start": position, "end": position });
    let params = json!({
        "textDocument": { "uri": client.uri(path) }, "range": range, "context": { "diagnostics": [] },
    });
    let offered = client.ask("textDocument/codeAction", params);
    let offered = offered.as_array().expect("a list").clone();
    let made = offered.into_iter().map(|action| {
        let change = &action["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"]["uri"], client.uri(path));
        let edits = change["edits"].as_array().expect("a list");
        (action["title"].as_str().expect("a title").to_owned(), client.edited(text, edits))
    });
    made.collect()
}
