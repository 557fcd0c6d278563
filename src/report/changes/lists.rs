//! The sections of a report of changes: who won, what moved, slipped, grew, which gates and waivers.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::deals::key_of;
use super::moments::{ComparedMoments, Comparing};
use super::sums::{DealKey, Positions, money, sum};
use crate::compare::{
    Comparison, DealChange, DealState, DealTrack, FailedGate, GateChanges, Given, HistoryEntry, Pair, Values,
};
use crate::deal::fiscal::FiscalYear;
use crate::deal::period::days_between;
use crate::deal::record::Ending;
use crate::report::model::{
    AmountChange, ChangedDeal, Changes, Closed, ClosedDeal, DateMove, Dates, DayView, DealGroup, GateChange,
    MoneyUnit, MoneyView, MovesView, OwnerChange, OwnerShift, StageMove, Sum, WaiverChange,
};
use crate::report::report_context::ReportContext;

/// What the sections are made from.
pub(super) struct Lists<'a> {
    /// Where each deal stands among those that the report names.
    pub(super) positions: Positions,
    /// The states of each of those deals that the filters leave as it is now, with its position.
    listed: Vec<(usize, Pair<'a>)>,
    /// The same of those that they only left as it was.
    gone_on: Vec<(usize, Pair<'a>)>,
    changes: BTreeMap<DealKey, &'a DealChange>,
    /// How those stood last whose file is gone, by their positions.
    gone: BTreeMap<usize, &'a DealState>,
    /// The ways of the deals, by their positions.
    tracks: BTreeMap<usize, &'a DealTrack>,
    deals: &'a [ChangedDeal],
    days: (Date, Date),
    unit: Option<MoneyUnit>,
    grew: &'a Values,
    /// What deals that came were worth on that day, by their positions.
    came: BTreeMap<usize, Option<MoneyView>>,
    fiscal: FiscalYear,
}

impl<'a> Lists<'a> {
    pub(super) fn of(
        comparison: &'a Comparison,
        pairs: &[Pair<'a>],
        (deals, positions): (&'a [ChangedDeal], Positions),
        since: &'a ComparedMoments,
        Comparing { filter, fiscal, context, .. }: &Comparing<'_>,
    ) -> Self {
        let unit = context.unit_of(comparison.currency);
        let position = |id: &Arc<str>, is_gone| positions.get(&(Arc::clone(id), is_gone)).copied();
        let at = |pair: &Pair<'a>| Some((position(&pair.1.or(pair.0)?.id, pair.1.is_none())?, *pair));
        let mut listed: Vec<_> = pairs.iter().filter_map(at).collect();
        let lost = |(at, (was, is)): &(usize, Pair<'a>)| {
            Some((*at, &since.after.lost(&was.filter(|_| is.is_none())?.id)?.state))
        };
        let mut gone: BTreeMap<_, _> = listed.iter().filter_map(lost).collect();
        // What came and went in between is there at neither end.
        for lost in since.after.passing(&since.before) {
            if let Some(at) = position(&lost.state.id, true) {
                gone.insert(at, &lost.state);
                listed.push((at, (None, None)));
            }
        }
        listed.sort_by_key(|(at, _)| *at);
        let is_left =
            |(_, (_, after)): &(usize, Pair<'a>)| after.is_none_or(|after| filter.leaves_terms(&after.terms));
        let (listed, gone_on) = listed.into_iter().partition(is_left);
        Self {
            listed,
            gone_on,
            gone,
            tracks: comparison
                .tracks
                .iter()
                .filter_map(|track| Some((position(&track.deal, track.is_gone())?, track)))
                .collect(),
            changes: comparison.deals.iter().map(|change| (key_of(change), change)).collect(),
            deals,
            days: (since.before.day, since.after.day),
            unit,
            grew: &comparison.grew,
            came: comparison
                .came
                .iter()
                .filter_map(|(id, value)| {
                    let at = position(id, false).or_else(|| position(id, true))?;
                    Some((at, money(*value, unit)))
                })
                .collect(),
            fiscal: *fiscal,
            positions,
        }
    }

    /// Won, lost, disqualified.
    pub(super) fn closed(&self) -> [Closed; 3] {
        [Ending::Won, Ending::Lost, Ending::Disqualified].map(|ending| {
            let mut items: Vec<_> = self
                .listed
                .iter()
                .filter_map(|&(at, (_, after))| {
                    let last = after.or_else(|| self.gone.get(&at).copied());
                    let last = last.filter(|last| last.terms.ending == Some(ending))?;
                    let ends = self.track(at).is_none_or(|track| track.ends(ending));
                    ends.then(|| closed(at, last, ending))
                })
                .collect();
            items.sort_by_key(|item| (item.date, item.deal));
            Closed { sum: self.sum(items.iter().map(|item| item.deal)), items }
        })
    }

    /// Open again after they had ended, be it only to end once more.
    pub(super) fn reopened(&self) -> DealGroup {
        self.of_tracks(DealTrack::reopens)
    }

    /// Not there at the earlier moment, at what they were worth on the day they came.
    pub(super) fn created(&self) -> DealGroup {
        let is_new = |track: &DealTrack| track.start.is_none() && track.earlier.is_none();
        let DealGroup { deals, .. } = self.of_tracks(is_new);
        let values: Vec<_> = deals.iter().map(|deal| self.value_at_entry(*deal)).collect();
        DealGroup { sum: Sum::of(values.iter().copied(), self.unit), deals, values }
    }

    fn value_at_entry(&self, deal: usize) -> Option<MoneyView> {
        self.came.get(&deal).copied().unwrap_or(self.deals[deal].value)
    }

    pub(super) fn restored(&self) -> DealGroup {
        self.of_tracks(DealTrack::comes_back)
    }

    pub(super) fn removed(&self) -> DealGroup {
        self.of_tracks(DealTrack::goes)
    }

    fn of_tracks(&self, fits: impl Fn(&DealTrack) -> bool) -> DealGroup {
        let found = self.listed.iter().map(|(at, _)| *at);
        self.group(found.filter(|at| self.track(*at).is_some_and(&fits)).collect())
    }

    fn track(&self, at: usize) -> Option<&'a DealTrack> {
        self.tracks.get(&at).copied()
    }

    pub(super) fn left(&self) -> DealGroup {
        self.group(self.gone_on.iter().map(|(at, _)| *at).collect())
    }

    fn group(&self, deals: Vec<usize>) -> DealGroup {
        let values = deals.iter().map(|deal| self.deals[*deal].value).collect();
        DealGroup { sum: self.sum(deals.iter().copied()), deals, values }
    }

    /// Deals that are there at both ends.
    fn kept(&self) -> impl Iterator<Item = (usize, &'a DealState, &'a DealState)> {
        self.listed.iter().filter_map(|&(at, (before, after))| Some((at, before?, after?)))
    }

    /// Deals that are open at both ends.
    fn open(&self) -> impl Iterator<Item = (usize, &'a DealState, &'a DealState)> {
        let is_open = |deal: &DealState| deal.terms.ending.is_none();
        self.kept().filter(move |(_, before, after)| is_open(before) && is_open(after))
    }

    /// Forward and back.
    pub(super) fn moves(&self) -> [MovesView; 2] {
        let stage = |deal: &DealState, of: &DealState| of.workflow.stage_index(deal.terms.stage.as_deref()?);
        [true, false].map(|forward| {
            let moved = self.open().filter(|(_, before, after)| {
                let ways = stage(before, after).zip(stage(after, after));
                ways.is_some_and(|(from, to)| if forward { to > from } else { to < from })
            });
            let items: Vec<_> =
                moved.map(|(at, before, after)| stage_move(at, before, after, self.days)).collect();
            MovesView { sum: self.sum(items.iter().map(|item| item.deal)), items }
        })
    }

    /// Pushed to a later quarter, pulled into an earlier one, moved within one.
    pub(super) fn dates(&self) -> [Dates; 3] {
        use std::cmp::Ordering::{Equal, Greater, Less};
        [Greater, Less, Equal].map(|way| {
            let moved = self.open().filter_map(|(at, before, after)| {
                let (before, after) = (before.terms.close_date, after.terms.close_date);
                let quarter = |day: Option<Date>| day.map(|day| self.fiscal.quarter_of(day));
                let (quarter_before, quarter_after) = (quarter(before), quarter(after));
                let went =
                    quarter_after.zip(quarter_before).map_or(Equal, |(after, before)| after.cmp(&before));
                (before != after && went == way).then(|| DateMove {
                    deal: at,
                    before: before.map(DayView),
                    after: after.map(DayView),
                    quarter_before: quarter_before.map(|quarter| quarter.to_string()),
                    quarter_after: quarter_after.map(|quarter| quarter.to_string()),
                    days: before.zip(after).map(|(before, after)| days_between(before, after)),
                })
            });
            let items: Vec<_> = moved.collect();
            Dates { sum: self.sum(items.iter().map(|item| item.deal)), items }
        })
    }

    pub(super) fn amounts(&self) -> Vec<AmountChange> {
        let changed = self.kept().filter(|(_, before, after)| before.terms.amount != after.terms.amount);
        changed
            .map(|(at, before, after)| AmountChange {
                deal: at,
                before: written(before),
                after: written(after),
                by: money(self.grew.get(&after.id).copied().flatten(), self.unit),
            })
            .collect()
    }

    pub(super) fn owners(&self) -> Vec<OwnerChange> {
        let owner = |deal: &DealState| deal.terms.owner.as_deref().map(str::to_owned);
        let all = self.listed.iter().chain(&self.gone_on);
        let changed = all.filter_map(|&(deal, (before, after))| Some((deal, owner(before?), owner(after?))));
        let changed = changed.filter(|(_, before, after)| before != after);
        let mut all: Vec<_> =
            changed.map(|(deal, before, after)| OwnerChange { deal, before, after }).collect();
        all.sort_by_key(|change| change.deal);
        all
    }

    /// Passed and failed.
    pub(super) fn gates(&self) -> [Vec<GateChange>; 2] {
        let (mut passed, mut failed) = (Vec::new(), Vec::new());
        for &(deal, (before, after)) in &self.listed {
            let Some(after) = after else { continue };
            let changes = GateChanges::between(before, after);
            let name = |stage: &usize| after.workflow.stages[*stage].name.clone();
            let failing = |gate: &FailedGate| {
                let still = if gate.still { " (still)" } else { "" };
                format!("{}{still}", name(&gate.stage))
            };
            let title = |id: &std::sync::Arc<str>| title(id, after);
            if !changes.passed.is_empty() {
                let stages = changes.passed.iter().map(name).collect();
                passed.push(GateChange { deal, stages, missing: Vec::new() });
            }
            if !changes.failed.is_empty() {
                failed.push(GateChange {
                    deal,
                    stages: changes.failed.iter().map(failing).collect(),
                    missing: changes.failed.iter().flat_map(|gate| &gate.requirements).map(title).collect(),
                });
            }
        }
        [passed, failed]
    }

    /// Given, expired, withdrawn.
    pub(super) fn waivers(&self) -> [Vec<WaiverChange>; 3] {
        let (mut given, mut expired, mut withdrawn) = (Vec::new(), Vec::new(), Vec::new());
        for &(at, (before, after)) in &self.listed {
            let Some(shown) = after.or(before) else { continue };
            let (mut gave, mut took): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
            if let Some(change) = self.changes.get(&(Arc::clone(&shown.id), after.is_none())) {
                gave.extend(shown.waivers.iter().filter(|waiver| change.waived.contains(&waiver.id)));
                let then = before.map(|before| before.waivers.as_slice()).unwrap_or_default();
                took.extend(then.iter().filter(|waiver| change.unwaived.contains(&waiver.id)));
            }
            // A deal that is new brings its waivers with it.
            if before.is_none() {
                gave = shown.waivers.iter().collect();
            }
            let ran_out = after.into_iter().flat_map(|after| after.expired(self.days.0, self.days.1));
            let shown_change = |waiver: &Given| waiver_change(at, waiver, shown);
            given.extend(gave.into_iter().map(shown_change));
            expired.extend(ran_out.map(shown_change));
            withdrawn.extend(took.into_iter().map(shown_change));
        }
        [given, expired, withdrawn]
    }

    /// What happened to each owner's deals.
    pub(super) fn by_owner(&self, changes: &Changes, context: &ReportContext<'_>) -> Vec<OwnerShift> {
        let key = |deal: usize| {
            let owner = self.deals[deal].owner.as_ref().map(|owner| context.people.identity(owner));
            (owner.is_none(), owner.unwrap_or_default())
        };
        let lists: [Vec<usize>; 6] = [
            changes.won.items.iter().map(|item| item.deal).collect(),
            changes.lost.items.iter().map(|item| item.deal).collect(),
            changes.new.deals.clone(),
            changes.moved_forward.items.iter().map(|item| item.deal).collect(),
            changes.moved_back.items.iter().map(|item| item.deal).collect(),
            changes.pushed.items.iter().map(|item| item.deal).collect(),
        ];
        let mut owners: BTreeMap<(bool, String), [Vec<usize>; 6]> = BTreeMap::new();
        for (index, list) in lists.iter().enumerate() {
            for &deal in list {
                owners.entry(key(deal)).or_default()[index].push(deal);
            }
        }
        let shift = |((nobody, owner), lists): ((bool, String), [Vec<usize>; 6])| {
            let name = context.owner_name(Some(owner.as_str()).filter(|_| !nobody));
            let at_entry = lists[2].iter().map(|deal| self.value_at_entry(*deal));
            let new = Sum::of(at_entry, self.unit);
            let [won, lost, _, moved_forward, moved_back, pushed] =
                lists.map(|list| self.sum(list.into_iter()));
            OwnerShift {
                id: (!nobody).then_some(owner),
                name,
                won,
                lost,
                new,
                moved_forward,
                moved_back,
                pushed,
            }
        };
        owners.into_iter().map(shift).collect()
    }

    fn sum(&self, which: impl Iterator<Item = usize>) -> Sum {
        sum(self.deals, which, self.unit)
    }
}

fn closed(deal: usize, after: &DealState, ending: Ending) -> ClosedDeal {
    let entry = after.history.iter().rev().find(|change| change.ending == Some(Some(ending)));
    let reason = after.closing.reason.clone().or_else(|| entry?.reason.clone());
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
    ClosedDeal {
        deal,
        date: after.ended.map(DayView),
        stage: stage(after),
        reason: text(&reason),
        competitor: text(&after.closing.competitor),
        note: text(&after.closing.note),
    }
}

fn stage_move(deal: usize, before: &DealState, after: &DealState, (from, to): (Date, Date)) -> StageMove {
    let days = after.term_history.stage.values.iter().rev();
    let came = days.filter(|(_, stage)| *stage == after.terms.stage).map(|(day, _)| *day);
    let came = came.into_iter().find(|day| from < *day && *day <= to);
    let is_of_day = |change: &&HistoryEntry| change.stage.is_some() && Some(change.date) == came;
    StageMove {
        deal,
        from: stage(before).unwrap_or_default(),
        to: stage(after).unwrap_or_default(),
        date: came.map(DayView),
        reason: after
            .history
            .iter()
            .rev()
            .find(is_of_day)
            .and_then(|change| change.reason.as_deref())
            .map(str::to_owned),
    }
}

/// What people call the stage that a deal stands in.
fn stage(deal: &DealState) -> Option<String> {
    deal.terms.stage.as_deref().map(|id| deal.workflow.stage_name(id).to_owned())
}

/// The amount as it is written.
fn written(deal: &DealState) -> Option<MoneyView> {
    let amount = deal.terms.amount?;
    Some(MoneyView::written(amount.amount, amount.currency?))
}

fn waiver_change(deal: usize, waiver: &Given, shown: &DealState) -> WaiverChange {
    WaiverChange {
        deal,
        requirement: waiver.id.to_string(),
        title: title(&waiver.id, shown),
        reason: waiver.reason.clone(),
        by: waiver.by.clone(),
        until: waiver.until.map(DayView),
    }
}

/// What a requirement asks; its id when the workflow does not have it.
fn title(id: &str, deal: &DealState) -> String {
    deal.workflow.requirement(id).map_or_else(|| id.to_owned(), |requirement| requirement.title.clone())
}
