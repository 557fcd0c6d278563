//! The context of a report's figures: the day, the currency, the window, and links to files.

use std::fmt::Write as _;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::model::{FindingView, MoneyUnit, MoneyView, SourceView};
use crate::assess::Workspace;
use crate::deal;
use crate::deal::pricing::Unpriced;
use crate::deal::rates::Rates;
use crate::deal::{People, Period};
use crate::finding;
use crate::source::{Place, SourceFile, Span};

/// The moment, currency and window of a report.
pub(super) struct ReportContext<'a> {
    /// The day it is.
    pub today: Date,
    /// The currency of the figures.
    pub currency: Option<Currency>,
    /// Whether amounts are shown with their minor unit.
    pub cents: bool,
    /// The workspace's rates.
    pub rates: &'a Rates,
    /// Who is who.
    pub people: &'a People,
    /// The window.
    pub window: &'a Period,
    /// `[report] source-url`.
    pub source_url: Option<&'a str>,
    /// The revision that was read.
    pub revision: Option<&'a str>,
}

impl<'a> ReportContext<'a> {
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
            cents: workspace.config.reporting.cents,
            rates: &workspace.config.rates,
            people: &workspace.config.people,
            window,
            source_url: workspace.config.reporting.source_url.as_deref(),
            revision,
        }
    }

    /// What figures are counted in, and how they are shown.
    pub(super) fn unit(&self) -> Option<MoneyUnit> {
        self.unit_of(self.currency)
    }

    /// The same of amounts in another currency.
    pub(super) fn unit_of(&self, currency: Option<Currency>) -> Option<MoneyUnit> {
        currency.map(|currency| MoneyUnit { currency, cents: self.cents })
    }

    /// What the row of an owner is called.
    pub(super) fn owner_name(&self, owner: Option<&str>) -> String {
        let called = |owner| self.people.name(owner).unwrap_or(owner).to_owned();
        owner.map_or_else(|| "No owner".to_owned(), called)
    }

    /// What an amount is worth in the report's currency on a day, or why that is not known.
    pub(super) fn price(&self, amount: Option<deal::Money>, day: Date) -> Result<MoneyView, Unpriced> {
        let worth = self.rates.price(amount, self.currency, day)?;
        Ok(MoneyView::new(worth, self.unit().ok_or(Unpriced::NoTarget)?))
    }

    /// What it weighs; `None` where it has no price, or nobody knows how likely it is to come.
    pub(super) fn weighted(
        &self,
        amount: Option<deal::Money>,
        probability: Option<Decimal>,
        day: Date,
    ) -> Option<MoneyView> {
        Some(MoneyView::new(self.rates.weighted(amount, probability, self.currency, day)?, self.unit()?))
    }

    /// A place in a file of the workspace.
    pub(super) fn source(&self, file: &Arc<SourceFile>, span: Span) -> SourceView {
        let line = file.position(span.start).line;
        SourceView { path: file.path().to_string(), line, url: self.address(file.path(), line) }
    }

    /// The same of a place; `None` when it is in a workflow that comes with the program.
    pub(super) fn place(&self, place: Option<&Place>) -> Option<SourceView> {
        let place = place?;
        let built_in = place.file.path().starts_with(crate::workflow::builtin::PREFIX);
        (!built_in).then(|| self.source(&place.file, place.span))
    }

    /// A finding, as the model has it.
    pub(super) fn finding(&self, finding: &finding::Finding) -> FindingView {
        let subject = &finding.subject;
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        FindingView {
            code: finding.code.name().to_owned(),
            level: finding.level.unwrap_or(finding::Level::Error),
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

/// Where a deal's page is in a site: the parts of its path. A folder that is called like a page gets a `_` more, so
/// that both have room.
pub(crate) fn page_of_deal(id: &str, kind: &str) -> String {
    let (folders, name) = id.rsplit_once('/').map_or((None, id), |(folders, name)| (Some(folders), name));
    let like_a_page = |folder: &str| {
        let plain = folder.trim_end_matches('_').to_lowercase();
        plain.strip_suffix(kind).is_some_and(|stem| stem.ends_with('.'))
    };
    let apart = |folder: &str| if like_a_page(folder) { format!("{folder}_/") } else { format!("{folder}/") };
    let folders: String = folders.into_iter().flat_map(|folders| folders.split('/')).map(apart).collect();
    format!("{folders}{name}.{kind}")
}

/// A path as it stands in an address.
pub(super) fn encoded(path: &str) -> String {
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

    fn context<'a>(rates: &'a Rates, people: &'a People, window: &'a Period) -> ReportContext<'a> {
        ReportContext {
            today: date(2026, 4, 30),
            currency: Some(Currency::EUR),
            cents: false,
            rates,
            people,
            window,
            source_url: Some("https://git.example/blob/{revision}/{path}#L{line}"),
            revision: Some("abc"),
        }
    }

    #[test]
    fn addresses_and_anchors_hold_only_harmless_characters() {
        let (rates, people, window) = (
            Rates::default(),
            People::default(),
            Period::quarter(date(2026, 4, 30), crate::deal::fiscal::FiscalYear::default()),
        );
        let mut context = context(&rates, &people, &window);
        let address = context.address("deals/a b\"><{line}.yaml", 3).unwrap();
        assert_eq!(address, "https://git.example/blob/abc/deals/a%20b%22%3E%3C%7Bline%7D.yaml#L3");
        context.revision = None;
        assert_eq!(context.address("a", 1), None, "a link to no revision would lead nowhere");
        context.source_url = Some("javascript:{path}");
        assert_eq!(context.address("a", 1), None);
        assert_eq!(anchor("deal", "acme/roll out"), "deal-acme.roll_20out");
        assert_ne!(anchor("deal", "a/b"), anchor("deal", "a.b"));
    }
}
