//! The state of a deal at a moment, kept after its text is dropped.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::assess::{DeletedFile, JudgedDeal, ReadDeal};
use crate::deal::Deal;
use crate::deal::rates::Rates;
use crate::deal::reader::{self, DealReadContext};
use crate::deal::record::{Ending, Outcome, Statement};
use crate::finding::{FindingsBuilder, Subject};
use crate::gate::{Due, RequirementState, StageApplies};
use crate::history::{HistoryEntry, TermHistory, TrackedFields};
use crate::source::{Place, SourceFile, Span};
use crate::syntax::yaml;
use crate::workflow::Workflow;

/// How a deal stands with a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementStanding {
    /// The requirement's id.
    pub id: Arc<str>,
    /// Its stage, counted from 0; `None` for what lost and disqualified deals owe.
    pub stage: Option<usize>,
    /// Met, without a waiver.
    pub met: bool,
    /// Neither met nor waived, and asked of this deal.
    pub unmet: bool,
    /// Needed for the deal to be where it is.
    pub due: bool,
}

/// A waiver that a deal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The requirement's id.
    pub id: Arc<str>,
    /// Who gave it.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Until when.
    pub until: Option<Date>,
}

/// What is said of how a deal ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closing {
    /// Why.
    pub reason: Option<Arc<str>>,
    /// Who got it.
    pub competitor: Option<Arc<str>>,
    /// What else there is to say.
    pub note: Option<Arc<str>>,
}

/// A deal at a moment.
#[derive(Clone, Debug)]
pub struct DealState {
    /// Its id.
    pub id: Arc<str>,
    /// The path of its file.
    pub path: Arc<str>,
    /// What people call it.
    pub name: Option<String>,
    /// Who may buy.
    pub customer: Option<String>,
    /// The workflow it follows.
    pub workflow: Arc<Workflow>,
    /// What counts in sales; its way shares them.
    pub terms: Arc<TrackedFields>,
    /// The day of its outcome.
    pub ended: Option<Date>,
    /// What else its outcome says; nothing while it is open.
    pub closing: Closing,
    /// The day it was opened.
    pub opened: Option<Date>,
    /// Its requirements in the workflow's order; empty for a state that `history` alone tells of.
    pub requirements: Vec<RequirementStanding>,
    /// Its waivers, in the file's order.
    pub waivers: Vec<Given>,
    /// The entries of its `history`, oldest first.
    pub history: Vec<HistoryEntry>,
    /// What its terms were when, as far as its entries, and commits where they were asked, tell.
    pub term_history: Arc<TermHistory>,
    /// Which stages exist for it.
    pub stages: Vec<bool>,
    /// Where its `stage` stands, or else the deal.
    pub place: Place,
}

/// What tells nothing, shared by all that do.
static STILL: LazyLock<Arc<TermHistory>> = LazyLock::new(Arc::default);

/// A file for what has no place to show.
static NOWHERE: LazyLock<Arc<SourceFile>> = LazyLock::new(|| Arc::new(SourceFile::new("", "")));

impl DealState {
    /// What is kept of a judged deal.
    pub fn of(judged: &JudgedDeal<'_>) -> Self {
        let deal = judged.deal;
        let span = deal.stage().map_or(deal.span.at_start(), |stage| stage.span);
        let requirements = judged.judgement.items.iter().filter(|item| item.due != Due::Never);
        let stages = judged.judgement.stages.iter();
        Self {
            requirements: requirements
                .map(|item| RequirementStanding {
                    id: Arc::clone(&item.requirement.id),
                    stage: item.stage,
                    met: matches!(item.state, RequirementState::Met(_)),
                    unmet: matches!(item.state, RequirementState::Unmet(..)),
                    due: item.due == Due::Now,
                })
                .collect(),
            waivers: waivers(deal),
            history: HistoryEntry::all(deal),
            stages: stages.map(|stage| *stage == StageApplies::Exists).collect(),
            place: Place::new(judged.file, span),
            ..Self::figures(deal, judged.file.path(), judged.workflow, judged.term_history())
        }
    }

    /// What is kept of a deal whose file is the same at the end of an earlier day: how it counts, and what its entries tell
    /// of the time between. How it stands with its requirements is the same, too, and its text is dropped.
    pub fn unchanged(read: &ReadDeal<'_>, from: Date, to: Date) -> Self {
        let term_history = TermHistory::of(read.deal, None);
        let term_history =
            if term_history.is_silent(from, to) { Arc::clone(&STILL) } else { Arc::new(term_history) };
        Self { customer: None, ..Self::figures(read.deal, read.path, read.workflow, &term_history) }
    }

    /// How a deal counts, wherever it stands.
    fn figures(
        deal: &Deal<'_>,
        path: &Arc<str>,
        workflow: &Arc<Workflow>,
        term_history: &Arc<TermHistory>,
    ) -> Self {
        let outcome = deal.outcome();
        Self {
            id: Arc::clone(&deal.id),
            path: Arc::clone(path),
            name: deal.name().map(str::to_owned),
            customer: deal.customer().map(str::to_owned),
            workflow: Arc::clone(workflow),
            terms: Arc::new(TrackedFields::of(deal)),
            ended: outcome.and_then(|outcome| outcome.date).map(|day| day.value),
            closing: outcome.map(closing).unwrap_or_default(),
            opened: deal.opened().map(|day| day.value),
            requirements: Vec::new(),
            waivers: Vec::new(),
            history: Vec::new(),
            term_history: Arc::clone(term_history),
            stages: Vec::new(),
            place: Place::new(&NOWHERE, Span::default()),
        }
    }

    /// The same deal with what another text of it says of its stage and its past; `None` where that names no stage that
    /// its workflow has.
    pub fn at_version(
        &self,
        id: &Arc<str>,
        file: &Arc<SourceFile>,
        rates: &Rates,
        today: Date,
    ) -> Option<Self> {
        let root = yaml::parse(file.text()).root?;
        let reading = DealReadContext { schema: &self.workflow.schema, rates, today };
        let mut unheard = FindingsBuilder::about(Vec::new(), Subject::default());
        let deal = reader::read(Arc::clone(id), root, reading, &mut unheard);
        let stage = deal.stage().filter(|stage| self.workflow.stage_index(stage.value).is_some())?;
        Some(Self {
            id: Arc::clone(id),
            path: Arc::clone(file.path()),
            terms: Arc::new(TrackedFields::of(&deal)),
            history: HistoryEntry::all(&deal),
            place: Place::new(file, stage.span),
            ..self.clone()
        })
    }

    /// What is kept of a deal whose file was deleted: how it stood last, with no requirement asked.
    pub fn of_gone(gone: &DeletedFile<'_>) -> Self {
        let deal = gone.deal;
        Self {
            waivers: waivers(deal),
            history: HistoryEntry::all(deal),
            place: Place::new(gone.file, deal.span.at_start()),
            ..Self::figures(deal, gone.file.path(), gone.workflow, &gone.term_history)
        }
    }

    /// Its waivers whose last day is past by the end of a day, and was not by the end of an earlier one.
    pub fn expired(&self, from: Date, to: Date) -> impl Iterator<Item = &Given> {
        self.waivers
            .iter()
            .filter(move |waiver| waiver.until.is_some_and(|until| from <= until && until < to))
    }

    /// The last that it was between the ends of two days, other than it is at the later one, and when: lost and opened
    /// again since, or the other way round. Nothing, where it was that at the earlier one, too.
    pub fn passing(&self, before: Option<&Self>, from: Date, to: Date) -> Option<(Date, Option<Ending>)> {
        let ending = self.terms.ending;
        let told = self.term_history.ending.values.iter().rev().filter(|(day, _)| from < *day && *day <= to);
        let mut others = told.filter(|(_, other)| *other != ending);
        others.next().copied().filter(|_| before.and_then(|before| before.terms.ending) == ending)
    }

    /// The number of its stage in its workflow, counted from 0.
    pub fn stage_index(&self) -> Option<usize> {
        self.workflow.stage_index(self.terms.stage.as_deref()?)
    }

    /// How likely it is won: its own probability, else its stage's, else not known.
    pub fn probability(&self) -> Option<Decimal> {
        let stage = self.stage_index().map(|stage| &self.workflow.stages[stage]);
        self.terms.probability.or_else(|| stage?.probability)
    }

    /// Its forecast category: its own, else its stage's.
    pub fn category(&self) -> Option<&str> {
        let stage = self.stage_index().map(|stage| &self.workflow.stages[stage]);
        self.terms.category.as_deref().or_else(|| stage?.category.as_deref())
    }
}

fn closing(outcome: Outcome<'_>) -> Closing {
    Closing {
        reason: outcome.reason.and_then(|reason| non_empty(reason.value)),
        competitor: outcome.competitor.and_then(non_empty),
        note: outcome.note.and_then(non_empty),
    }
}

/// A text, where it says anything.
fn non_empty(text: &str) -> Option<Arc<str>> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into)
}

fn waivers(deal: &Deal<'_>) -> Vec<Given> {
    let text = |entry: &Statement<'_, '_>, key| Some(entry.record?.text(key)?.value.to_owned());
    deal.waivers()
        .map(|entry| Given {
            id: entry.id.value.into(),
            by: text(&entry, "by"),
            reason: text(&entry, "reason"),
            until: entry.record.and_then(|record| record.date("until")).map(|until| until.value),
        })
        .collect()
}
