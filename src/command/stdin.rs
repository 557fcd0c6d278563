//! Reads standard input, no more of it than may be set for a file.

use std::io::Read as _;

use crate::error::Error;
use crate::finding::limit::FILE_SIZE;

/// The bytes on standard input; one more than any setting lets a file have, so that the excess is seen.
pub(super) fn read() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let most = FILE_SIZE.most as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|cause| Error::Stdin { cause })?;
    Ok(bytes)
}
