//! Which ids of two moments mean one deal.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The ids of deals as they are after, by those they had before.
pub(crate) type Renames = BTreeMap<Arc<str>, Arc<str>>;
