//! Reads `[groups]` and `[waivers]`: who may approve and who may waive.

use jiff::civil::Date;

use crate::finding::wording::{Help as _, quote, suggest};
use crate::finding::{Code, FindingsBuilder};
use crate::requirement::expression::Expected;
use crate::requirement::group::Member;
use crate::requirement::{Group, Groups, RequirementContext, condition};
use crate::source::Spanned;
use crate::syntax::Node;
use crate::syntax::reader::{Table, list, misfits, text};
use crate::syntax::scalar;
use crate::workflow::keys;
use crate::workflow::model::{Waiver, WaiverRules};

/// Reads the groups of a workflow.
pub(super) fn read_groups(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Groups {
    let mut groups = Groups::new();
    let Some(table) = table.get("groups").and_then(|node| Table::free(node, "groups", complaints)) else {
        return groups;
    };
    for entry in table.entries() {
        if entry.key.value == "anyone" {
            let message = "`anyone` means everybody but the owner and cannot be a group";
            complaints.push(
                Code::ReservedName,
                entry.key.span,
                message,
                Some("choose another name".to_owned()),
            );
            continue;
        }
        let members = list(&entry.value, &entry.key.value, complaints).unwrap_or_default();
        let members =
            members.iter().filter_map(|node| read_member(node, &entry.key.value, complaints)).collect();
        groups.insert(entry.key.value.to_string(), Group { members });
    }
    groups
}

fn read_member(node: &Node<'_>, group: &str, complaints: &mut FindingsBuilder) -> Option<Member> {
    if node.as_map().is_none() {
        let email = text(node, "a member of a group", complaints)?;
        return with_email(email, group, None, None, complaints);
    }
    let table = Table::open(node, "a member of a group", keys::MEMBER, complaints)?;
    let (from, until) =
        (super::context::date(&table, "from", complaints), super::context::date(&table, "until", complaints));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
        && let Some(entry) = table.entry("until")
    {
        complaints.push(
            Code::ConflictingKeys,
            entry.key.span,
            "`until` is before `from`, so nobody is a member",
            Some("mend the one or the other".to_owned()),
        );
    }
    let Some(email) = table.text("email", complaints) else {
        if table.get("email").is_none() {
            complaints.push(
                Code::MissingKey,
                table.span.at_start(),
                "a member of a group needs `email`",
                Some("write `{ email = \"…\", until = … }`".to_owned()),
            );
        }
        return None;
    };
    with_email(email, group, from, until, complaints)
}

fn with_email(
    email: Spanned<&str>,
    group: &str,
    from: Option<Date>,
    until: Option<Date>,
    complaints: &mut FindingsBuilder,
) -> Option<Member> {
    match scalar::email(email.value) {
        Ok(()) => {
            let place = complaints.place(email.span);
            Some(Member { email: email.value.to_owned(), from, until, place })
        }
        Err(misfit) => {
            misfits(email.span, group, email.value, misfit, complaints);
            None
        }
    }
}

/// The name of a group that exists.
pub(super) fn known_group(
    name: Spanned<&str>,
    setting: &RequirementContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Option<String> {
    if setting.groups.contains_key(name.value) {
        return Some(name.value.to_owned());
    }
    let known = setting.groups.keys().map(String::as_str);
    let help = suggest(name.value, known).sentence().or_else(|| Some("add it under `[groups]`".to_owned()));
    complaints.push(Code::UnknownGroup, name.span, format!("there is no group {}", quote(name.value)), help);
    None
}

/// Reads what may be waived, by whom and for how long.
pub(super) fn read_waivers(
    table: &Table<'_, '_>,
    setting: &RequirementContext<'_>,
    requirements: &[String],
    complaints: &mut FindingsBuilder,
) -> WaiverRules {
    let opened =
        table.get("waivers").and_then(|node| Table::open(node, "`waivers`", keys::WAIVERS, complaints));
    let Some(table) = opened else { return WaiverRules::default() };
    let only = table.texts("only", complaints).map(|names| {
        // An inherited list may name what this workflow took away; only its own is held to what there is.
        let own = names.iter().filter(|name| name.span.source == 0);
        for name in own.filter(|name| !requirements.iter().any(|known| known == name.value)) {
            let message = format!("there is no requirement {}", quote(name.value));
            let help = suggest(name.value, requirements.iter().map(String::as_str));
            complaints.push(Code::UnknownRequirement, name.span, message, help);
        }
        names.iter().map(|name| name.value.to_owned()).collect()
    });
    let by = table.get("by").map(|node| match node.as_list() {
        Some(items) => items.iter().filter_map(|item| read_waiver(item, setting, complaints)).collect(),
        None => read_waiver(node, setting, complaints).into_iter().collect(),
    });
    WaiverRules { by, only, max_days: table.days("max-days", complaints).map(|days| days.value) }
}

fn read_waiver(
    node: &Node<'_>,
    setting: &RequirementContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Option<Waiver> {
    if node.as_map().is_none() {
        let name = text(node, "by", complaints)?;
        return Some(Waiver { group: known_group(name, setting, complaints)?, when: None });
    }
    let table = Table::open(node, "`by`", keys::WAIVER, complaints)?;
    let when = table.text("when", complaints);
    let when = when.and_then(|text| condition::compile(text, setting.names, Expected::Boolean, complaints));
    let Some(name) = table.text("group", complaints) else {
        if table.get("group").is_none() {
            complaints.push(
                Code::MissingKey,
                table.span.at_start(),
                "`by` needs `group`",
                Some("write `{ group = \"…\" }`".to_owned()),
            );
        }
        return None;
    };
    Some(Waiver { group: known_group(name, setting, complaints)?, when })
}
