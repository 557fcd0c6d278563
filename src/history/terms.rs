//! The tracked fields of a deal, in one table, and the entries of `history` that change them.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::backdated::BackdatedEntry;
use crate::deal::record::Ending;
use crate::deal::{Deal, Money, Record};
use crate::source::Span;

/// From when until when a deal waits, as far as that is said; both days are included.
pub(crate) type Hold = (Option<Date>, Option<Date>);

/// Hands the table of tracked fields to a macro. A row: the field's `Term`, its name and type, its key in a deal's file, what
/// people call it; then how a deal says it, how an older version of its file does, how it came to be what it is over
/// time, and how it is written (`None`: there is none).
macro_rules! tracked_fields {
    ($declare:ident) => {
        $declare! {
            /// The stage's id.
            Stage stage: Arc<str>, "stage" "stage",
                |deal| deal.stage().map(|stage| stage.value.into()),
                |file| file.text("stage"),
                |sources| sources.stage(),
                |stage| stage.as_deref().map(str::to_owned);
            /// How it ended; `None`: it is open.
            Outcome ending: Ending, "outcome" "outcome",
                |deal| deal.outcome().map(|outcome| outcome.ending),
                |file| file.ending(),
                |sources| sources.ending(),
                |ending| Some(ending.map_or("open", Ending::name).to_owned());
            /// The amount.
            Amount amount: Money, "amount" "amount",
                |deal| deal.amount().map(|amount| amount.value),
                |file| file.value("amount").and_then(|amount| amount.as_money()),
                |sources| sources.dated(|entry| entry.amount.map(Some), |terms| &terms.amount),
                |amount| amount.map(|amount| amount.to_string());
            /// The expected close date.
            CloseDate close_date: Date, "close_date" "close date",
                |deal| deal.close_date().map(|date| date.value),
                |file| file.date("close_date"),
                |sources| sources.dated(|entry| entry.close_date.map(Some), |terms| &terms.close_date),
                |date| date.map(|date| date.to_string());
            /// Who owns it.
            Owner owner: Arc<str>, "owner" "owner",
                |deal| deal.owner().map(Into::into),
                |file| file.text("owner"),
                |sources| sources.dated(|entry| entry.owner.clone().map(Some), |terms| &terms.owner),
                |owner| owner.as_deref().map(str::to_owned);
            /// Its own probability, before its stage's.
            Probability probability: Decimal, "probability" "probability",
                |deal| deal.probability(),
                |file| file.value("probability").and_then(|share| share.as_number()),
                |sources| sources.dated(|_| None, |terms| &terms.probability),
                |share| share.map(|share| share.normalize().to_string());
            /// Its own category, before its stage's.
            Category category: Arc<str>, "category" "category",
                |deal| deal.values.text("category").map(|category| category.value.into()),
                |file| file.text("category"),
                |sources| sources.dated(|_| None, |terms| &terms.category),
                |category| category.as_deref().map(str::to_owned);
            /// From when until when it is on hold, whatever the day is.
            Hold hold: Hold, "on_hold" "on hold",
                |deal| deal.values.record("on_hold").map(|hold| hold_of(hold.value)),
                |file| file.hold(),
                |sources| sources.dated(|_| None, |terms| &terms.hold),
                |hold| hold.map(written_hold);
        }
    };
}
pub(super) use tracked_fields;

macro_rules! declare {
    ($($(#[$doc:meta])* $term:ident $field:ident: $type:ty, $key:literal $title:literal,
        |$deal:ident| $of_deal:expr, |$file:ident| $of_file:expr, |$sources:ident| $over_time:expr,
        |$value:ident| $written:expr;)*) => {
        /// One of the tracked fields: what of a deal counts in sales.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Term {
            $($(#[$doc])* $term),*
        }

        impl Term {
            /// All of them, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$term),*];

            /// The key that it has in a deal's file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$term => $key),* }
            }

            /// What people call it.
            pub fn title(self) -> &'static str {
                match self { $(Self::$term => $title),* }
            }
        }

        /// The tracked fields of a deal at one moment.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct TrackedFields {
            $($(#[$doc])* pub $field: Option<$type>),*
        }

        impl TrackedFields {
            /// What a deal says.
            pub fn of(deal: &Deal<'_>) -> Self {
                Self { $($field: { let $deal = deal; $of_deal }),* }
            }

            /// One of them as a deal's file writes it; `None`: there is none.
            pub fn written(&self, term: Term) -> Option<String> {
                match term {
                    $(Term::$term => { let $value = &self.$field; $written })*
                }
            }
        }
    };
}
tracked_fields!(declare);

fn hold_of(hold: &Record<'_>) -> Hold {
    let day = |key: &str| hold.date(key).map(|day| day.value);
    (day("from"), day("until"))
}

/// Without one of the days, that end is open.
fn written_hold((from, until): Hold) -> String {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    format!("{}..{}", day(from), day(until))
}

impl TrackedFields {
    /// Whether it waits on a day.
    pub fn is_on_hold(&self, day: Date) -> bool {
        self.hold.is_some_and(|(from, until)| {
            from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
        })
    }
}

/// An entry of `history`: what became true on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The day.
    pub date: Date,
    /// The stage it came to.
    pub stage: Option<Arc<str>>,
    /// How it ended; `Some(None)`: it was open again.
    #[expect(clippy::option_option, reason = "saying that it is open is not saying nothing")]
    pub ending: Option<Option<Ending>>,
    /// The new amount.
    pub amount: Option<Money>,
    /// The new close date.
    pub close_date: Option<Date>,
    /// The new owner.
    pub owner: Option<Arc<str>>,
    /// Why; `None`: no reason is given.
    pub reason: Option<Arc<str>>,
}

impl HistoryEntry {
    /// The entries of a deal that have a day, oldest first; those of one day in the file's order.
    pub fn all(deal: &Deal<'_>) -> Vec<Self> {
        Self::each(deal, Self::read)
    }

    /// The same with no more of them than stages and outcomes: visits, by which most deals are judged, need no more. Those
    /// that claim what commits do not prove are left out: nobody gets past a gate by them.
    pub(super) fn moves(deal: &Deal<'_>, late: &[BackdatedEntry]) -> Vec<Self> {
        let unproven: BTreeSet<Span> =
            late.iter().filter(|late| late.is_unproven()).map(|late| late.span).collect();
        let counts = |entry: &Record<'_>| entry.date("date").is_some_and(|day| !unproven.contains(&day.span));
        Self::each(deal, |entry| Self::read_move(entry).filter(|_| unproven.is_empty() || counts(entry)))
    }

    fn each(deal: &Deal<'_>, read: impl Fn(&Record<'_>) -> Option<Self>) -> Vec<Self> {
        let mut changes: Vec<_> = deal.history().filter_map(|entry| read(entry.value)).collect();
        changes.sort_by_key(|change| change.date);
        changes
    }

    /// What it says, as terms of which the others are not known.
    pub(super) fn terms(&self) -> TrackedFields {
        TrackedFields {
            stage: self.stage.clone(),
            ending: self.ending.flatten(),
            amount: self.amount,
            close_date: self.close_date,
            owner: self.owner.clone(),
            ..TrackedFields::default()
        }
    }

    /// Whether it says how the deal ended, or that it is open again, and not in which stage.
    pub(super) fn only_ends(&self) -> bool {
        self.ending.is_some() && self.stage.is_none()
    }

    /// Whether it says something of a term.
    pub(super) fn speaks_of(&self, term: Term) -> bool {
        if term == Term::Outcome { self.ending.is_some() } else { self.terms().written(term).is_some() }
    }

    fn read(entry: &Record<'_>) -> Option<Self> {
        Some(Self {
            amount: entry.money("amount").map(|amount| amount.value),
            close_date: entry.date("close_date").map(|day| day.value),
            owner: entry.text("owner").map(|owner| owner.value.into()),
            reason: entry
                .text("reason")
                .map(|reason| reason.value.trim())
                .filter(|it| !it.is_empty())
                .map(Into::into),
            ..Self::read_move(entry)?
        })
    }

    fn read_move(entry: &Record<'_>) -> Option<Self> {
        Some(Self {
            date: entry.date("date")?.value,
            stage: entry.text("stage").map(|stage| stage.value.into()),
            ending: entry.text("outcome").and_then(|outcome| match outcome.value {
                "open" => Some(None),
                ending => Ending::parse(ending).map(Some),
            }),
            amount: None,
            close_date: None,
            owner: None,
            reason: None,
        })
    }
}
