//! Which paths name templates.

use crate::report::template::TemplateSources;
use crate::source::paths;

/// Whether a path names a template, a style sheet or a script in the templates folder.
pub(in crate::command) fn is_in(folder: &str, path: &str) -> bool {
    paths::is_in(folder, path) && TemplateSources::reads(path)
}
