//! Who committed an entry of `done` or `waivers`, and whether that proves it. Must not know what is judged by it.

use jiff::civil::Date;

use super::commit_reader::CommitReader;
use crate::deal::reader;
use crate::finding::{Complaints, Subject};
use crate::history::from_commits::Version;
use crate::history::proof::{self, Origin, Proof, Signatory};
use crate::snapshot::git::{Signature, Trouble, short};
use crate::syntax::{Node, yaml};

impl CommitReader<'_> {
    /// Where an entry comes from; `None` when that lies before where a clone was cut off.
    pub(super) fn origin(
        &self,
        versions: &[Version<'_>],
        now: &Node<'_>,
        key: &'static str,
        id: &str,
    ) -> Result<Option<Origin>, Trouble> {
        let Some(index) = proof::since(versions, now, key, id) else { return Ok(Some(Origin::Uncommitted)) };
        let version = &versions[index];
        if version.revision.cut_off {
            return Ok(None);
        }
        let by = now.get("by").and_then(Node::as_scalar).map(|by| by.text.as_ref()).unwrap_or_default();
        if let Some(origin) = self.before_the_merge(version, now, key, id, by)? {
            return Ok(Some(origin));
        }
        let root = version.root;
        let signatory = self.signatory(&version.revision.id, version.day, root, by)?;
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
            let then = root.and_then(|root| proof::entry(root, key, id));
            then.is_some_and(|then| proof::same(then, now))
        };
        let made = |new: Option<&Node<'_>>, old: Option<&Node<'_>>| holds(new) && !holds(old);
        let found = self.line.brought(&merge.revision, &merge.path, made)?;
        let Some((revision, text)) = found else { return Ok(None) };
        let root = yaml::parse(text.text()).root;
        let day = self.day(revision.time);
        let signatory = self.signatory(&revision.id, day, root.as_ref(), by)?;
        Ok(Some(Origin::Committed(Box::new(signatory))))
    }

    fn signatory(
        &self,
        commit: &str,
        day: Date,
        root: Option<&Node<'_>>,
        by: &str,
    ) -> Result<Signatory, Trouble> {
        let mut unheard = Complaints::about(Vec::new(), Subject::default());
        let values = root.map(|root| {
            reader::read("".into(), root.clone(), self.reading, &mut unheard).values.into_owned()
        });
        let unproven = match self.setting.proof {
            Proof::Off => None,
            proof => self.unproven(proof, commit, by)?,
        };
        Ok(Signatory { commit: short(commit).to_owned(), day, unproven, values: values.unwrap_or_default() })
    }

    /// Why a commit does not prove that a person wrote something.
    fn unproven(&self, proof: Proof, commit: &str, by: &str) -> Result<Option<String>, Trouble> {
        let (people, short) = (&self.line.people, short(commit));
        let author = people.author(commit)?;
        let (known, author) = (people.is(&author, by)?, people.canonical(&author)?);
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
