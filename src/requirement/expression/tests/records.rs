//! Records compare by content, the deal's and those that an expression makes.

use super::*;

#[test]
fn a_deals_record_equals_what_says_the_same() {
    let deal = deal();
    let truths = [
        "outcome == {'result': 'lost', 'reason': 'competitor'}",
        "{'reason': 'competitor', 'result': 'lost'} == outcome && !({'result': 'lost'} == outcome)",
        "outcome != {'result': 'won', 'reason': 'competitor'} && !(outcome != dyn(outcome))",
        "contacts[0] == {'name': 'Ann', 'stance': 'ally', 'since': dyn(date('2026-01-01'))}",
        "{'name': 'Bob'} in contacts && !({'name': 'Eve'} in contacts) && {'name': 'Bob', 'stance': null} in contacts",
        "contacts.exists(c, c == {'name': 'Bob'}) && contacts.filter(c, c != {'name': 'Bob'}).size() == 1",
        "issues == [{'title': 'a', 'priority': dyn(1), 'price': dyn(0.1)}, {'title': 'b', 'price': dyn(0.2)}, {'title': 'c', 'priority': dyn(3)}]",
        "contacts.map(c, c == {'name': 'Bob'}) == [false, true] && [contacts[1]] == [{'name': 'Bob'}]",
        "{'who': contacts[1]} == {'who': {'name': 'Bob'}} && {'x': null} != {'y': null} && {'x': null} != {}",
        "done['price-approved'] == {'date': date('2026-09-01'), 'of': dyn({'amount': 100000})}",
    ];
    for expression in truths {
        assert_eq!(answer(expression, &deal), Ok(true), "{expression}");
    }
}

#[test]
fn what_cannot_be_told_of_a_record_is_no_difference() {
    let mut deal = deal();
    let franc = || record(vec![("title", text("a")), ("price", money("1", Currency::CHF))]);
    let unread = record(vec![("title", text("a")), ("price", Value::Unreadable)]);
    for slot in &mut deal.values.0 {
        if slot.key.value == "issues" {
            slot.value = bare(list(vec![Value::Record(franc()), Value::Record(unread.clone())]));
        }
    }
    for index in [0, 1] {
        for expression in [
            format!("issues[{index}] == {{'title': 'a', 'price': dyn(1)}}"),
            format!("issues[{index}] != {{'price': dyn(1), 'title': 'a'}}"),
            format!("issues[{index}] != {{'price': dyn(2), 'title': 'a'}}"),
            format!("issues[{index}] == issues[{}]", 1 - index),
        ] {
            let undecided = answer(&expression, &deal).expect_err(&expression);
            assert!(undecided.obstacle.is_some(), "{expression}: {undecided:?}");
        }
        assert_eq!(answer(&format!("issues[{index}] != {{'title': 'b', 'price': dyn(1)}}"), &deal), Ok(true));
    }
}

#[test]
fn what_a_record_leaves_out_is_there_by_its_default() {
    let field = |name: &'static str, shape| Field { name: name.into(), shape, place: None };
    let of = Shape::of;
    let by_default = |kind, default| Shape { default: Some(default), ..of(kind) };
    let limits = vec![field("low", by_default(Type::Number, number("1"))), field("high", of(Type::Number))];
    let plan = || {
        vec![
            field("n", of(Type::Integer)),
            field("link", by_default(Type::Text, text("none"))),
            field("limits", of(Type::Record(limits.clone()))),
        ]
    };
    let fields = vec![
        field("plan", of(Type::Record(plan()))),
        field("full", of(Type::Record(plan()))),
        field("plans", of(Type::List(Box::new(of(Type::Record(plan())))))),
    ];
    let vocabulary = Vocabulary::new(&Schema::new(fields, None));
    let short =
        || record(vec![("n", number("1")), ("limits", Value::Record(record(vec![("high", number("9"))])))]);
    let limits = || Value::Record(record(vec![("high", number("9")), ("low", number("1"))]));
    let full = || record(vec![("limits", limits()), ("link", text("none")), ("n", number("1"))]);
    let values = record(vec![
        ("plan", Value::Record(short())),
        ("full", Value::Record(full())),
        ("plans", list(vec![Value::Record(short()), Value::Record(record(vec![("link", text("x"))]))])),
    ]);
    let deal = Deal::new("acme/rollout".into(), values, Span::default());
    for expression in [
        "plan == full && full == plan && !(plan != full) && plan in [full] && plan in plans && full in plans",
        "plan == {'n': dyn(1), 'link': dyn('none'), 'limits': dyn({'low': 1, 'high': 9})}",
        "plan != {'n': dyn(1), 'limits': dyn({'low': 1, 'high': 9})}",
        "plan != {'n': dyn(1), 'link': null, 'limits': dyn({'low': 1, 'high': 9})}",
        "plan.limits == {'low': 1, 'high': 9} && plan.limits != {'high': 9}",
        "plans[1] == {'link': 'x'} && plans[1] != {'link': 'none'} && plans.exists(p, p == full)",
        "[plan] == [full] && {'it': plan} == {'it': full} && plans.filter(p, p != full).size() == 1",
        // Whatever is done with a value, it is of its type.
        "dyn(plan) == full && dyn(plan) == dyn(full) && !(dyn(plan) != full) && dyn([plan]) == [full]",
        "dyn(plan).link == 'none' && has(dyn(plan).link) && dyn(plan).limits.low == 1 && dyn(plans).map(p, p.link) == ['none', 'x']",
        "dyn(plans).exists_one(p, p == full) && dyn(plans).exists(p, p.limits == {'low': 1, 'high': 9})",
        "(dyn(plans) + [full]).distinct().size() == 2 && [plan, full].distinct().size() == 1",
        "[dyn(plan), dyn(full)].distinct().size() == 1 && [plan, full].distinct()[0].link == 'none'",
        "[full, plan].indexOf(plan) == 0 && [plan, full].lastIndexOf(plan) == 1 && {'a': plan} == dyn({'a': full})",
        "(true ? plan : full) == full && [plan].map(p, dyn(p))[0] == full && [[plan]] == [[full]]",
    ] {
        let compiled = Expression::compile(expression, &vocabulary, Expected::Boolean);
        let compiled = compiled.unwrap_or_else(|faults| panic!("{expression}: {faults:#?}"));
        assert_eq!(compiled.evaluate(&scope(&deal)), Ok(true), "{expression}");
    }
}
