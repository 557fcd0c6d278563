//! What is shown in a workflow while it is written, and what that does to its deals.

use serde_json::{Value, json};

use super::client::{Client, Opening};
use super::{codes, showcase, workspace, write};

pub const RULES: &str = r#"currency = "EUR"
stages = ["lead", "offer"]
[fields]
discount = "percent"
[stage.lead]
name = "A lead"
goal = "Somebody wants something."
max-days = 30
[stage.lead.requires]
budget-known = "The budget is known"
cheap = { title = "The discount is small", rule = "discount <= 0.3" }
[stage.offer.requires]
offer-sent = "The offer is sent"
"#;
pub const PATH: &str = "workflows/acme.toml";

fn deal(amount: &str, discount: &str, rest: &str) -> String {
    format!("name: Zug\nstage: offer\namount: {amount}\ndiscount: {discount}\n{rest}")
}

/// Four open deals of which one fails `cheap`, one without a price, and one that is lost.
pub fn rules() -> tempfile::TempDir {
    let done = "done: {budget-known: 2026-01-05}\n";
    let lost = format!("{done}outcome: {{result: lost, date: 2026-02-01, reason: price}}\n");
    workspace(&[
        (PATH, RULES),
        ("dealgate.toml", "currency = \"EUR\"\n"),
        ("deals/acme/a.yaml", &deal("1000 EUR", "10%", done)),
        ("deals/acme/b.yaml", &deal("20000 EUR", "25%", done)),
        ("deals/acme/c.yaml", &deal("300000 EUR", "35%", done)),
        ("deals/acme/d.yaml", &deal("5 USD", "25%", done)),
        ("deals/acme/e.yaml", &deal("7 EUR", "90%", &lost)),
    ])
}

/// The lenses of a text, each with what stands in its range.
fn lenses(client: &mut Client, path: &str, text: &str) -> Vec<(String, String)> {
    let uri = client.uri(path);
    let found = client.ask("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    let found = found.as_array().cloned().unwrap_or_default();
    let shown = found.iter().map(|lens| {
        let title = lens["command"]["title"].as_str().expect("a title").to_owned();
        (client.slice(text, &lens["range"]).to_owned(), title)
    });
    shown.collect()
}

fn of(lenses: &[(String, String)], id: &str) -> String {
    lenses.iter().find(|(at, _)| at == id).map(|(_, said)| said.clone()).unwrap_or_default()
}

fn refreshed(client: &mut Client) {
    client.wait("lenses that are new", |it| it["method"] == "workspace/codeLens/refresh");
}

#[test]
fn a_rule_says_what_it_costs_before_it_is_saved() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    refreshed(&mut client);
    let shown = lenses(&mut client, PATH, RULES);
    assert_eq!(of(&shown, "cheap"), "1 open deal fails it (300,000 EUR)");
    assert_eq!(of(&shown, "budget-known"), "no open deal fails it");
    assert_eq!(of(&shown, "offer-sent"), "no open deal fails it");

    // Typed, and asked at once: nobody has looked at all the files since.
    let stricter = RULES.replace("discount <= 0.3", "discount <= 0.2");
    client.change(PATH, 2, &stricter);
    let shown = lenses(&mut client, PATH, &stricter);
    let told = "1 open deal fails it (300,000 EUR) · with this change 3 (320,000 EUR, 1 without a price)";
    assert_eq!(of(&shown, "cheap"), told);
    assert_eq!(of(&shown, "budget-known"), "no open deal fails it");
    refreshed(&mut client);
    assert_eq!(
        of(&lenses(&mut client, PATH, &stricter), "cheap"),
        told,
        "the check of everything says the same"
    );

    // Half written: the places are those of the text, what it costs is what is saved.
    let broken = stricter.replace("offer-sent = \"The offer is sent\"", "offer-sent = \"The");
    client.change(PATH, 3, &broken);
    client.diagnostics(PATH, |list| codes(list).contains(&"toml-syntax"));
    let said = "1 open deal fails it (300,000 EUR) · not usable as typed";
    assert_eq!(of(&lenses(&mut client, PATH, &broken), "cheap"), said);

    // Other fields are other values: that is known once everything was read again.
    let other =
        RULES.replace("discount = \"percent\"", "discount = { type = \"percent\", default = 0 }").replace(
            "[stage.offer.requires]",
            "new-one = { title = \"New\", rule = \"amount > 500\" }\n[stage.offer.requires]",
        );
    client.change(PATH, 4, &other);
    refreshed(&mut client);
    let shown = lenses(&mut client, PATH, &other);
    assert_eq!(of(&shown, "cheap"), "1 open deal fails it (300,000 EUR) · with this change the same");
    assert!(of(&shown, "new-one").starts_with("with this change 1 open deal fails it"), "{shown:?}");
    assert_eq!(client.end(), 0);
}

#[test]
fn a_workflow_that_breaks_and_is_mended_judges_its_deals_again() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    let path = "deals/acme/c.yaml";
    let text = client.open_file(path);
    let found = client.diagnostics(path, |list| !list.is_empty());
    assert_eq!(codes(&found), ["requirement-unmet"]);
    let related = &found[0]["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], client.uri(PATH));
    assert_eq!(client.slice(RULES, &related["location"]["range"]), "cheap");
    client.open(PATH, &RULES.replace("stages = [", "stages = "));
    client.diagnostics(PATH, |list| codes(list).contains(&"toml-syntax"));
    client.diagnostics(path, <[_]>::is_empty);
    client.change(PATH, 2, RULES);
    client.diagnostics(PATH, <[_]>::is_empty);
    client.diagnostics(path, |list| codes(list) == ["requirement-unmet"]);

    // From the deal to the rule and back.
    let at = client.at(path, &text, "budget-known");
    let rule = client.ask("textDocument/definition", at);
    assert_eq!(rule["uri"], client.uri(PATH));
    assert_eq!(client.slice(RULES, &rule["range"]), "budget-known");
    let mut at = client.at(PATH, RULES, "budget-known");
    at["context"] = json!({ "includeDeclaration": false });
    let places = client.ask("textDocument/references", at);
    assert_eq!(places.as_array().expect("a list").len(), 5, "{places}");
    let at = client.at(path, &text, "offer\n");
    let stage = client.ask("textDocument/definition", at);
    assert_eq!(client.slice(RULES, &stage["range"]), "\"offer\"");

    let at = client.at(PATH, RULES, "cheap");
    let said = client.ask("textDocument/hover", at)["contents"]["value"].clone();
    let said = said.as_str().expect("a text");
    assert!(said.starts_with("The discount is small\n`cheap`, rule, to leave `lead`\nMet when "), "{said}");
    let symbols =
        client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": client.uri(PATH) } }));
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().cloned().unwrap_or_default();
        list.iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&symbols), ["currency", "stages", "fields", "stage"]);
    let stages = &symbols[3]["children"];
    assert_eq!(names(stages), ["lead", "offer"]);
    assert_eq!(names(&stages[1]["children"][0]["children"]), ["offer-sent"]);
    assert_eq!(client.end(), 0);
}

#[test]
fn files_that_come_go_and_are_called_otherwise_are_told_and_cleared() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    let (old, new) = ("deals/acme/c.yaml", "deals/acme/z.yaml");
    // Nothing is open: what the workspace has is told all the same.
    client.diagnostics(old, |list| codes(list) == ["requirement-unmet"]);
    std::fs::rename(folder.path().join(old), folder.path().join(new)).expect("renamed");
    let changed =
        json!({ "changes": [{ "uri": client.uri(old), "type": 3 }, { "uri": client.uri(new), "type": 1 }] });
    client.tell("workspace/didChangeWatchedFiles", changed);
    client.diagnostics(new, |list| codes(list) == ["requirement-unmet"]);
    client.diagnostics(old, <[_]>::is_empty);
    // Open, changed, never saved, and gone.
    let text = client.open_file(new);
    client.change(new, 2, &text.replace("35%", "5%"));
    client.diagnostics(new, <[_]>::is_empty);
    client.close(new);
    client.diagnostics(new, |list| codes(list) == ["requirement-unmet"]);
    std::fs::remove_file(folder.path().join(new)).expect("removed");
    let changed = json!({ "changes": [{ "uri": client.uri(new), "type": 3 }] });
    client.tell("workspace/didChangeWatchedFiles", changed);
    client.diagnostics(new, <[_]>::is_empty);
    // A second file for one deal, in the editor alone.
    write(folder.path(), "deals/acme/a.yml", &deal("1 EUR", "1%", ""));
    client.open_file("deals/acme/a.yml");
    client.diagnostics("deals/acme/a.yml", |list| codes(list).contains(&"duplicate-deal"));
    assert_eq!(client.end(), 0);
}

#[test]
fn a_deal_says_how_it_stands() {
    let (_folder, mut client) = showcase();
    let path = "deals/northwind/osprey-fleet.yaml";
    let text = client.open_file(path);
    let shown = lenses(&mut client, path, &text);
    let [(at, said)] = &shown[..] else { panic!("{shown:?}") };
    assert_eq!(at, "stage");
    assert!(said.starts_with("proposed · ") && said.ends_with(" left"), "{said}");
    assert_eq!(client.end(), 0);
}

#[test]
fn a_workflow_that_is_opened_again_tells_what_its_rules_cost_by_then() {
    let folder = rules();
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    refreshed(&mut client);
    assert_eq!(of(&lenses(&mut client, PATH, RULES), "cheap"), "1 open deal fails it (300,000 EUR)");
    client.close(PATH);
    let mended = "deals/acme/c.yaml";
    let text = std::fs::read_to_string(folder.path().join(mended)).expect("a file");
    write(folder.path(), mended, &text.replace("35%", "5%"));
    client.tell(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": client.uri(mended), "type": 2 }] }),
    );
    // The check of everything runs while no workflow is open.
    client.diagnostics(mended, <[_]>::is_empty);
    client.open_file(PATH);
    refreshed(&mut client);
    assert_eq!(of(&lenses(&mut client, PATH, RULES), "cheap"), "no open deal fails it");
    assert_eq!(client.end(), 0);
}
