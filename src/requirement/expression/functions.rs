//! The functions of expressions, in the only list there is, with the types they take and make.

use std::sync::Arc;

use super::kind::Kind;

/// What CEL calls macros: they name a variable or a member.
pub(super) const MACROS: [&str; 7] = ["has", "exists", "all", "exists_one", "existsOne", "map", "filter"];

/// A function that expressions may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    LowerAscii,
    UpperAscii,
    Trim,
    Replace,
    Split,
    Join,
    Substring,
    IndexOf,
    LastIndexOf,
    CharAt,
    Int,
    Uint,
    Double,
    Text,
    Bool,
    Dyn,
    Timestamp,
    Date,
    Days,
    Weeks,
    Months,
    Duration,
    FullYear,
    Month,
    DayOfYear,
    DayOfMonth,
    DateOfMonth,
    DayOfWeek,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Distinct,
    Sum,
    Min,
    Max,
    IsSorted,
}

/// How a function may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `f(x)`
    Global,
    /// `x.f()`
    Member,
    /// Either.
    Both,
}

/// A function's name and how it is called; the value before the dot counts as an argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) function: Function,
    pub(super) style: Style,
    pub(super) least: usize,
    pub(super) most: usize,
}

/// Every function.
pub(super) const FUNCTIONS: &[Signature] = &[
    of("size", Function::Size, Style::Both, 1, 1),
    of("contains", Function::Contains, Style::Member, 2, 2),
    of("startsWith", Function::StartsWith, Style::Member, 2, 2),
    of("endsWith", Function::EndsWith, Style::Member, 2, 2),
    of("matches", Function::Matches, Style::Both, 2, 2),
    of("lowerAscii", Function::LowerAscii, Style::Member, 1, 1),
    of("upperAscii", Function::UpperAscii, Style::Member, 1, 1),
    of("trim", Function::Trim, Style::Member, 1, 1),
    of("replace", Function::Replace, Style::Member, 3, 3),
    of("split", Function::Split, Style::Member, 2, 2),
    of("join", Function::Join, Style::Member, 1, 2),
    of("substring", Function::Substring, Style::Member, 2, 3),
    of("indexOf", Function::IndexOf, Style::Member, 2, 2),
    of("lastIndexOf", Function::LastIndexOf, Style::Member, 2, 2),
    of("charAt", Function::CharAt, Style::Member, 2, 2),
    of("int", Function::Int, Style::Global, 1, 1),
    of("uint", Function::Uint, Style::Global, 1, 1),
    of("double", Function::Double, Style::Global, 1, 1),
    of("string", Function::Text, Style::Global, 1, 1),
    of("bool", Function::Bool, Style::Global, 1, 1),
    of("dyn", Function::Dyn, Style::Global, 1, 1),
    of("timestamp", Function::Timestamp, Style::Global, 1, 1),
    of("date", Function::Date, Style::Global, 1, 1),
    of("days", Function::Days, Style::Global, 1, 1),
    of("weeks", Function::Weeks, Style::Global, 1, 1),
    of("months", Function::Months, Style::Global, 1, 1),
    of("duration", Function::Duration, Style::Global, 1, 1),
    of("getFullYear", Function::FullYear, Style::Member, 1, 1),
    of("getMonth", Function::Month, Style::Member, 1, 1),
    of("getDayOfYear", Function::DayOfYear, Style::Member, 1, 1),
    of("getDayOfMonth", Function::DayOfMonth, Style::Member, 1, 1),
    of("getDate", Function::DateOfMonth, Style::Member, 1, 1),
    of("getDayOfWeek", Function::DayOfWeek, Style::Member, 1, 1),
    of("getHours", Function::Hours, Style::Member, 1, 1),
    of("getMinutes", Function::Minutes, Style::Member, 1, 1),
    of("getSeconds", Function::Seconds, Style::Member, 1, 1),
    of("getMilliseconds", Function::Milliseconds, Style::Member, 1, 1),
    of("distinct", Function::Distinct, Style::Both, 1, 1),
    of("sum", Function::Sum, Style::Both, 1, 1),
    of("min", Function::Min, Style::Both, 1, 1),
    of("max", Function::Max, Style::Both, 1, 1),
    of("isSorted", Function::IsSorted, Style::Member, 1, 1),
];

const fn of(name: &'static str, function: Function, style: Style, least: usize, most: usize) -> Signature {
    Signature { name, function, style, least, most }
}

/// The argument that does not fit, and what would.
pub(super) type Misfit = (usize, &'static str);

impl Function {
    /// The type that a call makes of arguments of these types.
    pub(super) fn result(self, arguments: &[&Kind]) -> Result<Kind, Misfit> {
        use Function as F;

        match self {
            F::Size => {
                let sized = matches!(
                    arguments[0],
                    Kind::Any | Kind::Text(_) | Kind::List(_) | Kind::Map(..) | Kind::Entries(_)
                );
                fits(arguments, 0, |_| sized, "a text or a list", Kind::NUMBER)
            }
            F::Contains | F::StartsWith | F::EndsWith | F::Matches => texts(arguments, Kind::Boolean),
            F::LowerAscii | F::UpperAscii | F::Trim | F::Replace => texts(arguments, Kind::TEXT),
            F::Split => texts(arguments, Kind::List(Arc::new(Kind::TEXT))),
            F::Join => {
                let of_texts = arguments[0].item().is_some_and(|item| item.is_text());
                fits(arguments, 0, |_| of_texts, "a list of texts", Kind::TEXT)?;
                texts(&arguments[1..], Kind::TEXT).map_err(|(index, wanted)| (index + 1, wanted))
            }
            F::Substring | F::CharAt => {
                fits(arguments, 0, Kind::is_text, "a text", Kind::TEXT)?;
                let numbers = arguments[1..].iter().position(|kind| !kind.is_number());
                numbers.map_or(Ok(Kind::TEXT), |index| Err((index + 1, "a number")))
            }
            F::IndexOf | F::LastIndexOf => match arguments[0] {
                Kind::List(item) => fits(arguments, 1, |kind| kind.equates(item), item.name(), Kind::NUMBER),
                _ => texts(arguments, Kind::NUMBER),
            },
            F::Int | F::Uint | F::Double => {
                let number = |kind: &Kind| {
                    kind.is_number() || kind.is_text() || matches!(kind, Kind::Timestamp | Kind::Duration)
                };
                fits(arguments, 0, number, "a number, a text or a date", Kind::NUMBER)
            }
            F::Text => fits(arguments, 0, Kind::is_ordered, "a number, a date, true or false", Kind::TEXT),
            F::Bool => {
                let boolean = |kind: &Kind| kind.is_text() || kind.is_boolean();
                fits(arguments, 0, boolean, "a text, true or false", Kind::Boolean)
            }
            F::Dyn => Ok(Kind::Any),
            F::Timestamp | F::Date => {
                let moment = |kind: &Kind| kind.is_text() || *kind == Kind::Timestamp;
                fits(arguments, 0, moment, "a text", Kind::Timestamp)
            }
            F::Days | F::Weeks => fits(arguments, 0, Kind::is_number, "a number", Kind::Duration),
            F::Months => fits(arguments, 0, Kind::is_number, "a number", Kind::Months),
            F::Duration => {
                let span = |kind: &Kind| kind.is_text() || *kind == Kind::Duration;
                fits(arguments, 0, span, "a text", Kind::Duration)
            }
            F::FullYear | F::Month | F::DayOfYear | F::DayOfMonth | F::DateOfMonth | F::DayOfWeek => {
                let moment = |kind: &Kind| matches!(kind, Kind::Any | Kind::Timestamp);
                fits(arguments, 0, moment, "a date", Kind::NUMBER)
            }
            F::Hours | F::Minutes | F::Seconds | F::Milliseconds => {
                let moment = |kind: &Kind| matches!(kind, Kind::Any | Kind::Timestamp | Kind::Duration);
                fits(arguments, 0, moment, "a date or a duration", Kind::NUMBER)
            }
            F::Distinct => match arguments[0] {
                Kind::Any | Kind::List(_) => Ok(arguments[0].clone()),
                _ => Err((0, "a list")),
            },
            F::Sum => {
                let item = arguments[0].item().filter(|_| matches!(arguments[0], Kind::Any | Kind::List(_)));
                match item {
                    Some(item @ (Kind::Number { .. } | Kind::Duration)) => Ok(item),
                    Some(Kind::Any) if *arguments[0] == Kind::Any => Ok(Kind::Any),
                    Some(Kind::Any) => Ok(Kind::NUMBER),
                    _ => Err((0, "a list of numbers")),
                }
            }
            F::Min | F::Max | F::IsSorted => {
                let item = arguments[0].item().filter(|_| matches!(arguments[0], Kind::Any | Kind::List(_)));
                match item {
                    Some(_) if self == F::IsSorted => Ok(Kind::Boolean),
                    Some(item) if item.is_ordered() => Ok(item),
                    _ => Err((0, "a list of numbers, dates or texts")),
                }
            }
        }
    }
}

fn fits(
    arguments: &[&Kind],
    index: usize,
    test: impl Fn(&Kind) -> bool,
    wanted: &'static str,
    result: Kind,
) -> Result<Kind, Misfit> {
    if test(arguments[index]) { Ok(result) } else { Err((index, wanted)) }
}

fn texts(arguments: &[&Kind], result: Kind) -> Result<Kind, Misfit> {
    let misfit = arguments.iter().position(|kind| !kind.is_text());
    misfit.map_or(Ok(result), |index| Err((index, "a text")))
}
