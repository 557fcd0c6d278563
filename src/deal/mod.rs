//! A deal as its workflow's declarations read it. Knows fields and values, not stages or gates.

pub(crate) mod currency;
pub(crate) mod field;
pub(crate) mod fiscal;
pub(crate) mod people;
pub(crate) mod period;
pub(crate) mod pricing;
pub(crate) mod rates;
pub(crate) mod reader;
pub(crate) mod record;
pub(crate) mod steps;
pub(crate) mod value;
pub(crate) mod writing;

pub(crate) use currency::Money;
pub(crate) use field::{Field, Schema, Shape, Type};
pub(crate) use people::People;
pub(crate) use period::Period;
pub(crate) use record::Deal;
pub(crate) use value::{Record, Value};
