//! Layer 4: a small GPT, forward and backward, on a flat vector of parameters; generation, losses, weights as files hold them.
//!
//! Letters: B sequences of a batch, T tokens of each, C channels, H channels of a head, V words of the vocabulary, N asked places,
//! R rows, which is a lane's sequences times T.

use thiserror::Error;

pub use crate::run::view::language as view;

pub mod alarm;
pub mod attention;
pub mod batch;
pub mod block;
pub mod broken;
pub mod corpus;
pub mod dpo;
pub mod evaluate;
pub mod generate;
pub mod gpt;
pub mod ground;
pub mod knobs;
pub mod linear;
pub mod live;
pub mod look;
pub mod loss;
pub mod net;
pub mod norm;
pub mod notes;
pub mod pairs;
pub mod phrases;
pub mod pipeline;
pub mod plan;
pub mod policy;
pub mod ppo;
pub mod probes;
pub mod prompt;
pub mod raw;
pub mod report;
pub mod reward;
pub mod rollout;
pub mod sample;
pub mod saved;
pub mod scene;
pub mod series;
pub mod sft;
pub mod shape;
pub mod speak;
pub mod talk;
pub mod understand;
pub mod vocabulary;
pub mod voice;
pub mod weights;
mod work;

#[derive(Debug, Error, PartialEq, Eq)]
pub enum LmError {
    #[error("{what} is {found}; it must be {right}")]
    Config { what: &'static str, found: usize, right: String },
    #[error("a batch of {tokens} tokens cannot be sequences of {length}; it must be a multiple of the length, and not empty")]
    Length { tokens: usize, length: usize },
    #[error("sequences of {length} tokens are longer than this model's context of {context}")]
    Context { length: usize, context: usize },
    #[error("token {token} at place {place} is none of this model's {vocabulary}, which count from 0")]
    Token { token: u32, place: usize, vocabulary: usize },
    #[error("asked place {place} must be above the one before it and below the batch's {tokens} tokens")]
    Asked { place: u32, tokens: usize },
    #[error("{sequences} sequences are no groups of {group}; their number must be a multiple")]
    Group { sequences: usize, group: usize },
    #[error("weights: {0}")]
    Weights(String),
}
