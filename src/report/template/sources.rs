//! The texts of templates: those of the workspace, and the built-in ones that they override.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use minijinja::Error;

use super::guard;
use crate::finding::Finding;
use crate::report::builtin;
use crate::snapshot::Snapshot;
use crate::source::{SourceFile, paths};

/// The templates of a workspace, read, over the built-in ones.
#[derive(Debug, Default)]
pub struct TemplateSources {
    own: BTreeMap<String, Arc<SourceFile>>,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

impl TemplateSources {
    /// Reads the templates folder of a workspace, files of at most so many bytes; it need not exist.
    pub fn load(snapshot: &dyn Snapshot, folder: &str, most: usize) -> Self {
        let listing = snapshot.walk(folder);
        let mut sources = Self { own: BTreeMap::new(), findings: listing.faults };
        for path in listing.files.iter().filter(|path| Self::reads(path)) {
            let name = paths::below(folder, path).unwrap_or(path);
            match snapshot.read(path, most) {
                Ok(file) => {
                    sources.own.insert(name.to_owned(), file);
                }
                Err(finding) => sources.findings.push(*finding),
            }
        }
        sources
    }

    /// Whether a file of the folder is one that reports are made of, by its name: pictures and notes may lie beside them.
    pub fn reads(path: &str) -> bool {
        path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "html" | "md" | "css" | "js"))
    }

    /// The text of a template: the workspace's own before the built-in one, which `builtin/NAME` always means.
    pub fn get(&self, name: &str) -> Option<Arc<SourceFile>> {
        match name.strip_prefix(builtin::PREFIX) {
            Some(name) => builtin::file(name),
            None => self.own.get(name).cloned().or_else(|| builtin::file(name)),
        }
    }

    /// The same as the engine gets it. What nests too deeply it does not get: it would not come back.
    pub(super) fn guarded(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(file) = self.get(name) else { return Ok(None) };
        if !self.own.contains_key(name) {
            return Ok(Some(file.text().to_owned()));
        }
        if guard::too_deep(file.text()).is_some() {
            return Err(super::budget::refused(guard::TOO_DEEP));
        }
        Ok(Some(guard::guard(file.text()).text))
    }

    /// Where a place of that text is in the text as it is written.
    pub(super) fn written(&self, name: &str, place: Range<usize>) -> Range<usize> {
        match self.own.get(name) {
            Some(file) => {
                let guarded = guard::guard(file.text());
                guarded.written(place.start)..guarded.written(place.end)
            }
            None => place,
        }
    }

    /// The templates of the workspace, by name, in order.
    pub fn own(&self) -> impl Iterator<Item = (&str, &Arc<SourceFile>)> {
        self.own.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// Every name that a template may mention.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        let own = self.own.keys().map(String::as_str);
        own.chain(builtin::files().iter().map(|file| file.path().as_ref()))
            .chain(builtin::NAMES.iter().copied().filter(|name| !self.own.contains_key(*name)))
    }
}

/// Whether a name is a template, and not a style sheet or a script.
pub fn is_template(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "html" | "md"))
}
