//! Reads whole files up to a limit, so that a device or a pipe without an end does not take all memory.

use std::fs::{self, File};
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
    let metadata = file.metadata()?;
    if is_device(&metadata) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a device, not a file"));
    }
    from(file, metadata.len())
}

/// Whether reading may never end.
#[cfg(unix)]
pub fn is_device(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_char_device() || metadata.file_type().is_block_device()
}

#[cfg(not(unix))]
pub fn is_device(_: &fs::Metadata) -> bool {
    false
}

/// What a path leads to if that is no file; none where it leads to a file or to nothing.
pub fn other_than_file(path: &Path) -> Option<&'static str> {
    let metadata = fs::metadata(path).ok().filter(|m| !m.is_file())?;
    Some(match () {
        () if metadata.is_dir() => "a directory",
        () if is_device(&metadata) => "a device",
        () => "a pipe or a socket",
    })
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
