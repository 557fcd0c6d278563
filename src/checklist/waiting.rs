//! What waits for a person: approvals, next steps, waivers about to end.

use std::io::{self, Write};

use jiff::civil::Date;
use serde::Serialize;

use super::layout::{dim, paragraph};
use super::presentation::{Opening, Presentation};
use super::progress::Amount;
use crate::assess::JudgedDeal;
use crate::deal::People;
use crate::deal::people::means;
use crate::emit::{Surface, bold};
use crate::finding::Levels;
use crate::finding::wording::Count;
use crate::source::{escape, shell};
use crate::standing::{Checklist, Need, Standing, StandingState};

/// Days before its day in which a next step is due, or a waiver about to end.
const SOON: i32 = 14;

/// Why something waits, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WaitingKind {
    /// An approval that is asked for now, of a group that holds the person.
    Approval,
    /// A next step of theirs.
    NextStep,
    /// A waiver that they gave, or of a deal of theirs, that ends soon.
    Waiver,
}

/// One thing that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct WaitingItem {
    /// Why it waits.
    pub kind: WaitingKind,
    /// The deal's id.
    pub deal: String,
    /// Its file.
    pub file: String,
    /// Its `name`.
    pub name: Option<String>,
    /// Its owner.
    pub owner: Option<String>,
    /// Its amount, as written.
    pub amount: Option<Amount>,
    /// The requirement's id; null for a next step.
    pub requirement: Option<String>,
    /// What is to be done, in plain words.
    pub what: String,
    /// The day of it: of the next step, or the waiver's last; null where none is written.
    pub day: Option<String>,
    /// Days from today to that day; below 0: it has passed.
    pub days_left: Option<i32>,
    /// Whether the deal may not be where it is without it.
    pub blocks: bool,
    /// The command that does it, or shows more.
    pub command: String,
}

/// For whom, on which day, by what levels.
pub(crate) struct WaitingFor<'a> {
    /// The address, or what stands before its `@`.
    pub person: &'a str,
    /// Who is who.
    pub people: &'a People,
    /// The day it is.
    pub today: Date,
    /// The levels of the workspace.
    pub levels: &'a Levels,
}

impl WaitingFor<'_> {
    /// Whether an address is the person's.
    pub(crate) fn is(&self, address: Option<&str>) -> bool {
        address.is_some_and(|address| self.people.same(address, self.person) || means(self.person, address))
    }

    /// What of a deal waits for the person. Of one that has ended or rests nothing does.
    pub(crate) fn items(&self, judged: &JudgedDeal<'_>) -> Vec<WaitingItem> {
        let deal = judged.deal;
        if judged.judgement.ending.is_some() || deal.is_on_hold(self.today) {
            return Vec::new();
        }
        let checklist = Checklist::of(judged, self.levels);
        let approvals = checklist.standings().filter_map(|it| self.approval(judged, it));
        let waivers = checklist.standings().filter_map(|it| self.waiver(judged, it));
        approvals.chain(self.next_step(judged)).chain(waivers).collect()
    }

    fn item(judged: &JudgedDeal<'_>, kind: WaitingKind, what: String) -> WaitingItem {
        let deal = judged.deal;
        let text = |key| deal.values.text(key).map(|text| text.value.to_owned());
        WaitingItem {
            kind,
            deal: deal.id.to_string(),
            file: judged.file.path().to_string(),
            name: text("name"),
            owner: deal.owner().map(str::to_owned),
            amount: deal.amount().map(|amount| Amount::of(amount.value)),
            requirement: None,
            what,
            day: None,
            days_left: None,
            blocks: false,
            command: shell::command("status", &[&deal.id]),
        }
    }

    fn dated(&self, item: WaitingItem, day: Date) -> Option<WaitingItem> {
        let left = self.today.until(day).ok()?.get_days();
        (left <= SOON).then(|| WaitingItem { day: Some(day.to_string()), days_left: Some(left), ..item })
    }

    fn approval(&self, judged: &JudgedDeal<'_>, standing: Standing<'_>) -> Option<WaitingItem> {
        let is_asked = matches!(standing.need(), Need::Now | Need::ToGoOn);
        if !is_asked || standing.state() != StandingState::Unmet {
            return None;
        }
        let requirement = standing.requirement();
        let group = judged.workflow.groups.get(requirement.demand.approvers()?)?;
        // Nobody approves a deal of their own.
        let may_approve = group.members_on(self.today).any(|member| self.is(Some(member)));
        if !may_approve || self.is(judged.deal.owner()) {
            return None;
        }
        let command = requirement.command(&judged.deal.id)?;
        Some(WaitingItem {
            requirement: Some(requirement.id.to_string()),
            blocks: standing.need() == Need::Now,
            command,
            ..Self::item(judged, WaitingKind::Approval, requirement.title.clone())
        })
    }

    fn next_step(&self, judged: &JudgedDeal<'_>) -> Option<WaitingItem> {
        let step = judged.deal.values.record("next_step")?.value;
        let by = step.text("by").map(|by| by.value);
        if !self.is(by.or(judged.deal.owner())) {
            return None;
        }
        let what = step.text("what").map_or("the next step", |what| what.value).to_owned();
        self.dated(Self::item(judged, WaitingKind::NextStep, what), step.date("date")?.value)
    }

    fn waiver(&self, judged: &JudgedDeal<'_>, standing: Standing<'_>) -> Option<WaitingItem> {
        if standing.state() != StandingState::Waived {
            return None;
        }
        let record = standing.waiver()?.record?;
        let by = record.text("by").map(|by| by.value);
        if !self.is(by) && !self.is(judged.deal.owner()) {
            return None;
        }
        let requirement = standing.requirement();
        let item = Self::item(judged, WaitingKind::Waiver, requirement.title.clone());
        let item = WaitingItem { requirement: Some(requirement.id.to_string()), ..item };
        self.dated(item, record.date("until")?.value)
    }
}

/// Everything that waits for somebody.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WaitingSheet {
    #[serde(flatten)]
    opening: Opening,
    person: String,
    waiting: Vec<WaitingItem>,
    /// Deals that could not be judged, of which nobody knows what waits.
    not_judged: usize,
}

impl WaitingSheet {
    /// Puts things in order: approvals that block first, then by the day, then by deal.
    pub(crate) fn new(
        opening: Opening,
        person: &str,
        mut waiting: Vec<WaitingItem>,
        not_judged: usize,
    ) -> Self {
        waiting.sort_by(|a, b| {
            let key = |it: &WaitingItem| (it.kind, !it.blocks, it.days_left);
            key(a).cmp(&key(b)).then_with(|| (&a.deal, &a.requirement).cmp(&(&b.deal, &b.requirement)))
        });
        Self { opening, person: person.to_owned(), waiting, not_judged }
    }
}

impl Presentation for WaitingSheet {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let (bold, dim) = (bold(surface), dim(surface));
        let person = escape::line(&self.person);
        if self.waiting.is_empty() {
            writeln!(out, "Nothing waits for {person}.")?;
        }
        for group in self.waiting.chunk_by(|a, b| a.kind == b.kind) {
            let title = match group[0].kind {
                WaitingKind::Approval => Count(group.len(), "approval"),
                WaitingKind::NextStep => Count(group.len(), "next step"),
                WaitingKind::Waiver => Count(group.len(), "waiver about to end"),
            };
            let title = title.to_string().replace("waiver about to ends", "waivers about to end");
            writeln!(out, "{bold}{title} of {person}{bold:#}")?;
            for item in group {
                writeln!(out, "{}", paragraph("  ", &item.line(), 4, surface))?;
                writeln!(out, "    {dim}{}{dim:#}", escape::line(&item.command))?;
            }
            writeln!(out)?;
        }
        if !self.waiting.is_empty() {
            writeln!(out, "{} for {person}", Count(self.waiting.len(), "thing"))?;
        }
        match self.not_judged {
            0 => Ok(()),
            some => writeln!(out, "{} could not be judged: `dealgate check` says why", Count(some, "deal")),
        }
    }
}

impl WaitingItem {
    fn line(&self) -> String {
        let amount = self.amount.as_ref().map(|amount| format!(", {}", amount.shown)).unwrap_or_default();
        let when = match self.days_left {
            None if self.blocks => ": the deal is past its gate without it".to_owned(),
            None => String::new(),
            Some(0) => ", today".to_owned(),
            Some(left) => {
                let days = usize::try_from(left.unsigned_abs()).unwrap_or_default();
                let days = Count(days, "day");
                if left < 0 { format!(", {days} ago") } else { format!(", in {days}") }
            }
        };
        format!("{}{amount}: {}{when}", self.deal, self.what)
    }
}
