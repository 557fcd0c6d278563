//! A tree without places: the content of a text before and after an edit.

use super::Change;
use super::path::{Path, PathStep};
use super::write::NewValue;
use crate::finding::wording::{Help as _, suggest};
use crate::syntax::{Kind, Node, Style};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ValueModel {
    Scalar {
        text: String,
        /// Whether it stands without quotes; `None` where either will do.
        plain: Option<bool>,
    },
    List(Vec<ValueModel>),
    Map(ModelEntries),
}

/// Why a change cannot be made.
pub(super) struct Impossible {
    /// What stands in the way.
    pub(super) message: String,
    /// The way out, where it is not to write the change by hand.
    pub(super) help: Option<String>,
}

/// Keys and values, in order.
type ModelEntries = Vec<(String, ValueModel)>;

impl ValueModel {
    pub(super) fn of(node: &Node<'_>) -> Self {
        match &node.kind {
            Kind::Scalar(scalar) => Self::Scalar {
                text: scalar.text.clone().into_owned(),
                plain: Some(scalar.style == Style::Plain),
            },
            Kind::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Kind::Map(entries) => {
                let entry = |entry: &crate::syntax::Entry<'_>| {
                    (entry.key.value.clone().into_owned(), Self::of(&entry.value))
                };
                Self::Map(entries.iter().map(entry).collect())
            }
        }
    }

    pub(super) fn new(value: &NewValue) -> Self {
        match value {
            NewValue::Text(text) => Self::Scalar { text: text.clone(), plain: None },
            NewValue::Plain(text) => Self::Scalar { text: text.clone(), plain: Some(true) },
            NewValue::List(items) => Self::List(items.iter().map(Self::new).collect()),
            NewValue::Record(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), Self::new(value))).collect())
            }
        }
    }

    /// Whether a tree that was read is this one.
    pub(super) fn fits(&self, read: &Self) -> bool {
        match (self, read) {
            (Self::Scalar { text, plain }, Self::Scalar { text: other, plain: written }) => {
                // A text that reads as nothing must be in quotes.
                let absent = matches!(other.as_str(), "" | "~" | "null" | "Null" | "NULL");
                text == other && (plain == written || plain.is_none() && !(absent && *written == Some(true)))
            }
            (Self::List(items), Self::List(others)) => {
                items.len() == others.len() && items.iter().zip(others).all(|(item, other)| item.fits(other))
            }
            (Self::Map(entries), Self::Map(others)) => {
                entries.len() == others.len()
                    && entries
                        .iter()
                        .zip(others)
                        .all(|((key, value), (other, read))| key == other && value.fits(read))
            }
            _ => false,
        }
    }

    /// The same with the keys of every record in one order, and the items of every list where asked.
    pub(super) fn sorted(self, with_lists: bool) -> Self {
        match self {
            Self::List(items) => {
                let mut items: Vec<_> = items.into_iter().map(|item| item.sorted(with_lists)).collect();
                if with_lists {
                    items.sort_by_cached_key(Self::words);
                }
                Self::List(items)
            }
            Self::Map(entries) => {
                let mut entries: ModelEntries =
                    entries.into_iter().map(|(key, value)| (key, value.sorted(with_lists))).collect();
                entries.sort_by(|one, other| one.0.cmp(&other.0));
                Self::Map(entries)
            }
            scalar @ Self::Scalar { .. } => scalar,
        }
    }

    /// All that it says, whether in quotes or not.
    fn words(&self) -> Vec<String> {
        match self {
            Self::Scalar { text, .. } => vec![text.clone()],
            Self::List(items) => items.iter().flat_map(Self::words).collect(),
            Self::Map(entries) => entries
                .iter()
                .flat_map(|(key, value)| std::iter::once(key.clone()).chain(value.words()))
                .collect(),
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Scalar { text, plain: Some(true) } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Makes a change; what stands in the way is said.
    pub(super) fn change(&mut self, change: &Change, order: &[&str]) -> Result<(), Impossible> {
        match change {
            Change::Set(path, value) => {
                *self.at(path, order)? = Self::new(value);
                Ok(())
            }
            Change::Append(path, value) => match self.at(path, order)? {
                Self::List(items) => {
                    items.push(Self::new(value));
                    Ok(())
                }
                absent if absent.is_absent() => {
                    *absent = Self::List(vec![Self::new(value)]);
                    Ok(())
                }
                other => Err(Impossible {
                    message: format!("`{path}` is {}, and no list", other.describe()),
                    help: Some(format!("make `{path}` a list first, such as `[…]`")),
                }),
            },
            Change::Insert(path, value) => {
                let above = path.0.split_last().map_or(&[][..], |(_, above)| above);
                let here = self.existing(above)?;
                match (path.0.last(), &mut *here) {
                    (Some(PathStep::Item(index)), Self::List(items)) if *index <= items.len() => {
                        items.insert(*index, Self::new(value));
                        Ok(())
                    }
                    _ => Err(here.without(&path.0)),
                }
            }
            Change::Rename(path, name) => {
                let (here, index) = self.holder(path)?;
                let Self::Map(entries) = here else { return Err(here.without(&path.0)) };
                if entries.iter().any(|(key, _)| key == name) {
                    return Err(Impossible { message: format!("`{name}` is there already"), help: None });
                }
                entries[index].0.clone_from(name);
                Ok(())
            }
            Change::Remove(path) => {
                match self.holder(path)? {
                    (Self::Map(entries), index) => drop(entries.remove(index)),
                    (Self::List(items), index) => drop(items.remove(index)),
                    (here @ Self::Scalar { .. }, _) => return Err(here.without(&path.0)),
                }
                Ok(())
            }
        }
    }

    fn index_of(&self, step: &PathStep) -> Option<usize> {
        match (step, self) {
            (PathStep::Key(key), Self::Map(entries)) => entries.iter().position(|(known, _)| known == key),
            (PathStep::Item(item), Self::List(items)) => (*item < items.len()).then_some(*item),
            _ => None,
        }
    }

    /// The value at a step, and that there is none by its whole way.
    fn inner(&mut self, step: &PathStep, way: &[PathStep]) -> Result<&mut Self, Impossible> {
        let Some(index) = self.index_of(step) else { return Err(self.without(way)) };
        match self {
            Self::Map(entries) => Ok(&mut entries[index].1),
            Self::List(items) => Ok(&mut items[index]),
            Self::Scalar { .. } => Err(self.without(way)),
        }
    }

    fn existing(&mut self, steps: &[PathStep]) -> Result<&mut Self, Impossible> {
        let mut here = self;
        for (depth, step) in steps.iter().enumerate() {
            here = here.inner(step, &steps[..=depth])?;
        }
        Ok(here)
    }

    /// The record or list in which something stands that is there, and where in it.
    fn holder(&mut self, path: &Path) -> Result<(&mut Self, usize), Impossible> {
        let Some((step, above)) = path.0.split_last() else { return Err(self.without(&[])) };
        let here = self.existing(above)?;
        match here.index_of(step) {
            Some(index) => Ok((here, index)),
            None => Err(here.without(&path.0)),
        }
    }

    /// The value at a path, made where it is missing.
    fn at(&mut self, path: &Path, order: &[&str]) -> Result<&mut Self, Impossible> {
        let mut here = self;
        for (depth, step) in path.0.iter().enumerate() {
            if let PathStep::Key(key) = step {
                here.make(key, if depth == 0 { order } else { &[] });
            }
            here = here.inner(step, &path.0[..=depth])?;
        }
        Ok(here)
    }

    /// Makes a key in what is a record, or nothing yet.
    fn make(&mut self, key: &str, order: &[&str]) {
        if self.is_absent() {
            *self = Self::Map(Vec::new());
        }
        let Self::Map(entries) = self else { return };
        if !entries.iter().any(|(known, _)| known == key) {
            let index = super::find::position(entries.iter().map(|(key, _)| key.as_str()), key, order);
            let nothing = Self::Scalar { text: String::new(), plain: Some(true) };
            entries.insert(index, (key.to_owned(), nothing));
        }
    }

    fn describe(&self) -> &'static str {
        match self {
            Self::Map(_) => "a record",
            Self::List(_) => "a list",
            Self::Scalar { .. } if self.is_absent() => "empty",
            Self::Scalar { .. } => "a single value",
        }
    }

    /// That a way leads to nothing whose last step starts here, and what is here instead.
    fn without(&self, way: &[PathStep]) -> Impossible {
        let above = Path(way[..way.len().saturating_sub(1)].to_vec());
        let above = if above.0.is_empty() { "the file".to_owned() } else { format!("`{above}`") };
        let path = Path(way.to_vec());
        let missing = format!("there is no `{path}`");
        let (message, help) = match (way.last(), self) {
            (Some(PathStep::Key(key)), Self::Map(entries)) => {
                let keys = entries.iter().map(|(key, _)| key.as_str());
                (missing, suggest(key, keys).sentence().unwrap_or_else(|| format!("{above} has no keys")))
            }
            (Some(PathStep::Key(key)), other) => (
                format!("{above} is {}, and has no keys", other.describe()),
                format!("make {above} a record first, such as `{{{key}: …}}`, so that there can be `{path}`"),
            ),
            (_, Self::List(items)) => (
                missing,
                match items.len() {
                    0 => format!("{above} has no items, so there is no `{path}`"),
                    1 => format!("{above} has one item, number 0, so there is no `{path}`"),
                    count => {
                        format!("{above} has {count} items, the last is number {}, not `{path}`", count - 1)
                    }
                },
            ),
            (_, other) if other.is_absent() => {
                (missing, format!("{above} has no items, so there is no `{path}`"))
            }
            (_, other) => (
                format!("{above} is {}, and has no items", other.describe()),
                format!("make {above} a list first, such as `[…]`, so that there can be `{path}`"),
            ),
        };
        Impossible { message, help: Some(help) }
    }
}
