//! A workflow that can be judged by: everything named in it exists, every expression compiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::digest::WorkflowDigest;
use crate::deal::Schema;
use crate::deal::fiscal::{FiscalYear, Quarter};
use crate::deal::record::Ending;
use crate::finding::{Level, LevelSetting};
use crate::requirement::{Demand, Expression, Groups};
use crate::source::{Place, SourceFile, shell};

/// The rules of one company.
#[derive(Debug)]
pub struct Workflow {
    /// The requirements that no entry of `done` has to do with.
    pub met_elsewhere: Vec<Arc<str>>,
    /// Its name: the stem of its file, or `builtin/NAME`.
    pub id: Arc<str>,
    /// What people call it; its id when it does not say.
    pub name: String,
    /// Its own text, then those it extends, nearest first.
    pub sources: Vec<Arc<SourceFile>>,
    /// The ids of the workflows it extends, nearest first.
    pub parents: Vec<Arc<str>>,
    /// What bare amounts are in, and what rules compare in.
    pub currency: Option<Currency>,
    /// What a deal may hold.
    pub schema: Schema,
    /// The stages, in order; at least one.
    pub stages: Vec<Stage>,
    /// The stage, counted from 0, whose gate must be met before a deal may be won.
    pub won_from: usize,
    /// Where that is said, in `won-from` or at the end of `stages`.
    pub won_from_place: Option<Place>,
    /// Whether what a condition leaves open is asked.
    pub asks_undecided: bool,
    /// Who may approve.
    pub groups: Groups,
    /// What moves between stages are worth.
    pub moves: Moves,
    /// Named expressions, in the file's order.
    pub derived: Vec<(Arc<str>, Expression)>,
    /// Who may waive, what and for how long.
    pub waivers: WaiverRules,
    /// What a lost deal owes.
    pub lost: EndingRules,
    /// What a disqualified deal owes.
    pub disqualified: EndingRules,
    /// Its own fiscal year, if it has one.
    pub fiscal_year: Option<FiscalYear>,
    /// Targets by fiscal quarter, in the workflow's currency.
    pub targets: BTreeMap<Quarter, Decimal>,
    /// By which it is told what differs from another version of it.
    pub digest: WorkflowDigest,
}

/// A stage and its gate.
#[derive(Debug)]
pub struct Stage {
    /// Its id.
    pub id: Arc<str>,
    /// What people call it; its id when it does not say.
    pub name: String,
    /// What it is for.
    pub goal: Option<String>,
    /// How likely a deal in it is won, as a share of 1.
    pub probability: Option<Decimal>,
    /// The forecast category of its deals.
    pub category: Option<String>,
    /// Longer in the stage, in days, and a deal is stalled.
    pub max_days: Option<usize>,
    /// Where that is said.
    pub max_days_place: Option<Place>,
    /// For deals of which this is not true, the stage does not exist.
    pub when: Option<Expression>,
    /// The gate, in the order of the file.
    pub requirements: Vec<Requirement>,
    /// Where it is named in `stages`.
    pub place: Option<Place>,
}

/// Something a deal must meet.
#[derive(Debug)]
pub struct Requirement {
    /// Its id, unique in the workflow.
    pub id: Arc<str>,
    /// What it asks, in plain words.
    pub title: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A page that says more.
    pub url: Option<String>,
    /// Asked only of deals for which this is true.
    pub when: Option<Expression>,
    /// Its own level; `None`: what the workspace says of the code.
    pub level: Option<Level>,
    /// Asked only of deals that first came to the stage on or after this day.
    pub since: Option<Date>,
    /// Needed to be in the stage, rather than to leave it.
    pub at_entry: bool,
    /// Whether it may be waived.
    pub waivable: Waivable,
    /// What is asked.
    pub demand: Box<dyn Demand>,
    /// Where its id stands, in the workflow or in one it extends.
    pub place: Option<Place>,
    /// The id of the workflow that it comes from.
    pub origin: Arc<str>,
    /// Its gate and itself counted in the workflow's order, by which findings are sorted.
    pub order: (u32, u32),
}

impl Requirement {
    /// Whether it stops a deal: only errors do.
    pub fn blocks(&self) -> bool {
        self.level.is_none_or(|level| level == Level::Error)
    }

    /// The command that ticks or approves it in a deal, as a shell takes it; `None` for what is met by what the deal says
    /// elsewhere.
    pub fn command(&self, deal: &str) -> Option<String> {
        let verb = match self.demand.kind() {
            "task" => "done",
            "approval" => "approve",
            _ => return None,
        };
        let proof = if self.demand.needs_evidence() { " --evidence LINK" } else { "" };
        Some(format!("{}{proof}", shell::command(verb, &[deal, &self.id])))
    }

    /// A way out in words, and beside it the command that takes it in a deal, where there is one: it ticks, approves, or makes
    /// an assignment (`KEY=VALUE`).
    pub fn way_out(&self, words: Option<String>, deal: &str, assignment: Option<&str>) -> Option<String> {
        let set = || assignment.map(|assignment| shell::command("set", &[deal, assignment]));
        let Some(command) = self.command(deal).or_else(set) else { return words };
        let is_approval = self.demand.kind() == "approval";
        let Some(words) = words else { return Some(format!("run `{command}`")) };
        // The workflow's own words are sentences, and may end before they come to what is written.
        let is_own = self.help.as_ref() == Some(&words);
        let words = words.trim_end();
        let words = words.strip_suffix('.').unwrap_or(words);
        let how = match (is_own && !words.ends_with('`'), is_approval) {
            (true, true) => "; whoever approves runs",
            (true, false) if assignment.is_some() => "; when it is known, run",
            (true, false) => "; when it is done, run",
            (false, true) => ", or let whoever approves run",
            (false, false) => ", or run",
        };
        Some(format!("{words}{how} `{command}`"))
    }
}

/// Whether a requirement may be waived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Waivable {
    /// As `[waivers]` says.
    #[default]
    ByRules,
    /// By anyone but the owner, whatever `[waivers]` says.
    Yes,
    /// Never.
    No,
    /// By this group.
    Group(String),
}

/// What `[waivers]` says.
#[derive(Debug, Default)]
pub struct WaiverRules {
    /// Who may waive; `None`: anyone but the owner.
    pub by: Option<Vec<Waiver>>,
    /// What may be waived; `None`: everything.
    pub only: Option<Vec<String>>,
    /// For how many days at the most.
    pub max_days: Option<usize>,
}

/// A group that may waive.
#[derive(Debug)]
pub struct Waiver {
    /// The group.
    pub group: String,
    /// Only in deals for which this is true.
    pub when: Option<Expression>,
}

/// Who may waive a requirement.
#[derive(Clone, Copy, Debug)]
pub enum MayWaive<'w> {
    /// Nobody.
    Nobody(WhyNobody),
    /// Whoever is in this group.
    Group(&'w str),
    /// Whoever is in one of these groups, in deals for which its condition is true.
    Rules(&'w [Waiver]),
    /// Anyone but the deal's owner.
    AnyoneButOwner,
}

/// Why nobody may waive a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNobody {
    /// The requirement says so.
    NotWaivable,
    /// `only` in `[waivers]` leaves it out.
    NotListed,
    /// `by` in `[waivers]` is empty.
    NoGroup,
}

/// What `[lost]` or `[disqualified]` says.
#[derive(Debug, Default)]
pub struct EndingRules {
    /// The reasons that may be given; `None`: any.
    pub reasons: Option<Vec<String>>,
    /// The last stage from which a deal may end so; `None`: any.
    pub until: Option<LatestStage>,
    /// What is asked.
    pub requirements: Vec<Requirement>,
}

/// The last stage from which a deal may be disqualified.
#[derive(Debug)]
pub struct LatestStage {
    /// The stage, counted from 0.
    pub stage: usize,
    /// Where that is said.
    pub place: Option<Place>,
}

/// What `[moves]` says.
#[derive(Debug)]
pub struct Moves {
    /// A stage that exists for the deal was jumped over.
    pub skip: LevelSetting,
    /// To an earlier stage.
    pub back: LevelSetting,
    /// Won or lost became open again.
    pub reopen: LevelSetting,
    /// The stages in which a deal may start; `None`: any.
    pub start_in: Option<Vec<usize>>,
}

impl Default for Moves {
    fn default() -> Self {
        Self {
            skip: LevelSetting::At(Level::Error),
            back: LevelSetting::At(Level::Warning),
            reopen: LevelSetting::At(Level::Error),
            start_in: None,
        }
    }
}

impl Workflow {
    /// The number of a stage, counted from 0.
    pub fn stage_index(&self, id: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id.as_ref() == id)
    }

    /// What people call a stage; its id when there is no such stage.
    pub fn stage_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.stage_index(id).map_or(id, |index| &self.stages[index].name)
    }

    /// Every requirement in the workflow's order: of the stages, then of lost, then of disqualified deals.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.gates().map(|(_, requirement)| requirement)
    }

    /// The same with the stage of each, counted from 0; `None` for what deals owe that ended without being won.
    pub fn gates(&self) -> impl Iterator<Item = (Option<usize>, &Requirement)> {
        let staged = self.stages.iter().map(|stage| &stage.requirements);
        let staged = staged.enumerate().map(|(index, list)| (Some(index), list));
        let ended = [&self.lost, &self.disqualified].map(|rules| (None, &rules.requirements));
        staged.chain(ended).flat_map(|(stage, list)| list.iter().map(move |requirement| (stage, requirement)))
    }

    /// Whether there is a requirement of an id.
    pub fn has_requirement(&self, id: &str) -> bool {
        self.schema.has_requirement(id)
    }

    /// Whether entries of `done` for a requirement are looked at by nothing: it is about a field or a rule, and no expression
    /// speaks of its entry.
    pub fn is_met_elsewhere(&self, id: &str) -> bool {
        self.met_elsewhere.iter().any(|known| known.as_ref() == id)
    }

    /// Whether what the rules say can hang on what a text under a top-level key says, beyond that there is one.
    pub fn weighs(&self, name: &str) -> bool {
        let uses = |when: &Option<Expression>| when.as_ref().is_some_and(|when| when.uses(name));
        let reasons = [&self.lost, &self.disqualified].map(|rules| rules.reasons.is_some());
        // By its origin an import knows a deal again.
        name == "origin"
            || name == "outcome" && reasons.contains(&true)
            || self.requirements().any(|it| it.demand.weighs(name) || uses(&it.when))
            || self.stages.iter().any(|stage| uses(&stage.when))
            || self.waivers.by.iter().flatten().any(|waiver| uses(&waiver.when))
    }

    /// Who may waive a requirement: what it says itself goes before `[waivers]`.
    pub fn may_waive<'w>(&'w self, requirement: &'w Requirement) -> MayWaive<'w> {
        let listed = |only: &Vec<String>| only.iter().any(|id| *id == *requirement.id);
        match &requirement.waivable {
            Waivable::Yes => MayWaive::AnyoneButOwner,
            Waivable::No => MayWaive::Nobody(WhyNobody::NotWaivable),
            Waivable::Group(group) => MayWaive::Group(group),
            Waivable::ByRules if !self.waivers.only.as_ref().is_none_or(listed) => {
                MayWaive::Nobody(WhyNobody::NotListed)
            }
            Waivable::ByRules => match self.waivers.by.as_deref() {
                None => MayWaive::AnyoneButOwner,
                Some([]) => MayWaive::Nobody(WhyNobody::NoGroup),
                Some(rules) => MayWaive::Rules(rules),
            },
        }
    }

    /// The requirement of an id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements().find(|requirement| requirement.id.as_ref() == id)
    }

    /// What is asked of deals that ended without being won.
    pub fn ending_rules(&self, ending: Ending) -> Option<&EndingRules> {
        match ending {
            Ending::Won => None,
            Ending::Lost => Some(&self.lost),
            Ending::Disqualified => Some(&self.disqualified),
        }
    }
}
