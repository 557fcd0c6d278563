//! Settings of dealgate.toml for limits: what a file may cost.

use crate::finding::FindingsBuilder;
use crate::finding::limit::{FILE_SIZE, FINDINGS, Limit, Limits, REPORT_SIZE, TEMPLATE_STEPS};
use crate::syntax::reader::{ExpectedValue, Key, Table};

/// Keys of `[limits]`.
pub(super) const KEYS: &[Key] = &[key(FILE_SIZE), key(FINDINGS), key(REPORT_SIZE), key(TEMPLATE_STEPS)];

const fn key(limit: Limit) -> Key {
    Key::new(limit.name, limit.means, ExpectedValue::Limit(limit))
}

pub(super) fn read(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Limits {
    let mut limits = Limits::default();
    let opened = table.get("limits").and_then(|node| Table::open(node, "`limits`", KEYS, complaints));
    let Some(table) = opened else { return limits };
    for (limit, in_force) in [
        (FILE_SIZE, &mut limits.file_size),
        (FINDINGS, &mut limits.findings),
        (REPORT_SIZE, &mut limits.report_size),
        (TEMPLATE_STEPS, &mut limits.template_steps),
    ] {
        if let Some(amount) = table.limit(&limit, complaints) {
            *in_force = amount;
        }
    }
    limits
}
