//! Prioritised sweeping as a bare loop: the queue holds priorities beside the pairs, and those that lead to a state are listed by it.

use dialoq::num::dice::Dice;
use dialoq::world::World;

use super::planning::{Model, PLANNING};
use super::rows::{ALPHA, GAMMA, Learner, Rows, Turn, bits, choose};

const THETA: f32 = 0.01;
const ABSENT: u32 = u32::MAX;

/// A binary heap of (priority, pair); of equal priorities the lower pair comes first.
#[derive(Default)]
struct Queue {
    heap: Vec<(f32, u32)>,
    /// By pair.
    places: Vec<u32>,
}

fn before(a: (f32, u32), b: (f32, u32)) -> bool {
    a.0 > b.0 || a.0 == b.0 && a.1 < b.1
}

impl Queue {
    fn set(&mut self, pair: usize, priority: f32) {
        let entry = (priority, pair as u32);
        match self.places[pair] {
            ABSENT => {
                self.heap.push(entry);
                self.rise(self.heap.len() - 1, entry);
            }
            place if before(entry, self.heap[place as usize]) => self.rise(place as usize, entry),
            place => self.sink(place as usize, entry),
        }
    }

    fn pop(&mut self) -> Option<usize> {
        let (_, pair) = *self.heap.first()?;
        self.places[pair as usize] = ABSENT;
        let last = self.heap.pop()?;
        if !self.heap.is_empty() {
            self.sink(0, last);
        }
        Some(pair as usize)
    }

    fn settle(&mut self, place: usize, entry: (f32, u32)) {
        self.heap[place] = entry;
        self.places[entry.1 as usize] = place as u32;
    }

    fn rise(&mut self, mut place: usize, entry: (f32, u32)) {
        while place > 0 && before(entry, self.heap[(place - 1) / 2]) {
            self.settle(place, self.heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        self.settle(place, entry);
    }

    fn sink(&mut self, mut place: usize, entry: (f32, u32)) {
        loop {
            let mut child = 2 * place + 1;
            if child >= self.heap.len() {
                break;
            }
            if child + 1 < self.heap.len() && before(self.heap[child + 1], self.heap[child]) {
                child += 1;
            }
            if !before(self.heap[child], entry) {
                break;
            }
            self.settle(place, self.heap[child]);
            place = child;
        }
        self.settle(place, entry);
    }
}

pub struct Sweeping {
    rows: Rows,
    model: Model,
    queue: Queue,
    /// By state: pairs that led there, each once.
    leading: Vec<Vec<u32>>,
    updates: u64,
}

impl Sweeping {
    pub fn new(world: &World) -> Self {
        let rows = Rows::new(world);
        let leading = rows.q.iter().map(|_| Vec::new()).collect();
        Sweeping { model: Model::new(&rows), rows, queue: Queue::default(), leading, updates: 0 }
    }

    fn target(&self, pair: usize) -> f32 {
        let pair = &self.model.pairs[pair];
        let worth = |next: u32, closed: bool| if closed { 0.0 } else { self.rows.max(next as usize) };
        let sum: f32 = pair.outcomes.iter().map(|o| o.count as f32 * (o.reward + GAMMA * worth(o.next, o.closed))).sum();
        sum / pair.total as f32
    }

    fn judge(&mut self, pair: usize) {
        let known = &self.model.pairs[pair];
        let priority = (self.target(pair) - self.rows.q[known.state as usize][known.act as usize]).abs();
        if priority > THETA {
            self.queue.set(pair, priority);
        }
    }

    fn sweep(&mut self, pair: usize) {
        let (state, act) = (self.model.pairs[pair].state as usize, self.model.pairs[pair].act as usize);
        let before = self.rows.max(state);
        self.rows.nudge(state, act, self.target(pair), 1.0);
        if self.rows.max(state).to_bits() != before.to_bits() {
            for i in 0..self.leading[state].len() {
                self.judge(self.leading[state][i] as usize);
            }
        }
        self.updates += 1;
    }
}

impl Learner for Sweeping {
    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        choose(self.rows.greedy(state), legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, _: &mut Dice) {
        let next = if t.closed { 0.0 } else { self.rows.max(t.next) };
        self.rows.nudge(t.state, t.act, t.reward + GAMMA * next, ALPHA);
        let (pair, news) = self.model.observe(t);
        self.queue.places.resize(self.model.pairs.len(), ABSENT);
        if news && !t.closed && !self.leading[t.next].contains(&(pair as u32)) {
            self.leading[t.next].push(pair as u32);
        }
        self.judge(pair);
        for _ in 0..PLANNING {
            let Some(worst) = self.queue.pop() else { break };
            self.sweep(worst);
        }
        self.updates += 1;
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.rows.q)
    }

    fn updates(&self) -> Option<u64> {
        Some(self.updates)
    }
}
