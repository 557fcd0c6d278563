//! Where in a tree: `plan.link`, `contacts[0].stance`.

use std::fmt;
use std::str::FromStr;

/// The way from the root of a tree to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<PathStep>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// Into a record.
    Key(String),
    /// Into a list, counted from 0.
    Item(usize),
}

impl Path {
    /// The path of keys that need not be read from a text.
    pub fn keys<'k>(keys: impl IntoIterator<Item = &'k str>) -> Self {
        Self(keys.into_iter().map(|key| PathStep::Key(key.to_owned())).collect())
    }

    /// The first key.
    pub fn first(&self) -> Option<&str> {
        match self.0.first() {
            Some(PathStep::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether it leads into what is said of work done, approved or waived: only people say that.
    pub(super) fn is_of_work(&self) -> bool {
        self.first().is_some_and(is_of_work)
    }
}

/// Whether a top-level key holds what is said of work done, approved or waived.
pub(super) fn is_of_work(key: &str) -> bool {
    matches!(key, "done" | "waivers")
}

impl FromStr for Path {
    type Err = String;

    /// Reads `plan.link` and `contacts[0].stance`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (key, items) = part.find('[').map_or((part, ""), |at| part.split_at(at));
            if key.is_empty() {
                return Err("a path is made of keys: `plan.link`, `contacts[0].stance`".to_owned());
            }
            steps.push(PathStep::Key(key.to_owned()));
            for item in items.split_inclusive(']') {
                let number = item.strip_prefix('[').and_then(|item| item.strip_suffix(']'));
                let number = number.and_then(|number| number.parse().ok());
                steps.push(PathStep::Item(number.ok_or_else(|| {
                    format!("`{item}` is no item of a list: write its number, from 0: `contacts[0]`")
                })?));
            }
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Key(key) if index == 0 => f.write_str(key)?,
                PathStep::Key(key) => write!(f, ".{key}")?,
                PathStep::Item(item) => write!(f, "[{item}]")?,
            }
        }
        Ok(())
    }
}
