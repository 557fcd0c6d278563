//! Works out every write of an import before the first is made.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{document, entry, first_stage};
use crate::assess::{Selection, Workspace};
use crate::command::change;
use crate::command::output;
use crate::command::session::Session;
use crate::edit;
use crate::error::Error;
use crate::import::failure::{Failure, Failures, TablePlace};
use crate::import::imported_change::ImportedHistories;
use crate::import::imported_value::ImportedValues;
use crate::import::incoming::{Incoming, IncomingDeal};
use crate::import::last_import::{self, LastImport};
use crate::import::map::ImportMap;
use crate::import::merge::{MergedDeal, Settle, ValueTurn, merge};
use crate::import::{missing_entries, slug};
use crate::proposal;
use crate::snapshot::disk;
use crate::source::names;
use crate::syntax::yaml;
use crate::workflow::Workflow;

/// A file that is changed.
pub(super) struct PlannedChange {
    /// Relative to the root.
    pub path: String,
    pub old: String,
    pub new: String,
    /// Values that are taken.
    pub taken: Vec<ValueTurn>,
}

/// What is to be done.
#[derive(Default)]
pub(super) struct ImportPlan {
    /// Paths and texts of new deals.
    pub new: Vec<(String, String)>,
    /// Files that are changed.
    pub changed: Vec<PlannedChange>,
    /// Deals that stay as they are.
    pub same: usize,
    /// Values of a person that stay, by file.
    pub kept: Vec<(String, Vec<ValueTurn>)>,
    /// Values that both changed, by file.
    pub conflicts: Vec<(String, Vec<ValueTurn>)>,
    /// Deals of the last import that the export lacks, and the record that each was merged into.
    pub vanished: Vec<(String, Option<String>)>,
    /// Values for which the export has no column any more.
    pub silent: BTreeSet<String>,
    /// Ids of deals whose files somebody removed.
    pub removed: Vec<String>,
    /// Files of all deals of the export.
    pub paths: Vec<String>,
    /// Where it is kept what was said, its text as it is and as it will be.
    memory: Option<(String, Option<String>, String)>,
}

/// Whatever is worked out, or what stands in the way.
type Planned<T> = Result<Result<T, Vec<Failure>>, Error>;

impl ImportPlan {
    /// Works it out.
    pub(super) fn make(
        opened: &Session,
        workspace: &Workspace<'_>,
        map: &ImportMap,
        (incoming, histories): (&Incoming, &ImportedHistories),
        settle: Settle,
    ) -> Planned<Self> {
        let memory = last_import::path(&map.system);
        let before = output::read_back(&opened.root().join(&memory), 1 << 30)?;
        let before = before.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let known =
            last_import::parse(before.as_deref().unwrap_or_default()).map_err(|(line, why)| Error::Path {
                path: memory.clone().into(),
                why: format!("cannot be read in line {line}: {why}"),
                hint: Some("take the version that was committed, or settle its conflict".to_owned()),
            })?;
        let mut planner = Planner {
            opened,
            workspace,
            incoming,
            histories,
            system: &map.system,
            settle,
            failures: Failures::default(),
            left: incoming.deals.iter().map(|deal| (deal.id.as_str(), deal)).collect(),
            known,
            found: BTreeMap::new(),
            taken: BTreeMap::new(),
            plan: Self::default(),
        };
        planner.vanished();
        for path in workspace.deal_files(&Selection::Everything).files {
            planner.file(&path)?;
        }
        planner.rest();
        if !planner.failures.is_empty() {
            return Ok(Err(planner.failures.into_list()));
        }
        let after = last_import::write(&planner.known).map_err(|cause| Error::Json { cause })?;
        planner.plan.memory = Some((memory, before, after));
        planner.plan.paths.sort();
        Ok(Ok(planner.plan))
    }

    /// Where it is kept what was said; nowhere for a sheet.
    pub(super) fn memory_path(&self) -> &str {
        self.memory.as_ref().map_or("", |(path, ..)| path)
    }

    /// Writes it: new files, then changed ones, then what was said.
    pub(super) fn write(&self, opened: &Session) -> Result<(), Error> {
        let root = opened.root();
        let _others_wait = disk::lock(root);
        for deal in &self.changed {
            change::unchanged(opened, &deal.path, usize::MAX - 1, |now| now == deal.old)?;
        }
        let mut new: Vec<(&str, &str)> =
            self.new.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        if let Some((memory, None, after)) = self.memory.as_ref().filter(|(_, _, after)| !after.is_empty()) {
            new.push((memory, after));
        }
        if !new.is_empty() {
            output::write_folder(root, &new)?;
        }
        for (index, deal) in self.changed.iter().enumerate() {
            output::replace(&root.join(&deal.path), |out| out.write_all(deal.new.as_bytes())).map_err(
                |error| Error::Unknown {
                    message: error.to_string(),
                    hint: Some(format!(
                        "{} new deals and {index} of {} changed ones are written; import again to go on",
                        self.new.len(),
                        self.changed.len()
                    )),
                },
            )?;
        }
        if let Some((memory, Some(before), after)) = &self.memory
            && before != after
        {
            output::replace(&root.join(memory), |out| out.write_all(after.as_bytes()))?;
        }
        Ok(())
    }
}

struct Planner<'a> {
    opened: &'a Session,
    workspace: &'a Workspace<'a>,
    incoming: &'a Incoming,
    histories: &'a ImportedHistories,
    system: &'a str,
    settle: Settle,
    failures: Failures,
    /// Deals of the export whose file is not found yet.
    left: BTreeMap<&'a str, &'a IncomingDeal>,
    known: LastImport,
    /// Files by the ids of their origins.
    found: BTreeMap<String, String>,
    /// Names that are taken, by folder.
    taken: BTreeMap<String, BTreeSet<String>>,
    plan: ImportPlan,
}

impl Planner<'_> {
    /// Deals of the last import that are not in this export.
    fn vanished(&mut self) {
        let deals = self.incoming.deals.iter().rev();
        let merged_into: BTreeMap<&str, &str> =
            deals.flat_map(|deal| deal.merged.iter().map(|one| (one.as_str(), deal.id.as_str()))).collect();
        let gone = self.known.keys().filter(|id| !self.left.contains_key(id.as_str()));
        let gone = gone.map(|id| (id.clone(), merged_into.get(id.as_str()).map(|into| (*into).to_owned())));
        self.plan.vanished = gone.collect();
    }

    fn file(&mut self, path: &str) -> Result<(), Error> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = path.rsplit('/').next().unwrap_or(path);
        let taken = self.taken.entry(names::folded(folder).into_owned()).or_default();
        taken.insert(names::folded(names::stem(name)).into_owned());
        let most = self.workspace.config.limits.file_size;
        let Ok(file) = self.workspace.snapshot.read(path, most) else { return Ok(()) };
        if !file.text().contains("origin") {
            return Ok(());
        }
        let parsed = yaml::parse(file.text());
        let Some(root) = parsed.root.filter(|_| parsed.faults.is_empty()) else { return Ok(()) };
        let text = |key: &str| {
            let scalar = root.get("origin")?.get(key)?.as_scalar()?;
            Some(scalar.text.to_string())
        };
        let Some(id) = text("id").filter(|_| text("system").as_deref() == Some(self.system)) else {
            return Ok(());
        };
        if let Some(other) = self.found.insert(id.clone(), path.to_owned()) {
            let message = format!("`{path}` and `{other}` both have the origin {id}");
            let help = "take `origin` out of the one that is no longer this record".to_owned();
            self.failures.push(TablePlace::default(), message, Some(help));
            return Ok(());
        }
        let Some(deal) = self.left.remove(id.as_str()) else { return Ok(()) };
        let target = &self.incoming.targets[deal.target];
        let workflow = self.workspace.followed(path, root.get("workflow")).unwrap_or(&target.workflow);
        let schema = &workflow.schema;
        let mut known = self.known.get(&id).cloned();
        // Where no export has said yet where a deal stands, the import wrote it, and no person.
        if let Some(known) = known.as_mut().filter(|_| deal.values.contains_key("stage")) {
            known.entry("stage".to_owned()).or_insert_with(|| first_stage(&target.workflow));
        }
        // What the export has no column for is as it was.
        let spoken = &self.incoming.spoken[deal.place.file];
        let said =
            known.as_ref().map_or_else(|| deal.values.clone(), |known| spoken.completed(&deal.values, known));
        let parts = known.map(|known| spoken.parted(&known, &said));
        let (known, silent) =
            parts.map_or((None, ImportedValues::new()), |(known, silent)| (Some(known), silent));
        self.plan.silent.extend(silent.keys().cloned());
        let mut merged = merge(&root, known.as_ref(), &said, schema, self.settle);
        merged.known.extend(silent);
        self.plan.paths.push(path.to_owned());
        self.change(path, &root, (workflow, &id), &merged)?;
        self.known.insert(id, merged.known);
        Ok(())
    }

    fn change(
        &mut self,
        path: &str,
        root: &crate::syntax::Node<'_>,
        (workflow, id): (&Workflow, &str),
        merged: &MergedDeal,
    ) -> Result<(), Error> {
        let mut changes = merged.changes(root, &workflow.schema);
        let past_changes = self.histories.get(id).map(Vec::as_slice).unwrap_or_default();
        let missing = missing_entries::missing(root, past_changes);
        let tells = !missing.is_empty();
        let has_entries =
            root.get("history").is_some_and(|history| history.as_list().is_some_and(|it| !it.is_empty()));
        for (count, (at, past_change)) in missing.iter().enumerate() {
            let entry = entry(past_change, self.system, workflow);
            let mut path = edit::Path::keys(["history"]);
            if !has_entries {
                changes.push(edit::Change::Append(path, entry));
                continue;
            }
            path.0.push(edit::PathStep::Item(at + count));
            changes.push(edit::Change::Insert(path, entry));
        }
        if !tells
            && let Some(stage) = merged
                .taken
                .iter()
                .find(|past_change| past_change.key == "stage")
                .and_then(|past_change| past_change.there.clone())
            && has_entries
        {
            let reason = format!("{}{}", missing_entries::IMPORTED, self.system);
            let entry = [("stage", stage.to_string())];
            changes.push(proposal::history_entry(self.workspace.today, entry, Some(&reason)));
        }
        if !merged.conflicts.is_empty() {
            self.plan.conflicts.push((path.to_owned(), merged.conflicts.clone()));
        }
        if !merged.kept.is_empty() {
            self.plan.kept.push((path.to_owned(), merged.kept.clone()));
        }
        if changes.is_empty() {
            self.plan.same += usize::from(merged.conflicts.is_empty());
            return Ok(());
        }
        let old = change::read(self.opened, path, self.workspace.config.limits.file_size)?;
        match edit::edit(&old, &changes, &proposal::key_order(workflow)) {
            Ok(new) => {
                let taken = merged.taken.clone();
                self.plan.changed.push(PlannedChange { path: path.to_owned(), old, new, taken });
            }
            Err(declined) => {
                let message = format!("`{path}` cannot be changed: {}", declined.message);
                self.failures.push(TablePlace::default(), message, Some(declined.help));
            }
        }
        Ok(())
    }

    /// Deals that have no file: new ones, and those that somebody removed.
    fn rest(&mut self) {
        for (id, deal) in std::mem::take(&mut self.left) {
            if self.known.contains_key(id) {
                self.plan.removed.push(id.to_owned());
                continue;
            }
            let target = &self.incoming.targets[deal.target];
            let folder = match target.into.as_str() {
                "" => self.workspace.config.deals.clone(),
                into => format!("{}/{into}", self.workspace.config.deals),
            };
            let name = deal.values.get("name").map(ToString::to_string).unwrap_or_default();
            let taken = self.taken.entry(names::folded(&folder).into_owned()).or_default();
            let stem = slug::free(&name, id, taken);
            let path = format!("{folder}/{stem}.yaml");
            let text = edit::compose(&document(self.system, deal, target, self.histories.get(id)));
            let most = self.workspace.config.limits.file_size;
            let Some(text) = text.filter(|text| text.len() <= most) else {
                let message = "the row is larger than a deal's file may be, or holds what no file can";
                let help = "take the long column out of the map".to_owned();
                self.failures.push(deal.place, message, Some(help));
                continue;
            };
            self.plan.paths.push(path.clone());
            self.plan.new.push((path, text));
            self.known.insert(id.to_owned(), deal.values.clone());
        }
    }
}
