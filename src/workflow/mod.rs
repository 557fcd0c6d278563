//! The rules of a company: read as written, merged with what they extend, checked, and made into a model.

pub mod builtin;
pub mod digest;
mod inherited;
pub mod keys;
pub mod library;
mod merge;
pub mod model;
mod read;
pub mod reference;
mod settings;
mod surroundings;

pub use library::{Library, is_workflow};
pub use model::{Requirement, Stage, Workflow};
pub use settings::{read_currency, read_fiscal_year, read_targets};
pub use surroundings::Surroundings;
