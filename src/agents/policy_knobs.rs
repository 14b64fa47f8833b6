//! Knobs that A2C and PPO share, in the order of their lists, and the terms of their rule.

use super::knobs;
use crate::learn::agent::Term;
use crate::learn::knob::{Knob, KnobKind};

pub const ACTOR_RATE: usize = 0;
pub const CRITIC_RATE: usize = 1;
pub const GAMMA: usize = 2;
pub const LAMBDA: usize = 3;
pub const ROLLOUT: usize = 4;
pub const ENTROPY: usize = 5;
pub const ADVANTAGE: usize = 6;
pub const MOST: usize = 7;
pub const HIDDEN: usize = 8;
pub const LAYERS: usize = 9;
/// How many they are.
pub const SHARED: usize = 10;

/// Advantages follow the first choice of `ADVANTAGE`.
pub const NORMALISED: f64 = 0.0;

/// Those that a method has defaults of its own for.
pub struct Defaults {
    pub actor_rate: f64,
    pub critic_rate: f64,
    pub rollout: f64,
    pub entropy: f64,
}

pub const fn shared(d: &Defaults) -> [Knob; SHARED] {
    [
        real("actor-rate", "η actor", (1e-6, 0.1, true), d.actor_rate, "Learning rate of the policy's network (Adam's step size)."),
        real("critic-rate", "η critic", (1e-6, 0.1, true), d.critic_rate, "Learning rate of the value network (Adam's step size)."),
        knobs::KNOBS[knobs::GAMMA],
        real(
            "lambda",
            "λ",
            (0.0, 1.0, false),
            0.95,
            "How far advantages look ahead: 0 to the next state's value only, 1 to the dialogue's end.",
        ),
        Knob {
            unit: "turns",
            live: false,
            ..count("rollout", "T", (2.0, 8192.0), d.rollout, "Turns lived through with one policy, and then learned from together.")
        },
        real(
            "entropy",
            "β",
            (0.0, 1.0, false),
            d.entropy,
            "Weight of the entropy bonus, which keeps the policy from being sure too early.",
        ),
        Knob {
            name: "advantage",
            symbol: "Â",
            kind: KnobKind::Choice(&["normalised", "raw"]),
            default: NORMALISED,
            unit: "",
            live: true,
            meaning: "Whether a rollout's advantages are brought to mean 0 and deviation 1, so that step sizes suit any reward.",
        },
        real(
            "gradient-norm",
            "‖g‖ max",
            (0.0, 1000.0, false),
            0.5,
            "A longer gradient of either network is scaled down to this length; 0 leaves all as they are.",
        ),
        Knob {
            unit: "units",
            live: false,
            ..count("hidden", "units", (1.0, 512.0), 64.0, "Units of each hidden layer, of either network.")
        },
        Knob {
            live: false,
            ..count("layers", "layers", (0.0, 4.0), 2.0, "Hidden layers of either network; with 0 it is linear in the features.")
        },
    ]
}

pub const fn real(name: &'static str, symbol: &'static str, range: (f64, f64, bool), default: f64, meaning: &'static str) -> Knob {
    let (min, max, log) = range;
    Knob { name, symbol, kind: KnobKind::Real { min, max, log }, default, unit: "", live: true, meaning }
}

pub const fn count(name: &'static str, symbol: &'static str, range: (f64, f64), default: f64, meaning: &'static str) -> Knob {
    let (min, max) = range;
    Knob { name, symbol, kind: KnobKind::Count { min, max }, default, unit: "", live: true, meaning }
}

pub const TERMS: [Term; 14] = [
    Term { name: "delta", symbol: "δ", meaning: "TD error: how much better the turn went than the critic expected" },
    Term { name: "r", symbol: "r", meaning: "reward of this turn" },
    Term { name: "gamma", symbol: "γ", meaning: "discount" },
    Term { name: "next", symbol: "V(s′)", meaning: "what the critic expects from the next state" },
    Term { name: "v", symbol: "V(s)", meaning: "what the critic expected from this state" },
    Term {
        name: "advantage",
        symbol: "Â",
        meaning: "this turn's advantage; Â of the rollout's last turn is its δ, scaled, that of turns before adds γλ Â of the turn after",
    },
    Term { name: "mean", symbol: "mean", meaning: "mean advantage of the rollout; 0 where advantages are left raw" },
    Term { name: "deviation", symbol: "sd", meaning: "standard deviation of the rollout's advantages; 1 where they are left raw" },
    Term { name: "old", symbol: "old h(s,a)", meaning: "the act's preference before the rollout was learned from" },
    Term { name: "new", symbol: "h(s,a)", meaning: "the act's preference now" },
    Term { name: "policy_loss", symbol: "L π", meaning: "the policy's loss over the rollout" },
    Term { name: "value_loss", symbol: "L V", meaning: "half the critic's mean squared error over the rollout" },
    Term { name: "entropy", symbol: "H(π)", meaning: "how undecided the policy is, in nats" },
    Term { name: "kl", symbol: "KL", meaning: "how far the policy has moved, in nats" },
];

/// The terms of a method: those that both have, then its own.
pub const fn terms<const OWN: usize, const ALL: usize>(own: [Term; OWN]) -> [Term; ALL] {
    let mut all = [TERMS[0]; ALL];
    let mut i = 0;
    while i < ALL {
        all[i] = if i < TERMS.len() { TERMS[i] } else { own[i - TERMS.len()] };
        i += 1;
    }
    all
}
