//! What is written into a deal when work on it is done: the changes behind `done`, `approve`, `waive` and `move`, and
//! behind the actions of an editor.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::edit::{Change, NewValue, Path};
use crate::syntax::{Node, scalar};
use crate::workflow::{Requirement, Workflow};

/// What goes with an entry of `done`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EntryDetails<'a> {
    /// What proves it.
    pub evidence: Option<&'a str>,
    /// A note to it.
    pub note: Option<&'a str>,
}

/// The day on which a deal says that a task was done, if that is not still to come on a day.
pub(crate) fn done_on(id: &str, root: Option<&Node<'_>>, today: Date) -> Option<Date> {
    let there = root?.get("done")?.get(id)?;
    let dated = there.get("date").unwrap_or(there).as_scalar()?;
    scalar::date(&dated.text).ok().filter(|day| *day <= today)
}

/// What makes the entry of a task say that it was done: today, or on a day that was given. What is there already and is
/// not given anew stays: who adds the evidence later does not do the work a second time. Where all is there, nothing.
pub(crate) fn tick(
    id: &str,
    root: Option<&Node<'_>>,
    (date, is_given): (Date, bool),
    details: EntryDetails<'_>,
) -> Vec<Change> {
    let there = root.and_then(|root| root.get("done")?.get(id));
    let known = done_on(id, root, date);
    let day = known.filter(|_| !is_given).unwrap_or(date);
    if known == Some(day) && details == EntryDetails::default() {
        return Vec::new();
    }
    let is_more = details.evidence.is_some() || details.note.is_some();
    let day = NewValue::Plain(day.to_string());
    let parts =
        [("date", Some(day.clone())), ("evidence", text(details.evidence)), ("note", text(details.note))];
    if there.is_some_and(|there| there.as_map().is_some_and(|entries| !entries.is_empty())) {
        let given = parts.into_iter().filter_map(|(key, value)| Some((key, value?)));
        return given.map(|(key, value)| Change::Set(Path::keys(["done", id, key]), value)).collect();
    }
    let entry = if is_more { NewValue::record(parts) } else { day };
    vec![Change::Set(Path::keys(["done", id]), entry)]
}

/// The entry of an approval, with what it covers as the deal has it now, so that a later change of that is seen. What
/// proves an earlier one and is noted of it stays, unless it is given anew.
pub(crate) fn approval(
    requirement: &Requirement,
    root: Option<&Node<'_>>,
    by: &str,
    date: Date,
    details: EntryDetails<'_>,
) -> Change {
    let there = root.and_then(|root| root.get("done")?.get(&requirement.id));
    let known = |key| there?.get(key).filter(|value| !value.is_absent()).map(NewValue::from);
    let entry = NewValue::record([
        ("date", Some(NewValue::Plain(date.to_string()))),
        ("by", text(Some(by))),
        ("evidence", text(details.evidence).or_else(|| known("evidence"))),
        ("of", covered(requirement, root)),
        ("note", text(details.note).or_else(|| known("note"))),
    ]);
    Change::Set(Path::keys(["done", &requirement.id]), entry)
}

/// What an approval covers, as the deal has it; `None`: it covers nothing, or nothing of it is there.
pub(crate) fn covered(requirement: &Requirement, root: Option<&Node<'_>>) -> Option<NewValue> {
    let covered = requirement.demand.covers().iter().filter_map(|name| {
        let value = root?.get(name).filter(|value| !value.is_absent())?;
        Some((name.clone(), NewValue::from(value)))
    });
    let covered: Vec<_> = covered.collect();
    (!covered.is_empty()).then_some(NewValue::Record(covered))
}

/// A waiver from a day until another.
pub(crate) fn waiver(id: &str, reason: &str, by: &str, (date, until): (Date, Date)) -> Change {
    let entry = NewValue::record([
        ("reason", text(Some(reason))),
        ("by", text(Some(by))),
        ("date", Some(NewValue::Plain(date.to_string()))),
        ("until", Some(NewValue::Plain(until.to_string()))),
    ]);
    Change::Set(Path::keys(["waivers", id]), entry)
}

/// The last day on which a waiver of a day may count; `None`: the workflow does not say.
pub(crate) fn longest_waiver(workflow: &Workflow, date: Date) -> Option<Date> {
    let days = i64::try_from(workflow.waivers.max_days?).ok()?;
    date.checked_add(days.days()).ok()
}

/// Another stage.
pub(crate) fn stage(id: &str) -> Change {
    Change::Set(Path::keys(["stage"]), NewValue::Text(id.to_owned()))
}

/// An entry of the deal's own `history`.
pub(crate) fn history_entry<'k>(
    date: Date,
    what: impl IntoIterator<Item = (&'k str, String)>,
    reason: Option<&str>,
) -> Change {
    let mut entry = vec![("date".to_owned(), NewValue::Plain(date.to_string()))];
    entry.extend(what.into_iter().map(|(key, value)| (key.to_owned(), NewValue::Text(value))));
    entry.extend(reason.map(|reason| ("reason".to_owned(), NewValue::Text(reason.to_owned()))));
    Change::Append(Path::keys(["history"]), NewValue::Record(entry))
}

/// An entry of the deal's own `history` for what becomes of it: where it keeps one, where no repository remembers, or where
/// a reason is to be remembered.
pub(crate) fn remembered<'k>(
    keeps_history: bool,
    has_repository: impl FnOnce() -> bool,
    date: Date,
    what: impl IntoIterator<Item = (&'k str, String)>,
    reason: Option<&str>,
) -> Option<Change> {
    let is_needed = keeps_history || reason.is_some() || !has_repository();
    is_needed.then(|| history_entry(date, what, reason))
}

/// Whether a deal keeps a `history` of its own.
pub(crate) fn keeps_history(root: &Node<'_>) -> bool {
    root.get("history").is_some_and(|history| history.as_list().is_some())
}

/// The order of the keys of a workflow's deals.
pub(crate) fn key_order(workflow: &Workflow) -> Vec<&str> {
    workflow.schema.fields.iter().map(|field| field.name.as_ref()).collect()
}

fn text(text: Option<&str>) -> Option<NewValue> {
    text.map(|text| NewValue::Text(text.to_owned()))
}
