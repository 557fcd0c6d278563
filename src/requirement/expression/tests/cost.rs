//! Hostile texts and hostile deals: no crash, no hang, a bounded answer.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Far above what any of them takes, even in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn no_text_overflows_or_hangs() {
    let rows = [
        "(".repeat(9_000),
        "[".repeat(9_000),
        "{".repeat(9_000),
        "f(".repeat(4_000),
        "!".repeat(9_000) + "big",
        "-".repeat(9_000) + "seats",
        vec!["big"; 1_400].join(" && "),
        vec!["big"; 1_400].join(" || "),
        vec!["big"; 1_400].join("+"),
        vec!["big"; 1_400].join("<"),
        vec!["deal"; 1_400].join("."),
        "deal".to_owned() + &"[0]".repeat(3_000),
        "deal".to_owned() + &".f()".repeat(2_000),
        "big?big:".repeat(1_200) + "big",
        "big?".repeat(2_000),
        format!("'{}'", "x".repeat(9_000)),
        "'x".repeat(4_000),
        "@".repeat(9_000),
        "a b ".repeat(2_000),
        format!("[{}]", vec!["1"; 4_000].join(",")),
        format!("{{{}}}", vec!["'a':1"; 1_500].join(",")),
        "x".repeat(20_000),
        "tags.exists(a, ".repeat(600),
        "(".repeat(32) + "big" + &")".repeat(32),
        "\u{0}\u{feff}\r".repeat(900),
        "r'".repeat(3_000),
        "1".repeat(9_000),
        "1e".repeat(3_000),
    ];
    let started = Instant::now();
    for text in rows {
        for fault in Expression::compile(&text, &vocabulary(), Expected::Boolean).err().unwrap_or_default() {
            assert!(text.get(fault.range.clone()).is_some() && fault.message.len() < 400, "{fault:?}");
        }
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn the_deepest_tree_fits_a_small_stack() {
    let mut vocabulary = Vocabulary::new(&schema());
    // Each name adds a row of 90 sums, until the height is refused.
    let mut last = "seats".to_owned();
    let mut refused = false;
    for index in 0..4 {
        let text = format!("{last}{}", " + 1".repeat(90));
        match Expression::compile(&text, &vocabulary, Expected::Any) {
            Ok(expression) => {
                last = format!("d{index}");
                vocabulary.derive(last.clone(), &expression);
                let answer = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
                    let deal = deal();
                    expression.evaluate_value(&scope(&deal)).is_ok()
                });
                assert!(answer.unwrap().join().unwrap());
            }
            Err(faults) => refused |= faults[0].code == Code::TooLarge,
        }
    }
    assert!(refused);
}

#[test]
fn derived_names_are_evaluated_once() {
    let mut vocabulary = Vocabulary::new(&schema());
    let mut last = "seats".to_owned();
    for index in 0..60 {
        let twice =
            Expression::compile(&format!("{last} / 2 + {last} / 2"), &vocabulary, Expected::Any).unwrap();
        last = format!("d{index}");
        vocabulary.derive(last.clone(), &twice);
    }
    let deal = deal();
    let all = Expression::compile(&format!("{last} == 40"), &vocabulary, Expected::Boolean).unwrap();
    assert_eq!(all.evaluate(&scope(&deal)), Ok(true));
}

fn crowd(size: usize) -> Deal<'static> {
    let mut deal = deal();
    let note = "a".repeat(1_000);
    for slot in &mut deal.values.0 {
        match slot.key.value.as_ref() {
            "tags" => slot.value = bare(list((0..size).map(|index| text(&format!("t{index}"))).collect())),
            "notes" => slot.value = bare(text(&note)),
            _ => {}
        }
    }
    deal
}

#[test]
fn loops_and_growth_are_bounded() {
    let deal = crowd(1_000);
    assert_eq!(answer("tags.all(a, tags.exists(b, b == 't0'))", &deal), Ok(true));
    assert_eq!(answer("tags.distinct().size() == 1000", &deal), Ok(true));
    let started = Instant::now();
    for expression in [
        "tags.map(a, tags.map(b, notes + notes)).size() > 1",
        "tags.all(a, tags.all(b, notes.matches('(a|b|ab)*c') || true))",
        "tags.map(a, tags.map(b, tags)).map(x, x.distinct().size()).sum() > 1",
        "tags.map(a, tags.map(b, notes.replace('', notes))).size() > 1",
        "tags.map(a, tags.join(notes)).join(notes).size() > 1",
        "tags.map(a, tags.map(b, notes.split(''))).size() > 1",
    ] {
        let undecided = answer(expression, &deal).expect_err(expression);
        assert!(undecided.too_large, "{expression}: {undecided:?}");
    }
    assert!(started.elapsed() < PATIENCE * 3, "{:?}", started.elapsed());
    let undecided = answer("tags.exists(t, t == 'x')", &crowd(1_001)).unwrap_err();
    assert!(undecided.too_large && undecided.reason.is_some());
}

#[test]
fn looking_up_an_entry_of_many_costs_what_it_takes() {
    let mut deal = crowd(1_000);
    let entries: Vec<(String, Value<'static>)> =
        (0..45_000).map(|index| (format!("d{index}"), Value::Date(date(2026, 1, 1)))).collect();
    for slot in deal.values.0.iter_mut().filter(|slot| slot.key.value == "done") {
        let entries = entries.iter().map(|(key, day)| (key.as_str(), day.clone())).collect();
        slot.value = bare(Value::Record(record(entries)));
    }
    let started = Instant::now();
    for look_up in ["has(done.zz)", "'zz' in done", "done['zz'].date == today", "done.zz.date == today"] {
        let undecided = answer(&format!("tags.all(a, tags.all(b, {look_up} || a != b || a == b))"), &deal);
        assert!(undecided.as_ref().is_err_and(|undecided| undecided.too_large), "{look_up}: {undecided:?}");
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any row of words compiles or is refused with a place in the text; what compiles has an answer.
    #[test]
    fn no_words_crash(words in prop::collection::vec(prop::sample::select(vec![
        "amount", "deal", ".", "outcome", "competitor", "contacts", "c", "exists", "map", "(", ")", "[", "]", "{", "}",
        ",", ":", "?", "'ally'", "'ü'", "1", "0", "-", "!", "&&", "||", "==", "<", "+", "/", "%", "in", "has", "today",
        "days", "date", "'2026-01-01'", "null", "true", "done", "tags", "sum", "size", "dyn", "stance", "matches", "'", "\\",
        "// x\n", "@", "=", "r'", "b'x'", "T{", "`a`", "..", "\"\"\"", "if", "1e9", "0x", "12u", " ",
    ]), 0..14), tight in any::<bool>()) {
        let text = words.join(if tight { "" } else { " " });
        match Expression::compile(&text, &vocabulary(), Expected::Any) {
            Ok(expression) => {
                let deal = deal();
                let _ = expression.evaluate(&scope(&deal));
                let _ = expression.evaluate_value(&scope(&deal));
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(text.get(fault.range.clone()).is_some(), "{:?}", fault);
                    prop_assert!(fault.message != "the expression could not be parsed", "{}", text);
                }
            }
        }
    }
}

/// Not a test of speed, which a busy machine would fail: `cargo test --release cost -- --ignored --nocapture`.
#[test]
#[ignore = "prints what evaluation costs"]
fn print_costs() {
    let deal = deal();
    let scope = scope(&deal);
    for text in [
        "amount >= 250000",
        "big",
        "segment == 'enterprise'",
        "discount > 0.2 && segment in ['smb', 'enterprise']",
        "outcome.reason == 'competitor'",
        "close_date - today < days(30)",
        "contacts.exists(c, c.stance == 'enemy')",
        "customer == 'x'",
        "issues.map(i, i.price).sum() > 100",
    ] {
        let started = Instant::now();
        for _ in 0..100 {
            std::hint::black_box(Expression::compile(text, &vocabulary(), Expected::Boolean).unwrap());
        }
        let compiling = started.elapsed() / 100;
        let expression = Expression::compile(text, &vocabulary(), Expected::Boolean).unwrap();
        let started = Instant::now();
        for _ in 0..200_000 {
            let _ = std::hint::black_box(expression.evaluate(std::hint::black_box(&scope)));
        }
        println!(
            "{:>6} ns  ({compiling:?} to compile with its vocabulary)  {text}",
            started.elapsed().as_nanos() / 200_000
        );
    }
}
