//! The interface of a kind of requirement: its keys, its check and its explanation.

use std::fmt;

use iso_currency::Currency;
use jiff::civil::Date;

use super::condition::Names;
use super::expression::{Expression, Scope, Undecided};
use super::group::Groups;
use crate::deal::rates::Rates;
use crate::deal::reader::DealReadContext;
use crate::deal::{Deal, People, Schema};
use crate::finding::{Code, FindingsBuilder};
use crate::history::{ApprovalProof, Origin};
use crate::source::Span;
use crate::syntax::reader::{Key, Table};

/// A kind of requirement.
pub(crate) struct KindEntry {
    /// Its name.
    pub name: &'static str,
    /// The key that names the kind; `None` for the task, which is what a requirement without such a key is.
    pub marker: Option<&'static str>,
    /// The keys that only this kind has, its marker among them.
    pub keys: &'static [Key],
    /// Reads its own keys from a requirement's table.
    pub read: fn(&Table<'_, '_>, &RequirementContext<'_>, &mut FindingsBuilder) -> Option<Box<dyn Demand>>,
}

/// What a requirement is read against.
pub(crate) struct RequirementContext<'a> {
    /// The deal's declarations.
    pub schema: &'a Schema,
    /// What expressions may name.
    pub names: &'a Names,
    /// The groups that may be named.
    pub groups: &'a Groups,
    /// How values beside a declaration are read.
    pub reading: DealReadContext<'a>,
}

/// What one requirement asks, whatever its kind.
pub trait Demand: fmt::Debug + Send + Sync {
    /// Which of [`KINDS`](super::KINDS).
    fn kind(&self) -> &'static str;

    /// Whether a deal does what is asked.
    fn check(&self, case: &Case<'_>) -> Check;

    /// Whether the answer depends on the day it is asked.
    fn uses_today(&self) -> bool {
        false
    }

    /// Whether it compares what stands under a top-level key of the deal.
    fn compares(&self, _name: &str) -> bool {
        false
    }

    /// Whether the answer can hang on what a text under a top-level key of the deal says, beyond that there is one.
    fn weighs(&self, _name: &str) -> bool {
        false
    }

    /// Whether it can be at fault before it is asked, and without an entry in `done`: a rule may be too much work.
    fn fails_early(&self) -> bool {
        false
    }

    /// Whether where the deal's entry comes from makes a difference, so that git must be asked.
    fn needs_origin(&self, _case: &Case<'_>) -> bool {
        false
    }

    /// What is asked, continuing the sentence "met when …".
    fn explain(&self) -> String;

    /// What `dealgate set` takes so that there is what is asked: `KEY=VALUE`, with a gap for what is not known.
    fn assignment(&self) -> Option<String> {
        None
    }

    /// Whether a link or a file of the workspace must prove it.
    fn needs_evidence(&self) -> bool {
        false
    }

    /// The group that must approve, if any.
    fn approvers(&self) -> Option<&str> {
        None
    }

    /// The keys whose change makes an approval void.
    fn covers(&self) -> &[String] {
        &[]
    }
}

/// A deal at a moment, as a requirement looks at it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The requirement's id.
    pub id: &'a str,
    /// The deal.
    pub deal: &'a Deal<'a>,
    /// What may stand in the deal.
    pub schema: &'a Schema,
    /// The day it is.
    pub today: Date,
    /// The day that `today` means in this requirement: the deal's last day in the stage, the day it was closed, or today.
    pub as_of: Date,
    /// The groups of the workflow.
    pub groups: &'a Groups,
    /// Who is who.
    pub people: &'a People,
    /// The stage's number among those of the workflow, from 1.
    pub stage_index: Option<usize>,
    /// Whole days since the deal entered its stage, on `as_of`; `None` when not known.
    pub days_in_stage: Option<i64>,
    /// Whole days since the deal was opened, on `as_of`.
    pub age: Option<i64>,
    /// The currency that money is compared in.
    pub currency: Option<Currency>,
    /// The workspace's rates.
    pub rates: &'a Rates,
    /// Whether the workspace has a file.
    pub has_file: &'a (dyn Fn(&str) -> bool + Sync),
    /// Where the requirement's entry in `done` comes from; `None` when that is not known.
    pub origin: Option<&'a Origin>,
    /// How approvals must be proved.
    pub proof: ApprovalProof,
}

/// Whether a requirement is met.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// It is, by what stands here.
    Met(Option<Span>),
    /// It is not.
    Unmet(Unmet),
}

/// Why a requirement is not met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unmet {
    /// Why, continuing the requirement's title: ``"The budget is named: " + "`done` has no such entry"``.
    pub reason: String,
    /// What to do.
    pub help: Option<String>,
    /// The requirement's own assignment does it.
    pub is_assignable: bool,
    /// What to do is said in general; what the requirement itself says of it is worth more.
    pub general: bool,
    /// The value that fails; `None` when nothing is there.
    pub span: Option<Span>,
    /// What is wrong with an entry that is there, when a more telling code fits.
    pub fault: Option<EntryFault>,
    /// Values that were absent where a rule needed them.
    pub absent: Vec<String>,
    /// What is there cannot be read, which has been told at its place.
    pub unreadable: bool,
}

/// An entry that is at fault wherever the deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryFault {
    /// The code that tells more than that the requirement is unmet.
    pub code: Code,
    /// Where.
    pub span: Span,
}

impl Unmet {
    /// Nothing is there.
    pub fn missing(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..Self::default() }
    }

    /// What is there is not enough.
    pub fn at(span: Span, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), span: Some(span), ..Self::default() }
    }

    /// What is there is at fault.
    pub fn fault(code: Code, span: Span, reason: impl Into<String>) -> Self {
        Self { fault: Some(EntryFault { code, span }), ..Self::at(span, reason) }
    }

    /// What is there cannot be read.
    pub fn unreadable(span: Span, reason: impl Into<String>) -> Self {
        Self { unreadable: true, ..Self::at(span, reason).help("write it in a way that can be read") }
    }

    /// Sets what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Says whether the requirement's own assignment does it.
    pub fn assignable(self, is_assignable: bool) -> Self {
        Self { is_assignable, ..self }
    }
}

impl Case<'_> {
    /// Evaluates a condition or rule for this deal at this moment.
    pub fn decide(&self, expression: &Expression) -> Result<bool, Undecided> {
        expression.evaluate(&self.scope(&self.convert()))
    }

    /// The deal as expressions see it.
    pub fn scope<'a>(
        &'a self,
        rate: &'a (dyn Fn(crate::deal::Money) -> Option<rust_decimal::Decimal> + Sync),
    ) -> Scope<'a> {
        Scope {
            deal: self.deal,
            today: self.as_of,
            stage_index: self.stage_index,
            days_in_stage: self.days_in_stage,
            age: self.age,
            currency: self.currency,
            rate,
        }
    }

    /// Converts money into the currency that rules compare in, at the rate of the day.
    pub fn convert(&self) -> impl Fn(crate::deal::Money) -> Option<rust_decimal::Decimal> + Sync {
        self.rates.seen_in(self.currency, self.as_of)
    }
}
