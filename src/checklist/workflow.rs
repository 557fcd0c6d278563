//! `explain` of a workflow: its gates as a checklist, and everything else that it says. The model; its text is beside it.

mod text;

use serde::Serialize;

use super::layout::percent;
use super::{Opening, Presentation};
use crate::deal::{Field, Shape, Type, Value};
use crate::emit::Surface;
use crate::finding::LevelSetting;
use crate::finding::wording::WordList;
use crate::requirement::Group;
use crate::standing::condition;
use crate::workflow::model::{EndingRules, Waivable};
use crate::workflow::{Requirement, Stage, Workflow};

/// What a workflow says, all of it.
#[derive(Clone, Debug, Serialize)]
pub struct WorkflowSheet {
    #[serde(flatten)]
    opening: Opening,
    workflow: String,
    name: String,
    file: Option<String>,
    /// The workflows it extends, nearest first.
    extends: Vec<String>,
    currency: Option<&'static str>,
    won_from: String,
    when_undecided: &'static str,
    start_in: Option<Vec<String>>,
    moves: MovesSummary,
    stages: Vec<StageSheet>,
    lost: EndingSheet,
    disqualified: EndingSheet,
    disqualified_until: Option<String>,
    waivers: Waivers,
    groups: Vec<GroupSheet>,
    fields: Vec<FieldSheet>,
    derived: Vec<DerivedSheet>,
}

#[derive(Clone, Debug, Serialize)]
struct MovesSummary {
    skip: &'static str,
    back: &'static str,
    reopen: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct StageSheet {
    stage: String,
    name: String,
    goal: Option<String>,
    probability: Option<f64>,
    #[serde(skip)]
    likely: Option<String>,
    category: Option<String>,
    max_days: Option<usize>,
    when: Option<String>,
    /// The condition, with what derived values in it stand for.
    #[serde(skip)]
    condition: Option<String>,
    requires: Vec<RequirementSummary>,
}

/// A requirement, without any deal.
#[derive(Clone, Debug, Serialize)]
struct RequirementSummary {
    requirement: String,
    title: String,
    kind: &'static str,
    met_when: String,
    /// The group that approves, or `anyone`.
    approval: Option<String>,
    when: Option<String>,
    #[serde(skip)]
    condition: Option<String>,
    since: Option<String>,
    at: &'static str,
    level: Option<&'static str>,
    /// `true`, `false` or a group; null: as `[waivers]` says.
    waivable: Option<String>,
    help: Option<String>,
    url: Option<String>,
    /// The workflow it comes from.
    from: String,
    inherited: bool,
    line: Option<usize>,
}

#[derive(Clone, Debug, Serialize)]
struct EndingSheet {
    reasons: Option<Vec<String>>,
    requires: Vec<RequirementSummary>,
}

#[derive(Clone, Debug, Serialize)]
struct Waivers {
    /// Who may waive; null: anyone but the owner.
    by: Option<Vec<String>>,
    only: Option<Vec<String>>,
    max_days: Option<usize>,
}

#[derive(Clone, Debug, Serialize)]
struct GroupSheet {
    group: String,
    members: Vec<MemberSheet>,
}

#[derive(Clone, Debug, Serialize)]
struct MemberSheet {
    email: String,
    from: Option<String>,
    until: Option<String>,
    is_member_today: bool,
}

#[derive(Clone, Debug, Serialize)]
struct FieldSheet {
    field: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Clone, Debug, Serialize)]
struct DerivedSheet {
    name: String,
    expression: String,
}

impl WorkflowSheet {
    /// A workflow as it is on a day.
    pub fn new(opening: Opening, workflow: &Workflow, today: jiff::civil::Date) -> Self {
        let id = |stage: usize| workflow.stages[stage].id.to_string();
        let own = workflow.schema.fields.iter().filter(|field| field.place.is_some());
        let moves = &workflow.moves;
        let rules = &workflow.waivers;
        let groups = workflow.groups.iter().map(|(name, group)| GroupSheet::of(name, group, today));
        Self {
            opening,
            workflow: workflow.id.to_string(),
            name: workflow.name.clone(),
            file: workflow.sources.first().map(|file| file.path().to_string()),
            extends: workflow.parents.iter().map(ToString::to_string).collect(),
            currency: workflow.currency.map(|currency| currency.code()),
            won_from: id(workflow.won_from),
            when_undecided: if workflow.asks_undecided { "ask" } else { "skip" },
            start_in: moves.start_in.as_ref().map(|stages| stages.iter().map(|stage| id(*stage)).collect()),
            moves: MovesSummary {
                skip: word(moves.skip),
                back: word(moves.back),
                reopen: word(moves.reopen),
            },
            stages: workflow.stages.iter().map(|stage| StageSheet::of(stage, workflow)).collect(),
            lost: EndingSheet::of(&workflow.lost, workflow),
            disqualified: EndingSheet::of(&workflow.disqualified, workflow),
            disqualified_until: workflow.disqualified_until.map(id),
            waivers: Waivers {
                by: rules.by.as_ref().map(|by| {
                    let waiver = |waiver: &crate::workflow::model::Waiver| match &waiver.when {
                        Some(when) => format!("{} when {}", waiver.group, condition(when, workflow)),
                        None => waiver.group.clone(),
                    };
                    by.iter().map(waiver).collect()
                }),
                only: rules.only.clone(),
                max_days: rules.max_days,
            },
            groups: groups.collect(),
            fields: own.map(FieldSheet::of).collect(),
            derived: workflow
                .derived
                .iter()
                .map(|(name, expression)| DerivedSheet {
                    name: name.to_string(),
                    expression: expression.text().to_owned(),
                })
                .collect(),
        }
    }
}

impl StageSheet {
    fn of(stage: &Stage, workflow: &Workflow) -> Self {
        Self {
            stage: stage.id.to_string(),
            name: stage.name.clone(),
            goal: stage.goal.clone(),
            probability: stage.probability.and_then(|share| share.to_string().parse().ok()),
            likely: stage.probability.map(percent),
            category: stage.category.clone(),
            max_days: stage.max_days,
            when: stage.when.as_ref().map(|when| when.text().to_owned()),
            condition: stage.when.as_ref().map(|when| condition(when, workflow)),
            requires: stage
                .requirements
                .iter()
                .map(|asked| RequirementSummary::of(asked, workflow))
                .collect(),
        }
    }
}

impl RequirementSummary {
    fn of(requirement: &Requirement, workflow: &Workflow) -> Self {
        Self {
            requirement: requirement.id.to_string(),
            title: requirement.title.clone(),
            kind: requirement.demand.kind(),
            met_when: requirement.demand.explain(),
            approval: requirement.demand.approvers().map(str::to_owned),
            when: requirement.when.as_ref().map(|when| when.text().to_owned()),
            condition: requirement.when.as_ref().map(|when| condition(when, workflow)),
            since: requirement.since.map(|day| day.to_string()),
            at: if requirement.at_entry { "entry" } else { "exit" },
            level: requirement.level.map(crate::finding::Level::name),
            waivable: match &requirement.waivable {
                Waivable::ByRules => None,
                Waivable::Yes => Some("true".to_owned()),
                Waivable::No => Some("false".to_owned()),
                Waivable::Group(group) => Some(group.clone()),
            },
            help: requirement.help.clone(),
            url: requirement.url.clone(),
            from: requirement.origin.to_string(),
            inherited: requirement.origin != workflow.id,
            line: requirement.place.as_ref().map(|place| place.start().line),
        }
    }
}

impl EndingSheet {
    fn of(rules: &EndingRules, workflow: &Workflow) -> Self {
        Self {
            reasons: rules.reasons.clone(),
            requires: rules
                .requirements
                .iter()
                .map(|asked| RequirementSummary::of(asked, workflow))
                .collect(),
        }
    }
}

impl GroupSheet {
    fn of(name: &str, group: &Group, today: jiff::civil::Date) -> Self {
        let members = group.members.iter().map(|member| MemberSheet {
            email: member.email.clone(),
            from: member.from.map(|day| day.to_string()),
            until: member.until.map(|day| day.to_string()),
            is_member_today: member.is_one_on(today),
        });
        Self { group: name.to_owned(), members: members.collect() }
    }
}

impl FieldSheet {
    fn of(field: &Field) -> Self {
        Self { field: field.name.to_string(), kind: describe(&field.shape) }
    }
}

fn word(setting: LevelSetting) -> &'static str {
    match setting {
        LevelSetting::At(level) => level.name(),
        LevelSetting::Off => "off",
    }
}

/// A type with its limits, in a line: `percent, at most 0.4, 0 unless said otherwise`.
fn describe(shape: &Shape) -> String {
    let mut said = match &shape.kind {
        Type::List(item) => match &item.kind {
            Type::Record(fields) => format!("list of {{{}}}", keys(fields)),
            _ => format!("list of {}", describe(item)),
        },
        Type::Record(fields) => format!("{{{}}}", keys(fields)),
        kind if shape.choices.is_empty() => kind.name().to_owned(),
        _ => WordList(&shape.choices, "or").to_string(),
    };
    let is_percent = matches!(shape.kind, Type::Percent);
    let shown = |value: &Value<'_>| match value.as_number().filter(|_| is_percent) {
        Some(number) => percent(number),
        None => value.to_string(),
    };
    let limits = [
        shape.min.as_ref().map(|min| format!("at least {}", shown(min))),
        shape.max.as_ref().map(|max| format!("at most {}", shown(max))),
        shape.min_items.map(|count| format!("at least {count} items")),
        shape.max_items.map(|count| format!("at most {count} items")),
        shape.pattern.as_ref().map(|pattern| format!("of the form `{pattern}`")),
        shape.default.as_ref().map(|default| format!("{} unless said otherwise", shown(default))),
        shape.required.then(|| "required".to_owned()),
    ];
    for limit in limits.into_iter().flatten() {
        said.push_str(", ");
        said.push_str(&limit);
    }
    said
}

fn keys(fields: &[Field]) -> String {
    let plain = |field: &Field| match (&field.shape.kind, field.shape.choices.is_empty()) {
        (Type::Text, true) => field.name.to_string(),
        _ => format!("{}: {}", field.name, describe(&field.shape)),
    };
    let keys: Vec<_> = fields.iter().map(plain).collect();
    keys.join(", ")
}

impl Presentation for WorkflowSheet {
    fn text(&self, surface: Surface, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        text::write(self, surface, out)
    }
}
