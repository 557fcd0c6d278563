//! The workspace: its settings, and which workflow each of its deals follows. Knows workflows by name only.

mod assign;
mod config;
mod limits;
mod reports;
mod settings;

pub use assign::{Assigned, Assignment};
pub use config::{CONFIG_FILE, Config, KEYS, tables};
pub use reports::{Approvals, Reporting};
pub use settings::InForce;
