//! Another name for a requirement or a stage.

use std::time::SystemTime;

use serde_json::json;

use super::client::{Client, Opening};
use super::workflows::{PATH, RULES, rules};
use super::{workspace, write};
use crate::repo;

/// What another name makes of the files of a folder, by their paths.
fn renamed(
    client: &mut Client,
    path: &str,
    text: &str,
    word: &str,
    name: &str,
) -> Result<Vec<(String, String)>, String> {
    let mut at = client.at(path, text, word);
    at["newName"] = json!(name);
    let id = client.post("textDocument/rename", at);
    let answer = client.answer(id);
    if let Some(error) = answer.get("error") {
        return Err(error["message"].as_str().expect("a text").to_owned());
    }
    let changes = answer["result"]["documentChanges"].as_array().expect("a list").clone();
    let made = changes.iter().map(|change| {
        let uri = change["textDocument"]["uri"].as_str().expect("an address");
        let path = uri.strip_prefix(&(client.uri("") + "/")).expect("in the folder").replace("%C3%BC", "ü");
        let old = std::fs::read_to_string(client.root.join(&path)).expect("a file");
        (path, client.edited(&old, change["edits"].as_array().expect("a list")))
    });
    Ok(made.collect())
}

#[test]
fn another_name_goes_through_the_workflow_and_all_its_deals() {
    let folder = rules();
    let child = "extends = \"acme\"\n[stage.lead.requires.budget-known]\nhelp = \"Ask.\"\n[waivers]\nonly = [\"budget-known\"]\n";
    write(folder.path(), "workflows/south.toml", child);
    write(
        folder.path(),
        "deals/south/ü.yaml",
        "name: Süd\r\nstage: lead\r\ndone:\r\n  # asked\r\n  budget-known: 2026-01-05\r\n",
    );
    write(
        folder.path(),
        "deals/other/x.yaml",
        "name: X\nstage: prospect\ndone: {target-market: 2026-01-05}\n",
    );
    let test = "# today: 2026-11-23\nname: T\nstage: offer  # expect: requirement-unmet lead/budget-known, requirement-unmet lead/cheap\n";
    write(folder.path(), "workflows/tests/acme/t.yaml", test);
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    let at = client.at(PATH, RULES, "budget-known");
    let range = client.ask("textDocument/prepareRename", at);
    assert_eq!(range["placeholder"], "budget-known");
    let made = renamed(&mut client, PATH, RULES, "budget-known", "money-there").expect("renamed");
    let paths: Vec<&str> = made.iter().map(|(path, _)| path.as_str()).collect();
    assert!(paths.contains(&PATH) && paths.contains(&"workflows/south.toml"), "{paths:?}");
    assert_eq!(paths.len(), 9, "{paths:?}");
    for (path, text) in &made {
        let old = std::fs::read_to_string(folder.path().join(path)).expect("a file");
        assert_eq!(*text, old.replace("budget-known", "money-there"), "{path}");
    }
    let made = renamed(&mut client, PATH, RULES, "\"offer\"", "proposal").expect("renamed");
    let rules = made.iter().find(|(path, _)| path == PATH).expect("the workflow");
    assert_eq!(rules.1, RULES.replace("\"offer\"", "\"proposal\"").replace("stage.offer", "stage.proposal"));
    for (name, why) in
        [("cheap", "has `cheap` already"), ("Not A Name", "is no name for it"), ("offer-sent", "already")]
    {
        let refused = renamed(&mut client, PATH, RULES, "budget-known", name).expect_err("refused");
        assert!(refused.contains(why), "{refused}");
    }
    let foreign = client.open_file("deals/other/x.yaml");
    let refused =
        renamed(&mut client, "deals/other/x.yaml", &foreign, "target-market", "market").expect_err("refused");
    assert!(refused.contains("keeps its name"), "{refused}");
    assert_eq!(client.end(), 0);
}

/// A rule of the second stage that is met where an expression is true.
fn with_rule(line: &str) -> String {
    format!(
        "stages = [\"lead\", \"offer\"]\n[fields]\nbuying_stage = \"text\"\nundone = {{ type = \"record\", fields = {{ budget = \"text\" }} }}\n\
         [stage.lead.requires]\nbudget = {{ title = \"The budget of done.budget\", help = \"Write the day: `done: {{budget: 2026-01-01}}`.\" }}\n{line}\n\
         [stage.offer]\nmax-days = 10\n[stage.offer.requires]\nsent = \"Sent\"\n"
    )
}

const DEAL: &str =
    "name: N\nstage: offer\nbuying_stage: lead\nundone: {budget: y}\ndone: {budget: 2026-01-02}\n";

#[test]
fn an_expression_is_called_otherwise_where_it_means_the_same() {
    for (line, expected) in [
        ("x = { title = \"X\", rule = \"buying_stage == 'lead' && stage != 'lead'\" }", None),
        (
            "x = { title = \"X\", rule = \"undone.budget == 'y' && done.budget != null\" }",
            Some("done['money-there']"),
        ),
        ("x = { title = \"X\", rule = 'has(done.budget)' }", Some("(\"money-there\" in done)")),
    ] {
        let rules = with_rule(line);
        let folder = workspace(&[(PATH, &rules), ("dealgate.toml", ""), ("deals/acme/n.yaml", DEAL)]);
        let mut client = Client::start(folder.path(), &Opening::default());
        client.open_file(PATH);
        let made = renamed(&mut client, PATH, &rules, "budget = {", "money-there").expect("renamed");
        let text = &made.iter().find(|(path, _)| path == PATH).expect("the workflow").1;
        assert!(
            text.contains("\"The budget of done.budget\"")
                && text.contains("`done: {money-there: 2026-01-01}`")
        );
        assert!(expected.is_none_or(|part| text.contains(part)), "{text}");
        let made = renamed(&mut client, PATH, &rules, "\"lead\"", "first").expect("renamed");
        let text = &made.iter().find(|(path, _)| path == PATH).expect("the workflow").1;
        assert_eq!(
            *text,
            rules
                .replace("[\"lead\"", "[\"first\"")
                .replace("stage.lead", "stage.first")
                .replace(" stage != 'lead'", " stage != 'first'")
        );
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn only_what_stands_on_a_name_is_called_otherwise() {
    let rules = with_rule("x = \"X\"");
    let folder = workspace(&[(PATH, &rules), ("dealgate.toml", ""), ("deals/acme/n.yaml", DEAL)]);
    let mut client = Client::start(folder.path(), &Opening::default());
    let deal = "name: N\nstage: offer\ndone: {budget: {date: 2026-01-02, note: a budget}}\n";
    client.open_file(PATH);
    client.open("deals/acme/n.yaml", deal);
    for (path, text, word) in [
        (PATH, rules.as_str(), "The budget of"),
        (PATH, &rules, "help ="),
        ("deals/acme/n.yaml", deal, "date:"),
        ("deals/acme/n.yaml", deal, "a budget"),
    ] {
        let at = client.at(path, text, word);
        assert!(client.ask("textDocument/prepareRename", at).is_null(), "{word}");
        renamed(&mut client, path, text, word, "money").expect_err("nothing to be called otherwise");
    }
    // Each head of a table names what it is in.
    let at = client.at(PATH, &rules, "offer.requires");
    let range = client.ask("textDocument/prepareRename", at);
    assert_eq!((&range["placeholder"], client.slice(&rules, &range["range"])), (&json!("offer"), "offer"));
    let at = client.at(PATH, &rules, "offer.requires");
    assert!(client.ask("textDocument/hover", at).is_object());
    assert_eq!(client.end(), 0);
}

#[test]
fn a_deal_that_cannot_be_read_is_named() {
    let broken = "name: Q\nstage: lead\ndone:\n  budget-known: 2026-01-01\n  x: [\n";
    let folder = rules();
    write(folder.path(), "deals/acme/broken.yaml", broken);
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    let refused = renamed(&mut client, PATH, RULES, "budget-known", "money").expect_err("refused");
    assert!(refused.contains("deals/acme/broken.yaml"), "{refused}");
    renamed(&mut client, PATH, RULES, "cheap", "small").expect("it says nothing of this one");
    assert_eq!(client.end(), 0);
}

#[test]
fn the_days_that_git_knows_are_not_lost_with_a_name() {
    let rules = with_rule("x = \"X\"");
    let deal = "name: N\nstage: lead\ndone: {budget: 2026-01-02, x: 2026-01-02}\n";
    let folder = workspace(&[(PATH, &rules), ("dealgate.toml", ""), ("deals/acme/n.yaml", deal)]);
    let commit = |day: &str| {
        // As after a while: git sees that nothing was changed since it looked.
        let file = std::fs::File::options().write(true).open(folder.path().join("deals/acme/n.yaml"));
        file.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH)).expect("a file");
        for arguments in [&["add", "."][..], &["commit", "-qm", "x"]] {
            let mut git = repo::git(folder.path());
            git.args(["-c", "user.name=Jane", "-c", "user.email=jane@acme.example"]).args(arguments);
            let time = format!("{day}T12:00:00+00:00");
            let ran = git.env("GIT_AUTHOR_DATE", &time).env("GIT_COMMITTER_DATE", &time).output();
            assert!(ran.expect("git starts").status.success());
        }
    };
    repo::git(folder.path()).args(["init", "-q"]).output().expect("git starts");
    commit("2026-01-01");
    write(folder.path(), "deals/acme/n.yaml", &deal.replace("lead", "offer"));
    commit("2026-02-01");
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open_file(PATH);
    let refused = renamed(&mut client, PATH, &rules, "\"offer\"", "quote").expect_err("refused");
    assert!(refused.contains("deals/acme/n.yaml") && refused.contains("only git knows"), "{refused}");
    // What no day hangs on is called otherwise all the same.
    let made = renamed(&mut client, PATH, &rules, "budget = {", "money").expect("renamed");
    assert_eq!(made.len(), 2, "{made:?}");
    assert_eq!(client.end(), 0);
}
