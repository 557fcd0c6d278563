//! What an editor proposes in a deal: what a schema cannot know, such as what is not done yet, who there is and what an
//! approval has to cover; and where no schema is attached, also what one would.

use std::borrow::Cow;

use jiff::civil::Date;
use lsp_types::{CompletionItem, CompletionItemKind};

use super::offer::{self, Offer, OfferWriter};
use super::typing::TypingPlace;
use crate::assess::Workspace;
use crate::deal::Value;
use crate::deal::field::{Shape, Type};
use crate::edit::{Change, NewValue};
use crate::finding::wording::WordList;
use crate::proposal::{self, EntryDetails};
use crate::syntax::{Node, yaml};
use crate::workflow::model::MayWaive;
use crate::workflow::{Requirement, Workflow};

/// The tree of a deal, as far as it can be read.
type KnownDeal<'d> = Option<&'d Node<'d>>;

/// A deal in which something is typed.
pub(super) struct CompletionContext<'a> {
    pub(super) workspace: &'a Workspace<'a>,
    pub(super) workflow: &'a Workflow,
    /// The text, without its byte order mark.
    pub(super) text: &'a str,
    pub(super) place: TypingPlace,
    pub(super) writer: OfferWriter<'a>,
    /// Whoever works here, where git knows.
    pub(super) you: Option<&'a str>,
}

impl CompletionContext<'_> {
    /// What may be meant.
    pub(super) fn items(&self) -> Vec<CompletionItem> {
        let above = self.place.above();
        let known = self.readable();
        let parsed = yaml::parse(&known);
        let root = parsed.root.as_ref();
        match (above.as_slice(), self.place.key.as_deref()) {
            (["done"], None) => self.open_entries(root),
            (["waivers"], None) => self.waivable(root),
            (["done", id], Some("of")) => self.covered(id, root).into_iter().collect(),
            (["waivers", _], Some("until")) => {
                let until = proposal::longest_waiver(self.workflow, self.workspace.today);
                until
                    .map(|until| self.day(until, "the longest that the workflow allows"))
                    .into_iter()
                    .collect()
            }
            (above, Some(key)) => self.values(&[above, &[key]].concat(), root),
            _ if self.has_schema() => Vec::new(),
            ([], None) => self.keys(root),
            (above, None) => self.inner_keys(above, root),
        }
    }

    /// What may stand at a path, by what is declared there.
    fn values(&self, path: &[&str], root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let Some(shape) = self.workflow.schema.at_path(&path.join(".")) else { return Vec::new() };
        match &shape.kind {
            Type::Date => return vec![self.day(self.workspace.today, "today")],
            Type::Email => return self.people(),
            _ if shape.shorthand == Some("date") => return vec![self.day(self.workspace.today, "today")],
            _ if self.has_schema() => return Vec::new(),
            _ => {}
        }
        let one = |text: &str| {
            let written = NewValue::Text(text.to_owned()).on_one_line();
            self.item(text, None, written, CompletionItemKind::ENUM_MEMBER)
        };
        let plain = |text: &str| self.item(text, None, text.to_owned(), CompletionItemKind::ENUM_MEMBER);
        match (path, &shape.kind) {
            (["stage"] | ["history", "stage"], _) => self.stages(),
            (["workflow"], _) => self.workflows(),
            (["outcome", "reason"], _) => self.reasons(root).iter().map(|it| one(it)).collect(),
            (_, Type::Boolean) => ["true", "false"].map(plain).to_vec(),
            _ => {
                let choices = shape.choices.iter().map(|value| match value {
                    Value::Text(text) => one(text),
                    other => plain(&shape.kind.show(other)),
                });
                choices.collect()
            }
        }
    }

    /// The reasons that the workflow takes for an end as the deal has it; of any where it does not say how it ended.
    fn reasons(&self, root: KnownDeal<'_>) -> Vec<String> {
        let result = root.and_then(|root| root.get("outcome")?.get("result")?.as_scalar());
        let result = result.map(|it| it.text.as_ref());
        let rules = [("lost", &self.workflow.lost), ("disqualified", &self.workflow.disqualified)];
        let meant = rules.into_iter().filter(|(name, _)| result.is_none_or(|result| result == *name));
        let mut all: Vec<String> =
            meant.flat_map(|(_, rules)| rules.reasons.iter().flatten().cloned()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The keys of a record that is not there in full.
    fn inner_keys(&self, above: &[&str], root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let shape = self.workflow.schema.at_path(&above.join("."));
        let there = root.and_then(|root| above.iter().try_fold(root, |node, key| node.get(key)));
        let missing =
            |name: &&str| there.is_none_or(|there| there.get(name).is_none_or(|_| self.typed_is(name)));
        let names = shape.map(Shape::members).unwrap_or_default().into_iter().filter(missing);
        names.map(|name| self.item(name, None, format!("{name}: "), CompletionItemKind::FIELD)).collect()
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
        let text = if self.place.touches_colon { format!(" {text}") } else { text };
        self.writer.item(Offer { start: self.place.start, label, detail, text, kind })
    }

    fn day(&self, day: Date, what: &str) -> CompletionItem {
        self.item(&day.to_string(), Some(what.to_owned()), day.to_string(), CompletionItemKind::VALUE)
    }

    /// The entries that are not there yet, with what belongs into them.
    fn open_entries(&self, root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let today = self.workspace.today;
        let missing = |it: &&Requirement| !has_entry(root, "done", &it.id);
        let asked = self.workflow.requirements().filter(missing).filter_map(|it| {
            let evidence = it.demand.needs_evidence().then_some("");
            let details = EntryDetails { evidence, note: None };
            let change = match it.demand.kind() {
                "task" => proposal::tick(&it.id, None, (today, false), details).pop()?,
                "approval" => proposal::approval(it, root, self.you.unwrap_or_default(), today, details),
                _ => return None,
            };
            self.entry(it, &change)
        });
        asked.collect()
    }

    /// The entry that a change would write.
    fn entry(&self, requirement: &Requirement, change: &Change) -> Option<CompletionItem> {
        let Change::Set(_, entry) = change else { return None };
        let (id, title) = (requirement.id.as_ref(), requirement.title.clone());
        Some(self.item(id, Some(title), entry.behind(id), CompletionItemKind::EVENT))
    }

    fn waivable(&self, root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let today = self.workspace.today;
        let Some(until) = proposal::longest_waiver(self.workflow, today) else { return Vec::new() };
        let may_be = |it: &&Requirement| !has_entry(root, "waivers", &it.id) && self.may_waive(it, root);
        let by = self.you.unwrap_or_default();
        let waived = self.workflow.requirements().filter(may_be);
        waived.filter_map(|it| self.entry(it, &proposal::waiver(&it.id, "", by, (today, until)))).collect()
    }

    /// Whether whoever works here may waive a requirement, as far as that is known.
    fn may_waive(&self, requirement: &Requirement, root: KnownDeal<'_>) -> bool {
        let (people, today) = (&self.workspace.config.people, self.workspace.today);
        let is_in = |group: &str| {
            let group = self.workflow.groups.get(group);
            self.you.is_none_or(|you| group.is_some_and(|group| group.has(people, you, today)))
        };
        match self.workflow.may_waive(requirement) {
            MayWaive::Nobody(_) => false,
            MayWaive::Group(group) => is_in(group),
            MayWaive::Rules(rules) => rules.iter().any(|rule| is_in(&rule.group)),
            MayWaive::AnyoneButOwner => {
                let owner = root.and_then(|root| root.get("owner")?.as_scalar());
                !owner.zip(self.you).is_some_and(|(owner, you)| people.same(&owner.text, you))
            }
        }
    }

    /// What an approval has to say it is of.
    fn covered(&self, id: &str, root: KnownDeal<'_>) -> Option<CompletionItem> {
        let requirement = self.workflow.requirement(id)?;
        let of = proposal::covered(requirement, root)?.on_one_line();
        let keys: Vec<&str> = requirement.demand.covers().iter().map(String::as_str).collect();
        let detail = format!("{} as the deal has it", WordList(&keys, "and"));
        Some(self.item(&of, Some(detail), of.clone(), CompletionItemKind::VALUE))
    }

    fn people(&self) -> Vec<CompletionItem> {
        let all = offer::people(self.workspace, &self.workflow.groups, self.you);
        let item = |(address, detail): (String, Option<String>)| {
            let written = NewValue::Text(address.clone()).on_one_line();
            self.item(&address, detail, written, CompletionItemKind::VALUE)
        };
        all.into_iter().map(item).collect()
    }

    fn keys(&self, root: KnownDeal<'_>) -> Vec<CompletionItem> {
        let missing =
            |name: &&str| root.is_none_or(|root| root.get(name).is_none_or(|_| self.typed_is(name)));
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
            let written = NewValue::Text(id.to_owned()).on_one_line();
            self.item(id, stage.goal.clone(), written, CompletionItemKind::ENUM_MEMBER)
        };
        self.workflow.stages.iter().map(stage).collect()
    }

    fn workflows(&self) -> Vec<CompletionItem> {
        let names = self.workspace.library.names();
        names.map(|name| self.item(name, None, name.to_owned(), CompletionItemKind::MODULE)).collect()
    }
}

fn has_entry(root: KnownDeal<'_>, key: &str, id: &str) -> bool {
    root.is_some_and(|root| root.get(key).is_some_and(|entries| entries.get(id).is_some()))
}
