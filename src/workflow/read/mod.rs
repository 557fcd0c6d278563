//! Reads a merged tree into the model: types, names that must exist, rules that must make sense. Complains of everything.

mod context;
mod derived;
mod fields;
mod gates;
mod people;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::digest::WorkflowDigest;
use super::keys;
use super::model::{EndingRules, LatestStage, Moves, Requirement, Stage, Workflow};
use super::settings::{read_currency, read_fiscal_year, read_targets};
use crate::deal::{Schema, record};
use crate::finding::wording::{nearest, quote};
use crate::finding::{Code, Finding, FindingsBuilder, LevelSetting, Rewrite};
use crate::requirement;
use crate::requirement::condition::{ANY_ENTRY, Names};
use crate::requirement::expression::Vocabulary;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::syntax::reader::{Key, Table};
pub(super) use context::ReadContext;

/// Reads a workflow; `None` when it has no stages. The model may be used only if nothing grave was complained of.
pub(super) fn workflow(
    root: &Node<'_>,
    context: ReadContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Option<Workflow> {
    let table = Table::open(root, "a workflow", keys::WORKFLOW, complaints)?;
    let name = table.text("name", complaints).map(|name| name.value.to_owned());
    // `extends` was followed before the trees were merged.
    let currency = read_currency(&table, complaints).or(context.surroundings.currency);
    let groups = people::read_groups(&table, complaints);
    let bare = Schema::new(Vec::new(), currency);
    let own_fields = fields::read_fields(&table, context.reading(&bare), complaints);
    let schema = Schema::new(own_fields, currency);
    let mut vocabulary = Vocabulary::new(&schema);
    let stages = read_stage_ids(&table, complaints);
    vocabulary.restrict("stage", stages.ids.iter().map(|id| id.value));
    let mut names = Names { vocabulary, requirements: requirement_ids(root), spoken_of: RefCell::default() };
    let derived = derived::read_derived(&table, &schema, &mut names, complaints);
    let reading = context.reading(&schema);
    let setting =
        requirement::RequirementContext { schema: &schema, names: &names, groups: &groups, reading };
    let mut gates = gates::GateReader::new(&setting, context);
    let read_stages = read_stages(&table, &stages, &mut gates, complaints);
    let lost = gates.read_ending(open_ending(&table, "lost", keys::LOST, complaints).as_ref(), complaints);
    let disqualified = read_disqualified(&table, &stages, &mut gates, complaints);
    let known: Vec<String> = gates.ids().map(str::to_owned).collect();
    let waivers = people::read_waivers(&table, &setting, &known, complaints);
    let won_from = stages.named(&table, "won-from", complaints);
    let undecided = table.choice("when-undecided", &["ask", "skip"], complaints);
    let moves = read_moves(&table, &stages, complaints);
    let fiscal_year = read_fiscal_year(&table, complaints);
    let targets = read_targets(&table, currency, complaints);

    let mut workflow = Workflow {
        met_elsewhere: Vec::new(),
        id: context.id.into(),
        name: name.unwrap_or_else(|| context.id.to_owned()),
        sources: complaints.sources().to_vec(),
        parents: context.parents.iter().map(|name| Arc::from(name.as_str())).collect(),
        currency,
        won_from: won_from.unwrap_or(stages.ids.len().checked_sub(1)?),
        won_from_place: stages.won_from_span(&table).and_then(|span| complaints.place(span)),
        stages: read_stages,
        asks_undecided: undecided.is_some_and(|it| it.value == "ask"),
        moves,
        derived,
        waivers,
        lost,
        disqualified,
        fiscal_year,
        targets,
        schema,
        groups,
        digest: WorkflowDigest::of(root),
    };
    workflow.met_elsewhere = met_elsewhere(&workflow, &names.spoken_of.take());
    let ids = workflow.requirements().map(|requirement| Arc::clone(&requirement.id));
    workflow.schema.requirements = ids.collect::<BTreeSet<_>>().into_iter().collect();
    Some(workflow)
}

/// The fields and rules that no expression asks an entry of `done` for: their entries mean nothing.
fn met_elsewhere(workflow: &Workflow, spoken_of: &BTreeSet<String>) -> Vec<Arc<str>> {
    if spoken_of.contains(ANY_ENTRY) {
        return Vec::new();
    }
    let elsewhere = |requirement: &&Requirement| {
        matches!(requirement.demand.kind(), "field" | "rule") && !spoken_of.contains(requirement.id.as_ref())
    };
    workflow.requirements().filter(elsewhere).map(|requirement| Arc::clone(&requirement.id)).collect()
}

fn read_stages(
    table: &Table<'_, '_>,
    listed: &StageIds<'_>,
    gates: &mut gates::GateReader<'_>,
    complaints: &mut FindingsBuilder,
) -> Vec<Stage> {
    let tables = table.get("stage").and_then(|node| Table::free(node, "stage", complaints));
    let ids: Vec<_> = listed.ids.iter().map(|stage| stage.value).collect();
    if let Some(tables) = &tables {
        tell_unknown_stages(tables, &ids, complaints);
    }
    listed.ids.iter().map(|id| read_stage(*id, listed, tables.as_ref(), gates, complaints)).collect()
}

/// Opens `[lost]` or `[disqualified]`.
fn open_ending<'t, 's>(
    table: &Table<'t, 's>,
    key: &str,
    known: &[Key],
    complaints: &mut FindingsBuilder,
) -> Option<Table<'t, 's>> {
    table.get(key).and_then(|node| Table::open(node, &format!("`{key}`"), known, complaints))
}

fn read_disqualified(
    table: &Table<'_, '_>,
    stages: &StageIds<'_>,
    gates: &mut gates::GateReader<'_>,
    complaints: &mut FindingsBuilder,
) -> EndingRules {
    let Some(table) = open_ending(table, "disqualified", keys::DISQUALIFIED, complaints) else {
        return gates.read_ending(None, complaints);
    };
    let until = stages.named(&table, "until", complaints).map(|stage| LatestStage {
        stage,
        place: table.get("until").and_then(|node| complaints.place(node.span)),
    });
    EndingRules { until, ..gates.read_ending(Some(&table), complaints) }
}

/// Tells of tables of stages that `stages` does not list. Without that list, that it is missing has been said.
fn tell_unknown_stages(tables: &Table<'_, '_>, ids: &[&str], complaints: &mut FindingsBuilder) {
    if ids.is_empty() {
        return;
    }
    for entry in tables.entries().iter().filter(|entry| !ids.contains(&entry.key.value.as_ref())) {
        let message = format!("{} is not among `stages`", quote(&entry.key.value));
        let name = Spanned::new(entry.key.value.as_ref(), entry.key.span);
        complaints.push_name(Code::UnknownStage, name, message, ids.iter().copied(), Rewrite::Key);
    }
}

/// The ids of every requirement, as the tree has them: expressions may name any, whatever the order.
fn requirement_ids(root: &Node<'_>) -> BTreeSet<String> {
    let stages =
        root.get("stage").and_then(Node::as_map).unwrap_or_default().iter().map(|stage| &stage.value);
    let endings = ["lost", "disqualified"].into_iter().filter_map(|key| root.get(key));
    let requirements = stages.chain(endings).filter_map(|holder| holder.get("requires")?.as_map());
    requirements.flatten().map(|entry| entry.key.value.to_string()).collect()
}

/// The stages as `stages` lists them.
struct StageIds<'t> {
    ids: Vec<Spanned<&'t str>>,
    span: Span,
}

fn read_stage_ids<'t>(table: &Table<'t, '_>, complaints: &mut FindingsBuilder) -> StageIds<'t> {
    let mut ids: Vec<Spanned<&str>> = Vec::new();
    let Some(entry) = table.entry("stages") else {
        let help = Some("add `stages = [\"prospect\", …]`, or `extends = \"standard\"`".to_owned());
        complaints.push(Code::MissingKey, table.span.at_start(), "a workflow needs `stages`", help);
        return StageIds { ids, span: table.span.at_start() };
    };
    let Some(listed) = table.texts("stages", complaints) else {
        return StageIds { ids, span: entry.value.span };
    };
    for id in listed {
        match ids.iter().find(|known| known.value == id.value) {
            Some(first) => {
                let finding = Finding::new(
                    Code::DuplicateKey,
                    format!("the stage {} is listed twice", quote(id.value)),
                )
                .help("keep one of the two")
                .related(complaints.place(first.span), "first here");
                complaints.add(id.span, finding);
            }
            None => ids.push(id),
        }
    }
    if ids.is_empty() {
        let help = Some("name the stages in their order: `stages = [\"prospect\", …]`".to_owned());
        complaints.push(Code::OutOfRange, entry.value.span, "a workflow needs at least one stage", help);
    }
    StageIds { ids, span: entry.value.span }
}

impl StageIds<'_> {
    /// Where it is said which gate comes before winning: `won-from`, or else the last stage.
    fn won_from_span(&self, table: &Table<'_, '_>) -> Option<Span> {
        table.get("won-from").map(|node| node.span).or(self.ids.last().map(|id| id.span))
    }

    /// The number of the stage that a key names.
    fn named(&self, table: &Table<'_, '_>, key: &str, complaints: &mut FindingsBuilder) -> Option<usize> {
        let name = table.text(key, complaints)?;
        self.find(name, key, complaints)
    }

    fn find(&self, name: Spanned<&str>, key: &str, complaints: &mut FindingsBuilder) -> Option<usize> {
        let found = self.ids.iter().position(|id| id.value == name.value);
        if found.is_some() || self.ids.is_empty() {
            return found;
        }
        if name.span.source > self.span.source {
            // The name was right where it stands; this workflow's own list of stages made it wrong.
            let message =
                format!("the inherited `{key}` names {}, which is not among these stages", quote(name.value));
            complaints.push(
                Code::UnknownStage,
                self.span,
                message,
                Some(format!("set `{key}` in this workflow too")),
            );
        } else {
            let message = format!("{} is not among `stages`", quote(name.value));
            let known = self.ids.iter().map(|id| id.value);
            complaints.push_name(Code::UnknownStage, name, message, known, Rewrite::Text);
        }
        None
    }
}

fn read_stage(
    id: Spanned<&str>,
    listed: &StageIds<'_>,
    tables: Option<&Table<'_, '_>>,
    gates: &mut gates::GateReader<'_>,
    complaints: &mut FindingsBuilder,
) -> Stage {
    complaints.subject_mut().stage = Some(id.value.into());
    let node = tables.and_then(|tables| tables.get(id.value));
    let table = node.and_then(|node| Table::open(node, "a stage", keys::STAGE, complaints));
    let place = complaints.place(id.span);
    let mut stage = Stage {
        id: id.value.into(),
        name: id.value.to_owned(),
        goal: None,
        probability: None,
        category: None,
        max_days: None,
        max_days_place: None,
        when: None,
        requirements: Vec::new(),
        place,
    };
    if let Some(table) = &table {
        let text = |key, complaints: &mut FindingsBuilder| {
            table.text(key, complaints).map(|text| text.value.to_owned())
        };
        stage.name = text("name", complaints).unwrap_or(stage.name);
        stage.goal = text("goal", complaints);
        stage.probability = table.share("probability", complaints).map(|share| share.value);
        let category = table.choice("category", &record::CATEGORIES, complaints);
        stage.category = category.map(|category| category.value.to_owned());
        let max_days = table.days("max-days", complaints);
        stage.max_days_place = max_days.and_then(|days| complaints.place(days.span));
        stage.max_days = max_days.map(|days| days.value);
        stage.when = gates.read_condition(table, complaints);
        stage.requirements = gates.read_checklist(table, complaints);
    }
    // A checklist that cannot be read, or stands under a name that nearly is this stage's, has findings of its own.
    let asks = table.as_ref().and_then(|table| table.get("requires"));
    let misspelt = || table.is_none() && tables.is_some_and(|tables| is_misspelt(id.value, tables, listed));
    let broken = || complaints.found().iter().any(|finding| finding.code == Code::TomlSyntax);
    if asks.is_none_or(|asks| asks.as_map().is_some_and(<[_]>::is_empty)) && !misspelt() && !broken() {
        let at = tables.and_then(|tables| tables.entry(id.value)).map_or(id.span, |entry| entry.key.span);
        let message = format!("the stage {} asks for nothing, so every deal may pass it", quote(id.value));
        let bare = id.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let key = if bare { id.value.to_owned() } else { format!("{:?}", id.value) };
        let help = format!("add `[stage.{key}.requires]`, or remove the stage");
        complaints.push(Code::StageWithoutRequirements, at, message, Some(help));
    }
    gates.next_stage();
    complaints.subject_mut().stage = None;
    stage
}

/// Whether a table of a stage that is not listed was probably meant for a stage.
fn is_misspelt(stage: &str, tables: &Table<'_, '_>, listed: &StageIds<'_>) -> bool {
    let known = || listed.ids.iter().map(|id| id.value);
    let strays = tables.entries().iter().map(|entry| entry.key.value.as_ref());
    strays.filter(|stray| !known().any(|id| id == *stray)).any(|stray| nearest(stray, known()) == Some(stage))
}

fn read_moves(table: &Table<'_, '_>, stages: &StageIds<'_>, complaints: &mut FindingsBuilder) -> Moves {
    let mut moves = Moves::default();
    let Some(table) =
        table.get("moves").and_then(|node| Table::open(node, "`moves`", keys::MOVES, complaints))
    else {
        return moves;
    };
    for (key, setting) in
        [("skip", &mut moves.skip), ("back", &mut moves.back), ("reopen", &mut moves.reopen)]
    {
        let written = table.choice(key, &LevelSetting::NAMES, complaints);
        *setting = written.and_then(|written| LevelSetting::parse(written.value)).unwrap_or(*setting);
    }
    moves.start_in = table.texts("start-in", complaints).map(|names| {
        names.into_iter().filter_map(|name| stages.find(name, "start-in", complaints)).collect()
    });
    moves
}
