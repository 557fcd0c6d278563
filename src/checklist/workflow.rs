//! `explain` of a workflow: its gates as a checklist, and everything else it declares.

mod part;
mod sheet;
mod text;

use super::presentation::Presentation;
use crate::emit::Surface;
pub(crate) use part::{KeySheet, RuleSheet};
pub(crate) use sheet::WorkflowSheet;

impl Presentation for WorkflowSheet {
    fn text(&self, surface: Surface, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        text::write(self, surface, out)
    }
}
