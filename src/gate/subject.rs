//! The subject of a gate's findings: deal, workflow, stage and requirement.

use crate::deal::Deal;
use crate::finding::Subject;
use crate::workflow::{Requirement, Workflow};

/// What a finding about a requirement is about.
pub(in crate::gate) fn subject(
    deal: &Deal<'_>,
    workflow: &Workflow,
    stage: Option<usize>,
    requirement: &Requirement,
) -> Subject {
    Subject {
        deal: Some(deal.id.clone()),
        workflow: Some(workflow.id.clone()),
        stage: stage.map(|stage| workflow.stages[stage].id.clone()),
        requirement: Some(requirement.id.clone()),
        order: requirement.order,
    }
}
