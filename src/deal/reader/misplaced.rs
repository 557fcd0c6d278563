//! Values of another type than declared, and keys beside the record they belong in: how to write what was meant.

use super::context::DealReadContext;
use crate::deal::field::{Field, Shape, Type};
use crate::deal::value::Value;
use crate::finding::wording::{WordList, quote};
use crate::finding::{Code, Finding, FindingsBuilder};
use crate::source::Span;
use crate::syntax::{Entry, Kind, Node, Style, scalar, yaml};

/// How much of what was written a help repeats.
const LONGEST: usize = 60;

/// Whether an item of a list should be a record and is none, which is said.
pub(super) fn is_mistyped_item(
    node: &Node<'_>,
    shape: &Shape,
    list: &str,
    complaints: &mut FindingsBuilder,
) -> bool {
    let Type::Record(fields) = &shape.kind else { return false };
    if shape.shorthand.is_some() || node.is_absent() || matches!(node.kind, Kind::Map(_)) {
        return false;
    }
    let message = format!("an item of `{list}` must be a record of keys and values, not {}", node.describe());
    let help = match plain(node).and_then(|text| item_in_record(text, fields)) {
        Some(record) => Some(format!("write `- {record}`")),
        None => its_keys(fields),
    };
    complaints.push(Code::WrongType, node.span, message, help);
    true
}

impl DealReadContext<'_> {
    /// Says that a value is of another kind than declared, and what to write.
    pub(super) fn mistyped(self, node: &Node<'_>, kind: &Type, what: &str, complaints: &mut FindingsBuilder) {
        if matches!(kind, Type::Record(_) | Type::Entries(_) | Type::Covered)
            && let Some(text) = plain(node)
            && let Some(colon) = yaml::missing_space(text)
        {
            let value = text[colon + 1..].split_whitespace().next().unwrap_or_default();
            let at = Span::new(node.span.start as usize + colon, node.span.start as usize + colon + 1);
            let help = format!("write `{}: {value}`", &text[..colon]);
            complaints.push(Code::WrongType, at, "a space is missing after this colon", Some(help));
            return;
        }
        let example = match kind {
            Type::Percent => ", such as `25%`",
            Type::Money => ", such as `120000 EUR`",
            Type::Date => ", such as `2026-11-23`",
            _ => "",
        };
        let message = format!("`{what}` must be {kind}{example}, not {}", node.describe());
        complaints.push(Code::WrongType, node.span, message, self.way_out(node, kind, what));
    }

    fn way_out(self, node: &Node<'_>, kind: &Type, what: &str) -> Option<String> {
        Some(match (kind, &node.kind) {
            (Type::List(_), Kind::Scalar(_)) => match plain(node) {
                Some(text) => format!("write it in brackets: `{what}: [{text}]`"),
                None => "write each item on a line of its own, after `- `".to_owned(),
            },
            (Type::List(item), kind) => {
                let fields = if let Type::Record(fields) = &item.kind { fields.as_slice() } else { &[] };
                let first = if let Kind::Map(entries) = kind { entries.first() } else { None };
                match first.and_then(|first| dated(&first.key.value, plain(&first.value)?, fields)) {
                    Some(record) => format!("write each item on a line of its own: `- {record}`"),
                    None => "write each item on a line of its own, after `- `".to_owned(),
                }
            }
            (Type::Record(fields), Kind::Scalar(_)) => {
                let meant = plain(node).and_then(|text| in_record(text, fields));
                match meant {
                    Some(record) => format!("write `{what}: {record}`"),
                    None => its_keys(fields)?,
                }
            }
            (Type::Record(fields), _) => its_keys(fields)?,
            (Type::Entries(entry), Kind::List(items)) => {
                let line = items.first().and_then(|item| self.entry_line(item, entry));
                let line = line.unwrap_or_else(|| "id: …".to_owned());
                format!("write each on a line of its own without `- `, after its id: `{line}`")
            }
            (Type::Entries(entry), _) => match plain(node).and_then(|_| self.entry_line(node, entry)) {
                Some(line) => {
                    format!("write each on a line of its own below `{what}:`, after its id: `{line}`")
                }
                None => format!("write each on a line of its own below `{what}:`, after its id"),
            },
            (_, Kind::List(items)) => {
                let first = items.first().and_then(plain).unwrap_or("…");
                let which = if items.len() > 1 { "one of them" } else { "it" };
                format!("write {which} without brackets or `- `: `{what}: {first}`")
            }
            _ => return None,
        })
    }

    /// An item of a list as a line of a record with free keys: `budget-known: 2026-11-23`.
    fn entry_line(self, item: &Node<'_>, entry: &Shape) -> Option<String> {
        if let Some(id) = plain(item) {
            let value = if entry.shorthand.is_some() { self.today.to_string() } else { example(entry)? };
            return Some(format!("{id}: {value}"));
        }
        let [only] = item.as_map()? else { return None };
        Some(format!("{}: {}", only.key.value, plain(&only.value)?))
    }
}

/// A record's keys with gaps.
fn example(shape: &Shape) -> Option<String> {
    let Type::Record(fields) = &shape.kind else { return None };
    let keys: Vec<_> = fields.iter().map(|field| format!("{}: …", field.name)).collect();
    Some(format!("{{{}}}", keys.join(", ")))
}

fn its_keys(fields: &[Field]) -> Option<String> {
    let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
    (!names.is_empty()).then(|| format!("write its keys below it: {}", WordList(&names, "and")))
}

/// A short value without quotes, as it is written.
fn plain<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let scalar = node.as_scalar().filter(|scalar| scalar.style == Style::Plain && !node.is_absent())?;
    (scalar.text.chars().count() <= LONGEST).then_some(scalar.text.as_ref())
}

/// An item of a list of records, of which a day and what became true on it are written: `{date: 2026-05-01, stage: lead}`.
fn item_in_record(text: &str, fields: &[Field]) -> Option<String> {
    let split = text.split_once([' ', ':']);
    split.and_then(|(day, rest)| dated(day, rest.trim(), fields)).or_else(|| in_record(text, fields))
}

/// What became true on a day, as a record of both.
fn dated(day: &str, text: &str, fields: &[Field]) -> Option<String> {
    let has_date = fields.iter().any(|field| field.name == "date");
    let record = in_record(text, fields).filter(|_| has_date && scalar::date(day).is_ok())?;
    Some(format!("{{date: {day}, {}", record.trim_start_matches('{').replace(", date: …", "")))
}

/// A record in which a bare value stands under the first key that takes it: `{result: won, date: …}`.
fn in_record(text: &str, fields: &[Field]) -> Option<String> {
    let choice = |field: &Field| {
        let choices = field.shape.choices.iter().filter_map(Value::as_text);
        choices.map(str::to_owned).find(|choice| choice.eq_ignore_ascii_case(text))
    };
    let read = |field: &&Field| match field.shape.kind {
        Type::Date => scalar::date(text).is_ok(),
        Type::Email => scalar::email(text).is_ok(),
        Type::Url => scalar::url(text).is_ok(),
        Type::Integer | Type::Number => scalar::decimal(text).is_ok(),
        _ => false,
    };
    let free = |field: &&Field| matches!(field.shape.kind, Type::Text) && field.shape.choices.is_empty();
    let by_type = || fields.iter().find(read).or_else(|| fields.iter().find(free));
    let Some((field, text)) = fields.iter().find_map(|field| Some((field, choice(field)?))) else {
        let quoted = if text.contains([',', '[', ']', '{', '}', '#']) {
            format!("\"{text}\"")
        } else {
            text.to_owned()
        };
        return Some(format!("{{{}: {quoted}}}", by_type()?.name));
    };
    // What became of a deal has a day, and mostly a reason.
    let more = ["date", "reason"].into_iter().filter(|name| *name != "reason" || text != "won");
    let more = more.filter(|name| fields.iter().any(|field| field.name == *name));
    let keys: Vec<_> = more.map(|name| format!(", {name}: …")).collect();
    Some(format!("{{{}: {text}{}}}", field.name, keys.concat()))
}

/// Takes out keys that stand beside a record that they belong in, because they are not indented below its key, and says
/// so once for all of a record. Returns where the keys of these records stand.
pub(super) fn strays<'a>(
    node: &mut Node<'_>,
    known: impl Fn(&str) -> bool,
    shape: impl Fn(&str) -> Option<&'a Shape>,
    complaints: &mut FindingsBuilder,
) -> Vec<Span> {
    let mut holders = Vec::new();
    let Kind::Map(entries) = &mut node.kind else { return holders };
    let belongs = |holder: &Entry<'_>, next: &Entry<'_>| {
        let absent = holder.value.is_absent();
        if !absent && holder.value.as_scalar().is_none() {
            return false;
        }
        let shape = shape(&holder.key.value).filter(|shape| absent || shape.shorthand.is_some());
        let key = next.key.value.as_ref();
        shape.is_some_and(|it| matches!(it.kind, Type::Record(_)) && it.member(key).is_some()) && !known(key)
    };
    let mut index = 0;
    while index + 1 < entries.len() {
        let beside = entries[index + 1..].iter().take_while(|next| belongs(&entries[index], next)).count();
        if beside > 0 {
            let taken: Vec<_> = entries.drain(index + 1..=index + beside).collect();
            let holder = &entries[index];
            let short = shape(&holder.key.value).and_then(|shape| shape.shorthand);
            complaints.add(taken[0].key.span, beside_finding(holder, short, &taken));
            holders.push(holder.key.span);
        }
        index += 1;
    }
    holders
}

/// That keys stand beside a record, and how it is written with them.
fn beside_finding(holder: &Entry<'_>, short: Option<&str>, beside: &[Entry<'_>]) -> Finding {
    let name = holder.key.value.as_ref();
    let message = format!("{} stands beside {} and not in it", quote(&beside[0].key.value), quote(name));
    let bare = short.and_then(|key| Some((key, plain(&holder.value)?)));
    let written = beside.iter().map(|entry| Some((entry.key.value.as_ref(), plain(&entry.value)?)));
    let keys: Option<Vec<_>> = bare.map(Some).into_iter().chain(written).collect();
    let line = keys.map(|keys| keys.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>());
    let help = match line.map(|keys| format!("{name}: {{{}}}", keys.join(", "))) {
        Some(line) if line.len() <= 2 * LONGEST => {
            format!("write `{line}`, or indent these lines further than `{name}`")
        }
        _ => format!("indent these lines further than `{name}`"),
    };
    Finding::new(Code::WrongType, message).help(help)
}
