//! `import --propose-workflow`: a workflow to start from, printed as TOML. Needs no workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::files::{self, NamedTable};
use super::past;
use super::refusal::ImportRefusal;
use crate::assess::Workspace;
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::error::Error;
use crate::finding::wording::quote;
use crate::import::columns::{ColumnContext, same_word};
use crate::import::failure::Failures;
use crate::import::history::{HistoryContext, stage_labels};
use crate::import::incoming;
use crate::import::map::{ImportMap, PipelineRule};
use crate::import::propose::{self, FigureContext, ProposalSource, ProposedStage};
use crate::import::rows::{HeadedTable, RowColumns};
use crate::import::table::ImportTable;
use crate::import::targets::TargetContext;
use crate::snapshot::texts::Texts;
use crate::workspace::Config;

/// What a proposal is made from.
pub(super) struct ProposalRequest<'a> {
    pub(super) files: &'a [PathBuf],
    pub(super) map: Option<&'a str>,
    pub(super) history: &'a [PathBuf],
    pub(super) pipeline: Option<&'a str>,
}

/// The name of the workflow while it is read.
const NAME: &str = "proposed";

/// Values that a proposal is made from.
const READ: [&str; 4] = ["name", "stage", "amount", "probability"];

impl ProposalRequest<'_> {
    /// Prints it.
    pub(super) fn run(&self, config: Config, today: Date, console: Console) -> Result<Exit, Error> {
        let mut tables = files::read(self.files)?;
        let map = match files::map(self.map, &tables)? {
            Ok(map) => map,
            Err(refusal) => return refusal.show(console),
        };
        let pipeline = self.pipeline(&map, &tables)?;
        if let Some(pipeline) = &pipeline {
            tables = of_pipeline(&map, tables, pipeline)?;
        }
        let map = stages_only(map);
        let FoundLabels { stages, endings, others } = self.stages(&map, &tables, pipeline.as_deref())?;
        let texts = Texts::new([(format!("workflows/{NAME}.toml"), propose::skeleton(&stages))]);
        let reading = Workspace::load(
            &texts,
            Config { people: config.people, timezone: config.timezone, ..Config::default() },
            today,
        );
        let config = &reading.config;
        let targets = TargetContext {
            map: &map,
            config,
            library: &reading.library,
            workflow: Some(NAME),
            into: None,
            places_won: false,
        };
        let columns = ColumnContext { map: &map, people: &config.people, zone: &config.timezone };
        let headed = files::headed(&map, &tables)?;
        let mut failures = Failures::default();
        let mut names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
        let found = incoming::read(&headed, columns, targets, &mut failures);
        let context = HistoryContext { columns, targets, incoming: &found };
        let histories = past::read(self.history, today, context, &mut names, &mut failures)?;
        if !failures.is_empty() {
            return ImportRefusal { files: names, failures: failures.into_list(), preset: None }
                .show(console);
        }
        let shows_end = headed.iter().all(|table| {
            let columns = RowColumns::of(*table, &map);
            columns.outcome == columns.stage
        });
        let context = FigureContext { shows_end, begins: self.begins()? };
        let mut figures = propose::count(&found, &histories, &stages, context);
        figures.empty.retain(|stage| !others.contains(stage));
        let source = ProposalSource { system: &map.system, pipeline: pipeline.as_deref(), endings: &endings };
        let text = propose::text(&figures, &stages, source);
        console.show(|out| write!(out, "{}", crate::source::escape::lines(&text)))?;
        Ok(Exit::Clean)
    }

    /// The day of the first of the dated exports.
    fn begins(&self) -> Result<Option<Date>, Error> {
        let mut first: Option<Date> = None;
        for path in self.history.iter().filter(|path| path.is_dir()) {
            let day = files::dated(path)?.first().map(|(day, _)| *day);
            first = first.into_iter().chain(day).min();
        }
        Ok(first)
    }

    /// The pipeline that is asked for, or the only one there is.
    fn pipeline(&self, map: &ImportMap, tables: &[NamedTable]) -> Result<Option<String>, Error> {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for table in files::headed(map, tables)? {
            let columns = RowColumns::of(table, map);
            for row in table.rows().filter(|row| columns.has_id(*row)) {
                *found.entry(columns.pipeline(row).unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        let names: Vec<_> =
            found.iter().map(|(name, count)| format!("{} ({count} deals)", quote(name))).collect();
        match self.pipeline {
            Some(wanted) => match found.into_keys().find(|name| same_word(name, wanted)) {
                Some(name) => Ok(Some(name)),
                None => Err(Error::Unknown {
                    message: format!("the export has no deals of a pipeline {}", quote(wanted)),
                    hint: Some(format!("it has {}", names.join(", "))),
                }),
            },
            None if found.len() > 1 => Err(Error::Unknown {
                message: format!("the export has {} pipelines, and a workflow is for one", found.len()),
                hint: Some(format!("name one with `--pipeline`: it has {}", names.join(", "))),
            }),
            None => Ok(found.into_keys().next().filter(|name| !name.is_empty())),
        }
    }

    /// The stages that the exports name.
    fn stages(
        &self,
        map: &ImportMap,
        tables: &[NamedTable],
        pipeline: Option<&str>,
    ) -> Result<FoundLabels, Error> {
        let ends = |label: &str| {
            let rule = map.outcome.as_ref();
            let words = rule.into_iter().flat_map(|it| it.won.iter().chain(&it.lost).chain(&it.disqualified));
            words.into_iter().any(|word| same_word(word, label))
        };
        let mut labels = labels_of(map, tables)?;
        for path in self.history.iter().filter(|path| !path.is_dir()) {
            for (_, table) in files::read(std::slice::from_ref(path))? {
                let of_pipeline = stage_labels(&table, map).into_iter();
                let of_pipeline =
                    of_pipeline.filter(|(_, own)| own.is_none() || pipeline.is_none() || *own == pipeline);
                labels.extend(of_pipeline.map(|(label, _)| label.to_owned()));
            }
        }
        let mut own = labels.clone();
        for path in self.history.iter().filter(|path| path.is_dir()) {
            for (_, path) in files::dated(path)? {
                let tables = files::read(&[path])?;
                labels.extend(labels_of(map, &tables)?);
                let tables = match pipeline {
                    Some(pipeline) => of_pipeline(map, tables, pipeline)?,
                    None => tables,
                };
                own.extend(labels_of(map, &tables)?);
            }
        }
        let (endings, labels): (Vec<_>, Vec<_>) =
            labels.iter().map(String::as_str).partition(|label| ends(label));
        let stages = propose::stages(labels);
        if stages.is_empty() {
            return Err(Error::Unknown {
                message: "no deal of the export stands in a stage".to_owned(),
                hint: Some("name the column of the stage in the map".to_owned()),
            });
        }
        let endings: BTreeSet<&str> = endings.into_iter().collect();
        let is_own = |stage: &ProposedStage| own.iter().any(|label| same_word(label, &stage.name));
        let others = (0..stages.len()).filter(|stage| !is_own(&stages[*stage])).collect();
        Ok(FoundLabels { endings: endings.into_iter().map(str::to_owned).collect(), others, stages })
    }
}

/// What the labels of stages stand for.
struct FoundLabels {
    stages: Vec<ProposedStage>,
    /// Those that only tell how a deal ended.
    endings: Vec<String>,
    /// Stages of other pipelines alone, by their numbers.
    others: Vec<usize>,
}

/// The labels of stages in some exports.
fn labels_of(map: &ImportMap, tables: &[NamedTable]) -> Result<Vec<String>, Error> {
    let mut labels = Vec::new();
    for table in files::headed(map, tables)? {
        let columns = RowColumns::of(table, map);
        let rows = table.rows().filter(|row| columns.has_id(*row));
        labels.extend(rows.filter_map(|row| Some(row.cell(columns.stage?).to_owned())));
    }
    Ok(labels)
}

/// The rows of one pipeline, in their lines.
fn of_pipeline(map: &ImportMap, tables: Vec<NamedTable>, pipeline: &str) -> Result<Vec<NamedTable>, Error> {
    let keep = |headed: HeadedTable<'_>| {
        let columns = RowColumns::of(headed, map);
        let mut kept = ImportTable::default();
        let rows = headed.rows().filter(|row| columns.pipeline(*row).unwrap_or_default() == pipeline);
        for row in std::iter::once(headed.header()).chain(rows) {
            // There are no more cells than before.
            let _ = kept.push(row.line, row.cells());
        }
        kept
    };
    let kept: Vec<ImportTable> = files::headed(map, &tables)?.into_iter().map(keep).collect();
    Ok(tables.into_iter().zip(kept).map(|((name, _), table)| (name, table)).collect())
}

/// The map without what the team's workflows have to do with.
fn stages_only(mut map: ImportMap) -> ImportMap {
    map.keys.retain(|key, _| READ.contains(&key.as_str()));
    if let Some(rule) = map.keys.get_mut("stage") {
        rule.values.clear();
    }
    if let Some(PipelineRule { values, .. }) = &mut map.pipelines {
        values.clear();
    }
    if let Some(rule) = &mut map.outcome {
        rule.date = None;
    }
    map
}
