//! A workflow as a serialisable model.

use serde::Serialize;

use crate::checklist::presentation::Opening;
use crate::deal::value::percent;
use crate::deal::{Field, Shape, Type, Value};
use crate::finding::LevelSetting;
use crate::finding::wording::WordList;
use crate::requirement::Group;
use crate::source::shell;
use crate::standing::condition;
use crate::workflow::model::{EndingRules, Waivable};
use crate::workflow::{Requirement, Stage, Workflow};

/// What a workflow says, all of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WorkflowSheet {
    #[serde(flatten)]
    opening: Opening,
    pub(super) workflow: String,
    pub(super) name: String,
    pub(super) file: Option<String>,
    /// The workflows it extends, nearest first.
    pub(super) extends: Vec<String>,
    pub(super) currency: Option<&'static str>,
    pub(super) won_from: String,
    pub(super) when_undecided: &'static str,
    pub(super) start_in: Option<Vec<String>>,
    pub(super) moves: MovesSummary,
    pub(super) stages: Vec<StageSheet>,
    pub(super) lost: EndingSheet,
    pub(super) disqualified: EndingSheet,
    pub(super) disqualified_until: Option<String>,
    pub(super) waivers: Waivers,
    pub(super) groups: Vec<GroupSheet>,
    pub(super) fields: Vec<FieldSheet>,
    pub(super) derived: Vec<DerivedSheet>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct MovesSummary {
    pub(super) skip: &'static str,
    pub(super) back: &'static str,
    pub(super) reopen: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct StageSheet {
    pub(super) stage: String,
    name: String,
    pub(super) goal: Option<String>,
    probability: Option<f64>,
    #[serde(skip)]
    pub(super) likely: Option<String>,
    pub(super) category: Option<String>,
    pub(super) max_days: Option<usize>,
    when: Option<String>,
    /// The condition, with what derived values in it stand for.
    #[serde(skip)]
    pub(super) condition: Option<String>,
    pub(super) requires: Vec<RequirementSummary>,
}

/// A requirement, without any deal.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RequirementSummary {
    pub(super) requirement: String,
    pub(super) title: String,
    kind: &'static str,
    pub(super) met_when: String,
    /// The group that approves, or `anyone`.
    pub(super) approval: Option<String>,
    when: Option<String>,
    #[serde(skip)]
    pub(super) condition: Option<String>,
    pub(super) since: Option<String>,
    pub(super) at: &'static str,
    pub(super) level: Option<&'static str>,
    /// `true`, `false` or a group; null: as `[waivers]` says.
    pub(super) waivable: Option<String>,
    pub(super) help: Option<String>,
    pub(super) url: Option<String>,
    /// The command that ticks or approves it, or sets the field it asks for, of any deal.
    #[serde(skip)]
    pub(super) command: Option<String>,
    /// The workflow it comes from.
    pub(super) from: String,
    pub(super) inherited: bool,
    pub(super) line: Option<usize>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct EndingSheet {
    pub(super) reasons: Option<Vec<String>>,
    pub(super) requires: Vec<RequirementSummary>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Waivers {
    /// Who may waive; null: anyone but the owner.
    pub(super) by: Option<Vec<String>>,
    pub(super) only: Option<Vec<String>>,
    pub(super) max_days: Option<usize>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct GroupSheet {
    pub(super) group: String,
    pub(super) members: Vec<MemberSheet>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct MemberSheet {
    pub(super) email: String,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
    is_member_today: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FieldSheet {
    pub(super) field: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct DerivedSheet {
    pub(super) name: String,
    pub(super) expression: String,
}

impl WorkflowSheet {
    /// A workflow as it is on a day.
    pub(crate) fn new(opening: Opening, workflow: &Workflow, today: jiff::civil::Date) -> Self {
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
            disqualified_until: workflow.disqualified.until.as_ref().map(|until| id(until.stage)),
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
            command: requirement.command("DEAL").or_else(|| {
                let assignment = requirement.demand.assignment()?;
                Some(shell::command("set", &["DEAL", &assignment]))
            }),
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

pub(super) fn word(setting: LevelSetting) -> &'static str {
    match setting {
        LevelSetting::At(level) => level.name(),
        LevelSetting::Off => "off",
    }
}

/// A type with its limits, in a line: `percent, at most 0.4, 0 unless said otherwise`.
pub(super) fn describe(shape: &Shape) -> String {
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

pub(super) fn keys(fields: &[Field]) -> String {
    let plain = |field: &Field| match (&field.shape.kind, field.shape.choices.is_empty()) {
        (Type::Text, true) => field.name.to_string(),
        _ => format!("{}: {}", field.name, describe(&field.shape)),
    };
    let keys: Vec<_> = fields.iter().map(plain).collect();
    keys.join(", ")
}
