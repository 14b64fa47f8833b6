//! Readers and writers that count and digest what passes through them.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use serde::Serialize;
use xxhash_rust::xxh3::Xxh3;

use super::report::Output;

/// An input: its bytes, its digest, and a leash for readers that would take a whole file for one row.
pub struct Metered<R> {
    inner: R,
    hasher: Xxh3,
    bytes: Rc<Cell<u64>>,
    /// The count of bytes at which reading ends in an error.
    leash: Rc<Cell<u64>>,
    limit: u64,
}

impl<R: Read> Metered<R> {
    /// `limit`: what a row may have, for the sentence where one has more.
    pub fn new(inner: R, limit: u64) -> Metered<R> {
        Metered { inner, hasher: Xxh3::new(), bytes: Rc::default(), leash: Rc::new(Cell::new(u64::MAX)), limit }
    }

    pub fn passed(&self) -> u64 {
        self.bytes.get()
    }

    /// The running count, for whoever cannot ask while the reader is lent.
    pub fn count(&self) -> Rc<Cell<u64>> {
        self.bytes.clone()
    }

    pub fn leash(&self, at: Option<u64>) -> Rc<Cell<u64>> {
        self.leash.set(at.unwrap_or(u64::MAX));
        self.leash.clone()
    }

    /// Reads what nobody wanted, so that the digest is of the whole file.
    pub fn drain(&mut self) -> io::Result<u64> {
        self.leash.set(u64::MAX);
        io::copy(self, &mut io::sink())
    }

    pub fn digest(&self) -> u64 {
        self.hasher.digest()
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.bytes.get() > self.leash.get() {
            let right = "close a quote that may be open, or allow more by --record-bytes";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("a row is longer than {} bytes; {right}", self.limit)));
        }
        let n = self.inner.read(to)?;
        self.hasher.update(&to[..n]);
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}

/// An output of JSON lines.
pub struct Counted<W> {
    inner: W,
    hasher: Xxh3,
    rows: u64,
    bytes: u64,
}

impl<W: Write> Counted<W> {
    pub fn new(inner: W) -> Counted<W> {
        Counted { inner, hasher: Xxh3::new(), rows: 0, bytes: 0 }
    }

    pub fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.hasher.update(&line);
        self.rows += 1;
        self.bytes += line.len() as u64;
        self.inner.write_all(&line)
    }

    pub fn output(&self, name: &'static str) -> Output {
        Output { name, rows: self.rows, bytes: self.bytes, digest: format!("{:016x}", self.hasher.digest()) }
    }
}

/// What the system says went wrong, without its number.
pub fn reason(e: &io::Error) -> String {
    let text = e.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
