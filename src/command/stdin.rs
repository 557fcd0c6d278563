//! Reads standard input, no more of it than of a file. Must not know what is read.

use std::io::Read as _;

use crate::error::Error;
use crate::snapshot::MAX_FILE_BYTES;

/// The bytes on standard input; one more than a file may have at the most, so that the excess is seen.
pub(super) fn read() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let most = MAX_FILE_BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|cause| Error::Stdin { cause })?;
    Ok(bytes)
}
