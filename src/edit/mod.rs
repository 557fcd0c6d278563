//! Changes of a YAML text as verified splices: a caller says what is to be different in the tree, and nothing else changes.
//!
//! Each change becomes splices of the source at the indentation, quoting and style that stand around them. The new text is
//! parsed and held against the old tree with exactly the change made to it; where the two differ, nothing is returned but
//! the reason. So an edit is sound or declined, never a third.

mod find;
pub mod fix;
mod insert;
mod merge;
mod model;
mod path;
mod place;
mod repair;
mod splice;
#[cfg(test)]
mod tests;
mod toml_fix;
mod toml_since;
mod word_fix;
mod write;

use std::fmt;

pub use merge::{Clash, MergeRules, MergedText, merge};
pub use path::{Path, PathStep};
pub use toml_since::asked_since;
pub use write::NewValue;

use crate::source::Span;
use crate::syntax::{Node, yaml};
use model::ValueModel;
use place::Placer;

/// What is to be different in a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The value at a path is this one; keys on the way that are missing are made.
    Set(Path, NewValue),
    /// A list has one item more at its end; a missing list is made.
    Append(Path, NewValue),
    /// A list has one item more, where the path's last step says; what stands there and behind goes on by one.
    Insert(Path, NewValue),
    /// The key at a path is called otherwise.
    Rename(Path, String),
    /// What stands at a path is gone, its key with it.
    Remove(Path),
}

impl Change {
    /// Where it is made.
    pub fn path(&self) -> &Path {
        match self {
            Self::Set(path, _)
            | Self::Append(path, _)
            | Self::Insert(path, _)
            | Self::Rename(path, _)
            | Self::Remove(path) => path,
        }
    }
}

/// Why a change is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined {
    /// What stands in the way.
    pub message: String,
    /// Where, in bytes of the text without its byte order mark.
    pub span: Span,
    /// What to write by hand instead.
    pub help: String,
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Makes changes one after the other. `order` is that of the keys of the whole document: a new key goes where it puts it
/// among those that are there, a key it does not name goes last.
pub fn edit(text: &str, changes: &[Change], order: &[&str]) -> Result<String, Declined> {
    let (mark, body) = text.strip_prefix('\u{feff}').map_or(("", text), |body| ("\u{feff}", body));
    let mut body = body.to_owned();
    for change in changes {
        body = one(&body, change, order)?;
    }
    Ok(format!("{mark}{body}"))
}

/// The text of a whole new document; `None` where it could not be read back as what it is.
pub fn compose(record: &NewValue) -> Option<String> {
    let text = write::block(record, 0, "\n") + "\n";
    let parsed = yaml::parse(&text);
    let is_sound = parsed.faults.is_empty()
        && parsed.root.is_some_and(|root| ValueModel::new(record).fits(&ValueModel::of(&root)));
    is_sound.then_some(text)
}

fn one(text: &str, change: &Change, order: &[&str]) -> Result<String, Declined> {
    let root = parsed(text, change)?;
    let decline = |message: String, span| Declined { message, span, help: change.by_hand() };
    // YAML knows lines that end in a carriage return alone, and nobody writes them.
    if text.matches('\r').count() != text.matches("\r\n").count() {
        return Err(decline("a line ends in a carriage return alone".to_owned(), root.span));
    }
    let mut expected = ValueModel::of(&root);
    expected.change(change, order).map_err(|why| {
        let declined = decline(why.message, root.span);
        Declined { help: why.help.unwrap_or(declined.help), ..declined }
    })?;
    let placer = Placer { text, order };
    let splices = placer.place(&root, change).map_err(|(message, span)| decline(message, span))?;
    let edited = splice::apply(text, splices);
    let sound = yaml::parse(&edited).root.is_some_and(|root| expected.fits(&ValueModel::of(&root)))
        && yaml::parse(&edited).faults.is_empty();
    if sound {
        return Ok(edited);
    }
    let message = format!("`{}` cannot be changed here without touching something else", change.path());
    Err(decline(message, find::span_of(&root, change.path())))
}

fn parsed<'t>(text: &'t str, change: &Change) -> Result<Node<'t>, Declined> {
    let parsed = yaml::parse(text);
    match (parsed.root, parsed.faults.into_iter().next()) {
        (Some(root), None) => Ok(root),
        (_, fault) => Err(Declined {
            message: "the file cannot be read as it is".to_owned(),
            span: fault.map_or_else(Span::default, |fault| fault.span),
            help: format!("run `dealgate check`, mend what it says, and then {}", change.by_hand()),
        }),
    }
}

impl Change {
    /// What a person would do instead.
    fn by_hand(&self) -> String {
        match self {
            Self::Set(path, value) => format!("write `{}` for `{path}`", write::flow(value)),
            Self::Append(path, value) => format!("add `{}` to `{path}`", write::flow(value)),
            Self::Insert(path, value) => format!("put `{}` before `{path}`", write::flow(value)),
            Self::Rename(path, name) => format!("write `{name}` instead of `{path}`"),
            Self::Remove(path) => format!("remove `{path}`"),
        }
    }
}
