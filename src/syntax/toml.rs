//! TOML text to the one tree, with exact places. The only user of the toml crate; knows nothing of workflows.

mod keys;
mod scan;

use std::borrow::Cow;

use toml::Spanned as At;
use toml::de::{DeArray, DeTable, DeValue, Error};

pub use keys::{WrittenKey, keys, origins};
pub use scan::MAX_DEPTH;
use scan::{after_string, line_length};

use super::conflict;
use super::tree::{Entry, Kind, Node, Parsed, Scalar, Style, SyntaxError};
use crate::finding::Code;
use crate::finding::wording::{in_ascii, quote};
use crate::source::{Span, Spanned};

/// For how many faults the place of a first key is looked up: each costs a walk through the text.
const FIRSTS: usize = 50;

/// Reads a text, which must not start with a byte order mark; `source` numbers it among the texts that are
/// read together. What can be read is in the tree even where there are faults.
pub fn parse(text: &str, source: u16) -> Parsed<'_> {
    let reading = TomlReader { text, source };
    if let Some(fault) = conflict::find(text) {
        let span = fault.span.in_source(source);
        return Parsed { root: None, faults: vec![SyntaxError { span, ..fault }] };
    }
    if let Some(at) = beyond_depth(text) {
        return Parsed { root: None, faults: vec![reading.too_deep(Span::new(at, at + 1))] };
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let told = |(nth, error)| reading.fault(error, nth < FIRSTS);
    let mut faults: Vec<_> = errors.iter().enumerate().map(told).collect();
    let root =
        reading.table(table.into_inner(), None, 0).map_err(|at| faults.push(reading.too_deep(at))).ok();
    faults.sort_by_key(|fault| fault.span.start);
    Parsed { root, faults }
}

#[derive(Clone, Copy)]
struct TomlReader<'s> {
    text: &'s str,
    source: u16,
}

impl<'s> TomlReader<'s> {
    /// A table in the order of the file, or the place that is too deep.
    fn table(self, table: DeTable<'s>, own: Option<Span>, depth: usize) -> Result<Node<'s>, Span> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key = Spanned::new(key.get_ref().clone(), self.span(key.span()));
            let Some(value) = self.value(value, depth + 1)? else { continue };
            entries.push(Entry { key, value });
        }
        entries.sort_by_key(|entry| entry.key.span.start);
        let spans = entries.iter().map(|entry| entry.key.span.to(entry.value.span));
        let span = own.into_iter().chain(spans).reduce(Span::to).unwrap_or_else(|| self.span(0..0));
        Ok(Node { span, kind: Kind::Map(entries) })
    }

    /// A value; `None` is one that could not be read.
    fn value(self, value: At<DeValue<'s>>, depth: usize) -> Result<Option<Node<'s>>, Span> {
        let range = value.span();
        let own = self.span(range.clone());
        let node = match value.into_inner() {
            nested @ (DeValue::Table(_) | DeValue::Array(_)) if depth >= MAX_DEPTH => {
                take_apart(nested);
                return Err(own);
            }
            DeValue::Table(table) => self.table(table, Some(own), depth)?,
            DeValue::Array(array) => self.array(array, own, depth)?,
            // Where the parser found no value, it makes one up that is not in the text.
            _ if range.is_empty() => return Ok(None),
            DeValue::String(text) => scalar(text, Style::Quoted, own),
            _ => scalar(Cow::Borrowed(self.text.get(range).unwrap_or_default()), Style::Literal, own),
        };
        Ok(Some(node))
    }

    fn array(self, array: DeArray<'s>, own: Span, depth: usize) -> Result<Node<'s>, Span> {
        let mut items = Vec::with_capacity(array.len());
        for item in array {
            items.extend(self.value(item, depth + 1)?);
        }
        let span = items.iter().map(|item| item.span).fold(own, Span::to);
        Ok(Node { span, kind: Kind::List(items) })
    }

    fn fault(self, error: &Error, with_first: bool) -> SyntaxError {
        let range = error.span().unwrap_or(self.text.len()..self.text.len());
        let span = self.span(range.clone());
        let message = error.message();
        if message == "duplicate key" {
            let key = self.text.get(range.clone()).unwrap_or_default();
            let first = if with_first { first(self.text, range) } else { None };
            return SyntaxError {
                code: Code::DuplicateKey,
                message: format!("the key {} stands here twice", quote(key)),
                help: Some("keep one of the two".to_owned()),
                span,
                related: first.map(|first| (first.in_source(self.source), "first here")),
                fix: None,
            };
        }
        if message.starts_with("cannot recurse further") || message == "recursion limit" {
            return self.too_deep(span);
        }
        let missing = message.rsplit_once("expected `").and_then(|(_, rest)| rest.strip_suffix('`'));
        let bare = self.text[self.text[..range.start].rfind('\n').map_or(0, |end| end + 1)..].trim_start();
        let bare = bare
            .split(|c: char| c.is_whitespace() || matches!(c, '=' | '.' | ']'))
            .next()
            .unwrap_or_default();
        let help = match missing {
            _ if message.starts_with("invalid unquoted key") && !bare.is_empty() => {
                match in_ascii(bare, '-') {
                    Some(ascii) => format!("a key is of letters a to z, digits, `-` and `_`: `{ascii}`"),
                    None => "a key is of letters a to z, digits, `-` and `_`; any other stands in quotes"
                        .to_owned(),
                }
            }
            Some(missing) if !missing.contains('`') => format!("write `{missing}` here"),
            _ => "a line is `key = value` or `[table]`; texts stand in quotes".to_owned(),
        };
        let message = message.to_owned();
        SyntaxError { code: Code::TomlSyntax, message, help: Some(help), span, related: None, fix: None }
    }

    fn too_deep(self, span: Span) -> SyntaxError {
        SyntaxError {
            code: Code::TooDeep,
            message: format!("tables and arrays are nested more than {MAX_DEPTH} deep here"),
            help: Some("bring the values closer to the top".to_owned()),
            span: span.in_source(self.source),
            related: None,
            fix: None,
        }
    }

    fn span(self, range: std::ops::Range<usize>) -> Span {
        Span::new(range.start, range.end).in_source(self.source)
    }
}

fn scalar(text: Cow<'_, str>, style: Style, span: Span) -> Node<'_> {
    Node { span, kind: Kind::Scalar(Scalar { text, style }) }
}

/// Drops a value without recursion, however deep it is.
fn take_apart(value: DeValue<'_>) {
    let mut pile = vec![value];
    while let Some(value) = pile.pop() {
        match value {
            DeValue::Table(table) => pile.extend(table.into_iter().map(|(_, value)| value.into_inner())),
            DeValue::Array(array) => pile.extend(array.into_iter().map(At::into_inner)),
            _ => {}
        }
    }
}

/// The byte at which brackets and dotted keys nest deeper than we allow.
///
/// The parser limits brackets and dots each for themselves, which lets the two together nest thousands deep:
/// more than a thread's stack may hold when such a tree is dropped. So the text is measured before.
fn beyond_depth(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    // The parts of the header, the depth of each open bracket, and the dots of the key before the next one.
    let (mut header, mut open, mut inside, mut dots) = (0, Vec::new(), 0, 0);
    let mut line_start = true;
    while let Some(&byte) = bytes.get(at) {
        let blank = matches!(byte, b' ' | b'\t' | b'\r');
        let mut next = at + 1;
        match byte {
            b'#' => next = at + line_length(&bytes[at..]),
            b'"' | b'\'' => next = after_string(bytes, at),
            b'[' if line_start && open.is_empty() => {
                // A header's brackets nest nothing, its dots do.
                (header, dots) = (0, 0);
                next += usize::from(bytes.get(next) == Some(&b'['));
            }
            b'[' | b'{' => {
                open.push(inside);
                inside += 1 + dots;
                dots = 0;
            }
            b']' | b'}' => {
                match open.pop() {
                    Some(before) => inside = before,
                    None => header = header.max(dots + 1),
                }
                dots = 0;
            }
            b'.' => dots += 1,
            b',' => dots = 0,
            b'\n' if open.is_empty() => dots = 0,
            _ => {}
        }
        if header + inside + dots >= MAX_DEPTH {
            return Some(at);
        }
        line_start = byte == b'\n' || (line_start && blank);
        at = next;
    }
    None
}

/// Where the key that stands at `second` again was written first, as far as lines can tell: the parser knows
/// but does not say.
fn first(text: &str, second: std::ops::Range<usize>) -> Option<Span> {
    let key = text.get(second.clone())?;
    let before = &text[..second.start];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = before[line..].trim_start();
    if let Some(brace) = lead.rfind(['{', ',']).filter(|_| !lead.starts_with('[')) {
        let lead = lead[brace + 1..].trim_start();
        let start = second.start - lead.len();
        let open = before.rfind('{')?;
        return starts(text, open + 1..start).find_map(|at| key_at(text, at, lead, key, '='));
    }
    let is_header = lead.starts_with('[');
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text[..line].split_inclusive('\n') {
        let written = line.trim_start();
        if written.starts_with('[') && !is_header {
            lines.clear();
        }
        lines.push(at + line.len() - written.len());
        at += line.len();
    }
    let after = if is_header { ']' } else { '=' };
    lines.into_iter().find_map(|at| key_at(text, at, lead, key, after))
}

/// Where the keys of an inline table may start.
fn starts(text: &str, within: std::ops::Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let body = &text[within.clone()];
    let commas = body.match_indices(',').map(|(at, _)| at + 1);
    std::iter::once(0).chain(commas).map(move |at| {
        let rest = &body[at..];
        within.start + at + rest.len() - rest.trim_start().len()
    })
}

fn key_at(text: &str, at: usize, lead: &str, key: &str, after: char) -> Option<Span> {
    let rest = text[at..].strip_prefix(lead)?.strip_prefix(key)?;
    let start = at + lead.len();
    rest.trim_start_matches([' ', '\t']).starts_with(after).then(|| Span::new(start, start + key.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node<'_> {
        let parsed = parse(text, 0);
        assert_eq!(parsed.faults, [], "{text}");
        parsed.root.unwrap()
    }

    fn slice(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    fn at<'n, 's>(node: &'n Node<'s>, path: &str) -> &'n Entry<'s> {
        let (parent, key) = path.rsplit_once('.').map_or((None, path), |(parent, key)| (Some(parent), key));
        let node = parent.map_or(node, |parent| &at(node, parent).value);
        node.as_map().unwrap().iter().find(|entry| entry.key.value == key).unwrap()
    }

    const WORKFLOW: &str = r#"# rules
name = "Acme \"enterprise\""
stages = ["prospect", 'qualified']
[targets]
FY27-Q1 = 400_000
share = 0.25
[stage.qualified]
max-days = 30
until = 2026-06-30
[stage.qualified.requires]
"budget known" = { title = "The budget", min.items = 2, waivable = true }
[stage.won]
[[assign]]
match = ["a/**"]
[[assign]]
workflow = """
two
lines"""
"#;

    #[test]
    fn keys_and_values_stand_where_they_are_written() {
        let root = tree(WORKFLOW);
        let shown = |path: &str| {
            let entry = at(&root, path);
            (slice(WORKFLOW, entry.key.span), slice(WORKFLOW, entry.value.span))
        };
        assert_eq!(shown("name"), ("name", r#""Acme \"enterprise\"""#));
        assert_eq!(shown("stages"), ("stages", r#"["prospect", 'qualified']"#));
        assert_eq!(shown("targets.FY27-Q1"), ("FY27-Q1", "400_000"));
        assert_eq!(shown("stage.qualified.until"), ("until", "2026-06-30"));
        assert_eq!(shown("stage.qualified.requires").0, "requires");
        let (key, table) = shown("stage.qualified");
        assert_eq!(key, "qualified");
        assert!(
            table.starts_with("[stage.qualified]\nmax-days") && table.ends_with("waivable = true }"),
            "{table}"
        );
        assert_eq!(shown("stage.won"), ("won", "[stage.won]"));
        let requirement = at(&at(&root, "stage.qualified.requires").value, "budget known");
        assert_eq!(slice(WORKFLOW, requirement.key.span), "\"budget known\"");
        assert_eq!(slice(WORKFLOW, at(&requirement.value, "min.items").value.span), "2");
        let assign = at(&root, "assign").value.as_list().unwrap();
        assert_eq!(slice(WORKFLOW, assign[0].span), "[[assign]]\nmatch = [\"a/**\"]");
        assert_eq!(slice(WORKFLOW, at(&assign[1], "workflow").value.span), "\"\"\"\ntwo\nlines\"\"\"");
        assert!(slice(WORKFLOW, root.span).starts_with("name = "));
    }

    #[test]
    fn values_keep_their_text_and_the_order_of_the_file() {
        let root = tree(WORKFLOW);
        let keys: Vec<_> = root.as_map().unwrap().iter().map(|entry| entry.key.value.as_ref()).collect();
        assert_eq!(keys, ["name", "stages", "targets", "stage", "assign"]);
        let scalar = |path: &str| at(&root, path).value.as_scalar().unwrap().clone();
        assert_eq!(scalar("name"), Scalar { text: r#"Acme "enterprise""#.into(), style: Style::Quoted });
        assert_eq!(scalar("targets.FY27-Q1"), Scalar { text: "400_000".into(), style: Style::Literal });
        assert_eq!(scalar("targets.share"), Scalar { text: "0.25".into(), style: Style::Literal });
        assert_eq!(
            scalar("stage.qualified.until"),
            Scalar { text: "2026-06-30".into(), style: Style::Literal }
        );
        assert_eq!(parse("a = 1\n", 3).root.unwrap().as_map().unwrap()[0].key.span.source, 3);
    }

    #[test]
    fn crlf_and_nothing_at_all() {
        let text = "a = 1\r\n[b]\r\nc = 'x'\r\n";
        let root = tree(text);
        assert_eq!(slice(text, at(&root, "a").value.span), "1");
        assert_eq!(slice(text, at(&root, "b.c").value.span), "'x'");
        assert_eq!(tree("# nothing\n").as_map(), Some(&[][..]));
    }

    #[test]
    fn every_complaint_is_told_and_the_rest_is_read() {
        let text = "a = \nb = 1\nb = 2\nc = nonsense\nd = 4\n";
        let parsed = parse(text, 1);
        let codes: Vec<_> = parsed.faults.iter().map(|fault| (fault.code, fault.span.source)).collect();
        assert_eq!(codes, [(Code::TomlSyntax, 1), (Code::DuplicateKey, 1), (Code::TomlSyntax, 1)]);
        let root = parsed.root.unwrap();
        assert_eq!(slice(text, at(&root, "b").value.span), "1");
        assert_eq!(slice(text, at(&root, "d").value.span), "4");
        assert!(root.get("a").is_none());
    }

    #[test]
    fn a_second_key_names_the_first() {
        for (text, first, second) in [
            ("[a]\nx = 1\n[b]\nx = 1\ny = 3\nx = 2\n", 4, 6),
            ("[stage.x]\na = 1\n[stage.y]\n[stage.x]\nb = 2\n", 1, 4),
            ("a = { x = 1, y = { x = 2 } }\nb = { y = 2, x = 3, x = 4 }\n", 2, 2),
            ("a.x = 1\nb.x = 1\nb.x = 2\n", 2, 3),
        ] {
            let faults = parse(text, 0).faults;
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            let line = |span: Span| text[..span.start as usize].matches('\n').count() + 1;
            let (related, _) = faults[0].related.unwrap();
            assert_eq!(faults[0].code, Code::DuplicateKey);
            assert_eq!([slice(text, related), slice(text, faults[0].span)], ["x", "x"]);
            assert_eq!([line(related), line(faults[0].span)], [first, second], "{text}");
        }
    }

    #[test]
    fn a_hundred_thousand_faults_take_no_time() {
        assert_eq!(parse(&"key = 1\n".repeat(100_000), 0).faults.len(), 99_999);
    }

    #[test]
    fn depth_is_bounded_whatever_nests() {
        let dots = "a.".repeat(70) + "a";
        let tables = format!("{}a = {}1{}", "a.".repeat(60), "{ b.c.d = ".repeat(20), "}".repeat(20));
        for text in [
            "x = ".to_owned() + &"[".repeat(1_000_000),
            "x = ".to_owned() + &"{a=".repeat(1_000_000),
            "a.".repeat(1_000_000) + "a = 1",
            format!("[{dots}]\n{dots} = 1"),
            format!("[[{dots}]]"),
            tables,
            format!("x = {}1{}", "[".repeat(64), "]".repeat(64)),
        ] {
            let parsed = parse(&text, 0);
            let codes: Vec<_> = parsed.faults.iter().map(|fault| fault.code).collect();
            assert_eq!((parsed.root, codes), (None, vec![Code::TooDeep]), "{}", &text[..text.len().min(80)]);
        }
        assert!(!parse(&"[".repeat(1_000_000), 0).faults.is_empty());
        tree(&format!("x = {}1{}", "[".repeat(60), "]".repeat(60)));
        tree(&format!("[{}]\nx = {}1{}", "a.".repeat(9) + "a", "[".repeat(50), "]".repeat(50)));
        tree(&format!("x = [{}]", "1.5, '[{a.b', \"a.b.c]\", # [[[\n".repeat(200)));
        tree(&format!("x = '''{}'''\n", "[a.b.c\n".repeat(200)));
    }
}
