//! Q(λ) and Sarsa(λ) with replacing traces as bare loops. Many cells are written for each row that is read, so a row's maximum is
//! looked for when it is asked for.

use dialoq::num::dice::Dice;
use dialoq::num::lanes::top;
use dialoq::world::World;

use super::rows::{ALPHA, GAMMA, Learner, Row, Turn, WIDTH, bits, choose, fresh};

const DECAY: f32 = GAMMA * 0.7;
const LEAST: f32 = 1e-4;
/// Pairs that are traced for so many turns are all dropped by then.
const ROOM: usize = 64;

/// `GREEDY`: Q(λ), else Sarsa(λ).
pub struct Traced<const GREEDY: bool> {
    q: Vec<Row>,
    /// (cell, e(s, a)); each pair once.
    traces: [(u32, f32); ROOM],
    len: usize,
    /// Acts that were greedy when the pending one was chosen.
    greedy: u64,
    updates: u64,
}

impl<const GREEDY: bool> Traced<GREEDY> {
    pub fn new(world: &World) -> Self {
        Traced { q: fresh(world), traces: [(0, 0.0); ROOM], len: 0, greedy: 0, updates: 0 }
    }
}

impl<const GREEDY: bool> Learner for Traced<GREEDY> {
    const ACT_FIRST: bool = !GREEDY;

    #[inline(always)]
    fn begin(&mut self) {
        self.len = 0;
    }

    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        self.greedy = top(&self.q[state]).1;
        choose(self.greedy, legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, _: &mut Dice) {
        let next = match (t.closed, GREEDY) {
            (true, _) => 0.0,
            (_, true) => top(&self.q[t.next]).0,
            (_, false) => self.q[t.next][t.next_act],
        };
        if GREEDY && self.greedy >> t.act & 1 == 0 {
            self.len = 0;
        }
        let delta = t.reward + GAMMA * next - self.q[t.state][t.act];
        let cell = (t.state * WIDTH + t.act) as u32;
        let place = self.traces[..self.len].iter().position(|e| e.0 == cell).unwrap_or(self.len);
        self.traces[place] = (cell, 1.0);
        self.len = self.len.max(place + 1);
        self.updates += self.len as u64;
        let mut kept = 0;
        for i in 0..self.len {
            let (cell, e) = self.traces[i];
            self.q[cell as usize / WIDTH][cell as usize % WIDTH] += ALPHA * (delta * e);
            self.traces[kept] = (cell, DECAY * e);
            kept += usize::from(DECAY * e >= LEAST);
        }
        self.len = kept;
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.q)
    }

    fn updates(&self) -> Option<u64> {
        Some(self.updates)
    }
}
