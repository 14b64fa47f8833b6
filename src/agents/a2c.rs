//! A2C: a network that prefers acts, one that judges states, and one step of both after each rollout of a few turns.
//! θ ← Adam(∇ mean [−log π(a|s) Â − β H(π)]),  w ← Adam(∇ mean ½ (G − V(s))²),  G = Â + V(s)
//! Source: Mnih et al. 2016, §4 (one worker, synchronous), advantages as in Schulman et al. 2016.

use super::policy_gradient::{Judged, Method, PolicyGradient};
use super::policy_knobs::{ACTOR_RATE, CRITIC_RATE, Defaults, ENTROPY, MOST, SHARED, shared, terms};
use super::policy_loss::Objective;
use super::policy_net::{ActorCritic, Batch, Health, Stride};
use crate::learn::agent::Term;
use crate::learn::knob::{Knob, Settings, Tuned};
use crate::num::dice::Dice;

#[derive(Clone, Debug)]
pub struct OneStep;

pub type A2c = PolicyGradient<OneStep>;

const KNOBS: [Knob; SHARED] = shared(&Defaults { actor_rate: 0.003, critic_rate: 0.01, rollout: 128.0, entropy: 0.1 });

impl Method for OneStep {
    const NAME: &'static str = "a2c";
    const ABOUT: &'static str = "two networks, one for the policy and one for values, that step together after a few turns (actor-critic)";
    const RULE: &'static str = "{delta} ← {r} + {gamma} · {next} − {v}\n{advantage} ← ({delta} − {mean}) / {deviation}\n\
                                {objective} ← {log} · {advantage}";
    const TERMS: &'static [Term] = &terms::<3, 17>([
        Term { name: "objective", symbol: "J", meaning: "what this turn adds to what the policy's network raises" },
        Term { name: "log", symbol: "log π(a|s)", meaning: "logarithm of the act's probability when it was chosen" },
        Term { name: "ratio", symbol: "ρ", meaning: "how many times as likely as before the act is now" },
    ]);
    const KNOBS: &'static [Knob] = &KNOBS;
    const TUNED: &'static [Tuned] = &[];

    fn improve(net: &mut ActorCritic, lesson: &mut Batch, settings: &Settings, _: &mut Dice) -> Health {
        let s = &settings.0;
        let stride = Stride {
            objective: Objective::LogLikelihood,
            entropy: s[ENTROPY] as f32,
            actor_rate: s[ACTOR_RATE] as f32,
            critic_rate: s[CRITIC_RATE] as f32,
            most: s[MOST] as f32,
        };
        let health = net.learn(lesson, &stride);
        Health { kl: net.moved(lesson), ..health }
    }

    fn objective(_: &Settings, turn: &Judged) -> Vec<(&'static str, f32)> {
        vec![("ratio", turn.ratio), ("log", turn.log), ("objective", turn.log * turn.advantage)]
    }

    fn epochs(_: &Settings) -> u64 {
        1
    }
}
