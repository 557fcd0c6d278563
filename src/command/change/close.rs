//! `dealgate win`, `lose`, `disqualify` and `reopen`: how a deal ends, and that it has not.

use clap::Args;

use super::{About, Desk, Plan, Writing, change};
use crate::command::{Console, Exit, Global};
use crate::deal::record::Ending;
use crate::edit::{Change, New, Path};
use crate::error::Error;
use crate::finding::wording::{List, quote};

/// Say that a deal is won
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct Win {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// A note to it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

/// Say that a deal is lost
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct Lose {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Why: one of the workflow's reasons, where it has some
    #[arg(long, value_name = "REASON")]
    reason: String,
    /// Who won it
    #[arg(long, value_name = "NAME")]
    competitor: Option<String>,
    /// A note to it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

/// Say that a deal is none
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct Disqualify {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Why: one of the workflow's reasons, where it has some
    #[arg(long, value_name = "REASON")]
    reason: String,
    /// A note to it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

/// Open a deal again that had ended
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct Reopen {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    writing: Writing,
}

/// How a deal ends.
struct End<'a> {
    ending: Ending,
    reason: Option<&'a str>,
    competitor: Option<&'a str>,
    note: Option<&'a str>,
}

impl Win {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let end = End { ending: Ending::Won, reason: None, competitor: None, note: self.note.as_deref() };
        change(global, console, &self.deal, &self.writing, |desk| desk.end(&end))
    }
}

impl Lose {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let end = End {
            ending: Ending::Lost,
            reason: Some(&self.reason),
            competitor: self.competitor.as_deref(),
            note: self.note.as_deref(),
        };
        change(global, console, &self.deal, &self.writing, |desk| desk.end(&end))
    }
}

impl Disqualify {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let end = End {
            ending: Ending::Disqualified,
            reason: Some(&self.reason),
            competitor: None,
            note: self.note.as_deref(),
        };
        change(global, console, &self.deal, &self.writing, |desk| desk.end(&end))
    }
}

impl Reopen {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            if desk.outcome().is_none() {
                return Ok(Plan::new(Vec::new(), format!("{} is open already", desk.deal.deal)));
            }
            let mut changes = vec![Change::Remove(Path::keys(["outcome"]))];
            changes.extend(desk.remembered([("outcome", "open".to_owned())], Some(&self.reason)));
            Ok(Plan::new(changes, format!("{} is open again", desk.deal.deal)).about(About::Values))
        })
    }
}

impl Desk<'_> {
    /// What the deal's outcome says now.
    fn outcome(&self) -> Option<String> {
        let root = self.root()?;
        let outcome = root.get("outcome").filter(|outcome| !outcome.is_absent())?;
        let result = outcome.get("result").and_then(|result| result.as_scalar());
        Some(result.map_or_else(String::new, |result| result.text.clone().into_owned()))
    }

    fn end(&self, end: &End<'_>) -> Result<Plan, Error> {
        if let Some(result) = self.outcome() {
            return Err(Error::Unknown {
                message: format!("{} is {result} already", quote(&self.deal.deal)),
                hint: Some(format!("`dealgate reopen {} --reason \"…\"` opens it again", self.deal.deal)),
            });
        }
        let reasons = self.workflow.ending_rules(end.ending).and_then(|rules| rules.reasons.as_ref());
        if let (Some(reason), Some(reasons)) = (end.reason, reasons)
            && !reasons.iter().any(|known| known == reason)
        {
            let known: Vec<_> = reasons.iter().map(|reason| quote(reason)).collect();
            return Err(Error::Unknown {
                message: format!("{} is no reason that the workflow knows", quote(reason)),
                hint: Some(format!("the reasons are {}", List(&known, "and"))),
            });
        }
        let text = |text: Option<&str>| text.map(|text| New::Text(text.to_owned()));
        let outcome = New::record([
            ("result", Some(New::Plain(end.ending.name().to_owned()))),
            ("date", Some(New::Plain(self.date.to_string()))),
            ("reason", text(end.reason)),
            ("competitor", text(end.competitor)),
            ("note", text(end.note)),
        ]);
        let said = format!("{}: {} on {}", self.deal.deal, end.ending.name(), self.date);
        Ok(Plan::new(vec![Change::Set(Path::keys(["outcome"]), outcome)], said))
    }
}
