//! Keyframes: a machine's fields, kept at chosen ticks as pages that neighbours share where nothing changed between them.
//! Writing a page costs the hot path nothing; comparing happens when a frame is made.

use std::sync::Arc;

use crate::num::fields::{FieldError, Fields, Sink, Source};

const PAGE: usize = 4096;
/// Memory that all frames of a run may take; where a machine is so large that this would hold only a few, that many.
const BUDGET_BYTES: usize = 64 << 20;
const FRAMES_MIN: usize = 8;
const INTERVAL_MIN: u64 = 256;
const INTERVAL_MAX: u64 = 65_536;

#[derive(Clone)]
struct Frame {
    tick: u64,
    dialogues: u64,
    pages: Vec<Arc<[u8]>>,
}

#[derive(Clone, Default)]
pub struct Keyframes {
    /// By tick, rising.
    frames: Vec<Frame>,
    bytes: usize,
    /// Size of one machine.
    machine_bytes: usize,
}

/// Cuts what it is given into pages, taking a page of the frame before where it is the same.
struct Pager<'a> {
    before: &'a [Arc<[u8]>],
    pages: Vec<Arc<[u8]>>,
    open: Vec<u8>,
    fresh_bytes: usize,
    bytes: usize,
}

impl Pager<'_> {
    fn close(&mut self) {
        if let Some(same) = self.before.get(self.pages.len()).filter(|p| ***p == *self.open) {
            self.pages.push(same.clone());
        } else {
            self.fresh_bytes += self.open.len();
            self.pages.push(Arc::from(&*self.open));
        }
        self.bytes += self.open.len();
        self.open.clear();
    }
}

impl Sink for Pager<'_> {
    fn put(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let take = bytes.len().min(PAGE - self.open.len());
            self.open.extend_from_slice(&bytes[..take]);
            bytes = &bytes[take..];
            if self.open.len() == PAGE {
                self.close();
            }
        }
    }
}

struct Pages<'a> {
    pages: &'a [Arc<[u8]>],
    at: usize,
}

impl Source for Pages<'_> {
    fn take(&mut self, mut out: &mut [u8]) -> Result<(), FieldError> {
        while !out.is_empty() {
            let Some((page, rest)) = self.pages.split_first() else {
                return Err(FieldError::Short { wanted: out.len() });
            };
            let n = out.len().min(page.len() - self.at);
            out[..n].copy_from_slice(&page[self.at..self.at + n]);
            out = &mut out[n..];
            self.at += n;
            if self.at == page.len() {
                self.pages = rest;
                self.at = 0;
            }
        }
        Ok(())
    }
}

impl Keyframes {
    /// Ticks from one frame to the next: 32 to a doubling of the run, never so many that copying would weigh on training.
    pub fn interval(&self, now: u64) -> u64 {
        let floor = INTERVAL_MIN.max(self.machine_bytes as u64 / 16);
        (now.next_power_of_two() / 64).clamp(floor, INTERVAL_MAX.max(floor))
    }

    /// The tick at which the next frame is due.
    pub fn due(&self, now: u64) -> u64 {
        self.frames.last().map_or(0, |f| f.tick + self.interval(now.max(f.tick)))
    }

    pub fn last_tick(&self) -> Option<u64> {
        self.frames.last().map(|f| f.tick)
    }

    /// Keeps the machine as it is at `tick`, unless there is a frame of that tick.
    pub fn keep(&mut self, tick: u64, dialogues: u64, machine: &impl Fields) {
        let at = self.frames.partition_point(|f| f.tick < tick);
        if self.frames.get(at).is_some_and(|f| f.tick == tick) {
            return;
        }
        let before: &[Arc<[u8]>] = if at > 0 { &self.frames[at - 1].pages } else { &[] };
        let mut pager = Pager { before, pages: Vec::with_capacity(before.len()), open: Vec::with_capacity(PAGE), fresh_bytes: 0, bytes: 0 };
        machine.read(&mut pager);
        if !pager.open.is_empty() {
            pager.close();
        }
        let (pages, fresh, size) = (pager.pages, pager.fresh_bytes, pager.bytes);
        self.bytes += fresh + pages.len() * size_of::<Arc<[u8]>>();
        self.machine_bytes = size;
        self.frames.insert(at, Frame { tick, dialogues, pages });
        while self.bytes > BUDGET_BYTES.max(FRAMES_MIN * size) && self.frames.len() > 3 {
            self.thin();
        }
    }

    /// Drops the frame whose absence is felt least: the gap that it leaves, against its distance from the present.
    fn thin(&mut self) {
        let now = self.frames.last().map_or(0, |f| f.tick);
        let weight = |i: usize| {
            let gap = self.frames[i + 1].tick - self.frames[i - 1].tick;
            gap as f64 / (now - self.frames[i].tick + INTERVAL_MAX * 64) as f64
        };
        let least = (1..self.frames.len() - 1).min_by(|a, b| weight(*a).total_cmp(&weight(*b)));
        if let Some(i) = least {
            let frame = self.frames.remove(i);
            let freed: usize = frame.pages.iter().filter(|p| Arc::strong_count(p) == 1).map(|p| p.len()).sum();
            self.bytes -= (freed + frame.pages.len() * size_of::<Arc<[u8]>>()).min(self.bytes);
        }
    }

    /// Forgets the frames after `tick`.
    pub fn cut(&mut self, tick: u64) {
        while self.frames.last().is_some_and(|f| f.tick > tick) {
            let frame = self.frames.pop().expect("the loop saw one");
            let freed: usize = frame.pages.iter().filter(|p| Arc::strong_count(p) == 1).map(|p| p.len()).sum();
            self.bytes -= (freed + frame.pages.len() * size_of::<Arc<[u8]>>()).min(self.bytes);
        }
    }

    /// The last frame at or before a tick.
    pub fn at_tick(&self, tick: u64) -> Option<usize> {
        self.frames.partition_point(|f| f.tick <= tick).checked_sub(1)
    }

    /// The last frame in which the dialogue of this number has not begun its second turn.
    pub fn at_dialogue(&self, dialogue: u64) -> Option<usize> {
        self.frames.partition_point(|f| f.dialogues < dialogue).checked_sub(1)
    }

    pub fn tick_of(&self, frame: usize) -> u64 {
        self.frames[frame].tick
    }

    pub fn restore(&self, frame: usize, machine: &mut impl Fields) {
        let mut pages = Pages { pages: &self.frames[frame].pages, at: 0 };
        machine.write(&mut pages).expect("a frame was made by a machine of the same shape");
    }

    pub fn len(&self) -> usize {
        self.frames.len()
    }

    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Size of one machine, in bytes.
    pub fn machine_bytes(&self) -> usize {
        self.machine_bytes
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
