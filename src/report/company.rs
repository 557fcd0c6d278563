//! Describes a workflow as a company's rules in the words of sales.

use std::sync::Arc;

use jiff::civil::Date;

use super::model::{
    CompanyStage, CompanyView, DayView, DerivedName, EndingView, GroupView, MemberView, MoneyView,
    RequirementView, Share, WaiverPolicy,
};
use super::report_context::{ReportContext, anchor};
use crate::finding::wording::WordList;
use crate::finding::{self, Code, LevelSetting, Levels};
use crate::requirement::Expression;
use crate::source::Span;
use crate::workflow::model::{EndingRules, MayWaive, Waiver};
use crate::workflow::{self, Workflow, builtin};

/// A company, with its target in the window and the number of deals that the filters leave it.
pub(super) fn company(
    workflow: &Workflow,
    target: Option<MoneyView>,
    deals: usize,
    levels: &Levels,
    context: &ReportContext<'_>,
) -> CompanyView {
    let requirement = |it: &workflow::Requirement| requirement(it, workflow, levels, context);
    let own_file = workflow.sources.first().filter(|_| !workflow.id.starts_with(builtin::PREFIX));
    let stage = |(index, stage): (usize, &workflow::Stage)| CompanyStage {
        id: stage.id.to_string(),
        name: stage.name.clone(),
        number: index + 1,
        goal: stage.goal.clone(),
        probability: stage.probability.map(Share::new),
        category: stage.category.clone(),
        max_days: stage.max_days,
        when: text_of(stage.when.as_ref()),
        requirements: stage.requirements.iter().map(requirement).collect(),
    };
    let ending = |rules: &EndingRules| EndingView {
        reasons: rules.reasons.clone().unwrap_or_default(),
        requirements: rules.requirements.iter().map(requirement).collect(),
    };
    CompanyView {
        id: workflow.id.to_string(),
        name: workflow.name.clone(),
        anchor: anchor("company", &workflow.id),
        file: own_file.map(|file| context.source(file, Span::default())),
        extends: workflow.parents.iter().map(ToString::to_string).collect(),
        currency: workflow.currency.map(|currency| currency.code().to_owned()),
        target,
        deals,
        stages: workflow.stages.iter().enumerate().map(stage).collect(),
        derived: workflow.derived.iter().map(derived).collect(),
        won_from: workflow.stages[workflow.won_from].id.to_string(),
        lost: ending(&workflow.lost),
        disqualified: ending(&workflow.disqualified),
        disqualified_until: workflow
            .disqualified
            .until
            .as_ref()
            .map(|until| workflow.stages[until.stage].id.to_string()),
        waivers: waiver_policy(workflow),
        groups: groups(workflow, context.today),
    }
}

fn requirement(
    requirement: &workflow::Requirement,
    workflow: &Workflow,
    levels: &Levels,
    context: &ReportContext<'_>,
) -> RequirementView {
    let level = requirement.level.or(match levels.of(Code::RequirementUnmet) {
        LevelSetting::At(level) => Some(level),
        LevelSetting::Off => None,
    });
    RequirementView {
        id: requirement.id.to_string(),
        title: requirement.title.clone(),
        help: requirement.help.clone(),
        url: requirement.url.clone(),
        kind: requirement.demand.kind().to_owned(),
        met_when: requirement.demand.explain(),
        approvers: requirement.demand.approvers().map(str::to_owned),
        when: text_of(requirement.when.as_ref()),
        level: level.unwrap_or(finding::Level::Info),
        since: requirement.since.map(DayView),
        at_entry: requirement.at_entry,
        waivable: waivable(requirement, workflow),
        inherited_from: (requirement.origin != workflow.id).then(|| requirement.origin.to_string()),
        file: context.place(requirement.place.as_ref()),
    }
}

fn derived((name, expression): &(Arc<str>, Expression)) -> DerivedName {
    DerivedName { name: name.to_string(), expression: expression.text().to_owned() }
}

fn text_of(expression: Option<&Expression>) -> Option<String> {
    expression.map(|expression| expression.text().to_owned())
}

fn waivable(requirement: &workflow::Requirement, workflow: &Workflow) -> String {
    match workflow.may_waive(requirement) {
        MayWaive::Nobody(_) => "cannot be waived".to_owned(),
        MayWaive::Group(group) => format!("may be waived by {group}"),
        MayWaive::Rules(rules) => format!("may be waived by {}", waivers(rules)),
        MayWaive::AnyoneButOwner => format!("may be waived by {ANYONE}"),
    }
}

/// Who may waive where nothing is said.
const ANYONE: &str = "anyone but the owner";

fn waiver_policy(workflow: &Workflow) -> WaiverPolicy {
    WaiverPolicy {
        by: workflow.waivers.by.as_deref().map_or_else(|| ANYONE.to_owned(), waivers),
        only: workflow.waivers.only.clone().unwrap_or_default(),
        max_days: workflow.waivers.max_days,
    }
}

/// Who may waive, in words.
fn waivers(by: &[Waiver]) -> String {
    let names: Vec<_> = by
        .iter()
        .map(|waiver| match &waiver.when {
            Some(when) => format!("{} when `{}`", waiver.group, when.text()),
            None => waiver.group.clone(),
        })
        .collect();
    if names.is_empty() { "nobody".to_owned() } else { WordList(&names, "or").to_string() }
}

fn groups(workflow: &Workflow, today: Date) -> Vec<GroupView> {
    let member = |member: &crate::requirement::group::Member| MemberView {
        email: member.email.clone(),
        from: member.from.map(DayView),
        until: member.until.map(DayView),
        today: member.is_one_on(today),
    };
    workflow
        .groups
        .iter()
        .map(|(name, group)| GroupView {
            name: name.clone(),
            members: group.members.iter().map(member).collect(),
        })
        .collect()
}
