//! The fingerprints of a row's values, in its last cell: `name:754a8a53 amount:abd7dd44=EUR`.

use std::collections::BTreeMap;

use super::header::cell_name;
use crate::source::digest;

/// What a row keeps of a value: a print of what its cells said, and the currency of an amount, so that a sheet in which
/// nobody left the column of currencies still says which they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValueFingerprint {
    /// The value's dotted path.
    pub key: String,
    /// The print.
    pub print: String,
    /// The currency of an amount, nothing where it had none; `None` for any other value.
    pub currency: Option<String>,
}

/// What stands in place of a currency that is none.
const UNKNOWN: &str = "?";

/// What is read back of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ReadFingerprint<'c> {
    /// The print.
    pub print: &'c str,
    /// Whether it is that of an amount.
    pub is_amount: bool,
    /// The currency of an amount, empty where it had none; `None` where nobody knows it.
    pub currency: Option<&'c str>,
}

/// The key of the print of the deal's id, by which the prints of one deal are not taken for those of another.
const DEAL_PRINT: &str = "#";

/// The prints of a row as its cell has them.
pub(crate) fn prints_cell(deal: &str, prints: &[ValueFingerprint]) -> String {
    let pair = |ValueFingerprint { key, print, currency }: &ValueFingerprint| match currency.as_deref() {
        None => format!("{key}:{print}"),
        Some(code) if code.bytes().all(|byte| byte.is_ascii_uppercase()) => format!("{key}:{print}={code}"),
        Some(_) => format!("{key}:{print}={UNKNOWN}"),
    };
    let own = format!("{DEAL_PRINT}:{}", deal_print(deal));
    std::iter::once(own).chain(prints.iter().map(pair)).collect::<Vec<_>>().join(" ")
}

/// A short print of a deal's id, as cells give it back.
fn deal_print(deal: &str) -> String {
    digest::short(cell_name(deal).as_bytes(), 4)
}

/// Whether prints are those of a deal; nobody says so where there is none of an id.
pub(super) fn are_of(prints: &BTreeMap<&str, ReadFingerprint<'_>>, deal: &str) -> bool {
    prints.get(DEAL_PRINT).is_none_or(|it| it.print == deal_print(deal))
}

/// The same read back, by the values' dotted paths.
pub(super) fn prints_of(cell: &str) -> BTreeMap<&str, ReadFingerprint<'_>> {
    cell.split_whitespace().filter_map(read).collect()
}

fn read(pair: &str) -> Option<(&str, ReadFingerprint<'_>)> {
    let (key, rest) = pair.rsplit_once(':')?;
    let (print, currency) = match rest.split_once('=') {
        Some((print, code)) => (print, Some(code)),
        None => (rest, None),
    };
    let known = currency.filter(|code| *code != UNKNOWN);
    Some((key, ReadFingerprint { print, is_amount: currency.is_some(), currency: known }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let of = |key: &str, currency: Option<&str>| ValueFingerprint {
            key: key.to_owned(),
            print: "1a2b".to_owned(),
            currency: currency.map(str::to_owned),
        };
        let cell = prints_cell(
            "acme/a",
            &[of("name", None), of("amount", Some("EUR")), of("a.b", Some("")), of("c", Some("E R"))],
        );
        let found = prints_of(&cell);
        let currencies: Vec<_> = ["name", "amount", "a.b", "c"].map(|key| found[key].currency).into();
        assert_eq!(currencies, [None, Some("EUR"), Some(""), None], "{cell}");
        assert!(["name", "c"].iter().all(|key| found[key].print == "1a2b"));
        assert!(are_of(&found, "acme/a") && !are_of(&found, "acme/b"));
    }
}
