//! Holds the fast path against the general one: what it reads it reads the same, place for place.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::parse_general;
use super::parse;
use crate::syntax::tree::Parsed;

/// Whether the fast path read the text; if it did, the general path must agree.
fn taken(text: &str) -> bool {
    let Some(root) = parse(text) else { return false };
    let general = parse_general(text);
    assert_eq!(Parsed { root: Some(root), faults: Vec::new() }, general, "{text:?}");
    true
}

/// The same with the line ends of another system.
fn returned(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Texts that the fast path must read itself, or it would not be worth having.
const TAKEN: &[&str] = &[
    "a: 1",
    "a: 1\n",
    "a:\n",
    "a:",
    "a: # c\nb:   \nc: x # y\n",
    "# c\n\n  # d\na: b   \n\n\n# e",
    "a: http://x/y#z\nb: 10:30\nc: a#b, [d] {e} & f * g ! h % i @ j ` k \" l ' m | n > o ? p - q\n",
    "a: -5\nb: ~\nc: .5\nd: =\ne: <x>\nf: +1\n",
    "a: \"x: # y\"\nb: 'it''s: \"x\" # y'   # z\nc: ''\nd: \"\"\n",
    "a.b/c-d_9: 1\n9: 2\n_: 3\n",
    "a:\n  b:\n    c: 1\n  d: 2\ne: 3\n",
    "a:\n      b: 1\nc:\n d: 2\n",
    "a:\n- 1\n- 2\nb:\n  - 3\n  -  4\nc: 5\n",
    "a:\n-\n-   # c\n- x\nb:\n",
    "- a\n- b: 1\n  c: 2\n-   d: 1\n    e:\n    - 1\n    - 2\n- - x\n  - y\n-\n  f: 1\n-\n    - z\n",
    "- a:\n- b:\n  - c\n- d:\n    - e\n",
    "- - - a\n    - b\n  - c\n- d\n",
    "a: []\nb: {}\nc: [ ]\nd: { }\ne: [1, \"x, ]\", 'y''}', z z, -1, http://x, a:b]\n",
    "a: {b: 1, c: , d: , e: [1, {f: g}], h: }  # c\n",
    "- {a: 1}\n- [b, [c]]\n- \"d\"\n- 'e'   \n- f # g\n",
    "a: |\n  x\nb: |\n    x\n\n      y z  \n\n\nc: >\n  x\n  y\n\n\n  z\nd: >-\n  x\n  y\n\ne: |-\n  x # no comment\n\n# comment\nf: |   # comment\n  - : x\n",
    "a: |\n  x",
    "a: |-\n  x",
    "a: >\n  x\n  y",
    "a: |\n  x\n  y\n  ",
    "- |\n x\n- a: >\n   y\n  b: |-\n   z\n- - |\n   x\n",
    "a:\n- |\n  x\n- >-\n    y\n    z\nb: 1\n",
    "name: Zürich, 120 000 €\n",
    "a: Łódź 東京 🎉 # ✓\n# ü\nb: \"🎉\"\nc: [ü, 'é']\nd: |\n  ß\n",
];

/// Texts of which every one has something that the plain style does not know.
const DECLINED: &[&str] = &[
    "",
    "# only\n",
    "x",
    "x y\n",
    "\"a\"\n",
    "[a]\n",
    "{a: 1}\n",
    "|\n  x\n",
    "a:1\nb: 2\n",
    "a: b: c\n",
    "a: b:\n",
    "a : 1\n",
    "a b: 1\n",
    "\"a\": 1\n",
    "'a': 1\n",
    "-a: 1\n",
    "ä: 1\n",
    "<<: {a: 1}\n",
    "? a\n: b\n",
    "a: &x 1\n",
    "a: *x\n",
    "a: !x 1\n",
    "a: !!str 1\n",
    "&x a: 1\n",
    "a: %x\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: @x\n",
    "a: `x`\n",
    "a: ]\n",
    "a: ,\n",
    "a: - b\n",
    "a: -\n",
    "a: ? b\n",
    "a: : b\n",
    "a:\tb\n",
    "a: b\t\n",
    "a: 1\t# c\n",
    "\ta: 1\n",
    "a:\n\tb: 1\n",
    "a: 1\r\rb: 2\r\n",
    "a: 1\r",
    "a: \"x\r\n y\"\r\n",
    "a: x\rb: y\n",
    "a: \u{85}\n",
    "a: x\u{2028}y\n",
    "a: x\u{2029}y\n",
    "a: x\u{feff}\n",
    "a: x\u{fffe}\n",
    "a: x\u{7f}\n",
    "a: x\0\n",
    "---\na: 1\n",
    "a: 1\n...\n",
    "a: 1\n---\nb: 2\n",
    "a: |\n  x\n---\nb: 2\n",
    "---: 1\n",
    "...: 1\n",
    " a: 1\n",
    "  a: 1\nb: 2\n",
    "a: 1\n b: 2\n",
    "a: 1\n  b\n",
    "a: 1 # c\n  b\n",
    "a: x\n\n\n  y\n",
    "a:\n  x\n",
    "a:\n  \"x\"\n",
    "a:\n  [x]\n",
    "a:\n  b: 1\n c: 2\n",
    "a:\n  b: 1\n   c: 2\n",
    "a: 1\n- b\n",
    "- a\nb: 1\n",
    "- a\n b\n",
    "- a\n - b\n",
    "- - a\n - b\n",
    "- a: 1\n b: 2\n",
    "- a: 1\n   b: 2\n",
    "a: \"x\n  y\"\n",
    "a: 'x\n  y'\n",
    "a: \"x\n",
    "a: 'x\n",
    "a: \"x\\n\"\n",
    "a: \"x\" y\n",
    "a: 'x'y\n",
    "a: \"x\"#c\n",
    "- \"a\": b\n",
    "- [a]: b\n",
    "a: [b,\n c]\n",
    "a: [b\n",
    "a: [b]]\n",
    "a: [b] c\n",
    "a: [b, ]\n",
    "a: [, b]\n",
    "a: [b c: d]\n",
    "a: [b}\n",
    "a: [b # c]\n",
    "a: [b[c]]\n",
    "a: [- b]\n",
    "a: [*b]\n",
    "a: [\"b\" c]\n",
    "a: {b}\n",
    "a: {b:c}\n",
    "a: {b: c: d}\n",
    "a: {\"b\": c}\n",
    "a: {\"b\":c}\n",
    "a: {b: 1,}\n",
    "a: {b: 1, b: 2}\n",
    "a: {? b}\n",
    "a: {b: [}\n",
    "a: 1\na: 2\n",
    "a: |x\n  y\n",
    "a: |#c\n  y\n",
    "a: |2\n   x\n",
    "a: |+\n  x\n\n",
    "a: |\n",
    "a: |",
    "a: |\n\n  x\n",
    "a: |\n    \n  x\n",
    "a: |\nb: 1\n",
    "a: |\n  x\n y\n",
    "a: |\n  x\n # c\n",
    "a: |\n  x\n      \n  y\n",
    "a: >\n  x\n    y\n  z\n",
    "a: >\n  x \n  y\n",
    "- |\nx\n",
    "a:\n- |\nx\n",
];

#[test]
fn the_plain_style_is_read_the_same() {
    for text in TAKEN {
        assert!(taken(text), "{text:?}");
        let returned = returned(text);
        assert!(taken(&returned), "{returned:?}");
        for text in [text, returned.as_str()] {
            for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
                taken(&text[..end]);
            }
        }
    }
}

#[test]
fn the_rest_is_declined() {
    for text in DECLINED {
        assert_eq!(parse(text), None, "{text:?}");
    }
}

#[test]
fn what_is_long_or_deep_is_the_same_too() {
    for length in [999, 1_000, 1_001, 1_023, 1_024, 1_025, 2_000] {
        let word = "x".repeat(length);
        taken(&format!("{word}: 1\n"));
        taken(&format!("- {word}: 1\n"));
        taken(&format!("a: {{{word}: 1}}\n"));
        for value in
            ["x y ".repeat(length), format!("\"{word}\""), format!("[{word}, b]"), format!("{{a: {word}}}")]
        {
            assert!(taken(&format!("a: {value}\n")));
            assert!(taken(&format!("- {value}\n- b: {value}\n")));
        }
    }
    for depth in 55..70 {
        taken(&format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth)));
        taken(&format!("{}x\n", "- ".repeat(depth)));
        let nested = (0..depth).fold(String::new(), |text, n| text + &" ".repeat(n) + "a:\n");
        taken(&nested);
    }
    let many = (0..3_000).map(|n| format!("k{n}: {n}\n")).collect::<Vec<_>>().concat();
    assert!(taken(&many));
    assert_eq!(parse(&(many + "k7: 1\n")), None);
    for hostile in ["- ", "[", "a: [", "- [", "{a: "] {
        assert_eq!(parse(&hostile.repeat(300_000)), None);
    }
}

/// Choices that a generated text is made by; the first of each when there are no more.
struct Choices<'c>(&'c [u8]);

impl Choices<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(first) % limit
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const KEYS: &[&str] =
    &["name", "stage", "amount", "done", "budget-known", "a/b", "x_1", "next.step", "7", "contacts"];
const SCALARS: &[&str] = &[
    "qualified",
    "120000 EUR",
    "2026-05-20",
    "jane@acme.example",
    "Send the ROI sheet, soon",
    "0.25",
    "yes",
    "Zürich – Łódź",
    "\"quoted: # text\"",
    "'it''s'",
    "https://crm.example/x?y=1#z",
    "~",
    "''",
    "-3",
    "a 'b' \"c\"",
];
const FLOWS: &[&str] = &[
    "[]",
    "{}",
    "[a, b c, \"d, e\"]",
    "{date: 2026-09-01, by: dana@acme.example, of: {amount: 1 EUR}}",
    "{ what: x , empty: , more: [1, -2] }",
    "['a''b', {k: v}]",
];
const BREAKS: &[&str] = &["", "", "", "", "\n", "# comment\n", "\n    # deep\n\n"];
const TAILS: &[&str] = &["", "", "", "", " ", "  # comment: x"];

fn deal(choices: &mut Choices<'_>) -> String {
    let mut text = choices.one(BREAKS).to_owned();
    map(choices, &mut text, 0, 0, false);
    if choices.below(5) == 4 {
        text.pop();
    }
    text
}

fn map(choices: &mut Choices<'_>, text: &mut String, indent: usize, depth: usize, started: bool) {
    let first = choices.below(KEYS.len());
    for n in 0..=choices.below(if depth == 0 { 9 } else { 4 }) {
        if n > 0 || !started {
            let _ = write!(text, "{:indent$}", "");
        }
        let _ = write!(text, "{}:", KEYS[(first + n) % KEYS.len()]);
        value(choices, text, indent, depth, true);
    }
}

fn list(choices: &mut Choices<'_>, text: &mut String, indent: usize, depth: usize, started: bool) {
    for n in 0..=choices.below(4) {
        if n > 0 || !started {
            let _ = write!(text, "{:indent$}", "");
        }
        text.push('-');
        let gap = 1 + choices.below(5) / 4;
        match choices.below(6) {
            0 if depth < 4 => {
                let _ = write!(text, "{:gap$}", "");
                map(choices, text, indent + 1 + gap, depth + 1, true);
            }
            1 if depth < 4 => {
                let _ = write!(text, "{:gap$}", "");
                list(choices, text, indent + 1 + gap, depth + 1, true);
            }
            _ => value(choices, text, indent, depth, false),
        }
    }
}

fn value(choices: &mut Choices<'_>, text: &mut String, indent: usize, depth: usize, in_map: bool) {
    let deeper = indent + 1 + choices.below(4);
    let choice = choices.below(14);
    if choice < 7 {
        let _ = write!(text, " {}", choices.one(SCALARS));
    } else if choice < 9 {
        let _ = write!(text, " {}", choices.one(FLOWS));
    } else if choice == 9 {
        let header = choices.one(&["|", "|-", ">", ">-"]);
        let _ = writeln!(text, " {header}{}", choices.one(TAILS));
        for _ in 0..=choices.below(4) {
            let blank = choices.one(&["", "", "\n", "\n\n"]);
            let line = choices.one(&["text of a line", "- x: y # z", "ünïcode", "'quoted'"]);
            let _ = writeln!(text, "{:deeper$}{line}", "");
            text.push_str(blank);
        }
        return;
    }
    text.push_str(choices.one(TAILS));
    text.push('\n');
    text.push_str(choices.one(BREAKS));
    if depth < 4 {
        match choice {
            10 | 11 => map(choices, text, deeper, depth + 1, false),
            12 => list(choices, text, if in_map { deeper - 1 } else { deeper }, depth + 1, false),
            _ => {}
        }
    }
}

/// One edit of a text, at a character chosen by a number.
fn edit(text: &mut String, (place, how, piece): (u16, u8, usize)) {
    const PIECES: &[&str] = &[
        " ", "\n", ":", ": ", "#", " #", "-", "- ", "\"", "'", "[", "]", "{", "}", ",", "|", ">", "&x", "*x",
        "!", "%", "@", "`", "?", "? ", "\t", "\r", "\\", "~", "---", "...", "<<", "0", "x", "  ", "\n\n",
        "\n  ", "ü", "\u{85}", "\u{2028}", "\u{feff}", "\u{0}", "é: ", "|-\n", "''", "a: b", "\n- ", " \n",
    ];
    let mut at = usize::from(place) % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
    match how % 8 {
        0 | 1 => text.insert_str(at, PIECES[piece % PIECES.len()]),
        2 => text.replace_range(at..end, PIECES[piece % PIECES.len()]),
        3 => text.replace_range(at..end, ""),
        4 => text.insert(line, ' '),
        5 if text[line..].starts_with(' ') => text.replace_range(line..=line, ""),
        6 => text.replace_range(line..line_end, ""),
        _ => {
            let copy = text[line..line_end].to_owned();
            text.insert_str(line, &copy);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn deals_are_read_the_same(choices in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = deal(&mut Choices(&choices));
        prop_assert!(taken(&text), "{}", text);
        prop_assert!(taken(&returned(&text)), "{}", text);
    }

    #[test]
    fn damaged_deals_are_read_the_same(
        choices in proptest::collection::vec(any::<u8>(), 0..60),
        edits in proptest::collection::vec(any::<(u16, u8, usize)>(), 1..6),
    ) {
        let mut text = deal(&mut Choices(&choices));
        for change in edits {
            edit(&mut text, change);
            taken(&text);
            taken(&returned(&text));
        }
    }

    #[test]
    fn noise_is_read_the_same(text in "(a|b|: |:|\n|\n|- |-| |  |#| #|x|'|\"|\\[|\\]|\\{|\\}|, |\\||>|ü){0,24}") {
        taken(&text);
        taken(&returned(&text));
    }
}
