//! What every figure of a report is made against: the day, the currency, the window; and links to files.

use std::fmt::Write as _;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;

use super::making::level_of;
use super::model::{Finding, Money, Source};
use crate::assess::Workspace;
use crate::deal;
use crate::deal::Period;
use crate::deal::rates::{BEYOND, Rates};
use crate::finding;
use crate::source::{Place, SourceFile, Span};

/// The moment, currency and window of a report.
pub(super) struct Frame<'a> {
    /// The day it is.
    pub today: Date,
    /// The currency of the figures.
    pub currency: Option<Currency>,
    /// The workspace's rates.
    pub rates: &'a Rates,
    /// The window.
    pub window: &'a Period,
    /// `[report] source-url`.
    pub source_url: Option<&'a str>,
    /// The revision that was read.
    pub revision: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// The frame of a workspace's report.
    pub(super) fn of(
        workspace: &'a Workspace<'_>,
        currency: Option<Currency>,
        window: &'a Period,
        revision: Option<&'a str>,
    ) -> Self {
        Self {
            today: workspace.today,
            currency,
            rates: &workspace.config.rates,
            window,
            source_url: workspace.config.reporting.source_url.as_deref(),
            revision,
        }
    }

    /// What an amount is in the report's currency at the rate of a day, or why that is not known.
    pub(super) fn price(&self, amount: Option<deal::Money>, day: Date) -> Result<Money, String> {
        let amount = amount.ok_or("it has no amount")?;
        let from = amount.currency.ok_or("its amount has no currency")?;
        let to = self.currency.ok_or("the report has no currency")?;
        if amount.amount.abs() >= BEYOND {
            return Err("its amount is too large to be summed up".to_owned());
        }
        match self.rates.convert(amount, to, day) {
            Some(value) if value.abs() < BEYOND => Ok(Money::new(value, to)),
            Some(_) => Err("its amount is too large to be summed up".to_owned()),
            None => Err(format!("there is no rate from {} to {} on {day}", from.code(), to.code())),
        }
    }

    /// A place in a file of the workspace.
    pub(super) fn source(&self, file: &Arc<SourceFile>, span: Span) -> Source {
        let line = file.position(span.start).line;
        Source { path: file.path().to_string(), line, url: self.address(file.path(), line) }
    }

    /// The same of a place; `None` when it is in a workflow that comes with the program.
    pub(super) fn place(&self, place: Option<&Place>) -> Option<Source> {
        let place = place?;
        let built_in = place.file.path().starts_with(crate::workflow::builtin::PREFIX);
        (!built_in).then(|| self.source(&place.file, place.span))
    }

    /// A finding, as the model has it.
    pub(super) fn finding(&self, finding: &finding::Finding) -> Finding {
        let subject = &finding.subject;
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Finding {
            code: finding.code.name().to_owned(),
            level: level_of(finding.level.unwrap_or(finding::Level::Error)),
            message: finding.message.clone(),
            help: finding.help.clone(),
            url: finding.url.clone(),
            file: self.place(finding.place.as_ref()),
            deal: text(&subject.deal),
            company: text(&subject.workflow),
            stage: text(&subject.stage),
            requirement: text(&subject.requirement),
        }
    }

    /// The address of a line, by `[report] source-url`.
    pub(super) fn address(&self, path: &str, line: usize) -> Option<String> {
        let template =
            self.source_url.filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
        if template.contains("{revision}") && self.revision.is_none() {
            return None;
        }
        let address = template
            .replace("{revision}", &encoded(self.revision.unwrap_or_default()))
            .replace("{line}", &line.to_string());
        // The path last: it may itself hold braces.
        Some(address.replace("{path}", &encoded(path)))
    }
}

/// A path as it stands in an address.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A name for links that is the same for the same id and differs for different ones.
pub(super) fn anchor(kind: &str, id: &str) -> String {
    let mut out = format!("{kind}-");
    for byte in id.bytes() {
        match byte {
            b'/' => out.push('.'),
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "_{byte:02x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn frame<'a>(rates: &'a Rates, window: &'a Period) -> Frame<'a> {
        Frame {
            today: date(2026, 4, 30),
            currency: Some(Currency::EUR),
            rates,
            window,
            source_url: Some("https://git.example/blob/{revision}/{path}#L{line}"),
            revision: Some("abc"),
        }
    }

    #[test]
    fn addresses_and_anchors_hold_only_harmless_characters() {
        let (rates, window) = (
            Rates::default(),
            Period::quarter(date(2026, 4, 30), crate::deal::fiscal::FiscalYear::default()),
        );
        let mut frame = frame(&rates, &window);
        let address = frame.address("deals/a b\"><{line}.yaml", 3).unwrap();
        assert_eq!(address, "https://git.example/blob/abc/deals/a%20b%22%3E%3C%7Bline%7D.yaml#L3");
        frame.revision = None;
        assert_eq!(frame.address("a", 1), None, "a link to no revision would lead nowhere");
        frame.source_url = Some("javascript:{path}");
        assert_eq!(frame.address("a", 1), None);
        assert_eq!(anchor("deal", "acme/roll out"), "deal-acme.roll_20out");
        assert_ne!(anchor("deal", "a/b"), anchor("deal", "a.b"));
    }

    #[test]
    fn what_cannot_be_converted_is_not_priced() {
        let (rates, window) = (
            Rates::default(),
            Period::quarter(date(2026, 4, 30), crate::deal::fiscal::FiscalYear::default()),
        );
        let frame = frame(&rates, &window);
        let money = |amount: &str, currency| deal::Money { amount: amount.parse().unwrap(), currency };
        let price = |money| frame.price(money, frame.today).map(|money| money.to_string());
        assert_eq!(price(Some(money("5", Some(Currency::EUR)))).unwrap(), "5 EUR");
        assert_eq!(price(None).unwrap_err(), "it has no amount");
        let dollars = price(Some(money("5", Some(Currency::USD)))).unwrap_err();
        assert_eq!(dollars, "there is no rate from USD to EUR on 2026-04-30");
        assert!(price(Some(money("1000000000000000", Some(Currency::EUR)))).is_err());
    }
}
