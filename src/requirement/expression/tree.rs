//! The tree of a parsed expression: what was written, each part with its bytes.

use std::ops::Range;

use super::program::{Literal, Operation, OrderOperator};

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) struct Expr<'t> {
    pub(super) kind: ExprKind<'t>,
    /// Its bytes in the text, with the brackets that stand around it alone.
    pub(super) range: Range<usize>,
    /// Levels of the tree below and with it.
    pub(super) height: usize,
}

/// What a part of an expression is.
#[derive(Clone, Debug)]
pub(super) enum ExprKind<'t> {
    Literal(Literal),
    Name {
        name: &'t str,
        /// Written with a leading dot, which no variable of a loop stands before.
        outermost: bool,
    },
    /// `of.name`
    Member(Box<Expr<'t>>, Name<'t>),
    /// `of[index]`
    Index(Box<[Expr<'t>; 2]>),
    /// `name(…)` or `target.name(…)`
    Call(Box<Call<'t>>),
    Unary(Unary, Box<Expr<'t>>),
    Binary(Binary, Box<[Expr<'t>; 2]>),
    /// `condition ? yes : no`
    Choose(Box<[Expr<'t>; 3]>),
    List(Vec<Expr<'t>>),
    Map(Vec<[Expr<'t>; 2]>),
}

/// A name and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Name<'t> {
    pub(super) text: &'t str,
    pub(super) range: Range<usize>,
}

/// A call of a function or a macro.
#[derive(Clone, Debug)]
pub(super) struct Call<'t> {
    pub(super) target: Option<Expr<'t>>,
    pub(super) name: Name<'t>,
    pub(super) arguments: Vec<Expr<'t>>,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Not,
    Negate,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    In,
    Compare(OrderOperator),
    Arithmetic(Operation),
}

impl<'t> Expr<'t> {
    /// The parts directly below it, in the order they are written.
    pub(super) fn parts(&self) -> Vec<&Expr<'t>> {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Name { .. } => Vec::new(),
            ExprKind::Member(of, _) | ExprKind::Unary(_, of) => vec![of],
            ExprKind::Index(parts) | ExprKind::Binary(_, parts) => parts.iter().collect(),
            ExprKind::Choose(parts) => parts.iter().collect(),
            ExprKind::Call(call) => call.target.iter().chain(&call.arguments).collect(),
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Map(entries) => entries.iter().flatten().collect(),
        }
    }
}
