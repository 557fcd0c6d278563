//! Times and durations of expressions, in microseconds: read from text, written, taken apart. Must not read the clock.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::{SignedDuration, ToSpan};

use super::functions::Function;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The start of a day.
pub(super) fn day(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs() * SECOND
}

/// Reads a day; a time after it is no day.
pub(super) fn date(text: &str) -> Option<i64> {
    let plain = text.len() == 10 && text.is_ascii();
    text.parse::<Date>().ok().filter(|_| plain).map(day).and_then(bounded)
}

/// Reads a time with its offset.
pub(super) fn timestamp(text: &str) -> Option<i64> {
    let written = Pieces::parse(text).ok()?;
    let (time, offset) = (written.time()?, written.to_numeric_offset()?);
    let local = written.date().to_datetime(time).duration_since(DateTime::from(EPOCH));
    bounded(i64::try_from(local.as_micros()).ok()? - i64::from(offset.seconds()) * SECOND)
}

/// The day and time of day in UTC. A time zone's own clock ends a day before the last of the years that are known here.
fn civil(time: i64) -> Option<DateTime> {
    DateTime::from(EPOCH).checked_add(SignedDuration::from_micros(time)).ok()
}

/// So many months after a time; the last day of the month where it has no such day.
pub(super) fn after(time: i64, months: i32) -> Option<i64> {
    let moved = civil(time)?.checked_add(months.months()).ok()?;
    i64::try_from(moved.duration_since(DateTime::from(EPOCH)).as_micros()).ok()
}

/// So many months.
pub(super) fn months(number: f64) -> Option<i32> {
    const MOST: f64 = 120_000.0;

    #[allow(clippy::cast_possible_truncation, reason = "expressions count in doubles")]
    (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i32)
}

/// So many days.
pub(super) fn days(number: f64) -> Option<i64> {
    const MOST: f64 = 4_000_000.0;

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "expressions count in doubles"
    )]
    (number.abs() <= MOST).then(|| (number * DAY as f64).round() as i64)
}

/// Reads a duration as Go writes it: `36h`, `1h30m`, `-1.5s`.
pub(super) fn duration(text: &str) -> Option<i64> {
    const UNITS: [(&str, f64); 6] =
        [("ms", 1e3), ("us", 1.0), ("ns", 1e-3), ("h", 3.6e9), ("m", 6e7), ("s", 1e6)];
    const MOST: f64 = 4e17;

    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let number: f64 = rest[..digits].parse().ok()?;
        let (unit, size) = UNITS.iter().find(|(unit, _)| rest[digits..].starts_with(unit))?;
        sum += number * size;
        rest = &rest[digits + unit.len()..];
    }
    #[allow(clippy::cast_possible_truncation, reason = "expressions count in doubles")]
    (sum <= MOST).then(|| (sign * sum).round() as i64)
}

/// A time as CEL writes it.
pub(super) fn write_timestamp(time: i64) -> Option<String> {
    civil(time).map(|time| format!("{time}Z"))
}

/// A duration as CEL writes it: in seconds.
pub(super) fn write_duration(span: i64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
    let seconds = span as f64 / SECOND as f64;
    format!("{seconds}s")
}

/// The day, where the time is the start of one.
pub(super) fn as_day(time: i64) -> Option<Date> {
    let date = civil(time)?.date();
    (day(date) == time).then_some(date)
}

/// A duration in days.
#[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
pub(super) fn in_days(span: i64) -> f64 {
    span as f64 / DAY as f64
}

/// A part of a time, in UTC; months and days of a month count from 0, as CEL has it.
pub(super) fn part(function: Function, time: i64) -> Option<f64> {
    let moment = civil(time)?;
    Some(f64::from(match function {
        Function::FullYear => i32::from(moment.year()),
        Function::Month => i32::from(moment.month()) - 1,
        Function::DayOfYear => i32::from(moment.day_of_year()) - 1,
        Function::DayOfMonth => i32::from(moment.day()) - 1,
        Function::DateOfMonth => i32::from(moment.day()),
        Function::DayOfWeek => i32::from(moment.weekday().to_sunday_zero_offset()),
        Function::Hours => i32::from(moment.hour()),
        Function::Minutes => i32::from(moment.minute()),
        Function::Seconds => i32::from(moment.second()),
        Function::Milliseconds => i32::from(moment.millisecond()),
        _ => return None,
    }))
}

/// A duration in whole units, as CEL has it.
#[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
pub(super) fn whole(function: Function, span: i64) -> Option<f64> {
    let unit = match function {
        Function::Hours => 3_600 * SECOND,
        Function::Minutes => 60 * SECOND,
        Function::Seconds => SECOND,
        Function::Milliseconds => return Some(((span / 1_000) % 1_000) as f64),
        _ => return None,
    };
    Some((span / unit) as f64)
}

/// Whole seconds, as `int(…)` has it.
#[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
pub(super) fn seconds(time: i64) -> f64 {
    time.div_euclid(SECOND) as f64
}

/// A time within the years that CEL and dates of deals know.
pub(super) fn bounded(time: i64) -> Option<i64> {
    let (first, last) = (day(Date::constant(1, 1, 1)), day(Date::constant(9999, 12, 31)));
    (first..last + DAY).contains(&time).then_some(time)
}
