//! Makes values for templates of what serde tells of a model, without JSON in between.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Value;
use serde::Serialize;
use serde::de::value::Error;
use serde::ser::{self, Impossible};

use super::value::{ModelObject, RecordName};

/// Makes values for templates, as `serde_json` makes JSON. The kinds of records are few and their values many, so the
/// names of each kind are kept once.
#[derive(Default)]
pub(super) struct Conversion {
    kinds: BTreeMap<&'static str, RecordKind>,
    /// How many values were made.
    pub(super) count: u64,
}

/// The names of a kind of records.
struct RecordKind {
    /// In the order in which serde tells them.
    told: Vec<&'static str>,
    /// For each name, in order, where it was told.
    order: Vec<usize>,
    /// In order.
    names: Arc<[RecordName]>,
}

impl RecordKind {
    fn of(told: Vec<&'static str>) -> Self {
        let mut order: Vec<usize> = (0..told.len()).collect();
        order.sort_by_key(|at| told[*at]);
        let names = order.iter().map(|at| Cow::Borrowed(told[*at])).collect();
        Self { told, order, names }
    }
}

impl Conversion {
    /// A value for templates. Where a type tells something that JSON has no word for, using the value is an error.
    pub(super) fn value(&mut self, it: &(impl Serialize + ?Sized)) -> Value {
        self.try_value(it).unwrap_or_else(|error| {
            Value::from(minijinja::Error::new(minijinja::ErrorKind::BadSerialization, error.to_string()))
        })
    }

    fn try_value(&mut self, it: &(impl Serialize + ?Sized)) -> Result<Value, Error> {
        it.serialize(ValueMaker(self))
    }

    fn record(&mut self, kind: &'static str, told: Vec<&'static str>, mut values: Vec<Value>) -> Value {
        let kind = match self.kinds.get_mut(kind) {
            Some(known) if known.told == told => known,
            Some(other) => {
                *other = RecordKind::of(told);
                other
            }
            None => self.kinds.entry(kind).or_insert(RecordKind::of(told)),
        };
        let values = kind.order.iter().map(|at| std::mem::take(&mut values[*at])).collect();
        Value::from_object(ModelObject::new(Arc::clone(&kind.names), values))
    }
}

/// Makes one value.
struct ValueMaker<'c>(&'c mut Conversion);

impl<'c> ValueMaker<'c> {
    #[expect(clippy::unnecessary_wraps, reason = "serde wants it so")]
    fn one(self, value: impl Into<Value>) -> Result<Value, Error> {
        self.0.count += 1;
        Ok(value.into())
    }

    fn items(self, len: Option<usize>) -> Items<'c> {
        self.0.count += 1;
        Items { conversion: self.0, items: Vec::with_capacity(len.unwrap_or(0)) }
    }
}

impl<'c> ser::Serializer for ValueMaker<'c> {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Items<'c>;
    type SerializeTuple = Items<'c>;
    type SerializeTupleStruct = Items<'c>;
    type SerializeTupleVariant = Impossible<Value, Error>;
    type SerializeMap = Entries<'c>;
    type SerializeStruct = Fields<'c>;
    type SerializeStructVariant = Impossible<Value, Error>;

    fn serialize_bool(self, it: bool) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_i8(self, it: i8) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_i16(self, it: i16) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_i32(self, it: i32) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_i64(self, it: i64) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_u8(self, it: u8) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_u16(self, it: u16) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_u32(self, it: u32) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_u64(self, it: u64) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_f32(self, it: f32) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_f64(self, it: f64) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_char(self, it: char) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_str(self, it: &str) -> Result<Value, Error> {
        self.one(it)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, Error> {
        Err(ser::Error::custom("bytes are no value of a report"))
    }

    fn serialize_none(self) -> Result<Value, Error> {
        self.one(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<Value, Error> {
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        self.one(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        self.one(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Error> {
        self.one(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        it: &T,
    ) -> Result<Value, Error> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        it: &T,
    ) -> Result<Value, Error> {
        self.0.count += 1;
        let value = self.0.try_value(it)?;
        Ok(ModelObject::of([(Cow::Borrowed(variant), value)]))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'c>, Error> {
        Ok(self.items(len))
    }

    fn serialize_tuple(self, len: usize) -> Result<Items<'c>, Error> {
        Ok(self.items(Some(len)))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items<'c>, Error> {
        Ok(self.items(Some(len)))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(ser::Error::custom(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'c>, Error> {
        self.0.count += 1;
        Ok(Entries { conversion: self.0, key: String::new(), pairs: Vec::new() })
    }

    fn serialize_struct(self, kind: &'static str, len: usize) -> Result<Fields<'c>, Error> {
        self.0.count += 1;
        let (names, values) = (Vec::with_capacity(len), Vec::with_capacity(len));
        Ok(Fields { conversion: self.0, kind, names, values })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(ser::Error::custom(variant))
    }
}

/// Makes a list.
struct Items<'c> {
    conversion: &'c mut Conversion,
    items: Vec<Value>,
}

impl Items<'_> {
    fn push(&mut self, it: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        self.items.push(self.conversion.try_value(it)?);
        Ok(())
    }
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Error> {
        self.push(it)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::from(self.items))
    }
}

impl ser::SerializeTuple for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Error> {
        self.push(it)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::from(self.items))
    }
}

impl ser::SerializeTupleStruct for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Error> {
        self.push(it)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::from(self.items))
    }
}

/// Makes a record of names that are not known before.
struct Entries<'c> {
    conversion: &'c mut Conversion,
    key: String,
    pairs: Vec<(RecordName, Value)>,
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = Conversion::default().try_value(key)?.to_string();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.pairs.push((Cow::Owned(key), self.conversion.try_value(it)?));
        Ok(())
    }

    fn end(self) -> Result<Value, Error> {
        Ok(ModelObject::of(self.pairs))
    }
}

/// Makes a record of a kind.
struct Fields<'c> {
    conversion: &'c mut Conversion,
    kind: &'static str,
    names: Vec<&'static str>,
    values: Vec<Value>,
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, it: &T) -> Result<(), Error> {
        self.names.push(name);
        self.values.push(self.conversion.try_value(it)?);
        Ok(())
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.conversion.record(self.kind, self.names, self.values))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Colour {
        DarkRed,
        Other(u8),
    }

    #[derive(Serialize)]
    struct Kind<'a> {
        zone: Option<&'a str>,
        area: (i64, f64),
        colour: Vec<Colour>,
        by_name: BTreeMap<&'a str, bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        seldom: Option<Box<Kind<'a>>>,
    }

    #[test]
    fn values_are_what_their_json_says() {
        let seldom =
            Kind { zone: Some("x"), area: (-1, 0.5), colour: vec![], by_name: BTreeMap::new(), seldom: None };
        let kind = Kind {
            zone: None,
            area: (i64::MAX, 1e300),
            colour: vec![Colour::DarkRed, Colour::Other(7)],
            by_name: BTreeMap::from([("b", true), ("a", false)]),
            seldom: Some(Box::new(seldom)),
        };
        let (mut of_kind, mut of_json) = (Conversion::default(), Conversion::default());
        let json = serde_json::to_value(&kind).unwrap();
        assert_eq!(of_kind.value(&kind).to_string(), of_json.value(&json).to_string());
        assert_eq!((of_kind.count, of_json.count), (19, 19));
    }
}
