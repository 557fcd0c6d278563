//! The subexpressions of a parsed expression, each limited in depth.

use std::ops::Range;

use crate::finding::Code;
use crate::requirement::expression::ExpressionFault;
use crate::requirement::expression::tree::{Binary, Call, Expr, ExprKind, Name};

/// Levels of a tree: operators, members and calls in a row make it one higher each.
pub(super) const HIGHEST: usize = 128;

pub(super) type Parse<T> = Result<T, ExpressionFault>;

/// Long rows of `&&` and `||` become a tree that is no higher than it must be.
pub(super) fn balanced(operator: Binary, mut operands: Vec<Expr<'_>>) -> Parse<Expr<'_>> {
    let later = operands.split_off(operands.len().div_ceil(2));
    match (operands.pop(), later.is_empty()) {
        (Some(only), true) if operands.is_empty() => Ok(only),
        (last, _) => {
            operands.extend(last);
            binary(operator, balanced(operator, operands)?, balanced(operator, later)?)
        }
    }
}

pub(super) fn binary<'t>(operator: Binary, left: Expr<'t>, right: Expr<'t>) -> Parse<Expr<'t>> {
    let range = left.range.start..right.range.end;
    let height = left.height.max(right.height);
    part(ExprKind::Binary(operator, Box::new([left, right])), range, height)
}

pub(super) fn call<'t>(
    target: Option<Expr<'t>>,
    name: Name<'t>,
    arguments: Vec<Expr<'t>>,
    range: Range<usize>,
) -> Parse<Expr<'t>> {
    let height = tallest(target.iter().chain(&arguments));
    part(ExprKind::Call(Box::new(Call { target, name, arguments })), range, height)
}

pub(super) fn tallest<'e, 't: 'e>(parts: impl IntoIterator<Item = &'e Expr<'t>>) -> usize {
    parts.into_iter().map(|part| part.height).max().unwrap_or(0)
}

/// A part above parts of a height.
pub(super) fn part(kind: ExprKind<'_>, range: Range<usize>, height: usize) -> Parse<Expr<'_>> {
    if height >= HIGHEST {
        return Err(too_large("the expression is nested too deeply", range));
    }
    Ok(Expr { kind, range, height: height + 1 })
}

pub(super) fn bad(
    message: impl Into<String>,
    help: impl Into<String>,
    range: Range<usize>,
) -> ExpressionFault {
    let (message, help) = (message.into(), Some(help.into()));
    ExpressionFault { code: Code::BadExpression, message, help, range }
}

pub(super) fn too_large(message: impl Into<String>, range: Range<usize>) -> ExpressionFault {
    let help = "name its parts in [derived]";
    ExpressionFault { code: Code::TooLarge, ..bad(message, help, range) }
}
