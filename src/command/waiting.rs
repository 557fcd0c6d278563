//! `dealgate waiting`: what waits for somebody.

use clap::Args;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::opened::Session;
use super::sink::Layouts;
use crate::assess::{Selection, Workspace, assess};
use crate::checklist::{Opening, WaitingFor, WaitingSheet};
use crate::error::Error;
use crate::snapshot::git::Repository;

/// Show what waits for somebody: approvals, next steps, waivers about to end
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WaitingArgs {
    /// Whom it waits for, by address [default: git's `user.email`]
    #[arg(value_name = "PERSON")]
    person: Option<String>,

    #[command(flatten)]
    layouts: Layouts,
}

const EXAMPLES: &str = "\
Examples:
  dealgate waiting                       what waits for you
  dealgate waiting dana@lumen.example
  dealgate waiting dana@lumen.example --format json";

impl WaitingArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::here(global)?;
        let workspace = Workspace { all_dates: true, ..opened.workspace(global)? };
        let own = || Repository::open(opened.root()).ok()?.user_email();
        let person = self.person.clone().or_else(own).ok_or_else(|| Error::Unknown {
            message: "who asks is not known".to_owned(),
            hint: Some(
                "write an address: `dealgate waiting dana@acme.example`, or set git's `user.email`"
                    .to_owned(),
            ),
        })?;
        let (people, levels) = (&workspace.config.people, &workspace.config.levels);
        let whom = WaitingFor { person: &person, people, today: workspace.today, levels };
        let assessment = assess(&workspace, &Selection::Everything, |judged| Some(whom.items(judged)));
        let unjudged = assessment.deals - assessment.kept.len();
        let waiting = assessment.kept.into_iter().flatten().collect();
        let sheet = WaitingSheet::new(Opening::of(workspace.today), &person, waiting, unjudged);
        self.layouts.present("waiting", &sheet, console)?;
        Ok(Exit::Clean)
    }
}
