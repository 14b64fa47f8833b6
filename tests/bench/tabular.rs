//! Tabular agents that correct a pair or two a turn, each against its own bare loop.

use dialoq::num::dice::Dice;
use dialoq::world::World;

use super::actor::Actor;
use super::rows::{ALPHA, EPSILON, GAMMA, Learner, Rows, Turn, bits, choose, compare, drive, pick};
use super::traced::Traced;
use super::{ROUNDS, world};

const TURNS: u64 = 5_000_000;
/// Turns whose rewards n-step Sarsa waits for in this scenario.
const N: usize = 2;

struct Sarsa(Rows);

impl Learner for Sarsa {
    const ACT_FIRST: bool = true;

    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        choose(self.0.greedy(state), legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, _: &mut Dice) {
        let next = if t.closed { 0.0 } else { self.0.q[t.next][t.next_act] };
        self.0.nudge(t.state, t.act, t.reward + GAMMA * next, ALPHA);
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.0.q)
    }
}

struct ExpectedSarsa {
    rows: Rows,
    legal: Vec<u64>,
    /// Of each row, made anew when it is written: nothing waits for it there.
    sums: Vec<f32>,
}

impl ExpectedSarsa {
    fn new(world: &World) -> Self {
        let rows = Rows::new(world);
        ExpectedSarsa { sums: vec![0.0; rows.q.len()], rows, legal: world.tables().masks().to_vec() }
    }

    /// Of the legal values, added by rising act.
    #[inline(always)]
    fn sum(&self, state: usize) -> f32 {
        let (mut sum, mut rest) = (0.0, self.legal[state]);
        while rest != 0 {
            sum += self.rows.q[state][rest.trailing_zeros() as usize];
            rest &= rest - 1;
        }
        sum
    }
}

impl Learner for ExpectedSarsa {
    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        choose(self.rows.greedy(state), legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, _: &mut Dice) {
        let acts = self.legal[t.next].count_ones() as f32;
        let expected = (1.0 - EPSILON) * self.rows.max(t.next) + EPSILON * self.sums[t.next] / acts;
        self.rows.nudge(t.state, t.act, t.reward + GAMMA * if t.closed { 0.0 } else { expected }, ALPHA);
        self.sums[t.state] = self.sum(t.state);
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.rows.q)
    }
}

struct DoubleQ {
    mean: Rows,
    twins: [Rows; 2],
}

impl DoubleQ {
    fn new(world: &World) -> Self {
        let mean = Rows::new(world);
        DoubleQ { twins: [mean.clone(), mean.clone()], mean }
    }
}

impl Learner for DoubleQ {
    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        choose(self.mean.greedy(state), legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, dice: &mut Dice) {
        let draw = dice.draw();
        let i = (draw & 1) as usize;
        let next = if t.closed { 0.0 } else { self.twins[1 - i].q[t.next][pick(self.twins[i].greedy(t.next), draw >> 32)] };
        let before = self.twins[i].q[t.state][t.act];
        let half = before + ALPHA * (t.reward + GAMMA * next - before);
        self.twins[i].put(t.state, t.act, half);
        self.mean.put(t.state, t.act, (half + self.twins[1 - i].q[t.state][t.act]) * 0.5);
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.mean.q)
    }
}

struct NStepSarsa {
    rows: Rows,
    /// Pairs that wait, the oldest first, with their rewards.
    waiting: [(usize, usize, f32); N],
    len: usize,
}

impl NStepSarsa {
    /// Corrects the oldest pair, and lets it go.
    #[inline(always)]
    fn correct(&mut self, next: f32) {
        let (mut g, mut discount) = (0.0, 1.0);
        for (_, _, reward) in &self.waiting[..self.len] {
            g += discount * reward;
            discount *= GAMMA;
        }
        let (state, act, _) = self.waiting[0];
        self.rows.nudge(state, act, g + discount * next, ALPHA);
        self.waiting.copy_within(1.., 0);
        self.len -= 1;
    }
}

impl Learner for NStepSarsa {
    const ACT_FIRST: bool = true;

    #[inline(always)]
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        choose(self.rows.greedy(state), legal, dice)
    }

    #[inline(always)]
    fn learn(&mut self, t: &Turn, _: &mut Dice) {
        let next = if t.closed { 0.0 } else { self.rows.q[t.next][t.next_act] };
        self.waiting[self.len] = (t.state, t.act, t.reward);
        self.len += 1;
        if t.over {
            while self.len > 0 {
                self.correct(next);
            }
        } else if self.len == N {
            self.correct(next);
        }
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.rows.q)
    }
}

pub fn tabular() {
    let world = &world("customer-service");
    println!("tabular agents against their own bare loops on customer-service, one thread, median of {ROUNDS}");
    let (many, few) = ((TURNS, ROUNDS), (TURNS / 5, ROUNDS));
    compare(world, "sarsa", many, |w, n| drive(w, n, Sarsa(Rows::new(w))));
    compare(world, "expected-sarsa", many, |w, n| drive(w, n, ExpectedSarsa::new(w)));
    compare(world, "double-q", many, |w, n| drive(w, n, DoubleQ::new(w)));
    compare(world, "q-lambda", many, |w, n| drive(w, n, Traced::<true>::new(w)));
    compare(world, "sarsa-lambda", many, |w, n| drive(w, n, Traced::<false>::new(w)));
    compare(world, "n-step-sarsa", many, |w, n| drive(w, n, NStepSarsa { rows: Rows::new(w), waiting: [(0, 0, 0.0); N], len: 0 }));
    compare(world, "actor-critic", few, |w, n| drive(w, n, Actor::new(w)));
}
