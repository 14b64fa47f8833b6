//! The end of a journal, which grows: lines stay pending until the disk has them for certain. After an error the file is cut
//! back to whole lines and the rest is written again, so that no half of a line ever stays.

use std::fs::File;
use std::io::{self, Write};

use super::losses::Contents;
use crate::run::journal::Line;

/// What a journal is written to.
pub trait Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when what was appended would survive a power cut.
    fn settle(&mut self) -> io::Result<()>;
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// A file opened for appending.
impl Disk for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn settle(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

pub struct Tail<D: Disk> {
    disk: D,
    /// The bytes that are certain, so that the file can be written anew if it is removed.
    certain: Vec<u8>,
    pending: Vec<Line>,
    /// How many of these were appended, and their bytes.
    appended: usize,
    appended_bytes: u64,
    /// Whether the file may hold more than it should.
    torn: bool,
    /// Rises whenever something becomes certain or is taken back.
    attempt: u64,
}

/// Lines that were written and are being made certain.
pub struct Flight {
    lines: usize,
    bytes: u64,
    attempt: u64,
}

/// Pending lines beyond this are thinned out: on a full disk learning goes on for hours.
const PENDING: usize = 4096;

impl<D: Disk> Tail<D> {
    /// `certain` is what the file holds.
    pub fn new(disk: D, certain: Vec<u8>) -> Tail<D> {
        Tail { disk, certain, pending: Vec::new(), appended: 0, appended_bytes: 0, torn: false, attempt: 0 }
    }

    pub fn disk(&self) -> &D {
        &self.disk
    }

    pub fn push(&mut self, line: Line) {
        self.pending.push(line);
        if self.pending.len() - self.appended > PENDING {
            self.thin();
        }
    }

    /// How many bytes are certain.
    pub fn length(&self) -> u64 {
        self.certain.len() as u64
    }

    /// The bytes that are certain.
    pub fn certain(&self) -> &[u8] {
        &self.certain
    }

    /// How long the file is; unknown after an error.
    pub fn file_length(&self) -> Option<u64> {
        (!self.torn).then(|| self.length() + self.appended_bytes)
    }

    /// Every line so far, as the file would hold them.
    pub fn all(&self) -> Vec<u8> {
        let mut text = self.certain.clone();
        self.pending.iter().for_each(|line| text.extend_from_slice(line.text().as_bytes()));
        text
    }

    /// What all lines hold together.
    pub fn contents(&self) -> Contents {
        let mut contents = Contents::of(&self.certain);
        self.pending.iter().for_each(|line| contents.add(line));
        contents
    }

    /// Whether something is not certain yet.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether every line was handed to the system.
    pub fn is_written(&self) -> bool {
        self.appended == self.pending.len()
    }

    /// Hands what is pending to the system: a crash of this program loses none of it any more.
    pub fn write(&mut self) -> io::Result<()> {
        if self.torn {
            self.disk.cut(self.length())?;
            self.torn = false;
        }
        let text: String = self.pending[self.appended..].iter().map(Line::text).collect();
        if !text.is_empty() {
            if let Err(e) = self.disk.append(text.as_bytes()) {
                self.write_what_fits();
                return Err(e);
            }
            self.appended = self.pending.len();
            self.appended_bytes += text.len() as u64;
        }
        Ok(())
    }

    /// After an error: whole lines, as many as there is room for.
    fn write_what_fits(&mut self) {
        if !self.cut_to_whole_lines() {
            return;
        }
        while let Some(line) = self.pending.get(self.appended) {
            let text = line.text();
            if self.disk.append(text.as_bytes()).is_err() {
                self.cut_to_whole_lines();
                return;
            }
            self.appended += 1;
            self.appended_bytes += text.len() as u64;
        }
    }

    /// Cuts off what an error left behind the lines that were appended; false where that cannot be done now.
    fn cut_to_whole_lines(&mut self) -> bool {
        let cut = self.disk.cut(self.length() + self.appended_bytes).is_ok();
        if !cut {
            self.undo();
        }
        cut
    }

    /// Makes certain what was appended, and writes no more.
    pub fn settle_appended(&mut self) -> io::Result<()> {
        let flight = Flight { lines: self.appended, bytes: self.appended_bytes, attempt: self.attempt };
        let settled = self.disk.settle();
        self.land(&flight, settled).map(|_| ())
    }

    /// Writes what is pending and makes it certain: a power cut loses none of it any more.
    pub fn settle(&mut self) -> io::Result<()> {
        let flight = self.depart()?;
        let settled = self.disk.settle();
        self.land(&flight, settled).map(|_| ())
    }

    /// Writes what is pending, to be made certain elsewhere while more lines come.
    pub fn depart(&mut self) -> io::Result<Flight> {
        self.write()?;
        Ok(Flight { lines: self.appended, bytes: self.appended_bytes, attempt: self.attempt })
    }

    /// Told what became of it; false where that says nothing, as it was taken back since.
    pub fn land(&mut self, flight: &Flight, settled: io::Result<()>) -> io::Result<bool> {
        if flight.attempt != self.attempt {
            return Ok(false);
        }
        if let Err(e) = settled {
            // The system may have dropped what it could not write: it has to be given again.
            self.undo();
            return Err(e);
        }
        self.attempt += 1;
        for line in self.pending.drain(..flight.lines) {
            self.certain.extend_from_slice(line.text().as_bytes());
        }
        self.appended -= flight.lines;
        self.appended_bytes -= flight.bytes;
        Ok(true)
    }

    /// Back to what is certain, now if the disk can, else before the next line.
    fn undo(&mut self) {
        self.attempt += 1;
        (self.appended, self.appended_bytes) = (0, 0);
        self.torn = self.disk.cut(self.length()).is_err();
    }

    /// Drops lines not yet appended that later ones supersede: how far a run had come, where the person looked.
    fn thin(&mut self) {
        let place = |line: &Line| match line {
            Line::Head { run, digest: None, .. } => Some((0, *run)),
            Line::Here { .. } => Some((1, 0)),
            _ => None,
        };
        let mut seen = Vec::new();
        let mut kept: Vec<Line> = Vec::new();
        for line in self.pending.drain(self.appended..).rev() {
            match place(&line) {
                Some(at) if seen.contains(&at) => {}
                at => {
                    seen.extend(at);
                    kept.push(line);
                }
            }
        }
        kept.reverse();
        self.pending.append(&mut kept);
    }
}
