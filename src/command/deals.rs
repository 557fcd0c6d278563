//! Resolves the deals that a command line names: an id, a path, or the unique end of an id.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::session::Session;
use crate::assess::{DeletedFile, Selection, Workspace, assess, deleted_deals, read};
use crate::checklist::Progress;
use crate::deal::people::means;
use crate::error::Error;
use crate::finding::wording::{Help as _, WordList, nearest, quote, suggest};
use crate::source::names::composed;
use crate::source::{paths, shell};
use crate::workspace::{CONFIG_FILE, Config};

/// What a word means.
pub(super) enum Meant {
    /// One deal, by the path of its file.
    Deal(String),
    /// All deals in a folder.
    Folder(String),
}

/// The deals of a workspace by name.
pub(super) struct Directory {
    /// Ids and paths, in order.
    deals: Vec<(String, String)>,
}

impl Directory {
    pub(super) fn of(workspace: &Workspace<'_>) -> Self {
        let files = workspace.deal_files(&Selection::Everything).files;
        Self { deals: files.into_iter().map(|path| (workspace.deal_id(&path).to_string(), path)).collect() }
    }

    /// Every id.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.deals.iter().map(|(id, _)| id.as_str())
    }

    /// The ids of the deals in a folder, by its path.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let inside = self.deals.iter().filter(move |(_, path)| paths::below(folder, path).is_some());
        inside.map(|(id, _)| id.as_str())
    }

    /// How a command line names the deal of a file: by its id, or by its path where another file has the same id.
    pub(super) fn word(&self, path: &str, opened: &Session) -> String {
        let own = self.deals.iter().find(|(_, known)| known == path).map(|(id, _)| id.as_str());
        let only = own.filter(|own| self.ids().filter(|id| id == own).count() == 1);
        only.map_or_else(|| opened.written_here(path), str::to_owned)
    }

    /// Whether a word is a deal's id, or the whole last names of one.
    pub(super) fn is_called(&self, word: &str) -> bool {
        let word = composed(word);
        self.ids().any(|id| {
            id.strip_suffix(word.as_ref()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        })
    }

    /// What a word means; `None` when it means nothing.
    pub(super) fn find(&self, word: &str, opened: &Session) -> Result<Option<Meant>, Error> {
        let word = composed(word);
        let word = word.as_ref();
        let as_id: Vec<_> = self.deals.iter().filter(|(id, _)| id == word).collect();
        match as_id.as_slice() {
            [] => {}
            [(_, path)] => return Ok(Some(Meant::Deal(path.clone()))),
            several => return Err(ambiguous(word, several)),
        }
        if opened.leads_somewhere(Path::new(word)) {
            let path = opened.resolve(Path::new(word))?;
            let is_folder = opened.root().join(&path).is_dir();
            return Ok(Some(if is_folder { Meant::Folder(path) } else { Meant::Deal(path) }));
        }
        self.by_ending(word)
    }

    /// Whole names at the end of an id go before words of one: `rollout` is `acme/rollout`, not `acme/big-rollout`.
    fn by_ending(&self, word: &str) -> Result<Option<Meant>, Error> {
        if word.is_empty() {
            return Ok(None);
        }
        let whole = |before: char| before == '/';
        let part = |before: char| !before.is_alphanumeric();
        for opens in [whole as fn(char) -> bool, part] {
            let fits: Vec<_> = self
                .deals
                .iter()
                .filter(|(id, _)| id.strip_suffix(word).is_some_and(|rest| rest.ends_with(opens)))
                .collect();
            match fits.as_slice() {
                [] => {}
                [(_, path)] => return Ok(Some(Meant::Deal(path.clone()))),
                several => return Err(ambiguous(word, several)),
            }
        }
        Ok(None)
    }

    /// What a path was probably meant to be that leads nowhere: a deal, a folder of deals, a workflow, the settings.
    pub(super) fn nearest_path(&self, written: &Path, workspace: &Workspace<'_>) -> Option<String> {
        let Config { deals, workflows, .. } = &workspace.config;
        let folder = |id: &str| {
            let folders = id.rsplit_once('/')?.0.split('/');
            folders
                .scan(deals.clone(), |path, name| {
                    *path = paths::join(path, name);
                    Some(path.clone())
                })
                .find(|path| Path::new(path).file_name() == written.file_name())
        };
        let name = written.to_str()?.trim_start_matches("./");
        let stem = written.file_stem()?.to_str()?;
        let own = workspace.library.own_names().map(|name| paths::join(workflows, &format!("{name}.toml")));
        let others: Vec<String> = own.chain([CONFIG_FILE.to_owned()]).collect();
        let all = self.deals.iter().map(|(_, path)| path.as_str()).chain(others.iter().map(String::as_str));
        if let Some(near) = nearest(name, all) {
            return Some(near.to_owned());
        }
        let is_called = |id: &&str| id.rsplit('/').next() == Some(stem);
        self.ids().find_map(folder).or_else(|| {
            let id = self.ids().find(is_called).or_else(|| self.nearest(stem))?;
            self.deals.iter().find(|(known, _)| known == id).map(|(_, path)| path.clone())
        })
    }

    /// The id that was probably meant.
    pub(super) fn nearest(&self, word: &str) -> Option<&str> {
        let last = |id: &'_ str| id.rsplit('/').next().map(str::to_owned).unwrap_or_default();
        // The shorter the name that holds the word, the more of it was written; a beginning goes before a middle.
        let holding = || {
            let held = self.ids().filter(|id| word.len() > 2 && id.contains(word));
            held.min_by_key(|id| (!last(id).starts_with(word), id.len()))
        };
        nearest(word, self.ids()).or_else(holding).or_else(|| {
            let names: Vec<String> = self.ids().map(last).collect();
            let near = nearest(word, names.iter().map(String::as_str))?;
            let index = names.iter().position(|name| name == near)?;
            self.deals.get(index).map(|(id, _)| id.as_str())
        })
    }

    /// That a word means no deal.
    pub(super) fn unknown(&self, word: &str, workspace: &Workspace<'_>) -> Error {
        let is_company = workspace.library.names().any(|name| name == word);
        let hint = match (self.nearest(word), self.deals.is_empty()) {
            _ if is_company => format!("it is a company: `--company {}` shows its deals", shell::word(word)),
            (Some(id), _) => format!("did you mean `{}`?", shell::word(id)),
            (None, true) => "there are no deals in this workspace".to_owned(),
            (None, false) => "`dealgate status` lists every deal".to_owned(),
        };
        Error::Unknown { message: format!("there is no deal {}", quote(word)), hint: Some(hint) }
    }
}

/// That a word may mean several deals: their ids, or their files where an id is that of two.
fn ambiguous(word: &str, several: &[&(String, String)]) -> Error {
    let ids: BTreeSet<&str> = several.iter().map(|(id, _)| id.as_str()).collect();
    let is_distinct = ids.len() == several.len();
    let shown = several.iter().take(5).map(|(id, path)| if is_distinct { id } else { path });
    let shown: Vec<_> = shown.map(|name| format!("`{}`", shell::word(name))).collect();
    let more = if several.len() > 5 { ", …" } else { "" };
    let how = if is_distinct { "write more of its id" } else { "write its path" };
    Error::Unknown {
        message: format!("{} may be any of {} deals", quote(word), several.len()),
        hint: Some(format!("{how}: {}{more}", WordList(&shown, "or"))),
    }
}

/// A stage or company that nobody has is a slip of the keyboard, not a question with an empty answer.
pub(super) fn known(workspace: &Workspace<'_>, stages: &[String], companies: &[String]) -> Result<(), Error> {
    let library = &workspace.library;
    // What is proposed is the workspace's own, where it has workflows.
    let own: BTreeSet<&str> = match library.own_names().collect::<BTreeSet<_>>() {
        none if none.is_empty() => library.names().collect(),
        own => own,
    };
    let stages_of = |name: &str| {
        let workflow = library.get(name).flatten();
        workflow.into_iter().flat_map(|it| &it.stages).map(|stage| stage.id.as_ref())
    };
    let known_stages: BTreeSet<&str> = library.names().flat_map(stages_of).collect();
    let own_stages: BTreeSet<&str> = own.iter().copied().flat_map(stages_of).collect();
    let known_companies: BTreeSet<&str> = library.names().collect();
    for (words, known, proposed, noun) in
        [(stages, &known_stages, &own_stages, "stage"), (companies, &known_companies, &own, "company")]
    {
        if let Some(word) = words.iter().find(|word| !known.contains(composed(word).as_ref())) {
            return Err(Error::Unknown {
                message: format!("there is no {noun} {}", quote(word)),
                hint: suggest(word, proposed.iter().copied()).sentence(),
            });
        }
    }
    Ok(())
}

/// The same of an owner: nobody whom `[people]` lists, and whom no deal has or had, those that were deleted since among
/// them. `owners` are those of the deals that are looked at anyway.
pub(super) fn known_owners<'o>(
    workspace: &Workspace<'_>,
    words: &[String],
    owners: impl Iterator<Item = &'o str>,
) -> Result<(), Error> {
    let people = &workspace.config.people;
    let mut owners: BTreeSet<Cow<'_, str>> = owners.map(Cow::Borrowed).collect();
    let is_one = |word: &str, owners: &BTreeSet<Cow<'_, str>>| {
        let addresses = people.addresses_of(&[word.to_owned()]);
        let is_meant =
            |owner: &str| means(word, owner) || addresses.iter().any(|address| means(address, owner));
        addresses.iter().any(|address| people.find(address).is_some())
            || owners.iter().any(|owner| is_meant(owner))
    };
    if words.iter().all(|word| is_one(word, &owners)) {
        return Ok(());
    }
    // Only somebody who may be nobody is looked for everywhere.
    let files = workspace.deal_files(&Selection::Everything).files;
    let there = read(workspace, &files, |read| read.deal.owner().map(str::to_owned));
    let before = |gone: &DeletedFile<'_>| {
        Some(gone.term_history.owner.all().flatten().map(ToString::to_string).collect::<Vec<_>>())
    };
    let gone = deleted_deals(workspace, None, before).unwrap_or_default();
    owners.extend(there.into_iter().flatten().chain(gone.concat()).map(Cow::Owned));
    let Some(word) = words.iter().find(|word| !is_one(word, &owners)) else { return Ok(()) };
    let listed = people.listed().map(|person| (person.address.as_str(), Some(person.name.as_str())));
    let all = owners.iter().map(|owner| (owner.as_ref(), people.name(owner))).chain(listed).collect();
    let message = format!("no deal has the owner {}", quote(word));
    Err(Error::Unknown { message, hint: near_owners(word, &all) })
}

/// Those who may have been meant by a word, by their addresses and names: who have it in what stands before the `@` or in
/// their name, or are a slip away; where there is none, who there is.
fn near_owners(word: &str, all: &BTreeMap<&str, Option<&str>>) -> Option<String> {
    let lower = word.to_lowercase();
    let local = |address: &str| address.split('@').next().unwrap_or_default().to_lowercase();
    let stem = local(&lower);
    let holds = |text: &str| {
        let text = text.to_lowercase();
        stem.len() > 1 && (text.contains(&stem) || text.len() > 1 && stem.contains(&text))
    };
    let is_near = |name: &str| {
        let words = || name.split(|c: char| !c.is_alphanumeric());
        nearest(&stem, words().chain([name])).is_some()
    };
    let fits = |address: &str, name: Option<&str>, fits: &dyn Fn(&str) -> bool| {
        fits(&local(address)) || name.is_some_and(fits)
    };
    let of = |way: &dyn Fn(&str) -> bool| -> Vec<String> {
        let found = all.iter().filter(|(address, name)| fits(address, **name, way));
        found.take(4).map(|(address, _)| format!("`{address}`")).collect()
    };
    let found = Some(of(&holds)).filter(|found| !found.is_empty()).unwrap_or_else(|| of(&is_near));
    match found.as_slice() {
        [] => {
            suggest(word, all.keys().copied()).sentence().or_else(|| Some("no deal has an owner".to_owned()))
        }
        some => Some(format!("did you mean {}?", WordList(some, "or"))),
    }
}

/// How the deals of a selection stand, in the order of their paths, those that cannot be judged too.
pub(super) fn progress(workspace: &Workspace<'_>, selection: &Selection) -> Vec<Progress> {
    let levels = &workspace.config.levels;
    let assessment =
        assess(workspace, selection, |judged| Some(Progress::of(judged, levels, workspace.today)));
    let mut judged = assessment.kept.into_iter().peekable();
    let files = workspace.deal_files(selection).files;
    let known = |path: &String| judged.next_if(|progress| progress.file == *path);
    let mut all: Vec<Progress> = files
        .iter()
        .zip(files.iter().map(known))
        .map(|(path, known)| {
            known.unwrap_or_else(|| Progress::unjudged(&workspace.deal_id(path), path, None))
        })
        .collect();
    Progress::attach_findings(&mut all, &assessment.ledger);
    all
}
