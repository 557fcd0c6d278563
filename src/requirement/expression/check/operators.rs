//! Checks operators: which types they take, and what to write where these do not fit.

use std::ops::Range;

use super::{COMPARED, TypeChecker, Typed};
use crate::deal::currency;
use crate::finding::Code;
use crate::finding::wording::{nearest, quote};
use crate::requirement::expression::ExpressionFault;
use crate::requirement::expression::kind::ExprType;
use crate::requirement::expression::program::{ExprNode, Literal, Operand, Operation};
use crate::requirement::expression::tree::{Binary, Expr, ExprKind, Unary};

impl TypeChecker<'_> {
    pub(super) fn unary(&mut self, operator: Unary, only: &Expr<'_>, range: Range<usize>) -> Typed {
        let only = self.node(only);
        let depth = only.depth;
        if only.faulty {
            return Typed::faulty(range);
        }
        let fits = if operator == Unary::Not { only.kind.is_boolean() } else { only.kind.is_number() }
            && !only.is_null();
        let (wanted, way_out) = if operator == Unary::Not {
            ("`!` turns true and false about", COMPARED)
        } else {
            ("`-` turns a number about", "put a number behind it")
        };
        if !fits {
            self.bad(only.range.clone(), format!("{wanted}, and this is {}", only.describe()), way_out);
            return Typed::faulty(range);
        }
        let (node, kind) = match operator {
            Unary::Not => (ExprNode::Not(Box::new(only.node)), ExprType::Boolean),
            Unary::Negate => (ExprNode::Negate(Box::new(only.node)), only.kind),
        };
        Typed { literals: only.literals, ..Typed::new(node, kind, range).above([&depth]) }
    }

    pub(super) fn binary(
        &mut self,
        operator: Binary,
        left: &Expr<'_>,
        right: &Expr<'_>,
        range: Range<usize>,
    ) -> Typed {
        let Some((left, right)) = self.sides(left, right) else { return Typed::faulty(range) };
        let scales = matches!(
            operator,
            Binary::Arithmetic(Operation::Multiply | Operation::Divide | Operation::Remainder)
        );
        if !scales {
            self.amounts_are_clear(&left, &right);
        }
        let depths = [left.depth, right.depth];
        let mut literals = Vec::new();
        let (node, kind) = match operator {
            Binary::And | Binary::Or => return self.joined(operator, left, right, range),
            Binary::In => return self.contained(left, right, range),
            Binary::Equal | Binary::NotEqual => {
                if !left.kind.equates(&right.kind) {
                    return self.mismatch(&left, &right, range);
                }
                if !self.choices_fit(&left, &right) {
                    return Typed::faulty(range);
                }
                let negated = operator == Binary::NotEqual;
                (ExprNode::Equal { operands: operands(left, right), negated }, ExprType::Boolean)
            }
            Binary::Compare(order) => {
                let comparable = left.kind.is_ordered()
                    && right.kind.is_ordered()
                    && left.kind.unite(&right.kind).is_some()
                    && !left.is_null()
                    && !right.is_null();
                if !comparable {
                    return self.mismatch(&left, &right, range);
                }
                (ExprNode::Compare(order, operands(left, right)), ExprType::Boolean)
            }
            Binary::Arithmetic(operation) => match result(operation, &left.kind, &right.kind) {
                Some(kind) if !left.is_null() && !right.is_null() => {
                    // An amount is compared with the numbers that a sum adds to it.
                    if matches!(operation, Operation::Add | Operation::Subtract) && !kind.is_text() {
                        literals = left.literals.iter().chain(&right.literals).cloned().collect();
                    }
                    (ExprNode::Arithmetic(operation, Box::new([left.node, right.node])), kind)
                }
                _ => return self.no_arithmetic(operation, &left, &right, range),
            },
        };
        Typed { literals, ..Typed::new(node, kind, range).above(&depths) }
    }

    /// Both sides of an operator; `None` where one is at fault.
    fn sides(&mut self, left: &Expr<'_>, right: &Expr<'_>) -> Option<(Typed, Typed)> {
        // `segment == enterprise`: the quotes are what is missing, not the name.
        let bare = [bare_word(left), bare_word(right)];
        let before = self.faults.len();
        let (left, right) = (self.node(left), self.node(right));
        for (word, other) in bare.iter().zip([&right, &left]) {
            let Some(word) = word.filter(|_| self.faults.len() > before) else { continue };
            if choices(&other.kind).is_some_and(|choices| choices.iter().any(|choice| choice == word))
                && let Some(fault) = self.faults.last_mut()
            {
                fault.help = Some(format!("a text stands in quotes: `'{word}'`"));
            }
        }
        (!left.faulty && !right.faulty).then_some((left, right))
    }

    fn joined(&mut self, operator: Binary, left: Typed, right: Typed, range: Range<usize>) -> Typed {
        let sign = if operator == Binary::And { "&&" } else { "||" };
        for side in [&left, &right] {
            if !side.kind.is_boolean() || side.is_null() {
                let message =
                    format!("`{sign}` joins what is true or false, and this is {}", side.describe());
                self.bad(side.range.clone(), message, COMPARED);
                return Typed::faulty(range);
            }
        }
        let depths = [left.depth, right.depth];
        let (left, right) = (Box::new(left.node), Box::new(right.node));
        let node =
            if operator == Binary::And { ExprNode::And(left, right) } else { ExprNode::Or(left, right) };
        Typed::new(node, ExprType::Boolean, range).above(&depths)
    }

    fn contained(&mut self, left: Typed, right: Typed, range: Range<usize>) -> Typed {
        let Some(item) = right.kind.item() else {
            return self.not_in(&left, &right, range);
        };
        if !left.kind.equates(&item) {
            let item = Typed { kind: item, range: right.range.clone(), ..Typed::faulty(0..0) };
            return self.mismatch(&left, &item, range);
        }
        if !self.choices_fit(&left, &right) {
            return Typed::faulty(range);
        }
        let depths = [left.depth, right.depth];
        Typed::new(ExprNode::In(operands(left, right)), ExprType::Boolean, range).above(&depths)
    }

    pub(super) fn choose(&mut self, parts: &[Expr<'_>; 3], range: Range<usize>) -> Typed {
        let [condition, yes, no] = parts.each_ref().map(|part| self.node(part));
        if condition.faulty || yes.faulty || no.faulty {
            return Typed::faulty(range);
        }
        if !condition.kind.is_boolean() || condition.is_null() {
            let message =
                format!("before `?` stands what is true or false, and this is {}", condition.describe());
            self.bad(condition.range.clone(), message, COMPARED);
            return Typed::faulty(range);
        }
        let Some(kind) = yes.kind.unite(&no.kind) else {
            let message =
                format!("both answers are of one type: {} and {} here", yes.kind.name(), no.kind.name());
            self.bad(no.range.clone(), message, "let both be of the type that is wanted here");
            return Typed::faulty(range);
        };
        let depths = [condition.depth, yes.depth, no.depth];
        self.amounts_are_clear(&yes, &no);
        let literals = yes.literals.into_iter().chain(no.literals).collect();
        let node = ExprNode::Choose(Box::new([condition.node, yes.node, no.node]));
        Typed { literals, ..Typed::new(node, kind, range).above(&depths) }
    }

    /// Types that do not compare.
    fn mismatch(&mut self, left: &Typed, right: &Typed, range: Range<usize>) -> Typed {
        // What the workflow wrote is more easily wrong than what it declared.
        let (guilty, other) =
            if left.is_literal() && !right.is_literal() { (left, right) } else { (right, left) };
        let way_out = way_out(guilty, other);
        let message = if left.kind == right.kind {
            format!("{} has no order", left.describe())
        } else {
            format!("{} does not compare with {}", left.describe(), right.describe())
        };
        self.bad(guilty.range.clone(), message, way_out);
        Typed::faulty(range)
    }

    fn not_in(&mut self, left: &Typed, right: &Typed, range: Range<usize>) -> Typed {
        let way_out = match (&right.kind, left.literal_text()) {
            (ExprType::Record(_) | ExprType::Deal { .. }, Some(name)) => {
                let path = right.path.as_deref().unwrap_or("deal");
                format!("ask whether it is there: `has({path}.{name})`")
            }
            (kind, _) if kind.is_text() => "write `text.contains('part')`".to_owned(),
            _ => "write the values in brackets: `segment in ['smb', 'enterprise']`".to_owned(),
        };
        self.bad(
            right.range.clone(),
            format!("after `in` stands a list, and this is {}", right.describe()),
            way_out,
        );
        Typed::faulty(range)
    }

    fn no_arithmetic(
        &mut self,
        operation: Operation,
        left: &Typed,
        right: &Typed,
        range: Range<usize>,
    ) -> Typed {
        let sign = match operation {
            Operation::Add => '+',
            Operation::Subtract => '-',
            Operation::Multiply => '*',
            Operation::Divide => '/',
            Operation::Remainder => '%',
        };
        let way_out = if left.kind == ExprType::Timestamp && right.kind == ExprType::NUMBER {
            "a date moves by a duration: `days(14)`"
        } else if left.kind == ExprType::Months || right.kind == ExprType::Months {
            "months move a date, one after the other: `opened + months(6) + days(1)`"
        } else {
            "reckon with numbers, or with dates and durations: `close_date - days(14)`"
        };
        let message = format!("`{sign}` does not take {} and {}", left.describe(), right.describe());
        let guilty = if left.is_literal() && !right.is_literal() { left } else { right };
        self.bad(guilty.range.clone(), message, way_out);
        Typed::faulty(range)
    }

    /// A literal number that is held against money, or reckoned up with it, must have one reading.
    pub(super) fn amounts_are_clear(&mut self, left: &Typed, right: &Typed) {
        for (known, written) in [(left, right), (right, left)] {
            let is_money = known.kind.is_money() || known.kind.item().is_some_and(|item| item.is_money());
            for (text, range) in written.literals.iter().filter(|_| is_money) {
                let Some([few, many]) = currency::two_readings(text, self.vocabulary.currency()) else {
                    continue;
                };
                self.faults.push(ExpressionFault {
                    code: Code::WrongType,
                    message: format!(
                        "{} can be read in two ways, as {} and as {}",
                        quote(text),
                        currency::grouped(few),
                        currency::grouped(many)
                    ),
                    help: Some(format!("write `{few}` or `{many}`, whichever it is")),
                    range: range.clone(),
                });
            }
        }
    }

    /// A literal text that is held against choices must be one of them.
    fn choices_fit(&mut self, left: &Typed, right: &Typed) -> bool {
        let mut fits = true;
        for (known, written) in [(left, right), (right, left)] {
            let Some(choices) = choices(&known.kind) else { continue };
            for (text, range) in &written.literals {
                if choices.iter().any(|choice| choice == text) {
                    continue;
                }
                let named = choices.iter().map(String::as_str);
                let help = if let Some(near) = nearest(text, named) {
                    format!("did you mean `'{near}'`?")
                } else {
                    let quoted: Vec<String> = choices.iter().take(12).map(|choice| quote(choice)).collect();
                    format!("it is one of {}", quoted.join(", "))
                };
                let what = known.path.as_ref().map_or_else(|| "it".to_owned(), |path| format!("`{path}`"));
                self.bad(range.clone(), format!("{what} is never {}", quote(text)), help);
                fits = false;
            }
        }
        fits
    }
}

fn operands(left: Typed, right: Typed) -> Box<[Operand; 2]> {
    let operand = |side: Typed| Operand { money: side.kind.is_money(), node: side.node };
    Box::new([operand(left), operand(right)])
}

fn choices(kind: &ExprType) -> Option<&[String]> {
    match kind {
        ExprType::Text(choices) => choices.as_deref(),
        ExprType::List(item) => choices(item),
        _ => None,
    }
}

fn bare_word<'t>(expression: &Expr<'t>) -> Option<&'t str> {
    match expression.kind {
        ExprKind::Name { name, .. } => Some(name),
        _ => None,
    }
}

/// A month is of no one length, so that what lies between two days is not held against it.
const MONTHS: &str = "hold a day against the day so many months later: `today > opened + months(6)`";

/// What to write instead of an operand of the wrong type.
fn way_out(guilty: &Typed, other: &Typed) -> String {
    let text = guilty.literal_text();
    match (&other.kind, text) {
        (ExprType::Timestamp, Some(text)) if text.parse::<jiff::civil::Date>().is_ok() => {
            format!("write `date('{text}')`")
        }
        (ExprType::Timestamp, _) if guilty.kind.is_text() => {
            "dates are written `date('2026-06-01')`".to_owned()
        }
        (ExprType::Number { .. }, Some(text)) if text.parse::<f64>().is_ok() => format!("write `{text}`"),
        (ExprType::Boolean, Some(text)) if matches!(text, "true" | "false") => format!("write `{text}`"),
        (ExprType::Months, _) => MONTHS.to_owned(),
        _ if guilty.kind == ExprType::Months => MONTHS.to_owned(),
        (ExprType::Duration, _) => match guilty.node {
            ExprNode::Literal(Literal::Number(number)) => format!("write `days({number})`"),
            _ => "durations are written `days(14)`".to_owned(),
        },
        (ExprType::List(item), Some(text)) if item.is_text() => match &other.path {
            Some(path) => format!("ask whether the list holds it: `'{text}' in {path}`"),
            None => format!("ask whether the list holds it: `'{text}' in …`"),
        },
        (ExprType::Text(_), _) => match guilty.node {
            ExprNode::Literal(Literal::Number(number)) => format!("write `'{number}'`"),
            _ => "hold it against a text in quotes: `'…'`".to_owned(),
        },
        (kind, _) => format!("write {} there", kind.name()),
    }
}

/// The type that arithmetic makes; `None` where there is none.
fn result(operation: Operation, left: &ExprType, right: &ExprType) -> Option<ExprType> {
    use ExprType::{Any, Duration, List, Months, Number, Text, Timestamp};
    use Operation::{Add, Divide, Multiply, Remainder, Subtract};

    Some(match (operation, left, right) {
        (_, Any, _) | (_, _, Any) => Any,
        (Multiply, Number { money }, Number { money: other }) => Number { money: money ^ other },
        (Divide, Number { money }, Number { money: other }) => Number { money: *money && !other },
        (Add | Subtract, Number { money }, Number { money: other }) => Number { money: *money || *other },
        (Remainder, Number { money }, Number { .. }) => Number { money: *money },
        (Add, Text(_), Text(_)) => ExprType::TEXT,
        (Add, List(_), List(_)) => left.unite(right)?,
        (Add | Subtract, Timestamp, Duration | Months) | (Add, Duration | Months, Timestamp) => Timestamp,
        (Add | Subtract, Duration, Duration) | (Subtract, Timestamp, Timestamp) => Duration,
        _ => return None,
    })
}
