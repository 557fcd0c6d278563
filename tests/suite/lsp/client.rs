//! A client of the language server, as small as one can be: messages framed by their length, one thread that listens.

#![allow(clippy::needless_pass_by_value, reason = "values are written where they are asked")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::command;

/// The longest that any answer may take on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// How a client presents itself.
#[derive(Clone)]
pub struct Opening {
    /// What columns count, as it offers them.
    pub encodings: Option<&'static [&'static str]>,
    /// Whether it has a folder open.
    pub with_root: bool,
    /// The day.
    pub today: &'static str,
    /// Arguments beside.
    pub arguments: &'static [&'static str],
}

impl Default for Opening {
    fn default() -> Self {
        Self { encodings: Some(&["utf-16"]), with_root: true, today: "2026-11-23", arguments: &[] }
    }
}

/// A server and the conversation with it.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    heard: Receiver<Value>,
    /// What was heard and not asked for yet.
    kept: VecDeque<Value>,
    next_id: i64,
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// Whether columns are bytes.
    pub counts_bytes: bool,
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    /// A server in a folder that said hello.
    pub fn start(root: &Path, opening: &Opening) -> Self {
        let mut client = Self::silent(root, opening);
        let answer = client.initialize(opening);
        client.counts_bytes = answer["capabilities"]["positionEncoding"] == "utf-8";
        client
    }

    /// A server in a folder to which nothing was said.
    pub fn silent(root: &Path, opening: &Opening) -> Self {
        let root = root.canonicalize().expect("a folder");
        let arguments = [&["lsp", "--today", opening.today], opening.arguments].concat();
        let mut command = command(&root, &arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("it starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let (said, heard) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if said.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, heard, kept: VecDeque::new(), next_id: 0, root, counts_bytes: false }
    }

    /// Says hello; what the server offers.
    pub fn initialize(&mut self, opening: &Opening) -> Value {
        let root = opening.with_root.then(|| self.uri(""));
        let general = opening.encodings.map_or(json!({}), |it| json!({ "positionEncodings": it }));
        let answer = self.ask(
            "initialize",
            json!({
                "processId": null, "rootUri": root, "initializationOptions": null,
                "capabilities": {
                    "general": general,
                    "textDocument": {
                        "publishDiagnostics": { "relatedInformation": true, "codeDescriptionSupport": true, "versionSupport": true },
                        "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
                    },
                    "workspace": { "workspaceEdit": { "documentChanges": true }, "codeLens": { "refreshSupport": true } },
                },
            }),
        );
        self.tell("initialized", json!({}));
        self.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
        answer
    }

    /// The address of a file of the folder.
    pub fn uri(&self, path: &str) -> String {
        let path = if path.is_empty() { self.root.clone() } else { self.root.join(path) };
        let encode = |byte: u8| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        let text = path.to_str().expect("UTF-8");
        format!("file://{}", text.bytes().map(encode).collect::<String>())
    }

    /// Writes bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("it is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server listens");
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    /// Says something that needs no answer.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks without waiting; the number of the question.
    pub fn post(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The whole answer to a question.
    pub fn answer(&mut self, id: i64) -> Value {
        self.wait(&format!("the answer to {id}"), |message| {
            message.get("method").is_none() && message["id"] == id
        })
    }

    /// Asks, and waits for what comes of it.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.post(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits for a message of a kind; others are kept.
    pub fn wait(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&fits) {
            return self.kept.remove(at).expect("it is there");
        }
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.heard.recv_timeout(left).unwrap_or_else(|_| panic!("never: {what}"));
            if fits(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    /// Hears messages until what they say together is as wanted; false where it never is.
    pub fn wait_all(&mut self, mut fits: impl FnMut(&Self, &Value) -> bool) -> bool {
        let end = Instant::now() + DEADLINE;
        if fits(self, &Value::Null) {
            return true;
        }
        loop {
            let message = match self.kept.pop_front() {
                Some(message) => message,
                None => match self.heard.recv_timeout(end.saturating_duration_since(Instant::now())) {
                    Ok(message) => message,
                    Err(_) => return false,
                },
            };
            if fits(self, &message) {
                return true;
            }
        }
    }

    /// Opens a text.
    pub fn open(&mut self, path: &str, text: &str) {
        let language = if Path::new(path).extension().is_some_and(|extension| extension == "toml") {
            "toml"
        } else {
            "yaml"
        };
        let uri = self.uri(path);
        let item = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Opens a file as it is on disk.
    pub fn open_file(&mut self, path: &str) -> String {
        let text = std::fs::read_to_string(self.root.join(path)).expect("a file");
        self.open(path, &text);
        text
    }

    /// Puts another text in the place of one.
    pub fn change(&mut self, path: &str, version: i64, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": version });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Closes a text.
    pub fn close(&mut self, path: &str) {
        let uri = self.uri(path);
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Waits until the diagnostics of a file are as wanted; what they are then.
    pub fn diagnostics(&mut self, path: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let uri = self.uri(path);
        let message = self.wait(&format!("diagnostics of {path}"), |message| {
            let list = || message["params"]["diagnostics"].as_array().expect("a list");
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == *uri
                && wanted(list())
        });
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// A document and a position in it, as most questions have them: of the first byte of a word.
    pub fn at(&self, path: &str, text: &str, word: &str) -> Value {
        let offset = text.find(word).unwrap_or_else(|| panic!("{word} in {text}"));
        json!({ "textDocument": { "uri": self.uri(path) }, "position": self.position(text, offset) })
    }

    /// A byte as a position.
    pub fn position(&self, text: &str, offset: usize) -> Value {
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let in_line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let column = if self.counts_bytes { in_line.len() } else { in_line.encode_utf16().count() };
        json!({ "line": line, "character": column })
    }

    /// A position as a byte.
    pub fn offset(&self, text: &str, position: &Value) -> usize {
        let number =
            |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("it is small");
        let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        let mut left = number("character");
        for (at, letter) in text[start..].char_indices() {
            if left == 0 {
                return start + at;
            }
            let width = if self.counts_bytes { letter.len_utf8() } else { letter.len_utf16() };
            left = left.checked_sub(width).expect("no position is inside of a character");
        }
        assert_eq!(left, 0, "{position} is in the text");
        text.len()
    }

    /// What stands in a range.
    pub fn slice<'t>(&self, text: &'t str, range: &Value) -> &'t str {
        &text[self.offset(text, &range["start"])..self.offset(text, &range["end"])]
    }

    /// A text after edits, which do not touch each other.
    pub fn edited(&self, text: &str, edits: &[Value]) -> String {
        let bytes = |edit: &Value| {
            let range = &edit["range"];
            (self.offset(text, &range["start"]), self.offset(text, &range["end"]))
        };
        let mut edits: Vec<_> = edits.iter().map(|edit| (bytes(edit), edit["newText"].as_str())).collect();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(*range));
        let mut edited = text.to_owned();
        for ((start, end), new) in edits {
            edited.replace_range(start..end, new.expect("a text"));
        }
        edited
    }

    /// The process of the server.
    #[allow(dead_code, reason = "the benchmark asks for it")]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends the conversation as it should be ended; the exit status.
    pub fn end(mut self) -> i32 {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.status()
    }

    /// Closes what it reads from.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// The exit status, once it has ended.
    pub fn status(&mut self) -> i32 {
        let end = Instant::now() + DEADLINE;
        // The listener stops when the server's output ends.
        while let Ok(message) = self.heard.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.kept.push_back(message);
        }
        assert!(Instant::now() < end, "it does not end");
        self.child.wait().expect("it ends").code().unwrap_or(-1)
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let mut bytes = vec![0; length?];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
