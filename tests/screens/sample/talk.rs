//! The sample's dialogue.

use dialoq::trainer::view::*;

use super::numbers::ACTS;
use super::{noise, state, status};

fn fact(label: &str, value: &str, digit: u64, needed: bool) -> FactView {
    FactView { label: label.into(), value: value.into(), status: status(digit), needed }
}

pub fn plain(text: &str) -> SpanView {
    SpanView::Plain(text.into())
}

pub fn heard(value: &str, meant: Meant) -> SpanView {
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
            delta: Some(s.delta),
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
