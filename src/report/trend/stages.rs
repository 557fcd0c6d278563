//! Stages over time: conversion, and days in stage. A stage that no workflow has any more is one of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::deal_history::DealHistory;
use super::past_rules::PastRules;
use crate::report::metric;
use crate::report::model::{OutOf, Share, StageConversion, StageDays, average, rate};

/// The stages that deals were in or could be in, in the order in which they are shown.
pub(super) struct TrendStages(Vec<TrendStage>);

struct TrendStage {
    company: Arc<str>,
    company_name: String,
    id: Arc<str>,
    name: String,
    /// Its place in today's workflow, from 0.
    index: Option<usize>,
    /// How far along the way it is, today or when it last was a stage; `None`: nobody knows.
    rank: Option<usize>,
}

impl TrendStages {
    /// The stages of the workflows that deals follow, today's first; and those that deals were in once.
    pub(super) fn of(deal_histories: &[DealHistory], times: &PastRules<'_>) -> Self {
        let mut companies: BTreeMap<&Arc<str>, (&DealHistory, BTreeSet<&Arc<str>>)> = BTreeMap::new();
        for deal_history in deal_histories {
            let known =
                companies.entry(&deal_history.workflow.id).or_insert_with(|| (deal_history, BTreeSet::new()));
            known.1.extend(
                deal_history.visits.iter().filter(|visit| visit.stage.is_none()).map(|visit| &visit.id),
            );
        }
        let mut all = Vec::new();
        for (company, (deal_history, others)) in companies {
            let workflow = &deal_history.workflow;
            let stage = |id: &Arc<str>, name: &str, index, rank| TrendStage {
                company: Arc::clone(company),
                company_name: workflow.name.clone(),
                id: Arc::clone(id),
                name: name.to_owned(),
                index,
                rank,
            };
            let today = workflow.stages.iter().enumerate();
            all.extend(today.map(|(index, it)| stage(&it.id, &it.name, Some(index), Some(index))));
            all.extend(others.into_iter().map(|id| {
                let then = times.libraries().find_map(|library| {
                    let workflow = library.get(company).flatten()?;
                    let index = workflow.stage_index(id)?;
                    Some((index, workflow.stages[index].name.clone()))
                });
                let name = then.as_ref().map_or(id.as_ref(), |(_, name)| name);
                stage(id, name, None, then.as_ref().map(|(rank, _)| *rank))
            }));
        }
        Self(all)
    }

    /// Stages that no workflow of any day that was looked at has.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|stage| stage.rank.is_none()).map(|stage| stage.id.as_ref())
    }

    /// Of the deals that first entered each stage in some days, or passed it over, how many came further before the sale.
    pub(super) fn conversion(
        &self,
        deal_histories: &[&DealHistory],
        days: (Date, Date),
    ) -> Vec<StageConversion> {
        let mut counts: Vec<(ExitCount, ExitCount)> = self.0.iter().map(|_| Default::default()).collect();
        for deal_history in deal_histories {
            let own = |(_, stage): &(usize, &TrendStage)| stage.company == deal_history.workflow.id;
            let rank = |id: &Arc<str>| {
                self.0.iter().find(|it| it.company == deal_history.workflow.id && it.id == *id)?.rank
            };
            let (sold, is_won) = deal_history.before_the_sale();
            let ranks: Vec<_> = sold.iter().map(|visit| rank(&visit.id)).collect();
            for (at, stage) in self.0.iter().enumerate().filter(own) {
                let is_further =
                    |there: &Option<usize>| there.zip(stage.rank).is_some_and(|(it, here)| it > here);
                let entered = sold.iter().position(|visit| visit.id == stage.id);
                let passed = ranks.iter().position(is_further);
                let fate = |from: usize| {
                    let won = is_won || deal_history.is_won_since(sold[from].entered);
                    let advanced = won || ranks[from + 1..].iter().any(is_further);
                    let waits =
                        deal_history.is_open() && sold.last().is_some_and(|visit| visit.id == stage.id);
                    match (advanced, waits) {
                        (true, _) => StageExit::Advanced,
                        (false, true) => StageExit::Waits,
                        (false, false) => StageExit::Left,
                    }
                };
                let (strict, both) = &mut counts[at];
                if let Some(entered) = entered {
                    strict.add(sold[entered].entered, days, fate(entered));
                }
                if let Some(first) = entered.into_iter().chain(passed).min() {
                    let skipped = passed == Some(first);
                    both.add(
                        sold[first].entered,
                        days,
                        if skipped { StageExit::Advanced } else { fate(first) },
                    );
                }
            }
        }
        let shown = |(stage, (strict, both)): (&TrendStage, (ExitCount, ExitCount))| StageConversion {
            company: stage.company.to_string(),
            company_name: stage.company_name.clone(),
            stage: stage.id.to_string(),
            name: stage.name.clone(),
            number: stage.index.map(|index| index + 1),
            strict: strict.out_of(),
            entered_or_passed: both.out_of(),
        };
        self.0.iter().zip(counts).map(shown).collect()
    }

    /// How long the stays in each stage were that ended in some days.
    pub(super) fn days(
        &self,
        deal_histories: &[&DealHistory],
        (from, until): (Date, Date),
    ) -> Vec<StageDays> {
        let of = |stage: &TrendStage| {
            let own = deal_histories.iter().filter(|deal_history| deal_history.workflow.id == stage.company);
            let visits =
                own.flat_map(|deal_history| deal_history.visits.iter().filter(|visit| visit.id == stage.id));
            let ended = visits.filter(|it| it.left.is_some_and(|left| from <= left && left <= until));
            let mut days: Vec<i64> = ended.filter_map(|visit| visit.days(until)).collect();
            days.sort_unstable();
            let (mean, median) = (metric::mean(&days), metric::median(&days));
            StageDays {
                company: stage.company.to_string(),
                company_name: stage.company_name.clone(),
                stage: stage.id.to_string(),
                name: stage.name.clone(),
                number: stage.index.map(|index| index + 1),
                stays: days.len(),
                text: average(mean, &days),
                median_text: average(median, &days),
                mean,
                median,
            }
        };
        self.0.iter().map(of).collect()
    }
}

/// What became of a deal that entered a stage.
#[derive(Clone, Copy, PartialEq)]
enum StageExit {
    /// It reached a further stage, or was won.
    Advanced,
    /// It is open, and in the stage still.
    Waits,
    /// It ended otherwise, or went back.
    Left,
}

/// So many of so many.
#[derive(Default)]
struct ExitCount {
    deals: usize,
    of: usize,
    still: usize,
}

impl ExitCount {
    fn add(&mut self, since: Date, (from, until): (Date, Date), fate: StageExit) {
        if from <= since && since <= until {
            self.of += usize::from(fate != StageExit::Waits);
            self.still += usize::from(fate == StageExit::Waits);
            self.deals += usize::from(fate == StageExit::Advanced);
        }
    }

    fn out_of(self) -> OutOf {
        let Self { deals, of, still } = self;
        let share = Decimal::from(deals).checked_div(Decimal::from(of)).map(Share::new);
        let mut text = rate(share, &deals.to_string(), &of.to_string(), of);
        if still > 0 {
            let _ = write!(text, ", {still} still in it");
        }
        OutOf { deals, of, still, share, text }
    }
}
