//! Merges three sides of a file: by key where that can be proven, by line where not.

use super::form::TextForm;
use crate::command::difference::conflict;
use crate::deal::field::CORE_KEYS;
use crate::edit::{self, Clash, MergeRules, MergedText};
use crate::error::Error;
use crate::finding::limit::FILE_SIZE;
use crate::snapshot::git::{MergedLines, merge_lines};

/// A merged file.
pub(super) struct MergedSides {
    pub(super) text: Vec<u8>,
    /// Values that both sides changed, where they were told apart.
    pub(super) clashes: Vec<Clash>,
    pub(super) is_clean: bool,
}

impl MergedSides {
    /// Merges base, ours and theirs.
    pub(super) fn of(sides: [&[u8]; 3], is_deal: bool, marker: usize) -> Result<Self, Error> {
        if let Some(tree) = Some(sides).filter(|_| is_deal).and_then(TreeMerge::of) {
            return tree.write(marker);
        }
        let MergedLines { text, is_clean } = merge_lines(sides, marker).map_err(Error::Git)?;
        Ok(Self { text, clashes: Vec::new(), is_clean })
    }
}

/// Three texts that were read, and what they come to.
struct TreeMerge {
    form: TextForm,
    bodies: [String; 3],
    merged: MergedText,
}

impl TreeMerge {
    fn of(sides: [&[u8]; 3]) -> Option<Self> {
        let read = |side: &[u8]| {
            if side.len() > FILE_SIZE.usual { None } else { TextForm::split(std::str::from_utf8(side).ok()?) }
        };
        let [base, ours, theirs] = sides.map(read);
        let ((base_form, base), (ours_form, ours), (theirs_form, theirs)) = (base?, ours?, theirs?);
        let order: Vec<&str> = CORE_KEYS.iter().map(|(key, ..)| *key).collect();
        let rules = MergeRules {
            order: &order,
            statements: &["outcome", "on_hold", "origin"],
            records_of_statements: &["done", "waivers"],
        };
        let merged = edit::merge([&base, &ours, &theirs], &rules)?;
        let form = TextForm::merged([base_form, ours_form, theirs_form]);
        Some(Self { form, bodies: [base, ours, theirs], merged })
    }

    fn write(self, marker: usize) -> Result<MergedSides, Error> {
        let Self { form, bodies, merged } = self;
        let (text, is_clean) = choose(&bodies, &merged, marker)?;
        Ok(MergedSides { text: form.put_on(&text).into_bytes(), clashes: merged.clashes, is_clean })
    }
}

/// The text, and whether it is free of conflicts.
fn choose(bodies: &[String; 3], merged: &MergedText, marker: usize) -> Result<(String, bool), Error> {
    let [_, ours, theirs] = bodies;
    if !merged.clashes.is_empty() {
        let text = match (&merged.text, &merged.with_theirs) {
            (Some(ours), Some(theirs)) if ours != theirs => conflict(ours, theirs, marker),
            _ => conflict(ours, theirs, marker),
        };
        return Ok((text, false));
    }
    let lines = merge_lines(bodies.each_ref().map(String::as_bytes), marker).map_err(Error::Git)?;
    let by_line = String::from_utf8_lossy(&lines.text).into_owned();
    Ok(match &merged.text {
        // Where lines do, they keep the comments and the layout of both.
        _ if lines.is_clean && merged.is_said_by(&by_line) => (by_line, true),
        Some(text) => (text.clone(), true),
        None if !lines.is_clean => (by_line, false),
        // What lines come to is not what both meant, and what they meant cannot be written.
        None => (conflict(ours, theirs, marker), false),
    })
}
