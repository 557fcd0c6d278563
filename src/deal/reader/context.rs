//! What reading a deal needs beside its tree.

use jiff::civil::Date;

use crate::deal::field::Schema;
use crate::deal::rates::Rates;

/// What reading needs to know beside the tree.
#[derive(Clone, Copy)]
pub struct DealReadContext<'a> {
    /// The declarations.
    pub schema: &'a Schema,
    /// For limits on money in another currency.
    pub rates: &'a Rates,
    /// The day whose rates count.
    pub today: Date,
}
