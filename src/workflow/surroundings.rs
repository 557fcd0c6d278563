//! The settings of the workspace that a workflow takes over.

use iso_currency::Currency;
use jiff::civil::Date;

use crate::deal::rates::Rates;
use crate::finding::limit::Limits;

/// What a workflow takes from its workspace.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The workspace's currency, for workflows without one.
    pub currency: Option<Currency>,
    /// The workspace's rates.
    pub rates: &'a Rates,
    /// The day it is.
    pub today: Date,
    /// The limits that are in force.
    pub limits: Limits,
}
