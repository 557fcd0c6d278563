//! The commits of a workspace, asked only for deals that need them: one log for all, contents deal by deal.

mod brought;
mod line;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::entry::{self, Origin, Proof, Signatory};
use super::facts::Facts;
use super::told::{self, Told, Version, Written};
use super::track::{Step, Tracks};
use crate::deal::Deal;
use crate::deal::reader::{self, Reading};
use crate::finding::{Complaints, Subject};
use crate::snapshot::decode;
use crate::snapshot::git::{Commit, Log, Merged, People, Person, Repository, Signature, Trouble};
use crate::source::{SourceFile, Span};
use crate::syntax::{Node, scalar, yaml};

/// What commits can be asked.
#[derive(Debug, Default)]
pub struct Past {
    setting: Option<Setting>,
    line: OnceLock<Result<Line, Trouble>>,
    /// How many deals were announced, and how many asked.
    announced: AtomicUsize,
    asked: AtomicUsize,
}

/// Of how many files git is asked one by one: it holds every path against each, and the log of 5,000 deals costs no
/// more than that of 20.
const FEW: usize = 8;

/// Where the commits of a workspace are, and how to read them.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The commit at which the workspace is looked at; `None`: its files on disk.
    pub at: Option<(Repository, Commit)>,
    /// The folder of the deals.
    pub folder: String,
    /// The files and folders that are asked about, where it is not that folder.
    pub places: Option<Vec<String>>,
    /// In which days are counted.
    pub zone: TimeZone,
    /// How approvals must be proved.
    pub proof: Proof,
    /// The commit whose mailmap and keys say who is who; `None`: the files on disk.
    pub trusted: Option<String>,
    /// The day it is.
    pub today: Date,
}

/// The first-parent line that leads to the workspace as it is.
#[derive(Debug)]
struct Line {
    repository: Repository,
    from: Option<Commit>,
    tracks: Tracks,
    /// The folder of the deals, and what was moved into it from elsewhere.
    places: Vec<String>,
    /// Every commit and its time, newest first.
    commits: OnceLock<Result<Vec<(String, Timestamp)>, Trouble>>,
    merged: OnceLock<Result<Merged, Trouble>>,
    people: People,
}

impl Past {
    /// Leaves commits out.
    #[must_use]
    pub fn left_out() -> Self {
        Self::default()
    }

    /// The commits of a workspace. Git is not started before something is asked.
    #[must_use]
    pub fn of(setting: Setting) -> Self {
        Self { setting: Some(setting), ..Self::default() }
    }

    /// The same for deals in a few files, of which less has to be read: no other deal may be asked about.
    #[must_use]
    pub fn only(self, files: &[String]) -> Self {
        let places = |folder: &str| {
            let inside = |file: &str| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            let outside = files.iter().filter(|file| !folder.is_empty() && !inside(file)).cloned();
            std::iter::once(folder.to_owned()).chain(outside).collect()
        };
        let setting = self.setting.map(|setting| {
            let few = files.len() <= FEW;
            let places = if few { files.to_vec() } else { places(&setting.folder) };
            Setting { places: Some(places), ..setting }
        });
        Self { setting, ..Self::default() }
    }

    /// Whether commits are left out.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.setting.is_none()
    }

    /// How approvals must be proved; without commits nothing can be.
    #[must_use]
    pub fn proof(&self) -> Proof {
        self.setting.as_ref().map_or(Proof::Off, |setting| setting.proof)
    }

    /// Whether only the latest commits are here; false as long as nothing was asked.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        matches!(self.line.get(), Some(Ok(line)) if line.repository.is_shallow())
    }

    /// What every commit did to every file of the deals' folder.
    pub fn tracks(&self) -> Option<Result<&Tracks, &Trouble>> {
        let setting = self.setting.as_ref()?;
        Some(self.line(setting).as_ref().map(|line| &line.tracks))
    }

    /// Says which deals may be asked about soon. Where most did ask so far, what they need is fetched together.
    pub fn expect(&self, files: &[String]) {
        let announced = self.announced.fetch_add(files.len(), Ordering::Relaxed);
        let many = self.asked.load(Ordering::Relaxed) * 2 > announced;
        let Some(Ok(line)) = self.line.get().filter(|_| many) else { return };
        let known = usize::from(self.is_at_a_commit());
        let names: Vec<&str> = files
            .iter()
            .filter_map(|file| line.tracks.by_path.get(file))
            .flat_map(|steps| steps.iter().skip(known))
            .filter_map(|step| step.content.as_deref())
            .collect();
        line.repository.objects().expect(&names);
    }

    /// What commits tell of a deal; `None` when they are left out. Entries of `done` and `waivers` named in `asked` are
    /// looked for, by key and id.
    pub fn tell(
        &self,
        file: &SourceFile,
        deal: &Deal<'_>,
        reading: Reading<'_>,
        asked: &[(&'static str, &str)],
    ) -> Option<Result<Told, Trouble>> {
        let setting = self.setting.as_ref()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let line = self.line(setting).as_ref().map_err(Clone::clone);
        Some(line.and_then(|line| Teller { setting, line, reading }.tell(file, deal, asked)))
    }

    /// Then the newest version of a file is the text that is looked at.
    fn is_at_a_commit(&self) -> bool {
        self.setting.as_ref().is_some_and(|setting| setting.at.is_some())
    }

    /// Nothing in here runs on the pool of workers, so that whoever waits for the log cannot be asked to read it.
    fn line(&self, setting: &Setting) -> &Result<Line, Trouble> {
        self.line.get_or_init(|| Line::read(setting))
    }
}

impl Line {
    fn read(setting: &Setting) -> Result<Self, Trouble> {
        let (repository, from) = if let Some((repository, commit)) = &setting.at {
            (repository.clone(), Some(commit.clone()))
        } else {
            let repository = Repository::open(&setting.root)?;
            let head = repository.head()?;
            (repository, head)
        };
        let log = match &from {
            Some(from) => match &setting.places {
                // Nothing to ask about would mean everything to git.
                Some(places) if places.is_empty() => Log::default(),
                Some(places) => repository.log(from, places)?,
                None => repository.log(from, std::slice::from_ref(&setting.folder))?,
            },
            None => Log::default(),
        };
        let people = repository.people(setting.trusted.as_deref());
        let (places, tracks) = (log.places, Tracks::of(log.revisions));
        let (commits, merged) = (OnceLock::new(), OnceLock::new());
        Ok(Self { repository, from, tracks, places, commits, merged, people })
    }
}

impl Line {
    /// What its merges brought in; `None` before the first commit.
    fn merged(&self) -> Result<Option<&Merged>, Trouble> {
        let Some(from) = &self.from else { return Ok(None) };
        let merged = self.merged.get_or_init(|| self.repository.merged(from, &self.places));
        merged.as_ref().map(Some).map_err(Clone::clone)
    }
}

/// Tells of one deal.
struct Teller<'p> {
    setting: &'p Setting,
    line: &'p Line,
    reading: Reading<'p>,
}

impl Teller<'_> {
    fn tell(
        &self,
        file: &SourceFile,
        deal: &Deal<'_>,
        asked: &[(&'static str, &str)],
    ) -> Result<Told, Trouble> {
        let track = self.line.tracks.by_path.get(file.path().as_ref());
        let steps = track.map(Vec::as_slice).unwrap_or_default();
        let texts = self.texts(steps, file)?;
        let now = yaml::parse(file.text()).root;
        let trees = trees(&texts, file);
        let versions = self.versions(steps, &trees, now.as_ref());
        let folder = &self.setting.folder;
        let inside = folder.is_empty() || file.path().starts_with(&format!("{folder}/"));
        let outside = steps.is_empty() && !inside;
        let whole = !outside && steps.last().is_none_or(|step| !step.revision.cut_off);
        let absences = told::absences(&versions, self.setting.today);
        let mut told = Told { whole, absences, ..Told::default() };
        self.facts(&versions, deal, &mut told);
        if whole {
            told.first_commit = versions.last().map(|version| version.day);
        }
        if let Some(now) = &now {
            if let (Some(_), Some(first)) = (told.first_commit, versions.last()) {
                told.late = late(now, first.root);
            }
            for &(key, id) in asked {
                let Some(node) = entry::entry(now, key, id) else { continue };
                if let Some(origin) = self.origin(&versions, node, key, id)? {
                    told.origins.insert((key, id.to_owned()), origin);
                }
            }
        }
        Ok(told)
    }

    /// The texts of a file at each step; of a content that is not here there is none. What a step left as it was is the
    /// same text.
    fn texts(&self, steps: &[Step], now: &SourceFile) -> Result<Vec<Option<Arc<SourceFile>>>, Trouble> {
        // At a commit, the newest version is the text that is looked at already.
        let known = usize::from(self.setting.at.is_some());
        let is_same = |index: usize| index > 0 && steps[index].content == steps[index - 1].content;
        let asked = (known..steps.len()).filter(|&index| !is_same(index));
        let names: Vec<&str> = asked.filter_map(|index| steps[index].content.as_deref()).collect();
        let mut contents = self.line.repository.objects().blobs(&names)?.into_iter();
        let mut texts: Vec<Option<Arc<SourceFile>>> = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            texts.push(match step.content {
                None => None,
                Some(_) if index < known => {
                    Some(Arc::new(SourceFile::new(Arc::clone(now.path()), now.text())))
                }
                Some(_) if is_same(index) => texts[index - 1].clone(),
                Some(_) => match contents.next().flatten() {
                    Some(bytes) => decode(&step.path, bytes).ok(),
                    None => return Err(Trouble::Partial),
                },
            });
        }
        Ok(texts)
    }

    fn versions<'t>(
        &self,
        steps: &[Step],
        trees: &'t [Tree<'t>],
        now: Option<&'t Node<'t>>,
    ) -> Vec<Version<'t>> {
        let mut newer = None;
        steps
            .iter()
            .zip(trees)
            .map(|(step, tree)| {
                let root = match tree {
                    Tree::Now => now,
                    Tree::Newer => newer,
                    Tree::Own(root) => root.as_deref(),
                };
                newer = root;
                Version {
                    revision: Arc::clone(&step.revision),
                    day: self.day(step.revision.time),
                    path: Arc::clone(&step.path),
                    unreadable: root.is_none() && step.content.is_some(),
                    root,
                }
            })
            .collect()
    }

    /// What changed when, oldest first. A version that cannot be read changes nothing: it was mended later.
    fn facts(&self, versions: &[Version<'_>], deal: &Deal<'_>, told: &mut Told) {
        let mut facts: Vec<(Date, Facts)> = Vec::new();
        let mut written = Vec::new();
        let mut older: Option<&Node<'_>> = None;
        for version in versions.iter().rev() {
            let Some(root) = version.root else { continue };
            if older.replace(root).is_some_and(|older| std::ptr::eq(older, root)) {
                continue;
            }
            let found = Facts::read(root, self.reading);
            if facts.last().is_some_and(|(_, last)| *last == found) {
                continue;
            }
            facts.push((version.day, found));
            let (revision, path) = (Arc::clone(&version.revision), Arc::clone(&version.path));
            written.push(Some(Written { revision, path }));
        }
        let now = Facts::of(deal);
        if facts.last().is_none_or(|(_, last)| *last != now) && (told.whole || !facts.is_empty()) {
            facts.push((self.setting.today, now));
            written.push(None);
        }
        // Days never run backwards on the line, whatever the clocks of its committers said.
        let mut latest = Date::MIN;
        let mut known: Option<Date> = None;
        for (day, facts) in &mut facts {
            // What came with an outcome became true with it, however late it was written down.
            let ended = facts.ended.filter(|_| facts.ended != known);
            known = facts.ended;
            latest = latest.max(ended.map_or(*day, |ended| ended.min(*day)));
            *day = latest;
        }
        // What a cut-off clone begins with was true before, and nobody knows since when.
        if !told.whole && !facts.is_empty() {
            told.facts = facts.split_off(1);
            forget_unchanged(&facts[0].1, told);
            told.before = facts.pop().map(|(_, facts)| facts);
            told.written = written.split_off(1);
            return;
        }
        (told.facts, told.written) = (facts, written);
    }

    fn day(&self, time: Timestamp) -> Date {
        self.setting.zone.to_datetime(time).date()
    }

    /// Where an entry comes from; `None` when that lies before where a clone was cut off.
    fn origin(
        &self,
        versions: &[Version<'_>],
        now: &Node<'_>,
        key: &'static str,
        id: &str,
    ) -> Result<Option<Origin>, Trouble> {
        let Some(index) = entry::since(versions, now, key, id) else { return Ok(Some(Origin::Uncommitted)) };
        let version = &versions[index];
        if version.revision.cut_off {
            return Ok(None);
        }
        let by = now.get("by").and_then(Node::as_scalar).map(|by| by.text.as_ref()).unwrap_or_default();
        if let Some(origin) = self.before_the_merge(version, now, key, id, by)? {
            return Ok(Some(origin));
        }
        let root = version.root;
        let signatory =
            self.signatory(&version.revision.id, &version.revision.author, version.day, root, by)?;
        Ok(Some(Origin::Committed(Box::new(signatory))))
    }

    /// The commit among those that a merge brought in which made the change.
    fn before_the_merge(
        &self,
        merge: &Version<'_>,
        now: &Node<'_>,
        key: &'static str,
        id: &str,
        by: &str,
    ) -> Result<Option<Origin>, Trouble> {
        let holds = |root: Option<&Node<'_>>| {
            let then = root.and_then(|root| entry::entry(root, key, id));
            then.is_some_and(|then| entry::same(then, now))
        };
        let made = |new: Option<&Node<'_>>, old: Option<&Node<'_>>| holds(new) && !holds(old);
        let found = self.line.brought(&merge.revision, &merge.path, made)?;
        let Some((revision, text)) = found else { return Ok(None) };
        let root = yaml::parse(text.text()).root;
        let day = self.day(revision.time);
        let signatory = self.signatory(&revision.id, &revision.author, day, root.as_ref(), by)?;
        Ok(Some(Origin::Committed(Box::new(signatory))))
    }

    fn signatory(
        &self,
        commit: &str,
        author: &Person,
        day: Date,
        root: Option<&Node<'_>>,
        by: &str,
    ) -> Result<Signatory, Trouble> {
        let mut unheard = Complaints::about(Vec::new(), Subject::default());
        let values = root.map(|root| {
            reader::read("".into(), root.clone(), self.reading, &mut unheard).values.into_owned()
        });
        let short = commit.chars().take(10).collect::<String>();
        let unproven = match self.setting.proof {
            Proof::Off => None,
            proof => self.unproven(proof, commit, &short, author, by)?,
        };
        Ok(Signatory { commit: short, day, unproven, values: values.unwrap_or_default() })
    }

    /// Why a commit does not prove that a person wrote something.
    fn unproven(
        &self,
        proof: Proof,
        commit: &str,
        short: &str,
        author: &Person,
        by: &str,
    ) -> Result<Option<String>, Trouble> {
        let people = &self.line.people;
        let (known, author) = (people.is(author, by)?, people.canonical(author)?);
        if !known {
            return Ok(Some(format!("{} <{}> committed it, in {short}", author.name, author.email)));
        }
        if proof == Proof::Authored {
            return Ok(None);
        }
        let signature = people.signature(commit)?;
        Ok(match signature {
            Signature::Good(signer) if people.is(&signer, by)? => None,
            Signature::Good(signer) => {
                Some(format!("{} committed it, in {short}, signed by {}", author.email, signer.email))
            }
            Signature::None => {
                Some(format!("{} committed it, in {short}, without a signature", author.email))
            }
            Signature::Bad(why) => Some(format!("{} committed it, in {short}, but {why}", author.email)),
        })
    }
}

/// What a version of a file says. Each text is parsed once.
enum Tree<'t> {
    /// What the file says now.
    Now,
    /// What the version after it says.
    Newer,
    /// Something else; `None`: nothing can be made of it, or it was deleted.
    Own(Option<Box<Node<'t>>>),
}

fn trees<'t>(texts: &'t [Option<Arc<SourceFile>>], now: &SourceFile) -> Vec<Tree<'t>> {
    let mut newer: Option<&Arc<SourceFile>> = None;
    texts
        .iter()
        .map(|text| {
            let same = text.as_ref().zip(newer).is_some_and(|(text, newer)| Arc::ptr_eq(text, newer));
            newer = text.as_ref();
            match text {
                Some(_) if same => Tree::Newer,
                Some(text) if text.text() == now.text() => Tree::Now,
                text => Tree::Own(text.as_ref().and_then(|text| yaml::parse(text.text()).root).map(Box::new)),
            }
        })
        .collect()
}

/// The stage that a cut-off clone begins with has no day as long as it did not change.
fn forget_unchanged(first: &Facts, told: &mut Told) {
    for (_, facts) in told.facts.iter_mut().take_while(|(_, facts)| facts.terms.stage == first.terms.stage) {
        facts.terms.stage = None;
    }
}

/// Entries of `history` that the first version did not have, and the days they claim.
fn late(now: &Node<'_>, first: Option<&Node<'_>>) -> Vec<(Span, Date)> {
    let then = first.and_then(|root| root.get("history")).and_then(Node::as_list).unwrap_or_default();
    let now = now.get("history").and_then(Node::as_list).unwrap_or_default();
    now.iter()
        .filter(|entry| !then.iter().any(|then| entry::same(then, entry)))
        .filter_map(|entry| {
            let date = entry.get("date")?;
            Some((date.span, scalar::date(&date.as_scalar()?.text).ok()?))
        })
        .collect()
}
