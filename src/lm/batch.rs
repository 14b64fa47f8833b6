//! A batch of sequences in lanes: their number follows from the batch, never from the threads, and gradients are added in their order,
//! so that the bits are the same on any number of threads.

use std::ops::Range;

use super::LmError;
use super::gpt::{Pass, Text};
use super::shape::Gpt;
use crate::nn::parallel::share;
use crate::nn::real::Real;
use crate::nn::vector::vector;

/// Lanes of a batch that is large enough. More share the work better, fewer make larger products.
const LANES: usize = 8;

/// Sequences of one length, padded on the left; pads are attended to like any token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    tokens: Vec<u32>,
    length: usize,
    /// Places in `tokens`, rising, after which the outputs are wanted.
    asked: Vec<u32>,
    /// Sequences that stay in one lane: 2 for pairs.
    group: usize,
}

/// Part of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lane {
    places: Range<usize>,
    asked: Range<usize>,
}

impl Batch {
    /// Errors: whatever does not fit the model.
    pub fn new(gpt: &Gpt, tokens: Vec<u32>, length: usize, asked: Vec<u32>, group: usize) -> Result<Batch, LmError> {
        let (count, context, vocabulary) = (tokens.len(), gpt.config.context, gpt.config.vocabulary);
        if length == 0 || count == 0 || !count.is_multiple_of(length) {
            return Err(LmError::Length { tokens: count, length });
        }
        if length > context {
            return Err(LmError::Context { length, context });
        }
        if let Some(place) = tokens.iter().position(|token| *token as usize >= vocabulary) {
            return Err(LmError::Token { token: tokens[place], place, vocabulary });
        }
        let rises = |k: usize| (k == 0 || asked[k - 1] < asked[k]) && (asked[k] as usize) < count;
        if let Some(k) = (0..asked.len()).find(|k| !rises(*k)) {
            return Err(LmError::Asked { place: asked[k], tokens: count });
        }
        let sequences = count / length;
        if group == 0 || !sequences.is_multiple_of(group) {
            return Err(LmError::Group { sequences, group });
        }
        Ok(Batch { tokens, length, asked, group })
    }

    pub fn sequences(&self) -> usize {
        self.tokens.len() / self.length
    }

    /// T
    pub fn length(&self) -> usize {
        self.length
    }

    pub fn tokens_of(&self, sequences: Range<usize>) -> &[u32] {
        &self.tokens[sequences.start * self.length..sequences.end * self.length]
    }

    pub fn asked(&self) -> &[u32] {
        &self.asked
    }

    fn lanes(&self) -> Vec<Lane> {
        let groups = self.sequences() / self.group;
        let count = groups.min(LANES);
        let edge = |lane: usize| lane * groups / count * self.group * self.length;
        let asked = |place: usize| self.asked.partition_point(|asked| (*asked as usize) < place);
        let lane = |l: usize| Lane { places: edge(l)..edge(l + 1), asked: asked(edge(l))..asked(edge(l + 1)) };
        (0..count).map(lane).collect()
    }

    fn text(&self, lane: &Lane) -> Text<'_> {
        Text {
            tokens: &self.tokens[lane.places.clone()],
            length: self.length,
            asked: &self.asked[lane.asked.clone()],
            first: lane.places.start as u32,
        }
    }
}

/// Room to calculate in, for each thread and each lane; no state.
#[derive(Clone, Debug)]
pub struct Room<F> {
    pub(super) passes: Vec<Pass<F>>,
    gradients: Vec<Vec<F>>,
}

impl<F: Real + Default> Room<F> {
    pub fn new(threads: usize) -> Room<F> {
        Room { passes: vec![Pass::default(); threads.max(1)], gradients: Vec::new() }
    }
}

/// The parts of a list, of so many elements each.
fn split<T>(mut list: &mut [T], counts: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    let mut parts = Vec::new();
    for count in counts {
        let (part, rest) = list.split_at_mut(count);
        parts.push(part);
        list = rest;
    }
    parts
}

impl Gpt {
    /// Outputs at the asked places.
    ///
    /// Shape: N × O.
    pub fn outputs<F: Real + Default>(&self, parameters: &[F], batch: &Batch, room: &mut Room<F>) -> Vec<F> {
        let lanes = batch.lanes();
        let mut outputs = vec![F::ZERO; batch.asked.len() * self.width_of_outputs()];
        let parts = split(&mut outputs, lanes.iter().map(|lane| lane.asked.len() * self.width_of_outputs()));
        share(&mut room.passes, lanes.iter().zip(parts).collect(), |pass, (lane, part)| {
            self.forward(parameters, &batch.text(lane), pass);
            part.copy_from_slice(&pass.outputs);
        });
        outputs
    }

    /// The gradient of a loss over all parameters. `loss` is given a lane's asked places (a range of the batch's) and their outputs
    /// (n × O), which it turns into its slopes by them; what it gives back comes lane by lane.
    pub fn gradient<F: Real + Default, L: Send>(
        &self,
        parameters: &[F],
        batch: &Batch,
        room: &mut Room<F>,
        loss: impl Fn(Range<usize>, &mut [F]) -> L + Sync,
        gradient: &mut [F],
    ) -> Vec<L> {
        let lanes = batch.lanes();
        let Room { passes, gradients } = room;
        gradients.resize(lanes.len().max(gradients.len()), Vec::new());
        let work = lanes.iter().zip(gradients.iter_mut()).collect();
        let losses = share(passes, work, |pass, (lane, gradient)| {
            gradient.resize(self.parameters(), F::ZERO);
            let text = batch.text(lane);
            self.forward(parameters, &text, pass);
            let loss = loss(lane.asked.clone(), &mut pass.outputs);
            self.backward(parameters, &text, pass, gradient);
            loss
        });
        add(passes, &gradients[..lanes.len()], gradient);
        losses
    }
}

/// Parameters that are added up at a time, so that a sum stays in the nearest cache.
const PIECE: usize = 1 << 12;

/// The lanes' gradients, added in their order.
fn add<F: Real>(passes: &mut [Pass<F>], lanes: &[Vec<F>], gradient: &mut [F]) {
    let pieces = gradient.chunks_mut(PIECE).enumerate().collect();
    share(passes, pieces, |_, (k, sum): (usize, &mut [F])| {
        let range = k * PIECE..k * PIECE + sum.len();
        vector(
            #[inline(always)]
            || {
                sum.copy_from_slice(&lanes[0][range.clone()]);
                for lane in &lanes[1..] {
                    for (sum, x) in sum.iter_mut().zip(&lane[range.clone()]) {
                        *sum += *x;
                    }
                }
            },
        );
    });
}
