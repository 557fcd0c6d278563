//! A model as templates see it. What a deal's page shows beyond its row becomes values when it is asked for: of all deals
//! at once they are ten times as many as the rows.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use rayon::prelude::*;
use serde::Serialize;

use super::convert::Conversion;
use super::value::{ModelObject, RecordName};
use crate::report::model::{DealSheet, DealView, ReportModel};

/// About how many times as many values a one-pager is made of as a row.
const SHEET_TO_ROW: u64 = 10;

/// The names of a model, each with its value.
pub(super) struct LoadedNames {
    names: Vec<(RecordName, Value)>,
    rows: Vec<Value>,
    sheets: Arc<[Option<DealSheet>]>,
    /// About how many values they are made of.
    pub(super) count: u64,
}

/// Values for some names, in place of the model's.
#[derive(Default)]
pub struct OwnValues(Vec<(&'static str, Value)>);

impl OwnValues {
    /// With this value for that name.
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.0.push((name, Conversion::default().value(value)));
        self
    }
}

impl LoadedNames {
    pub(super) fn of(mut model: ReportModel) -> Self {
        let sheets: Arc<[Option<DealSheet>]> = model.deals.iter_mut().map(|deal| deal.sheet.take()).collect();
        let deals = std::mem::take(&mut model.deals);
        let row = |conversion: &mut Conversion, (at, deal): (usize, DealView)| {
            let row = conversion.value(&deal);
            let count = std::mem::take(&mut conversion.count);
            if sheets[at].is_none() {
                return (row, count);
            }
            let sheet = Value::from_object(SheetOnDemand::of(&sheets, at));
            (with_sheet(&row, sheet), count * SHEET_TO_ROW)
        };
        let rows = deals.into_par_iter().enumerate().map_init(Conversion::default, row);
        let (rows, counts): (Vec<Value>, Vec<u64>) = rows.unzip();
        let mut conversion = Conversion::default();
        let mut names: Vec<_> = entries(&conversion.value(&model));
        names.retain(|(name, _)| name != "deals");
        names.push((Cow::Borrowed("deals"), Value::from(rows.clone())));
        let count = conversion.count + counts.iter().sum::<u64>();
        Self { names, rows, sheets, count }
    }

    /// All names for one page, which is about the deal at a position, or about all.
    pub(super) fn of_page(&self, deal: Option<usize>, instead: &OwnValues) -> Value {
        let is_kept = |(name, _): &&(RecordName, Value)| instead.0.iter().all(|(other, _)| other != name);
        let names = self.names.iter().filter(is_kept).cloned();
        let given = instead.0.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone()));
        let deal = deal.and_then(|at| self.deal(at)).unwrap_or(Value::from(()));
        ModelObject::of(names.chain(given).chain([(Cow::Borrowed("deal"), deal)]))
    }

    /// A deal with all that its page shows, made once.
    fn deal(&self, at: usize) -> Option<Value> {
        let row = self.rows.get(at)?;
        Some(match &self.sheets[at] {
            Some(sheet) => with_sheet(row, Conversion::default().value(sheet)),
            None => row.clone(),
        })
    }
}

fn entries(value: &Value) -> Vec<(RecordName, Value)> {
    let record = value.downcast_object_ref::<ModelObject>();
    record.into_iter().flat_map(ModelObject::entries).map(|(name, it)| (name.clone(), it.clone())).collect()
}

fn with_sheet(row: &Value, sheet: Value) -> Value {
    row.downcast_object_ref::<ModelObject>().map_or_else(|| row.clone(), |row| row.with("sheet", sheet))
}

/// The one-pager of a deal, made when something is asked of it, and only once: a template may ask for it at every step.
pub(super) struct SheetOnDemand {
    sheets: Arc<[Option<DealSheet>]>,
    at: usize,
    made: OnceLock<Value>,
}

impl SheetOnDemand {
    fn of(sheets: &Arc<[Option<DealSheet>]>, at: usize) -> Self {
        Self { sheets: Arc::clone(sheets), at, made: OnceLock::new() }
    }

    fn made(&self) -> &Value {
        self.made.get_or_init(|| Conversion::default().value(&self.sheets[self.at]))
    }
}

impl Object for SheetOnDemand {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.made().get_item(key).ok().filter(|value| !value.is_undefined())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.made().try_iter().into_iter().flatten().collect())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.made(), f)
    }
}

impl fmt::Debug for SheetOnDemand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.made(), f)
    }
}
