//! Checks the people named in a deal: unknown addresses, members who had left, approvers who may be the owner.

use jiff::civil::Date;

use super::judgement::Moment;
use crate::deal::people::is_slip;
use crate::deal::{Deal, Record};
use crate::finding::wording::quote;
use crate::finding::{Code, FindingsBuilder};
use crate::source::Spanned;

pub(super) fn findings(deal: &Deal<'_>, moment: Moment<'_>, complaints: &mut FindingsBuilder) {
    let entries = deal.done().chain(deal.waivers()).filter_map(|entry| entry.record);
    if moment.people.is_listed() {
        unknown(deal, entries, moment, complaints);
    } else if let Some(owner) = deal.owner() {
        nearly_the_owner(owner, entries, complaints);
    }
}

/// Those whom dealgate.toml does not list, on the day that counts: the day of an entry; for whoever has a deal, and its
/// next step, today or the day on which it ended.
fn unknown<'d, 's: 'd>(
    deal: &'d Deal<'s>,
    entries: impl Iterator<Item = &'d Record<'s>>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    let mut tell = |key: &str, record: &Record<'_>, day: Option<Date>| {
        if let Some(Spanned { value, span }) = record.text(key)
            && let Some(finding) = moment.people.unknown(key, value, day)
        {
            complaints.add(span, finding);
        }
    };
    let ended = deal.outcome().map(|outcome| outcome.date.map(|date| date.value));
    let day = ended.unwrap_or(Some(moment.today));
    tell("owner", &deal.values, day);
    if let Some(step) = deal.values.record("next_step") {
        tell("by", step.value, day);
    }
    let dated = |record: &Record<'_>| record.date("date").map(|date| date.value);
    for entry in entries {
        tell("by", entry, dated(entry));
    }
    for entry in deal.history() {
        for key in ["owner", "by"] {
            tell(key, entry.value, dated(entry.value));
        }
    }
}

/// Whoever has approved or waived under an address that is the owner's but for a slip: nobody approves a deal of their own.
fn nearly_the_owner<'d, 's: 'd>(
    owner: &str,
    entries: impl Iterator<Item = &'d Record<'s>>,
    complaints: &mut FindingsBuilder,
) {
    for by in entries.filter_map(|entry| entry.text("by")).filter(|by| is_slip(owner, by.value)) {
        let message = format!("`by`: {} is the owner's address but for a slip", quote(by.value));
        let help = "correct the address that is wrong, or list both people under `[people]` in dealgate.toml";
        complaints.push(Code::SimilarPerson, by.span, message, Some(help.to_owned()));
    }
}
