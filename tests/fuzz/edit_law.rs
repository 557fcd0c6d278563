//! The law of edits, and that of merges, with a model of their own: sound or declined, never a third.

use dealgate::edit::{self, Change, MergeRules, NewValue, Path, PathStep};
use dealgate::syntax::{Kind, Node, Style, yaml};

const ORDER: [&str; 6] = ["name", "stage", "owner", "amount", "close_date", "done"];

const RULES: MergeRules<'_> =
    MergeRules { order: &ORDER, statements: &["outcome"], records_of_statements: &["done", "waivers"] };

/// A tree without places.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    /// A value, and whether it stands without quotes.
    Value(String, bool),
    List(Vec<Tree>),
    Record(Vec<(String, Tree)>),
}

fn tree(text: &str) -> Option<Tree> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = yaml::parse(text);
    parsed.root.filter(|_| parsed.faults.is_empty()).map(|root| Tree::of(&root))
}

impl Tree {
    fn of(node: &Node<'_>) -> Self {
        match &node.kind {
            Kind::Scalar(scalar) => Self::Value(scalar.text.to_string(), scalar.style == Style::Plain),
            Kind::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Kind::Map(entries) => Self::Record(
                entries.iter().map(|it| (it.key.value.to_string(), Self::of(&it.value))).collect(),
            ),
        }
    }

    fn at(&self, path: &Path) -> Option<&Self> {
        path.0.iter().try_fold(self, |here, step| match (step, here) {
            (PathStep::Key(key), Self::Record(entries)) => {
                entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
            }
            (PathStep::Item(item), Self::List(items)) => items.get(*item),
            _ => None,
        })
    }

    /// Every path, and the root's.
    fn paths(&self, here: &Path, all: &mut Vec<Path>) {
        all.push(here.clone());
        let step = |step| Path(here.0.iter().cloned().chain([step]).collect());
        match self {
            Self::Value(..) => {}
            Self::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| item.paths(&step(PathStep::Item(at)), all));
            }
            Self::Record(entries) => {
                for (key, value) in entries {
                    value.paths(&step(PathStep::Key(key.clone())), all);
                }
            }
        }
    }

    /// What all paths but those below one say.
    fn beside(&self, path: &Path) -> Vec<(Path, String)> {
        let mut all = Vec::new();
        self.paths(&Path::default(), &mut all);
        all.retain(|it| it.0.len() < path.0.len() || it.0[..path.0.len()] != path.0[..]);
        let shown = |tree: &Self| match tree {
            Self::Value(text, plain) => format!("{plain} {text}"),
            Self::List(_) => "list".to_owned(),
            Self::Record(_) => "record".to_owned(),
        };
        all.into_iter().filter_map(|path| Some((path.clone(), shown(self.at(&path)?)))).collect()
    }
}

/// A text behind a zero byte, a number of a place in it, a number of a change and what is written: whatever is changed,
/// nothing else is, and what was added can be taken away again.
pub fn edit(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (Some([which, what, new @ ..]), Some(text)) = (parts.next(), parts.next()) else { return };
    let (Ok(new), Ok(text)) = (std::str::from_utf8(new), std::str::from_utf8(text)) else { return };
    let Some(old) = tree(text) else {
        let change = Change::Set(Path::keys(["a"]), NewValue::Text(new.to_owned()));
        assert!(edit::edit(text, &[change], &ORDER).is_err(), "{text:?}");
        return;
    };
    let mut all = Vec::new();
    old.paths(&Path::default(), &mut all);
    let path = all[usize::from(*which) % all.len()].clone();
    let value = NewValue::Text(new.to_owned());
    let record = NewValue::Record(vec![
        ("by".to_owned(), value.clone()),
        ("on".to_owned(), NewValue::Plain("1".to_owned())),
    ]);
    let below = Path(path.0.iter().cloned().chain([PathStep::Key(new.to_owned())]).collect());
    let change = match what % 8 {
        0 => Change::Set(path, value),
        1 => Change::Set(path, record),
        2 => Change::Append(path, value),
        3 => Change::Append(path, record),
        4 => Change::Rename(path, new.to_owned()),
        5 => Change::Remove(path),
        6 => Change::Insert(path, value),
        _ => Change::Set(below, record),
    };
    let Ok(edited) = edit::edit(text, std::slice::from_ref(&change), &ORDER) else { return };
    let shown = || format!("{change:?}\n{text:?}\n{edited:?}");
    let now = tree(&edited).unwrap_or_else(|| panic!("{}", shown()));
    let lone = |text: &str| text.matches('\r').count() - text.matches("\r\n").count();
    assert_eq!((lone(&edited), edited.starts_with('\u{feff}')), (lone(text), text.starts_with('\u{feff}')));
    holds(&change, &old, &now, &shown);
    undone(&change, &old, (text, &edited), &shown);
}

/// That the new tree is the old one with the change.
fn holds(change: &Change, old: &Tree, now: &Tree, shown: &dyn Fn() -> String) {
    let is = |tree: Option<&Tree>, value: &NewValue| said(tree, value);
    match change {
        Change::Set(path, value) => {
            assert!(is(now.at(path), value), "{}", shown());
            // Keys on the way that were missing are made.
            let made = (0..=path.0.len()).map(|depth| Path(path.0[..depth].to_vec()));
            let first =
                made.into_iter().find(|path| !matches!(old.at(path), Some(Tree::List(_) | Tree::Record(_))));
            let first = first.unwrap_or_else(|| path.clone());
            assert_eq!(sorted(old.beside(&first)), sorted(now.beside(&first)), "{}", shown());
        }
        Change::Append(path, value) => {
            let Some(Tree::List(items)) = now.at(path) else { panic!("{}", shown()) };
            let before = match old.at(path) {
                Some(Tree::List(items)) => items.as_slice(),
                _ => &[],
            };
            assert!(items[..items.len() - 1] == *before && is(items.last(), value), "{}", shown());
            assert_eq!(old.beside(path), now.beside(path), "{}", shown());
        }
        Change::Insert(path, value) => {
            let Some(PathStep::Item(at)) = path.0.last() else { panic!("{}", shown()) };
            let above = Path(path.0[..path.0.len() - 1].to_vec());
            let (Some(Tree::List(before)), Some(Tree::List(items))) = (old.at(&above), now.at(&above)) else {
                panic!("{}", shown())
            };
            let mut left = items.clone();
            let come = left.remove(*at);
            assert!(left == *before && is(Some(&come), value), "{}", shown());
            assert_eq!(old.beside(&above), now.beside(&above), "{}", shown());
        }
        Change::Rename(path, name) => {
            let mut called = path.clone();
            called.0.pop();
            called.0.push(PathStep::Key(name.clone()));
            assert_eq!(
                (old.at(path), old.beside(path)),
                (now.at(&called), now.beside(&called)),
                "{}",
                shown()
            );
        }
        Change::Remove(path) => {
            if let Some(PathStep::Item(_)) = path.0.last() {
                let above = Path(path.0[..path.0.len() - 1].to_vec());
                assert_eq!(old.beside(&above), now.beside(&above), "{}", shown());
            } else {
                assert_eq!((now.at(path), old.beside(path)), (None, now.beside(path)), "{}", shown());
            }
        }
    }
}

fn sorted(mut all: Vec<(Path, String)>) -> Vec<String> {
    let mut all: Vec<String> = all.drain(..).map(|(path, said)| format!("{path} {said}")).collect();
    all.sort();
    all
}

/// Whether a tree says a new value.
fn said(tree: Option<&Tree>, value: &NewValue) -> bool {
    match (tree, value) {
        (Some(Tree::Value(said, _)), NewValue::Text(text) | NewValue::Plain(text)) => said == text,
        (Some(Tree::List(items)), NewValue::List(values)) => {
            items.len() == values.len()
                && items.iter().zip(values).all(|(item, value)| said(Some(item), value))
        }
        (Some(Tree::Record(entries)), NewValue::Record(values)) => {
            entries.len() == values.len()
                && entries
                    .iter()
                    .zip(values)
                    .all(|((key, item), (name, value))| key == name && said(Some(item), value))
        }
        _ => false,
    }
}

/// What was added to a record in lines of its own and is taken away leaves the bytes of before.
fn undone(change: &Change, old: &Tree, (text, edited): (&str, &str), shown: &dyn Fn() -> String) {
    let Change::Set(path, _) = change else { return };
    let above = Path(path.0[..path.0.len().saturating_sub(1)].to_vec());
    let was_filled = matches!(old.at(&above), Some(Tree::Record(entries)) if !entries.is_empty());
    if path.0.is_empty() || old.at(path).is_some() || !was_filled || text.contains('{') {
        return;
    }
    if let Ok(undone) = edit::edit(edited, &[Change::Remove(path.clone())], &ORDER) {
        assert_eq!(undone, text, "{}", shown());
    }
}

/// Three texts with a zero byte between them: what comes of them can be read, and where one side changed nothing it is the
/// other.
pub fn merge(bytes: &[u8]) {
    let parts: Vec<_> = bytes.splitn(3, |byte| *byte == 0).map(std::str::from_utf8).collect();
    let [Ok(base), Ok(ours), Ok(theirs)] = parts.as_slice() else { return };
    let merged = |base: &str, ours: &str, theirs: &str| edit::merge([base, ours, theirs], &RULES);
    if let Some(merged) = merged(base, ours, theirs)
        && let Some(text) = &merged.text
    {
        assert!(tree(text).is_some(), "{base:?}\n{ours:?}\n{theirs:?}\n{text:?}");
        assert!(
            !merged.clashes.is_empty() || merged.is_said_by(text),
            "{base:?}\n{ours:?}\n{theirs:?}\n{text:?}"
        );
    }
    if let Some(merged) = merged(base, ours, base) {
        assert!(merged.clashes.is_empty(), "{base:?}\n{ours:?}\n{merged:?}");
        assert!(merged.text.as_deref().is_none_or(|text| text == *ours), "{base:?}\n{ours:?}\n{merged:?}");
    }
    if let Some(merged) = merged(base, base, theirs) {
        assert!(merged.clashes.is_empty(), "{base:?}\n{theirs:?}\n{merged:?}");
        let Some(text) = &merged.text else { return };
        assert!(merged.is_said_by(theirs), "{base:?}\n{theirs:?}\n{text:?}");
    }
}
