//! Why the agent said what it said: `/why` and `/state`, as lines.

use super::talk::Talk;
use super::words::{percent, signed};
use crate::learn::agent::Numbers;
use crate::run::chat::Spoken;
use crate::world::user::{CONFIRMED, DialogueState, HEARD};

/// A word's probability below this is worth telling apart.
const SURE: f32 = 0.995;

pub fn why(talk: &Talk) -> Vec<String> {
    let Some((spoken, state, words_of_state)) = &talk.moment.spoken else {
        return vec!["the agent has not said anything yet".to_owned()];
    };
    let mut out = vec![format!("in: {words_of_state}")];
    if spoken.words.is_empty() {
        acts(talk, spoken, *state, &mut out);
    } else {
        words(talk, spoken, *state, &mut out);
    }
    out
}

/// A table of all legal acts, best first.
fn acts(talk: &Talk, spoken: &Spoken, state: DialogueState, out: &mut Vec<String>) {
    let mut all = spoken.acts.clone();
    all.sort_by(|a, b| {
        b.value.or(b.probability).unwrap_or(0.0).total_cmp(&a.value.or(a.probability).unwrap_or(0.0)).then(a.act.cmp(&b.act))
    });
    let (value, meaning) = match spoken.numbers {
        Numbers::Values => ("Q", "Q: the rewards that the agent expects to follow"),
        Numbers::Preferences => ("h", "h: preferences, of which only differences count"),
        Numbers::Nothing => ("", ""),
    };
    let known = talk.exact.is_some();
    let counted = all.iter().any(|act| act.visits.is_some());
    let wide = all.iter().map(|act| name(talk, act.act).chars().count()).max().unwrap_or(0);
    let (exact, tried) = (if known { "Q*" } else { "" }, if counted { "tried" } else { "" });
    let row = |mark: &str, name: &str, numbers: [&str; 4]| {
        let [q, exact, chance, tried] = numbers;
        format!("{mark} {name:<wide$}{q:>8}{exact:>8}{chance:>7}{tried:>8}").trim_end().to_owned()
    };
    out.push(row(" ", "act", [value, exact, "chance", tried]));
    for act in &all {
        let number = |q: f64| format!("{q:+.2}").replace('-', "−");
        let q = act.value.map_or_else(String::new, |q| number(q.into()));
        let exact = talk.exact_value(state, act.act).map_or_else(String::new, number);
        let chance = act.probability.map_or_else(String::new, percent);
        let tried = act.visits.map_or_else(String::new, short);
        out.push(row(if spoken.act == Some(act.act) { "▸" } else { " " }, &name(talk, act.act), [&q, &exact, &chance, &tried]));
    }
    if all.is_empty() {
        out.push("this agent weighs no acts here".to_owned());
    }
    let exact = if known { "Q*: the exact value, from the world's rules" } else { "" };
    let chance = "chance: how likely it would be taken while learning; here the best is always taken";
    let tried = if counted { "tried: how often it learned from this act here" } else { "" };
    let legend: Vec<&str> = [meaning, exact, chance, tried].into_iter().filter(|text| !text.is_empty()).collect();
    out.extend(legend.into_iter().map(str::to_owned));
}

/// `31306`, `1547k`, `12M`
fn short(n: u32) -> String {
    match n {
        0..100_000 => n.to_string(),
        100_000..10_000_000 => format!("{}k", n / 1000),
        _ => format!("{}M", n / 1_000_000),
    }
}

fn name(talk: &Talk, act: u8) -> String {
    talk.dialogues.rule.acts[usize::from(act)].name(&talk.dialogues.scenario)
}

/// A language model's words, and as what the reply was understood.
fn words(talk: &Talk, spoken: &Spoken, state: DialogueState, out: &mut Vec<String>) {
    let told = |p: f32| if p >= SURE { "1".to_owned() } else { format!("{p:.2}") };
    let words: Vec<String> = spoken.words.iter().map(|word| format!("{} {}", word.text, told(word.probability))).collect();
    out.push(format!("its words, each with its probability: {}", words.join(" · ")));
    let all: f32 = spoken.words.iter().map(|word| word.probability).product();
    out.push(format!("the whole reply: {}", if all >= 0.001 { percent(all) } else { "below 0.1 %".to_owned() }));
    if let Some(reading) = &spoken.reading {
        let sure = percent(reading.confidence);
        out.push(if reading.understood {
            format!("understood as: {} ({sure})", reading.meaning)
        } else {
            format!("the reply was not understood ({sure})")
        });
    }
    let rule = &talk.dialogues.rule;
    let sensible = (0..rule.acts.len() as u8).filter(|act| rule.sensible(state, rule.acts[usize::from(*act)]));
    let mut exact: Vec<(f64, u8)> = sensible.filter_map(|act| Some((talk.exact_value(state, act)?, act))).collect();
    exact.sort_by(|a, b| b.0.total_cmp(&a.0));
    let exact: Vec<String> = exact.into_iter().map(|(q, act)| format!("{} {}", name(talk, act), signed(q))).collect();
    if !exact.is_empty() {
        out.push(format!("exact values of what would make sense here (Q*): {}", exact.join(" · ")));
    }
}

/// What was heard, item by item.
pub fn state(talk: &Talk) -> Vec<String> {
    let (d, belief) = (&talk.dialogues, &talk.moment.belief);
    let s = belief.state;
    let mark = |status: u8| match status {
        HEARD => "heard",
        CONFIRMED => "confirmed",
        _ => "unknown",
    };
    let line = |label: &str, value: &str, status: &str| {
        let both = if value.is_empty() { status.to_owned() } else { format!("{value} ({status})") };
        format!("{label}: {both}")
    };
    let task = s.task().map_or("", |task| d.scenario.tasks[task].label.of(talk.lang));
    let mut out = vec![line("task", task, mark(s.task_status()))];
    for (slot, kind) in d.scenario.slots.iter().enumerate() {
        let value = belief.heard[slot].as_ref().map_or("", |heard| heard.text.as_str());
        let needed = s.task().is_some_and(|task| d.rule.needed(task, slot));
        let status = match (&belief.kept[slot], s.slot(slot)) {
            (Some(kept), _) => format!("{} kept until it is known what you want", kept.text),
            (None, 0) if s.task().is_some() && !needed => "not needed for this".to_owned(),
            (None, status) => mark(status).to_owned(),
        };
        out.push(line(kind.label.of(talk.lang), value, &status));
    }
    out.push(format!("patience: {} of 3 (falls with every sentence that is no answer)", s.patience()));
    out.push(format!("return so far: {}", signed(talk.moment.return_)));
    out
}
