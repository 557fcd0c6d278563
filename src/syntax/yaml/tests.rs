//! Holds the tree against its source text, against hostile texts and against what is said of faults.

use std::fmt::Write as _;
use std::time::Instant;

use super::*;
use crate::syntax::tree::Entry;

fn tree(text: &str) -> Node<'_> {
    let parsed = parse_general(text);
    assert_eq!(parsed.faults, [], "{text}");
    parsed.root.unwrap()
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn entry<'n, 's>(node: &'n Node<'s>, key: &str) -> &'n Entry<'s> {
    node.as_map().unwrap().iter().find(|entry| entry.key.value == key).unwrap()
}

fn shown<'t>(text: &'t str, node: &Node<'_>, key: &str) -> (&'t str, &'t str) {
    let entry = entry(node, key);
    (slice(text, entry.key.span), slice(text, entry.value.span))
}

fn text_of<'n>(node: &'n Node<'_>, key: &str) -> &'n str {
    entry(node, key).value.as_scalar().unwrap().text.as_ref()
}

/// The only fault of a text: its code, the text at its place and its message.
fn fault(text: &str) -> (Code, &str, String) {
    let faults = parse_general(text).faults;
    assert_eq!(faults.len(), 1, "{text}: {faults:?}");
    (faults[0].code, slice(text, faults[0].span), faults[0].message.clone())
}

const DEAL: &str = r#"# a deal
name: Rollout of line 4   # comment
"customer": 'Zürich''s "AG"'
amount: "120000 \u20ac" # c
empty:
tilde: ~
tags: [a, "b, c", {x: 1, y: }]
notes: |
  First line.

    Second.


# next
folded: >-

  to
  gether
list:
- a: 1
  b: two words
-
- - x
  - 'y'
nested:
  deep:

    deeper: yes
last: end"#;

#[test]
fn keys_and_values_stand_where_they_are_written() {
    let root = tree(DEAL);
    let at = |key| shown(DEAL, &root, key);
    assert_eq!(at("name"), ("name", "Rollout of line 4"));
    assert_eq!(at("customer"), ("\"customer\"", "'Zürich''s \"AG\"'"));
    assert_eq!(at("amount").1, "\"120000 \\u20ac\"");
    assert_eq!(at("tilde").1, "~");
    assert_eq!(at("tags").1, "[a, \"b, c\", {x: 1, y: }]");
    assert_eq!(at("notes").1, "|\n  First line.\n\n    Second.");
    assert_eq!(at("folded").1, ">-\n\n  to\n  gether");
    assert_eq!(at("list").1, "- a: 1\n  b: two words\n-\n- - x\n  - 'y'");
    assert_eq!(at("nested").1, "deep:\n\n    deeper: yes");
    assert_eq!(at("last").1, "end");
    assert_eq!(slice(DEAL, root.span), &DEAL[9..]);
    let list = entry(&root, "list").value.as_list().unwrap();
    assert_eq!(slice(DEAL, list[0].span), "a: 1\n  b: two words");
    assert_eq!(slice(DEAL, list[2].span), "- x\n  - 'y'");
}

#[test]
fn what_is_absent_stands_after_its_colon_or_dash() {
    let root = tree(DEAL);
    let before = |span: Span| {
        assert_eq!(span.start, span.end);
        let start = DEAL[..span.start as usize].rfind('\n').unwrap() + 1;
        &DEAL[start..span.start as usize]
    };
    assert_eq!(before(entry(&root, "empty").value.span), "empty:");
    assert_eq!(before(entry(&root, "list").value.as_list().unwrap()[1].span), "-");
    let tags = entry(&root, "tags").value.as_list().unwrap();
    assert_eq!(before(entry(&tags[2], "y").value.span), "tags: [a, \"b, c\", {x: 1, y:");
    for node in [&entry(&root, "empty").value, &entry(&root, "tilde").value] {
        assert!(node.is_absent());
    }
    assert_eq!(text_of(&root, "empty"), "");
    assert_eq!(text_of(&root, "tilde"), "~");
    let text = "a: {x, y}\nb : # c:\nc:";
    let root = tree(text);
    assert_eq!(entry(&entry(&root, "a").value, "x").value.span, Span::new(5, 5));
    assert_eq!(entry(&root, "b").value.span, Span::new(13, 13));
    assert_eq!(entry(&root, "c").value.span, Span::new(text.len(), text.len()));
    let text = "- # not - this\n-\n- - # x\n  -";
    let root = tree(text);
    let places: Vec<_> = root.as_list().unwrap().iter().map(|item| item.span).collect();
    assert_eq!(places, [Span::new(1, 1), Span::new(16, 16), Span::new(19, text.len())]);
}

#[test]
fn scalars_keep_text_and_style() {
    let root = tree(DEAL);
    let style = |key| entry(&root, key).value.as_scalar().unwrap().style;
    assert_eq!(text_of(&root, "customer"), "Zürich's \"AG\"");
    assert_eq!(text_of(&root, "amount"), "120000 €");
    assert_eq!(text_of(&root, "notes"), "First line.\n\n  Second.\n");
    assert_eq!(text_of(&root, "folded"), "\nto gether");
    assert_eq!(
        ["name", "customer", "notes", "folded"].map(style),
        [Style::Plain, Style::Quoted, Style::Quoted, Style::Quoted]
    );
    let name = &entry(&root, "name").value.as_scalar().unwrap().text;
    assert!(matches!(name, Cow::Borrowed(_)));
}

#[test]
fn crlf_stays_out_of_values() {
    let text = DEAL.replace('\n', "\r\n");
    let (windows, unix) = (tree(&text), tree(DEAL));
    for key in ["name", "customer", "amount", "empty", "tilde", "tags", "last"] {
        assert_eq!(shown(&text, &windows, key), shown(DEAL, &unix, key));
    }
    assert_eq!(text_of(&windows, "notes"), text_of(&unix, "notes"));
    assert_eq!(shown(&text, &windows, "notes").1, "|\r\n  First line.\r\n\r\n    Second.");
    assert_eq!(shown(&text, &windows, "list").1.replace('\r', ""), shown(DEAL, &unix, "list").1);
}

#[test]
fn block_scalars_without_text_have_a_place() {
    let text =
        "a: |  # c\n\n\nb: >-\nc: - |+ - x\n".replace("c: - |+ - x", "c:\n- |+\n- !!str &x |-\n   x\n");
    let root = tree(&text);
    assert_eq!(shown(&text, &root, "a").1, "|");
    assert_eq!(shown(&text, &root, "b").1, ">-");
    assert_eq!(shown(&text, &root, "c").1, "- |+\n- !!str &x |-\n   x");
    let list = entry(&root, "c").value.as_list().unwrap();
    assert_eq!(list.iter().map(|item| slice(&text, item.span)).collect::<Vec<_>>(), ["|+", "|-\n   x"]);
}

#[test]
fn a_text_without_values_is_absent() {
    for text in ["", "# only\n", "---\n", "\n\n", "--- # c\n...\n", "---\n...\n"] {
        let root = tree(text);
        assert!(root.is_absent() && root.span.start == root.span.end, "{text:?}");
    }
}

#[test]
fn one_document_a_file() {
    let text = "---\na: 1\n...\n";
    assert_eq!(shown(text, &tree(text), "a").1, "1");
    for (text, place) in [("a: 1\n---\nb: 2\n", "---"), ("a: 1\n...\nb\n", ""), ("a: 1\n---\nb: [", "---")] {
        let parsed = parse_general(text);
        assert_eq!(text_of(&parsed.root.unwrap(), "a"), "1");
        assert_eq!(fault(text).0, Code::ManyDocuments);
        assert_eq!(fault(text).1, place);
    }
    assert_eq!(parse_general("a: 1\n...\nb\n").faults[0].span, Span::new(9, 9));
}

#[test]
fn a_key_counts_once() {
    let text = "amount: 1\nx: {a: 1, b: 2, 'a': 3}\namount: 2\n";
    let parsed = parse_general(text);
    let places: Vec<_> =
        parsed.faults.iter().map(|fault| (fault.span.start, fault.related.unwrap().0.start)).collect();
    assert_eq!(places, [(26, 14), (34, 0)]);
    assert!(parsed.faults.iter().all(|fault| fault.code == Code::DuplicateKey));
    assert_eq!(parsed.faults[1].message, "the key `amount` stands here twice");
    let root = parsed.root.unwrap();
    assert_eq!(text_of(&root, "amount"), "1");
    assert_eq!(root.as_map().unwrap().len(), 2);

    let many = (0..40).map(|n| format!("k{}: {n}", n % 20)).collect::<Vec<_>>().join("\n");
    let parsed = parse_general(&many);
    assert_eq!(parsed.faults.len(), 20);
    assert_eq!(text_of(&parsed.root.unwrap(), "k7"), "7");
}

#[test]
fn two_hundred_thousand_keys_take_no_time() {
    let text = (0..200_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "k{n}: {n}");
        text
    });
    let started = Instant::now();
    assert_eq!(tree(&text).as_map().unwrap().len(), 200_000);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn aliases_stand_for_what_they_name() {
    let text = "a: &x {k: [1, 2]}\nb: *x\nc: &y 5\nd: [*y, *x]\n";
    let root = tree(text);
    let b = &entry(&root, "b").value;
    assert_eq!(slice(text, b.span), "*x");
    assert_eq!(slice(text, entry(b, "k").value.span), "*x", "where one would change it");
    assert_eq!(shown(text, &root, "d").1, "[*y, *x]");
    let d = entry(&root, "d").value.as_list().unwrap();
    assert_eq!(d[0].as_scalar().unwrap().text, "5");
    assert_eq!(slice(text, d[0].span), "*y");
    assert_eq!(tree("k: &x name\n*x : 1\n").get("name").unwrap().as_scalar().unwrap().text, "1");
}

#[test]
fn merge_keys_take_in_records() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 0\nd: {<<: *b}\n\"<<\": q\n";
    let root = tree(text);
    let values = |key| {
        let map = entry(&root, key).value.as_map().unwrap();
        map.iter()
            .map(|entry| format!("{}{}", entry.key.value, entry.value.as_scalar().unwrap().text))
            .collect::<Vec<_>>()
    };
    assert_eq!(values("c"), ["x0", "y1", "z2"]);
    assert_eq!(values("d"), ["y2", "z2"]);
    assert_eq!(text_of(&root, "<<"), "q");
    assert_eq!(shown(text, &root, "c").1, "<<: [*a, *b]\n  x: 0");
    for (text, place) in [("<<: 3", "3"), ("<<: [{a: 1}, b]", "b"), ("<<:\na: 1", "")] {
        assert_eq!((fault(text).0, fault(text).1), (Code::WrongType, place));
    }
    let (code, place, _) = fault("<<: {a: 1}\n<<: {b: 1}\n");
    assert_eq!((code, place), (Code::DuplicateKey, "<<"));
}

#[test]
fn alias_bombs_do_not_go_off() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let _ = writeln!(bomb, "a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 9].join(", "));
    }
    let (code, place, message) = fault(&bomb);
    assert_eq!((code, &place[..1]), (Code::TooLarge, "*"));
    assert!(message.contains("100000"));
    assert_eq!(parse_general(&bomb).root, None);

    let mut tower = "a0: &a0 [x]\n".to_owned();
    for n in 1..400 {
        let _ = writeln!(tower, "a{n}: &a{n} [*a{}]", n - 1);
    }
    assert_eq!(fault(&tower).0, Code::TooDeep);
    assert_eq!(fault("a: &a [*a]\n").0, Code::YamlSyntax);
    assert_eq!(fault("a: &a {<<: *a}\n").0, Code::YamlSyntax);
}

#[test]
fn depth_is_bounded_whatever_nests() {
    let maps = (0..3_000).fold(String::new(), |text, n| text + &" ".repeat(n.min(400)) + "a:\n");
    let mixed = format!("{}{}{}", "- ".repeat(60), "[".repeat(60), "]".repeat(60));
    let texts = [
        "[".repeat(1_000_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "[{a: ".repeat(100_000),
        maps,
        mixed,
    ];
    for text in texts {
        let (code, place, message) = fault(&text);
        assert_eq!(code, Code::TooDeep, "{message} {}", &text[..40]);
        assert!(message.contains("64") && place.len() == 1, "{place:?}");
        assert_eq!(parse_general(&text).root, None);
    }
    tree(&format!("{}{}", "[".repeat(64), "]".repeat(64)));
    assert_eq!(fault(&format!("{}{}", "[".repeat(65), "]".repeat(65))).0, Code::TooDeep);
    tree(&format!("{}x", "- ".repeat(64)));
}

#[test]
fn tags_of_the_core_are_read_and_others_refused() {
    let root = tree("a: !!str 5\nb: !!int 5\nc: ! 5\nd: !!map {}\n");
    let style = |key| entry(&root, key).value.as_scalar().unwrap().style;
    assert_eq!(["a", "b", "c"].map(style), [Style::Quoted, Style::Plain, Style::Quoted]);
    for (text, tag) in
        [("a: !foo x", "!foo"), ("a: !<y> x", "!<y>"), ("- !!python/object []", "!!python/object")]
    {
        assert_eq!((fault(text).0, fault(text).1), (Code::YamlSyntax, tag));
    }
}

#[test]
fn keys_are_single_words() {
    for (text, place) in [("[a]: 1", "[a]"), ("? {a: 1}\n: 1", "{a: 1}"), ("name: {{ x }}", "{ x }")] {
        assert_eq!((fault(text).0, fault(text).1), (Code::YamlSyntax, place), "{text}");
    }
    assert_eq!(text_of(&tree("null: 1\n~: 2\n1: 3\n? a b\n: 4\n"), "null"), "1");
}

#[test]
fn faults_are_told_in_plain_words_at_their_place() {
    for (text, place, words) in [
        ("name: Rollout: line 4\n", ":", "a colon inside a text"),
        ("name: x\n  stage: y\n", ":", "already has a value"),
        ("name:x\nstage: y\n", ":", "a space is missing after this colon"),
        ("name: x\nstage:y\n", ":", "a space is missing after this colon"),
        ("name: x\nstage:\u{a0}y\n", ":", "no space stands after this colon, but U+00A0 NO-BREAK SPACE"),
        ("name: x\nstage\n", "s", "neither `key: value`"),
        ("a:\n\tb: 1\n", "\t", "a tab stands"),
        ("a:\n  - x\n\t- y\n", "\t", "a tab stands"),
        ("a: \"x\nb: 1\n", "\"", "a quote is opened and not closed"),
        ("a: 'x", "'", "a quote is opened and not closed"),
        ("a: [x, y\nb: 1\n", "[", "the bracket `[` is not closed"),
        ("a: [{x: 1}, {y: 2\nb: 1\n", "{", "the bracket `{` is not closed"),
        ("a: {x: 1, y: 2\nb: 1\n", "{", "the bracket `{` is not closed"),
        ("a: {x: 1,\n  y: [2, ']',\nb: 1\n", "[", "the bracket `[` is not closed"),
        ("a: [x, y", "[", "the bracket `[` is not closed"),
        ("a: {x: 1\n", "{", "the bracket `{` is not closed"),
        ("a: {x: 1]\n", "{", "the bracket `{` is closed by `]`"),
        ("a: x]\nb: ]\n", "]", "closes nothing"),
        ("a: {b: c d: e}", ":", "a `,` or the closing `}` is missing"),
        ("a: @jane\n", "@", "cannot start with `@`"),
        ("a: `x`\n", "`", "cannot start with ``"),
        ("a: %x\n", "%", "cannot start with `%`"),
        ("a: x\u{1}y\n", "\u{1}", "an invisible character (U+0001)"),
        ("a: x\0y\n", "\0", "an invisible character (U+0000)"),
        ("a: *b\n", "*", "that name is not defined above"),
        ("a:\n  b: 1\n c: 2\n", "c", "indented unlike"),
        ("  a: 1\n b: 2\n", "b", "indented unlike"),
        ("- a\nb: c\n", "b", "at the height of a list"),
        ("a: 'x' y\n", "y", "after the closing quote"),
        ("a: \"x\" y\n", "y", "after the closing quote"),
        ("a: \"C:\\deals\"\n", "\\", "a backslash in double quotes"),
        ("a: - b\n", "-", "a list cannot start here"),
        ("a: x # c\n  y\n", "#", "after a comment"),
        ("a: |x\n  b\n", "|", "on the line of a `|`"),
        ("a: !b!c d\n", "!", "a tag, and this is none"),
        ("a: ? b\n", "?", "`? `"),
    ] {
        let (code, at, message) = fault(text);
        assert_eq!(code, Code::YamlSyntax, "{text:?}");
        assert!(message.contains(words), "{text:?}: {message}");
        assert_eq!(at, place, "{text:?}: {message}");
        let parsed = parse_general(text);
        assert_eq!(parsed.root, None, "{text:?}");
        assert!(parsed.faults[0].help.is_some(), "{text:?}");
    }
    for (text, way) in [
        ("a: [x, y\nb: 1\n", "write `[x, y]`;"),
        ("a: [{x: 1}, {y: 2,\nb: 1\n", "write `[{x: 1}, {y: 2}]`;"),
        ("a: {x: 'a}', y: [2", "write `{x: 'a}', y: [2]}`;"),
        ("a: [x,\n  y\nb: 1\n", "close it with `]`;"),
        ("a: [x # y\nb: 1\n", "close it with `]`;"),
    ] {
        let help = parse_general(text).faults.swap_remove(0).help.unwrap();
        assert!(help.starts_with(way), "{text:?}: {help}");
    }
    let opened = |text| parse_general(text).faults[0].related.map(|(span, _)| slice(text, span));
    assert_eq!(opened("a: [{x: 1, y z: 2 w: 3}]\n"), Some("{"));
}
