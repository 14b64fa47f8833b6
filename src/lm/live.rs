//! A pipeline as a run like the others: paused, stepped by a minibatch, gone back in, branched and tuned by the same keys.
//!
//! Its ticks are minibatches and rollouts. It has no table, no exact solution and no dialogues that the screens count by, so what is
//! asked of these is answered with nothing.

use std::sync::Arc;

use super::ground::{Ground, Mode, PathError, Spec};
use super::knobs::{KNOBS, OWNER};
use super::pipeline::Pipeline;
use super::plan::{Rollouts, Stage};
use super::speak::Actor;
use crate::learn::agent::{Numbers, Rows};
use crate::learn::knob::{self, Knob, KnobError, Settings};
use crate::learn::machine::{Edit, EditError, Machine, Tick};
use crate::learn::probe::{Blind, Recorder, TurnRecord};
use crate::nn::gemm;
use crate::num::digest::Digest;
use crate::num::fields::Sink;
use crate::run::chat::Voice;
use crate::run::checkpoint::CheckpointError;
use crate::run::evaluate::Candidate;
use crate::run::findings::{Answer, Beside, Breakpoint, Change, Found, Stop, Taken, Trail, WhatIf};
use crate::run::look::{Exact, Lens, Shown};
use crate::run::stored::Stored;
use crate::run::timeline::{Entry, Fault, Limit, Timeline};
use crate::run::view::language::{PipelineView, Progress, Wanted};
use crate::run::view::{KnobView, RunView, Watch};
use crate::run::{Run, RunSpec};
use crate::world::World;
use crate::world::env::ActionId;
use crate::world::names::Lang;

/// As which it is chosen where agents are.
pub const NAME: &str = "language-model";
pub const ABOUT: &str = "a small GPT that writes its replies word by word: SFT, a reward model, then PPO (screen 5)";

/// Name, what one sees on it, settings.
pub type Path = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The ways to begin that the workbench offers.
pub const PATHS: &[Path] = &[
    ("small", "PPO on the reward model's scores, as DeepSpeed-Chat does it: some two minutes", &[]),
    ("both", "then PPO on the dialogues' own return as well: some four minutes", &[(MODES, "both")]),
    ("dpo", "the same pairs without a reward model and without PPO, for comparison", &[(MODES, "dpo")]),
    ("length", "half the labels prefer the longer reply: the score rises, the dialogues break, the alarm fires", &[(PRESET, "length")]),
    ("thin", "few and narrow pairs: fluent, confident, useless; only the true return shows it", &[(PRESET, "thin")]),
];

/// The knobs that matter most, in the order of the path: the screens show these first.
const FIRST: &[&str] =
    &["bandit-kl", "clip", "bandit-actor-rate", "temperature", "entropy", "reward-rate", "sft-rate", "lambda", "kl-limit"];

/// What may stand among a run's settings beside the knobs.
const PRESET: &str = "preset";
const MODES: &str = "ppo";
pub const WAYS: &[Knob] = &[
    super::knobs::choice(PRESET, &["small", "length", "thin", "test"], "Settings that go together; what is set besides counts more."),
    super::knobs::choice(
        MODES,
        &["bandit", "dialogue", "both", "dpo"],
        "What PPO learns from: the reward model's scores, the dialogue's own return, or one after the other; or DPO in its place.",
    ),
];

/// The spec of the path, from that of a run.
///
/// # Errors
/// A knob, a preset or a mode that there is not.
pub fn spec(run: &RunSpec) -> Result<Spec, KnobError> {
    let last = |name: &str| run.settings.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let modes = match last(MODES).as_deref() {
        None | Some("bandit") => vec![Mode::Bandit],
        Some("dialogue") => vec![Mode::Dialogue],
        Some("both") => vec![Mode::Bandit, Mode::Dialogue],
        Some("dpo") => vec![Mode::Dpo],
        Some(other) => {
            let right = "one of bandit, dialogue, both, dpo".to_owned();
            return Err(KnobError::Value { name: MODES, value: other.to_owned(), right });
        }
    };
    let preset = last(PRESET).unwrap_or_else(|| "small".to_owned());
    let settings: Vec<_> = run.settings.iter().filter(|(name, _)| name != PRESET && name != MODES).cloned().collect();
    if !super::knobs::PRESETS.iter().any(|(name, ..)| *name == preset) {
        let names: Vec<&str> = super::knobs::PRESETS.iter().map(|(name, ..)| *name).collect();
        return Err(KnobError::Value { name: PRESET, value: preset, right: format!("one of {}", names.join(", ")) });
    }
    super::knobs::settings(&preset, &settings)?;
    Ok(Spec {
        source: run.source.clone(),
        profile: run.profile.clone(),
        chinese: false,
        preset,
        seed: run.seed,
        settings,
        modes,
        data: super::ground::Given::default(),
    })
}

/// A path at its beginning.
///
/// # Errors
/// What does not fit the world or the settings.
pub fn start(run: &RunSpec, threads: usize) -> Result<Box<dyn Run>, PathError> {
    let ground = Ground::build(&spec(run)?)?;
    ground.check_pairs()?;
    Ok(Box::new(Timeline::new(Pipeline::new(ground, threads))))
}

fn settings(run: &Timeline<Pipeline>) -> &[f64] {
    &run.machine().settings
}

fn knob_views(run: &Timeline<Pipeline>) -> Vec<KnobView> {
    let view = |(k, value): (&Knob, &f64)| KnobView {
        name: k.name,
        symbol: k.symbol,
        meaning: k.meaning,
        unit: k.unit,
        kind: k.kind,
        value: *value,
        now: *value,
        default: k.default,
        live: k.live,
    };
    let mut views: Vec<KnobView> = KNOBS.iter().zip(settings(run)).map(view).collect();
    let place = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
    views.sort_by_key(|view| (place(view.name), !view.live));
    views
}

/// Looked at anew where something happened and the owner gives leave, or where something else is wanted.
fn language(run: &Timeline<Pipeline>, wanted: Wanted, lens: &mut Lens) -> Arc<PipelineView> {
    let moment = (run.now().0, run.journal().len(), wanted);
    if let Some((of, view)) = &lens.language
        && (*of == moment || !lens.stale && (of.1, of.2) == (moment.1, moment.2))
    {
        return view.clone();
    }
    let view = Arc::new(run.machine().view(&wanted));
    lens.language = Some((moment, view.clone()));
    view
}

/// Minibatches of a larger step before PPO.
const LARGER: u64 = 50;

/// Ticks of a larger step at a tick, and the tick at which its stage begins.
fn larger(machine: &Pipeline, tick: u64) -> (u64, u64) {
    let ground = &machine.ground;
    let (stage, at, _) = ground.plan.at(tick);
    let step = match stage {
        Stage::Ppo(mode) if mode != Mode::Dpo => Rollouts::of(&ground.settings, mode).ticks(),
        _ => LARGER,
    };
    (step, tick - at)
}

fn later(machine: &Pipeline, tick: u64) -> u64 {
    let (step, begins) = larger(machine, tick);
    let (.., of) = machine.ground.plan.at(tick);
    begins + (((tick - begins) / step + 1) * step).min(of)
}

fn earlier(machine: &Pipeline, tick: u64) -> u64 {
    let (step, begins) = larger(machine, tick.saturating_sub(1));
    if tick == 0 { 0 } else { begins + (tick - 1 - begins) / step * step }
}

impl Run for Timeline<Pipeline> {
    fn now(&self) -> Tick {
        Timeline::now(self)
    }

    fn head(&self) -> Tick {
        Timeline::head(self)
    }

    fn dialogues(&self) -> u64 {
        0
    }

    fn head_dialogues(&self) -> u64 {
        0
    }

    fn turn(&self) -> u32 {
        0
    }

    fn seed(&self) -> u64 {
        self.machine().ground.spec.seed
    }

    fn fault(&self) -> Option<&Fault> {
        Timeline::fault(self)
    }

    fn talks(&self) -> bool {
        false
    }

    fn beat(&self, steps: i64) -> Tick {
        let (plan, mut now) = (&self.machine().ground.plan, Timeline::now(self).0);
        for _ in 0..steps.unsigned_abs() {
            now = if steps < 0 { earlier(self.machine(), now) } else { later(self.machine(), now) };
        }
        Tick(now.min(plan.end()))
    }

    fn end(&self) -> Option<Tick> {
        Some(Tick(self.machine().ground.plan.end()))
    }

    fn cost(&self) -> u64 {
        Machine::cost(self.machine())
    }

    fn work(&self, from: u64, to: u64) -> u64 {
        Machine::work(self.machine(), from, to)
    }

    fn advance(&mut self, limit: Limit) {
        let left = self.machine().ground.plan.end().saturating_sub(Timeline::now(self).0);
        Timeline::advance(self, Limit::ticks(limit.ticks.min(left)), &mut Blind);
    }

    fn advance_watched(&mut self, limit: Limit, to: &mut Recorder) {
        let left = self.machine().ground.plan.end().saturating_sub(Timeline::now(self).0);
        Timeline::advance(self, Limit::ticks(limit.ticks.min(left)), to);
    }

    fn seek(&mut self, to: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> bool {
        Timeline::seek(self, to, keep_going)
    }

    fn start_of(&self, _: u64) -> Tick {
        Tick(0)
    }

    fn keep(&mut self) {
        Timeline::keep(self);
    }

    fn edit(&mut self, edit: Edit) -> Result<String, EditError> {
        let text = match &edit {
            Edit::Tune { knob, value } => {
                let at = knob::position(OWNER, KNOBS, knob)?;
                let (k, value) = (&KNOBS[at], KNOBS[at].check(*value)?);
                format!("{} {} → {}", k.name, k.show(settings(self)[at]), k.show(value))
            }
            Edit::Prefer { choice, .. } => format!("you preferred: {choice:?}").to_lowercase(),
            _ => String::new(),
        };
        Timeline::edit(self, edit, text.clone())?;
        Ok(text)
    }

    fn branch(&self) -> Box<dyn Run> {
        Box::new(Timeline::branch(self))
    }

    fn journal(&self) -> &[Entry] {
        Timeline::journal(self)
    }

    fn allow(&mut self, bytes: usize) {
        Timeline::allow(self, bytes);
    }

    fn advance_until(&mut self, limit: Limit, _: &[Breakpoint], _: Option<&mut Recorder>) -> Option<Stop> {
        Run::advance(self, limit);
        None
    }

    fn learned(&self, _: u32, _: u16, _: Change, _: &mut dyn FnMut(f32) -> bool) -> Option<Found> {
        None
    }

    fn credit(&self, _: Tick, _: &mut dyn FnMut(f32) -> bool) -> Option<Trail> {
        None
    }

    fn what_if(&self, _: u16, _: u32) -> Option<WhatIf> {
        None
    }

    fn beside(&self, _: u64, _: Option<&crate::world::solve::Solution>) -> Option<Beside> {
        None
    }

    fn taken(&self, _: Tick, _: usize) -> Vec<Taken> {
        Vec::new()
    }

    fn values(&self) -> Vec<f32> {
        Vec::new()
    }

    fn answers(&self, _: Lang) -> Vec<Answer> {
        Vec::new()
    }

    fn pending(&self) -> ActionId {
        ActionId(0)
    }

    fn explain(&self, at: Tick) -> Option<TurnRecord> {
        Timeline::explain(self, at)
    }

    fn dialogue(&self, _: u64) -> Vec<TurnRecord> {
        Vec::new()
    }

    fn candidate(&self) -> Candidate {
        Candidate { dialogues: 0, greedy: Vec::new(), visited: Vec::new() }
    }

    fn voice(&self) -> Option<Box<dyn Voice>> {
        Some(Box::new(Actor::new(self.machine().ground.clone(), self.machine().actor.parameters.clone())))
    }

    fn digest(&self) -> Digest {
        Timeline::digest(self)
    }

    fn save(&self, to: &mut dyn Sink) {
        Timeline::save(self, to);
    }

    fn store(&self) -> Stored {
        Timeline::store(self)
    }

    fn load(&mut self, stored: &Stored) -> Result<(), CheckpointError> {
        Timeline::load(self, stored)
    }

    fn knobs(&self) -> &'static [Knob] {
        KNOBS
    }

    fn knob_now(&self, name: &str) -> Option<f64> {
        KNOBS.iter().position(|k| k.name == name).map(|at| settings(self)[at])
    }

    fn rows(&self) -> Option<Rows> {
        None
    }

    fn settings(&self) -> Settings {
        Settings(settings(self).to_vec())
    }

    fn world(&self) -> &Arc<World> {
        &self.machine().ground.scene.world
    }

    fn kernel(&self) -> Option<&'static str> {
        Some(gemm::kernel())
    }

    fn last_100(&self) -> (u32, f32, f32, f32) {
        (0, f32::NAN, f32::NAN, f32::NAN)
    }

    fn frames(&self) -> (usize, usize) {
        (Timeline::frames(self).len(), Timeline::frames(self).bytes())
    }

    fn look(&self, watch: &Watch, _: Exact<'_>, _: Shown<'_>, lens: &mut Lens) -> RunView {
        let view = RunView {
            tick: Timeline::now(self).0,
            head: Timeline::head(self).0,
            turn_limit: self.machine().ground.scene.rule().turn_limit,
            knobs: knob_views(self),
            numbers: Numbers::Nothing,
            uncounted: true,
            progress: Some(Progress { stage: self.machine().stage().0.name(), ticks: self.machine().ground.plan.end() }),
            language: watch.language.map(|wanted| language(self, wanted, lens)),
            ..RunView::default()
        };
        lens.stale = false;
        view
    }
}
