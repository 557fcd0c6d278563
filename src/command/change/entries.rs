//! `dealgate done`, `approve` and `waive`: entries of `done` and `waivers`.

use clap::Args;
use jiff::civil::Date;

use super::editor::{ChangeFindings, DealEditor, Plan, WriteArgs, change, named, parse_words};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::revision_spec::parse_date;
use crate::error::Error;
use crate::finding::wording::quote;
use crate::proposal::{self, EntryDetails};
use crate::standing::StandingState;

/// Tick tasks of a deal
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct DoneArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// The tasks
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// What proves it: a link, or a file of the workspace
    #[arg(long, value_name = "LINK", value_parser = parse_words)]
    evidence: Option<String>,
    /// A note to it
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    note: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

impl DoneArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            let root = desk.root();
            let details = EntryDetails { evidence: self.evidence.as_deref(), note: self.note.as_deref() };
            let mut changes = Vec::new();
            let mut told = Vec::new();
            for id in ids(&self.ids) {
                desk.of_kind(id, "task")?;
                let day = (desk.date, self.writing.date.is_some());
                let made = proposal::tick(id, root.as_ref(), day, details);
                told.push((id, ticked(desk, id, made.is_empty())?));
                changes.extend(made);
            }
            let said = format!("{}: {}", desk.deal.deal, in_groups(&told));
            Ok(Plan::new(changes, said).about(ChangeFindings::Requirements(self.ids.clone())))
        })
    }
}

/// Ids as they were given, each once.
fn ids(given: &[String]) -> impl Iterator<Item = &str> {
    let is_first = |(index, id): &(usize, &String)| !given[..*index].contains(*id);
    given.iter().enumerate().filter(is_first).map(|(_, id)| id.as_str())
}

/// What becomes of a task that is ticked, continuing the sentence that starts with its id.
fn ticked(desk: &DealEditor<'_>, id: &str, is_whole: bool) -> Result<String, Error> {
    let known = proposal::done_on(id, desk.root().as_ref(), desk.date);
    let (step, _) = desk.step(id)?;
    Ok(match known {
        None => format!("done on {}", desk.date),
        Some(day) if is_whole && step.state == StandingState::Unmet => {
            let why = step.reason.as_deref().unwrap_or("it is not met");
            let how = desk.supply(step).map_or_else(String::new, |how| format!("; {how}"));
            format!("done already, on {day}, but {why}{how}")
        }
        Some(day) if is_whole => format!("done already, on {day}"),
        Some(day) if day != desk.date && desk.is_dated => format!("done on {}, no more on {day}", desk.date),
        Some(day) => format!("done on {day}, as before, with what is new"),
    })
}

/// `a` and `b` done on a day; `c` done already.
fn in_groups(told: &[(&str, String)]) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for (id, what) in told {
        match groups.iter_mut().find(|(known, _)| known == what) {
            Some((_, ids)) => ids.push((*id).to_owned()),
            None => groups.push((what, vec![(*id).to_owned()])),
        }
    }
    let said: Vec<_> = groups.iter().map(|(what, ids)| format!("{} {what}", named(ids))).collect();
    said.join("; ")
}

/// Approve what a deal needs approved
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct ApproveArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// The approvals
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// What proves it: a link, or a file of the workspace
    #[arg(long, value_name = "LINK", value_parser = parse_words)]
    evidence: Option<String>,
    /// A note to it
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    note: Option<String>,
    /// Who approves [default: git's `user.email`]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_words)]
    by: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

impl ApproveArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            let by = desk.by(self.by.as_deref())?;
            let root = desk.root();
            let mut changes = Vec::new();
            for id in ids(&self.ids) {
                let requirement = desk.of_kind(id, "approval")?;
                let details = EntryDetails { evidence: self.evidence.as_deref(), note: self.note.as_deref() };
                changes.push(proposal::approval(requirement, root.as_ref(), &by, desk.date, details));
            }
            let all: Vec<String> = ids(&self.ids).map(str::to_owned).collect();
            let said = format!("{}: {} approved by {by} on {}", desk.deal.deal, named(&all), desk.date);
            Ok(Plan::new(changes, said).about(ChangeFindings::Requirements(self.ids.clone())))
        })
    }
}

/// Waive a requirement for a deal, for a time
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct WaiveArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// The requirement
    #[arg(value_name = "ID")]
    id: String,
    /// Why it is not needed
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    reason: String,
    /// The last day on which it counts [default: as long as the workflow allows]
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    until: Option<Date>,
    /// Who waives it [default: git's `user.email`]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_words)]
    by: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

impl WaiveArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            let (step, _) = desk.step(&self.id)?;
            if step.state == StandingState::Met {
                let said = format!("{}: `{}` is met already, so it needs no waiver", desk.deal.deal, self.id);
                return Ok(Plan::new(Vec::new(), said));
            }
            let longest = || proposal::longest_waiver(desk.workflow, desk.date);
            let until = self.until.or_else(longest).ok_or_else(|| Error::Unknown {
                message: "the workflow does not say for how long a waiver may count".to_owned(),
                hint: Some(format!("write its last day: `--until {}`", desk.date)),
            })?;
            let by = desk.by(self.by.as_deref())?;
            let change = proposal::waiver(&self.id, &self.reason, &by, (desk.date, until));
            let said = format!("{}: `{}` waived by {by} until {until}", desk.deal.deal, self.id);
            Ok(Plan::new(vec![change], said).about(ChangeFindings::Requirements(vec![self.id.clone()])))
        })
    }
}

impl DealEditor<'_> {
    /// A requirement that a command is for; of another kind, what it is and what meets it is told.
    fn of_kind(&self, id: &str, kind: &str) -> Result<&crate::workflow::Requirement, Error> {
        let (step, requirement) = self.step(id)?;
        if step.kind == kind {
            return Ok(requirement);
        }
        let article = if step.kind == "approval" { "an" } else { "a" };
        Err(Error::Unknown {
            message: format!("{} is {article} {}: it is met when {}", quote(id), step.kind, step.met_when),
            hint: self.supply(step),
        })
    }
}
