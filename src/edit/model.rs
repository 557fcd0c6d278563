//! A tree without places: what a text says, and what it is to say.

use super::Change;
use super::path::{Path, PathStep};
use super::write::NewValue;
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
    pub(super) fn change(&mut self, change: &Change, order: &[&str]) -> Result<(), String> {
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
                _ => Err(format!("`{path}` is no list")),
            },
            Change::Insert(path, value) => {
                let Some((PathStep::Item(index), above)) = path.0.split_last() else {
                    return Err(missing(path));
                };
                let Self::List(items) = self.existing(above)? else { return Err(missing(path)) };
                if *index > items.len() {
                    return Err(missing(path));
                }
                items.insert(*index, Self::new(value));
                Ok(())
            }
            Change::Rename(path, name) => {
                let (entries, index) = self.entry(path)?;
                if entries.iter().any(|(key, _)| key == name) {
                    return Err(format!("`{name}` is there already"));
                }
                entries[index].0.clone_from(name);
                Ok(())
            }
            Change::Remove(path) => {
                if let Some((PathStep::Item(index), above)) = path.0.split_last() {
                    let Self::List(items) = self.existing(above)? else { return Err(missing(path)) };
                    if *index >= items.len() {
                        return Err(missing(path));
                    }
                    items.remove(*index);
                    return Ok(());
                }
                let (entries, index) = self.entry(path)?;
                entries.remove(index);
                Ok(())
            }
        }
    }

    fn existing(&mut self, steps: &[PathStep]) -> Result<&mut Self, String> {
        let mut here = self;
        for (index, step) in steps.iter().enumerate() {
            let inner = match (step, here) {
                (PathStep::Key(key), Self::Map(entries)) => {
                    entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
                }
                (PathStep::Item(item), Self::List(items)) => items.get_mut(*item),
                _ => None,
            };
            here = inner.ok_or_else(|| missing(&Path(steps[..=index].to_vec())))?;
        }
        Ok(here)
    }

    fn entry(&mut self, path: &Path) -> Result<(&mut ModelEntries, usize), String> {
        let Some((PathStep::Key(key), above)) = path.0.split_last() else { return Err(missing(path)) };
        let Self::Map(entries) = self.existing(above)? else { return Err(missing(path)) };
        let index = entries.iter().position(|(known, _)| known == key).ok_or_else(|| missing(path))?;
        Ok((entries, index))
    }

    /// The value at a path, made where it is missing.
    fn at(&mut self, path: &Path, order: &[&str]) -> Result<&mut Self, String> {
        let nothing = || Self::Scalar { text: String::new(), plain: Some(true) };
        let mut here = self;
        for (depth, step) in path.0.iter().enumerate() {
            let way = Path(path.0[..=depth].to_vec());
            if here.is_absent() && matches!(step, PathStep::Key(_)) {
                *here = Self::Map(Vec::new());
            }
            here = match (step, here) {
                (PathStep::Key(key), Self::Map(entries)) => {
                    let index = if let Some(index) = entries.iter().position(|(known, _)| known == key) {
                        index
                    } else {
                        let keys = entries.iter().map(|(key, _)| key.as_str());
                        let index = super::find::position(keys, key, if depth == 0 { order } else { &[] });
                        entries.insert(index, (key.clone(), nothing()));
                        index
                    };
                    &mut entries[index].1
                }
                (PathStep::Item(item), Self::List(items)) => {
                    items.get_mut(*item).ok_or_else(|| missing(&way))?
                }
                (PathStep::Item(_), here) if here.is_absent() => return Err(missing(&way)),
                _ => return Err(format!("`{way}` cannot be: what it stands in is something else")),
            };
        }
        Ok(here)
    }
}

fn missing(path: &Path) -> String {
    format!("there is no `{path}`")
}
