//! An approval: a task done by somebody other than the deal's owner, who may have to belong to a group.

use super::contract::{Case, Check, Demand, KindEntry, Setting, Unmet};
use super::group::same_address;
use super::task::{Entry, Task};
use crate::deal::Value;
use crate::finding::wording::{List, quote, suggest};
use crate::finding::{Code, Complaints};
use crate::syntax::reader::{Holds, Key, Table};

pub(super) const KIND: KindEntry = KindEntry {
    name: "approval",
    marker: Some("approval"),
    keys: &[
        Key { name: "approval", means: "`anyone`, or the group that approves", holds: Holds::Text },
        Key {
            name: "covers",
            means: "the keys whose change makes the approval void",
            holds: Holds::List(&Holds::Text),
        },
        Key {
            name: "evidence",
            means: "whether a link or a file of the workspace must prove it",
            holds: Holds::Flag,
        },
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
    fn read(table: &Table<'_, '_>, setting: &Setting<'_>, complaints: &mut Complaints) -> Option<Self> {
        let task = Task::read(table, complaints);
        let who = table.text("approval", complaints)?;
        if who.value != ANYONE && !setting.groups.contains_key(who.value) {
            let known = setting.groups.keys().map(String::as_str).chain([ANYONE]);
            complaints.say(
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
                complaints.say(Code::UnknownField, name.span, message, suggest(name.value, known));
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
            return Err(Unmet::at(entry.span, reason).help(self.how(case)));
        };
        let Some(owner) = case.deal.owner() else {
            let reason = "the deal has no `owner`, so nobody can tell whether its owner approved it";
            return Err(Unmet::at(entry.span, reason).help("add `owner:` to the deal"));
        };
        if same_address(by.value, owner) {
            let reason = format!("{} owns the deal, and nobody approves a deal of their own", by.value);
            let help = format!("let {} approve it and write their address after `by:`", self.who());
            return Err(Unmet::fault(Code::ApprovalByOwner, by.span, reason).help(help));
        }
        if let Some(name) = &self.group
            && !case.groups.get(name).is_some_and(|group| group.has(by.value, entry.date.value))
        {
            let reason = format!("{} was not in the group `{name}` on {}", by.value, entry.date.value);
            let members: Vec<_> = case
                .groups
                .get(name)
                .into_iter()
                .flat_map(|group| group.members_on(entry.date.value))
                .take(5)
                .collect();
            let help = if members.is_empty() {
                format!("nobody was in `{name}` on that day: mend the group in the workflow")
            } else {
                format!("it can be approved by {}", List(&members, "or"))
            };
            return Err(Unmet::fault(Code::ApprovalOutsideGroup, by.span, reason).help(help));
        }
        self.still_covers(&entry, case)?;
        Ok(entry.span)
    }

    /// That what was approved is still what the deal says, as far as the entry's own `of` tells.
    fn still_covers(&self, entry: &Entry<'_>, case: &Case<'_>) -> Result<(), Unmet> {
        let Some(of) = entry.record.record("of") else { return Ok(()) };
        for name in &self.covers {
            let Some(then) = of.value.get(name) else { continue };
            let now = case.deal.values.get(name).map(|now| &now.value);
            if now.is_some_and(|now| now.same(&then.value)) {
                continue;
            }
            let show = |value: &Value<'_>| match case.schema.field(name) {
                Some(field) => field.shape.kind.show(value),
                None => value.to_string(),
            };
            let now = now.map_or_else(|| "nothing".to_owned(), show);
            let then_shown = show(&then.value);
            let reason = format!("`{name}` was {then_shown} when it was approved and is {now} now");
            let help = format!("have it approved again, and write the new value in `of: {{{name}: …}}`");
            return Err(Unmet::fault(Code::ApprovalVoid, then.span, reason).help(help));
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
        format!(
            "when {} has approved it, add under `done`: `{}: {{date: {}, by: …}}`",
            self.who(),
            case.id,
            case.today
        )
    }
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

    fn explain(&self) -> String {
        let covers = match self.covers.as_slice() {
            [] => String::new(),
            names => format!("; void when {} changes", List(names, "or")),
        };
        match &self.group {
            Some(group) => {
                format!("somebody of the group `{group}`, but not the owner, has approved it{covers}")
            }
            None => format!("somebody other than the owner has approved it{covers}"),
        }
    }

    fn approvers(&self) -> Option<&str> {
        Some(self.group.as_deref().unwrap_or(ANYONE))
    }
}
