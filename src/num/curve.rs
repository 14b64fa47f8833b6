//! The learning curve in bounded memory: blocks of 1, 2, 4, … dialogues, each level keeping its first `KEPT` blocks.
//!
//! The finest level that reaches a point shows it, so the start (where learning happens) stays sharp on a logarithmic
//! axis, a spike among ten million dialogues stays visible (every block keeps min and max), and drawing costs O(width).

mod stored;

use super::stats::Ema;

/// Blocks per level: enough for two per column of the widest screen.
const KEPT: usize = 2048;

/// One finished dialogue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Undiscounted.
    pub return_: f32,
    pub success: bool,
    pub turns: u32,
    /// Mean |δ| per turn.
    pub abs_delta: f32,
    pub epsilon: f32,
}

/// Some dialogues together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Block {
    pub count: u32,
    pub successes: u32,
    pub turns: u64,
    pub sum: f64,
    pub min: f32,
    pub max: f32,
    pub abs_delta: f32,
    pub epsilon: f32,
    /// The smoothed return at the last dialogue: means of 20 and 100, EMA .99.
    pub smooth: [f32; 3],
}

impl Block {
    fn join(&mut self, b: &Block) {
        if self.count == 0 {
            *self = *b;
            return;
        }
        let (n, m) = (self.count as f32, b.count as f32);
        self.count += b.count;
        self.successes += b.successes;
        self.turns += b.turns;
        self.sum += b.sum;
        self.min = self.min.min(b.min);
        self.max = self.max.max(b.max);
        self.abs_delta = (self.abs_delta * n + b.abs_delta * m) / (n + m);
        self.epsilon = b.epsilon;
        self.smooth = b.smooth;
    }

    pub fn mean(&self) -> f32 {
        (self.sum / f64::from(self.count.max(1))) as f32
    }
}

/// The last hundred dialogues: each is added once to the sums and dropped once, and all sums of counts are whole numbers.
#[derive(Clone, Debug)]
struct Recent {
    /// Return, turns and success of the last 128 dialogues, at their number modulo 128.
    ring: [(f32, u32, bool); 128],
    count: u64,
    sum_100: f64,
    sum_20: f64,
    successes: u32,
    turns: u32,
}

impl Default for Recent {
    fn default() -> Self {
        Recent { ring: [(0.0, 0, false); 128], count: 0, sum_100: 0.0, sum_20: 0.0, successes: 0, turns: 0 }
    }
}

impl Recent {
    #[inline]
    fn add(&mut self, s: &Sample) {
        let at = |back: u64| (self.count.wrapping_sub(back) & 127) as usize;
        // Before there were so many, these places hold zeros.
        let (old_return, old_turns, old_success) = self.ring[at(100)];
        let (old_return_20, ..) = self.ring[at(20)];
        self.sum_100 += f64::from(s.return_) - f64::from(old_return);
        self.sum_20 += f64::from(s.return_) - f64::from(old_return_20);
        self.successes = self.successes + u32::from(s.success) - u32::from(old_success);
        self.turns = self.turns + s.turns - old_turns;
        self.ring[at(0)] = (s.return_, s.turns, s.success);
        self.count += 1;
    }

    fn mean(&self, sum: f64, window: u64) -> f32 {
        (sum / self.count.clamp(1, window) as f64) as f32
    }
}

/// The unfinished block of the lowest level: sums only, as it takes every dialogue.
#[derive(Clone, Copy, Debug)]
struct Gathering {
    count: u32,
    successes: u32,
    turns: u64,
    sum: f64,
    abs_delta: f64,
    min: f32,
    max: f32,
    epsilon: f32,
}

impl Default for Gathering {
    fn default() -> Self {
        let (min, max) = (f32::INFINITY, f32::NEG_INFINITY);
        Gathering { count: 0, successes: 0, turns: 0, sum: 0.0, abs_delta: 0.0, min, max, epsilon: 0.0 }
    }
}

impl Gathering {
    #[inline]
    fn add(&mut self, s: &Sample) {
        self.count += 1;
        self.successes += u32::from(s.success);
        self.turns += u64::from(s.turns);
        self.sum += f64::from(s.return_);
        self.abs_delta += f64::from(s.abs_delta);
        self.min = if s.return_ < self.min { s.return_ } else { self.min };
        self.max = if s.return_ > self.max { s.return_ } else { self.max };
        self.epsilon = s.epsilon;
    }

    fn block(&self, smooth: [f32; 3]) -> Block {
        Block {
            count: self.count,
            successes: self.successes,
            turns: self.turns,
            sum: self.sum,
            min: self.min,
            max: self.max,
            abs_delta: (self.abs_delta / f64::from(self.count)) as f32,
            epsilon: self.epsilon,
            smooth,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Curve {
    count: u64,
    /// `levels[k]` holds blocks of 2ᵏ dialogues, from dialogue 0 without a gap.
    levels: Vec<Vec<Block>>,
    /// The unfinished block of each level above the lowest.
    open: Vec<Block>,
    gathering: Gathering,
    /// The lowest level that still takes blocks.
    lowest: usize,
    recent: Recent,
    ema: Ema,
}

impl Default for Curve {
    fn default() -> Self {
        Curve {
            count: 0,
            levels: vec![Vec::new()],
            open: vec![Block::default()],
            gathering: Gathering::default(),
            lowest: 0,
            recent: Recent::default(),
            ema: Ema::new(0.99),
        }
    }
}

impl Curve {
    pub fn len(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline]
    pub fn push(&mut self, s: &Sample) {
        self.warm(s);
        self.count += 1;
        self.gathering.add(s);
        if u64::from(self.gathering.count) == 1 << self.lowest {
            self.close_blocks();
        }
    }

    /// Stores the block that has just become full, and those above that it completes.
    #[inline(never)]
    fn close_blocks(&mut self) {
        let mut full = self.gathering.block(self.smooth_now());
        self.gathering = Gathering::default();
        let mut level = self.lowest;
        loop {
            self.reach(level + 1);
            if self.levels[level].len() < KEPT {
                self.levels[level].push(full);
            }
            level += 1;
            self.open[level].join(&full);
            if u64::from(self.open[level].count) < 1 << level {
                break;
            }
            full = std::mem::take(&mut self.open[level]);
        }
        // A level that has its KEPT blocks takes no more once the level above covers as far.
        while self.levels[self.lowest].len() == KEPT && self.open[self.lowest + 1].count == 0 {
            self.lowest += 1;
            self.reach(self.lowest + 1);
        }
    }

    fn reach(&mut self, level: usize) {
        while self.levels.len() <= level {
            self.levels.push(Vec::new());
            self.open.push(Block::default());
        }
    }

    /// Mean return, success, turns of the last hundred dialogues, and how many there are.
    pub fn last_100(&self) -> (u32, f32, f32, f32) {
        let r = &self.recent;
        let n = r.count.min(100);
        (n as u32, r.mean(r.sum_100, 100), r.mean(f64::from(r.successes), 100), r.mean(f64::from(r.turns), 100))
    }

    /// The three smoothings at the last dialogue.
    pub fn smooth_now(&self) -> [f32; 3] {
        let r = &self.recent;
        [r.mean(r.sum_20, 20), r.mean(r.sum_100, 100), self.ema.mean()]
    }

    /// What happened in the dialogues around [from, to): the blocks of the finest level that cover it, joined.
    /// The span actually covered comes back with it; none where no finished block lies there.
    pub fn span(&self, from: u64, to: u64) -> Option<(u64, u64, Block)> {
        let level = (0..self.lowest).find(|k| self.levels[*k].len() as u64 >= to.div_ceil(1 << k)).unwrap_or(self.lowest);
        let blocks = &self.levels[level];
        let first = (from >> level).min(blocks.len() as u64);
        let last = to.div_ceil(1 << level).min(blocks.len() as u64);
        let mut joined = Block::default();
        for block in &blocks[first as usize..last as usize] {
            joined.join(block);
        }
        (joined.count > 0).then_some((first << level, last << level, joined))
    }

    /// Forgets the dialogues from `to` on, as far as blocks allow; the new length comes back (a block's edge, at most `to`).
    /// The smoothings start empty there: the caller warms them, then pushes the dialogues between again.
    pub fn cut(&mut self, to: u64) -> u64 {
        let (before, edge) = self.before(to);
        *self = before;
        edge
    }

    /// The curve that `cut` leaves, and its length.
    pub fn before(&self, to: u64) -> (Curve, u64) {
        let Some(level) = (0..=self.lowest).find(|k| self.levels[*k].len() as u64 >= to >> k) else {
            return (self.clone(), self.count);
        };
        let edge = (to >> level) << level;
        let mut levels: Vec<Vec<Block>> =
            self.levels.iter().enumerate().map(|(k, l)| l[..l.len().min((edge >> k) as usize)].to_vec()).collect();
        // The level above the last finished block stays: its unfinished block holds what those below have handed up.
        levels.truncate(levels.iter().rposition(|l| !l.is_empty()).map_or(1, |k| k + 2).max(level + 1));
        let mut open = vec![Block::default(); levels.len()];
        // The unfinished block of a level holds the finished one below it that has no partner yet.
        for k in level + 1..levels.len() {
            open[k] = levels[k - 1].get(((edge >> k) << 1) as usize).copied().unwrap_or_default();
        }
        (Curve { count: edge, levels, open, lowest: level, ..Curve::default() }, edge)
    }

    /// Feeds the smoothings alone: a dialogue before the edge of a cut, seen again.
    #[inline]
    pub fn warm(&mut self, s: &Sample) {
        self.recent.add(s);
        self.ema.add(s.return_);
    }
}
