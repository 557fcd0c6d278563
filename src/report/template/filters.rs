//! The filters and functions of templates: how money, days and links are shown. No clock, no files, no network.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use minijinja::value::{Kwargs, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State};

use super::markup;
use super::sources::TemplateSources;
use super::value::{LONGEST, NOTHING, begin, number, part, shown, sort_key, text as written};
use crate::finding::wording::Count;
use crate::source::{digest, escape};

/// Adds them all.
pub(super) fn add(environment: &mut Environment<'_>, sources: &Arc<TemplateSources>) {
    environment.add_filter("money", money);
    environment.add_filter("percent", percent);
    environment.add_filter("date", date);
    environment.add_filter("days", days);
    environment.add_filter("plural", plural);
    environment.add_filter("markdown", markdown);
    environment.add_filter("anchor", anchor);
    environment.add_filter("source_link", source_link);
    environment.add_filter("link", link);
    environment.add_filter("number", |value: &Value| number(value).map_or(Value::from(()), Value::from));
    environment.add_filter("sort_key", sort_key);
    environment.add_filter("person", person);
    environment.add_filter("email", email);
    environment.add_filter("cell", cell);
    environment.add_filter("prose", prose);
    environment.add_filter("sentence", sentence);
    environment.add_filter("code", code);
    environment.add_filter("grouped", grouped);
    environment.add_filter("query", |text: &str| crate::report::report_context::encoded(text));
    // What they print is no text for readers, and depends on the engine.
    environment.remove_filter("pprint");
    environment.remove_filter("urlencode");
    environment.remove_global("debug");
    let inlined = Arc::clone(sources);
    environment.add_function("inline", move |name: &str| inline(&inlined, name));
    let hashed = Arc::clone(sources);
    environment.add_function("script_hash", move |name: &str| script_hash(&hashed, name));
}

/// How text is made harmless in what is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EscapeKind {
    Html,
    Markdown,
}

impl EscapeKind {
    /// By the kind of file that is being written.
    pub(super) fn of(state: &State<'_, '_>) -> Self {
        match state.auto_escape() {
            AutoEscape::Html => Self::Html,
            AutoEscape::None if state.name().rsplit('.').next().is_some_and(|kind| kind == "html") => {
                Self::Html
            }
            _ => Self::Markdown,
        }
    }

    /// Text of which nothing acts.
    pub(super) fn escape(self, text: &str) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Html => escape::html(text),
            Self::Markdown => escape::markdown_line(text),
        }
    }

    /// A link, where the address may be linked to; else only the text.
    pub(super) fn link(self, text: &str, address: Option<&str>) -> String {
        let address = address.filter(|address| escape::linkable(address));
        match (self, address) {
            (_, None) => self.escape(text).into_owned(),
            (Self::Html, Some(address)) => {
                format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape::html(address), escape::html(text))
            }
            (Self::Markdown, Some(address)) => {
                format!("[{}]({})", escape::markdown_line(text), escape::markdown_address(address))
            }
        }
    }
}

/// `120,000 EUR`; `style="digits"` leaves the currency out, `style="short"` is for charts: `1.2M`.
#[expect(clippy::needless_pass_by_value, reason = "filters of the engine take their options so")]
fn money(value: &Value, options: Kwargs) -> Result<String, Error> {
    let style: Option<String> = options.get("style")?;
    options.assert_all_used()?;
    match style.as_deref() {
        None => shown(value),
        Some("digits") => part(value, "digits").map_or_else(|| shown(value), Ok),
        Some("short") => Ok(number(value).map_or_else(|| NOTHING.to_owned(), short)),
        Some(_) => Err(wrong("`style` of money is \"digits\" or \"short\"")),
    }
}

fn short(amount: f64) -> String {
    let (sign, size) = (if amount < 0.0 { "\u{2212}" } else { "" }, amount.abs());
    let (scaled, unit) = match size {
        _ if size >= 999_500_000.0 => (size / 1e9, "bn"),
        _ if size >= 999_500.0 => (size / 1e6, "M"),
        _ if size >= 999.5 => (size / 1e3, "k"),
        _ => (size, ""),
    };
    // Half away from zero, as everywhere; the formatter alone would round halves to even.
    let digits = if scaled < 10.0 && !unit.is_empty() {
        format!("{:.1}", (scaled * 10.0).round() / 10.0)
    } else {
        format!("{:.0}", scaled.round())
    };
    format!("{sign}{}{unit}", digits.strip_suffix(".0").unwrap_or(&digits))
}

/// `66.7 %`, of a share or of a number where 1 is the whole.
fn percent(value: &Value) -> String {
    match (part(value, "text"), number(value)) {
        (Some(text), _) => text,
        (None, Some(share)) => {
            let digits = format!("{:.1}", share * 100.0);
            format!("{} %", digits.strip_suffix(".0").unwrap_or(&digits))
        }
        (None, None) => NOTHING.to_owned(),
    }
}

/// `30 Apr 2026`; `style="iso"`: `2026-04-30`.
#[expect(clippy::needless_pass_by_value, reason = "filters of the engine take their options so")]
fn date(value: &Value, options: Kwargs) -> Result<String, Error> {
    let style: Option<String> = options.get("style")?;
    options.assert_all_used()?;
    match style.as_deref() {
        None => shown(value),
        Some("iso") => part(value, "iso").map_or_else(|| shown(value), Ok),
        Some("short") => Ok(short_day(&shown(value)?)),
        Some(_) => Err(wrong("`style` of date is \"iso\" or \"short\"")),
    }
}

/// Without the year.
fn short_day(text: &str) -> String {
    match text.rsplit_once(' ') {
        Some((day, year)) if year.len() == 4 => day.to_owned(),
        _ => text.to_owned(),
    }
}

/// `1 day`, `28.3 days`.
fn days(value: &Value) -> Result<String, Error> {
    Ok(match number(value) {
        None => NOTHING.to_owned(),
        Some(number) => {
            let noun = if (number - 1.0).abs() < f64::EPSILON { "day" } else { "days" };
            format!("{} {noun}", shown(value)?)
        }
    })
}

/// `1 deal`, `2 deals`; the second argument is the plural where it is not regular.
fn plural(count: &Value, noun: &str, more: Option<&str>) -> Result<String, Error> {
    let count = match count.len() {
        Some(length) if count.as_str().is_none() => length,
        _ => usize::try_from(count.clone()).map_err(|_| wrong("`plural` needs a count, not less than 0"))?,
    };
    Ok(match more {
        Some(more) if count != 1 => format!("{count} {more}"),
        _ => Count(count, noun).to_string(),
    })
}

/// Text of several paragraphs: a little Markdown in HTML, lines of their own in Markdown.
fn markdown(state: &mut State<'_, '_>, value: &Value) -> Value {
    if value.is_none() {
        return Value::from(NOTHING);
    }
    let text = written(value);
    Value::from_safe_string(match EscapeKind::of(state) {
        EscapeKind::Html => markup::to_html(&text),
        EscapeKind::Markdown => markup::to_markdown(&text),
    })
}

/// A text as the name of a place in a page: of letters, digits, `-`, `_`, `.` and `/`, and different for different
/// texts.
fn anchor(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "~{byte:02x}");
            }
        }
    }
    out
}

/// A place in a file: `deals/acme/rollout.yaml:3`, linked when the workspace says where files are to be seen.
fn source_link(state: &mut State<'_, '_>, place: &Value, text: Option<&str>) -> Value {
    if place.is_none() {
        return Value::from_safe_string(String::new());
    }
    let path = part(place, "path").unwrap_or_default();
    let line = part(place, "line").unwrap_or_default();
    let shown = text.map_or_else(|| format!("{path}:{line}"), str::to_owned);
    Value::from_safe_string(EscapeKind::of(state).link(&shown, part(place, "url").as_deref()))
}

/// An address, linked when it is `http`, `https` or `mailto`; evidence, linked as the model says.
fn link(state: &mut State<'_, '_>, value: &Value, text: Option<&str>) -> Value {
    if value.is_none() {
        return Value::from(NOTHING);
    }
    let (shown, address) = match part(value, "written") {
        Some(text) => (text, part(value, "url")),
        None => (written(value), Some(written(value))),
    };
    Value::from_safe_string(EscapeKind::of(state).link(text.unwrap_or(&shown), address.as_deref()))
}

/// What whoever has an address is called, as the report's header says; else the address.
fn person(state: &mut State<'_, '_>, value: &Value) -> Value {
    let people = state.lookup("header").and_then(|header| part_of(&header, "people"));
    let address = value.as_str().map(str::to_lowercase);
    let name = address.zip(people).and_then(|(address, people)| part_of(&people, &address));
    name.unwrap_or_else(|| value.clone())
}

/// A part that is there.
fn part_of(value: &Value, name: &str) -> Option<Value> {
    value.get_attr(name).ok().filter(|part| !part.is_undefined() && !part.is_none())
}

/// An address of e-mail, which a narrow column of a page breaks behind its `@` and not in a word.
fn email(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let kind = EscapeKind::of(state);
    let shown = kind.escape(&shown(value)?).into_owned();
    Ok(Value::from_safe_string(if kind == EscapeKind::Html { shown.replace('@', "@<wbr>") } else { shown }))
}

/// For one cell of a Markdown table: no line of what was written before is longer than a cell may be.
fn cell(state: &mut State<'_, '_>, value: &Value, longest: Option<usize>) -> Value {
    let cut = cut(value, longest.unwrap_or(120));
    Value::from_safe_string(EscapeKind::of(state).escape(&cut).into_owned())
}

/// The text of a value, cut where it is longer than so many letters.
fn cut(value: &Value, longest: usize) -> String {
    // No character takes more than four bytes; one more than fit tells that it is cut.
    let text = begin(value, longest.saturating_add(1).saturating_mul(4).min(LONGEST));
    if text.chars().count() > longest {
        text.chars().take(longest.saturating_sub(1)).chain(['\u{2026}']).collect()
    } else {
        text
    }
}

/// A sentence of the program's own, such as a finding's message: what stands between backticks is shown as code.
fn prose(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let text = shown(value)?;
    Ok(Value::from_safe_string(match EscapeKind::of(state) {
        EscapeKind::Markdown => escape::markdown(&text),
        EscapeKind::Html => {
            let pieces: Vec<&str> = text.split('`').collect();
            // An odd backtick opens nothing.
            let paired = pieces.len() % 2 == 1;
            let mut out = String::with_capacity(text.len() + 16);
            for (index, piece) in pieces.iter().enumerate() {
                if index > 0 {
                    out.push_str(if !paired {
                        "`"
                    } else if index % 2 == 1 {
                        "<code>"
                    } else {
                        "</code>"
                    });
                }
                out.push_str(&escape::html(piece));
            }
            out
        }
    }))
}

/// A text that opens a sentence: its first letter is a capital, where its first word is a plain one.
fn sentence(value: &Value) -> Result<String, Error> {
    let text = shown(value)?;
    let word = text.split(' ').next().unwrap_or_default().trim_end_matches([',', ':', ';']);
    let is_plain = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let (first, rest) = text.split_at(usize::from(is_plain));
    Ok(first.to_uppercase() + rest)
}

/// A snippet, as code; cut where it is longer than so many letters.
fn code(state: &mut State<'_, '_>, value: &Value, longest: Option<usize>) -> Value {
    let cut = cut(value, longest.unwrap_or(500));
    Value::from_safe_string(match EscapeKind::of(state) {
        EscapeKind::Html => format!("<code>{}</code>", escape::html(&cut)),
        EscapeKind::Markdown => escape::markdown_code(&cut),
    })
}

/// The items of a list by the text of an attribute, each group in the list's order: to pick from once, not to go through for
/// each. Items without it are in none.
fn grouped(list: &Value, attribute: &str) -> Result<Value, Error> {
    let mut groups: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for item in list.try_iter()? {
        let found = attribute.split('.').try_fold(item.clone(), |value, part| part_of(&value, part));
        if let Some(key) = found {
            groups.entry(written(&key)).or_default().push(item);
        }
    }
    Ok(Value::from(groups))
}

/// The text of a style sheet or a script for a page; nothing when there is none.
fn inline(sources: &TemplateSources, name: &str) -> Value {
    let text = sources.get(name).map(|file| escape::inside_element(file.text())).unwrap_or_default();
    Value::from_safe_string(text)
}

/// What a content security policy calls a script: no other script of the page runs.
fn script_hash(sources: &TemplateSources, name: &str) -> Value {
    let text = sources.get(name).map(|file| escape::inside_element(file.text())).unwrap_or_default();
    let hash = digest::base64(&digest::sha256(text.as_bytes()));
    Value::from_safe_string(format!("'sha256-{hash}'"))
}

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_amounts_are_short() {
        for (amount, text) in [
            (0.0, "0"),
            (950.0, "950"),
            (1_000.0, "1k"),
            (1_250_000.0, "1.3M"),
            (999_999.0, "1M"),
            (-15_000.0, "\u{2212}15k"),
            (2.5e9, "2.5bn"),
        ] {
            assert_eq!(short(amount), text);
        }
    }

    #[test]
    fn a_sentence_opens_with_a_capital_where_a_plain_word_does() {
        for (text, shown) in [
            ("it is not in `done`", "It is not in `done`"),
            ("have it approved, then", "Have it approved, then"),
            ("`amount` was", "`amount` was"),
            ("jane@acme.example owns it", "jane@acme.example owns it"),
            ("eBay calls", "eBay calls"),
            ("", ""),
        ] {
            assert_eq!(sentence(&Value::from(text)).unwrap(), shown);
        }
    }

    #[test]
    fn anchors_differ_where_texts_do() {
        assert_eq!(anchor("acme/rollout"), "acme/rollout");
        assert_eq!(anchor("a b\"<"), "a~20b~22~3c");
        assert_ne!(anchor("a~20"), anchor("a "));
    }

    #[test]
    fn only_harmless_addresses_become_links() {
        assert_eq!(EscapeKind::Html.link("a<b", Some("javascript:x")), "a&lt;b");
        assert_eq!(EscapeKind::Markdown.link("a]b", Some("https://x/)")), "[a\\]b](https://x/%29)");
    }
}
