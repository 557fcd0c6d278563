//! What counts in sales, at a moment and as an entry of `history` changes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::late::Late;
use crate::deal::record::Ending;
use crate::deal::{Deal, Money, Record};
use crate::source::Span;

/// From when until when a deal waits, as far as that is said; both days are included.
pub(crate) type Hold = (Option<Date>, Option<Date>);

/// One of the things that count in sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The stage.
    Stage,
    /// How it ended, or that it is open.
    Outcome,
    /// The amount.
    Amount,
    /// The expected close date.
    CloseDate,
    /// Who owns it.
    Owner,
    /// Its own probability.
    Probability,
    /// Its own category.
    Category,
    /// That it waits.
    Hold,
}

impl Term {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::Stage,
        Self::Outcome,
        Self::Amount,
        Self::CloseDate,
        Self::Owner,
        Self::Probability,
        Self::Category,
        Self::Hold,
    ];

    /// The key that it has in a deal's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Outcome => "outcome",
            Self::Amount => "amount",
            Self::CloseDate => "close_date",
            Self::Owner => "owner",
            Self::Probability => "probability",
            Self::Category => "category",
            Self::Hold => "on_hold",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::CloseDate => "close date",
            Self::Hold => "on hold",
            other => other.name(),
        }
    }
}

/// What counts in sales.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackedFields {
    /// The stage's id.
    pub stage: Option<Arc<str>>,
    /// How it ended; `None`: it is open.
    pub ending: Option<Ending>,
    /// The amount.
    pub amount: Option<Money>,
    /// The expected close date.
    pub close_date: Option<Date>,
    /// Who owns it.
    pub owner: Option<Arc<str>>,
    /// Its own probability, before its stage's.
    pub probability: Option<Decimal>,
    /// Its own category, before its stage's.
    pub category: Option<Arc<str>>,
    /// That it waits.
    pub hold: Option<Hold>,
}

impl TrackedFields {
    /// What a deal says.
    pub fn of(deal: &Deal<'_>) -> Self {
        let day = |hold: &Record<'_>, key: &str| hold.date(key).map(|day| day.value);
        Self {
            stage: deal.stage().map(|stage| stage.value.into()),
            ending: deal.outcome().map(|outcome| outcome.ending),
            amount: deal.amount().map(|amount| amount.value),
            close_date: deal.close_date().map(|date| date.value),
            owner: deal.owner().map(Into::into),
            probability: deal.probability(),
            category: deal.values.text("category").map(|category| category.value.into()),
            hold: deal
                .values
                .record("on_hold")
                .map(|hold| (day(hold.value, "from"), day(hold.value, "until"))),
        }
    }

    /// One of the terms as a deal's file writes it; `None`: there is none.
    pub fn written(&self, term: Term) -> Option<String> {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        match term {
            Term::Stage => text(&self.stage),
            Term::Outcome => Some(self.ending.map_or("open", Ending::name).to_owned()),
            Term::Amount => self.amount.map(|amount| amount.to_string()),
            Term::CloseDate => day(self.close_date),
            Term::Owner => text(&self.owner),
            Term::Probability => self.probability.map(|share| share.normalize().to_string()),
            Term::Category => text(&self.category),
            // Without one of the days, that end is open.
            Term::Hold => self.hold.map(|(from, until)| {
                format!("{}..{}", day(from).unwrap_or_default(), day(until).unwrap_or_default())
            }),
        }
    }

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
    pub(super) fn moves(deal: &Deal<'_>, late: &[Late]) -> Vec<Self> {
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
