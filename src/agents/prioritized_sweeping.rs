//! Prioritised sweeping: plans where it matters most. A pair whose value is wrong by more than θ waits in a queue; the worst one
//! is put right from the model, then those that lead to it are looked at: a surprise spreads backwards.
//! Q(s,a) ← Σ p̂ (r + γ max Q(s′,·)), p̂ the share of each outcome so far (an expected update).
//! Source: Moore & Atkeson 1993; Sutton & Barto 2018, §8.4 and 8.5.

use super::base::Base;
use super::dyna_q::{Imagined, NEXT, PLANNING_KNOB};
use super::knobs::{COUNT, KNOBS};
use super::model::{Model, Outcome};
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, Q, REWARD, Strategy, Tabular};
use crate::fields;
use crate::learn::agent::{Term, Transition};
use crate::learn::inside::{Inside, Plan, Trace};
use crate::learn::knob::{Knob, KnobKind, Settings, join};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::world::env::{ActionId, End, Shape};

const PLANNING: usize = COUNT;
const THETA: usize = COUNT + 1;

const ALL: [Knob; COUNT + 2] = join(&[
    KNOBS,
    &[
        PLANNING_KNOB,
        Knob {
            name: "theta",
            symbol: "θ",
            kind: KnobKind::Real { min: 0.000_001, max: 100.0, log: true },
            default: 0.01,
            unit: "return",
            live: true,
            meaning: "Errors smaller than this are not worth planning.",
        },
    ],
]);

#[derive(Clone)]
pub struct Sweeping {
    model: Model,
    queue: Queue,
    imagined: Imagined,
    now: u64,
    planning: u64,
    theta: f32,
}

fields!(Sweeping { model, queue, imagined, now });

pub type PrioritizedSweeping = Tabular<Sweeping>;

impl Sweeping {
    #[inline(always)]
    fn learn<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed { 0.0 } else { base.table.max(t.to.key) };
        base.learn(t, next, probe);
        self.now += 1;
        let pair = self.model.observe(t, self.now, dice);
        if self.model.pair(pair).total == 1 {
            // Its place may have been that of a pair now forgotten.
            self.queue.set(pair, 0.0);
        }
        judge(base, &self.model, &mut self.queue, self.theta, pair);
        for _ in 0..self.planning {
            let Some(worst) = self.queue.pop() else { break };
            self.sweep(base, worst, probe);
        }
    }

    #[inline(always)]
    fn sweep<P: Probe>(&mut self, base: &mut Base, pair: usize, probe: &mut P) {
        let known = self.model.pair(pair);
        let (key, act) = (known.key, ActionId(known.act));
        let before = base.table.max(key);
        let delta = base.table.nudge(key, act, target(base, &self.model, pair), 1.0, probe);
        // 0 times what is not finite is NaN.
        base.surprise += 0.0 * delta;
        self.imagined.push(key, act, delta);
        // Those before it ask only for the largest value here.
        if base.table.max(key).to_bits() != before.to_bits() {
            for pair in self.model.predecessors(key) {
                judge(base, &self.model, &mut self.queue, self.theta, pair);
            }
        }
    }
}

/// What the model makes of a pair.
#[inline(always)]
fn target(base: &Base, model: &Model, pair: usize) -> f32 {
    // Asked for once and not for each outcome: the search for a row is a call, and around a call the sum would go through memory.
    match base.table.listed() {
        Some(sheet) => mean(base.gamma, model, pair, |next| sheet.max(next as usize)),
        None => mean_of_some(base, model, pair),
    }
}

#[inline(never)]
fn mean_of_some(base: &Base, model: &Model, pair: usize) -> f32 {
    mean(base.gamma, model, pair, |next| base.table.max(next))
}

/// Σ p̂ (r + γ max Q(s′,·)).
#[inline(always)]
fn mean(gamma: f32, model: &Model, pair: usize, max: impl Fn(u64) -> f32) -> f32 {
    let worth = |o: &Outcome| if o.closed() { 0.0 } else { max(o.next) };
    let sum: f32 = model.outcomes(pair).map(|o| o.count as f32 * (o.reward + gamma * worth(o))).sum();
    sum / model.pair(pair).total as f32
}

/// Queues a pair by how wrong its value is.
#[inline(always)]
fn judge(base: &Base, model: &Model, queue: &mut Queue, theta: f32, pair: usize) {
    let known = model.pair(pair);
    let priority = (target(base, model, pair) - base.table.q(known.key, ActionId(known.act))).abs();
    if priority > theta {
        queue.set(pair, priority);
    }
}

impl Strategy for Sweeping {
    const NAME: &'static str = "prioritized-sweeping";
    const ABOUT: &'static str = "plans by a learned model where its values are most wrong, and backwards from there";
    const TERMS: &'static [Term] = &[NEW, Q, ALPHA, REWARD, GAMMA, NEXT, DELTA];
    const KNOBS: &'static [Knob] = &ALL;
    const ON_POLICY: bool = false;

    fn new(shape: &Shape, _: &Base) -> Self {
        let model = Model::new(shape, true);
        let queue = Queue::new(model.room());
        Sweeping { model, queue, imagined: Imagined::default(), now: 0, planning: 0, theta: 0.0 }
    }

    fn settle(&mut self, settings: &Settings) {
        self.planning = settings.0[PLANNING] as u64;
        self.theta = settings.0[THETA] as f32;
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.learn(base, t, dice, probe);
        base.choose(t.to, dice)
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        self.learn(base, t, dice, probe);
    }

    fn inside(&self, _: &Base, most: usize) -> Inside {
        let waiting = |(pair, value): (usize, f32)| Trace { key: self.model.pair(pair).key, act: self.model.pair(pair).act, value };
        let plan = Plan {
            pairs: self.model.len() as u64,
            outcomes: self.model.outcome_count(),
            planned: self.imagined.count,
            queue: self.queue.list(most).into_iter().map(waiting).collect(),
            last: self.imagined.list(most),
        };
        Inside { plan: Some(plan), ..Inside::default() }
    }

    fn cost(&self, _: &Base) -> u64 {
        2 + 8 * self.planning
    }
}

/// Pairs by priority, a binary heap. Of two with the same priority the one known longer comes first, so that the order follows from
/// the priorities alone.
#[derive(Clone)]
struct Queue {
    /// By pair; 0 where it does not wait.
    priorities: Vec<f32>,
    heap: Vec<Entry>,
    /// Of each pair in the heap.
    places: Vec<u32>,
}

/// A priority and its pair.
type Entry = (f32, u32);

fields!(Queue { priorities } then index);

fn before(a: Entry, b: Entry) -> bool {
    a.0 > b.0 || a.0 == b.0 && a.1 < b.1
}

impl Queue {
    fn new(room: usize) -> Queue {
        Queue { priorities: vec![0.0; room], heap: Vec::new(), places: vec![u32::MAX; room] }
    }

    fn index(&mut self) {
        self.heap.clear();
        self.places.fill(u32::MAX);
        for pair in 0..self.priorities.len() {
            if self.priorities[pair] > 0.0 {
                self.enter((self.priorities[pair], pair as u32));
            }
        }
    }

    fn enter(&mut self, entry: Entry) {
        self.heap.push(entry);
        self.rise(self.heap.len() - 1, entry);
    }

    /// Gives a pair a priority; 0 takes it out.
    fn set(&mut self, pair: usize, priority: f32) {
        let (waits, entry) = (self.places[pair] != u32::MAX, (priority, pair as u32));
        self.priorities[pair] = priority;
        match (waits, priority > 0.0) {
            (false, true) => self.enter(entry),
            (true, true) => self.settle(self.places[pair] as usize, entry),
            (true, false) => self.leave(self.places[pair] as usize),
            (false, false) => {}
        }
    }

    fn pop(&mut self) -> Option<usize> {
        let pair = self.heap.first()?.1 as usize;
        self.priorities[pair] = 0.0;
        self.leave(0);
        Some(pair)
    }

    fn leave(&mut self, place: usize) {
        self.places[self.heap[place].1 as usize] = u32::MAX;
        let last = self.heap.pop().expect("who leaves was in the heap");
        if place < self.heap.len() {
            self.settle(place, last);
        }
    }

    /// Puts an entry where it belongs, from a place whose own entry is moved elsewhere.
    fn settle(&mut self, place: usize, entry: Entry) {
        if place > 0 && before(entry, self.heap[(place - 1) / 2]) {
            self.rise(place, entry);
        } else {
            self.sink(place, entry);
        }
    }

    fn put(&mut self, place: usize, entry: Entry) {
        self.heap[place] = entry;
        self.places[entry.1 as usize] = place as u32;
    }

    fn rise(&mut self, mut place: usize, entry: Entry) {
        while place > 0 && before(entry, self.heap[(place - 1) / 2]) {
            self.put(place, self.heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        self.put(place, entry);
    }

    fn sink(&mut self, mut place: usize, entry: Entry) {
        loop {
            let mut first = 2 * place + 1;
            if first + 1 < self.heap.len() && before(self.heap[first + 1], self.heap[first]) {
                first += 1;
            }
            if first >= self.heap.len() || !before(self.heap[first], entry) {
                return self.put(place, entry);
            }
            self.put(place, self.heap[first]);
            place = first;
        }
    }

    /// Highest first.
    fn list(&self, most: usize) -> Vec<(usize, f32)> {
        let mut all: Vec<(usize, f32)> = self.heap.iter().map(|(priority, pair)| (*pair as usize, *priority)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
        all
    }
}
