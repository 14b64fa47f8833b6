//! Prioritised sweeping: plans where it matters most. A pair whose value is wrong by more than θ waits in a queue; the worst one
//! is put right from the model, then those that lead to it are looked at: a surprise spreads backwards.
//! Q(s,a) ← Σ p̂ (r + γ max Q(s′,·)), p̂ the share of each outcome so far (an expected update).
//! Source: Moore & Atkeson 1993; Sutton & Barto 2018, §8.4 and 8.5.

use super::base::Base;
use super::dyna_q::{Imagined, NEXT, PLANNING_KNOB};
use super::knobs::{COUNT, KNOBS};
use super::model::Model;
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
    /// Empty between two sweeps.
    leading: Vec<usize>,
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
        self.judge(base, pair);
        for _ in 0..self.planning {
            let Some(worst) = self.queue.pop() else { break };
            self.sweep(base, worst, probe);
        }
    }

    /// What the model makes of a pair.
    #[inline(always)]
    fn target(&self, base: &Base, pair: usize) -> f32 {
        let worth = |next: u64, closed: bool| if closed { 0.0 } else { base.table.max(next) };
        let sum: f32 = self.model.outcomes(pair).map(|o| o.count as f32 * (o.reward + base.gamma * worth(o.next, o.closed()))).sum();
        sum / self.model.pair(pair).total as f32
    }

    /// Queues a pair by how wrong its value is.
    #[inline(always)]
    fn judge(&mut self, base: &Base, pair: usize) {
        let known = self.model.pair(pair);
        let priority = (self.target(base, pair) - base.table.q(known.key, ActionId(known.act))).abs();
        if priority > self.theta {
            self.queue.set(pair, priority);
        }
    }

    #[inline(always)]
    fn sweep<P: Probe>(&mut self, base: &mut Base, pair: usize, probe: &mut P) {
        let known = self.model.pair(pair);
        let (key, act) = (known.key, ActionId(known.act));
        let before = base.table.max(key);
        let delta = base.table.nudge(key, act, self.target(base, pair), 1.0, probe);
        // 0 times what is not finite is NaN.
        base.surprise += 0.0 * delta;
        self.imagined.push(key, act, delta);
        // Those before it ask only for the largest value here.
        if base.table.max(key).to_bits() != before.to_bits() {
            let mut leading = std::mem::take(&mut self.leading);
            leading.extend(self.model.predecessors(key));
            for pair in leading.drain(..) {
                self.judge(base, pair);
            }
            self.leading = leading;
        }
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
        Sweeping { model, queue, imagined: Imagined::default(), now: 0, planning: 0, theta: 0.0, leading: Vec::new() }
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
    heap: Vec<u32>,
    /// Of each pair in the heap.
    places: Vec<u32>,
}

fields!(Queue { priorities } then index);

impl Queue {
    fn new(room: usize) -> Queue {
        Queue { priorities: vec![0.0; room], heap: Vec::new(), places: vec![u32::MAX; room] }
    }

    fn index(&mut self) {
        self.heap.clear();
        self.places.fill(u32::MAX);
        for pair in 0..self.priorities.len() {
            if self.priorities[pair] > 0.0 {
                self.enter(pair);
            }
        }
    }

    fn enter(&mut self, pair: usize) {
        self.places[pair] = self.heap.len() as u32;
        self.heap.push(pair as u32);
        self.rise(self.heap.len() - 1);
    }

    /// Gives a pair a priority; 0 takes it out.
    fn set(&mut self, pair: usize, priority: f32) {
        let waits = self.places[pair] != u32::MAX;
        self.priorities[pair] = priority;
        match (waits, priority > 0.0) {
            (false, true) => self.enter(pair),
            (true, true) => {
                let place = self.rise(self.places[pair] as usize);
                self.sink(place);
            }
            (true, false) => self.leave(self.places[pair] as usize),
            (false, false) => {}
        }
    }

    fn pop(&mut self) -> Option<usize> {
        let pair = *self.heap.first()? as usize;
        self.priorities[pair] = 0.0;
        self.leave(0);
        Some(pair)
    }

    fn leave(&mut self, place: usize) {
        let last = self.heap.len() - 1;
        self.swap(place, last);
        let pair = self.heap.pop().expect("who leaves was in the heap") as usize;
        self.places[pair] = u32::MAX;
        if place < last {
            let place = self.rise(place);
            self.sink(place);
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.places[self.heap[a] as usize] = a as u32;
        self.places[self.heap[b] as usize] = b as u32;
    }

    fn before(&self, a: usize, b: usize) -> bool {
        let of = |place: usize| (self.priorities[self.heap[place] as usize], self.heap[place]);
        let ((p, i), (q, j)) = (of(a), of(b));
        p > q || p == q && i < j
    }

    fn rise(&mut self, mut place: usize) -> usize {
        while place > 0 && self.before(place, (place - 1) / 2) {
            self.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
        place
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let (left, right) = (2 * place + 1, 2 * place + 2);
            let mut first = place;
            for child in [left, right] {
                if child < self.heap.len() && self.before(child, first) {
                    first = child;
                }
            }
            if first == place {
                return;
            }
            self.swap(place, first);
            place = first;
        }
    }

    /// Highest first.
    fn list(&self, most: usize) -> Vec<(usize, f32)> {
        let mut all: Vec<(usize, f32)> = self.heap.iter().map(|p| (*p as usize, self.priorities[*p as usize])).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
        all
    }
}
