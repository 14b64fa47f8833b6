//! The alarm: the reward model's score rises while what the dialogues are truly worth falls. KL and the share of replies understood may
//! look healthy then; only the true return shows it.

use super::series::Board;

/// Updates whose means are compared.
const WINDOW: usize = 3;
/// By how many deviations of SFT's scores the score must have risen.
const RISE: f32 = 0.3;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alarm {
    /// The update, from 0, after which it first rang.
    pub update: usize,
    /// Rise of the score since the first updates, in deviations of SFT's.
    pub score: f32,
    /// What the return was in its best updates, and what it is in the last.
    pub best: f32,
    pub now: f32,
}

fn mean(list: &[f32]) -> f32 {
    list.iter().sum::<f32>() / list.len().max(1) as f32
}

/// The first update of a board at which it rings, with the figures of that moment.
pub fn alarm(board: &Board) -> Option<Alarm> {
    let points = |name| board.get(name).map_or(&[][..], |series| series.points());
    let (scores, returns, margins) = (points("score"), points("return"), points("return ±"));
    let mut best: Option<(f32, f32)> = None;
    for end in WINDOW..=returns.len() {
        let window = end - WINDOW..end;
        // The margin of a mean of several is smaller by the root of their number.
        let (now, margin) = (mean(&returns[window.clone()]), mean(&margins[window.clone()]) / (WINDOW as f32).sqrt());
        let score = mean(&scores[window]) - mean(&scores[..WINDOW]);
        if let Some((most, most_margin)) = best
            && score > RISE
            && now < most - margin - most_margin
        {
            return Some(Alarm { update: end - 1, score, best: most, now });
        }
        if best.is_none_or(|(most, _)| now > most) {
            best = Some((now, margin));
        }
    }
    None
}
