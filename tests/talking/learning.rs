//! Each stage learns what it is there for.

use dialoq::lm::corpus::Texts;
use dialoq::lm::loss::divergences;
use dialoq::lm::net::{Desk, Net, Row, Sheet, last_place, reply_places};
use dialoq::lm::pairs::Pair;
use dialoq::lm::policy::{Clip, Drawn, clipped_policy};
use dialoq::lm::prompt::Layout;
use dialoq::lm::reward::{accuracy, gradient, judged};
use dialoq::lm::shape::{Config, Gpt, Head};
use dialoq::lm::{dpo, sft};
use dialoq::num::dice::{Dice, Key, Stream};

const LAYOUT: Layout = Layout { prompt: 4, reply: 6 };

fn key(k: u64) -> Key {
    Key::new(k, Stream::Words)
}

fn gpt(head: Head) -> Gpt {
    Gpt::new(Config { vocabulary: 20, context: 10, width: 32, layers: 1, heads: 2, hidden: 4 }, head).unwrap()
}

/// Words from 5 to 19.
fn words(dice: &mut Dice, count: usize) -> Vec<u32> {
    (0..count).map(|_| 5 + dice.below(15)).collect()
}

#[test]
fn sft_learns_one_batch_by_heart() {
    let gpt = gpt(Head::Language);
    let mut texts = Texts::default();
    for k in 0..8 {
        let mut dice = Dice::at(key(1), k);
        texts.tokens.extend(words(&mut dice, LAYOUT.total()));
        texts.lengths.push(LAYOUT.reply as u32);
    }
    let (mut net, mut desk, chosen) = (Net::new(gpt.fresh(0.1, key(2))), Desk::new(1), (0..8).collect::<Vec<_>>());
    let mut loss = f32::INFINITY;
    for _ in 0..300 {
        loss = sft::gradient(&gpt, &net, &texts, &chosen, &LAYOUT, false, &mut desk);
        net.step(&gpt, &desk.gradient, 3e-3, 0.0, 1.0);
    }
    assert!(loss < 0.02, "the loss is still {loss}");
    assert!(sft::measured(&gpt, &net.parameters, &texts, 8, &LAYOUT, &mut desk) < 1.05);
}

/// A reply is better the more often it says word 7.
fn ruled(k: u64) -> Pair {
    let mut dice = Dice::at(key(3), k);
    let prompt = words(&mut dice, LAYOUT.prompt);
    let reply = |dice: &mut Dice| {
        let mut reply = words(dice, LAYOUT.reply - 1);
        reply.iter_mut().for_each(|word| *word = if dice.unit() < 0.3 { 7 } else { *word });
        reply.push(4);
        reply
    };
    let worth = |reply: &[u32]| reply.iter().filter(|word| **word == 7).count();
    loop {
        let (a, b) = (reply(&mut dice), reply(&mut dice));
        if worth(&a) > worth(&b) {
            return Pair { prompt, chosen: a, rejected: b, clean: true };
        }
    }
}

#[test]
fn a_reward_model_recovers_the_rule_of_its_pairs_in_either_form() {
    for diverging in [false, true] {
        let gpt = gpt(Head::Value);
        let (mut net, mut desk) = (Net::new(gpt.fresh(0.1, key(4))), Desk::new(1));
        let pairs: Vec<Pair> = (0..1600).map(ruled).collect();
        for step in 0..200 {
            let list: Vec<&Pair> = (0..32).map(|k| &pairs[(step * 32 + k) % pairs.len()]).collect();
            gradient(&gpt, &net.parameters, &list, &LAYOUT, diverging, &mut desk);
            net.step(&gpt, &desk.gradient, 2e-3, 0.0, 1.0);
        }
        let test: Vec<Pair> = (2000..2300).map(ruled).collect();
        let (clean, _) = accuracy(&test, &judged(&gpt, &net.parameters, &test, &LAYOUT, &mut desk));
        assert!(clean > 0.95, "diverging {diverging}: right on {clean}");
    }
}

#[test]
fn dpo_prefers_what_was_preferred() {
    let gpt = gpt(Head::Language);
    let (mut net, mut desk) = (Net::new(gpt.fresh(0.1, key(5))), Desk::new(1));
    let reference = net.parameters.clone();
    let pairs: Vec<Pair> = (0..320).map(ruled).collect();
    let mut last = dialoq::lm::reward::Margins::default();
    for step in 0..80 {
        let list: Vec<&Pair> = (0..32).map(|k| &pairs[(step * 32 + k) % pairs.len()]).collect();
        last = dpo::gradient(&gpt, &net.parameters, &reference, &list, &LAYOUT, 0.1, &mut desk);
        net.step(&gpt, &desk.gradient, 1e-3, 0.0, 1.0);
    }
    assert!(last.accuracy > 0.9 && last.chosen > last.rejected, "{last:?}");
}

#[test]
fn ppo_on_two_words_comes_to_the_better_one() {
    let gpt = gpt(Head::Language);
    let (mut net, mut desk) = (Net::new(gpt.fresh(0.1, key(6))), Desk::new(1));
    let tokens = [9, 8, 7, 6, 0];
    let chance = |net: &Net, desk: &mut Desk| {
        let sheet = Sheet::new(&gpt, &[Row { tokens: &tokens, asked: reply_places(LAYOUT.prompt, 1) }], 1);
        let logits = gpt.outputs(&net.parameters, &sheet.batch, &mut desk.room);
        // Two words only: the others cannot be drawn.
        let (a, b) = (f64::from(logits[11]), f64::from(logits[12]));
        (1.0 / (1.0 + (b - a).exp()), logits)
    };
    for update in 0..60 {
        let (better, logits) = chance(&net, &mut desk);
        let total = logits.iter().map(|x| f64::from(*x).exp()).sum::<f64>().ln();
        let rows: Vec<[u32; 5]> = (0..16)
            .map(|k| {
                let word = if Dice::at(key(7).child(update), k).unit() < better { 11 } else { 12 };
                [9, 8, 7, 6, word]
            })
            .collect();
        let mean = rows.iter().filter(|row| row[4] == 11).count() as f32 / 16.0;
        let drawn: Vec<Drawn<f32>> = rows
            .iter()
            .map(|row| Drawn {
                word: row[4],
                log_probability: (f64::from(logits[row[4] as usize]) - total) as f32,
                advantage: f32::from(u8::from(row[4] == 11)) - mean,
                weight: 1.0 / 16.0,
            })
            .collect();
        for _ in 0..2 {
            let list: Vec<Row<'_>> = rows.iter().map(|row| Row { tokens: row, asked: reply_places(LAYOUT.prompt, 1) }).collect();
            let sheet = Sheet::new(&gpt, &list, 1);
            desk.gradient.resize(gpt.parameters(), 0.0);
            let Desk { room, gradient, .. } = &mut desk;
            let loss =
                |asked: std::ops::Range<usize>, x: &mut [f32]| clipped_policy(x, &drawn[asked], &Clip { range: 0.2, entropy: 0.0 }).loss;
            gpt.gradient(&net.parameters, &sheet.batch, room, loss, gradient);
            net.step(&gpt, &desk.gradient, 2e-3, 0.0, 1.0);
        }
    }
    let (better, _) = chance(&net, &mut desk);
    assert!(better > 0.95, "the better word is said with {better}");
}

#[test]
fn the_divergence_of_a_sequence_is_the_sum_of_those_of_its_words() {
    let gpt = Gpt::new(Config { vocabulary: 4, context: 4, width: 8, layers: 1, heads: 2, hidden: 4 }, Head::Language).unwrap();
    let (p, q): (Vec<f32>, Vec<f32>) = (gpt.fresh(0.5, key(8)), gpt.fresh(0.5, key(9)));
    let mut desk = Desk::new(1);
    let mut row = |parameters: &[f32], tokens: &[u32]| {
        let sheet = Sheet::new(&gpt, &[Row { tokens, asked: tokens.len() - 1..tokens.len() }], 1);
        gpt.outputs(parameters, &sheet.batch, &mut desk.room)
    };
    let logs = |x: &[f32]| {
        let total = x.iter().map(|x| f64::from(*x).exp()).sum::<f64>().ln();
        x.iter().map(|x| f64::from(*x) - total).collect::<Vec<f64>>()
    };
    let (mut whole, mut by_word) = (0.0, 0.0);
    let (first_p, first_q) = (row(&p, &[1]), row(&q, &[1]));
    by_word += f64::from(divergences(&first_p, &first_q, 4)[0]);
    for a in 0..4_u32 {
        let chance = logs(&first_p)[a as usize].exp();
        let (second_p, second_q) = (row(&p, &[1, a]), row(&q, &[1, a]));
        by_word += chance * f64::from(divergences(&second_p, &second_q, 4)[0]);
        for b in 0..4 {
            let log_p = logs(&first_p)[a as usize] + logs(&second_p)[b];
            let log_q = logs(&first_q)[a as usize] + logs(&second_q)[b];
            whole += log_p.exp() * (log_p - log_q);
        }
    }
    assert!((whole - by_word).abs() < 1e-5, "{whole} is not {by_word}");
}

#[test]
fn places_are_those_before_each_word_and_the_last_words_own() {
    assert_eq!(reply_places(4, 3), 3..6);
    assert_eq!(last_place(4, 3), 6..7);
}
