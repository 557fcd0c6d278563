//! What the client tells: texts that are opened, changed, saved and closed, and files that change on disk.

use std::io;

use lsp_server::Notification;
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, FileSystemWatcher, GlobPattern, Registration, RegistrationParams,
    TextDocumentItem, Uri,
};
use serde::de::DeserializeOwned;

use super::background;
use super::documents::{DocumentHome, OpenDocument};
use super::server::LanguageServer;
use super::uri;
use super::workspace::ServedWorkspace;

/// Files that make a difference.
const WATCHED: &str = "**/*.{yaml,yml,toml,html,md,json}";

impl LanguageServer<'_> {
    /// Takes note of what the client tells. What cannot be read is as good as not said.
    pub(super) fn note(&mut self, said: Notification) -> io::Result<()> {
        match said.method.as_str() {
            "initialized" => return self.watch(),
            "textDocument/didOpen" => {
                if let Some(DidOpenTextDocumentParams { text_document }) = read(said) {
                    self.opened(text_document);
                }
            }
            "textDocument/didChange" => {
                if let Some(DidChangeTextDocumentParams { text_document, content_changes }) = read(said) {
                    let unit = self.client.unit;
                    if let Some(document) = self.documents.get_mut(&text_document.uri) {
                        document.change(content_changes, unit);
                        document.version = text_document.version;
                    }
                    self.touched(&text_document.uri);
                }
            }
            "textDocument/didSave" => {
                if let Some(DidSaveTextDocumentParams { text_document, .. }) = read(said)
                    && let Some(document) = self.documents.get(&text_document.uri)
                {
                    let root = document.home.root.clone();
                    self.changed(&root, true);
                }
            }
            "textDocument/didClose" => {
                if let Some(DidCloseTextDocumentParams { text_document }) = read(said) {
                    return self.closed(&text_document.uri);
                }
            }
            "workspace/didChangeWatchedFiles" => {
                if let Some(DidChangeWatchedFilesParams { changes }) = read(said) {
                    for change in &changes {
                        self.changed_on_disk(&change.uri);
                    }
                }
            }
            "workspace/didChangeWorkspaceFolders" => {
                if let Some(DidChangeWorkspaceFoldersParams { event }) = read(said) {
                    for folder in event.added.iter().filter_map(|folder| uri::path_of(&folder.uri)) {
                        if let Some(root) = background::root_of(&folder) {
                            let served = || ServedWorkspace::new(root.clone(), folder, false);
                            self.workspaces.entry(root.clone()).or_insert_with(served);
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Asks the client to tell of files that change on disk.
    fn watch(&mut self) -> io::Result<()> {
        if !self.client.watches_files {
            return Ok(());
        }
        let watcher = FileSystemWatcher { glob_pattern: GlobPattern::String(WATCHED.to_owned()), kind: None };
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher] };
        let registration = Registration {
            id: "files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        self.request("client/registerCapability", RegistrationParams { registrations: vec![registration] })
    }

    fn opened(&mut self, item: TextDocumentItem) {
        let TextDocumentItem { uri, text, version, .. } = item;
        let Some(home) = DocumentHome::of(&uri) else { return };
        let served = || ServedWorkspace::new(home.root.clone(), home.shown.clone(), home.is_lone);
        self.workspaces.entry(home.root.clone()).or_insert_with(served);
        self.documents.open(OpenDocument { uri: uri.clone(), text: text.into(), version, home });
        self.touched(&uri);
    }

    fn touched(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get(uri) else { return };
        let home = document.home.clone();
        self.changed(&home.root, !ServedWorkspace::is_rule(&home.path));
        if let Some(workspace) = self.workspaces.get_mut(&home.root) {
            if ServedWorkspace::is_rule(&home.path) {
                // Every open deal is judged anew.
                let open = self.documents.of_root(&home.root).map(|it| it.home.path.clone());
                workspace.changed.extend(open);
            }
            workspace.changed.insert(home.path);
        }
    }

    fn closed(&mut self, uri: &Uri) -> io::Result<()> {
        let Some(document) = self.documents.close(uri) else { return Ok(()) };
        let DocumentHome { root, path, is_lone, .. } = document.home;
        self.changed(&root, true);
        let Some(workspace) = self.workspaces.get_mut(&root) else { return Ok(()) };
        if ServedWorkspace::is_rule(&path) {
            workspace.forget_rules();
        }
        workspace.changed.remove(&path);
        if is_lone {
            workspace.forget_told(&path);
            return self.publish(&root, &path, Vec::new());
        }
        Ok(())
    }

    fn changed_on_disk(&mut self, uri: &Uri) {
        let Some(home) = DocumentHome::of(uri) else { return };
        self.changed(&home.root, true);
        if let Some(workspace) = self.workspaces.get_mut(&home.root)
            && ServedWorkspace::is_rule(&home.path)
        {
            workspace.forget_rules();
        }
    }
}

fn read<P: DeserializeOwned>(said: Notification) -> Option<P> {
    serde_json::from_value(said.params).ok()
}
