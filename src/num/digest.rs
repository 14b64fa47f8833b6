//! Digests: 64 bits of XXH3 over the little-endian bytes of an owner's fields, NaN made canonical.

use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use super::fields::{Fields, Sink};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(pub u64);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

struct Hasher(Xxh3);

impl Sink for Hasher {
    fn put(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

pub fn digest(owner: &impl Fields) -> Digest {
    let mut hasher = Hasher(Xxh3::new());
    owner.read(&mut hasher);
    Digest(hasher.0.digest())
}

/// The digest of plain bytes: a scenario file, a world.
pub fn digest_bytes(bytes: &[u8]) -> Digest {
    Digest(xxhash_rust::xxh3::xxh3_64(bytes))
}
