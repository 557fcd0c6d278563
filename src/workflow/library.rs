//! All workflows of a workspace and the built-ins, each resolved once, with what is wrong with them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use iso_currency::Currency;
use jiff::civil::Date;

use super::model::Workflow;
use super::read::{self, ReadContext};
use super::surroundings::Surroundings;
use super::{builtin, inherited, merge};
use crate::deal::rates::Rates;
use crate::finding::limit::Limits;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder, Level, Subject};
use crate::snapshot::{CONFIG_FILE, Listing, Snapshot, unreadable};
use crate::source::names::{self, composed};
use crate::source::{Place, SourceFile, Span, paths};
use crate::syntax::{Node, Parsed, toml};

/// How many workflows may extend each other in a row.
const MAX_GENERATIONS: usize = 16;

/// The workflows of a workspace by name.
#[derive(Debug, Default)]
pub struct Library {
    /// The texts of the workspace's workflows, by name.
    files: BTreeMap<String, Arc<SourceFile>>,
    /// What became of each of the workspace's workflows.
    resolved: BTreeMap<String, Resolved>,
    /// What became of each built-in, by its full name: resolved once somebody asks, since most runs follow one of them.
    built_in: BTreeMap<String, OnceLock<Resolved>>,
    /// What built-ins take from the workspace when their turn comes.
    taken: Taken,
    /// What could not be listed.
    faults: Vec<Finding>,
}

/// What became of a workflow.
#[derive(Clone, Debug, Default)]
struct Resolved {
    /// `None` when deals cannot be judged by it.
    workflow: Option<Arc<Workflow>>,
    findings: Vec<Finding>,
    /// The full names of those it extends, nearest first.
    parents: Vec<String>,
}

/// The surroundings, kept.
#[derive(Debug, Default)]
struct Taken {
    currency: Option<Currency>,
    rates: Rates,
    today: Date,
    limits: Limits,
}

impl Library {
    /// Reads and resolves every workflow in a folder; the built-ins are there to be asked for.
    pub fn load(snapshot: &dyn Snapshot, folder: &str, surroundings: Surroundings<'_>) -> Self {
        let Surroundings { currency, rates, today, limits } = surroundings;
        let built_in =
            builtin::NAMES.iter().map(|name| (format!("{}{name}", builtin::PREFIX), OnceLock::new()));
        let mut library = Self {
            built_in: built_in.collect(),
            taken: Taken { currency, rates: rates.clone(), today, limits },
            ..Self::default()
        };
        let Listing { files: paths, faults } = snapshot.files_in(folder);
        library.faults = faults;
        for path in paths.iter().filter(|path| is_workflow(folder, path)) {
            let name = names::composed(names::stem(path.rsplit('/').next().unwrap_or(path))).into_owned();
            if library.files.contains_key(&name) || library.resolved.contains_key(&name) {
                let why = "another file of the folder is the workflow of this name";
                library.faults.push(unreadable(path, why, "keep one of them, or give one another name"));
                continue;
            }
            let text = match snapshot.stray(path) {
                Some(finding) => Err(Box::new(finding)),
                None => snapshot.read(path, limits.file_size),
            };
            match text {
                Ok(file) => {
                    library.files.insert(name, file);
                }
                Err(finding) => {
                    let subject = Subject { workflow: Some(name.as_str().into()), ..Subject::default() };
                    let unread = Resolved { findings: vec![finding.about(subject)], ..Resolved::default() };
                    library.resolved.insert(name, unread);
                }
            }
        }
        let own: Vec<String> = library.files.keys().cloned().collect();
        for name in own {
            let resolved = library.resolve(&name);
            library.resolved.insert(name, resolved);
        }
        library.tell_inherited_faults_once();
        library
    }

    /// How many workflows the workspace itself has.
    pub fn own_count(&self) -> usize {
        self.own_names().count()
    }

    /// The names of the workspace's own workflows, in order.
    pub fn own_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.resolved.keys().map(String::as_str)
    }

    /// Every name by which a deal may ask for a workflow: the workspace's own, then the built-ins.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.own_names().chain(builtin::NAMES.iter().copied())
    }

    /// The full name of a workflow: the workspace's own comes before a built-in of the same name.
    pub fn full_name(&self, name: &str) -> Option<&str> {
        let name = composed(name);
        let name = name.as_ref();
        if let Some((own, _)) = self.resolved.get_key_value(name) {
            return Some(own);
        }
        if let Some((full, _)) = self.built_in.get_key_value(name) {
            return Some(full);
        }
        // Asked for every folder of every deal's path: few names are those of a built-in.
        builtin::NAMES.contains(&name).then_some(())?;
        let built_in = format!("{}{name}", builtin::PREFIX);
        self.built_in.get_key_value(&built_in).map(|(full, _)| full.as_str())
    }

    /// The workflow of a name. `Some(None)`: there is one, and deals cannot be judged by it.
    #[expect(clippy::option_option, reason = "a workflow that cannot be used is not one that is not there")]
    pub fn get(&self, name: &str) -> Option<Option<&Arc<Workflow>>> {
        let resolved = self.known(self.full_name(name)?)?;
        Some(resolved.workflow.as_ref())
    }

    /// What is wrong with a workflow of this full name.
    pub fn findings(&self, name: &str) -> &[Finding] {
        self.known(name).map(|resolved| resolved.findings.as_slice()).unwrap_or_default()
    }

    /// The full names of the workflows that one extends, nearest first.
    pub fn parents(&self, name: &str) -> impl Iterator<Item = &str> {
        self.known(name).into_iter().flat_map(|resolved| &resolved.parents).map(String::as_str)
    }

    /// What is in the folder of the workflows and could not be listed.
    pub fn faults(&self) -> &[Finding] {
        &self.faults
    }

    /// What became of the workflow of a full name.
    fn known(&self, name: &str) -> Option<&Resolved> {
        let built_in = || Some(self.built_in.get(name)?.get_or_init(|| self.resolve(name)));
        self.resolved.get(name).or_else(built_in)
    }

    fn file(&self, name: &str) -> Option<Arc<SourceFile>> {
        match name.strip_prefix(builtin::PREFIX) {
            Some(name) => builtin::file(name),
            None => self.files.get(name).cloned(),
        }
    }

    fn resolve(&self, name: &str) -> Resolved {
        let Taken { currency, ref rates, today, limits } = self.taken;
        let surroundings = Surroundings { currency, rates, today, limits };
        let Some(file) = self.file(name) else { return Resolved::default() };
        let subject = Subject { workflow: Some(plain(name).into()), ..Subject::default() };
        let mut complaints = FindingsBuilder::about(vec![Arc::clone(&file)], subject.clone());
        let (files, names) = self.lineage(name, file, &mut complaints);
        let sources: Vec<_> = files.iter().map(|(file, _)| Arc::clone(file)).collect();
        let unusable = files.iter().any(|(_, usable)| !usable);
        let circular = !complaints.is_empty();

        let mut all = FindingsBuilder::about(sources, subject).keeping(limits.findings);
        complaints.into_findings().into_iter().for_each(|finding| all.add_placed(finding));
        let texts = all.sources().to_vec();
        let mut merged: Option<Node<'_>> = None;
        for (generation, text) in texts.iter().enumerate().rev() {
            let Parsed { root, faults } =
                toml::parse(text.text(), u16::try_from(generation).unwrap_or(u16::MAX));
            for fault in faults {
                fault.tell(&mut all);
            }
            let Some(root) = root.map(merge::spell_out) else { continue };
            merged = Some(match merged {
                Some(parent) => merge::lay_over(root, parent, &mut all),
                None => root,
            });
        }
        let context = ReadContext { id: plain(name), parents: &names, surroundings };
        let workflow = merged
            .filter(|_| !unusable && !circular)
            .and_then(|root| read::workflow(&root, context, &mut all));
        // What is not kept may be an error as well.
        let sound = all.count() == all.found().len()
            && all.found().iter().all(|finding| finding.code.default_level() < Level::Error);
        // A rule that cannot be read is an error whatever `[levels]` says: its deals are not judged.
        let findings = all
            .into_findings()
            .into_iter()
            .map(|finding| {
                let fixed = (finding.code.default_level() == Level::Error).then_some(Level::Error);
                Finding { level: fixed, ..finding }
            })
            .collect();
        Resolved { workflow: workflow.filter(|_| sound).map(Arc::new), findings, parents: names }
    }

    /// The file and those it extends, nearest first, each with whether its text could be had, and the parents' names.
    fn lineage(
        &self,
        name: &str,
        file: Arc<SourceFile>,
        complaints: &mut FindingsBuilder,
    ) -> (Vec<(Arc<SourceFile>, bool)>, Vec<String>) {
        let mut names = vec![name.to_owned()];
        let mut extended = extends(file.text());
        let own = extended.as_ref().map_or_else(Span::default, |(_, span)| *span);
        let mut files = vec![(file, true)];
        while let Some((parent, span)) = extended {
            let fault = match self.ancestor(&parent, &names) {
                Ok(full) => {
                    let file = self.file(&full);
                    extended = file.as_ref().and_then(|file| extends(file.text()));
                    let missing = || Arc::new(SourceFile::new(full.as_str(), ""));
                    files.push((file.clone().unwrap_or_else(missing), file.is_some()));
                    names.push(full);
                    continue;
                }
                Err(fault) => fault,
            };
            let ExtendsFault { code, message, help, returns } = fault;
            if returns {
                // Each of them finds the circle; the first by its name tells it.
                files[0].1 = false;
                if names.iter().all(|name| *name >= names[0]) {
                    let finding = Finding::new(code, message).maybe_help(help);
                    let others = files.iter().skip(1).map(|(file, _)| {
                        let span = extends(file.text()).map_or_else(Span::default, |(_, span)| span);
                        Place::new(file, span)
                    });
                    let finding = others
                        .fold(finding, |finding, place| finding.related(Some(place), "and goes on here"));
                    complaints.add(own, finding);
                }
            } else if files.len() == 1 {
                complaints.push(code, span, message, help);
            } else {
                // What is wrong further up stops this workflow too, and is told at its own `extends`.
                let message = format!("{} cannot be extended: {message}", quote(&names[1]));
                complaints.push(code, own, message, help);
            }
            break;
        }
        names.remove(0);
        (files, names)
    }

    /// The full name of the next in the row of those that extend each other.
    fn ancestor(&self, parent: &str, names: &[String]) -> Result<String, ExtendsFault> {
        let fault = |code, message, help| Err(ExtendsFault { code, message, help, returns: false });
        let Some(full) = self.parent_name(parent) else {
            let message = format!("there is no workflow {}", quote(parent));
            return fault(Code::UnknownWorkflow, message, suggest(parent, self.extendable()).sentence());
        };
        if names.contains(&full) {
            let circle = names.iter().skip_while(|name| **name != full).chain([&full]);
            let circle: Vec<_> = circle.map(|name| plain(name)).collect();
            let message = format!("these workflows extend each other in a circle: {}", circle.join(" → "));
            let help = match builtin::file(parent) {
                Some(_) => format!("to extend the built-in of this name, write `builtin/{parent}`"),
                None => "let one of them stand on its own".to_owned(),
            };
            let returns = full == names[0];
            return Err(ExtendsFault { code: Code::BadExtends, message, help: Some(help), returns });
        }
        if names.len() > MAX_GENERATIONS {
            let message = format!("more than {MAX_GENERATIONS} workflows extend each other in a row");
            return fault(Code::TooLarge, message, Some("let one of them extend less".to_owned()));
        }
        Ok(full)
    }

    /// What a file means by a name after `extends`.
    fn parent_name(&self, parent: &str) -> Option<String> {
        let own = composed(parent);
        if self.files.contains_key(own.as_ref()) || self.resolved.contains_key(own.as_ref()) {
            return Some(own.into_owned());
        }
        let bare = parent.strip_prefix(builtin::PREFIX).unwrap_or(parent);
        builtin::file(bare).map(|_| format!("{}{bare}", builtin::PREFIX))
    }

    fn extendable(&self) -> impl Iterator<Item = &str> + Clone {
        self.files.keys().map(String::as_str).chain(builtin::NAMES.iter().copied())
    }

    /// What is wrong with a parent is told with the parent, not again with each workflow that extends it.
    fn tell_inherited_faults_once(&mut self) {
        let key = |finding: &Finding| {
            finding.place.as_ref().map(|place| (finding.code, place.file.path().to_string(), place.span))
        };
        // Only a built-in in which something is found may have faults of its own.
        let pointed_at = |name: &str| {
            let mut places = self.resolved.values().flat_map(|it| &it.findings).filter_map(key);
            self.file(name).is_some_and(|file| places.any(|(_, at, _)| at == file.path().to_string()))
        };
        let names = self.resolved.keys().chain(self.built_in.keys().filter(|name| pointed_at(name)));
        let own: std::collections::BTreeSet<_> = names
            .filter_map(|name| Some((name, self.known(name)?)))
            .flat_map(|(name, resolved)| {
                let path = self.file(name).map(|file| file.path().to_string());
                resolved.findings.iter().filter_map(key).filter(move |(_, at, _)| Some(at) == path.as_ref())
            })
            .collect();
        for (name, resolved) in &mut self.resolved {
            let path = match name.strip_prefix(builtin::PREFIX) {
                Some(name) => builtin::file(name),
                None => self.files.get(name).cloned(),
            };
            let shown = path.as_ref().map(|file| file.path().to_string());
            resolved.findings.retain(|finding| {
                key(finding).is_none_or(|key| Some(&key.1) == shown.as_ref() || !own.contains(&key))
            });
            if let Some(file) = path {
                inherited::point_at_child(&file, &mut resolved.findings);
            }
        }
    }
}

/// Why a workflow cannot extend what it names.
struct ExtendsFault {
    code: Code,
    message: String,
    help: Option<String>,
    /// Whether the row leads back to the workflow that it began with.
    returns: bool,
}

/// The value of `extends` and where it stands.
fn extends(text: &str) -> Option<(String, Span)> {
    let root = toml::parse(text, 0).root?;
    let value = root.get("extends")?;
    Some((value.as_scalar()?.text.to_string(), value.span))
}

/// A name as people see it.
fn plain(name: &str) -> &str {
    name.strip_prefix(builtin::PREFIX).unwrap_or(name)
}

/// Whether a path is that of a workflow in a folder: a TOML file directly in there that is not the settings.
pub(crate) fn is_workflow(folder: &str, path: &str) -> bool {
    path != CONFIG_FILE
        && paths::below(folder, path).is_some_and(|name| !name.contains('/') && names::is_toml(name))
}
