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
}

/// A deal: what it became on which day. On the last day of some, the file is deleted.
#[derive(Clone, Debug)]
struct Life {
    name: String,
    dollars: bool,
    days: BTreeMap<Date, State>,
    removed: Option<Date>,
}

/// What happens, after so many days.
type Event = (i64, u8, usize, i64);

fn lives(removals: bool) -> impl Strategy<Value = Vec<Life>> {
    let event = (1..25_i64, 0..10_u8, 0..4_usize, 1..300_i64);
    let life =
        (0..130_i64, any::<bool>(), 0..3_usize, 1..400_i64, prop::collection::vec(event, 0..9), 0..6_u8);
    prop::collection::vec(life, 6..14).prop_map(move |lives| {
        let lives = lives.into_iter().enumerate();
        lives
            .map(|(number, (born, dollars, stage, amount, events, end))| {
                let first = date(2026, 1, 2) + born.days();
                let close = first + (amount % 150).days();
                let state = State { stage, amount: amount * 1003, close, ending: None };
                let days = live(first, state, &events);
                let last = *days.keys().next_back().expect("a first day");
                let removed = (removals && end == 0).then(|| last + 3.days()).filter(|day| *day <= TODAY);
                Life { name: format!("d{number}"), dollars, days, removed }
            })
            .collect()
    })
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
            // What is closed rests, until it is opened again, elsewhere maybe.
            (Some(_), 0..4) => {
                now.ending = None;
                now.stage = if number % 2 == 0 { stage } else { now.stage };
            }
            (Some(_), _) => continue,
            (None, 0..4) => now.stage = stage,
            (None, 4) => now.amount = number * 997,
            (None, 5) => now.close = day + (number % 120).days(),
            (None, 6) => (now.amount, now.stage) = (number * 991, stage),
            (None, 7) => now.ending = Some("lost"),
            (None, 8) => now.ending = Some(if number % 5 == 0 { "disqualified" } else { "won" }),
            (None, _) => (now.ending, now.amount) = (Some("won"), number * 1009),
        }
        days.insert(day, now.clone());
    }
    days
}

impl Life {
    fn at(&self, day: Date) -> Option<&State> {
        let there = self.removed.is_none_or(|removed| day < removed);
        self.days.range(..=day).next_back().map(|(_, state)| state).filter(|_| there)
    }

    fn born(&self) -> Date {
        *self.days.keys().next().expect("a first day")
    }

    /// The day from which it stands as it ended by a day.
    fn ended(&self, day: Date) -> Date {
        let mut since = day;
        for (changed, state) in self.days.range(..=day).rev() {
            if state.ending.is_none() {
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
        let state = self.at(day).expect("it is there");
        self.cents(state.amount, if state.ending.is_some() { self.ended(day) } else { day })
    }

    /// The file as it stands at the end of a day, with its history or without.
    fn file(&self, day: Date, with_history: bool) -> String {
        let state = self.at(day).expect("it is there");
        let currency = if self.dollars { "USD" } else { "EUR" };
        let mut text = format!(
            "name: {}\nstage: {}\namount: {} {currency}\nclose_date: {}\nopened: {}\n",
            self.name,
            STAGES[state.stage].0,
            state.amount,
            state.close,
            self.born()
        );
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
            let reopened = before.is_some_and(|before| before.ending.is_some()) && state.ending.is_none();
            if before.is_none_or(|before| before.stage != state.stage) || reopened {
                if let Some(last) = stays.last_mut() {
                    last.2.get_or_insert(*day);
                }
                stays.push((state.stage, *day, None));
            }
            if state.ending.is_some() {
                stays.last_mut().expect("it is somewhere").2.get_or_insert(*day);
            }
            before = Some(state);
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
    let open = || there(end).filter(|(_, state)| state.ending.is_none());
    let values: Vec<_> = open().map(|(life, _)| life.value(end)).collect();
    say(&format!("open {}", sum(&values)));
    let weight = |life: &Life, state: &State, day| {
        STAGES[state.stage].1.map(|percent| (life.value(day) * percent + 50) / 100)
    };
    let weights: Vec<_> = open().filter_map(|(life, state)| weight(life, state, end)).collect();
    say(&format!("weighted {} without {}", sum(&weights), values.len() - weights.len()));
    let born = lives.iter().filter(|life| inside(life.born()) && life.born() <= end);
    say(&format!("new {}", sum(&born.map(|life| life.value(life.born())).collect::<Vec<_>>())));
    let ended = |how: &'static str| {
        there(end).filter(move |(life, state)| state.ending == Some(how) && inside(life.ended(end)))
    };
    let mut closed = BTreeMap::new();
    for how in ["won", "lost", "disqualified"] {
        closed.insert(how, ended(how).map(|(life, _)| life.value(end)).collect::<Vec<_>>());
        say(&format!("{how} {}", sum(&closed[how])));
    }
    let mut cycle: Vec<i64> =
        ended("won").map(|(life, _)| days_between(life.born(), life.ended(end))).collect();
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
            due().filter(move |(_, state)| STAGES[state.stage].2 == category).map(|(life, _)| life.value(eve))
        };
        let weights: i64 = due().filter_map(|(life, state)| weight(life, state, eve)).sum();
        say(&format!("forecast {} {}", money(of("commit").sum()), money(weights)));
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
        let wins = |since: Date| life.days.iter().any(|(day, it)| since <= *day && it.ending == Some("won"));
        let goes_on = |at: usize| stays[at + 1..].iter().any(|stay| stay.0 > stage) || wins(stays[at].1);
        if let Some(at) = stays.iter().position(|stay| stay.0 == stage).filter(|at| inside(stays[*at].1)) {
            entered += 1;
            further += usize::from(goes_on(at));
        }
        if let Some(at) = stays.iter().position(|stay| stay.0 >= stage).filter(|at| inside(stays[*at].1)) {
            reached += 1;
            passed += usize::from(stays[at].0 > stage || goes_on(at));
        }
        let ended = stays.iter().filter(|stay| stay.0 == stage);
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
    let is_in = |state: Option<&State>| {
        state.is_some_and(|it| it.ending.is_none() && window.0 <= it.close && it.close <= window.1)
    };
    for life in lives {
        let mut add = |row: &str, cents: i64| {
            let row = rows.entry(row.to_owned()).or_default();
            row.0 += cents;
            row.1.insert(life.name.clone());
        };
        let mut worth = None;
        if is_in(life.at(from)) {
            worth = Some(life.value(from));
            add("open at start", life.value(from));
        }
        let mut day = from.tomorrow().expect("a day");
        while day <= to {
            let (before, now) = (life.at(day.yesterday().expect("a day")), life.at(day));
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
                if !is_in(now) {
                    let row = now.map_or("removed", |now| now.ending.unwrap_or("moved out"));
                    add(row, -value);
                    worth = None;
                }
            } else if is_in(now) {
                let row = match before {
                    None => "new",
                    Some(before) if before.ending.is_some() => "reopened",
                    Some(_) => "moved in",
                };
                worth = Some(life.value(day));
                add(row, life.value(day));
            } else if let (Some(before), Some(now)) = (before, now)
                && before.ending.is_none()
                && now.ending == Some("won")
                && window.0 <= day
                && day <= window.1
            {
                add("moved in", life.cents(now.amount, day));
                add("won", -life.cents(now.amount, day));
            }
            day = day.tomorrow().expect("a day");
        }
        if let Some(worth) = worth {
            add("open at end", worth);
        }
    }
    rows
}

fn told_bridge(json: &Value) -> BTreeMap<String, (i64, BTreeSet<String>)> {
    let rows = json["bridge"].as_array().expect("a list").iter();
    let cents = |row: &Value| {
        let value: rust_decimal::Decimal = row["value"].as_str().expect("a text").parse().expect("a number");
        i64::try_from(value * rust_decimal::Decimal::ONE_HUNDRED).expect("cents")
    };
    let deals = |row: &Value| -> BTreeSet<String> {
        let name = |part: &Value| part["deal"].as_str().expect("an id").trim_start_matches("w/").to_owned();
        row["deals"].as_array().expect("a list").iter().map(name).collect()
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
        let told = told_bridge(&json(folder, &arguments));
        assert_eq!(told, naive_bridge(lives, (ends[0], ends[1]), WINDOW), "{days} from {how}");
    }
}

fn with_rules(lives: &[Life]) -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", SETTINGS).write("workflows/w.toml", RULES);
    for life in lives {
        repo.write(&format!("deals/w/{}.yaml", life.name), &life.file(TODAY, true));
    }
    repo
}

/// A commit a day on which something happened.
fn committed(lives: &[Life]) -> Repo {
    let mut days: BTreeSet<Date> = lives.iter().flat_map(|life| life.days.keys().copied()).collect();
    days.extend(lives.iter().filter_map(|life| life.removed));
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
        for life in lives.iter().filter(|life| life.days.contains_key(day)) {
            file(&format!("deals/w/{}.yaml", life.name), &life.file(*day, false));
        }
        for life in lives.iter().filter(|life| life.removed == Some(*day)) {
            writeln!(stream, "D deals/w/{}.yaml", life.name).expect("written");
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
