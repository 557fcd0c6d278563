//! A task: somebody writes in `done` that it is done, and when. Approvals build on it.

use super::contract::{Case, Check, Demand, KindEntry, Unmet};
use crate::deal::Record;
use crate::deal::record::Statement;
use crate::deal::writing::provide;
use crate::finding::wording::quote;
use crate::finding::{Code, FindingsBuilder};
use crate::source::Spanned;
use crate::syntax::reader::{ExpectedValue, Key, Table};
use crate::syntax::scalar;

pub(super) const KIND: KindEntry = KindEntry {
    name: "task",
    marker: None,
    keys: &[Key::new(
        "evidence",
        "whether a link or a file of the workspace must prove it",
        ExpectedValue::Flag,
    )],
    read: |table, _, complaints| Some(Box::new(Task::read(table, complaints))),
};

/// Done is what `done` says is done.
#[derive(Debug)]
pub(super) struct Task {
    evidence: bool,
}

impl Task {
    pub(super) fn read(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Self {
        Self { evidence: table.boolean("evidence", complaints).is_some_and(|evidence| evidence.value) }
    }

    /// The entry that says it is done, or why none does.
    pub(super) fn entry<'c>(&self, case: &Case<'c>) -> Result<DoneEntry<'c>, Unmet> {
        let Some(statement) = case.deal.done_of(case.id) else {
            return Err(Unmet::missing("it is not in `done`").help(self.how(case)));
        };
        let Statement { record, span, .. } = statement;
        let dated = record.and_then(|record| Some((record, record.date("date")?)));
        let Some((record, date)) = dated else {
            let written = record.map_or(Some(span), |record| record.get("date").map(|date| date.span));
            if let Some(written) = written {
                return Err(Unmet::unreadable(written, "its date in `done` cannot be read"));
            }
            let help = format!("when it is done, {}", in_entry(case, "date", ""));
            return Err(Unmet::at(span, "its entry in `done` has no date").help(help));
        };
        if date.value > case.today {
            let reason = format!("{} is still to come", date.value);
            return Err(Unmet::fault(Code::DateInFuture, date.span, reason)
                .help("write the day it was done, once it is done"));
        }
        if self.evidence {
            Self::proved(record, statement.span, case)?;
        }
        Ok(DoneEntry { record, date, span })
    }

    /// That the evidence asked for is there: a link, or a file of the workspace.
    fn proved(record: &Record<'_>, entry: crate::source::Span, case: &Case<'_>) -> Result<(), Unmet> {
        let Some(evidence) = record.text("evidence").filter(|evidence| !evidence.value.trim().is_empty())
        else {
            return Err(Unmet::fault(Code::EvidenceMissing, entry, "its entry in `done` has no evidence")
                .help(
                    in_entry(case, "evidence", "https://…")
                        + ", a link or the path of a file of the workspace",
                ));
        };
        if scalar::url(evidence.value).is_ok() || (case.has_file)(evidence.value) {
            return Ok(());
        }
        let reason = format!(
            "the evidence {} is neither a link nor a file of the workspace that git would see",
            quote(evidence.value)
        );
        Err(Unmet::fault(Code::EvidenceMissing, evidence.span, reason).help(
            "write a link in full, starting with `https://`, or the path of a file from the workspace's root",
        ))
    }

    fn how(&self, case: &Case<'_>) -> String {
        let (id, today) = (case.id, case.today);
        let entry = if self.evidence {
            format!("{{date: {today}, evidence: https://…}}")
        } else {
            today.to_string()
        };
        format!("when it is done, {} `done`: `{id}: {entry}`", entry_verb(case))
    }
}

/// A key that stands in `done` without a value is there already, and would be there twice.
pub(super) fn entry_verb(case: &Case<'_>) -> &'static str {
    if case.deal.bare(&format!("done.{}", case.id)).is_some() { "write in" } else { "add under" }
}

/// What to write so that an entry of `done` says something more: a bare day becomes a record.
pub(super) fn in_entry(case: &Case<'_>, key: &str, example: &str) -> String {
    let record = case.deal.done_of(case.id).and_then(|entry| entry.record);
    match record.map(|record| (record.date("date"), record.0.as_slice())) {
        Some((Some(date), [_])) => {
            format!("write in `done`: `{}: {{date: {}, {key}: {example}}}`", case.id, date.value)
        }
        _ => provide(case.deal, &[&format!("done.{}.{key}", case.id)]),
    }
}

/// What `done` says of a requirement.
pub(super) struct DoneEntry<'c> {
    pub(super) record: &'c Record<'c>,
    pub(super) date: Spanned<jiff::civil::Date>,
    pub(super) span: crate::source::Span,
}

impl Demand for Task {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        match self.entry(case) {
            Ok(entry) => Check::Met(Some(entry.span)),
            Err(unmet) => Check::Unmet(unmet),
        }
    }

    fn needs_evidence(&self) -> bool {
        self.evidence
    }

    fn explain(&self) -> String {
        if self.evidence {
            "`done` has it with a date and evidence".to_owned()
        } else {
            "`done` has it with a date".to_owned()
        }
    }
}
