//! How much work the ticks of a path are, so that progress and the time left can be told: a tick of PPO takes fifteen times as long as
//! one of SFT. The figures are measured on the preset `small` and hold within some ten per cent; nothing that is learned depends on them.

use super::ground::Mode;
use super::knobs::value;
use super::plan::{Plan, Rollouts, Stage};

/// Forward and backward of one sequence (0.37 ms on one core), in turns of a table.
const SEQUENCE: u64 = 2_048;
/// A raw record.
const RECORD: u64 = 32;
/// A reply of a rollout: drawn word by word, then judged by three networks. In hundredths of a sequence.
const REPLY: u64 = 170;
/// The last tick of the reward model's stage judges what was learned. In sequences.
const JUDGING: u64 = 6_300;

/// The work of the ticks from one up to another, in turns of a table.
pub fn work(plan: &Plan, settings: &[f64], from: u64, to: u64) -> u64 {
    let of_stage = |(stage, ticks): &(Stage, std::ops::Range<u64>)| {
        let [from, to] = [from, to].map(|tick| tick.clamp(ticks.start, ticks.end) - ticks.start);
        let judges = *stage == Stage::Reward && from < to && to == ticks.end - ticks.start;
        let all = done(settings, *stage, to) - done(settings, *stage, from);
        all + if judges { JUDGING * SEQUENCE } else { 0 }
    };
    plan.stages.iter().map(of_stage).sum()
}

/// The work of a stage's first ticks.
fn done(settings: &[f64], stage: Stage, ticks: u64) -> u64 {
    let knob = |name: &str| value(settings, name) as u64;
    match stage {
        Stage::Data => ticks * RECORD,
        Stage::Sft => ticks * knob("sft-batch") * SEQUENCE,
        // Two replies of a pair.
        Stage::Reward => ticks * knob("reward-batch") * 2 * SEQUENCE,
        // The same, and the reference's forward.
        Stage::Ppo(Mode::Dpo) => ticks * knob("reward-batch") * 2 * SEQUENCE * 4 / 3,
        Stage::Ppo(mode) => {
            let sizes = Rollouts::of(settings, mode);
            let rollouts = ticks.div_ceil(sizes.ticks());
            let mixed = if value(settings, "mixture") > 0.0 { knob("sft-batch") } else { 0 };
            // Actor and critic learn from each reply.
            let step = sizes.minibatch as u64 * 2 + mixed;
            rollouts * sizes.replies() as u64 * REPLY * SEQUENCE / 100 + (ticks - rollouts) * step * SEQUENCE
        }
        Stage::Done => 0,
    }
}
