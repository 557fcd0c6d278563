//! The rules of a company: read as written, merged with what they extend, checked, and made into a model.

pub(crate) mod builtin;
pub(crate) mod digest;
mod inherited;
pub(crate) mod keys;
pub(crate) mod library;
mod merge;
pub(crate) mod model;
mod read;
pub(crate) mod reference;
mod settings;
mod surroundings;

pub(crate) use library::{Library, is_workflow};
pub(crate) use model::{Requirement, Stage, Workflow};
pub(crate) use settings::{read_currency, read_fiscal_year, read_targets};
pub(crate) use surroundings::Surroundings;
