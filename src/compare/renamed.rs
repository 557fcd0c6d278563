//! Deals that have another id at the later moment.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The ids of deals as they are after, by those they had before.
pub(crate) type Renames = BTreeMap<Arc<str>, Arc<str>>;
