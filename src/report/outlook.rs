//! Whether the window's target will be met: the answer, what it is based on, and what changed since a week ago.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::RoundingStrategy;

use super::model::{
    Category, DayView, DealView, EarlierLanding, Figures, MoneyView, Outlook, Share, Status, StepDue, Sum,
    WeekPoint, WeekShift,
};
use super::report_context::ReportContext;
use super::row::ReportRow;
use crate::deal::Period;
use crate::deal::period::days_between;
use crate::finding::wording::{Count, WordList};

/// What is known of the figures before today.
#[derive(Default)]
pub(super) struct KnownPast {
    /// Points of the last weeks.
    pub weeks: Vec<WeekPoint>,
    /// The quarter before, the same day of it, and where that one landed then.
    pub quarter_before: Option<(Period, Date, Sum)>,
}

/// The answer of some figures.
pub(super) fn outlook(
    rows: &[ReportRow],
    figures: &Figures,
    past: KnownPast,
    not_judged: usize,
    context: &ReportContext<'_>,
) -> Outlook {
    let KnownPast { weeks, quarter_before } = past;
    let quarter_before = quarter_before.map(|(window, day, landing)| EarlierLanding {
        window: window.name,
        as_of: DayView(day),
        more: less(figures.landing.commit.amount, landing.amount),
        landing,
    });
    let (from, until, today) = (context.window.from, context.window.until, context.today);
    let days = days_between(from, until) + 1;
    let days_gone = (days_between(from, today) + 1).clamp(0, days);
    let commit = &figures.landing.commit;
    let best_case = best_case(figures);
    let gap = less(figures.target, commit.amount);
    let open = rows.iter().filter(|row| row.deal.status == Status::Open && row.deal.on_hold.is_none());
    let due = |row: &&ReportRow| matches!(row.deal.step_due, StepDue::Today | StepDue::ThisWeek);
    let time = time(days_between(today, until), days_between(today, from));
    Outlook {
        answer: if rows.is_empty() && figures.archived == 0 {
            let which = if not_judged == 0 { "to tell of" } else { "that can be judged" };
            format!("There is no deal {which}.")
        } else {
            let told = match gap {
                Some(gap) => answer(figures, gap, less(figures.target, best_case.amount), &time),
                None => without_target(figures, quarter_before.as_ref(), &time),
            };
            told.unwrap_or_else(|| format!("{}; {time}.", unknown(rows, figures, context)))
        },
        doubts: doubts(rows, figures, not_judged),
        lands: gap.map(|gap| !gap.amount.is_sign_positive() || gap.amount.is_zero()),
        attainment: share(commit.amount, figures.target),
        gap,
        best_case_gap: less(figures.target, best_case.amount),
        best_case,
        days,
        days_gone,
        days_left: days - days_gone,
        due_this_week: open.filter(due).count(),
        since_a_week: shift(&weeks, today),
        quarter_before,
        weeks,
    }
}

/// Won, commit and best case.
fn best_case(figures: &Figures) -> Sum {
    let bucket = figures.categories.iter().find(|bucket| bucket.id == "best-case");
    bucket.and_then(|bucket| bucket.cumulative.clone()).unwrap_or_else(|| figures.landing.commit.clone())
}

fn less(from: Option<MoneyView>, amount: Option<MoneyView>) -> Option<MoneyView> {
    let (from, amount) = (from?, amount?);
    Some(MoneyView::new(from.amount - amount.amount, from.unit()))
}

/// A share in whole percents. What falls short of the whole by little is not all of it, so nothing is rounded up.
fn share(part: Option<MoneyView>, whole: Option<MoneyView>) -> Option<Share> {
    let share = part?.amount.checked_div(whole?.amount)?;
    Some(Share::new(share.round_dp_with_strategy(2, RoundingStrategy::ToZero)))
}

/// How much of the window is left, in words.
fn time(left: i64, begins: i64) -> String {
    let count = |days: i64| Count(usize::try_from(days).unwrap_or_default(), "day").to_string();
    match (left, begins) {
        (_, 1..) => format!("it begins in {}", count(begins)),
        (..0, _) => "it is over".to_owned(),
        (0, _) => "today is its last day".to_owned(),
        (left, _) => format!("{} left", count(left)),
    }
}

/// Why no amount can be said: there is nothing to add up, or nothing of it is priced.
fn unknown(rows: &[ReportRow], figures: &Figures, context: &ReportContext<'_>) -> String {
    let commit = &figures.landing.commit;
    if commit.deals == 0 {
        return "Nothing is won or committed".to_owned();
    }
    let amounts = rows.iter().filter_map(|row| row.deal.amount);
    let currencies: BTreeSet<&str> = amounts.map(|amount| amount.currency.code()).collect();
    if context.currency.is_none() && currencies.len() > 1 {
        let currencies: Vec<_> = currencies.into_iter().map(str::to_owned).collect();
        let currencies = WordList(&currencies, "and");
        return format!(
            "Where it lands is not known: amounts are in {currencies}, and `currency` in dealgate.toml does not say in \
             which to add them up"
        );
    }
    let meant = rows.iter().map(|row| &row.deal).filter(|deal| lands(deal));
    let reasons: BTreeSet<&str> = meant.filter_map(|deal| deal.not_priced.as_deref()).collect();
    let why = match reasons.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => format!(": {only}"),
        _ => String::new(),
    };
    let (deals, none) = match commit.deals {
        1 => ("1 deal is".to_owned(), "it is not priced"),
        deals => (format!("{deals} deals are"), "none is priced"),
    };
    format!("Where it lands is not known: {deals} won or committed, and {none}{why}")
}

/// Whether a deal is among what is won or committed.
fn lands(deal: &DealView) -> bool {
    let commits = deal.category == Some(Category::Commit) && deal.on_hold.is_none();
    deal.in_window && (deal.status == Status::Won || deal.status == Status::Open && commits)
}

/// Where it lands, against the same day of the quarter before where that is known; `None`: nothing of it is priced.
fn without_target(figures: &Figures, before: Option<&EarlierLanding>, time: &str) -> Option<String> {
    let lands = figures.landing.commit.amount?;
    let compared = before.and_then(|before| Some((before, before.more?)));
    let Some((EarlierLanding { window, as_of, .. }, more)) = compared else {
        return Some(format!("Commit lands at {lands}, without a target; {time}."));
    };
    let than = match more.amount {
        same if same.is_zero() => "as much as".to_owned(),
        less if less.is_sign_negative() => {
            format!("{} less than", MoneyView::new(-less, more.unit()).digits())
        }
        _ => format!("{} more than", more.digits()),
    };
    Some(format!("Commit lands at {lands}: {than} on {as_of}, the same day of {window}; {time}."))
}

/// Where it lands, against the target; `None`: nothing of it is priced.
fn answer(figures: &Figures, gap: MoneyView, best_gap: Option<MoneyView>, time: &str) -> Option<String> {
    let (target, lands) = (figures.target?, figures.landing.commit.amount?);
    let percent = share(Some(lands), Some(target)).map_or_else(String::new, |share| format!(" ({share})"));
    if figures.target_reached == Some(true) {
        let won = figures.won.amount.unwrap_or(lands);
        let percent = share(Some(won), Some(target)).map_or_else(String::new, |share| format!(" ({share})"));
        return Some(format!("The target is reached: {} of {target} won{percent}; {time}.", won.digits()));
    }
    let start = format!("Commit lands at {} of {target}{percent}", lands.digits());
    if gap.amount.is_zero() {
        return Some(format!("{start}: exactly on target, {time}."));
    }
    if gap.amount.is_sign_negative() {
        let over = MoneyView::new(-gap.amount, gap.unit());
        return Some(format!("{start}: {} over, {time}.", over.digits()));
    }
    let best = match best_gap {
        Some(best) if best.amount.is_sign_negative() || best.amount.is_zero() => {
            "; best case would reach it".to_owned()
        }
        Some(best) => format!("; best case would still be {} short", best.digits()),
        None => String::new(),
    };
    Some(format!("{start}: {} short, {time}{best}.", gap.digits()))
}

/// What makes the answer unsure.
fn doubts(rows: &[ReportRow], figures: &Figures, not_judged: usize) -> Vec<String> {
    let in_window = || rows.iter().map(|row| &row.deal).filter(|deal| deal.in_window);
    let won =
        |all: bool| in_window().filter(|deal| deal.status == Status::Won && (all || deal.errors > 0)).count();
    let commit = |all: bool| {
        let is = |category| category == Some(Category::Commit);
        let open = in_window().filter(|deal| deal.status == Status::Open && deal.on_hold.is_none());
        open.filter(|deal| is(deal.category) && (all || deal.errors > 0)).count()
    };
    let told = |faulty: usize, of: usize, which: &str| {
        let (deals, have) =
            (if of == 1 { "deal" } else { "deals" }, if faulty == 1 { "has" } else { "have" });
        (faulty > 0).then(|| format!("{faulty} of {of} {which} {deals} {have} errors"))
    };
    // Where nothing is priced, the answer itself says so.
    let landing = Some(&figures.landing.commit).filter(|sum| sum.amount.is_some() && sum.not_priced > 0);
    let not_priced = landing.map(|sum| {
        let are = if sum.not_priced == 1 { "is" } else { "are" };
        format!("{} of {} won or committed {are} not priced", sum.not_priced, Count(sum.deals, "deal"))
    });
    let files = rows.len() + not_judged;
    let are = if not_judged == 1 { "is" } else { "are" };
    let left_out = (not_judged > 0).then(|| {
        format!("{not_judged} of {} could not be judged and {are} in no figure", Count(files, "deal file"))
    });
    [told(won(false), won(true), "won"), told(commit(false), commit(true), "commit"), not_priced, left_out]
        .into_iter()
        .flatten()
        .collect()
}

/// From the point a week ago to the last.
fn shift(weeks: &[WeekPoint], today: Date) -> Option<WeekShift> {
    let (now, before) = (weeks.last()?, weeks.iter().rev().nth(1)?);
    let was_a_week_ago = days_between(before.as_of.0, today) == 7;
    was_a_week_ago.then(|| WeekShift {
        from: DayView(before.as_of.0),
        landing: less(now.landing.amount, before.landing.amount),
        open: less(now.open.amount, before.open.amount),
        weighted: less(now.weighted.amount, before.weighted.amount),
    })
}

#[cfg(test)]
mod tests {
    use iso_currency::Currency;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn what_falls_short_by_little_is_not_all_of_it() {
        let money = |amount: i64| Some(MoneyView::new(Decimal::from(amount), Currency::EUR));
        let shown = |part, whole| share(money(part), money(whole)).map(|share| share.to_string());
        assert_eq!(shown(996, 1000).as_deref(), Some("99 %"));
        assert_eq!(shown(1000, 1000).as_deref(), Some("100 %"));
        assert_eq!(shown(1119, 1000).as_deref(), Some("111 %"));
        assert_eq!(shown(1, 0), None);
    }
}
