//! Evaluates a checked expression over one deal, within a budget.

mod answer;
mod apply;
mod compare;
mod convert;
mod culprit;
mod loops;
mod undecided;

use std::rc::Rc;
use std::sync::Arc;

use self::undecided::{Gap, absent, both, reason, strict, too_large};
use super::kind::ExprType;
use super::program::{Absent, ExprNode, Literal, MemberKey, MomentName, Operation, Program};
use super::value::{ListValue, TextValue, Val, double};
use super::{Scope, Undecided, moment};
use crate::deal::{Record, Value, currency, steps};
use crate::source::Spanned;

impl Drop for Evaluation<'_> {
    fn drop(&mut self) {
        self.scope.deal.steps.take(self.had - self.budget);
    }
}

static NOTHING: Record<'static> = Record(Vec::new());

type Answer<'a> = Result<Val<'a>, Box<Undecided>>;

/// A record, and its type where records of that type have defaults.
type OfType<'a> = (&'a Record<'a>, Option<&'a ExprType>);

/// A value that is there, and its declared type where that is known.
type Declared<'a> = (Option<&'a Value<'a>>, Option<&'a ExprType>);

/// The state of one evaluation.
pub(super) struct Evaluation<'a> {
    scope: &'a Scope<'a>,
    /// The steps that the deal had at the start, and has now.
    had: u64,
    budget: u64,
    locals: Vec<Val<'a>>,
    /// What derived names came to, so that each is evaluated once.
    derived: Vec<(*const Program, Answer<'a>)>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(scope: &'a Scope<'a>) -> Self {
        let had = scope.deal.steps.left().min(steps::ONE);
        Self { scope, had, budget: had, locals: Vec::new(), derived: Vec::new() }
    }

    pub(super) fn node(&mut self, node: &'a ExprNode) -> Answer<'a> {
        self.spend(1)?;
        match node {
            ExprNode::Literal(literal) => Ok(literal_value(literal)),
            ExprNode::Key(key) => {
                let found = self.scope.deal.values.get(&key.name).map(|found| &found.value);
                self.present(found, key.kind.as_ref(), key)
            }
            ExprNode::Local(index) => Ok(self.locals.get(*index).cloned().unwrap_or(Val::Null)),
            ExprNode::Member(of, key) => {
                let of = self.node(of)?;
                self.member(&of, key)
            }
            ExprNode::Compare(order, operands) => self.compare(*order, operands),
            ExprNode::Equal { operands, negated } => {
                let (left, right) = (self.operand(&operands[0])?, self.operand(&operands[1])?);
                Ok(Val::Boolean(self.equal(&left, &right)? != *negated))
            }
            ExprNode::And(left, right) => self.joined(left, right, false),
            ExprNode::Or(left, right) => self.joined(left, right, true),
            ExprNode::Not(only) => Ok(Val::Boolean(!self.boolean(only)?)),
            ExprNode::Choose(parts) => {
                let [condition, yes, no] = &**parts;
                if self.boolean(condition)? { self.node(yes) } else { self.node(no) }
            }
            ExprNode::Moment(moment) => self.moment(*moment),
            ExprNode::Derived(name, program) => self.named(name, program),
            ExprNode::Loop(step) => self.go_through(step),
            ExprNode::In(operands) => self.contains(operands),
            ExprNode::Has(..) | ExprNode::HasEntry(..) | ExprNode::HasLookup(..) => self.has(node),
            ExprNode::Entry(..) | ExprNode::Item(..) | ExprNode::Lookup(..) => self.index(node),
            ExprNode::Arithmetic(operation, operands) => self.arithmetic(*operation, operands),
            ExprNode::Negate(only) => Ok(Val::Number(-self.number(only)?)),
            ExprNode::Call(function, arguments) => self.apply(*function, arguments),
            ExprNode::Matches(of, pattern) => {
                let text = self.text(of)?;
                let text = text.as_str();
                self.spend(pattern.cost * (1 + text.len() as u64))?;
                Ok(Val::Boolean(pattern.regex.is_match(text)))
            }
            ExprNode::List(items) => {
                let items = items.iter().map(|item| self.node(item)).collect::<Result<Vec<_>, _>>()?;
                Ok(Val::listed(items))
            }
            ExprNode::Map(entries) => self.map(entries),
            ExprNode::Deal => Ok(Val::Record(&self.scope.deal.values, None)),
        }
    }

    fn spend(&mut self, steps: u64) -> Result<(), Box<Undecided>> {
        let Some(left) = self.budget.checked_sub(steps) else {
            self.budget = 0;
            return Err(too_large("the expression takes too many steps".to_owned(), None));
        };
        self.budget = left;
        Ok(())
    }

    /// What a record has under a key, which is looked for entry by entry.
    pub(super) fn entry(
        &mut self,
        record: &'a Record<'a>,
        key: &str,
    ) -> Result<Option<&'a Spanned<Value<'a>>>, Box<Undecided>> {
        self.spend(record.0.len() as u64)?;
        Ok(record.get(key))
    }

    /// What a record has under a key, or the default of its type that stands for it; and of which type that is.
    fn slot(&mut self, (record, of): OfType<'a>, key: &str) -> Result<Declared<'a>, Box<Undecided>> {
        let found = self.entry(record, key)?.map(|found| &found.value);
        let member = of.and_then(|of| of.member(key));
        let found = found.or_else(|| member?.default.as_ref());
        Ok((found, member.map(|member| &member.kind)))
    }

    /// A value of the deal, or what stands for it.
    fn present(
        &self,
        found: Option<&'a Value<'a>>,
        kind: Option<&'a ExprType>,
        key: &'a MemberKey,
    ) -> Answer<'a> {
        match (found.or(key.default.as_ref()), key.absent) {
            (Some(found), _) => self.lift(found, kind).map_err(|gap| gap.at(&key.path)),
            (None, Absent::Undecided) => Err(absent(&key.path)),
            (None, Absent::Null) => Ok(Val::Null),
            (None, Absent::Empty) => Ok(Val::Record(&NOTHING, kind)),
        }
    }

    /// A value of the deal as expressions see it; not what could not be read, nor money without a rate. Its type goes
    /// with it, so that defaults stand in its records whatever is done with it.
    fn lift(&self, value: &'a Value<'a>, kind: Option<&'a ExprType>) -> Result<Val<'a>, Gap> {
        Ok(match value {
            Value::Text(text) => Val::Text(TextValue::Borrowed(text)),
            Value::Number(number) => Val::Number(double(*number)),
            Value::Money(money) => {
                let wanted = self.scope.currency;
                let same = money.currency.is_some() && money.currency == wanted;
                let rated = || (self.scope.rate)(*money).ok_or(Gap::NoRate(money.currency, wanted));
                let amount = if same { money.amount } else { rated()? };
                Val::Number(double(wanted.map_or(amount, |currency| currency::round(amount, currency))))
            }
            Value::Date(date) => Val::Timestamp(moment::day(*date)),
            Value::Boolean(boolean) => Val::Boolean(*boolean),
            Value::List(items) => Val::List(ListValue::Borrowed(items, kind.and_then(ExprType::item_type))),
            Value::Record(record) => Val::Record(record, kind),
            Value::Unreadable => return Err(Gap::Unreadable),
        })
    }

    fn member(&mut self, of: &Val<'a>, key: &'a MemberKey) -> Answer<'a> {
        match of {
            Val::Record(record, of) => {
                let (found, kind) = self.slot((record, *of), &key.name)?;
                self.present(found, kind.or(key.kind.as_ref()), key)
            }
            Val::Null => Err(absent(&key.path)),
            Val::Map(entries) => {
                let entries = Rc::clone(entries);
                self.look_up(&entries, &Val::Text(TextValue::Borrowed(&key.name)))
            }
            other => Err(reason(format!("{} has no members", other.name()))),
        }
    }

    fn has(&mut self, node: &'a ExprNode) -> Answer<'a> {
        Ok(Val::Boolean(match node {
            ExprNode::Has(of, key) => match self.node(of)? {
                Val::Record(record, of) => {
                    let (found, kind) = self.slot((record, of), &key.name)?;
                    found.or(key.default.as_ref()).is_some_and(|found| self.lift(found, kind).is_ok())
                }
                _ => false,
            },
            ExprNode::HasEntry(of, id) => {
                matches!(self.node(of)?, Val::Record(record, _) if self.entry(record, id)?.is_some())
            }
            ExprNode::HasLookup(of, key) => {
                let (of, key) = (self.node(of)?, self.node(key)?);
                match of {
                    Val::Map(entries) => self.found(&entries, &key)?.is_some(),
                    _ => false,
                }
            }
            _ => false,
        }))
    }

    fn index(&mut self, node: &'a ExprNode) -> Answer<'a> {
        match node {
            ExprNode::Entry(of, id) => {
                let (of, id) = (self.node(of)?, self.text(id)?);
                let found = match of {
                    Val::Record(record, _) => {
                        self.entry(record, id.as_str())?.and_then(|found| found.value.as_record())
                    }
                    _ => None,
                };
                Ok(Val::Record(found.unwrap_or(&NOTHING), None))
            }
            ExprNode::Item(of, index) => {
                let (list, at) = (self.list(of)?, self.number(index)?);
                // Not NaN, not negative, not between two items; what is too large finds nothing.
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "expressions count in doubles"
                )]
                let index = if at >= 0.0 && at.fract() == 0.0 { at as usize } else { usize::MAX };
                if index >= list.len() {
                    let what = of.path().map_or_else(|| "the list".to_owned(), |path| format!("`{path}`"));
                    return Err(reason(format!("{what} has no item {at}")));
                }
                self.item(&list, index, of.path())
            }
            ExprNode::Lookup(of, key) => {
                let (of, key) = (self.node(of)?, self.node(key)?);
                match of {
                    Val::Map(entries) => self.look_up(&entries, &key),
                    other => Err(reason(format!("{} has no keys", other.name()))),
                }
            }
            _ => Ok(Val::Null),
        }
    }

    fn look_up(&mut self, entries: &[(Val<'a>, Val<'a>)], key: &Val<'a>) -> Answer<'a> {
        match self.found(entries, key)? {
            Some(value) => Ok(value),
            None => Err(reason("the record in the expression has no such key".to_owned())),
        }
    }

    fn found(
        &mut self,
        entries: &[(Val<'a>, Val<'a>)],
        key: &Val<'a>,
    ) -> Result<Option<Val<'a>>, Box<Undecided>> {
        for (known, value) in entries {
            if self.equal(known, key)? {
                return Ok(Some(value.clone()));
            }
        }
        Ok(None)
    }

    fn map(&mut self, entries: &'a [(ExprNode, ExprNode)]) -> Answer<'a> {
        let mut made: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.node(key)?;
            if self.found(&made, &key)?.is_some() {
                return Err(reason("a key stands twice in the record of the expression".to_owned()));
            }
            made.push((key, self.node(value)?));
        }
        Ok(Val::Map(made.into()))
    }

    /// An item of a list; `path` is the list's.
    fn item(&self, list: &ListValue<'a>, index: usize, path: Option<&str>) -> Answer<'a> {
        match list {
            ListValue::Borrowed(items, kind) => match items.get(index) {
                Some(item) => {
                    self.lift(&item.value, *kind).map_err(|gap| gap.at(path.unwrap_or("an item of a list")))
                }
                None => Ok(Val::Null),
            },
            ListValue::Made(items) => Ok(items.get(index).cloned().unwrap_or(Val::Null)),
        }
    }

    fn moment(&self, moment: MomentName) -> Answer<'a> {
        #[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
        let found = match moment {
            MomentName::Today => Some(Val::Timestamp(moment::day(self.scope.today))),
            MomentName::StageIndex => self.scope.stage_index.map(|index| Val::Number(index as f64)),
            MomentName::DaysInStage => self.scope.days_in_stage.map(|days| Val::Number(days as f64)),
            MomentName::Age => self.scope.age.map(|days| Val::Number(days as f64)),
            MomentName::Currency => {
                self.scope.currency.map(|currency| Val::Text(TextValue::Borrowed(currency.code())))
            }
        };
        found.ok_or_else(|| absent(moment.name()))
    }

    fn named(&mut self, name: &str, program: &'a Arc<Program>) -> Answer<'a> {
        let identity = Arc::as_ptr(program);
        if let Some((_, answer)) = self.derived.iter().find(|(known, _)| *known == identity) {
            return answer.clone();
        }
        // The loops of another expression are not this one's.
        let outer = std::mem::take(&mut self.locals);
        let answer = match &program.root {
            ExprNode::Literal(Literal::Null) => Err(reason(format!("`{name}` has no value"))),
            root => self.node(root),
        };
        self.locals = outer;
        self.derived.push((identity, answer.clone()));
        answer
    }

    /// `&&` and `||`: what decides on one side makes the other not matter, whatever it is.
    fn joined(&mut self, left: &'a ExprNode, right: &'a ExprNode, deciding: bool) -> Answer<'a> {
        let first = self.boolean(left);
        if first.as_ref().is_ok_and(|first| *first == deciding) {
            return Ok(Val::Boolean(deciding));
        }
        if first.as_ref().is_err_and(|undecided| undecided.is_too_large()) {
            return first.map(Val::Boolean);
        }
        let second = self.boolean(right);
        match (first, second) {
            (_, Ok(second)) if second == deciding => Ok(Val::Boolean(deciding)),
            (Ok(_), Ok(second)) => Ok(Val::Boolean(second)),
            (Err(first), Err(second)) => Err(both(first, *second)),
            (Err(undecided), Ok(_)) | (Ok(_), Err(undecided)) => Err(undecided),
        }
    }

    fn boolean(&mut self, node: &'a ExprNode) -> Result<bool, Box<Undecided>> {
        match self.node(node)? {
            Val::Boolean(boolean) => Ok(boolean),
            other => Err(strict(node, &other, "true or false")),
        }
    }

    fn number(&mut self, node: &'a ExprNode) -> Result<f64, Box<Undecided>> {
        match self.node(node)? {
            Val::Number(number) => Ok(number),
            other => Err(strict(node, &other, "a number")),
        }
    }

    fn text(&mut self, node: &'a ExprNode) -> Result<TextValue<'a>, Box<Undecided>> {
        match self.node(node)? {
            Val::Text(text) => Ok(text),
            other => Err(strict(node, &other, "a text")),
        }
    }

    fn list(&mut self, node: &'a ExprNode) -> Result<ListValue<'a>, Box<Undecided>> {
        match self.node(node)? {
            Val::List(list) => Ok(list),
            other => Err(strict(node, &other, "a list")),
        }
    }

    fn arithmetic(&mut self, operation: Operation, operands: &'a [ExprNode; 2]) -> Answer<'a> {
        let (left, right) = (self.node(&operands[0])?, self.node(&operands[1])?);
        for (node, value) in operands.iter().zip([&left, &right]) {
            if matches!(value, Val::Null) {
                return Err(strict(node, value, "a value"));
            }
        }
        self.calculate(operation, left, right)
    }
}

fn literal_value(literal: &Literal) -> Val<'_> {
    match literal {
        Literal::Null => Val::Null,
        Literal::Boolean(boolean) => Val::Boolean(*boolean),
        Literal::Number(number) => Val::Number(*number),
        Literal::Text(text) => Val::Text(TextValue::Borrowed(text)),
        Literal::Timestamp(time) => Val::Timestamp(*time),
        Literal::Duration(span) => Val::Duration(*span),
        Literal::Months(months) => Val::Months(*months),
    }
}
