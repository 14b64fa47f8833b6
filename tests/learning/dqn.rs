//! DQN against linear Q-learning and against exact values; and that it says so when it bursts.

use dialoq::learn::inside::Inside;
use dialoq::learn::machine::Tick;
use dialoq::learn::probe::Recorder;
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::Watch;
use dialoq::world::World;
use dialoq::world::env::{End, Env, Feature};

use crate::support::{built_in, exact, mdp, run};

/// No hidden layer, no memory, no lag, plain descent on squared errors: what is left is Q-learning with linear features.
const LINEAR: &[(&str, &str)] = &[
    ("hidden", "0"),
    ("replay-size", "1"),
    ("batch-size", "1"),
    ("train-every", "1"),
    ("learning-starts", "1"),
    ("target-period", "1"),
    ("double", "off"),
    ("optimiser", "sgd"),
    ("huber", "1000000"),
    ("grad-clip", "0"),
    ("learning-rate", "0.02"),
];

/// w(i,a) ← w(i,a) + α (r + γ max Q(s′,·) − Q(s,a)) xᵢ, with a feature that is always 1. In f64.
struct LinearQ {
    weights: Vec<f64>,
    acts: usize,
    always: u32,
}

impl LinearQ {
    fn new(world: &World) -> LinearQ {
        let shape = world.shape();
        let acts = shape.actions as usize;
        LinearQ { weights: vec![0.0; (shape.features as usize + 1) * acts], acts, always: shape.features }
    }

    fn features(&self, world: &World, state: u64) -> Vec<Feature> {
        let mut out = Vec::new();
        world.features(state as u32, &mut out);
        out.push(Feature { at: self.always, value: 1.0 });
        out
    }

    fn q(&self, x: &[Feature], act: usize) -> f64 {
        x.iter().map(|f| f64::from(f.value) * self.weights[f.at as usize * self.acts + act]).sum()
    }
}

#[test]
fn with_linear_values_and_no_replay_it_is_linear_q_learning() {
    let world = built_in("customer-service");
    let (alpha, gamma) = (f64::from(0.02_f32), f64::from(0.95_f32));
    let mut it = run(&world, "dqn", 4, LINEAR);
    let mut recorder = Recorder::default();
    it.advance_watched(Limit::ticks(3_000), &mut recorder);
    let mut plain = LinearQ::new(&world);
    let mut worst = 0.0_f64;
    for t in &recorder.turns {
        let (x, next) = (plain.features(&world, t.state), plain.features(&world, t.next));
        let legal = world.legal(t.next as u32);
        let best = (0..plain.acts).filter(|a| legal >> a & 1 == 1).map(|a| plain.q(&next, a)).fold(f64::NEG_INFINITY, f64::max);
        let promise = if t.end == End::Closed { 0.0 } else { best };
        let delta = f64::from(t.reward) + gamma * promise - plain.q(&x, t.act.index());
        for f in &x {
            plain.weights[f.at as usize * plain.acts + t.act.index()] += alpha * delta * f64::from(f.value);
        }
        worst = worst.max((plain.q(&x, t.act.index()) - f64::from(t.writes[0].2)).abs());
    }
    assert!(plain.weights.iter().any(|w| w.abs() > 1.0), "something was learned");
    // Values of up to 30, of which f32 keeps seven digits, over 3,000 updates that forget old errors.
    assert!(worst < 2e-4, "the largest distance of a prediction is {worst:e}");
}

/// A corridor of five rooms. Going on costs a little and pays at its end; turning back is for those who were in; the turn limit
/// cuts most dialogues long before the end, so that values are right only if a cut still looks ahead and an end does not.
const CORRIDOR: &str = r#"{"format": "dialoq-mdp", "version": 1, "name": "corridor", "gamma": 0.9, "max_turns": 4,
    "states": ["a", "b", "c", "d", "e"], "actions": ["back", "on", "leave"],
    "start": [[0, 0.2], [1, 0.2], [2, 0.2], [3, 0.2], [4, 0.2]],
    "P": [[[], [[1.0, 1, -0.1, false]], [[1.0, 0, 0.5, true]]],
          [[[1.0, 0, 0.0, false]], [[1.0, 2, -0.1, false]], [[1.0, 1, 0.4, true]]],
          [[[1.0, 1, 0.0, false]], [[1.0, 3, -0.1, false]], []],
          [[[1.0, 2, 0.0, false]], [[1.0, 4, -0.1, false]], [[1.0, 3, 0.2, true]]],
          [[[1.0, 3, 0.0, false]], [[1.0, 4, 3.0, true]], [[1.0, 4, 1.0, true]]]]}"#;

/// The largest distance of a value from the exact one after some turns.
fn distance(settings: &[(&str, &str)], turns: u64) -> f64 {
    let world = mdp(CORRIDOR);
    let own = [("epsilon", "0.5"), ("epsilon-schedule", "constant"), ("hidden", "32"), ("layers", "1"), ("replay-size", "2000")];
    let all: Vec<(&str, &str)> = own.iter().chain(settings).copied().collect();
    let mut it = run(&world, "dqn", 11, &all);
    it.advance(Limit::ticks(turns));
    assert!(it.fault().is_none());
    let solution = exact(&world, 0.9, 0.0);
    let values = it.values();
    let mut worst = 0.0_f64;
    for state in 0..5_u32 {
        for act in (0..3).filter(|a| world.legal(state) >> a & 1 == 1) {
            worst = worst.max((f64::from(values[(state * 3 + act) as usize]) - solution.q(state, act, 3)).abs());
        }
    }
    worst
}

#[test]
fn every_kind_of_it_reaches_the_exact_values() {
    for settings in [
        &[("double", "off")][..],
        &[("double", "on")],
        &[("dueling", "on")],
        &[("prioritised", "on")],
        &[("target-tau", "0.02")],
        &[("double", "on"), ("dueling", "on"), ("prioritised", "on"), ("exploration", "softmax")],
    ] {
        let worst = distance(settings, 6_000);
        // Values from 0.2 to 3. Steps of a constant size leave a little unrest.
        assert!(worst < 0.1, "{settings:?}: a value is {worst:.3} away");
    }
}

#[test]
fn without_its_updates_it_would_be_far_away() {
    assert!(distance(&[("learning-starts", "1000000")], 500) > 1.0);
}

#[test]
fn a_network_that_bursts_stops_before_the_turn_that_breaks_it() {
    let world = built_in("customer-service");
    let wild = [("optimiser", "sgd"), ("learning-rate", "1"), ("huber", "1000000"), ("grad-clip", "0")];
    let mut it = run(&world, "dqn", 2, &wild);
    it.advance(Limit::ticks(5_000));
    let fault = it.fault().expect("steps this long end in numbers that are none").clone();
    assert_eq!(it.now().0, fault.tick);
    assert!(fault.record.writes.iter().any(|(.., after)| !after.is_finite()));
    assert!(it.values().iter().all(|q| q.is_finite() || *q == f32::NEG_INFINITY), "before that turn all values are numbers");
}

fn inside(run: &dyn Run, most: u16) -> Inside {
    let watch = Watch { inside: Some(most), ..Watch::default() };
    run.look(&watch, Exact::default(), Shown::default(), &mut Lens::default()).inside.unwrap().inside
}

#[test]
fn its_memories_are_shown_newest_first_or_by_priority() {
    let world = mdp(CORRIDOR);
    for (prioritised, settings) in [(false, &[("replay-size", "50")][..]), (true, &[("replay-size", "50"), ("prioritised", "on")])] {
        let mut it = run(&world, "dqn", 3, settings);
        it.advance(Limit::ticks(300));
        let replay = inside(&*it, 8).replay.unwrap();
        assert_eq!((replay.kept, replay.room, replay.rows.len()), (50, 50, 8));
        if prioritised {
            assert!(replay.rows.is_sorted_by(|a, b| a.priority >= b.priority), "{:?}", replay.rows);
        } else {
            assert!(replay.rows.iter().enumerate().all(|(k, row)| (row.age, row.priority) == (k as u64, None)), "{:?}", replay.rows);
        }
    }
}

#[test]
fn what_it_holds_is_the_same_after_going_back_and_forth() {
    let world = built_in("customer-service");
    let mut it = run(&world, "dqn", 3, &[("dueling", "on"), ("prioritised", "on")]);
    it.advance(Limit::ticks(700));
    let before = inside(&*it, 40);
    let gauge = |name: &str| before.gauges.iter().find(|g| g.name == name).unwrap_or_else(|| panic!("no gauge {name}"));
    assert_eq!(gauge("updates").value, 601.0, "one for each turn from the hundredth on");
    assert_eq!((gauge("target lag").value, gauge("loss").recent.len()), (1.0, 40), "a copy after every 200");
    assert!(gauge("gradient norm").value > 0.0 && gauge("mean promise").value.is_finite());
    let names: Vec<&str> = before.layers.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["hidden 1", "hidden 2", "output"]);
    let whole: f32 = before.layers.iter().map(|l| l.gradient * l.gradient).sum::<f32>().sqrt();
    assert!((whole / gauge("gradient norm").value - 1.0).abs() < 1e-5, "the layers' norms make the whole one");
    it.seek(Tick(123), &mut |_| true);
    it.seek(Tick(700), &mut |_| true);
    assert_eq!(inside(&*it, 40), before);
}
