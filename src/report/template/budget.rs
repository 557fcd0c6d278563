//! The output budget of a template.

use minijinja::{Error, ErrorKind};

pub(in crate::report::template) const TOO_LARGE: &str =
    "a list or record of a template is made of no more than 10,000 values beside those of the report";

pub(in crate::report::template) fn refused(why: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}
