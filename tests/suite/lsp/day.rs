//! A server that runs past midnight.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dealgate::assess::Workspace;
use dealgate::error::Error;
use dealgate::finding::Finding;
use dealgate::lsp::{self, Host};
use dealgate::snapshot::Snapshot;
use dealgate::workspace::Config;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::client::{Client, Opening};
use super::{codes, workspace};
use crate::repo::git;

/// A process with a clock of its own.
struct Clock(Mutex<Date>);

impl Host for Clock {
    fn config(&self, files: &dyn Snapshot) -> Config {
        Config::load(files)
    }

    fn today(&self, _config: &Config) -> Result<Date, Error> {
        Ok(*self.0.lock().expect("nobody fell over"))
    }

    fn day_left(&self, _config: &Config) -> Option<Duration> {
        Some(Duration::from_millis(20))
    }

    fn asks_git(&self) -> bool {
        false
    }

    fn check_pages(&self, _workspace: &Workspace<'_>) -> Vec<Finding> {
        Vec::new()
    }
}

const RULES: &str = "stages = [\"lead\", \"offer\"]\n[stage.lead.requires]\nopen = { title = \"In time\", rule = \"close_date >= today\" }\nasked = \"Asked\"\n[stage.offer.requires]\nsent = \"Sent\"\n";
const DEAL: &str = "name: N\nstage: offer\nclose_date: 2026-11-23\ndone: {asked: 2026-11-01}\n";

fn read(output: impl std::io::Read + Send + 'static) -> Receiver<Value> {
    let mut output = BufReader::new(output);
    let (said, heard) = channel();
    std::thread::spawn(move || {
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).is_err() || line.is_empty() {
                return;
            }
            let length = line.trim().strip_prefix("Content-Length: ").and_then(|it| it.parse().ok());
            let mut bytes = vec![0; length.unwrap_or(0)];
            output.read_line(&mut String::new()).expect("a head ends");
            output.read_exact(&mut bytes).expect("a message");
            if said.send(serde_json::from_slice(&bytes).expect("a message")).is_err() {
                return;
            }
        }
    });
    heard
}

#[test]
fn another_day_is_seen_without_a_word() {
    let folder =
        workspace(&[("workflows/acme.toml", RULES), ("dealgate.toml", ""), ("deals/acme/n.yaml", DEAL)]);
    let root = folder.path().canonicalize().expect("a folder");
    let (input, mut say) = std::io::pipe().expect("a pipe");
    let (listen, mut output) = std::io::pipe().expect("a pipe");
    let clock = Arc::new(Clock(Mutex::new(date(2026, 11, 23))));
    let host: Arc<dyn Host> = Arc::clone(&clock) as Arc<dyn Host>;
    std::thread::spawn(move || lsp::serve(host, BufReader::new(input), &mut output));
    let heard = read(listen);
    let mut send = |message: Value| {
        let text = message.to_string();
        write!(say, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
    };
    let uri = format!("file://{}/deals/acme/n.yaml", root.display());
    let params =
        json!({ "processId": null, "rootUri": format!("file://{}", root.display()), "capabilities": {} });
    send(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }));
    send(json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    let item = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": DEAL });
    send(json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": item } }));
    let ask = json!({ "textDocument": { "uri": uri }, "position": { "line": 1, "character": 8 } });
    send(json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/hover", "params": ask }));
    let wait = |what: &str, fits: &dyn Fn(&Value) -> bool| {
        loop {
            let message =
                heard.recv_timeout(Duration::from_mins(1)).unwrap_or_else(|_| panic!("never: {what}"));
            if fits(&message) {
                return message;
            }
            let told = message["params"]["diagnostics"].as_array().map_or(0, Vec::len);
            assert_eq!(told, 0, "{what}: {message}");
        }
    };
    wait("an answer", &|it| it["id"] == 2);
    *clock.0.lock().expect("nobody fell over") = date(2026, 11, 24);
    let told = wait("the day", &|it| {
        it["method"] == "textDocument/publishDiagnostics" && it["params"]["diagnostics"] != json!([])
    });
    assert_eq!(told["params"]["diagnostics"][0]["code"], "requirement-unmet");
    // What is written is of the new day.
    let start = json!({ "line": 1, "character": 7 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": start, "end": start }, "context": { "diagnostics": [] } });
    send(json!({ "jsonrpc": "2.0", "id": 3, "method": "textDocument/codeAction", "params": params }));
    let answer = loop {
        let message = heard.recv_timeout(Duration::from_mins(1)).expect("an answer");
        if message["id"] == 3 {
            break message.to_string();
        }
    };
    assert!(answer.contains("2026-11-24") && !answer.contains("2026-11-23"), "{answer}");
}

#[test]
fn what_is_committed_is_known_when_the_repository_changes() {
    let rules =
        "stages = [\"lead\"]\n[stage.lead]\nmax-days = 10\n[stage.lead.requires]\nasked = \"Asked\"\n";
    let path = "deals/acme/n.yaml";
    let deal = "name: N\nstage: lead\n";
    let folder = workspace(&[("workflows/acme.toml", rules), ("dealgate.toml", ""), (path, deal)]);
    git(folder.path()).args(["init", "-q"]).output().expect("git starts");
    let mut client = Client::start(folder.path(), &Opening::default());
    client.open(path, &deal.replace("lead", "nonsense"));
    client.diagnostics(path, |list| codes(list) == ["unknown-stage"]);
    client.change(path, 2, deal);
    client.diagnostics(path, <[_]>::is_empty);
    for arguments in [&["add", "."][..], &["commit", "-qm", "x"]] {
        let mut git = git(folder.path());
        git.args(["-c", "user.name=Jane", "-c", "user.email=jane@acme.example"]).args(arguments);
        let day = "2026-02-01T12:00:00+00:00";
        let ran = git.env("GIT_AUTHOR_DATE", day).env("GIT_COMMITTER_DATE", day).output();
        assert!(ran.expect("git starts").status.success());
    }
    let changed = json!({ "changes": [{ "uri": client.uri(".git/refs/heads/main"), "type": 1 }] });
    client.tell("workspace/didChangeWatchedFiles", changed);
    client.diagnostics(path, |list| codes(list) == ["stalled"]);
    assert_eq!(client.end(), 0);
}
