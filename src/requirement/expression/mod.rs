//! Rules and conditions in CEL, checked before any deal is read: tokens, tree, checked program, answer.
//!
//! Parser and evaluator are our own: every part knows its bytes, an answer has a budget (two nested loops over long texts
//! would hang) and says what was absent, and numbers are doubles. `tests` hold both against the `cel` crate.

mod check;
mod evaluate;
mod functions;
mod kind;
mod literal;
mod moment;
mod names;
mod parse;
mod parts;
mod program;
pub(crate) mod reference;
mod rename;
mod scan;
#[cfg(test)]
mod tests;
mod tree;
mod value;
mod vocabulary;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

pub(crate) use rename::{NewName, RenamedThing};
pub(crate) use vocabulary::Vocabulary;

use crate::deal::{Deal, Money, Value};
use crate::finding::Code;
use crate::finding::wording::WordList;
use evaluate::Evaluation;
use program::{MomentName, Program};
use value::Val;

/// An expression, parsed and checked once.
#[derive(Clone, Debug)]
pub struct Expression {
    text: Arc<str>,
    program: Arc<Program>,
}

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A rule or a condition: true or false.
    Boolean,
    /// A derived name: whatever it is.
    Any,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionFault {
    /// The kind of finding it makes.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The bytes at fault within the expression's text.
    pub range: Range<usize>,
}

/// Why an expression has no answer for a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undecided {
    /// Dotted paths of the values whose absence left it open, through the items of lists too.
    pub absent: Vec<String>,
    /// What else stood in the way, as a clause: a division by zero, say.
    pub reason: Option<String>,
    /// What kind of obstacle that was, where something can be done about it.
    pub obstacle: Option<Obstacle>,
    /// The dotted path of the value that was the obstacle.
    pub at: Option<String>,
}

/// What can stand in the way of an answer, beside a value that is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is more to go through than is allowed.
    TooLarge,
    /// An amount is in a currency for which there is no rate.
    NoRate,
    /// What stands in the deal cannot be read, which has been told.
    Unreadable,
}

impl Undecided {
    /// Whether nobody could have answered it, whatever the deal says more: it went through too much, or lacks a rate.
    pub fn is_failure(&self) -> bool {
        matches!(self.obstacle, Some(Obstacle::TooLarge | Obstacle::NoRate))
    }

    /// Whether it went through too much.
    pub fn is_too_large(&self) -> bool {
        self.obstacle == Some(Obstacle::TooLarge)
    }
}

impl fmt::Display for Undecided {
    /// Why there is no answer: "the deal has no `amount`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.reason {
            return f.write_str(reason);
        }
        let names: Vec<_> = self.absent.iter().map(|name| format!("`{name}`")).collect();
        if names.is_empty() {
            f.write_str("it has no answer")
        } else {
            write!(f, "the deal has no {}", WordList(&names, "or"))
        }
    }
}

/// One deal at one moment, as expressions see it.
pub struct Scope<'a> {
    /// The deal.
    pub deal: &'a Deal<'a>,
    /// What `today` means.
    pub today: Date,
    /// The place of the deal's stage, from 1.
    pub stage_index: Option<usize>,
    /// Days since the deal entered its stage.
    pub days_in_stage: Option<i64>,
    /// Days since the deal was opened.
    pub age: Option<i64>,
    /// The workflow's currency, which money is seen in.
    pub currency: Option<Currency>,
    /// What an amount is in the workflow's currency; `None` without a rate.
    pub rate: &'a (dyn Fn(Money) -> Option<Decimal> + Sync),
}

impl Expression {
    /// Parses and checks a text.
    pub fn compile(
        text: &str,
        vocabulary: &Vocabulary,
        expected: Expected,
    ) -> Result<Self, Vec<ExpressionFault>> {
        let root = parse::parse(text).map_err(|fault| vec![fault])?;
        let program = check::check(text, &root, vocabulary, expected)?;
        Ok(Self { text: text.into(), program: Arc::new(program) })
    }

    /// The names that a text begins its paths with, loop variables apart; none where it is no expression.
    pub fn names_in(text: &str) -> BTreeSet<String> {
        parse::parse(text).map(|root| names::of(&root)).unwrap_or_default()
    }

    /// Another name for a requirement or a stage of which a text speaks: the bytes that are replaced, in order, and what
    /// stands there instead. Nothing where the text is no expression.
    pub fn replacements(text: &str, name: NewName<'_>) -> Vec<(Range<usize>, String)> {
        parse::parse(text).map(|root| rename::replacements(text, &root, name)).unwrap_or_default()
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The top-level names it uses, directly or through derived names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.program.names.iter().map(String::as_str)
    }

    /// The derived names that stand in it, in order; not those that these are made of.
    pub fn derived(&self) -> impl Iterator<Item = &str> {
        self.program.derived.iter().map(String::as_str)
    }

    /// Whether it uses a top-level name, directly or through a derived one.
    pub fn uses(&self, name: &str) -> bool {
        self.program.names.contains(name)
    }

    /// Whether its answer can change as days pass.
    pub fn uses_today(&self) -> bool {
        MomentName::ALL.iter().any(|moment| moment.passes() && self.uses(moment.name()))
    }

    /// The requirements it names in `done['…']` and `waivers['…']`: which of the two, the id, its bytes in the text.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str, Range<usize>)> {
        self.program.entries.iter().map(|(key, id, range)| (*key, id.as_str(), range.clone()))
    }

    /// Answers a rule or a condition.
    pub fn evaluate<'a>(&'a self, scope: &'a Scope<'a>) -> Result<bool, Undecided> {
        match Evaluation::new(scope).node(&self.program.root) {
            Ok(Val::Boolean(answer)) => Ok(answer),
            Ok(other) => {
                let reason = format!("it is {}, not true or false", other.name());
                Err(Undecided { reason: Some(reason), ..Undecided::default() })
            }
            Err(undecided) => Err(*undecided),
        }
    }

    /// The item of a list of the deal for which a rule is not true, by the list's path and the item's index.
    pub fn culprit<'a>(&'a self, scope: &'a Scope<'a>) -> Option<(&'a str, usize)> {
        Evaluation::new(scope).culprit(&self.program.root, false)
    }

    /// The value, for reports: durations in days, times that are not a day's start as text, null as `None`.
    pub fn evaluate_value<'a>(&'a self, scope: &'a Scope<'a>) -> Result<Option<Value<'static>>, Undecided> {
        let mut evaluation = Evaluation::new(scope);
        let value = evaluation.node(&self.program.root).map_err(|undecided| *undecided)?;
        evaluation.answer(&value, &self.program.kind).map_err(|undecided| *undecided)
    }

    pub(in crate::requirement::expression) fn program(&self) -> &Arc<Program> {
        &self.program
    }
}
