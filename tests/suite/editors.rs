//! Editors' own servers, driven as an editor drives them. Skipped, and said so, where they are not installed:
//! `npm install -g yaml-language-server @taplo/cli`, or name them in `YAML_LANGUAGE_SERVER` and `TAPLO`.

use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::run::{copied, dealgate, repository};
use crate::tools;

/// A server on the other end of a pipe.
struct Server {
    process: Child,
    /// What it says, read by a thread of its own, so that a server that falls silent keeps nobody waiting for ever.
    heard: mpsc::Receiver<Value>,
    next: u64,
}

/// How long a server may think.
const PATIENCE: Duration = Duration::from_mins(2);

/// The next message of a server; none when it has ended.
fn message(out: &mut impl BufRead) -> io::Result<Option<Value>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().map_err(io::Error::other)?,
            Some(_) => {}
            None => break,
        }
    }
    let mut bytes = vec![0; length];
    out.read_exact(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

impl Server {
    fn start(program: &Path, root: &Path) -> Self {
        let mut process = Command::new(program)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut out = BufReader::new(process.stdout.take().expect("piped"));
        let (say, heard) = mpsc::channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = message(&mut out) {
                if say.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Self { process, heard, next: 0 };
        let root = format!("file://{}", root.display());
        let capabilities =
            json!({ "textDocument": { "completion": { "completionItem": {} }, "publishDiagnostics": {} } });
        server
            .ask("initialize", &json!({ "processId": null, "rootUri": root, "capabilities": capabilities }));
        server.tell("initialized", &json!({}));
        server
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let pipe = self.process.stdin.as_mut().expect("piped");
        write!(pipe, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        pipe.flush().expect("it listens");
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.hear();
            if message["id"] == id && message.get("method").is_none() {
                return message["result"].clone();
            }
        }
    }

    /// The next message; what the server asks is answered with nothing, so that it goes on.
    fn hear(&mut self) -> Value {
        let message =
            self.heard.recv_timeout(PATIENCE).expect("the server says something, and has not ended");
        if message.get("method").is_some() && message.get("id").is_some() {
            let nothing = match message["method"].as_str() {
                Some("workspace/configuration") => message["params"]["items"]
                    .as_array()
                    .map_or(Value::Null, |all| all.iter().map(|_| Value::Null).collect()),
                _ => Value::Null,
            };
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": nothing }));
        }
        message
    }

    fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        loop {
            let message = self.hear();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].as_array().cloned().expect("a list");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A deal as somebody types it: a wrong stage, and a requirement half written.
const DEAL: &str = "\
# yaml-language-server: $schema=../../schemas/deals/northwind.json
name: Rollout of line 4
stage: qualifed
done:
  opportunity-real: 2026-05-20
  agen
";

#[test]
fn yaml_language_server_completes_requirements_and_marks_a_wrong_stage() {
    let Some(program) =
        tools::wanted("YAML_LANGUAGE_SERVER", "yaml-language-server", "npm install -g yaml-language-server")
    else {
        return;
    };
    let workspace = copied(&repository("tests/showcase"));
    assert_eq!(dealgate(workspace.path(), &["schema", "--write"]).status, 0);
    let file = workspace.path().join("deals/northwind/new.yaml");
    std::fs::write(&file, DEAL).expect("written");
    let uri = format!("file://{}", file.display());
    let mut server = Server::start(&program, workspace.path());
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": DEAL });
    server.tell("textDocument/didOpen", &json!({ "textDocument": document }));

    let marked = server.diagnostics(&uri);
    let stage = marked.iter().find(|it| it["range"]["start"]["line"] == 2).expect("the stage is marked");
    assert!(stage["message"].as_str().expect("a text").contains("qualified"), "{stage}");
    assert_eq!(stage["severity"], 1, "{stage}");

    let at = |line: u32, character: u32| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
    let completed = server.ask("textDocument/completion", &at(5, 6));
    let items = completed["items"].as_array().or(completed.as_array()).cloned().unwrap_or_default();
    let item = items.iter().find(|item| item["label"] == "agendas-drawn-up");
    let item = item.unwrap_or_else(|| panic!("not offered: {completed}"));
    assert!(item["documentation"].to_string().contains("genda"), "{item}");
    assert!(
        !items.iter().any(|item| item["label"] == "follow-up-meetings"),
        "a field is not done by saying so"
    );

    let hover = server.ask("textDocument/hover", &at(4, 5));
    assert!(hover.to_string().contains("The opportunity is real"), "{hover}");
}

#[test]
fn taplo_marks_a_key_that_no_workflow_has() {
    let Some(program) = tools::wanted("TAPLO", "taplo", "npm install -g @taplo/cli") else { return };
    let workspace = copied(&repository("tests/showcase"));
    assert_eq!(dealgate(workspace.path(), &["schema", "--write"]).status, 0);
    let lint = |file: &str, schema: &str| {
        let schema = format!("file://{}", workspace.path().join(schema).display());
        let mut command = Command::new(&program);
        let output = command.current_dir(workspace.path()).args(["lint", "--schema", &schema, file]).output();
        let output = output.expect("it runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (file, schema) in [
        ("workflows/northwind.toml", "schemas/workflow.json"),
        ("workflows/brightsteel.toml", "schemas/workflow.json"),
        ("dealgate.toml", "schemas/config.json"),
    ] {
        let (content, said) = lint(file, schema);
        assert!(content, "{file}: {said}");
    }
    let path = workspace.path().join("workflows/northwind.toml");
    let text = std::fs::read_to_string(&path).expect("there");
    std::fs::write(&path, format!("won-form = \"proposed\"\n{text}")).expect("written");
    let (content, said) = lint("workflows/northwind.toml", "schemas/workflow.json");
    assert!(!content && said.contains("won-form"), "{said}");
}
