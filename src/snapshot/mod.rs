//! The files of a workspace at one moment. Rooms above never know whether a text came from disk, a commit or an editor.

pub mod cached;
pub mod disk;
pub mod git;
mod link_limit;
pub mod observed;
pub mod overlay;
mod refusal;
pub mod root;
pub mod texts;
pub mod worktree;

use std::sync::Arc;

use crate::finding::limit::FILE_SIZE;
use crate::finding::wording::{Size, quote};
use crate::finding::{Code, Finding};
use crate::source::{SourceFile, Span, paths};

/// The name of the settings, a file which also marks the root of a workspace.
pub const CONFIG_FILE: &str = "dealgate.toml";

/// The folder of the deals where no settings name another; it marks the root where there are none.
pub const DEALS: &str = "deals";

/// Files of a workspace, by paths relative to its root, with `/`.
pub trait Snapshot: Sync {
    /// The commit, when it is one.
    fn revision(&self) -> Option<&str> {
        None
    }

    /// Every file below a folder, in the order of their paths, and what could not be listed; empty where there is
    /// nothing of that name, a fault where there is something else than a folder.
    ///
    /// Files and folders whose names begin with a dot are left out, and on disk what git ignores: what it tracks, it does
    /// not ignore. Links are followed inside the workspace; what one leads to below the folder, or above it, is found
    /// where it stands, and links in a folder that another leads to are not followed.
    fn walk(&self, folder: &str) -> Listing;

    /// The same files one after another, as they are found, and in the end what could not be listed.
    fn walk_each(&self, folder: &str, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        let Listing { files, faults } = self.walk(folder);
        files.into_iter().for_each(found);
        faults
    }

    /// Every file of the workspace but those in a folder, as [`walk`](Self::walk) finds them. What stands in that folder
    /// need not be looked at.
    fn walk_beside(&self, folder: &str) -> Vec<String> {
        let mut files = self.walk("").files;
        files.retain(|path| !paths::is_in(folder, path));
        files
    }

    /// What is directly in a folder and is no folder, links too, in the order of its names, and what could not be
    /// listed; empty where there is nothing of that name, a fault where there is something else than a folder.
    fn files_in(&self, folder: &str) -> Listing;

    /// Whether there is such a folder, links followed; a finding says what stands there instead. Without folders of
    /// their own, files make them.
    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        Ok(!self.walk(path).files.is_empty())
    }

    /// Why what stands at a path must not be read: a link that leads out of the workspace or nowhere, a pipe, a folder.
    /// `None` also where nothing is.
    fn stray(&self, path: &str) -> Option<Finding>;

    /// Whether there is such a file inside the workspace, links resolved.
    fn has_file(&self, path: &str) -> bool;

    /// Whether there is such a file for everybody who has the workspace: of one that ignore rules leave out and git does
    /// not track, nobody else knows.
    fn shares_file(&self, path: &str) -> bool {
        self.has_file(path)
    }

    /// The mailmap of the repository that the workspace is in; nothing where there is none.
    fn mailmap(&self) -> String {
        String::new()
    }

    /// Says which files are going to be read soon, for those who can fetch them together, and the most that will be
    /// read of each, in bytes.
    fn expect(&self, _paths: &[String], _most: usize) {}

    /// The text of a file of at most so many bytes; a finding says why there is none.
    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>>;
}

/// What a walk found.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Paths of files, in order.
    pub files: Vec<String>,
    /// What could not be listed: dangling links, links that lead out, folders that may not be read, and what stands in
    /// the place of one.
    pub faults: Vec<Finding>,
}

/// The finding about a file of which there is no text.
pub fn unreadable(path: &str, why: &str, help: &str) -> Finding {
    let file = Arc::new(SourceFile::new(path, ""));
    Finding::new(Code::Unreadable, format!("{} cannot be read: {why}", quote(path)))
        .help(help)
        .at(&file, Span::default())
}

/// The text of a file's bytes: UTF-8, no more than so many bytes of it, without its byte order mark.
pub fn decode(path: &str, bytes: Vec<u8>, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
    if bytes.len() > most {
        let file = Arc::new(SourceFile::new(path, ""));
        let message = format!("{} is larger than {}, the most that is read", quote(path), Size(most));
        let help = FILE_SIZE.way_out(most, "keep long texts in files of their own and link to them");
        return Err(Box::new(Finding::new(Code::TooLarge, message).help(help).at(&file, Span::default())));
    }
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => Ok(Arc::new(SourceFile::new(path, rest))),
            None => Ok(Arc::new(SourceFile::new(path, text))),
        },
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let readable = String::from_utf8_lossy(&bytes[..valid]).into_owned();
            let file = Arc::new(SourceFile::new(path, readable));
            let message = match bytes.get(valid) {
                Some(byte) if !utf16 => {
                    format!("{} is not UTF-8: byte 0x{byte:02x} cannot stand here", quote(path))
                }
                _ => format!("{} is UTF-16, not UTF-8", quote(path)),
            };
            let finding = Finding::new(Code::NotUtf8, message)
                .help("save the file as UTF-8 in your editor")
                .at(&file, Span::new(valid, valid));
            Err(Box::new(finding))
        }
    }
}
