//! The shape of a GPT: its sizes, and where each of its tensors stands in the flat vector of parameters.
//!
//! Names and layouts are those of GPT-2 (weights I × O), so that Python opens a file of them with what it has.
//! Sources: Radford et al. 2019; the output layer is the embedding's transpose (Press and Wolf 2017).

use std::ops::Range;

use super::LmError;
use super::linear::Linear;
use super::norm::Norm;
use crate::nn::initial::normals;
use crate::nn::real::Real;
use crate::num::dice::Key;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// V
    pub vocabulary: usize,
    /// The longest sequence, in tokens.
    pub context: usize,
    /// C
    pub width: usize,
    pub layers: usize,
    pub heads: usize,
    /// Hidden channels of a block's MLP for each channel.
    pub hidden: usize,
}

/// Width, layers and heads by name; with a vocabulary of 512 and a context of 64 they have 0.14, 0.47, 0.87 and 3.3 million parameters.
pub const PRESETS: [(&str, usize, usize, usize); 4] =
    [("tiny", 64, 2, 4), ("small", 128, 2, 4), ("medium", 128, 4, 4), ("large", 256, 4, 8)];

impl Config {
    pub fn preset(name: &str, vocabulary: usize, context: usize) -> Option<Config> {
        let (_, width, layers, heads) = *PRESETS.iter().find(|preset| preset.0 == name)?;
        Some(Config { vocabulary, context, width, layers, heads, hidden: 4 })
    }

    /// Errors: a size that is 0 or beyond what a workbench holds, heads that do not divide the width.
    pub fn check(&self) -> Result<(), LmError> {
        let sizes = [
            ("the vocabulary", self.vocabulary, 65_536),
            ("the context", self.context, 4_096),
            ("the width", self.width, 4_096),
            ("the number of layers", self.layers, 64),
            ("the number of heads", self.heads, 64),
            ("the hidden multiple", self.hidden, 16),
        ];
        for (what, found, most) in sizes {
            if found == 0 || found > most {
                return Err(LmError::Config { what, found, right: format!("1 to {most}") });
            }
        }
        if !self.width.is_multiple_of(self.heads) {
            let right = format!("a divisor of the width, {}", self.width);
            return Err(LmError::Config { what: "the number of heads", found: self.heads, right });
        }
        Ok(())
    }
}

/// What is read off the last layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// V logits of the next token.
    Language,
    /// One number: a reward model's score, a critic's value. Its parameters stand behind those of the language model, which they follow.
    Value,
}

/// A transformer block's parts, in the order of their parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub norm_1: Norm,
    /// C → 3C: queries, keys, values.
    pub attend: Linear,
    pub mix: Linear,
    pub norm_2: Norm,
    pub widen: Linear,
    pub narrow: Linear,
}

/// A named tensor of the parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub range: Range<usize>,
}

/// A network holds no numbers: its owner keeps the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt {
    pub config: Config,
    pub head: Head,
    /// V × C, which is the output layer as well, and context × C.
    pub tokens: Range<usize>,
    pub places: Range<usize>,
    pub blocks: Vec<Block>,
    pub last: Norm,
    /// C; empty for a language model.
    pub value: Range<usize>,
}

impl Gpt {
    pub fn new(config: Config, head: Head) -> Result<Gpt, LmError> {
        config.check()?;
        let (c, hidden) = (config.width, config.width * config.hidden);
        let mut at = 0;
        let mut take = |count: usize| {
            at += count;
            at - count..at
        };
        let (tokens, places) = (take(config.vocabulary * c), take(config.context * c));
        let block = |_| Block {
            norm_1: Norm::new(take(2 * c)),
            attend: Linear::new(c, 3 * c, take((c + 1) * 3 * c)),
            mix: Linear::new(c, c, take((c + 1) * c)),
            norm_2: Norm::new(take(2 * c)),
            widen: Linear::new(c, hidden, take((c + 1) * hidden)),
            narrow: Linear::new(hidden, c, take((hidden + 1) * c)),
        };
        let blocks = (0..config.layers).map(block).collect();
        let last = Norm::new(take(2 * c));
        let value = take(if head == Head::Value { c } else { 0 });
        Ok(Gpt { config, head, tokens, places, blocks, last, value })
    }

    /// Length of the vector of parameters.
    pub fn parameters(&self) -> usize {
        self.value.end
    }

    /// Numbers for each asked place: V logits or one value.
    pub fn width_of_outputs(&self) -> usize {
        if self.head == Head::Value { 1 } else { self.config.vocabulary }
    }

    /// Every tensor, in the order of the parameters.
    pub fn tensors(&self) -> Vec<Tensor> {
        let mut out = Vec::new();
        let mut push = |name: String, shape: &[usize], start: usize| {
            let range = start..start + shape.iter().product::<usize>();
            out.push(Tensor { name, shape: shape.to_vec(), range });
        };
        let c = self.config.width;
        push("wte.weight".into(), &[self.config.vocabulary, c], self.tokens.start);
        push("wpe.weight".into(), &[self.config.context, c], self.places.start);
        for (l, block) in self.blocks.iter().enumerate() {
            let mut norm = |name: &str, norm: &Norm| {
                push(format!("h.{l}.{name}.weight"), &[c], norm.range.start);
                push(format!("h.{l}.{name}.bias"), &[c], norm.range.start + c);
            };
            norm("ln_1", &block.norm_1);
            norm("ln_2", &block.norm_2);
            let parts =
                [("attn.c_attn", &block.attend), ("attn.c_proj", &block.mix), ("mlp.c_fc", &block.widen), ("mlp.c_proj", &block.narrow)];
            for (name, linear) in parts {
                push(format!("h.{l}.{name}.weight"), &[linear.inputs, linear.outputs], linear.range.start);
                push(format!("h.{l}.{name}.bias"), &[linear.outputs], linear.range.end - linear.outputs);
            }
        }
        push("ln_f.weight".into(), &[c], self.last.range.start);
        push("ln_f.bias".into(), &[c], self.last.range.start + c);
        if self.head == Head::Value {
            push("v_head.weight".into(), &[1, c], self.value.start);
        }
        out.sort_by_key(|tensor| tensor.range.start);
        out
    }

    /// The matrices: what weight decay is for.
    pub fn decayed(&self) -> Vec<Range<usize>> {
        self.tensors().into_iter().filter(|tensor| tensor.shape.len() > 1).map(|tensor| tensor.range).collect()
    }

    /// Fresh parameters: matrices normal of a deviation, gains 1, biases and the value head 0. With GPT-2's deviation of 0.02 so small
    /// a model is slow to learn to copy; 0.1 does it.
    pub fn fresh<F: Real>(&self, deviation: f64, key: Key) -> Vec<F> {
        let mut parameters = vec![F::ZERO; self.parameters()];
        for (k, tensor) in self.tensors().iter().enumerate() {
            let numbers = &mut parameters[tensor.range.clone()];
            if tensor.shape.len() > 1 && tensor.range != self.value {
                normals(numbers, deviation, key.child(k as u64));
            } else if tensor.name.contains("ln_") && tensor.name.ends_with("weight") {
                numbers.fill(F::ONE);
            }
        }
        parameters
    }
}
