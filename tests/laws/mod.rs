//! The laws of the design, for every agent of `AGENTS` in every kind of world. A new agent gets all of them without a line here.

mod branch;
mod edits;
mod parts;
mod past;
mod rule;
mod save;
mod watching;

use std::sync::Arc;

use dialoq::agents::{AGENTS, AgentEntry};
use dialoq::learn::knob::{Knob, KnobKind};
use dialoq::learn::machine::Edit;
use dialoq::learn::probe::Recorder;
use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::Env;
use dialoq::world::setup::Setting;

use crate::support::{built_in, start, two_rooms};

/// One agent in one world with one choice of settings.
pub struct Case {
    pub agent: &'static AgentEntry,
    pub world: Arc<World>,
    pub name: String,
    settings: Vec<(String, String)>,
    /// Ticks that a test may go, and cases that it may draw: a huge table costs milliseconds for each clone.
    pub ticks: u64,
    pub draws: u32,
}

impl Case {
    pub fn start(&self) -> Box<dyn Run> {
        start(&self.world, self.agent.name, 7, self.settings.clone())
    }
}

/// A world whose states are not enumerated, and the agents that are put to the laws there: a table that is a hash map, and one that
/// sees features.
const LARGE: &str = "virtual-assistant-large";
const IN_LARGE: [&str; 3] = ["q-learning", "linear-q", "dqn"];

/// As many as the laws' own numbers of turns need.
const TICKS_MIN: u64 = 1_500;

/// Every agent, in every world that it fits, with its defaults and with every choice of its knobs at the last one.
pub fn cases() -> Vec<Case> {
    let worlds = [
        ("customer-service", built_in("customer-service"), 20_000, 8),
        ("smart-home", built_in("smart-home"), 20_000, 8),
        ("virtual-assistant", built_in("virtual-assistant"), 1_500, 1),
        ("two-rooms", two_rooms(), 20_000, 8),
        (LARGE, built_in(LARGE), 1_500, 1),
    ];
    let mut cases = Vec::new();
    for agent in AGENTS {
        for (world_name, world, ticks, draws) in &worlds {
            if *world_name == LARGE && !IN_LARGE.contains(&agent.name) || !fits(agent, world) {
                continue;
            }
            let choices = last_choices(agent.knobs);
            let mut variants = vec![("defaults", Vec::new())];
            if !choices.is_empty() && !world_name.starts_with("virtual-assistant") {
                variants.push(("last choices", choices));
            }
            for (variant, settings) in variants {
                let name = format!("{} in {world_name} with {variant}", agent.name);
                let (ticks, draws) = in_time(&*start(world, agent.name, 7, settings.clone()), *ticks, *draws);
                cases.push(Case { agent, world: world.clone(), name, settings, ticks, draws });
            }
        }
    }
    cases
}

/// Ticks and draws that an agent has time for: a turn of a network takes as long as hundreds of a table. Fewer turns then show the
/// same, for its replay and its batches turn over in them as a table does in many.
fn in_time(run: &dyn Run, ticks: u64, draws: u32) -> (u64, u32) {
    let cost = run.cost().max(1);
    if cost <= 8 {
        return (ticks, draws);
    }
    // Never so few that a law would have nothing to look at.
    ((ticks * 8 / cost).max(TICKS_MIN), draws.min(3))
}

fn fits(agent: &AgentEntry, world: &World) -> bool {
    let settings = agent.settings(world, &[]).unwrap();
    (agent.fits)(&world.shape(), &settings).is_ok()
}

fn last_choices(knobs: &[Knob]) -> Vec<(String, String)> {
    let last = |k: &Knob| match k.kind {
        KnobKind::Choice(names) => names.last().map(|n| (k.name.to_owned(), (*n).to_owned())),
        _ => None,
    };
    knobs.iter().filter_map(last).collect()
}

/// A live knob and a value in its range, from two random numbers in [0, 1).
pub fn some_tune(knobs: &'static [Knob], which: f64, where_: f64) -> Option<(&'static str, f64)> {
    let live: Vec<&Knob> = knobs.iter().filter(|k| k.live).collect();
    let knob = live.get((which * live.len() as f64) as usize)?;
    let value = match knob.kind {
        KnobKind::Real { min, max, .. } => min + (max - min) * where_,
        KnobKind::Count { min, max } => (min + (max.min(5000.0) - min) * where_).round(),
        KnobKind::Choice(names) => (where_ * names.len() as f64).floor(),
    };
    Some((knob.name, value))
}

/// Any edit that this run takes at this moment, from three random numbers in [0, 1).
pub fn some_edit(run: &dyn Run, kind: f64, which: f64, where_: f64) -> Option<Edit> {
    let world = run.world();
    let pick = |mask: u64| (0..64).filter(|a| mask >> a & 1 == 1).nth((which * f64::from(mask.count_ones())) as usize).unwrap_or(0) as u8;
    let state = (where_ * world.numbers() as f64) as u32;
    let edit = match (kind * 6.0) as u32 {
        0 => some_tune(run.knobs(), which, where_).map(|(knob, value)| Edit::Tune { knob: knob.into(), value })?,
        1 => Edit::Force { act: pick(here(run).1) },
        2 => {
            let outcomes = world.outcomes(here(run).0, u32::from(run.pending().0)).len();
            Edit::Say { outcome: (where_ * outcomes as f64) as u16 }
        }
        3 => Edit::Set { state, act: pick(world.legal(state)), value: (where_ * 40.0 - 20.0) as f32 },
        4 if where_ < 0.3 => Edit::World(Setting::Profile(["easy", "standard", "unfriendly"][(which * 3.0) as usize].into())),
        4 if where_ < 0.6 => Edit::World(Setting::Noise((which > 0.2).then_some((which * 20.0).round() / 40.0))),
        4 => Edit::World(Setting::Reward { name: "success".into(), value: (which * 10.0).round() }),
        _ => Edit::Seed { seed: (where_ * 100.0) as u64 },
    };
    run.branch().edit(edit.clone()).is_ok().then_some(edit)
}

/// The present state and the mask of its legal acts.
pub fn here(run: &dyn Run) -> (u32, u64) {
    let mut next = run.branch();
    let mut recorder = Recorder::default();
    next.advance_watched(Limit::ticks(1), &mut recorder);
    let turn = &recorder.turns[0];
    (turn.state as u32, turn.legal)
}

/// All that two runs which are the same run must agree on.
pub fn same(a: &dyn Run, b: &dyn Run, name: &str) {
    assert_eq!((a.now(), a.head()), (b.now(), b.head()), "{name}: the clock");
    assert_eq!((a.dialogues(), a.head_dialogues(), a.turn()), (b.dialogues(), b.head_dialogues(), b.turn()), "{name}: dialogues");
    assert_eq!(a.digest(), b.digest(), "{name}: the digest at {:?}", a.now());
    assert_eq!(a.last_100(), b.last_100(), "{name}: the last hundred dialogues");
}

#[test]
fn there_is_a_law_case_for_every_agent_and_every_world_that_it_fits() {
    let cases = cases();
    for agent in AGENTS {
        let of = cases.iter().filter(|c| c.agent.name == agent.name).count();
        // An agent that fits no finite MDP has the three scenarios; one that fits dialogues alone is still put to the laws.
        assert!(of >= 3, "{} is put to the laws in {of} worlds", agent.name);
    }
}
