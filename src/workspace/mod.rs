//! The workspace: its settings, and which workflow each of its deals follows. Knows workflows by name only.

mod assign;
mod assignment;
mod config;
mod limits;
mod people;
mod reports;
mod settings;

pub use crate::snapshot::CONFIG_FILE;
pub use assign::Assigned;
pub use assignment::Assignment;
pub use config::{Config, KEYS, tables};
pub use reports::{ApprovalPolicy, Reporting};
pub use settings::InForce;
