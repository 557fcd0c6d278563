//! The static type of a value, known before any deal is read, and the names it holds.

use std::sync::Arc;

use crate::deal::{Field, Shape, Type, Value};

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ExprType {
    /// Not known: what follows a fault, `null`, the items of `[]`, `dyn(…)`.
    Any,
    Boolean,
    /// A number; money compares at its minor unit.
    Number {
        money: bool,
    },
    /// A text, and what it may be where that is known.
    Text(Option<Arc<[String]>>),
    Timestamp,
    Duration,
    /// Calendar months, which are of no one length: they move a date and compare with nothing.
    Months,
    List(Arc<ExprType>),
    Record(Arc<Members>),
    /// Records by free keys, each of which is always there: `done`, `waivers`.
    Entries(Arc<ExprType>),
    /// Keys and values that the expression itself wrote.
    Map(Arc<ExprType>, Arc<ExprType>),
    /// The deal, and what was covered of it: its members are the deal's keys.
    Deal {
        /// Whether defaults stand for what is absent: not in what an approval covered.
        defaults: bool,
    },
}

/// The members of a record.
#[derive(Debug, PartialEq)]
pub(super) struct Members {
    pub(super) list: Vec<MemberType>,
    /// Whether an absent member is null (in a list's items) or makes the answer undecided.
    pub(super) nullable: bool,
}

/// A member of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MemberType {
    pub(super) name: String,
    pub(super) kind: ExprType,
    /// What stands for it where it is absent.
    pub(super) default: Option<Value<'static>>,
}

impl ExprType {
    pub(super) const NUMBER: Self = Self::Number { money: false };
    pub(super) const TEXT: Self = Self::Text(None);

    /// The type of a declared value; in the items of lists, absent members are null.
    pub(super) fn of(shape: &Shape, nullable: bool) -> Self {
        match &shape.kind {
            Type::Text | Type::Email | Type::Url => {
                let choices: Arc<[String]> =
                    shape.choices.iter().filter_map(|choice| choice.as_text().map(str::to_owned)).collect();
                Self::Text((!choices.is_empty()).then_some(choices))
            }
            Type::Integer | Type::Number | Type::Percent => Self::NUMBER,
            Type::Money => Self::Number { money: true },
            Type::Date => Self::Timestamp,
            Type::Boolean => Self::Boolean,
            Type::List(item) => Self::List(Arc::new(Self::of(item, true))),
            Type::Record(fields) => {
                let list = fields.iter().map(|field| MemberType::of(field, nullable)).collect();
                Self::Record(Arc::new(Members { list, nullable }))
            }
            Type::Entries(entry) => Self::Entries(Arc::new(Self::of(entry, nullable))),
            Type::Covered => Self::Deal { defaults: false },
        }
    }

    /// The type's name in messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Any => "null",
            Self::Boolean => "true or false",
            Self::Number { .. } => "a number",
            Self::Text(_) => "a text",
            Self::Timestamp => "a date",
            Self::Duration => "a duration",
            Self::Months => "a number of months",
            Self::List(_) => "a list",
            Self::Record(_) | Self::Entries(_) | Self::Map(..) | Self::Deal { .. } => "a record",
        }
    }

    /// The type of two values that stand in for one another; `None` where they cannot.
    pub(super) fn unite(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, kind) | (kind, Self::Any) => Some(kind.clone()),
            (Self::Number { money }, Self::Number { money: other }) => {
                Some(Self::Number { money: *money || *other })
            }
            (Self::Text(_), Self::Text(_)) if self != other => Some(Self::TEXT),
            (Self::List(item), Self::List(other)) => Some(Self::List(Arc::new(item.unite(other)?))),
            (Self::Map(key, value), Self::Map(other_key, other)) => {
                Some(Self::Map(Arc::new(key.unite(other_key)?), Arc::new(value.unite(other)?)))
            }
            _ => (self == other).then(|| self.clone()),
        }
    }

    /// Whether `==` between the two can ever be meant.
    pub(super) fn equates(&self, other: &Self) -> bool {
        let record = |kind: &Self| {
            matches!(kind, Self::Record(_) | Self::Entries(_) | Self::Map(..) | Self::Deal { .. })
        };
        match (self, other) {
            (Self::List(item), Self::List(other)) => item.equates(other),
            _ => (record(self) && record(other)) || self.unite(other).is_some(),
        }
    }

    /// Whether it has an order.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(
            self,
            Self::Any
                | Self::Boolean
                | Self::Number { .. }
                | Self::Text(_)
                | Self::Timestamp
                | Self::Duration
        )
    }

    /// Whether a record in it has members that a default stands for.
    pub(super) fn has_defaults(&self) -> bool {
        match self {
            Self::List(item) => item.has_defaults(),
            Self::Record(members) => {
                members.list.iter().any(|member| member.default.is_some() || member.kind.has_defaults())
            }
            _ => false,
        }
    }

    /// Its member of a name, where it is a record of declared ones.
    pub(super) fn member(&self, name: &str) -> Option<&MemberType> {
        match self {
            Self::Record(members) => members.list.iter().find(|member| member.name == name),
            _ => None,
        }
    }

    /// What the items of a list are.
    pub(super) fn item_type(&self) -> Option<&Self> {
        if let Self::List(item) = self { Some(item) } else { None }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Any | Self::Number { .. })
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Any | Self::Text(_))
    }

    pub(super) fn is_boolean(&self) -> bool {
        matches!(self, Self::Any | Self::Boolean)
    }

    pub(super) fn is_money(&self) -> bool {
        matches!(self, Self::Number { money: true })
    }

    /// What a loop over it sees: the items of a list, the keys of a record with free keys.
    pub(super) fn item(&self) -> Option<Self> {
        match self {
            Self::Any => Some(Self::Any),
            Self::List(item) => Some(item.as_ref().clone()),
            Self::Map(key, _) => Some(key.as_ref().clone()),
            Self::Entries(_) => Some(Self::TEXT),
            _ => None,
        }
    }

    /// Narrows the text that a path leads to.
    pub(super) fn restrict<'p>(&mut self, mut path: impl Iterator<Item = &'p str>, choices: &Arc<[String]>) {
        match (path.next(), self) {
            (None, Self::Text(known)) => *known = Some(Arc::clone(choices)),
            (Some(name), Self::Record(members)) => {
                let mut list = members.list.clone();
                if let Some(member) = list.iter_mut().find(|member| member.name == name) {
                    member.kind.restrict(path, choices);
                }
                *members = Arc::new(Members { list, nullable: members.nullable });
            }
            _ => {}
        }
    }
}

impl MemberType {
    /// A declared key.
    pub(super) fn of(field: &Field, nullable: bool) -> Self {
        Self {
            name: field.name.to_string(),
            kind: ExprType::of(&field.shape, nullable),
            default: field.shape.default.clone(),
        }
    }
}
