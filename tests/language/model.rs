//! The model as a whole: what depends on what, on how many threads, and that it learns.

use dialoq::lm::LmError;
use dialoq::lm::batch::{Batch, Room};
use dialoq::lm::loss::{cross_entropy, divergences, likelihoods, perplexity};
use dialoq::lm::shape::{Config, Gpt, Head, PRESETS};
use dialoq::nn::adam::{Adam, Rates, clip, squares};

use super::{batch, gpt, key, stirred, uniform, words};

#[test]
fn a_later_token_changes_no_earlier_logit() {
    let gpt = gpt(11, 24, 16, 2, 2, Head::Language);
    let parameters: Vec<f32> = gpt.fresh(0.3, key(1));
    let tokens = words(2, 24, 11);
    let outputs = |tokens: &[u32]| {
        let batch = Batch::new(&gpt, tokens.to_vec(), 24, (0..24).collect(), 1).unwrap();
        gpt.outputs(&parameters, &batch, &mut Room::new(1))
    };
    let before = outputs(&tokens);
    for place in 0..24 {
        let mut changed = tokens.clone();
        changed[place] = (changed[place] + 1) % 11;
        let after = outputs(&changed);
        assert_eq!(before[..place * 11], after[..place * 11], "token {place} is seen earlier");
        assert!(before[place * 11..].iter().zip(&after[place * 11..]).any(|(a, b)| a != b), "token {place} is seen nowhere");
    }
}

#[test]
fn sequences_of_a_batch_do_not_see_each_other() {
    let gpt = gpt(11, 8, 16, 2, 2, Head::Language);
    let parameters: Vec<f32> = gpt.fresh(0.3, key(1));
    let all = batch(&gpt, 2, 5, 8);
    let together = gpt.outputs(&parameters, &all, &mut Room::new(1));
    for row in 0..5 {
        let one = Batch::new(&gpt, all.tokens_of(row..row + 1).to_vec(), 8, (0..8).collect(), 1).unwrap();
        let alone = gpt.outputs(&parameters, &one, &mut Room::new(1));
        assert_eq!(alone, together[row * 88..(row + 1) * 88], "sequence {row}");
    }
}

#[test]
fn asking_at_some_places_gives_what_asking_everywhere_gives_there() {
    let gpt = gpt(11, 8, 16, 2, 2, Head::Language);
    let parameters: Vec<f32> = gpt.fresh(0.3, key(1));
    let all = batch(&gpt, 2, 5, 8);
    let everywhere = gpt.outputs(&parameters, &all, &mut Room::new(1));
    let asked = vec![3, 7, 8, 31, 39];
    let some = Batch::new(&gpt, all.tokens_of(0..5).to_vec(), 8, asked.clone(), 1).unwrap();
    let outputs = gpt.outputs(&parameters, &some, &mut Room::new(1));
    for (place, row) in asked.into_iter().zip(outputs.chunks(11)) {
        assert_eq!(row, &everywhere[place as usize * 11..][..11], "place {place}");
    }
}

/// Steps of Adam on a batch whose every next word is to be told; the loss before each.
fn train(gpt: &Gpt, parameters: &mut [f32], batch: &Batch, targets: &[u32], threads: usize, steps: usize) -> Vec<f32> {
    let (mut room, mut adam, mut gradient) = (Room::new(threads), Adam::new(parameters.len()), vec![0.0; parameters.len()]);
    let weights = vec![1.0 / targets.len() as f32; targets.len()];
    let rates = Rates { second: 0.95, decay: 0.1, ..Rates::of(3e-3) };
    let step = |_| {
        let loss = |asked: std::ops::Range<usize>, x: &mut [f32]| cross_entropy(x, &targets[asked.clone()], &weights[asked]);
        let losses = gpt.gradient(parameters, batch, &mut room, loss, &mut gradient);
        adam.step_parts(parameters, &gradient, clip(squares(&gradient).sqrt(), 1.0), &rates, &gpt.decayed());
        losses.iter().sum()
    };
    (0..steps).map(step).collect()
}

#[test]
fn the_bits_are_the_same_on_any_number_of_threads() {
    let gpt = gpt(64, 20, 32, 2, 4, Head::Language);
    // 13 sequences: lanes of unlike size.
    let batch = batch(&gpt, 2, 13, 20);
    let targets = words(3, 13 * 20, 64);
    let trained = |threads| {
        let mut parameters: Vec<f32> = gpt.fresh(0.1, key(1));
        let losses = train(&gpt, &mut parameters, &batch, &targets, threads, 4);
        let outputs = gpt.outputs(&parameters, &batch, &mut Room::new(threads));
        (losses, parameters, outputs)
    };
    let one = trained(1);
    assert!(one.1.iter().all(|p| p.is_finite()));
    for threads in [2, 4, 7] {
        assert!(trained(threads) == one, "{threads} threads");
    }
}

#[test]
fn a_room_that_was_used_for_something_else_changes_nothing() {
    let (small, large) = (gpt(16, 8, 8, 1, 2, Head::Language), gpt(32, 12, 16, 2, 2, Head::Value));
    let mut room = Room::<f32>::new(2);
    let gradient = |gpt: &Gpt, sequences, length, room: &mut Room<f32>| {
        let (batch, parameters) = (batch(gpt, 2, sequences, length), gpt.fresh::<f32>(0.3, key(1)));
        let mut gradient = vec![f32::NAN; gpt.parameters()];
        gpt.gradient(&parameters, &batch, room, |_, x| x.iter_mut().for_each(|x| *x *= *x), &mut gradient);
        gradient
    };
    let fresh = gradient(&small, 3, 5, &mut Room::new(1));
    gradient(&large, 10, 12, &mut room);
    assert!(gradient(&small, 3, 5, &mut room) == fresh);
    assert!(fresh.iter().all(|g| g.is_finite()));
}

#[test]
fn one_batch_is_learned_by_heart() {
    let gpt = gpt(40, 16, 32, 2, 4, Head::Language);
    let batch = batch(&gpt, 2, 8, 16);
    let targets = words(3, 8 * 16, 40);
    let mut parameters: Vec<f32> = gpt.fresh(0.1, key(1));
    let losses = train(&gpt, &mut parameters, &batch, &targets, 2, 400);
    let (first, last) = (losses[0], losses[399]);
    assert!((3.0..5.0).contains(&first), "words at random: about ln 40 = 3.7, not {first}");
    assert!(last < 0.02, "{last} of {first}");
    assert!((perplexity(0.0) - 1.0).abs() < 1e-12 && (perplexity(40.0_f64.ln()) - 40.0).abs() < 1e-9);
}

#[test]
fn a_gradient_in_f32_is_that_in_f64_rounded() {
    let gpt = gpt(60, 20, 32, 2, 2, Head::Language);
    let batch = batch(&gpt, 2, 6, 20);
    let targets = words(3, 120, 60);
    let wide = stirred(&gpt, 4);
    let narrow: Vec<f32> = wide.iter().map(|p| *p as f32).collect();
    let wide: Vec<f64> = narrow.iter().map(|p| f64::from(*p)).collect();
    let (mut a, mut b) = (vec![0.0_f32; narrow.len()], vec![0.0_f64; narrow.len()]);
    gpt.gradient(&narrow, &batch, &mut Room::new(1), |r, x| cross_entropy(x, &targets[r.clone()], &[1.0; 120][r]), &mut a);
    gpt.gradient(&wide, &batch, &mut Room::new(1), |r, x| cross_entropy(x, &targets[r.clone()], &[1.0; 120][r]), &mut b);
    let largest = b.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
    let worst = a.iter().zip(&b).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-5 * largest, "{worst:e} of {largest:e}");
}

#[test]
fn divergences_of_words_add_up_to_that_of_sequences() {
    // Two models of three words: all 27 continuations of a prompt, one after the other.
    let (v, length) = (3_u32, 3);
    let gpt = gpt(3, 4, 8, 1, 2, Head::Language);
    let (p, q) = (stirred(&gpt, 1), stirred(&gpt, 7));
    let (mut whole, mut by_word, mut drawn) = (0.0, 0.0, 0.0);
    for code in 0..v.pow(length) {
        let reply = [code / 9 % 3, code / 3 % 3, code % 3];
        let tokens = vec![1, reply[0], reply[1], reply[2]];
        let batch = Batch::new(&gpt, tokens, 4, vec![0, 1, 2], 1).unwrap();
        let [x, y] = [&p, &q].map(|p| gpt.outputs(p, &batch, &mut Room::new(1)));
        let [a, b] = [&x, &y].map(|x| likelihoods(x, &reply));
        let log = |l: &[dialoq::lm::loss::Likelihood<f64>]| l.iter().map(|l| l.log_probability).sum::<f64>();
        let chance = log(&a).exp();
        whole += chance * (log(&a) - log(&b));
        drawn += chance * a.iter().zip(&b).map(|(a, b)| a.log_probability - b.log_probability).sum::<f64>();
        by_word += chance * divergences(&x, &y, 3).iter().sum::<f64>();
    }
    assert!(whole > 0.01, "the two models differ");
    assert!((drawn - whole).abs() < 1e-12 * whole, "{drawn} is not {whole}");
    assert!((by_word - whole).abs() < 1e-10 * whole, "{by_word} is not {whole}");
}

#[test]
fn a_value_model_begins_with_the_parameters_of_its_language_model() {
    let (language, value) = (gpt(11, 8, 16, 2, 2, Head::Language), gpt(11, 8, 16, 2, 2, Head::Value));
    let last = value.tensors().pop().unwrap();
    assert_eq!((last.name.as_str(), last.range), ("v_head.weight", language.parameters()..value.parameters()));
    assert_eq!(language.tensors()[..], value.tensors()[..language.tensors().len()]);
    let mut parameters: Vec<f32> = value.fresh(0.1, key(1));
    let batch = batch(&value, 2, 3, 8);
    assert_eq!(value.outputs(&parameters, &batch, &mut Room::new(1)), vec![0.0; 24], "a fresh head knows nothing");
    // The head reads the last norm: with its gain 0 and its bias 1 a score is the sum of the head.
    let c = value.config.width;
    parameters[value.last.range.start..][..c].fill(0.0);
    parameters[value.last.range.start + c..][..c].fill(1.0);
    parameters[value.value.clone()].fill(0.5);
    assert_eq!(value.outputs(&parameters, &batch, &mut Room::new(1)), vec![0.5 * c as f32; 24]);
}

#[test]
fn tensors_cover_the_parameters_without_gap() {
    for (name, ..) in PRESETS {
        let gpt = Gpt::new(Config::preset(name, 512, 64).unwrap(), Head::Value).unwrap();
        let mut at = 0;
        for tensor in gpt.tensors() {
            assert_eq!((tensor.range.start, tensor.range.len()), (at, tensor.shape.iter().product()), "{}", tensor.name);
            at = tensor.range.end;
        }
        assert_eq!(at, gpt.parameters());
        let decayed: usize = gpt.decayed().iter().map(std::ops::Range::len).sum();
        let plain = gpt.parameters() - decayed;
        // Biases and gains: 2 norms, 3C + C + 4C + C biases in a block, and the last norm.
        assert_eq!(plain, gpt.config.width * (13 * gpt.config.layers + 2));
    }
    let count = |name| Gpt::new(Config::preset(name, 512, 64).unwrap(), Head::Language).unwrap().parameters();
    assert_eq!(PRESETS.map(|preset| count(preset.0)), [136_960, 470_528, 867_072, 3_307_008]);
}

#[test]
fn decay_takes_from_the_matrices_alone() {
    let gpt = gpt(11, 8, 16, 1, 2, Head::Language);
    let mut parameters: Vec<f32> = uniform(1, gpt.parameters()).iter().map(|p| *p as f32).collect();
    let before = parameters.clone();
    let rates = Rates { decay: 0.1, ..Rates::of(0.5) };
    Adam::new(before.len()).step_parts(&mut parameters, &vec![0.0; before.len()], 1.0, &rates, &gpt.decayed());
    for tensor in gpt.tensors() {
        let kept = if tensor.shape.len() > 1 { 0.95 } else { 1.0 };
        assert!(tensor.range.clone().all(|i| parameters[i] == before[i] * kept), "{}", tensor.name);
    }
}

#[test]
fn what_does_not_fit_the_model_is_refused_with_a_sentence() {
    let gpt = gpt(11, 8, 16, 1, 2, Head::Language);
    let batch = |tokens: Vec<u32>, length, asked: Vec<u32>, group| Batch::new(&gpt, tokens, length, asked, group).unwrap_err().to_string();
    assert_eq!(
        batch(vec![1; 9], 4, vec![], 1),
        "a batch of 9 tokens cannot be sequences of 4; it must be a multiple of the length, and not empty"
    );
    assert_eq!(batch(vec![1; 9], 9, vec![], 1), "sequences of 9 tokens are longer than this model's context of 8");
    assert_eq!(batch(vec![1, 11], 2, vec![], 1), "token 11 at place 1 is none of this model's 11, which count from 0");
    assert_eq!(batch(vec![1; 4], 4, vec![2, 2], 1), "asked place 2 must be above the one before it and below the batch's 4 tokens");
    assert_eq!(batch(vec![1; 4], 4, vec![4], 1), "asked place 4 must be above the one before it and below the batch's 4 tokens");
    assert_eq!(batch(vec![1; 6], 2, vec![], 2), "3 sequences are no groups of 2; their number must be a multiple");
    let heads = Config { heads: 3, ..gpt.config };
    assert_eq!(Gpt::new(heads, Head::Language).unwrap_err().to_string(), "the number of heads is 3; it must be a divisor of the width, 16");
    assert!(matches!(Gpt::new(Config { layers: 0, ..gpt.config }, Head::Value), Err(LmError::Config { .. })));
}
