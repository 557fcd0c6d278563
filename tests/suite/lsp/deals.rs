//! What is shown and offered in a deal.

use serde_json::json;

use super::client::{Client, Opening};
use super::{codes, showcase, workspace};
use crate::repo::git;
use crate::run::dealgate;

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

#[test]
fn what_can_be_mended_at_once_is_what_check_mends() {
    let deal = "name: Zürich\nstage: Lead\nowner: ann@acme.example\namount: 5 EUR\nclose_date: 23.12.2026\ncustomer: Müller: Söhne\nopened: 2026/05/18\n";
    let path = "deals/acme/z.yaml";
    for text in [
        deal.to_owned(),
        deal.replace('\n', "\r\n"),
        format!("\u{feff}{deal}"),
        format!("\u{feff}{}", deal.replace('\n', "\r\n")),
    ] {
        let folder = workspace(&[("workflows/acme.toml", WORKFLOW), ("dealgate.toml", ""), (path, &text)]);
        let mut client = Client::start(folder.path(), &Opening::default());
        client.open(path, &text);
        let offered = actions(&mut client, path, &text, "Zürich");
        let all = offered.iter().find(|(title, _)| title.starts_with("mend what can")).expect("offered");
        dealgate(folder.path(), &["check", "--fix", "--today", "2026-11-23"]);
        let mended = std::fs::read_to_string(folder.path().join(path)).expect("a file");
        assert_eq!(all.1, mended);
        for (title, made) in &offered {
            assert_eq!(made.starts_with('\u{feff}'), text.starts_with('\u{feff}'), "{title}");
        }
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn what_is_offered_is_what_the_rules_take_from_whoever_works_here() {
    let rules = WORKFLOW.replace("max-days = 30\n", "by = \"desk\"\nmax-days = 30\n");
    let unlimited = rules.replace("max-days = 30\n", "");
    let deal = "name: N\nstage: lead\nowner: ann@acme.example\namount: 5 EUR\n";
    let path = "deals/acme/n.yaml";
    for (rules, you, may) in [
        (&rules, "dee@acme.example", true),
        (&rules, "zoe@acme.example", false),
        (&unlimited, "dee@acme.example", false),
    ] {
        let folder = workspace(&[("workflows/acme.toml", rules), ("dealgate.toml", ""), (path, deal)]);
        git(folder.path()).args(["init", "-q"]).output().expect("git starts");
        git(folder.path()).args(["config", "user.email", you]).output().expect("git starts");
        let mut client = Client::start(folder.path(), &Opening::default());
        client.open_file(path);
        let offered = actions(&mut client, path, deal, "lead");
        let waived = offered.iter().find(|(title, _)| title.starts_with("waive `budget-known`"));
        assert_eq!(waived.is_some(), may, "{you}: {offered:?}");
        let approved = offered.iter().any(|(title, _)| title.starts_with("approve"));
        assert_eq!(approved, you.starts_with("dee"), "{offered:?}");
        if let Some((title, text)) = waived {
            assert!(title.contains("until 2026-12-23") && text.contains("reason: ''"), "{title}: {text}");
        }
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn a_move_is_remembered_where_no_repository_does() {
    let deal =
        "name: N\nstage: lead\nowner: ann@acme.example\namount: 5 EUR\ndone: {budget-known: 2026-11-01}\n";
    let path = "deals/acme/n.yaml";
    let rules =
        WORKFLOW.lines().filter(|line| !line.starts_with("price-approved")).collect::<Vec<_>>().join("\n");
    for has_git in [false, true] {
        let folder = workspace(&[("workflows/acme.toml", &rules), ("dealgate.toml", ""), (path, deal)]);
        if has_git {
            git(folder.path()).args(["init", "-q"]).output().expect("git starts");
        }
        let mut client = Client::start(folder.path(), &Opening::default());
        client.open_file(path);
        let offered = actions(&mut client, path, deal, "lead");
        let moved = offered.iter().find(|(title, _)| title == "move to `offer`").expect("offered");
        dealgate(folder.path(), &["move", "acme/n", "--today", "2026-11-23"]);
        let written = std::fs::read_to_string(folder.path().join(path)).expect("a file");
        assert_eq!(moved.1, written);
        assert_eq!(written.contains("history"), !has_git);
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn an_approval_that_is_given_again_keeps_what_was_noted() {
    let deal = "name: N\nstage: lead\nowner: ann@acme.example\namount: 7 EUR\ndone:\n  price-approved: {date: 2026-01-01, by: jane@acme.example, of: {amount: 5 EUR}, note: by phone, evidence: mail}\n";
    let path = "deals/acme/n.yaml";
    let folder = workspace(&[("workflows/acme.toml", WORKFLOW), ("dealgate.toml", ""), (path, deal)]);
    let arguments =
        ["approve", "acme/n", "price-approved", "--by", "dee@acme.example", "--today", "2026-11-23"];
    let ran = dealgate(folder.path(), &arguments);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    let written = std::fs::read_to_string(folder.path().join(path)).expect("a file");
    for part in
        ["by: dee@acme.example", "amount: 7 EUR", "note: by phone", "evidence: mail", "date: 2026-11-23"]
    {
        assert!(written.contains(part), "{part}: {written}");
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
