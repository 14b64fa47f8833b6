//! A timeline as a checkpoint holds it: the machine at the head, its curve, its journal, some of its keyframes.

use super::checkpoint::CheckpointError;
use super::timeline::{Entry, Timeline};
use crate::learn::machine::Machine;
use crate::num::curve::Curve;
use crate::num::digest::{Digest, digest};
use crate::num::fields::{Fields, Sink};

/// Keyframes stored at most: spread as in memory, so denser near the present.
const FRAMES: usize = 48;
/// What they may take together. The first one follows from the spec and takes nothing.
const FRAME_BYTES: usize = 8 << 20;

/// All that a run has become, as plain numbers and bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Where the run stands.
    pub tick: u64,
    /// The furthest point reached; machine and curve are as of there.
    pub head: u64,
    pub head_dialogues: u64,
    pub entries: Vec<Entry>,
    /// Of the machine.
    pub digest: Digest,
    pub machine: Vec<u8>,
    pub curve: Vec<u8>,
    /// By tick, rising; tick 0 is left out.
    pub frames: Vec<StoredFrame>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StoredFrame {
    pub tick: u64,
    pub dialogues: u64,
    pub bytes: Vec<u8>,
}

/// A machine's bytes, to be kept as a frame as the machine itself would be.
struct Raw<'a>(&'a [u8]);

impl Fields for Raw<'_> {
    fn read(&self, to: &mut dyn Sink) {
        to.put(self.0);
    }

    fn write(&mut self, _: &mut dyn crate::num::fields::Source) -> Result<(), crate::num::fields::FieldError> {
        Ok(())
    }
}

impl<M: Machine> Timeline<M> {
    pub fn store(&self) -> Stored {
        let head = self.head();
        let elsewhere = (self.now() < head).then(|| self.machine_at(head));
        let machine = elsewhere.as_ref().unwrap_or(&self.machine);
        let mut bytes = Vec::with_capacity(self.frames.machine_bytes());
        machine.read(&mut bytes);
        Stored {
            tick: self.now().0,
            head: head.0,
            head_dialogues: self.head_dialogues,
            entries: self.journal.clone(),
            digest: digest(machine),
            machine: bytes,
            curve: self.curve.bytes(),
            frames: self.spread_frames(),
        }
    }

    /// Frames at equal distances in the list, as many as fit.
    fn spread_frames(&self) -> Vec<StoredFrame> {
        let frames = &self.frames;
        let wanted = FRAMES.min(FRAME_BYTES / frames.machine_bytes().max(1)).min(frames.len().saturating_sub(1));
        let place = |k: usize| k * (frames.len() - 1) / wanted;
        let stored = |i: usize| StoredFrame { tick: frames.tick_of(i), dialogues: frames.dialogues_of(i), bytes: frames.bytes_of(i) };
        (1..=wanted).map(|k| stored(place(k))).collect()
    }

    /// Becomes what was stored, standing at its head. Only a run as it was built can; on an error it still is.
    pub fn load(&mut self, stored: &Stored) -> Result<(), CheckpointError> {
        if self.head != 0 || !self.journal.is_empty() {
            return Err(CheckpointError::NotFresh);
        }
        let mut machine = self.machine.clone();
        fill(&mut machine, &stored.machine)?;
        if digest(&machine) != stored.digest {
            return Err(CheckpointError::Machine);
        }
        if (machine.now().0, machine.dialogues()) != (stored.head, stored.head_dialogues) {
            return Err(CheckpointError::Clock);
        }
        let curve = Curve::parse(&stored.curve).filter(|c| c.len() == stored.head_dialogues).ok_or(CheckpointError::Curve)?;
        let in_order = stored.entries.is_sorted_by_key(|e| e.tick);
        if !in_order || stored.entries.last().is_some_and(|e| e.tick > stored.head) || stored.tick > stored.head {
            return Err(CheckpointError::Clock);
        }
        let mut last = 0;
        let mut frames = self.frames.clone();
        let mut copy = machine.clone();
        for frame in &stored.frames {
            fill(&mut copy, &frame.bytes)?;
            let there = (copy.now().0, copy.dialogues()) == (frame.tick, frame.dialogues);
            if !there || frame.tick <= last || frame.tick > stored.head {
                return Err(CheckpointError::Clock);
            }
            last = frame.tick;
            frames.keep(frame.tick, frame.dialogues, &Raw(&frame.bytes));
        }
        (self.machine, self.frames, self.curve) = (machine, frames, curve);
        (self.head, self.head_dialogues) = (stored.head, stored.head_dialogues);
        self.journal.clone_from(&stored.entries);
        self.fault = None;
        Ok(())
    }
}

/// Writes bytes into a machine, all of them.
fn fill(machine: &mut impl Machine, mut bytes: &[u8]) -> Result<(), CheckpointError> {
    machine.write(&mut bytes)?;
    if bytes.is_empty() { Ok(()) } else { Err(CheckpointError::Surplus(bytes.len())) }
}
