//! What an editor proposes in a deal: what a schema cannot know, such as what is not done yet, who there is and what an
//! approval has to cover; and where no schema is attached, also what one would.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, Range, TextEdit};

use super::typing::TypingPlace;
use crate::assess::Workspace;
use crate::finding::wording::WordList;
use crate::proposal;
use crate::syntax::{Node, yaml};
use crate::workflow::{Requirement, Workflow};

/// Keys under which an address stands.
const PEOPLE: [&str; 2] = ["owner", "by"];

/// Keys under which a day stands.
const DAYS: [&str; 5] = ["date", "close_date", "opened", "completed", "from"];

/// A text and its tree, as far as it can be read.
type KnownDeal<'d> = Option<(&'d str, &'d Node<'d>)>;

/// A deal in which something is typed.
pub(super) struct CompletionContext<'a> {
    pub(super) workspace: &'a Workspace<'a>,
    pub(super) workflow: &'a Workflow,
    /// The text, without its byte order mark.
    pub(super) text: &'a str,
    pub(super) place: TypingPlace,
    /// What is replaced.
    pub(super) range: Range,
    /// Whoever works here, where git knows.
    pub(super) you: Option<&'a str>,
}

impl CompletionContext<'_> {
    /// What may be meant.
    pub(super) fn items(&self) -> Vec<CompletionItem> {
        let above = self.place.above();
        let known = self.readable();
        let parsed = yaml::parse(&known);
        let root = parsed.root.as_ref().map(|root| (known.as_ref(), root));
        match (above.as_slice(), self.place.key.as_deref()) {
            (["done"], None) => self.open_entries(root),
            (["waivers"], None) => self.waivable(root),
            (["done"], Some(_)) => vec![self.day(self.workspace.today, "today")],
            (["done", id], Some("of")) => self.covered(id, root).into_iter().collect(),
            (["waivers", _], Some("until")) => {
                let until = proposal::longest_waiver(self.workflow, self.workspace.today);
                until
                    .map(|until| self.day(until, "the longest that the workflow allows"))
                    .into_iter()
                    .collect()
            }
            (_, Some(key)) if PEOPLE.contains(&key) => self.people(),
            (_, Some(key)) if DAYS.contains(&key) => vec![self.day(self.workspace.today, "today")],
            _ if self.has_schema() => Vec::new(),
            ([], None) => self.keys(root),
            ([], Some("stage")) => self.stages(),
            ([], Some("workflow")) => self.workflows(),
            _ => Vec::new(),
        }
    }

    /// The text as far as it can be read: the line that is being typed may be half a line.
    fn readable(&self) -> Cow<'_, str> {
        if yaml::parse(self.text).faults.is_empty() {
            return Cow::Borrowed(self.text);
        }
        let start = self.text[..self.place.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        Cow::Owned([&self.text[..start], &self.text[end..]].concat())
    }

    /// Whether another server knows the form of the deal.
    fn has_schema(&self) -> bool {
        self.text.lines().any(|line| line.trim_start().starts_with("# yaml-language-server: $schema="))
    }

    fn item(
        &self,
        label: &str,
        detail: Option<String>,
        text: String,
        kind: CompletionItemKind,
    ) -> CompletionItem {
        CompletionItem {
            label: label.to_owned(),
            kind: Some(kind),
            detail,
            filter_text: Some(label.to_owned()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(self.range, text))),
            ..CompletionItem::default()
        }
    }

    fn day(&self, day: Date, what: &str) -> CompletionItem {
        self.item(&day.to_string(), Some(what.to_owned()), day.to_string(), CompletionItemKind::VALUE)
    }

    /// The entries that are not there yet, with what belongs into them.
    fn open_entries(&self, root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let today = self.workspace.today;
        let missing = |it: &&Requirement| !has_entry(root, "done", &it.id);
        let asked = self.workflow.requirements().filter(missing).filter_map(|it| {
            let evidence = if it.demand.needs_evidence() { ", evidence: " } else { "" };
            let entry = match it.demand.kind() {
                "task" if evidence.is_empty() => format!("{}: {today}", it.id),
                "task" => format!("{}: {{date: {today}{evidence}}}", it.id),
                "approval" => {
                    let by = self.you.map_or(String::new(), |you| format!(" {you}"));
                    let of = Self::covers(it, root).map_or(String::new(), |of| format!(", of: {of}"));
                    format!("{}: {{date: {today}, by:{by}{evidence}{of}}}", it.id)
                }
                _ => return None,
            };
            Some(self.item(&it.id, Some(it.title.clone()), entry, CompletionItemKind::EVENT))
        });
        asked.collect()
    }

    fn waivable(&self, root: KnownDeal<'_>) -> Vec<CompletionItem> {
        use crate::workflow::model::MayWaive;
        let today = self.workspace.today;
        let until = proposal::longest_waiver(self.workflow, today).unwrap_or(today);
        let by = self.you.map_or(String::new(), |you| format!(" {you}"));
        let may_be = |it: &&Requirement| {
            !has_entry(root, "waivers", &it.id) && !matches!(self.workflow.may_waive(it), MayWaive::Nobody(_))
        };
        let waived = self.workflow.requirements().filter(may_be).map(|it| {
            let entry = format!("{}: {{reason: , by:{by}, date: {today}, until: {until}}}", it.id);
            self.item(&it.id, Some(it.title.clone()), entry, CompletionItemKind::EVENT)
        });
        waived.collect()
    }

    /// What an approval has to say it is of.
    fn covered(&self, id: &str, root: KnownDeal<'_>) -> Option<CompletionItem> {
        let requirement = self.workflow.requirement(id)?;
        let of = Self::covers(requirement, root)?;
        let keys: Vec<&str> = requirement.demand.covers().iter().map(String::as_str).collect();
        let detail = format!("{} as the deal has it", WordList(&keys, "and"));
        Some(self.item(&of, Some(detail), of.clone(), CompletionItemKind::VALUE))
    }

    /// The values that an approval covers, as the deal writes them.
    fn covers(requirement: &Requirement, root: KnownDeal<'_>) -> Option<String> {
        let value = |name: &String| {
            let (text, root) = root?;
            let scalar = root.get(name).filter(|value| !value.is_absent())?;
            let written = text.get(scalar.span.start as usize..scalar.span.end as usize)?;
            (scalar.as_scalar().is_some() && !written.contains('\n')).then(|| format!("{name}: {written}"))
        };
        let values: Vec<String> = requirement.demand.covers().iter().filter_map(value).collect();
        (!values.is_empty()).then(|| format!("{{{}}}", values.join(", ")))
    }

    /// Who there is: the people who are listed, and the members of groups.
    fn people(&self) -> Vec<CompletionItem> {
        let (people, today) = (&self.workspace.config.people, self.workspace.today);
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (address, _) in people.names() {
            let is_there = people.find(address).is_none_or(|it| it.until.is_none_or(|until| today <= until));
            if is_there {
                all.entry(address).or_default();
            }
        }
        for (name, group) in &self.workflow.groups {
            for address in group.members_on(today) {
                all.entry(address).or_default().insert(name);
            }
        }
        if let Some(you) = self.you {
            all.entry(you).or_default();
        }
        let item = |(address, groups): (&str, BTreeSet<&str>)| {
            let groups: Vec<&str> = groups.into_iter().collect();
            let name = people.name(address).map(str::to_owned);
            let groups = (!groups.is_empty()).then(|| groups.join(", "));
            let detail: Vec<String> = [name, groups].into_iter().flatten().collect();
            let detail = (!detail.is_empty()).then(|| detail.join(" · "));
            self.item(address, detail, address.to_owned(), CompletionItemKind::VALUE)
        };
        all.into_iter().map(item).collect()
    }

    fn keys(&self, root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let missing =
            |name: &&str| root.is_none_or(|(_, root)| root.get(name).is_none_or(|_| self.typed_is(name)));
        let names = self.workflow.schema.fields.iter().map(|field| field.name.as_ref());
        names
            .filter(missing)
            .map(|name| self.item(name, None, format!("{name}: "), CompletionItemKind::FIELD))
            .collect()
    }

    /// Whether a key is the one that is being typed.
    fn typed_is(&self, name: &str) -> bool {
        self.text.get(self.place.start..).is_some_and(|rest| rest.starts_with(name))
    }

    fn stages(&self) -> Vec<CompletionItem> {
        let stage = |stage: &crate::workflow::Stage| {
            let id = stage.id.as_ref();
            self.item(id, stage.goal.clone(), id.to_owned(), CompletionItemKind::ENUM_MEMBER)
        };
        self.workflow.stages.iter().map(stage).collect()
    }

    fn workflows(&self) -> Vec<CompletionItem> {
        let names = self.workspace.library.names();
        names.map(|name| self.item(name, None, name.to_owned(), CompletionItemKind::MODULE)).collect()
    }
}

fn has_entry(root: KnownDeal<'_>, key: &str, id: &str) -> bool {
    root.is_some_and(|(_, root)| root.get(key).is_some_and(|entries| entries.get(id).is_some()))
}
