//! What the client tells: texts that are opened, changed, saved and closed, and files that change on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use lsp_server::Notification;
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, FileSystemWatcher, GlobPattern, Registration, RegistrationParams,
    TextDocumentItem, Uri,
};
use serde::de::DeserializeOwned;

use super::background;
use super::diagnostics::ByFile;
use super::documents::{DocumentHome, OpenDocument};
use super::server::LanguageServer;
use super::uri;
use super::workspace::ServedWorkspace;

/// Files that make a difference.
const WATCHED: [&str; 2] =
    ["**/*.{yaml,yml,toml,html,md,json}", "**/.git/{HEAD,config,packed-refs,refs/heads/**}"];

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
            "textDocument/didChange" => return self.change(said),
            "textDocument/didSave" => {
                if let Some(DidSaveTextDocumentParams { text_document, .. }) = read(said)
                    && let Some(document) = self.documents.get(&text_document.uri)
                {
                    let root = document.home.root.clone();
                    self.changed(&root, true);
                    self.workspaces.get_mut(&root).into_iter().for_each(ServedWorkspace::forget_desk);
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
                    for folder in event.removed.iter().filter_map(|folder| uri::path_of(&folder.uri)) {
                        self.leave(&folder)?;
                    }
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
        let watcher = |files: &str| FileSystemWatcher {
            glob_pattern: GlobPattern::String(files.to_owned()),
            kind: None,
        };
        let watchers = WATCHED.map(watcher).to_vec();
        let options = DidChangeWatchedFilesRegistrationOptions { watchers };
        let registration = Registration {
            id: "files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        self.request("client/registerCapability", RegistrationParams { registrations: vec![registration] })
    }

    /// Changes an open text. Where it is not said how, nobody knows the text until it is told whole.
    fn change(&mut self, said: Notification) -> io::Result<()> {
        let address = said.params.pointer("/textDocument/uri").cloned();
        let unit = self.client.unit;
        match serde_json::from_value(said.params) {
            Ok(DidChangeTextDocumentParams { text_document, content_changes }) => {
                if let Some(document) = self.documents.get_mut(&text_document.uri) {
                    document.change(content_changes, unit);
                    document.version = text_document.version;
                }
                self.touched(&text_document.uri);
                Ok(())
            }
            Err(error) => {
                let uri: Option<Uri> = address.and_then(|address| serde_json::from_value(address).ok());
                if let Some(document) = uri.and_then(|uri| self.documents.get_mut(&uri)) {
                    document.lose();
                }
                self.log(&format!(
                    "a change that cannot be read: {error}; the text is read again once it is told whole"
                ))
            }
        }
    }

    /// Forgets a workspace that the client does not have open any more, unless one of its files is.
    fn leave(&mut self, folder: &Path) -> io::Result<()> {
        let Some(root) = background::root_of(folder) else { return Ok(()) };
        if self.documents.of_root(&root).next().is_some() {
            return Ok(());
        }
        let Some(mut workspace) = self.workspaces.remove(&root) else { return Ok(()) };
        workspace.check.iter().for_each(background::RunningCheck::stop);
        let texts = BTreeMap::new();
        let writer = workspace.writer(self.client, &self.documents, &texts);
        for (uri, none) in workspace.news(ByFile::new(), None, &writer) {
            self.publish(uri, none)?;
        }
        Ok(())
    }

    fn opened(&mut self, item: TextDocumentItem) {
        let Some(home) = DocumentHome::of(&item.uri) else { return };
        let served = || ServedWorkspace::new(home.root.clone(), home.shown.clone(), home.is_lone);
        self.workspaces.entry(home.root.clone()).or_insert_with(served);
        let uri = item.uri.clone();
        self.documents.open(OpenDocument::new(item, home));
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
            let texts = BTreeMap::new();
            let writer = workspace.writer(self.client, &self.documents, &texts);
            for (uri, none) in workspace.news(ByFile::new(), Some(&BTreeSet::from([path])), &writer) {
                self.publish(uri, none)?;
            }
        }
        Ok(())
    }

    fn changed_on_disk(&mut self, uri: &Uri) {
        // What git keeps is no file of a workspace, and what it says of deals may be all that changes.
        let file = uri::path_of(uri);
        let git = file.as_deref().and_then(|file| file.ancestors().find(|it| it.ends_with(".git"))?.parent());
        if let Some(top) = git {
            let real = top.canonicalize().unwrap_or_else(|_| top.to_owned());
            let roots: Vec<PathBuf> =
                self.workspaces.keys().filter(|root| root.starts_with(&real)).cloned().collect();
            for root in roots {
                self.changed_around(&root);
            }
        } else if let Some(home) = DocumentHome::of(uri) {
            if ServedWorkspace::is_rule(&home.path) {
                self.changed_around(&home.root);
            }
            self.changed(&home.root, true);
        }
    }

    /// What deals are judged by is another.
    fn changed_around(&mut self, root: &Path) {
        self.changed(root, true);
        if let Some(workspace) = self.workspaces.get_mut(root) {
            workspace.forget_past();
            workspace.forget_desk();
        }
    }
}

fn read<P: DeserializeOwned>(said: Notification) -> Option<P> {
    serde_json::from_value(said.params).ok()
}
