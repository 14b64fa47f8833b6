//! Losses by hand.

use dialoq::lm::loss::{cross_entropy, divergence, divergences, estimates, likelihoods, pair, pairs};
use dialoq::lm::policy::{Clip, Drawn, clipped_policy};

use super::{uniform, words};

#[test]
fn the_cross_entropy_is_minus_the_mean_log_probability_of_what_the_mask_leaves() {
    let (n, v) = (6, 37);
    let x = uniform(1, n * v);
    let targets = words(2, n, v);
    let weights = [0.5, 0.0, 0.25, 0.0, 0.125, 0.125];
    let mut slopes = x.clone();
    let loss = cross_entropy(&mut slopes, &targets, &weights);
    let by_hand = |row: usize| {
        let row_of = &x[row * v..][..v];
        let total = row_of.iter().map(|x| x.exp()).sum::<f64>().ln();
        total - row_of[targets[row] as usize]
    };
    let wanted: f64 = (0..n).map(|row| weights[row] * by_hand(row)).sum();
    assert!((loss - wanted).abs() < 1e-12, "{loss} is not {wanted}");
    assert!(slopes[v..2 * v].iter().all(|s| *s == 0.0), "a masked word has no slope");
    assert!(slopes[..v].iter().sum::<f64>().abs() < 1e-12, "slopes of a row add up to 0");
}

#[test]
fn log_probabilities_and_entropies_are_those_of_the_softmax() {
    let x = [1.0_f64, 2.0, 3.0, 0.0, 0.0, 0.0];
    let l = likelihoods(&x, &[2, 0]);
    let total = 1.0_f64.exp() + 2.0_f64.exp() + 3.0_f64.exp();
    let entropy = [1.0_f64, 2.0, 3.0].iter().map(|x| -x.exp() / total * (x.exp() / total).ln()).sum::<f64>();
    assert!((l[0].log_probability - (3.0 - total.ln())).abs() < 1e-12 && (l[0].entropy - entropy).abs() < 1e-12);
    assert!((l[1].log_probability + 3.0_f64.ln()).abs() < 1e-12 && (l[1].entropy - 3.0_f64.ln()).abs() < 1e-12);
    // Far apart, where e to them would overflow.
    let far = likelihoods(&[1000.0_f32, 0.0, -1000.0], &[0, 1, 2][..1]);
    assert_eq!((far[0].log_probability, far[0].entropy), (0.0, 0.0));
}

#[test]
fn the_estimates_of_the_divergence_have_it_as_their_mean() {
    let (x, y) = (uniform(1, 5), uniform(2, 5));
    let exact = divergences(&x, &y, 5)[0];
    let (mut k1, mut k3) = (0.0, 0.0);
    for word in 0..5 {
        let [a, b] = [&x, &y].map(|x| likelihoods(x, &[word])[0].log_probability);
        let k = estimates(a, b);
        k1 += a.exp() * k[0];
        k3 += a.exp() * k[2];
        assert!(k[2] >= 0.0, "k₃ is never negative");
        assert_eq!(k[1], 0.5 * k[0] * k[0]);
    }
    assert!(exact > 0.01 && (k1 - exact).abs() < 1e-12 && (k3 - exact).abs() < 1e-12, "{k1} and {k3} are not {exact}");
    assert_eq!(divergences(&x, &x, 5), [0.0]);
}

#[test]
fn a_pair_told_apart_costs_little_and_one_told_wrongly_much() {
    assert!((pair(0.0_f64).0 - 2.0_f64.ln()).abs() < 1e-15);
    assert!((pair(2.0_f64).0 - (1.0 + (-2.0_f64).exp()).ln()).abs() < 1e-15);
    assert!((pair(-2.0_f64).0 - (1.0 + 2.0_f64.exp()).ln()).abs() < 1e-15);
    let (mut chosen, mut rejected) = ([1.0_f64, 2.0], [1.0_f64, 0.0]);
    let loss = pairs(&mut chosen, &mut rejected);
    assert!((loss - 0.5 * (2.0_f64.ln() + (1.0 + (-2.0_f64).exp()).ln())).abs() < 1e-15);
    assert_eq!(chosen.map(|x| -x), rejected);
    assert!(chosen.iter().all(|x| *x < 0.0), "a step against the slope lifts the chosen one");
}

#[test]
fn the_divergence_of_a_pair_runs_from_the_first_word_that_differs_to_the_longer_end() {
    assert_eq!(divergence(&[5, 6, 7, 8, 0], &[5, 6, 9, 0, 0], (4, 3)), 2..4);
    assert_eq!(divergence(&[5, 6, 9, 0, 0], &[5, 6, 7, 8, 2], (3, 5)), 2..5);
    assert_eq!(divergence(&[5, 6, 7, 0], &[5, 6, 7, 0], (3, 3)), 2..3, "alike: the last word");
}

#[test]
fn an_unmoved_policy_has_a_ratio_of_one_and_the_plain_policy_gradient() {
    let x = uniform(1, 8);
    let now = likelihoods(&x, &[3, 0]);
    let drawn = |i: usize, word| Drawn { word, log_probability: now[i].log_probability, advantage: [2.0, -1.0][i], weight: 0.5 };
    let mut slopes = x.clone();
    let sums = clipped_policy(&mut slopes, &[drawn(0, 3), drawn(1, 0)], &Clip { range: 0.2, entropy: 0.0 });
    assert!((sums.ratio - 1.0).abs() < 1e-12 && sums.moved.abs() < 1e-12 && sums.clipped == 0.0);
    assert!((sums.loss + 0.5).abs() < 1e-12, "−mean A is −0.5, not {}", sums.loss);
    assert!(slopes[3] < 0.0 && slopes[4] > 0.0, "the good word is pushed up, the bad one down");
}
