//! An approval: a task done by somebody other than the deal's owner, who may have to belong to a group.

use jiff::civil::Date;

use super::contract::{Case, Check, Demand, KindEntry, RequirementContext, Unmet};
use super::task::{DoneEntry, Task, entry_verb, in_entry};
use crate::deal::Value;
use crate::deal::writing::provide;
use crate::finding::wording::{WordList, quote, suggest};
use crate::finding::{Code, FindingsBuilder};
use crate::history::{ApprovalProof, Origin};
use crate::syntax::reader::{ExpectedValue, Key, Table};

pub(super) const KIND: KindEntry = KindEntry {
    name: "approval",
    marker: Some("approval"),
    keys: &[
        Key::new("approval", "`anyone`, or the group that approves", ExpectedValue::Text),
        Key::new(
            "covers",
            "the keys whose change makes the approval void",
            ExpectedValue::List(&ExpectedValue::Text),
        ),
        Key::new("evidence", "whether a link or a file of the workspace must prove it", ExpectedValue::Flag),
    ],
    read: |table, setting, complaints| Approval::read(table, setting, complaints).map(|it| Box::new(it) as _),
};

/// The word that lets everybody but the owner approve.
const ANYONE: &str = "anyone";

#[derive(Debug)]
struct Approval {
    task: Task,
    /// `None`: anyone but the owner.
    group: Option<String>,
    covers: Vec<String>,
}

impl Approval {
    fn read(
        table: &Table<'_, '_>,
        setting: &RequirementContext<'_>,
        complaints: &mut FindingsBuilder,
    ) -> Option<Self> {
        let task = Task::read(table, complaints);
        let who = table.text("approval", complaints)?;
        if who.value != ANYONE && !setting.groups.contains_key(who.value) {
            let known = setting.groups.keys().map(String::as_str).chain([ANYONE]);
            complaints.push(
                Code::UnknownGroup,
                who.span,
                format!("there is no group {}", quote(who.value)),
                suggest(who.value, known),
            );
        }
        let mut covers = Vec::new();
        for name in table.texts("covers", complaints).unwrap_or_default() {
            if setting.schema.field(name.value).is_none() {
                let known = setting.schema.fields.iter().map(|field| field.name.as_ref());
                let message = format!("a deal has no field {}", quote(name.value));
                complaints.push(Code::UnknownField, name.span, message, suggest(name.value, known));
            }
            covers.push(name.value.to_owned());
        }
        Some(Self { task, group: (who.value != ANYONE).then(|| who.value.to_owned()), covers })
    }

    fn approved(&self, case: &Case<'_>) -> Result<crate::source::Span, Unmet> {
        let entry = self.task.entry(case).map_err(|unmet| match unmet.help {
            Some(_) if unmet.span.is_none() => Unmet { help: Some(self.how(case)), ..unmet },
            _ => unmet,
        })?;
        let Some(by) = entry.record.text("by") else {
            if let Some(by) = entry.record.get("by").filter(|by| by.value == Value::Unreadable) {
                return Err(Unmet::unreadable(by.span, "who approved it cannot be read"));
            }
            let reason = "nobody is named as having approved it";
            let help = format!("when {} has approved it, {}", self.who(), in_entry(case, "by", "…"));
            return Err(Unmet::at(entry.span, reason).help(help));
        };
        let Some(owner) = case.deal.owner() else {
            if let Some(owner) = case.deal.values.get("owner").filter(|owner| owner.value.is_unreadable()) {
                return Err(Unmet::unreadable(owner.span, "the deal's `owner` cannot be read"));
            }
            let reason = "the deal has no `owner`, so nobody can tell whether its owner approved it";
            return Err(Unmet::at(entry.span, reason).help(provide(case.deal, &["owner"])));
        };
        if let Some(owns) = owns(by.value, owner, case) {
            let reason = format!("{owns}, and nobody approves a deal of their own");
            let help = format!("let {} approve it and write their address after `by:`", self.who());
            return Err(Unmet::fault(Code::ApprovalByOwner, by.span, reason).help(help));
        }
        let days = days_given(entry.date.value, case.origin, case.proof);
        let group = |name: &str| case.groups.get(name);
        let is_outside = |name: &str, day| !group(name).is_some_and(|it| it.has(case.people, by.value, day));
        if let Some(name) = &self.group
            && let Some(day) = days.into_iter().find(|day| is_outside(name, *day))
        {
            let reason = format!("{} was not in the group `{name}` on {day}", by.value);
            let members: Vec<_> =
                group(name).into_iter().flat_map(|group| group.members_on(day)).take(5).collect();
            let help = if members.is_empty() {
                format!("nobody was in `{name}` on that day: mend the group in the workflow")
            } else {
                format!("it can be approved by {}", WordList(&members, "or"))
            };
            return Err(Unmet::fault(Code::ApprovalOutsideGroup, by.span, reason).help(help));
        }
        if let Some((why, help)) = unproven(case.origin, case.proof, by.value) {
            return Err(Unmet::fault(Code::ApprovalUnproven, by.span, why).help(help));
        }
        self.still_covers(&entry, case)?;
        Ok(entry.span)
    }

    /// That what was approved is still what the deal says, as the entry's own `of` tells, else the commit that brought
    /// the entry.
    fn still_covers(&self, entry: &DoneEntry<'_>, case: &Case<'_>) -> Result<(), Unmet> {
        let of = entry.record.record("of");
        let commit = match case.origin {
            Some(Origin::Committed(signatory)) => signatory.approved.as_ref(),
            _ => None,
        };
        for name in &self.covers {
            let written = of.and_then(|of| of.value.get(name));
            let (then, span, when) = match (written, commit) {
                (Some(then), _) => (Some(&then.value), then.span, String::new()),
                (None, Some(commit)) => {
                    let then = commit.values.get(name).map(|then| &then.value);
                    (then, entry.span, format!(" on {}, in commit {},", commit.day, commit.commit))
                }
                (None, None) => continue,
            };
            let now = case.deal.values.get(name).map(|now| &now.value);
            // What cannot be read has been told, and still covers nothing.
            if then.is_some_and(Value::is_unreadable) {
                return Err(Unmet::unreadable(span, "what was approved cannot be read"));
            }
            if let Some(now) = case.deal.values.get(name).filter(|now| now.value.is_unreadable()) {
                return Err(Unmet::unreadable(now.span, "what is approved cannot be read"));
            }
            let field = case.schema.field(name);
            if field.is_some_and(|field| field.shape.says_same(then, now)) {
                continue;
            }
            let show = |value: Option<&Value<'_>>| match (value, field) {
                (Some(value), Some(field)) => field.shape.kind.show(value),
                (Some(value), None) => value.to_string(),
                (None, _) => "nothing".to_owned(),
            };
            let (then, now) = (show(then), show(now));
            let reason = format!("`{name}` was {then} when it was approved{when} and is {now} now");
            let help = format!("have it approved again, and write the new value in `of: {{{name}: …}}`");
            return Err(Unmet::fault(Code::ApprovalVoid, span, reason).help(help));
        }
        Ok(())
    }

    fn who(&self) -> String {
        match &self.group {
            Some(group) => format!("somebody of the group `{group}`"),
            None => "somebody else".to_owned(),
        }
    }

    fn how(&self, case: &Case<'_>) -> String {
        let covered: Vec<String> = self.covers.iter().map(|name| format!("{name}: …")).collect();
        let of = if covered.is_empty() { String::new() } else { format!(", of: {{{}}}", covered.join(", ")) };
        format!(
            "when {} has approved it, {} `done`: `{}: {{date: {}, by: …{of}}}`",
            self.who(),
            entry_verb(case),
            case.id,
            case.today
        )
    }
}

/// That an address is the owner's, under whichever name; `None`: it is somebody else's.
pub(crate) fn owns(address: &str, owner: &str, case: &Case<'_>) -> Option<String> {
    if case.people.same(address, owner) {
        return Some(format!("{address} owns the deal"));
    }
    let owns = case.people.may_be(address, owner);
    owns.then(|| format!("{address} is another name of {owner}, who owns the deal"))
}

/// The days on which somebody must have been allowed to give what an entry says: its own, and, where it must be proved, that
/// of a later commit, since anybody may claim a day.
pub(crate) fn days_given(claimed: Date, origin: Option<&Origin>, proof: ApprovalProof) -> Vec<Date> {
    let signatory = match origin {
        Some(Origin::Committed(signatory)) if proof != ApprovalProof::Off => Some(signatory),
        _ => None,
    };
    let approved = signatory.and_then(|signatory| signatory.approved.as_ref());
    let committed = approved.map(|approved| approved.day).filter(|day| *day > claimed);
    std::iter::once(claimed).chain(committed).collect()
}

/// Why an entry does not prove that a person wrote it, and what to do. What is not known proves nothing, and is told once
/// for the workspace.
pub(crate) fn unproven(origin: Option<&Origin>, proof: ApprovalProof, by: &str) -> Option<(String, String)> {
    let signed = if proof == ApprovalProof::Signed { ", signed" } else { "" };
    let (why, help) = match (proof, origin) {
        (ApprovalProof::Off, _) => return None,
        (ApprovalProof::LeftOut, _) => (
            "`--no-history` leaves out the commits that would prove it".to_owned(),
            "check without `--no-history`, where git has all commits".to_owned(),
        ),
        (_, None) => (
            "git cannot tell who committed these lines".to_owned(),
            "check it where git has all commits: `git fetch --unshallow` (in CI: `fetch-depth: 0`)"
                .to_owned(),
        ),
        (_, Some(Origin::Uncommitted)) => {
            ("nobody has committed these lines yet".to_owned(), format!("let {by} commit them{signed}"))
        }
        (_, Some(Origin::Committed(signatory))) => {
            (signatory.unproven.clone()?, format!("let {by} write these lines and commit them{signed}"))
        }
    };
    Some((format!("{by} is named, and {why}"), help))
}

impl Demand for Approval {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        match self.approved(case) {
            Ok(span) => Check::Met(Some(span)),
            Err(unmet) => Check::Unmet(unmet),
        }
    }

    fn needs_origin(&self, case: &Case<'_>) -> bool {
        let entry = case.deal.done_of(case.id).and_then(|entry| entry.record);
        entry.is_some_and(|entry| {
            let of = entry.record("of");
            let written = |name: &String| of.is_some_and(|of| of.value.get(name).is_some());
            case.proof != ApprovalProof::Off || !self.covers.iter().all(written)
        })
    }

    fn weighs(&self, name: &str) -> bool {
        self.covers.iter().any(|covered| covered == name)
    }

    fn explain(&self) -> String {
        let covers = match self.covers.as_slice() {
            [] => String::new(),
            names => format!("; void when {} changes", WordList(names, "or")),
        };
        match &self.group {
            Some(group) => {
                format!("somebody of the group `{group}`, but not the owner, has approved it{covers}")
            }
            None => format!("somebody other than the owner has approved it{covers}"),
        }
    }

    fn needs_evidence(&self) -> bool {
        self.task.needs_evidence()
    }

    fn covers(&self) -> &[String] {
        &self.covers
    }

    fn approvers(&self) -> Option<&str> {
        Some(self.group.as_deref().unwrap_or(ANYONE))
    }
}
