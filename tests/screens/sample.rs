//! An invented but plausible moment of training, and variants of it.

use std::sync::Arc;

use dialoq::trainer::snapshot::*;
use dialoq::trainer::view::*;

const ACTS: [(&str, &str, &str); 12] = [
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

/// A number on [0, 1) that depends on its place only.
pub fn noise(k: u64) -> f32 {
    let mut x = k.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (x % 10_000) as f32 / 10_000.0
}

fn status(digit: u64) -> Status {
    [Status::Unknown, Status::Heard, Status::Confirmed][digit as usize % 3]
}

pub fn state(task: Option<&str>, task_status: Status, slots: [u64; 3], patience: u8) -> StateView {
    let names = [("ord", "order"), ("itm", "item"), ("why", "reason")];
    let needs = match task {
        Some("track") => 1,
        Some("cancel") => 2,
        Some(_) => 3,
        None => 0,
    };
    StateView {
        text: format!("{} · patience {patience}", task.unwrap_or("task unknown")),
        task: task.map(|t| (t.to_string(), task_status)),
        slots: names
            .iter()
            .zip(slots)
            .enumerate()
            .map(|(k, ((short, label), s))| SlotView {
                short: (*short).into(),
                label: (*label).into(),
                status: status(s),
                needed: k < needs,
            })
            .collect(),
        patience: Some((patience, 3)),
    }
}

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
        state: k as u32 * 3,
        words,
        visits,
        live: k == 5,
        value: best,
        exact_value: Some(8.0),
        optimal: (visits > 0).then_some(k % 3 != 0),
        cells,
    }
}

pub fn table() -> TableView {
    let rows: Vec<RowView> = (0..24).map(row).collect();
    TableView {
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

pub fn knobs() -> Vec<KnobView> {
    let real = |name, symbol, meaning, value, (min, max, log)| KnobView {
        name,
        symbol,
        meaning,
        unit: "",
        kind: KnobKind::Real { min, max, log },
        value,
        now: value,
        default: value,
        live: true,
    };
    vec![
        real("alpha", "α", "Learning rate: the share of the TD error that one update corrects.", 0.3, (0.0001, 1.0, true)),
        real("gamma", "γ", "Discount: what a reward is worth if it comes one turn later.", 0.95, (0.0, 1.0, false)),
        real("epsilon", "ε", "Exploration: the chance that a turn's act is drawn at random.", 0.12, (0.0, 1.0, false)),
        KnobView {
            name: "epsilon-schedule",
            symbol: "ε moves",
            meaning: "How ε moves with the dialogues: not at all, in a straight line, or by halves.",
            unit: "",
            kind: KnobKind::Choice(&["constant", "linear", "exponential"]),
            value: 0.0,
            now: 0.0,
            default: 0.0,
            live: true,
        },
        KnobView {
            name: "epsilon-dialogues",
            symbol: "ε span",
            meaning: "Linear: dialogues until ε is final.",
            unit: "dialogues",
            kind: KnobKind::Count { min: 1.0, max: 1e9 },
            value: 2000.0,
            now: 2000.0,
            default: 2000.0,
            live: true,
        },
        KnobView {
            name: "initial",
            symbol: "Q₀",
            meaning: "Initial value of every cell.",
            unit: "",
            kind: KnobKind::Real { min: -1000.0, max: 1000.0, log: false },
            value: 0.0,
            now: 0.0,
            default: 0.0,
            live: false,
        },
    ]
}

pub fn update() -> UpdateView {
    let term = |name, symbol, value| TermView { name, symbol, meaning: "", value };
    UpdateView {
        tick: 9871,
        dialogue: 1234,
        turn: 5,
        state: 15,
        act: 2,
        words: state(Some("refund"), Status::Confirmed, [1, 0, 0], 2),
        act_name: "ask item".into(),
        next_words: Some(state(Some("refund"), Status::Confirmed, [1, 1, 0], 2)),
        ending: None,
        reward: -2.0,
        choice: Choice::Greedy,
        rule: "{new} ← {q} + {alpha} ({r} + {gamma} · {next} − {q})",
        terms: vec![
            term("new", "Q(s,a)", 8.92),
            term("q", "Q(s,a)", 9.02),
            term("alpha", "α", 0.3),
            term("r", "r", -1.0),
            term("gamma", "γ", 0.95),
            term("next", "max Q(s′,·)", 10.20),
        ],
        before: 9.02,
        after: 8.92,
        delta: -0.33,
        exact: Some(9.41),
        visits: 37,
    }
}

fn fact(label: &str, value: &str, digit: u64, needed: bool) -> FactView {
    FactView { label: label.into(), value: value.into(), status: status(digit), needed }
}

fn plain(text: &str) -> SpanView {
    SpanView::Plain(text.into())
}

fn heard(value: &str, meant: Meant) -> SpanView {
    SpanView::Heard { value: value.into(), meant }
}

struct Said {
    act: u16,
    agent: Vec<SpanView>,
    user: Vec<SpanView>,
    note: &'static str,
    q: f32,
    delta: f32,
    choice: Choice,
    after: StateView,
    facts: Vec<FactView>,
}

fn turns(said: Vec<Said>, start: &StateView) -> Vec<TurnView> {
    let mut before = start.clone();
    let mut out = Vec::new();
    for (k, s) in said.into_iter().enumerate() {
        let values = (0..12u16)
            .map(|act| ActValueView {
                act,
                legal: act % 5 != 3,
                q: if act == s.act { s.q } else { noise(u64::from(act) + k as u64 * 17) * 14.0 - 8.0 },
                greedy: act == s.act && s.choice == Choice::Greedy,
                probability: if act == s.act { 0.91 } else { 0.01 },
                visits: u32::from(act) * 37 % 90,
                exact: Some(noise(u64::from(act)) * 14.0 - 7.0),
            })
            .collect();
        out.push(TurnView {
            tick: 9867 + k as u64,
            turn: k as u32 + 1,
            act: s.act,
            act_name: ACTS[usize::from(s.act)].1.into(),
            agent: s.agent,
            user: s.user,
            note: s.note.into(),
            reward: -2.0,
            q: s.q,
            delta: s.delta,
            choice: s.choice,
            before: std::mem::replace(&mut before, s.after.clone()),
            after: s.after,
            values,
            facts: s.facts,
        });
    }
    out
}

pub fn transcript() -> TranscriptView {
    let start = state(None, Status::Unknown, [0; 3], 3);
    let facts = |task: (&str, u64), order: (&str, u64), item: (&str, u64)| {
        vec![
            fact("task", task.0, task.1, true),
            fact("order number", order.0, order.1, task.1 > 0),
            fact("item", item.0, item.1, task.1 > 0),
            fact("reason", "", 0, task.1 > 0),
        ]
    };
    let refund = Some("refund");
    let said = vec![
        Said {
            act: 0,
            agent: vec![plain("Of course, I am listening. What is it that you would like me to do for you today?")],
            user: vec![heard("I would like my money back, please.", Meant::Same)],
            note: "answered",
            q: 6.1,
            delta: 0.42,
            choice: Choice::Greedy,
            after: state(refund, Status::Heard, [0; 3], 3),
            facts: facts(("a refund", 1), ("", 0), ("", 0)),
        },
        Said {
            act: 1,
            agent: vec![plain("Of course. What is the order number?")],
            user: vec![plain("It is "), heard("A-1137", Meant::Other("A-7731".into())), plain(".")],
            note: "answered",
            q: 8.31,
            delta: -0.12,
            choice: Choice::Greedy,
            after: state(refund, Status::Heard, [1, 0, 0], 3),
            facts: facts(("a refund", 1), ("A-1137", 1), ("", 0)),
        },
        Said {
            act: 5,
            agent: vec![plain("A-1137, is that right?")],
            user: vec![plain("No! "), heard("A-7731", Meant::Unknown), plain(", I said.")],
            note: "no: misheard, said again",
            q: 7.9,
            delta: -1.07,
            choice: Choice::Explored,
            after: state(refund, Status::Heard, [1, 0, 0], 3),
            facts: facts(("a refund", 1), ("A-7731", 1), ("", 0)),
        },
        Said {
            act: 2,
            agent: vec![plain("Sorry about that. And which item is it?")],
            user: vec![plain("Why do you ask me that?")],
            note: "no answer: patience 3 → 2",
            q: 9.02,
            delta: -0.33,
            choice: Choice::Greedy,
            after: state(refund, Status::Heard, [1, 0, 0], 2),
            facts: facts(("a refund", 1), ("A-7731", 1), ("", 0)),
        },
        Said {
            act: 2,
            agent: vec![plain("Which item is it about, please?")],
            user: vec![plain("The "), heard("blue kettle", Meant::Unknown), plain(".")],
            note: "answered",
            q: 8.92,
            delta: 0.2,
            choice: Choice::Greedy,
            after: state(refund, Status::Heard, [1, 1, 0], 2),
            facts: facts(("a refund", 1), ("A-7731", 1), ("blue kettle", 1)),
        },
    ];
    TranscriptView {
        dialogue: 1234,
        opening: "Good morning. I have a question.".into(),
        turns: turns(said, &start),
        start,
        complete: false,
        ending: String::new(),
        success: false,
        return_: -10.0,
        slots: Vec::new(),
    }
}

pub fn inspector() -> InspectorView {
    let outcome =
        |probability, reward, next: &str, next_value, ends| OutcomeView { probability, reward, next: next.into(), next_value, ends };
    InspectorView {
        state: 15,
        act: 2,
        words: state(Some("refund"), Status::Confirmed, [1, 0, 0], 2),
        act_name: "ask item".into(),
        act_meaning: "Asks which item it is about.".into(),
        cell: CellView { legal: true, q: 8.92, greedy: true, probability: 0.91, visits: 37, delta: 0.33, exact: Some(9.41), fresh: true },
        history: (0..60).map(|k| (100 + k * 160, 9.0 - 9.0 * (-(k as f32) / 14.0).exp() + noise(k) * 1.2)).collect(),
        last_update: Some(update()),
        outcomes: vec![
            outcome(0.6, -2.0, "refund confirmed · order heard · item heard · reason unknown · patience 2", 10.2, false),
            outcome(0.2, -2.0, "refund confirmed · order heard · item heard · reason heard · patience 2", 11.7, false),
            outcome(0.2, -12.0, "the user hangs up", 0.0, true),
        ],
    }
}

fn score(value: f64, return_: f64, success: f64, turns: f64) -> Score {
    Score { value, return_, success, turns }
}

/// Customer service after 1,234 dialogues, at 60 dialogues a second.
pub fn training() -> Snapshot {
    let mut curve = curve(300, 1234);
    curve.marks = vec![
        Mark { dialogue: 420, tick: 3310, text: "ε 0.10 → 0.12".into() },
        Mark { dialogue: 760, tick: 6002, text: "α 0.10 → 0.30".into() },
    ];
    let evaluations = (1..=24u32)
        .map(|k| {
            let return_ = 9.2 - 15.0 * (-f64::from(k) / 6.0).exp();
            EvaluationView {
                dialogues: u64::from(k) * 50,
                greedy: score(return_ * 0.8, return_, 0.9, 5.0),
                regret: 9.5 - return_,
                optimal_share: f64::from(k) / 30.0,
                optimal_share_weighted: f64::from(k) / 26.0,
            }
        })
        .collect();
    Snapshot {
        scenario: "customer-service".into(),
        scenario_title: "Customer service".into(),
        agent: "q-learning".into(),
        seed: 7,
        phase: Phase::Running,
        pace: Pace::DialoguesPerSecond(60.0),
        dialogues_per_s: 60.0,
        turns_per_s: 291.0,
        view: RunView {
            tick: 9871,
            head: 9871,
            dialogues: 1234,
            head_dialogues: 1234,
            turn: 5,
            turn_limit: 40,
            digest: None,
            knobs: knobs(),
            curve: Some(curve),
            table: Some(table()),
            cell: Some(inspector()),
            update: Some(update()),
            transcript: Some(transcript()),
        },
        solution: Some(SolutionView {
            gamma: 0.95,
            epsilon: 0.12,
            optimal: score(7.23, 9.5, 0.93, 4.6),
            optimal_with_epsilon: score(5.1, 6.4, 0.88, 5.0),
            random: score(-6.0, -5.6, 0.3, 8.0),
            states: 237,
        }),
        evaluations: Arc::new(evaluations),
        catalogue: Arc::default(),
        notice: None,
        command: "dialoq watch --scenario customer-service --seed 7".into(),
    }
}

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
    ]
}
