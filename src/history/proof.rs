//! Who committed an entry of `done` or `waivers`, and what the deal said then.

use jiff::civil::Date;

use super::from_commits::Version;
use crate::deal::Record;
use crate::syntax::{Entry, Kind, Node};

/// How approvals and waivers must be proved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// They need not.
    #[default]
    Off,
    /// By the author of the commit.
    Authored,
    /// By a signature that git verifies.
    Signed,
}

/// Where an entry as it stands now comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// It is on disk and in no commit.
    Uncommitted,
    /// Somebody committed it.
    Committed(Box<Signatory>),
}

/// Who committed an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Signatory {
    /// The commit's name, shortened.
    pub commit: String,
    /// The day, in the workspace's time zone.
    pub day: Date,
    /// Why this is no proof for the person that the entry names; `None`: it is, or none is asked for.
    pub unproven: Option<String>,
    /// Every value of the deal as that commit left it.
    pub values: Record<'static>,
}

/// The entry of a requirement under `done` or `waivers`.
pub(super) fn entry<'n, 's>(root: &'n Node<'s>, key: &str, id: &str) -> Option<&'n Node<'s>> {
    root.get(key)?.get(id)
}

/// The oldest version, counted from the newest, that has held the entry without a break; `None` when not even the
/// newest does.
pub(super) fn since(versions: &[Version<'_>], now: &Node<'_>, key: &str, id: &str) -> Option<usize> {
    let holds = |version: &Version<'_>| match version.root {
        Some(root) => entry(root, key, id).is_some_and(|then| same(then, now)),
        // A version that cannot be read says nothing either way; one that was deleted holds nothing.
        None => version.unreadable,
    };
    let unbroken = versions.iter().take_while(|version| holds(version)).count();
    // It came with a version that could be read.
    (0..unbroken).rev().find(|&index| versions[index].root.is_some())
}

/// What a value says, the same for all that [`same`] holds to be the same, and for nothing else.
pub(super) fn wording(node: &Node<'_>) -> String {
    let text = |text: &str| format!("{}:{text}", text.len());
    match &node.kind {
        Kind::Scalar(scalar) => text(&scalar.text),
        Kind::List(items) => format!("[{}]", items.iter().map(wording).collect::<String>()),
        Kind::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|one, other| one.key.value.cmp(&other.key.value));
            let entry = |entry: &&Entry<'_>| text(&entry.key.value) + &wording(&entry.value);
            format!("{{{}}}", entries.iter().map(entry).collect::<String>())
        }
    }
}

/// Whether two values say the same, however they are written and in whatever order their keys are.
pub(super) fn same(a: &Node<'_>, b: &Node<'_>) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Scalar(a), Kind::Scalar(b)) => a.text == b.text,
        (Kind::List(a), Kind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Kind::Map(a), Kind::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|entry| {
                    b.iter()
                        .any(|other| entry.key.value == other.key.value && same(&entry.value, &other.value))
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    #[test]
    fn what_says_the_same_is_worded_the_same() {
        let texts = [
            "a: 1\nb: x\n",
            "b: 'x'\na: \"1\"\n",
            "a: 1\n",
            "a: [1, 2]\n",
            "a: ['12']\n",
            "a: [2, 1]\n",
            "a: {b: 1}\n",
            "a: {b: [1]}\n",
            "a: '{1:b1:1}'\n",
            "a: []\n",
            "a: {}\n",
            "a: ''\n",
        ];
        for one in texts {
            for other in texts {
                let (one, other) = (yaml::parse(one).root.unwrap(), yaml::parse(other).root.unwrap());
                assert_eq!(same(&one, &other), wording(&one) == wording(&other), "{one:?} {other:?}");
            }
        }
    }
}
