//! What an editor offers to do: the fixes of findings, and for a deal what its next steps are. Each is a verified edit, and
//! each that says that work was done is offered only where the rules would take it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use lsp_types::{CodeAction, CodeActionKind, Range, TextEdit};

use super::cursor::{Cursor, Meaning};
use super::edits::edits;
use super::git_user::GitUser;
use super::position::{ColumnUnit, LineIndex};
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::checklist::{ChecklistStep, Progress, ProgressState};
use crate::edit::{self, Change, fix};
use crate::finding::{Finding, Level};
use crate::proposal::{self, EntryDetails};
use crate::snapshot::CONFIG_FILE;
use crate::snapshot::overlay::Overlay;
use crate::source::{escape, names};
use crate::standing::StandingState;
use crate::syntax::{Node, yaml};
use crate::workflow::Workflow;
use crate::workflow::model::MayWaive;
use crate::workspace::Config;

/// How often a text is fixed and judged again; a fix may bring to light what another one mends.
const FIX_ROUNDS: usize = 10;

/// A text that something can be done to.
#[derive(Clone, Copy)]
pub(super) struct ActionContext<'a> {
    /// The workspace, with the text in it.
    pub(super) workspace: &'a Workspace<'a>,
    /// The path of the file.
    pub(super) path: &'a str,
    /// The text, as it is in the editor.
    pub(super) text: &'a str,
    /// The same as it is read, without its byte order mark.
    pub(super) body: &'a str,
    /// What its columns count.
    pub(super) unit: ColumnUnit,
    /// Who works here, as git knows it.
    pub(super) desk: &'a GitUser,
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
            title: escape::line(&self.title).into_owned(),
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
        if names::is_yaml(self.path) {
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

    /// All fixes at once that cannot change what was meant, and what these bring to light.
    fn fix_all(&self, findings: &[Finding]) -> Option<ProposedAction> {
        let mut edited = self.body.to_owned();
        let mut known: Vec<Finding> = findings.to_vec();
        for _ in 0..FIX_ROUNDS {
            let is_safe = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.safe);
            let safe: Vec<&Finding> = known.iter().filter(is_safe).collect();
            let (next, made) = fix::apply(&edited, self.path, &safe);
            if made == 0 {
                break;
            }
            edited = next;
            known = self.findings(&edited);
        }
        let title = "mend what can be mended without asking".to_owned();
        let mark = &self.text[..self.text.len() - self.body.len()];
        (edited != self.body)
            .then(|| self.action(title, CodeActionKind::SOURCE_FIX_ALL, &format!("{mark}{edited}")))
    }

    /// What comes next for a deal: offered at its head, at its stage, and where entries stand.
    fn steps(&self, range: Range) -> Vec<ProposedAction> {
        let lines = LineIndex::new(self.text, self.unit);
        let Some(root) = yaml::parse(self.body).root else { return Vec::new() };
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
            let (workflow, today) = (judged.workflow, workspace.today);
            let planner = StepPlanner { context: self, root: &root, workflow, today };
            Some(planner.candidates(&progress, only.as_deref()))
        };
        let selection = Selection::Paths(vec![self.path.to_owned()]);
        let mut kept = assess::judge(workspace, &selection, candidates);
        let candidates = kept.pop().unwrap_or_default();
        let known = self.errors(self.text);
        let is_taken = |candidate: &Candidate, edited: &str| {
            let new = self.errors(edited);
            new.difference(&known).all(|(requirement, _)| !candidate.is_about(requirement.as_deref()))
        };
        candidates
            .into_iter()
            .filter_map(|candidate| {
                let made = |changes: &[Change]| edit::edit(self.text, changes, &candidate.order()).ok();
                let edited = made(&candidate.changes)?;
                let tried = candidate.tried.as_deref().map(made);
                is_taken(&candidate, tried.as_ref().map_or(Some(&edited), Option::as_ref)?)
                    .then(|| self.action(candidate.title.clone(), CodeActionKind::QUICKFIX, &edited))
            })
            .collect()
    }

    /// The errors that the deal would have with another text.
    fn errors(&self, text: &str) -> BTreeSet<(Option<String>, String)> {
        let errors = self.findings(text).into_iter().filter(|finding| finding.level == Some(Level::Error));
        errors
            .map(|it| {
                (it.subject.requirement.as_deref().map(str::to_owned), format!("{} {}", it.code, it.message))
            })
            .collect()
    }

    /// What would be found in the file with another text.
    fn findings(&self, text: &str) -> Vec<Finding> {
        let bytes: Arc<[u8]> = text.as_bytes().into();
        let files = Overlay::of(self.workspace.snapshot, BTreeMap::from([(self.path.to_owned(), bytes)]));
        let workspace = if names::is_yaml(self.path) {
            self.workspace.over(&files)
        } else {
            // Rules and settings are read anew.
            let Workspace { config, today, .. } = self.workspace;
            let config = if self.path == CONFIG_FILE { Config::load(&files) } else { config.clone() };
            Workspace::load(&files, config, *today)
        };
        let selection = Selection::Paths(vec![self.path.to_owned()]);
        let found = assess::check(&workspace, &selection, |_| None::<()>).ledger;
        let is_here =
            |it: &&Finding| it.place.as_ref().is_some_and(|place| place.file.path().as_ref() == self.path);
        found.findings().iter().filter(is_here).cloned().collect()
    }

    fn action(&self, title: String, kind: CodeActionKind, edited: &str) -> ProposedAction {
        let lines = LineIndex::new(self.text, self.unit);
        let edits = edits(self.text, edited, &lines);
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
    /// The same as it will be when somebody has written what is missing yet.
    tried: Option<Vec<Change>>,
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
    root: &'a Node<'a>,
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
        let details = EntryDetails::default();
        let (title, changes) = match step.kind {
            "task" => {
                let changes =
                    proposal::tick(&step.requirement, Some(self.root), (self.today, false), details);
                if changes.is_empty() {
                    return None;
                }
                (format!("tick `{}`", step.requirement), changes)
            }
            "approval" => {
                let you = self.context.desk.you.as_deref()?;
                let change = proposal::approval(requirement, Some(self.root), you, self.today, details);
                (format!("approve `{}` as {you}", step.requirement), vec![change])
            }
            _ => return None,
        };
        let about = vec![step.requirement.clone()];
        Some(Candidate { title, changes, about, ..Candidate::default() })
    }

    fn onward(&self, progress: &Progress) -> Option<Candidate> {
        let next = progress.next_stage.as_deref().filter(|_| progress.state == ProgressState::Open)?;
        let mut changes = vec![proposal::stage(next)];
        let (keeps_history, has_repository) =
            (proposal::keeps_history(self.root), || self.context.desk.has_repository);
        let what = [("stage", next.to_owned())];
        changes.extend(proposal::remembered(keeps_history, has_repository, self.today, what, None));
        Some(Candidate { title: format!("move to `{next}`"), changes, ..Candidate::default() })
    }

    /// A waiver whose reason is yet to be written: until then it does not count, and says so. Where the workflow does not
    /// say for how long one may be, nobody can propose one.
    fn waiver(&self, step: &ChecklistStep) -> Option<Candidate> {
        let requirement = self.workflow.requirement(&step.requirement)?;
        if matches!(self.workflow.may_waive(requirement), MayWaive::Nobody(_)) || !requirement.blocks() {
            return None;
        }
        let until = proposal::longest_waiver(self.workflow, self.today)?;
        let you = self.context.desk.you.as_deref()?;
        let change = |reason| proposal::waiver(&step.requirement, reason, you, (self.today, until));
        let title = format!("waive `{}` until {until}, with a reason to be written", step.requirement);
        Some(Candidate {
            title,
            changes: vec![change("")],
            tried: Some(vec![change("to be written")]),
            about: vec![step.requirement.clone()],
            ..Candidate::default()
        })
    }
}

/// Whether two ranges have a place in common.
fn touch(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}
