//! The map of an import: which column holds which value of a deal, and how it is read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;

use super::cell::DayOrder;

/// A map, as a TOML file says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ImportMap {
    /// The system that the export comes from: a name for the `origin` of deals.
    pub system: String,
    /// Columns that identify a deal.
    pub id: IdRule,
    /// Cells that stand for nothing.
    pub nulls: Vec<String>,
    /// Rows that are left out.
    pub drop: Option<DropRule>,
    /// The pipelines, each with stages of its own.
    pub pipelines: Option<PipelineRule>,
    /// How a deal ended.
    pub outcome: Option<OutcomeRule>,
    /// The values of a deal, by their dotted paths.
    pub keys: BTreeMap<String, ValueRule>,
    /// Columns with the ids of records that were merged into this one.
    pub merged: Option<ValueRule>,
}

/// What identifies a deal.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdRule {
    /// Sets of columns, the first of which that is there is taken; most have one column.
    pub columns: Vec<Vec<String>>,
    /// Whether ids of Salesforce with 15 characters get the three that make them unique without case.
    pub is_salesforce: bool,
}

/// Rows that are left out by the value of a column.
#[derive(Clone, Debug)]
pub(crate) struct DropRule {
    /// The names that the column may have.
    pub columns: Vec<String>,
    /// The values.
    pub values: Vec<String>,
}

/// Which pipeline a deal is in.
#[derive(Clone, Debug, Default)]
pub(crate) struct PipelineRule {
    /// The names that the column may have.
    pub columns: Vec<String>,
    /// What becomes of each.
    pub values: BTreeMap<String, PipelineTarget>,
}

/// What becomes of the deals of a pipeline.
#[derive(Clone, Debug, Default)]
pub(crate) struct PipelineTarget {
    /// The workflow they follow.
    pub workflow: Option<String>,
    /// Their folder, below that of the deals.
    pub into: Option<String>,
    /// The stages by their labels.
    pub stages: BTreeMap<String, String>,
}

/// How a deal ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutcomeRule {
    /// The names that the column may have.
    pub columns: Vec<String>,
    /// Its values when the deal is won.
    pub won: Vec<String>,
    /// Its values when the deal is lost.
    pub lost: Vec<String>,
    /// Its values when it was no deal.
    pub disqualified: Vec<String>,
    /// Why.
    pub reason: Option<ValueRule>,
    /// When; else by the deal's close date.
    pub date: Option<ValueRule>,
}

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValueRule {
    /// The names that the column may have; none where the value is the same for all.
    pub columns: Vec<String>,
    /// The same for all deals.
    pub constant: Option<String>,
    /// What cells are replaced by.
    pub values: BTreeMap<String, String>,
    /// The order of days.
    pub order: Option<DayOrder>,
    /// The zone of moments that have an offset.
    pub zone: Option<TimeZone>,
    /// The decimal mark of numbers.
    pub mark: Option<char>,
    /// Whether shares are parts of 1 or of a hundred.
    pub unit: Option<ShareUnit>,
    /// What parts the items of a list.
    pub separator: Option<String>,
    /// The currency of amounts.
    pub currency: Option<CurrencyRule>,
}

impl ValueRule {
    /// What to write in a map so that the rule of a key says more, in one of several ways. What it says already stays.
    pub(crate) fn way_out(&self, key: &str, column: &str, ways: &[String]) -> String {
        let Self { constant, values, order, zone, mark, unit, separator, currency, columns: _ } = self;
        let is_bare = constant.is_none()
            && values.is_empty()
            && order.is_none()
            && zone.is_none()
            && mark.is_none()
            && unit.is_none()
            && separator.is_none()
            && currency.is_none();
        let column = toml_text(column);
        let whole = |way: &String| format!("`{key} = {{ column = {column}, {way} }}`");
        let more = |way: &String| format!("`{way}`");
        let (opening, lines): (_, Vec<_>) = if is_bare {
            ("write in the map".to_owned(), ways.iter().map(whole).collect())
        } else {
            (format!("in the map, add to `{key}`:"), ways.iter().map(more).collect())
        };
        format!("{opening} {}", lines.join(" or "))
    }
}

/// What to write in a map for a stage of a pipeline.
pub(crate) fn stage_way_out(pipeline: &str, label: &str, stage: &str) -> String {
    let (pipeline, label) = (toml_text(pipeline), toml_text(label));
    format!(
        "at the end of the map, below `[pipelines.values.{pipeline}.stages]`, write `{label} = \"{stage}\"`, or \
         whichever stage it is"
    )
}

/// A text as TOML has it.
pub(crate) fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Where the currency of an amount comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CurrencyRule {
    /// The same for all.
    Code(String),
    /// The names of a column.
    Column(Vec<String>),
}

/// What a share is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShareUnit {
    /// 0.25
    Share,
    /// 25
    Percent,
}

/// Says nothing.
static BARE: LazyLock<ValueRule> = LazyLock::new(ValueRule::default);

impl ImportMap {
    /// What it says of a key; a rule that says nothing where it says none.
    pub(crate) fn rule(&self, key: &str) -> &ValueRule {
        self.keys.get(key).unwrap_or(&BARE)
    }

    /// The names of every column that is mapped.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let outcome = self.outcome.iter();
        let rules = outcome.clone().flat_map(|rule| rule.reason.iter().chain(&rule.date));
        let rules = rules.chain(self.keys.values()).chain(&self.merged);
        let by_rule = rules.flat_map(|rule| {
            let currency = match &rule.currency {
                Some(CurrencyRule::Column(columns)) => columns.as_slice(),
                _ => &[],
            };
            rule.columns.iter().chain(currency)
        });
        let others = outcome.flat_map(|rule| &rule.columns);
        let others = others.chain(self.pipelines.iter().flat_map(|rule| &rule.columns));
        let others = others.chain(self.drop.iter().flat_map(|rule| &rule.columns));
        self.id.columns.iter().flatten().chain(by_rule).chain(others).map(String::as_str).collect()
    }
}
