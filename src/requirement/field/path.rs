//! Resolves the paths and filters of a requirement against the deal's declarations.

use crate::deal::{Shape, Type, Value, reader};
use crate::finding::wording::{Help as _, quote, suggest};
use crate::finding::{Code, FindingsBuilder};
use crate::requirement::contract::RequirementContext;
use crate::source::Spanned;
use crate::syntax::reader::Table;
use crate::syntax::{Kind, Node};

/// The declaration that a path leads to, or a finding with the nearest name where it leads nowhere.
pub(super) fn resolve_path<'a>(
    path: Spanned<&str>,
    setting: &RequirementContext<'a>,
    complaints: &mut FindingsBuilder,
) -> Option<&'a Shape> {
    let mut parts = path.value.split('.');
    let first = parts.next().unwrap_or_default();
    let Some(field) = setting.schema.field(first) else {
        let known = setting.schema.fields.iter().map(|field| field.name.as_ref());
        let help = suggest(first, known).sentence().map(|help| match help.strip_suffix('?') {
            Some(_) => format!("{help} Or declare it under `[fields]`"),
            None => format!("{help}; or declare it under `[fields]`"),
        });
        complaints.push(Code::UnknownField, path.span, format!("a deal has no field {}", quote(first)), help);
        return None;
    };
    let mut shape = &field.shape;
    for part in parts {
        let found = if matches!(shape.kind, Type::List(_)) { None } else { shape.member(part) };
        let Some(member) = found else {
            let message = format!(
                "{} has no field {}",
                quote(path.value.split('.').next().unwrap_or_default()),
                quote(part)
            );
            let help = match shape.kind {
                Type::List(_) => {
                    Some("it is a list: use `where` and `each` to ask for its items' keys".to_owned())
                }
                _ => suggest(part, shape.members()).sentence(),
            };
            complaints.push(Code::UnknownField, path.span, message, help);
            return None;
        };
        shape = member;
    }
    Some(shape)
}

/// The declaration of a key of a list's items, or a finding with the nearest name.
pub(super) fn known_member<'a>(
    key: Spanned<&str>,
    item: &'a Shape,
    complaints: &mut FindingsBuilder,
) -> Option<&'a Shape> {
    let found = item.member(key.value);
    if found.is_none() {
        let message = format!("the items of this list have no field {}", quote(key.value));
        complaints.push(Code::UnknownField, key.span, message, suggest(key.value, item.members()));
    }
    found
}

/// Reads `where`: keys of a list's items, each with the values that count.
pub(super) fn read_filter(
    node: &Node<'_>,
    item: &Shape,
    setting: &RequirementContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Vec<(String, Vec<Value<'static>>)> {
    let Some(table) = Table::free(node, "where", complaints) else { return Vec::new() };
    let mut filter = Vec::new();
    for entry in table.entries() {
        let key = Spanned::new(entry.key.value.as_ref(), entry.key.span);
        let Some(member) = known_member(key, item, complaints) else { continue };
        let choices = match &entry.value.kind {
            Kind::List(items) => items.iter().collect(),
            _ => vec![&entry.value],
        };
        let read = |node: &&Node<'_>| read_value_beside(node, member, key.value, setting, complaints);
        filter.push((key.value.to_owned(), choices.iter().filter_map(read).collect()));
    }
    filter
}

/// A value beside a field, read by the field's own type and choices.
pub(super) fn read_value_beside(
    node: &Node<'_>,
    shape: &Shape,
    what: &str,
    setting: &RequirementContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Option<Value<'static>> {
    let expected = Shape { choices: shape.choices.clone(), ..Shape::of(shape.kind.clone()) };
    let value = reader::read_value(node.clone(), &expected, what, setting.reading, complaints)?;
    Some(value.value.into_owned())
}
