//! What git tracks on disk, as its index says. Must not know why anybody asks.

use std::path::Path;

use super::Trouble;
use super::program::Git;

/// The files that git tracks below a folder, by their paths from there; they need not be there any more.
pub(in crate::snapshot) fn tracked(folder: &Path) -> Result<Vec<String>, Trouble> {
    let said = Git::at(folder).run("list the files that it tracks", ["ls-files", "-z"])?;
    let names = said.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}
