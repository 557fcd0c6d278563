//! The list of kinds of requirements.

use super::contract::KindEntry;
use super::{approval, field, rule, task};

/// Every kind of requirement.
pub(crate) const KINDS: &[KindEntry] = &[task::KIND, approval::KIND, field::KIND, rule::KIND];
