//! What is shown to people as text and to programs as JSON.

use std::io::{self, Write};

use serde::Serialize;

use crate::emit::Surface;

/// Something that is shown to people as text and to programs as JSON.
pub(crate) trait Presentation: Serialize {
    /// Writes it for people.
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()>;
}

/// What opens every JSON document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Opening {
    /// Raised when a key changes its meaning or goes.
    schema_version: u32,
    /// What wrote this.
    tool: DocumentTool,
    /// The day that `today` meant, as `2026-11-23`.
    today: String,
}

impl Opening {
    /// For a document of a day.
    pub(crate) fn of(today: jiff::civil::Date) -> Self {
        let tool = DocumentTool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
        Self { schema_version: 1, tool, today: today.to_string() }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct DocumentTool {
    name: &'static str,
    version: &'static str,
}
