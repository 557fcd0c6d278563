//! The names that a workflow may use: those of the workflow as it can be used, and where it cannot while somebody writes it,
//! those of the one that it extends and of its own text.

use std::collections::BTreeSet;

use crate::deal::field::{Shape, core_fields};
use crate::requirement::Groups;
use crate::syntax::toml::{self, WrittenKey};
use crate::workflow::{Requirement, Workflow};

/// A name, and what is said beside it.
pub(super) type KnownName = (String, Option<String>);

/// What a workflow may name.
pub(super) struct RuleNames<'a> {
    /// The workflow as it can be used.
    pub(super) workflow: Option<&'a Workflow>,
    /// The one that it extends.
    pub(super) base: Option<&'a Workflow>,
    /// The text of the file.
    pub(super) text: &'a str,
    /// Every key that it writes.
    pub(super) written: Vec<WrittenKey>,
    /// The same of each line for itself, where the workflow cannot be used: what is not ended on one hides none below it.
    by_line: Vec<Vec<String>>,
}

impl<'a> RuleNames<'a> {
    pub(super) fn new(workflow: Option<&'a Workflow>, base: Option<&'a Workflow>, text: &'a str) -> Self {
        let by_line = if workflow.is_none() { by_line(text) } else { Vec::new() };
        Self { workflow, base, text, written: toml::keys(text), by_line }
    }

    /// The workflow, or what is known of it.
    fn nearest(&self) -> Option<&'a Workflow> {
        self.workflow.or(self.base)
    }

    /// What is known, and what the text names where it cannot be used.
    fn with_written(&self, known: Vec<KnownName>, is_meant: impl Fn(&[&str]) -> bool) -> Vec<KnownName> {
        let mut all = known;
        if self.workflow.is_none() {
            all.extend(self.keys(is_meant).map(|name| (name, None)));
        }
        let mut seen = BTreeSet::new();
        all.retain(|(name, _)| !name.is_empty() && seen.insert(name.clone()));
        all
    }

    /// The last keys of written paths.
    fn keys(&self, is_meant: impl Fn(&[&str]) -> bool) -> impl Iterator<Item = String> {
        self.written.iter().map(|key| &key.path).chain(&self.by_line).filter_map(move |path| {
            let keys: Vec<&str> = path.iter().map(String::as_str).collect();
            is_meant(&keys).then(|| path.last().cloned()).flatten()
        })
    }

    /// The stages.
    pub(super) fn stages(&self) -> Vec<KnownName> {
        let known = self.nearest().map(|it| it.stages.as_slice()).unwrap_or_default();
        let known = known.iter().map(|stage| (stage.id.to_string(), stage.goal.clone())).collect();
        self.with_written(known, |path| matches!(path, ["stage", _]))
    }

    /// The stages that have a table and stand in no list yet, then those of the list of the workflow that is extended.
    pub(super) fn stages_to_list(&self, listed: &BTreeSet<String>) -> Vec<KnownName> {
        let mut all: Vec<KnownName> =
            self.keys(|path| matches!(path, ["stage", _])).map(|name| (name, None)).collect();
        all.extend(self.stages());
        let mut seen = listed.clone();
        all.retain(|(name, _)| !name.is_empty() && seen.insert(name.clone()));
        all
    }

    /// The requirements, of one gate or of all.
    pub(super) fn requirements(&self) -> Vec<KnownName> {
        let known = self.nearest().into_iter().flat_map(Workflow::requirements).map(titled).collect();
        self.with_written(known, |path| {
            matches!(path, ["stage", _, "requires", _] | ["lost" | "disqualified", "requires", _])
        })
    }

    /// The requirements of a gate that come from the workflow that is extended.
    pub(super) fn inherited(&self, gate: &[&str]) -> Vec<KnownName> {
        let Some(base) = self.base else { return Vec::new() };
        let of_gate = match gate {
            ["stage", id, "requires"] => {
                base.stage_index(id).map(|index| base.stages[index].requirements.as_slice())
            }
            ["lost", "requires"] => Some(base.lost.requirements.as_slice()),
            ["disqualified", "requires"] => Some(base.disqualified.requirements.as_slice()),
            _ => None,
        };
        of_gate.unwrap_or_default().iter().map(titled).collect()
    }

    /// The groups.
    pub(super) fn groups(&self) -> Vec<KnownName> {
        let known = self.nearest().map(|it| named(&it.groups)).unwrap_or_default();
        self.with_written(known, |path| matches!(path, ["groups", _]))
    }

    /// Who is in groups.
    pub(super) fn members(&self) -> Groups {
        self.nearest().map(|it| it.groups.clone()).unwrap_or_default()
    }

    /// The keys of deals: core keys, then fields.
    pub(super) fn fields(&self) -> Vec<KnownName> {
        let shown = |name: &str, shape: &Shape| (name.to_owned(), Some(shape.kind.name().to_owned()));
        let known = match self.nearest() {
            Some(it) => it.schema.fields.iter().map(|field| shown(&field.name, &field.shape)).collect(),
            None => core_fields().iter().map(|field| shown(&field.name, &field.shape)).collect(),
        };
        self.with_written(known, |path| matches!(path, ["fields", _]))
    }

    /// The values of deals by dotted paths: keys, and those of records.
    pub(super) fn paths(&self) -> Vec<KnownName> {
        let mut all = Vec::new();
        for (name, detail) in self.fields() {
            let shape = self.shape(&[&name]);
            all.push((name.clone(), detail));
            let is_record = shape.is_some_and(|shape| shape.kind.name() == "record");
            let members = shape.filter(|_| is_record).map(Shape::members).unwrap_or_default();
            all.extend(members.into_iter().map(|member| (format!("{name}.{member}"), None)));
        }
        all
    }

    /// What is declared at a path of a deal.
    pub(super) fn shape(&self, path: &[&str]) -> Option<&'a Shape> {
        self.nearest()?.schema.at_path(&path.join("."))
    }

    /// The named expressions.
    pub(super) fn derived(&self) -> Vec<KnownName> {
        let known = self.nearest().map(|it| it.derived.as_slice()).unwrap_or_default();
        let known = known.iter().map(|(name, it)| (name.to_string(), Some(it.text().to_owned()))).collect();
        self.with_written(known, |path| matches!(path, ["derived", _]))
    }

    /// What the workflow that is extended has in a table of free keys.
    pub(super) fn of_base(&self, table: &str) -> Vec<KnownName> {
        let Some(base) = self.base else { return Vec::new() };
        match table {
            "groups" => named(&base.groups),
            "fields" => {
                let own = base.schema.fields.iter().filter(|field| field.place.is_some());
                own.map(|it| (it.name.to_string(), Some(it.shape.kind.name().to_owned()))).collect()
            }
            "derived" => {
                let all = base.derived.iter();
                all.map(|(name, it)| (name.to_string(), Some(it.text().to_owned()))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The text behind a key, where it stands in quotes on its line.
    pub(super) fn text_of(&self, path: &[&str]) -> Option<&'a str> {
        let key = self.written.iter().find(|key| key.path == path)?;
        let behind = self.text.get(key.span.end as usize..)?.trim_start_matches([' ', '\t']);
        let value = behind.strip_prefix('=')?.trim_start_matches([' ', '\t']);
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value[1..].split([quote, '\n']).next()
    }
}

/// The paths of the keys that lines write, each read for itself below the last head.
fn by_line(text: &str) -> Vec<Vec<String>> {
    let (mut head, mut all): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let keys = toml::keys(line);
        if line.trim_start().starts_with('[') {
            head = keys.last().map(|key| key.path.clone()).unwrap_or_default();
            all.extend(keys.into_iter().map(|key| key.path));
        } else {
            all.extend(keys.into_iter().map(|key| [head.clone(), key.path].concat()));
        }
    }
    all
}

fn titled(requirement: &Requirement) -> KnownName {
    (requirement.id.to_string(), Some(requirement.title.clone()))
}

fn named(groups: &Groups) -> Vec<KnownName> {
    let members = |it: &crate::requirement::Group| {
        let all: Vec<&str> = it.members.iter().map(|member| member.email.as_str()).collect();
        all.join(", ")
    };
    groups.iter().map(|(name, group)| (name.clone(), Some(members(group)))).collect()
}
