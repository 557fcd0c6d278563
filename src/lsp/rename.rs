//! Another name for a requirement or a stage: in the workflow, in those that extend it, in their deals and their tests.
//! Nothing is handed out that would change what is found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::host::Host;
use super::places::RuleTarget;
use super::toml_names;
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::edit::{self, Change, NewValue, Path, PathStep};
use crate::finding::wording::quote;
use crate::proposal;
use crate::snapshot::Snapshot;
use crate::snapshot::git::GitFailure;
use crate::snapshot::overlay::Overlay;
use crate::source::names::{is_id, is_yaml};
use crate::source::paths;
use crate::syntax::{Node, yaml};
use crate::trial;
use crate::workflow::{Workflow, builtin};

/// Texts by their paths: as they are, and as they would be.
pub(super) type NewTexts = BTreeMap<String, (String, String)>;

/// What is to be called otherwise.
pub(super) struct RenameRequest<'a> {
    pub(super) workspace: &'a Workspace<'a>,
    /// Where the workspace is.
    pub(super) root: &'a std::path::Path,
    pub(super) target: &'a RuleTarget,
    pub(super) new: &'a str,
}

impl RenameRequest<'_> {
    fn old(&self) -> Result<&str, String> {
        match self.target {
            RuleTarget::Requirement(id, _) | RuleTarget::Stage(id, _) => Ok(id),
            RuleTarget::Workflow(_) => Err("a workflow is called as its file is".to_owned()),
        }
    }

    fn has(&self, workflow: &Workflow, id: &str) -> bool {
        match self.target {
            RuleTarget::Requirement(..) => workflow.requirement(id).is_some(),
            RuleTarget::Stage(..) => workflow.stage_index(id).is_some(),
            RuleTarget::Workflow(_) => false,
        }
    }

    /// The texts that change; an error says why none does.
    pub(super) fn texts(&self, host: &dyn Host) -> Result<NewTexts, String> {
        let old = self.old()?;
        if !is_id(self.new) {
            return Err(format!(
                "{} is no name for it: small letters, digits and `-`, as in `budget-known`",
                quote(self.new)
            ));
        }
        let workflows = self.workflows(old)?;
        if let Some(taken) = workflows.iter().find(|workflow| self.has(workflow, self.new)) {
            return Err(format!("{} has {} already", quote(&taken.id), quote(self.new)));
        }
        let mut texts = self.rules(&workflows);
        self.deals(&workflows, old, &mut texts)?;
        self.unread(&workflows, old, &texts)?;
        self.tests(&workflows, old, &mut texts)?;
        self.verify(&texts, &workflows, old, host)?;
        Ok(texts)
    }

    /// Whether it may be called otherwise at all; an error says why not.
    pub(super) fn may_be(&self) -> Result<(), String> {
        self.workflows(self.old()?).map(|_| ())
    }

    /// The workflows in which it is the same thing.
    fn workflows(&self, old: &str) -> Result<Vec<&Arc<Workflow>>, String> {
        let library = &self.workspace.library;
        let own = || library.own_names().filter_map(|name| library.get(name).flatten());
        let here = self.target.place().file.path();
        let start = own().find(|workflow| workflow.sources.iter().any(|file| file.path() == here));
        let start = start.ok_or_else(|| format!("{} comes with dealgate and keeps its name", quote(old)))?;
        let lineage = std::iter::once(&start.id).chain(&start.parents);
        let holders: BTreeSet<&str> = lineage
            .filter(|name| library.get(name).flatten().is_some_and(|workflow| self.has(workflow, old)))
            .map(AsRef::as_ref)
            .collect();
        // What a built-in has is called so in every workspace.
        if let Some(name) = holders.iter().find(|name| name.starts_with(builtin::PREFIX)) {
            return Err(format!("{} comes from {} and keeps its name", quote(old), quote(name)));
        }
        let shares = |workflow: &&Arc<Workflow>| {
            holders.contains(workflow.id.as_ref())
                || workflow.parents.iter().any(|parent| holders.contains(parent.as_ref()))
        };
        Ok(own().filter(shares).filter(|workflow| self.has(workflow, old)).collect())
    }

    fn rules(&self, workflows: &[&Arc<Workflow>]) -> NewTexts {
        let files = workflows.iter().flat_map(|workflow| &workflow.sources);
        let own = files.filter(|file| !file.path().starts_with(builtin::PREFIX));
        own.map(|file| {
            let new = toml_names::renamed(file.text(), self.target, self.new);
            (file.path().to_string(), (file.text().to_owned(), new))
        })
        .collect()
    }

    fn deals(&self, workflows: &[&Arc<Workflow>], old: &str, texts: &mut NewTexts) -> Result<(), String> {
        let follows = |judged: &JudgedDeal<'_>| workflows.iter().any(|it| it.id == judged.workflow.id);
        let edited = |judged: &JudgedDeal<'_>| {
            let text = judged.file.text();
            // Most deals say nothing of it.
            if !follows(judged) || !text.contains(old) {
                return None;
            }
            let order = proposal::key_order(judged.workflow);
            let path = judged.file.path().to_string();
            Some((path, text.to_owned(), self.edited(text, old, &order)))
        };
        let found = assess::check(self.workspace, &Selection::Everything, edited).kept;
        for (path, text, edited) in found {
            let new = edited.map_err(|why| format!("{path}: {why}"))?;
            texts.insert(path, (text, new));
        }
        Ok(())
    }

    /// A deal that cannot be read keeps what it says, so nothing is called otherwise before it is mended.
    fn unread(&self, workflows: &[&Arc<Workflow>], old: &str, texts: &NewTexts) -> Result<(), String> {
        let workspace = self.workspace;
        for path in workspace.deal_files(&Selection::Everything).files {
            if texts.contains_key(&path) {
                continue;
            }
            let Ok(file) = workspace.snapshot.read(&path, workspace.config.limits.file_size) else {
                continue;
            };
            if !file.text().contains(old) {
                continue;
            }
            let parsed = yaml::parse(file.text());
            let own = parsed.root.as_ref().and_then(|root| root.get("workflow"));
            let is_meant =
                workspace.followed(&path, own).is_none_or(|it| workflows.iter().any(|one| one.id == it.id));
            if !parsed.faults.is_empty() && is_meant {
                let old = quote(old);
                return Err(format!("{path} cannot be read and may speak of {old}: mend it first"));
            }
        }
        Ok(())
    }

    /// The tests of the workflows are deals too, in which comments name what is expected.
    fn tests(&self, workflows: &[&Arc<Workflow>], old: &str, texts: &mut NewTexts) -> Result<(), String> {
        let (snapshot, config) = (self.workspace.snapshot, &self.workspace.config);
        for workflow in workflows {
            let folder = paths::join(&trial::folder(config), &workflow.id);
            for path in snapshot.walk(&folder).files.into_iter().filter(|path| is_yaml(path)) {
                let Ok(file) = snapshot.read(&path, config.limits.file_size) else { continue };
                let order = proposal::key_order(workflow);
                let new = self.edited(file.text(), old, &order).map_err(|why| format!("{path}: {why}"))?;
                let new = in_expectations(&new, old, self.new);
                texts.insert(path, (file.text().to_owned(), new));
            }
        }
        Ok(())
    }

    fn edited(&self, text: &str, old: &str, order: &[&str]) -> Result<String, String> {
        let Some(root) = yaml::parse(text).root else { return Ok(text.to_owned()) };
        let changes = self.changes(&root, old);
        edit::edit(text, &changes, order).map_err(|declined| declined.message)
    }

    fn changes(&self, root: &Node<'_>, old: &str) -> Vec<Change> {
        if let RuleTarget::Requirement(..) = self.target {
            let named = |key: &&str| root.get(key).is_some_and(|entries| entries.get(old).is_some());
            let rename = |key| Change::Rename(Path::keys([key, old]), self.new.to_owned());
            return ["done", "waivers"].into_iter().filter(named).map(rename).collect();
        }
        let is_old =
            |node: Option<&Node<'_>>| node.and_then(Node::as_scalar).is_some_and(|scalar| scalar.text == old);
        let new = || NewValue::Text(self.new.to_owned());
        let mut changes = Vec::new();
        if is_old(root.get("stage")) {
            changes.push(Change::Set(Path::keys(["stage"]), new()));
        }
        let history = root.get("history").and_then(Node::as_list).unwrap_or_default();
        for (index, _) in history.iter().enumerate().filter(|(_, entry)| is_old(entry.get("stage"))) {
            let steps = [
                PathStep::Key("history".to_owned()),
                PathStep::Item(index),
                PathStep::Key("stage".to_owned()),
            ];
            changes.push(Change::Set(Path(steps.to_vec()), new()));
        }
        changes
    }

    /// That what is found stays what it was, and since when a deal is known to be where: what only git dates, git knows by
    /// the old name.
    fn verify(
        &self,
        texts: &NewTexts,
        workflows: &[&Arc<Workflow>],
        old: &str,
        host: &dyn Host,
    ) -> Result<(), String> {
        let before = self.seen(self.workspace.snapshot, workflows, host)?;
        let after = self.seen_with(texts, workflows, host)?;
        for workflow in workflows {
            let name = |is_new| (workflow.id.to_string(), is_new);
            if !after.names.contains(&name(true)) || after.names.contains(&name(false)) {
                return Err(format!(
                    "{} cannot be changed so that only the name is another",
                    quote(&workflow.id)
                ));
            }
        }
        let moved = before.stays.iter().find(|(path, stays)| after.stays.get(*path) != Some(*stays));
        if let Some((path, _)) = moved {
            return Err(format!(
                "since when {path} is where it is only git knows, and by the name {}: keep it, and write the `name` \
                 that people read in its table",
                quote(old)
            ));
        }
        let (was, is) = (&before.found, &after.found);
        let differs = is.iter().find(|(what, count)| was.get(*what) != Some(*count));
        let differs = differs.or_else(|| was.iter().find(|(what, _)| !is.contains_key(*what)));
        match differs {
            None => Ok(()),
            Some(((path, code), _)) => {
                Err(format!("with the new name, {path} would not be judged alike: {code}"))
            }
        }
    }

    fn seen_with(
        &self,
        texts: &NewTexts,
        workflows: &[&Arc<Workflow>],
        host: &dyn Host,
    ) -> Result<Seen, String> {
        let bytes = texts.iter().map(|(path, (_, new))| (path.clone(), Arc::from(new.as_bytes())));
        let files = Overlay::of(self.workspace.snapshot, bytes.collect());
        self.seen(&files, workflows, host)
    }

    /// What is found in some files, and when their deals were where.
    fn seen(
        &self,
        files: &dyn Snapshot,
        workflows: &[&Arc<Workflow>],
        host: &dyn Host,
    ) -> Result<Seen, String> {
        let workspace = Workspace::load(files, host.config(files), self.workspace.today);
        let workspace = if host.asks_git() {
            workspace.with_past(self.root, None, None)
        } else {
            workspace.without_past()
        };
        let workspace = Workspace { all_dates: true, ..workspace };
        let mut seen = Seen::default();
        // What git will tell another time must not get lost because it does not tell it now.
        match workspace.past.tracks() {
            None
            | Some(Ok(_) | Err(GitFailure::NoProgram | GitFailure::NoRepository | GitFailure::NoCommits)) => {
            }
            Some(Err(trouble)) => {
                return Err(format!("git does not tell since when deals are where they are: {trouble}"));
            }
        }
        for workflow in workflows {
            let Some(now) = workspace.library.get(&workflow.id).flatten() else { continue };
            for (name, is_new) in [(self.new, true), (self.old().unwrap_or_default(), false)] {
                if self.has(now, name) {
                    seen.names.insert((workflow.id.to_string(), is_new));
                }
            }
        }
        let stays = |judged: &JudgedDeal<'_>| {
            workflows.iter().any(|it| it.id == judged.workflow.id).then(|| {
                let visits = judged.timeline.visits().iter();
                let stays = visits.map(|it| (it.stage, it.entered));
                (judged.file.path().to_string(), stays.collect::<Vec<_>>())
            })
        };
        let assessment = assess::check(&workspace, &Selection::Everything, stays);
        for finding in assessment.ledger.findings() {
            let path = finding.place.as_ref().map(|place| place.file.path().to_string()).unwrap_or_default();
            *seen.found.entry((path, finding.code.name())).or_insert(0) += 1;
        }
        seen.stays = assessment.kept.into_iter().collect();
        Ok(seen)
    }
}

/// What is seen under one of the two names.
#[derive(Default)]
struct Seen {
    /// The workflows that have the new name (true) and the old one.
    names: BTreeSet<(String, bool)>,
    /// How often what is found in which file.
    found: BTreeMap<(String, &'static str), usize>,
    /// The stages in which each deal was, by their place, and since when.
    stays: BTreeMap<String, Vec<(Option<usize>, Date)>>,
}

/// What comments expect, by another name.
fn in_expectations(text: &str, old: &str, new: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let line = |line: &str| {
        let Some(at) = line.find('#').filter(|at| line[*at..].contains("expect:")) else {
            return line.to_owned();
        };
        let (head, comment) = line.split_at(at);
        let mut made = head.to_owned();
        let mut last = 0;
        for (start, _) in comment.match_indices(old) {
            let end = start + old.len();
            let is_whole = !comment[..start].ends_with(is_part) && !comment[end..].starts_with(is_part);
            if is_whole && start >= last {
                made.push_str(&comment[last..start]);
                made.push_str(new);
                last = end;
            }
        }
        made + &comment[last..]
    };
    text.split_inclusive('\n').map(line).collect()
}
