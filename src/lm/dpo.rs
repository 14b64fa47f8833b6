//! DPO: the same pairs without a reward model. L = −ln σ(β (ln π/π₀(chosen) − ln π/π₀(rejected)))
//! Source: Rafailov et al. 2023, eq. 7.

use std::ops::Range;

use super::loss::{cross_entropy, likelihoods, pair};
use super::net::{Desk, Row, Sheet, reply_places};
use super::pairs::Pair;
use super::prompt::Layout;
use super::reward::{Margins, sequences};
use super::shape::Gpt;

pub const METRICS: &[&str] = &["loss", "accuracy", "margin", "chosen", "rejected", "gradient norm"];

/// The gradient, left on the desk, and how the pairs fare; the scores are β ln π/π₀.
pub fn gradient(gpt: &Gpt, policy: &[f32], reference: &[f32], list: &[&Pair], layout: &Layout, beta: f32, desk: &mut Desk) -> Margins {
    let tokens: Vec<[Vec<u32>; 2]> = list.iter().map(|pair| sequences(pair, layout)).collect();
    let rows: Vec<Row<'_>> = list
        .iter()
        .zip(&tokens)
        .flat_map(|(pair, [c, r])| [(c, pair.chosen.len()), (r, pair.rejected.len())])
        .map(|(tokens, length)| Row { tokens, asked: reply_places(layout.prompt, length) })
        .collect();
    let sheet = Sheet::new(gpt, &rows, 2);
    let held = likelihoods(&gpt.outputs(reference, &sheet.batch, &mut desk.room), &sheet.next);
    desk.gradient.resize(gpt.parameters(), 0.0);
    let Desk { room, gradient, .. } = desk;
    let share = 1.0 / list.len() as f32;
    let v = gpt.config.vocabulary;
    let loss = |asked: Range<usize>, x: &mut [f32]| {
        let mut sums = Margins::default();
        for both in sheet.rows.chunks_exact(2).filter(|both| asked.contains(&both[0].start)) {
            let [c, r] = [&both[0], &both[1]].map(|range| {
                let own = &x[(range.start - asked.start) * v..(range.end - asked.start) * v];
                let likely = likelihoods(own, &sheet.next[range.clone()]);
                let ratio = likely.iter().zip(&held[range.clone()]).map(|(a, b)| a.log_probability - b.log_probability).sum::<f32>();
                beta * ratio
            });
            let (loss, slope) = pair(c - r);
            sums.count(share, loss, (c, r));
            // ∂ ln π(word) is that of −cross entropy.
            for (range, sign) in [(&both[0], -1.0), (&both[1], 1.0)] {
                let own = &mut x[(range.start - asked.start) * v..(range.end - asked.start) * v];
                let weights = vec![sign * slope * beta * share; range.len()];
                cross_entropy(own, &sheet.next[range.clone()], &weights);
            }
        }
        sums
    };
    Margins::of_lanes(gpt.gradient(policy, &sheet.batch, room, loss, gradient))
}
