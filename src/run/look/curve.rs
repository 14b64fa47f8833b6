//! The learning curve as columns of a chart.

use crate::learn::agent::Agent;
use crate::learn::machine::Machine;
use crate::num::curve::{Block, Curve};
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::run::view::{Axis, Column, CurveView, CurveWatch, Mark, Smooth, Summary};
use crate::world::World;

pub fn look<A: Agent>(run: &Timeline<Interaction<World, A>>, watch: CurveWatch) -> CurveView {
    let curve = run.curve();
    let (count, return_, success, turns) = last_100(run);
    CurveView {
        to: horizon(curve.len()),
        columns: columns(curve, watch),
        marks: run.journal().iter().map(|e| Mark { dialogue: e.dialogue, tick: e.tick, text: e.text.clone() }).collect(),
        last_100: Summary { count, return_, success, turns },
        smooth_last: smooth_at(curve, curve.len(), watch.smooth),
        smooth_now: smooth_at(curve, run.machine().dialogues(), watch.smooth),
    }
}

/// The smoothed return at the last of so many dialogues.
fn smooth_at(curve: &Curve, dialogues: u64, smooth: Smooth) -> Option<f32> {
    if dialogues == 0 || curve.is_empty() {
        return None;
    }
    if dialogues >= curve.len() && smooth != Smooth::Off {
        return Some(pick(&Block { smooth: curve.smooth_now(), ..Block::default() }, smooth));
    }
    curve.span(dialogues - 1, dialogues).map(|(_, _, block)| pick(&block, smooth))
}

/// The last hundred dialogues before the present moment; in the far past as finely as the curve remembers.
pub fn last_100<A: Agent>(run: &Timeline<Interaction<World, A>>) -> (u32, f32, f32, f32) {
    let (curve, now) = (run.curve(), run.machine().dialogues());
    if now >= curve.len() {
        return curve.last_100();
    }
    curve.span(now.saturating_sub(100), now).filter(|_| now > 0).map_or((0, 0.0, 0.0, 0.0), |(_, _, b)| {
        let n = b.count as f32;
        (b.count, b.mean(), b.successes as f32 / n, b.turns as f32 / n)
    })
}

fn pick(b: &Block, smooth: Smooth) -> f32 {
    match smooth {
        Smooth::Mean20 => b.smooth[0],
        Smooth::Mean100 => b.smooth[1],
        Smooth::Ema99 => b.smooth[2],
        Smooth::Off => b.mean(),
    }
}

/// Where the x axis ends: a little beyond the last dialogue, in steps of a sixteenth to an eighth. Were it the last dialogue itself,
/// every column would move with every dialogue, and the whole picture with them.
fn horizon(dialogues: u64) -> u64 {
    let step = (dialogues.next_power_of_two() / 16).max(1);
    dialogues.div_ceil(step) * step
}

fn columns(curve: &Curve, watch: CurveWatch) -> Vec<Column> {
    let n = curve.len();
    let end = horizon(n);
    let width = u64::from(watch.columns.max(1)).min(end);
    let mut out: Vec<Column> = Vec::with_capacity(width as usize);
    let mut at = 0;
    for i in 1..=width {
        let edge = match watch.axis {
            Axis::Linear => i * end / width,
            // ln(1 + d) in equal steps from 0 to ln(1 + end).
            Axis::Log => (libm::exp(libm::log1p(end as f64) * i as f64 / width as f64) - 0.5) as u64,
        };
        if edge <= at {
            continue;
        }
        if at >= n {
            break;
        }
        if let Some((from, to, b)) = curve.span(at, edge.min(n)) {
            // A coarse level may give the same block to two narrow columns.
            let (until, turns) = out.last().map_or((0, 0), |last| (last.to, last.turns_so_far));
            if to > until {
                // Where the levels change, a column begins before the last one's end.
                let twice = curve.span(from, until).filter(|_| from < until).map_or(0, |(_, _, b)| b.turns);
                out.push(column(from, to, &b, watch.smooth, turns + b.turns - twice));
            }
        }
        at = edge;
    }
    out
}

fn column(from: u64, to: u64, b: &Block, smooth: Smooth, turns_so_far: u64) -> Column {
    let n = b.count.max(1) as f32;
    Column {
        from,
        to,
        min: b.min,
        max: b.max,
        mean: b.mean(),
        smooth: pick(b, smooth),
        success: b.successes as f32 / n,
        turns: b.turns as f32 / n,
        abs_delta: b.abs_delta,
        epsilon: b.epsilon,
        turns_so_far,
    }
}
