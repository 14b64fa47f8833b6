//! What can be found in a run's past and future, and what a person did to it: bookmarks, breakpoints, branches.

use dialoq::trainer::snapshot::*;

use super::{noise, past, training};

fn spread(act: u16, name: &str, mean: f32) -> Spread {
    let mut returns: Vec<f32> = (0..1000)
        .map(|k| {
            let high = noise(k + u64::from(act) * 7_919) < 0.5 + mean / 40.0;
            (if high { 12.0 } else { -14.0 } + noise(k * 31 + u64::from(act)) * 6.0).round()
        })
        .collect();
    returns.sort_by(f32::total_cmp);
    Spread { act, act_name: name.into(), returns, success: 0.5 + mean / 40.0, turns: 5.4, mean, margin: 0.46 }
}

pub fn what_if() -> WhatIf {
    let state_text = "refund confirmed · order heard · patience 2".into();
    WhatIf { tick: 3120, state: 15, state_text, taken: spread(2, "ask item", 6.1), tried: spread(5, "confirm order", 8.3) }
}

pub fn trail(hops: u64) -> Trail {
    let hop = |k: u64| Hop {
        tick: 9870 - k * 211,
        dialogue: 1233 - k * 27,
        turn: 6 - (k as u32 % 6),
        state: 15,
        act: 9,
        state_text: format!("refund confirmed · order heard · item unknown · patience {}", 3 - k % 3),
        act_name: ["do it", "confirm all", "ask item"][k as usize % 3].into(),
        before: 2.0 - k as f32,
        after: 4.1 - k as f32 * 0.9,
        credit: 6.0 * 0.3_f32.powi(k as i32),
    };
    Trail { tick: 9870, reward: 20.0, hops: (0..hops).map(hop).collect(), arrived: hops > 3 }
}

/// A moment of the past with all that a person can have put there and found.
pub fn found() -> Snapshot {
    let mut s = past();
    s.bookmarks = vec![
        BookmarkView { tick: 800, dialogue: 110, name: "1".into() },
        BookmarkView { tick: 7_000, dialogue: 900, name: "before the flip".into() },
    ];
    s.breakpoints = vec![Breakpoint::DeltaAbove(5.0), Breakpoint::Flip { state: 15 }];
    s.findings.trail = Some(trail(9));
    s.findings.what_if = Some(what_if());
    s
}

/// At rest, with all that who sits in a chair needs.
pub fn seated() -> Snapshot {
    let mut s = training();
    s.phase = Phase::Paused;
    let table = s.view.table.as_mut().expect("the sample has it");
    table.rows.truncate(1);
    table.rows[0].live = true;
    for act in [3, 7] {
        table.rows[0].cells[act].legal = false;
    }
    let answer = |outcome, probability, reward, text: &str, next: &str| Answer {
        outcome,
        probability,
        reward,
        text: text.into(),
        next: next.into(),
    };
    s.findings.answers = vec![
        answer(0, 0.68, -1.0, "answers", "refund confirmed · order heard · patience 2"),
        answer(1, 0.12, -1.0, "answers, and adds the item", "refund confirmed · order heard · item heard · patience 2"),
        answer(2, 0.15, -1.0, "does not answer: patience 2 → 1", "refund confirmed · patience 1"),
        answer(3, 0.05, -11.0, "hangs up", ""),
    ];
    s.findings.pending = Some(1);
    s
}

/// A person has just held a dialogue.
pub fn held() -> Snapshot {
    let mut s = seated();
    s.view.turn = 0;
    s.findings.beside = Some(Beside { dialogue: 1233, person: 9.0, policy: 12.0, optimum: Some(14.0) });
    s
}

/// Learning stopped by itself.
pub fn stopped() -> Snapshot {
    let mut s = training();
    s.phase = Phase::Paused;
    let stopped = Some("|δ| = 12.3 at turn 9,871".into());
    s.runs = vec![RunCard { id: 0, name: "A".into(), stopped, ..RunCard::default() }];
    s
}
