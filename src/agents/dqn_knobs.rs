//! The knobs of DQN, and the numbers of its rule.

use super::explore::SCHEDULES;
use crate::learn::agent::Term;
use crate::learn::knob::{Knob, KnobKind};

pub const LEARNING_RATE: usize = 0;
pub const GAMMA: usize = 1;
pub const EPSILON: usize = 2;
pub const EPSILON_SCHEDULE: usize = 3;
pub const EPSILON_FINAL: usize = 4;
pub const EPSILON_DIALOGUES: usize = 5;
pub const EXPLORATION: usize = 6;
pub const TEMPERATURE: usize = 7;
pub const HIDDEN: usize = 8;
pub const LAYERS: usize = 9;
pub const BATCH_SIZE: usize = 10;
pub const REPLAY_SIZE: usize = 11;
pub const TRAIN_EVERY: usize = 12;
pub const LEARNING_STARTS: usize = 13;
pub const TARGET_PERIOD: usize = 14;
pub const TARGET_TAU: usize = 15;
pub const DOUBLE: usize = 16;
pub const DUELING: usize = 17;
pub const PRIORITISED: usize = 18;
pub const PRIORITY_ALPHA: usize = 19;
pub const PRIORITY_BETA: usize = 20;
pub const PRIORITY_BETA_DIALOGUES: usize = 21;
pub const HUBER: usize = 22;
pub const GRAD_CLIP: usize = 23;
pub const OPTIMISER: usize = 24;

/// Choices that the code asks for, by their places.
pub const ON: f64 = 1.0;
pub const SOFTMAX: f64 = 1.0;
pub const ADAM: f64 = 1.0;

const OFF_ON: &[&str] = &["off", "on"];

const fn real(name: &'static str, symbol: &'static str, (min, max, log): (f64, f64, bool), default: f64, meaning: &'static str) -> Knob {
    Knob { name, symbol, kind: KnobKind::Real { min, max, log }, default, unit: "", live: true, meaning }
}

const fn count(name: &'static str, symbol: &'static str, (min, max): (f64, f64), default: f64, meaning: &'static str) -> Knob {
    Knob { name, symbol, kind: KnobKind::Count { min, max }, default, unit: "", live: true, meaning }
}

const fn choice(name: &'static str, symbol: &'static str, names: &'static [&'static str], default: f64, meaning: &'static str) -> Knob {
    Knob { name, symbol, kind: KnobKind::Choice(names), default, unit: "", live: true, meaning }
}

/// In a unit.
const fn of(unit: &'static str, knob: Knob) -> Knob {
    Knob { unit, ..knob }
}

/// Set when a run begins.
const fn fixed(knob: Knob) -> Knob {
    Knob { live: false, ..knob }
}

pub const KNOBS: &[Knob] = &[
    real("learning-rate", "η", (1e-6, 1.0, true), 0.001, "Step size: how far one update moves the weights against their gradient."),
    real("gamma", "γ", (0.0, 1.0, false), 0.95, "Discount: what a reward is worth if it comes one turn later."),
    real(
        "epsilon",
        "ε",
        (0.0, 1.0, false),
        0.3,
        "Exploration: the chance that a turn's act is drawn at random instead of being the greedy one.",
    ),
    choice("epsilon-schedule", "ε moves", SCHEDULES, 1.0, "How ε moves with the dialogues: not at all, in a straight line, or by halves."),
    real("epsilon-final", "ε final", (0.0, 1.0, false), 0.05, "Where a moving ε ends."),
    of(
        "dialogues",
        count(
            "epsilon-dialogues",
            "ε span",
            (1.0, 1e9),
            1000.0,
            "Linear: dialogues until ε is final. Exponential: dialogues in which the rest of the way halves.",
        ),
    ),
    choice(
        "exploration",
        "explore",
        &["epsilon-greedy", "softmax"],
        0.0,
        "How acts are chosen: the greedy one or, with chance ε, any; or by exp(Q/τ).",
    ),
    of(
        "return",
        real("temperature", "τ", (0.001, 1000.0, true), 1.0, "Softmax: an act whose value is τ lower is chosen e times more seldom."),
    ),
    of("units", fixed(count("hidden", "H", (0.0, 512.0), 64.0, "Width of each hidden layer; 0 makes Q linear in the features."))),
    fixed(count("layers", "L", (1.0, 4.0), 2.0, "Hidden layers between features and values.")),
    of(
        "transitions",
        fixed(count(
            "batch-size",
            "B",
            (1.0, 512.0),
            32.0,
            "Transitions drawn from the replay for one update, whose gradients are averaged.",
        )),
    ),
    of(
        "transitions",
        fixed(count("replay-size", "N", (1.0, 1e6), 10_000.0, "Transitions remembered; the oldest goes when a new one comes.")),
    ),
    of("turns", count("train-every", "every", (1.0, 1000.0), 1.0, "Turns from one update to the next.")),
    of("turns", count("learning-starts", "start", (1.0, 1e6), 100.0, "Turns that are only remembered before the first update.")),
    of(
        "updates",
        count("target-period", "C", (1.0, 1e6), 200.0, "Updates after which the target network becomes a copy of the learning one."),
    ),
    real(
        "target-tau",
        "τ target",
        (0.0, 1.0, false),
        0.0,
        "Soft target: the share of the way that the target network follows at each update; at 0 it is copied every C updates instead.",
    ),
    choice(
        "double",
        "double",
        OFF_ON,
        1.0,
        "Whether the learning network names the best next act and the target network says what it is worth.",
    ),
    fixed(choice(
        "dueling",
        "dueling",
        OFF_ON,
        0.0,
        "Whether the network splits into the value of a state and the advantages of its acts.",
    )),
    fixed(choice("prioritised", "priority", OFF_ON, 0.0, "Whether surprising transitions are drawn more often than others.")),
    real("priority-alpha", "α", (0.0, 1.0, false), 0.6, "How much more often: chances go by |δ| to this power; 0 makes them equal."),
    real(
        "priority-beta",
        "β",
        (0.0, 1.0, false),
        0.4,
        "How much of the bias by unequal chances is made up for by weights at the beginning.",
    ),
    of("dialogues", count("priority-beta-dialogues", "β span", (1.0, 1e9), 2000.0, "Dialogues until β has risen to 1 in a straight line.")),
    of(
        "return",
        real("huber", "κ", (0.01, 1e6, true), 30.0, "TD error beyond which the loss grows in a straight line instead of with its square."),
    ),
    real(
        "grad-clip",
        "clip",
        (0.0, 1000.0, false),
        100.0,
        "Longest gradient that is followed; a longer one is scaled down to it, 0 is no limit.",
    ),
    fixed(choice(
        "optimiser",
        "optimiser",
        &["sgd", "adam"],
        1.0,
        "What makes steps of gradients: plain descent, or Adam, which scales each weight's by its size.",
    )),
];

/// By default the learning network names the act that the target network judges (double).
pub const RULE: &str = "{target} ← {r} + {gamma} · {next}\n{delta} ← {target} − {q}";
pub const SINGLE: &str = "{target} ← {r} + {gamma} · {most}\n{delta} ← {target} − {q}";

pub const TERMS: &[Term] = &[
    Term { name: "target", symbol: "y", meaning: "target: what this turn says its act is worth" },
    Term { name: "r", symbol: "r", meaning: "reward of this turn" },
    Term { name: "gamma", symbol: "γ", meaning: "discount" },
    Term {
        name: "next",
        symbol: "Q̂(s′,argmax Q)",
        meaning: "what the target network promises of the next act that the learning one names",
    },
    Term { name: "most", symbol: "max Q̂(s′,·)", meaning: "what the target network promises of the next state" },
    Term { name: "delta", symbol: "δ", meaning: "TD error of this turn, before the update" },
    Term { name: "q", symbol: "Q(s,a)", meaning: "what the network said before" },
    Term { name: "new", symbol: "Q(s,a)", meaning: "what the network says after one step on a minibatch of remembered turns" },
];
