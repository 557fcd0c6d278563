//! Values of the template engine. A record with a `text` prints as that text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use minijinja::Error;
use minijinja::value::{Enumerator, Object, ObjectRepr, Value, ValueKind};

use super::budget::{TOO_LARGE, refused};
pub(super) use crate::report::model::NOTHING;

/// The name of a value in a record.
pub(super) type RecordName = Cow<'static, str>;

/// A record of the model: its names in order, which records of a kind share, each with its value.
pub(super) struct ModelObject {
    names: Arc<[RecordName]>,
    values: Box<[Value]>,
}

impl ModelObject {
    /// A record of names in order and as many values.
    pub(super) fn new(names: Arc<[RecordName]>, values: Box<[Value]>) -> Self {
        Self { names, values }
    }

    /// A record of names and values in any order. Of a name that is there twice, the last counts.
    pub(super) fn of(entries: impl IntoIterator<Item = (RecordName, Value)>) -> Value {
        let entries: BTreeMap<RecordName, Value> = entries.into_iter().collect();
        let (names, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        Value::from_object(Self { names: names.into(), values: values.into() })
    }

    /// The same record with another value for one of its names.
    pub(super) fn with(&self, name: &str, value: Value) -> Value {
        let mut values = self.values.clone();
        if let Some(at) = self.position(name) {
            values[at] = value;
        }
        Value::from_object(Self { names: Arc::clone(&self.names), values })
    }

    /// Its names and values, in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&RecordName, &Value)> {
        self.names.iter().zip(&self.values)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| (**known).cmp(name)).ok()
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).map(|at| &self.values[at])
    }

    fn text(&self) -> Option<&str> {
        self.get("text").and_then(Value::as_str)
    }
}

impl Object for ModelObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?).cloned()
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.names.iter().map(|name| Value::from(&**name)).collect())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(text),
            None => fmt::Debug::fmt(self, f),
        }
    }
}

impl fmt::Debug for ModelObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.entries()).finish()
    }
}

/// The longest text that a value is shown as, in bytes.
pub(super) const LONGEST: usize = 16 << 20;

/// A text that is cut where it grows longer than it may be.
struct LimitedText {
    text: String,
    most: usize,
}

impl LimitedText {
    /// What is written into it, as far as it fits, and whether all of it did.
    fn of(most: usize, write: impl FnOnce(&mut Self) -> fmt::Result) -> (String, bool) {
        let mut cut = Self { text: String::new(), most };
        let fits = write(&mut cut).is_ok();
        (cut.text, fits)
    }
}

impl fmt::Write for LimitedText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.most - self.text.len();
        self.text.push_str(&text[..text.floor_char_boundary(room)]);
        if text.len() > room { Err(fmt::Error) } else { Ok(()) }
    }
}

/// The text of a value as it is shown, before it is made harmless: lists by their items, objects without a `text` by
/// their keys and values.
pub(super) fn shown(value: &Value) -> Result<String, Error> {
    let (text, fits) = LimitedText::of(LONGEST, |out| show(value, out));
    if fits { Ok(text) } else { Err(refused(TOO_LARGE)) }
}

/// The beginning of that text, of so many bytes at the most.
pub(super) fn begin(value: &Value, most: usize) -> String {
    LimitedText::of(most, |out| show(value, out)).0
}

fn show(value: &Value, out: &mut LimitedText) -> fmt::Result {
    match value.kind() {
        ValueKind::None => out.write_str(NOTHING),
        ValueKind::Bool => out.write_str(if value.is_true() { "yes" } else { "no" }),
        ValueKind::Seq => {
            for (index, item) in value.try_iter().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.write_str(", ")?;
                }
                show(&item, out)?;
            }
            Ok(())
        }
        ValueKind::Map if !has(value, "text") => {
            for (index, key) in value.try_iter().into_iter().flatten().enumerate() {
                write!(out, "{}{key}: ", if index > 0 { "; " } else { "" })?;
                if let Ok(found) = value.get_item(&key) {
                    show(&found, out)?;
                }
            }
            Ok(())
        }
        _ => write!(out, "{value}"),
    }
}

/// What a value sorts by: the exact amount, the day as ISO 8601, the number; empty where there is nothing.
pub(super) fn sort_key(value: &Value) -> String {
    if value.is_none() || value.is_undefined() {
        return String::new();
    }
    for key in ["amount", "iso", "value", "text"] {
        match value.get_attr(key) {
            // A sum holds its amount, which may be none.
            Ok(found) if found.kind() == ValueKind::Map || key == "amount" && found.is_none() => {
                return sort_key(&found);
            }
            Ok(found) if !found.is_undefined() && !found.is_none() => return found.to_string(),
            _ => {}
        }
    }
    text(value)
}

/// The text under a key, where a value is an object that has it.
pub(super) fn part(value: &Value, key: &str) -> Option<String> {
    has(value, key).then(|| value.get_attr(key).as_ref().map_or_else(|_| String::new(), text))
}

fn has(value: &Value, key: &str) -> bool {
    value.get_attr(key).is_ok_and(|found| !found.is_undefined() && !found.is_none())
}

/// A value as the engine writes it, cut where it is longer than anything that is shown.
pub(super) fn text(value: &Value) -> String {
    LimitedText::of(LONGEST, |out| write!(out, "{value}")).0
}

/// A value as a number, for drawing: nothing is summed up from it.
pub(super) fn number(value: &Value) -> Option<f64> {
    // A list is no number, however long it takes to write it.
    if value.kind() == ValueKind::Seq {
        return None;
    }
    sort_key(value).parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::super::convert::Conversion;
    use super::*;

    #[test]
    fn objects_with_a_text_print_it_and_sort_by_what_is_exact() {
        let money = serde_json::json!({"amount": "1200.50", "currency": "EUR", "text": "1,200.50 EUR"});
        let mut conversion = Conversion::default();
        let money = conversion.value(&money);
        assert_eq!(shown(&money).unwrap(), "1,200.50 EUR");
        assert_eq!(sort_key(&money), "1200.50");
        assert_eq!(number(&money), Some(1200.5));
        assert_eq!(conversion.count, 4);
        let nothing = conversion.value(&());
        assert_eq!((shown(&nothing).unwrap().as_str(), sort_key(&nothing).as_str()), ("—", ""));
        let nested = conversion.value(&serde_json::json!({"list": [true, "a"], "money": {"text": "5 EUR"}}));
        assert_eq!(shown(&nested).unwrap(), "list: yes, a; money: 5 EUR");
        let twice =
            ModelObject::of([("a", 1), ("b", 2), ("a", 3)].map(|(name, value)| (name.into(), value.into())));
        assert_eq!(shown(&twice).unwrap(), "a: 3; b: 2");
    }
}
