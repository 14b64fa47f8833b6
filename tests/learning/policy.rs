//! The parts of A2C and PPO, against values computed by hand and against differences.

use dialoq::agents::gae::{Step, advantages};
use dialoq::agents::policy_loss::{Objective, Sample, clipped, divergence, turn};
use dialoq::learn::probe::Recorder;
use dialoq::nn::dense::{Activation, Rows};
use dialoq::nn::initial::Initial;
use dialoq::nn::mlp::{Head, Mlp, Pass};
use dialoq::nn::policy;
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::run::timeline::Limit;
use dialoq::world::env::{End, Feature};

use crate::gradients::distance;
use crate::support::{built_in, run};

const GAMMA: f32 = 0.9;

/// Two dialogues, the first closed, the second cut, and the beginning of a third.
fn steps() -> Vec<Step> {
    let step = |reward, value, next, end| Step { reward, value, next, end };
    vec![
        step(1.0, 0.5, 0.25, End::Open),
        step(-1.0, 0.25, 4.0, End::Open),
        step(2.0, 4.0, 99.0, End::Closed),
        step(0.5, 1.0, -2.0, End::Open),
        step(3.0, -2.0, 8.0, End::Cut),
        step(1.0, 1.5, 2.5, End::Open),
    ]
}

fn estimated(lambda: f32) -> Vec<f32> {
    let mut out = vec![f32::NAN; 6];
    advantages(&steps(), GAMMA, lambda, &mut out);
    out
}

fn close(a: &[f32], b: &[f32]) {
    // Sums of three numbers below 100 in f32.
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{a:?} is not {b:?}");
}

#[test]
fn without_lambda_an_advantage_is_the_td_error() {
    let td = |s: &Step| s.reward + if s.end == End::Closed { 0.0 } else { GAMMA * s.next } - s.value;
    assert_eq!(estimated(0.0), steps().iter().map(td).collect::<Vec<f32>>());
}

#[test]
fn with_lambda_one_an_advantage_is_the_return_minus_the_baseline() {
    let by_hand = [
        1.0 + GAMMA * (-1.0 + GAMMA * 2.0) - 0.5,
        -1.0 + GAMMA * 2.0 - 0.25,
        // What lies beyond a closed dialogue is worth nothing, whatever the critic says of it.
        2.0 - 4.0,
        0.5 + GAMMA * (3.0 + GAMMA * 8.0) - 1.0,
        // A cut one goes on where nobody looks: the critic's value stands for the rest.
        3.0 + GAMMA * 8.0 + 2.0,
        1.0 + GAMMA * 2.5 - 1.5,
    ];
    close(&estimated(1.0), &by_hand);
}

#[test]
fn between_them_td_errors_fade_by_gamma_lambda() {
    let delta: Vec<f32> = steps().iter().map(|s| s.delta(GAMMA)).collect();
    let fade = GAMMA * 0.5;
    let by_hand = [
        delta[0] + fade * delta[1] + fade * fade * delta[2],
        delta[1] + fade * delta[2],
        delta[2],
        delta[3] + fade * delta[4],
        delta[4],
        delta[5],
    ];
    close(&estimated(0.5), &by_hand);
}

#[test]
fn the_clipped_objective_is_that_of_the_paper() {
    // Ratio, advantage, value and slope at ε = 0.2; Schulman et al. 2017, fig. 1.
    for (ratio, advantage, value, slope) in [
        (1.0, 2.0, 2.0, 2.0),
        (1.1, 2.0, 2.2, 2.0),
        (1.5, 2.0, 2.4, 0.0),
        (0.5, 2.0, 1.0, 2.0),
        (1.0, -2.0, -2.0, -2.0),
        (0.9, -2.0, -1.8, -2.0),
        (0.5, -2.0, -1.6, 0.0),
        (1.5, -2.0, -3.0, -2.0),
    ] {
        let (v, s): (f64, f64) = clipped(ratio, advantage, 0.2);
        assert!((v - value).abs() < 1e-12 && s == slope, "at ρ {ratio}, Â {advantage}: {v}, {s}");
    }
}

#[test]
fn a_turns_loss_and_gradient_are_those_computed_by_hand() {
    // Two legal acts with preferences 0 and ln 3: π = ¼, ¾. The old probability was ⅝, so ρ = 1.2; Â = −2, ε = 0.1: not held.
    let h = [0.0, 7.0, 3.0_f64.ln()];
    let sample = Sample { legal: 0b101, act: 2, advantage: -2.0, old: 0.625_f64.ln() };
    let mut gradient = [f64::NAN; 3];
    let parts = turn(&h, &sample, Objective::Clipped(0.1), 0.5, 1.0, &mut gradient);
    let entropy = 0.25 * 4.0_f64.ln() + 0.75 * (4.0_f64 / 3.0).ln();
    assert!((parts.ratio - 1.2).abs() < 1e-12 && (parts.loss - 2.4).abs() < 1e-12 && !parts.clipped);
    assert!((parts.entropy - entropy).abs() < 1e-12);
    // ∂(2ρ)/∂h = 2ρ (1[b = a] − π(b)); ∂(−½ H)/∂h = ½ π(b) (log π(b) + H).
    let of = |own: f64, p: f64| 2.4 * (own - p) + 0.5 * p * (p.ln() + entropy);
    for (found, wanted) in gradient.iter().zip([of(0.0, 0.25), 0.0, of(1.0, 0.75)]) {
        assert!((found - wanted).abs() < 1e-12, "{gradient:?}");
    }
    // With Â = +2 the clip holds: 1.2 > 1.1, and only the entropy moves the policy.
    let parts = turn(&h, &Sample { advantage: 2.0, ..sample }, Objective::Clipped(0.1), 0.0, 1.0, &mut gradient);
    assert!(parts.clipped && (parts.loss + 2.2).abs() < 1e-12 && gradient == [0.0; 3]);
}

#[test]
fn divergence_is_zero_only_where_nothing_moved() {
    assert_eq!(divergence(0.0_f64), 0.0);
    for log in [-3.0, -0.1, 0.1, 3.0_f64] {
        assert!((divergence(log) - (log.exp() - 1.0 - log)).abs() < 1e-12 && divergence(log) > 0.0);
    }
    assert!(divergence(1e4_f64).is_finite(), "an act that was next to impossible does not overflow");
}

/// A policy's loss over a batch, as A2C and PPO make it small.
fn loss(network: &Mlp, parameters: &[f64], x: &Rows, samples: &[Sample<f64>], objective: Objective<f64>) -> (f64, Vec<f64>) {
    let mut pass = Pass::new(network, x.len());
    network.forward(parameters, x, &mut pass);
    let h = pass.outputs().to_vec();
    let (acts, n) = (network.outputs(), samples.len() as f64);
    let mut total = 0.0;
    for ((h, error), sample) in h.chunks_exact(acts).zip(pass.error().chunks_exact_mut(acts)).zip(samples) {
        let parts = turn(h, sample, objective, 0.05, 1.0 / n, error);
        total += (parts.loss - 0.05 * parts.entropy) / n;
    }
    let mut gradient = vec![f64::NAN; network.parameters()];
    network.backward(parameters, x, &mut pass, &mut gradient);
    (total, gradient)
}

#[test]
fn the_gradient_of_a_policy_is_the_one_that_differences_give() {
    let network = Mlp::new(9, &[8], 5, Activation::Tanh, Head::Plain);
    let key = Key::new(4, Stream::Init);
    let parameters: Vec<f64> = network.fresh(Initial::Xavier, 1.0, key);
    let (mut x, mut samples) = (Rows::default(), Vec::new());
    for b in 0..12_u64 {
        let mut dice = Dice::at(key.child(1), b);
        let row: Vec<Feature> = (0..9).map(|at| Feature { at, value: (2.0 * dice.unit() - 1.0) as f32 }).collect();
        x.push(&row);
        // Old policies far enough from the present one that the clip holds some of the turns.
        let legal = [0b11111, 0b10110, 0b01011][b as usize % 3];
        let act = (0..5).filter(|a| legal >> a & 1 == 1).nth(dice.below(3) as usize).unwrap();
        samples.push(Sample { legal, act, advantage: 4.0 * dice.unit() - 2.0, old: (0.1 + 0.6 * dice.unit()).ln() });
    }
    for objective in [Objective::LogLikelihood, Objective::Clipped(0.2)] {
        let (_, gradient) = loss(&network, &parameters, &x, &samples, objective);
        let worst = distance(&parameters, &gradient, |p| loss(&network, p, &x, &samples, objective).0);
        // What central differences are good for in f64.
        assert!(worst < 1e-8, "{objective:?}: {worst:e}");
    }
}

#[test]
fn an_act_that_is_not_legal_is_never_taken_and_has_no_probability() {
    for agent in ["a2c", "ppo"] {
        let mut it = run(&built_in("customer-service"), agent, 2, &[("rollout", "16")]);
        let mut recorder = Recorder::default();
        it.advance_watched(Limit::ticks(2_000), &mut recorder);
        for t in &recorder.turns {
            assert!(t.legal >> t.act.0 & 1 == 1, "{agent}: tick {}", t.tick);
            let p: f32 = t.probabilities.iter().sum();
            assert!((p - 1.0).abs() < 1e-5, "{agent}: probabilities add up to {p}");
            let forbidden = |a: &usize| t.legal >> a & 1 == 0;
            assert!((0..t.probabilities.len()).filter(forbidden).all(|a| t.probabilities[a] == 0.0 && t.values[a] == f32::NEG_INFINITY));
            let mut softmax = vec![0.0; t.values.len()];
            policy::softmax(&t.values, t.legal, &mut softmax);
            assert_eq!(softmax, t.probabilities, "the values are the preferences of the policy");
        }
    }
}
