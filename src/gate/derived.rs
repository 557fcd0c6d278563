//! The values of `[derived]` for a deal.

use super::judgement::Judgement;
use crate::deal::rates::Rates;
use crate::deal::{Deal, Value};
use crate::requirement::Expression;
use crate::requirement::expression::{Scope, Undecided};
use crate::workflow::Workflow;

/// A derived name, its expression, and its value for a deal: `None` is null, and an error says what it lacks.
pub(crate) type DerivedValue<'w> = (&'w str, &'w Expression, Result<Option<Value<'static>>, Undecided>);

/// The values of a workflow's derived names for a judged deal, in the workflow's order.
pub(crate) fn derived<'w>(
    deal: &Deal<'_>,
    workflow: &'w Workflow,
    judgement: &Judgement<'_>,
    rates: &Rates,
) -> Vec<DerivedValue<'w>> {
    let scope = Scope {
        deal,
        today: judgement.as_of,
        stage_index: judgement.stage.map(|stage| stage + 1),
        days_in_stage: judgement.days_in_stage,
        age: judgement.age,
        currency: workflow.currency,
        rate: &rates.seen_in(workflow.currency, judgement.as_of),
    };
    let named = workflow.derived.iter();
    named.map(|(name, expression)| (name.as_ref(), expression, expression.evaluate_value(&scope))).collect()
}
