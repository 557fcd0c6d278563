//! The workflows that come with the program.

use std::sync::{Arc, LazyLock};

use crate::source::SourceFile;

/// The prefix that names a built-in even where a workflow of the workspace has its name.
pub(crate) const PREFIX: &str = "builtin/";

macro_rules! builtins {
    ($($name:literal)*) => {
        /// The names of the built-in workflows.
        pub(crate) const NAMES: &[&str] = &[$($name),*];

        static FILES: LazyLock<Vec<Arc<SourceFile>>> = LazyLock::new(|| vec![
            $(Arc::new(SourceFile::new(
                concat!("builtin/", $name, ".toml"),
                include_str!(concat!("../../workflows/", $name, ".toml")),
            ))),*
        ]);
    };
}

builtins! { "standard" "meddpicc" "build-to-order" }

/// The text of a built-in, by its name without the prefix.
pub(crate) fn file(name: &str) -> Option<Arc<SourceFile>> {
    let index = NAMES.iter().position(|known| *known == name)?;
    FILES.get(index).cloned()
}
