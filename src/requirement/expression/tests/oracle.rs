//! Our parser held against that of the `cel` crate: what both read, they read as the same tree.

use std::path::Path;

use cel::Env;
use cel::common::ast::{EntryExpr, Expr as Theirs, IdedExpr, LiteralValue};
use proptest::prelude::*;

use super::super::parse::parse;
use super::super::program::{Literal, Operation, OrderOperator};
use super::super::tree::{Binary, Expr, ExprKind, Unary};

/// The library's parser needs some 200 KB for every bracket in a debug build.
const STACK: usize = 64 << 20;

fn on_a_large_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).expect("a thread");
    thread.join().expect("both parsers agree");
}

fn call(name: &str, parts: impl IntoIterator<Item = String>) -> String {
    format!("({name} {})", parts.into_iter().collect::<Vec<_>>().join(" "))
}

/// Rows of `&&` and `||` are balanced in a way of one's own, so they are written as rows.
fn row(name: &str, sides: &[String; 2]) -> String {
    let inner = |side: &String| {
        side.strip_prefix(&format!("({name} "))
            .map_or_else(|| side.clone(), |side| side[..side.len() - 1].to_owned())
    };
    call(name, sides.iter().map(inner))
}

fn number(value: f64) -> String {
    format!("{value:?}")
}

fn ours(expr: &Expr<'_>) -> String {
    let parts = || expr.parts().into_iter().map(ours);
    let both = || parts().collect::<Vec<_>>().try_into().expect("two sides");
    match &expr.kind {
        ExprKind::Literal(Literal::Number(value)) => number(*value),
        ExprKind::Literal(Literal::Text(text)) => format!("{text:?}"),
        ExprKind::Literal(Literal::Boolean(value)) => value.to_string(),
        ExprKind::Literal(_) => "null".to_owned(),
        ExprKind::Name { name, outermost } => format!("{}{name}", if *outermost { "." } else { "" }),
        ExprKind::Member(of, name) => call("member", [ours(of), name.text.to_owned()]),
        ExprKind::Index(_) => call("_[_]", parts()),
        ExprKind::Call(of) => {
            let target = of.target.as_ref().map_or_else(|| "-".to_owned(), ours);
            let name = of.name.text.to_owned();
            call("call", [name, target].into_iter().chain(of.arguments.iter().map(ours)))
        }
        ExprKind::Unary(Unary::Not, _) => call("!_", parts()),
        ExprKind::Unary(Unary::Negate, _) => call("-_", parts()),
        ExprKind::Binary(Binary::And, _) => row("_&&_", &both()),
        ExprKind::Binary(Binary::Or, _) => row("_||_", &both()),
        ExprKind::Binary(operator, _) => call(
            match operator {
                Binary::And | Binary::Or => unreachable!("rows"),
                Binary::Equal => "_==_",
                Binary::NotEqual => "_!=_",
                Binary::In => "@in",
                Binary::Compare(OrderOperator::Less) => "_<_",
                Binary::Compare(OrderOperator::LessOrEqual) => "_<=_",
                Binary::Compare(OrderOperator::Greater) => "_>_",
                Binary::Compare(OrderOperator::GreaterOrEqual) => "_>=_",
                Binary::Arithmetic(Operation::Add) => "_+_",
                Binary::Arithmetic(Operation::Subtract) => "_-_",
                Binary::Arithmetic(Operation::Multiply) => "_*_",
                Binary::Arithmetic(Operation::Divide) => "_/_",
                Binary::Arithmetic(Operation::Remainder) => "_%_",
            },
            parts(),
        ),
        ExprKind::Choose(_) => call("_?_:_", parts()),
        ExprKind::List(_) => call("list", parts()),
        ExprKind::Map(_) => call("map", parts()),
    }
}

fn theirs(expr: &IdedExpr) -> String {
    #[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
    match &expr.expr {
        Theirs::Literal(LiteralValue::Int(value)) => number(*value.inner() as f64),
        Theirs::Literal(LiteralValue::UInt(value)) => number(*value.inner() as f64),
        Theirs::Literal(LiteralValue::Double(value)) => number(*value.inner()),
        Theirs::Literal(LiteralValue::String(value)) => format!("{:?}", value.inner()),
        Theirs::Literal(LiteralValue::Boolean(value)) => value.inner().to_string(),
        Theirs::Literal(LiteralValue::Null) => "null".to_owned(),
        Theirs::Ident(name) => name.clone(),
        Theirs::Select(select) => call("member", [theirs(&select.operand), select.field.clone()]),
        Theirs::Call(of) => {
            let arguments: Vec<String> = of.args.iter().map(theirs).collect();
            let name = of.func_name.as_str();
            match (name, arguments.len()) {
                ("_&&_" | "_||_", 2) => row(name, &arguments.try_into().expect("two sides")),
                _ if name.contains(['_', '@', '!']) && of.target.is_none() && is_operator(name) => {
                    call(name, arguments)
                }
                _ => {
                    let target = of.target.as_ref().map_or_else(|| "-".to_owned(), |of| theirs(of));
                    let name = name.trim_start_matches('.').to_owned();
                    call("call", [name, target].into_iter().chain(arguments))
                }
            }
        }
        Theirs::List(list) => call("list", list.elements.iter().map(theirs)),
        Theirs::Map(map) => call(
            "map",
            map.entries.iter().flat_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => [theirs(&entry.key), theirs(&entry.value)],
                EntryExpr::StructField(_) => unreachable!("a map has entries"),
            }),
        ),
        other => format!("{other:?}"),
    }
}

fn is_operator(name: &str) -> bool {
    name == "@in" || name == "!_" || name.starts_with('_') && name.ends_with(['_', ']']) || name == "-_"
}

/// Holds the two parsers against each other.
fn compare(text: &str) {
    let library = Env::default().with_optional_support(false);
    let theirs = library.parser().parse_with_source_info(text).map(|(root, _)| theirs(&root));
    match (parse(text), theirs) {
        (Ok(root), Ok(theirs)) => assert_eq!(ours(&root), theirs, "{text}"),
        (Ok(root), Err(error)) => panic!("only we read {text}: {} ({error:?})", ours(&root)),
        (Err(fault), Ok(theirs)) => {
            // Refused by name, or by our own bounds.
            let refused = ["messages", "bytes", "optional", "too deeply"];
            let known = refused.iter().any(|word| fault.message.contains(word)) || text.contains('`');
            assert!(known, "only the library reads {text}: {theirs} ({})", fault.message);
        }
        (Err(_), Err(_)) => {}
    }
}

fn texts_of(value: &toml::de::DeValue<'_>, texts: &mut Vec<String>) {
    match value {
        toml::de::DeValue::String(text) => texts.push(text.to_string()),
        toml::de::DeValue::Array(items) => items.iter().for_each(|item| texts_of(item.get_ref(), texts)),
        toml::de::DeValue::Table(table) => table.values().for_each(|value| texts_of(value.get_ref(), texts)),
        _ => {}
    }
}

/// Expressions or not: every text of every workflow of the suite, the built-in ones and the showcase.
#[test]
fn both_read_every_text_of_every_workflow_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["tests", "workflows"] {
        for entry in walkdir::WalkDir::new(root.join(folder)).into_iter().flatten() {
            if entry.path().extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let Ok(source) = std::fs::read_to_string(entry.path()) else { continue };
            let (table, _) = toml::de::DeTable::parse_recoverable(&source);
            table.get_ref().values().for_each(|value| texts_of(value.get_ref(), &mut texts));
        }
    }
    assert!(texts.len() > 1_000, "{}", texts.len());
    on_a_large_stack(move || texts.iter().for_each(|text| compare(text)));
}

/// A random expression, as a person might write it.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "amount",
        "deal.owner",
        ".stage",
        "1",
        "0x1F",
        "2.5",
        ".5",
        "3u",
        "1e3",
        "'a'",
        "\"b\\n\"",
        "r'\\d'",
        "'''x'y'''",
        "true",
        "null",
        "[]",
        "{}",
        "today",
        "-1",
        "- 2.0",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 3, |inner| {
        let operators = vec![
            "==", "!=", "<", "<=", ">", ">=", " in ", "+", "-", "*", "/", "%", "&&", "||", " && ", " || ",
        ];
        prop_oneof![
            (inner.clone(), prop::sample::select(operators), inner.clone())
                .prop_map(|(left, sign, right)| format!("{left}{sign}{right}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("{a} ? {b} : {c}")),
            inner.clone().prop_map(|of| format!("({of})")),
            inner.clone().prop_map(|of| format!("!{of}")),
            inner.clone().prop_map(|of| format!("-{of}")),
            inner.clone().prop_map(|of| format!("{of}.name")),
            (inner.clone(), inner.clone()).prop_map(|(of, at)| format!("{of}[{at}]")),
            (inner.clone(), inner.clone()).prop_map(|(of, body)| format!("{of}.exists(x, {body})")),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|parts| format!("f({})", parts.join(", "))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| format!("[{},]", parts.join(", "))),
            (inner.clone(), inner).prop_map(|(key, value)| format!("{{{key}: {value}}}")),
        ]
    })
}

#[test]
fn both_read_any_expression_alike() {
    on_a_large_stack(|| {
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) };
        proptest!(config, |(text in expression())| compare(&text));
    });
}

#[test]
fn both_read_any_row_of_words_alike() {
    on_a_large_stack(|| {
        let words = prop::sample::select(vec![
            "a", ".", "b", "(", ")", "[", "]", "{", "}", ",", ":", "?", "'x'", "1", "-", "!", "&&", "||",
            "==", "<", "+", "/", "in", "true", "null", "f", "if", "0x", "12u", "1.5", "// c\n", "=", "@",
            "r'\\'", "ü", "\u{a0}",
        ]);
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) };
        proptest!(config, |(words in prop::collection::vec(words, 0..9))| compare(&words.join(" ")));
    });
}
