//! Who works in a workspace, as its repository knows.

use std::path::Path;

use crate::snapshot::git::Repository;

/// What git knows of whoever works here.
#[derive(Clone, Debug, Default)]
pub(super) struct GitUser {
    /// Whether a repository remembers what deals were.
    pub(super) has_repository: bool,
    /// The address that git would commit with.
    pub(super) you: Option<String>,
}

impl GitUser {
    /// What the repository of a folder knows.
    pub(super) fn of(root: &Path) -> Self {
        let repository = Repository::open(root).ok();
        Self { has_repository: repository.is_some(), you: repository.and_then(|it| it.user_email()) }
    }
}
