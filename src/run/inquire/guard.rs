//! Breakpoints: training that stops on the very turn that meets one.

use super::row::Row;
use super::words::{acts, number, thousands};
use crate::learn::agent::Agent;
use crate::learn::machine::{Machine, Tick};
use crate::learn::probe::{Blind, Recorder};
use crate::num::curve::Sample;
use crate::run::findings::{Breakpoint, Stop};
use crate::run::interaction::Interaction;
use crate::run::passage::{Guard, Looks};
use crate::run::timeline::{Limit, Timeline};
use crate::world::World;

pub fn advance_until<A: Agent>(
    run: &mut Timeline<Interaction<World, A>>,
    limit: Limit,
    breakpoints: &[Breakpoint],
    to: Option<&mut Recorder>,
) -> Option<Stop> {
    let mut watchman = Watchman::new(run.machine(), breakpoints);
    let stopped = match to {
        Some(recorder) => run.advance_checked(limit, recorder, &mut watchman),
        None => run.advance_checked(limit, &mut Blind, &mut watchman),
    };
    let (at, text) = watchman.met.filter(|_| stopped)?;
    Some(Stop { breakpoint: breakpoints[at], tick: Tick(run.now().0 - 1), text })
}

struct Watchman<'a> {
    breakpoints: &'a [Breakpoint],
    looks: Looks,
    /// Dialogues finished.
    dialogues: u64,
    /// The smallest |δ| that is let pass; infinite where none is watched.
    delta: f32,
    flips: Vec<Flip>,
    /// Place in the list, and why.
    met: Option<(usize, String)>,
}

/// A state whose greedy acts are watched.
struct Flip {
    at: usize,
    state: u32,
    row: Row,
    /// Before the turn, where it may change them.
    greedy: Option<u64>,
}

impl<'a> Watchman<'a> {
    fn new<A: Agent>(machine: &Interaction<World, A>, breakpoints: &'a [Breakpoint]) -> Self {
        let states = machine.world.numbers();
        let (mut delta, mut flips) = (f32::INFINITY, Vec::new());
        for (at, breakpoint) in breakpoints.iter().enumerate() {
            match *breakpoint {
                Breakpoint::DeltaAbove(x) => delta = delta.min(x),
                Breakpoint::Flip { state } if u64::from(state) < states => {
                    flips.push(Flip { at, state, row: Row::new(&machine.world, state), greedy: None });
                }
                _ => {}
            }
        }
        let looks = match breakpoints {
            [] => Looks::Nowhere,
            _ if delta < f32::INFINITY || !flips.is_empty() => Looks::Turns,
            _ => Looks::Dialogues,
        };
        Watchman { breakpoints, looks, dialogues: machine.dialogues(), delta, flips, met: None }
    }

    /// Of several that one turn meets, the first of the list says why.
    fn meet(&mut self, at: usize, why: impl FnOnce() -> String) {
        if self.met.as_ref().is_none_or(|(first, _)| at < *first) {
            self.met = Some((at, why()));
        }
    }

    #[cold]
    fn surprised(&mut self, delta: f32, turn: u64) {
        for (at, breakpoint) in self.breakpoints.iter().enumerate() {
            if let Breakpoint::DeltaAbove(x) = *breakpoint
                && delta > x
            {
                self.meet(at, || format!("|δ| = {delta:.2} > {} at turn {}", number(x), thousands(turn)));
            }
        }
    }
}

impl<A: Agent> Guard<Interaction<World, A>> for Watchman<'_> {
    fn looks(&self) -> Looks {
        self.looks
    }

    fn finished(&mut self, sample: &Sample) -> bool {
        let (number_of, got) = (self.dialogues, sample.return_);
        self.dialogues += 1;
        for (at, breakpoint) in self.breakpoints.iter().enumerate() {
            let dialogue = || thousands(number_of);
            match *breakpoint {
                Breakpoint::Success if sample.success => self.meet(at, || format!("dialogue {} ended well", dialogue())),
                Breakpoint::ReturnBelow(y) if got < y => {
                    self.meet(at, || format!("return {} < {} in dialogue {}", number(got), number(y), dialogue()));
                }
                Breakpoint::ReturnAbove(y) if got > y => {
                    self.meet(at, || format!("return {} > {} in dialogue {}", number(got), number(y), dialogue()));
                }
                Breakpoint::Dialogues(n) if number_of + 1 == n => self.meet(at, || format!("{} dialogues are finished", thousands(n))),
                _ => {}
            }
        }
        self.met.is_some()
    }

    fn before(&mut self, machine: &Interaction<World, A>) {
        for flip in &mut self.flips {
            // A one-step update changes the row of the state it comes from, and no other.
            flip.greedy = (!A::ONE_STEP || machine.state() == flip.state).then(|| flip.row.greedy(machine));
        }
    }

    fn after(&mut self, machine: &Interaction<World, A>) -> bool {
        let turn = machine.now().0;
        let delta = machine.agent.surprise();
        if delta > self.delta {
            self.surprised(delta, turn);
        }
        for i in 0..self.flips.len() {
            let flip = &mut self.flips[i];
            let Some(before) = flip.greedy else {
                continue;
            };
            let after = flip.row.greedy(machine);
            if after != before {
                let (at, world) = (flip.at, &machine.world);
                let state = world.state_text(flip.state);
                let (from, to) = (acts(world, before), acts(world, after));
                self.meet(at, || format!("greedy act of \"{state}\" turned from {from} to {to} at turn {}", thousands(turn)));
            }
        }
        self.met.is_some()
    }
}
