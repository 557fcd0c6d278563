//! Settings that a workflow and dealgate.toml have in common: currency, fiscal year, targets.

use std::collections::BTreeMap;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::keys;
use crate::deal::currency;
use crate::deal::fiscal::{FiscalYear, Quarter};
use crate::finding::wording::quote;
use crate::finding::{Code, FindingsBuilder};
use crate::syntax::reader::{Table, misfits, wrong_type};
use crate::syntax::{Kind, Node};

/// Reads `currency`.
pub(crate) fn read_currency(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Option<Currency> {
    let code = table.text("currency", complaints)?;
    match currency::currency(code.value) {
        Ok(currency) => Some(currency),
        Err(misfit) => {
            misfits(code.span, "currency", code.value, misfit, complaints);
            None
        }
    }
}

/// Reads `fiscal-year`.
pub(crate) fn read_fiscal_year(
    table: &Table<'_, '_>,
    complaints: &mut FindingsBuilder,
) -> Option<FiscalYear> {
    let table = Table::open(table.get("fiscal-year")?, "`fiscal-year`", keys::FISCAL_YEAR, complaints)?;
    let mut year = FiscalYear::default();
    if let Some(starts) = table.text("starts", complaints) {
        let parts = starts
            .value
            .split_once('-')
            .and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
        if let Some((month @ 1..=12, day @ 1..=28)) = parts {
            (year.month, year.day) = (month, day);
        } else {
            let message = format!("`starts`: {} is not a month and day", quote(starts.value));
            let help = "write them as `02-01`; the day may be 1 to 28".to_owned();
            complaints.push(Code::WrongType, starts.span, message, Some(help));
        }
    }
    let named = table.choice("named-by", &["start", "end"], complaints);
    year.named_by_end = named.is_some_and(|named| named.value == "end");
    Some(year)
}

/// Reads `targets`: amounts in the file's own currency by fiscal quarter.
pub(crate) fn read_targets(
    table: &Table<'_, '_>,
    currency: Option<Currency>,
    complaints: &mut FindingsBuilder,
) -> BTreeMap<Quarter, Decimal> {
    let mut targets = BTreeMap::new();
    let Some(table) = table.get("targets").and_then(|node| Table::free(node, "targets", complaints)) else {
        return targets;
    };
    for entry in table.entries() {
        let Some(quarter) = Quarter::parse(&entry.key.value) else {
            let message = format!("{} is not a fiscal quarter", quote(&entry.key.value));
            complaints.push(
                Code::UnknownKey,
                entry.key.span,
                message,
                Some("write it as `FY27-Q1`".to_owned()),
            );
            continue;
        };
        targets.extend(
            read_amount(&entry.value, &entry.key.value, currency, complaints).map(|amount| (quarter, amount)),
        );
    }
    targets
}

fn read_amount(
    node: &Node<'_>,
    what: &str,
    own: Option<Currency>,
    complaints: &mut FindingsBuilder,
) -> Option<Decimal> {
    let Kind::Scalar(scalar) = &node.kind else {
        wrong_type(node, what, "an amount", complaints);
        return None;
    };
    let money = match currency::parse(&scalar.digits(), own) {
        Ok(money) => money,
        Err(misfit) => {
            misfits(node.span, what, &scalar.text, misfit, complaints);
            return None;
        }
    };
    if money.currency != own {
        let (message, help) = match own {
            Some(_) => {
                (format!("`{what}` is in another currency than the file's own"), "write the bare number")
            }
            None => (
                format!("`{what}` names a currency, and the file has none"),
                "set `currency`, and write the bare number",
            ),
        };
        complaints.push(Code::NotAllowed, node.span, message, Some(help.to_owned()));
    }
    if money.amount < Decimal::ZERO {
        complaints.push(
            Code::OutOfRange,
            node.span,
            format!("`{what}` must not be below 0"),
            Some("write 0 or more".to_owned()),
        );
    }
    Some(money.amount)
}
