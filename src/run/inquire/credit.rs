//! The credit trail: along which updates a reward's worth travelled back through the table.

use super::between;
use super::row::Row;
use crate::learn::agent::Agent;
use crate::learn::machine::{Machine, Tick};
use crate::learn::probe::{Recorder, TurnRecord};
use crate::run::findings::{Hop, Trail};
use crate::run::interaction::Interaction;
use crate::run::passage::Walk;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::env::{ActionId, End, Env};

const HOPS_MAX: usize = 64;

/// Each hop is the first later update that took the value of the last hop's cell into its target, from a cell not met yet.
pub fn credit<A: Agent>(run: &Timeline<Interaction<World, A>>, from: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Trail> {
    if !A::ONE_STEP || from >= run.now() {
        return None;
    }
    let first = run.explain(from)?;
    let mut trail = Trail { tick: from.0, reward: first.reward, ..Trail::default() };
    trail.hops.push(hop(run, &first, first.reward));
    let mut follower = Follower { run, walk: run.walk(Tick(from.0 + 1)), from: from.0 };
    let start = run.machine().world.start();
    loop {
        let last = trail.hops.last().expect("the first hop was put there");
        trail.arrived = start.iter().any(|(s, p)| *s == last.state && *p > 0.0);
        if trail.arrived || trail.hops.len() == HOPS_MAX {
            return Some(trail);
        }
        match follower.next(&trail.hops, keep_going).ok()? {
            Some(record) => {
                let arriving = last.credit * rate::<A>(run, &record, "gamma");
                trail.hops.push(hop(run, &record, arriving));
            }
            None => return Some(trail),
        }
    }
}

/// A number of the rule as the update had it; else the knob's, else 1.
fn rate<A: Agent>(run: &Timeline<Interaction<World, A>>, record: &TurnRecord, name: &str) -> f32 {
    let term = record.terms.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
    let knob = || A::KNOBS.iter().position(|k| k.name == name);
    term.unwrap_or_else(|| knob().map_or(1.0, |i| run.machine_at(Tick(record.tick)).agent.now(i) as f32))
}

fn hop<A: Agent>(run: &Timeline<Interaction<World, A>>, r: &TurnRecord, arriving: f32) -> Hop {
    let (world, state, q) = (&run.machine().world, r.state as u32, r.values[r.act.index()]);
    let (before, after) = r.writes.first().map_or((q, q), |(_, before, after)| (*before, *after));
    Hop {
        tick: r.tick,
        dialogue: r.dialogue,
        turn: r.turn,
        state,
        act: u16::from(r.act.0),
        state_text: world.state_text(state),
        act_name: world.act_view(r.act).name,
        before,
        after,
        credit: arriving * rate::<A>(run, r, "alpha"),
    }
}

/// `keep_going` said no.
struct Stopped;

struct Follower<'a, A: Agent> {
    run: &'a Timeline<Interaction<World, A>>,
    walk: Walk<'a, Interaction<World, A>>,
    from: u64,
}

impl<A: Agent> Follower<'_, A> {
    /// The update of the next hop; none where there is none up to the present.
    fn next(&mut self, hops: &[Hop], keep_going: &mut dyn FnMut(f32) -> bool) -> Result<Option<TurnRecord>, Stopped> {
        let last = hops.last().expect("a trail has its first hop");
        let now = self.run.now().0;
        let between = between(&self.walk.machine);
        let table = self.walk.machine.agent.counts(u64::from(last.state)).is_some();
        let mut row = Row::new(&self.walk.machine.world, last.state);
        let (mut greedy, mut stale) = (0, true);
        while self.walk.machine.now().0 < now {
            let machine = &self.walk.machine;
            let (tick, state, act) = (machine.now().0, machine.state(), machine.pending_act());
            if tick % between == 0 && !keep_going((tick - self.from) as f32 / (now - self.from) as f32) {
                return Err(Stopped);
            }
            if stale || !table {
                greedy = row.greedy(machine);
            }
            let (next, then) = self.turn();
            // An update of a table changes the row of the state it comes from, and no other.
            stale = self.walk.edit() || state == last.state;
            let held = greedy >> last.act & 1 == 1 || A::ON_POLICY && then == Some(last.act);
            let met = || hops.iter().any(|h| h.state == state && h.act == u16::from(act.0));
            if next == Some(last.state)
                && held
                && !met()
                && let Some(record) = self.run.explain(Tick(tick)).filter(|r| leans::<A>(r, &row.values, last.act, then))
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// One turn: the state whose value it was updated with, and the act chosen there, as far as they are known.
    fn turn(&mut self) -> (Option<u32>, Option<u16>) {
        let machine = &self.walk.machine;
        let dialogue = machine.dialogues();
        if machine.turn() + 1 >= machine.world.turn_limit() {
            // A turn that is cut has a next state, but the machine is in another dialogue afterwards.
            let mut recorder = Recorder::default();
            self.walk.watched(&mut recorder);
            let record = recorder.turns.pop().filter(|r| r.end != End::Closed);
            return (record.map(|r| r.next as u32), None);
        }
        self.walk.turn();
        let machine = &self.walk.machine;
        let open = machine.dialogues() == dialogue;
        let ActionId(then) = machine.pending_act();
        (open.then(|| machine.state()), open.then_some(u16::from(then)))
    }
}

/// Whether an update that may have used the value of an act did. `then` is the act chosen in its next state, where that is known:
/// Sarsa takes the value of this one, which need not be greedy.
fn leans<A: Agent>(record: &TurnRecord, values: &[f32], act: u16, then: Option<u16>) -> bool {
    let next = record.terms.iter().find(|(name, _)| *name == "next").map(|(_, v)| *v);
    let Some(next) = next.filter(|_| A::ON_POLICY) else {
        return true;
    };
    if let Some(then) = then.filter(|then| values[*then as usize] == next) {
        return then == act;
    }
    values[act as usize] == next || !values.contains(&next)
}
