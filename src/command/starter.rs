//! Adds schemas and settings for editors to a workspace that `init` or `demo` writes.

use jiff::civil::Date;

use crate::assess::Workspace;
use crate::editor::committed::{self, CommittedSchema};
use crate::emit::safe_json;
use crate::error::Error;
use crate::snapshot::texts::Texts;
use crate::workspace::Config;

/// The files with a first line that names their schema, and the schemas.
pub(super) fn with_schemas(
    files: impl IntoIterator<Item = (&'static str, String)>,
    today: Date,
) -> Result<Texts, Error> {
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), committed::modeline(path) + &text));
    let mut texts = Texts::new(files);
    let workspace = Workspace::load(&texts, Config::load(&texts), today);
    let mut schemas = Vec::new();
    for CommittedSchema { path, schema } in committed::all(&workspace) {
        let mut bytes = Vec::new();
        safe_json::document(&schema, &mut bytes).map_err(|cause| Error::Stdout { cause })?;
        schemas.push((path, String::from_utf8_lossy(&bytes).into_owned()));
    }
    drop(workspace);
    for (path, text) in schemas {
        texts.add(path, text);
    }
    Ok(texts)
}
