//! The commit that wrote an entry of `done` or `waivers`, and whether it proves it.

use std::sync::Arc;

use super::reader::CommitReader;
use crate::deal::{Record, reader};
use crate::finding::{FindingsBuilder, Subject};
use crate::history::proof::{self, Alike, ApprovalProof, Approved, Origin, Signatory};
use crate::history::version::CommittedVersion;
use crate::snapshot::git::{CommitSignature, GitFailure, Revision, short};
use crate::syntax::{Node, yaml};

/// Where an entry, in some sense of what makes it the same, comes from.
enum OriginMatch {
    Nowhere,
    /// Before where a clone was cut off.
    CutOff,
    /// A commit, which left the deal saying this.
    In(Arc<Revision>, Record<'static>),
}

impl CommitReader<'_> {
    /// Where an entry comes from; `None` when that lies before where a clone was cut off.
    ///
    /// What was approved is what the deal said in the commit in which the entry came to be of its day and its person: a
    /// note added later approves nothing. Its lines are proved by who wrote the last of them.
    pub(super) fn origin(
        &self,
        versions: &[CommittedVersion<'_>],
        now: &Node<'_>,
        key: &'static str,
        id: &str,
    ) -> Result<Option<Origin>, GitFailure> {
        let entry = (key, id, now);
        let approved = match self.found(versions, entry, proof::gives_the_same)? {
            OriginMatch::Nowhere => return Ok(Some(Origin::Uncommitted)),
            OriginMatch::CutOff => None,
            OriginMatch::In(revision, values) => Some(Approved {
                commit: short(&revision.id).to_owned(),
                day: self.day(revision.time),
                values,
            }),
        };
        let by = now.get("by").and_then(Node::as_scalar).map(|by| by.text.as_ref()).unwrap_or_default();
        let unproven = match self.setting.proof {
            ApprovalProof::Off => None,
            proof => match self.found(versions, entry, proof::same)? {
                OriginMatch::Nowhere => Some("nobody has committed these lines yet".to_owned()),
                OriginMatch::CutOff => return Ok(None),
                OriginMatch::In(revision, _) => self.unproven(proof, &revision.id, by)?,
            },
        };
        let is_known = approved.is_some() || self.setting.proof != ApprovalProof::Off;
        Ok(is_known.then(|| Origin::Committed(Box::new(Signatory { unproven, approved }))))
    }

    /// The commit from which on an entry has been there without a break.
    fn found(
        &self,
        versions: &[CommittedVersion<'_>],
        (key, id, now): (&'static str, &str, &Node<'_>),
        alike: Alike,
    ) -> Result<OriginMatch, GitFailure> {
        let holds = |root: Option<&Node<'_>>| {
            root.and_then(|root| proof::entry(root, key, id)).is_some_and(|then| alike(then, now))
        };
        let Some(index) = proof::since(versions, holds) else { return Ok(OriginMatch::Nowhere) };
        let version = &versions[index];
        if version.revision.cut_off {
            return Ok(OriginMatch::CutOff);
        }
        // A merge may have brought it: then somebody wrote it in a commit of their own.
        Ok(match self.line.brought(&version.revision, &version.path, holds)? {
            Some((revision, text)) => {
                OriginMatch::In(revision, self.values(yaml::parse(text.text()).root.as_ref()))
            }
            None => OriginMatch::In(Arc::clone(&version.revision), self.values(version.root)),
        })
    }

    /// What a deal says, as far as it can be read.
    fn values(&self, root: Option<&Node<'_>>) -> Record<'static> {
        let mut unheard = FindingsBuilder::about(Vec::new(), Subject::default());
        let mut read = |root: &Node<'_>| {
            reader::read("".into(), root.clone(), self.reading, &mut unheard).values.into_owned()
        };
        root.map(&mut read).unwrap_or_default()
    }

    /// Why a commit does not prove that a person wrote something.
    fn unproven(&self, proof: ApprovalProof, commit: &str, by: &str) -> Result<Option<String>, GitFailure> {
        let (people, short) = (&self.line.people, short(commit));
        let author = people.author(commit)?;
        let (known, author) = (people.is(&author, by)?, people.canonical(&author)?);
        if !known {
            return Ok(Some(format!("{} <{}> committed it, in {short}", author.name, author.email)));
        }
        if proof == ApprovalProof::Authored {
            return Ok(None);
        }
        let signature = people.signature(commit)?;
        Ok(match signature {
            CommitSignature::Good(signer) if people.is(&signer, by)? => None,
            CommitSignature::Good(signer) => {
                Some(format!("{} committed it, in {short}, signed by {}", author.email, signer.email))
            }
            CommitSignature::None => {
                Some(format!("{} committed it, in {short}, without a signature", author.email))
            }
            CommitSignature::Bad(why) => {
                Some(format!("{} committed it, in {short}, but {why}", author.email))
            }
        })
    }
}
