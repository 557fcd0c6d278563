//! Reads `[fields]`: declarations of what a deal may hold beside the core keys.

use std::borrow::Cow;

use crate::deal::field::TYPES;
use crate::deal::reader::{DealReadContext, compare, read_value};
use crate::deal::{Field, Shape, Type, Value, field};
use crate::finding::wording::{in_ascii, quote, suggest};
use crate::finding::{Code, FindingsBuilder, Rewrite};
use crate::requirement::expression::Vocabulary;
use crate::requirement::read_pattern;
use crate::source::Spanned;
use crate::syntax::reader::{Table, list, wrong_type};
use crate::syntax::{Entry, Kind, Node};
use crate::workflow::keys;

/// Lists and records nest no deeper than this.
const MAX_DEPTH: usize = 8;

/// Reads the fields of a workflow.
pub(super) fn read_fields(
    table: &Table<'_, '_>,
    reading: DealReadContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Vec<Field> {
    let Some(table) = table.get("fields").and_then(|node| Table::free(node, "fields", complaints)) else {
        return Vec::new();
    };
    let core = field::core_fields();
    let mut fields = Vec::new();
    for entry in table.entries() {
        let name = Spanned::new(entry.key.value.as_ref(), entry.key.span);
        if core.iter().any(|field| field.name == name.value) {
            let message = format!("{} is a key that every deal has already", quote(name.value));
            complaints.push(Code::ReservedName, name.span, message, Some("choose another name".to_owned()));
            continue;
        }
        check_name(name, complaints);
        fields.push(read_field(entry, reading, 0, complaints));
    }
    fields
}

/// Whether a name may be used in expressions; what is wrong with it otherwise.
pub(super) fn check_name(name: Spanned<&str>, complaints: &mut FindingsBuilder) -> bool {
    let proper = name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let reserved = Vocabulary::is_reserved(name.value);
    let help = match in_ascii(name.value, '_')
        .filter(|ascii| !ascii.starts_with(|c: char| c.is_ascii_digit()))
    {
        _ if proper && !reserved => return true,
        _ if reserved => format!(
            "choose another name, such as `deal_{}`: expressions have a meaning of their own for this one",
            name.value
        ),
        Some(ascii) => format!("use letters a to z, digits and `_`: `{ascii}`"),
        None => "use letters a to z, digits and `_`, and begin with a letter".to_owned(),
    };
    complaints.push(
        Code::ReservedName,
        name.span,
        format!("{} cannot be a name here", quote(name.value)),
        Some(help),
    );
    false
}

fn read_field(
    entry: &Entry<'_>,
    reading: DealReadContext<'_>,
    depth: usize,
    complaints: &mut FindingsBuilder,
) -> Field {
    let shape = read_shape(&entry.value, &entry.key.value, reading, depth, complaints);
    let place = complaints.place(entry.key.span);
    Field { name: Cow::Owned(entry.key.value.to_string()), shape, place }
}

/// A text stands for a type; a table for a declaration.
fn read_shape(
    node: &Node<'_>,
    name: &str,
    reading: DealReadContext<'_>,
    depth: usize,
    complaints: &mut FindingsBuilder,
) -> Shape {
    if depth > MAX_DEPTH {
        let message = format!("fields nest no deeper than {MAX_DEPTH}");
        let help = Some("bring the keys closer to the top".to_owned());
        complaints.push(Code::TooDeep, node.span, message, help);
        return Shape::of(Type::Text);
    }
    if let Kind::Scalar(scalar) = &node.kind {
        return Shape::of(simple_type(&scalar.text).unwrap_or_else(|| {
            unknown_type(Spanned::new(&scalar.text, node.span), complaints);
            Type::Text
        }));
    }
    let what = format!("the field `{name}`");
    let Some(table) = Table::open(node, &what, keys::FIELD, complaints) else { return Shape::of(Type::Text) };
    let kind = read_type(&table, name, reading, depth, complaints);
    let mut shape = Shape::of(kind);
    shape.required = table.boolean("required", complaints).is_some_and(|required| required.value);
    let unlimited = Shape::of(shape.kind.clone());
    let value = |node: &Node<'_>, what: &str, shape: &Shape, complaints: &mut FindingsBuilder| {
        read_value(node.clone(), shape, what, reading, complaints).map(|value| value.value.into_owned())
    };
    refuse_misplaced(&table, &shape.kind, complaints);
    // The choices of a list are those of its items.
    let (unlimited, chooses) = match &mut shape.kind {
        Type::Record(_) => (unlimited, None),
        Type::List(item) => {
            let simple = !matches!(item.kind, Type::List(_) | Type::Record(_));
            (Shape::of(item.kind.clone()), simple.then_some(&mut item.choices))
        }
        _ => (unlimited, Some(&mut shape.choices)),
    };
    let choices = table.get("enum").filter(|_| chooses.is_some());
    if let (Some(items), Some(chooses)) = (choices.and_then(|node| list(node, "enum", complaints)), chooses) {
        if let Some(entry) = table.entry("enum").filter(|_| items.is_empty()) {
            let help = Some("name the values it may have, or leave `enum` out".to_owned());
            complaints.push(Code::OutOfRange, entry.value.span, "`enum` allows nothing", help);
        }
        *chooses = items.iter().filter_map(|node| value(node, "enum", &unlimited, complaints)).collect();
    }
    let unlimited = Shape::of(shape.kind.clone());
    shape.min = table.get("min").and_then(|node| value(node, "min", &unlimited, complaints));
    shape.max = table.get("max").and_then(|node| value(node, "max", &unlimited, complaints));
    shape.pattern = table.get("pattern").and_then(|node| read_pattern(node, complaints));
    shape.min_items = table.count("min-items", complaints).map(|count| count.value);
    shape.max_items = table.count("max-items", complaints).map(|count| count.value);
    tell_swapped_limits(&table, &shape, complaints);
    shape.default = table.get("default").and_then(|node| value(node, "default", &shape, complaints));
    shape.default = shape.default.filter(|default| *default != Value::Unreadable);
    shape
}

/// Tells of least and most that leave nothing between them.
fn tell_swapped_limits(table: &Table<'_, '_>, shape: &Shape, complaints: &mut FindingsBuilder) {
    if let (Some(min), Some(max)) = (&shape.min, &shape.max)
        && compare(min, max, |_, _| None) == Some(std::cmp::Ordering::Greater)
        && let Some(entry) = table.entry("min")
    {
        let swap = Some("write the smaller one in `min`".to_owned());
        complaints.push(Code::ConflictingKeys, entry.key.span, "`min` is above `max`, so nothing fits", swap);
    }
    if let (Some(few), Some(many)) = (shape.min_items, shape.max_items)
        && few > many
        && let Some(entry) = table.entry("min-items")
    {
        let message = "`min-items` is above `max-items`, so nothing fits";
        let swap = Some("write the smaller one in `min-items`".to_owned());
        complaints.push(Code::ConflictingKeys, entry.key.span, message, swap);
    }
}

fn read_type(
    table: &Table<'_, '_>,
    name: &str,
    reading: DealReadContext<'_>,
    depth: usize,
    complaints: &mut FindingsBuilder,
) -> Type {
    let written = table.text("type", complaints);
    match written.map(|written| written.value) {
        Some("list") => Type::List(Box::new(read_items(table, name, reading, depth, complaints))),
        Some("record") => Type::Record(read_keys(table.get("fields"), name, reading, depth, complaints)),
        Some(word) => simple_type(word).unwrap_or_else(|| {
            if let Some(written) = written {
                unknown_type(written, complaints);
            }
            Type::Text
        }),
        None if table.get("items").is_some() => {
            Type::List(Box::new(read_items(table, name, reading, depth, complaints)))
        }
        None if table.get("fields").is_some() => {
            Type::Record(read_keys(table.get("fields"), name, reading, depth, complaints))
        }
        None => {
            if table.get("enum").is_none() && table.get("type").is_none() {
                let message = format!("the field `{name}` needs a `type`");
                let help = suggest("", TYPES);
                complaints.push(Code::MissingKey, table.span.at_start(), message, help);
            }
            Type::Text
        }
    }
}

/// `items`: a text is a type, a table is always the items' keys.
fn read_items(
    table: &Table<'_, '_>,
    name: &str,
    reading: DealReadContext<'_>,
    depth: usize,
    complaints: &mut FindingsBuilder,
) -> Shape {
    match table.get("items") {
        None => Shape::of(Type::Text),
        Some(node) if node.as_map().is_some() => {
            // Where a key's declaration stands, a list can only be what the items are to be chosen from.
            if let Some(choices) = node.get("enum").and_then(Node::as_list) {
                let quoted: Vec<_> = choices.iter().take(6).filter_map(Node::as_scalar).collect();
                let quoted: Vec<_> = quoted.iter().map(|choice| format!("\"{}\"", choice.text)).collect();
                let more = if choices.len() > quoted.len() { ", …" } else { "" };
                let message = "a table after `items` is always the keys of an item, and `enum` says what the items may be";
                let help = format!(
                    "write it beside the type: `{{ type = \"list\", enum = [{}{more}] }}`",
                    quoted.join(", ")
                );
                complaints.push(Code::ConflictingKeys, node.span, message, Some(help));
                return Shape::of(Type::Text);
            }
            // A key may be called `type`; whoever gives it the name of a type alone has most likely meant something else.
            if let [entry] = node.as_map().unwrap_or_default()
                && entry.key.value == "type"
            {
                let message = "a table after `items` is always the keys of an item, so each item would have a key `type`";
                let help = match entry.value.as_scalar() {
                    Some(word) => format!("write the type alone: `items = \"{}\"`", word.text),
                    None => "write the type alone, as a text".to_owned(),
                };
                complaints.push(Code::ConflictingKeys, entry.key.span, message, Some(help));
            }
            Shape::of(Type::Record(read_keys(Some(node), name, reading, depth, complaints)))
        }
        Some(node) if node.as_scalar().is_some() => read_shape(node, name, reading, depth + 1, complaints),
        Some(node) => {
            wrong_type(node, "items", "a type, or a table of the items' keys", complaints);
            Shape::of(Type::Text)
        }
    }
}

fn read_keys(
    node: Option<&Node<'_>>,
    name: &str,
    reading: DealReadContext<'_>,
    depth: usize,
    complaints: &mut FindingsBuilder,
) -> Vec<Field> {
    let Some(node) = node else { return Vec::new() };
    let Some(table) = Table::free(node, name, complaints) else { return Vec::new() };
    table.entries().iter().map(|entry| read_field(entry, reading, depth + 1, complaints)).collect()
}

fn simple_type(word: &str) -> Option<Type> {
    Some(match word {
        "text" => Type::Text,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "percent" => Type::Percent,
        "money" => Type::Money,
        "date" => Type::Date,
        "boolean" => Type::Boolean,
        "email" => Type::Email,
        "url" => Type::Url,
        "list" => Type::List(Box::new(Shape::of(Type::Text))),
        "record" => Type::Record(Vec::new()),
        _ => return None,
    })
}

fn unknown_type(word: Spanned<&str>, complaints: &mut FindingsBuilder) {
    let message = format!("there is no type {}", quote(word.value));
    complaints.push_name(Code::NotAllowed, word, message, TYPES, Rewrite::Text);
}

/// Keys that say nothing of this type.
fn refuse_misplaced(table: &Table<'_, '_>, kind: &Type, complaints: &mut FindingsBuilder) {
    let ordered = matches!(kind, Type::Integer | Type::Number | Type::Percent | Type::Money | Type::Date);
    let textual = matches!(kind, Type::Text | Type::Email | Type::Url);
    let is_list = matches!(kind, Type::List(_));
    let simple = |kind: &Type| !matches!(kind, Type::List(_) | Type::Record(_));
    let chooses = match kind {
        Type::List(item) => simple(&item.kind),
        _ => simple(kind),
    };
    let rules: [(&[&str], bool, &str); 5] = [
        (&["enum"], chooses, "single values and lists of them"),
        (&["min", "max"], ordered, "numbers, amounts and dates"),
        (&["pattern"], textual, "texts"),
        (&["items", "min-items", "max-items"], is_list, "lists"),
        (&["fields"], matches!(kind, Type::Record(_)), "records"),
    ];
    for (names, fits, whose) in rules {
        for entry in names.iter().filter(|_| !fits).filter_map(|name| table.entry(name)) {
            let message = format!("`{}` is for {whose}, and this field is {kind}", entry.key.value);
            let help = (entry.key.value == "enum" && is_list)
                .then(|| "to limit the items: `items = { NAME = { enum = […] } }`".to_owned());
            complaints.push(Code::ConflictingKeys, entry.key.span, message, help);
        }
    }
}
