//! Reads whole files up to a limit, so that a device or a pipe without an end does not take all memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that a file may have unless a person says otherwise.
pub const MAX_BYTES: u64 = 256 << 20;

/// Set once, when the command line is read.
static LIMIT: AtomicU64 = AtomicU64::new(MAX_BYTES);

pub fn set_limit(bytes: u64) {
    LIMIT.store(bytes, Ordering::Relaxed);
}

pub fn limit() -> u64 {
    LIMIT.load(Ordering::Relaxed)
}

/// The bytes of a file.
pub fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata().map_or(0, |m| m.len());
    from(file, length)
}

/// The bytes that a reader has left; `length` is what is expected.
pub fn from(mut reader: impl Read, length: u64) -> io::Result<Vec<u8>> {
    let limit = limit();
    if length > limit {
        return Err(too_long(limit));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    reader.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_long(limit)) } else { Ok(bytes) }
}

pub fn too_long(limit: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {limit} bytes; --max-bytes sets the limit"))
}
