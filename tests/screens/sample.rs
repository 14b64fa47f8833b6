//! An invented but plausible moment of training, and variants of it.

mod found;
mod inside;
pub mod language;
mod numbers;
mod talk;
mod together;
mod variants;

use std::sync::Arc;

use dialoq::trainer::snapshot::*;
use dialoq::trainer::view::*;

pub use found::*;
pub use inside::*;
use numbers::{curve, table};
use talk::transcript;
pub use together::*;
pub use variants::*;

/// A number on [0, 1) that depends on its place only.
pub fn noise(k: u64) -> f32 {
    let mut x = k.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (x % 10_000) as f32 / 10_000.0
}

fn status(digit: u64) -> Status {
    [Status::Unknown, Status::Heard, Status::Confirmed][digit as usize % 3]
}

pub fn state(task: Option<&str>, task_status: Status, slots: [u64; 3], patience: u8) -> StateView {
    let names = [("ord", "order"), ("itm", "item"), ("why", "reason")];
    let needs = match task {
        Some("track") => 1,
        Some("cancel") => 2,
        Some(_) => 3,
        None => 0,
    };
    StateView {
        text: format!("{} · patience {patience}", task.unwrap_or("task unknown")),
        task: task.map(|t| (t.to_string(), task_status)),
        slots: names
            .iter()
            .zip(slots)
            .enumerate()
            .map(|(k, ((short, label), s))| SlotView {
                short: (*short).into(),
                label: (*label).into(),
                status: status(s),
                needed: k < needs,
            })
            .collect(),
        patience: Some((patience, 3)),
    }
}

pub fn knobs() -> Vec<KnobView> {
    let real = |name, symbol, meaning, value, (min, max, log)| KnobView {
        name,
        symbol,
        meaning,
        unit: "",
        kind: KnobKind::Real { min, max, log },
        value,
        now: value,
        default: value,
        live: true,
    };
    vec![
        real("alpha", "α", "Learning rate: the share of the TD error that one update corrects.", 0.3, (0.0001, 1.0, true)),
        real("gamma", "γ", "Discount: what a reward is worth if it comes one turn later.", 0.95, (0.0, 1.0, false)),
        real("epsilon", "ε", "Exploration: the chance that a turn's act is drawn at random.", 0.12, (0.0, 1.0, false)),
        KnobView {
            name: "epsilon-schedule",
            symbol: "ε moves",
            meaning: "How ε moves with the dialogues: not at all, in a straight line, or by halves.",
            unit: "",
            kind: KnobKind::Choice(&["constant", "linear", "exponential"]),
            value: 0.0,
            now: 0.0,
            default: 0.0,
            live: true,
        },
        KnobView {
            name: "epsilon-dialogues",
            symbol: "ε span",
            meaning: "Linear: dialogues until ε is final.",
            unit: "dialogues",
            kind: KnobKind::Count { min: 1.0, max: 1e9 },
            value: 2000.0,
            now: 2000.0,
            default: 2000.0,
            live: true,
        },
        KnobView {
            name: "initial",
            symbol: "Q₀",
            meaning: "Initial value of every cell.",
            unit: "",
            kind: KnobKind::Real { min: -1000.0, max: 1000.0, log: false },
            value: 0.0,
            now: 0.0,
            default: 0.0,
            live: false,
        },
    ]
}

pub fn update() -> UpdateView {
    let term = |name, symbol, value| TermView { name, symbol, meaning: "", value };
    UpdateView {
        goal: dialoq::run::view::Goal::Optimal,
        tick: 9871,
        dialogue: 1234,
        turn: 5,
        state: 15,
        act: 2,
        words: state(Some("refund"), Status::Confirmed, [1, 0, 0], 2),
        act_name: "ask item".into(),
        next_words: Some(state(Some("refund"), Status::Confirmed, [1, 1, 0], 2)),
        ending: None,
        reward: -2.0,
        choice: Choice::Greedy,
        rule: "{new} ← {q} + {alpha} ({r} + {gamma} · {next} − {q})",
        terms: vec![
            term("new", "Q(s,a)", 8.92),
            term("q", "Q(s,a)", 9.02),
            term("alpha", "α", 0.3),
            term("r", "r", -1.0),
            term("gamma", "γ", 0.95),
            term("next", "max Q(s′,·)", 10.20),
        ],
        before: 9.02,
        after: 8.92,
        delta: -0.33,
        exact: Some(9.41),
        visits: 37,
        now: None,
        further: 0,
    }
}

pub fn inspector() -> InspectorView {
    let outcome =
        |probability, reward, next: &str, next_value, ends| OutcomeView { probability, reward, next: next.into(), next_value, ends };
    InspectorView {
        features: Vec::new(),
        state: 15,
        act: 2,
        words: state(Some("refund"), Status::Confirmed, [1, 0, 0], 2),
        act_name: "ask item".into(),
        act_meaning: "Asks which item it is about.".into(),
        cell: CellView { legal: true, q: 8.92, greedy: true, probability: 0.91, visits: 37, delta: 0.33, exact: Some(9.41), fresh: true },
        history: (0..60).map(|k| (100 + k * 160, 9.0 - 9.0 * (-(k as f32) / 14.0).exp() + noise(k) * 1.2)).collect(),
        last_update: Some(update()),
        outcomes: vec![
            outcome(0.6, -2.0, "refund confirmed · order heard · item heard · reason unknown · patience 2", 10.2, false),
            outcome(0.2, -2.0, "refund confirmed · order heard · item heard · reason heard · patience 2", 11.7, false),
            outcome(0.2, -12.0, "the user hangs up", 0.0, true),
        ],
    }
}

fn score(value: f64, return_: f64, success: f64, turns: f64) -> Score {
    Score { value, return_, success, turns }
}

/// Customer service after 1,234 dialogues, at 60 dialogues a second.
pub fn training() -> Snapshot {
    let mut curve = curve(300, 1234);
    curve.marks = vec![
        Mark { dialogue: 420, tick: 3310, text: "ε 0.10 → 0.12".into() },
        Mark { dialogue: 760, tick: 6002, text: "α 0.10 → 0.30".into() },
    ];
    let evaluations = (1..=24u32)
        .map(|k| {
            let return_ = 9.2 - 15.0 * (-f64::from(k) / 6.0).exp();
            EvaluationView {
                dialogues: u64::from(k) * 50,
                greedy: score(return_ * 0.8, return_, 0.9, 5.0),
                margin: 0.0,
                success_margin: 0.0,
                regret: 9.5 - return_,
                optimal_share: f64::from(k) / 30.0,
                optimal_share_weighted: f64::from(k) / 26.0,
                way: f64::from(k) / 25.0,
            }
        })
        .collect();
    Snapshot {
        scenario: "customer-service".into(),
        scenario_title: "Customer service".into(),
        agent: "q-learning".into(),
        seed: 7,
        phase: Phase::Running,
        pace: Pace::DialoguesPerSecond(60.0),
        dialogues_per_s: 60.0,
        turns_per_s: 291.0,
        view: RunView {
            progress: None,
            language: None,
            numbers: Numbers::Values,
            uncounted: false,
            inside: None,
            tick: 9871,
            head: 9871,
            dialogues: 1234,
            head_dialogues: 1234,
            turn: 5,
            turn_limit: 40,
            digest: None,
            knobs: knobs(),
            curve: Some(curve),
            table: Some(table()),
            cell: Some(inspector()),
            update: Some(update()),
            transcript: Some(transcript()),
        },
        solution: Some(SolutionView {
            gamma: 0.95,
            epsilon: 0.12,
            optimal: score(7.23, 9.5, 0.93, 4.6),
            optimal_with_epsilon: score(5.1, 6.4, 0.88, 5.0),
            random: score(-6.0, -5.6, 0.3, 8.0),
            states: 237,
        }),
        evaluations: Arc::new(evaluations),
        catalogue: Arc::default(),
        notice: None,
        command: "dialoq watch --scenario customer-service --seed 7".into(),
        ..Snapshot::default()
    }
}
