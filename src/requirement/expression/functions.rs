//! The functions of expressions, in the only list there is, with the types they take and make.

use std::sync::Arc;

use super::kind::ExprType;

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
pub(super) enum CallStyle {
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
    pub(super) style: CallStyle,
    pub(super) least: usize,
    pub(super) most: usize,
}

/// Every function.
pub(super) const FUNCTIONS: &[Signature] = &[
    of("size", Function::Size, CallStyle::Both, 1, 1),
    of("contains", Function::Contains, CallStyle::Member, 2, 2),
    of("startsWith", Function::StartsWith, CallStyle::Member, 2, 2),
    of("endsWith", Function::EndsWith, CallStyle::Member, 2, 2),
    of("matches", Function::Matches, CallStyle::Both, 2, 2),
    of("lowerAscii", Function::LowerAscii, CallStyle::Member, 1, 1),
    of("upperAscii", Function::UpperAscii, CallStyle::Member, 1, 1),
    of("trim", Function::Trim, CallStyle::Member, 1, 1),
    of("replace", Function::Replace, CallStyle::Member, 3, 3),
    of("split", Function::Split, CallStyle::Member, 2, 2),
    of("join", Function::Join, CallStyle::Member, 1, 2),
    of("substring", Function::Substring, CallStyle::Member, 2, 3),
    of("indexOf", Function::IndexOf, CallStyle::Member, 2, 2),
    of("lastIndexOf", Function::LastIndexOf, CallStyle::Member, 2, 2),
    of("charAt", Function::CharAt, CallStyle::Member, 2, 2),
    of("int", Function::Int, CallStyle::Global, 1, 1),
    of("uint", Function::Uint, CallStyle::Global, 1, 1),
    of("double", Function::Double, CallStyle::Global, 1, 1),
    of("string", Function::Text, CallStyle::Global, 1, 1),
    of("bool", Function::Bool, CallStyle::Global, 1, 1),
    of("dyn", Function::Dyn, CallStyle::Global, 1, 1),
    of("timestamp", Function::Timestamp, CallStyle::Global, 1, 1),
    of("date", Function::Date, CallStyle::Global, 1, 1),
    of("days", Function::Days, CallStyle::Global, 1, 1),
    of("weeks", Function::Weeks, CallStyle::Global, 1, 1),
    of("months", Function::Months, CallStyle::Global, 1, 1),
    of("duration", Function::Duration, CallStyle::Global, 1, 1),
    of("getFullYear", Function::FullYear, CallStyle::Member, 1, 1),
    of("getMonth", Function::Month, CallStyle::Member, 1, 1),
    of("getDayOfYear", Function::DayOfYear, CallStyle::Member, 1, 1),
    of("getDayOfMonth", Function::DayOfMonth, CallStyle::Member, 1, 1),
    of("getDate", Function::DateOfMonth, CallStyle::Member, 1, 1),
    of("getDayOfWeek", Function::DayOfWeek, CallStyle::Member, 1, 1),
    of("getHours", Function::Hours, CallStyle::Member, 1, 1),
    of("getMinutes", Function::Minutes, CallStyle::Member, 1, 1),
    of("getSeconds", Function::Seconds, CallStyle::Member, 1, 1),
    of("getMilliseconds", Function::Milliseconds, CallStyle::Member, 1, 1),
    of("distinct", Function::Distinct, CallStyle::Both, 1, 1),
    of("sum", Function::Sum, CallStyle::Both, 1, 1),
    of("min", Function::Min, CallStyle::Both, 1, 1),
    of("max", Function::Max, CallStyle::Both, 1, 1),
    of("isSorted", Function::IsSorted, CallStyle::Member, 1, 1),
];

const fn of(
    name: &'static str,
    function: Function,
    style: CallStyle,
    least: usize,
    most: usize,
) -> Signature {
    Signature { name, function, style, least, most }
}

/// The argument that does not fit, and what would.
pub(super) type ArgumentMismatch = (usize, &'static str);

impl Function {
    /// The type that a call makes of arguments of these types.
    pub(super) fn result(self, arguments: &[&ExprType]) -> Result<ExprType, ArgumentMismatch> {
        use Function as F;

        match self {
            F::Size => {
                let sized = matches!(
                    arguments[0],
                    ExprType::Any
                        | ExprType::Text(_)
                        | ExprType::List(_)
                        | ExprType::Map(..)
                        | ExprType::Entries(_)
                );
                fits(arguments, 0, |_| sized, "a text or a list", ExprType::NUMBER)
            }
            F::Contains | F::StartsWith | F::EndsWith | F::Matches => texts(arguments, ExprType::Boolean),
            F::LowerAscii | F::UpperAscii | F::Trim | F::Replace => texts(arguments, ExprType::TEXT),
            F::Split => texts(arguments, ExprType::List(Arc::new(ExprType::TEXT))),
            F::Join | F::Substring | F::CharAt | F::IndexOf | F::LastIndexOf => self.of_parts(arguments),
            F::Int | F::Uint | F::Double => {
                let number = |kind: &ExprType| {
                    kind.is_number()
                        || kind.is_text()
                        || matches!(kind, ExprType::Timestamp | ExprType::Duration)
                };
                fits(arguments, 0, number, "a number, a text or a date", ExprType::NUMBER)
            }
            F::Text => {
                fits(arguments, 0, ExprType::is_ordered, "a number, a date, true or false", ExprType::TEXT)
            }
            F::Bool => {
                let boolean = |kind: &ExprType| kind.is_text() || kind.is_boolean();
                fits(arguments, 0, boolean, "a text, true or false", ExprType::Boolean)
            }
            F::Dyn => Ok(ExprType::Any),
            F::Timestamp | F::Date => {
                let moment = |kind: &ExprType| kind.is_text() || *kind == ExprType::Timestamp;
                fits(arguments, 0, moment, "a text", ExprType::Timestamp)
            }
            F::Days | F::Weeks => fits(arguments, 0, ExprType::is_number, "a number", ExprType::Duration),
            F::Months => fits(arguments, 0, ExprType::is_number, "a number", ExprType::Months),
            F::Duration => {
                let span = |kind: &ExprType| kind.is_text() || *kind == ExprType::Duration;
                fits(arguments, 0, span, "a text", ExprType::Duration)
            }
            F::FullYear | F::Month | F::DayOfYear | F::DayOfMonth | F::DateOfMonth | F::DayOfWeek => {
                let moment = |kind: &ExprType| matches!(kind, ExprType::Any | ExprType::Timestamp);
                fits(arguments, 0, moment, "a date", ExprType::NUMBER)
            }
            F::Hours | F::Minutes | F::Seconds | F::Milliseconds => {
                let moment = |kind: &ExprType| {
                    matches!(kind, ExprType::Any | ExprType::Timestamp | ExprType::Duration)
                };
                fits(arguments, 0, moment, "a date or a duration", ExprType::NUMBER)
            }
            F::Distinct | F::Sum | F::Min | F::Max | F::IsSorted => self.of_list(arguments[0]),
        }
    }

    /// What a function makes of the parts of a text, or of a list.
    fn of_parts(self, arguments: &[&ExprType]) -> Result<ExprType, ArgumentMismatch> {
        match (self, arguments[0]) {
            (Self::Join, list) => {
                let of_texts = list.item().is_some_and(|item| item.is_text());
                fits(arguments, 0, |_| of_texts, "a list of texts", ExprType::TEXT)?;
                texts(&arguments[1..], ExprType::TEXT).map_err(|(index, wanted)| (index + 1, wanted))
            }
            (Self::IndexOf | Self::LastIndexOf, ExprType::List(item)) => {
                fits(arguments, 1, |kind| kind.equates(item), item.name(), ExprType::NUMBER)
            }
            (Self::IndexOf | Self::LastIndexOf, _) => texts(arguments, ExprType::NUMBER),
            _ => {
                fits(arguments, 0, ExprType::is_text, "a text", ExprType::TEXT)?;
                let numbers = arguments[1..].iter().position(|kind| !kind.is_number());
                numbers.map_or(Ok(ExprType::TEXT), |index| Err((index + 1, "a number")))
            }
        }
    }

    /// What a function makes of the items of a list.
    fn of_list(self, list: &ExprType) -> Result<ExprType, ArgumentMismatch> {
        let item = list.item().filter(|_| matches!(list, ExprType::Any | ExprType::List(_)));
        match (self, item) {
            (Self::Distinct, Some(_)) => Ok(list.clone()),
            (Self::Distinct, None) => Err((0, "a list")),
            (Self::IsSorted, Some(_)) => Ok(ExprType::Boolean),
            (Self::Sum, Some(item @ (ExprType::Number { .. } | ExprType::Duration))) => Ok(item),
            (Self::Sum, Some(ExprType::Any)) if *list == ExprType::Any => Ok(ExprType::Any),
            (Self::Sum, Some(ExprType::Any)) => Ok(ExprType::NUMBER),
            (Self::Sum, _) => Err((0, "a list of numbers")),
            (_, Some(item)) if item.is_ordered() => Ok(item),
            _ => Err((0, "a list of numbers, dates or texts")),
        }
    }
}

fn fits(
    arguments: &[&ExprType],
    index: usize,
    test: impl Fn(&ExprType) -> bool,
    wanted: &'static str,
    result: ExprType,
) -> Result<ExprType, ArgumentMismatch> {
    if test(arguments[index]) { Ok(result) } else { Err((index, wanted)) }
}

fn texts(arguments: &[&ExprType], result: ExprType) -> Result<ExprType, ArgumentMismatch> {
    let misfit = arguments.iter().position(|kind| !kind.is_text());
    misfit.map_or(Ok(result), |index| Err((index, "a text")))
}
