//! What an editor offers to do: the fixes of findings, and for a deal what its next steps are. Each is a verified edit, and
//! each that says that work was done is offered only where the rules would take it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use lsp_types::{CodeAction, CodeActionKind, Range, TextEdit};

use super::cursor::{Cursor, Meaning};
use super::position::{ColumnUnit, LineIndex};
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::checklist::{ChecklistStep, Progress, ProgressState};
use crate::edit::{self, Change, fix};
use crate::finding::{Finding, Level};
use crate::proposal::{self, EntryDetails};
use crate::snapshot::overlay::Overlay;
use crate::standing::StandingState;
use crate::syntax::yaml;
use crate::workflow::Workflow;
use crate::workflow::model::MayWaive;

/// A text that something can be done to.
#[derive(Clone, Copy)]
pub(super) struct ActionContext<'a> {
    /// The workspace, with the text in it.
    pub(super) workspace: &'a Workspace<'a>,
    /// The path of the file.
    pub(super) path: &'a str,
    /// The text, as it is in the editor.
    pub(super) text: &'a str,
    /// What its columns count.
    pub(super) unit: ColumnUnit,
    /// Whoever works here, where git knows.
    pub(super) you: Option<&'a str>,
}

/// An action, and what it makes of the text.
pub(super) struct ProposedAction {
    pub(super) title: String,
    pub(super) kind: CodeActionKind,
    pub(super) is_preferred: bool,
    /// What is written instead of what.
    pub(super) edits: Vec<TextEdit>,
    /// The range of the finding that it mends.
    pub(super) mends: Option<Range>,
}

impl ProposedAction {
    /// As the protocol has it, but for where the edits go.
    pub(super) fn bare(&self) -> CodeAction {
        CodeAction {
            title: self.title.clone(),
            kind: Some(self.kind.clone()),
            is_preferred: self.is_preferred.then_some(true),
            ..CodeAction::default()
        }
    }
}

impl ActionContext<'_> {
    /// What can be done about what stands in a range.
    pub(super) fn actions(&self, range: Range, findings: &[Finding]) -> Vec<ProposedAction> {
        let mut actions = self.fixes(range, findings);
        if crate::source::names::is_yaml(self.path) {
            actions.extend(self.steps(range));
        }
        actions.extend(self.fix_all(findings));
        actions
    }

    fn fixes(&self, range: Range, findings: &[Finding]) -> Vec<ProposedAction> {
        let lines = LineIndex::new(self.text, self.unit);
        let edits = fix::FixEdit::all(findings);
        let mut found = Vec::new();
        for (finding, edit) in findings.iter().zip(edits) {
            let (Some(place), Some(edit), Some(fix)) = (&finding.place, edit, &finding.fix) else { continue };
            let stands = lines.span(place.span);
            if !touch(stands, range) {
                continue;
            }
            let unsure = if fix.safe { "" } else { "?" };
            found.push(ProposedAction {
                title: format!("{}{unsure}", fix.title()),
                kind: CodeActionKind::QUICKFIX,
                is_preferred: fix.safe,
                edits: vec![TextEdit::new(lines.span(edit.place.span), edit.text)],
                mends: Some(stands),
            });
        }
        found
    }

    /// All fixes at once that cannot change what was meant.
    fn fix_all(&self, findings: &[Finding]) -> Option<ProposedAction> {
        let is_safe = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.safe);
        let safe: Vec<&Finding> = findings.iter().filter(is_safe).collect();
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        let (edited, made) = fix::apply(text, self.path, &safe);
        let title = "mend what can be mended without asking".to_owned();
        (made > 0).then(|| self.action(title, CodeActionKind::SOURCE_FIX_ALL, &edited))
    }

    /// What comes next for a deal: offered at its head, at its stage, and where entries stand.
    fn steps(&self, range: Range) -> Vec<ProposedAction> {
        let lines = LineIndex::new(self.text, self.unit);
        let body = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        let Some(root) = yaml::parse(body).root else { return Vec::new() };
        let cursor = Cursor::at(&root, lines.read_offset(range.start));
        let is_here = range.start.line == 0
            || cursor
                .as_ref()
                .is_some_and(|cursor| matches!(cursor.path.first(), Some("stage" | "done" | "waivers")));
        if !is_here {
            return Vec::new();
        }
        let only = match cursor.as_ref().and_then(Cursor::in_deal) {
            Some(Meaning::Requirement(id)) => Some(id.to_owned()),
            _ => None,
        };
        let (workspace, levels) = (self.workspace, &self.workspace.config.levels);
        let candidates = |judged: &JudgedDeal<'_>| {
            let progress = Progress::of(judged, levels, workspace.today);
            let planner = StepPlanner { context: self, workflow: judged.workflow, today: workspace.today };
            Some(planner.candidates(&progress, only.as_deref()))
        };
        let selection = Selection::Paths(vec![self.path.to_owned()]);
        let mut kept = assess::assess(workspace, &selection, candidates).kept;
        let candidates = kept.pop().unwrap_or_default();
        let known = self.errors(self.text);
        let is_taken = |candidate: &Candidate, edited: &str| {
            let new = self.errors(edited);
            new.difference(&known).all(|(requirement, _)| !candidate.is_about(requirement.as_deref()))
        };
        candidates
            .into_iter()
            .filter_map(|candidate| {
                let edited = edit::edit(self.text, &candidate.changes, &candidate.order()).ok()?;
                let is_taken = candidate.is_unfinished || is_taken(&candidate, &edited);
                is_taken.then(|| self.action(candidate.title, CodeActionKind::QUICKFIX, &edited))
            })
            .collect()
    }

    /// The errors that the deal would have with another text.
    fn errors(&self, text: &str) -> BTreeSet<(Option<String>, String)> {
        let bytes: Arc<[u8]> = text.as_bytes().into();
        let files = Overlay::of(self.workspace.snapshot, BTreeMap::from([(self.path.to_owned(), bytes)]));
        let workspace = self.workspace.over(&files);
        let selection = Selection::Paths(vec![self.path.to_owned()]);
        let assessment = assess::check(&workspace, &selection, |_| None::<()>);
        let errors =
            assessment.ledger.findings().iter().filter(|finding| finding.level == Some(Level::Error));
        errors
            .map(|it| {
                (it.subject.requirement.as_deref().map(str::to_owned), format!("{} {}", it.code, it.message))
            })
            .collect()
    }

    fn action(&self, title: String, kind: CodeActionKind, edited: &str) -> ProposedAction {
        let lines = LineIndex::new(self.text, self.unit);
        let edits = difference(self.text, edited, &lines).into_iter().collect();
        ProposedAction { title, kind, is_preferred: false, edits, mends: None }
    }
}

/// Something that could be done next.
#[derive(Default)]
struct Candidate {
    title: String,
    changes: Vec<Change>,
    /// The requirements that it is about; empty: the deal as a whole.
    about: Vec<String>,
    /// Somebody has to write more: what is missing will be told.
    is_unfinished: bool,
    order: Vec<String>,
}

impl Candidate {
    fn is_about(&self, requirement: Option<&str>) -> bool {
        requirement.is_none_or(|id| self.about.is_empty() || self.about.iter().any(|known| known == id))
    }

    fn order(&self) -> Vec<&str> {
        self.order.iter().map(String::as_str).collect()
    }
}

struct StepPlanner<'a> {
    context: &'a ActionContext<'a>,
    workflow: &'a Workflow,
    today: Date,
}

impl StepPlanner<'_> {
    fn candidates(&self, progress: &Progress, only: Option<&str>) -> Vec<Candidate> {
        let is_open = matches!(progress.state, ProgressState::Open | ProgressState::Won);
        let meant = |step: &&ChecklistStep| only.is_none_or(|id| step.requirement == id);
        let left: Vec<&ChecklistStep> = progress
            .steps
            .iter()
            .filter(|step| step.state == StandingState::Unmet && step.is_needed_soon())
            .filter(meant)
            .filter(|_| is_open)
            .collect();
        let mut all: Vec<Candidate> = left.iter().filter_map(|step| self.supply(step)).collect();
        all.extend(self.onward(progress).filter(|_| only.is_none() && is_open));
        all.extend(left.iter().filter_map(|step| self.waiver(step)));
        for candidate in &mut all {
            candidate.order = proposal::key_order(self.workflow).into_iter().map(str::to_owned).collect();
        }
        all
    }

    /// The entry that meets a task or an approval. What must be proved is for people to write.
    fn supply(&self, step: &ChecklistStep) -> Option<Candidate> {
        let requirement = self.workflow.requirement(&step.requirement)?;
        if requirement.demand.needs_evidence() {
            return None;
        }
        let body = self.context.text.strip_prefix('\u{feff}').unwrap_or(self.context.text);
        let details = EntryDetails::default();
        let root = yaml::parse(body).root?;
        let (title, changes) = match step.kind {
            "task" => {
                let changes = proposal::tick(&step.requirement, Some(&root), (self.today, false), details);
                if changes.is_empty() {
                    return None;
                }
                (format!("tick `{}`", step.requirement), changes)
            }
            "approval" => {
                let you = self.context.you?;
                let change = proposal::approval(requirement, Some(&root), you, self.today, details);
                (format!("approve `{}` as {you}", step.requirement), vec![change])
            }
            _ => return None,
        };
        let about = vec![step.requirement.clone()];
        Some(Candidate { title, changes, about, ..Candidate::default() })
    }

    fn onward(&self, progress: &Progress) -> Option<Candidate> {
        let next = progress.next_stage.as_deref().filter(|_| progress.state == ProgressState::Open)?;
        let body = self.context.text.strip_prefix('\u{feff}').unwrap_or(self.context.text);
        let mut changes = vec![proposal::stage(next)];
        if yaml::parse(body).root.is_some_and(|root| proposal::keeps_history(&root)) {
            changes.push(proposal::history_entry(self.today, [("stage", next.to_owned())], None));
        }
        Some(Candidate { title: format!("move to `{next}`"), changes, ..Candidate::default() })
    }

    /// A waiver whose reason is yet to be written: until then it does not count, and says so.
    fn waiver(&self, step: &ChecklistStep) -> Option<Candidate> {
        let requirement = self.workflow.requirement(&step.requirement)?;
        if matches!(self.workflow.may_waive(requirement), MayWaive::Nobody(_)) || !requirement.blocks() {
            return None;
        }
        let until = proposal::longest_waiver(self.workflow, self.today).unwrap_or(self.today);
        let change = proposal::waiver(&step.requirement, "", self.context.you?, (self.today, until));
        let title = format!("waive `{}` until {until}, with a reason to be written", step.requirement);
        Some(Candidate {
            title,
            changes: vec![change],
            about: vec![step.requirement.clone()],
            is_unfinished: true,
            ..Candidate::default()
        })
    }
}

/// Whether two ranges have a place in common.
fn touch(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// The one edit that makes one text another; `None` where they are the same.
pub(super) fn difference(old: &str, new: &str, lines: &LineIndex<'_>) -> Option<TextEdit> {
    let same = |(a, b): &(char, char)| a == b;
    let before: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let rest = old[before..].chars().rev().zip(new[before..].chars().rev());
    let after: usize = rest.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (end, new_end) = (old.len() - after, new.len() - after);
    (before < end || before < new_end)
        .then(|| TextEdit::new(lines.range(before, end), new[before..new_end].to_owned()))
}
