//! Laws that hold for every deal, tried on generated ones.

use dealgate::finding::Finding;
use proptest::prelude::*;

use crate::generator::{self, Mix};
use crate::memory::Memory;

fn workspace(deal: &str) -> Memory {
    Memory::default().with("deals/customer/deal.yaml", deal)
}

fn found(memory: &Memory) -> Vec<Finding> {
    memory.check().ledger.findings().to_vec()
}

/// Code, requirement and message: what a finding says, wherever it stands.
fn said(findings: &[Finding]) -> Vec<(String, String, String)> {
    let mut said: Vec<_> = findings
        .iter()
        .map(|it| {
            let requirement = it.subject.requirement.as_deref().unwrap_or_default();
            (it.code.name().to_owned(), requirement.to_owned(), it.message.clone())
        })
        .collect();
    said.sort();
    said
}

/// The entries of a deal: a key at the margin with all that belongs to it.
fn entries(deal: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in deal.split_inclusive('\n') {
        let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
        match entries.last_mut() {
            Some(entry) if !starts => entry.push_str(line),
            _ if starts => entries.push(line.to_owned()),
            _ => {}
        }
    }
    entries
}

/// Puts the plain value of a line in quotes, where it is a single value.
fn quoted(line: &str, quote: char) -> String {
    let Some((key, value)) = line.trim_end().split_once(": ") else { return line.to_owned() };
    let value = value.split("   #").next().unwrap_or_default();
    let plain = !key.contains(['{', '#', '"', '\'']) && !value.contains(['{', '[', '"', '\'', '|', '>', '#']);
    if plain { format!("{key}: {quote}{value}{quote}\n") } else { line.to_owned() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn how_a_deal_is_written_changes_nothing(
        number in 0_usize..100_000,
        at_fault in any::<bool>(),
        turn in 0_usize..30,
        quote in prop_oneof![Just('"'), Just('\'')],
        quoting in any::<u64>(),
    ) {
        let mix = Mix { deals: 1, at_fault: if at_fault { 1_000 } else { 0 } };
        let deal = generator::deal(number, mix);
        let before = said(&found(&workspace(&deal)));
        prop_assert_eq!(before.is_empty(), !at_fault);

        let mut turned = entries(&deal);
        let middle = turn % turned.len();
        turned.rotate_left(middle);
        prop_assert_eq!(&said(&found(&workspace(&turned.concat()))), &before, "order");

        let text = entries(&deal).into_iter().filter(|entry| !entry.starts_with("notes")).collect::<String>();
        let in_quotes: String = text
            .split_inclusive('\n')
            .enumerate()
            .map(|(at, line)| if quoting >> (at % 64) & 1 == 1 { quoted(line, quote) } else { line.to_owned() })
            .collect();
        prop_assert_eq!(said(&found(&workspace(&in_quotes))), said(&found(&workspace(&text))), "quoting");

        let commented = format!("# first\n\n{}# last\n", deal.replace("\nowner", "  # who\n  # deep\n\nowner"));
        prop_assert_eq!(&said(&found(&workspace(&commented))), &before, "comments");
        prop_assert_eq!(&said(&found(&workspace(&deal.replace('\n', "\r\n")))), &before, "line ends");
    }

    #[test]
    fn one_requirement_more_takes_no_finding_away(
        number in 0_usize..100_000,
        stage in 0_usize..6,
        kind in 0_usize..4,
    ) {
        let stages = ["prospect", "qualified", "discovery", "developed", "proposed", "closed"];
        let asked = ["", "field = \"customer\"", "approval = \"anyone\"", "rule = \"amount > 100000\""][kind];
        let workflow = |more: &str| format!("extends = \"builtin/standard\"\n{more}");
        let more = format!("[stage.{}.requires.one-more]\ntitle = \"One more\"\n{asked}\n", stages[stage]);
        let deal = generator::deal(number, Mix { deals: 1, at_fault: 1_000 });
        let of = |workflow: String| {
            let memory = Memory::default().with("workflows/own.toml", workflow);
            said(&found(&memory.with("deals/own/deal.yaml", deal.as_str())))
        };
        let (without, with) = (of(workflow("")), of(workflow(&more)));
        for one in &without {
            prop_assert!(with.contains(one), "{one:?} is gone from {with:?}");
        }
    }

    #[test]
    fn an_open_deal_that_goes_back_owes_no_more(number in 0_usize..100_000, at_fault in any::<bool>()) {
        let stages = ["prospect", "qualified", "discovery", "developed", "proposed", "closed"];
        let mix = Mix { deals: 1, at_fault: if at_fault { 1_000 } else { 0 } };
        let whole = generator::deal(number, mix);
        let of_gates = |deal: &str| -> Vec<_> {
            let findings = found(&workspace(deal));
            let gates = findings.iter().filter(|it| it.subject.requirement.is_some());
            said(&gates.cloned().collect::<Vec<_>>())
        };
        let without = ["outcome", "completed", "history"];
        let open: Vec<_> =
            entries(&whole).into_iter().filter(|entry| !without.iter().any(|key| entry.starts_with(key))).collect();
        let mut last: Option<Vec<_>> = None;
        for stage in stages.iter().rev() {
            let moved: String = open
                .iter()
                .map(|entry| if entry.starts_with("stage:") { format!("stage: {stage}\n") } else { entry.clone() })
                .collect();
            let now = of_gates(&moved);
            if let Some(last) = &last {
                for one in &now {
                    prop_assert!(last.contains(one), "{one:?} is new in {stage}");
                }
            }
            last = Some(now);
        }
    }

    #[test]
    fn every_place_lies_in_its_text(number in 0_usize..100_000, cut in 0_usize..2_000, insert in ".{0,4}") {
        let mut deal = generator::deal(number, Mix { deals: 1, at_fault: 500 });
        let mut at = cut % deal.len();
        while !deal.is_char_boundary(at) {
            at -= 1;
        }
        deal.insert_str(at, &insert);
        for finding in found(&workspace(&deal)) {
            let places = finding.place.iter().chain(finding.related.iter().map(|related| &related.place));
            for place in places {
                let (start, end) = (place.span.start as usize, place.span.end as usize);
                prop_assert!(place.file.text().get(start..end).is_some(), "{finding:?}");
                prop_assert!(place.start() <= place.end());
            }
        }
    }
}

#[test]
fn every_format_counts_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    generator::write(folder.path(), Mix { deals: 60, at_fault: 500 }).expect("a workspace");
    let run = |format: &str| {
        let ran = crate::run::dealgate(
            folder.path(),
            &["check", "--no-history", "--today", generator::TODAY, "--format", format],
        );
        (ran.stdout, ran.status)
    };
    let (json, status) = run("json");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let findings = json["findings"].as_array().expect("a list");
    let of = |level: &str| findings.iter().filter(|finding| finding["level"] == level).count();
    let (errors, warnings) = (of("error"), of("warning"));
    assert!(errors > 5 && warnings > 0);
    for format in dealgate::emit::FORMATS {
        let (text, other) = run(format.name);
        assert_eq!(other, status, "{}", format.name);
        if matches!(format.name, "full" | "concise") {
            assert!(text.contains(&format!("{errors} errors")), "{}: {errors}", format.name);
        }
        if format.name == "jsonl" {
            assert_eq!(text.matches("\"level\":\"error\"").count(), errors);
        }
    }
}
