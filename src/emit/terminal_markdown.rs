//! Draws the Markdown of a report on a terminal: headings in bold, tables in columns, text in lines. Reads only the
//! Markdown that templates write; whatever else there is stays the text that it is.

use std::io::{self, Write};

use super::columns::{columns, fill, lines};
use super::surface::{Surface, bold};
use crate::source::escape;

/// Space between two columns.
const GAP: usize = 2;
/// A column of text is never narrower than this; a table that would need it is shown row by row.
const NARROWEST: usize = 9;
/// Words up to this long are not broken for the sake of a table.
const LONGEST_WORD: usize = 24;

/// Draws Markdown on a surface.
pub(crate) fn draw(markdown: &str, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = markdown.lines().peekable();
    while let Some(line) = rest.next() {
        if line.starts_with('|') {
            let mut rows = vec![line];
            while let Some(row) = rest.next_if(|line| line.starts_with('|')) {
                rows.push(row);
            }
            table(&rows, surface, out)?;
        } else if let Some(fence) = fence(line) {
            // A block of code stands as it is.
            for line in rest.by_ref().take_while(|line| !line.trim_start().starts_with(fence)) {
                writeln!(out, "  {}", guarded(&escape::line(line)))?;
            }
        } else {
            text(line, surface, out)?;
        }
    }
    Ok(())
}

/// What opens a block of code, and closes it.
fn fence(line: &str) -> Option<&'static str> {
    ["```", "~~~"].into_iter().find(|fence| line.trim_start().starts_with(fence))
}

/// A line that is no order to a runner.
fn guarded(line: &str) -> String {
    if escape::starts_workflow_command(line) {
        let inner = line.trim_start();
        format!("{}· {inner}", &line[..line.len() - inner.len()])
    } else {
        line.to_owned()
    }
}

/// A heading, an item of a list, a paragraph.
fn text(line: &str, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let level = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&level) && line[level..].starts_with(' ') {
        let bold = bold(surface);
        let heading = guarded(&shown(line[level..].trim()));
        return lines(&heading, surface.width)
            .iter()
            .try_for_each(|part| writeln!(out, "{bold}{}{bold:#}", guarded(part)));
    }
    let inner = line.trim_start();
    let indent = line.len() - inner.len();
    let (mark, inner) = match inner.strip_prefix("- ").or_else(|| inner.strip_prefix("* ")) {
        Some(item) => (if surface.unicode { "• " } else { "- " }, item),
        None => ("", inner),
    };
    let inner = shown(inner);
    let start = " ".repeat(indent);
    let hang = indent + columns(mark);
    for (number, part) in lines(&inner, surface.width.saturating_sub(hang).max(NARROWEST)).iter().enumerate()
    {
        let opening = if number == 0 { format!("{start}{mark}") } else { " ".repeat(hang) };
        writeln!(out, "{}", guarded(format!("{opening}{part}").trim_end()))?;
    }
    Ok(())
}

/// The cells of a row, as text.
fn cells(row: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = row.trim().trim_start_matches('|').chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                cell.push('\\');
                cell.extend(chars.next());
            }
            '|' => cells.push(shown(std::mem::take(&mut cell).trim())),
            c => cell.push(c),
        }
    }
    cells
}

/// What stands between the first and the last row of a table.
struct Drawing {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether a column holds numbers.
    right: Vec<bool>,
}

impl Drawing {
    /// `None`: this is no table.
    fn of(rows: &[&str]) -> Option<Self> {
        let (titles, rule) = (cells(rows.first()?), rows.get(1)?);
        let rule: Vec<&str> = rule.trim().trim_matches('|').split('|').map(str::trim).collect();
        let is_rule =
            rule.iter().all(|part| part.len() >= 3 && part.trim_matches(':').bytes().all(|b| b == b'-'));
        if !is_rule || rule.len() != titles.len() {
            return None;
        }
        let count = titles.len();
        let mut rows: Vec<_> = rows[2..].iter().map(|row| cells(row)).collect();
        for row in &mut rows {
            row.resize(count, String::new());
        }
        Some(Self { titles, rows, right: rule.iter().map(|part| part.ends_with(':')).collect() })
    }

    /// How wide each column is; `None` when there is no room for all of them.
    fn widths(&self, room: usize) -> Option<Vec<usize>> {
        let all = || std::iter::once(&self.titles).chain(&self.rows);
        let longest_word =
            |column: usize| all().flat_map(|row| row[column].split(' ')).map(columns).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.titles.len())
            .map(|column| {
                let cells = self.rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0);
                // The head of a column of numbers may take several lines.
                if self.right[column] {
                    cells.max(longest_word(column))
                } else {
                    cells.max(columns(&self.titles[column]))
                }
            })
            .collect();
        // Numbers are never broken, lists of them are between two.
        let least: Vec<usize> = (0..widths.len())
            .map(|at| {
                let word = longest_word(at);
                let most = if self.right[at] { word } else { NARROWEST.max(word.min(LONGEST_WORD)) };
                widths[at].min(most)
            })
            .collect();
        let taken = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        while taken(&widths) > room {
            let widest =
                (0..widths.len()).filter(|at| widths[*at] > least[*at]).max_by_key(|at| widths[*at])?;
            widths[widest] -= 1;
        }
        Some(widths)
    }
}

fn table(rows: &[&str], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let Some(drawing) = Drawing::of(rows) else {
        return rows.iter().try_for_each(|row| text(row, surface, out));
    };
    let bold = bold(surface);
    let Some(widths) = drawing.widths(surface.columns) else {
        return records(&drawing, surface, out);
    };
    // A head that says nothing is none.
    if drawing.titles.iter().any(|title| !title.is_empty()) {
        for line in across(&drawing.titles, &widths, &drawing.right) {
            writeln!(out, "{bold}{line}{bold:#}")?;
        }
        let rule = if surface.unicode { "─" } else { "-" };
        let rule: Vec<_> = widths.iter().map(|width| rule.repeat(*width)).collect();
        writeln!(out, "{}", rule.join(&" ".repeat(GAP)))?;
    }
    for row in &drawing.rows {
        for line in across(row, &widths, &drawing.right) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The lines of a row.
fn across(row: &[String], widths: &[usize], right: &[bool]) -> Vec<String> {
    let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| lines(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let parts = cells.iter().zip(widths).zip(right).map(|((cell, &width), &right)| {
            let part = cell.get(number).map_or("", String::as_str);
            let left = " ".repeat(width.saturating_sub(columns(part)));
            if right { format!("{left}{part}") } else { fill(part, width) }
        });
        let line = parts.collect::<Vec<_>>().join(&" ".repeat(GAP));
        let line = line.trim_end().to_owned();
        if escape::starts_workflow_command(&line) { format!("·{line}") } else { line }
    };
    (0..height).map(line).collect()
}

/// A table that is too wide, row by row: the first cell, and below it the others, each after its title.
fn records(drawing: &Drawing, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    let label =
        drawing.titles.iter().skip(1).map(|title| columns(title)).max().unwrap_or(0).min(surface.width / 3);
    for row in &drawing.rows {
        let first = row.first().map_or("", String::as_str);
        for part in lines(&guarded(first), surface.width) {
            writeln!(out, "{bold}{}{bold:#}", guarded(&part))?;
        }
        for (title, cell) in drawing.titles.iter().zip(row).skip(1).filter(|(_, cell)| is_known(cell)) {
            let width = surface.width.saturating_sub(label + 4).max(NARROWEST);
            for (number, part) in lines(cell, width).iter().enumerate() {
                let title = if number == 0 { title.as_str() } else { "" };
                let line = format!("{}  {part}", fill(&super::columns::cut(title, label), label));
                writeln!(out, "  {}", guarded(&line))?;
            }
        }
    }
    Ok(())
}

fn is_known(cell: &str) -> bool {
    !matches!(cell, "" | "—")
}

/// Markdown of one line as text: marks of emphasis, code and links gone, escapes and entities taken back, and nothing in it
/// that acts on a terminal.
fn shown(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\\' => rest[1..].chars().next().map_or(1, |next| {
                out.push(next);
                1 + next.len_utf8()
            }),
            '&' => entity(rest, &mut out),
            '<' => tag(rest, &mut out),
            '[' => link(rest, &mut out),
            '*' => stars(rest, &mut out),
            '`' => code(rest, &mut out),
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    escape::line(&out).into_owned()
}

fn entity(rest: &str, out: &mut String) -> usize {
    let end = rest.find(';').filter(|end| *end < 12);
    let c = end.and_then(|end| match &rest[1..end] {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        number => char::from_u32(number.strip_prefix('#')?.parse().ok()?),
    });
    // What only keeps names from being looked up parts nothing here.
    out.extend(Some(c.unwrap_or('&')).filter(|c| *c != '\u{200b}'));
    end.filter(|_| c.is_some()).map_or(1, |end| end + 1)
}

/// Marks of emphasis go; what stands between two spaces is none.
fn stars(rest: &str, out: &mut String) -> usize {
    let after = rest.trim_start_matches('*');
    let marks = &rest[..rest.len() - after.len()];
    let is_apart = out.chars().next_back().is_none_or(|c| c == ' ') && after.starts_with(' ');
    out.push_str(if is_apart { marks } else { "" });
    marks.len()
}

/// Of code, all that stands between the backticks, as it is.
fn code(rest: &str, out: &mut String) -> usize {
    let ticks = &rest[..rest.len() - rest.trim_start_matches('`').len()];
    let inner = rest[ticks.len()..].split_once(ticks).map_or("", |(inner, _)| inner);
    out.push_str(inner);
    if inner.is_empty() { ticks.len() } else { ticks.len() * 2 + inner.len() }
}

/// The few tags that Markdown of ours has.
fn tag(rest: &str, out: &mut String) -> usize {
    for (tag, text) in [("<!-- -->", ""), ("<code>", ""), ("</code>", ""), ("<br>", "; ")] {
        if rest.starts_with(tag) {
            out.push_str(text);
            return tag.len();
        }
    }
    out.push('<');
    1
}

/// Of a link, its text.
fn link(rest: &str, out: &mut String) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == ']' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let address =
        end.and_then(|(end, _)| rest[end + 1..].strip_prefix('(')?.find(')').map(|close| (end, close)));
    let Some((end, close)) = address else {
        out.push('[');
        return 1;
    };
    out.push_str(&shown(&rest[1..end]));
    end + close + 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(markdown: &str, width: usize) -> String {
        let surface = Surface { width, columns: width, ..Surface::PLAIN };
        let mut out = Vec::new();
        draw(markdown, surface, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_stands_in_columns_and_wraps_its_text() {
        let table =
            "| Deal | EUR |\n| --- | ---: |\n| [Two \\| gates](https://a.example/x) | 1,200 |\n| B | — |\n";
        assert_eq!(
            drawn(table, 40),
            "Deal           EUR\n-----------  -----\nTwo | gates  1,200\nB                —\n"
        );
        let long = "| Deal | What | EUR |\n| --- | --- | ---: |\n| A | one two three four five six | 1 |\n";
        let shown = drawn(long, 30);
        assert!(shown.lines().all(|line| columns(line) <= 30), "{shown}");
        assert!(shown.contains("one two three"), "{shown}");
    }

    #[test]
    fn a_table_without_room_is_shown_row_by_row() {
        let head = "| Deal | Customer name | Company name | Owner name |\n| --- | --- | --- | --- |\n";
        let table = format!("{head}| Fleet | Osprey logistics | Northwind | jane@northwind.example |\n");
        let shown = drawn(&table, 30);
        assert!(shown.starts_with("Fleet\n  Customer"), "{shown}");
        assert!(shown.lines().all(|line| columns(line) <= 30), "{shown}");
    }

    #[test]
    fn a_head_that_says_nothing_is_none_and_long_headings_wrap() {
        assert_eq!(drawn("| | |\n| --- | --- |\n| Owner | Dana |\n", 40), "Owner  Dana\n");
        assert_eq!(drawn("## one two three four", 10), "one two\nthree four\n");
        let first = "| Deal | What | More |\n| --- | --- | --- |\n| one two three four | a | b |\n";
        let shown = drawn(first, 12);
        assert!(shown.lines().all(|line| columns(line) <= 20), "{shown}");
    }

    #[test]
    fn templates_of_ones_own_may_hold_more() {
        assert_eq!(drawn("```sh\na *b* `c` | d\n::error::x\n```\n2 * 3 **b**", 80), {
            "  a *b* `c` | d\n  · ::error::x\n2 * 3 b\n"
        });
        assert_eq!(drawn("* one\n* *two*", 80), "- one\n- two\n");
        assert_eq!(drawn("`a * b & c \\d` and ``x ` y``", 80), "a * b & c \\d and x ` y\n");
        assert_eq!(drawn("`open", 80), "open\n");
    }

    #[test]
    fn no_line_is_an_order_to_a_runner_whatever_it_stands_in() {
        let inner = "&#58;:error&#58;:x &#58;:stop&#58;:y";
        let table = format!("| {inner} | b |\n| --- | --- |\n| {inner} | {inner} |\n");
        let marks =
            [format!("# {inner}"), format!("- {inner}"), inner.to_owned(), format!("~~~\n{inner}\n~~~")];
        for text in marks.iter().chain([&table]) {
            for width in [9, 14, 24, 60] {
                let shown = drawn(text, width);
                let acts = |line: &str| escape::starts_workflow_command(line);
                assert!(!shown.lines().any(acts), "{width}: {shown}");
            }
        }
    }

    #[test]
    fn nothing_of_a_file_acts() {
        assert_eq!(
            drawn("&#64;<!-- -->dana @&#8203;lee \\*x\\* **bold** `code`", 80),
            "@dana @lee *x* bold code\n"
        );
        assert_eq!(drawn("a\u{1b}[31mb", 80), "a\\u{1b}[31mb\n");
        assert_eq!(drawn("::error::x\n\n- ::stop", 80), "· ::error::x\n\n- ::stop\n");
        assert_eq!(drawn("|x\n[a](b", 80), "|x\n[a](b\n");
        assert_eq!(drawn("&#27;[31m &#xx; &", 80), "\\u{1b}[31m &#xx; &\n");
    }
}
