//! What happened between two moments, as a team reads it. Every deal that is named stands once in `deals`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bridge::{BridgeView, StageMatrix};
use super::figures::{Sum, Weighted};
use super::moves::{Dates, MovesView};
use super::quantity::{DayView, MoneyView};
use super::status::{FindingView, SourceView, Status};

/// What happened between two moments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// From what was open in the window to what is, every change explained once.
    pub bridge: BridgeView,
    /// What was and is open, over all close dates.
    pub overall: BeforeAfter,
    /// Where deals stood, by where they stand; companies with the same stages share one.
    pub matrices: Vec<StageMatrix>,
    /// Every deal that something happened to or that has a part in the bridge, in the order of their ids.
    pub deals: Vec<ChangedDeal>,
    /// What happened, a line a kind; only kinds that have deals.
    pub overview: Vec<Happening>,
    /// Deals that are won and were not, or were opened again in between, by day.
    pub won: Closed,
    /// Deals that are lost and were not, or were opened again in between, by day.
    pub lost: Closed,
    /// Deals that are disqualified and were not, or were opened again in between, by day.
    pub disqualified: Closed,
    /// Deals that were closed, at the earlier moment or since, and are open again.
    pub reopened: DealGroup,
    /// Deals that were not there, those that ended since among them.
    pub new: DealGroup,
    /// Deals whose file was deleted, and was put back since.
    pub restored: DealGroup,
    /// Deals whose file is gone, or was for a while.
    pub removed: DealGroup,
    /// Deals that were in what the report is narrowed to and have another owner, or stand in another stage, now. They
    /// are in no other list but `owners`.
    pub left: DealGroup,
    /// Open deals that stand in a later stage.
    pub moved_forward: MovesView,
    /// Open deals that stand in an earlier stage.
    pub moved_back: MovesView,
    /// Open deals whose close date moved to a later fiscal quarter.
    pub pushed: Dates,
    /// Open deals whose close date moved to an earlier fiscal quarter.
    pub pulled_in: Dates,
    /// Open deals whose close date moved within its fiscal quarter, or came or went.
    pub moved_within: Dates,
    /// Deals whose amount changed.
    pub amounts: Vec<AmountChange>,
    /// Deals that have another owner.
    pub owners: Vec<OwnerChange>,
    /// Gates that deals passed: they are past the stage with all it asks met or waived, and were not. Null when
    /// `history` alone tells of a moment, which knows no gates.
    pub gates_passed: Option<Vec<GateChange>>,
    /// Gates that deals fail and did not, and those without which they went on; null as for `gates_passed`.
    pub gates_failed: Option<Vec<GateChange>>,
    /// Waivers that were written since; null as for `gates_passed`.
    pub waivers_given: Option<Vec<WaiverChange>>,
    /// Waivers that are still written down and whose last day has passed since; null as for `gates_passed`.
    pub waivers_expired: Option<Vec<WaiverChange>>,
    /// Waivers that were taken out; null as for `gates_passed`.
    pub waivers_withdrawn: Option<Vec<WaiverChange>>,
    /// What became of findings; null as for `gates_passed`.
    pub findings: Option<FindingShift>,
    /// By owner, in the order of their addresses; deals without one come last. Only owners of whom there is something
    /// to say.
    pub by_owner: Vec<OwnerShift>,
    /// Deals at the later moment of which there is nothing to say.
    pub not_changed: usize,
}

/// Figures before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeforeAfter {
    /// What was open, those on hold apart, at the rates of the earlier moment's day.
    pub open_before: Sum,
    /// What is open, at the rates of the later moment's day.
    pub open_after: Sum,
    /// What was open, weighted.
    pub weighted_before: Weighted,
    /// What is open, weighted.
    pub weighted_after: Weighted,
}

/// A deal that something happened to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedDeal {
    /// Its id; as it was, when its file is gone.
    pub id: String,
    /// Unique in a report and always the same for this deal: for links.
    pub anchor: String,
    /// Its position in the model's `deals`; null when it is not among them.
    pub listed: Option<usize>,
    /// Its file; as it was, and without an address, when it is gone.
    pub file: SourceView,
    /// Its name; its id when it has none.
    pub name: String,
    /// The customer; null when not known.
    pub customer: Option<String>,
    /// The owner's e-mail address; null when nobody owns it.
    pub owner: Option<String>,
    /// The company's id.
    pub company: String,
    /// What people call the company.
    pub company_name: String,
    /// What became of its file.
    pub fate: FateView,
    /// Its id before, when it is another; else null.
    pub was: Option<String>,
    /// Whether it is open, and else how it ended.
    pub status: Status,
    /// What people call the stage it stands in; null when it names none.
    pub stage: Option<String>,
    /// Its amount in the report's currency: of open deals at the rate of the later moment's day, of closed ones at that
    /// of the closing date. Null when it is not priced.
    pub value: Option<MoneyView>,
    /// What changed, in words; for a new deal what it is, for a removed one what it was.
    pub differences: Vec<DifferenceView>,
    /// What became of its gates and waivers, in words.
    pub events: Vec<Event>,
}

/// Something that became of a deal's gates or waivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What people call it: `Gates failed`, `Waiver given`.
    pub title: String,
    /// To what: the stages, or what the requirement asks.
    pub what: String,
    /// What is missing, or why; null when there is nothing to say.
    pub why: Option<String>,
}

/// What became of a deal's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FateView {
    /// It was not there before.
    New,
    /// It is there at both ends.
    Kept,
    /// It is there at both ends, under another id.
    Renamed,
    /// It was deleted, and is there again.
    Restored,
    /// It is gone.
    Removed,
}

/// Something that was one thing and is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceView {
    /// The key: `stage`, `outcome`, `amount`, `close_date`, `owner` or `workflow`; in a deal's timeline also `file`, which
    /// was deleted or restored.
    pub key: String,
    /// What people call it.
    pub title: String,
    /// What it was, for people; null: nothing.
    pub before: Option<String>,
    /// What it is, for people; null: nothing.
    pub after: Option<String>,
}

/// A kind of thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// What people call it.
    pub title: String,
    /// What its deals are worth; null where that says nothing, when there is no currency, and when nothing is priced.
    pub amount: Option<MoneyView>,
    /// The same for people, without the currency, and with what is not priced.
    pub digits: String,
    /// The same for people.
    pub text: String,
    /// To which deals, as positions in `deals` from 0, each once.
    pub deals: Vec<usize>,
}

/// Deals of which the same is to be said: positions in `deals`, from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DealGroup {
    /// How many, and their value.
    pub sum: Sum,
    /// Which.
    pub deals: Vec<usize>,
    /// What each is worth: of new deals on the day they came, of others now; null when it is not priced.
    pub values: Vec<Option<MoneyView>>,
}

/// Deals that ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// How many, and their value at the rates of the days on which they closed.
    pub sum: Sum,
    /// Each.
    pub items: Vec<ClosedDeal>,
}

/// A deal that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosedDeal {
    /// Its position in `deals`, from 0.
    pub deal: usize,
    /// The day; null when it does not say.
    pub date: Option<DayView>,
    /// What people call the stage in which it ended; null when it names none.
    pub stage: Option<String>,
    /// Why; null when it does not say.
    pub reason: Option<String>,
    /// Who got it; null when it does not say.
    pub competitor: Option<String>,
    /// What else there is to say; null when nothing.
    pub note: Option<String>,
}

/// That a deal is worth more or less than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountChange {
    /// The deal's position in `deals`, from 0.
    pub deal: usize,
    /// The amount before, as written; null: it had none.
    pub before: Option<MoneyView>,
    /// The amount now, as written; null: it has none.
    pub after: Option<MoneyView>,
    /// What that adds or takes away, in the report's currency, both at the rate of the later moment's day; null when
    /// one of the two has no price.
    pub by: Option<MoneyView>,
}

/// That a deal has another owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerChange {
    /// The deal's position in `deals`, from 0.
    pub deal: usize,
    /// Who owned it; null: nobody.
    pub before: Option<String>,
    /// Who owns it; null: nobody.
    pub after: Option<String>,
}

/// What became of a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateChange {
    /// The deal's position in `deals`, from 0.
    pub deal: usize,
    /// What people call the stages whose gates these are, in order; of a gate that the deal failed before, with `(still)`.
    pub stages: Vec<String>,
    /// What is missing, in words; empty for gates that were passed.
    pub missing: Vec<String>,
}

/// What became of a waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverChange {
    /// The deal's position in `deals`, from 0.
    pub deal: usize,
    /// The requirement's id.
    pub requirement: String,
    /// What the requirement asks; its id when the workflow has no such requirement.
    pub title: String,
    /// Why it was given; null when it does not say.
    pub reason: Option<String>,
    /// Who gave it; null when it does not say.
    pub by: Option<String>,
    /// The last day on which it holds; null when it does not say.
    pub until: Option<DayView>,
}

/// What became of findings, both moments judged on the same day: time passing brings none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingShift {
    /// Those that are there and were not.
    pub introduced: Vec<FindingView>,
    /// Those that were there and are not, as they were.
    pub fixed: Vec<FindingView>,
    /// How many are there at both moments.
    pub remaining: usize,
    /// How many are of deals and files that could not be judged at one moment: neither introduced nor fixed.
    pub not_judged: usize,
}

/// What happened to the deals of one owner, as they are owned now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerShift {
    /// The address; null for deals that nobody owns.
    pub id: Option<String>,
    /// What to call them.
    pub name: String,
    /// Deals won.
    pub won: Sum,
    /// Deals lost.
    pub lost: Sum,
    /// Deals that are new.
    pub new: Sum,
    /// Deals that moved forward.
    pub moved_forward: Sum,
    /// Deals that moved back.
    pub moved_back: Sum,
    /// Deals whose close date moved to a later fiscal quarter.
    pub pushed: Sum,
}

impl Changes {
    /// The position in `deals` of an id.
    pub(in crate::report) fn position(&self, id: &str) -> Option<usize> {
        self.deals.binary_search_by(|deal| deal.id.as_str().cmp(id)).ok()
    }

    /// Every position in `deals` that some part names.
    pub(in crate::report) fn positions(&self) -> impl Iterator<Item = usize> {
        let closed = [&self.won, &self.lost, &self.disqualified].into_iter().flat_map(|part| &part.items);
        let groups = [&self.reopened, &self.new, &self.restored, &self.removed, &self.left]
            .into_iter()
            .flat_map(|part| &part.deals);
        let moves = [&self.moved_forward, &self.moved_back].into_iter().flat_map(|part| &part.items);
        let dates =
            [&self.pushed, &self.pulled_in, &self.moved_within].into_iter().flat_map(|part| &part.items);
        let gates = [&self.gates_passed, &self.gates_failed].into_iter().flatten().flatten();
        let waivers = [&self.waivers_given, &self.waivers_expired, &self.waivers_withdrawn];
        let cells = self.matrices.iter().flat_map(|matrix| &matrix.rows).flat_map(|row| &row.cells);
        closed
            .map(|item| item.deal)
            .chain(groups.copied())
            .chain(self.overview.iter().flat_map(|kind| kind.deals.iter().copied()))
            .chain(moves.map(|item| item.deal))
            .chain(dates.map(|item| item.deal))
            .chain(self.amounts.iter().map(|item| item.deal))
            .chain(self.owners.iter().map(|item| item.deal))
            .chain(gates.map(|item| item.deal))
            .chain(waivers.into_iter().flatten().flatten().map(|item| item.deal))
            .chain(cells.flat_map(|cell| cell.deals.iter().copied()))
    }
}
