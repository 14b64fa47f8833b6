//! Keyframes: a machine's fields, kept at chosen ticks as pages that neighbours share where nothing changed between them.
//! Writing a page costs the hot path nothing; comparing happens when a frame is made.

use std::sync::Arc;

use crate::num::fields::{FieldError, Fields, Sink, Source};

const PAGE: usize = 4096;
/// All frames of all runs together, by default; whoever owns several runs shares it out among them (`allow`).
pub const BUDGET_BYTES: usize = 256 << 20;
/// More than this is of no use to a run, unless its machine is so large that it would hold only a few frames: then that many.
const USEFUL_BYTES: usize = 64 << 20;
const USEFUL_FRAMES: usize = 8;
const INTERVAL_MIN: u64 = 256;
const INTERVAL_MAX: u64 = 65_536;

struct Frame {
    tick: u64,
    dialogues: u64,
    pages: Vec<Arc<[u8]>>,
}

/// Frames are shared by branches: cloning copies pointers.
#[derive(Clone)]
pub struct Keyframes {
    /// By tick, rising.
    frames: Vec<Arc<Frame>>,
    /// What the frames take: each page once, as neighbours share them, even if another branch holds it too.
    bytes: usize,
    /// Size of one machine.
    machine_bytes: usize,
    allowed_bytes: usize,
}

impl Default for Keyframes {
    fn default() -> Self {
        Keyframes { frames: Vec::new(), bytes: 0, machine_bytes: 0, allowed_bytes: BUDGET_BYTES }
    }
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

/// What a frame takes besides its pages.
fn weight(frame: &Frame) -> usize {
    frame.pages.len() * size_of::<Arc<[u8]>>()
}

impl Keyframes {
    /// Ticks from one frame to the next: 32 to a doubling of the run, never so many that copying would weigh on training.
    /// `cost` is that of one tick, in turns of a table: what learns slowly is replayed slowly, so its frames are closer.
    pub fn interval(&self, now: u64, cost: u64) -> u64 {
        // A table shares most pages with the frame before; what costs more has changed them all.
        let share = if cost > 1 { 4 } else { 16 };
        let floor = (INTERVAL_MIN.max(self.machine_bytes as u64 / share) / cost.max(1)).max(1);
        (now.next_power_of_two() / 64).clamp(floor, (INTERVAL_MAX / cost.max(1)).max(floor))
    }

    /// The tick at which the next frame is due.
    pub fn due(&self, cost: u64) -> u64 {
        if self.allowed_bytes == 0 {
            return u64::MAX;
        }
        self.frames.last().map_or(0, |f| f.tick + self.interval(f.tick, cost))
    }

    pub fn last_tick(&self) -> Option<u64> {
        self.frames.last().map(|f| f.tick)
    }

    /// Keeps the machine as it is at `tick`, unless there is a frame of that tick.
    pub fn keep(&mut self, tick: u64, dialogues: u64, machine: &impl Fields) {
        let at = self.frames.partition_point(|f| f.tick < tick);
        let none_wanted = self.allowed_bytes == 0 && !self.frames.is_empty();
        if none_wanted || self.frames.get(at).is_some_and(|f| f.tick == tick) {
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
        self.frames.insert(at, Arc::new(Frame { tick, dialogues, pages }));
        self.fit();
    }

    /// Lets the frames take so many bytes; with 0 only the first is kept.
    pub fn allow(&mut self, bytes: usize) {
        self.allowed_bytes = bytes;
        if bytes == 0 {
            self.frames.truncate(1);
            self.bytes = self.frames.first().map_or(0, |f| weight(f) + f.pages.iter().map(|p| p.len()).sum::<usize>());
        }
        self.fit();
    }

    fn fit(&mut self) {
        let useful = USEFUL_BYTES.max(USEFUL_FRAMES * self.machine_bytes);
        while self.bytes > self.allowed_bytes.min(useful) && self.frames.len() > 3 {
            self.thin();
        }
    }

    /// Drops the frame whose absence is felt least: the gap that it leaves, against its distance from the present.
    fn thin(&mut self) {
        let now = self.frames.last().map_or(0, |f| f.tick);
        let felt = |i: usize| {
            let gap = self.frames[i + 1].tick - self.frames[i - 1].tick;
            gap as f64 / (now - self.frames[i].tick + INTERVAL_MAX * 64) as f64
        };
        let least = (1..self.frames.len() - 1).min_by(|a, b| felt(*a).total_cmp(&felt(*b)));
        if let Some(i) = least {
            self.drop_frame(i);
        }
    }

    /// Forgets the frames after `tick`.
    pub fn cut(&mut self, tick: u64) {
        while self.frames.last().is_some_and(|f| f.tick > tick) {
            self.drop_frame(self.frames.len() - 1);
        }
    }

    /// A page goes with its frame unless a neighbour shares it.
    fn drop_frame(&mut self, i: usize) {
        let frame = self.frames.remove(i);
        let neighbours = [i.checked_sub(1).map(|before| &self.frames[before]), self.frames.get(i)];
        let shared = |k: usize, page: &Arc<[u8]>| {
            neighbours.iter().flatten().any(|other| other.pages.get(k).is_some_and(|same| Arc::ptr_eq(same, page)))
        };
        let freed: usize = frame.pages.iter().enumerate().filter(|(k, page)| !shared(*k, page)).map(|(_, page)| page.len()).sum();
        self.bytes -= (freed + weight(&frame)).min(self.bytes);
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

    pub fn dialogues_of(&self, frame: usize) -> u64 {
        self.frames[frame].dialogues
    }

    /// The machine's bytes in a frame.
    pub fn bytes_of(&self, frame: usize) -> Vec<u8> {
        self.frames[frame].pages.concat()
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
