//! `dealgate done`, `approve` and `waive`: entries of `done` and `waivers`.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::desk::{ChangeFindings, Desk, Plan, WriteArgs, change, named};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::revision_spec::parse_date;
use crate::edit::{Change, NewValue, Path};
use crate::error::Error;
use crate::finding::wording::quote;
use crate::syntax::scalar;

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
    #[arg(long, value_name = "LINK")]
    evidence: Option<String>,
    /// A note to it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

impl DoneArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            let mut changes = Vec::new();
            for id in &self.ids {
                desk.of_kind(id, "task")?;
                changes.extend(self.entry(id, desk));
            }
            let said = if changes.is_empty() {
                let verb = if self.ids.len() == 1 { "is" } else { "are" };
                format!("{}: {} {verb} done already", desk.deal.deal, named(&self.ids))
            } else {
                format!("{}: {} done on {}", desk.deal.deal, named(&self.ids), desk.date)
            };
            Ok(Plan::new(changes, said).about(ChangeFindings::Requirements(self.ids.clone())))
        })
    }

    /// What makes a task's entry say that it is done. What is there already and is not given anew stays: who writes the
    /// evidence later does not do the work a second time.
    fn entry(&self, id: &str, desk: &Desk<'_>) -> Vec<Change> {
        let root = desk.root();
        let there = root.as_ref().and_then(|root| root.get("done")?.get(id));
        let dated = there.and_then(|there| there.get("date").or(Some(there))?.as_scalar());
        let dated = dated.and_then(|scalar| scalar::date(&scalar.text).ok()).filter(|day| *day <= desk.date);
        let is_more = self.evidence.is_some() || self.note.is_some();
        let dated = dated.filter(|_| self.writing.date.is_none());
        let is_met = desk.step(id).is_ok_and(|(step, _)| step.reason.is_none());
        if dated.is_some() && is_met && !is_more {
            return Vec::new();
        }
        let day = dated.filter(|_| is_more).unwrap_or(desk.date);
        let day = NewValue::Plain(day.to_string());
        let text = |text: &Option<String>| text.clone().map(NewValue::Text);
        let parts =
            [("date", Some(day.clone())), ("evidence", text(&self.evidence)), ("note", text(&self.note))];
        if there.is_some_and(|there| there.as_map().is_some_and(|entries| !entries.is_empty())) {
            let given = parts.into_iter().filter_map(|(key, value)| Some((key, value?)));
            return given.map(|(key, value)| Change::Set(Path::keys(["done", id, key]), value)).collect();
        }
        let entry = if is_more { NewValue::record(parts) } else { day };
        vec![Change::Set(Path::keys(["done", id]), entry)]
    }
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
    #[arg(long, value_name = "LINK")]
    evidence: Option<String>,
    /// A note to it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Who approves [default: git's `user.email`]
    #[arg(long, value_name = "ADDRESS")]
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
            for id in &self.ids {
                let requirement = desk.of_kind(id, "approval")?;
                // What is approved is written beside it, so that a later change of it is seen.
                let covered = requirement.demand.covers().iter().filter_map(|name| {
                    let value = root.as_ref()?.get(name).filter(|value| !value.is_absent())?;
                    Some((name.clone(), NewValue::from(value)))
                });
                let covered: Vec<_> = covered.collect();
                let entry = NewValue::record([
                    ("date", Some(NewValue::Plain(desk.date.to_string()))),
                    ("by", Some(NewValue::Text(by.clone()))),
                    ("evidence", self.evidence.clone().map(NewValue::Text)),
                    ("of", (!covered.is_empty()).then_some(NewValue::Record(covered))),
                    ("note", self.note.clone().map(NewValue::Text)),
                ]);
                changes.push(Change::Set(Path::keys(["done", id]), entry));
            }
            let said = format!("{}: {} approved by {by} on {}", desk.deal.deal, named(&self.ids), desk.date);
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
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The last day on which it counts [default: as long as the workflow allows]
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    until: Option<Date>,
    /// Who waives it [default: git's `user.email`]
    #[arg(long, value_name = "ADDRESS")]
    by: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

impl WaiveArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            desk.step(&self.id)?;
            let longest = || {
                let days = i64::try_from(desk.workflow.waivers.max_days?).ok()?;
                desk.date.checked_add(days.days()).ok()
            };
            let until = self.until.or_else(longest).ok_or_else(|| Error::Unknown {
                message: "the workflow does not say for how long a waiver may count".to_owned(),
                hint: Some(format!("write its last day: `--until {}`", desk.date)),
            })?;
            let by = desk.by(self.by.as_deref())?;
            let entry = NewValue::record([
                ("reason", Some(NewValue::Text(self.reason.clone()))),
                ("by", Some(NewValue::Text(by.clone()))),
                ("date", Some(NewValue::Plain(desk.date.to_string()))),
                ("until", Some(NewValue::Plain(until.to_string()))),
            ]);
            let said = format!("{}: `{}` waived by {by} until {until}", desk.deal.deal, self.id);
            Ok(Plan::new(vec![Change::Set(Path::keys(["waivers", &self.id]), entry)], said)
                .about(ChangeFindings::Requirements(vec![self.id.clone()])))
        })
    }
}

impl Desk<'_> {
    /// A requirement that a command is for; of another kind, what it is and what meets it is told.
    fn of_kind(&self, id: &str, kind: &str) -> Result<&crate::workflow::Requirement, Error> {
        let (step, requirement) = self.step(id)?;
        if step.kind == kind {
            return Ok(requirement);
        }
        let article = if step.kind == "approval" { "an" } else { "a" };
        Err(Error::Unknown {
            message: format!("{} is {article} {}: it is met when {}", quote(id), step.kind, step.met_when),
            hint: match &step.command {
                Some(command) => Some(format!("`{command}`")),
                None => step.help.clone(),
            },
        })
    }
}
