//! Random histories of deals, told as `history` and as commits, against a computation that knows nothing of the
//! program: it replays what happened, naively, day by day.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;

use crate::repo::{Repo, few};
use crate::run::dealgate;

const TODAY: Date = date(2026, 6, 15);
const STAGES: [(&str, Option<i64>, &str); 4] = [
    ("lead", Some(10), "pipeline"),
    ("quote", Some(45), "best-case"),
    ("unsure", None, "omitted"),
    ("signed", Some(85), "commit"),
];
const RULES: &str = "currency = \"EUR\"\nstages = [\"lead\", \"quote\", \"unsure\", \"signed\"]\n\
    [stage.lead]\nprobability = 0.1\ncategory = \"pipeline\"\n\
    [stage.quote]\nprobability = 0.45\ncategory = \"best-case\"\n\
    [stage.unsure]\ncategory = \"omitted\"\n\
    [stage.signed]\nprobability = 0.85\ncategory = \"commit\"\n";
const SETTINGS: &str = "currency = \"EUR\"\n[rates]\nUSD = { 2025-01-01 = 0.90, 2026-04-15 = 0.80 }\n[levels]\nreopened = \"off\"\n";

/// How a deal stands from a day on.
#[derive(Clone, Debug, PartialEq)]
struct State {
    stage: usize,
    amount: i64,
    close: Date,
    ending: Option<&'static str>,
    /// The first and the last day on which it is on hold.
    waits: Option<(Date, Date)>,
}

impl State {
    fn is_open(&self, day: Date) -> bool {
        self.ending.is_none() && !self.waits(day)
    }

    fn waits(&self, day: Date) -> bool {
        self.waits.is_some_and(|(from, until)| from <= day && day <= until)
    }
}

/// A deal: what it became on which day. The file of some is deleted, for good or for a while; some are renamed.
#[derive(Clone, Debug)]
struct Life {
    id: String,
    name: String,
    dollars: bool,
    days: BTreeMap<Date, State>,
    /// From which day until which its file is not there.
    away: Option<(Date, Date)>,
    removed: Option<Date>,
    renamed: Option<Date>,
}

/// What happens, after so many days.
type Event = (i64, u8, usize, i64);

/// Deals; in files that are committed, some are on hold, deleted, put back, renamed or copied.
fn lives(in_files: bool) -> impl Strategy<Value = Vec<Life>> {
    let event = (1..25_i64, 0..if in_files { 14_u8 } else { 12 }, 0..4_usize, 1..300_i64);
    let life =
        (0..130_i64, any::<bool>(), 0..3_usize, 1..400_i64, prop::collection::vec(event, 0..9), 0..12_u8);
    prop::collection::vec(life, 6..14).prop_map(move |lives| {
        let mut all: Vec<Life> = Vec::new();
        for (number, (born, dollars, stage, amount, events, end)) in lives.into_iter().enumerate() {
            let first = date(2026, 1, 2) + born.days();
            let close = first + (amount % 150).days();
            let state = State { stage, amount: amount * 1003, close, ending: None, waits: None };
            let (days, name) = (live(first, state, &events), format!("d{number}"));
            let (id, removed) = (name.clone(), None);
            let mut life = Life { id, name, dollars, days, away: None, removed, renamed: None };
            if in_files {
                all.extend(happen(&mut life, end, amount));
            }
            all.push(life);
        }
        all
    })
}

/// What happens to the file of a deal. Gives the copy, where one is made.
fn happen(life: &mut Life, what: u8, number: i64) -> Option<Life> {
    let (first, last) = (life.born(), *life.days.keys().next_back().expect("a first day"));
    match what {
        0 => life.removed = Some(last + 3.days()).filter(|day| *day <= TODAY),
        1..4 => {
            let gone = first + (1 + number % 60).days();
            let back = gone + (1 + number % 23).days();
            if back <= TODAY {
                // What became of it meanwhile is written when it is back.
                let then = life.days.range(..=back).next_back().expect("it was born").1.clone();
                life.days.retain(|day, _| *day < gone || back < *day);
                life.days.insert(back, then);
                life.away = Some((gone, back));
                let last = *life.days.keys().next_back().expect("a first day");
                life.removed = Some(last + 2.days()).filter(|day| what == 1 && *day <= TODAY);
            }
        }
        4..6 => {
            let day = first + (1 + number % 90).days();
            life.renamed = Some(day).filter(|day| *day <= TODAY && !life.days.contains_key(day));
        }
        6..8 => {
            let day = last + 2.days();
            life.removed = Some(day + (1 + number % 9).days()).filter(|day| *day <= TODAY);
            life.removed?;
            let state = life.days.values().next_back().expect("it was born").clone();
            let mut days = BTreeMap::from([(day, state.clone())]);
            days.insert(day + 1.days(), State { amount: number * 1013, ..state });
            return Some(Life { id: format!("{}-copy", life.id), days, removed: None, ..life.clone() });
        }
        _ => {}
    }
    None
}

fn live(first: Date, state: State, events: &[Event]) -> BTreeMap<Date, State> {
    let mut days = BTreeMap::from([(first, state.clone())]);
    let (mut day, mut now) = (first, state);
    for &(gap, what, stage, number) in events {
        day += gap.days();
        if day > TODAY {
            break;
        }
        match (now.ending, what) {
            (Some("won"), 10) | (None, 7) => now.ending = Some("lost"),
            (Some(_), 10) => now.ending = Some("won"),
            // What is closed rests, until it is opened again, elsewhere maybe.
            (Some(_), 0..4) => {
                now.ending = None;
                now.stage = if number % 2 == 0 { stage } else { now.stage };
            }
            (Some(_), _) | (None, 10..12) => continue,
            (None, 0..4) => now.stage = stage,
            (None, 4) => now.amount = number * 997,
            (None, 5) => now.close = day + (number % 120).days(),
            (None, 6) => (now.amount, now.stage) = (number * 991, stage),
            (None, 12) => now.waits = Some((day, day + (number % 40).days())),
            (None, 13) => now.waits = None,
            (None, 8) => now.ending = Some(if number % 5 == 0 { "disqualified" } else { "won" }),
            (None, _) => (now.ending, now.amount) = (Some("won"), number * 1009),
        }
        days.insert(day, now.clone());
    }
    days
}

impl Life {
    fn at(&self, day: Date) -> Option<&State> {
        self.last(day).filter(|_| self.gone(day).is_none())
    }

    /// How it stood when it was last there.
    fn last(&self, day: Date) -> Option<&State> {
        self.days.range(..=day).next_back().map(|(_, state)| state)
    }

    /// Since when it is not there.
    fn gone(&self, day: Date) -> Option<Date> {
        let away = self.away.filter(|(gone, back)| *gone <= day && day < *back).map(|(gone, _)| gone);
        self.removed.filter(|removed| *removed <= day).or(away)
    }

    /// Where its file is on a day.
    fn path(&self, day: Date) -> String {
        let renamed = self.renamed.is_some_and(|renamed| renamed <= day);
        format!("deals/w/{}{}.yaml", self.id, if renamed { "-renamed" } else { "" })
    }

    /// Whether it was open when it was first seen, so that this is where it began.
    fn begins(&self) -> bool {
        self.days.values().next().is_some_and(|first| first.ending.is_none())
    }

    fn born(&self) -> Date {
        *self.days.keys().next().expect("a first day")
    }

    /// The day from which it stands as it ended by a day.
    fn ended(&self, day: Date) -> Date {
        let mut since = day;
        let ending = self.last(day).expect("it was born").ending;
        for (changed, state) in self.days.range(..=day).rev() {
            if state.ending != ending {
                break;
            }
            since = *changed;
        }
        since
    }

    /// Its value in cents of the report's currency.
    fn cents(&self, amount: i64, day: Date) -> i64 {
        match (self.dollars, day < date(2026, 4, 15)) {
            (false, _) => amount * 100,
            (true, true) => amount * 90,
            (true, false) => amount * 80,
        }
    }

    fn value(&self, day: Date) -> i64 {
        let state = self.last(day).expect("it was there");
        self.cents(state.amount, if state.ending.is_some() { self.ended(day) } else { day })
    }

    /// The file as it stands at the end of a day, with its history or without.
    fn file(&self, day: Date, with_history: bool) -> String {
        let state = self.last(day).expect("it was there");
        let currency = if self.dollars { "USD" } else { "EUR" };
        let mut text = format!(
            "name: {}\nstage: {}\namount: {} {currency}\nclose_date: {}\n",
            self.name, STAGES[state.stage].0, state.amount, state.close,
        );
        // A copy did not begin with what it was copied from.
        if with_history || self.removed.is_none() && !self.id.ends_with("copy") {
            writeln!(text, "opened: {}", self.born()).expect("written");
        }
        if let Some((from, until)) = state.waits {
            writeln!(text, "on_hold: {{from: {from}, until: {until}, reason: so}}").expect("written");
        }
        if let Some(ending) = state.ending {
            let ended = self.ended(day);
            writeln!(text, "outcome: {{result: {ending}, date: {ended}, reason: so}}").expect("written");
        }
        if with_history {
            text.push_str("history:\n");
            let mut before: Option<&State> = None;
            for (day, state) in self.days.range(..=day) {
                let mut entry = format!("  - {{date: {day}, reason: so");
                if before.is_none_or(|before| before.stage != state.stage) {
                    write!(entry, ", stage: {}", STAGES[state.stage].0).expect("written");
                }
                if before.is_none_or(|before| before.amount != state.amount) {
                    write!(entry, ", amount: {} {currency}", state.amount).expect("written");
                }
                if before.is_none_or(|before| before.close != state.close) {
                    write!(entry, ", close_date: {}", state.close).expect("written");
                }
                if before.is_some_and(|before| before.ending != state.ending) {
                    write!(entry, ", outcome: {}", state.ending.unwrap_or("open")).expect("written");
                }
                writeln!(text, "{entry}}}").expect("written");
                before = Some(state);
            }
        }
        text
    }

    /// Its stays: a stage, the day it came, and the day it left or ended there.
    fn stays(&self, until: Date) -> Vec<(usize, Date, Option<Date>)> {
        let mut stays: Vec<(usize, Date, Option<Date>)> = Vec::new();
        let mut before: Option<&State> = None;
        for (day, state) in self.days.range(..=until) {
            if let Some((gone, _)) = self.away.filter(|(_, back)| back == day) {
                stays.last_mut().expect("it was somewhere").2.get_or_insert(gone);
                let stays_closed =
                    state.ending.is_some() && before.is_some_and(|it| it.ending == state.ending);
                let left = stays.last().and_then(|stay| stay.2);
                if !stays_closed {
                    stays.push((state.stage, *day, None));
                } else if stays.last().is_some_and(|stay| stay.0 != state.stage) {
                    // A stage that is written after the end says where the deal ended.
                    stays.push((state.stage, left.expect("it was left"), left));
                }
            } else {
                let ended = before.and_then(|before| before.ending);
                let reopened = ended.is_some() && state.ending != ended;
                let moved = before.is_none_or(|before| before.stage != state.stage);
                if moved || reopened {
                    if let Some(last) = stays.last_mut() {
                        last.2.get_or_insert(*day);
                    }
                    stays.push((state.stage, *day, None));
                }
            }
            if state.ending.is_some() {
                stays.last_mut().expect("it is somewhere").2.get_or_insert(*day);
            }
            before = Some(state);
        }
        if let Some(removed) = self.removed.filter(|removed| *removed <= until) {
            stays.last_mut().expect("it was somewhere").2.get_or_insert(removed);
        }
        stays
    }
}

fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

/// What a trend says of each month, naively.
fn naive_trend(lives: &[Life]) -> Vec<String> {
    let first = lives.iter().map(Life::born).min().expect("a deal");
    let mut said = Vec::new();
    let mut from = first.first_of_month();
    while from <= TODAY {
        naive_point(lives, first, from, &mut said);
        from = from.last_of_month().tomorrow().expect("a day");
    }
    said
}

fn naive_point(lives: &[Life], first: Date, from: Date, told: &mut Vec<String>) {
    let (until, eve) = (from.last_of_month(), from.yesterday().expect("a day"));
    let end = until.min(TODAY);
    let inside = |day: Date| from <= day && day <= until;
    let name = format!("{:04}-{:02}", from.year(), from.month());
    let mut say = |what: &str| told.push(format!("{name} {what}"));
    let sum = |cents: &[i64]| format!("{} {}", cents.len(), money(cents.iter().sum()));

    let there = |day: Date| lives.iter().filter_map(move |life| Some((life, life.at(day)?)));
    let open = || there(end).filter(|(_, state)| state.is_open(end));
    let values: Vec<_> = open().map(|(life, _)| life.value(end)).collect();
    say(&format!("open {}", sum(&values)));
    let weight = |life: &Life, state: &State, day| {
        STAGES[state.stage].1.map(|percent| (life.value(day) * percent + 50) / 100)
    };
    let weights: Vec<_> = open().filter_map(|(life, state)| weight(life, state, end)).collect();
    // Of what nobody gives a probability the weight is not known, which is not nothing.
    let known = |weights: &[i64], all: usize| match weights {
        [] if all > 0 => "-".to_owned(),
        weights => money(weights.iter().sum()),
    };
    let (count, weighted) = (weights.len(), known(&weights, values.len()));
    say(&format!("weighted {count} {weighted} without {}", values.len() - count));
    let born = lives.iter().filter(|life| life.begins() && inside(life.born()) && life.born() <= end);
    say(&format!("new {}", sum(&born.map(|life| life.value(life.born())).collect::<Vec<_>>())));
    let ended = |how: &'static str| {
        // What was archived since counts in the period in which it closed.
        let all = lives.iter().filter_map(move |life| Some((life, life.last(end)?)));
        all.filter(move |(life, state)| state.ending == Some(how) && inside(life.ended(end)))
    };
    let mut closed = BTreeMap::new();
    for how in ["won", "lost", "disqualified"] {
        closed.insert(how, ended(how).map(|(life, _)| life.value(end)).collect::<Vec<_>>());
        say(&format!("{how} {}", sum(&closed[how])));
    }
    let begun = ended("won").filter(|(life, _)| life.begins());
    let mut cycle: Vec<i64> = begun.map(|(life, _)| days_between(life.born(), life.ended(end))).collect();
    cycle.sort_unstable();
    say(&format!("cycle {cycle:?}"));

    let due = || there(eve).filter(|(_, state)| state.ending.is_none() && inside(state.close));
    let due_values: Vec<_> = due().map(|(life, _)| life.value(eve)).collect();
    let slipped = due().filter(|(life, _)| {
        life.at(end).is_some_and(|then| {
            let won = then.ending == Some("won") && inside(life.ended(end));
            !won && !inside(then.close)
        })
    });
    let slipped: Vec<_> = slipped.map(|(life, _)| life.value(eve)).collect();
    say(&format!("slipped {} of {}", sum(&slipped), sum(&due_values)));
    let later = |one: Date, other: Date| (one.year(), one.month()) < (other.year(), other.month());
    let mut pushes = 0;
    for life in lives {
        let all: Vec<_> = life.days.iter().collect();
        pushes += all
            .windows(2)
            .filter(|pair| {
                let is_open = pair[1].1.ending.is_none() && *pair[1].0 <= end && inside(*pair[1].0);
                is_open && later(pair[0].1.close, pair[1].1.close)
            })
            .count();
    }
    say(&format!("pushes {pushes}"));
    if first <= eve {
        let of = |category: &'static str| {
            due()
                .filter(move |(_, it)| it.is_open(eve) && STAGES[it.stage].2 == category)
                .map(|(life, _)| life.value(eve))
        };
        let is_open = |(_, state): &(&Life, &State)| state.is_open(eve);
        let open = due().filter(is_open).count();
        let weights: Vec<i64> =
            due().filter(is_open).filter_map(|(life, state)| weight(life, state, eve)).collect();
        say(&format!("forecast {} {}", money(of("commit").sum()), known(&weights, open)));
    } else {
        say("forecast - -");
    }
    for (stage, (id, ..)) in STAGES.iter().enumerate() {
        say(&format!("{id} {}", naive_stage(lives, stage, from, end)));
    }
}

fn naive_stage(lives: &[Life], stage: usize, from: Date, end: Date) -> String {
    let (mut entered, mut further, mut reached, mut passed) = (0, 0, 0, 0);
    let mut days = Vec::new();
    for life in lives {
        let stays = life.stays(TODAY);
        let inside = |day: Date| from <= day && day <= end;
        // What is won for good goes on in delivery.
        let last = life.last(TODAY).and_then(|last| last.ending);
        let is_sale =
            |stay: &&(usize, Date, Option<Date>)| last != Some("won") || stay.1 <= life.ended(TODAY);
        let sold: Vec<_> = stays.iter().take_while(is_sale).collect();
        let wins = |since: Date| life.days.iter().any(|(day, it)| since <= *day && it.ending == Some("won"));
        let goes_on = |at: usize| sold[at + 1..].iter().any(|stay| stay.0 > stage) || wins(sold[at].1);
        // Who is in the stage still has not failed to leave it.
        let waits =
            last.is_none() && life.gone(TODAY).is_none() && sold.last().is_some_and(|stay| stay.0 == stage);
        if let Some(at) = sold.iter().position(|stay| stay.0 == stage).filter(|at| inside(sold[*at].1)) {
            further += usize::from(goes_on(at));
            entered += usize::from(goes_on(at) || !waits);
        }
        if let Some(at) = sold.iter().position(|stay| stay.0 >= stage).filter(|at| inside(sold[*at].1)) {
            let is_passed = sold[at].0 > stage || goes_on(at);
            passed += usize::from(is_passed);
            reached += usize::from(is_passed || !waits);
        }
        // Of what was closed when it was first seen nobody knows since when it was there.
        let known = stays.iter().skip(usize::from(!life.begins()));
        let ended = known.filter(|stay| stay.0 == stage);
        days.extend(
            ended.filter_map(|stay| {
                stay.2.filter(|left| inside(*left)).map(|left| days_between(stay.1, left))
            }),
        );
    }
    format!("{further}/{entered} {passed}/{reached} stays {} mean {}", days.len(), mean(&days))
}

/// One decimal, half away from zero.
fn mean(days: &[i64]) -> String {
    let count = i64::try_from(days.len()).expect("few");
    if count == 0 {
        return "-".to_owned();
    }
    let tenths = (days.iter().sum::<i64>() * 20 + count) / (2 * count);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).expect("days").get_days())
}

/// What the program says of the same.
fn told_trend(json: &Value) -> Vec<String> {
    let points = json["trend"]["points"].as_array().expect("a list");
    let mut lines = Vec::new();
    for point in points {
        let name = point["name"].as_str().expect("a name");
        let mut say = |what: String| lines.push(format!("{name} {what}"));
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let sum = |sum: &Value| format!("{} {}", sum["deals"], text(&sum["amount"]["amount"]));
        say(format!("open {}", sum(&point["open"])));
        say(format!("weighted {} without {}", sum(&point["weighted"]), point["weighted"]["no_probability"]));
        for what in ["new", "won", "lost", "disqualified"] {
            say(format!("{what} {}", sum(&point[what])));
        }
        let cycle: Vec<i64> = serde_json::from_value(point["cycle"]["days"].clone()).expect("days");
        say(format!("cycle {cycle:?}"));
        let slips = &point["slips"];
        say(format!("slipped {} of {}", sum(&slips["slipped"]), sum(&slips["due"])));
        say(format!("pushes {}", slips["pushes"]));
        let forecast = |measure: &str| text(&point["forecast"][measure]["forecast"]["amount"]);
        say(format!("forecast {} {}", forecast("commit"), forecast("weighted")));
        let conversion = point["conversion"].as_array().expect("a list").iter();
        for (stage, days) in conversion.zip(point["days_in_stage"].as_array().expect("a list")) {
            let out_of = |key: &str| format!("{}/{}", stage[key]["deals"], stage[key]["of"]);
            let (strict, both) = (out_of("strict"), out_of("entered_or_passed"));
            let (stays, mean) = (&days["stays"], text(&days["mean"]["value"]));
            say(format!("{} {strict} {both} stays {stays} mean {mean}", text(&stage["stage"])));
        }
    }
    lines
}

/// The bridge, naively: every deal looked at on every day.
fn naive_bridge(
    lives: &[Life],
    (from, to): (Date, Date),
    window: (Date, Date),
) -> BTreeMap<String, (i64, BTreeSet<String>)> {
    let mut rows: BTreeMap<String, (i64, BTreeSet<String>)> = BTreeMap::new();
    let in_window = |day: Date| window.0 <= day && day <= window.1;
    let is_in = |state: Option<&State>, day| state.is_some_and(|it| it.is_open(day) && in_window(it.close));
    for life in lives {
        let mut add = |row: &str, cents: i64| {
            let row = rows.entry(row.to_owned()).or_default();
            row.0 += cents;
            row.1.insert(life.id.clone());
        };
        let mut worth = None;
        let mut came_in = false;
        if is_in(life.at(from), from) {
            worth = Some(life.value(from));
            add("open at start", life.value(from));
        }
        let mut day = from.tomorrow().expect("a day");
        while day <= to {
            let eve = day.yesterday().expect("a day");
            let (before, now) = (life.at(eve), life.at(day));
            let came = match before {
                None if life.born() < day => "restored",
                None => "new",
                Some(before) if before.ending.is_some() => "reopened",
                Some(before) if before.waits(eve) => "taken off hold",
                Some(_) => "moved in",
            };
            // What is gone for a while is what it was.
            let had_ended = life.last(eve).and_then(|before| before.ending);
            let ends = now.and_then(|now| now.ending).filter(|ending| had_ended != Some(ending));
            if let Some(had) = worth {
                let was = before.expect("it was there");
                let priced = life.cents(was.amount, day);
                if priced != had {
                    add("exchange rate", priced - had);
                }
                let amount = now.map_or(was.amount, |now| now.amount);
                let value = life.cents(amount, day);
                if value != priced {
                    add(if value > priced { "increased" } else { "decreased" }, value - priced);
                }
                worth = Some(value);
                if !is_in(now, day) {
                    let left = |now: &State| if now.waits(day) { "put on hold" } else { "moved out" };
                    add(now.map_or("removed", |now| now.ending.unwrap_or(left(now))), -value);
                    worth = None;
                }
            } else if is_in(now, day) {
                worth = Some(life.value(day));
                came_in = true;
                add(came, life.value(day));
            } else if let (Some(now), Some(ending)) = (now, ends)
                && (in_window(day) || in_window(now.close))
            {
                let is_new = life.born() > from && !came_in && came != "restored";
                add(if is_new { "new" } else { came }, life.cents(now.amount, day));
                add(ending, -life.cents(now.amount, day));
                came_in = true;
            }
            day = day.tomorrow().expect("a day");
        }
        if let Some(worth) = worth {
            add("open at end", worth);
        }
    }
    rows
}

/// Where deals stood by where they stand, naively.
fn naive_matrix(lives: &[Life], (from, to): (Date, Date)) -> BTreeSet<String> {
    let place = |state: Option<&State>| match state {
        None => "not there",
        Some(state) => state.ending.unwrap_or(STAGES[state.stage].0),
    };
    let there = lives.iter().filter(|life| life.at(from).is_some() || life.at(to).is_some());
    there.map(|life| format!("{} {} -> {}", life.id, place(life.at(from)), place(life.at(to)))).collect()
}

fn told_matrix(json: &Value) -> BTreeSet<String> {
    let moves =
        json["stages"].as_array().expect("a list").iter().filter_map(|it| it["moves"].as_array()).flatten();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let each = |it: &Value| -> Vec<String> {
        let deals = it["deals"].as_array().expect("a list").iter();
        deals.map(|deal| format!("{} {} -> {}", id(deal), text(&it["from"]), text(&it["to"]))).collect()
    };
    moves.flat_map(each).collect()
}

/// A deal's id, by whatever name.
fn id(deal: &Value) -> String {
    deal.as_str().expect("an id").trim_start_matches("w/").trim_end_matches("-renamed").to_owned()
}

/// Which deals are in the lists of what happened, naively.
fn naive_lists(lives: &[Life], (from, to): (Date, Date)) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut lists: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for life in lives {
        let mut add = |list| _ = lists.entry(list).or_default().insert(life.id.clone());
        let days: Vec<Date> = from.series(1.days()).take_while(|day| *day <= to).collect();
        let there = |day: &Date| life.at(*day).is_some();
        if !days.iter().any(there) {
            continue;
        }
        if from < life.born() {
            add("new");
        }
        for pair in days.windows(2) {
            if there(&pair[0]) && !there(&pair[1]) {
                add("removed");
            }
            if !there(&pair[0]) && there(&pair[1]) && life.born() < pair[1] {
                add("restored");
            }
            let ended = life.at(pair[0]).and_then(|then| then.ending);
            if ended.is_some() && life.at(pair[1]).is_some_and(|now| now.ending != ended) {
                add("reopened");
            }
        }
        let had = life.last(from).and_then(|then| then.ending);
        let Some(ending) = life.last(to).expect("it was there").ending else { continue };
        let others =
            life.days.range(days[0].tomorrow().expect("a day")..=to).any(|(_, it)| it.ending != Some(ending));
        if had != Some(ending) || others {
            add(ending);
        }
    }
    lists
}

fn told_lists(changes: &Value) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut lists = BTreeMap::new();
    for list in ["new", "removed", "restored", "reopened", "won", "lost", "disqualified"] {
        let items = changes[list].get("items").unwrap_or(&changes[list]["deals"]);
        let at = |item: &Value| item.as_u64().or_else(|| item["deal"].as_u64()).expect("a position");
        let deal = |item: &Value| id(&changes["deals"][usize::try_from(at(item)).expect("few")]["id"]);
        let deals: BTreeSet<String> = items.as_array().expect("a list").iter().map(deal).collect();
        if !deals.is_empty() {
            lists.insert(list, deals);
        }
    }
    lists
}

/// The stays, and that files went and came, naively.
fn naive_exports(lives: &[Life]) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for life in lives {
        for (at, (stage, entered, left)) in life.stays(TODAY).into_iter().enumerate() {
            let entered = if at == 0 && !life.begins() { "-".to_owned() } else { entered.to_string() };
            let left = left.map_or("-".to_owned(), |left| left.to_string());
            rows.insert(format!("{} {} {entered} {left}", life.id, STAGES[stage].0));
        }
        let (gone, back) = life.away.unzip();
        rows.extend([gone, life.removed].iter().flatten().map(|day| format!("{} goes {day}", life.id)));
        rows.extend(back.map(|day| format!("{} comes {day}", life.id)));
    }
    rows
}

fn told_exports(folder: &Path) -> BTreeSet<String> {
    let rows = |what: &str| -> Vec<Value> {
        let json = json(folder, &["export", what, "--format", "json", "--today", "2026-06-15"]);
        json.as_array().expect("a list").clone()
    };
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let stay = |row: Value| {
        format!(
            "{} {} {} {}",
            id(&row["deal"]),
            text(&row["stage"]),
            text(&row["entered"]),
            text(&row["left"])
        )
    };
    let file = |row: &Value| {
        let way = if row["after"].is_null() { "goes" } else { "comes" };
        format!("{} {way} {}", id(&row["deal"]), text(&row["day"]))
    };
    let history = rows("history");
    let files = history.iter().filter(|row| row["key"] == "file").map(file);
    rows("visits").into_iter().map(stay).chain(files).collect()
}

fn told_bridge(json: &Value) -> BTreeMap<String, (i64, BTreeSet<String>)> {
    let rows = json["bridge"].as_array().expect("a list").iter();
    let cents = |row: &Value| {
        let value: rust_decimal::Decimal = row["value"].as_str().expect("a text").parse().expect("a number");
        i64::try_from(value * rust_decimal::Decimal::ONE_HUNDRED).expect("cents")
    };
    let deals = |row: &Value| -> BTreeSet<String> {
        row["deals"].as_array().expect("a list").iter().map(|part| id(&part["deal"])).collect()
    };
    let shown = rows.map(|row| (row["row"].as_str().expect("a name").to_owned(), (cents(row), deals(row))));
    shown.filter(|(_, (_, deals))| !deals.is_empty()).collect()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let ran = dealgate(folder, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

const BRIDGES: [&str; 2] = ["@2026-03-05..@2026-05-20", "@2026-02-10..@2026-04-14"];
const WINDOW: (Date, Date) = (date(2026, 3, 1), date(2026, 5, 31));

fn assert_told(folder: &Path, lives: &[Life], how: &str) {
    let trend = json(folder, &["report", "trend", "--format", "context", "--today", "2026-06-15"]);
    let (told, naive) = (told_trend(&trend), naive_trend(lives));
    let differ: Vec<_> = told.iter().zip(&naive).filter(|(told, naive)| told != naive).collect();
    assert!(differ.is_empty() && told.len() == naive.len(), "the trend from {how}: {differ:#?}");
    for days in BRIDGES {
        let ends: Vec<Date> = days.split("..").map(|day| day[1..].parse().expect("a day")).collect();
        let window = format!("{}..{}", WINDOW.0, WINDOW.1);
        let arguments = ["diff", days, "--window", &window, "--format", "json", "--today", "2026-06-15"];
        let (ends, told) = ((ends[0], ends[1]), json(folder, &arguments));
        assert_eq!(told_bridge(&told), naive_bridge(lives, ends, WINDOW), "{days} from {how}");
        assert_eq!(told_matrix(&told), naive_matrix(lives, ends), "{days} from {how}");
        if how == "commits" {
            let [since, at] = [ends.0, ends.1].map(|day| format!("@{day}"));
            let changes = ["report", "changes", "--since", &since, "--at", &at, "--format", "context"];
            let changes = &json(folder, &changes)["changes"];
            assert_eq!(told_lists(changes), naive_lists(lives, ends), "{days} from {how}");
        }
    }
    if how == "commits" {
        let (told, naive) = (told_exports(folder), naive_exports(lives));
        let differ: Vec<_> = told.symmetric_difference(&naive).collect();
        assert!(differ.is_empty(), "exports from {how}: {differ:#?}");
    }
}

fn with_rules(lives: &[Life]) -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", SETTINGS).write("workflows/w.toml", RULES);
    for life in lives {
        repo.write(&life.path(TODAY), &life.file(TODAY, true));
    }
    repo
}

/// A commit a day on which something happened.
fn committed(lives: &[Life]) -> Repo {
    let mut days: BTreeSet<Date> = lives.iter().flat_map(|life| life.days.keys().copied()).collect();
    days.extend(
        lives.iter().flat_map(|life| [life.removed, life.renamed, life.away.map(|away| away.0)]).flatten(),
    );
    let mut stream = String::new();
    for (number, day) in days.iter().enumerate() {
        let noon =
            day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp().as_second();
        let who = format!("committer Jane <jane@acme.example> {noon} +0000");
        writeln!(stream, "commit refs/heads/main\n{who}\ndata 1\nx").expect("written");
        let mut file = |path: &str, text: &str| {
            writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).expect("written");
        };
        if number == 0 {
            file("dealgate.toml", SETTINGS);
            file("workflows/w.toml", RULES);
        }
        for life in lives {
            let is_told = life.days.contains_key(day) || life.renamed == Some(*day);
            if life.at(*day).is_some() && is_told {
                file(&life.path(*day), &life.file(*day, false));
            }
        }
        for life in lives {
            let eve = day.yesterday().expect("a day");
            if life.gone(*day) == Some(*day) || (life.renamed == Some(*day) && life.at(eve).is_some()) {
                writeln!(stream, "D {}", life.path(eve)).expect("written");
            }
        }
    }
    let repo = Repo::new();
    repo.import(&stream);
    repo
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn history_tells_what_happened(lives in lives(false)) {
        assert_told(with_rules(&lives).path(), &lives, "history");
    }

    #[test]
    fn commits_tell_what_happened(lives in lives(true)) {
        assert_told(committed(&lives).path(), &lives, "commits");
    }
}
