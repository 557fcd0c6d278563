//! Ambiguous revision names: git takes the first that fits, so whoever may push a tag could choose.

use std::collections::BTreeMap;

use super::failure::GitFailure;
use super::objects::{Commit, Object, Objects};
use super::program::Git;

/// Where git looks for a name, in its order.
const PLACES: [&str; 6] =
    ["NAME", "refs/NAME", "refs/tags/NAME", "refs/heads/NAME", "refs/remotes/NAME", "refs/remotes/NAME/HEAD"];

/// The commit of a revision, as anybody may write it; `shallow`: only the latest commits are here.
pub(super) fn resolve(
    git: &Git,
    objects: &Objects,
    revision: &str,
    shallow: bool,
) -> Result<Commit, GitFailure> {
    let commit = match objects.commit(revision)? {
        Ok(commit) => commit,
        Err(Object::Ambiguous) => {
            return Err(GitFailure::Ambiguous { revision: revision.to_owned(), names: Vec::new() });
        }
        Err(_) => return Err(GitFailure::UnknownRevision { revision: revision.to_owned(), shallow }),
    };
    // A full name is one commit's, whatever else is called so.
    if commit.id == revision {
        return Ok(commit);
    }
    let name = base(revision);
    let known = stands_for(git, objects, name)?;
    let mut meant: Vec<&String> = known.values().collect();
    meant.sort_unstable();
    meant.dedup();
    if meant.len() > 1 {
        let names = known.keys().map(|name| revision.replacen(base(revision), name, 1)).collect();
        return Err(GitFailure::Ambiguous { revision: revision.to_owned(), names });
    }
    Ok(commit)
}

/// The name in an expression such as `main~2` or `v1^{commit}`.
fn base(revision: &str) -> &str {
    let end = revision.find(['^', '~', ':']).into_iter().chain(revision.find("@{")).min();
    &revision[..end.unwrap_or(revision.len())]
}

/// Everything that a name may stand for, by its full name, and the commit that this is.
fn stands_for(git: &Git, objects: &Objects, name: &str) -> Result<BTreeMap<String, String>, GitFailure> {
    let mut found = BTreeMap::new();
    if matches!(name, "" | "@") {
        return Ok(found);
    }
    let exact = refs(git, PLACES.iter().map(|place| place.replace("NAME", name)))?;
    // Nothing goes before what is named in full.
    if name.starts_with("refs/") && exact.iter().any(|(known, _)| known == name) {
        return Ok(found);
    }
    // HEAD and its like lie beside the others.
    if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        && let Ok(commit) = objects.commit(name)?
    {
        found.insert(name.to_owned(), commit.id);
    }
    let mut names: Vec<(String, String)> = exact;
    if name.len() >= SHORTEST && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let asked = ["rev-parse".to_owned(), format!("--disambiguate={name}")];
        let said = git.run("look for what a short name means", asked)?;
        let said = String::from_utf8_lossy(&said).into_owned();
        names.extend(said.lines().take(MOST).map(|id| (id.to_owned(), id.to_owned())));
    }
    for (known, id) in names {
        if let Ok(commit) = objects.commit(&id)? {
            found.insert(known, commit.id);
        }
    }
    Ok(found)
}

/// The fewest digits that git takes for the beginning of a name.
const SHORTEST: usize = 4;

/// How many objects of one beginning are looked at.
const MOST: usize = 64;

/// Those of some references that are there, by their full names, and what each names.
pub(super) fn refs(
    git: &Git,
    names: impl IntoIterator<Item = String>,
) -> Result<Vec<(String, String)>, GitFailure> {
    let names: Vec<String> = names.into_iter().filter(|name| name.starts_with("refs/")).collect();
    let mut asked = vec!["for-each-ref".to_owned(), "--format=%(objectname) %(refname)".to_owned()];
    // What is no pattern but a name fits itself.
    let is_plain = |name: &&String| !name.contains(['*', '?', '[', '\\']);
    asked.extend(names.iter().filter(is_plain).cloned());
    let said = git.run("look for a reference", asked)?;
    let said = String::from_utf8_lossy(&said);
    let pairs = said.lines().filter_map(|line| line.split_once(' '));
    let exact = pairs.filter(|(_, name)| names.iter().any(|known| known == name));
    Ok(exact.map(|(id, name)| (name.to_owned(), id.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_has_a_name_before_its_marks() {
        for (revision, name) in [
            ("origin/main", "origin/main"),
            ("main~2^{commit}", "main"),
            ("v1@{yesterday}", "v1"),
            ("a@b", "a@b"),
            (":/fix", ""),
            ("HEAD^", "HEAD"),
        ] {
            assert_eq!(base(revision), name);
        }
    }
}
