//! PPO: learns several times from each rollout, with an objective that stops caring once the policy has moved far enough.
//! θ ← Adam(∇ mean [−min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β H(π)]),  ρ = π(a|s) / π′(a|s), π′ the policy that acted
//! Source: Schulman et al. 2017, eq. 7 and algorithm 1; the stop at a KL as in Achiam 2018, Spinning Up.

use super::policy_gradient::{Judged, Method, PolicyGradient};
use super::policy_knobs::{ACTOR_RATE, CRITIC_RATE, Defaults, ENTROPY, MOST, SHARED, count, real, shared, terms};
use super::policy_loss::Objective;
use super::policy_net::{ActorCritic, Batch, Health, Stride};
use crate::learn::agent::Term;
use crate::learn::knob::{Knob, Settings, Tuned, join};
use crate::num::dice::{Dice, Key, scale};

const CLIP: usize = SHARED;
const EPOCHS: usize = SHARED + 1;
const MINIBATCH: usize = SHARED + 2;
const KL_LIMIT: usize = SHARED + 3;

#[derive(Clone, Debug)]
pub struct Clipped;

pub type Ppo = PolicyGradient<Clipped>;

const OWN: [Knob; 4] = [
    real("clip", "ε", (0.01, 1.0, false), 0.2, "How far an act's probability may move, as a share, before a turn stops pushing it on."),
    count("epochs", "K", (1.0, 50.0), 6.0, "How many times each rollout is gone through."),
    count("minibatch", "M", (1.0, 8192.0), 64.0, "Turns of one step; each epoch deals the rollout out anew."),
    real("kl-limit", "KL max", (0.0, 1.0, false), 0.03, "Mean KL after which the rest of the epochs is left out; 0 never stops."),
];

const KNOBS: [Knob; SHARED + 4] =
    join(&[&shared(&Defaults { actor_rate: 0.001, critic_rate: 0.002, rollout: 256.0, entropy: 0.02 }), &OWN]);

impl Method for Clipped {
    const NAME: &'static str = "ppo";
    const ABOUT: &'static str = "actor-critic that goes through each rollout several times, never moving the policy too far (clipped)";
    const RULE: &'static str = "{delta} ← {r} + {gamma} · {next} − {v}\n{advantage} ← ({delta} − {mean}) / {deviation}\n\
                                {objective} ← min({ratio} · {advantage}, clip({ratio}, 1 − {clip}, 1 + {clip}) · {advantage})";
    const TERMS: &'static [Term] = &terms::<3, 17>([
        Term { name: "objective", symbol: "J", meaning: "what this turn adds to what the policy's network raises" },
        Term { name: "ratio", symbol: "ρ", meaning: "how many times as likely as before the act is now" },
        Term { name: "clip", symbol: "ε", meaning: "how far ρ may be from 1 before the turn stops pushing" },
    ]);
    const KNOBS: &'static [Knob] = &KNOBS;
    const TUNED: &'static [Tuned] = &[];

    fn improve(net: &mut ActorCritic, lesson: &mut Batch, settings: &Settings, dice: &mut Dice) -> Health {
        let s = &settings.0;
        let stride = Stride {
            objective: Objective::Clipped(s[CLIP] as f32),
            entropy: s[ENTROPY] as f32,
            actor_rate: s[ACTOR_RATE] as f32,
            critic_rate: s[CRITIC_RATE] as f32,
            most: s[MOST] as f32,
        };
        let (key, limit) = (dice.key(), s[KL_LIMIT] as f32);
        let mut order: Vec<usize> = (0..lesson.samples.len()).collect();
        let mut part = Batch::default();
        let (mut sum, mut steps) = (Health::default(), 0.0);
        for epoch in 0..s[EPOCHS] as u64 {
            shuffle(&mut order, key.child(epoch));
            for places in order.chunks(s[MINIBATCH] as usize) {
                part.clear();
                places.iter().for_each(|at| part.take(lesson, *at));
                sum.add(&net.learn(&part, &stride));
                steps += 1.0;
            }
            sum.kl = net.moved(lesson);
            if limit > 0.0 && sum.kl > limit {
                break;
            }
        }
        Health { kl: sum.kl, ..sum.over(steps) }
    }

    fn objective(settings: &Settings, turn: &Judged) -> Vec<(&'static str, f32)> {
        let (clip, Judged { ratio, advantage, .. }) = (settings.0[CLIP] as f32, turn);
        let objective = (ratio * advantage).min(ratio.clamp(1.0 - clip, 1.0 + clip) * advantage);
        vec![("ratio", *ratio), ("clip", clip), ("objective", objective)]
    }

    fn epochs(settings: &Settings) -> u64 {
        settings.0[EPOCHS] as u64
    }
}

/// Every order as likely as any other. Source: Durstenfeld 1964.
fn shuffle(order: &mut [usize], key: Key) {
    for i in (1..order.len()).rev() {
        let j = scale(Dice::at(key, i as u64).draw() >> 32, i as u32 + 1);
        order.swap(i, j as usize);
    }
}
