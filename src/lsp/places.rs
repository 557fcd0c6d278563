//! From what a deal says to the rule behind it, and from a rule to the deals that speak of it.

use std::sync::Arc;

use super::cursor::{Cursor, Meaning};
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::source::{Place, Span};
use crate::workflow::Workflow;

/// A rule that a text speaks of.
#[derive(Clone, Debug)]
pub(super) enum RuleTarget {
    /// A requirement by its id, and where it stands.
    Requirement(String, Place),
    /// A stage by its id, and where it is listed.
    Stage(String, Place),
    /// The beginning of a workflow.
    Workflow(Place),
}

impl RuleTarget {
    /// What a thing under a cursor means under a workflow.
    pub(super) fn of(meaning: Meaning<'_>, workflow: &Workflow, workspace: &Workspace<'_>) -> Option<Self> {
        match meaning {
            Meaning::Requirement(id) => {
                let place = workflow.requirement(id)?.place.clone()?;
                Some(Self::Requirement(id.to_owned(), place))
            }
            Meaning::Stage(id) => {
                let place = workflow.stages[workflow.stage_index(id)?].place.clone()?;
                Some(Self::Stage(id.to_owned(), place))
            }
            Meaning::Workflow(name) => {
                let named = workspace.library.get(name).flatten()?;
                Some(Self::Workflow(Place::new(named.sources.first()?, Span::default())))
            }
            Meaning::Amount | Meaning::Person(_) => None,
        }
    }

    /// Where it stands.
    pub(super) fn place(&self) -> &Place {
        match self {
            Self::Requirement(_, place) | Self::Stage(_, place) | Self::Workflow(place) => place,
        }
    }

    /// Where the deals of a workspace speak of it: entries that name it, stages that are it, and what is found because of
    /// it.
    pub(super) fn references(&self, workspace: &Workspace<'_>, selection: &Selection) -> Vec<Place> {
        let spoken = |judged: &JudgedDeal<'_>| {
            let spans = self.spans(judged);
            (!spans.is_empty())
                .then(|| spans.into_iter().map(|span| Place::new(judged.file, span)).collect::<Vec<_>>())
        };
        assess::check(workspace, selection, spoken).kept.into_iter().flatten().collect()
    }

    fn spans(&self, judged: &JudgedDeal<'_>) -> Vec<Span> {
        let mut spans: Vec<Span> = match self {
            Self::Requirement(id, place) => {
                let own = judged.workflow.requirement(id).and_then(|it| it.place.as_ref());
                if !own.is_some_and(|own| is_same(own, place)) {
                    return Vec::new();
                }
                let entries = judged.deal.done().chain(judged.deal.waivers());
                let named = entries.filter(|entry| entry.id.value == id).map(|entry| entry.id.span);
                let about = judged
                    .findings
                    .iter()
                    .filter(|finding| finding.subject.requirement.as_deref() == Some(id.as_str()));
                let own_file = |place: &&Place| Arc::ptr_eq(&place.file, judged.file);
                named
                    .chain(about.filter_map(|it| it.place.as_ref()).filter(own_file).map(|it| it.span))
                    .collect()
            }
            Self::Stage(id, place) => {
                let index = judged.workflow.stage_index(id);
                let own = index.and_then(|index| judged.workflow.stages[index].place.as_ref());
                if !own.is_some_and(|own| is_same(own, place)) {
                    return Vec::new();
                }
                let history = judged.deal.history().filter_map(|entry| entry.value.text("stage"));
                let stages = judged.deal.stage().into_iter().chain(history);
                stages.filter(|stage| stage.value == id).map(|stage| stage.span).collect()
            }
            Self::Workflow(_) => Vec::new(),
        };
        spans.sort_unstable();
        spans.dedup();
        spans
    }
}

fn is_same(one: &Place, other: &Place) -> bool {
    one.file.path() == other.file.path() && one.span == other.span
}

/// What the thing under a cursor means, in a deal or in a workflow.
pub(super) fn meaning<'c>(cursor: &'c Cursor, path: &str) -> Option<Meaning<'c>> {
    if crate::source::names::is_yaml(path) { cursor.in_deal() } else { cursor.in_workflow() }
}
