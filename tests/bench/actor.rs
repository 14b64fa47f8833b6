//! Actor-critic with eligibility traces as a bare loop: whole rows are decayed and corrected at a time, and the policy that an act
//! was drawn from is kept for its update.

use dialoq::num::dice::Dice;
use dialoq::num::lanes::top;
use dialoq::world::World;

use super::rows::{GAMMA, Learner, Row, Turn, WIDTH, bits, fresh};

const ALPHA: f32 = 0.02;
const ALPHA_CRITIC: f32 = 0.1;
const DECAY: f32 = GAMMA * 0.7;
const LEAST: f32 = 1e-4;

struct Trace {
    state: usize,
    critic: f32,
    actor: Row,
}

pub struct Actor {
    h: Vec<Row>,
    v: Vec<f32>,
    legal: Vec<u64>,
    traces: Vec<Trace>,
    /// π(·|s) of the pending act's state.
    policy: [f64; WIDTH],
    discount: f32,
    updates: u64,
}

impl Actor {
    pub fn new(world: &World) -> Self {
        let (h, legal) = (fresh(world), world.tables().masks().to_vec());
        Actor { v: vec![0.0; h.len()], h, legal, traces: Vec::new(), policy: [0.0; WIDTH], discount: 1.0, updates: 0 }
    }

    fn decay(&mut self) {
        self.traces.retain_mut(|z| {
            z.critic *= DECAY;
            z.actor.iter_mut().for_each(|z| *z *= DECAY);
            z.actor.iter().fold(z.critic >= LEAST, |lives, z| lives | (z.abs() >= LEAST))
        });
    }
}

/// The set bits of a mask.
fn acts(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let act = (mask != 0).then_some(mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(act)
    })
}

fn policy(h: &Row, legal: u64) -> [f64; WIDTH] {
    let largest = f64::from(top(h).0);
    let mut policy = [0.0; WIDTH];
    acts(legal).for_each(|a| policy[a] = libm::exp(f64::from(h[a]) - largest));
    let total: f64 = acts(legal).map(|a| policy[a]).sum();
    policy.map(|p| p / total)
}

impl Learner for Actor {
    fn begin(&mut self) {
        self.traces.clear();
        self.discount = 1.0;
    }

    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize {
        self.policy = policy(&self.h[state], legal);
        let mut rest = dice.unit() * acts(legal).map(|a| self.policy[a]).sum::<f64>();
        let mut last = 0;
        for a in acts(legal).filter(|a| self.policy[*a] > 0.0) {
            last = a;
            if rest < self.policy[a] {
                break;
            }
            rest -= self.policy[a];
        }
        last
    }

    fn learn(&mut self, t: &Turn, _: &mut Dice) {
        let next = if t.closed { 0.0 } else { self.v[t.next] };
        let delta = t.reward + GAMMA * next - self.v[t.state];
        self.decay();
        let place = self.traces.iter().position(|z| z.state == t.state).unwrap_or_else(|| {
            self.traces.push(Trace { state: t.state, critic: 0.0, actor: [0.0; WIDTH] });
            self.traces.len() - 1
        });
        let here = &mut self.traces[place];
        here.critic += 1.0;
        for (a, z) in here.actor.iter_mut().enumerate() {
            *z += self.discount * (f32::from(u8::from(a == t.act)) - self.policy[a] as f32);
        }
        for z in &self.traces {
            self.v[z.state] += ALPHA_CRITIC * delta * z.critic;
            for (h, z) in self.h[z.state].iter_mut().zip(&z.actor) {
                *h += ALPHA * delta * z;
            }
            self.updates += u64::from(self.legal[z.state].count_ones());
        }
        self.discount *= GAMMA;
    }

    fn bits(&self) -> Vec<u32> {
        bits(&self.h)
    }

    fn updates(&self) -> Option<u64> {
        Some(self.updates)
    }
}
