//! The figures of a set of deals. Every one says what it covers.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::{MoneyUnit, MoneyView, NOTHING, Number, Share};

/// The figures of a set of deals. "In the window" means: with a close date in it, or closed in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// How many of these deals closed in the window and have no file any more; no list shows them.
    pub archived: usize,
    /// Open deals whenever they close, those on hold apart.
    pub open: Sum,
    /// Those of them that close in the window.
    pub open_in_window: Sum,
    /// Open deals on hold today; they are in no other figure.
    pub on_hold: Sum,
    /// Open deals without a close date; they are in no window.
    pub undated: Sum,
    /// The weighted value of the open deals.
    pub weighted: Weighted,
    /// The weighted value of those that close in the window.
    pub weighted_in_window: Weighted,
    /// Won in the window, by the date of the outcome.
    pub won: Sum,
    /// Lost in the window.
    pub lost: Sum,
    /// Disqualified in the window.
    pub disqualified: Sum,
    /// Closed deals of which neither an outcome's date nor a close date is known; they are in no window.
    pub closed_undated: Sum,
    /// By forecast category, in the window: `closed`, `commit`, `best-case` and `pipeline`, which add up step by step,
    /// then `slipped`, `slipped-before`, `omitted` and `uncategorised`, which stand apart.
    pub categories: Vec<Bucket>,
    /// Where the window ends up if the measure comes true.
    pub landing: Landing,
    /// What is to be won in the window; null when there is no target for it.
    pub target: Option<MoneyView>,
    /// Open in the window against what is still to be won; null where `no_coverage` says why.
    pub coverage: Option<Coverage>,
    /// Why there is no coverage: no target, it is reached, or what is won or open is not priced.
    pub no_coverage: Option<String>,
    /// Whether the target is reached; null when there is none, and when what is won is not priced.
    pub target_reached: Option<bool>,
    /// Of the deals won or lost in the window, how many were won.
    pub win_rate: WinRate,
    /// How long won deals took.
    pub cycle: Cycle,
    /// What the open deals bring in a day at the window's win rate, size and cycle, in currency a day; null when one
    /// of the parts is not known.
    pub velocity: Option<MoneyView>,
    /// How much hangs on the biggest open deals; null when no open deal is priced.
    pub concentration: Option<Concentration>,
}

/// Deals and their value. Prints as its `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// How many deals, those not priced among them.
    pub deals: usize,
    /// The sum of those that are priced, in the report's currency; null when there is no such currency, and when none of
    /// the deals is priced.
    pub amount: Option<MoneyView>,
    /// How many are not priced, having no amount or no exchange rate, and so are not, or not wholly, in `amount`.
    pub not_priced: usize,
    /// For people, without the currency: `12,000 and 1 not priced`.
    pub digits: String,
    /// For people: `12,000 EUR and 1 not priced`; `— (2 not priced)` when nothing is priced.
    pub text: String,
}

/// The weighted value of some deals: each amount times its probability, rounded, then summed. Prints as its `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weighted {
    /// The sum, in the report's currency; null when there is no such currency, and when none of the deals has a weight.
    pub amount: Option<MoneyView>,
    /// How many deals are in it.
    pub deals: usize,
    /// How many are not in it because neither they nor their stage have a probability.
    pub no_probability: usize,
    /// How many are not in it because they are not priced.
    pub not_priced: usize,
    /// For people, without the currency: `12,000 and 1 not priced, 1 without probability`.
    pub digits: String,
    /// For people; `— (2 without probability)` when nothing has a weight.
    pub text: String,
}

impl Sum {
    /// A sum and what it leaves out.
    pub(in crate::report) fn new(deals: usize, amount: Option<MoneyView>, not_priced: usize) -> Self {
        let (digits, text) = with_left_out(amount, &[(not_priced, "not priced")]);
        Self { deals, amount, not_priced, digits, text }
    }

    /// What some deals are worth together: what nobody has priced is not 0.
    pub(in crate::report) fn of(
        values: impl Iterator<Item = Option<MoneyView>>,
        unit: Option<MoneyUnit>,
    ) -> Self {
        let (mut deals, mut priced, mut total) = (0, 0, Decimal::ZERO);
        for value in values {
            deals += 1;
            priced += usize::from(value.is_some());
            total += value.map_or(Decimal::ZERO, |value| value.amount);
        }
        let unit = unit.filter(|_| deals == 0 || priced > 0);
        Self::new(deals, unit.map(|unit| MoneyView::new(total, unit)), deals - priced)
    }
}

impl Weighted {
    /// A sum and what it leaves out.
    pub(in crate::report) fn new(
        amount: Option<MoneyView>,
        deals: usize,
        no_probability: usize,
        not_priced: usize,
    ) -> Self {
        let amount = amount.filter(|_| deals > 0 || no_probability + not_priced == 0);
        let (digits, text) =
            with_left_out(amount, &[(not_priced, "not priced"), (no_probability, "without probability")]);
        Self { amount, deals, no_probability, not_priced, digits, text }
    }
}

/// An amount with what it leaves out, without its currency and with it.
pub(super) fn with_left_out(amount: Option<MoneyView>, left_out: &[(usize, &str)]) -> (String, String) {
    let left_out = left_out.iter().filter(|(count, _)| *count > 0);
    let left_out = left_out.map(|(count, why)| format!("{count} {why}")).collect::<Vec<_>>().join(", ");
    let Some(amount) = amount else {
        let nothing =
            if left_out.is_empty() { NOTHING.to_owned() } else { format!("{NOTHING} ({left_out})") };
        return (nothing.clone(), nothing);
    };
    let with = |shown: String| if left_out.is_empty() { shown } else { format!("{shown} and {left_out}") };
    (with(amount.digits()), with(amount.to_string()))
}

/// A forecast category in the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// `closed`, `commit`, `best-case`, `pipeline`, `slipped`, `slipped-before`, `omitted` or `uncategorised`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its deals alone.
    pub single: Sum,
    /// Its deals and those of the categories before it; null for those that stand apart.
    pub cumulative: Option<Sum>,
}

/// What is won in the window plus what is still to come, by two measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Landing {
    /// Won and what is left in commit.
    pub commit: Sum,
    /// Won and the weighted value of what is open in the window.
    pub weighted: Weighted,
}

/// How many times over the open deals cover what is still to be won.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// `open` ÷ `to_win`, two decimals.
    pub ratio: Number,
    /// The value of the deals open in the window.
    pub open: MoneyView,
    /// The target less what is won in the window.
    pub to_win: MoneyView,
    /// What it stands on, in words.
    pub basis: String,
}

/// Won ÷ (won + lost), of deals closed in the window. Disqualified deals are apart. Prints as its `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WinRate {
    /// By number of deals; null when none was won or lost.
    pub by_count: Option<Share>,
    /// By value of the priced deals; null when there is nothing to divide by, and when all that was won, or all that was
    /// lost, is not priced.
    pub by_value: Option<Share>,
    /// How many were won or lost.
    pub of: usize,
    /// How many of those are not priced, and so are not in `by_value`.
    pub not_priced: usize,
    /// By number of deals, for people: `66.7 % (4 of 6)`; of fewer than five, the counts alone: `2 of 3`.
    pub text: String,
    /// By value, for people: `64.7 % (110,000 of 170,000 EUR)`; of fewer than five deals, the amounts alone.
    pub value_text: String,
    /// How many were won.
    pub won: usize,
    /// How many were lost.
    pub lost: usize,
    /// How many were disqualified; not counted in the rate.
    pub disqualified: usize,
}

/// From opening, or else the first stage, to the win, in whole days, of deals won in the window. Prints as its `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cycle {
    /// The mean and how many deals it is of, for people: `61.0 (7)`; of fewer than five, the days themselves.
    pub text: String,
    /// The median, in the same way.
    pub median_text: String,
    /// The mean in days, one decimal; null when no cycle is known.
    pub mean: Option<Number>,
    /// The median in days, one decimal; null when no cycle is known.
    pub median: Option<Number>,
    /// The days of each deal, fewest first.
    pub days: Vec<i64>,
    /// How many won deals have no known first day.
    pub unknown: usize,
}

/// How much of the open value hangs on the three biggest deals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Concentration {
    /// The biggest open deals, at the most three, biggest first: positions in the model's `deals`.
    pub deals: Vec<usize>,
    /// Their value.
    pub amount: MoneyView,
    /// Their share of the value of all open deals that are priced.
    pub share: Share,
    /// How many open deals are not priced, and so are in no share.
    pub not_priced: usize,
}

/// The figures of a part of the deals: of one owner, of one company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// The owner's address, or the company's id; null for deals that have no owner.
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// The address of its page in a site, from the site's first folder.
    pub page: String,
    /// Findings of level error about its deals.
    pub errors: usize,
    /// Findings of level warning about its deals.
    pub warnings: usize,
    /// How many of its deals have an error.
    pub with_errors: usize,
    /// How many of its deals are stalled: open ones, and won ones whose work goes on.
    pub stalled: usize,
    /// Its figures, with the target of the company or the person.
    pub figures: Figures,
}
