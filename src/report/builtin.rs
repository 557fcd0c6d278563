//! The templates that come with the program. A report is a line here and a file in `templates/`.

use std::sync::{Arc, LazyLock};

use crate::source::SourceFile;

/// The prefix that names a built-in even where a template of the workspace has its name.
pub const PREFIX: &str = "builtin/";

macro_rules! builtins {
    ($($name:literal)*) => {
        /// The names of the built-in templates.
        pub const NAMES: &[&str] = &[$($name),*];

        static FILES: LazyLock<Vec<Arc<SourceFile>>> = LazyLock::new(|| vec![
            $(Arc::new(SourceFile::new(
                concat!("builtin/", $name),
                include_str!(concat!("../../templates/", $name)),
            ))),*
        ]);
    };
}

builtins! {
    "base.html" "parts.html" "parts.md" "report.css" "report.js"
    "pipeline.html" "pipeline.md" "parts.pipeline.html" "deals.html" "owner.html" "definitions.html"
    "changes.html" "changes.md" "parts.history.html" "parts.history.md" "parts.chart.html"
    "deal.html" "deal.md"
    "trend.html" "trend.md"
    "workflow.html" "workflow.md"
    "summary.md"
}

/// The built-in templates, in order.
pub fn files() -> &'static [Arc<SourceFile>] {
    &FILES
}

/// The text of a built-in, by its name without the prefix.
pub fn file(name: &str) -> Option<Arc<SourceFile>> {
    let index = NAMES.iter().position(|known| *known == name)?;
    FILES.get(index).cloned()
}
