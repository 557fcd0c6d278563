//! What is kept of a deal at a moment, after its text is dropped. Must not know what it is compared with.

use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::assess::Judged;
use crate::deal::record::Ending;
use crate::deal::{Deal, Money, Record};
use crate::gate::{Due, Existence, State};
use crate::source::Place;
use crate::workflow::Workflow;

/// What counts in sales.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
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
}

/// An entry of `history`: what became true on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day.
    pub date: Date,
    /// The stage it came to.
    pub stage: Option<Arc<str>>,
    /// How it ended; `Some(None)`: it was open again.
    pub ending: Option<Option<Ending>>,
    /// The new amount.
    pub amount: Option<Money>,
    /// The new close date.
    pub close_date: Option<Date>,
    /// The new owner.
    pub owner: Option<Arc<str>>,
    /// Whether a reason is given.
    pub has_reason: bool,
}

/// How a deal stands with a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The requirement's id.
    pub id: Arc<str>,
    /// Met, without a waiver.
    pub met: bool,
    /// Neither met nor waived, and asked of this deal.
    pub unmet: bool,
    /// Needed for the deal to be where it is.
    pub due: bool,
}

/// A waiver that a deal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The requirement's id.
    pub id: Arc<str>,
    /// Who gave it.
    pub by: Option<String>,
    /// Until when.
    pub until: Option<Date>,
}

/// A deal at a moment.
#[derive(Clone, Debug)]
pub struct DealState {
    /// Its id.
    pub id: Arc<str>,
    /// The path of its file.
    pub path: Arc<str>,
    /// What people call it.
    pub name: Option<String>,
    /// Who may buy.
    pub customer: Option<String>,
    /// The workflow it follows.
    pub workflow: Arc<Workflow>,
    /// What counts in sales.
    pub terms: Terms,
    /// The day of its outcome.
    pub ended: Option<Date>,
    /// The day it was opened.
    pub opened: Option<Date>,
    /// Its own probability, before its stage's.
    pub own_probability: Option<Decimal>,
    /// Its own category, before its stage's.
    pub own_category: Option<String>,
    /// From when until when it waits, as far as that is said.
    pub hold: Option<(Option<Date>, Option<Date>)>,
    /// Its requirements in the workflow's order; empty for a state that `history` alone tells of.
    pub requirements: Vec<Asked>,
    /// Its waivers, in the file's order.
    pub waivers: Vec<Given>,
    /// The entries of its `history`, oldest first.
    pub history: Vec<Change>,
    /// Which stages exist for it.
    pub stages: Vec<bool>,
    /// Where its `stage` stands, or else the deal.
    pub place: Place,
}

impl DealState {
    /// What is kept of a judged deal.
    #[must_use]
    pub fn of(judged: &Judged<'_>) -> Self {
        let deal = judged.deal;
        let outcome = deal.outcome();
        let hold = deal.values.record("on_hold").map(|hold| {
            (hold.value.date("from").map(|day| day.value), hold.value.date("until").map(|day| day.value))
        });
        let span = deal.stage().map_or(deal.span.at_start(), |stage| stage.span);
        let requirements = judged.judgement.items.iter().filter(|item| item.due != Due::Never);
        let stages = judged.judgement.stages.iter();
        Self {
            id: Arc::clone(&deal.id),
            path: Arc::clone(judged.file.path()),
            name: deal.name().map(str::to_owned),
            customer: deal.customer().map(str::to_owned),
            workflow: Arc::clone(judged.workflow),
            terms: Terms {
                stage: deal.stage().map(|stage| stage.value.into()),
                ending: outcome.map(|outcome| outcome.ending),
                amount: deal.amount().map(|amount| amount.value),
                close_date: deal.close_date().map(|day| day.value),
                owner: deal.owner().map(Into::into),
            },
            ended: outcome.and_then(|outcome| outcome.date).map(|day| day.value),
            opened: deal.opened().map(|day| day.value),
            own_probability: deal.probability(),
            own_category: deal.values.text("category").map(|category| category.value.to_owned()),
            hold,
            requirements: requirements
                .map(|item| Asked {
                    id: Arc::clone(&item.requirement.id),
                    met: matches!(item.state, State::Met(_)),
                    unmet: matches!(item.state, State::Unmet(..)),
                    due: item.due == Due::Now,
                })
                .collect(),
            waivers: waivers(deal),
            history: history(deal),
            stages: stages.map(|stage| *stage == Existence::Exists).collect(),
            place: Place::new(judged.file, span),
        }
    }

    /// Whether it waits on a day.
    #[must_use]
    pub fn is_on_hold(&self, day: Date) -> bool {
        let covers = |from: Option<Date>, until: Option<Date>| {
            from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
        };
        self.hold.is_some_and(|(from, until)| covers(from, until))
    }

    /// The number of its stage in its workflow, counted from 0.
    #[must_use]
    pub fn stage_index(&self) -> Option<usize> {
        self.workflow.stage_index(self.terms.stage.as_deref()?)
    }

    /// How likely it is won: its own probability, else its stage's, else not known.
    #[must_use]
    pub fn probability(&self) -> Option<Decimal> {
        let stage = self.stage_index().map(|stage| &self.workflow.stages[stage]);
        self.own_probability.or_else(|| stage?.probability)
    }

    /// Its forecast category: its own, else its stage's.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        let stage = self.stage_index().map(|stage| &self.workflow.stages[stage]);
        self.own_category.as_deref().or_else(|| stage?.category.as_deref())
    }

    /// The currency of its amount.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.terms.amount.and_then(|amount| amount.currency)
    }

    /// How it ended and was opened again, oldest first. An outcome that no entry of `history` tells counts from its day.
    #[must_use]
    pub fn endings(&self) -> Vec<(Date, Option<Ending>)> {
        let mut all: Vec<_> =
            self.history.iter().filter_map(|change| Some((change.date, change.ending?))).collect();
        if let (Some(ending), Some(day)) = (self.terms.ending, self.ended)
            && all.last().is_none_or(|(_, last)| *last != Some(ending))
        {
            all.push((day, Some(ending)));
            all.sort_by_key(|(day, _)| *day);
        }
        all
    }

    /// The first day of which anything is known; `None`: the file tells of no day.
    #[must_use]
    pub fn first_day(&self) -> Option<Date> {
        let entries = self.history.iter().map(|change| change.date);
        entries.chain(self.opened).chain(self.ended).min()
    }
}

fn waivers(deal: &Deal<'_>) -> Vec<Given> {
    deal.waivers()
        .map(|entry| Given {
            id: entry.id.value.into(),
            by: entry.record.and_then(|record| record.text("by")).map(|by| by.value.to_owned()),
            until: entry.record.and_then(|record| record.date("until")).map(|until| until.value),
        })
        .collect()
}

/// The entries that have a day, oldest first; those of one day in the file's order.
fn history(deal: &Deal<'_>) -> Vec<Change> {
    let mut changes: Vec<_> = deal.history().filter_map(|entry| change(entry.value)).collect();
    changes.sort_by_key(|change| change.date);
    changes
}

fn change(entry: &Record<'_>) -> Option<Change> {
    Some(Change {
        date: entry.date("date")?.value,
        stage: entry.text("stage").map(|stage| stage.value.into()),
        ending: entry.text("outcome").map(|outcome| Ending::parse(outcome.value)),
        amount: entry.money("amount").map(|amount| amount.value),
        close_date: entry.date("close_date").map(|day| day.value),
        owner: entry.text("owner").map(|owner| owner.value.into()),
        has_reason: entry.text("reason").is_some_and(|reason| !reason.value.trim().is_empty()),
    })
}
