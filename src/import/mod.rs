//! Deals from another system's export: tables are read, columns decided over all rows, and what the export says is merged
//! value by value with what the files say. Knows files of others and texts of deals, not the disk.

pub mod bytes;
pub mod cell;
pub mod columns;
pub mod decide;
pub mod failure;
pub mod history;
pub mod incoming;
pub mod known;
pub mod map;
pub mod map_file;
pub mod merge;
pub mod presets;
pub mod propose;
pub mod roundtrip;
pub mod rows;
pub mod said;
pub mod sheet;
pub mod slug;
pub mod spoken;
pub mod table;
pub mod targets;
pub mod told;
pub mod turns;
