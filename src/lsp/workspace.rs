//! A workspace that is served: what is known of it from one message to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lsp_types::{Diagnostic, Uri};

use super::background::{FoundCosts, RunningCheck, SavedCosts};
use super::client::ClientFeatures;
use super::costs::CostSheet;
use super::diagnostics::{ByFile, PlaceWriter};
use super::documents::Documents;
use super::git_user::GitUser;
use super::host::Host;
use super::rules_cache::{self, CachedRules};
use crate::assess::open_deals::OpenDeals;
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::error::Error;
use crate::finding::limit::FILE_SIZE;
use crate::history::Past;
use crate::snapshot::CONFIG_FILE;
use crate::snapshot::overlay::Overlay;
use crate::snapshot::worktree::Worktree;
use crate::source::names::{is_toml, is_yaml};
use crate::source::paths;
use crate::syntax::yaml;
use crate::workflow;

/// A workspace of which a file is open, or that the client opened as a folder.
pub(super) struct ServedWorkspace {
    /// The root, links resolved.
    pub(super) root: PathBuf,
    /// The same as the client writes it.
    pub(super) shown: PathBuf,
    /// Nothing but the files that are open: no workspace is around them.
    pub(super) is_lone: bool,
    /// What it is judged by, until settings or workflows change.
    rules: Option<CachedRules>,
    /// What commits told when it was judged by other rules.
    past: Option<Past>,
    /// What the client was told last of each file, and under which address.
    published: BTreeMap<String, (Uri, Vec<Diagnostic>)>,
    /// The check of everything that is under way.
    pub(super) check: Option<RunningCheck>,
    /// Whether there is something that the last check of everything did not see.
    pub(super) is_stale: bool,
    /// Open files that are to be judged at once.
    pub(super) changed: BTreeSet<String>,
    /// What rules cost, as far as that is known.
    pub(super) costs: Option<CostSheet>,
    /// Whether the deals may not be what they were when they were kept.
    pub(super) other_deals: bool,
    /// Who works here, once somebody has asked.
    desk: Option<Arc<GitUser>>,
}

impl ServedWorkspace {
    pub(super) fn new(root: PathBuf, shown: PathBuf, is_lone: bool) -> Self {
        Self {
            root,
            shown,
            is_lone,
            rules: None,
            past: None,
            published: BTreeMap::new(),
            check: None,
            is_stale: true,
            changed: BTreeSet::new(),
            costs: None,
            other_deals: true,
            desk: None,
        }
    }

    /// Who works here: asked again when something was saved.
    pub(super) fn desk(&mut self) -> Arc<GitUser> {
        Arc::clone(self.desk.get_or_insert_with(|| Arc::new(GitUser::of(&self.root))))
    }

    /// Files may be others than they were.
    pub(super) fn forget_desk(&mut self) {
        self.desk = None;
    }

    /// The most that is read of a file, in bytes.
    pub(super) fn file_size(&self) -> usize {
        self.rules.as_ref().map_or(FILE_SIZE.usual, CachedRules::file_size)
    }

    /// Looks at the workspace with what is open laid over it.
    pub(super) fn with<T>(
        &mut self,
        host: &dyn Host,
        texts: &BTreeMap<String, Arc<[u8]>>,
        look: impl FnOnce(&Workspace<'_>) -> T,
    ) -> Result<T, Error> {
        let cause = |cause| Error::Enter { path: self.root.clone(), cause };
        let on_disk = Worktree::open(&self.root).map_err(cause)?;
        let files = Overlay::of(&on_disk, texts.clone());
        if self.is_of_yesterday(host) {
            self.begin_the_day(texts);
        }
        let workspace = match self.rules.take() {
            Some(rules) => rules.over(&files),
            None => rules_cache::open(host, &self.root, &files, self.past.take())?,
        };
        let seen = look(&workspace);
        self.rules = Some(CachedRules::of(workspace));
        Ok(seen)
    }

    /// Whether a check of everything is to be started.
    pub(super) fn is_due(&self) -> bool {
        self.is_stale && self.check.is_none() && !self.is_lone
    }

    /// Whether it is judged as of a day that is over.
    pub(super) fn is_of_yesterday(&self, host: &dyn Host) -> bool {
        self.rules.as_ref().is_some_and(|rules| rules.is_of_another_day(host))
    }

    /// How long the day is that it is judged as of; `None`: nobody knows, or it never ends.
    pub(super) fn day_left(&self, host: &dyn Host) -> Option<Duration> {
        self.rules.as_ref()?.day_left(host)
    }

    /// Judges everything again, of some texts that are open at once.
    pub(super) fn begin_the_day(&mut self, texts: &BTreeMap<String, Arc<[u8]>>) {
        self.forget_rules();
        (self.is_stale, self.other_deals) = (true, true);
        self.changed.extend(texts.keys().cloned());
    }

    /// Looks at one deal as it is judged; `None` where it cannot be.
    pub(super) fn with_deal<T: Send>(
        &mut self,
        host: &dyn Host,
        texts: &BTreeMap<String, Arc<[u8]>>,
        path: &str,
        look: impl Fn(&Workspace<'_>, &JudgedDeal<'_>) -> Option<T> + Sync,
    ) -> Option<T> {
        let selection = Selection::Paths(vec![path.to_owned()]);
        let is_lone = self.is_lone;
        let seen = self.with(host, texts, |workspace| {
            if !is_served(workspace, path, is_lone) {
                return Vec::new();
            }
            assess::judge(workspace, &selection, |judged| look(workspace, judged))
        });
        seen.ok()?.pop()
    }

    /// Settings or workflows may be others; commits are what they were.
    pub(super) fn forget_rules(&mut self) {
        if let Some(rules) = self.rules.take() {
            self.past = Some(rules.into_past());
        }
    }

    /// Commits may be others too.
    pub(super) fn forget_past(&mut self) {
        (self.rules, self.past) = (None, None);
    }

    /// The open deals that are kept.
    pub(super) fn kept_deals(&self) -> OpenDeals {
        self.costs.as_ref().map(|sheet| Arc::clone(&sheet.deals)).unwrap_or_default()
    }

    /// Takes over what a check of everything read.
    pub(super) fn adopt_rules(&mut self, rules: CachedRules) {
        self.rules = Some(rules);
    }

    /// Takes over what is known of costs; whether that is anything new.
    pub(super) fn adopt_costs(&mut self, found: FoundCosts) -> bool {
        let FoundCosts { checked, kept } = found;
        match (kept, &mut self.costs) {
            (Some(SavedCosts { deals, costs, currency }), known) => {
                *known =
                    Some(CostSheet { deals, saved: costs, checked, currency, told_last: BTreeMap::new() });
            }
            (None, Some(known)) => known.checked = checked,
            (None, None) => return false,
        }
        true
    }

    /// How its places are written for the client.
    pub(super) fn writer<'t>(
        &self,
        client: ClientFeatures,
        documents: &Documents,
        texts: &'t BTreeMap<String, Arc<[u8]>>,
    ) -> PlaceWriter<'t> {
        let addresses = documents.of_root(&self.root).map(|it| (it.home.path.clone(), it.uri.clone()));
        PlaceWriter { client, shown: self.shown.clone(), addresses: addresses.collect(), texts }
    }

    /// What the client does not know yet, of some files or of all: new diagnostics, and none where there were some, or
    /// where a file has another address now.
    pub(super) fn news(
        &mut self,
        found: ByFile,
        of: Option<&BTreeSet<String>>,
        writer: &PlaceWriter<'_>,
    ) -> Vec<(Uri, Vec<Diagnostic>)> {
        let mut news = Vec::new();
        let meant = |path: &String| of.is_none_or(|of| of.contains(path));
        let gone: Vec<String> =
            self.published.keys().filter(|path| meant(path) && !found.contains_key(*path)).cloned().collect();
        for (uri, _) in gone.iter().filter_map(|path| self.published.remove(path)) {
            news.push((uri, Vec::new()));
        }
        for (path, diagnostics) in found.into_iter().filter(|(path, _)| meant(path)) {
            let Some(uri) = writer.uri(&path) else { continue };
            let told = (uri, diagnostics);
            match self.published.get(&path) {
                Some(known) if *known == told => continue,
                Some((known, _)) if *known != told.0 => news.push((known.clone(), Vec::new())),
                _ => {}
            }
            self.published.insert(path, told.clone());
            news.push(told);
        }
        news
    }

    /// Whether a file is one of the rules: settings, or a workflow.
    pub(super) fn is_rule(path: &str) -> bool {
        is_toml(path)
    }
}

/// Whether a file is the server's business: a deal, a workflow or the settings. Where nothing says that there are deals, one
/// is what says in which stage it stands.
pub(super) fn is_served(workspace: &Workspace<'_>, path: &str, is_lone: bool) -> bool {
    let config = &workspace.config;
    if is_lone {
        let has_stage = |text: &str| yaml::parse(text).root.is_some_and(|root| root.get("stage").is_some());
        let text = workspace.snapshot.read(path, config.limits.file_size);
        return is_yaml(path) && text.is_ok_and(|file| has_stage(file.text()));
    }
    path == CONFIG_FILE
        || is_yaml(path) && paths::below(&config.deals, path).is_some()
        || workflow::is_workflow(&config.workflows, path)
}
