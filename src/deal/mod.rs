//! A deal as its workflow's declarations read it. Knows fields and values, not stages or gates.

pub mod currency;
pub mod field;
pub mod fiscal;
pub mod people;
pub mod period;
pub mod pricing;
pub mod rates;
pub mod reader;
pub mod record;
pub mod steps;
pub mod value;
pub mod writing;

pub use currency::Money;
pub use field::{Field, Schema, Shape, Type};
pub use people::People;
pub use period::Period;
pub use record::Deal;
pub use value::{Record, Value};
