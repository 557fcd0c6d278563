//! The texts that are open in the editor, as they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::position::{ColumnUnit, EditedText};
use super::uri::path_of;
use crate::snapshot::root::find_marked;

/// A text that is open.
#[derive(Clone, Debug)]
pub(super) struct OpenDocument {
    /// Its address, as the client writes it.
    pub(super) uri: Uri,
    /// The text.
    text: Arc<str>,
    /// The client's number for it.
    pub(super) version: i32,
    /// The workspace that it belongs to.
    pub(super) home: DocumentHome,
    /// Whether a change of it could not be read.
    is_lost: bool,
}

/// Where a file belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DocumentHome {
    /// The root, links resolved.
    pub(super) root: PathBuf,
    /// The same as the client writes it.
    pub(super) shown: PathBuf,
    /// The file, relative to the root, with `/`.
    pub(super) path: String,
    /// Nothing around it is a workspace.
    pub(super) is_lone: bool,
}

impl DocumentHome {
    /// Where the file of an address belongs; `None` where that is no file, or one that is never looked at.
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        let file = path_of(uri)?;
        let (folder, name) = (file.parent()?, file.file_name()?);
        // The folder may yet have to be made.
        let there = folder.ancestors().find(|folder| folder.is_dir())?;
        let real_there = there.canonicalize().ok()?;
        let real = real_there.join(folder.strip_prefix(there).ok()?);
        let marked = find_marked(&real).map(Path::to_owned);
        let is_lone = marked.is_none();
        let root = marked.unwrap_or(real_there);
        // A link out of the workspace, or to nothing, leads to nothing of it, as for `check`.
        let is_strange = match file.canonicalize() {
            Ok(real) => !real.starts_with(&root),
            Err(_) => file.is_symlink(),
        };
        if is_strange && !is_lone {
            return None;
        }
        let below = real.strip_prefix(&root).ok()?.join(name);
        let depth = below.iter().count();
        let shown = file.ancestors().nth(depth)?.to_owned();
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let parts = parts?;
        // What begins with a dot is not listed, and is no part of a workspace.
        let is_hidden = parts.iter().any(|part| part.starts_with('.'));
        (!is_hidden).then(|| Self { root, shown, path: parts.join("/"), is_lone })
    }
}

/// Every text that is open, by its address.
#[derive(Debug, Default)]
pub(super) struct Documents(BTreeMap<String, OpenDocument>);

impl Documents {
    pub(super) fn open(&mut self, document: OpenDocument) {
        self.0.insert(document.uri.as_str().to_owned(), document);
    }

    pub(super) fn close(&mut self, uri: &Uri) -> Option<OpenDocument> {
        self.0.remove(uri.as_str())
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&OpenDocument> {
        self.0.get(uri.as_str())
    }

    pub(super) fn get_mut(&mut self, uri: &Uri) -> Option<&mut OpenDocument> {
        self.0.get_mut(uri.as_str())
    }

    /// Those of a workspace.
    pub(super) fn of_root<'d>(&'d self, root: &Path) -> impl Iterator<Item = &'d OpenDocument> {
        self.0.values().filter(move |document| document.home.root == root)
    }

    /// Their texts, by paths relative to the root.
    pub(super) fn texts(&self, root: &Path) -> BTreeMap<String, Arc<[u8]>> {
        self.of_root(root)
            .map(|document| (document.home.path.clone(), Arc::from(Arc::clone(&document.text))))
            .collect()
    }

    /// The one at a path of a workspace.
    pub(super) fn at(&self, root: &Path, path: &str) -> Option<&OpenDocument> {
        self.of_root(root).find(|document| document.home.path == path)
    }
}

impl OpenDocument {
    pub(super) fn new(item: TextDocumentItem, home: DocumentHome) -> Self {
        let TextDocumentItem { uri, text, version, .. } = item;
        Self { uri, text: text.into(), version, home, is_lost: false }
    }

    /// The text, as it is in the editor.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Nobody knows what the text is until it is told whole.
    pub(super) fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Makes changes one after the other; one without a range is the whole text.
    pub(super) fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, unit: ColumnUnit) {
        let mut text: Option<EditedText> = None;
        for change in changes {
            if let Some(range) = change.range {
                let edited = text.get_or_insert_with(|| EditedText::new(String::from(&*self.text), unit));
                if !self.is_lost {
                    edited.replace(range, &change.text);
                }
            } else {
                self.is_lost = false;
                text = Some(EditedText::new(change.text, unit));
            }
        }
        if let Some(text) = text {
            self.text = text.into_text().into();
        }
    }
}
