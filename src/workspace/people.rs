//! Settings of dealgate.toml for people: who there is, by address.

use std::collections::BTreeMap;

use iso_currency::Currency;

use crate::deal::People;
use crate::deal::people::Listed;
use crate::finding::wording::quote;
use crate::finding::{Code, Finding, FindingsBuilder};
use crate::source::{Span, Spanned};
use crate::syntax::Entry;
use crate::syntax::reader::{ExpectedValue, Key, Table, misfits, text};
use crate::syntax::scalar;
use crate::workflow;

/// Keys of somebody under `[people]`.
pub(super) const KEYS: &[Key] = &[
    Key::new("name", "what people call them", ExpectedValue::Text),
    Key::new("also", "other addresses of theirs", ExpectedValue::List(&ExpectedValue::Text)),
    Key::new("until", "the last day on which they are there", ExpectedValue::Date),
    Key::new(
        "targets",
        "what they are to win, by fiscal quarter",
        ExpectedValue::Entries(&ExpectedValue::Amount),
    ),
];

pub(super) fn read(
    table: &Table<'_, '_>,
    currency: Option<Currency>,
    complaints: &mut FindingsBuilder,
) -> People {
    let mut people = People::default();
    let mut places = Vec::new();
    let table = table.get("people").and_then(|node| Table::free(node, "people", complaints));
    for entry in table.iter().flat_map(Table::entries) {
        let Some((person, also)) = read_person(entry, currency, complaints) else { continue };
        if is_taken(&people, &person.address, entry.key.span, &places, complaints) {
            continue;
        }
        places.push(entry.key.span);
        people.add(person);
        for address in also {
            let own = is_address(address, "also", complaints);
            if own && !is_taken(&people, address.value, address.span, &places, complaints) {
                people.also(address.value);
            }
        }
    }
    people
}

fn read_person<'t>(
    entry: &'t Entry<'_>,
    currency: Option<Currency>,
    complaints: &mut FindingsBuilder,
) -> Option<(Listed, Vec<Spanned<&'t str>>)> {
    let address = Spanned::new(entry.key.value.as_ref(), entry.key.span);
    if !is_address(address, "people", complaints) {
        return None;
    }
    let listed = |name: &str| Listed {
        address: address.value.to_owned(),
        name: name.to_owned(),
        until: None,
        targets: BTreeMap::new(),
    };
    if entry.value.as_map().is_none() {
        let name = text(&entry.value, address.value, complaints)?;
        return Some((listed(name.value), Vec::new()));
    }
    let table = Table::open(&entry.value, "somebody under `people`", KEYS, complaints)?;
    if table.get("name").is_none() {
        let help = Some("write `name = \"…\"`".to_owned());
        complaints.push(
            Code::MissingKey,
            table.span.at_start(),
            "somebody under `people` needs `name`",
            help,
        );
    }
    let name = table.text("name", complaints).map_or("", |name| name.value);
    let until = table.date("until", complaints).map(|until| until.value);
    let targets = workflow::read_targets(&table, currency, complaints);
    Some((Listed { until, targets, ..listed(name) }, table.texts("also", complaints).unwrap_or_default()))
}

fn is_address(address: Spanned<&str>, what: &str, complaints: &mut FindingsBuilder) -> bool {
    let misfit = scalar::email(address.value).err();
    misfit.map(|misfit| misfits(address.span, what, address.value, misfit, complaints)).is_none()
}

/// Whether an address stands for somebody already, which is told.
fn is_taken(
    people: &People,
    address: &str,
    span: Span,
    places: &[Span],
    complaints: &mut FindingsBuilder,
) -> bool {
    let Some(position) = people.position(address) else { return false };
    let message = format!("the address {} stands for somebody already", quote(address));
    let finding = Finding::new(Code::DuplicateKey, message)
        .help("leave it out here or there")
        .related(places.get(position).and_then(|place| complaints.place(*place)), "listed here");
    complaints.add(span, finding);
    true
}
