//! Forecast against outcome: accuracy and bias, of one point and of all that are finished.

use rust_decimal::Decimal;

use super::points::Point;
use crate::report::model::{
    Accuracy, DayView, Forecast, Landing, Measure, MoneyView, NOTHING, Share, Sum, TrendPoint,
};

/// The forecast of a point: the landing at its start, when nothing is won in it yet, and what was won.
pub(super) fn forecast(landing: &Landing, won: &Sum, point: &Point, known: bool) -> Forecast {
    let measure = |forecast: Option<MoneyView>, text: &str, left_out: usize| {
        let forecast = forecast.filter(|_| known);
        let text = if known { text } else { NOTHING };
        // What is not priced may have made the forecast right, or wrong.
        let is_whole = left_out + won.not_priced == 0;
        let ends = forecast.zip(won.amount).filter(|_| is_whole && !point.running);
        let errors = ends.map(|(forecast, won)| Errors::of(forecast, won)).unwrap_or_default();
        let (accuracy, bias) = (errors.accuracy(), errors.bias());
        Measure { forecast, left_out, text: text.to_owned(), accuracy, bias }
    };
    let Landing { commit, weighted } = landing;
    Forecast {
        made: DayView(point.eve),
        commit: measure(commit.amount, &commit.digits, commit.not_priced),
        weighted: measure(weighted.amount, &weighted.digits, weighted.not_priced + weighted.no_probability),
        won: won.clone(),
    }
}

/// How good the forecasts of all finished points were.
pub(super) fn accuracy(points: &[TrendPoint]) -> Accuracy {
    let finished = || points.iter().filter(|point| !point.running);
    let errors = |measure: &dyn Fn(&Forecast) -> &Measure| {
        let is_whole = |forecast: &&Forecast| measure(forecast).left_out + forecast.won.not_priced == 0;
        let whole = finished().map(|point| &point.forecast).filter(is_whole);
        let ends = whole.filter_map(|forecast| measure(forecast).forecast.zip(forecast.won.amount));
        ends.fold(Errors::default(), |sum, (forecast, won)| sum.plus(Errors::of(forecast, won)))
    };
    let (commit, weighted) = (errors(&|it| &it.commit), errors(&|it| &it.weighted));
    Accuracy {
        points: finished().filter(|point| point.forecast.commit.forecast.is_some()).count(),
        commit: commit.accuracy(),
        commit_bias: commit.bias(),
        weighted: weighted.accuracy(),
        weighted_bias: weighted.bias(),
    }
}

/// Sums of how wrong forecasts were.
#[derive(Clone, Copy, Default)]
struct Errors {
    absolute: Decimal,
    signed: Decimal,
    won: Decimal,
}

impl Errors {
    fn of(forecast: MoneyView, won: MoneyView) -> Self {
        let signed = forecast.amount - won.amount;
        Self { absolute: signed.abs(), signed, won: won.amount }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            absolute: self.absolute + other.absolute,
            signed: self.signed + other.signed,
            won: self.won + other.won,
        }
    }

    fn accuracy(self) -> Option<Share> {
        Some(Share::new(Decimal::ONE - self.absolute.checked_div(self.won)?))
    }

    fn bias(self) -> Option<Share> {
        self.signed.checked_div(self.won).map(Share::new)
    }
}
