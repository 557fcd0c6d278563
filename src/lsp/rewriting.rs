//! Answers that change texts as they are asked for: completion, and another name.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_server::ErrorCode;
use lsp_types::{
    CompletionItem, CompletionParams, Position, PrepareRenameResponse, RenameParams,
    TextDocumentPositionParams, WorkspaceEdit,
};
use serde_json::Value as Json;

use super::completion::CompletionContext;
use super::offer::OfferWriter;
use super::places::RuleTarget;
use super::position::LineIndex;
use super::rename::{NewTexts, RenameRequest};
use super::requests::{AskedDocument, RequestAnswer, workflow_name};
use super::rule_completion::RuleContext;
use super::rule_names::RuleNames;
use super::server::LanguageServer;
use super::toml_place::TomlPlace;
use super::typing::TypingPlace;
use super::workspace::is_served;
use crate::assess::Workspace;
use crate::snapshot::overlay::Overlay;
use crate::source::names::is_yaml;
use crate::workflow::{Workflow, keys};
use crate::workspace;

impl LanguageServer<'_> {
    pub(super) fn completion(&mut self, params: &CompletionParams) -> Vec<CompletionItem> {
        let at = &params.text_document_position;
        self.completed(at).unwrap_or_default()
    }

    fn completed(&mut self, at: &TextDocumentPositionParams) -> Option<Vec<CompletionItem>> {
        let asked = self.asked_about(&at.text_document.uri)?;
        let root = asked.document.home.root.clone();
        let path = asked.document.home.path.as_str();
        let lines = asked.lines();
        let body = asked.body();
        let cursor = lines.read_offset(at.position);
        let mark = asked.document.text().len() - body.len();
        let writer = OfferWriter { lines: &lines, cursor, mark };
        let workspace = self.workspaces.get_mut(&root)?;
        let (is_lone, desk) = (workspace.is_lone, workspace.desk());
        let you = desk.you.as_deref();
        let items = workspace.with(&*self.host, &asked.texts, |workspace| {
            if !is_served(workspace, path, is_lone) {
                None
            } else if is_yaml(path) {
                let place = TypingPlace::at(body, cursor)?;
                let workflow = workspace.workflow_of(path, body)?;
                Some(CompletionContext { workspace, workflow, text: body, place, writer, you }.items())
            } else {
                in_rules(workspace, (path, body), writer, you)
            }
        });
        items.ok().flatten()
    }

    pub(super) fn prepare_rename(
        &mut self,
        at: &TextDocumentPositionParams,
    ) -> Option<PrepareRenameResponse> {
        let asked = self.asked_about(&at.text_document.uri)?;
        let (_, range) = asked.cursor(at.position)?;
        let target = self.named(&asked, at.position)?;
        let root = asked.document.home.root.clone();
        let workspace = self.workspaces.get_mut(&root).filter(|it| !it.is_lone)?;
        let may_be = workspace.with(&*self.host, &asked.texts, |workspace| {
            RenameRequest { workspace, root: &root, target: &target, new: "" }.may_be()
        });
        may_be.ok()?.ok()?;
        let placeholder = match target {
            RuleTarget::Requirement(id, _) | RuleTarget::Stage(id, _) => id,
            RuleTarget::Workflow(_) => return None,
        };
        Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
    }

    /// What stands at a position, where that is its name.
    fn named(&mut self, asked: &AskedDocument, position: Position) -> Option<RuleTarget> {
        let (cursor, _) = asked.cursor(position)?;
        let target = self.target(asked, position)?;
        (!matches!(target, RuleTarget::Requirement(..)) || cursor.is_requirement_name()).then_some(target)
    }

    /// Another name, or why there is none.
    pub(super) fn rename(&mut self, params: Json) -> RequestAnswer {
        let params: RenameParams =
            serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))?;
        let failed = |why: String| (ErrorCode::RequestFailed, why);
        let nothing = || failed("nothing here can be called otherwise".to_owned());
        let at = &params.text_document_position;
        let asked = self.asked_about(&at.text_document.uri).ok_or_else(nothing)?;
        let target = self.named(&asked, at.position).ok_or_else(nothing)?;
        let (host, root) = (Arc::clone(&self.host), asked.document.home.root.clone());
        let workspace = self.workspaces.get_mut(&root).ok_or_else(nothing)?;
        if workspace.is_lone {
            return Err(nothing());
        }
        let texts = workspace.with(&*host, &asked.texts, |workspace| {
            let new = params.new_name.trim();
            let request = RenameRequest { workspace, root: &root, target: &target, new };
            request.texts(&*host)
        });
        let texts = texts.map_err(|error| failed(error.to_string()))?.map_err(failed)?;
        serde_json::to_value(self.new_texts(&asked, &texts))
            .map_err(|error| (ErrorCode::InternalError, error.to_string()))
    }

    /// Texts of files, open or not, as edits.
    fn new_texts(&self, asked: &AskedDocument, texts: &NewTexts) -> WorkspaceEdit {
        let root = &asked.document.home.root;
        let Some(workspace) = self.workspaces.get(root) else { return WorkspaceEdit::default() };
        let writer = workspace.writer(self.client, &self.documents, &asked.texts);
        let mut edits = Vec::new();
        for (path, (old, new)) in texts.iter().filter(|(_, (old, new))| old != new) {
            let open = self.documents.at(root, path);
            // What is open may have a byte order mark, which is read past.
            let mark = if open.is_some_and(|it| it.text().starts_with('\u{feff}')) { "\u{feff}" } else { "" };
            let (old, new) = (format!("{mark}{old}"), format!("{mark}{new}"));
            let lines = LineIndex::new(&old, self.client.unit);
            let edit = super::edits::edits(&old, &new, &lines);
            if let Some(uri) = writer.uri(path) {
                edits.push((uri, open.map(|it| it.version), edit));
            }
        }
        self.workspace_edit(edits)
    }
}

/// What is proposed in a workflow, or in the settings.
fn in_rules(
    workspace: &Workspace<'_>,
    (path, text): (&str, &str),
    writer: OfferWriter<'_>,
    you: Option<&str>,
) -> Option<Vec<CompletionItem>> {
    let place = TomlPlace::at(text, writer.cursor)?;
    let own = workflow_name(path, &workspace.config.workflows);
    let Some(name) = own.as_deref() else {
        let (names, tables) = (RuleNames::new(None, None, text), workspace::tables());
        return Some(
            RuleContext { workspace, names, own: None, place, writer, you, keys: workspace::KEYS, tables }
                .items(),
        );
    };
    let library = &workspace.library;
    let base = library.parents(name).next().and_then(|base| library.get(base).flatten());
    let workflow = match library.get(name).flatten() {
        Some(workflow) => Some(Arc::clone(workflow)),
        None => without_line(workspace, (path, text), writer.cursor, name),
    };
    let names = RuleNames::new(workflow.as_deref(), base.map(|it| &**it), text);
    let (keys, tables) = (keys::WORKFLOW, keys::tables());
    Some(RuleContext { workspace, names, own: Some(name), place, writer, you, keys, tables }.items())
}

/// A workflow without the line that is being typed, where it can be used then.
fn without_line(
    workspace: &Workspace<'_>,
    (path, text): (&str, &str),
    cursor: usize,
    name: &str,
) -> Option<Arc<Workflow>> {
    let start = text[..cursor].rfind('\n').map_or(0, |at| at + 1);
    let end = text[cursor..].find('\n').map_or(text.len(), |at| cursor + at);
    let readable: Arc<[u8]> = [&text[..start], &text[end..]].concat().into_bytes().into();
    let files = Overlay::of(workspace.snapshot, BTreeMap::from([(path.to_owned(), readable)]));
    let read = Workspace::load(&files, workspace.config.clone(), workspace.today);
    read.library.get(name).flatten().cloned()
}
