//! What the client on the other side can do.

use lsp_types::{ClientCapabilities, InitializeParams};

use super::position::ColumnUnit;

/// What the client can do, as far as it makes a difference.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an ability of its own")]
pub(super) struct ClientFeatures {
    /// What columns count.
    pub(super) unit: ColumnUnit,
    /// Shows further places of a diagnostic.
    pub(super) related: bool,
    /// Shows a link beside a code.
    pub(super) code_links: bool,
    /// Takes edits with the version of the text that they are for.
    pub(super) versioned_edits: bool,
    /// Takes symbols within symbols.
    pub(super) nested_symbols: bool,
    /// Asks for lenses again when told.
    pub(super) refreshes_lenses: bool,
    /// Tells of files that change on disk, when asked to.
    pub(super) watches_files: bool,
}

impl ClientFeatures {
    pub(super) fn of(params: &InitializeParams) -> Self {
        let ClientCapabilities { workspace, text_document, general, .. } = &params.capabilities;
        let workspace = workspace.as_ref();
        let text = text_document.as_ref();
        let diagnostics = text.and_then(|it| it.publish_diagnostics.as_ref());
        let encodings = general.as_ref().and_then(|it| it.position_encodings.as_deref());
        let edits = workspace.and_then(|it| it.workspace_edit.as_ref());
        let symbols = text.and_then(|it| it.document_symbol.as_ref());
        let lenses = workspace.and_then(|it| it.code_lens.as_ref());
        let watched = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        Self {
            unit: ColumnUnit::agreed(encodings),
            related: diagnostics.and_then(|it| it.related_information) == Some(true),
            code_links: diagnostics.and_then(|it| it.code_description_support) == Some(true),
            versioned_edits: edits.and_then(|it| it.document_changes) == Some(true),
            nested_symbols: symbols.and_then(|it| it.hierarchical_document_symbol_support) == Some(true),
            refreshes_lenses: lenses.and_then(|it| it.refresh_support) == Some(true),
            watches_files: watched.and_then(|it| it.dynamic_registration) == Some(true),
        }
    }
}
