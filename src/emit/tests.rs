//! The formats, on hand-made findings.

mod places;

use std::sync::Arc;

use jiff::civil::date;

use super::outcome::CheckOutcome;
use super::surface::Surface;
use super::{FORMATS, Format, emit};
use crate::finding::{Code, Finding, Ledger, Levels, Subject};
use crate::source::{Place, SourceFile, Span};

const DEAL: &str = "\
name: Rollout of line 4
customer: Initech GmbH
stage: discovery
owner: jane@acme.example
amount: 120000 EUR
amuont: 1
history:
  - {date: 2026-05-20, stage: qualified}
  - {date: 2026-05-01, stage: prospect}
contacts: [{name: Zoë Müller, stance: 友}]
";

const WORKFLOW: &str = "\
name = \"Acme enterprise sales\"
extends = \"standard\"

[stage.qualified]
name = \"Qualified\"
goal = \"The opportunity is real.\"
probability = 0.25
category = \"pipeline\"

[stage.qualified.requires]
follow-up-meetings = { title = \"A follow-up meeting was held\", field = \"meetings\", where = { kind = \"follow-up\" } }
";

fn file(path: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(path, text))
}

/// The place of a piece of a text.
fn span(file: &SourceFile, piece: &str) -> Span {
    let start = file.text().find(piece).unwrap();
    Span::new(start, start + piece.len())
}

fn place(file: &Arc<SourceFile>, piece: &str) -> Place {
    Place::new(file, span(file, piece))
}

fn settled(found: Vec<Finding>) -> Ledger {
    Ledger::settle(found, &Levels::default(), 0)
}

fn example() -> Ledger {
    let deal = file("deals/acme/rollout.yaml", DEAL);
    let rules = file("workflows/acme.toml", WORKFLOW);
    let about = |requirement: Option<&str>| Subject {
        deal: Some("acme/rollout".into()),
        workflow: Some("acme".into()),
        stage: requirement.map(|_| "qualified".into()),
        requirement: requirement.map(Into::into),
        order: (1, 0),
    };
    let found = vec![
        Finding::new(
            Code::RequirementUnmet,
            "\"A follow-up meeting was held\" is not met, and the deal is past stage \"Qualified\"",
        )
        .at(&deal, span(&deal, "discovery"))
        .help(
            "add the meeting to the deal: `meetings: [{kind: follow-up, date: 2026-05-14}]`, or move the deal \
             back to `qualified`",
        )
        .related(Some(place(&rules, "follow-up-meetings")), "asked for here")
        .about(about(Some("follow-up-meetings"))),
        Finding::new(Code::UnknownKey, "`amuont` is no key of a deal")
            .at(&deal, span(&deal, "amuont"))
            .help("did you mean `amount`?")
            .about(about(None)),
        Finding::new(Code::DatesOutOfOrder, "this history entry is later than the next")
            .at(&deal, span(&deal, "2026-05-01"))
            .related(Some(place(&deal, "2026-05-20")), "the entry before")
            .about(about(None)),
        Finding::new(Code::Stalled, "41 days in stage \"Discovery\"; the workflow allows 30")
            .at(&deal, span(&deal, "discovery"))
            .about(about(None)),
        Finding::new(Code::NotAllowed, "`友` is not one of `ally`, `neutral`, `enemy`")
            .at(&deal, span(&deal, "友"))
            .about(about(None)),
        Finding::new(Code::HistoryMissing, "git knows no history of 3 deals")
            .help("fetch it: `git fetch --unshallow`"),
    ];
    Ledger::settle(found, &Levels::default(), 1)
}

fn outcome(ledger: &Ledger) -> CheckOutcome<'_> {
    CheckOutcome {
        ledger,
        today: date(2026, 11, 23),
        revision: None,
        deals: 12,
        settings: false,
        workflows: 2,
        templates: 0,
        not_judged: 0,
        prefix: "",
        gates: &[],
    }
}

fn shown(format: Format, ledger: &Ledger, surface: Surface) -> String {
    let mut out = Vec::new();
    emit(format, &outcome(ledger), surface, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const TERMINAL: Surface = Surface { width: 80, colour: false, unicode: true, summary: true, advice: false };

#[test]
fn full_shows_both_excerpts_and_the_way_out() {
    let expected = r#"warning[history-missing]: git knows no history of 3 deals
  help: fetch it: `git fetch --unshallow`

error[requirement-unmet]: "A follow-up meeting was held" is not met, and the
  deal is past stage "Qualified"
    ╭─[deals/acme/rollout.yaml:3:8]
  2 │ customer: Initech GmbH
  3 │ stage: discovery
    ·        ────┬────
    ·            ╰── requirement `follow-up-meetings`
  4 │ owner: jane@acme.example
    ├─[workflows/acme.toml:11:1]
 11 │ follow-up-meetings = { title = "A follow-up meeting was held", field = "m…
    · ─────────┬────────
    ·          ╰── asked for here
    ╰────
  help: add the meeting to the deal:
        `meetings: [{kind: follow-up, date: 2026-05-14}]`, or move the deal back
        to `qualified`

warning[stalled]: 41 days in stage "Discovery"; the workflow allows 30
   ╭─[deals/acme/rollout.yaml:3:8]
 2 │ customer: Initech GmbH
 3 │ stage: discovery
   ·        ─────────
 4 │ owner: jane@acme.example
   ╰────

error[unknown-key]: `amuont` is no key of a deal
   ╭─[deals/acme/rollout.yaml:6:1]
 5 │ amount: 120000 EUR
 6 │ amuont: 1
   · ──────
 7 │ history:
   ╰────
  help: did you mean `amount`?

error[dates-out-of-order]: this history entry is later than the next
    ╭─[deals/acme/rollout.yaml:9:12]
  7 │ history:
  8 │   - {date: 2026-05-20, stage: qualified}
    ·            ─────┬────
    ·                 ╰── the entry before
  9 │   - {date: 2026-05-01, stage: prospect}
    ·            ──────────
 10 │ contacts: [{name: Zoë Müller, stance: 友}]
    ╰────

error[not-allowed]: `友` is not one of `ally`, `neutral`, `enemy`
    ╭─[deals/acme/rollout.yaml:10:39]
  9 │   - {date: 2026-05-01, stage: prospect}
 10 │ contacts: [{name: Zoë Müller, stance: 友}]
    ·                                       ──
    ╰────

Found 4 errors and 2 warnings in 12 deals (1 requirement waived).
"#;
    let full = shown(Format::Full, &example(), TERMINAL);
    assert_eq!(full, expected, "{full}");
}

#[test]
fn full_is_ascii_in_a_pipe_and_coloured_on_request() {
    let deal = file("deals/a.yaml", "stage: discovery\n");
    let finding = Finding::new(Code::Stalled, "too long").at(&deal, span(&deal, "discovery"));
    let plain = shown(Format::Full, &settled(vec![finding.clone()]), Surface::PLAIN);
    let expected = "\
warning[stalled]: too long
   ,-[deals/a.yaml:1:8]
 1 | stage: discovery
   :        ^^^^^^^^^
   `----

Found 1 warning in 12 deals.
";
    assert_eq!(plain, expected, "{plain}");
    let coloured = shown(Format::Full, &settled(vec![finding]), Surface { colour: true, ..Surface::PLAIN });
    assert!(coloured.contains("\u{1b}[33m"), "{coloured}");
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), expected);
}

#[test]
fn concise_is_one_line_a_finding() {
    let expected = r#"warning[history-missing] git knows no history of 3 deals
deals/acme/rollout.yaml:3:8: error[requirement-unmet] "A follow-up meeting was held" is not met, and the deal is past stage "Qualified"
deals/acme/rollout.yaml:3:8: warning[stalled] 41 days in stage "Discovery"; the workflow allows 30
deals/acme/rollout.yaml:6:1: error[unknown-key] `amuont` is no key of a deal
deals/acme/rollout.yaml:9:12: error[dates-out-of-order] this history entry is later than the next
deals/acme/rollout.yaml:10:39: error[not-allowed] `友` is not one of `ally`, `neutral`, `enemy`
Found 4 errors and 2 warnings in 12 deals (1 requirement waived).
"#;
    assert_eq!(shown(Format::Concise, &example(), Surface::PLAIN), expected);
}

#[test]
fn the_summary_claims_no_more_than_was_judged() {
    let none = Ledger::default();
    let said = |deals, not_judged, waived| {
        let ledger = Ledger::settle(Vec::new(), &Levels::default(), waived);
        let outcome = CheckOutcome { deals, not_judged, ..outcome(&ledger) };
        let mut out = Vec::new();
        super::summary(&outcome, Surface::PLAIN, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(said(12, 0, 0), "All 12 deals are in order.\n");
    assert_eq!(said(1, 0, 2), "The deal is in order (2 requirements waived).\n");
    assert_eq!(said(12, 4, 0), "8 of 12 deals are in order (4 deals not judged: no usable workflow).\n");
    assert_eq!(said(2, 2, 0), "No deal was checked (2 deals not judged: no usable workflow).\n");
    assert_eq!(said(0, 0, 0), "All 2 workflows are in order.\n");
    let quiet = Surface { summary: false, ..Surface::PLAIN };
    assert_eq!(shown(Format::Concise, &none, quiet), "");
}

#[test]
fn json_has_the_keys_of_the_contract_in_order() {
    let text = shown(Format::Json, &example(), Surface::PLAIN);
    assert!(text.ends_with("}\n"));
    let start = r#"{
  "schema_version": 1,
  "tool": {
    "name": "dealgate",
    "version": "0.1.0"
  },
  "today": "2026-11-23",
  "revision": null,
  "summary": {
    "deals": 12,
    "workflows": 2,
    "not_judged": 0,
    "errors": 4,
    "warnings": 2,
    "infos": 0,
    "waived": 1
  },
  "findings": ["#;
    assert!(text.starts_with(start), "{text}");
    let finding = r#"    {
      "code": "requirement-unmet",
      "level": "error",
      "message": "\"A follow-up meeting was held\" is not met, and the deal is past stage \"Qualified\"",
      "help": "add the meeting to the deal: `meetings: [{kind: follow-up, date: 2026-05-14}]`, or move the deal back to `qualified`",
      "fix": null,
      "url": null,
      "file": "deals/acme/rollout.yaml",
      "line": 3,
      "column": 8,
      "end_line": 3,
      "end_column": 17,
      "deal": "acme/rollout",
      "workflow": "acme",
      "stage": "qualified",
      "requirement": "follow-up-meetings",
      "related": [
        {
          "file": "workflows/acme.toml",
          "line": 11,
          "column": 1,
          "end_line": 11,
          "end_column": 19,
          "message": "asked for here"
        }
      ],
      "fingerprint": "95db5b1740f570ea0754a699dfcdf93b"
    },
"#;
    assert!(text.contains(finding), "{text}");
}

#[test]
fn jsonl_is_the_findings_of_json() {
    let ledger = example();
    let whole: serde_json::Value =
        serde_json::from_str(&shown(Format::Json, &ledger, Surface::PLAIN)).unwrap();
    let lines = shown(Format::Jsonl, &ledger, Surface::PLAIN);
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(whole["findings"], serde_json::Value::Array(lines));
}

#[test]
fn github_gets_errors_first_and_paths_from_the_repository_root() {
    let ledger = example();
    let mut out = Vec::new();
    let outcome = CheckOutcome { prefix: "sales/", ..outcome(&ledger) };
    emit(Format::Github, &outcome, Surface::PLAIN, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let first = "::error file=sales/deals/acme/rollout.yaml,line=3,col=8,endLine=3,endColumn=17,\
        title=requirement-unmet::\"A follow-up meeting was held\" is not met, and the deal is past stage \
        \"Qualified\"%0Aasked for here: workflows/acme.toml:11%0Ahelp: add the meeting";
    assert!(text.starts_with(first), "{text}");
    let levels: Vec<&str> = text.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    assert_eq!(levels, ["::error", "::error", "::error", "::error", "::warning", "::warning"]);
    assert!(text.contains("\n::warning title=history-missing::git knows"), "{text}");
}

#[test]
fn an_annotation_over_lines_has_no_columns() {
    let deal = file("deals/a.yaml", DEAL);
    let spans = [span(&deal, "discovery"), span(&deal, "stage: discovery\nowner")];
    let found = spans.map(|span| Finding::new(Code::Stalled, "too long").at(&deal, span)).to_vec();
    let text = shown(Format::Github, &settled(found), Surface::PLAIN);
    assert!(text.contains("file=deals/a.yaml,line=3,endLine=4,title=stalled::"), "{text}");
    assert!(text.contains("file=deals/a.yaml,line=3,col=8,endLine=3,endColumn=17,title"), "{text}");
}

#[test]
fn sarif_holds_no_more_than_is_taken_and_the_gravest() {
    let deal = file("deals/a.yaml", DEAL);
    let finding = |code, nth: usize| {
        Finding::new(code, format!("{nth}")).at(&deal, Span::new(nth % DEAL.len(), nth % DEAL.len()))
    };
    let log = |errors: usize| -> serde_json::Value {
        let found = (0..24_990).map(|nth| finding(Code::Stalled, nth));
        let found = found.chain((0..errors).map(|nth| finding(Code::UnknownKey, nth))).collect();
        serde_json::from_str(&shown(Format::Sarif, &settled(found), Surface::PLAIN)).unwrap()
    };
    for (errors, left_out) in [(10, 0), (11, 1), (300, 290)] {
        let log = log(errors);
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 25_000);
        assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), errors);
        let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        let said: Vec<_> = notes.iter().filter_map(|note| note["message"]["text"].as_str()).collect();
        assert_eq!(said.len(), usize::from(left_out > 0));
        assert!(said.iter().all(|said| said.starts_with(&format!("{left_out} finding"))), "{said:?}");
        assert!(
            run["tool"]["driver"]["informationUri"].as_str().is_some_and(|uri| uri.starts_with("https://"))
        );
    }
}

#[test]
fn nothing_in_a_file_acts_on_who_reads() {
    let evil = "::error::x\n::warning file=a,line=1::%0A\u{1b}[2J\r\u{202e}\u{9b}31m\u{200b}\u{7f}##[x]";
    let deal = file(&format!("{evil}.yaml"), &format!("{evil}\n{evil}"));
    let finding = Finding::new(Code::UnknownKey, evil)
        .at(&deal, Span::new(0, 3))
        .help(evil)
        .related(Some(Place::new(&deal, Span::new(60, 80))), evil.to_owned())
        .about(Subject { requirement: Some("\u{1b}evil".into()), ..Subject::default() });
    let ledger = settled(vec![finding]);
    for entry in FORMATS {
        let text = shown(entry.format, &ledger, TERMINAL);
        let acts = |c: char| {
            c != '\n' && c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        };
        assert!(!text.contains(acts), "{}: {text:?}", entry.name);
        let orders = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
        assert_eq!(orders, usize::from(entry.format == Format::Github), "{}: {text}", entry.name);
        assert!(entry.format == Format::Github || !text.contains("##["), "{}: {text}", entry.name);
    }
    let json: serde_json::Value =
        serde_json::from_str(&shown(Format::Jsonl, &ledger, Surface::PLAIN)).unwrap();
    assert_eq!(json["message"], evil, "escaped, not changed");
}
