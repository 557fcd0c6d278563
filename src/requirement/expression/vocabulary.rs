//! The names that expressions may use in one workflow.

use std::sync::Arc;

use iso_currency::Currency;

use super::functions::{CallStyle, FUNCTIONS};
use super::kind::{ExprType, MemberType};
use super::parse::RESERVED;
use super::program::{MomentName, Program};
use super::{Expression, functions};
use crate::deal::Schema;

/// What names an expression may use in one workflow.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    keys: Arc<[MemberType]>,
    /// What amounts are seen in.
    currency: Option<Currency>,
    derived: Vec<(Arc<str>, Arc<Program>)>,
}

impl Vocabulary {
    /// The core keys, a workflow's own fields, and what every expression knows.
    pub fn new(schema: &Schema) -> Self {
        let keys = schema.fields.iter().map(|field| MemberType::of(field, false)).collect();
        Self { keys, currency: schema.currency, derived: Vec::new() }
    }

    /// Says what the text that a dotted path leads to may be, so that a comparison with anything else is a fault:
    /// the stages for `stage`, for instance.
    pub fn restrict(&mut self, path: &str, choices: impl IntoIterator<Item = impl Into<String>>) {
        let choices: Arc<[String]> = choices.into_iter().map(Into::into).collect();
        let mut parts = path.split('.');
        let Some(name) = parts.next().filter(|_| !choices.is_empty()) else { return };
        let mut keys = self.keys.to_vec();
        if let Some(key) = keys.iter_mut().find(|key| key.name == name) {
            key.kind.restrict(parts, &choices);
        }
        self.keys = keys.into();
    }

    /// Adds a derived name; what it uses must have been added before.
    pub fn derive(&mut self, name: impl Into<Arc<str>>, expression: &Expression) {
        self.derived.push((name.into(), Arc::clone(expression.program())));
    }

    /// Adds a derived name whose own expression has faults, so that its uses are none.
    pub fn derive_unknown(&mut self, name: impl Into<Arc<str>>) {
        self.derived.push((name.into(), Arc::new(Program::unknown())));
    }

    /// Every name an expression may begin with.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        let keys = self.keys.iter().map(|key| key.name.as_str());
        let derived = self.derived.iter().map(|(name, _)| name.as_ref());
        keys.chain(derived).chain(MomentName::ALL.iter().map(|moment| moment.name())).chain(["deal"])
    }

    /// Whether a field or a derived name may not be called so: a word of CEL, of the expressions, or a function.
    pub fn is_reserved(name: &str) -> bool {
        ["deal", "false", "in", "null", "true", "type"].contains(&name)
            || RESERVED.contains(&name)
            || MomentName::ALL.iter().any(|moment| moment.name() == name)
            || FUNCTIONS.iter().any(|known| known.name == name && known.style != CallStyle::Member)
            || functions::MACROS.contains(&name)
    }

    /// The names of the moment, and of the deal as a whole.
    pub fn common() -> impl Iterator<Item = &'static str> {
        MomentName::ALL.into_iter().map(MomentName::name).chain(["deal"])
    }

    /// The functions that are called behind a dot, or by themselves.
    pub fn functions(behind_dot: bool) -> impl Iterator<Item = &'static str> {
        let other = if behind_dot { CallStyle::Global } else { CallStyle::Member };
        let known = FUNCTIONS.iter().filter(move |known| known.style != other).map(|known| known.name);
        // `has` alone names no variable.
        known.chain(functions::MACROS.into_iter().filter(move |name| (*name != "has") == behind_dot))
    }

    pub(super) fn currency(&self) -> Option<Currency> {
        self.currency
    }

    pub(super) fn keys(&self) -> &[MemberType] {
        &self.keys
    }

    pub(super) fn key(&self, name: &str) -> Option<&MemberType> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub(super) fn derived(&self, name: &str) -> Option<&Arc<Program>> {
        // A name that stands twice has a finding; the last one is what its neighbours were checked against.
        self.derived.iter().rev().find(|(known, _)| known.as_ref() == name).map(|(_, program)| program)
    }

    pub(super) fn moment(name: &str) -> Option<(MomentName, ExprType)> {
        let moment = MomentName::ALL.into_iter().find(|moment| moment.name() == name)?;
        Some((
            moment,
            match moment {
                MomentName::Today => ExprType::Timestamp,
                MomentName::Currency => ExprType::TEXT,
                MomentName::StageIndex | MomentName::DaysInStage | MomentName::Age => ExprType::NUMBER,
            },
        ))
    }
}
