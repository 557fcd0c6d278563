//! Messages on their way in and out. One that cannot be read is answered or skipped, and the next one is.

use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::Sender;

use lsp_server::{Message, RequestId};

/// The most that one message may hold, in bytes: several times what is read of a file.
const MOST: u64 = 64 << 20;

/// The most that one line of a message's head may hold.
const LONGEST_LINE: u64 = 4096;

/// Something that happened.
pub(super) enum ServerEvent<D> {
    /// The client said something.
    Client(Message),
    /// The client said something that is no message; with its id where it has one.
    Garbled(Option<RequestId>, String),
    /// Work in the background says something.
    News(D),
    /// The client is gone, or says nothing that could be told apart from noise.
    Gone,
}

/// Reads messages until there are no more.
pub(super) fn read_all<D>(input: &mut impl BufRead, events: &Sender<ServerEvent<D>>) {
    loop {
        let event = match read_frame(input) {
            Ok(Some(Frame::Text(text))) => parse(&text),
            Ok(Some(Frame::TooLong(length))) => {
                ServerEvent::Garbled(None, format!("a message of {length} bytes is longer than any may be"))
            }
            Ok(None) | Err(_) => ServerEvent::Gone,
        };
        let is_over = matches!(event, ServerEvent::Gone);
        if events.send(event).is_err() || is_over {
            return;
        }
    }
}

fn parse<D>(text: &[u8]) -> ServerEvent<D> {
    match serde_json::from_slice(text) {
        Ok(message) => ServerEvent::Client(message),
        Err(error) => {
            let value: Option<serde_json::Value> = serde_json::from_slice(text).ok();
            let id = value.and_then(|value| serde_json::from_value(value.get("id")?.clone()).ok());
            ServerEvent::Garbled(id, format!("not a message: {error}"))
        }
    }
}

/// What follows one head.
enum Frame {
    Text(Vec<u8>),
    /// It was skipped.
    TooLong(u64),
}

/// The next frame; `None` at the end.
fn read_frame(input: &mut impl BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        let Some(line) = line.strip_suffix(b"\n") else {
            // Nothing, half a line, or one without an end.
            return Ok(None);
        };
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        if line.is_empty() {
            match length.take() {
                Some(length) => return body(input, length).map(Some),
                // An empty line where a head should be.
                None => continue,
            }
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse::<u64>().map_err(io::Error::other)?);
        }
    }
}

fn body(input: &mut impl BufRead, length: u64) -> io::Result<Frame> {
    if length > MOST {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Frame::TooLong(length));
    }
    let mut text = Vec::new();
    let read = input.take(length).read_to_end(&mut text)?;
    if (read as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Frame::Text(text))
}

/// Writes a message whole.
pub(super) fn write(output: &mut dyn Write, message: &Message) -> io::Result<()> {
    let mut bytes = Vec::new();
    message.write(&mut bytes)?;
    output.write_all(&bytes)?;
    output.flush()
}
