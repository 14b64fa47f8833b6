//! The knobs of all tabular agents. An agent with more puts its own after them: `&join::<{ COUNT + 1 }>(&[KNOBS, &[...]])`.

use super::explore::{SCHEDULES_AND_VISITS, WAYS};
use crate::learn::knob::{Knob, KnobKind};

pub const ALPHA: usize = 0;
pub const GAMMA: usize = 1;
pub const EPSILON: usize = 2;
pub const EPSILON_SCHEDULE: usize = 3;
pub const EPSILON_FINAL: usize = 4;
pub const EPSILON_DIALOGUES: usize = 5;
pub const ALPHA_SCHEDULE: usize = 6;
pub const ALPHA_VISITS: usize = 7;
pub const INITIAL: usize = 8;
pub const ALPHA_FINAL: usize = 9;
pub const ALPHA_DIALOGUES: usize = 10;
pub const EXPLORATION: usize = 11;
pub const TEMPERATURE: usize = 12;
pub const TEMPERATURE_FINAL: usize = 13;
pub const EPSILON_VISITS: usize = 14;
pub const UCB_C: usize = 15;

/// Of `KNOBS`: where an agent's own begin.
pub const COUNT: usize = KNOBS.len();

pub const ALPHA_SCHEDULES: &[&str] = &["constant", "visits", "linear", "exponential"];
/// α follows `ALPHA_SCHEDULES[1]`.
pub const BY_VISITS: f64 = 1.0;

pub const KNOBS: &[Knob] = &[
    Knob {
        name: "alpha",
        symbol: "α",
        kind: KnobKind::Real { min: 0.0001, max: 1.0, log: true },
        default: 0.1,
        unit: "",
        live: true,
        meaning: "Learning rate: the share of the TD error that one update corrects.",
    },
    Knob {
        name: "gamma",
        symbol: "γ",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.95,
        unit: "",
        live: true,
        meaning: "Discount: what a reward is worth if it comes one turn later.",
    },
    Knob {
        name: "epsilon",
        symbol: "ε",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.1,
        unit: "",
        live: true,
        meaning: "Exploration: the chance that a turn's act is drawn at random instead of being the greedy one.",
    },
    Knob {
        name: "epsilon-schedule",
        symbol: "ε moves",
        kind: KnobKind::Choice(SCHEDULES_AND_VISITS),
        default: 0.0,
        unit: "",
        live: true,
        meaning: "How ε (or τ) moves: not at all, with the dialogues in a straight line or by halves, or with the visits of a state.",
    },
    Knob {
        name: "epsilon-final",
        symbol: "ε final",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.01,
        unit: "",
        live: true,
        meaning: "Where a moving ε ends.",
    },
    Knob {
        name: "epsilon-dialogues",
        symbol: "ε span",
        kind: KnobKind::Count { min: 1.0, max: 1e9 },
        default: 2000.0,
        unit: "dialogues",
        live: true,
        meaning: "Linear: dialogues until ε is final. Exponential: dialogues in which the rest of the way halves.",
    },
    Knob {
        name: "alpha-schedule",
        symbol: "α moves",
        kind: KnobKind::Choice(ALPHA_SCHEDULES),
        default: 0.0,
        unit: "",
        live: true,
        meaning: "How α moves: not at all, with the visits n of a cell as α / (1 + n / span), or with the dialogues in a straight line or by halves.",
    },
    Knob {
        name: "alpha-visits",
        symbol: "α span",
        kind: KnobKind::Count { min: 1.0, max: 1e9 },
        default: 100.0,
        unit: "visits",
        live: true,
        meaning: "Visits of a cell after which its α has halved.",
    },
    Knob {
        name: "initial",
        symbol: "Q₀",
        kind: KnobKind::Real { min: -1000.0, max: 1000.0, log: false },
        default: 0.0,
        unit: "return",
        live: false,
        meaning: "Initial value of every cell: above what is possible, it makes a greedy agent try everything (optimism).",
    },
    Knob {
        name: "alpha-final",
        symbol: "α final",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.01,
        unit: "",
        live: true,
        meaning: "Where an α that moves with the dialogues ends.",
    },
    Knob {
        name: "alpha-dialogues",
        symbol: "α dialogues",
        kind: KnobKind::Count { min: 1.0, max: 1e9 },
        default: 2000.0,
        unit: "dialogues",
        live: true,
        meaning: "Linear: dialogues until α is final. Exponential: dialogues in which the rest of the way halves.",
    },
    Knob {
        name: "exploration",
        symbol: "explore",
        kind: KnobKind::Choice(WAYS),
        default: 0.0,
        unit: "",
        live: true,
        meaning: "How acts are chosen: the greedy one or, with chance ε, any; by exp(Q/τ); or by the largest Q plus a bonus for what was seldom tried.",
    },
    Knob {
        name: "temperature",
        symbol: "τ",
        kind: KnobKind::Real { min: 0.001, max: 1000.0, log: true },
        default: 1.0,
        unit: "return",
        live: true,
        meaning: "Softmax: an act whose value is τ lower is chosen e times more seldom.",
    },
    Knob {
        name: "temperature-final",
        symbol: "τ final",
        kind: KnobKind::Real { min: 0.001, max: 1000.0, log: true },
        default: 0.1,
        unit: "return",
        live: true,
        meaning: "Where a moving τ ends; it moves as ε does.",
    },
    Knob {
        name: "epsilon-visits",
        symbol: "ε visits",
        kind: KnobKind::Count { min: 1.0, max: 1e9 },
        default: 100.0,
        unit: "visits",
        live: true,
        meaning: "Visits of a state after which ε (or τ) has come half-way, where it moves with them.",
    },
    Knob {
        name: "ucb-c",
        symbol: "c",
        kind: KnobKind::Real { min: 0.0, max: 1000.0, log: false },
        default: 1.0,
        unit: "return",
        live: true,
        meaning: "Upper confidence bounds: the bonus of an act is c √(ln N(s) / N(s,a)), by the visits of the state and of the act in it.",
    },
];
