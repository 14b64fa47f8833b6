//! Planning agents against their own bare loops. Counted per update, real ones and planned ones together.

use dialoq::num::dice::{Dice, scale};
use dialoq::world::World;

use super::rows::{ALPHA, GAMMA, Learner, Rows, Turn, WIDTH, bits, choose, compare, drive};
use super::sweeping::Sweeping;
use super::world;

const TURNS: u64 = 1_000_000;
const ROUNDS: usize = 5;
pub const PLANNING: u64 = 5;

/// What a pair led to, and how often.
#[derive(Default)]
pub struct Pair {
    pub state: u32,
    pub act: u32,
    pub total: u32,
    pub outcomes: Vec<Outcome>,
}

pub struct Outcome {
    pub next: u32,
    pub reward: f32,
    pub closed: bool,
    pub count: u32,
}

/// Pairs in the order in which they were met first.
pub struct Model {
    places: Vec<u32>,
    pub pairs: Vec<Pair>,
}

impl Model {
    pub fn new(rows: &Rows) -> Model {
        Model { places: vec![u32::MAX; rows.q.len() * WIDTH], pairs: Vec::new() }
    }

    /// The pair's place, and whether it never led there before.
    #[inline(always)]
    pub fn observe(&mut self, t: &Turn) -> (usize, bool) {
        let place = &mut self.places[t.state * WIDTH + t.act];
        if *place == u32::MAX {
            *place = self.pairs.len() as u32;
            self.pairs.push(Pair { state: t.state as u32, act: t.act as u32, ..Pair::default() });
        }
        let pair = &mut self.pairs[*place as usize];
        pair.total += 1;
        let same = |o: &&mut Outcome| (o.next, o.reward.to_bits(), o.closed) == (t.next as u32, t.reward.to_bits(), t.closed);
        if let Some(known) = pair.outcomes.iter_mut().find(same) {
            known.count += 1;
            return (*place as usize, false);
        }
        pair.outcomes.push(Outcome { next: t.next as u32, reward: t.reward, closed: t.closed, count: 1 });
        (*place as usize, true)
    }
}

struct DynaQ {
    rows: Rows,
    model: Model,
    updates: u64,
}

impl DynaQ {
    fn new(world: &World) -> Self {
        let rows = Rows::new(world);
        DynaQ { model: Model::new(&rows), rows, updates: 0 }
    }
}

impl Learner for DynaQ {
    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        choose(self.rows.greedy(state), legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, dice: &mut Dice) {
        let rows = &mut self.rows;
        rows.nudge(t.state, t.act, t.reward + if t.closed { 0.0 } else { GAMMA * rows.max(t.next) }, ALPHA);
        self.model.observe(t);
        let key = dice.key();
        for i in 0..PLANNING {
            let draw = Dice::at(key, i).draw();
            let pair = &self.model.pairs[scale(draw >> 32, self.model.pairs.len() as u32) as usize];
            let mut rest = scale(draw & 0xffff_ffff, pair.total);
            for o in &pair.outcomes {
                if rest < o.count {
                    let next = if o.closed { 0.0 } else { GAMMA * rows.max(o.next as usize) };
                    rows.nudge(pair.state as usize, pair.act as usize, o.reward + next, ALPHA);
                    break;
                }
                rest -= o.count;
            }
        }
        self.updates += 1 + PLANNING;
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.rows.q)
    }

    fn updates(&self) -> Option<u64> {
        Some(self.updates)
    }
}

pub fn planning() {
    let world = &world("customer-service");
    println!("planning on customer-service, n = {PLANNING}, one thread, median of {ROUNDS}");
    compare(world, "dyna-q", (TURNS, ROUNDS), |w, n| drive(w, n, DynaQ::new(w)));
    compare(world, "prioritized-sweeping", (TURNS, ROUNDS), |w, n| drive(w, n, Sweeping::new(w)));
}
