//! A deal: the values of its file, with typed access to the core keys.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::currency::Money;
use super::steps::Steps;
use super::value::{FieldValue, Record, Value};
use crate::source::{Span, Spanned};

/// The forecast categories a stage or a deal may be in.
pub(crate) const CATEGORIES: [&str; 5] = ["pipeline", "best-case", "commit", "closed", "omitted"];

/// A deal as its workflow's declarations read it.
#[derive(Clone, Debug)]
pub struct Deal<'s> {
    /// Its id: the path below the deals folder, without the extension.
    pub id: Arc<str>,
    /// Every key of the file, core keys and fields alike.
    pub values: Record<'s>,
    /// Keys that stand there without a value, by their dotted paths; they count as absent.
    pub bare: Vec<Spanned<Box<str>>>,
    /// Where the whole deal stands.
    pub span: Span,
    /// What expressions take over it.
    pub steps: Steps,
    /// The positions of those values that every requirement asks for.
    done: Option<usize>,
    waivers: Option<usize>,
    outcome: Option<usize>,
    /// The positions of the entries of `done` in the order of their ids, where they are many.
    done_by_id: Vec<usize>,
}

/// So many entries are looked through faster than they are put in order.
const FEW_ENTRIES: usize = 64;

/// How a deal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// The customer bought.
    Won,
    /// The customer did not.
    Lost,
    /// It was no deal for us.
    Disqualified,
}

impl Ending {
    /// The word for it in a deal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Disqualified => "disqualified",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Won, Self::Lost, Self::Disqualified].into_iter().find(|ending| ending.name() == text)
    }
}

/// A deal's `outcome`.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'d> {
    /// What became of it.
    pub ending: Ending,
    /// When.
    pub date: Option<Spanned<Date>>,
    /// Why.
    pub reason: Option<Spanned<&'d str>>,
    /// Who got it.
    pub competitor: Option<&'d str>,
    /// What else there is to say.
    pub note: Option<&'d str>,
    /// Where `result` stands.
    pub span: Span,
}

/// An entry of `done` or `waivers`: a requirement's id and what is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'d, 's> {
    /// The requirement's id.
    pub id: Spanned<&'d str>,
    /// What is said; `None` when it could not be read.
    pub record: Option<&'d Record<'s>>,
    /// Where the value stands.
    pub span: Span,
}

impl<'s> Deal<'s> {
    /// A deal of values whose keys no longer change.
    pub fn new(id: Arc<str>, values: Record<'s>, span: Span) -> Self {
        let position = |key: &str| values.0.iter().position(|slot| slot.key.value == key);
        let (done, waivers, outcome) = (position("done"), position("waivers"), position("outcome"));
        let (steps, done_by_id) = (Steps::default(), Vec::new());
        let mut deal = Self { id, values, bare: Vec::new(), span, steps, done, waivers, outcome, done_by_id };
        let entries = deal.entries(done);
        if entries.len() > FEW_ENTRIES {
            let mut by_id: Vec<usize> = (0..entries.len()).collect();
            by_id.sort_by(|&one, &other| entries[one].key.value.cmp(&entries[other].key.value));
            deal.done_by_id = by_id;
        }
        deal
    }

    /// The deal without ties to the file it was read from.
    pub fn into_owned(self) -> Deal<'static> {
        let Self { id, values, bare, span, steps, done, waivers, outcome, done_by_id } = self;
        Deal { id, values: values.into_owned(), bare, span, steps, done, waivers, outcome, done_by_id }
    }

    /// The record at a position that is known.
    fn record_at(&self, position: Option<usize>) -> Option<&Record<'s>> {
        self.values.0.get(position?)?.value.value.as_record()
    }

    /// `name`.
    pub fn name(&self) -> Option<&str> {
        self.values.text("name").map(|name| name.value)
    }

    /// `stage`.
    pub fn stage(&self) -> Option<Spanned<&str>> {
        self.values.text("stage")
    }

    /// `customer`.
    pub fn customer(&self) -> Option<&str> {
        self.values.text("customer").map(|customer| customer.value)
    }

    /// `owner`.
    pub fn owner(&self) -> Option<&str> {
        self.values.text("owner").map(|owner| owner.value)
    }

    /// `amount`.
    pub fn amount(&self) -> Option<Spanned<Money>> {
        self.values.money("amount")
    }

    /// `probability`, as a share of 1.
    pub fn probability(&self) -> Option<Decimal> {
        self.values.number("probability").map(|probability| probability.value)
    }

    /// `close_date`.
    pub fn close_date(&self) -> Option<Spanned<Date>> {
        self.values.date("close_date")
    }

    /// `opened`.
    pub fn opened(&self) -> Option<Spanned<Date>> {
        self.values.date("opened")
    }

    /// `completed`.
    pub fn completed(&self) -> Option<Spanned<Date>> {
        self.values.date("completed")
    }

    /// `outcome`; `None` while the deal is open, or when its `result` could not be read.
    pub fn outcome(&self) -> Option<Outcome<'_>> {
        let record = self.record_at(self.outcome)?;
        let result = record.text("result")?;
        Some(Outcome {
            ending: Ending::parse(result.value)?,
            date: record.date("date"),
            reason: record.text("reason"),
            competitor: record.text("competitor").map(|text| text.value),
            note: record.text("note").map(|text| text.value),
            span: result.span,
        })
    }

    /// Whether `on_hold` covers a day: `from` and `until` are included, and either may be missing.
    pub fn is_on_hold(&self, day: Date) -> bool {
        self.values.record("on_hold").is_some_and(|hold| {
            hold.value.date("from").is_none_or(|from| from.value <= day)
                && hold.value.date("until").is_none_or(|until| day <= until.value)
        })
    }

    /// The entries of `done`, in the file's order.
    pub fn done(&self) -> impl Iterator<Item = Statement<'_, 's>> {
        self.statements(self.done)
    }

    /// The entry of `done` for a requirement.
    pub fn done_of(&self, id: &str) -> Option<Statement<'_, 's>> {
        if self.done_by_id.is_empty() {
            return self.done().find(|entry| entry.id.value == id);
        }
        let entries = self.entries(self.done);
        let found = self.done_by_id.binary_search_by(|&at| entries[at].key.value.as_ref().cmp(id)).ok()?;
        Some(statement(&entries[self.done_by_id[found]]))
    }

    /// The entries of `waivers`, in the file's order.
    pub fn waivers(&self) -> impl Iterator<Item = Statement<'_, 's>> {
        self.statements(self.waivers)
    }

    /// The entries of `history` that could be read, in the file's order.
    pub fn history(&self) -> impl Iterator<Item = Spanned<&Record<'s>>> {
        self.values
            .list("history")
            .iter()
            .filter_map(|entry| entry.value.as_record().map(|record| Spanned::new(record, entry.span)))
    }

    /// The value that a dotted path leads to, through records; what cannot be read on the way stands for it.
    pub fn at_path(&self, path: &str) -> Option<&Spanned<Value<'s>>> {
        let mut parts = path.split('.');
        let mut found = self.values.get(parts.next()?)?;
        for part in parts {
            if found.value == Value::Unreadable {
                break;
            }
            found = found.value.as_record()?.get(part)?;
        }
        Some(found)
    }

    /// Where a key stands without a value, by its dotted path.
    pub fn bare(&self, path: &str) -> Option<Span> {
        self.bare.iter().find(|key| key.value.as_ref() == path).map(|key| key.span)
    }

    fn statements(&self, position: Option<usize>) -> impl Iterator<Item = Statement<'_, 's>> {
        self.entries(position).iter().map(statement)
    }

    fn entries(&self, position: Option<usize>) -> &[FieldValue<'s>] {
        self.record_at(position).map_or(&[][..], |record| &record.0)
    }
}

fn statement<'d, 's>(slot: &'d FieldValue<'s>) -> Statement<'d, 's> {
    Statement {
        id: Spanned::new(slot.key.value.as_ref(), slot.key.span),
        record: slot.value.value.as_record(),
        span: slot.value.span,
    }
}
