//! People by the mailmap, and who signed a commit, as git verifies it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::dialogue::Dialogue;
use super::failure::GitFailure;
use super::mailmap::MAILMAP;
use super::objects::{Objects, Person};
use super::program::Git;
use super::trust_files::TrustFiles;

/// Who is who in a repository, and whose keys count: as its files on disk say, or as one commit said, whatever is
/// checked out. A branch must not name its own witnesses.
#[derive(Debug)]
pub struct Identities {
    git: Git,
    objects: Arc<Objects>,
    /// The commit whose word counts; `None`: the files on disk.
    commit: Option<String>,
    /// The root of the files on disk; `None` where there are none.
    top: Option<PathBuf>,
    witnesses: OnceLock<Result<TrustFiles, GitFailure>>,
    mailmap: Mutex<Option<Dialogue>>,
    known: Mutex<BTreeMap<Person, Person>>,
    signatures: Mutex<BTreeMap<String, CommitSignature>>,
}

/// What git makes of a commit's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitSignature {
    /// It is good, and this is whose.
    Good(Person),
    /// There is none.
    None,
    /// It cannot be checked, or is not good; says why.
    Bad(&'static str),
}

impl Identities {
    /// With a commit, git must be one apart from the files on disk.
    pub(super) fn of(git: &Git, objects: &Arc<Objects>, commit: Option<&str>, top: Option<PathBuf>) -> Self {
        let git = match commit {
            // An address that the commit does not speak of stays what it is.
            Some(commit) => git.with(&format!("mailmap.blob={commit}:{MAILMAP}")),
            None => git.clone(),
        };
        Self {
            git,
            objects: Arc::clone(objects),
            commit: commit.map(str::to_owned),
            top,
            witnesses: OnceLock::new(),
            mailmap: Mutex::default(),
            known: Mutex::default(),
            signatures: Mutex::default(),
        }
    }

    /// Who wrote a commit, as the commit itself says; the mailmap is not asked.
    pub fn author(&self, commit: &str) -> Result<Person, GitFailure> {
        Ok(self.objects.commit(commit)?.map(|commit| commit.author).unwrap_or_default())
    }

    /// The person that the mailmap makes of one.
    pub fn canonical(&self, person: &Person) -> Result<Person, GitFailure> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(person) = known().get(person) {
            return Ok(person.clone());
        }
        // What cannot stand in a commit cannot be asked for, and is nobody's alias.
        let odd = |text: &str| text.contains(|c: char| c.is_control() || c == '<' || c == '>');
        if person.email.is_empty() || odd(&person.name) || odd(&person.email) {
            return Ok(person.clone());
        }
        let canonical = self.look_up(person)?;
        known().insert(person.clone(), canonical.clone());
        Ok(canonical)
    }

    fn look_up(&self, person: &Person) -> Result<Person, GitFailure> {
        let what = "read the mailmap";
        let mut mailmap = self.mailmap.lock().unwrap_or_else(PoisonError::into_inner);
        let mut process = match mailmap.take() {
            Some(process) => process,
            None => Dialogue::start(self.git()?, what, ["check-mailmap", "--stdin"])?,
        };
        let contact = format!("{} <{}>", person.name, person.email);
        let answer = process.ask(&[contact.trim_start()]).and_then(|()| process.line());
        let answer = answer.map_err(|error| GitFailure::Failed { what, said: error.to_string() })?;
        *mailmap = Some(process);
        Ok(self::person(&answer))
    }

    /// Whether an address is a person's, by the mailmap where they differ.
    pub fn is(&self, person: &Person, email: &str) -> Result<bool, GitFailure> {
        let alike = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        if alike(&person.email, email) {
            return Ok(true);
        }
        let other = Person { name: String::new(), email: email.to_owned() };
        Ok(alike(&self.canonical(person)?.email, &self.canonical(&other)?.email))
    }

    /// What git makes of the signature of a commit.
    pub fn signature(&self, commit: &str) -> Result<CommitSignature, GitFailure> {
        let known = || self.signatures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signature) = known().get(commit) {
            return Ok(signature.clone());
        }
        let signature = verify(self.git()?, commit)?;
        known().insert(commit.to_owned(), signature.clone());
        Ok(signature)
    }

    /// git with the witnesses that count.
    fn git(&self) -> Result<&Git, GitFailure> {
        let witnesses = self.witnesses.get_or_init(|| match &self.commit {
            Some(commit) => TrustFiles::at(&self.git, &self.objects, commit, self.top.as_deref()),
            None => Ok(TrustFiles::as_they_are(&self.git)),
        });
        witnesses.as_ref().map(|witnesses| &witnesses.git).map_err(Clone::clone)
    }
}

/// Has git verify the signature of a commit.
fn verify(git: &Git, commit: &str) -> Result<CommitSignature, GitFailure> {
    let format = "--format=%G?%x00%GS";
    let said = git.run("verify a signature", ["log", "--no-walk", format, "--end-of-options", commit])?;
    let said = String::from_utf8_lossy(&said);
    let (verdict, signer) = said.trim_end_matches('\n').split_once('\0').unwrap_or_default();
    Ok(match verdict {
        "G" if !signer.is_empty() => CommitSignature::Good(person(signer)),
        "N" => CommitSignature::None,
        // Anybody can make a key in anybody's name, and sign with it.
        "U" if !signer.is_empty() => CommitSignature::Bad("nobody who is trusted here vouches for its key"),
        "G" | "U" => CommitSignature::Bad("its key belongs to nobody that git knows"),
        "B" => CommitSignature::Bad("its signature is not good"),
        "X" | "Y" => CommitSignature::Bad("its signature, or the key, has expired"),
        "R" => CommitSignature::Bad("its key was revoked"),
        _ => CommitSignature::Bad("its signature cannot be checked here: the key is not known"),
    })
}

/// `Dana Doe <dana@acme.example>`, or an address alone.
fn person(text: &str) -> Person {
    match text.rsplit_once('<') {
        Some((name, rest)) => Person {
            name: name.trim().to_owned(),
            email: rest.split('>').next().unwrap_or_default().trim().to_owned(),
        },
        None => Person { name: String::new(), email: text.trim().to_owned() },
    }
}
