//! Holds the tree against another reader's values, and every place against the text.

use proptest::prelude::*;
use serde_yaml::Value;

use super::parse_general;
use crate::syntax::tree::{Kind, Node, Style};

/// Whether our node is what another reader made of the same text.
fn same(node: &Node<'_>, value: &Value) -> bool {
    match (&node.kind, value) {
        (Kind::Map(entries), Value::Mapping(mapping)) => {
            entries.len() == mapping.len()
                && entries.iter().zip(mapping).all(|(entry, (key, value))| {
                    key.as_str() == Some(&entry.key.value) && same(&entry.value, value)
                })
        }
        (Kind::List(items), Value::Sequence(values)) => {
            items.len() == values.len() && items.iter().zip(values).all(|(item, value)| same(item, value))
        }
        (Kind::Scalar(scalar), Value::String(text)) => scalar.text == *text,
        (Kind::Scalar(scalar), other) => {
            scalar.style == Style::Plain
                && serde_yaml::from_str::<Value>(&scalar.text).ok().as_ref() == Some(other)
        }
        _ => false,
    }
}

fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-zäß€ ]{0,12}",
        // Without the line ends of YAML 1.1 (U+0085, U+2028, U+2029), which the other reader still folds.
        "[ -~\n\tü]{0,16}",
        Just("no".to_owned()),
        Just("2026-01-01".to_owned()),
        Just("~".to_owned()),
        Just("line one\nline two\n\n  indented\n".to_owned()),
    ];
    let leaf = prop_oneof![
        4 => text.prop_map(Value::String),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    let key = prop_oneof!["[a-z_]{1,8}", "[ -~ä]{0,10}"].prop_filter("a merge key", |key| key != "<<");
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Sequence),
            proptest::collection::btree_map(key.clone(), inner, 0..6).prop_map(|map| Value::Mapping(
                map.into_iter().map(|(key, value)| (Value::String(key), value)).collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_reader_sees_the_same(value in values()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let parsed = parse_general(&text);
        prop_assert_eq!(&parsed.faults, &[]);
        prop_assert!(same(&parsed.root.unwrap(), &value), "{}", text);
    }

    #[test]
    fn nothing_panics_and_every_place_is_in_the_text(text in "[-a-c:?,\\[\\]{}&*!|>'\"%@` \t\r\n#.~<0-2üä\u{1}]{0,60}") {
        let parsed = parse_general(&text);
        for fault in &parsed.faults {
            prop_assert!(text.get(fault.span.start as usize..fault.span.end as usize).is_some());
        }
        if let Some(root) = parsed.root {
            inside(&root, &text)?;
        }
    }
}

fn inside(node: &Node<'_>, text: &str) -> Result<(), TestCaseError> {
    let held = text.get(node.span.start as usize..node.span.end as usize);
    prop_assert!(held.is_some(), "{:?} {:?}", node, text);
    if let Kind::Scalar(scalar) = &node.kind
        && scalar.style == Style::Plain
        && !scalar.text.contains([' ', '\n'])
        && !text.contains('*')
    {
        prop_assert_eq!(held.unwrap_or_default(), scalar.text.as_ref());
    }
    for item in node.as_list().unwrap_or_default() {
        inside(item, text)?;
    }
    for entry in node.as_map().unwrap_or_default() {
        prop_assert!(text.get(entry.key.span.start as usize..entry.key.span.end as usize).is_some());
        inside(&entry.value, text)?;
    }
    Ok(())
}
