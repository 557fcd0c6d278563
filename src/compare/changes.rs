//! What changed in a deal, in sales terms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::deal_track::{DealTrack, DeletedDeal};
use super::side::Side;
use super::state::{DealState, RequirementStanding};
use crate::history::Term;

/// A deal before and after.
pub(crate) type Pair<'s> = (Option<&'s DealState>, Option<&'s DealState>);

/// What became of a deal's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was not there before.
    New,
    /// It is there at both ends.
    Kept,
    /// It is there at both ends, under another id.
    Renamed(Arc<str>),
    /// It was there before, was deleted, and is there again.
    Restored,
    /// It is gone.
    Removed,
}

/// What of a deal can be one thing at one moment and another at the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The workflow it follows.
    Workflow,
    /// One of its terms.
    Term(Term),
}

impl Aspect {
    /// The key that it has in a deal's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Term(term) => term.name(),
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Term(term) => term.title(),
        }
    }
}

/// Something that was one thing and is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub what: Aspect,
    /// What it was; `None`: nothing.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// What changed in a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealChange {
    /// Its id, after where it is still there.
    pub deal: Arc<str>,
    /// The path of its file.
    pub path: Arc<str>,
    /// What people call it.
    pub name: Option<String>,
    /// The workflow it follows.
    pub workflow: Arc<str>,
    /// What became of its file.
    pub fate: Fate,
    /// What changed of stage, outcome, amount, close date, owner, workflow; for a new or removed deal, what it is or was.
    pub differences: Vec<Difference>,
    /// Requirements that are met and were not.
    pub met: Vec<Arc<str>>,
    /// Requirements that were met and are not, or that the deal went past without.
    pub broken: Vec<Arc<str>>,
    /// Requirements that a waiver lifts now.
    pub waived: Vec<Arc<str>>,
    /// Requirements whose waiver was taken out.
    pub unwaived: Vec<Arc<str>>,
}

impl DealChange {
    /// What changed between two states; `None`: nothing that counts. Of a deal whose file is gone, `gone` is how it
    /// stood last, where that is known.
    fn between((before, after): Pair<'_>, gone: Option<&DealState>, track: &DealTrack) -> Option<Self> {
        let named = after.or(before).or(gone)?;
        let before = if after.is_none() { gone.or(before) } else { before };
        let is_same = before.zip(after).is_some_and(|(before, after)| std::ptr::eq(before, after));
        if is_same && !track.comes_back() {
            return None;
        }
        let fate = match (before, after) {
            (_, None) => Fate::Removed,
            (_, Some(_)) if track.comes_back() => Fate::Restored,
            (None, _) => Fate::New,
            (Some(before), Some(after)) if before.id != after.id => Fate::Renamed(Arc::clone(&before.id)),
            _ => Fate::Kept,
        };
        let mut change = Self {
            deal: Arc::clone(&named.id),
            path: Arc::clone(&named.path),
            name: named.name.clone(),
            workflow: Arc::clone(&named.workflow.id),
            fate,
            differences: differences(before, after),
            met: Vec::new(),
            broken: Vec::new(),
            waived: Vec::new(),
            unwaived: Vec::new(),
        };
        if let (Some(before), Some(after)) = (before, after) {
            change.compare_requirements(before, after);
        }
        let same = change.fate == Fate::Kept
            && change.differences.is_empty()
            && [&change.met, &change.broken, &change.waived, &change.unwaived]
                .iter()
                .all(|list| list.is_empty());
        (!same).then_some(change)
    }

    /// Every deal that changed, in the order of their ids; those that came and went in between have no pair.
    pub(super) fn all(
        pairs: &[Pair<'_>],
        passing: &[&DeletedDeal],
        tracks: &[DealTrack],
        after: &Side,
    ) -> Vec<Self> {
        let gone = |&(was, is): &Pair<'_>| after.lost(&was.filter(|_| is.is_none())?.id);
        let lost = pairs
            .iter()
            .map(|pair| (*pair, gone(pair)))
            .chain(passing.iter().map(|it| ((None, None), Some(*it))));
        let mut all: Vec<_> = lost
            .zip(tracks)
            .filter_map(|((pair, lost), track)| Self::between(pair, lost.map(|lost| &lost.state), track))
            .collect();
        all.sort_by(|a, b| a.deal.cmp(&b.deal));
        all
    }

    fn compare_requirements(&mut self, before: &DealState, after: &DealState) {
        // A state that history alone tells of knows no requirements.
        if before.requirements.is_empty() || after.requirements.is_empty() {
            return;
        }
        let was = |id: &str| before.requirements.iter().find(|asked| asked.id.as_ref() == id);
        let fails = |asked: &RequirementStanding| asked.unmet && asked.due;
        for now in &after.requirements {
            let then = was(&now.id);
            if now.met && then.is_some_and(|then| !then.met) {
                self.met.push(Arc::clone(&now.id));
            }
            let lost = now.unmet && then.is_some_and(|then| then.met);
            if lost || (fails(now) && !then.is_some_and(fails)) {
                self.broken.push(Arc::clone(&now.id));
            }
        }
        let ids = |deal: &DealState| -> Vec<Arc<str>> {
            deal.waivers.iter().map(|waiver| Arc::clone(&waiver.id)).collect()
        };
        let (then, now) = (ids(before), ids(after));
        self.waived = now.iter().filter(|id| !then.contains(id)).cloned().collect();
        self.unwaived = then.iter().filter(|id| !now.contains(id)).cloned().collect();
    }
}

/// The deals of two moments side by side. A file that cannot be read at one end is taken as it is at the other, so that
/// it neither comes nor goes; says how many there are.
pub(crate) fn pairs<'s>(
    before: &'s Side,
    after: &'s Side,
    renames: &super::renamed::Renames,
) -> (Vec<Pair<'s>>, usize) {
    let mut unread = 0;
    let mut pairs = Vec::with_capacity(after.deals.len());
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let former: BTreeMap<_, _> = renames.iter().map(|(old, new)| (new, old)).collect();
    for now in after.deals.iter().map(AsRef::as_ref) {
        // What had its id before may have another one now.
        let own = || Some(&now.id).filter(|id| !renames.contains_key(*id));
        let Some(was) = former.get(&now.id).copied().or_else(own) else {
            pairs.push((None, Some(now)));
            continue;
        };
        seen.insert(was);
        let then = before.deal(was);
        let unreadable = then.is_none() && before.ids.contains(was);
        unread += usize::from(unreadable);
        pairs.push((if unreadable { Some(now) } else { then }, Some(now)));
    }
    let unseen =
        before.deals.iter().map(AsRef::as_ref).filter(|deal: &&DealState| !seen.contains(deal.id.as_ref()));
    for then in unseen {
        let still = renames.get(&then.id).unwrap_or(&then.id);
        let is_taken = former.get(still).is_some_and(|was| **was != then.id);
        let unreadable = after.ids.contains(still) && !is_taken;
        unread += usize::from(unreadable);
        pairs.push((Some(then), unreadable.then_some(then)));
    }
    (pairs, unread)
}

fn differences(before: Option<&DealState>, after: Option<&DealState>) -> Vec<Difference> {
    let written = |deal: Option<&DealState>, term| deal.and_then(|deal| deal.terms.written(term));
    let workflow = |deal: Option<&DealState>| deal.map(|deal| deal.workflow.id.to_string());
    let kept = before.is_some() && after.is_some();
    let mut all =
        vec![Difference { what: Aspect::Workflow, before: workflow(before), after: workflow(after) }];
    if !kept {
        all.clear();
    }
    all.extend(Term::ALL.iter().map(|&term| {
        // `100 EUR` and `100.00 EUR` are one amount, and written in two ways.
        let same = kept
            && term == Term::Amount
            && before.map(|deal| deal.terms.amount) == after.map(|deal| deal.terms.amount);
        let before = written(before, term);
        Difference {
            what: Aspect::Term(term),
            after: if same { before.clone() } else { written(after, term) },
            before,
        }
    }));
    // That a deal which came or went is open goes without saying.
    let says_nothing = |value: &Option<String>| value.as_deref().is_none_or(|value| value == "open");
    all.retain(|difference| {
        let empty = !kept && says_nothing(&difference.before) && says_nothing(&difference.after);
        difference.before != difference.after && !empty
    });
    all
}
