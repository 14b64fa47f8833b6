//! Other moments, made from the sample.

use std::sync::Arc;

use dialoq::trainer::snapshot::*;
use dialoq::trainer::view::*;

use super::numbers::table;
use super::talk::{heard, plain};
use super::{bounded, crowded, diverged, earlier, expert, found, gathering, held, knobs, linear, network, planning, preferences, seated};
use super::{stopped, together, traced, training, undecided};

/// Nothing has happened yet.
pub fn just_started() -> Snapshot {
    let mut s = training();
    s.view = RunView {
        turn_limit: 40,
        knobs: knobs(),
        curve: Some(CurveView::default()),
        table: Some(TableView { rows: Vec::new(), seen: 0, ..table() }),
        ..RunView::default()
    };
    s.evaluations = Arc::default();
    s.solution = None;
    s
}

/// A moment before the furthest one reached.
pub fn past() -> Snapshot {
    let mut s = training();
    s.view.tick = 3120;
    s.view.dialogues = 400;
    s.phase = Phase::Paused;
    s
}

pub fn crashed() -> Snapshot {
    let mut s = training();
    s.phase = Phase::Crashed { message: "index out of bounds".into(), tick: 9871 };
    s
}

/// A recorded dialogue that has ended.
pub fn ended() -> Snapshot {
    let mut s = training();
    if let Some(t) = &mut s.view.transcript {
        t.complete = true;
        t.ending = "task done".into();
        t.success = true;
        t.return_ = 9.0;
    }
    s
}

/// Labels and sentences in Chinese.
pub fn chinese() -> Snapshot {
    let mut s = training();
    let zh = |words: &mut StateView| {
        if let Some((task, _)) = &mut words.task {
            *task = "退款".into();
        }
        for (slot, label) in words.slots.iter_mut().zip(["订单号", "商品", "原因"]) {
            slot.label = label.into();
        }
    };
    if let Some(t) = &mut s.view.transcript {
        t.opening = "你好,我想问一下。".into();
        zh(&mut t.start);
        for turn in &mut t.turns {
            turn.agent = vec![plain("好的,没问题。请问您的订单号是多少?我马上帮您查一下这个订单的情况。")];
            turn.user = vec![plain("订单号是"), heard("A-1137", Meant::Other("A-7731".into())), plain("。")];
            zh(&mut turn.before);
            zh(&mut turn.after);
            for (fact, label) in turn.facts.iter_mut().zip(["任务", "订单号", "商品", "原因"]) {
                fact.label = label.into();
            }
        }
    }
    if let Some(t) = &mut s.view.table {
        t.rows.iter_mut().for_each(|row| zh(&mut row.words));
    }
    if let Some(u) = &mut s.view.update {
        zh(&mut u.words);
        u.next_words.iter_mut().for_each(zh);
    }
    s
}

/// A finite MDP of two rooms.
pub fn two_rooms() -> Snapshot {
    let mut s = training();
    let named = |text: &str| StateView { text: text.into(), ..StateView::default() };
    s.scenario = "two-rooms".into();
    let mut t = table();
    t.acts.truncate(2);
    for (act, name) in t.acts.iter_mut().zip(["stay", "go"]) {
        *act = ActView { short: name.into(), name: name.into(), meaning: format!("The act \"{name}\" of this MDP.") };
    }
    t.rows.truncate(2);
    for (row, name) in t.rows.iter_mut().zip(["left", "right"]) {
        row.words = named(name);
        row.cells.truncate(2);
    }
    (t.states, t.matching, t.seen) = (2, 2, 2);
    s.view.table = Some(t);
    if let Some(t) = &mut s.view.transcript {
        t.opening.clear();
        t.start = named("left");
        for turn in &mut t.turns {
            turn.act_name = "go".into();
            turn.agent = vec![plain("go")];
            turn.user = vec![plain("right")];
            turn.before = named("left");
            turn.after = named("right");
            turn.note.clear();
            turn.facts.clear();
        }
    }
    if let Some(u) = &mut s.view.update {
        u.words = named("left");
        u.next_words = None;
        u.ending = Some("ended well".into());
        u.act_name = "go".into();
    }
    s
}

pub fn all() -> Vec<(&'static str, Snapshot)> {
    vec![
        ("training", training()),
        ("just started", just_started()),
        ("past", past()),
        ("crashed", crashed()),
        ("ended", ended()),
        ("chinese", chinese()),
        ("two rooms", two_rooms()),
        ("together", together()),
        ("undecided", undecided()),
        ("crowded", crowded()),
        ("found", found()),
        ("seated", seated()),
        ("held", held()),
        ("stopped", stopped()),
        ("gathering", gathering()),
        ("earlier", earlier()),
        ("diverged", diverged()),
        ("preferences", preferences()),
        ("expert", expert()),
        ("bounded", bounded()),
    ]
    .into_iter()
    .chain(holding())
    .collect()
}

/// Agents that hold more than a table.
pub fn holding() -> Vec<(&'static str, Snapshot)> {
    vec![("network", network()), ("traced", traced()), ("planning", planning()), ("linear", linear())]
}
