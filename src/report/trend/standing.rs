//! A deal at the end of a past day, by the rules and rates of that day, as metrics count it.

use std::sync::Arc;

use jiff::civil::Date;

use super::deal_history::DealHistory;
use super::past_rules::RulesOfDay;
use crate::report::deal_value::{DealValue, PricingInput};
use crate::report::filter::{Filter, Traits, closing_day};
use crate::report::metric::{CountedDeal, Numbered};
use crate::report::model::{Category, MoneyView, Status};
use crate::report::report_context::ReportContext;

/// A deal at the end of a day.
pub(in crate::report) struct TrendStanding<'w> {
    /// The deal.
    pub deal_history: &'w DealHistory,
    /// Its close date then.
    pub close_date: Option<Date>,
    /// Whose it was then.
    pub owner: Option<Arc<str>>,
    status: Status,
    on_hold: bool,
    worth: DealValue,
    in_window: bool,
    ended: Option<Date>,
}

impl<'w> TrendStanding<'w> {
    /// How a deal stands at the end of the frame's day; `None`: it is not there, or the filters leave it out.
    pub(in crate::report) fn at(
        deal_history: &'w DealHistory,
        filter: &Filter,
        rules: &RulesOfDay,
        context: &ReportContext<'_>,
    ) -> Option<Self> {
        let day = context.today;
        let ended = deal_history.term_history.ended(day);
        let terms = match deal_history.away_since(day) {
            // What was archived within the window in which it closed counts in it.
            Some(gone) => deal_history.term_history.before_leaving(gone).filter(|terms| {
                let closed = terms.ending.and(deal_history.term_history.ended(gone));
                closed.is_some_and(|closed| context.window.contains(closed))
            })?,
            None => deal_history.term_history.at(day)?,
        };
        let status = terms.ending.map_or(Status::Open, Status::from);
        let closing = closing_day(status, ended, terms.close_date);
        let traits = Traits {
            id: &deal_history.id,
            company: &deal_history.workflow.id,
            owner: terms.owner.as_deref(),
            stage: terms.stage.as_deref(),
            closing,
        };
        if !filter.leaves(&traits) {
            return None;
        }
        let workflow = rules.workflow(&deal_history.workflow);
        let stage = terms.stage.as_deref().and_then(|id| workflow.stage_index(id));
        let stage = stage.map(|index| &workflow.stages[index]);
        let worth = DealValue::of(
            &PricingInput {
                status,
                ended,
                amount: terms.amount,
                close_date: terms.close_date,
                probability: terms.probability.or_else(|| stage?.probability),
                category: terms.category.as_deref().or_else(|| stage?.category.as_deref()),
            },
            context,
        );
        Some(Self {
            deal_history,
            close_date: terms.close_date,
            status,
            on_hold: status == Status::Open && terms.is_on_hold(day),
            owner: terms.owner,
            worth,
            in_window: closing.is_some_and(|day| context.window.contains(day)),
            ended,
        })
    }
}

impl CountedDeal for TrendStanding<'_> {
    fn status(&self) -> Status {
        self.status
    }

    fn is_on_hold(&self) -> bool {
        self.on_hold
    }

    fn value(&self) -> Option<MoneyView> {
        self.worth.value
    }

    fn weighted(&self) -> Option<MoneyView> {
        self.worth.weighted
    }

    fn category(&self) -> Option<Category> {
        self.worth.category
    }

    fn is_in_window(&self) -> bool {
        self.in_window
    }

    fn has_close_date(&self) -> bool {
        self.close_date.is_some()
    }

    fn ended(&self) -> Option<Date> {
        self.ended
    }

    fn opened(&self) -> Option<Date> {
        self.deal_history.opened
    }
}

/// Standings with their places.
pub(super) fn numbered<'s, 'w>(standings: &'s [TrendStanding<'w>]) -> Vec<Numbered<'s, TrendStanding<'w>>> {
    standings.iter().enumerate().collect()
}
