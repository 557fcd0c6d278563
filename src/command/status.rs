//! `dealgate status`: what is left to do, deal by deal.

use clap::Args;

use super::console::Console;
use super::deals::{self, Directory, Meant};
use super::exit::Exit;
use super::global::Global;
use super::output_target::Layouts;
use super::session::Session;
use crate::assess::{Selection, Workspace};
use crate::checklist::{Opening, Overview, Progress, StageStatistics};
use crate::deal::people::means;
use crate::error::Error;

/// Show where deals stand, what blocks them, and what is left to do
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct StatusArgs {
    /// Deals by id, path or the end of an id; folders of deals [default: a table of all deals]
    #[arg(value_name = "DEAL")]
    deals: Vec<String>,

    /// Only deals of this owner: an address, or what stands before its `@`
    #[arg(long, value_name = "OWNER")]
    owner: Vec<String>,

    /// Only deals in this stage
    #[arg(long, value_name = "STAGE")]
    stage: Vec<String>,

    /// Only deals of this company: those that follow its workflow
    #[arg(long, value_name = "COMPANY")]
    company: Vec<String>,

    #[command(flatten)]
    layouts: Layouts,
}

const EXAMPLES: &str = "\
Examples:
  dealgate status                                    every deal, worst first
  dealgate status --owner jane --stage proposed      what jane is about to win
  dealgate status acme/rollout                       what is left to do for one deal
  dealgate status rollout --format json";

impl StatusArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::of_words(global, &self.deals)?;
        // Days are shown of every deal, not only where a requirement asks for them.
        let workspace = Workspace { all_dates: true, ..opened.workspace(global)? };
        deals::known(&workspace, &self.stage, &self.company)?;
        let (selection, single) = self.selection(&workspace, &opened)?;
        let mut progress = deals::progress(&workspace, &selection);
        let all = progress.len();
        deals::known_owners(
            &workspace,
            &self.owner,
            progress.iter().filter_map(|deal| deal.owner.as_deref()),
        )?;
        let owners = [self.owner.clone(), workspace.config.people.addresses_of(&self.owner)].concat();
        progress.retain(|deal| self.wants(deal, &owners));
        let opening = Opening::of(workspace.today);
        if single {
            self.layouts.present("status", &StageStatistics::new(opening, progress), console)?;
        } else {
            self.layouts.present("status", &Overview::new(opening, progress, all), console)?;
        }
        Ok(Exit::Clean)
    }

    /// The deals asked for, and whether they were named one by one.
    fn selection(&self, workspace: &Workspace<'_>, opened: &Session) -> Result<(Selection, bool), Error> {
        if self.deals.is_empty() {
            return Ok((Selection::Everything, false));
        }
        let directory = Directory::of(workspace);
        let mut single = true;
        let mut paths = Vec::new();
        for word in &self.deals {
            paths.push(match directory.find(word, opened)? {
                Some(Meant::Deal(path)) => path,
                Some(Meant::Folder(path)) => {
                    single = false;
                    path
                }
                None => return Err(directory.unknown(word, workspace)),
            });
        }
        Ok((Selection::Paths(paths), single))
    }

    fn wants(&self, deal: &Progress, owners: &[String]) -> bool {
        let is_one = |wanted: &[String], value: Option<&str>| {
            wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|wanted| wanted == value))
        };
        is_one(&self.stage, deal.stage.as_deref())
            && is_one(&self.company, deal.workflow.as_deref())
            && (self.owner.is_empty()
                || deal
                    .owner
                    .as_deref()
                    .is_some_and(|owner| owners.iter().any(|wanted| means(wanted, owner))))
    }
}
