//! One deal on its way through the pipeline: read, parsed, judged, dropped.

use std::cell::OnceCell;
use std::sync::Arc;

use super::judged::{AssessTotals, JudgedDeal, ReadDeal};
use super::keys;
use super::unused_requirements::UnusedRequirements;
use super::workspace::Workspace;
use crate::deal::Deal;
use crate::deal::reader::{self, DealReadContext};
use crate::finding::wording::{quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder, Rewrite, Subject};
use crate::gate::{self, Depth, Judgement, Moment, RequirementState, Wants};
use crate::history::{ApprovalProof, GitHistory, StageOrder, Timeline};
use crate::source::{SourceFile, Span, Spanned};
use crate::syntax::{Kind, Node, Scalar, yaml};
use crate::workflow::Workflow;
use crate::workspace::Assigned;

/// Reads and judges one deal, and adds what came of it; its text is dropped at the end.
pub(super) fn assess_deal<K>(
    workspace: &Workspace<'_>,
    path: &str,
    depth: Depth,
    asked: Option<&UnusedRequirements<'_>>,
    totals: &mut AssessTotals<K>,
    keep: &(impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync),
) {
    let id = workspace.deal_id(path);
    let subject = Subject { deal: Some(Arc::clone(&id)), ..Subject::default() };
    let limits = workspace.config.limits;
    let file = match workspace.snapshot.read(path, limits.file_size) {
        Ok(file) => file,
        Err(finding) => return totals.findings.push(finding.about(subject)),
    };
    let mut complaints = FindingsBuilder::about(vec![Arc::clone(&file)], subject).keeping(limits.findings);
    let parsed = yaml::parse(file.text());
    let mut faults = parsed.faults;
    keys::settle(&mut faults, file.text(), workspace);
    for fault in faults {
        fault.tell(&mut complaints);
    }
    let workflow = follow(workspace, &id, parsed.root.as_ref(), totals, &mut complaints);
    if let (Some(root), Some(workflow)) = (parsed.root, workflow) {
        complaints.subject_mut().workflow = Some(Arc::clone(&workflow.id));
        let to_judge = ToJudge { workspace, file: &file, workflow, depth };
        judge_deal(&to_judge, (id, root), asked, &mut complaints, totals, keep);
    }
    totals.findings.extend(complaints.into_findings());
}

/// The keys that figures are made of.
const COUNTED: [&str; 13] = [
    "name",
    "customer",
    "stage",
    "owner",
    "amount",
    "probability",
    "category",
    "close_date",
    "opened",
    "completed",
    "on_hold",
    "outcome",
    "history",
];

/// Reads what counts of one deal and judges nothing; what is at fault is told by whoever judges it.
pub(super) fn read_deal<K>(
    workspace: &Workspace<'_>,
    path: &str,
    keep: &impl Fn(&ReadDeal<'_>) -> K,
) -> Option<K> {
    let file = workspace.snapshot.read(path, workspace.config.limits.file_size).ok()?;
    let id = workspace.deal_id(path);
    let mut unheard = FindingsBuilder::about(Vec::new(), Subject::default());
    let mut root = yaml::parse(file.text()).root?;
    let workflow = follow(workspace, &id, Some(&root), &mut AssessTotals::<()>::default(), &mut unheard)?;
    if let Kind::Map(entries) = &mut root.kind {
        entries.retain(|entry| COUNTED.contains(&entry.key.value.as_ref()));
    }
    let reading =
        DealReadContext { schema: &workflow.schema, rates: &workspace.config.rates, today: workspace.today };
    let deal = reader::read(id, root, reading, &mut unheard);
    Some(keep(&ReadDeal { path: file.path(), deal: &deal, workflow }))
}

/// The workflow of a deal. Faults of naming it are told; one that cannot be used is told elsewhere, once.
pub(super) fn follow<'w>(
    workspace: &'w Workspace<'_>,
    id: &str,
    root: Option<&Node<'_>>,
    totals: &mut AssessTotals<impl Sized>,
    complaints: &mut FindingsBuilder,
) -> Option<&'w Arc<Workflow>> {
    let library = &workspace.library;
    let name = match assigned(workspace, id, root) {
        Assigned::To(name) => name,
        Assigned::Assumed(name) => {
            if library.own_count() > 0 {
                let message =
                    format!("no rule gives this deal a workflow, so {} is assumed", quote("standard"));
                let help = "move it into a folder named after a workflow, add `workflow:`, or set `default-workflow`";
                complaints.push(Code::WorkflowAssumed, Span::default(), message, Some(help.to_owned()));
            }
            name
        }
        Assigned::Unknown(name, span) => {
            let message = format!("there is no workflow {}", quote(name));
            complaints.push(Code::UnknownWorkflow, span, message, suggest(name, library.names()));
            totals.not_judged += 1;
            return None;
        }
        Assigned::UnknownInConfig => {
            totals.not_judged += 1;
            return None;
        }
    };
    let workflow = library.get(name).flatten();
    totals.follows(name);
    totals.not_judged += usize::from(workflow.is_none());
    workflow
}

/// The workflow that rules give a deal.
pub(super) fn assigned<'w>(
    workspace: &'w Workspace<'_>,
    id: &str,
    root: Option<&'w Node<'_>>,
) -> Assigned<'w> {
    let own_key = root.and_then(|root| root.get("workflow")).filter(|node| !node.is_absent());
    let own_key = own_key.and_then(|node| {
        let Scalar { text, .. } = node.as_scalar()?;
        Some(Spanned::new(text.as_ref(), node.span))
    });
    workspace.config.assign(id, own_key, &workspace.library)
}

impl Workspace<'_> {
    /// The workflow of a deal with a text, as far as that can be read; `None` where none can be used.
    pub fn workflow_of(&self, path: &str, text: &str) -> Option<&Arc<Workflow>> {
        let parsed = yaml::parse(text);
        match assigned(self, &self.deal_id(path), parsed.root.as_ref()) {
            Assigned::To(name) | Assigned::Assumed(name) => self.library.get(name).flatten(),
            Assigned::Unknown(..) | Assigned::UnknownInConfig => None,
        }
    }
}

/// A deal's file whose workflow is known, to be judged.
struct ToJudge<'a, 's> {
    workspace: &'a Workspace<'s>,
    file: &'a Arc<SourceFile>,
    workflow: &'a Arc<Workflow>,
    depth: Depth,
}

impl ToJudge<'_, '_> {
    fn reading(&self) -> DealReadContext<'_> {
        let Workspace { config, today, .. } = self.workspace;
        DealReadContext { schema: &self.workflow.schema, rates: &config.rates, today: *today }
    }

    /// What commits tell beside the deal's own file. They are asked for what it does not tell itself, and whether what it
    /// tells came late.
    fn git_history<K>(
        &self,
        deal: &Deal<'_>,
        (judgement, moment): (&Judgement<'_>, Moment<'_>),
        ladder: StageOrder<'_>,
        totals: &mut AssessTotals<K>,
    ) -> Option<GitHistory> {
        let tells_itself = deal.history().next().is_some();
        let asks = self.workspace.all_dates
            || !judgement.wants.nothing()
            || (tells_itself && (self.depth != Depth::Gates || moment.proof != ApprovalProof::Off));
        let tell = |wants: &Wants| {
            let origins: Vec<_> = wants.origins.iter().map(|(key, id)| (*key, id.as_ref())).collect();
            self.workspace.past.git_history(self.file, deal, self.reading(), &origins)
        };
        match asks.then(|| tell(&judgement.wants)).flatten()? {
            Err(trouble) => {
                totals.untold += usize::from(judgement.wants.needed);
                totals.trouble = Some(trouble);
                None
            }
            Ok(git_history) if moment.proof == ApprovalProof::Off => Some(git_history),
            // By its dates a requirement may be asked of which nothing could be said, and whose proof nobody asked for.
            Ok(git_history) => {
                let timeline = Timeline::of(deal, Some(&git_history), ladder);
                let moment = Moment { timeline: &timeline, git_history: Some(&git_history), ..moment };
                let mut wants = gate::judge(deal, self.workflow, moment).wants;
                let more = !wants.origins.is_subset(&judgement.wants.origins);
                wants.origins.extend(judgement.wants.origins.iter().cloned());
                let again = more.then(|| tell(&wants)).flatten().and_then(Result::ok);
                Some(again.unwrap_or(git_history))
            }
        }
    }
}

fn judge_deal<'a, K>(
    to_judge: &ToJudge<'a, '_>,
    (id, root): (Arc<str>, Node<'a>),
    asked: Option<&UnusedRequirements<'_>>,
    complaints: &mut FindingsBuilder,
    totals: &mut AssessTotals<K>,
    keep: &(impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync),
) {
    let ToJudge { workspace, file, workflow, depth } = *to_judge;
    let mut deal = reader::read(id, root, to_judge.reading(), complaints);
    complaints.doubt(|finding| takes_in_weighed(finding, &deal, workflow));
    deal.steps = totals.run.next();
    let stage_index = |stage: &str| workflow.stage_index(stage);
    let ladder = StageOrder { index: &stage_index, won_from: workflow.won_from };
    let own = Timeline::of(&deal, None, ladder);
    let has_file = |path: &str| workspace.snapshot.shares_file(path);
    let moment = Moment {
        today: workspace.today,
        rates: &workspace.config.rates,
        people: &workspace.config.people,
        timeline: &own,
        has_file: &has_file,
        depth,
        git_history: None,
        proof: workspace.past.proof(),
    };
    let judgement = gate::judge(&deal, workflow, moment);
    let git_history = to_judge.git_history(&deal, (&judgement, moment), ladder, totals);
    let both = git_history.as_ref().map(|git_history| Timeline::of(&deal, Some(git_history), ladder));
    let timeline = both.as_ref().unwrap_or(&own);
    let moment = Moment { timeline, git_history: git_history.as_ref(), ..moment };
    let judgement = match &git_history {
        Some(git_history) => {
            let judgement = gate::judge(&deal, workflow, moment);
            totals.untold += usize::from(!git_history.whole && judgement.wants.needed);
            judgement
        }
        None => judgement,
    };
    gate::findings(&deal, workflow, &judgement, moment, complaints);
    if let Some(asked) = asked {
        asked.note(&deal, workflow, &judgement, moment);
    }
    totals.waived += waived(&judgement);
    let findings = complaints.found();
    let judged = JudgedDeal {
        file,
        deal: &deal,
        workflow,
        judgement: &judgement,
        people: &workspace.config.people,
        timeline,
        git_history: git_history.as_ref(),
        findings,
        term_history: OnceCell::new(),
    };
    let kept = keep(&judged);
    totals.run.add(&deal.steps);
    totals.kept.extend(kept.map(|kept| (Arc::clone(file.path()), kept)));
}

/// Whether a fix makes a comment part of a text that the rules look at: it could meet a requirement, or lift it.
fn takes_in_weighed(finding: &Finding, deal: &Deal<'_>, workflow: &Workflow) -> bool {
    let takes_in = finding.fix.as_ref().is_some_and(|fix| fix.rewrite == Rewrite::TakeIn);
    let Some(place) = finding.place.as_ref().filter(|_| takes_in) else { return false };
    let before = deal.values.0.iter().map(|slot| &slot.key).filter(|key| key.span.start < place.span.start);
    before.max_by_key(|key| key.span.start).is_none_or(|key| workflow.weighs(&key.value))
}

/// How many requirements that are needed now a waiver lifts.
fn waived(judgement: &Judgement<'_>) -> usize {
    let is_lifted = |item: &&gate::Item<'_>| {
        item.due == gate::Due::Now && matches!(item.state, RequirementState::Waived(_))
    };
    judgement.items.iter().filter(is_lifted).count()
}
