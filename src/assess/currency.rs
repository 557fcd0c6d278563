//! The currency of figures, where the settings name none: rates, reports, comparisons and exports all ask here.

use iso_currency::Currency;

use super::deal::assigned;
use super::workspace::{Selection, Workspace};
use crate::deal::reader::{DealReadContext, read_value};
use crate::deal::{Shape, Type, Value};
use crate::finding::{Code, Finding, FindingsBuilder, Subject};
use crate::syntax::{Node, yaml};
use crate::workspace::Assigned;

/// The currencies of some things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Currencies {
    #[default]
    None,
    One(Currency),
    Many,
}

impl Currencies {
    fn add(&mut self, currency: Option<Currency>) {
        *self = match (*self, currency) {
            (found, None) => found,
            (Self::None, Some(currency)) => Self::One(currency),
            (Self::One(known), Some(currency)) if known == currency => *self,
            _ => Self::Many,
        };
    }

    fn only(self) -> Option<Currency> {
        match self {
            Self::One(currency) => Some(currency),
            _ => None,
        }
    }
}

impl Workspace<'_> {
    /// The currency of figures: the one that is set, else that of the workflows that have deals, when they agree, else that
    /// of all amounts, when there is but one. Where no deal says any, that of the workflows there are.
    pub fn currency(&self) -> Option<Currency> {
        *self.figures_in.get_or_init(|| self.currency_of(&|_| true))
    }

    /// The same of those workflows that are meant, by their full names.
    pub fn currency_of(&self, is_meant: &dyn Fn(&str) -> bool) -> Option<Currency> {
        if self.config.currency.is_some() {
            return self.config.currency;
        }
        let files = self.deal_files(&Selection::Everything).files;
        self.currency_among(files.iter().filter_map(|path| self.currencies_of(path, is_meant)), is_meant)
    }

    /// The same where every deal was read already: the currencies of its workflow and of its amount.
    pub fn currency_of_deals(
        &self,
        deals: impl Iterator<Item = (Option<Currency>, Option<Currency>)>,
    ) -> Option<Currency> {
        let found = || self.config.currency.or_else(|| self.currency_among(deals, &|_| true));
        *self.figures_in.get_or_init(found)
    }

    fn currency_among(
        &self,
        deals: impl Iterator<Item = (Option<Currency>, Option<Currency>)>,
        is_meant: &dyn Fn(&str) -> bool,
    ) -> Option<Currency> {
        let mut there = Currencies::default();
        for name in self.library.own_names().filter(|name| is_meant(name)) {
            there.add(self.library.get(name).flatten().and_then(|workflow| workflow.currency));
        }
        let (mut followed, mut amounts) = (Currencies::default(), Currencies::default());
        for (workflow, amount) in deals {
            followed.add(workflow);
            amounts.add(amount);
            // What the other deals say makes no difference any more.
            let agreed = followed != Currencies::None && followed == there;
            if agreed && followed != Currencies::Many
                || followed == Currencies::Many && amounts == Currencies::Many
            {
                break;
            }
        }
        let of_deals = followed.only().or_else(|| amounts.only());
        of_deals
            .or_else(|| there.only().filter(|_| followed == Currencies::None && amounts == Currencies::None))
    }

    /// The currencies of a deal's workflow and amount; `None` where the workflow is not meant, or cannot be told.
    fn currencies_of(
        &self,
        path: &str,
        is_meant: &dyn Fn(&str) -> bool,
    ) -> Option<(Option<Currency>, Option<Currency>)> {
        let file = self.snapshot.read(path, self.config.limits.file_size).ok()?;
        let root = yaml::parse(file.text()).root?;
        let name = match assigned(self, &self.deal_id(path), Some(&root)) {
            Assigned::To(name) | Assigned::Assumed(name) => name,
            Assigned::Unknown(..) | Assigned::UnknownInConfig => return None,
        };
        let workflow = self.library.get(name).flatten().filter(|_| is_meant(name))?;
        let reading =
            DealReadContext { schema: &workflow.schema, rates: &self.config.rates, today: self.today };
        Some((workflow.currency, root.get("amount").and_then(|amount| currency_of_amount(amount, reading))))
    }

    /// Gives the rates of a workspace that sets no currency that of its figures, or tells that they have none.
    pub(super) fn settle_rates(&mut self) {
        let Some(span) = self.config.rates_without_currency else { return };
        self.config.rates.base = self.currency();
        if self.config.rates.base.is_none() {
            let message = "nothing says in which currency the rates are";
            let help = "set `currency` in dealgate.toml, such as `currency = \"EUR\"`: rates say what one unit buys in it";
            let finding = Finding::new(Code::MissingCurrency, message).help(help);
            self.config.findings.extend(self.config.file.as_ref().map(|file| finding.at(file, span)));
        }
    }
}

fn currency_of_amount(amount: &Node<'_>, reading: DealReadContext<'_>) -> Option<Currency> {
    // What cannot be read is told when the deal is judged.
    let mut complaints = FindingsBuilder::about(Vec::new(), Subject::default());
    match read_value(amount.clone(), &Shape::of(Type::Money), "amount", reading, &mut complaints)?.value {
        Value::Money(money) => money.currency,
        _ => None,
    }
}
