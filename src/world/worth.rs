//! What a policy is worth, exactly: the chance of being in each state, turn by turn, and what is earned there.
//! Source: Sutton & Barto 2018, eq. 3.18 unrolled from the start; the turn limit as in Pardo et al. 2018.

use super::direct::{self, System};
use super::mdp::Mdp;
use super::solve::Policy;

#[derive(Clone, Debug, Default)]
pub struct Worth {
    /// Discounted, from the start, without a turn limit (a learner bootstraps through it); NaN where that is infinite, as for
    /// γ = 1 and a policy that never ends.
    pub value: f64,
    /// Undiscounted, under the turn limit.
    pub return_: f64,
    /// Probability of success under the turn limit.
    pub success: f64,
    pub turns: f64,
    /// Expected visits of a state in a dialogue under the turn limit, for the states that are met.
    pub met: Vec<(u32, f64)>,
}

/// What is left of the discounted reward below this share changes no digit that is shown.
const REST: f64 = 1e-12;
const TURNS_MAX: u32 = 200_000;
/// Turns after which what is still to come is computed at once.
const TURNS_BEFORE_DIRECT: u32 = 50_000;
const SWEEPS_MAX: u32 = 20_000;
/// Two ways of adding up the same chances differ by less.
const ROUNDING: f64 = 1e-10;
/// How far a solution's values may be from the true ones.
const SLACK: f64 = 1e-6;

pub fn evaluate(mdp: &Mdp, policy: &Policy, gamma: f64) -> Worth {
    let mut greedy = |state: u32| policy.acts[state as usize];
    let mut chain = Chain::new(mdp, &mut greedy, policy.epsilon);
    let mut here: Vec<(u32, f64)> = mdp.start.iter().map(|(s, p)| (chain.row(*s), *p)).collect();
    let mut worth = Worth::default();
    let (mut discount, mut turn) = (1.0, 0);
    let mut met: Vec<f64> = Vec::new();
    let mut mass: Vec<f64> = Vec::new();
    while !here.is_empty() && turn < mdp.turn_limit.min(TURNS_MAX) {
        here = chain.turn(here, &mut mass, &mut |row, entry, p| {
            met.resize(met.len().max(row as usize + 1), 0.0);
            met[row as usize] += p;
            worth.value += discount * p * entry.reward;
            worth.turns += p;
            worth.return_ += p * entry.reward;
            worth.success += p * entry.success;
        });
        turn += 1;
        discount *= gamma;
    }
    let left: f64 = here.iter().map(|(_, p)| p).sum();
    if discount * left * chain.largest >= REST * (1.0 - gamma).max(1e-3) {
        let further = chain.values(gamma);
        worth.value += discount * here.iter().map(|(row, p)| p * further[*row as usize]).sum::<f64>();
    }
    worth.met = met.iter().enumerate().filter(|(_, m)| **m > 0.0).map(|(row, m)| (chain.states[row], *m)).collect();
    worth
}

/// Whether `evaluate` would give a greedy policy at least this value; it is asked for the acts of the states that it meets. `best` is
/// the optimal value of each state: what can still come is bounded by it, so that a poor policy of a large world is known for one
/// after a few turns.
pub fn reaches(mdp: &Mdp, greedy: &mut dyn FnMut(u32) -> u64, gamma: f64, best: &[f64], goal: f64) -> bool {
    let mut chain = Chain::new(mdp, greedy, 0.0);
    let mut here: Vec<(u32, f64)> = mdp.start.iter().map(|(s, p)| (chain.row(*s), *p)).collect();
    let mut mass: Vec<f64> = Vec::new();
    let (mut value, mut discount, mut turn) = (0.0, 1.0, 0);
    loop {
        let left: f64 = here.iter().map(|(_, p)| p).sum();
        let rounding = ROUNDING * (goal.abs() / 1e3).max(1.0);
        if here.is_empty() || turn >= mdp.turn_limit && discount * left * chain.largest < REST * (1.0 - gamma).max(1e-3) {
            return value >= goal - rounding;
        }
        if turn == TURNS_BEFORE_DIRECT.max(mdp.turn_limit) && gamma < 1.0 {
            let further = chain.values(gamma);
            value += discount * here.iter().map(|(row, p)| p * further[*row as usize]).sum::<f64>();
            return value >= goal - rounding;
        }
        let hope: f64 = here.iter().map(|(row, p)| p * best[chain.states[*row as usize] as usize]).sum();
        if turn == TURNS_MAX || value + discount * hope < goal - SLACK {
            return false;
        }
        here = chain.turn(here, &mut mass, &mut |_, entry, p| value += discount * p * entry.reward);
        turn += 1;
        discount *= gamma;
    }
}

/// One state under the policy.
#[derive(Clone, Copy, Default)]
struct Entry {
    /// Expected reward of the turn, and the chance that it ends the dialogue well.
    reward: f64,
    success: f64,
    /// Its moves in `moves`; empty and `u32::MAX` until it is opened.
    first: u32,
    last: u32,
}

/// The policy's Markov chain, as far as it has been met: rows are numbered in the order of meeting.
struct Chain<'a> {
    mdp: &'a Mdp,
    /// Mask of a state's greedy acts.
    greedy: &'a mut dyn FnMut(u32) -> u64,
    epsilon: f64,
    ids: Vec<u32>,
    states: Vec<u32>,
    rows: Vec<Entry>,
    moves: Vec<(u32, f64)>,
    /// Chances of the row that is being opened, by the row they lead to: many acts may lead to one. All 0 between two rows.
    chances: Vec<f64>,
    /// The largest |reward| of a turn so far, to judge what is left.
    largest: f64,
}

const CLOSED: u32 = u32::MAX;

impl<'a> Chain<'a> {
    fn new(mdp: &'a Mdp, greedy: &'a mut dyn FnMut(u32) -> u64, epsilon: f64) -> Self {
        let ids = vec![u32::MAX; mdp.state_count() as usize];
        Chain { mdp, greedy, epsilon, ids, states: Vec::new(), rows: Vec::new(), moves: Vec::new(), chances: Vec::new(), largest: 1.0 }
    }

    fn row(&mut self, state: u32) -> u32 {
        let id = &mut self.ids[state as usize];
        if *id == u32::MAX {
            *id = self.states.len() as u32;
            self.states.push(state);
            self.rows.push(Entry { first: CLOSED, ..Entry::default() });
        }
        *id
    }

    /// One turn on: hears of every row with its chance, and gives the chances of the rows after it. `mass` is empty before and after.
    fn turn(&mut self, here: Vec<(u32, f64)>, mass: &mut Vec<f64>, heard: &mut impl FnMut(u32, &Entry, f64)) -> Vec<(u32, f64)> {
        let mut next = Vec::with_capacity(here.len());
        for (row, p) in here {
            self.open(row);
            let entry = self.rows[row as usize];
            heard(row, &entry, p);
            for k in entry.first..entry.last {
                let (to, q) = self.moves[k as usize];
                mass.resize(mass.len().max(to as usize + 1), 0.0);
                if mass[to as usize] == 0.0 {
                    next.push((to, 0.0));
                }
                mass[to as usize] += p * q;
            }
        }
        for (to, p) in &mut next {
            *p = std::mem::take(&mut mass[*to as usize]);
        }
        // A chance below this is nothing, and would keep the loop busy.
        next.retain(|(_, p)| *p > 1e-300);
        next
    }

    /// The value of every row, without a turn limit; NaN where there is none. Rows are swept against the order of meeting, as
    /// dialogues run towards new ones, and staying is solved for: a policy that dithers needs no more sweeps than another.
    fn values(&mut self, gamma: f64) -> Vec<f64> {
        let mut row = 0;
        while row < self.rows.len() {
            self.open(row as u32);
            row += 1;
        }
        let mut values = vec![0.0; self.rows.len()];
        let direct = gamma < 1.0 && self.rows.len() <= direct::STATES_MAX as usize;
        for _ in 0..SWEEPS_MAX {
            let mut change: f64 = 0.0;
            for row in (0..self.rows.len()).rev() {
                let entry = self.rows[row];
                let (mut value, mut stays) = (entry.reward, 0.0);
                for (to, p) in &self.moves[entry.first as usize..entry.last as usize] {
                    if *to as usize == row {
                        stays += p;
                    } else {
                        value += gamma * p * values[*to as usize];
                    }
                }
                let left = 1.0 - gamma * stays;
                // Who never leaves and earns nothing is worth nothing.
                let value = if value == 0.0 { 0.0 } else { value / left.max(0.0) };
                change = change.max((value - values[row]).abs());
                values[row] = value;
            }
            if change <= REST * self.largest {
                return values;
            }
            if !change.is_finite() {
                break;
            }
        }
        if let Some(values) = direct.then(|| self.solved(gamma)).flatten() {
            return values;
        }
        values.fill(f64::NAN);
        values
    }

    /// The value of every row by a direct solution, where γ is so close to 1 that sweeps do not come to an end. All rows are open.
    fn solved(&self, gamma: f64) -> Option<Vec<f64>> {
        let mut system = System::new(self.rows.len());
        for (row, entry) in self.rows.iter().enumerate() {
            system.earn(row, entry.reward);
            for (to, p) in &self.moves[entry.first as usize..entry.last as usize] {
                system.lead(row, *to as usize, gamma * p);
            }
        }
        system.solve()
    }

    /// Lists a row's moves, once.
    fn open(&mut self, row: u32) {
        if self.rows[row as usize].first != CLOSED {
            return;
        }
        let state = self.states[row as usize];
        let legal = self.mdp.legal(state);
        let greedy = (self.greedy)(state) & legal;
        let mut entry = Entry { first: self.moves.len() as u32, ..Entry::default() };
        for act in (0..self.mdp.action_count()).filter(|a| legal >> a & 1 == 1) {
            let weight = weight(greedy, legal, self.epsilon, act);
            if weight > 0.0 {
                for b in self.mdp.outcomes(state, act).iter().filter(|b| b.probability > 0.0) {
                    let p = weight * b.probability;
                    entry.reward += p * b.reward;
                    self.largest = self.largest.max(b.reward.abs());
                    if !b.closed {
                        let to = self.row(b.next);
                        self.chances.resize(self.chances.len().max(to as usize + 1), 0.0);
                        if self.chances[to as usize] == 0.0 {
                            self.moves.push((to, 0.0));
                        }
                        self.chances[to as usize] += p;
                    } else if b.success {
                        entry.success += p;
                    }
                }
            }
        }
        for (to, p) in &mut self.moves[entry.first as usize..] {
            *p = std::mem::take(&mut self.chances[*to as usize]);
        }
        entry.last = self.moves.len() as u32;
        self.rows[row as usize] = entry;
    }
}

/// Probability of an act where those of a mask are greedy.
fn weight(greedy: u64, legal: u64, epsilon: f64, a: u32) -> f64 {
    let share = if greedy >> a & 1 == 1 { (1.0 - epsilon) / f64::from(greedy.count_ones()) } else { 0.0 };
    share + epsilon / f64::from(legal.count_ones())
}
