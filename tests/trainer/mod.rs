//! The training thread, driven as a screen drives it: asks go in, snapshots come out.

mod asks;
mod background;
mod beside;
mod branches;
mod broken_chats;
mod chatted;
mod compared;
mod ending;
mod faulty;
mod judged;
mod kept;
mod language;
mod mapped;
mod moments;
mod opening;
mod panics;
mod sameness;
mod told;

use std::sync::Arc;
use std::time::{Duration, Instant};

use dialoq::agents;
use dialoq::run::view::{Axis, CurveWatch, Order, Smooth, TableWatch, TranscriptWatch, Watch};
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::Ask;
use dialoq::trainer::snapshot::{Catalogue, Pace, Phase, Snapshot};
use dialoq::trainer::{Builder, Orders, Start, Trainer};
use dialoq::world::WorldSource;

use crate::support::built_in;

/// How long a test waits for what must come: a slow, loaded machine passes too.
const PATIENCE: Duration = Duration::from_secs(20);
const WORLD: &str = "customer-service";

fn spec(agent: &str, seed: u64) -> RunSpec {
    let source = WorldSource::Builtin(WORLD.into());
    RunSpec { source, profile: "standard".into(), masks: None, agent: agent.into(), seed, settings: Vec::new() }
}

/// A run as the program builds it; worlds are compiled once for all tests.
fn build(spec: &RunSpec) -> Result<Box<dyn Run>, String> {
    agents::start(built_in(spec.source.argument()), spec).map_err(|e| e.to_string())
}

fn orders(agent: &str, seed: u64, pace: Pace) -> Orders {
    orders_with(agent, seed, pace, Arc::new(|spec: &RunSpec, _: &mut dyn FnMut(f32)| build(spec)))
}

fn orders_with(agent: &str, seed: u64, pace: Pace, build: Arc<Builder>) -> Orders {
    Orders { start: Start::Fresh(spec(agent, seed)), keeper: None, pace, catalogue: Arc::new(Catalogue::default()), build, talk: None }
}

/// Takes snapshots until one shows what is wanted.
fn until<T>(trainer: &Trainer, what: &str, mut see: impl FnMut(&Snapshot) -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut last = None;
    loop {
        if let Some(snapshot) = trainer.snapshot() {
            if let Some(seen) = see(&snapshot) {
                return seen;
            }
            let view = &snapshot.view;
            last = Some(format!("{:?} at turn {} of {}, {:?}", snapshot.phase, view.tick, view.head, snapshot.notice));
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}; last: {last:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn until_dialogue(trainer: &Trainer, dialogue: u64) {
    until(trainer, &format!("dialogue {dialogue}"), |s| (s.view.dialogues >= dialogue).then_some(()));
}

/// Asks, and waits for the pause that follows, where the digest is known.
fn at_rest(trainer: &Trainer, asks: impl IntoIterator<Item = Ask>, see: impl Fn(&Snapshot) -> bool) -> Snapshot {
    asks.into_iter().for_each(|ask| trainer.ask(ask));
    until(trainer, "the pause", |s| (s.phase == Phase::Paused && s.view.digest.is_some() && see(s)).then(|| s.clone()))
}

/// Waits until a run has gone so far, then stands still at this turn of it.
fn at_tick(trainer: &Trainer, tick: u64) -> Snapshot {
    until(trainer, &format!("turn {tick}"), |s| (s.view.tick > tick).then_some(()));
    at_rest(trainer, [Ask::Pause, Ask::SeekTick(tick)], |s| s.view.tick == tick)
}

/// What a screen with everything on it asks for.
fn everything() -> Watch {
    Watch {
        curve: Some(CurveWatch { columns: 200, axis: Axis::Log, smooth: Smooth::Ema99 }),
        table: Some(TableWatch { order: Order::Surprise, filter: String::new(), top: 0, rows: 100, follow: true, keep: None }),
        cell: Some((0, 0)),
        update: true,
        transcript: Some(TranscriptWatch::Live { wanted: 1 }),
        ..Watch::default()
    }
}

fn live(wanted: u64) -> Watch {
    Watch { transcript: Some(TranscriptWatch::Live { wanted }), ..Watch::default() }
}

fn curve() -> Watch {
    Watch { curve: Some(CurveWatch { columns: 100, axis: Axis::Linear, smooth: Smooth::Mean100 }), ..Watch::default() }
}
