//! Which stage a tick belongs to: it follows from the settings, so that every moment of the path has its number beforehand.

use std::ops::Range;

use super::ground::Mode;
use super::knobs::value;
use super::sft::per_epoch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Raw dialogues are cleaned, a record a tick.
    Data,
    Sft,
    Reward,
    Ppo(Mode),
    Done,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Stage::Data => "data",
            Stage::Sft => "sft",
            Stage::Reward => "reward",
            Stage::Ppo(mode) => mode.name(),
            Stage::Done => "done",
        }
    }
}

/// A mode's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rollouts {
    pub rows: usize,
    pub turns: usize,
    pub minibatch: usize,
    pub epochs: usize,
}

impl Rollouts {
    pub fn of(settings: &[f64], mode: Mode) -> Rollouts {
        let knob = |name: &str| value(settings, &format!("{}-{name}", mode.name())) as usize;
        Rollouts { rows: knob("dialogues"), turns: knob("turns"), minibatch: knob("minibatch"), epochs: knob("epochs") }
    }

    pub fn replies(&self) -> usize {
        self.rows * self.turns
    }

    /// Steps of an epoch.
    pub fn steps(&self) -> usize {
        self.replies().div_ceil(self.minibatch)
    }

    /// Ticks of an update: the rollout, then the steps.
    pub fn ticks(&self) -> u64 {
        1 + (self.steps() * self.epochs) as u64
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Each stage and its ticks.
    pub stages: Vec<(Stage, Range<u64>)>,
}

impl Plan {
    /// Of so many raw records, replies and pairs.
    pub fn new(settings: &[f64], modes: &[Mode], (records, replies, pairs): (usize, usize, usize)) -> Plan {
        let knob = |name: &str| value(settings, name);
        let mut plan = Plan { stages: Vec::new() };
        plan.push(Stage::Data, records as u64);
        plan.push(Stage::Sft, knob("sft-epochs") as u64 * per_epoch(replies, knob("sft-batch") as usize));
        let reward = if pairs == 0 { 0 } else { per_epoch(pairs, knob("reward-batch") as usize) };
        plan.push(Stage::Reward, knob("reward-epochs") as u64 * reward);
        for mode in modes {
            let ticks = match mode {
                Mode::Dpo => knob("dpo-epochs") as u64 * reward,
                mode => knob(&format!("{}-updates", mode.name())) as u64 * Rollouts::of(settings, *mode).ticks(),
            };
            plan.push(Stage::Ppo(*mode), ticks);
        }
        plan
    }

    /// A stage without a tick is none.
    fn push(&mut self, stage: Stage, ticks: u64) {
        let from = self.end();
        if ticks > 0 {
            self.stages.push((stage, from..from + ticks));
        }
    }

    /// Ticks of the whole path.
    pub fn end(&self) -> u64 {
        self.stages.last().map_or(0, |(_, ticks)| ticks.end)
    }

    /// The stage of a tick, which of its ticks it is, and how many it has.
    pub fn at(&self, tick: u64) -> (Stage, u64, u64) {
        let found = self.stages.iter().find(|(_, ticks)| ticks.contains(&tick));
        found.map_or((Stage::Done, 0, 0), |(stage, ticks)| (*stage, tick - ticks.start, ticks.end - ticks.start))
    }

    /// The tick at which a stage is over.
    pub fn end_of(&self, stage: Stage) -> Option<u64> {
        self.stages.iter().find(|(own, _)| *own == stage).map(|(_, ticks)| ticks.end)
    }
}
