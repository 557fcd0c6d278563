//! Equality, order and membership of values.

use std::cmp::Ordering;

use super::undecided::{reason, strict};
use super::{Answer, Evaluation};
use crate::deal::value::FieldValue;
use crate::deal::{Record, currency};
use crate::requirement::expression::Undecided;
use crate::requirement::expression::kind::{ExprType, MemberType};
use crate::requirement::expression::program::{Operand, OrderOperator};
use crate::requirement::expression::value::{ListValue, TextValue, Val, rounded};

impl<'a> Evaluation<'a> {
    pub(super) fn compare(&mut self, order: OrderOperator, operands: &'a [Operand; 2]) -> Answer<'a> {
        let (left, right) = (self.operand(&operands[0])?, self.operand(&operands[1])?);
        let Some(found) = ordering(&left, &right) else {
            for (operand, value) in operands.iter().zip([&left, &right]) {
                if matches!(value, Val::Null) {
                    return Err(strict(&operand.node, value, "a value"));
                }
            }
            return Err(reason(format!("{} does not compare with {}", left.name(), right.name())));
        };
        Ok(Val::Boolean(match order {
            OrderOperator::Less => found.is_lt(),
            OrderOperator::LessOrEqual => found.is_le(),
            OrderOperator::Greater => found.is_gt(),
            OrderOperator::GreaterOrEqual => found.is_ge(),
        }))
    }

    /// A side of a comparison: money that was calculated with is brought to its minor unit.
    pub(super) fn operand(&mut self, operand: &'a Operand) -> Answer<'a> {
        let value = self.node(&operand.node)?;
        match (value, self.scope.currency) {
            // What comes straight from the deal has been rounded already.
            (Val::Number(number), Some(unit)) if operand.money && operand.node.path().is_none() => {
                Ok(Val::Number(rounded(number, currency::decimals(unit))))
            }
            (value, _) => Ok(value),
        }
    }

    pub(super) fn contains(&mut self, operands: &'a [Operand; 2]) -> Answer<'a> {
        let wanted = self.operand(&operands[0])?;
        let path = operands[1].node.path();
        match self.node(&operands[1].node)? {
            Val::List(list) => {
                for index in 0..list.len() {
                    let item = self.item(&list, index, path)?;
                    if self.equal(&wanted, &item)? {
                        return Ok(Val::Boolean(true));
                    }
                }
                Ok(Val::Boolean(false))
            }
            Val::Record(record, _) => {
                let Val::Text(key) = &wanted else { return Ok(Val::Boolean(false)) };
                Ok(Val::Boolean(self.entry(record, key.as_str())?.is_some()))
            }
            Val::Map(entries) => Ok(Val::Boolean(self.found(&entries, &wanted)?.is_some())),
            other => Err(strict(&operands[1].node, &other, "a list")),
        }
    }

    /// Whether two values are the same; what a record leaves out is there by its default.
    pub(super) fn equal(&mut self, left: &Val<'a>, right: &Val<'a>) -> Result<bool, Box<Undecided>> {
        self.spend(1)?;
        match (left, right) {
            (Val::Null, Val::Null) => Ok(true),
            (Val::Boolean(left), Val::Boolean(right)) => Ok(left == right),
            // Rounded where it matters; what is meant is what the numbers are.
            #[allow(clippy::float_cmp, reason = "expressions count in doubles")]
            (Val::Number(left), Val::Number(right)) => Ok(left == right),
            (Val::Text(left), Val::Text(right)) => {
                let (left, right) = (left.as_str(), right.as_str());
                if left.len() != right.len() {
                    return Ok(false);
                }
                self.spend(left.len() as u64 / 16)?;
                Ok(left == right)
            }
            (Val::Timestamp(left), Val::Timestamp(right)) | (Val::Duration(left), Val::Duration(right)) => {
                Ok(left == right)
            }
            (Val::Months(left), Val::Months(right)) => Ok(left == right),
            (Val::List(left), Val::List(right)) => self.equal_lists(left, right),
            (Val::Record(..) | Val::Map(_), Val::Record(..) | Val::Map(_)) => self.equal_records(left, right),
            _ => Ok(false),
        }
    }

    fn equal_lists(&mut self, left: &ListValue<'a>, right: &ListValue<'a>) -> Result<bool, Box<Undecided>> {
        if left.len() != right.len() {
            return Ok(false);
        }
        for index in 0..left.len() {
            let (left, right) = (self.item(left, index, None)?, self.item(right, index, None)?);
            if !self.equal(&left, &right)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Records are equal by their content, the deal's and those that an expression makes alike. One key that differs
    /// decides, whatever cannot be told of the others.
    fn equal_records(&mut self, left: &Val<'a>, right: &Val<'a>) -> Result<bool, Box<Undecided>> {
        // In a deal's record what is null is absent: so it is in a record that is held against it.
        let both_made = matches!((left, right), (Val::Map(_), Val::Map(_)));
        let [left, right] = [left, right].map(|of| self.pairs(of, both_made));
        if left.len() != right.len() {
            return Ok(false);
        }
        let mut untold = None;
        for (key, one) in left {
            let mut other = None;
            for (known, value) in &right {
                if self.equal(known, &key)? {
                    other = Some(value.clone());
                    break;
                }
            }
            let Some(other) = other else { return Ok(false) };
            match one.and_then(|one| self.equal(&one, &other?)) {
                Ok(true) => {}
                Err(undecided) if !undecided.is_too_large() => untold = untold.or(Some(undecided)),
                decided => return decided,
            }
        }
        untold.map_or(Ok(true), Err)
    }

    /// The keys of a record and their values, those that a default stands for among them.
    fn pairs(&self, record: &Val<'a>, with_nulls: bool) -> Vec<(Val<'a>, Answer<'a>)> {
        match record {
            Val::Record(record @ Record(slots), of) => {
                let key = |slot: &'a FieldValue<'a>| Val::Text(TextValue::Borrowed(&slot.key.value));
                let value = |slot: &'a FieldValue<'a>| {
                    let kind = of.and_then(|of| of.member(&slot.key.value)).map(|member| &member.kind);
                    self.lift(&slot.value.value, kind).map_err(|gap| gap.at("a value of a record"))
                };
                let declared = match of {
                    Some(ExprType::Record(members)) => members.list.as_slice(),
                    _ => &[],
                };
                let absent = declared.iter().filter(|member| record.get(&member.name).is_none());
                let default = |member: &'a MemberType| {
                    let default = self.lift(member.default.as_ref()?, Some(&member.kind));
                    let key = Val::Text(TextValue::Borrowed(&member.name));
                    Some((key, default.map_err(|gap| gap.at(&member.name))))
                };
                slots.iter().map(|slot| (key(slot), value(slot))).chain(absent.filter_map(default)).collect()
            }
            Val::Map(entries) => {
                let counts = |(_, value): &&(Val<'a>, Val<'a>)| with_nulls || !matches!(value, Val::Null);
                entries.iter().filter(counts).map(|(key, value)| (key.clone(), Ok(value.clone()))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The order of two values of one type.
pub(super) fn ordering(left: &Val<'_>, right: &Val<'_>) -> Option<Ordering> {
    match (left, right) {
        (Val::Number(left), Val::Number(right)) => left.partial_cmp(right),
        (Val::Text(left), Val::Text(right)) => Some(left.as_str().cmp(right.as_str())),
        (Val::Timestamp(left), Val::Timestamp(right)) | (Val::Duration(left), Val::Duration(right)) => {
            Some(left.cmp(right))
        }
        (Val::Boolean(left), Val::Boolean(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
