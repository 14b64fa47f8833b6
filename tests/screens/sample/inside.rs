//! Agents that hold more than a table: what each would show in the middle of training.

use dialoq::trainer::snapshot::Snapshot;
use dialoq::trainer::view::*;

use super::numbers::ACTS;
use super::{noise, state, training};

fn acts() -> Vec<ActView> {
    ACTS.iter().map(|(short, name, meaning)| ActView { short: (*short).into(), name: (*name).into(), meaning: (*meaning).into() }).collect()
}

fn states(count: u64) -> Vec<(u64, StateView)> {
    let tasks = [Some("refund"), Some("track"), None, Some("cancel")];
    let words = |k: u64| state(tasks[k as usize % 4], Status::Heard, [k, k / 2, k / 3], 3 - (k % 3) as u8);
    (0..count).map(|k| (k * 5, words(k))).collect()
}

fn with(agent: &str, inside: Inside) -> Snapshot {
    let mut s = training();
    s.agent = agent.into();
    s.view.inside = Some(InsideView { inside, acts: acts(), features: Vec::new(), active: Vec::new(), states: states(20) });
    s
}

fn gauge(name: &'static str, symbol: &'static str, unit: &'static str, value: f32, meaning: &'static str) -> Gauge {
    let recent = (0..40).map(|k| value * (0.6 + 0.8 * noise(k * 7 + name.len() as u64))).collect();
    Gauge { name, symbol, unit, meaning, value, recent }
}

fn term(name: &'static str, symbol: &'static str, value: f32) -> TermView {
    TermView { name, symbol, meaning: "", value }
}

/// A network that learns from replayed turns, the most surprising first.
pub fn network() -> Snapshot {
    let remembered = |k: u64| Remembered {
        key: k * 5,
        act: (k % 12) as u8,
        reward: if k.is_multiple_of(4) { 20.0 } else { -1.0 },
        end: if k.is_multiple_of(4) { End::Closed } else { End::Open },
        age: k * 311,
        priority: Some(4.2 / (k + 1) as f32),
    };
    let layer = |name: &str, inputs, outputs, gradient| Layer { name: name.into(), inputs, outputs, weights: 8.13, gradient };
    let inside = Inside {
        note: "The weights step along the gradient of L over 32 remembered turns; this turn may not be among them.".into(),
        gauges: vec![
            gauge("loss", "L", "", 0.418, "Mean Huber loss of the last batch, before the step."),
            gauge("gradient norm", "‖∇‖", "", 1.73, "Length of the whole gradient before it is clipped."),
            gauge("mean Q", "", "", 6.31, "Mean prediction over the batch: if it only rises, the values may be running away."),
            gauge("target lag", "", "updates", 213.0, "Updates since the target network was last made equal to the other."),
        ],
        layers: vec![layer("hidden 1", 64, 128, 0.031), layer("hidden 2", 128, 128, 0.027), layer("output", 128, 12, 0.112)],
        replay: Some(Replay { kept: 9_871, room: 50_000, rows: (0..16).map(remembered).collect() }),
        ..Inside::default()
    };
    let mut s = with("dqn", inside);
    s.view.uncounted = true;
    let update = s.view.update.as_mut().expect("the sample has it");
    update.rule = "{target} ← {r} + {gamma} · {next}\n{delta} ← {target} − {q}\n{new} ← {q} + {step}";
    update.terms = vec![
        term("target", "y", 8.69),
        term("r", "r", -1.0),
        term("gamma", "γ", 0.95),
        term("next", "max Q̂(s′,·)", 10.20),
        term("delta", "δ", -0.33),
        term("q", "Q(s,a)", 9.02),
        term("new", "Q(s,a)", 8.92),
        term("step", "Δ", -0.1),
        term("loss", "L", 0.418),
        term("norm", "‖∇‖", 1.73),
    ];
    (update.visits, update.further) = (0, 63);
    let table = s.view.table.as_mut().expect("the sample has it");
    (table.uncounted, table.seen, table.max_visits, table.max_delta) = (true, 0, 0, 0.0);
    for row in &mut table.rows {
        row.visits = 0;
        row.cells.iter_mut().for_each(|cell| (cell.visits, cell.delta) = (0, 0.0));
    }
    let cell = s.view.cell.as_mut().expect("the sample has it");
    (cell.cell.visits, cell.cell.delta, cell.last_update) = (0, 0.0, s.view.update.clone());
    s
}

/// A turn of a network that is still gathering what it will learn from.
pub fn gathering() -> Snapshot {
    let mut s = network();
    let update = s.view.update.as_mut().expect("the sample has it");
    (update.terms, update.further) = (Vec::new(), 0);
    s
}

/// Q(λ) with its trace.
pub fn traced() -> Snapshot {
    let trace = |k: u64| Trace { key: k * 5, act: (k * 5 % 12) as u8, value: 0.855_f32.powi(k as i32) };
    let mut s = with("q-lambda", Inside { traces: Some((0..14).map(trace).collect()), ..Inside::default() });
    let update = s.view.update.as_mut().expect("the sample has it");
    update.rule = "{delta} ← {r} + {gamma} · {next} − {q}\n{new} ← {q} + {alpha} · {delta} · {e}";
    update.terms.extend([term("delta", "δ", -0.33), term("e", "e(s,a)", 1.0)]);
    update.further = 11;
    s
}

/// An agent that looks several turns back, at the update of an earlier state.
pub fn earlier() -> Snapshot {
    let mut s = training();
    s.agent = "n-step-sarsa".into();
    let update = s.view.update.as_mut().expect("the sample has it");
    update.now = Some((state(Some("refund"), Status::Confirmed, [1, 1, 1], 1), "confirm all".into()));
    s
}

/// Prioritised sweeping: a model, a queue, planned updates.
pub fn planning() -> Snapshot {
    let trace = |k: u64, value| Trace { key: k * 5 % 60, act: (k * 7 % 12) as u8, value };
    let plan = Plan {
        pairs: 1_204,
        outcomes: 2_310,
        planned: 49_355,
        queue: (0..12).map(|k| trace(k, 3.1 / (k + 1) as f32)).collect(),
        last: (0..5).map(|k| trace(k, (noise(k) - 0.5) * 4.0)).collect(),
    };
    let mut s = with("prioritized-sweeping", Inside { plan: Some(plan), ..Inside::default() });
    s.view.update.as_mut().expect("the sample has it").further = 5;
    s
}

/// A linear agent: weights by feature and act, and in the inspector those that sum up to the value.
pub fn linear() -> Snapshot {
    let slots = ["task", "order", "item", "reason"];
    let mut features: Vec<String> = vec!["always".into()];
    features.extend(slots.iter().flat_map(|slot| ["unknown", "heard", "confirmed"].map(|status| format!("{slot} {status}"))));
    features.extend((1..=3).map(|k| format!("patience {k}")));
    features.push("turns so far".into());
    let count = features.len();
    let weight = |k: usize| if k % 11 == 5 { 0.0 } else { (noise(k as u64) - 0.45) * 5.0 };
    let values: Vec<f32> = (0..count * 12).map(weight).collect();
    let active = vec![(0, 1.0), (3, 1.0), (5, 1.0), (7, 1.0), (10, 1.0), (14, 1.0), (16, 0.35)];
    let weights = Weights { features: count as u32, acts: 12, values: values.clone() };
    let gauges = vec![gauge("weight norm", "‖w‖", "", 14.2, "Length of all weights together: without bound where values run away.")];
    let mut s = with("linear-q", Inside { gauges, weights: Some(weights), ..Inside::default() });
    let cell = s.view.cell.as_mut().expect("the sample has it");
    let feature = |(at, value): &(u32, f32)| FeatureView {
        name: features[*at as usize].clone(),
        value: *value,
        weight: Some(values[*at as usize * 12 + usize::from(cell.act)]),
    };
    cell.features = active.iter().map(feature).collect();
    let view = s.view.inside.as_mut().expect("it was made above");
    (view.features, view.active) = (features, active);
    s.view.uncounted = true;
    s.view.table.as_mut().expect("the sample has it").uncounted = true;
    s
}

/// Weights without bound, as far as a number goes.
pub fn diverged() -> Snapshot {
    let mut s = linear();
    let inside = &mut s.view.inside.as_mut().expect("it has one").inside;
    inside.gauges[0].value = f32::INFINITY;
    inside.gauges[0].recent = vec![1.0, 1e9, 1e30, f32::INFINITY];
    let weights = inside.weights.as_mut().expect("it has some");
    (weights.values[14], weights.values[15], weights.values[16]) = (f32::NAN, 3.0e38, -1e20);
    s
}

/// An actor-critic: preferences, their policy, and what the critic expects.
pub fn preferences() -> Snapshot {
    let mut s = training();
    s.agent = "actor-critic".into();
    s.view.numbers = Numbers::Preferences;
    let table = s.view.table.as_mut().expect("the sample has it");
    for row in &mut table.rows {
        row.critic = Some(row.value * 0.8 - 1.0);
        let total: f32 = row.cells.iter().filter(|cell| cell.legal).map(|cell| (cell.q * 0.4).exp()).sum();
        row.cells.iter_mut().filter(|cell| cell.legal).for_each(|cell| cell.probability = (cell.q * 0.4).exp() / total);
    }
    let turns = s.view.transcript.iter_mut().flat_map(|talk| &mut talk.turns);
    turns.flat_map(|turn| &mut turn.values).for_each(|value| value.probability = if value.greedy { 0.61 } else { 0.04 });
    s
}

/// The expert: acts by hand-written rules, values nothing.
pub fn expert() -> Snapshot {
    let mut s = training();
    s.agent = "expert".into();
    s.view.numbers = Numbers::Nothing;
    s.view.uncounted = true;
    s.view.update.as_mut().expect("the sample has it").rule = "";
    let table = s.view.table.as_mut().expect("the sample has it");
    table.uncounted = true;
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        (cell.q, cell.visits, cell.delta) = (0.0, 0, 0.0);
    }
    s
}

/// A table that has room for some states of very many.
pub fn bounded() -> Snapshot {
    let mut s = training();
    let table = s.view.table.as_mut().expect("the sample has it");
    (table.states, table.matching, table.seen) = (17_537_553, 61_203, 61_203);
    table.room = Some(Rows { kept: 60_000, room: 65_536, forgotten: 1_204 });
    s
}
