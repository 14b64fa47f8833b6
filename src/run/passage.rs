//! Leading a machine through its ticks: each edit at its tick, and a guard that may stop it right after a turn.

use super::keyframes::Keyframes;
use super::timeline::Entry;
use crate::learn::machine::Machine;
use crate::learn::probe::{Blind, Probe};
use crate::num::curve::Sample;

/// What a guard looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Looks {
    Nowhere,
    Dialogues,
    Turns,
}

/// Who may stop a run right after a turn, by saying true.
pub trait Guard<M> {
    fn looks(&self) -> Looks;
    /// Hears each dialogue as it is finished.
    fn finished(&mut self, _: &Sample) -> bool {
        false
    }
    /// Sees the machine before and after each turn; the edits after that turn are still to come.
    fn before(&mut self, _: &M) {}
    fn after(&mut self, _: &M) -> bool {
        false
    }
}

/// Stops nothing.
pub struct Free;

impl<M> Guard<M> for Free {
    #[inline(always)]
    fn looks(&self) -> Looks {
        Looks::Nowhere
    }
}

/// Runs a machine, turn by turn where the guard looks at every one (known at compile time for a guard that stops nothing); `finished` says whether to go on. True: the guard stopped it.
#[inline(always)]
pub fn go<M: Machine, P: Probe, G: Guard<M> + ?Sized>(
    machine: &mut M,
    ticks: u64,
    dialogues: u64,
    probe: &mut P,
    guard: &mut G,
    mut finished: impl FnMut(&Sample) -> bool,
) -> bool {
    let looks = guard.looks();
    let (mut met, mut on) = (false, true);
    while on && !met && machine.now().0 < ticks && machine.dialogues() < dialogues {
        let mut stop = ticks;
        if looks == Looks::Turns {
            guard.before(machine);
            stop = machine.now().0 + 1;
        }
        machine.run(stop, dialogues, probe, &mut |sample| {
            met = looks != Looks::Nowhere && guard.finished(sample);
            on = finished(sample);
            on && !met
        });
        met |= looks == Looks::Turns && guard.after(machine);
    }
    met
}

/// Replays a machine up to a tick or a number of dialogues, each edit at its tick. True: the guard stopped it.
pub fn roll<M: Machine, P: Probe, G: Guard<M> + ?Sized>(
    machine: &mut M,
    journal: &[Entry],
    ticks: u64,
    dialogues: u64,
    probe: &mut P,
    guard: &mut G,
) -> bool {
    let mut met = false;
    while !met && machine.now().0 < ticks && machine.dialogues() < dialogues {
        let now = machine.now().0;
        let next = journal.get(journal.partition_point(|e| e.tick <= now)).map_or(u64::MAX, |e| e.tick);
        met = go(machine, ticks.min(next), dialogues, probe, guard, |_| true);
        apply_edits(machine, journal);
    }
    met
}

pub fn edits_at(journal: &[Entry], tick: u64) -> impl Iterator<Item = &Entry> {
    journal[journal.partition_point(|e| e.tick < tick)..].iter().take_while(move |e| e.tick == tick)
}

/// Applies the edits of the machine's present tick, which it has just reached.
pub fn apply_edits<M: Machine>(machine: &mut M, journal: &[Entry]) {
    for entry in edits_at(journal, machine.now().0) {
        machine.apply(&entry.edit).expect("an edit that was accepted once is accepted again");
    }
}

/// A copy of a run's machine that goes through the run's past turn by turn.
pub struct Walk<'a, M> {
    pub machine: M,
    journal: &'a [Entry],
    frames: &'a Keyframes,
    /// The first edit that is still to come.
    next: usize,
}

impl<'a, M: Machine> Walk<'a, M> {
    /// The machine stands after the edits of its tick.
    pub fn new(machine: M, journal: &'a [Entry], frames: &'a Keyframes) -> Self {
        let next = journal.partition_point(|e| e.tick <= machine.now().0);
        Walk { machine, journal, frames, next }
    }

    /// Goes to a frame.
    pub fn jump(&mut self, frame: usize) {
        self.frames.restore(frame, &mut self.machine);
        apply_edits(&mut self.machine, self.journal);
        self.next = self.journal.partition_point(|e| e.tick <= self.machine.now().0);
    }

    /// One turn; the edits after it are still to come.
    pub fn turn(&mut self) {
        self.watched(&mut Blind);
    }

    pub fn watched<P: Probe>(&mut self, probe: &mut P) {
        self.machine.run(self.machine.now().0 + 1, u64::MAX, probe, &mut |_| true);
    }

    /// The edits of the present tick; whether there were any.
    pub fn edit(&mut self) -> bool {
        let first = self.next;
        while let Some(entry) = self.journal.get(self.next).filter(|e| e.tick <= self.machine.now().0) {
            self.machine.apply(&entry.edit).expect("an edit that was accepted once is accepted again");
            self.next += 1;
        }
        self.next > first
    }
}
