//! `dealgate waiting`: what waits for somebody.

use std::collections::BTreeSet;

use clap::Args;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::output_target::Layouts;
use super::session::Session;
use crate::assess::{JudgedDeal, Selection, Workspace, assess};
use crate::checklist::{Opening, WaitingFor, WaitingSheet};
use crate::error::Error;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::snapshot::git::Repository;

/// Show what waits for somebody: approvals, next steps, waivers about to end
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WaitingArgs {
    /// Whom it waits for: an address, or what stands before its `@` [default: git's `user.email`]
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
        let keep =
            |judged: &JudgedDeal<'_>| Some((whom.items(judged), judged.deal.owner().map(str::to_owned)));
        let assessment = assess(&workspace, &Selection::Everything, keep);
        let unjudged = assessment.deals - assessment.kept.len();
        let (waiting, owners): (Vec<_>, Vec<_>) = assessment.kept.into_iter().unzip();
        if self.person.is_some() {
            known(&whom, &workspace, owners.into_iter().flatten().collect())?;
        }
        let waiting = waiting.into_iter().flatten().collect();
        let sheet = WaitingSheet::new(Opening::of(workspace.today), &person, waiting, unjudged);
        self.layouts.present("waiting", &sheet, console)?;
        Ok(Exit::Clean)
    }
}

/// Refuses a person who owns no deal, is in no group and not listed: a slip must not say that nothing waits.
fn known(whom: &WaitingFor<'_>, workspace: &Workspace<'_>, owners: BTreeSet<String>) -> Result<(), Error> {
    let mut addresses = owners;
    for workflow in workspace.library.own_names().filter_map(|name| workspace.library.get(name).flatten()) {
        let members = workflow.groups.values().flat_map(|group| &group.members);
        addresses.extend(members.map(|member| member.email.clone()));
    }
    addresses.extend(workspace.config.people.names().map(|(address, _)| address.to_owned()));
    if addresses.iter().any(|address| whom.is(Some(address))) {
        return Ok(());
    }
    Err(Error::Unknown {
        message: format!("nobody here is {}: no owner of a deal, no member of a group", quote(whom.person)),
        hint: suggest(whom.person, addresses.iter().map(String::as_str)).sentence(),
    })
}
