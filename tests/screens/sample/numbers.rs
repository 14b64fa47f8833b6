//! The sample's table and curve.

use dialoq::trainer::view::*;

use super::{noise, state, status};

pub const ACTS: [(&str, &str, &str); 12] = [
    ("task?", "ask task", "Asks what the user wants."),
    ("ord?", "ask order", "Asks for the order number."),
    ("itm?", "ask item", "Asks which item it is about."),
    ("why?", "ask reason", "Asks for the reason."),
    ("task✓", "confirm task", "Asks whether the task was understood."),
    ("ord✓", "confirm order", "Asks whether the order number is right."),
    ("itm✓", "confirm item", "Asks whether the item is right."),
    ("why✓", "confirm reason", "Asks whether the reason is right."),
    ("all✓", "confirm all", "Asks whether everything heard is right."),
    ("do!", "execute", "Does what the user wants; the dialogue ends."),
    ("sorry", "apologise", "Says sorry, which may win back patience."),
    ("human", "hand over", "Hands the user over to a person; the dialogue ends."),
];

fn cell(row: u64, act: u64, visits: u64) -> CellView {
    let n = noise(row * 31 + act);
    let exact = n * 16.0 - 7.5;
    let tries = if visits == 0 { 0 } else { (visits as f32 * noise(row * 77 + act) * 0.4) as u32 };
    CellView {
        legal: (row + act * 5) % 11 != 3,
        q: if tries == 0 { 0.0 } else { exact + noise(row * 13 + act) - 0.5 },
        greedy: false,
        probability: 0.01,
        visits: tries,
        delta: noise(row * 3 + act * 7) * 2.0,
        exact: Some(exact),
        fresh: false,
    }
}

fn row(k: u64) -> RowView {
    let tasks = [Some("refund"), Some("refund"), None, Some("refund"), Some("track"), Some("refund"), Some("cancel")];
    let task = tasks[k as usize % 7];
    let visits = if k == 11 { 0 } else { 900 / (k + 1) };
    let words = state(task, status(k % 2 + 1), if task.is_some() { [k, k / 2, k / 3] } else { [0; 3] }, 3 - (k % 4 / 2) as u8);
    let mut cells: Vec<CellView> = (0..12).map(|act| cell(k, act, visits)).collect();
    let best = cells.iter().filter(|c| c.legal).map(|c| c.q).fold(f32::NEG_INFINITY, f32::max);
    for c in &mut cells {
        c.greedy = c.legal && c.q == best;
        c.probability = if !c.legal {
            0.0
        } else if c.greedy {
            0.91
        } else {
            0.01
        };
    }
    if k == 5 {
        cells[2].fresh = true;
    }
    RowView {
        critic: None,
        state: k as u32 * 3,
        words,
        visits,
        live: k == 5,
        value: best,
        exact_value: Some(8.0),
        optimal: (visits > 0).then_some(!k.is_multiple_of(3)),
        cells,
    }
}

pub fn table() -> TableView {
    let rows: Vec<RowView> = (0..24).map(row).collect();
    TableView {
        room: None,
        uncounted: false,
        states: 237,
        matching: 237,
        seen: 213,
        top: 0,
        acts: ACTS
            .iter()
            .map(|(short, name, meaning)| ActView { short: (*short).into(), name: (*name).into(), meaning: (*meaning).into() })
            .collect(),
        rows,
        max_q: 11.4,
        max_visits: 380,
        max_delta: 1.98,
        max_exact: 11.0,
        max_gap: 2.3,
    }
}

pub fn curve(columns: u64, dialogues: u64) -> CurveView {
    let mut out = CurveView { to: dialogues, ..CurveView::default() };
    for k in 0..columns.min(dialogues) {
        let from = k * dialogues / columns.min(dialogues);
        let to = (k + 1) * dialogues / columns.min(dialogues);
        let x = to as f32;
        let smooth = 6.2 - 26.0 * (-x / 350.0).exp() + noise(k / 8) * 0.8;
        let mean = smooth + (noise(k) - 0.6) * 26.0;
        let spread = if to - from > 1 { 8.0 * noise(k + 999) } else { 0.0 };
        out.columns.push(Column {
            turns_so_far: 0,
            from,
            to,
            min: mean - spread,
            max: (mean + spread).min(18.0),
            mean,
            smooth,
            success: if noise(k + 5) < 0.9 - 0.8 * (-x / 300.0).exp() { 1.0 } else { 0.0 },
            turns: 4.0 + 8.0 * noise(k + 8) * (-x / 900.0).exp(),
            abs_delta: 0.4 + 5.0 * noise(k + 3) * (-x / 500.0).exp(),
            epsilon: 0.12,
        });
    }
    out.last_100 = Summary { count: 100.min(dialogues as u32), return_: 5.8, success: 0.87, turns: 4.9 };
    out.smooth_last = out.columns.last().map(|c| c.smooth);
    out
}
