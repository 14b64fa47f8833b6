//! Generation with kept keys and values against reading everything anew for each word.

use dialoq::lm::batch::{Batch, Room};
use dialoq::lm::generate::{Reply, Until};
use dialoq::lm::sample::{Chosen, Sampling, Urn};
use dialoq::lm::shape::{Gpt, Head};
use dialoq::num::dice::Dice;

use super::{gpt, key, words};

const PROMPT: usize = 9;
const UNTIL: Until = Until { end: 3, most: 12 };

fn model() -> (Gpt, Vec<f32>) {
    let gpt = gpt(50, 21, 32, 2, 4, Head::Language);
    let parameters = gpt.fresh(0.3, key(1));
    (gpt, parameters)
}

fn prompts(gpt: &Gpt, rows: std::ops::Range<usize>) -> Batch {
    let all = words(6, 13 * PROMPT, 50);
    Batch::new(gpt, all[rows.start * PROMPT..rows.end * PROMPT].to_vec(), PROMPT, Vec::new(), 1).unwrap()
}

fn sample(row: usize, place: usize, logits: &[f32], sampling: &Sampling) -> Chosen {
    Urn::default().choose(logits, sampling, &mut Dice::at_turn(key(8), row as u64, place as u32))
}

/// Word for word by a whole pass over everything so far, with the logits at each.
fn anew(gpt: &Gpt, parameters: &[f32], prompt: &[u32], row: usize, sampling: &Sampling) -> (Reply, Vec<Vec<f32>>) {
    let (mut tokens, mut reply, mut all) = (prompt.to_vec(), Reply::default(), Vec::new());
    for place in 0..UNTIL.most {
        let last = tokens.len() as u32 - 1;
        let batch = Batch::new(gpt, tokens.clone(), tokens.len(), vec![last], 1).unwrap();
        let logits = gpt.outputs(parameters, &batch, &mut Room::new(1));
        let chosen = sample(row, place, &logits, sampling);
        all.push(logits);
        reply.words.push(chosen.word);
        reply.log_probabilities.push(chosen.log_probability);
        tokens.push(chosen.word);
        if chosen.word == UNTIL.end {
            break;
        }
    }
    (reply, all)
}

#[test]
fn kept_keys_and_values_give_the_words_that_reading_anew_gives() {
    let (gpt, parameters) = model();
    let batch = prompts(&gpt, 0..13);
    for sampling in [Sampling::Greedy, Sampling::PLAIN] {
        let seen = std::sync::Mutex::new(vec![vec![Vec::new(); UNTIL.most]; 13]);
        let replies = gpt.generate(&parameters, &batch, UNTIL, &mut Room::new(2), |row, place, logits| {
            seen.lock().unwrap()[row][place] = logits.to_vec();
            sample(row, place, logits, &sampling)
        });
        let seen = seen.into_inner().unwrap();
        for (row, reply) in replies.unwrap().iter().enumerate() {
            let (wanted, logits) = anew(&gpt, &parameters, batch.tokens_of(row..row + 1), row, &sampling);
            // Words are exact. Logits are not: the two ways sum in another order.
            assert_eq!(reply.words, wanted.words, "{sampling:?}, sequence {row}");
            for (kept, anew) in seen[row].iter().zip(&logits) {
                let largest = anew.iter().fold(0.0_f32, |m, x| m.max(x.abs()));
                assert!(kept.iter().zip(anew).all(|(a, b)| (a - b).abs() < 1e-5 * largest), "{sampling:?}, sequence {row}");
            }
        }
    }
}

#[test]
fn replies_end_at_their_last_word_or_at_their_longest() {
    let (gpt, parameters) = model();
    let replies = gpt
        .generate(&parameters, &prompts(&gpt, 0..13), UNTIL, &mut Room::new(1), |row, place, logits| {
            sample(row, place, logits, &Sampling::PLAIN)
        })
        .unwrap();
    for reply in &replies {
        assert_eq!(reply.words.len(), reply.log_probabilities.len());
        let end = reply.words.iter().position(|word| *word == UNTIL.end);
        assert_eq!(reply.words.len(), end.map_or(UNTIL.most, |end| end + 1), "{:?}", reply.words);
    }
    let ended = replies.iter().filter(|r| r.words.len() < UNTIL.most).count();
    assert!(ended > 0 && ended < 13, "of these replies some end and some do not");
}

#[test]
fn a_reply_depends_neither_on_threads_nor_on_the_others() {
    let (gpt, parameters) = model();
    let write = |rows: std::ops::Range<usize>, threads| {
        let first = rows.start;
        gpt.generate(&parameters, &prompts(&gpt, rows), UNTIL, &mut Room::new(threads), |row, place, logits| {
            sample(first + row, place, logits, &Sampling::PLAIN)
        })
        .unwrap()
    };
    let all = write(0..13, 1);
    for threads in [2, 4] {
        assert_eq!(write(0..13, threads), all, "{threads} threads");
    }
    for (row, reply) in all.iter().enumerate() {
        assert_eq!(&write(row..row + 1, 1)[0], reply, "sequence {row} alone");
    }
}

#[test]
fn a_reply_that_may_have_no_word_has_none_and_one_beyond_the_context_is_refused() {
    let (gpt, parameters) = model();
    let write = |most| {
        let until = Until { end: 3, most };
        gpt.generate(&parameters, &prompts(&gpt, 0..2), until, &mut Room::new(1), |row, place, logits| {
            sample(row, place, logits, &Sampling::Greedy)
        })
    };
    assert_eq!(write(0).unwrap(), vec![Reply::default(); 2]);
    assert_eq!(write(13).unwrap_err().to_string(), "sequences of 22 tokens are longer than this model's context of 21");
}
