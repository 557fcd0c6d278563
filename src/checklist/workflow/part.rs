//! `explain` of one stage, requirement or key, in every workflow that has it.

use std::io::{self, Write};

use serde::Serialize;

use super::sheet::{RequirementSummary, StageSheet, WorkflowSheet};
use super::text;
use crate::checklist::layout::paragraph;
use crate::checklist::presentation::{Opening, Presentation};
use crate::emit::{Surface, bold};
use crate::source::escape;

/// What a word of the rules means.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleSheet {
    #[serde(flatten)]
    opening: Opening,
    word: String,
    /// Workflows with a stage or requirement of this id.
    workflows: Vec<WorkflowPart>,
    /// The keys of this name.
    keys: Vec<KeySheet>,
}

/// What one workflow says of an id.
#[derive(Clone, Debug, Serialize)]
struct WorkflowPart {
    workflow: String,
    file: Option<String>,
    /// The stage of this id, counted from 1.
    stage_number: Option<usize>,
    stage: Option<StageSheet>,
    requirement: Option<RequirementPart>,
    #[serde(skip)]
    sheet: WorkflowSheet,
}

#[derive(Clone, Debug, Serialize)]
struct RequirementPart {
    /// Its stage; null for what lost and disqualified deals owe.
    of_stage: Option<String>,
    #[serde(flatten)]
    summary: RequirementSummary,
    #[serde(skip)]
    owed: &'static str,
}

/// A key, and where it may stand.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeySheet {
    /// The key.
    pub key: &'static str,
    /// The table in which it may stand.
    pub place: String,
    /// What it is for.
    pub means: &'static str,
    /// What it holds, in words.
    pub holds: String,
}

impl RuleSheet {
    /// What workflows and keys make of a word; `None` where none knows it.
    pub(crate) fn new(
        opening: Opening,
        word: &str,
        sheets: Vec<WorkflowSheet>,
        keys: Vec<KeySheet>,
    ) -> Option<Self> {
        let workflows: Vec<_> =
            sheets.into_iter().filter_map(|sheet| WorkflowPart::of(word, sheet)).collect();
        if workflows.is_empty() && keys.is_empty() {
            return None;
        }
        Some(Self { opening, word: word.to_owned(), workflows, keys })
    }
}

impl WorkflowPart {
    fn of(word: &str, sheet: WorkflowSheet) -> Option<Self> {
        let number = sheet.stages.iter().position(|stage| stage.stage == word);
        let stage = number.map(|index| sheet.stages[index].clone());
        let requirement = requirement(word, &sheet);
        if stage.is_none() && requirement.is_none() {
            return None;
        }
        let (workflow, file) = (sheet.workflow.clone(), sheet.file.clone());
        Some(Self { workflow, file, stage_number: number.map(|it| it + 1), stage, requirement, sheet })
    }
}

fn requirement(word: &str, sheet: &WorkflowSheet) -> Option<RequirementPart> {
    let of_stages = sheet
        .stages
        .iter()
        .flat_map(|stage| stage.requires.iter().map(move |asked| (Some(stage.stage.clone()), asked, "")));
    let endings = [(&sheet.lost, "a lost deal"), (&sheet.disqualified, "a disqualified deal")];
    let of_endings =
        endings.into_iter().flat_map(|(ending, owed)| ending.requires.iter().map(move |it| (None, it, owed)));
    let (of_stage, asked, owed) =
        of_stages.chain(of_endings).find(|(_, asked, _)| asked.requirement == word)?;
    Some(RequirementPart { of_stage, summary: asked.clone(), owed })
}

impl Presentation for RuleSheet {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let bold = bold(surface);
        let mut first = true;
        let mut part = |out: &mut dyn Write| if std::mem::take(&mut first) { Ok(()) } else { writeln!(out) };
        for told in &self.workflows {
            let of = escape::line(&told.workflow);
            if let (Some(number), Some(stage)) = (told.stage_number, &told.stage) {
                part(out)?;
                let stages = told.sheet.stages.len();
                let word = escape::opening(&stage.stage);
                write!(out, "{bold}{word}{bold:#}: stage {number} of {stages} in {of}")?;
                writeln!(out, "{}", file(told.file.as_deref(), None))?;
                text::gate(number, stage, &told.sheet, surface, out)?;
            }
            if let Some(RequirementPart { of_stage, summary, owed }) = &told.requirement {
                part(out)?;
                let asks = match of_stage {
                    Some(stage) if summary.at == "entry" => format!("to be in `{}`", escape::line(stage)),
                    Some(stage) => format!("to leave `{}`", escape::line(stage)),
                    None => format!("of {owed}"),
                };
                let word = escape::opening(&summary.requirement);
                write!(out, "{bold}{word}{bold:#}: asked {asks} in {of}")?;
                let line = summary.line.filter(|_| !summary.inherited);
                writeln!(out, "{}\n", file(told.file.as_deref(), line))?;
                text::requirement(summary, &told.sheet, surface, out)?;
                for said in [&summary.help, &summary.url].into_iter().flatten() {
                    writeln!(out, "{}", paragraph("      ", said, 6, surface))?;
                }
                if let Some(command) = &summary.command {
                    writeln!(out, "      {bold}{}{bold:#}", escape::line(command))?;
                }
            }
        }
        for key in &self.keys {
            part(out)?;
            writeln!(out, "{bold}{}{bold:#}: a key of {}", key.key, key.place)?;
            writeln!(out, "{}", paragraph("  ", &format!("What it says: {}.", key.means), 2, surface))?;
            writeln!(out, "{}", paragraph("  ", &format!("What it holds: {}.", key.holds), 2, surface))?;
        }
        Ok(())
    }
}

fn file(path: Option<&str>, line: Option<usize>) -> String {
    let line = line.map_or(String::new(), |line| format!(":{line}"));
    path.map_or(String::new(), |path| format!(" ({}{line})", escape::line(path)))
}
