//! Turns and values as plain lists, to lay two runs side by side.

use super::row::Row;
use crate::learn::agent::Agent;
use crate::learn::machine::{Machine, Tick};
use crate::run::findings::Taken;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;

pub fn taken<A: Agent>(run: &Timeline<Interaction<World, A>>, from: Tick, count: usize) -> Vec<Taken> {
    let head = run.head().0;
    let count = head.saturating_sub(from.0).min(count as u64);
    if count == 0 {
        return Vec::new();
    }
    let mut walk = run.walk(from);
    let mut turn = |_| {
        let m = &walk.machine;
        let turn = Taken { tick: m.now().0, dialogue: m.dialogues(), turn: m.turn(), state: m.state(), act: u16::from(m.pending_act().0) };
        walk.turn();
        walk.edit();
        turn
    };
    (0..count).map(&mut turn).collect()
}

pub fn values<A: Agent>(run: &Timeline<Interaction<World, A>>) -> Vec<f32> {
    let machine = run.machine();
    let states = machine.world.states().unwrap_or(0);
    let mut out = Vec::with_capacity((states * machine.world.actions()) as usize);
    for state in 0..states {
        let mut row = Row::new(&machine.world, state);
        let legal = row.read(machine);
        out.extend(row.values.iter().enumerate().map(|(a, v)| if legal >> a & 1 == 1 { *v } else { f32::NEG_INFINITY }));
    }
    out
}
