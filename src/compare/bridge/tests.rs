//! That the rows add up, whatever happens to deals.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use iso_currency::Currency;
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::compare::HistoryEntry;
use crate::compare::deal_track::state_at;
use crate::compare::state::{Closing, DealState};
use crate::deal::Money;
use crate::deal::rates::Rates;
use crate::finding::Finding;
use crate::finding::limit::Limits;
use crate::history::{FileTerms, GitHistory, TermHistory};
use crate::snapshot::{Listing, Snapshot, unreadable};
use crate::source::{Place, SourceFile, Span};
use crate::workflow::{Library, Surroundings, Workflow};

struct Nothing;

impl Snapshot for Nothing {
    fn walk(&self, _: &str) -> Listing {
        Listing::default()
    }

    fn files_in(&self, _: &str) -> Listing {
        Listing::default()
    }

    fn stray(&self, _: &str) -> Option<Finding> {
        None
    }

    fn has_file(&self, _: &str) -> bool {
        false
    }

    fn read(&self, path: &str, _: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        Err(Box::new(unreadable(path, "there is nothing", "")))
    }
}

fn pricing() -> Pricing {
    let dollars =
        vec![(date(2026, 1, 1), "0.90".parse().unwrap()), (date(2026, 4, 15), "0.80".parse().unwrap())];
    let rates = Rates { base: Some(Currency::EUR), table: BTreeMap::from([("USD", dollars)]) };
    Pricing { currency: Some(Currency::EUR), rates }
}

fn state(
    id: usize,
    terms: TrackedFields,
    ended: Option<Date>,
    opened: Option<Date>,
    history: Vec<HistoryEntry>,
) -> DealState {
    told_state(id, terms, ended, opened, history, None)
}

/// The same with what commits tell.
fn told_state(
    id: usize,
    terms: TrackedFields,
    ended: Option<Date>,
    opened: Option<Date>,
    history: Vec<HistoryEntry>,
    told: Option<&GitHistory>,
) -> DealState {
    static STANDARD: LazyLock<Arc<Workflow>> = LazyLock::new(|| {
        let rates = Rates::default();
        let surroundings = Surroundings {
            currency: None,
            rates: &rates,
            today: date(2026, 5, 1),
            limits: Limits::default(),
        };
        let library = Library::load(&Nothing, "workflows", surroundings);
        Arc::clone(library.get("standard").flatten().unwrap())
    });
    let file = Arc::new(SourceFile::new("deals/a.yaml", ""));
    let now = FileTerms { terms: terms.clone(), ended: ended.filter(|_| terms.ending.is_some()) };
    let term_history = TermHistory::together(&history, told, &now, opened);
    DealState {
        id: format!("deal-{id}").into(),
        path: "deals/a.yaml".into(),
        name: None,
        customer: None,
        workflow: Arc::clone(&STANDARD),
        terms: Arc::new(terms),
        ended,
        closing: Closing::default(),
        opened,
        requirements: Vec::new(),
        waivers: Vec::new(),
        term_history: Arc::new(term_history),
        history,
        stages: Vec::new(),
        place: Place::new(&file, Span::default()),
    }
}

fn day() -> impl Strategy<Value = Date> {
    (0..240_i64).prop_map(|days| date(2026, 1, 1).checked_add(days.days()).unwrap())
}

/// Some without a currency, some in one that has no rate.
fn amount() -> impl Strategy<Value = Option<Money>> {
    let currency = prop::sample::select(vec![
        Some(Currency::EUR),
        Some(Currency::EUR),
        Some(Currency::USD),
        Some(Currency::GBP),
        None,
    ]);
    prop::option::weighted(
        0.9,
        (1..500_000_i64, currency)
            .prop_map(|(cents, currency)| Money { amount: Decimal::new(cents, 2), currency }),
    )
}

fn ending() -> impl Strategy<Value = Option<Ending>> {
    prop::sample::select(vec![None, None, Some(Ending::Won), Some(Ending::Lost), Some(Ending::Disqualified)])
}

fn owner() -> impl Strategy<Value = Option<Arc<str>>> {
    prop::sample::select(vec![None, Some("jane"), Some("raj")]).prop_map(|owner| owner.map(Arc::from))
}

fn terms() -> impl Strategy<Value = TrackedFields> {
    (ending(), amount(), prop::option::weighted(0.9, day()), owner()).prop_map(
        |(ending, amount, close_date, owner)| TrackedFields {
            stage: Some("qualified".into()),
            ending,
            amount,
            close_date,
            owner,
            ..TrackedFields::default()
        },
    )
}

fn change() -> impl Strategy<Value = HistoryEntry> {
    (day(), prop::option::of(ending()), amount(), prop::option::of(day()), owner()).prop_map(
        |(date, ending, amount, close_date, owner)| HistoryEntry {
            date,
            stage: None,
            ending,
            amount,
            close_date,
            owner,
            reason: None,
        },
    )
}

fn any_state() -> impl Strategy<Value = DealState> {
    let history = prop::collection::vec(change(), 0..8);
    (terms(), prop::option::of(day()), prop::option::of(day()), history, prop::option::of(told())).prop_map(
        |(terms, ended, opened, mut history, told)| {
            history.sort_by_key(|change| change.date);
            told_state(0, terms, ended, opened, history, told.as_ref())
        },
    )
}

/// What commits may tell, also of outcomes that were written down late.
fn told() -> impl Strategy<Value = GitHistory> {
    let facts = (day(), terms(), prop::option::of(day())).prop_map(|(day, terms, ended)| {
        (day, FileTerms { ended: ended.filter(|_| terms.ending.is_some()), terms })
    });
    (prop::collection::vec(facts, 0..6), any::<bool>()).prop_map(|(mut facts, whole)| {
        facts.sort_by_key(|(day, _)| *day);
        let cut = !whole && !facts.is_empty();
        let before = cut.then(|| facts.remove(0).1);
        GitHistory { facts, before, whole, ..GitHistory::default() }
    })
}

fn named(state: Option<DealState>, number: usize) -> Option<DealState> {
    state.map(|state| DealState { id: format!("deal-{number}").into(), ..state })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_rows_add_up_to_what_is_open_at_the_end(
        deals in prop::collection::vec((prop::option::of(any_state()), prop::option::of(any_state())), 1..6),
        days in (day(), day()),
        edges in (day(), day()),
        windowed in any::<bool>(),
    ) {
        let (from, to) = (days.0.min(days.1), days.0.max(days.1));
        let window = Period { name: String::new(), from: edges.0.min(edges.1), until: edges.0.max(edges.1) };
        let window = windowed.then_some(&window);
        let mut open = Decimal::ZERO;
        let tracks: Vec<_> = deals.into_iter().enumerate().map(|(number, (before, after))| {
            let (before, after) = (named(before, number), named(after, number));
            if let Some(after) = after.as_ref().filter(|after| View::all(window).standing(Some(&after.terms), to) == BridgeStanding::Counts) {
                open += pricing().price(after.terms.amount, to).unwrap_or_default();
            }
            let track = DealTrack::between(before.as_ref(), after.as_ref(), from, to);
            prop_assert_eq!(track.end(), after.as_ref().map(|after| &*after.terms));
            let in_order = track.steps.is_sorted_by_key(|step| step.day);
            prop_assert!(in_order && track.steps.iter().all(|step| from <= step.day && step.day <= to));
            Ok(track)
        }).collect::<Result<_, _>>()?;
        let bridge = Bridge::build(&tracks, View::all(window), (&pricing(), from), (&pricing(), to));
        let changes: Decimal = bridge.rows[..15].iter().map(|row| row.value).sum();
        prop_assert_eq!(changes, open);
        prop_assert_eq!(bridge.value(BridgeStep::OpenAtEnd), open);
        // What is open is somebody's, whoever it was handed to in between.
        let of_each: Decimal = [None, Some("jane"), Some("raj")].into_iter().map(|owner| {
            let scope = move |terms: &TrackedFields| terms.owner.as_deref() == owner;
            let view = View { window, scope: &scope };
            Bridge::build(&tracks, view, (&pricing(), from), (&pricing(), to)).value(BridgeStep::OpenAtEnd)
        }).sum();
        prop_assert_eq!(of_each, open);
    }

    #[test]
    fn history_alone_adds_up_too(state in any_state(), days in (day(), day())) {
        let (from, to) = (days.0.min(days.1), days.0.max(days.1));
        let now = date(2027, 1, 1);
        let (before, after) = (state_at(&state, from, now), state_at(&state, to, now));
        let track = DealTrack::between(before.as_ref(), after.as_ref(), from, to);
        let bridge = Bridge::build(&[track], View::all(None), (&pricing(), from), (&pricing(), to));
        let changes: Decimal = bridge.rows[..15].iter().map(|row| row.value).sum();
        prop_assert_eq!(changes, bridge.value(BridgeStep::OpenAtEnd));
    }
}

fn euros(amount: i64) -> Money {
    Money { amount: Decimal::from(amount), currency: Some(Currency::EUR) }
}

fn open(amount: i64, close: Date) -> TrackedFields {
    TrackedFields {
        stage: Some("qualified".into()),
        amount: Some(euros(amount)),
        close_date: Some(close),
        ..TrackedFields::default()
    }
}

/// The rows that are not empty, as `name value`.
fn shown(before: Option<&DealState>, after: Option<&DealState>) -> Vec<String> {
    let (from, to) = (date(2026, 3, 31), date(2026, 4, 30));
    let window = Period { name: String::new(), from: date(2026, 4, 1), until: date(2026, 6, 30) };
    let track = DealTrack::between(before, after, from, to);
    let bridge = Bridge::build(&[track], View::all(Some(&window)), (&pricing(), from), (&pricing(), to));
    let rows = bridge.rows.iter().filter(|row| !row.parts.is_empty());
    rows.map(|row| format!("{} {}", row.row.name(), row.value)).collect()
}

#[test]
fn a_deal_leaves_at_its_value_at_exit() {
    let june = date(2026, 6, 15);
    let before = state(1, open(100, june), None, None, vec![]);
    let lost = TrackedFields { ending: Some(Ending::Lost), ..open(80, june) };
    let after = state(1, lost, Some(date(2026, 4, 12)), None, vec![]);
    assert_eq!(shown(Some(&before), Some(&after)), ["open at start 100", "decreased -20", "lost -80"]);
    let moved = state(1, open(120, date(2026, 8, 1)), None, None, vec![]);
    assert_eq!(shown(Some(&before), Some(&moved)), ["open at start 100", "increased 20", "moved out -120"]);
    assert_eq!(shown(Some(&before), None), ["open at start 100", "removed -100"]);
}

#[test]
fn history_tells_what_two_states_do_not() {
    let june = date(2026, 6, 15);
    let entry = |day, ending| HistoryEntry {
        date: date(2026, 4, day),
        stage: None,
        ending: Some(ending),
        amount: None,
        close_date: None,
        owner: None,
        reason: Some("asked again".into()),
    };
    let before = state(1, open(100, june), None, None, vec![]);
    let history = vec![entry(5, Some(Ending::Lost)), entry(9, None)];
    let after = state(1, open(130, june), None, None, history);
    assert_eq!(
        shown(Some(&before), Some(&after)),
        ["open at start 100", "reopened 100", "increased 30", "lost -100", "open at end 130"]
    );
}

#[test]
fn won_early_comes_in_on_the_day_it_is_won() {
    let before = state(1, open(100, date(2026, 9, 1)), None, None, vec![]);
    let won = TrackedFields { ending: Some(Ending::Won), ..open(100, date(2026, 9, 1)) };
    let after = state(1, won.clone(), Some(date(2026, 4, 20)), None, vec![]);
    assert_eq!(shown(Some(&before), Some(&after)), ["moved in 100", "won -100"]);
    let new = state(
        2,
        TrackedFields { close_date: Some(date(2026, 4, 25)), ..won },
        Some(date(2026, 4, 25)),
        None,
        vec![],
    );
    assert_eq!(shown(None, Some(&new)), ["new 100", "won -100"]);
}
