//! What the client asks, each answered from the workspace as it is in the editor.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use lsp_server::ErrorCode;
use lsp_types::{
    CodeActionOrCommand, CodeActionParams, DocumentChanges, HoverParams, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::actions::ActionContext;
use super::cursor::Cursor;
use super::documents::OpenDocument;
use super::hover;
use super::position::LineIndex;
use super::server::LanguageServer;
use super::workspace::is_served;
use crate::assess::{self, Selection};
use crate::source::names::{self, is_toml, is_yaml};
use crate::syntax::{Parsed, toml, yaml};

/// An answer, or why there is none.
pub(super) type RequestAnswer = Result<Json, (ErrorCode, String)>;

impl LanguageServer<'_> {
    /// Answers a request.
    pub(super) fn ask(&mut self, method: &str, params: Json) -> RequestAnswer {
        let asked = catch_unwind(AssertUnwindSafe(|| match method {
            "textDocument/hover" => answer(params, |it| self.hover(&it)),
            "textDocument/codeAction" => answer(params, |it| self.code_actions(&it)),
            "textDocument/definition" => answer(params, |it| self.definition(&it)),
            "textDocument/references" => answer(params, |it| self.references(&it)),
            "textDocument/documentSymbol" => answer(params, |it| self.symbols(&it)),
            "textDocument/codeLens" => answer(params, |it| self.lenses(&it)),
            "textDocument/completion" => answer(params, |it| self.completion(&it)),
            "textDocument/prepareRename" => answer(params, |it| self.prepare_rename(&it)),
            "textDocument/rename" => self.rename(params),
            _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not offered"))),
        }));
        asked.unwrap_or_else(|_| Err((ErrorCode::InternalError, format!("`{method}` could not be answered"))))
    }

    fn hover(&mut self, params: &HoverParams) -> Option<lsp_types::Hover> {
        let at = &params.text_document_position_params;
        let asked = self.asked_about(&at.text_document.uri)?;
        let (cursor, range) = asked.cursor(at.position)?;
        let workspace = self.workspaces.get_mut(&asked.document.home.root)?;
        let path = asked.document.home.path.as_str();
        let lines = if is_yaml(path) {
            workspace.with_deal(&*self.host, &asked.texts, path, |workspace, judged| {
                hover::in_deal(&cursor, workspace, judged)
            })
        } else {
            let seen = workspace.with(&*self.host, &asked.texts, |workspace| {
                let name = workflow_name(path, &workspace.config.workflows)?;
                let workflow = workspace.library.get(&name).flatten()?;
                hover::in_workflow(&cursor, workflow, workspace)
            });
            seen.ok().flatten()
        };
        Some(hover::shown(&lines?, range))
    }

    fn code_actions(&mut self, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
        let asked = self.asked_about(&params.text_document.uri)?;
        let root = asked.document.home.root.clone();
        let (path, unit) = (asked.document.home.path.as_str(), self.client.unit);
        let workspace = self.workspaces.get_mut(&root)?;
        let (is_lone, desk) = (workspace.is_lone, workspace.desk());
        let seen = workspace.with(&*self.host, &asked.texts, |workspace| {
            if !is_served(workspace, path, is_lone) {
                return Vec::new();
            }
            let selection = Selection::Paths(vec![path.to_owned()]);
            let mut findings =
                assess::check(workspace, &selection, |_| None::<()>).ledger.findings().to_vec();
            findings.retain(|it| it.place.as_ref().is_some_and(|place| place.file.path().as_ref() == path));
            let (text, body) = (asked.document.text(), asked.body());
            let context = ActionContext { workspace, path, text, body, unit, desk: &desk };
            context.actions(params.range, &findings)
        });
        let is_wanted = |kind: &lsp_types::CodeActionKind| {
            let wanted = |only: &lsp_types::CodeActionKind| {
                kind.as_str() == only.as_str() || kind.as_str().starts_with(&format!("{}.", only.as_str()))
            };
            params.context.only.as_ref().is_none_or(|only| only.iter().any(wanted))
        };
        let actions = seen.ok()?.into_iter().filter(|action| is_wanted(&action.kind)).map(|action| {
            let mut bare = action.bare();
            let mended = |it: &&lsp_types::Diagnostic| Some(it.range) == action.mends;
            let mended: Vec<_> = params.context.diagnostics.iter().filter(mended).cloned().collect();
            bare.diagnostics = (!mended.is_empty()).then_some(mended);
            bare.edit = Some(self.workspace_edit(vec![(
                asked.document.uri.clone(),
                Some(asked.document.version),
                action.edits,
            )]));
            CodeActionOrCommand::CodeAction(bare)
        });
        Some(actions.collect())
    }

    /// Edits of texts as this client takes them, each with the version that it is for where the text is open.
    #[expect(clippy::mutable_key_type, reason = "an address is hashed by its text, which does not change")]
    pub(super) fn workspace_edit(&self, edits: Vec<(Uri, Option<i32>, Vec<TextEdit>)>) -> WorkspaceEdit {
        if !self.client.versioned_edits {
            let changes = edits.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let edits = edits.into_iter().map(|(uri, version, edits)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        });
        let edits = DocumentChanges::Edits(edits.collect());
        WorkspaceEdit { document_changes: Some(edits), ..WorkspaceEdit::default() }
    }

    /// The text that a request is about, and all that is open beside it; `None` where it is longer than what is read of a
    /// file.
    pub(super) fn asked_about(&self, uri: &Uri) -> Option<AskedDocument> {
        let document = self.documents.get(uri)?;
        let most = self.workspaces.get(&document.home.root)?.file_size();
        let document = (document.text().len() <= most).then(|| document.clone())?;
        let texts = self.documents.texts(&document.home.root);
        Some(AskedDocument { document, texts, unit: self.client.unit })
    }
}

/// A text that is asked about.
pub(super) struct AskedDocument {
    pub(super) document: OpenDocument,
    pub(super) texts: BTreeMap<String, Arc<[u8]>>,
    unit: super::position::ColumnUnit,
}

impl AskedDocument {
    /// The lines of the text.
    pub(super) fn lines(&self) -> LineIndex<'_> {
        LineIndex::new(self.document.text(), self.unit)
    }

    /// The text as it is read, without its byte order mark.
    pub(super) fn body(&self) -> &str {
        self.document.text().strip_prefix('\u{feff}').unwrap_or(self.document.text())
    }

    /// Its tree, as far as there is one.
    pub(super) fn parsed(&self) -> Parsed<'_> {
        if is_toml(&self.document.home.path) { toml::parse(self.body(), 0) } else { yaml::parse(self.body()) }
    }

    /// What stands at a position, and its range.
    pub(super) fn cursor(&self, position: Position) -> Option<(Cursor, lsp_types::Range)> {
        let lines = self.lines();
        let (parsed, offset) = (self.parsed(), lines.read_offset(position));
        let in_tree = parsed.root.as_ref().and_then(|root| Cursor::at(root, offset));
        let is_toml = is_toml(&self.document.home.path);
        let cursor = in_tree.or_else(|| is_toml.then(|| Cursor::at_key(self.body(), offset))?)?;
        let range = lines.span(cursor.span);
        Some((cursor, range))
    }
}

/// The name of the workflow in a file of the folder of workflows.
pub(super) fn workflow_name(path: &str, folder: &str) -> Option<String> {
    let name = crate::source::paths::below(folder, path)?;
    (is_toml(name) && !name.contains('/')).then(|| names::composed(names::stem(name)).into_owned())
}

fn answer<P: DeserializeOwned, A: Serialize>(params: Json, find: impl FnOnce(P) -> A) -> RequestAnswer {
    let params =
        serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))?;
    serde_json::to_value(find(params)).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}
