//! Who committed an entry of `done` or `waivers`, and what the deal said at that time.

use jiff::civil::Date;

use super::version::CommittedVersion;
use crate::deal::Record;
use crate::syntax::{Entry, Kind, Node};

/// How approvals and waivers must be proved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApprovalProof {
    /// They need not.
    #[default]
    Off,
    /// By the author of the commit.
    Authored,
    /// By a signature that git verifies.
    Signed,
    /// They must be, and commits are left out.
    LeftOut,
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
    /// Why its lines are no proof for the person that it names; `None`: they are, or none is asked for.
    pub unproven: Option<String>,
    /// The commit in which its day or its person changed last; `None`: a clone was cut off after it.
    pub approved: Option<Approved>,
}

/// A commit that says that something is approved.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    /// Its name, shortened.
    pub commit: String,
    /// The day, in the workspace's time zone.
    pub day: Date,
    /// Every value of the deal as that commit left it.
    pub values: Record<'static>,
}

/// Whether two entries are one, in some sense.
pub(super) type Alike = fn(&Node<'_>, &Node<'_>) -> bool;

/// The entry of a requirement under `done` or `waivers`.
pub(super) fn entry<'n, 's>(root: &'n Node<'s>, key: &str, id: &str) -> Option<&'n Node<'s>> {
    root.get(key)?.get(id)
}

/// The oldest version, counted from the newest, that has held an entry without a break; `None` when not even the newest
/// does.
pub(super) fn since(
    versions: &[CommittedVersion<'_>],
    holds: impl Fn(Option<&Node<'_>>) -> bool,
) -> Option<usize> {
    // A version that cannot be read says nothing either way; one that was deleted holds nothing.
    let holds = |version: &&CommittedVersion<'_>| version.unreadable || holds(version.root);
    let unbroken = versions.iter().take_while(holds).count();
    // It came with a version that could be read.
    (0..unbroken).rev().find(|&index| versions[index].root.is_some())
}

/// Whether two entries give the same day and the same person.
pub(super) fn gives_the_same(a: &Node<'_>, b: &Node<'_>) -> bool {
    let given = |entry: &Node<'_>| {
        let text = |node: &Node<'_>| node.as_scalar().map(|scalar| scalar.text.to_lowercase());
        let date = if entry.as_scalar().is_some() { Some(entry) } else { entry.get("date") };
        (date.and_then(text), entry.get("by").and_then(text))
    };
    given(a) == given(b)
}

/// Whether two values say the same, however they are written and in whatever order their keys are.
pub(super) fn same(a: &Node<'_>, b: &Node<'_>) -> bool {
    wording(a) == wording(b)
}

/// What a value says, however it is written and in whatever order its keys are. Values that say something else are
/// worded otherwise.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    #[test]
    fn what_is_written_otherwise_may_say_the_same() {
        let says =
            |one: &str, other: &str| same(&yaml::parse(one).root.unwrap(), &yaml::parse(other).root.unwrap());
        assert!(says("a: 1\nb: {c: [x, y]}\n", "b:\n  c:\n  - 'x'\n  - y\na: \"1\"\n"));
        for (one, other) in [
            ("a: 1", "a: 1\nb: 2"),
            ("a: 1", "a: 2"),
            ("a: 1", "b: 1"),
            ("a: [1, 2]", "a: [2, 1]"),
            ("a: [1, 2]", "a: ['12']"),
            ("a: [1, 2]", "a: [[1, 2]]"),
            ("a: [1]", "a: 1"),
            ("a: {b: 1}", "a: '{1:b1:1}'"),
            ("a: []", "a: {}"),
            ("a: []", "a: ''"),
        ] {
            assert!(!says(one, other), "{one} and {other}");
        }
    }
}
