//! The workspace: its settings, and which workflow each of its deals follows. Knows workflows by name only.

mod assign;
mod config;
mod reports;

pub use assign::{Assigned, Assignment};
pub use config::{CONFIG_FILE, Config};
pub use reports::{Approvals, Reporting};
