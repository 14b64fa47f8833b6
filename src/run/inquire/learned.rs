//! When a cell was changed: last, most, or so that its state's greedy acts became others.

use super::between;
use super::row::Row;
use crate::learn::agent::Agent;
use crate::learn::machine::Machine;
use crate::run::findings::{Change, Found};
use crate::run::interaction::Interaction;
use crate::run::passage::Walk;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::env::Env;

/// Looks back from frame to frame; between two with as many updates of the cell (or of the row, for a flip) nothing is replayed.
pub fn learned<A: Agent>(
    run: &Timeline<Interaction<World, A>>,
    state: u32,
    act: u16,
    change: Change,
    keep_going: &mut dyn FnMut(f32) -> bool,
) -> Option<Found> {
    let world = &run.machine().world;
    // A flip is a matter of the whole state, whichever of its acts was asked about.
    let asked = |act: u16| change == Change::Flip || act < 64 && world.legal(state) >> act & 1 == 1;
    let there = u64::from(state) < world.numbers() && u32::from(act) < world.actions() && asked(act);
    if A::RULE.is_empty() || !there {
        return None;
    }
    let (frames, now) = (run.frames(), run.now());
    let newest = frames.at_tick(now.0)?;
    let whole = now.0 - frames.tick_of(0).min(now.0);
    let mut search = Search { walk: run.walk(now), row: Row::new(world, state), state, act: act as usize, change, found: None };
    let (mut until, mut updates_after) = (now.0, search.updates());
    for frame in (0..=newest).rev() {
        search.walk.jump(frame);
        let updates = search.updates();
        let from = frames.tick_of(frame);
        let mut heard = |tick: u64| keep_going((now.0 - until + (tick - from)) as f32 / whole.max(1) as f32);
        if updates.is_none() || updates != updates_after {
            search.interval(until, &mut heard)?;
        }
        if search.found.is_some() && change != Change::Largest {
            break;
        }
        if !heard(until) {
            return None;
        }
        (until, updates_after) = (from, updates);
    }
    search.found
}

struct Search<'a, A: Agent> {
    walk: Walk<'a, Interaction<World, A>>,
    row: Row,
    state: u32,
    act: usize,
    change: Change,
    found: Option<Found>,
}

impl<A: Agent> Search<'_, A> {
    /// Updates so far of what is looked at, where the agent counts them.
    fn updates(&self) -> Option<u64> {
        let machine = &self.walk.machine;
        let counts = machine.agent.counts(machine.world.key(self.state))?;
        Some(match self.change {
            Change::Flip => counts.iter().map(|n| u64::from(n.visits)).sum(),
            Change::Last | Change::Largest => u64::from(counts[self.act].visits),
        })
    }

    /// The cell's value and the row's greedy acts.
    fn read(&mut self) -> (f32, u64) {
        let greedy = if self.change == Change::Flip {
            self.row.greedy(&self.walk.machine)
        } else {
            self.row.read(&self.walk.machine);
            0
        };
        (self.row.values[self.act], greedy)
    }

    /// Replays up to a tick and takes over what is found there; none where that was stopped.
    fn interval(&mut self, until: u64, heard: &mut dyn FnMut(u64) -> bool) -> Option<()> {
        let mut best: Option<Found> = None;
        let (mut updates, mut before) = (self.updates(), self.read());
        let between = between(&self.walk.machine);
        while self.walk.machine.now().0 < until {
            let (tick, dialogue) = (self.walk.machine.now().0, self.walk.machine.dialogues());
            if tick % between == 0 && !heard(tick) {
                return None;
            }
            self.walk.turn();
            let updates_now = self.updates();
            let mut now = before;
            if updates_now.is_none() || updates_now != updates {
                now = self.read();
                let found = Found { tick, dialogue, before: before.0, after: now.0 };
                let better = match self.change {
                    Change::Last => now.0 != before.0,
                    Change::Flip => now.1 != before.1,
                    Change::Largest => size(&found) > best.as_ref().map_or(0.0, size),
                };
                if better {
                    best = Some(found);
                }
            }
            // What a person wrote by hand is no update.
            before = if self.walk.edit() { self.read() } else { now };
            updates = updates_now;
        }
        // Intervals come latest first: of equal ones the earliest is kept.
        if let Some(found) = best
            && self.found.as_ref().is_none_or(|f| size(&found) >= size(f))
        {
            self.found = Some(found);
        }
        Some(())
    }
}

fn size(found: &Found) -> f32 {
    (found.after - found.before).abs()
}
