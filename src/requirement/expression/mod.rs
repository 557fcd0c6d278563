//! stub
use crate::deal::*;
use crate::finding::*;
use crate::source::*;
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;
pub struct Vocabulary;
impl Vocabulary {
    pub fn derive_unknown(&mut self, _n: &str) {}
    pub fn new(_s: &Schema) -> Self {
        Self
    }
    pub fn derive(&mut self, _n: &str, _e: &Expression) {}
    pub fn is_reserved(_n: &str) -> bool {
        false
    }
}
pub enum Expected {
    Boolean,
    Any,
}
#[derive(Debug)]
pub struct Expression {
    t: String,
}
pub struct ExpressionFault {
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
    pub range: std::ops::Range<usize>,
}
impl Expression {
    pub fn text(&self) -> &str {
        &self.t
    }
    pub fn uses_today(&self) -> bool {
        false
    }
    pub fn evaluate(&self, _: &Scope<'_>) -> Result<bool, Undecided> {
        Ok(true)
    }
    pub fn compile(text: &str, _v: &Vocabulary, _e: Expected) -> Result<Self, Vec<ExpressionFault>> {
        Ok(Self { t: text.into() })
    }
}
pub struct Undecided {
    pub absent: Vec<String>,
    pub reason: Option<String>,
    pub too_large: bool,
}
impl std::fmt::Display for Undecided {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "x")
    }
}
pub struct Scope<'a> {
    pub deal: &'a Deal<'a>,
    pub schema: &'a Schema,
    pub derived: &'a [(Arc<str>, Expression)],
    pub today: Date,
    pub stage_index: Option<usize>,
    pub days_in_stage: Option<i64>,
    pub age: Option<i64>,
    pub currency: Option<Currency>,
    pub rate: &'a (dyn Fn(Money) -> Option<Decimal> + Sync),
}
