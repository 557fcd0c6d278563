//! The comment on a pull request, for one that adds errors, one that changes rules and one that closes deals: the verdict in
//! one line, then what is new and wrong, then the deals, then the bridge; the rest is folded.

use crate::repo::{DANA, JANE, Repo, dealgate};

const WORKFLOW: &str = "name = \"Acme\"\ncurrency = \"EUR\"\nstages = [\"lead\", \"offer\", \"order\"]\nwon-from = \"offer\"\n\
    [stage.lead.requires]\nbudget = \"The budget is known\"\n[stage.offer]\nmax-days = 60\n[stage.offer.requires]\nterms = \"The terms are agreed\"\n";

fn deal(name: &str, stage: &str, amount: u32, done: &str, more: &str) -> String {
    format!(
        "name: {name}\nstage: {stage}\nowner: jane@acme.example\namount: {amount} EUR\nopened: 2026-11-02\nclose_date: 2026-12-15\n\
         next_step: {{what: Call, date: 2026-12-01}}\ndone: {{{done}}}\nhistory:\n  - {{date: 2026-11-02, stage: lead}}\n{more}"
    )
}

/// Three deals on `main`, and a branch.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW);
    repo.write("deals/acme/one.yaml", &deal("One press", "lead", 120_000, "", ""));
    repo.write("deals/acme/two.yaml", &deal("Two lines", "lead", 80_000, "budget: 2026-11-03", ""));
    let offered = "  - {date: 2026-11-10, stage: offer}\n";
    repo.write("deals/acme/three.yaml", &deal("Three cells", "offer", 50_000, "budget: 2026-11-03", offered));
    repo.commit("2026-11-10", JANE, "Deals");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo
}

fn comment(repo: &Repo) -> String {
    repo.commit("2026-11-20", DANA, "Change");
    let ran = dealgate(repo.path(), &["diff", "main", "--format", "markdown", "--today", "2026-11-23"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.stdout
}

/// What stands before what is folded, and the headings of what is.
fn parts(comment: &str) -> (String, Vec<String>) {
    let open = comment.split("<details>").next().unwrap_or_default().to_owned();
    let folded = comment.lines().filter_map(|line| line.strip_prefix("<details><summary>"));
    (open, folded.map(|line| line.trim_end_matches("</summary>").to_owned()).collect())
}

fn in_order(text: &str, parts: &[&str]) {
    let mut from = 0;
    for part in parts {
        let found = text[from..].find(part);
        from += found.unwrap_or_else(|| panic!("{part} comes not in order in\n{text}"));
    }
}

#[test]
fn one_that_adds_errors_names_them_by_deal_and_title_first() {
    let repo = repo();
    repo.write(
        "deals/acme/one.yaml",
        &deal("One press", "offer", 120_000, "", "  - {date: 2026-11-19, stage: offer}\n"),
    );
    let comment = comment(&repo);
    let (open, folded) = parts(&comment);
    let verdict = "✗ **1 new error in 1 deal** · 1 deal changed · open FY26-Q4";
    in_order(
        &open,
        &[
            "### Pipeline: main",
            verdict,
            "**New errors**",
            "- **acme/one**, One press",
            "| acme/one",
            "**Bridge**",
        ],
    );
    let error = "  - The budget is known: it is not in <code>done</code> (requirement-unmet)";
    assert_eq!(open.lines().filter(|line| line.contains("budget is known")).collect::<Vec<_>>(), [error]);
    assert!(open.lines().nth(2).is_some_and(|line| line.starts_with('✗')), "the verdict comes first: {open}");
    assert!(folded.iter().any(|title| title.starts_with("Findings: 1 introduced")), "{folded:?}");
}

#[test]
fn one_that_changes_rules_says_which_deals_they_fail() {
    let repo = repo();
    let stricter = WORKFLOW.replace(
        "budget = \"The budget is known\"",
        "budget = \"The budget is known\"\nbuyer = \"The buyer is known\"",
    );
    repo.write("workflows/acme.toml", &stricter);
    let comment = comment(&repo);
    let (open, folded) = parts(&comment);
    in_order(
        &open,
        &["### Pipeline", "changed rules newly fail 1 deal", "**Changed rules**: of 3 deals 1 newly fail"],
    );
    assert!(folded.iter().any(|title| title == "Deals of the changed rules"), "{folded:?}");
    assert!(comment.contains("| acme | buyer |"), "{comment}");
}

#[test]
fn one_that_closes_deals_is_clean_and_shows_where_the_money_went() {
    let repo = repo();
    let done = "budget: 2026-11-03, terms: 2026-11-18";
    let ended = "  - {date: 2026-11-10, stage: offer}\n  - {date: 2026-11-19, outcome: won}\noutcome: {result: won, date: 2026-11-19}\n";
    repo.write("deals/acme/three.yaml", &deal("Three cells", "offer", 50_000, done, ended));
    let lost = "outcome: {result: lost, date: 2026-11-19, reason: price}\n";
    repo.write("deals/acme/two.yaml", &deal("Two lines", "lead", 80_000, "budget: 2026-11-03", lost));
    let comment = comment(&repo);
    let (open, folded) = parts(&comment);
    in_order(
        &open,
        &[
            "✓ **No new error** · 2 deals changed · open FY26-Q4",
            "250,000 → 120,000 EUR",
            "| won | 1 | -50,000 |",
            "| lost | 1 | -80,000 |",
        ],
    );
    assert!(!open.contains("**New errors**"), "{open}");
    assert!(folded.iter().any(|title| title.starts_with("Deals of the bridge")), "{folded:?}");
}

#[test]
fn what_files_say_is_text_in_every_part_of_a_comment() {
    let repo = repo();
    let name = "\"</details><img src=x> @octocat | [x](http://evil.example) #1\"";
    repo.write(
        "deals/acme/one.yaml",
        &deal(name, "offer", 120_000, "", "  - {date: 2026-11-19, stage: offer}\n"),
    );
    let comment = comment(&repo);
    for acting in ["<img", "@octocat", "](http", " #1", "</details><"] {
        assert!(!comment.contains(acting), "{acting}: {comment}");
    }
    assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
}
