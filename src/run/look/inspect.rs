//! Everything about one cell: what it was over time, the update that wrote it last, what can come of it.

use super::{Lens, Looker};
use crate::learn::agent::{Agent, View};
use crate::learn::machine::Tick;
use crate::run::view::{InspectorView, OutcomeView, UpdateView};
use crate::world::env::ActionId;

/// Points of a cell's history.
const POINTS: usize = 64;
/// Bytes of frames that a history may read through.
const READ_BYTES: usize = 64 << 20;
/// Frames searched for the update that wrote a cell last.
const FRAMES_BACK: usize = 24;

/// A cell's past, as of the last fresh look.
#[derive(Clone, Debug, Default)]
pub struct Inspected {
    cell: (u32, u16),
    history: Vec<(u64, f32)>,
    last_update: Option<UpdateView>,
}

impl<A: Agent> Looker<'_, A> {
    pub(super) fn inspect(&self, state: u32, act: u16, lens: &mut Lens) -> InspectorView {
        let state = u64::from(state).min(self.world.numbers() - 1) as u32;
        let act = act.min(self.actions as u16 - 1);
        if lens.stale || lens.inspected.as_ref().is_none_or(|i| i.cell != (state, act)) {
            lens.inspected =
                Some(Inspected { cell: (state, act), history: self.history(state, act), last_update: self.last_update(state, act) });
        }
        let past = lens.inspected.clone().unwrap_or_default();
        let row = self.row(state, None);
        let mut history = past.history;
        history.push((self.run.now().0, row.cells[act as usize].q));
        let name = self.world.act_view(ActionId(act as u8));
        InspectorView {
            features: self.features(state, act),
            state,
            act,
            cell: row.cells[act as usize],
            words: row.words,
            act_name: name.name,
            act_meaning: name.meaning,
            history,
            last_update: past.last_update,
            outcomes: self.outcomes(state, act),
        }
    }

    fn value(&self, machine: &crate::run::interaction::Interaction<crate::world::World, A>, state: u32, act: u16) -> f32 {
        let mut values = vec![0.0; self.actions as usize];
        let mut features = Vec::new();
        let (key, legal) = machine.view_of(state, &mut features);
        machine.agent.values(View { key, legal, features: &features }, &mut values);
        values[act as usize]
    }

    fn history(&self, state: u32, act: u16) -> Vec<(u64, f32)> {
        let mut copy = self.run.machine().clone();
        let frames = self.run.frames();
        let count = frames.at_tick(self.run.now().0).map_or(0, |f| f + 1);
        let points = (READ_BYTES / frames.machine_bytes().max(1)).clamp(2, POINTS).min(count);
        (0..points)
            .map(|i| {
                let frame = if points > 1 { i * (count - 1) / (points - 1) } else { 0 };
                frames.restore(frame, &mut copy);
                (frames.tick_of(frame), self.value(&copy, state, act))
            })
            .collect()
    }

    fn visits(machine: &crate::run::interaction::Interaction<crate::world::World, A>, state: u32, act: u16) -> Option<u32> {
        let (key, _) = machine.view_of(state, &mut Vec::new());
        machine.agent.counts(key).map(|n| n[act as usize].visits)
    }

    /// Looks back frame by frame for the last one with fewer updates of the cell, and replays from there.
    fn last_update(&self, state: u32, act: u16) -> Option<UpdateView> {
        let now = self.run.now().0;
        let visits = Self::visits(self.run.machine(), state, act).filter(|n| *n > 0)?;
        let frames = self.run.frames();
        let newest = frames.at_tick(now)?;
        let mut copy = self.run.machine().clone();
        let back = (READ_BYTES / frames.machine_bytes().max(1)).clamp(2, FRAMES_BACK);
        for frame in (newest.saturating_sub(back)..=newest).rev() {
            frames.restore(frame, &mut copy);
            if Self::visits(&copy, state, act).is_some_and(|n| n < visits) {
                let until = if frame == newest { now } else { frames.tick_of(frame + 1) };
                let tick = self.last_write(frames.tick_of(frame), until, state, act)?;
                return self.run.explain(Tick(tick)).map(|r| self.update(&r));
            }
        }
        None
    }

    /// The tick of the last turn in [from, until) that wrote the cell.
    fn last_write(&self, from: u64, until: u64, state: u32, act: u16) -> Option<u64> {
        let mut last = None;
        let mut before = None;
        self.run.replay(Tick(from), Tick(until), &mut |machine, tick| {
            let n = Self::visits(machine, state, act);
            if before.is_some() && before != Some(n) {
                last = Some(tick);
            }
            before = Some(n);
        });
        last
    }

    fn outcomes(&self, state: u32, act: u16) -> Vec<OutcomeView> {
        let mut list: Vec<OutcomeView> = self
            .world
            .outcomes(state, u32::from(act))
            .iter()
            .filter(|b| b.probability > 0.0)
            .map(|b| OutcomeView {
                probability: b.probability,
                reward: b.reward,
                next: match (b.closed, b.success) {
                    (false, _) => self.world.state_text(b.next),
                    (true, true) => "ends well".into(),
                    (true, false) => "ends".into(),
                },
                next_value: if b.closed { 0.0 } else { self.row(b.next, None).value },
                ends: b.closed,
            })
            .collect();
        list.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        list.truncate(12);
        list
    }
}
