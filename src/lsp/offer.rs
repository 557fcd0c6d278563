//! How proposals are written for an editor.

use std::collections::{BTreeMap, BTreeSet};

use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, TextEdit};

use super::position::LineIndex;
use crate::assess::Workspace;
use crate::requirement::Groups;
use crate::source::escape;

/// Writes proposals that replace what has been typed.
#[derive(Clone, Copy)]
pub(super) struct OfferWriter<'l> {
    /// The lines of the text as it is in the editor.
    pub(super) lines: &'l LineIndex<'l>,
    /// The byte at which the cursor stands, in the text as it is read.
    pub(super) cursor: usize,
    /// How many bytes of a byte order mark stand before the text.
    pub(super) mark: usize,
}

/// Something that is proposed.
pub(super) struct Offer<'o> {
    /// The first byte of what it replaces.
    pub(super) start: usize,
    /// What the list shows, and what is typed to find it.
    pub(super) label: &'o str,
    /// What is said beside it.
    pub(super) detail: Option<String>,
    /// What is written.
    pub(super) text: String,
    pub(super) kind: CompletionItemKind,
}

impl OfferWriter<'_> {
    /// A proposal as the protocol has it.
    pub(super) fn item(&self, offer: Offer<'_>) -> CompletionItem {
        let Offer { start, label, detail, text, kind } = offer;
        let range = self.lines.range(start + self.mark, self.cursor + self.mark);
        CompletionItem {
            label: escape::line(label).into_owned(),
            kind: Some(kind),
            detail: detail.map(|detail| escape::line(&detail).into_owned()),
            filter_text: Some(label.to_owned()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
            ..CompletionItem::default()
        }
    }
}

/// Who there is, with what is said of each: the people who are listed, the members of groups, and whoever works here.
pub(super) fn people(
    workspace: &Workspace<'_>,
    groups: &Groups,
    you: Option<&str>,
) -> Vec<(String, Option<String>)> {
    let (people, today) = (&workspace.config.people, workspace.today);
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (address, _) in people.names() {
        if people.find(address).is_none_or(|it| it.until.is_none_or(|until| today <= until)) {
            all.entry(address).or_default();
        }
    }
    for (name, group) in groups {
        for address in group.members_on(today) {
            all.entry(address).or_default().insert(name);
        }
    }
    if let Some(you) = you {
        all.entry(you).or_default();
    }
    let shown = |(address, groups): (&str, BTreeSet<&str>)| {
        let groups: Vec<&str> = groups.into_iter().collect();
        let groups = (!groups.is_empty()).then(|| groups.join(", "));
        let parts: Vec<String> =
            [people.name(address).map(str::to_owned), groups].into_iter().flatten().collect();
        (address.to_owned(), (!parts.is_empty()).then(|| parts.join(" · ")))
    };
    all.into_iter().map(shown).collect()
}
