//! Where a deal stands and what a workflow asks, as checklists: plain models that are JSON too, and text made from them.
//! Must not know how deals are judged or findings made.

mod code;
mod layout;
mod overview;
mod progress;
mod standing;
mod step;
mod telling;
mod workflow;

use std::io::{self, Write};

use serde::Serialize;

use crate::emit::Surface;

pub use code::CodeSheet;
pub use overview::{Overview, Totals};
pub use progress::{Amount, Progress, Remark, State};
pub use standing::Standings;
pub use step::{Need, Step, StepState};
pub use telling::Telling;
pub use workflow::WorkflowSheet;

/// Something that is shown to people as text and to programs as JSON.
pub trait Sheet: Serialize {
    /// Writes it for people.
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()>;
}

/// What opens every JSON document.
#[derive(Clone, Debug, Serialize)]
pub struct Opening {
    /// Raised when a key changes its meaning or goes.
    schema_version: u32,
    /// What wrote this.
    tool: Tool,
    /// The day that `today` meant, as `2026-11-23`.
    today: String,
}

impl Opening {
    /// For a document of a day.
    #[must_use]
    pub fn of(today: jiff::civil::Date) -> Self {
        let tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
        Self { schema_version: 1, tool, today: today.to_string() }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}
