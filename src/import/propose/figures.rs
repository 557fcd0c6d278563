//! The figures of a proposed workflow: stages, durations, win rates and reasons of exported deals.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::finding::wording::in_ascii;
use crate::import::columns::{harmless, same_word};
use crate::import::imported_change::{ImportedChange, ImportedHistories};
use crate::import::imported_value::ImportedValue;
use crate::import::incoming::{Incoming, IncomingDeal};
use crate::import::map::toml_text;

/// A stage of a pipeline, before anybody knows where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProposedStage {
    /// Its id: its name in words that a workflow takes.
    pub id: String,
    /// What the system calls it.
    pub name: String,
}

/// The stages of some labels, each once, in their order. No id is what another stage is called.
pub(crate) fn stages<'l>(labels: impl IntoIterator<Item = &'l str>) -> Vec<ProposedStage> {
    let mut names: Vec<String> = Vec::new();
    for label in labels {
        let name = harmless(label).split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() && !names.iter().any(|known| same_word(known, &name)) {
            names.push(name);
        }
    }
    let mut found: Vec<ProposedStage> = Vec::new();
    for name in &names {
        let word = in_ascii(name, '-').unwrap_or_default().to_lowercase();
        let parts = word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        let word = parts.collect::<Vec<_>>().join("-");
        let word = if word.is_empty() { "stage".to_owned() } else { word };
        let is_free = |id: &String| {
            let mut others = names.iter().filter(|other| *other != name);
            !found.iter().any(|known| known.id == *id) && !others.any(|other| same_word(other, id))
        };
        let numbered = (2..).map(|number| format!("{word}-{number}"));
        let id = std::iter::once(word.clone()).chain(numbered).find(is_free).unwrap_or_default();
        found.push(ProposedStage { id, name: name.clone() });
    }
    found
}

/// A workflow with nothing but stages, by which the export is read.
pub(crate) fn skeleton(stages: &[ProposedStage]) -> String {
    let ids: Vec<_> = stages.iter().map(|stage| toml_text(&stage.id)).collect();
    let tables =
        stages.iter().map(|stage| format!("[stage.{}]\nname = {}\n", stage.id, toml_text(&stage.name)));
    format!("stages = [{}]\n{}", ids.join(", "), tables.collect::<String>())
}

/// What is known of one stage.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageTally {
    /// Which it is, by its number among the stages as they were found.
    pub stage: usize,
    /// Deals that stood in it.
    pub deals: usize,
    /// Deals that came this far and have ended, and those of them that were won.
    pub ended: (usize, usize),
    /// How likely the system says that open deals in it are won.
    pub said: Vec<Decimal>,
    /// Whole days that deals stood in it before they left, the shortest first.
    pub stays: Vec<i64>,
    /// Deals whose stays these are.
    pub stayed: usize,
}

/// What is known of a pipeline.
#[derive(Clone, Debug, Default)]
pub(crate) struct PipelineTally {
    /// Its stages in their order; those in which no deal ever stood are left out.
    pub stages: Vec<StageTally>,
    /// Those, by their numbers among the stages as they were found.
    pub empty: Vec<usize>,
    /// Deals of which more than the present is known.
    pub with_past: usize,
    /// Deals of which it is known that they stood in one stage and then in another.
    pub with_way: usize,
    /// Deals that have ended, of which nobody tells where they stood.
    pub ended_nowhere: usize,
    /// All deals.
    pub deals: usize,
    /// Reasons of deals that were lost, and of those that were none, with how many.
    pub reasons: [BTreeMap<String, usize>; 2],
    /// Amounts.
    pub amounts: usize,
    /// Currencies of amounts, with how many.
    pub currencies: BTreeMap<String, usize>,
}

/// The fewest deals that make a figure.
pub(super) const FEWEST: usize = 5;

/// What one deal tells.
struct DealWay {
    /// The stages that it came to, in order, each once.
    stages: Vec<usize>,
    stays: Vec<(usize, i64)>,
    /// The stage that it stands in now.
    now: Option<usize>,
    /// Whether it was won; `None`: it is open.
    won: Option<bool>,
}

/// What figures are to be read with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FigureContext {
    /// The column of the stage says how a deal ended, and so no more where it stood.
    pub shows_end: bool,
    /// The day of the first of several exports that tell the past: when a deal came to where it stood then, nobody knows.
    pub begins: Option<Date>,
}

impl FigureContext {
    /// Whether it is known how long a deal stood where it was from one day until another: of dated exports, not where the
    /// first shows it there already, nor where one shows both that it came and that it went.
    fn tells_stay(self, since: Date, until: Date) -> bool {
        self.begins.is_none_or(|begins| since > begins && until > since)
    }
}

/// Counts what an export tells; `ids` are those of the stages as they were found.
pub(crate) fn count(
    incoming: &Incoming,
    past: &ImportedHistories,
    ids: &[ProposedStage],
    context: FigureContext,
) -> PipelineTally {
    let number: BTreeMap<&str, usize> =
        ids.iter().zip(0..).map(|(stage, at)| (stage.id.as_str(), at)).collect();
    let mut figures = PipelineTally { deals: incoming.deals.len(), ..PipelineTally::default() };
    let mut stages: Vec<StageTally> =
        (0..ids.len()).map(|stage| StageTally { stage, ..StageTally::default() }).collect();
    let mut ways = Vec::new();
    for deal in &incoming.deals {
        let past_changes = past.get(&deal.id).map(Vec::as_slice).unwrap_or_default();
        figures.with_past += usize::from(!past_changes.is_empty());
        figures.count_reason_and_currency(deal);
        let way = way(deal, past_changes, &number, context);
        for stage in &way.stages {
            stages[*stage].deals += 1;
        }
        for (stage, days) in &way.stays {
            stages[*stage].stays.push(*days);
        }
        for stage in way.stays.iter().map(|(stage, _)| *stage).collect::<BTreeSet<_>>() {
            stages[stage].stayed += 1;
        }
        if let (None, Some(stage), Some(said)) = (way.won, way.now, share(deal)) {
            stages[stage].said.push(said);
        }
        ways.push(way);
    }
    figures.ended_nowhere = ways.iter().filter(|way| way.won.is_some() && way.stages.is_empty()).count();
    figures.with_way = ways.iter().filter(|way| way.stages.len() > 1).count();
    let order = order(if figures.with_way < FEWEST { &[] } else { &ways }, &stages);
    let place: BTreeMap<usize, usize> = order.iter().zip(0..).map(|(stage, at)| (*stage, at)).collect();
    for way in &ways {
        let furthest = way.stages.iter().filter_map(|stage| place.get(stage)).max();
        if let (Some(won), Some(furthest)) = (way.won, furthest) {
            for stage in &order[..=*furthest] {
                stages[*stage].ended.0 += 1;
                stages[*stage].ended.1 += usize::from(won);
            }
        }
    }
    for stage in &mut stages {
        stage.stays.sort_unstable();
    }
    figures.empty = (0..ids.len()).filter(|stage| stages[*stage].deals == 0).collect();
    figures.stages = order.into_iter().map(|stage| stages[stage].clone()).collect();
    figures
}

impl PipelineTally {
    /// Takes in the reason and the currency of a deal.
    fn count_reason_and_currency(&mut self, deal: &IncomingDeal) {
        let text = |key: &str| deal.values.get(key).map(ToString::to_string);
        let kind = match text("outcome.result").as_deref() {
            Some("lost") => Some(0),
            Some("disqualified") => Some(1),
            _ => None,
        };
        if let Some((kind, reason)) = kind.zip(text("outcome.reason")) {
            *self.reasons[kind].entry(reason).or_default() += 1;
        }
        let amount = text("amount");
        self.amounts += usize::from(amount.is_some());
        if let Some((_, code)) = amount.as_deref().and_then(|amount| amount.split_once(' ')) {
            *self.currencies.entry(code.to_owned()).or_default() += 1;
        }
    }
}

fn share(deal: &IncomingDeal) -> Option<Decimal> {
    let said = deal.values.get("probability")?.to_string();
    crate::syntax::scalar::percent(&said).ok()
}

/// The way of a deal, as far as it is known.
fn way(
    deal: &IncomingDeal,
    past_changes: &[ImportedChange],
    number: &BTreeMap<&str, usize>,
    context: FigureContext,
) -> DealWay {
    let stage = |said: &ImportedValue| number.get(said.to_string().as_str()).copied();
    let won = deal.values.get("outcome.result").map(|said| said.to_string() == "won");
    let mut way = DealWay { stages: Vec::new(), stays: Vec::new(), now: None, won };
    let mut here: Option<(usize, Date)> = None;
    let mut last = None;
    for past_change in past_changes {
        let next = past_change.values.get("stage").and_then(stage);
        let outcome = past_change.values.get("outcome").map(ToString::to_string);
        let ends = outcome.as_deref().is_some_and(|said| said != "open");
        // A deal that is open again stands where it stood, unless something else is said.
        let next = next.or_else(|| last.filter(|_| outcome.is_some() && !ends && here.is_none()));
        if next.is_none() && !ends {
            continue;
        }
        if let Some((stage, since)) =
            here.take().filter(|(_, since)| context.tells_stay(*since, past_change.day))
        {
            let days = since.until(past_change.day).map_or(0, |span| i64::from(span.get_days()));
            way.stays.push((stage, days));
        }
        here = next.filter(|_| !ends).map(|stage| (stage, past_change.day));
        last = next.or(last);
        if let Some(next) = next.filter(|next| !way.stages.contains(next)) {
            way.stages.push(next);
        }
    }
    // Of a deal that has ended, the column may only say that it has.
    way.now = deal.values.get("stage").filter(|_| won.is_none() || !context.shows_end).and_then(stage);
    if let Some(now) = way.now.filter(|now| !way.stages.contains(now)) {
        way.stages.push(now);
    }
    way
}

/// The stages in which deals stood, in the order in which most went through them; where none tells, by how likely the
/// system says that deals in them are won, and then as they were found.
fn order(ways: &[DealWay], stages: &[StageTally]) -> Vec<usize> {
    let count = stages.len();
    let mut before = vec![0_i64; count * count];
    for way in ways {
        for (at, one) in way.stages.iter().enumerate() {
            for other in &way.stages[at + 1..] {
                before[one * count + other] += 1;
            }
        }
    }
    let leads = |one: usize| -> i64 {
        (0..count).map(|other| (before[one * count + other] - before[other * count + one]).signum()).sum()
    };
    // Of which nothing is said comes last.
    let mean = |stage: usize| {
        let said = &stages[stage].said;
        let mean = said.iter().sum::<Decimal>() / Decimal::from(said.len().max(1));
        (said.is_empty(), mean)
    };
    let mut order: Vec<usize> = (0..count).filter(|stage| stages[*stage].deals > 0).collect();
    order.sort_by(|one, other| {
        leads(*other).cmp(&leads(*one)).then(mean(*one).cmp(&mean(*other))).then(one.cmp(other))
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_words_and_each_is_there_once() {
        let found = stages(["Discovery Call", "discovery-call", "Größe?", "商談", "成約", "\u{7}", "stage"]);
        let shown: Vec<_> = found.iter().map(|stage| format!("{}={}", stage.id, stage.name)).collect();
        assert_eq!(
            shown,
            [
                "discovery-call=Discovery Call",
                "groesse=Größe?",
                "stage-2=商談",
                "stage-3=成約",
                "stage=stage"
            ]
        );
    }

    #[test]
    fn the_order_is_that_of_most_ways() {
        let way =
            |stages: &[usize]| DealWay { stages: stages.to_vec(), stays: Vec::new(), now: None, won: None };
        let stages: Vec<_> =
            (0..4).map(|stage| StageTally { stage, deals: 1, ..StageTally::default() }).collect();
        let ways = [way(&[2, 0, 1]), way(&[2, 1]), way(&[0, 2, 1]), way(&[2, 0]), way(&[1, 3])];
        assert_eq!(order(&ways, &stages), [2, 0, 1, 3]);
        assert_eq!(order(&[], &stages), [0, 1, 2, 3]);
    }
}
