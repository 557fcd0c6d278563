//! Tables of expressions: what they answer, what is wrong with them, what must not hurt.

mod cost;
mod faults;
mod oracle;
mod records;

use std::sync::Arc;

use cel::{Context, Program, Value as CelValue};
use iso_currency::Currency;
use jiff::civil::date;
use rust_decimal::Decimal;

use super::*;
use crate::deal::value::FieldValue;
use crate::deal::{Field, Record, Schema, Shape, Type};
use crate::source::{Span, Spanned};

pub(super) fn bare<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

pub(super) fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}

pub(super) fn record(slots: Vec<(&str, Value<'static>)>) -> Record<'static> {
    let slot = |(key, value): (&str, Value<'static>)| FieldValue {
        key: bare(key.to_owned().into()),
        value: bare(value),
    };
    Record(slots.into_iter().map(slot).collect())
}

pub(super) fn list(items: Vec<Value<'static>>) -> Value<'static> {
    Value::List(items.into_iter().map(bare).collect())
}

pub(super) fn number(text: &str) -> Value<'static> {
    Value::Number(text.parse().unwrap())
}

pub(super) fn money(amount: &str, unit: Currency) -> Value<'static> {
    Value::Money(Money { amount: amount.parse().unwrap(), currency: Some(unit) })
}

pub(super) fn schema() -> Schema {
    let field = |name: &'static str, shape| Field { name: name.into(), shape, place: None };
    let choice = |names: &[&str]| Shape {
        choices: names.iter().map(|name| text(name)).collect(),
        ..Shape::of(Type::Text)
    };
    let of = Shape::of;
    let items = |fields| of(Type::List(Box::new(of(Type::Record(fields)))));
    Schema::new(
        vec![
            field("segment", choice(&["smb", "mid-market", "enterprise"])),
            field("discount", Shape { default: Some(number("0")), ..of(Type::Percent) }),
            field("framework_customer", of(Type::Boolean)),
            field("seats", of(Type::Integer)),
            field(
                "contacts",
                items(vec![
                    field("name", of(Type::Text)),
                    field("stance", choice(&["ally", "neutral", "enemy"])),
                    field("since", of(Type::Date)),
                ]),
            ),
            field(
                "issues",
                items(vec![
                    field("title", of(Type::Text)),
                    field("priority", of(Type::Integer)),
                    field("price", of(Type::Money)),
                ]),
            ),
        ],
        Some(Currency::EUR),
    )
}

pub(super) fn deal() -> Deal<'static> {
    let day = |year, month, day| Value::Date(date(year, month, day));
    let contact = |slots| Value::Record(record(slots));
    let values = record(vec![
        ("name", text("Rollout of line 4")),
        ("stage", text("discovery")),
        ("amount", money("120000.10", Currency::EUR)),
        ("close_date", day(2026, 12, 15)),
        ("opened", day(2026, 5, 1)),
        ("tags", list(vec![text("emea"), text("new"), text("emea")])),
        ("notes", text("Zürich, then Bern")),
        ("segment", text("enterprise")),
        ("seats", number("40")),
        ("outcome", Value::Record(record(vec![("result", text("lost")), ("reason", text("competitor"))]))),
        (
            "contacts",
            list(vec![
                contact(vec![("name", text("Ann")), ("stance", text("ally")), ("since", day(2026, 1, 1))]),
                contact(vec![("name", text("Bob"))]),
            ]),
        ),
        (
            "issues",
            list(vec![
                contact(vec![
                    ("title", text("a")),
                    ("priority", number("1")),
                    ("price", money("0.1", Currency::EUR)),
                ]),
                contact(vec![("title", text("b")), ("price", money("0.25", Currency::USD))]),
                contact(vec![("title", text("c")), ("priority", number("3"))]),
            ]),
        ),
        (
            "done",
            Value::Record(record(vec![(
                "price-approved",
                Value::Record(record(vec![
                    ("date", day(2026, 9, 1)),
                    ("of", Value::Record(record(vec![("amount", money("100000", Currency::EUR))]))),
                ])),
            )])),
        ),
        ("waivers", Value::Unreadable),
    ]);
    Deal::new("acme/rollout".into(), values, Span::default())
}

pub(super) fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new(&schema());
    vocabulary.restrict("stage", ["prospect", "discovery"]);
    vocabulary.restrict("outcome.reason", ["price", "competitor"]);
    for (name, expression) in
        [("big", "amount >= 250000"), ("late", "today > close_date"), ("old", "late && age > 9")]
    {
        let expression = Expression::compile(expression, &vocabulary, Expected::Any).unwrap();
        vocabulary.derive(name, &expression);
    }
    vocabulary
}

/// A dollar is 0.80 euros; there are no other rates.
fn rate(money: Money) -> Option<Decimal> {
    match money.currency? {
        Currency::EUR => Some(money.amount),
        Currency::USD => Some(money.amount * Decimal::new(80, 2)),
        _ => None,
    }
}

pub(super) fn scope<'a>(deal: &'a Deal<'a>) -> Scope<'a> {
    Scope {
        deal,
        today: date(2026, 11, 23),
        stage_index: Some(3),
        days_in_stage: None,
        age: Some(206),
        currency: Some(Currency::EUR),
        rate: &rate,
    }
}

pub(super) fn answer(expression: &str, deal: &Deal<'_>) -> Result<bool, Undecided> {
    let compiled = Expression::compile(expression, &vocabulary(), Expected::Boolean);
    let compiled = compiled.unwrap_or_else(|faults| panic!("{expression}: {faults:#?}"));
    compiled.evaluate(&scope(deal))
}

#[test]
fn what_is_true() {
    let deal = deal();
    let truths = [
        "amount > 120000 && amount < 120000.11 && amount == 120000.1",
        "segment == 'enterprise' && segment in ['smb', 'enterprise'] && segment != 'smb'",
        "stage == 'discovery' && stage_index == 3 && stage_index >= 2.5",
        "discount == 0 && has(deal.discount) && deal.discount < 0.1",
        "!has(deal.customer) && has(deal.amount) && has(deal.outcome.reason) && !has(outcome.competitor)",
        "today < close_date && close_date - today == days(22) && today + days(30) > close_date",
        "opened == date('2026-05-01') && opened == timestamp('2026-05-01T00:00:00Z')",
        "close_date.getFullYear() == 2026 && close_date.getMonth() == 11 && close_date.getDate() == 15",
        "close_date.getDayOfMonth() == 14 && close_date.getDayOfWeek() == 2 && opened.getDayOfYear() == 120",
        "(close_date - today).getHours() == 528 && duration('36h') + days(1) == duration('60h')",
        "size(tags) == 3 && tags.size() > 2.5 && size('ü') == 1 && size(done) == 1",
        "tags[0] == 'emea' && tags[size(tags) - 1] == 'emea' && 'new' in tags && !('x' in tags)",
        "distinct(tags).size() == 2 && tags.distinct() == ['emea', 'new'] && tags.join('-') == 'emea-new-emea'",
        "contacts.exists(c, c.stance == 'ally') && !contacts.exists(c, c.stance == 'enemy')",
        "!contacts.all(c, has(c.stance)) && contacts.all(c, has(c.name)) && contacts[1].stance == null",
        "contacts.exists_one(c, c.name == 'Bob') && contacts.filter(c, c.stance != null).size() == 1",
        "contacts.map(c, c.stance) == ['ally', null] && contacts.map(c, has(c.stance), c.name) == ['Ann']",
        "contacts.exists(c, c.since < today)",
        "issues.map(i, i.price).sum() == 0.3 && sum(issues.map(i, i.price)) > 0.29",
        "min(issues.map(i, i.priority)) == 1 && issues.map(i, i.priority).max() == 3 && sum([]) == 0",
        "issues.exists(i, contacts.exists(c, c.name == 'Bob' && i.title == 'b'))",
        "done['price-approved'].date == date('2026-09-01') && has(done['price-approved'].date)",
        "!has(done['other'].date) && !has(done.other) && 'price-approved' in done && !('x' in done)",
        "done['price-approved'].of.amount == 100000 && done.exists(id, id.startsWith('price'))",
        "outcome.result == 'lost' && outcome.reason == 'competitor' && outcome['reason'] != 'price'",
        "!big && !late && (big || amount > 5) && (big ? 1 : 2) == 2",
        "amount * 1.125 > 1 && discount < 1.125 && seats > 1.125 && amount > 0.125 && amount < 1234567.125",
        "currency == 'EUR' && age == 206 && seats * 2 + 1 == 81 && 5 / 2 == 2.5 && -seats < 0 && 7 % 4 == 3",
        "notes.contains('Bern') && notes.startsWith('Z') && notes.matches('^Zürich, \\\\w+') && notes.size() == 17",
        "notes.lowerAscii().indexOf('bern') == 13 && notes.substring(0, 6) == 'Zürich' && ' x '.trim() == 'x'",
        "'a,b'.split(',') == ['a', 'b'] && 'aXa'.replace('a', 'b') == 'bXb' && 'ab'.charAt(1) == 'b'",
        "int('42') == 42 && int(4.9) == 4 && double('1.5') == 1.5 && string(5) == '5' && bool('true')",
        "string(opened) == '2026-05-01T00:00:00Z' && string(days(1)) == '86400s' && string(0.1) == '0.1'",
        "{'smb': 1, 'enterprise': 3}[segment] == 3 && {'a': 1}.a == 1 && has({'a': 1}.a) && !has({'a': 1}.b)",
        "stage_index in {1: 'x', 3: 'y'} && [1, 2] + [3] == [1, 2, 3] && [3, 1].isSorted() == false",
        "0x10 == 16 && 1e3 == 1000 && 3u == 3 && 'a' + 'b' == \"ab\" && 'a' < 'b' && true != false",
        "null == null && [null, 1] == [null, 1] && dyn(1) == 1 && .amount > 1",
        "weeks(2) == days(14) && today + weeks(1) == date('2026-11-30') && weeks(0.5) < days(4)",
        "opened + months(6) == date('2026-11-01') && months(7) + opened > today && close_date - months(1) < today",
        "date('2026-01-31') + months(1) == date('2026-02-28') && date('2024-01-31') + months(1) == date('2024-02-29')",
        "date('2026-03-31') - months(1) == date('2026-02-28') && date('2024-02-29') + months(12) == date('2025-02-28')",
        "date('2026-12-31') + months(-1) == date('2026-11-30') && months(seats) + opened == date('2029-09-01')",
        "timestamp('2026-01-31T18:00:00Z') + months(1) == timestamp('2026-02-28T18:00:00Z')",
        "date('9999-12-31') > today && date('9999-12-31') == timestamp('9999-12-31T00:00:00Z')",
        "timestamp('9999-12-31T23:59:59.999Z') - date('9999-12-31') < days(1) && date('9999-12-30') + days(1) > today",
        "string(date('9999-12-31')) == '9999-12-31T00:00:00Z' && date('9999-12-31').getDate() == 31",
        "date('0001-01-01').getFullYear() == 1 && timestamp('2026-05-01T02:00:00+02:00') == opened",
        "amount > 1 // a comment\n && true",
        // What decides makes an absent value on the other side not matter.
        "customer == 'x' || true",
        "true || customer == 'x'",
        "!(false && customer == 'x') && !(customer == 'x' && false)",
        "['a', 'b'].exists(x, x == 'b' || customer == x)",
        "1 / 0 > 1 || true",
        "amount * 0.1 == 12000.01 && amount + 0.9 == 120001",
    ];
    for expression in truths {
        assert_eq!(answer(expression, &deal), Ok(true), "{expression}");
    }
}

#[test]
fn what_is_undecided_and_why() {
    let deal = deal();
    let rows: &[(&str, &[&str])] = &[
        ("customer == 'x'", &["customer"]),
        ("customer == null", &["customer"]),
        ("outcome.competitor == 'x'", &["outcome.competitor"]),
        ("on_hold.until > today", &["on_hold.until"]),
        ("done['other'].date < today", &["done.other.date"]),
        ("done.other.date < today", &["done.other.date"]),
        ("waivers['x'].until > today", &["waivers.x.until"]),
        ("done['price-approved'].of.segment == 'smb'", &["done.price-approved.of.segment"]),
        ("days_in_stage > 3", &["days_in_stage"]),
        ("customer == 'x' || completed < today", &["customer", "completed"]),
        ("false || customer == 'x'", &["customer"]),
        ("customer == 'x' && amount > 5 && source == 'y'", &["customer", "source"]),
        ("issues.all(i, i.priority < 9)", &["issues.priority"]),
        ("issues.map(i, i.priority + 1).sum() > 1", &["issues.priority"]),
        ("['a'].exists(x, x == customer)", &["customer"]),
        ("!framework_customer", &["framework_customer"]),
        ("contacts.all(c, c.stance.startsWith('a'))", &["contacts.stance"]),
    ];
    for (expression, absent) in rows {
        let undecided = answer(expression, &deal).expect_err(expression);
        if !expression.starts_with("waivers") {
            assert_eq!(undecided.absent, *absent, "{expression}");
        }
        assert!(!undecided.is_too_large(), "{expression}");
    }
    for expression in [
        "amount / 0 > 1",
        "tags[3] == 'x'",
        "tags[0.5] == 'x'",
        "int('x') > 1",
        "min([]) == 1",
        "days(seats * 1e6) > days(1)",
        "date(name) < today",
        "dyn('a') > 1",
        "today + days(4000000) > today",
        "date('9999-12-31') + days(1) > today",
        "date('0001-01-01') - days(1) < today",
        "date('9999-12-31') + months(1) > today",
        "today + months(seats / 3) > today",
        "'abc'.substring(2, 9) == ''",
        "1e308 * 10.0 > 1",
        "{'a': 1}[name] == 1",
        "dyn(1)",
        "seats % 0 == 1",
        "[dyn(1), dyn('a')].max() == 1",
    ] {
        let undecided = answer(expression, &deal).expect_err(expression);
        assert!(undecided.reason.is_some() && undecided.absent.is_empty(), "{expression}: {undecided:?}");
    }
}

#[test]
fn money_without_a_rate_is_absent_and_never_skipped() {
    let mut deal = deal();
    let franc = money("1", Currency::CHF);
    let issue = Value::Record(record(vec![("price", franc.clone())]));
    for slot in &mut deal.values.0 {
        match slot.key.value.as_ref() {
            "amount" => slot.value = bare(franc.clone()),
            "issues" => slot.value = bare(list(vec![issue.clone()])),
            _ => {}
        }
    }
    for (expression, path) in
        [("amount > 1", "amount"), ("issues.map(i, i.price).sum() >= 0", "issues.price")]
    {
        let reason = answer(expression, &deal).unwrap_err().reason.unwrap_or_default();
        assert!(reason.ends_with(&format!("`{path}`")), "{expression}: {reason}");
    }
    assert_eq!(answer("has(deal.amount)", &deal), Ok(false));
}

#[test]
fn money_compares_at_its_minor_unit() {
    let mut deal = deal();
    for slot in &mut deal.values.0 {
        if slot.key.value == "amount" {
            slot.value = bare(money("31249.99375", Currency::USD));
        }
    }
    // 24999.995 euros are 25000.00, half away from zero.
    assert_eq!(answer("amount == 25000 && amount / 3 == 8333.33", &deal), Ok(true));
}

#[test]
fn values_for_reports() {
    let deal = deal();
    let rows = [
        ("amount * 2", Some(money("240000.20", Currency::EUR))),
        ("amount / amount", Some(number("1"))),
        ("seats / 8", Some(number("5"))),
        ("big ? 'large' : 'small'", Some(text("small"))),
        ("close_date + days(1)", Some(Value::Date(date(2026, 12, 16)))),
        ("timestamp('2026-05-01T01:00:00Z')", Some(text("2026-05-01T01:00:00Z"))),
        ("close_date - today", Some(number("22"))),
        ("opened + months(8)", Some(Value::Date(date(2027, 1, 1)))),
        ("months(8)", Some(number("8"))),
        ("contacts[1].stance", None),
        ("late", Some(Value::Boolean(false))),
        ("tags.distinct()", Some(list(vec![text("emea"), text("new")]))),
        (
            "issues.map(i, i.price)",
            Some(list(vec![money("0.1", Currency::EUR), money("0.20", Currency::EUR)])),
        ),
    ];
    for (expression, expected) in rows {
        let compiled = Expression::compile(expression, &vocabulary(), Expected::Any).unwrap();
        assert_eq!(compiled.evaluate_value(&scope(&deal)), Ok(expected), "{expression}");
    }
}

#[test]
fn names_come_through_derived_ones() {
    let vocabulary = vocabulary();
    let compile = |text| Expression::compile(text, &vocabulary, Expected::Boolean).unwrap();
    let old =
        compile("old && contacts.exists(amount, amount.name == 'x') && done['a'].date < date('2026-01-01')");
    assert!(old.uses_today() && old.uses("close_date") && old.uses("contacts") && !old.uses("amount"));
    assert_eq!(
        old.names().collect::<Vec<_>>(),
        ["age", "close_date", "contacts", "done", "late", "old", "today"]
    );
    assert_eq!(
        old.entries().map(|(key, id, range)| (key, id, &old.text()[range])).next(),
        Some(("done", "a", "'a'"))
    );
    assert!(!compile("big").uses_today() && compile("has(deal.notes)").uses("notes"));
    assert!(compile("days_in_stage > 3").uses_today() && !compile("stage_index > 3").uses_today());
}

#[test]
fn reserved_names() {
    for name in ["in", "today", "deal", "date", "size", "exists", "currency", "if", "null", "stage_index"] {
        assert!(Vocabulary::is_reserved(name), "{name}");
    }
    for name in ["amount", "segment", "trim", "Today"] {
        assert!(!Vocabulary::is_reserved(name), "{name}");
    }
}

/// What the library can evaluate as we mean it, it evaluates to the same.
#[test]
fn agrees_with_the_library() {
    let deal = deal();
    let rows = [
        "1.5 + 2.5 == 4.0",
        "7.0 / 2.0 == 3.5",
        "-(3.0) < 2.0 && !(1.0 > 2.0)",
        "'abc' < 'abd' || 'b' <= 'a'",
        "['a', 'b'].exists(x, x == 'b')",
        "['a', 'b'].all(x, x.startsWith('a'))",
        "[1.0, 2.0].exists_one(x, x > 1.5)",
        "[1.0, 2.0].map(x, x * 2.0) == [2.0, 4.0]",
        "[1.0, 2.0, 3.0].filter(x, x > 1.5) == [2.0, 3.0]",
        "[1.0, 2.0].map(x, x > 1.0, x + 1.0) == [3.0]",
        "1.0 in [1.0, 2.0]",
        "'a' in {'a': 1.0}",
        "{'a': 1.0}['a'] == 1.0",
        "has({'a': 1.0}.a) && !has({'a': 1.0}.b)",
        "true ? false : true",
        "true && (false || true) && !false",
        "'hello'.contains('ell') && 'hello'.endsWith('lo')",
        "'hello'.matches('^h.*o$')",
        "'a' + 'b' == 'ab'",
        "[1.0] + [2.0] == [1.0, 2.0]",
        "timestamp('2026-05-01T00:00:00Z') < timestamp('2026-05-02T00:00:00Z')",
        "timestamp('2026-05-02T00:00:00Z') - timestamp('2026-05-01T00:00:00Z') == duration('24h')",
        "timestamp('2026-05-01T00:00:00Z') + duration('1h30m') == timestamp('2026-05-01T01:30:00Z')",
        "string(true) == 'true' && string(1.5) == '1.5' && double('2.5') == 2.5",
        "'\\u00fc' == 'ü' && r'\\n' != '\\n'",
        "false && 'a'.matches('b')",
        "[true, false].exists(x, x)",
        "[].all(x, x == 1.0)",
        "[[1.0], [2.0]][1][0] == 2.0",
        "'a' == 'a' ? 1.0 == 1.0 : 1.0 == 2.0",
        "string(timestamp('2026-05-01T01:02:03Z')) == '2026-05-01T01:02:03Z'",
        "string(duration('90s')) == '90s'",
        "null == null",
        "['a', 'b'].map(x, [x + 'c']) == [['ac'], ['bc']]",
        "{'a': 1.0, 'b': 2.0} == {'b': 2.0, 'a': 1.0}",
        "'''a'b''' == \"a'b\"",
    ];
    for expression in rows {
        let library = Program::compile(expression).unwrap().execute(&Context::default());
        let ours = answer(expression, &deal);
        assert_eq!(library, Ok(CelValue::Bool(ours.clone().unwrap())), "{expression}: {ours:?}");
    }
}

#[test]
fn expressions_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Expression>();
    shared::<Arc<Vocabulary>>();
}
