//! A checked expression, ready to be evaluated: every name resolved, every type known.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::functions::Function;
use super::kind::ExprType;
use crate::deal::Value;

/// A checked expression and what is known of it.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) root: ExprNode,
    pub(super) kind: ExprType,
    /// Height of the tree, derived expressions included.
    pub(super) depth: usize,
    /// Top-level names, those of derived expressions included.
    pub(super) names: BTreeSet<String>,
    /// Derived names that stand in it itself.
    pub(super) derived: BTreeSet<String>,
    /// Keys that stand literally in `done['…']` and `waivers['…']`, with their bytes.
    pub(super) entries: Vec<(&'static str, String, Range<usize>)>,
}

impl Program {
    /// Stands for an expression that has faults of its own: fits everywhere, is never decided.
    pub(super) fn unknown() -> Self {
        Self {
            root: ExprNode::Literal(Literal::Null),
            kind: ExprType::Any,
            depth: 1,
            names: BTreeSet::new(),
            derived: BTreeSet::new(),
            entries: Vec::new(),
        }
    }
}

/// A name that stands for something about the moment rather than the deal's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MomentName {
    Today,
    StageIndex,
    DaysInStage,
    Age,
    Currency,
}

impl MomentName {
    pub(super) const ALL: [Self; 5] =
        [Self::Today, Self::StageIndex, Self::DaysInStage, Self::Age, Self::Currency];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::StageIndex => "stage_index",
            Self::DaysInStage => "days_in_stage",
            Self::Age => "age",
            Self::Currency => "currency",
        }
    }

    /// Whether it changes as days pass.
    pub(super) fn passes(self) -> bool {
        matches!(self, Self::Today | Self::DaysInStage | Self::Age)
    }
}

/// A part of a checked expression.
#[derive(Debug)]
pub(super) enum ExprNode {
    Literal(Literal),
    Key(MemberKey),
    Deal,
    Moment(MomentName),
    Derived(Arc<str>, Arc<Program>),
    /// The variable of a loop, counted from the outermost.
    Local(usize),
    Member(Box<ExprNode>, MemberKey),
    /// Is the member there?
    Has(Box<ExprNode>, MemberKey),
    /// `done[…]` with a key that is not known beforehand; always a record.
    Entry(Box<ExprNode>, Box<ExprNode>),
    /// Whether `done` has a key.
    HasEntry(Box<ExprNode>, String),
    /// `list[…]`.
    Item(Box<ExprNode>, Box<ExprNode>),
    /// `{…}[…]`.
    Lookup(Box<ExprNode>, Box<ExprNode>),
    HasLookup(Box<ExprNode>, Box<ExprNode>),
    Not(Box<ExprNode>),
    Negate(Box<ExprNode>),
    And(Box<ExprNode>, Box<ExprNode>),
    Or(Box<ExprNode>, Box<ExprNode>),
    Choose(Box<[ExprNode; 3]>),
    Compare(OrderOperator, Box<[Operand; 2]>),
    Equal {
        operands: Box<[Operand; 2]>,
        negated: bool,
    },
    In(Box<[Operand; 2]>),
    Arithmetic(Operation, Box<[ExprNode; 2]>),
    Call(Function, Vec<ExprNode>),
    Matches(Box<ExprNode>, Box<Pattern>),
    List(Vec<ExprNode>),
    Map(Vec<(ExprNode, ExprNode)>),
    Loop(Box<Loop>),
}

/// A member of a record, or a key of the deal.
#[derive(Debug)]
pub(super) struct MemberKey {
    pub(super) name: String,
    /// Dotted, from the deal: what a message calls it.
    pub(super) path: String,
    pub(super) default: Option<Value<'static>>,
    /// Its type, where records in it have defaults.
    pub(super) kind: Option<ExprType>,
    pub(super) absent: Absent,
}

/// What stands for a value that is not there and has no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// Nothing: the answer is undecided.
    Undecided,
    /// Null: in the items of lists.
    Null,
    /// A record without members: `done`, and each of its entries.
    Empty,
}

#[derive(Clone, Debug)]
pub(super) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(Box<str>),
    /// Microseconds since 1970.
    Timestamp(i64),
    /// Microseconds.
    Duration(i64),
    Months(i32),
}

/// A side of a comparison; money is brought to its minor unit first.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) node: ExprNode,
    pub(super) money: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderOperator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A pattern and what a byte of text costs it at worst.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) regex: regex::Regex,
    pub(super) cost: u64,
}

#[derive(Debug)]
pub(super) struct Loop {
    pub(super) macro_: LoopKind,
    pub(super) range: ExprNode,
    /// Of `map` with three arguments.
    pub(super) filter: Option<ExprNode>,
    pub(super) body: ExprNode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

impl ExprNode {
    /// The path of the value, where the node is one: what a message calls it.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::Key(key) | Self::Member(_, key) => Some(&key.path),
            Self::Moment(moment) => Some(moment.name()),
            _ => None,
        }
    }
}
