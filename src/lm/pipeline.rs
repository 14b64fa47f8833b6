//! The whole path as a machine: raw dialogues → SFT → reward model → PPO, tick by tick. A tick is one minibatch, or one rollout.
//!
//! All that changes stands in its fields; all else follows from the spec and is shared (`Ground`). So it can be gone back in, branched
//! and replayed like any other machine.

mod duel;
mod stages;

use std::sync::Arc;

use super::dpo;
use super::ground::{Ground, Mode};
use super::knobs::KNOBS;
use super::net::{Desk, Net};
use super::plan::Stage;
use super::ppo::Ppo;
use super::series::Board;
use crate::learn::knob;
use crate::learn::machine::{Edit, EditError, Machine, Tick};
use crate::learn::probe::{Place, Probe, TurnRecord};
use crate::num::curve::Sample;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End};
pub use duel::{Duel, Labelled, Refit};

pub const DATA_METRICS: &[&str] = &["kept", "dropped", "mended"];
pub const SFT_METRICS: &[&str] = &["loss", "perplexity", "gradient norm", "learning rate"];
pub const REWARD_METRICS: &[&str] = &["loss", "accuracy", "chosen", "rejected", "margin", "accuracy held out", "gradient norm"];

/// What tells a safe reward model from a dangerous one, and what it falls for.
pub const VERDICT: [&str; 7] = ["accuracy", "rm-greedy return", "rm-greedy success", "empty", "repeated", "length", "calibration"];

#[derive(Clone)]
pub struct Pipeline {
    pub ground: Arc<Ground>,
    desk: Desk,
    tick: u64,
    pub settings: Vec<f64>,
    /// The policy, and what SFT made of it.
    pub actor: Net,
    pub reference: Vec<f32>,
    pub reward: Net,
    pub critic: Net,
    /// The running mean of the actor's weights in PPO.
    pub ema: Vec<f32>,
    /// What each mode that is over made of the policy.
    kept: Vec<Vec<f32>>,
    /// Mean and deviation of the reward model's scores of SFT's replies.
    norm: Vec<f32>,
    /// What the reward model was found to be at the end of its stage, in the order of `VERDICT`; zeros before.
    verdict: Vec<f32>,
    pub cleaned: Board,
    pub sft: Board,
    pub rewarded: Board,
    pub preferred: Board,
    /// In the order of the plan; none for DPO.
    pub modes: Vec<Ppo>,
    pub labels: duel::Labels,
}

impl Fields for Pipeline {
    fn read(&self, to: &mut dyn Sink) {
        self.tick.read(to);
        self.settings.read(to);
        [&self.actor, &self.reward, &self.critic].into_iter().for_each(|net| net.read(to));
        [&self.reference, &self.ema, &self.norm, &self.verdict].into_iter().chain(&self.kept).for_each(|list| list.read(to));
        [&self.cleaned, &self.sft, &self.rewarded, &self.preferred].into_iter().for_each(|board| board.read(to));
        self.modes.iter().for_each(|mode| mode.read(to));
        self.labels.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.tick.write(from)?;
        self.settings.write(from)?;
        for net in [&mut self.actor, &mut self.reward, &mut self.critic] {
            net.write(from)?;
        }
        for list in [&mut self.reference, &mut self.ema, &mut self.norm, &mut self.verdict].into_iter().chain(&mut self.kept) {
            list.write(from)?;
        }
        for board in [&mut self.cleaned, &mut self.sft, &mut self.rewarded, &mut self.preferred] {
            board.write(from)?;
        }
        self.modes.iter_mut().try_for_each(|mode| mode.write(from))?;
        self.labels.write(from)
    }
}

impl Pipeline {
    pub fn new(ground: Arc<Ground>, threads: usize) -> Pipeline {
        let deviation = super::knobs::value(&ground.settings, "initial");
        let actor = Net::new(ground.language.fresh(deviation, ground.key(1)));
        let (language, valued) = (ground.language.parameters(), ground.valued.parameters());
        let modes = ground.spec.modes.iter().filter(|mode| **mode != Mode::Dpo).map(|mode| Ppo::new(&ground, *mode)).collect();
        Pipeline {
            desk: Desk::new(threads),
            tick: 0,
            settings: ground.settings.clone(),
            reference: vec![0.0; language],
            reward: Net::new(vec![0.0; valued]),
            critic: Net::new(vec![0.0; valued]),
            ema: vec![0.0; language],
            kept: vec![vec![0.0; language]; ground.spec.modes.len()],
            norm: vec![0.0, 1.0],
            verdict: vec![0.0; VERDICT.len()],
            cleaned: Board::new(DATA_METRICS),
            sft: Board::new(SFT_METRICS),
            rewarded: Board::new(REWARD_METRICS),
            preferred: Board::new(dpo::METRICS),
            modes,
            labels: duel::Labels::new(&ground),
            actor,
            ground,
        }
    }

    /// The stage that the next tick belongs to, which of its ticks that is, and how many it has.
    pub fn stage(&self) -> (Stage, u64, u64) {
        self.ground.plan.at(self.tick)
    }

    /// The policy that a stage ended with, as far as it has ended.
    pub fn policy_of(&self, stage: Stage) -> Option<&[f32]> {
        let over = self.ground.plan.end_of(stage).is_some_and(|end| self.tick >= end);
        match stage {
            _ if !over => None,
            Stage::Sft => Some(&self.reference),
            Stage::Ppo(mode) => self.ground.spec.modes.iter().position(|own| *own == mode).map(|at| &self.kept[at][..]),
            Stage::Data | Stage::Reward | Stage::Done => None,
        }
    }

    pub fn now_at(&self) -> u64 {
        self.tick
    }

    /// Mean and deviation of SFT's scores.
    pub fn norm(&self) -> (f32, f32) {
        (self.norm[0], self.norm[1])
    }

    /// By the names of `VERDICT`; none before the reward model has been judged.
    pub fn verdict(&self) -> Option<impl Iterator<Item = (&'static str, f32)> + '_> {
        let judged = self.verdict.iter().any(|x| *x != 0.0);
        judged.then(|| VERDICT.into_iter().zip(self.verdict.iter().copied()))
    }

    pub fn mode(&self, mode: Mode) -> Option<&Ppo> {
        self.modes.iter().find(|ppo| ppo.mode == mode)
    }

    pub fn threads(&self) -> usize {
        self.desk.threads
    }

    /// What a watched tick tells: the stage's latest figures, and one weight before and after.
    fn record<P: Probe>(&self, tick: u64, before: f32, figures: &[(&'static str, f32)], probe: &mut P) {
        let (stage, at, _) = self.ground.plan.at(tick);
        probe.turn(TurnRecord {
            tick,
            dialogue: 0,
            turn: at as u32 + 1,
            state: match stage {
                Stage::Data => 0,
                Stage::Sft => 1,
                Stage::Reward => 2,
                Stage::Ppo(mode) => 3 + mode as u64,
                Stage::Done => 9,
            },
            next: 0,
            legal: 1,
            act: ActionId(0),
            reward: 0.0,
            end: End::Open,
            success: false,
            values: vec![0.0],
            probabilities: vec![1.0],
            visits: Vec::new(),
            terms: figures.to_vec(),
            writes: Vec::new(),
        });
        let after = if self.sound() { self.actor.parameters[0] } else { f32::NAN };
        probe.write(Place { row: 0, column: 0 }, before, after);
    }
}

impl Machine for Pipeline {
    fn now(&self) -> Tick {
        Tick(self.tick)
    }

    /// Dialogues are not what this machine counts by.
    fn dialogues(&self) -> u64 {
        0
    }

    fn run<P: Probe>(&mut self, ticks: u64, _: u64, probe: &mut P, _: &mut dyn FnMut(&Sample) -> bool) {
        while self.tick < ticks {
            let (tick, before) = (self.tick, self.actor.parameters[0]);
            let figures = self.advance();
            self.tick += 1;
            if P::ON {
                self.record(tick, before, &figures, probe);
            }
        }
    }

    fn sound(&self) -> bool {
        [self.actor.norm, self.reward.norm, self.critic.norm].iter().all(|norm| norm.is_finite())
            && self.actor.parameters[0].is_finite()
            && self.modes.iter().all(Ppo::sound)
    }

    fn cost(&self) -> u64 {
        1 << 17
    }

    fn work(&self, from: u64, to: u64) -> u64 {
        super::work::work(&self.ground.plan, &self.ground.settings, from, to)
    }

    fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        match edit {
            Edit::Tune { knob, value } => {
                let at = knob::position(super::knobs::OWNER, KNOBS, knob)?;
                if !KNOBS[at].live {
                    let value = KNOBS[at].show(*value);
                    return Err(knob::KnobError::Fixed { name: KNOBS[at].name, value }.into());
                }
                self.settings[at] = KNOBS[at].check(*value)?;
                for mode in self.modes.iter_mut().filter(|ppo| format!("{}-kl", ppo.mode.name()) == *knob) {
                    mode.kl_weight = *value as f32;
                }
                Ok(())
            }
            Edit::Prefer { duel, choice } => self.prefer(*duel, *choice),
            _ => Err(EditError::NotHere { what: "language model" }),
        }
    }
}
