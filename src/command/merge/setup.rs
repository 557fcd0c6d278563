//! Sets git up to merge deals by this program: the line in `.gitattributes`, and the setting of each clone.

use std::io;
use std::path::Path;

use crate::command::output;
use crate::error::Error;

/// The file of git that says which driver merges what.
pub(in crate::command) const ATTRIBUTES: &str = ".gitattributes";

/// Its line for deals.
pub(in crate::command) const LINE: &str = "deals/** merge=dealgate\n";

/// What sets the driver in a clone: git takes no program from a repository.
pub(in crate::command) const DRIVER: &str =
    "git config merge.dealgate.driver 'dealgate merge-file %O %A %B --path %P'";

/// Bytes up to which a file of attributes is read.
const MOST: usize = 1 << 20;

/// How it is with the attributes of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::command) enum AttributesState {
    /// There is no such file.
    Missing,
    /// The line is in it.
    Set,
    /// The line is to be added, behind an end of line where the last one has none.
    Unset { ends_in_line: bool },
    /// It is a link, or cannot be read.
    Strange,
}

impl AttributesState {
    pub(in crate::command) fn of(folder: &Path) -> Self {
        let bytes = match output::read_back(&folder.join(ATTRIBUTES), MOST) {
            Ok(Some(bytes)) if bytes.len() <= MOST => bytes,
            Ok(None) => return Self::Missing,
            _ => return Self::Strange,
        };
        let text = String::from_utf8_lossy(&bytes);
        let is_set = text.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("deals/**") && words.any(|word| word == "merge=dealgate")
        });
        let ends_in_line = text.is_empty() || text.ends_with('\n');
        if is_set { Self::Set } else { Self::Unset { ends_in_line } }
    }

    /// Adds the line to a file that is there without it; whether it did.
    pub(in crate::command) fn complete(self, folder: &Path) -> Result<bool, Error> {
        let Self::Unset { ends_in_line } = self else { return Ok(false) };
        let start = if ends_in_line { "" } else { "\n" };
        output::append(&folder.join(ATTRIBUTES), |_| format!("{start}{LINE}"))?;
        Ok(true)
    }

    /// Says what became of the file.
    pub(in crate::command) fn tell(self, is_completed: bool, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Missing => writeln!(out, "  {ATTRIBUTES} (git merges deals by key, see below)"),
            Self::Strange => {
                writeln!(out, "\nNot changed: {ATTRIBUTES}. Add the line `{}` to it.", LINE.trim_end())
            }
            _ if is_completed => writeln!(out, "\nAdded to {ATTRIBUTES}: {}", LINE.trim_end()),
            _ => Ok(()),
        }
    }
}
