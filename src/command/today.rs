//! Which day it is: the one place that reads the clock. Everywhere else today is an argument.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::Error;
use crate::workspace::Config;

/// The day of `--today`, else of `SOURCE_DATE_EPOCH`, else of the settings, else of the clock in their time zone.
pub fn today(flag: Option<Date>, settings: &Config) -> Result<Date, Error> {
    let epoch = std::env::var_os("SOURCE_DATE_EPOCH").map(|text| text.to_string_lossy().into_owned());
    choose(flag, epoch.as_deref(), clock, settings)
}

/// How long it is the day that the clock shows; `None`: for ever, where something else says which day it is.
pub(super) fn day_left(flag: Option<Date>, settings: &Config) -> Option<Duration> {
    let epoch = std::env::var_os("SOURCE_DATE_EPOCH").is_some_and(|text| !text.is_empty());
    if flag.is_some() || epoch || settings.today.is_some() {
        return None;
    }
    until_midnight(clock(), settings)
}

fn until_midnight(now: Timestamp, settings: &Config) -> Option<Duration> {
    let tomorrow = settings.timezone.to_datetime(now).date().tomorrow().ok()?;
    let midnight = tomorrow.to_zoned(settings.timezone.clone()).ok()?.timestamp();
    Duration::try_from(now.duration_until(midnight)).ok()
}

fn choose(
    flag: Option<Date>,
    epoch: Option<&str>,
    clock: fn() -> Timestamp,
    settings: &Config,
) -> Result<Date, Error> {
    if let Some(day) = flag {
        return Ok(day);
    }
    // A variable that a script sets to nothing is one that it did not mean to set.
    let moment = match (epoch.map(str::trim).filter(|text| !text.is_empty()), settings.today) {
        (None, Some(day)) => return Ok(day),
        (None, None) => clock(),
        (Some(text), _) => text
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or_else(|| Error::Epoch { text: text.to_owned() })?,
    };
    Ok(settings.timezone.to_datetime(moment).date())
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn clock() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-23T23:30:00Z".parse().unwrap()
    }

    #[test]
    fn the_flag_goes_before_the_variable_and_that_before_the_clock() {
        let day = |flag, epoch| choose(flag, epoch, noon, &Config::default()).ok();
        assert_eq!(day(Some(date(2020, 1, 2)), Some("0")), Some(date(2020, 1, 2)));
        assert_eq!(day(None, Some("86400")), Some(date(1970, 1, 2)));
        assert_eq!(day(None, Some("")), Some(date(2026, 11, 23)));
        assert_eq!(day(None, None), Some(date(2026, 11, 23)));
        assert_eq!(day(None, Some("tomorrow")), None);
        assert_eq!(day(None, Some("99999999999999999")), None);
        let pinned = Config { today: Some(date(2020, 1, 2)), ..Config::default() };
        let day = |flag, epoch| choose(flag, epoch, noon, &pinned).ok();
        assert_eq!(day(None, None), Some(date(2020, 1, 2)), "that of the settings goes before the clock");
        assert_eq!(day(None, Some("86400")), Some(date(1970, 1, 2)));
        assert_eq!(day(Some(date(2021, 1, 2)), None), Some(date(2021, 1, 2)));
    }

    #[test]
    fn a_day_ends_at_midnight_in_the_time_zone() {
        let left = |zone| {
            let timezone = TimeZone::get(zone).unwrap();
            until_midnight(noon(), &Config { timezone, ..Config::default() })
        };
        assert_eq!(left("UTC"), Some(Duration::from_mins(30)));
        assert_eq!(left("Europe/Berlin"), Some(Duration::from_mins(23 * 60 + 30)));
    }

    #[test]
    fn the_day_is_the_one_of_the_time_zone() {
        let timezone = TimeZone::get("Europe/Berlin").unwrap();
        let berlin = Config { timezone, ..Config::default() };
        assert_eq!(choose(None, None, noon, &berlin).unwrap(), date(2026, 11, 24));
    }
}
