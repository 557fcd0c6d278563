//! The language server: the pipeline over the files on disk with what is open in an editor laid over them. It knows no
//! rule of its own; what it says is what `check` would say of the same texts.

mod actions;
mod background;
mod capabilities;
mod client;
mod costs;
mod cursor;
mod diagnostics;
mod documents;
mod hover;
mod kept_rules;
mod lenses;
mod navigation;
mod notes;
mod places;
mod position;
mod requests;
mod server;
mod symbols;
mod uri;
mod wire;
mod workspace;

use std::io::{BufRead, ErrorKind, Write};
use std::sync::{Arc, mpsc};

use jiff::civil::Date;

use crate::assess::Workspace;
use crate::error::Error;
use crate::finding::Finding;
use crate::snapshot::Snapshot;
use crate::workspace::Config;

/// What the process knows that a server runs in.
pub trait Host: Send + Sync {
    /// The settings of a workspace.
    fn config(&self, files: &dyn Snapshot) -> Config;

    /// The day it is.
    fn today(&self, config: &Config) -> Result<Date, Error>;

    /// Whether git is asked for what deals do not tell.
    fn asks_git(&self) -> bool;

    /// What `check` says of a workspace beside what its deals and rules are told: its templates.
    fn check_pages(&self, workspace: &Workspace<'_>) -> Vec<Finding>;
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerEnd {
    /// It was asked to shut down before.
    Asked,
    /// The client left without a word.
    Left,
}

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
