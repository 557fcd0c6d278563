//! A fix of a finding as data: what a program writes instead.

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
    /// Another name for a word of a template, and the word.
    Word(String, String),
    /// A key goes, with what stands below it.
    Remove,
    /// The comment there is part of the text before it, which is put in quotes.
    TakeIn,
    /// The text of the line, which a colon cuts, is put in quotes.
    Quotes,
    /// Spaces stand where tabs indent the line.
    Spaces,
}

impl Rewrite {
    /// What is written, where that does not hang on what stands there.
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Plain(text) | Self::Key(text) | Self::Word(text, _) => Some(text),
            Self::Remove | Self::TakeIn | Self::Quotes | Self::Spaces => None,
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

    /// Another spelling of a word of a template, or the nearest.
    pub fn of_word<'a, I: IntoIterator<Item = &'a str> + Clone>(word: &str, known: I) -> Option<Self> {
        let Self { rewrite, safe } = Self::of_name(word, known, Rewrite::Text)?;
        Some(Self { rewrite: Rewrite::Word(rewrite.written()?.to_owned(), word.to_owned()), safe })
    }

    /// That what stands there goes, which may lose what a person wanted to keep.
    pub fn of_removal() -> Self {
        Self { rewrite: Rewrite::Remove, safe: false }
    }

    /// What it does, in a few words.
    pub fn title(&self) -> String {
        match &self.rewrite {
            Rewrite::Text(text) | Rewrite::Plain(text) | Rewrite::Key(text) | Rewrite::Word(text, _) => {
                format!("write `{text}`")
            }
            Rewrite::Remove => "remove it".to_owned(),
            Rewrite::TakeIn | Rewrite::Quotes => "put the text in quotes".to_owned(),
            Rewrite::Spaces => "write spaces instead of tabs".to_owned(),
        }
    }
}
