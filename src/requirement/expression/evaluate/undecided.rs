//! Why an expression has no answer: the missing values of both sides, joined.

// An answer is passed up at every step; what it costs is the size of both of its cases.
#![allow(clippy::unnecessary_box_returns)]

use iso_currency::Currency;

use crate::requirement::expression::program::ExprNode;
use crate::requirement::expression::value::Val;
use crate::requirement::expression::{Obstacle, Undecided};

/// Why something that stands in the deal is nothing that can be reckoned with.
pub(super) enum Gap {
    Unreadable,
    /// From and to which currency.
    NoRate(Option<Currency>, Option<Currency>),
}

impl Gap {
    /// The value is this one.
    pub(super) fn at(self, path: &str) -> Box<Undecided> {
        let (obstacle, said) = match self {
            Self::NoRate(Some(from), Some(to)) => {
                let said = format!("there is no rate from {} to {} for `{path}`", from.code(), to.code());
                (Some(Obstacle::NoRate), said)
            }
            Self::NoRate(..) => (None, format!("`{path}` has no currency")),
            Self::Unreadable => (Some(Obstacle::Unreadable), format!("`{path}` cannot be read")),
        };
        Box::new(Undecided { obstacle, at: Some(path.to_owned()), ..*reason(said) })
    }
}

pub(super) fn absent(path: &str) -> Box<Undecided> {
    Box::new(Undecided { absent: vec![path.to_owned()], ..Undecided::default() })
}

pub(super) fn reason(reason: String) -> Box<Undecided> {
    Box::new(Undecided { reason: Some(reason), ..Undecided::default() })
}

pub(super) fn too_large(reason: String, path: Option<&str>) -> Box<Undecided> {
    let (obstacle, at) = (Some(Obstacle::TooLarge), path.map(str::to_owned));
    Box::new(Undecided { obstacle, at, reason: Some(reason), ..Undecided::default() })
}

/// A value where another type is needed: null stands for what a list's item lacks.
pub(super) fn strict(node: &ExprNode, value: &Val<'_>, wanted: &str) -> Box<Undecided> {
    match (value, node.path()) {
        (Val::Null, Some(path)) => absent(path),
        _ => reason(format!("{} stands where {wanted} is needed", value.name())),
    }
}

pub(super) fn both(mut first: Box<Undecided>, second: Undecided) -> Box<Undecided> {
    /// More names than anybody reads; loops would collect thousands.
    const MOST_ABSENT: usize = 8;

    for path in second.absent {
        if first.absent.len() < MOST_ABSENT && !first.absent.contains(&path) {
            first.absent.push(path);
        }
    }
    // Too much goes before anything else: it is a fault of the rule, wherever the deal stands.
    if first.reason.is_none() || second.obstacle == Some(Obstacle::TooLarge) && !first.is_too_large() {
        let Undecided { reason, obstacle, at, .. } = second;
        (first.reason, first.obstacle, first.at) = (reason, obstacle, at);
    }
    first
}
