//! The way out of a finding that a program can take: what is to be written instead, as data.

use super::wording::{nearest_within, respelled};

/// What would mend a finding, at the finding's own place. The room `edit` carries it out, and declines where it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is written instead.
    pub rewrite: Rewrite,
    /// Whether it cannot change what a person meant.
    pub safe: bool,
}

/// What is written instead of what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewrite {
    /// Another text for a value, in quotes where it needs them.
    Text(String),
    /// Another day, number or boolean for a value.
    Plain(String),
    /// Another name for a key.
    Key(String),
}

impl Rewrite {
    /// What is written.
    pub fn written(&self) -> &str {
        match self {
            Self::Text(text) | Self::Plain(text) | Self::Key(text) => text,
        }
    }
}

impl Fix {
    /// Another spelling of the same name is safe; a name one or two letters away is not.
    pub fn of_name<'a, I: IntoIterator<Item = &'a str> + Clone>(
        name: &str,
        known: I,
        rewrite: fn(String) -> Rewrite,
    ) -> Option<Self> {
        Self::of_spelling(name, known.clone(), rewrite).or_else(|| {
            let limit = (name.chars().count() / 3).clamp(1, 2);
            let near = nearest_within(limit, name, known)?;
            Some(Self { rewrite: rewrite(near.to_owned()), safe: false })
        })
    }

    /// Another spelling of the same name: case, spaces, and `-` for `_`.
    pub fn of_spelling<'a>(
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        rewrite: fn(String) -> Rewrite,
    ) -> Option<Self> {
        Some(Self { rewrite: rewrite(respelled(name, known)?.to_owned()), safe: true })
    }

    /// A day, number or boolean; safe where what is written can have meant nothing else.
    pub fn of_value(plain: String, safe: bool) -> Self {
        Self { rewrite: Rewrite::Plain(plain), safe }
    }

    /// What it does, in a few words.
    pub fn title(&self) -> String {
        format!("write `{}`", self.rewrite.written())
    }
}
