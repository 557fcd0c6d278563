//! What is proposed while a workflow or the settings are typed.

use serde_json::json;

use super::client::{Client, Opening};
use super::completion::proposed;
use super::workflows::PATH;
use super::workspace;

const RULES: &str = r#"extends = "base"
stages = ["lead", "offer"]
[fields]
segment = { type = "text", enum = ["small", "large"] }
plan = { type = "record", fields = { link = "url", due = "date" } }
contacts = { type = "list", items = { name = "text", role = "text", email = "email" } }
[groups]
desk = ["dee@acme.example"]
[stage.lead.requires]
budget-known = "The budget is known"
[stage.offer.requires]
sent = { title = "Sent", field = "contacts", where = { role = "sponsor" } }
"#;

const BASE: &str = r#"stages = ["lead"]
[groups]
board = ["bo@acme.example"]
[derived]
big = "amount > 5"
[stage.lead]
goal = "Ein Käufer"
[stage.lead.requires]
in-market = "In the market"
"#;

/// A client that has a workflow, the one that it extends, and settings.
fn client() -> (tempfile::TempDir, Client) {
    let settings = "currency = \"EUR\"\n[people]\n\"zoe@acme.example\" = \"Zoë\"\n";
    let folder = workspace(&[(PATH, RULES), ("workflows/base.toml", BASE), ("dealgate.toml", settings)]);
    let client = Client::start(folder.path(), &Opening::default());
    (folder, client)
}

fn labels(offered: &[(String, String)]) -> Vec<&str> {
    offered.iter().map(|(label, _)| label.as_str()).collect()
}

/// The rules with a text at their end, or in the place of a part of them.
fn rules(part: &str, new: &str) -> String {
    if part.is_empty() {
        return format!("{RULES}{new}");
    }
    assert!(RULES.contains(part), "{part}");
    RULES.replacen(part, new, 1)
}

#[test]
fn names_are_proposed_where_they_may_stand() {
    let (_folder, mut client) = client();
    for (text, some, made) in [
        (rules("extends = \"base\"", "extends = \"|\""), "standard", "extends = \"standard\""),
        (rules("extends = \"base\"", "extends = |"), "meddpicc", "extends = \"meddpicc\""),
        (rules("extends = \"base\"", "extends =|"), "base", "extends = \"base\""),
        (rules("\"lead\", \"offer\"]", "\"lead\", \"o|"), "offer", "\"lead\", \"offer\"\n"),
        (rules("stages =", "won-from = \"|\nstages ="), "lead", "won-from = \"lead\"\n"),
        (rules("stages =", "currency = |\nstages ="), "EUR", "currency = \"EUR\"\n"),
        (rules("", "b = { approval = \"|\" }"), "desk", "b = { approval = \"desk\" }"),
        (
            rules("", "b = { approval = |, title = 'ü' }"),
            "anyone",
            "b = { approval = \"anyone\", title = 'ü' }",
        ),
        (rules("", "b = { covers = [\"amount\", '|'] }"), "plan", "covers = [\"amount\", 'plan'] }"),
        (rules("", "b = { covers = |"), "amount", "covers = [\"amount\"]"),
        (rules("", "b = { field = \"plan.|"), "plan.due", "b = { field = \"plan.due\""),
        (
            rules("role = \"sponsor\" }", "role = \"sponsor\" }, each = [\"|\"]"),
            "email",
            "each = [\"email\"]",
        ),
        (rules("role = \"sponsor\"", "|"), "role", "where = { role =  } }"),
        (rules("", "b = { waivable = \"d|\" }"), "desk", "b = { waivable = \"desk\" }"),
        (rules("", "[waivers]\nonly = [\"|\"]"), "budget-known", "only = [\"budget-known\"]"),
        (rules("", "[waivers]\nby = [{ group = '|' }]"), "desk", "by = [{ group = 'desk' }]"),
        (rules("", "[moves]\nstart-in = ['|']"), "offer", "start-in = ['offer']"),
        (
            rules("[\"dee@acme.example\"]", "[\"dee@acme.example\", \"|\"]"),
            "zoe@acme.example",
            "\"zoe@acme.example\"]",
        ),
        (
            rules("[\"dee@acme.example\"]", "[{ email = \"|\" }]"),
            "zoe@acme.example",
            "{ email = \"zoe@acme.example\" }",
        ),
        // What the workflow has from the one that it extends.
        (rules("[fields]", "[stage.lead.requires]\nin|\n[fields]"), "in-market", "in-market = \n"),
        (rules("desk = [", "b|\ndesk = ["), "board", "board = \ndesk"),
        (rules("", "[derived]\n|"), "big", "[derived]\nbig = "),
        (rules("", "[targets]\n|"), "FY26-Q4", "[targets]\nFY26-Q4 = "),
        (rules("", "[stage.|"), "offer", "[stage.offer"),
    ] {
        let offered = proposed(&mut client, PATH, &text);
        let found = offered.iter().find(|(label, _)| label == some);
        let (_, edited) = found.unwrap_or_else(|| panic!("{some}: {:?} in {text}", labels(&offered)));
        assert!(edited.contains(made), "{made}: {edited}");
        // With other line ends, and behind a byte order mark, the same.
        let other = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let again = proposed(&mut client, PATH, &other);
        assert_eq!(labels(&again), labels(&offered), "{text}");
        let (_, edited) = again.iter().find(|(label, _)| label == some).expect("it is there");
        assert!(edited.contains(&made.replace('\n', "\r\n")), "{made}: {edited}");
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn keys_and_choices_are_proposed_where_no_schema_is_attached() {
    let (_folder, mut client) = client();
    for (text, some, made) in [
        (rules("stages =", "cur|\nstages ="), "currency", "currency = \nstages"),
        (rules("stages =", "cur| = 'EUR'\nstages ="), "currency", "\ncurrency = 'EUR'\n"),
        (rules("[fields]", "wai|\n[fields]"), "waivers", "[waivers]\n[fields]"),
        (rules("", "[lost]\nreq|"), "requires", "[lost]\n[lost.requires]"),
        (rules("", "[stage.offer]\n|\n"), "max-days", "[stage.offer]\nmax-days = \n"),
        (rules("", "[wai|"), "waivers", "[waivers]"),
        (rules("", "[wai|]"), "waivers", "[waivers]"),
        (rules("", "[lost.|"), "requires", "[lost.requires]"),
        (rules("", "[stage.offer]\npro|"), "probability", "probability = "),
        (rules("", "[stage.offer]\ncategory = \"|\""), "best-case", "category = \"best-case\""),
        (rules("", "[moves]\nback = |"), "warning", "back = \"warning\""),
        (rules("", "b = { level = \"in|\" }"), "info", "b = { level = \"info\" }"),
        (rules("", "b = { title = \"B\", app|"), "approval", "b = { title = \"B\", approval = "),
        (rules("", "b = { since = | }"), "2026-11-23", "b = { since = 2026-11-23 }"),
        (rules("", "b = { waivable = | }"), "false", "b = { waivable = false }"),
        (rules("", "b = |"), "approval", "b = { title = \"\", approval = \"\" }"),
        (rules("segment = {", "x = \"mo|\"\nsegment = {"), "money", "x = \"money\"\n"),
        (
            rules("segment = { type = \"text\"", "segment = { type = \"|\""),
            "list",
            "segment = { type = \"list\"",
        ),
        (
            rules("\"lead\", \"offer\"]", "\"lead\"]\n[fiscal-year]\nnamed-by = '|'"),
            "end",
            "named-by = 'end'\n",
        ),
    ] {
        let offered = proposed(&mut client, PATH, &text);
        let found = offered.iter().find(|(label, _)| label == some);
        let (_, edited) = found.unwrap_or_else(|| panic!("{some}: {:?} in {text}", labels(&offered)));
        assert!(edited.contains(made), "{made}: {edited}");
        let with_schema = format!("#:schema ../schemas/workflow.json\n{text}");
        let offered = proposed(&mut client, PATH, &with_schema);
        assert!(some == "2026-11-23" || !labels(&offered).contains(&some), "{some} {text}");
    }
    // What is there is not proposed again, and a kind has its own keys alone.
    let offered = proposed(&mut client, PATH, &rules("", "b = { title = \"B\", approval = \"desk\", |"));
    let found = labels(&offered);
    assert!(found.contains(&"covers") && found.contains(&"level"), "{found:?}");
    for other in ["title", "approval", "rule", "field", "where"] {
        assert!(!found.contains(&other), "{other}: {found:?}");
    }
    let offered = proposed(&mut client, PATH, &rules("", "[waivers]\nby = [{ group = 'desk' }, { | }]"));
    assert_eq!(labels(&offered), ["group", "when"]);
    for nothing in
        ["# |", "b = { title = \"|\" }", "b = 'x' |", "b = { since = 2026-01-01 |", "[stage.offer]|"]
    {
        let offered = proposed(&mut client, PATH, &rules("", nothing));
        assert_eq!(labels(&offered), [""; 0], "{nothing}");
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn expressions_know_what_deals_hold() {
    let (_folder, mut client) = client();
    for (typed, some, made) in [
        ("rule = \"|\"", "amount", "rule = \"amount\""),
        ("rule = \"amount > 5 && se|\"", "segment", "&& segment\""),
        ("rule = \"big && to|\"", "today", "&& today\""),
        ("rule = \"si|\"", "size", "rule = \"size(\""),
        ("rule = \"plan.|\"", "due", "rule = \"plan.due\""),
        ("rule = \"deal.plan.d|\"", "due", "rule = \"deal.plan.due\""),
        ("rule = \"contacts.|\"", "exists", "rule = \"contacts.exists(\""),
        ("rule = \"contacts.exists(c, c.ro|\"", "role", "(c, c.role\""),
        ("rule = \"segment == '|\"", "large", "segment == 'large'\""),
        ("rule = \"stage in ['lead', '|']\"", "offer", "['lead', 'offer']\""),
        ("rule = 'stage != \"|'", "lead", "stage != \"lead\"'"),
        ("rule = \"has(done['|\"", "budget-known", "has(done['budget-known'\""),
        ("rule = \"has(done.bud|\"", "budget-known", "has(done['budget-known']\""),
        ("rule = 'done.s|'", "sent", "rule = 'done.sent'"),
        ("rule = \"done['sent'].|\"", "getFullYear", "done['sent'].getFullYear(\""),
        ("rule = \"name == 'Zürich 🚢' && am|\"", "amount", "'Zürich 🚢' && amount\""),
        ("when = \"\"\"\n  amount > 5 &&\n  clo|\"\"\"", "close_date", "&&\n  close_date\"\"\""),
        ("title = \"x\", when = '''bi|", "big", "when = '''big"),
    ] {
        for line_end in ["\n", "\r\n"] {
            let text = rules("", &format!("b = {{ {typed} }}")).replace('\n', line_end);
            let offered = proposed(&mut client, PATH, &text);
            let found = offered.iter().find(|(label, _)| label == some);
            let (_, edited) = found.unwrap_or_else(|| panic!("{some}: {:?} in {typed}", labels(&offered)));
            let made = made.replace('\n', line_end);
            assert!(edited.contains(&made), "{made}: {edited}");
        }
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn a_workflow_that_cannot_be_used_is_helped_all_the_same() {
    let (_folder, mut client) = client();
    // More than the line that is typed is broken.
    for broken in ["[stage.lead]\nx = = 1\n", "y = \"open\n[oops\n", "stages = [\"lead\"\n", "z = { a = 1\n"]
    {
        let text = format!(
            "{broken}{}b = {{ approval = \"|\" }}",
            RULES.replace("stages = [\"lead\", \"offer\"]\n", "")
        );
        let offered = proposed(&mut client, PATH, &text);
        assert!(labels(&offered).contains(&"desk"), "{broken}: {:?}", labels(&offered));
        let text = text.replace("approval = \"|\"", "rule = \"pl|\"");
        let offered = proposed(&mut client, PATH, &text);
        assert!(labels(&offered).contains(&"plan"), "{broken}: {:?}", labels(&offered));
    }
    let offered = proposed(&mut client, PATH, "|");
    assert!(labels(&offered).contains(&"stages"));
    assert_eq!(client.end(), 0);
}

#[test]
fn settings_are_proposed_too() {
    let (_folder, mut client) = client();
    for (text, some, made) in [
        ("default-workflow = \"|\"", "acme", "default-workflow = \"acme\""),
        ("[[assign]]\nmatch = \"acme/*\"\nworkflow = '|", "standard", "workflow = 'standard'"),
        ("[[assign]]\nmatch = 'a'\nworkflow = 'x'\n[[assign]]\nwo|", "workflow", "[[assign]]\nworkflow = "),
        ("[levels]\nsta|", "stalled", "[levels]\nstalled = "),
        ("[levels]\nstalled = |", "off", "stalled = \"off\""),
        ("[people]\n\"|\"", "dee@acme.example", "[people]\n\"dee@acme.example\""),
        ("[people]\nd|", "dee@acme.example", "[people]\n\"dee@acme.example\" = "),
        ("ass|", "assign", "[[assign]]"),
        ("[[ass|", "assign", "[[assign]]"),
        ("[provenance]\napprovals = \"|\"", "signed", "approvals = \"signed\""),
        ("today = |", "2026-11-23", "today = 2026-11-23"),
    ] {
        let offered = proposed(&mut client, "dealgate.toml", text);
        let found = offered.iter().find(|(label, _)| label == some);
        let (_, edited) = found.unwrap_or_else(|| panic!("{some}: {:?} in {text}", labels(&offered)));
        assert!(edited.contains(made), "{made}: {edited}");
    }
    // Nobody is asked about what is no rule of the workspace.
    client.open("pyproject.toml", "na");
    let at = json!({ "textDocument": { "uri": client.uri("pyproject.toml") }, "position": { "line": 0, "character": 2 } });
    assert!(client.ask("textDocument/completion", at).as_array().is_none_or(Vec::is_empty));
    assert_eq!(client.end(), 0);
}
