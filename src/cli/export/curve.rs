//! The learning curve as rows: as finely as it is kept, or dialogue by dialogue.

use std::io;

use serde_json::Value;

use super::sheet::{Sheet, number};
use crate::learn::machine::Tick;
use crate::learn::probe::Recorder;
use crate::run::Run;
use crate::run::look::{Exact, Lens, Shown};
use crate::run::timeline::Limit;
use crate::run::view::{Axis, Column, CurveView, CurveWatch, Smooth, Watch};

/// `from` and `to` are dialogues counted from 0, `to` excluded; all but the bounds of the return are means over them.
pub const HEAD: &[&str] = &["run", "from", "to", "return", "return_min", "return_max", "success", "turns", "abs_delta", "epsilon"];

/// The curve in at most so many columns.
pub fn look(run: &dyn Run, columns: u16, smooth: Smooth) -> CurveView {
    let curve = Some(CurveWatch { columns, axis: Axis::Linear, smooth });
    let view = run.look(&Watch { curve, ..Watch::default() }, Exact::default(), Shown::default(), &mut Lens::default());
    view.curve.unwrap_or_default()
}

/// As finely as the curve keeps them, in at most 65,535 rows: every dialogue of the first 2,048, then every 2 up to 4,096, every 4 up
/// to 8,192, and so on. The last dialogues come when their block is full.
pub fn blocks(sheet: &mut Sheet<'_>, name: &str, run: &dyn Run) -> io::Result<()> {
    // The axis ends at a multiple of a high power of two, so halving it keeps columns and blocks in step.
    let mut width = look(run, 1, Smooth::Off).to;
    while width > u64::from(u16::MAX) {
        width /= 2;
    }
    look(run, width as u16, Smooth::Off).columns.iter().try_for_each(|c| sheet.row(row(name, c)))
}

fn row(name: &str, c: &Column) -> Vec<Value> {
    let mut fields: Vec<Value> = vec![name.into(), c.from.into(), c.to.into()];
    fields.extend([c.mean, c.min, c.max, c.success, c.turns, c.abs_delta, c.epsilon].map(number));
    fields
}

/// A row for every dialogue: the run is learned once more, watched, beside itself.
pub fn dialogues(sheet: &mut Sheet<'_>, name: &str, run: &dyn Run) -> io::Result<()> {
    let mut again = run.branch();
    again.seek(Tick(0), &mut |_| true);
    let mut recorder = Recorder::default();
    let finished = run.dialogues();
    while again.dialogues() < finished {
        let from = again.dialogues();
        recorder.turns.clear();
        again.advance_watched(Limit::dialogues(1), &mut recorder);
        let turns = &recorder.turns;
        let Some(last) = turns.last() else { break };
        let return_ = turns.iter().map(|t| f64::from(t.reward)).sum::<f64>() as f32;
        let abs_delta = turns.iter().map(|t| f64::from(t.delta().abs())).sum::<f64>() / turns.len() as f64;
        // An agent without ε only explores.
        let epsilon = again.knob_now("epsilon").unwrap_or(1.0);
        let dialogue = Column {
            from,
            to: from + 1,
            mean: return_,
            min: return_,
            max: return_,
            success: if last.success { 1.0 } else { 0.0 },
            turns: turns.len() as f32,
            abs_delta: abs_delta as f32,
            epsilon: epsilon as f32,
            ..Column::default()
        };
        sheet.row(row(name, &dialogue))?;
    }
    Ok(())
}
