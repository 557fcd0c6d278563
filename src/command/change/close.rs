//! `dealgate win`, `lose`, `disqualify` and `reopen`: how a deal ends, and that it has not.

use clap::Args;

use super::editor::{ChangeFindings, DealEditor, Plan, WriteArgs, change, parse_words};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::deal::record::Ending;
use crate::edit::{Change, NewValue, Path};
use crate::error::Error;
use crate::finding::wording::{WordList, quote};

/// Say that a deal is won
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct WinArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// A note to it
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    note: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

/// Say that a deal is lost
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct LoseArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Why: one of the workflow's reasons, where it has some
    #[arg(long, value_name = "REASON", value_parser = parse_words)]
    reason: String,
    /// Who won it
    #[arg(long, value_name = "NAME", value_parser = parse_words)]
    competitor: Option<String>,
    /// A note to it
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    note: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

/// Say that a deal is none
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct DisqualifyArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Why: one of the workflow's reasons, where it has some
    #[arg(long, value_name = "REASON", value_parser = parse_words)]
    reason: String,
    /// A note to it
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    note: Option<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

/// Open a deal again that had ended
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct ReopenArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    reason: String,
    #[command(flatten)]
    writing: WriteArgs,
}

/// How a deal ends.
struct OutcomeKind<'a> {
    ending: Ending,
    reason: Option<&'a str>,
    competitor: Option<&'a str>,
    note: Option<&'a str>,
}

impl WinArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let end =
            OutcomeKind { ending: Ending::Won, reason: None, competitor: None, note: self.note.as_deref() };
        change(global, console, &self.deal, &self.writing, |desk| desk.end(&end))
    }
}

impl LoseArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let end = OutcomeKind {
            ending: Ending::Lost,
            reason: Some(&self.reason),
            competitor: self.competitor.as_deref(),
            note: self.note.as_deref(),
        };
        change(global, console, &self.deal, &self.writing, |desk| desk.end(&end))
    }
}

impl DisqualifyArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let end = OutcomeKind {
            ending: Ending::Disqualified,
            reason: Some(&self.reason),
            competitor: None,
            note: self.note.as_deref(),
        };
        change(global, console, &self.deal, &self.writing, |desk| desk.end(&end))
    }
}

impl ReopenArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            if desk.outcome().is_none() {
                return Ok(Plan::new(Vec::new(), format!("{} is open already", desk.deal.deal)));
            }
            let mut changes = vec![Change::Remove(Path::keys(["outcome"]))];
            changes.extend(desk.remembered([("outcome", "open".to_owned())], Some(&self.reason)));
            Ok(Plan::new(changes, format!("{} is open again", desk.deal.deal)).about(ChangeFindings::Values))
        })
    }
}

impl DealEditor<'_> {
    /// What the deal's outcome says now.
    pub(super) fn outcome(&self) -> Option<String> {
        let root = self.root()?;
        let outcome = root.get("outcome").filter(|outcome| !outcome.is_absent())?;
        let result = outcome.get("result").and_then(|result| result.as_scalar());
        Some(result.map_or_else(String::new, |result| result.text.clone().into_owned()))
    }

    fn end(&self, end: &OutcomeKind<'_>) -> Result<Plan, Error> {
        if let Some(result) = self.outcome() {
            return Err(Error::Unknown {
                message: format!("{} is {result} already", quote(&self.deal.deal)),
                hint: Some(format!("`{} --reason \"…\"` opens it again", self.command("reopen", &[]))),
            });
        }
        let reasons = self.workflow.ending_rules(end.ending).and_then(|rules| rules.reasons.as_ref());
        if let (Some(reason), Some(reasons)) = (end.reason, reasons)
            && !reasons.iter().any(|known| known == reason)
        {
            let known: Vec<_> = reasons.iter().map(|reason| quote(reason)).collect();
            return Err(Error::Unknown {
                message: format!("{} is no reason that the workflow knows", quote(reason)),
                hint: Some(format!("the reasons are {}", WordList(&known, "and"))),
            });
        }
        let text = |text: Option<&str>| text.map(|text| NewValue::Text(text.to_owned()));
        let outcome = NewValue::record([
            ("result", Some(NewValue::Plain(end.ending.name().to_owned()))),
            ("date", Some(NewValue::Plain(self.date.to_string()))),
            ("reason", text(end.reason)),
            ("competitor", text(end.competitor)),
            ("note", text(end.note)),
        ]);
        let said = format!("{}: {} on {}", self.deal.deal, end.ending.name(), self.date);
        Ok(Plan::new(vec![Change::Set(Path::keys(["outcome"]), outcome)], said))
    }
}
