//! The reward model: −ln σ(r(chosen) − r(rejected)), scores at the last word, or at every place from where the replies differ.
//! Sources: Ouyang et al. 2022, eq. 1; the second form is DeepSpeed-Chat's.

use std::ops::Range;

use super::loss::{divergence, pair, pairs};
use super::net::{Desk, Row, Sheet, last_place};
use super::pairs::Pair;
use super::prompt::Layout;
use super::shape::Gpt;
use super::vocabulary::PAD;

/// Means over pairs: of scores, or of what stands in their place (`dpo.rs`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Margins {
    pub loss: f32,
    pub accuracy: f32,
    pub chosen: f32,
    pub rejected: f32,
}

impl Margins {
    /// Counts one pair, as a share of all.
    pub fn count(&mut self, share: f32, loss: f32, (chosen, rejected): (f32, f32)) {
        self.loss += share * loss;
        self.chosen += share * chosen;
        self.rejected += share * rejected;
        self.accuracy += if chosen > rejected { share } else { 0.0 };
    }

    /// Of all lanes, in their order.
    pub fn of_lanes(lanes: impl IntoIterator<Item = Margins>) -> Margins {
        lanes.into_iter().fold(Margins::default(), |all, lane| Margins {
            loss: all.loss + lane.loss,
            accuracy: all.accuracy + lane.accuracy,
            chosen: all.chosen + lane.chosen,
            rejected: all.rejected + lane.rejected,
        })
    }
}

/// A pair as two sequences of the layout's length.
pub fn sequences(pair: &Pair, layout: &Layout) -> [Vec<u32>; 2] {
    [&pair.chosen, &pair.rejected].map(|reply| {
        let mut tokens = [&pair.prompt[..], reply].concat();
        tokens.resize(layout.total(), PAD);
        tokens
    })
}

/// The places asked of both replies.
fn places(one: &Pair, layout: &Layout, diverging: bool) -> [Range<usize>; 2] {
    let ends = (one.chosen.len(), one.rejected.len());
    if !diverging {
        return [last_place(layout.prompt, ends.0), last_place(layout.prompt, ends.1)];
    }
    let longest = ends.0.max(ends.1);
    let padded = |reply: &[u32]| reply.iter().copied().chain(std::iter::repeat(PAD)).take(longest).collect::<Vec<u32>>();
    let from = divergence(&padded(&one.chosen), &padded(&one.rejected), ends);
    let both = layout.prompt + from.start..layout.prompt + from.end;
    [both.clone(), both]
}

fn sheet(gpt: &Gpt, list: &[&Pair], layout: &Layout, diverging: bool) -> Sheet {
    let tokens: Vec<[Vec<u32>; 2]> = list.iter().map(|pair| sequences(pair, layout)).collect();
    let rows: Vec<Row<'_>> = list
        .iter()
        .zip(&tokens)
        .flat_map(|(pair, tokens)| tokens.iter().zip(places(pair, layout, diverging)).map(|(tokens, asked)| Row { tokens, asked }))
        .collect();
    Sheet::new(gpt, &rows, 2)
}

/// The gradient, left on the desk, and how the pairs fare.
pub fn gradient(gpt: &Gpt, parameters: &[f32], list: &[&Pair], layout: &Layout, diverging: bool, desk: &mut Desk) -> Margins {
    let sheet = sheet(gpt, list, layout, diverging);
    desk.gradient.resize(gpt.parameters(), 0.0);
    let Desk { room, gradient, .. } = desk;
    let share = 1.0 / list.len() as f32;
    let loss = |asked: Range<usize>, x: &mut [f32]| {
        let mut sums = Margins::default();
        for both in sheet.rows.chunks_exact(2).filter(|both| asked.contains(&both[0].start)) {
            let local = |range: &Range<usize>| range.start - asked.start..range.end - asked.start;
            let (c, r) = (local(&both[0]), local(&both[1]));
            let (head, tail) = x.split_at_mut(r.start);
            let (chosen, rejected) = (&mut head[c], &mut tail[..r.len()]);
            let (last_c, last_r) = (chosen[chosen.len() - 1], rejected[rejected.len() - 1]);
            let loss = if diverging {
                let loss = pairs(chosen, rejected);
                chosen.iter_mut().chain(rejected).for_each(|slope| *slope *= share);
                loss
            } else {
                let (loss, slope) = pair(last_c - last_r);
                (chosen[0], rejected[0]) = (slope * share, -slope * share);
                loss
            };
            sums.count(share, loss, (last_c, last_r));
        }
        sums
    };
    Margins::of_lanes(gpt.gradient(parameters, &sheet.batch, room, loss, gradient))
}

/// Scores of sequences with the lengths of their replies.
pub fn scores(gpt: &Gpt, parameters: &[f32], rows: &[(&[u32], usize)], layout: &Layout, desk: &mut Desk) -> Vec<f32> {
    let mut out = Vec::with_capacity(rows.len());
    for part in rows.chunks(128) {
        let rows: Vec<Row<'_>> = part.iter().map(|(tokens, length)| Row { tokens, asked: last_place(layout.prompt, *length) }).collect();
        out.extend(gpt.outputs(parameters, &Sheet::new(gpt, &rows, 1).batch, &mut desk.room));
    }
    out
}

/// Scores of pairs: chosen, rejected.
pub fn judged(gpt: &Gpt, parameters: &[f32], list: &[Pair], layout: &Layout, desk: &mut Desk) -> Vec<(f32, f32)> {
    let tokens: Vec<[Vec<u32>; 2]> = list.iter().map(|pair| sequences(pair, layout)).collect();
    let rows: Vec<(&[u32], usize)> =
        list.iter().zip(&tokens).flat_map(|(pair, [c, r])| [(&c[..], pair.chosen.len()), (&r[..], pair.rejected.len())]).collect();
    scores(gpt, parameters, &rows, layout, desk).chunks_exact(2).map(|both| (both[0], both[1])).collect()
}

/// How often the better reply of a pair has the higher score: by the worths, and by the labels.
pub fn accuracy(list: &[Pair], judged: &[(f32, f32)]) -> (f64, f64) {
    let share = |right: &dyn Fn(&Pair, bool) -> bool| {
        let count = list.iter().zip(judged).filter(|(pair, (c, r))| right(pair, c > r)).count();
        count as f64 / list.len().max(1) as f64
    };
    (share(&|pair, higher| higher == pair.clean), share(&|_, higher| higher))
}
