//! `import --propose-workflow`: every figure that it prints is the one that the ways of the deals give, counted here anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::imports::DAY;
use crate::run::dealgate;

const STAGES: [&str; 5] = ["Zeta", "Alpha talk", "Mid", "Offer", "Never reached"];

/// The fewest deals that make a figure.
const FEWEST: usize = 5;

/// How a deal went, on days counted from one start.
#[derive(Clone, Debug, Default)]
struct Way {
    /// When it came to which stage.
    visits: Vec<(i64, usize)>,
    /// When it ended, and whether it was won.
    end: Option<(i64, bool)>,
    /// An end before that, after which it was opened again in the stage in which it stood.
    first_end: Option<(i64, i64)>,
    /// What the system says of how likely it is won, in percent.
    likely: u32,
    reason: &'static str,
    currency: &'static str,
}

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("small") % below
    }

    fn days(&mut self, below: usize) -> i64 {
        i64::try_from(self.below(below)).expect("small")
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

fn day(number: i64) -> jiff::civil::Date {
    jiff::civil::date(2025, 1, 1).checked_add(jiff::Span::new().days(number)).expect("a day")
}

/// A deal that goes on, over stages and back, and may end.
fn way(random: &mut Random, reopens: bool) -> Way {
    let mut way = Way { likely: 5 * u32::try_from(random.below(20)).expect("small"), ..Way::default() };
    way.currency = if random.one_in(12) { "USD" } else { "EUR" };
    let mut at = random.days(100);
    let mut stage = usize::from(random.one_in(6));
    loop {
        way.visits.push((at, stage));
        at += 1 + random.days(60);
        if at > 500 || random.one_in(4) {
            break;
        }
        let next = match random.below(8) {
            0 => stage.saturating_sub(1),
            1 => stage + 2,
            _ => stage + 1,
        };
        if next > 3 || next == stage {
            break;
        }
        stage = next;
    }
    if random.below(4) > 0 {
        if reopens && random.one_in(5) {
            way.first_end = Some((at, at + 10));
            at += 10 + random.days(40);
        }
        let won = stage == 3 || random.one_in(5);
        way.end = Some((at, won));
        if !won {
            way.reason = ["Price", "No decision", "", "Gone, away"][random.below(4)];
        }
    }
    way
}

/// What is to be printed, counted from the ways.
#[derive(Debug, Default)]
struct Counted {
    order: Vec<usize>,
    with_way: usize,
    stood: BTreeMap<usize, usize>,
    ended: BTreeMap<usize, (usize, usize)>,
    stays: BTreeMap<usize, (Vec<i64>, BTreeSet<usize>)>,
}

/// Counts; `found`: the stages in the order in which the files name them.
fn counted(ways: &[Way], found: &[usize]) -> Counted {
    let mut all = Counted::default();
    let first = |way: &Way, stage: usize| way.visits.iter().position(|visit| visit.1 == stage);
    for (deal, way) in ways.iter().enumerate() {
        let stages: BTreeSet<usize> = way.visits.iter().map(|visit| visit.1).collect();
        all.with_way += usize::from(stages.len() > 1);
        for stage in stages {
            *all.stood.entry(stage).or_default() += 1;
        }
        for (at, (came, stage)) in way.visits.iter().enumerate() {
            let mut stay = |from: i64, to: i64| {
                let stays = all.stays.entry(*stage).or_default();
                stays.0.push(to - from);
                stays.1.insert(deal);
            };
            match (way.visits.get(at + 1), way.first_end, way.end) {
                (Some((left, _)), ..) => stay(*came, *left),
                (None, Some((ended, again)), Some((last, _))) => {
                    stay(*came, ended);
                    stay(again, last);
                }
                (None, _, Some((ended, _))) => stay(*came, ended),
                (None, ..) => {}
            }
        }
    }
    // Each stage is before those that most deals came to after it.
    let before = |one: usize, other: usize| {
        let both = ways.iter().filter_map(|way| Some((first(way, one)?, first(way, other)?)));
        both.fold(0_i64, |sum, (one, other)| sum + if one < other { 1 } else { -1 }).signum()
    };
    let mut ranked: Vec<usize> =
        found.iter().copied().filter(|stage| all.stood.contains_key(stage)).collect();
    let rank = |stage: &usize| -> i64 {
        all.stood.keys().filter(|other| *other != stage).map(|other| before(*stage, *other)).sum()
    };
    ranked.sort_by_key(|stage| -rank(stage));
    for way in ways {
        let Some((_, won)) = way.end else { continue };
        let furthest = way.visits.iter().map(|visit| ranked.iter().position(|stage| *stage == visit.1)).max();
        for stage in &ranked[..=furthest.flatten().expect("a stage")] {
            let ended = all.ended.entry(*stage).or_default();
            ended.0 += 1;
            ended.1 += usize::from(won);
        }
    }
    all.order = ranked;
    all
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A share in hundredths, as it is printed.
fn hundredths(part: usize, of: usize) -> String {
    let share = (200 * part + of) / (2 * of);
    let text = format!("{}.{:02}", share / 100, share % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn mark(deals: usize) -> &'static str {
    if deals < FEWEST { "#" } else { "" }
}

fn id(stage: usize) -> String {
    STAGES[stage].to_lowercase().replace(' ', "-")
}

/// The lines about a stage.
fn lines_of(all: &Counted, stage: usize) -> Vec<String> {
    let mut lines = vec![
        format!("[stage.{}]", id(stage)),
        format!("name = \"{}\"  # {} stood here", STAGES[stage], count(all.stood[&stage], "deal")),
    ];
    if let Some((ended, won)) = all.ended.get(&stage) {
        lines.push(format!(
            "{}probability = {}  # of {ended} that came this far and ended, {won} were won",
            mark(*ended),
            hundredths(*won, *ended)
        ));
    }
    match all.stays.get(&stage) {
        Some((stays, deals)) => {
            // The shortest time that four of five, and half of them, do not go beyond.
            let within = |part: usize, of: usize| {
                let enough =
                    |most: &i64| stays.iter().filter(|stay| *stay <= most).count() * of >= part * stays.len();
                stays.iter().copied().filter(enough).min().expect("a stay")
            };
            lines.push(format!(
                "{}max-days = {}  # 4 of 5 of {} of {} were no longer, half no longer than {}",
                mark(deals.len()),
                within(4, 5).max(1),
                count(stays.len(), "stay"),
                count(deals.len(), "deal"),
                count(usize::try_from(within(1, 2)).expect("days"), "day")
            ));
        }
        None => lines.push("# max-days: of no deal is it known how long it stood here".to_owned()),
    }
    lines
}

fn proposed(folder: &Path, history: &str) -> String {
    let words = ["import", "export.csv", "--history", history, "--propose-workflow", DAY[0], DAY[1]];
    let ran = dealgate(folder, &words);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// Holds what was printed against what was counted.
fn holds(shown: &str, told: &str, ways: &[Way], found: &[usize]) {
    let all = counted(ways, found);
    let ids: Vec<_> = all.order.iter().map(|stage| format!("\"{}\"", id(*stage))).collect();
    let how = format!("the order in which {} went through them", count(all.with_way, "deal"));
    let mut lines = vec![format!("stages = [{}]  # {how}", ids.join(", "))];
    let eur = ways.iter().filter(|way| way.currency == "EUR").count();
    let is_all = if eur == ways.len() { "" } else { "#" };
    lines.push(format!("{is_all}currency = \"EUR\"  # of {eur} of {} amounts", ways.len()));
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for way in ways.iter().filter(|way| way.end.is_some_and(|(_, won)| !won) && !way.reason.is_empty()) {
        *reasons.entry(way.reason).or_default() += 1;
    }
    let given: usize = reasons.values().sum();
    lines.push(format!("{}reasons = [  # of {given} lost deals that give one", mark(given)));
    lines.extend(reasons.iter().map(|(reason, count)| format!("{}  \"{reason}\",  # {count}", mark(given))));
    for stage in &all.order {
        lines.extend(lines_of(&all, *stage));
    }
    for line in &lines {
        assert!(told.lines().any(|told| told == line), "{shown}: no line\n{line}\nin\n{told}");
    }
    let figures = |text: &str| text.matches("probability = ").count() + text.matches("max-days = ").count();
    assert_eq!(figures(told), figures(&lines.join("\n")), "{shown}: a figure that nobody counted\n{told}");
}

/// A report of every change of a stage, and the opportunities.
fn as_salesforce(folder: &Path, ways: &[Way]) -> Vec<usize> {
    let mut export = "Opportunity ID,Opportunity Name,Stage,Amount Currency,Amount,Probability (%),Close Date,Lost Reason\n".to_owned();
    let mut past = "Opportunity ID,From Stage,To Stage,Last Modified\n".to_owned();
    let mut found: Vec<usize> = Vec::new();
    let ends = |won: bool| if won { "Closed Won" } else { "Closed Lost" };
    for (deal, way) in ways.iter().enumerate() {
        let (id, last) = (format!("0064W00000a{deal:04}"), way.visits[way.visits.len() - 1].1);
        let stage = way.end.map_or(STAGES[last], |(_, won)| ends(won));
        found.extend(way.end.is_none().then_some(last));
        _ = writeln!(
            export,
            "{id},Deal {deal},{stage},{},{}.5,{},2026-06-01,\"{}\"",
            way.currency,
            100 + deal,
            way.likely,
            way.reason
        );
    }
    for (deal, way) in ways.iter().enumerate() {
        let id = format!("0064W00000a{deal:04}");
        let mut turn = |at: i64, from: &str, to: &str| _ = writeln!(past, "{id},{from},{to},{}", day(at));
        let mut from = "";
        for (came, stage) in &way.visits {
            turn(*came, from, STAGES[*stage]);
            found.push(*stage);
            from = STAGES[*stage];
        }
        if let Some((ended, again)) = way.first_end {
            turn(ended, from, "Closed Lost");
            turn(again, "Closed Lost", from);
        }
        if let Some((ended, won)) = way.end {
            turn(ended, from, ends(won));
        }
    }
    std::fs::write(folder.join("export.csv"), export).expect("a file");
    std::fs::write(folder.join("past.csv"), past).expect("a file");
    let mut seen = BTreeSet::new();
    found.retain(|stage| seen.insert(*stage));
    found
}

/// A column a stage, of the last day on which a deal came to it; a deal comes to each but once.
fn as_hubspot(folder: &Path, ways: &[Way]) -> Vec<usize> {
    let mut export = "\"Record ID\",\"Deal Name\",\"Deal Stage\",\"Amount\",\"Currency\",\"Deal probability\",\"Closed Lost Reason\"\n".to_owned();
    let mut past = "\"Record ID\"".to_owned();
    for stage in STAGES.iter().chain(&["Closed Won", "Closed Lost"]) {
        _ = write!(past, ",\"Date entered \"\"{stage} (Sales)\"\"\"");
    }
    past.push('\n');
    let mut found: Vec<usize> = Vec::new();
    for (deal, way) in ways.iter().enumerate() {
        let last = way.visits[way.visits.len() - 1].1;
        let end = way.end.map(|(_, won)| if won { "Closed Won" } else { "Closed Lost" });
        found.extend(end.is_none().then_some(last));
        let likely = f64::from(way.likely) / 100.0;
        _ = writeln!(
            export,
            "\"{deal}\",\"Deal {deal}\",\"{}\",\"{}.5\",\"{}\",\"{likely}\",\"{}\"",
            end.unwrap_or(STAGES[last]),
            100 + deal,
            way.currency,
            way.reason
        );
        _ = write!(past, "\"{deal}\"");
        for stage in 0..STAGES.len() {
            let came = way.visits.iter().find(|visit| visit.1 == stage).map(|visit| day(visit.0).to_string());
            _ = write!(past, ",\"{}\"", came.unwrap_or_default());
        }
        for ending in [true, false] {
            let ended = way.end.filter(|(_, won)| *won == ending).map(|(at, _)| day(at).to_string());
            _ = write!(past, ",\"{}\"", ended.unwrap_or_default());
        }
        past.push('\n');
    }
    std::fs::write(folder.join("export.csv"), export).expect("a file");
    std::fs::write(folder.join("past.csv"), past).expect("a file");
    found.extend(0..STAGES.len());
    let mut seen = BTreeSet::new();
    found.retain(|stage| seen.insert(*stage));
    found
}

#[test]
fn every_figure_is_that_of_the_ways_that_a_report_of_changes_tells() {
    let mut random = Random(20_261_130);
    for round in 0..12 {
        let folder = tempfile::tempdir().expect("a folder");
        let ways: Vec<Way> = (0..6 + random.below(60)).map(|_| way(&mut random, true)).collect();
        let found = as_salesforce(folder.path(), &ways);
        let told = proposed(folder.path(), "past.csv");
        if ways.iter().filter(|way| way.visits.len() > 1).count() >= FEWEST {
            holds(&format!("salesforce {round}"), &told, &ways, &found);
        }
        assert!(
            told.contains(
                "# how a deal ended is told by \"Closed Lost\", \"Closed Won\", so there is no such stage"
            ),
            "{told}"
        );
    }
}

#[test]
fn every_figure_is_that_of_the_ways_that_columns_of_stages_tell() {
    let mut random = Random(7);
    for round in 0..12 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut ways: Vec<Way> = (0..20 + random.below(60)).map(|_| way(&mut random, false)).collect();
        // Such an export knows one day a stage.
        for way in &mut ways {
            let mut seen = BTreeSet::new();
            let end = way.visits.iter().position(|visit| !seen.insert(visit.1)).unwrap_or(way.visits.len());
            way.visits.truncate(end);
        }
        let found = as_hubspot(folder.path(), &ways);
        let told = proposed(folder.path(), "past.csv");
        holds(&format!("hubspot {round}"), &told, &ways, &found);
        assert!(told.contains("# no deal stood in \"Never reached\", so there is no such stage"), "{told}");
    }
}

/// What dated exports tell: a deal came to a stage on the day of the first that shows it there, and when it came to where
/// the very first shows it, nobody knows.
#[test]
fn every_figure_is_that_of_the_ways_that_dated_exports_tell() {
    let mut random = Random(99);
    for round in 0..6 {
        let folder = tempfile::tempdir().expect("a folder");
        let ways: Vec<Way> = (0..40).map(|_| way(&mut random, false)).collect();
        let days: Vec<i64> = (0..12).map(|month| 20 + 45 * month).collect();
        std::fs::create_dir(folder.path().join("old")).expect("a folder");
        let stands =
            |way: &Way, at: i64| way.visits.iter().rev().find(|visit| visit.0 <= at).map(|visit| visit.1);
        let ended = |way: &Way, at: i64| way.end.filter(|(day, _)| *day <= at).map(|(_, won)| won);
        let mut found: Vec<usize> = Vec::new();
        for at in &days {
            let mut text = "id,name,stage,amount,currency,status,reason,probability\n".to_owned();
            for (deal, way) in ways.iter().enumerate() {
                let Some(stage) = stands(way, *at) else { continue };
                let status = ended(way, *at).map_or("open", |won| if won { "won" } else { "lost" });
                let reason = if status == "lost" { way.reason } else { "" };
                _ = writeln!(
                    text,
                    "{deal},Deal {deal},{},5.5,{},{status},\"{reason}\",{}%",
                    STAGES[stage], way.currency, way.likely
                );
            }
            std::fs::write(folder.path().join(format!("old/deals-{}.csv", day(*at))), &text).expect("a file");
            std::fs::write(folder.path().join("export.csv"), &text).expect("a file");
        }
        let last = days[days.len() - 1];
        let there: Vec<&Way> = ways.iter().filter(|way| stands(way, last).is_some()).collect();
        found.extend(there.iter().filter_map(|way| stands(way, last)));
        // What is seen of each way.
        let seen: Vec<Way> = there
            .iter()
            .map(|way| {
                let mut visits: Vec<(i64, usize)> = Vec::new();
                let mut end = None;
                for at in days.iter().filter(|at| stands(way, **at).is_some()) {
                    if end.is_some() {
                        break;
                    }
                    let stage = stands(way, *at).expect("a stage");
                    if visits.last().is_none_or(|visit| visit.1 != stage) {
                        visits.push((*at, stage));
                    }
                    end = ended(way, *at).map(|won| (*at, won));
                }
                Way { visits, end, ..(*way).clone() }
            })
            .collect();
        for at in &days {
            found.extend(ways.iter().filter_map(|way| stands(way, *at)));
        }
        let mut known = BTreeSet::new();
        found.retain(|stage| known.insert(*stage));
        let told = proposed(folder.path(), "old");
        let mut all = counted(&seen, &found);
        // Only stays of which both ends were seen: not of where the first export shows a deal, nor where one shows both
        // that it came and that it ended there.
        all.stays.clear();
        for (deal, way) in seen.iter().enumerate() {
            let lefts = way.visits.iter().skip(1).map(|visit| visit.0).chain(way.end.map(|(at, _)| at));
            for ((came, stage), left) in way.visits.iter().zip(lefts) {
                if *came > days[0] && *came < left {
                    let stays = all.stays.entry(*stage).or_default();
                    stays.0.push(left - came);
                    stays.1.insert(deal);
                }
            }
        }
        let ids: Vec<_> = all.order.iter().map(|stage| format!("\"{}\"", id(*stage))).collect();
        assert!(told.contains(&format!("stages = [{}]", ids.join(", "))), "{round}: {ids:?}\n{told}");
        for line in all.order.iter().flat_map(|stage| lines_of(&all, *stage)) {
            assert!(told.lines().any(|told| told == line), "{round}: no line\n{line}\nin\n{told}");
        }
    }
}

/// Where few ways are known, the system's own figures stand for them, each of the stage in which a deal stands now.
#[test]
fn without_ways_the_order_is_by_what_the_system_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut export = "id,name,stage,status,probability,amount,currency\n".to_owned();
    for deal in 0..18 {
        let (stage, likely) = [("Late", 80 + deal % 3), ("Early", 10), ("Middle", 40 + deal % 2)][deal % 3];
        let currency = if deal == 4 { "" } else { "EUR" };
        _ = writeln!(export, "{deal},D,{stage},open,{likely}%,5,{currency}");
    }
    // A won deal without a stage stood in none that is known.
    _ = writeln!(export, "20,D,,won,100%,5,EUR\n21,D,,lost,0%,5,EUR");
    std::fs::write(folder.path().join("export.csv"), export).expect("a file");
    let ran = dealgate(folder.path(), &["import", "export.csv", "--propose-workflow", DAY[0], DAY[1]]);
    for line in [
        "#currency = \"EUR\"  # of 19 of 20 amounts",
        "stages = [\"early\", \"middle\", \"late\"]  # by how likely the system says that 18 open deals in them are won",
        "# in no figure, as nobody tells where it stood when it ended: 2 deals",
        "name = \"Late\"  # 6 deals stood here",
        "probability = 0.8  # what the system says of 6 open deals: none that ended is known",
        "probability = 0.41  # what the system says of 6 open deals: none that ended is known",
        "probability = 0.1  # what the system says of 6 open deals: none that ended is known",
    ] {
        assert!(ran.stdout.lines().any(|told| told == line), "{line}\n{}{}", ran.stdout, ran.stderr);
    }
}

/// Stages of another pipeline are none of this one's, and none that it lacks.
#[test]
fn dated_exports_of_several_pipelines_tell_of_the_one_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("old")).expect("a folder");
    for (month, stage) in [(1, "Seen"), (2, "Asked"), (3, "Offered")] {
        let mut text = "Deal - ID,Deal - Title,Deal - Stage,Deal - Pipeline,Deal - Status\n".to_owned();
        for deal in 0..6 {
            _ = writeln!(text, "{deal},D,{stage},Sales,{}", if month == 3 { "Won" } else { "Open" });
            _ = writeln!(text, "9{deal},D,{},Partners,Open", ["Hired", "Trained", "Trained"][month - 1]);
        }
        std::fs::write(folder.path().join(format!("old/deals-2026-0{month}-01.csv")), &text).expect("a file");
        std::fs::write(folder.path().join("export.csv"), &text).expect("a file");
    }
    let words = [
        "import",
        "export.csv",
        "--history",
        "old",
        "--propose-workflow",
        "--pipeline",
        "sales",
        DAY[0],
        DAY[1],
    ];
    let ran = dealgate(folder.path(), &words);
    for line in [
        "stages = [\"seen\", \"asked\", \"offered\"]  # the order in which 6 deals went through them",
        "probability = 1  # of 6 that came this far and ended, 6 were won",
        "max-days = 28  # 4 of 5 of 6 stays of 6 deals were no longer, half no longer than 28 days",
    ] {
        assert!(ran.stdout.lines().any(|told| told == line), "{line}\n{}{}", ran.stdout, ran.stderr);
    }
    let none = "# max-days: of no deal is it known how long it stood here";
    assert_eq!(ran.stdout.matches(none).count(), 2, "{}", ran.stdout);
    for word in ["Hired", "Trained", "no deal stood in"] {
        assert!(!ran.stdout.contains(word), "{word}\n{}", ran.stdout);
    }
}
