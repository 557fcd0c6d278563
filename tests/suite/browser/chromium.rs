//! Drives Debian's Chromium over its own protocol: a WebSocket on loopback, with no library in between.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::tools;

/// A browser with one page.
pub struct Browser {
    process: Child,
    /// Kept open: a browser that cannot complain ends.
    _complaints: BufReader<ChildStderr>,
    socket: TcpStream,
    next: u64,
    /// What the browser told without being asked, since the last page was opened.
    pub events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts it; `None`, said plainly, where there is none.
    pub fn start() -> Option<Self> {
        let Some(program) = ["chromium", "chromium-browser"].into_iter().find(|name| runs(name)) else {
            tools::skip("Chromium", "apt-get install chromium");
            return None;
        };
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut process = Command::new(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Chromium starts");
        let mut complaints = BufReader::new(process.stderr.take().expect("it was asked for"));
        let host = loop {
            let mut line = String::new();
            assert!(complaints.read_line(&mut line).expect("it is text") > 0, "Chromium ended at once");
            if let Some(address) = line.trim().strip_prefix("DevTools listening on ws://") {
                break address.split('/').next().expect("a host").to_owned();
            }
        };
        let path = page_of(&host);
        let socket = open_socket(&host, &path);
        let mut browser =
            Self { process, _complaints: complaints, socket, next: 0, events: Vec::new(), _profile: profile };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// Opens a file and waits until it is there.
    pub fn open(&mut self, file: &Path, fragment: &str) {
        // Between two places of one page nothing is loaded, so another page comes in between.
        self.events.clear();
        self.call("Page.navigate", &json!({"url": "about:blank"}));
        self.wait("Page.loadEventFired");
        self.events.clear();
        let url = format!("file://{}{fragment}", file.display());
        self.call("Page.navigate", &json!({"url": url}));
        self.wait("Page.loadEventFired");
    }

    /// The value of an expression in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", &asked);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Presses a key as a hand would.
    pub fn press(&mut self, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
                "text": if kind == "keyDown" { text } else { "" }});
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// The width of the window.
    pub fn width(&mut self, width: u32) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Calls a method of the protocol.
    pub fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        send(&mut self.socket, &json!({"id": id, "method": method, "params": parameters}).to_string());
        loop {
            let message = self.receive();
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    fn wait(&mut self, event: &str) {
        if self.events.iter().any(|told| told["method"] == event) {
            return;
        }
        loop {
            let message = self.receive();
            let found = message["method"] == event;
            self.events.push(message);
            if found {
                return;
            }
        }
    }

    fn receive(&mut self) -> Value {
        let text = receive(&mut self.socket);
        serde_json::from_str(&text).expect("the browser speaks JSON")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The path of the first page's socket.
fn page_of(host: &str) -> String {
    for _ in 0..100 {
        let mut stream = TcpStream::connect(host).expect("the browser listens");
        write!(stream, "GET /json/list HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .expect("it is sent");
        let body = body_of(&mut BufReader::new(stream));
        let pages: Value = serde_json::from_slice(&body).unwrap_or_default();
        let page = pages.as_array().into_iter().flatten().find(|page| page["type"] == "page");
        if let Some(address) = page.and_then(|page| page["webSocketDebuggerUrl"].as_str()) {
            return address.split_once(host).expect("the same host").1.to_owned();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the browser has no page");
}

/// The body of an answer; the browser keeps the connection open behind it.
fn body_of(answer: &mut impl BufRead) -> Vec<u8> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        answer.read_line(&mut line).expect("it answers");
        let line = line.trim().to_ascii_lowercase();
        if let Some(text) = line.strip_prefix("content-length:") {
            length = text.trim().parse().expect("a length");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body).expect("as much as it said");
    body
}

fn open_socket(host: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host).expect("the browser listens");
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \
         dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .expect("it is sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("it answers");
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    stream
}

/// One text frame; the mask is of zeros, which leaves the text as it is.
fn send(stream: &mut TcpStream, text: &str) {
    let mut frame = vec![0x81];
    match text.len() {
        short @ 0..=125 => frame.push(0x80 | u8::try_from(short).expect("it is short")),
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    stream.write_all(&frame).expect("the browser listens");
}

/// One message, however many frames it comes in.
fn receive(stream: &mut TcpStream) -> String {
    let mut message = Vec::new();
    loop {
        let mut head = [0; 2];
        stream.read_exact(&mut head).expect("the browser answers");
        let length = match head[1] & 0x7f {
            126 => {
                let mut long = [0; 2];
                stream.read_exact(&mut long).expect("a length");
                u64::from(u16::from_be_bytes(long))
            }
            127 => {
                let mut long = [0; 8];
                stream.read_exact(&mut long).expect("a length");
                u64::from_be_bytes(long)
            }
            short => u64::from(short),
        };
        let start = message.len();
        message.resize(start + usize::try_from(length).expect("it fits"), 0);
        stream.read_exact(&mut message[start..]).expect("what it said it would send");
        if head[0] & 0x80 != 0 {
            return String::from_utf8(message).expect("it is text");
        }
    }
}
