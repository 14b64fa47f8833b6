//! Supervised fine-tuning: −mean ln π(word) over the replies' words, or over the whole text.

use super::corpus::Texts;
use super::loss::{cross_entropy, likelihoods, perplexity};
use super::net::{Desk, Net, Row, Sheet, reply_places};
use super::prompt::Layout;
use super::shape::Gpt;
use super::understand::shuffle;
use super::vocabulary::PAD;
use crate::num::dice::Key;

/// Which replies a step takes: each epoch deals them out anew.
pub fn dealt(count: usize, batch: usize, step: u64, key: Key) -> Vec<usize> {
    let steps = per_epoch(count, batch);
    let mut order: Vec<usize> = (0..count).collect();
    shuffle(&mut order, key.child(step / steps));
    let from = (step % steps) as usize * batch;
    order[from.min(count)..(from + batch).min(count)].to_vec()
}

/// Steps of an epoch; what is left over waits for another one.
pub fn per_epoch(count: usize, batch: usize) -> u64 {
    (count / batch).max(1) as u64
}

fn row<'a>(texts: &'a Texts, at: usize, layout: &Layout, whole: bool) -> Row<'a> {
    let tokens = texts.sequence(at, layout.total());
    let mut asked = reply_places(layout.prompt, texts.lengths[at] as usize);
    if whole {
        asked.start = tokens.iter().position(|token| *token != PAD).unwrap_or(0).min(asked.start);
    }
    Row { tokens, asked }
}

fn sheet(gpt: &Gpt, texts: &Texts, chosen: &[usize], layout: &Layout, whole: bool) -> Sheet {
    let rows: Vec<Row<'_>> = chosen.iter().map(|at| row(texts, *at, layout, whole)).collect();
    Sheet::new(gpt, &rows, 1)
}

/// The gradient, left on the desk, and the loss.
pub fn gradient(gpt: &Gpt, net: &Net, texts: &Texts, chosen: &[usize], layout: &Layout, whole: bool, desk: &mut Desk) -> f32 {
    let sheet = sheet(gpt, texts, chosen, layout, whole);
    let weights = vec![1.0 / sheet.next.len() as f32; sheet.next.len()];
    desk.gradient.resize(gpt.parameters(), 0.0);
    let Desk { room, gradient, .. } = desk;
    let loss = |asked: std::ops::Range<usize>, x: &mut [f32]| cross_entropy(x, &sheet.next[asked.clone()], &weights[asked]);
    gpt.gradient(&net.parameters, &sheet.batch, room, loss, gradient).iter().sum()
}

/// Perplexity of the replies.
pub fn measured(gpt: &Gpt, parameters: &[f32], texts: &Texts, most: usize, layout: &Layout, desk: &mut Desk) -> f64 {
    let all: Vec<usize> = (0..texts.len().min(most)).collect();
    let (mut sum, mut count) = (0.0, 0);
    for chosen in all.chunks(128) {
        let sheet = sheet(gpt, texts, chosen, layout, false);
        let outputs = gpt.outputs(parameters, &sheet.batch, &mut desk.room);
        sum += likelihoods(&outputs, &sheet.next).iter().map(|l| -f64::from(l.log_probability)).sum::<f64>();
        count += sheet.next.len();
    }
    perplexity(sum / f64::from(count.max(1) as u32))
}
