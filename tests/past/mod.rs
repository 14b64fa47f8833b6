//! Questions to a run's past and future, each held against somebody who watched every turn and wrote everything down.

mod answers;
mod chairs;
mod columns;
mod counted;
mod credit;
mod guard;
mod learned;
mod plain;
mod what_if;

use std::sync::Arc;

use dialoq::agents::AGENTS;
use dialoq::learn::machine::{Edit, Tick};
use dialoq::learn::probe::{Recorder, TurnRecord};
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{TranscriptView, TranscriptWatch, Watch};
use dialoq::world::World;
use dialoq::world::env::Env;

use crate::support::{built_in, run, two_rooms};

/// One turn, with the whole table before and after it.
pub struct Seen {
    pub record: TurnRecord,
    pub before: Vec<f32>,
    pub after: Vec<f32>,
}

/// Takes so many turns one by one, each edit at its tick.
pub fn watch(run: &mut dyn Run, ticks: u64, edits: &[(u64, Edit)]) -> Vec<Seen> {
    let mut seen = Vec::new();
    for _ in 0..ticks {
        let now = run.now().0;
        for (_, edit) in edits.iter().filter(|(tick, _)| *tick == now) {
            run.edit(edit.clone()).unwrap();
        }
        let mut recorder = Recorder::default();
        let before = run.values();
        run.advance_watched(Limit::ticks(1), &mut recorder);
        seen.push(Seen { record: recorder.turns.remove(0), before, after: run.values() });
    }
    seen
}

/// The same run, not watched.
pub fn train(run: &mut dyn Run, ticks: u64, edits: &[(u64, Edit)]) {
    for (tick, edit) in edits {
        run.advance(Limit::ticks(tick - run.now().0));
        run.edit(edit.clone()).unwrap();
    }
    run.advance(Limit::ticks(ticks - run.now().0));
}

pub fn seek(run: &mut dyn Run, to: u64) {
    assert!(run.seek(Tick(to), &mut |_| true));
}

/// Every agent in a world of dialogues and in a small finite MDP that cuts its dialogues.
pub fn each(mut show: impl FnMut(&str, &Arc<World>, &dyn Fn() -> Box<dyn Run>)) {
    for agent in AGENTS {
        for (name, world) in [("customer-service", built_in("customer-service")), ("two-rooms", two_rooms())] {
            // What knows dialogues only has no place in a finite MDP.
            if (agent.fits)(&world.shape(), &agent.settings(&world, &[]).unwrap()).is_err() {
                continue;
            }
            show(&format!("{} in {name}", agent.name), &world, &|| run(&world, agent.name, 5, &[]));
        }
    }
}

/// A row of `Run::values`.
pub fn row<'a>(world: &World, values: &'a [f32], state: u32) -> &'a [f32] {
    let width = world.actions() as usize;
    &values[state as usize * width..][..width]
}

/// Mask of the acts with the largest value.
pub fn greedy(row: &[f32]) -> u64 {
    let best = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter().enumerate().filter(|(_, v)| **v == best).fold(0, |mask, (a, _)| mask | 1 << a)
}

/// The state about to be left: that of the next turn, taken by a branch.
pub fn here(run: &dyn Run) -> u32 {
    let mut branch = run.branch();
    branch.advance(Limit::ticks(1));
    branch.explain(run.now()).unwrap().state as u32
}

/// A dialogue as a screen tells it.
pub fn told(run: &dyn Run, dialogue: u64) -> TranscriptView {
    let watch = Watch { transcript: Some(TranscriptWatch::Number(dialogue)), ..Watch::default() };
    let turns = run.dialogue(dialogue);
    let shown = Shown { dialogue, turns: &turns, update: None };
    run.look(&watch, Exact::default(), shown, &mut Lens::default()).transcript.unwrap()
}
