//! Answers that lead from place to place, and the lines above others.

use lsp_types::{
    CodeLens, CodeLensParams, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse,
    GotoDefinitionParams, Location, Position, ReferenceParams, SymbolInformation, Uri,
};

use super::places::{RuleTarget, meaning};
use super::requests::{AskedDocument, workflow_name};
use super::server::LanguageServer;
use super::workspace::is_served;
use super::{lenses, symbols};
use crate::assess::{Selection, Workspace};
use crate::source::Place;
use crate::source::names::is_yaml;

impl LanguageServer<'_> {
    pub(super) fn definition(&mut self, params: &GotoDefinitionParams) -> Option<Location> {
        let at = &params.text_document_position_params;
        let asked = self.asked_about(&at.text_document.uri)?;
        let target = self.target(&asked, at.position)?;
        self.located(&asked, &[target.place().clone()]).pop()
    }

    pub(super) fn references(&mut self, params: &ReferenceParams) -> Option<Vec<Location>> {
        let at = &params.text_document_position;
        let asked = self.asked_about(&at.text_document.uri)?;
        let target = self.target(&asked, at.position)?;
        let workspace = self.workspaces.get_mut(&asked.document.home.root)?;
        let selection = if workspace.is_lone {
            Selection::Paths(vec![asked.document.home.path.clone()])
        } else {
            Selection::Everything
        };
        let found = workspace.with(&*self.host, &asked.texts, |it| target.references(it, &selection));
        let mut places = found.ok()?;
        if params.context.include_declaration {
            places.insert(0, target.place().clone());
        }
        Some(self.located(&asked, &places))
    }

    /// The rule that something at a position speaks of.
    pub(super) fn target(&mut self, asked: &AskedDocument, position: Position) -> Option<RuleTarget> {
        let (cursor, _) = asked.cursor(position)?;
        let path = asked.document.home.path.as_str();
        let workspace = self.workspaces.get_mut(&asked.document.home.root)?;
        if is_yaml(path) {
            return workspace.with_deal(&*self.host, &asked.texts, path, |workspace, judged| {
                RuleTarget::of(meaning(&cursor, path)?, judged.workflow, workspace)
            });
        }
        let found = workspace.with(&*self.host, &asked.texts, |workspace: &Workspace<'_>| {
            let name = workflow_name(path, &workspace.config.workflows)?;
            let workflow = workspace.library.get(&name).flatten()?;
            RuleTarget::of(meaning(&cursor, path)?, workflow, workspace)
        });
        found.ok().flatten()
    }

    /// Places as the client writes them; what comes with the program is no file.
    fn located(&self, asked: &AskedDocument, places: &[Place]) -> Vec<Location> {
        let Some(workspace) = self.workspaces.get(&asked.document.home.root) else { return Vec::new() };
        let writer = workspace.writer(self.client, &self.documents, &asked.texts);
        places.iter().filter_map(|place| writer.location(place)).collect()
    }

    pub(super) fn symbols(&mut self, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let uri = &params.text_document.uri;
        let asked = self.asked_about(uri)?;
        let (workspace, path) =
            (self.workspaces.get_mut(&asked.document.home.root)?, asked.document.home.path.as_str());
        let is_lone = workspace.is_lone;
        let is_ours = workspace.with(&*self.host, &asked.texts, |it| is_served(it, path, is_lone));
        let parsed = asked.parsed();
        let root = parsed.root.as_ref().filter(|_| is_ours.unwrap_or_default())?;
        let outline = symbols::outline(root, &asked.lines());
        if self.client.nested_symbols {
            return Some(DocumentSymbolResponse::Nested(outline));
        }
        let mut flat = Vec::new();
        flatten(outline, None, uri, &mut flat);
        Some(DocumentSymbolResponse::Flat(flat))
    }

    pub(super) fn lenses(&mut self, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
        let asked = self.asked_about(&params.text_document.uri)?;
        let path = asked.document.home.path.as_str();
        let workspace = self.workspaces.get_mut(&asked.document.home.root)?;
        let found = if is_yaml(path) {
            let look = workspace.with_deal(&*self.host, &asked.texts, path, |workspace, judged| {
                Some(lenses::of_deal(workspace, judged))
            });
            vec![look?]
        } else {
            let mut sheet = workspace.costs.take()?;
            let found = workspace.with(&*self.host, &asked.texts, |workspace| {
                let root = asked.parsed().root?;
                workflow_name(path, &workspace.config.workflows)?;
                Some(lenses::of_workflow(&root, path, workspace, &mut sheet))
            });
            workspace.costs = Some(sheet);
            found.ok().flatten()?
        };
        Some(lenses::shown(found, &asked.lines()))
    }
}

fn flatten(outline: Vec<DocumentSymbol>, above: Option<&str>, uri: &Uri, flat: &mut Vec<SymbolInformation>) {
    for DocumentSymbol { name, kind, range, children, .. } in outline {
        let location = Location::new(uri.clone(), range);
        #[expect(deprecated, reason = "the field has no other name")]
        flat.push(SymbolInformation {
            name: name.clone(),
            kind,
            tags: None,
            deprecated: None,
            location,
            container_name: above.map(str::to_owned),
        });
        flatten(children.unwrap_or_default(), Some(&name), uri, flat);
    }
}
