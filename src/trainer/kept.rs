//! What the trainer puts into a checkpoint: its runs, and their exact evaluations, which would take long to make again.

use serde_json::{Value, json};

use super::snapshot::{EvaluationView, RunId, Score};
use crate::run::checkpoint::{Part, write};
use crate::run::journal::SpecLine;
use crate::run::{Run, RunSpec};

pub const PROGRAM: &str = concat!("dialoq ", env!("CARGO_PKG_VERSION"));

/// A run to be put into a checkpoint.
pub struct KeptRun<'a> {
    pub id: RunId,
    /// Of the run itself, or of the one at the root of its branch.
    pub spec: &'a RunSpec,
    pub run: &'a dyn Run,
    pub evaluations: &'a [EvaluationView],
}

/// The bytes of a checkpoint of these runs.
pub fn checkpoint(session: &str, runs: &[KeptRun<'_>]) -> Vec<u8> {
    let part = |kept: &KeptRun<'_>| Part {
        run: kept.id,
        spec: SpecLine::new(kept.spec, &kept.run.world().digest.to_string()).with(kept.run.kernel()),
        stored: kept.run.store(),
        extra: json!({ "evaluations": kept.evaluations.iter().map(row).collect::<Vec<_>>() }),
    };
    // What has not begun is built as fast as it is loaded.
    let begun = runs.iter().filter(|kept| kept.run.head().0 > 0);
    write(PROGRAM, session, &begun.map(part).collect::<Vec<_>>())
}

fn row(e: &EvaluationView) -> Value {
    let g = &e.greedy;
    json!([
        e.dialogues,
        g.value,
        g.return_,
        g.success,
        g.turns,
        e.regret,
        e.optimal_share,
        e.optimal_share_weighted,
        e.way,
        e.margin,
        e.success_margin
    ])
}

/// The evaluations of a run, from what a checkpoint holds beside it; what cannot be read is left out.
pub fn evaluations(extra: &Value) -> Vec<EvaluationView> {
    let read = |row: &Value| {
        let number = |k: usize| row.get(k).map(|x| x.as_f64().unwrap_or(f64::NAN));
        Some(EvaluationView {
            dialogues: row.get(0)?.as_u64()?,
            greedy: Score { value: number(1)?, return_: number(2)?, success: number(3)?, turns: number(4)? },
            regret: number(5)?,
            optimal_share: number(6)?,
            optimal_share_weighted: number(7)?,
            // Not there in checkpoints of earlier programs.
            way: number(8).unwrap_or(f64::NAN),
            margin: number(9).unwrap_or(0.0),
            success_margin: number(10).unwrap_or(0.0),
        })
    };
    extra["evaluations"].as_array().into_iter().flatten().filter_map(read).collect()
}
