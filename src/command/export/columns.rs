//! The columns of the exports: names are stable, and new ones come last.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json};

use crate::assess::{JudgedDeal, Workspace};
use crate::command::console::Console;
use crate::deal::rates::Rates;
use crate::deal::record::Ending;
use crate::deal::{self, Record, Value};
use crate::finding::{Finding, Ledger, Level, Levels};
use crate::report;
use crate::report::model::Status;
use crate::standing::{Checklist, Need, Standing, StandingState};

/// A value of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ExportCell {
    Nothing,
    Text(String),
    Number(Decimal),
    Object(Json),
    /// How many findings of a level there are about the deal of the row, which is known when all deals are judged.
    Found(Level),
}

/// A column of a table whose rows come from `R`.
pub(super) struct Column<R> {
    pub(super) name: &'static str,
    /// Its type in a JSON Schema.
    pub(super) kind: &'static str,
    pub(super) means: &'static str,
    pub(super) of: fn(&R) -> ExportCell,
}

/// Names of columns, in order.
pub(super) fn names<R>(columns: &[Column<R>]) -> Vec<&'static str> {
    columns.iter().map(|column| column.name).collect()
}

/// One row.
pub(super) fn row<R>(columns: &[Column<R>], of: &R) -> Vec<ExportCell> {
    columns.iter().map(|column| (column.of)(of)).collect()
}

/// Fills in how many findings there are, by the deals' ids, which their rows open with.
pub(super) fn count(rows: &mut [Vec<ExportCell>], ledger: &Ledger) {
    let mut found: BTreeMap<(&str, Option<Level>), u32> = BTreeMap::new();
    for finding in ledger.findings() {
        if let Some(deal) = finding.subject.deal.as_deref() {
            *found.entry((deal, finding.level)).or_default() += 1;
        }
    }
    for row in rows {
        let deal = row.first().map(ExportCell::plain).unwrap_or_default();
        for cell in row.iter_mut() {
            if let ExportCell::Found(level) = *cell {
                *cell = number(Some(found.get(&(deal.as_str(), Some(level))).copied().unwrap_or_default()));
            }
        }
    }
}

/// What amounts are told in beside their own currency.
#[derive(Clone, Copy)]
pub(super) struct ExportCurrency<'a> {
    base: Option<Currency>,
    rates: &'a Rates,
}

impl<'a> ExportCurrency<'a> {
    pub(super) fn of(workspace: &'a Workspace<'_>) -> Self {
        Self { base: workspace.currency(), rates: &workspace.config.rates }
    }
}

/// A deal as the export looks at it.
pub(super) struct ExportedDeal<'a> {
    pub(super) judged: &'a JudgedDeal<'a>,
    pub(super) money: ExportCurrency<'a>,
    pub(super) today: Date,
    pub(super) levels: &'a Levels,
}

/// A list of columns: name, type, meaning, and where the value comes from.
macro_rules! columns {
    ($($name:literal $kind:literal $means:literal $of:expr;)*) => {
        vec![$(Column { name: $name, kind: $kind, means: $means, of: $of }),*]
    };
}

pub(super) use columns;

/// `export deals`.
pub(super) fn deals<'a>() -> Vec<Column<ExportedDeal<'a>>> {
    columns! {
        "deal" "string" "the deal's id" |row| text(Some(&row.judged.deal.id));
        "path" "string" "its file, from the workspace's root" |row| text(Some(row.judged.file.path()));
        "workflow" "string" "the workflow it follows" |row| text(Some(&row.judged.workflow.id));
        "company" "string" "what the workflow is called" |row| text(Some(&row.judged.workflow.name));
        "name" "string" "the deal's name" |row| text(row.judged.deal.name());
        "customer" "string" "who buys" |row| text(row.judged.deal.customer());
        "owner" "string" "who is responsible" |row| text(row.judged.deal.owner());
        "stage" "string" "the stage's id" |row| text(row.judged.deal.stage().map(|stage| stage.value));
        "stage_index" "integer" "the stage's number in the workflow, from 1" |row| number(row.judged.judgement.stage.map(|it| it + 1));
        "status" "string" "open, won, lost or disqualified" |row| text(Some(row.judged.judgement.ending.map_or("open", Ending::name)));
        "on_hold" "boolean" "whether it waits today; the pipeline's figures leave it out then" |row| ExportCell::Object(row.is_on_hold().into());
        "amount" "number" "what it is worth, in `currency`" |row| decimal(row.amount().map(|it| it.amount));
        "currency" "string" "of `amount`" |row| text(row.amount().and_then(|it| it.currency).map(|it| it.code()));
        "amount_base" "number" "what it is worth in `currency_base`: open at today's rate, closed at that of the day it closed; null without a rate" |row| decimal(row.base());
        "currency_base" "string" "the currency of the workspace's figures" |row| text(row.money.base.map(|it| it.code()));
        "probability" "number" "how likely it is won, from 0 to 1" |row| decimal(row.probability());
        "weighted_base" "number" "`amount_base` times `probability`" |row| decimal(row.weighted());
        "category" "string" "its forecast category: closed when it is won, slipped when its close date is past; null when it is lost" |row| text(row.category());
        "close_date" "string" "the day by which it is to close" |row| day(row.judged.deal.close_date().map(|it| it.value));
        "opened" "string" "the day it was opened" |row| day(row.judged.deal.opened().map(|it| it.value));
        "ended" "string" "the day of its outcome" |row| day(row.judged.deal.outcome().and_then(|it| it.date).map(|it| it.value));
        "reason" "string" "the reason of its outcome" |row| text(row.judged.deal.outcome().and_then(|it| it.reason).map(|it| it.value));
        "completed" "string" "the day on which everything was done" |row| day(row.judged.deal.completed().map(|it| it.value));
        "days_in_stage" "integer" "whole days in its stage; null when not known" |row| number(row.judged.judgement.days_in_stage.filter(|days| *days >= 0));
        "age" "integer" "whole days since it was opened; null when not known" |row| number(row.judged.judgement.age.filter(|days| *days >= 0));
        "source" "string" "where it came from" |row| text(row.judged.deal.values.text("source").map(|it| it.value));
        "tags" "string" "its tags, joined by `;`" |row| text(Some(&row.tags()));
        "unmet" "string" "requirements that it should have met, joined by `;`" |row| text(Some(&row.ids(|it| it.need() == Need::Now && it.state() == StandingState::Unmet)));
        "to_do" "string" "requirements of level error that are left to do before it may go on, joined by `;`" |row| text(Some(&row.ids(Standing::is_left)));
        "errors" "integer" "findings about it of level error" |_| ExportCell::Found(Level::Error);
        "warnings" "integer" "findings about it of level warning" |_| ExportCell::Found(Level::Warning);
        "today" "string" "the day the export speaks of" |row| day(Some(row.today));
        "fields" "object" "the company's own fields" |row| ExportCell::Object(row.fields());
    }
}

/// `export findings`.
pub(super) fn findings<'a>() -> Vec<Column<(&'a Finding, String)>> {
    columns! {
        "code" "string" "its kind; `dealgate explain` knows it" |row| text(Some(row.0.code.name()));
        "level" "string" "error, warning or info" |row| text(Some(row.0.level.unwrap_or(Level::Error).name()));
        "message" "string" "what is wrong" |row| text(Some(&row.0.message));
        "help" "string" "the next action" |row| text(row.0.help.as_deref());
        "url" "string" "a page that says more" |row| text(row.0.url.as_deref());
        "file" "string" "the file, from the workspace's root" |row| text(row.0.place.as_ref().map(|it| it.file.path().as_ref()));
        "line" "integer" "the line, from 1" |row| number(row.0.place.as_ref().map(|it| it.start().line));
        "column" "integer" "the column in characters, from 1" |row| number(row.0.place.as_ref().map(|it| it.start().column));
        "end_line" "integer" "the last line" |row| number(row.0.place.as_ref().map(|it| it.end().line));
        "end_column" "integer" "the column after the last" |row| number(row.0.place.as_ref().map(|it| it.end().column));
        "deal" "string" "the deal's id" |row| text(row.0.subject.deal.as_deref());
        "workflow" "string" "the workflow" |row| text(row.0.subject.workflow.as_deref());
        "stage" "string" "the stage's id" |row| text(row.0.subject.stage.as_deref());
        "requirement" "string" "the requirement's id" |row| text(row.0.subject.requirement.as_deref());
        "fingerprint" "string" "the same as long as the fault is, wherever its line moves" |row| text(Some(&row.1));
    }
}

pub(super) fn text(text: Option<&str>) -> ExportCell {
    text.filter(|text| !text.is_empty()).map_or(ExportCell::Nothing, |text| ExportCell::Text(text.to_owned()))
}

pub(super) fn day(day: Option<Date>) -> ExportCell {
    day.map_or(ExportCell::Nothing, |day| ExportCell::Text(day.to_string()))
}

fn decimal(number: Option<Decimal>) -> ExportCell {
    number.map_or(ExportCell::Nothing, |number| ExportCell::Number(number.normalize()))
}

pub(super) fn number<N: TryInto<i64>>(number: Option<N>) -> ExportCell {
    decimal(number.and_then(|number| number.try_into().ok()).map(Decimal::from))
}

impl ExportCell {
    /// As it stands in a CSV.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Nothing | Self::Found(_) => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Object(object) => object.to_string(),
        }
    }

    pub(super) fn json(&self) -> Json {
        match self {
            Self::Nothing | Self::Found(_) => Json::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => amount(*number),
            Self::Object(object) => object.clone(),
        }
    }
}

/// Whole numbers stay whole, which databases tell apart.
fn amount(number: Decimal) -> Json {
    match number.to_i64().filter(|_| number.is_integer()) {
        Some(whole) => whole.into(),
        None => number.to_f64().map_or(Json::Null, Json::from),
    }
}

impl ExportedDeal<'_> {
    fn is_on_hold(&self) -> bool {
        self.judged.judgement.ending.is_none() && self.judged.deal.is_on_hold(self.today)
    }

    fn amount(&self) -> Option<deal::Money> {
        self.judged.deal.amount().map(|it| it.value)
    }

    fn base(&self) -> Option<Decimal> {
        self.money.rates.price(self.amount(), self.money.base, self.price_day()?).ok()
    }

    /// The day whose rate counts: today, or the day it closed, where that is known.
    fn price_day(&self) -> Option<Date> {
        if self.judged.judgement.ending.is_none() {
            return Some(self.today);
        }
        let own = self.judged.deal.outcome().and_then(|outcome| outcome.date).map(|date| date.value);
        own.or_else(|| self.judged.term_history().ended(self.today))
    }

    /// The deal's own, else its stage's; what has ended is certain.
    fn probability(&self) -> Option<Decimal> {
        match self.judged.judgement.ending {
            Some(Ending::Won) => Some(Decimal::ONE),
            Some(Ending::Lost | Ending::Disqualified) => Some(Decimal::ZERO),
            None => {
                let stage = self.judged.judgement.stage.and_then(|it| self.judged.workflow.stages.get(it));
                self.judged.deal.probability().or(stage.and_then(|stage| stage.probability))
            }
        }
    }

    fn weighted(&self) -> Option<Decimal> {
        self.money.rates.weighted(self.amount(), self.probability(), self.money.base, self.price_day()?)
    }

    fn category(&self) -> Option<&'static str> {
        let own = self.judged.deal.values.text("category").map(|it| it.value);
        let stage = self.judged.judgement.stage.and_then(|it| self.judged.workflow.stages.get(it));
        let written = own.or(stage.and_then(|stage| stage.category.as_deref()));
        let status = self.judged.judgement.ending.map_or(Status::Open, Status::from);
        let close_date = self.judged.deal.close_date().map(|date| date.value);
        Some(report::category(status, written, close_date, self.today)?.name())
    }

    fn tags(&self) -> String {
        let tags = self.judged.deal.values.list("tags").iter().filter_map(|tag| tag.value.as_text());
        tags.collect::<Vec<_>>().join(";")
    }

    /// The requirements that stand so.
    fn ids<'s>(&'s self, stands: fn(Standing<'s>) -> bool) -> String {
        let standings = Checklist::of(self.judged, self.levels).standings();
        let ids =
            standings.filter(|standing| stands(*standing)).map(|standing| standing.requirement().id.as_ref());
        ids.collect::<Vec<_>>().join(";")
    }

    fn fields(&self) -> Json {
        let core = crate::deal::field::CORE_KEYS;
        let own = self
            .judged
            .deal
            .values
            .0
            .iter()
            .filter(|slot| !core.iter().any(|(name, ..)| *name == slot.key.value.as_ref()));
        own.map(|slot| (slot.key.value.to_string(), value(&slot.value.value))).collect::<Map<_, _>>().into()
    }
}

fn value(it: &Value<'_>) -> Json {
    match it {
        Value::Text(text) => text.as_ref().into(),
        Value::Number(number) => amount(number.normalize()),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Date(_) | Value::Money(_) => it.to_string().into(),
        Value::List(items) => items.iter().map(|item| value(&item.value)).collect(),
        Value::Record(Record(slots)) => slots
            .iter()
            .map(|slot| (slot.key.value.to_string(), value(&slot.value.value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Unreadable => Json::Null,
    }
}

/// Files that a line names.
const MOST_NAMED: usize = 5;

/// Says how many deals are in no row, and which, as far as the names of their files are known.
pub(super) fn left_out((missing, of): (usize, usize), files: &[String], console: Console) {
    if missing == 0 {
        return;
    }
    let named: Vec<_> = files.iter().take(MOST_NAMED).map(|path| format!("`{path}`")).collect();
    let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
    console.tell(&format!(
        "{missing} of {of} deals could not be judged and are left out{named}; `dealgate check` says why"
    ));
}
