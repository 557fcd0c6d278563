//! Reads checklists: the requirements of a stage, of lost and of disqualified deals.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::ReadContext;
use super::people;
use crate::finding::wording::{WordList, in_ascii, quote};
use crate::finding::{Code, Finding, FindingsBuilder, Level};
use crate::requirement::expression::Expected;
use crate::requirement::{Expression, KINDS, KindEntry, RequirementContext, condition};
use crate::source::Span;
use crate::source::names::is_id;
use crate::syntax::Entry;
use crate::syntax::reader::{Key, Table, misfits};
use crate::syntax::scalar;
use crate::workflow::keys;
use crate::workflow::model::{EndingRules, Requirement, Waivable};

/// Reads every checklist of a workflow, so that ids are known to be unique and are counted in order.
pub(super) struct GateReader<'a> {
    setting: &'a RequirementContext<'a>,
    context: ReadContext<'a>,
    known_keys: Vec<Key>,
    ids: BTreeMap<String, Span>,
    stage: u32,
    position: u32,
}

impl<'a> GateReader<'a> {
    pub(super) fn new(setting: &'a RequirementContext<'a>, context: ReadContext<'a>) -> Self {
        Self {
            setting,
            context,
            known_keys: keys::requirement_keys(),
            ids: BTreeMap::new(),
            stage: 0,
            position: 0,
        }
    }

    /// The ids read so far.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    /// What follows belongs to the next stage.
    pub(super) fn next_stage(&mut self) {
        (self.stage, self.position) = (self.stage + 1, 0);
    }

    /// Reads `[lost]` or `[disqualified]`.
    pub(super) fn read_ending(
        &mut self,
        table: Option<&Table<'_, '_>>,
        complaints: &mut FindingsBuilder,
    ) -> EndingRules {
        let Some(table) = table else { return EndingRules::default() };
        let reasons = table.texts("reasons", complaints);
        let requirements = self.read_checklist(table, complaints);
        self.next_stage();
        EndingRules {
            reasons: reasons.map(|reasons| reasons.iter().map(|reason| reason.value.to_owned()).collect()),
            until: None,
            requirements,
        }
    }

    /// Reads `when`.
    pub(super) fn read_condition(
        &self,
        table: &Table<'_, '_>,
        complaints: &mut FindingsBuilder,
    ) -> Option<Expression> {
        let text = table.text("when", complaints)?;
        condition::compile(text, self.setting.names, Expected::Boolean, complaints)
    }

    /// Reads `requires`.
    pub(super) fn read_checklist(
        &mut self,
        table: &Table<'_, '_>,
        complaints: &mut FindingsBuilder,
    ) -> Vec<Requirement> {
        let Some(table) = table.get("requires").and_then(|node| Table::free(node, "requires", complaints))
        else {
            return Vec::new();
        };
        let mut requirements = Vec::new();
        for entry in table.entries() {
            complaints.subject_mut().requirement = Some(entry.key.value.as_ref().into());
            complaints.subject_mut().order = (self.stage, self.position);
            if self.claim(entry, complaints) {
                requirements.extend(self.read_requirement(entry, complaints));
            }
            self.position += 1;
        }
        complaints.subject_mut().requirement = None;
        complaints.subject_mut().order = (0, 0);
        requirements
    }

    /// Takes an id, which must be unique and in kebab-case.
    fn claim(&mut self, entry: &Entry<'_>, complaints: &mut FindingsBuilder) -> bool {
        let id = entry.key.value.as_ref();
        if let Some(first) = self.ids.get(id) {
            let message = format!("there are two requirements {}", quote(id));
            let inherited = first.source > 0 || entry.key.span.source > 0;
            let help = if inherited {
                "give one of them another id, or take the inherited one away with `false` in its stage"
            } else {
                "give one of them another id"
            };
            let finding = Finding::new(Code::DuplicateRequirement, message)
                .help(help)
                .related(complaints.place(*first), "first here");
            complaints.add(entry.key.span, finding);
            return false;
        }
        self.ids.insert(id.to_owned(), entry.key.span);
        if !is_id(id) {
            let message = format!("{} is not an id: ids are lower-case words joined by hyphens", quote(id));
            let help = match in_ascii(id, '-') {
                Some(kebab) => format!("write `{}`", kebab.to_lowercase()),
                None => "name it in letters a to z; what people read is its `title`".to_owned(),
            };
            complaints.push(Code::NotAllowed, entry.key.span, message, Some(help));
        }
        true
    }

    fn read_requirement(&self, entry: &Entry<'_>, complaints: &mut FindingsBuilder) -> Option<Requirement> {
        let id = entry.key.value.as_ref();
        if entry.value.as_map().is_none() {
            let message = format!("a requirement is a text or a table, not {}", entry.value.describe());
            let help = format!(
                "write its title in quotes, `{id} = \"…\"`, or a table, `{id} = {{ title = \"…\" }}`"
            );
            complaints.push(Code::WrongType, entry.value.span, message, Some(help));
            return None;
        }
        let table = Table::open(&entry.value, "a requirement", &self.known_keys, complaints)?;
        let kind = kind_of(&table, complaints);
        let text = |key, complaints: &mut FindingsBuilder| {
            table.text(key, complaints).map(|text| text.value.to_owned())
        };
        let title = text("title", complaints).unwrap_or_else(|| id.replace('-', " "));
        if let Some(entry) = table.entry("title").filter(|_| title.trim().is_empty()) {
            let help = Some("say in plain words what is asked, or leave `title` out".to_owned());
            complaints.push(Code::OutOfRange, entry.value.span, "`title` says nothing", help);
        }
        let help = text("help", complaints);
        let url = table.text("url", complaints).and_then(|url| match scalar::url(url.value) {
            Ok(()) => Some(url.value.to_owned()),
            Err(misfit) => {
                misfits(url.span, "url", url.value, misfit, complaints);
                None
            }
        });
        let level = table.choice("level", &["error", "warning", "info"], complaints);
        let at = table.choice("at", &["exit", "entry"], complaints);
        let since = super::context::date(&table, "since", complaints);
        let when = self.read_condition(&table, complaints);
        let waivable = self.read_waivable(&table, complaints);
        let demand = (kind.read)(&table, self.setting, complaints)?;
        let generation = usize::from(entry.key.span.source);
        let origin = generation.checked_sub(1).and_then(|parent| self.context.parents.get(parent));
        Some(Requirement {
            id: Arc::from(id),
            title,
            help,
            url,
            when,
            level: level.and_then(|level| Level::ALL.into_iter().find(|known| known.name() == level.value)),
            since,
            at_entry: at.is_some_and(|at| at.value == "entry"),
            waivable,
            demand,
            place: complaints.place(entry.key.span),
            origin: origin.map_or(self.context.id, String::as_str).into(),
            order: (self.stage, self.position),
        })
    }

    fn read_waivable(&self, table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Waivable {
        let Some(scalar) = table.get("waivable").and_then(|node| node.as_scalar()) else {
            let _ = table.text("waivable", complaints);
            return Waivable::ByRules;
        };
        match scalar.text.as_ref() {
            "true" => Waivable::Yes,
            "false" => Waivable::No,
            _ => table
                .text("waivable", complaints)
                .and_then(|name| people::known_group(name, self.setting, complaints))
                .map_or(Waivable::ByRules, Waivable::Group),
        }
    }
}

/// The kind that a requirement's keys name. Two kinds in one table, and keys of another kind, are complained of.
fn kind_of(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> &'static KindEntry {
    let named = |kind: &&KindEntry| kind.marker.is_some_and(|marker| table.get(marker).is_some());
    let mut kinds = KINDS.iter().filter(named);
    let kind = kinds.next().unwrap_or(&KINDS[0]);
    if let Some(second) = kinds.next() {
        let markers: Vec<_> =
            [kind, second].iter().filter_map(|kind| kind.marker).map(|it| format!("`{it}`")).collect();
        let message = format!("a requirement is of one kind, and {} name two", WordList(&markers, "and"));
        let at =
            second.marker.and_then(|marker| table.entry(marker)).map_or(table.span, |entry| entry.key.span);
        complaints.push(Code::ConflictingKeys, at, message, Some("make two requirements of it".to_owned()));
        return kind;
    }
    for entry in table.entries() {
        let name = entry.key.value.as_ref();
        let owner = KINDS.iter().find(|other| other.keys.iter().any(|key| key.name == name));
        let Some(owner) = owner.filter(|_| !kind.keys.iter().any(|key| key.name == name)) else { continue };
        let message =
            format!("`{name}` belongs to a {} requirement, and this is a {}", owner.name, kind.name);
        let help = owner.marker.map(|marker| format!("add `{marker} = …`, or remove `{name}`"));
        complaints.push(Code::ConflictingKeys, entry.key.span, message, help);
    }
    kind
}
