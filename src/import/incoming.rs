//! The rows of an export as deals: values by the dotted paths of a deal.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::is_failure;
use super::columns::{BoundColumn, ColumnContext, failed_cell, harmless, same_word};
use super::covered_keys::CoveredKeys;
use super::failure::{Failures, TablePlace};
use super::imported_change::ImportedHistories;
use super::imported_value::{ImportedValue, ImportedValues};
use super::map::{ImportMap, stage_way_out, toml_text};
use super::rows::{HeadedTable, RowColumns, is_damaged, misfit, salesforce_id};
use super::table::TableRow;
use super::targets::{DealTarget, TargetContext};
use crate::deal::Schema;
use crate::finding::wording::quote;
use crate::workflow::Workflow;

/// The longest id, in bytes.
const LONGEST_ID: usize = 200;

/// One deal of an export.
#[derive(Clone, Debug)]
pub(crate) struct IncomingDeal {
    /// The record's own id.
    pub id: String,
    /// Its row.
    pub place: TablePlace,
    /// Where it goes, by its number among the targets.
    pub target: usize,
    /// What the export says of it.
    pub values: ImportedValues,
    /// Ids of records that were merged into it.
    pub merged: Vec<String>,
}

/// All deals of an export.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    /// The deals, in the order of their ids.
    pub deals: Vec<IncomingDeal>,
    /// Where they go.
    pub targets: Vec<DealTarget>,
    /// What each table speaks of.
    pub spoken: Vec<CoveredKeys>,
    /// Rows below the header.
    pub read: usize,
    /// Rows that are no deals, and what they are.
    pub dropped: Vec<(TablePlace, String)>,
    /// Columns that nobody maps.
    pub unmapped: Vec<String>,
    /// Tables that hold no deals, beside those that do.
    pub skipped: Vec<String>,
}

impl Incoming {
    /// Deals of which the export does not say where they stood when they were lost stand where they last were.
    pub(crate) fn stand_where_they_last_stood(&mut self, histories: &ImportedHistories) {
        for deal in self.deals.iter_mut().filter(|deal| !deal.values.contains_key("stage")) {
            let past_changes = histories.get(&deal.id).into_iter().flatten();
            let stages = past_changes.filter_map(|past_change| past_change.values.get("stage"));
            let mut stages = stages.map(|stage| ("stage".to_owned(), stage.clone()));
            deal.values.extend(stages.next_back());
        }
    }
}

/// Reads every row of some tables.
pub(crate) fn read(
    tables: &[HeadedTable<'_>],
    context: ColumnContext<'_>,
    targets: TargetContext<'_>,
    failures: &mut Failures,
) -> Incoming {
    let mut reader = IncomingReader {
        context,
        destinations: targets,
        failures,
        by_pipeline: BTreeMap::new(),
        columns: Vec::new(),
        found: Incoming { unmapped: unmapped(tables, context.map), ..Incoming::default() },
    };
    let columns: Vec<_> = tables.iter().map(|table| RowColumns::of(*table, context.map)).collect();
    for (table, columns) in tables.iter().zip(&columns) {
        reader.names(*table);
        reader.pipelines(*table, columns);
    }
    reader.bind(tables);
    reader.found.spoken = tables.iter().zip(&columns).map(|pair| reader.spoken(pair)).collect();
    for (table, columns) in tables.iter().zip(&columns) {
        reader.table(*table, columns);
    }
    let mut found = reader.found;
    found.deals.sort_by(|one, other| (&one.id, one.place).cmp(&(&other.id, other.place)));
    for pair in found.deals.windows(2).filter(|pair| pair[0].id == pair[1].id) {
        let message =
            format!("the id {} is there already, in row {}", quote(&pair[1].id), pair[0].place.line);
        let help =
            "export each record once; where the column is no id, name one that is in the map".to_owned();
        failures.push(pair[1].place, message, Some(help));
    }
    found
}

/// Names of columns that no value comes from, once each.
fn unmapped(tables: &[HeadedTable<'_>], map: &ImportMap) -> Vec<String> {
    let mapped: BTreeSet<String> = map.columns().into_iter().map(str::to_lowercase).collect();
    let names = tables.iter().flat_map(|table| table.header().cells());
    let others = names.filter(|name| !name.is_empty() && !mapped.contains(&name.to_lowercase()));
    others.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

struct IncomingReader<'a, 'f> {
    context: ColumnContext<'a>,
    destinations: TargetContext<'a>,
    failures: &'f mut Failures,
    /// The targets of pipelines by their labels.
    by_pipeline: BTreeMap<Option<String>, Option<usize>>,
    columns: Vec<BoundColumn<'a>>,
    found: Incoming,
}

impl IncomingReader<'_, '_> {
    /// Tells of columns of one name that say different things.
    fn names(&mut self, table: HeadedTable<'_>) {
        let mapped: BTreeSet<&str> = self.context.map.columns().into_iter().collect();
        for (name, line) in table.twice().into_iter().filter(|(name, _)| mapped.contains(name)) {
            let help = "take one of the two out of the export, or give it another name".to_owned();
            let place = TablePlace { file: table.file, line };
            self.failures.push(place, format!("`{name}`: two columns of this name differ"), Some(help));
        }
    }

    /// Where the deals of each pipeline go.
    fn pipelines(&mut self, table: HeadedTable<'_>, columns: &RowColumns) {
        for row in table.rows().filter(|row| columns.has_id(*row)) {
            let label = columns.pipeline(row).map(str::to_owned);
            if self.by_pipeline.contains_key(&label) {
                continue;
            }
            let target = match self.destinations.of(label.as_deref()) {
                Ok(target) => {
                    self.found.targets.push(target);
                    Some(self.found.targets.len() - 1)
                }
                Err(why) => {
                    let place = TablePlace { file: table.file, line: row.line };
                    let help = "name another with `--workflow`, `--into` or in the map".to_owned();
                    self.failures.push(place, why, Some(help));
                    None
                }
            };
            self.by_pipeline.insert(label, target);
        }
    }

    fn bind(&mut self, tables: &[HeadedTable<'_>]) {
        let map = self.context.map;
        let outcome = map.outcome.iter();
        let outcome = outcome.flat_map(|rule| {
            let reason = rule.reason.as_ref().map(|rule| ("outcome.reason", rule));
            reason.into_iter().chain(rule.date.as_ref().map(|rule| ("outcome.date", rule)))
        });
        let keys = map.keys.iter().map(|(key, rule)| (key.as_str(), rule)).filter(|(key, _)| *key != "stage");
        let core = Schema::new(Vec::new(), None);
        for (key, rule) in keys.chain(outcome) {
            let schemas = self.found.targets.iter().map(|target| &target.workflow.schema).chain([&core]);
            let Some(shape) = schemas.into_iter().find_map(|schema| schema.at_path(key)) else {
                let message = format!("the map fills {}, which no workflow declares", quote(key));
                let help = Some(format!(
                    "declare it below `[fields]` of the workflow, or take `{key}` out of the map"
                ));
                self.failures.push(TablePlace::default(), message, help);
                continue;
            };
            self.columns.extend(BoundColumn::bind((key, rule), shape, tables, self.context, self.failures));
        }
    }

    /// What a table speaks of.
    fn spoken(&self, (table, columns): (&HeadedTable<'_>, &RowColumns)) -> CoveredKeys {
        let map = self.context.map;
        let bound = || self.columns.iter().filter(|column| column.is_in(table.file));
        let mut keys: BTreeSet<String> = bound().map(|column| column.key.to_owned()).collect();
        keys.insert("name".to_owned());
        let is_constant = map.rule("stage").constant.is_some();
        let standing = [
            ("stage", columns.stage.is_some() || is_constant),
            ("outcome.result", columns.outcome.is_some()),
        ];
        keys.extend(standing.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key.to_owned()));
        // A deal ended on its close date, where nothing else tells the day.
        let ends_on_close_date = !keys.contains("outcome.date");
        if ends_on_close_date && keys.contains("close_date") {
            keys.insert("outcome.date".to_owned());
        }
        let without = bound().filter(|column| column.lacks_currency(table.file));
        let without_currency = without.map(|column| column.key.to_owned()).collect();
        CoveredKeys { keys, without_currency, ends_on_close_date }
    }

    fn table(&mut self, table: HeadedTable<'_>, columns: &RowColumns) {
        let mut after_total = false;
        let widths = table.widths();
        for row in table.rows() {
            let place = TablePlace { file: table.file, line: row.line };
            self.found.read += 1;
            if let Some(why) = self.why_dropped((table, columns), row, after_total) {
                after_total |= why.to_lowercase().starts_with("grand total");
                self.found.dropped.push((place, why));
                continue;
            }
            if let Some(what) = misfit(row, widths) {
                let help = "mend the row, or export the deals again".to_owned();
                self.failures.push(place, format!("the row has {what}"), Some(help));
                continue;
            }
            if let Some(id) = self.id((table, columns), row, place) {
                self.deal((table, columns), row, place, id);
            }
        }
    }

    fn why_dropped(
        &self,
        (table, columns): (HeadedTable<'_>, &RowColumns),
        row: TableRow<'_>,
        after_total: bool,
    ) -> Option<String> {
        if !columns.has_id(row) {
            return row.why_none(after_total);
        }
        if table.is_header(row) {
            return Some("the header again".to_owned());
        }
        let rule = self.context.map.drop.as_ref()?;
        let cell = row.cell(columns.drop?);
        rule.values.iter().any(|value| same_word(value, cell)).then(|| "deleted in the system".to_owned())
    }

    fn id(
        &mut self,
        (table, columns): (HeadedTable<'_>, &RowColumns),
        row: TableRow<'_>,
        place: TablePlace,
    ) -> Option<String> {
        let cells: Vec<&str> = columns.ids.iter().map(|column| row.cell(*column)).collect();
        let name = table.header().cell(*columns.ids.first()?);
        let mut refuse = |message: String, help: &str| {
            self.failures.push(place, format!("`{name}`: {message}"), Some(help.to_owned()));
            None
        };
        if cells.iter().any(|cell| cell.is_empty() || self.context.map.nulls.iter().any(|null| null == cell))
        {
            return refuse(
                "the row has no id".to_owned(),
                "export the records' ids; a row of totals is to be removed",
            );
        }
        if cells.iter().any(|cell| is_failure(cell)) {
            let help = "import the export itself, before a spreadsheet saved it";
            return refuse(format!("{} is an error of a spreadsheet, and no id", quote(cells[0])), help);
        }
        if cells.iter().any(|cell| is_damaged(cell)) {
            let help = "a spreadsheet has cut the last digits off: import the export itself, before a spreadsheet saved it";
            return refuse(format!("{} is no id any more", quote(cells[0])), help);
        }
        let id = cells.iter().map(|cell| harmless(cell)).collect::<Vec<_>>().join(" / ");
        if id.len() > LONGEST_ID {
            return refuse("the id is too long".to_owned(), "name the column that holds the records' ids");
        }
        if self.context.map.id.is_salesforce {
            let help = "ids of Salesforce have 15 or 18 letters and digits, and case counts";
            return salesforce_id(&id)
                .or_else(|| refuse(format!("{} is no id of Salesforce", quote(&id)), help));
        }
        Some(id)
    }

    fn deal(
        &mut self,
        (table, columns): (HeadedTable<'_>, &RowColumns),
        row: TableRow<'_>,
        place: TablePlace,
        id: String,
    ) {
        // Where a deal stands is not told by what nobody could work out.
        let standing = [columns.pipeline, columns.stage, columns.outcome];
        for column in standing.into_iter().flatten().collect::<BTreeSet<_>>() {
            let cell = row.cell(column);
            if is_failure(cell) && !self.context.map.nulls.iter().any(|null| null == cell) {
                let (message, help) = failed_cell(table.header().cell(column), cell, self.context.map);
                self.failures.push(place, message, help);
                return;
            }
        }
        let label = columns.pipeline(row).map(str::to_owned);
        let Some(target) = self.by_pipeline.get(&label).copied().flatten() else { return };
        let mut values = ImportedValues::new();
        for column in self.columns.iter().filter(|column| !column.is_undecided) {
            match column.read(table, row, self.context) {
                Ok(Some(said)) => {
                    values.insert(column.key.to_owned(), said);
                }
                Ok(None) => {}
                Err((message, help)) => self.failures.push(place, message, help),
            }
        }
        if !values.contains_key("name") {
            values.insert("name".to_owned(), ImportedValue::One(id.clone()));
        }
        let workflow = std::sync::Arc::clone(&self.found.targets[target].workflow);
        if let Err((message, help)) = self.standing((table, columns), row, &workflow, &mut values) {
            self.failures.push(place, message, Some(help));
        }
        values.retain(|key, _| workflow.schema.at_path(key).is_some());
        let separator = self.context.map.merged.as_ref().and_then(|rule| rule.separator.as_deref());
        let merged = columns.merged.map_or("", |column| row.cell(column)).split(separator.unwrap_or(";"));
        let merged = merged.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
        self.found.deals.push(IncomingDeal { id, place, target, values, merged });
    }

    /// Stage and outcome.
    fn standing(
        &self,
        (table, columns): (HeadedTable<'_>, &RowColumns),
        row: TableRow<'_>,
        workflow: &Workflow,
        values: &mut ImportedValues,
    ) -> Result<(), (String, String)> {
        let map = self.context.map;
        let pipeline = columns.pipeline(row);
        let ending = map.outcome.as_ref().and_then(|rule| {
            let cell = row.cell(columns.outcome?);
            let is_one = |words: &[String]| words.iter().any(|word| same_word(word, cell));
            let words = [("won", &rule.won), ("lost", &rule.lost), ("disqualified", &rule.disqualified)];
            words.into_iter().find(|(_, words)| is_one(words)).map(|(ending, _)| ending)
        });
        match ending {
            Some(ending) => {
                values.insert("outcome.result".to_owned(), ImportedValue::One(ending.to_owned()));
                if let Some(day) = values.get("close_date").cloned() {
                    values.entry("outcome.date".to_owned()).or_insert(day);
                }
                if ending == "won" {
                    values.remove("outcome.reason");
                }
            }
            None => values.retain(|key, _| !key.starts_with("outcome.")),
        }
        let Some(rule) = map.keys.get("stage") else { return Ok(()) };
        let column = columns.stage;
        let label = column.map(|column| row.cell(column)).filter(|label| !label.is_empty());
        let label = label.or(rule.constant.as_deref()).unwrap_or_default();
        let by_pipeline = self.destinations.pipeline(pipeline).and_then(|target| target.stages.get(label));
        let wanted = by_pipeline.or_else(|| rule.values.get(label)).map_or(label, String::as_str);
        let stage = stage_called(workflow, wanted);
        let is_placed = ending == Some("won") && self.destinations.places_won;
        let stage = stage.or_else(|| is_placed.then(|| &workflow.stages[workflow.won_from]));
        if let Some(stage) = stage {
            values.insert("stage".to_owned(), ImportedValue::One(stage.id.to_string()));
            return Ok(());
        }
        // Where a lost deal stood, the export does not say.
        if ending.is_some() {
            return Ok(());
        }
        let name = column.map_or("stage", |column| table.header().cell(column));
        let message = format!("`{name}`: {} is no stage of {}", quote(label), quote(&workflow.id));
        let example = workflow.stages.get(1).or(workflow.stages.first()).map_or("…", |stage| &stage.id);
        let way_out = if let Some(pipeline) = pipeline.filter(|_| map.pipelines.is_some()) {
            stage_way_out(pipeline, label, example)
        } else {
            let way = format!("values = {{ {} = \"{example}\" }}", toml_text(label));
            map.rule("stage").way_out("stage", name, &[way]) + ", or whichever stage it is"
        };
        Err((message, way_out))
    }
}

/// A stage by its id or its name.
pub(crate) fn stage_called<'w>(workflow: &'w Workflow, word: &str) -> Option<&'w crate::workflow::Stage> {
    workflow.stages.iter().find(|stage| same_word(&stage.id, word) || same_word(&stage.name, word))
}
