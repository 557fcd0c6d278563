//! The language server: the pipeline over the files on disk with what is open in an editor laid over them. It knows no
//! rule of its own; what it says is what `check` would say of the same texts.

mod actions;
mod background;
mod capabilities;
mod client;
mod completion;
mod costs;
mod cursor;
mod diagnostics;
mod documents;
mod edits;
mod expression_completion;
mod expression_place;
mod git_user;
mod host;
mod hover;
mod lenses;
mod navigation;
mod notifications;
mod offer;
mod places;
mod position;
mod rename;
mod requests;
mod rewriting;
mod rule_completion;
mod rule_names;
mod rule_values;
mod rules_cache;
mod server;
mod symbols;
mod toml_names;
mod toml_place;
mod typing;
mod uri;
mod wire;
mod workspace;

use std::io::{BufRead, ErrorKind, Write};
use std::sync::{Arc, mpsc};

use crate::error::Error;
pub use host::{Host, ServerEnd};

/// Serves a client until it leaves.
pub fn serve(
    host: Arc<dyn Host>,
    mut input: impl BufRead + Send + 'static,
    output: &mut dyn Write,
) -> Result<ServerEnd, Error> {
    let (sender, events) = mpsc::channel();
    let of_client = sender.clone();
    // It ends with the process: nothing can be read any more once the client is gone.
    std::thread::spawn(move || wire::read_all(&mut input, &of_client));
    match server::LanguageServer::new(host, output, sender).run(&events) {
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(ServerEnd::Left),
        ended => ended.map_err(|cause| Error::Stdout { cause }),
    }
}
