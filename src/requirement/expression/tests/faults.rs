//! What is wrong with an expression, where exactly, and what to write instead.

use super::*;

fn faults(expression: &str) -> Vec<ExpressionFault> {
    Expression::compile(expression, &vocabulary(), Expected::Boolean).expect_err(expression)
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn faults_stand_at_their_place() {
    use Code::{BadExpression as Bad, TooLarge, UnknownName as Unknown};

    let rows: &[(&str, Code, &str, &str)] = &[
        ("'ü' == 'ü' && amuont > 5", Unknown, "amuont", "did you mean `amount`?"),
        ("deal.amuont > 5", Unknown, "amuont", "did you mean `amount`?"),
        ("outcome.competitr == 'x'", Unknown, "competitr", "did you mean `competitor`?"),
        ("outcome . competitr == 'x'", Unknown, "competitr", "did you mean `competitor`?"),
        ("outcome['competitr'] == 'x'", Unknown, "'competitr'", "did you mean `competitor`?"),
        ("contacts.exists(c, c.stanse == 'ally')", Unknown, "stanse", "did you mean `stance`?"),
        (
            "contacts.filter(c, true).exists(c, c.stanse == 'ally')",
            Unknown,
            "stanse",
            "did you mean `stance`?",
        ),
        ("contacts[0].nmae == 'ally'", Unknown, "nmae", "did you mean `name`?"),
        ("done['x'].dat < today", Unknown, "dat", "did you mean `date`?"),
        ("done['x'].of.amnt > 1", Unknown, "amnt", ""),
        ("has(deal.discont)", Unknown, "discont", "did you mean `discount`?"),
        ("todya > close_date", Unknown, "todya", "did you mean `today`?"),
        ("bog", Unknown, "bog", "did you mean `big`?"),
        ("segment == enterprise", Unknown, "enterprise", "a text stands in quotes: `'enterprise'`"),
        ("amount > '1000'", Bad, "'1000'", "write `1000`"),
        ("amount == '1000'", Bad, "'1000'", "write `1000`"),
        ("'1000' < amount", Bad, "'1000'", "write `1000`"),
        ("close_date < '2026-06-01'", Bad, "'2026-06-01'", "write `date('2026-06-01')`"),
        ("close_date != 'soon'", Bad, "'soon'", "dates are written `date('2026-06-01')`"),
        ("framework_customer == 1", Bad, "1", ""),
        ("framework_customer == 'true'", Bad, "'true'", "write `true`"),
        ("notes == 5", Bad, "5", "write `'5'`"),
        ("amount in ['a']", Bad, "['a']", ""),
        ("today - opened > 30", Bad, "30", "write `days(30)`"),
        ("close_date + 14 > today", Bad, "14", "a date moves by a duration: `days(14)`"),
        ("amount > close_date", Bad, "close_date", ""),
        ("amount > 50.000", Code::WrongType, "50.000", "write `50` or `50000`, whichever it is"),
        ("-50.000 < amount", Code::WrongType, "-50.000", ""),
        ("amount + 5.000 > 1", Code::WrongType, "5.000", ""),
        ("amount > 1 + 5.000", Code::WrongType, "5.000", ""),
        ("amount in [1, 2.500]", Code::WrongType, "2.500", ""),
        ("max([amount, 2.500]) > 1", Code::WrongType, "2.500", ""),
        ("(big ? amount : 2.500) > 1", Code::WrongType, "2.500", ""),
        ("amount > (big ? 2.500 : 1)", Code::WrongType, "2.500", ""),
        ("tags > 3", Bad, "3", ""),
        ("contacts > contacts", Bad, "contacts", ""),
        ("amount + notes == 3", Bad, "notes", ""),
        ("segment == 'entreprise'", Bad, "'entreprise'", "did you mean `'enterprise'`?"),
        ("segment in ['smb', 'entreprise']", Bad, "'entreprise'", "did you mean `'enterprise'`?"),
        (
            "contacts.exists(c, c.stance == 'fiend')",
            Bad,
            "'fiend'",
            "it is one of `ally`, `neutral`, `enemy`",
        ),
        ("stage == 'discvery'", Bad, "'discvery'", "did you mean `'discovery'`?"),
        ("outcome.reason == 'prise'", Bad, "'prise'", "did you mean `'price'`?"),
        ("outcome.result != 'wom'", Bad, "'wom'", "did you mean `'won'`?"),
        ("amount", Bad, "amount", ""),
        ("1 + 2", Bad, "1 + 2", ""),
        ("null", Bad, "null", ""),
        ("!amount", Bad, "amount", ""),
        ("-notes == 'x'", Bad, "notes", ""),
        ("big && amount", Bad, "amount", ""),
        ("amount ? true : false", Bad, "amount", ""),
        ("(big ? 1 : 'a') == 1", Bad, "'a'", ""),
        ("[1, 'a'].size() > 1", Bad, "'a'", ""),
        ("sise(tags) > 1", Bad, "sise", "did you mean `size`?"),
        ("notes.containz('x')", Bad, "containz", "did you mean `contains`?"),
        ("contains(notes, 'x')", Bad, "contains", "write `value.contains(…)`"),
        ("notes.date() < today", Bad, "date", "write `date(…)`"),
        ("size(tags, 1) > 1", Bad, "size", ""),
        ("min(1, 2) == 1", Bad, "min", "give it a list: `min([a, b])`"),
        ("notes.contains(5)", Bad, "5", ""),
        ("sum(tags) > 1", Bad, "tags", ""),
        ("amount.name == 'x'", Bad, "name", ""),
        ("contacts.stance == 'ally'", Bad, "stance", "ask of its items: `contacts.exists(i, i.stance …)`"),
        ("amount.exists(a, true)", Bad, "amount", ""),
        ("contacts.exists('c', true)", Bad, "'c'", "for instance `list.exists(item, item == 'x')`"),
        ("contacts.all(c, c.name)", Bad, "c.name", ""),
        ("contacts.exists(c)", Bad, "exists", "write `list.exists(item, item == 'x')`"),
        ("has(amount)", Bad, "amount", "write `has(deal.amount)`"),
        ("tags['a'] == 'x'", Bad, "'a'", ""),
        ("deal[name] == 'x'", Bad, "name", ""),
        ("date('2026-02-30') < today", Bad, "'2026-02-30'", "dates are written `date('2026-06-01')`"),
        (
            "date('2026-06-01T10:00') < today",
            Bad,
            "'2026-06-01T10:00'",
            "dates are written `date('2026-06-01')`",
        ),
        ("timestamp('x') < today", Bad, "'x'", "times are written `timestamp('2026-06-01T12:00:00Z')`"),
        ("duration('14d') < days(3)", Bad, "'14d'", "durations are written `days(14)` or `duration('36h')`"),
        ("days(1e300) < days(3)", Bad, "1e300", ""),
        ("notes.matches('(')", Bad, "'('", ""),
        ("notes.matches(name)", Bad, "name", ""),
        ("notes.matches('(a{1000}){1000}')", TooLarge, "'(a{1000}){1000}'", ""),
        (
            "tags.exists(a, tags.exists(b, tags.exists(c, true)))",
            TooLarge,
            "tags.exists(c, true)",
            "name the inner part in [derived]",
        ),
        ("b'x' == b'y'", Bad, "b'x'", "leave out the `b` before the text"),
        ("T{a: 1} == 1", Bad, "{", ""),
        ("amount = 5", Bad, "=", "write `==` to compare"),
        ("big and late", Bad, "and", "write `&&` for “and”"),
        ("not (big)", Bad, "not", "write `!(…)`"),
        ("not big", Bad, "not", "write `!(…)` for “not”"),
        ("big && NOT big", Bad, "NOT", "write `!(…)` for “not”"),
        ("segment <> 'smb'", Bad, "<>", "write `!=` for “is not”"),
        ("amount > 1,000", Bad, "1,000", "write `1000` or `1.0000`, whichever it is"),
        ("discount > 0,25", Bad, "0,25", "numbers have a point: `0.25`"),
        (
            "tags contains 'a'",
            Bad,
            "contains",
            "of a list, write `'x' in tags`; of a text, `name.contains('x')`",
        ),
        ("tags.contains('a')", Bad, "tags", "ask whether the list holds it: `'…' in tags`"),
        ("tags.length > 1", Bad, "length", "ask how many there are: `tags.size()`"),
        (
            "name like 'a'",
            Bad,
            "like",
            "write `name.startsWith('x')`, `name.contains('x')` or `name.matches('^x')`",
        ),
        ("name is null", Bad, "is", "write `==`, or `has(…)` to ask whether it is there"),
        ("amount BETWEEN 1 and 5", Bad, "BETWEEN", "write both ends: `amount >= 1 && amount <= 5`"),
        ("if (big) 1 else 2", Bad, "if", "write `condition ? one : other`"),
        ("amount > 1_000", Bad, "1_000", "numbers are not grouped: `1000`"),
        ("amount > 1_000_000.50", Bad, "1_000_000.50", "numbers are not grouped: `1000000.50`"),
        ("discount < 12%", Bad, "12%", "a share is a part of 1 here: `0.12`"),
        ("(discount < 7.5 %) && big", Bad, "7.5 %", "a share is a part of 1 here: `0.075`"),
        ("outcome.`reason` == 'x'", Bad, "`", "leave the backticks out: `reason`"),
        ("'reason' in outcome", Bad, "outcome", "ask whether it is there: `has(outcome.reason)`"),
        ("'discount' in deal", Bad, "deal", "ask whether it is there: `has(deal.discount)`"),
        ("today > opened + years(1)", Bad, "years", "write `months(12)`"),
        ("len(tags) > 1", Bad, "len", "write `size(…)`"),
        (
            "today - opened > months(6)",
            Bad,
            "months(6)",
            "hold a day against the day so many months later: `today > opened + months(6)`",
        ),
        (
            "months(6) > days(3)",
            Bad,
            "days(3)",
            "hold a day against the day so many months later: `today > opened + months(6)`",
        ),
        ("today > opened + months(1.5)", Bad, "1.5", "write whole months, or `days(45)`"),
        (
            "months(1) + days(1) == months(2)",
            Bad,
            "days(1)",
            "months move a date, one after the other: `opened + months(6) + days(1)`",
        ),
        ("date('0000-01-01') < today", Bad, "'0000-01-01'", "dates are written `date('2026-06-01')`"),
        ("'üü' == notes ==", Bad, "=", ""),
        ("notes == 'x", Bad, "'x", "a text ends with the quote it began with"),
        ("amount >> 3", Bad, ">", ""),
        ("amount > 99999999999999999999", Bad, "99999999999999999999", ""),
        ("if > 3", Bad, "if", ""),
        ("a.?b", Bad, ".?", "ask with `has(a.b)`"),
        ("", Bad, "", ""),
        ("  ", Bad, "", ""),
        ("(amount > 3", Bad, "3", ""),
        ("amount > 3)", Bad, ")", ""),
        ("notes == '\\q'", Bad, "'\\q'", "in a text, write a backslash as `\\\\`"),
        ("amount > 5 @ 3", Bad, "@", ""),
    ];
    let mut otherwise = Vec::new();
    for (expression, code, place, help) in rows {
        let fault = faults(expression).swap_remove(0);
        let said = fault.help.as_deref().unwrap_or_default();
        assert!(!said.is_empty(), "{expression}: {}", fault.message);
        // Where a row leaves it open, some way out will do.
        let said = if help.is_empty() { "" } else { said };
        let found = (fault.code, &expression[fault.range.clone()], said);
        if found != (*code, *place, *help) {
            otherwise.push(format!("{expression}: {}\n{found:?}", fault.message));
        }
        assert!(!fault.message.is_empty() && !fault.message.contains("expecting"), "{}", fault.message);
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

#[test]
fn every_fault_is_told_at_once_and_a_consequence_is_not() {
    let told = faults("amuont > 5 && segment == 'x' && contacts.exists(c, c.nme == 'y')");
    let codes: Vec<&str> = told.iter().map(|fault| fault.code.name()).collect();
    assert_eq!(codes, ["unknown-name", "bad-expression", "unknown-name"]);
    assert_eq!(faults("[amuont + 1].map(x, x * 2).sum() > 5").len(), 1);
}

#[test]
fn a_derived_name_with_faults_is_told_once() {
    let mut vocabulary = vocabulary();
    vocabulary.derive_unknown("broken");
    let uses = Expression::compile("broken > 3 || broken == 'x'", &vocabulary, Expected::Boolean).unwrap();
    let deal = deal();
    assert!(uses.evaluate(&scope(&deal)).is_err());
}
