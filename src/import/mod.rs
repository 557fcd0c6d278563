//! Deals from another system's export: tables are read, columns decided over all rows, and what the export says is merged
//! value by value with what the files say. Knows files of others and texts of deals, not the disk.

pub(crate) mod bytes;
pub(crate) mod cell;
pub(crate) mod columns;
pub(crate) mod covered_keys;
pub(crate) mod decide;
pub(crate) mod failure;
pub(crate) mod history;
pub(crate) mod imported_change;
pub(crate) mod imported_value;
pub(crate) mod incoming;
pub(crate) mod last_import;
pub(crate) mod map;
pub(crate) mod map_file;
pub(crate) mod merge;
pub(crate) mod missing_entries;
pub(crate) mod presets;
pub(crate) mod propose;
pub(crate) mod roundtrip;
pub(crate) mod rows;
pub(crate) mod sheet;
pub(crate) mod slug;
pub(crate) mod table;
pub(crate) mod targets;
