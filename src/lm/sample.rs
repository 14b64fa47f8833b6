//! The next word from a row of logits: the likeliest, or drawn at a temperature from all, the k likeliest, or the likeliest that have
//! a share of the probability together.
//!
//! Sources: top-k: Fan et al. 2018; top-p: Holtzman et al. 2020; together, k comes first and p counts what it left.

use crate::nn::sums::{exponentials, largest, sum};
use crate::nn::vector::vector;
use crate::num::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sampling {
    /// The likeliest; of several the first.
    Greedy,
    Drawn {
        temperature: f32,
        /// 0 is all.
        top_k: u32,
        /// 1 is all.
        top_p: f32,
    },
}

impl Sampling {
    /// As the model itself has it.
    pub const PLAIN: Sampling = Sampling::Drawn { temperature: 1.0, top_k: 0, top_p: 1.0 };
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    pub word: u32,
    /// Under the model itself, at temperature 1 and of all words.
    pub log_probability: f32,
}

/// Room to calculate in.
#[derive(Clone, Debug, Default)]
pub struct Urn {
    weights: Vec<f32>,
    stripes: Vec<f32>,
    order: Vec<u32>,
}

/// Weights that are summed together before the sums are walked.
const STRIPE: usize = 32;

impl Urn {
    pub fn choose(&mut self, logits: &[f32], sampling: &Sampling, dice: &mut Dice) -> Chosen {
        let (most, total) = self.weigh(logits, 1.0);
        let word = match *sampling {
            Sampling::Greedy => logits.iter().position(|x| *x == most).unwrap_or(0),
            Sampling::Drawn { temperature, top_k, top_p } => {
                if temperature != 1.0 {
                    self.weigh(logits, temperature);
                }
                if top_k == 0 && top_p >= 1.0 { self.draw(dice) } else { self.draw_of(top_k, top_p, dice) }
            }
        };
        Chosen { word: word as u32, log_probability: logits[word] - most - libm::logf(total) }
    }

    /// Weights e^((x − most) / T); the largest logit and the weights' sum.
    fn weigh(&mut self, logits: &[f32], temperature: f32) -> (f32, f32) {
        let Urn { weights, stripes, .. } = self;
        weights.clear();
        weights.extend_from_slice(logits);
        stripes.clear();
        vector(
            #[inline(always)]
            || {
                let most = largest(logits);
                if temperature != 1.0 {
                    for x in weights.iter_mut() {
                        *x = (*x - most) / temperature + most;
                    }
                }
                exponentials(weights, most);
                for stripe in weights.chunks(STRIPE) {
                    stripes.push(sum(stripe));
                }
                (most, stripes.iter().sum())
            },
        )
    }

    /// Of all words, by walking the stripes and then the words of one.
    fn draw(&self, dice: &mut Dice) -> usize {
        let stripes = self.stripes.iter().map(|x| f64::from(*x));
        let stripe = dice.weighted(stripes).unwrap_or(0);
        let words = &self.weights[stripe * STRIPE..];
        let words = &words[..words.len().min(STRIPE)];
        stripe * STRIPE + dice.weighted(words.iter().map(|x| f64::from(*x))).unwrap_or(0)
    }

    /// Of the likeliest; words alike keep their order.
    fn draw_of(&mut self, top_k: u32, top_p: f32, dice: &mut Dice) -> usize {
        let Urn { weights, order, .. } = self;
        order.clear();
        order.extend(0..weights.len() as u32);
        let weight = |word: &u32| f64::from(weights[*word as usize]);
        order.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.cmp(b)));
        if top_k > 0 {
            order.truncate(top_k as usize);
        }
        let enough = order.iter().map(weight).sum::<f64>() * f64::from(top_p);
        let mut reached = 0.0;
        let last = order.iter().position(|word| {
            reached += weight(word);
            reached >= enough
        });
        order.truncate(last.map_or(order.len(), |last| last + 1));
        let at = dice.weighted(order.iter().map(weight)).unwrap_or(0);
        order[at] as usize
    }
}
