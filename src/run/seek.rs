//! Going to another moment of the past, or back to the head: the last frame before it, then a replay that can be stopped.

use super::timeline::{Limit, Timeline};
use crate::learn::machine::{Machine, Tick};
use crate::learn::probe::Blind;

/// A seek that replayed more than this (in turns of a table) keeps a frame close before its goal, so that the next step back is short.
const LONG_REPLAY: u64 = 2048;
/// Turns of a table replayed between two questions whether to go on: two milliseconds or so.
const BETWEEN: u64 = 1 << 16;

impl<M: Machine> Timeline<M> {
    /// Goes to a tick, back or forth but never past the head. `keep_going` hears the share of the work done and may stop it on the way: then
    /// the machine stands where it stood.
    pub fn seek(&mut self, to: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> bool {
        let to = to.0.min(self.head);
        let now = self.machine.now().0;
        if now == self.head && to < now {
            // The way back to the head is short.
            self.keep();
        }
        let frame = self.frames.at_tick(to).expect("there is always the frame of tick 0");
        let restores = to < now || self.frames.tick_of(frame) > now;
        let from = if restores { self.frames.tick_of(frame) } else { now };
        let cost = self.machine.cost().max(1);
        let step = (BETWEEN / cost).max(1);
        // A way of one step is not stopped.
        let stood = (to - from > step).then(|| (self.machine.clone(), self.fault.clone()));
        // A fault stops what goes on from it, not what is replayed before it.
        if to < self.head {
            self.fault = None;
        }
        if restores {
            self.restore(frame);
        }
        let work = self.machine.work(from, to).max(1) as f32;
        let long = (LONG_REPLAY / cost).max(16);
        let stop = if to - from > long { to - long / 4 } else { to };
        for goal in [stop, to] {
            while self.machine.now().0 < goal {
                let step = (goal - self.machine.now().0).min(step);
                self.advance(Limit::ticks(step), &mut Blind);
                let goes_on = keep_going(self.machine.work(from, self.machine.now().0) as f32 / work);
                if let Some((machine, fault)) = stood.as_ref().filter(|_| !goes_on && self.machine.now().0 < to) {
                    (self.machine, self.fault) = (machine.clone(), fault.clone());
                    return false;
                }
            }
            if goal < to {
                self.keep();
            }
        }
        true
    }
}
