//! A workspace at a moment, ready to be judged.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use iso_currency::Currency;
use jiff::civil::Date;

use crate::finding::Finding;
use crate::history::Past;
use crate::snapshot::{Listing, Snapshot};
use crate::source::names::{self, is_yaml};
use crate::source::{Span, Spanned, paths};
use crate::syntax::Node;
use crate::workflow::{Library, Surroundings, Workflow};
use crate::workspace::{Assigned, Config};

/// A workspace with its settings and workflows read: what deals are judged by.
pub struct Workspace<'s> {
    /// Where files come from.
    pub snapshot: &'s dyn Snapshot,
    /// The settings.
    pub config: Config,
    /// The workflows.
    pub library: Arc<Library>,
    /// The commit that settings and workflows come from; `None`: files on disk.
    pub rules_of: Option<String>,
    /// The day it is.
    pub today: Date,
    /// The commits that led here.
    pub past: Past,
    /// Whether commits are asked of every deal, as reports do, or only where a requirement needs dates.
    pub all_dates: bool,
    /// The currency of figures, once somebody has asked.
    pub figures_in: OnceLock<Option<Currency>>,
}

/// Which part of a workspace is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of it.
    Everything,
    /// These files and folders, by their paths relative to the root, and the workflows that their deals follow.
    Paths(Vec<String>),
}

impl<'s> Workspace<'s> {
    /// Reads settings and workflows.
    pub fn load(snapshot: &'s dyn Snapshot, config: Config, today: Date) -> Self {
        Self::judged_by(snapshot, snapshot, config, today)
    }

    /// The same with workflows and settings that stand elsewhere than the deals.
    pub fn judged_by(
        rules: &dyn Snapshot,
        snapshot: &'s dyn Snapshot,
        mut config: Config,
        today: Date,
    ) -> Self {
        config.people.map(&rules.mailmap());
        let looked_for = [("deals", snapshot), ("workflows", rules), ("templates", snapshot)];
        let missing = looked_for.into_iter().filter_map(|(key, files)| config.missing_folder(key, files));
        config.findings.extend(missing.collect::<Vec<_>>());
        let Config { currency, ref rates, limits, .. } = config;
        let surroundings = Surroundings { currency, rates, today, limits };
        let library = Arc::new(Library::load(rules, &config.workflows, surroundings));
        let rules_of = rules.revision().map(str::to_owned);
        Self::of(snapshot, config, library, rules_of, today)
    }

    /// The same with workflows that are read already.
    pub fn of(
        snapshot: &'s dyn Snapshot,
        config: Config,
        library: Arc<Library>,
        rules_of: Option<String>,
        today: Date,
    ) -> Self {
        let (past, figures_in) = (Past::left_out(), OnceLock::new());
        let mut workspace =
            Self { snapshot, config, library, rules_of, today, past, all_dates: false, figures_in };
        workspace.settle_rates();
        workspace
    }

    /// The same rules over other files of the workspace, on the same day. Commits are left out, with what they prove.
    pub fn over<'t>(&self, snapshot: &'t dyn Snapshot) -> Workspace<'t> {
        Workspace {
            snapshot,
            config: self.config.clone(),
            library: Arc::clone(&self.library),
            rules_of: self.rules_of.clone(),
            today: self.today,
            past: Past::left_out(),
            all_dates: self.all_dates,
            figures_in: self.figures_in.clone(),
        }
    }

    /// The deal files of a selection, in order, and what could not be listed.
    pub fn deal_files(&self, selection: &Selection) -> Listing {
        let mut files = Vec::new();
        let faults = self.each_deal_file(selection, &mut |path| files.push(path));
        files.sort_unstable();
        Listing { files, faults }
    }

    /// The same of all deals, and what else is in their folder, in order too.
    pub fn deals_and_others(&self) -> (Listing, Vec<String>) {
        let Listing { files, faults } = self.snapshot.walk(&self.config.deals);
        let (files, others) = files.into_iter().partition(|path| is_yaml(path));
        (Listing { files, faults }, others)
    }

    /// Hands out the deal files of a selection as they are found, each once; says what could not be listed.
    pub(super) fn each_deal_file(
        &self,
        selection: &Selection,
        found: &mut dyn FnMut(String),
    ) -> Vec<Finding> {
        match selection {
            Selection::Everything => self.snapshot.walk_each(&self.config.deals, &mut |path| {
                if is_yaml(&path) {
                    found(path);
                }
            }),
            Selection::Paths(paths) => {
                let mut listing = self.named_files(paths);
                listing.files.retain(|path| is_yaml(path));
                listing.files.sort_unstable();
                listing.files.dedup();
                listing.files.into_iter().for_each(found);
                listing.faults
            }
        }
    }

    fn named_files(&self, named: &[String]) -> Listing {
        let mut all = Listing::default();
        for path in named {
            if self.snapshot.has_file(path) || is_yaml(path) {
                all.files.push(path.clone());
                continue;
            }
            // A folder above the deals means the deals; any other means what is in it.
            let above = paths::below(path, &self.config.deals).is_some();
            let below = self.snapshot.walk(if above { &self.config.deals } else { path });
            all.files.extend(below.files);
            all.faults.extend(below.faults);
        }
        all
    }

    /// The workflow that a deal follows, by its own `workflow` key and its place; `None` where there is none that can be
    /// used.
    pub fn followed(&self, path: &str, own: Option<&Node<'_>>) -> Option<&Arc<Workflow>> {
        let id = self.deal_id(path);
        let own = own.and_then(Node::as_scalar).map(|name| Spanned::new(name.text.as_ref(), Span::default()));
        match self.config.assign(&id, own, &self.library) {
            Assigned::To(name) | Assigned::Assumed(name) => self.library.get(name).flatten(),
            Assigned::Unknown(..) | Assigned::UnknownInConfig => None,
        }
    }

    /// The id of a deal: its path below the deals folder, without the extension.
    pub fn deal_id(&self, path: &str) -> Arc<str> {
        self.id_in(path).into()
    }

    /// The ids of deals, as far as they are among some, where these are given.
    pub fn deal_ids(&self, paths: &[String], among: Option<&BTreeSet<Arc<str>>>) -> BTreeSet<Arc<str>> {
        let ids = paths.iter().map(|path| self.id_in(path));
        ids.filter(|id| among.is_none_or(|among| among.contains(id.as_ref()))).map(Into::into).collect()
    }

    fn id_in<'p>(&self, path: &'p str) -> Cow<'p, str> {
        names::composed(names::stem(paths::below(&self.config.deals, path).unwrap_or(path)))
    }
}
