//! Drawing words: frequencies against probabilities.

use dialoq::lm::sample::{Sampling, Urn};
use dialoq::num::dice::{Dice, Key, Stream};

use super::{key, uniform};

const DRAWS: u64 = 40_000;

fn frequencies(logits: &[f32], sampling: Sampling) -> Vec<f64> {
    let (mut urn, mut counts) = (Urn::default(), vec![0.0; logits.len()]);
    for i in 0..DRAWS {
        counts[urn.choose(logits, &sampling, &mut Dice::at(key(9), i)).word as usize] += 1.0 / DRAWS as f64;
    }
    counts
}

/// The softmax of logits over a temperature, of the words kept.
fn chances(logits: &[f32], temperature: f64, keep: impl Fn(usize) -> bool) -> Vec<f64> {
    let weights: Vec<f64> =
        logits.iter().enumerate().map(|(i, x)| if keep(i) { (f64::from(*x) / temperature).exp() } else { 0.0 }).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

fn alike(found: &[f64], wanted: &[f64], what: &str) {
    for (word, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        // Five standard errors of a share.
        let most = 5.0 * (wanted * (1.0 - wanted) / DRAWS as f64).sqrt() + 1e-9;
        assert!((found - wanted).abs() <= most, "{what}: word {word} {found}, not {wanted}");
    }
}

fn logits() -> Vec<f32> {
    uniform(4, 77).iter().map(|x| 3.0 * *x as f32).collect()
}

fn drawn(temperature: f32, top_k: u32, top_p: f32) -> Sampling {
    Sampling::Drawn { temperature, top_k, top_p }
}

#[test]
fn words_come_as_often_as_their_probability_says() {
    let x = logits();
    alike(&frequencies(&x, Sampling::PLAIN), &chances(&x, 1.0, |_| true), "plain");
    alike(&frequencies(&x, drawn(0.5, 0, 1.0)), &chances(&x, 0.5, |_| true), "temperature 0.5");
    alike(&frequencies(&x, drawn(2.0, 0, 1.0)), &chances(&x, 2.0, |_| true), "temperature 2");
}

#[test]
fn only_the_likeliest_are_drawn_where_that_is_asked() {
    let x = logits();
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*b].total_cmp(&x[*a]));
    let best = &order[..5];
    alike(&frequencies(&x, drawn(1.0, 5, 1.0)), &chances(&x, 1.0, |i| best.contains(&i)), "top 5");
    let p = chances(&x, 1.0, |_| true);
    let mut reached = 0.0;
    let enough: Vec<usize> = order
        .iter()
        .copied()
        .take_while(|i| {
            let before = reached;
            reached += p[*i];
            before < 0.6
        })
        .collect();
    assert!(enough.len() > 2 && enough.len() < 40);
    alike(&frequencies(&x, drawn(1.0, 0, 0.6)), &chances(&x, 1.0, |i| enough.contains(&i)), "top p 0.6");
}

#[test]
fn greedy_takes_the_likeliest_word_and_of_several_the_first() {
    let mut urn = Urn::default();
    let dice = Dice::at(key(1), 1);
    assert_eq!(urn.choose(&[0.0, 2.0, 1.0, 2.0], &Sampling::Greedy, &mut dice.clone()).word, 1);
    assert_eq!(
        urn.choose(&logits(), &Sampling::Greedy, &mut dice.clone()).word,
        urn.choose(&logits(), &drawn(1.0, 1, 1.0), &mut dice.clone()).word
    );
}

#[test]
fn the_log_probability_is_the_models_own_whatever_the_sampling() {
    let x = logits();
    let p = chances(&x, 1.0, |_| true);
    let mut urn = Urn::default();
    for sampling in [Sampling::Greedy, Sampling::PLAIN, drawn(0.3, 7, 0.9)] {
        for i in 0..50 {
            let chosen = urn.choose(&x, &sampling, &mut Dice::at(key(2), i));
            let wanted = p[chosen.word as usize].ln();
            assert!((f64::from(chosen.log_probability) - wanted).abs() < 2e-6, "{sampling:?}: {} is not {wanted}", chosen.log_probability);
        }
    }
}

#[test]
fn the_same_dice_draw_the_same_word() {
    let x = logits();
    let draw = |key: Key| (0..20).map(|i| Urn::default().choose(&x, &Sampling::PLAIN, &mut Dice::at(key, i)).word).collect::<Vec<_>>();
    assert_eq!(draw(key(3)), draw(key(3)));
    assert_ne!(draw(key(3)), draw(Key::new(4, Stream::Words)));
}
