//! A dialogue as a transcript, from the records of its turns.

use super::{Looker, Shown};
use crate::learn::agent::Agent;
use crate::learn::probe::TurnRecord;
use crate::run::view::{TranscriptView, TurnView};
use crate::world::env::End;
use crate::world::tell::{Step, Told};

fn step(r: &TurnRecord) -> Step {
    Step { state: r.state as u32, act: r.act, next: r.next as u32, reward: r.reward, end: r.end, success: r.success }
}

impl<A: Agent> Looker<'_, A> {
    pub(super) fn transcript(&self, shown: Shown<'_>) -> TranscriptView {
        let lang = self.watch.lang;
        let steps: Vec<Step> = shown.turns.iter().map(step).collect();
        let tale = self.world.tell(self.run.machine().words_key(), shown.dialogue, &steps, lang);
        let first = steps.first().map_or(self.run.machine().state(), |s| s.state);
        let last = steps.last();
        TranscriptView {
            dialogue: shown.dialogue,
            opening: tale.opening,
            start: self.world.state_view(first, lang),
            complete: last.is_some_and(|s| s.end != End::Open),
            ending: tale.ending,
            success: last.is_some_and(|s| s.success),
            return_: steps.iter().map(|s| f64::from(s.reward)).sum::<f64>() as f32,
            turns: shown.turns.iter().zip(tale.turns).map(|(r, told)| self.turn(r, told)).collect(),
            slots: tale.facts,
        }
    }

    fn turn(&self, r: &TurnRecord, told: Told) -> TurnView {
        let lang = self.watch.lang;
        let said = self.chairs(r.tick).1;
        TurnView {
            tick: r.tick,
            turn: r.turn,
            act: u16::from(r.act.0),
            act_name: self.world.act_view(r.act).name,
            agent: told.agent,
            user: told.user,
            note: if said { format!("{} (you)", told.note).trim_start().to_owned() } else { told.note },
            reward: r.reward,
            q: r.values[r.act.index()],
            delta: r.surprise(),
            choice: self.choice(r),
            before: self.world.state_view(r.state as u32, lang),
            after: self.world.state_view(r.next as u32, lang),
            values: self.act_values(r),
            facts: told.facts,
        }
    }

    /// How a dialogue ended with a turn.
    pub(super) fn ending(&self, r: &TurnRecord) -> Option<String> {
        if r.end == End::Open {
            return None;
        }
        let tale = self.world.tell(self.run.machine().words_key(), r.dialogue, &[step(r)], self.watch.lang);
        Some(tale.ending)
    }
}
