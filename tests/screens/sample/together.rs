//! Three runs side by side: a branch, another learner, bands, a verdict, a parting, a map half full.

use dialoq::trainer::snapshot::*;
use dialoq::trainer::view::*;

use super::numbers::{ACTS, curve, table};
use super::{noise, training};

fn card(id: RunId, name: &str, settings: [&str; 3]) -> RunCard {
    let named = ["alpha", "gamma", "noise"].into_iter().zip(settings);
    RunCard {
        id,
        name: name.into(),
        agent: "q-learning".into(),
        seed: 7,
        tick: 9871,
        head: 9871,
        dialogues: 1234,
        head_dialogues: 1234,
        settings: named.map(|(name, value)| (name.into(), value.into())).collect(),
        result: RunResult {
            return_100: Some(5.81),
            success_100: Some(0.87),
            greedy_return: Some(8.42),
            regret: Some(0.61),
            judged_at: Some(1234),
            optimal_share: Some(0.912),
            dialogues_to_90: Some(900),
            unknown_from: None,
        },
        ..RunCard::default()
    }
}

/// The sample's curve bent: its climb takes so many dialogues and ends so much higher or lower.
fn bent(columns: u64, dialogues: u64, climb: f32, higher: f32, salt: u64) -> CurveView {
    let mut out = curve(columns, dialogues);
    let mut turns = 0;
    for (k, column) in out.columns.iter_mut().enumerate() {
        let x = column.to as f32;
        column.smooth = 6.2 + higher - (26.0 + higher) * (-x / climb).exp() + noise(k as u64 / 8 + salt) * 0.8;
        turns += (column.turns * (column.to - column.from) as f32) as u64;
        column.turns_so_far = turns;
    }
    out.smooth_last = out.columns.last().map(|column| column.smooth);
    out
}

fn band(dialogues: u64, climb: f32, higher: f32) -> BandView {
    let point = |k: u64| {
        let x = k * 40;
        let middle = 6.0 + higher - (26.0 + higher) * (-(x as f32) / climb).exp();
        let wide = 0.8 + 4.0 * (-(x as f32) / 500.0).exp();
        (x, middle - wide, middle, middle + wide * 0.8)
    };
    BandView { seeds: 20, points: (1..=dialogues / 40).map(point).collect() }
}

pub fn together() -> Snapshot {
    let mut s = training();
    let mut branch = card(1, "B", ["0.3", "0.95", "0.1"]);
    (branch.parent, branch.branched_at, branch.change) = (Some(0), Some((4_010, 400)), "α 0.1 → 0.3".into());
    branch.result.return_100 = Some(7.2);
    branch.result.dialogues_to_90 = Some(650);
    let mut other = card(2, "C", ["0.1", "0.95", "0.1"]);
    (other.parent, other.branched_at, other.change) = (Some(0), Some((0, 0)), "sarsa instead of q-learning".into());
    other.agent = "sarsa".into();
    (other.dialogues, other.head_dialogues, other.tick) = (980, 980, 7_002);
    other.result = RunResult { return_100: Some(-1.25), success_100: Some(0.55), ..RunResult::default() };
    s.runs = vec![card(0, "A", ["0.1", "0.95", "0.1"]), branch, other];
    s.focus = 1;
    let compared = |run, curve, band| ComparedCurve { run, curve, band };
    let mut difference: Vec<RowView> = table().rows.into_iter().take(14).collect();
    for (k, row) in difference.iter_mut().enumerate() {
        let shrink = 1.0 - k as f32 / 16.0;
        row.live = false;
        row.visits = 0;
        row.cells.iter_mut().for_each(|cell| (cell.q, cell.visits) = (cell.q * shrink, 0));
    }
    s.compare = Some(CompareView {
        curves: vec![
            compared(0, bent(300, 1234, 350.0, 0.0, 0), Some(band(1234, 350.0, 0.0))),
            compared(1, bent(300, 1234, 260.0, 1.4, 50), Some(band(1234, 260.0, 1.4))),
            compared(2, bent(240, 980, 700.0, -1.0, 90), None),
        ],
        pair: Some((1, 0)),
        acts: table().acts,
        max_difference: 8.2,
        difference,
        parting: Some(Parting {
            dialogue: 812,
            turn: 3,
            state_text: "refund~ order~ item? ☺3".into(),
            first: (6_420, ACTS[8].1.into()),
            second: (6_431, ACTS[1].1.into()),
            state_differs: false,
        }),
        verdict: Some(Verdict {
            better: 1,
            other: 0,
            wins: 18,
            seeds: 20,
            difference: 1.4,
            low: 0.9,
            high: 1.9,
            dialogues: 2_000,
            values: values(),
        }),
    });
    s.sweep = Some(sweep(0.6));
    s
}

/// A map of which so much is done.
pub fn sweep(done: f32) -> SweepView {
    let (rows, columns) = (vec![0.01, 0.03, 0.1, 0.3], vec![0.8, 0.9, 0.95, 0.99]);
    let cell = |k: usize| {
        let seeds = ((done * 80.0) as usize).saturating_sub(k * 5).min(5) as u32;
        let value = 8.0 - (k % 4) as f64 * 0.7 - ((k / 4) as f64 - 2.0).powi(2) * 1.5;
        (if seeds == 0 { f64::NAN } else { value }, seeds)
    };
    SweepView {
        about: "q-learning · seed 7".into(),
        rows: ("alpha".into(), rows),
        columns: ("gamma".into(), columns),
        seeds: 5,
        dialogues: 2_000,
        cells: (0..16).map(cell).collect(),
        done,
    }
}

/// Two runs whose difference may be chance, without bands, in the past, and one of them stopped.
pub fn undecided() -> Snapshot {
    let mut s = together();
    s.runs.truncate(2);
    s.runs[1].stopped = Some("|δ| = 12.3 at turn 9,871".into());
    for card in &mut s.runs {
        card.digest = Some(0x4f2a_91c0_1234_5678);
    }
    s.phase = Phase::Paused;
    (s.view.tick, s.view.dialogues) = (6_000, 700);
    if let Some(compare) = &mut s.compare {
        compare.curves.truncate(2);
        compare.curves.iter_mut().for_each(|one| one.band = None);
        compare.parting = None;
        compare.verdict = Some(Verdict {
            better: 1,
            other: 0,
            wins: 11,
            seeds: 20,
            difference: 0.12,
            low: -0.31,
            high: 0.68,
            dialogues: 800,
            values: Vec::new(),
        });
    }
    s.sweep = None;
    s
}

/// As many runs as there are letters for.
pub fn crowded() -> Snapshot {
    let mut s = together();
    s.runs.truncate(1);
    if let Some(compare) = &mut s.compare {
        compare.curves.truncate(1);
        for id in 1..8u32 {
            let mut one = card(id, &char::from(b'A' + id as u8).to_string(), ["0.2", "0.9", "0.1"]);
            (one.parent, one.branched_at, one.change) = (Some(id - 1), Some((300, u64::from(id) * 60)), format!("ε 0.{id} → 0.{}", id + 1));
            s.runs.push(one);
            let curve = bent(300, 1234, 300.0 + id as f32 * 20.0, id as f32 * 0.3, u64::from(id) * 77);
            compare.curves.push(ComparedCurve { run: id, curve, band: None });
        }
    }
    s
}

fn values() -> Vec<ValueAt> {
    let estimate = |mean: f64| Estimate { mean, low: mean - 0.2, high: mean + 0.25 };
    let at = |dialogues: u64, first: f64, second: f64| ValueAt {
        dialogues,
        first: estimate(first),
        second: estimate(second),
        difference: estimate(first - second),
    };
    vec![at(500, 4.81, 2.05), at(1_000, 6.02, 4.4), at(2_000, 6.61, 5.97)]
}
