//! The conversation with a client: one message after the other, in the order they come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{InitializeParams, PublishDiagnosticsParams};
use serde_json::Value as Json;

use super::background::{self, CheckDone, CheckOrder};
use super::client::ClientFeatures;
use super::documents::Documents;
use super::host::{Host, ServerEnd};
use super::wire::{self, ServerEvent};
use super::workspace::{ServedWorkspace, is_served};
use super::{capabilities, uri};
use crate::assess::{self, Selection};

/// How long nothing must be said before a whole workspace is checked: less than people notice, more than lies between two
/// keys of somebody who types.
const PAUSE: Duration = Duration::from_millis(120);

/// A server and the one client it has.
pub(super) struct LanguageServer<'o> {
    pub(super) host: Arc<dyn Host>,
    output: &'o mut dyn Write,
    done: Sender<ServerEvent<CheckDone>>,
    pub(super) client: ClientFeatures,
    pub(super) documents: Documents,
    pub(super) workspaces: BTreeMap<PathBuf, ServedWorkspace>,
    phase: Phase,
    asked: i32,
}

/// How far the conversation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The client has not said yet who it is.
    Before,
    /// It may ask.
    Open,
    /// It asked to shut down.
    ShutDown,
}

impl<'o> LanguageServer<'o> {
    pub(super) fn new(
        host: Arc<dyn Host>,
        output: &'o mut dyn Write,
        done: Sender<ServerEvent<CheckDone>>,
    ) -> Self {
        Self {
            host,
            output,
            done,
            client: ClientFeatures::default(),
            documents: Documents::default(),
            workspaces: BTreeMap::new(),
            phase: Phase::Before,
            asked: 0,
        }
    }

    /// Answers until the client leaves; an error is that it cannot be told anything.
    pub(super) fn run(&mut self, events: &Receiver<ServerEvent<CheckDone>>) -> io::Result<ServerEnd> {
        let mut waiting = VecDeque::new();
        loop {
            waiting.extend(events.try_iter());
            if waiting.is_empty() {
                self.judge_changed()?;
                match self.next(events) {
                    Ok(event) => waiting.push_back(event),
                    Err(RecvTimeoutError::Timeout) => self.check_stale(),
                    Err(RecvTimeoutError::Disconnected) => return Ok(ServerEnd::Left),
                }
                continue;
            }
            match waiting.pop_front() {
                Some(ServerEvent::Gone) => return Ok(self.end()),
                Some(ServerEvent::Client(Message::Notification(it))) if it.method == "exit" => {
                    return Ok(self.end());
                }
                Some(ServerEvent::Client(Message::Request(request)))
                    if is_cancelled(&request.id, &waiting) =>
                {
                    self.refuse(request.id, ErrorCode::RequestCanceled, "cancelled")?;
                }
                Some(ServerEvent::Client(message)) => self.hear(message)?,
                Some(ServerEvent::Garbled(Some(id), why)) => {
                    self.refuse(id, ErrorCode::InvalidRequest, &why)?;
                }
                Some(ServerEvent::Garbled(None, why)) => self.log(&why)?,
                Some(ServerEvent::Done(check)) => self.finish(check)?,
                None => {}
            }
        }
    }

    /// The next event; after a pause there is none, where there is something to check.
    fn next(
        &self,
        events: &Receiver<ServerEvent<CheckDone>>,
    ) -> Result<ServerEvent<CheckDone>, RecvTimeoutError> {
        let is_due = |it: &ServedWorkspace| it.is_stale && it.check.is_none() && !it.is_lone;
        if self.workspaces.values().any(is_due) {
            events.recv_timeout(PAUSE)
        } else {
            events.recv().map_err(|_| RecvTimeoutError::Disconnected)
        }
    }

    fn end(&self) -> ServerEnd {
        self.workspaces.values().filter_map(|it| it.check.as_ref()).for_each(background::RunningCheck::stop);
        if self.phase == Phase::ShutDown { ServerEnd::Asked } else { ServerEnd::Left }
    }

    fn hear(&mut self, message: Message) -> io::Result<()> {
        match message {
            Message::Request(request) => self.answer(request),
            Message::Notification(notification) if self.phase == Phase::Open => self.note(notification),
            // What it says of our own requests makes no difference.
            Message::Notification(_) | Message::Response(_) => Ok(()),
        }
    }

    fn answer(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        match (self.phase, method.as_str()) {
            (Phase::Before, "initialize") => self.initialize(id, params),
            (Phase::Before, _) => self.refuse(id, ErrorCode::ServerNotInitialized, "say `initialize` first"),
            (Phase::Open, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.send(&Response::new_ok(id, Json::Null).into())
            }
            (Phase::Open, "initialize") => {
                self.refuse(id, ErrorCode::InvalidRequest, "`initialize` was said before")
            }
            (Phase::ShutDown, _) => self.refuse(id, ErrorCode::InvalidRequest, "the server is shut down"),
            (Phase::Open, _) => {
                self.judge_changed()?;
                let response = match self.ask(&method, params) {
                    Ok(answer) => Response::new_ok(id, answer),
                    Err((code, why)) => Response::new_err(id, code as i32, why),
                };
                self.send(&response.into())
            }
        }
    }

    fn initialize(&mut self, id: RequestId, params: Json) -> io::Result<()> {
        let params: InitializeParams = match serde_json::from_value(params) {
            Ok(params) => params,
            Err(error) => return self.refuse(id, ErrorCode::InvalidParams, &error.to_string()),
        };
        self.client = ClientFeatures::of(&params);
        self.phase = Phase::Open;
        for folder in folders(&params) {
            if let Some(root) = background::root_of(&folder) {
                let shown =
                    if folder.canonicalize().is_ok_and(|real| real == root) { folder } else { root.clone() };
                self.workspaces.insert(root.clone(), ServedWorkspace::new(root, shown, false));
            }
        }
        self.send(&Response::new_ok(id, capabilities::offered(self.client)).into())
    }

    /// Judges what was changed in the editor, at once.
    fn judge_changed(&mut self) -> io::Result<()> {
        let (mut news, mut failed) = (Vec::new(), Vec::new());
        for workspace in self.workspaces.values_mut() {
            if workspace.changed.is_empty() {
                continue;
            }
            let changed = std::mem::take(&mut workspace.changed);
            let texts = self.documents.texts(&workspace.root);
            let there: Vec<String> =
                changed.iter().filter(|path| texts.contains_key(*path)).cloned().collect();
            let mut meant = meant(&there, workspace, &texts);
            let is_lone = workspace.is_lone;
            let writer = workspace.writer(self.client, &self.documents, &texts);
            let host = Arc::clone(&self.host);
            let found = workspace.with(&*host, &texts, |workspace| {
                meant.retain(|path| is_served(workspace, path, is_lone));
                let selection = Selection::Paths(meant);
                let assessment = assess::check(workspace, &selection, |_| None::<()>);
                writer.by_file(assessment.ledger.findings())
            });
            match found {
                Ok(found) => {
                    let root = workspace.root.clone();
                    let told = workspace.news(found, Some(&changed));
                    news.extend(told.into_iter().map(|(path, list)| (root.clone(), path, list)));
                }
                Err(error) => failed.push(error.to_string()),
            }
        }
        for (root, path, diagnostics) in news {
            self.publish(&root, &path, diagnostics)?;
        }
        failed.iter().try_for_each(|why| self.log(why))
    }

    /// Starts the checks that are due.
    fn check_stale(&mut self) {
        for workspace in self.workspaces.values_mut() {
            if !workspace.is_stale || workspace.is_lone || workspace.check.is_some() {
                continue;
            }
            workspace.is_stale = false;
            let keeps_deals = std::mem::take(&mut workspace.other_deals);
            let texts = self.documents.texts(&workspace.root);
            let addresses = workspace.writer(self.client, &self.documents, &texts).addresses;
            let (root, shown) = (workspace.root.clone(), workspace.shown.clone());
            let wants_costs = texts.keys().any(|path| ServedWorkspace::is_rule(path));
            let order =
                CheckOrder { root, shown, client: self.client, texts, addresses, wants_costs, keeps_deals };
            workspace.check = Some(background::start(Arc::clone(&self.host), order, self.done.clone()));
        }
    }

    fn finish(&mut self, check: CheckDone) -> io::Result<()> {
        let Some(workspace) = self.workspaces.get_mut(&check.root) else { return Ok(()) };
        workspace.check = None;
        // What was changed meanwhile is checked again.
        let Some(outcome) = check.outcome.filter(|_| !workspace.is_stale) else {
            workspace.other_deals = true;
            return Ok(());
        };
        workspace.adopt_rules(outcome.rules);
        let has_costs = workspace.adopt_costs(outcome.costs, outcome.kept);
        if workspace.costs.is_none() {
            // Nobody wanted to know; the next one may.
            workspace.other_deals = true;
        }
        for (path, diagnostics) in workspace.news(outcome.diagnostics, None) {
            self.publish(&check.root, &path, diagnostics)?;
        }
        if has_costs && self.client.refreshes_lenses {
            self.request("workspace/codeLens/refresh", Json::Null)?;
        }
        Ok(())
    }

    /// Something is not as the last check of everything saw it: a deal, or a rule that is saved, or one that is not.
    pub(super) fn changed(&mut self, root: &Path, other_deals: bool) {
        if let Some(workspace) = self.workspaces.get_mut(root) {
            workspace.is_stale = true;
            workspace.other_deals |= other_deals;
            workspace.check.iter().for_each(background::RunningCheck::stop);
        }
    }

    pub(super) fn publish(
        &mut self,
        root: &Path,
        path: &str,
        diagnostics: Vec<lsp_types::Diagnostic>,
    ) -> io::Result<()> {
        let open = self.documents.at(root, path);
        let shown = self.workspaces.get(root).map(|workspace| workspace.shown.join(path));
        let uri = open.map(|it| it.uri.clone()).or_else(|| uri::uri_of(&shown?));
        let Some(uri) = uri else { return Ok(()) };
        let version = open.map(|it| it.version);
        let told = PublishDiagnosticsParams { uri, diagnostics, version };
        self.tell("textDocument/publishDiagnostics", told)
    }

    /// Asks the client for something.
    pub(super) fn request(&mut self, method: &str, params: impl serde::Serialize) -> io::Result<()> {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(&Request { id, method: method.to_owned(), params }.into())
    }

    pub(super) fn tell(&mut self, method: &str, params: impl serde::Serialize) -> io::Result<()> {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(&Notification { method: method.to_owned(), params }.into())
    }

    pub(super) fn log(&mut self, message: &str) -> io::Result<()> {
        let kind = lsp_types::MessageType::WARNING;
        let message = crate::source::escape::line(message).into_owned();
        self.tell("window/logMessage", lsp_types::LogMessageParams { typ: kind, message })
    }

    fn refuse(&mut self, id: RequestId, code: ErrorCode, why: &str) -> io::Result<()> {
        self.send(&Response::new_err(id, code as i32, why.to_owned()).into())
    }

    fn send(&mut self, message: &Message) -> io::Result<()> {
        wire::write(self.output, message)
    }
}

/// What is judged where some open files were changed: where one of them is a rule, everything that is open.
fn meant(
    there: &[String],
    workspace: &mut ServedWorkspace,
    texts: &BTreeMap<String, Arc<[u8]>>,
) -> Vec<String> {
    if there.iter().any(|path| ServedWorkspace::is_rule(path)) {
        workspace.forget_rules();
        return texts.keys().cloned().collect();
    }
    there.to_vec()
}

/// Whether a request was taken back before anybody came to answer it.
fn is_cancelled<D>(id: &RequestId, waiting: &VecDeque<ServerEvent<D>>) -> bool {
    waiting.iter().any(|event| match event {
        ServerEvent::Client(Message::Notification(it)) if it.method == "$/cancelRequest" => {
            let taken_back = it.params.get("id").cloned().and_then(|id| serde_json::from_value(id).ok());
            taken_back.as_ref() == Some(id)
        }
        _ => false,
    })
}

/// The folders that the client has open.
fn folders(params: &InitializeParams) -> BTreeSet<PathBuf> {
    #[expect(deprecated, reason = "older clients say it so")]
    let root = params.root_uri.iter().filter_map(uri::path_of);
    let folders = params.workspace_folders.iter().flatten().filter_map(|folder| uri::path_of(&folder.uri));
    root.chain(folders).collect()
}
