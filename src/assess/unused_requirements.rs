//! Finds requirements that no deal is ever asked for, because their `when` is false for all of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::deal::Deal;
use crate::finding::wording::{Count, quote};
use crate::finding::{Code, Finding, Subject};
use crate::gate::{self, Judgement, Moment, StageApplies};
use crate::workflow::{Library, Requirement, Workflow};

/// The requirements with a `when`, each until a deal fits it. Cores share it: what is set stays set, so that their
/// order does not matter, and a requirement that was asked once costs nothing more.
pub(super) struct UnusedRequirements<'w>(BTreeMap<&'w str, Vec<Watched<'w>>>);

struct Watched<'w> {
    requirement: &'w Requirement,
    /// Its stage, counted from 0.
    stage: Option<usize>,
    asked: AtomicBool,
    refused: AtomicUsize,
}

impl<'w> UnusedRequirements<'w> {
    /// Nothing is asked yet.
    pub(super) fn of(library: &'w Library) -> Self {
        let usable = library.own_names().filter_map(|name| library.get(name).flatten());
        let watched = usable.map(|workflow| (workflow.id.as_ref(), watch(workflow)));
        Self(watched.filter(|(_, watched)| !watched.is_empty()).collect())
    }

    /// Takes note of a deal.
    pub(super) fn note(
        &self,
        deal: &Deal<'_>,
        workflow: &Workflow,
        judgement: &Judgement<'_>,
        moment: Moment<'_>,
    ) {
        let Some(watched) = self.0.get(workflow.id.as_ref()) else { return };
        for it in watched.iter().filter(|it| !it.asked.load(Ordering::Relaxed)) {
            let stage = it.stage.and_then(|stage| judgement.stages.get(stage));
            if stage.is_some_and(|stage| *stage != StageApplies::Exists) {
                continue;
            }
            if gate::is_refused(deal, workflow, it.requirement, moment) {
                it.refused.fetch_add(1, Ordering::Relaxed);
            } else {
                it.asked.store(true, Ordering::Relaxed);
            }
        }
    }

    /// What was asked of no deal, of any workflow that has it.
    pub(super) fn findings(self) -> Vec<Finding> {
        let mut by_place: BTreeMap<_, Vec<Watched<'_>>> = BTreeMap::new();
        for it in self.0.into_values().flatten() {
            if let Some(place) = &it.requirement.place {
                by_place.entry((place.file.path().clone(), place.span)).or_default().push(it);
            }
        }
        by_place.into_values().filter_map(|of_place| finding(&of_place)).collect()
    }
}

fn watch(workflow: &Workflow) -> Vec<Watched<'_>> {
    // A built-in is not the workspace's to mend.
    let own =
        |it: &Requirement| it.when.is_some() && !it.origin.starts_with(crate::workflow::builtin::PREFIX);
    let watched = |(stage, requirement)| Watched {
        requirement,
        stage,
        asked: AtomicBool::new(false),
        refused: AtomicUsize::new(0),
    };
    workflow.gates().filter(|(_, requirement)| own(requirement)).map(watched).collect()
}

fn finding(of_place: &[Watched<'_>]) -> Option<Finding> {
    let requirement = of_place.first()?.requirement;
    let refused: usize = of_place.iter().map(|it| it.refused.load(Ordering::Relaxed)).sum();
    if refused == 0 || of_place.iter().any(|it| it.asked.load(Ordering::Relaxed)) {
        return None;
    }
    let when = requirement.when.as_ref()?.text();
    let message = format!(
        "{} is asked of no deal: {} is false for {}",
        quote(&requirement.id),
        quote(when),
        match refused {
            1 => "the one there is".to_owned(),
            more => format!("all {}", Count(more, "deal")),
        }
    );
    let subject = Subject {
        workflow: Some(requirement.origin.clone()),
        requirement: Some(requirement.id.clone()),
        order: requirement.order,
        ..Subject::default()
    };
    let finding = Finding::new(Code::RequirementNeverAsked, message)
        .help("look whether the condition says what is meant; `dealgate test` shows rules at work before any deal needs them");
    Some(finding.at_place(requirement.place.clone()).about(subject))
}
