//! The conversation with a client: one message after the other, in the order they come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{Diagnostic, InitializeParams, PublishDiagnosticsParams, Uri};
use serde_json::Value as Json;

use super::background::{self, CheckNews, CheckOrder, CheckWord, CheckedWorkspace, FoundCosts};
use super::client::ClientFeatures;
use super::documents::Documents;
use super::host::{Host, ServerEnd};
use super::wire::{self, ServerEvent};
use super::workspace::{ServedWorkspace, is_served};
use super::{capabilities, uri};
use crate::assess::{self, Selection, Workspace};

/// How long nothing must change before a whole workspace is checked: less than people notice, more than lies between two
/// keys of somebody who types.
const PAUSE: Duration = Duration::from_millis(120);

/// The longest sleep of a server: a clock may be set, and a machine sleeps without counting.
const LONGEST_SLEEP: Duration = Duration::from_mins(10);

/// A server and the one client it has.
pub(super) struct LanguageServer<'o> {
    pub(super) host: Arc<dyn Host>,
    output: &'o mut dyn Write,
    news: Sender<ServerEvent<CheckNews>>,
    pub(super) client: ClientFeatures,
    pub(super) documents: Documents,
    pub(super) workspaces: BTreeMap<PathBuf, ServedWorkspace>,
    phase: Phase,
    asked: i32,
    /// When something changed last that a check of everything has to see.
    last_change: Instant,
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
        news: Sender<ServerEvent<CheckNews>>,
    ) -> Self {
        Self {
            host,
            output,
            news,
            client: ClientFeatures::default(),
            documents: Documents::default(),
            workspaces: BTreeMap::new(),
            phase: Phase::Before,
            asked: 0,
            last_change: Instant::now(),
        }
    }

    /// Answers until the client leaves; an error is that it cannot be told anything.
    pub(super) fn run(&mut self, events: &Receiver<ServerEvent<CheckNews>>) -> io::Result<ServerEnd> {
        let mut waiting = VecDeque::new();
        let mut taken_back = BTreeSet::new();
        loop {
            for event in events.try_iter() {
                taken_back.extend(cancelled(&event));
                waiting.push_back(event);
            }
            // Questions put nothing off: what they come after is when a text was changed.
            self.check_stale();
            if waiting.is_empty() {
                taken_back.clear();
                self.judge_changed()?;
                match self.next(events) {
                    Ok(event) => waiting.push_back(event),
                    Err(RecvTimeoutError::Timeout) => self.see_the_day(),
                    Err(RecvTimeoutError::Disconnected) => return Ok(ServerEnd::Left),
                }
                continue;
            }
            match waiting.pop_front() {
                Some(ServerEvent::Gone) => return Ok(self.end()),
                Some(ServerEvent::Client(Message::Notification(it))) if it.method == "exit" => {
                    return Ok(self.end());
                }
                Some(ServerEvent::Client(Message::Request(request))) if taken_back.remove(&request.id) => {
                    self.refuse(request.id, ErrorCode::RequestCanceled, "cancelled")?;
                }
                Some(ServerEvent::Client(message)) => self.hear(message)?,
                Some(ServerEvent::Garbled(Some(id), why)) => {
                    self.refuse(id, ErrorCode::InvalidRequest, &why)?;
                }
                Some(ServerEvent::Garbled(None, why)) => self.log(&why)?,
                Some(ServerEvent::News(check)) => self.hear_of(check)?,
                None => {}
            }
        }
    }

    /// The next event; none where there is something to check by then, or where the day ends.
    fn next(
        &self,
        events: &Receiver<ServerEvent<CheckNews>>,
    ) -> Result<ServerEvent<CheckNews>, RecvTimeoutError> {
        let days = self.workspaces.values().filter_map(|it| it.day_left(&*self.host));
        let pause = self.workspaces.values().any(ServedWorkspace::is_due);
        let pause = pause.then(|| (self.last_change + PAUSE).saturating_duration_since(Instant::now()));
        match days.chain(pause).min() {
            Some(sleep) => events.recv_timeout(sleep.min(LONGEST_SLEEP)),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Where another day has begun, what was said of the last one is said anew.
    fn see_the_day(&mut self) {
        for workspace in self.workspaces.values_mut().filter(|it| it.is_of_yesterday(&*self.host)) {
            let texts = self.documents.texts(&workspace.root);
            workspace.begin_the_day(&texts);
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
        for workspace in self.workspaces.values_mut().filter(|it| !it.changed.is_empty()) {
            let changed = std::mem::take(&mut workspace.changed);
            let texts = self.documents.texts(&workspace.root);
            let there: Vec<String> =
                changed.iter().filter(|path| texts.contains_key(*path)).cloned().collect();
            let mut meant = meant(&there, workspace, &texts);
            let is_lone = workspace.is_lone;
            let writer = workspace.writer(self.client, &self.documents, &texts);
            let host = Arc::clone(&self.host);
            let judge = |workspace: &Workspace<'_>| {
                meant.retain(|path| is_served(workspace, path, is_lone));
                let selection = Selection::Paths(meant);
                let assessment = assess::check(workspace, &selection, |_| None::<()>);
                writer.by_file(assessment.ledger.findings())
            };
            // One text on which the judgement falls over must not take the others with it.
            match catch_unwind(AssertUnwindSafe(|| workspace.with(&*host, &texts, judge))) {
                Ok(Ok(found)) => news.extend(workspace.news(found, Some(&changed), &writer)),
                Ok(Err(error)) => failed.push(error.to_string()),
                Err(_) => failed.push(format!("{there:?} could not be judged: please report this")),
            }
        }
        for (uri, diagnostics) in news {
            self.publish(uri, diagnostics)?;
        }
        failed.iter().try_for_each(|why| self.log(why))
    }

    /// Starts the checks that are due.
    fn check_stale(&mut self) {
        if Instant::now() < self.last_change + PAUSE {
            return;
        }
        for workspace in self.workspaces.values_mut().filter(|it| it.is_due()) {
            workspace.is_stale = false;
            let texts = self.documents.texts(&workspace.root);
            let addresses = workspace.writer(self.client, &self.documents, &texts).addresses;
            let (root, shown) = (workspace.root.clone(), workspace.shown.clone());
            let wants_costs = texts.keys().any(|path| ServedWorkspace::is_rule(path));
            let keeps_deals = wants_costs && std::mem::take(&mut workspace.other_deals);
            let (client, known) = (self.client, workspace.kept_deals());
            let order = CheckOrder { root, shown, client, texts, addresses, wants_costs, keeps_deals, known };
            workspace.check = Some(background::start(Arc::clone(&self.host), order, self.news.clone()));
        }
    }

    fn hear_of(&mut self, check: CheckNews) -> io::Result<()> {
        match check.said {
            CheckWord::Judged(found) => self.show(&check.root, *found),
            CheckWord::Ended(outcome) => self.finish(&check.root, outcome),
        }
    }

    /// Shows what a check found; what was changed meanwhile is checked again.
    fn show(&mut self, root: &Path, found: CheckedWorkspace) -> io::Result<()> {
        let Some(workspace) = self.workspaces.get_mut(root).filter(|it| !it.is_stale) else { return Ok(()) };
        workspace.adopt_rules(found.rules);
        let texts = BTreeMap::new();
        let writer = workspace.writer(self.client, &self.documents, &texts);
        for (uri, diagnostics) in workspace.news(found.diagnostics, None, &writer) {
            self.publish(uri, diagnostics)?;
        }
        Ok(())
    }

    fn finish(&mut self, root: &Path, outcome: Result<Option<FoundCosts>, String>) -> io::Result<()> {
        let Some(workspace) = self.workspaces.get_mut(root) else { return Ok(()) };
        let was_to_keep = workspace.check.take().is_some_and(|it| it.keeps_deals);
        match outcome {
            Ok(Some(costs)) if !workspace.is_stale => {
                let has_costs = workspace.adopt_costs(costs);
                if has_costs && self.client.refreshes_lenses {
                    self.request("workspace/codeLens/refresh", Json::Null)?;
                }
                Ok(())
            }
            Ok(_) => {
                workspace.other_deals |= was_to_keep;
                Ok(())
            }
            Err(why) => {
                workspace.other_deals |= was_to_keep;
                self.log(&format!("{} could not be checked: {why}", root.display()))
            }
        }
    }

    /// Something is not as the last check of everything saw it: a deal, or a rule that is saved, or one that is not.
    pub(super) fn changed(&mut self, root: &Path, other_deals: bool) {
        if let Some(workspace) = self.workspaces.get_mut(root) {
            workspace.is_stale = true;
            workspace.other_deals |= other_deals;
            workspace.check.iter().for_each(background::RunningCheck::stop);
        }
        self.last_change = Instant::now();
    }

    pub(super) fn publish(&mut self, uri: Uri, diagnostics: Vec<Diagnostic>) -> io::Result<()> {
        let version = self.documents.get(&uri).map(|open| open.version);
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

/// The request that an event takes back.
fn cancelled<D>(event: &ServerEvent<D>) -> Option<RequestId> {
    match event {
        ServerEvent::Client(Message::Notification(it)) if it.method == "$/cancelRequest" => {
            serde_json::from_value(it.params.get("id")?.clone()).ok()
        }
        _ => None,
    }
}

/// The folders that the client has open.
fn folders(params: &InitializeParams) -> BTreeSet<PathBuf> {
    #[expect(deprecated, reason = "older clients say it so")]
    let root = params.root_uri.iter().filter_map(uri::path_of);
    let folders = params.workspace_folders.iter().flatten().filter_map(|folder| uri::path_of(&folder.uri));
    root.chain(folders).collect()
}
