//! Which dialogue is told: the one in progress where a person can follow it, else a whole real one, recorded as it was trained.

use super::lane::advance;
use crate::learn::probe::{Recorder, TurnRecord};
use crate::run::Run;
use crate::run::findings::{Breakpoint, Stop};
use crate::run::look::Shown;
use crate::run::timeline::Limit;
use crate::run::view::TranscriptWatch;

/// The turns on show, as far as they are known.
#[derive(Default)]
pub struct Story {
    dialogue: u64,
    turns: Vec<TurnRecord>,
    /// The last update seen, and the tick after it.
    update: Option<TurnRecord>,
    /// The last request for a fresh dialogue that was answered.
    served: u64,
    /// A dialogue looked at by number.
    other: Option<(u64, u64, Vec<TurnRecord>)>,
}

impl Story {
    pub fn shown(&self, watch: Option<TranscriptWatch>) -> Shown<'_> {
        let update = self.update.as_ref();
        match (watch, &self.other) {
            (Some(TranscriptWatch::Number(_)), Some((number, _, turns))) => Shown { dialogue: *number, turns, update },
            _ => Shown { dialogue: self.dialogue, turns: &self.turns, update },
        }
    }

    /// Adds turns that were watched while they happened.
    pub fn hear(&mut self, turns: Vec<TurnRecord>) {
        for turn in turns {
            if turn.turn == 1 {
                self.dialogue = turn.dialogue;
                self.turns.clear();
            }
            if turn.dialogue == self.dialogue && turn.turn as usize == self.turns.len() + 1 {
                self.turns.push(turn.clone());
            }
            self.update = Some(turn);
        }
    }

    /// Makes the story that of the present moment: after a pause, a step, a seek.
    pub fn catch_up(&mut self, run: &dyn Run) {
        let now = run.now().0;
        let number = run.dialogues();
        let told = self.turns.last().is_some_and(|t| t.tick + 1 == now);
        if !told {
            // At a dialogue's first moment the one before is still worth reading.
            let show = if run.turn() == 0 && number > 0 { number - 1 } else { number };
            self.dialogue = show;
            self.turns = run.dialogue(show);
        }
        if self.update.as_ref().is_none_or(|u| u.tick + 1 != now) {
            self.update = self.turns.last().filter(|t| t.tick + 1 == now).cloned();
            if self.update.is_none() && now > 0 {
                self.update = run.explain(crate::learn::machine::Tick(now - 1));
            }
        }
    }

    /// While training runs fast: one watched turn for the equation, and a whole dialogue when the screen asked for a fresh one.
    /// A breakpoint that is met meanwhile comes back.
    pub fn glimpse(&mut self, run: &mut dyn Run, watch: Option<TranscriptWatch>, update: bool, breakpoints: &[Breakpoint]) -> Option<Stop> {
        let wanted = match watch {
            Some(TranscriptWatch::Live { wanted }) => wanted.max(1),
            _ => self.served,
        };
        let whole = self.turns.last().is_some_and(|t| t.end != crate::world::env::End::Open);
        let mut recorder = Recorder::default();
        if wanted > self.served || (!whole && watch.is_some()) {
            self.served = wanted;
            // A world without endings has dialogues as long as its turn limit; nobody reads those live.
            let limit = Limit { ticks: 10_000, dialogues: 1 };
            if run.turn() > 0
                && let Some(stop) = advance(run, limit, breakpoints, None)
            {
                return Some(stop);
            }
            let met = if run.turn() == 0 { advance(run, limit, breakpoints, Some(&mut recorder)) } else { None };
            self.hear(recorder.turns);
            return met;
        }
        if !update {
            return None;
        }
        let met = advance(run, Limit::ticks(1), breakpoints, Some(&mut recorder));
        self.update = recorder.turns.pop().or_else(|| self.update.take());
        met
    }

    /// Replays a dialogue that is looked at by number.
    pub fn look_up(&mut self, run: &dyn Run, watch: Option<TranscriptWatch>) {
        if let Some(TranscriptWatch::Number(number)) = watch {
            let until = run.now().0;
            let known = self.other.as_ref().is_some_and(|(n, at, turns)| {
                *n == number && (*at == until || turns.last().is_some_and(|t| t.end != crate::world::env::End::Open && t.tick < until))
            });
            if !known {
                self.other = Some((number, until, run.dialogue(number)));
            }
        }
    }
}
