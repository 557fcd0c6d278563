//! The overview of a report of changes: a line for each kind of change or for a single deal.

use std::collections::BTreeSet;

use crate::report::model::{ChangedDeal, Changes, Event, Happening, NOTHING, Sum};

/// The kinds that have deals, in the order in which they are shown.
pub(super) fn overview(changes: &Changes) -> Vec<Happening> {
    // Lists of several types, of which each item names a deal.
    macro_rules! deals {
        ($items:expr) => {
            $items.into_iter().map(|item| item.deal).collect()
        };
    }
    let kinds: [(&str, Option<&Sum>, Vec<usize>); 19] = [
        ("Won", Some(&changes.won.sum), deals!(&changes.won.items)),
        ("Lost", Some(&changes.lost.sum), deals!(&changes.lost.items)),
        ("Disqualified", Some(&changes.disqualified.sum), deals!(&changes.disqualified.items)),
        ("Reopened", Some(&changes.reopened.sum), changes.reopened.deals.clone()),
        ("New", Some(&changes.new.sum), changes.new.deals.clone()),
        ("Restored", Some(&changes.restored.sum), changes.restored.deals.clone()),
        ("Moved forward", Some(&changes.moved_forward.sum), deals!(&changes.moved_forward.items)),
        ("Moved back", Some(&changes.moved_back.sum), deals!(&changes.moved_back.items)),
        ("Pushed to a later quarter", Some(&changes.pushed.sum), deals!(&changes.pushed.items)),
        ("Pulled into an earlier quarter", Some(&changes.pulled_in.sum), deals!(&changes.pulled_in.items)),
        ("Another amount", None, deals!(&changes.amounts)),
        ("Another owner", None, deals!(&changes.owners)),
        ("Went to another owner or stage", Some(&changes.left.sum), changes.left.deals.clone()),
        ("Gates newly passed", None, deals!(changes.gates_passed.iter().flatten())),
        ("Gates failed", None, deals!(changes.gates_failed.iter().flatten())),
        ("Waivers given", None, deals!(changes.waivers_given.iter().flatten())),
        ("Waivers expired", None, deals!(changes.waivers_expired.iter().flatten())),
        ("Waivers withdrawn", None, deals!(changes.waivers_withdrawn.iter().flatten())),
        ("Removed", Some(&changes.removed.sum), changes.removed.deals.clone()),
    ];
    let told = kinds.into_iter().filter(|(.., deals)| !deals.is_empty());
    told.map(|(title, sum, deals)| {
        let mut seen = BTreeSet::new();
        Happening {
            title: title.to_owned(),
            amount: sum.and_then(|sum| sum.amount),
            digits: sum.map_or_else(|| NOTHING.to_owned(), |sum| sum.digits.clone()),
            text: sum.map_or_else(|| NOTHING.to_owned(), |sum| sum.text.clone()),
            deals: deals.into_iter().filter(|deal| seen.insert(*deal)).collect(),
        }
    })
    .collect()
}

/// Tells each deal what became of its gates and waivers.
pub(super) fn hand_out_events(changes: &Changes, deals: &mut [ChangedDeal]) {
    let gates = [("Gates newly passed", &changes.gates_passed), ("Gates failed", &changes.gates_failed)];
    for (title, gate) in
        gates.into_iter().flat_map(|(title, list)| list.iter().flatten().map(move |it| (title, it)))
    {
        let why = (!gate.missing.is_empty()).then(|| gate.missing.join("; "));
        deals[gate.deal].events.push(Event { title: title.to_owned(), what: gate.stages.join(", "), why });
    }
    let waivers = [
        ("Waiver given", &changes.waivers_given),
        ("Waiver expired", &changes.waivers_expired),
        ("Waiver withdrawn", &changes.waivers_withdrawn),
    ];
    for (title, waiver) in
        waivers.into_iter().flat_map(|(title, list)| list.iter().flatten().map(move |it| (title, it)))
    {
        let (what, why) = (waiver.title.clone(), waiver.reason.clone());
        deals[waiver.deal].events.push(Event { title: title.to_owned(), what, why });
    }
}
