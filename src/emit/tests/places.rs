//! Excerpts of odd texts and odd places.

use super::{TERMINAL, file, place, settled, shown, span};
use crate::emit::Format;
use crate::emit::surface::Surface;
use crate::finding::{Code, Finding, Level};
use crate::source::{Place, SourceFile, Span};

/// The excerpt of one place.
fn excerpt(text: &str, span: Span, width: usize) -> String {
    let deal = file("a.yaml", text);
    let ledger = settled(vec![Finding::new(Code::UnknownKey, "m").at(&deal, span)]);
    let surface = Surface { width, summary: false, ..TERMINAL };
    let full = shown(Format::Full, &ledger, surface);
    full.strip_prefix("error[unknown-key]: m\n").unwrap().trim_end_matches('\n').to_owned()
}

#[test]
fn places_that_hold_nothing_are_still_shown() {
    let box_of = |header: &str, lines: &str| format!("   ╭─[a.yaml:{header}]\n{lines}\n   ╰────");
    assert_eq!(excerpt("", Span::new(0, 0), 80), "   ╭─[a.yaml:1:1]\n   ╰────", "no line is no empty line");
    assert_eq!(excerpt("\n", Span::new(0, 0), 80), box_of("1:1", " 1 │\n   · ▲"));
    assert_eq!(excerpt("a: b\n", Span::new(5, 5), 80), box_of("2:1", " 1 │ a: b\n 2 │\n   · ▲"));
    assert_eq!(excerpt("a: b", Span::new(4, 4), 80), box_of("1:5", " 1 │ a: b\n   ·     ▲"));
    assert_eq!(excerpt("a: b", Span::new(90, 99), 80), box_of("1:5", " 1 │ a: b\n   ·     ▲"));
    assert_eq!(excerpt("a: b\nc", Span::new(4, 5), 80), box_of("1:5", " 1 │ a: b\n   ·     ▲\n 2 │ c"));
}

#[test]
fn line_endings_tabs_and_wide_characters_keep_the_place() {
    let crlf = "a: b\r\n\tc: 友人\r\nd: e\r\n";
    let start = crlf.find('人').unwrap();
    let expected = "   ╭─[a.yaml:2:6]\n 1 │ a: b\n 2 │     c: 友人\n   ·          ──\n 3 │ d: e\n   ╰────";
    assert_eq!(excerpt(crlf, Span::new(start, start + 3), 80), expected);
    let all = excerpt(crlf, Span::new(0, crlf.len()), 80);
    assert!(all.contains(" 1 │ a: b\n   · ────\n"), "of several lines the first is underlined: {all}");
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!(
        "first: 1\nlong: {}HERE{}\nlast: {}\n",
        "x".repeat(10_000),
        "y".repeat(10_000),
        "z".repeat(999)
    );
    let start = text.find("HERE").unwrap();
    let expected = "   ╭─[a.yaml:2:10007]
 1 │ first: 1
 2 │ …xxxxxxxxxHEREyyyyyyyyyyyyyyyyyyyyy…
   ·           ────
 3 │ last: zzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
   ╰────";
    assert_eq!(excerpt(&text, Span::new(start, start + 4), 41), expected);
    let long = excerpt(&text, Span::new(start - 9_000, start + 9_000), 41);
    assert!(long.lines().all(|line| line.chars().count() <= 41), "{long}");
}

#[test]
fn places_of_one_line_share_it() {
    let rules = file("w.toml", "a = { field = \"x\", rule = \"y\" }\n");
    let finding = Finding::new(Code::ConflictingKeys, "m")
        .at(&rules, span(&rules, "rule"))
        .related(Some(place(&rules, "field")), "the other kind");
    let expected = "\
error[conflicting-keys]: m
   ╭─[w.toml:1:20]
 1 │ a = { field = \"x\", rule = \"y\" }
   ·       ──┬──        ────
   ·         ╰── the other kind
   ╰────

";
    let surface = Surface { summary: false, ..TERMINAL };
    let full = shown(Format::Full, &settled(vec![finding]), surface);
    assert_eq!(full, expected, "{full}");
}

#[test]
fn many_places_do_not_bury_the_next_finding() {
    let deal = file("a.yaml", "a: 1\n");
    let other = file("b.yaml", &"b: 1\n".repeat(50));
    let mut finding =
        Finding::new(Code::DuplicateDeal, "m").at(&deal, Span::new(0, 1)).level(Some(Level::Info));
    for line in 0..10 {
        finding = finding.related(Some(Place::new(&other, Span::new(line * 25, line * 25 + 1))), "also here");
    }
    let full = shown(Format::Full, &settled(vec![finding]), TERMINAL);
    assert_eq!(full.matches("also here").count(), 4);
    assert!(full.contains("\n  and 6 more places\n"), "{full}");
}

proptest::proptest! {
    #[test]
    fn any_place_in_any_text_can_be_shown(
        text in "[a-z \\t\\r\\n:\u{1b}友é…]{1,60}",
        (from, to) in (0_usize..200, 0_usize..200),
        width in 1_usize..60,
    ) {
        let place = Span::new(from.min(to), from.max(to));
        let start = SourceFile::new("a.yaml", text.as_str()).position(place.start);
        let shown = excerpt(&text, place, width);
        let header = format!("╭─[a.yaml:{}:{}]", start.line, start.column);
        proptest::prop_assert!(shown.contains(&header), "{}", shown);
        // The number is padded where a line of the context has more digits.
        let linum = format!("{} │", start.line);
        proptest::prop_assert!(shown.lines().any(|line| line.trim_start().starts_with(&linum)), "{}", shown);
        proptest::prop_assert!(shown.contains(['─', '▲']), "{}", shown);
        proptest::prop_assert!(!shown.contains(['\u{1b}', '\r', '\t']), "{}", shown);
    }

    #[test]
    fn what_is_underlined_is_what_is_meant(
        lines in proptest::collection::vec("[a-z]{1,90}", 1..6),
        (line, from, length) in (0_usize..6, 0_usize..90, 1_usize..12),
    ) {
        let line = line % lines.len();
        let from = from % lines[line].len();
        let to = (from + length).min(lines[line].len());
        let before: usize = lines[..line].iter().map(|line| line.len() + 1).sum();
        let shown = excerpt(&lines.join("\n"), Span::new(before + from, before + to), 50);
        let rows: Vec<Vec<char>> = shown.lines().map(|row| row.chars().collect()).collect();
        let below = rows.iter().position(|row| row[3] == '·').unwrap();
        let meant: String =
            rows[below].iter().zip(&rows[below - 1]).filter(|(mark, _)| **mark == '─').map(|(_, c)| c).collect();
        proptest::prop_assert_eq!(&meant, &lines[line][from..to], "{}", shown);
        proptest::prop_assert!(rows.iter().all(|row| row.len() <= 50), "{}", shown);
    }
}
