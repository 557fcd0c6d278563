//! Whether deals moved as their workflow allows, from one moment to another. Levels are those of `[moves]`.

use std::sync::Arc;

use super::state::DealState;
use crate::finding::wording::{WordList, quote};
use crate::finding::{Code, Finding, LevelSetting, Subject};
use crate::history::HistoryEntry;
use crate::source::{SourceFile, Span};

/// What is to be said of the way of a deal between two states.
pub(crate) fn moves(before: Option<&DealState>, after: Option<&DealState>) -> Vec<Finding> {
    match (before, after) {
        (Some(before), None) => removed(before).into_iter().collect(),
        (before, Some(after)) => MoveWay { before, after }.findings(),
        (None, None) => Vec::new(),
    }
}

/// An open deal's file was deleted. A closed one is at rest, and may go.
fn removed(before: &DealState) -> Option<Finding> {
    let finding =
        went(&before.place.file, format!("the file of the open deal {} was deleted", quote(&before.id)));
    before.terms.ending.is_none().then(|| finding.about(subject(before)))
}

/// The file of a deal was deleted that could not be judged: nobody knows whether it was open.
pub(crate) fn removed_unjudged(id: &Arc<str>, path: &str) -> Finding {
    let file = Arc::new(SourceFile::new(path, ""));
    let message = format!("the file of the deal {}, which could not be judged, was deleted", quote(id));
    went(&file, message).about(Subject { deal: Some(Arc::clone(id)), ..Subject::default() })
}

fn went(file: &Arc<SourceFile>, message: String) -> Finding {
    Finding::new(Code::DealRemoved, message)
        .help("keep the file, and close the deal with an `outcome`")
        .at(file, Span::default())
}

fn subject(deal: &DealState) -> Subject {
    Subject {
        deal: Some(Arc::clone(&deal.id)),
        workflow: Some(Arc::clone(&deal.workflow.id)),
        stage: deal.terms.stage.clone(),
        ..Subject::default()
    }
}

/// That a deal follows another workflow than before, by its own doing.
pub(crate) fn workflow_changed(before: Option<&DealState>, after: Option<&DealState>) -> Option<Finding> {
    let (was, is) = (before?, after?);
    if was.workflow.id == is.workflow.id {
        return None;
    }
    let message = format!(
        "the deal follows {} and followed {} before",
        quote(&is.workflow.id),
        quote(&was.workflow.id)
    );
    let help = format!(
        "take that back, or assign it in dealgate.toml: `[[assign]]` with `match = \"{}\"` and `workflow = \"{}\"`",
        is.id, is.workflow.id
    );
    Some(MoveWay { before, after: is }.finding(Code::WorkflowChanged, message).help(help))
}

struct MoveWay<'a> {
    before: Option<&'a DealState>,
    after: &'a DealState,
}

impl MoveWay<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        found.extend(self.started_late());
        let mut stands = self.start();
        let mut visits: Vec<(usize, bool)> = self
            .new_entries()
            .filter_map(|entry| Some((self.index(entry.stage.as_deref()?)?, entry.reason.is_some())))
            .collect();
        if let Some(now) = self.after.stage_index()
            && visits.last().map_or(stands, |last| Some(last.0)) != Some(now)
        {
            visits.push((now, false));
        }
        for (to, has_reason) in visits {
            if let Some(from) = stands {
                found.extend(self.skipped(from, to));
                found.extend(self.moved_back(from, to, has_reason));
            }
            stands = Some(to);
        }
        found.extend(self.reopened());
        found
    }

    /// Where it stood before; a new deal starts where its history does.
    fn start(&self) -> Option<usize> {
        match self.before {
            Some(before) => self.index(before.terms.stage.as_deref()?),
            None => self.first_stage(),
        }
    }

    fn first_stage(&self) -> Option<usize> {
        let told = self.after.history.iter().find_map(|entry| self.index(entry.stage.as_deref()?));
        told.or_else(|| self.after.stage_index())
    }

    fn index(&self, stage: &str) -> Option<usize> {
        self.after.workflow.stage_index(stage)
    }

    /// The entries of `history` that tell of steps since: not there before, and not of days that were told already. An
    /// older entry that was written anew corrects the past and moves nothing.
    fn new_entries(&self) -> impl Iterator<Item = &HistoryEntry> {
        let known = self.before.map(|before| before.history.as_slice()).unwrap_or_default();
        let told = known.iter().map(|entry| entry.date).max();
        self.after
            .history
            .iter()
            .filter(move |entry| !known.contains(entry) && told.is_none_or(|told| entry.date >= told))
    }

    fn started_late(&self) -> Option<Finding> {
        let allowed = self.after.workflow.moves.start_in.as_ref()?;
        let first = self.first_stage().filter(|first| self.before.is_none() && !allowed.contains(first))?;
        let stages = &self.after.workflow.stages;
        let names: Vec<_> = allowed.iter().map(|&stage| format!("`{}`", stages[stage].id)).collect();
        let message = format!(
            "the deal was first seen in {}; deals start in {}",
            quote(&stages[first].id),
            WordList(&names, "or")
        );
        let help = "write the stages that it went through before into `history`, with their days";
        Some(self.finding(Code::StartedLate, message).help(help))
    }

    fn skipped(&self, from: usize, to: usize) -> Option<Finding> {
        let level = level(self.after.workflow.moves.skip)?;
        let stages = &self.after.workflow.stages;
        let named = |stage: usize| {
            self.after.history.iter().any(|entry| entry.stage.as_ref() == Some(&stages[stage].id))
        };
        let exists = |stage: usize| self.after.stages.get(stage).copied().unwrap_or(true);
        let missed: Vec<_> = (from + 1..to)
            .filter(|&stage| exists(stage) && !named(stage))
            .map(|stage| quote(&stages[stage].id))
            .collect();
        if missed.is_empty() {
            return None;
        }
        let message = format!(
            "the deal went from {} to {} and skipped {}",
            quote(&stages[from].id),
            quote(&stages[to].id),
            WordList(&missed, "and")
        );
        let help =
            "move it one stage at a time; one that it did go through belongs into `history`, with its day";
        Some(self.finding(Code::SkippedStage, message).help(help).level(Some(level)))
    }

    fn moved_back(&self, from: usize, to: usize, has_reason: bool) -> Option<Finding> {
        let level = level(self.after.workflow.moves.back).filter(|_| to < from && !has_reason)?;
        let stages = &self.after.workflow.stages;
        let (from, to) = (&stages[from].id, &stages[to].id);
        let message =
            format!("the deal went back from {} to {}, and no reason is given", quote(from), quote(to));
        let help = format!("say why: `history: [{{date: …, stage: {to}, reason: …}}]`");
        Some(self.finding(Code::MovedBack, message).help(help).level(Some(level)))
    }

    fn reopened(&self) -> Option<Finding> {
        let level = level(self.after.workflow.moves.reopen)?;
        let mut ending = self.before.and_then(|before| before.terms.ending);
        let entries = self.new_entries().filter_map(|entry| Some((entry.ending?, entry.reason.is_some())));
        let mut steps: Vec<_> = entries.collect();
        if steps.last().map_or(ending, |(last, _)| *last) != self.after.terms.ending {
            steps.push((self.after.terms.ending, false));
        }
        for (next, has_reason) in steps {
            if let (Some(was), None, false) = (ending, next, has_reason) {
                let message =
                    format!("the deal was {} and is open again, and no reason is given", was.name());
                let help = "say why: `history: [{date: …, outcome: open, reason: …}]`, or start a new deal";
                return Some(self.finding(Code::Reopened, message).help(help).level(Some(level)));
            }
            ending = next;
        }
        None
    }

    fn finding(&self, code: Code, message: String) -> Finding {
        let place = Some(self.after.place.clone());
        let finding = Finding::new(code, message).at_place(place).about(subject(self.after));
        let was = self.before.filter(|before| before.path != self.after.path);
        finding.related(was.map(|before| before.place.clone()), "where it was before")
    }
}

fn level(setting: LevelSetting) -> Option<crate::finding::Level> {
    match setting {
        LevelSetting::At(level) => Some(level),
        LevelSetting::Off => None,
    }
}
