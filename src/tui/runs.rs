//! Keys and words for several runs: which is in focus, replicas beside them, a map of settings.

use crate::trainer::command::{Ask, SweepPlan};
use crate::trainer::snapshot::{RunId, Snapshot};
use crate::trainer::view::{KnobKind, KnobView};
use crate::tui::commands::{range, whole};
use crate::tui::keys::Action;
use crate::tui::model::{Model, Overlay, Prompt, Purpose, ScreenId, Slot};
use crate::tui::panels::{PANELS, runs, sweep_map};
use crate::tui::update::{self, Outcome, ask, open_screen};
use crate::tui::widgets::number::setting;

/// What the key for replicas means when nothing is typed.
const SEEDS: u32 = 20;
const MOST_SEEDS: u64 = 1_000;
const DIALOGUES: u64 = 2_000;
const MOST_CELLS: usize = 400;

/// Does what the keys for several runs stand for.
pub fn perform(model: &mut Model, newest: &Snapshot, action: Action, out: &mut Outcome) {
    match action {
        Action::PreviousRun => step(model, newest, -1, out),
        Action::NextRun => step(model, newest, 1, out),
        Action::CompareRun => compare(model, newest, out),
        Action::CloseRun => close(model, newest),
        Action::Parting => part(model, newest, out),
        Action::Seeds => open(model, Purpose::Seeds, String::new()),
        _ => sweep(model, newest, out),
    }
}

fn open(model: &mut Model, purpose: Purpose, typed: String) {
    model.overlay = Some(Overlay::Prompt(Prompt { purpose, typed, complaint: None }));
}

const ALONE: &str = "there is one run; b branches it here";

fn step(model: &mut Model, newest: &Snapshot, by: isize, out: &mut Outcome) {
    let order = runs::order(newest);
    if order.len() < 2 {
        return model.say(ALONE, false);
    }
    let now = order.iter().position(|id| *id == newest.focus).unwrap_or(0);
    let next = (now as isize + by).rem_euclid(order.len() as isize);
    model.compare.run = None;
    ask(model, newest, Ask::Focus(order[next as usize]), out);
}

fn name(newest: &Snapshot, id: RunId) -> &str {
    newest.card(id).map_or("it", |card| card.name.as_str())
}

fn compare(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let under = runs::under(model, newest);
    if newest.runs.len() < 2 {
        model.say(ALONE, false);
    } else if under == newest.focus {
        let own = name(newest, under);
        model.say(format!("{own} is in focus itself; ↑↓ choose the run to compare it with"), false);
    } else {
        ask(model, newest, Ask::CompareWith(Some(under)), out);
    }
}

fn close(model: &mut Model, newest: &Snapshot) {
    if newest.runs.len() < 2 {
        return model.say("the last run stays open; “: new” starts over", false);
    }
    let under = runs::under(model, newest);
    let own = name(newest, under);
    let text = format!("Run {own} ends here and leaves the screen; the other runs go on. Close it?");
    model.overlay = Some(Overlay::Question { text, ask: Ask::Close(under) });
}

fn part(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let compare = newest.compare.as_ref();
    match compare.and_then(|compare| compare.parting.as_ref()) {
        Some(parting) => ask(model, newest, Ask::SeekTick(parting.first.0), out),
        None if newest.runs.len() < 2 => model.say(ALONE, false),
        None => model.say("the two have not chosen differently yet", false),
    }
}

fn sweep(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let fills = newest.sweep.as_ref().is_some_and(|sweep| sweep.done < 1.0);
    if fills && !model.compare.sweep_stopped {
        model.compare.sweep_stopped = true;
        return ask(model, newest, Ask::StopSweep, out);
    }
    open(model, Purpose::Sweep, default_plan(newest));
}

/// Brings the map into sight.
pub fn show_map(model: &mut Model) {
    model.compare.sweep_stopped = false;
    model.compare.cell = (0, 0);
    open_screen(model, ScreenId::Compare);
    let mut here = PANELS.iter().filter(|panel| panel.slot == Slot::CompareDifference);
    let turn = here.position(|panel| panel.name == sweep_map::ENTRY.name).unwrap_or(0);
    model.turned.retain(|(slot, _)| *slot != Slot::CompareDifference);
    model.turned.push((Slot::CompareDifference, turn));
    update::focus(model, Slot::CompareDifference);
}

/// `20`, or nothing for as many.
pub fn seeds(text: &str) -> Result<Ask, String> {
    let right = "give the number of seeds, such as 20; 0 ends them";
    let count = if text.is_empty() { u64::from(SEEDS) } else { whole(text, right)? };
    if count > MOST_SEEDS {
        return Err(format!("at most {MOST_SEEDS} seeds; 20 say much, 100 say nearly all"));
    }
    Ok(Ask::Seeds(count as u32))
}

/// Two knobs that mean much, with values around their usual ones.
fn default_plan(newest: &Snapshot) -> String {
    let usual = [("alpha", "0.01,0.03,0.1,0.3"), ("gamma", "0.8,0.9,0.95,0.99"), ("epsilon", "0.02,0.05,0.1,0.2")];
    let has = |name: &str| newest.view.knobs.iter().any(|knob| knob.name == name);
    let axes: Vec<String> = usual.iter().filter(|(name, _)| has(name)).take(2).map(|(name, values)| format!("{name}={values}")).collect();
    format!("{} seeds 5 dialogues {DIALOGUES}", axes.join(" "))
}

/// `alpha=0.01,0.1 gamma=0.9,0.99 seeds 5 dialogues 2000`
pub fn plan(text: &str, newest: &Snapshot) -> Result<SweepPlan, String> {
    let right = "a sweep names two knobs, such as alpha=0.1,0.3 gamma=0.9,0.99 seeds 5 dialogues 2000";
    let (mut axes, mut seeds, mut dialogues) = (Vec::new(), 5, DIALOGUES);
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if let Some((name, values)) = word.split_once('=') {
            axes.push(axis(name, values, newest)?);
        } else {
            let count = whole(words.next().unwrap_or(""), right)?;
            match word {
                "seeds" if (1..=MOST_SEEDS).contains(&count) => seeds = count as u32,
                "dialogues" if count > 0 => dialogues = count,
                "seeds" | "dialogues" => return Err(format!("{count} {word} are not possible; {right}")),
                _ => return Err(format!("“{word}” means nothing here; {right}")),
            }
        }
    }
    let [rows, columns]: [(String, Vec<f64>); 2] = axes.try_into().map_err(|_| right.to_owned())?;
    if rows.0 == columns.0 {
        return Err(format!("{} stands on both axes; {right}", rows.0));
    }
    if rows.1.len() * columns.1.len() > MOST_CELLS {
        return Err(format!("that are {} cells; at most {MOST_CELLS} fit a map", rows.1.len() * columns.1.len()));
    }
    Ok(SweepPlan { rows, columns, seeds, dialogues })
}

/// `alpha=0.01,0.1`: the values in rising order.
fn axis(name: &str, values: &str, newest: &Snapshot) -> Result<(String, Vec<f64>), String> {
    let swept = |knob: &&KnobView| !matches!(knob.kind, KnobKind::Choice(_));
    let Some(knob) = newest.view.knobs.iter().filter(swept).find(|knob| knob.name == name) else {
        let all: Vec<&str> = newest.view.knobs.iter().filter(swept).map(|knob| knob.name).collect();
        return Err(format!("there is no knob “{name}” with numbers; there are {}", all.join(", ")));
    };
    let mut out = Vec::new();
    for text in values.split(',') {
        let value = text.parse().ok().filter(|value| fits(knob, *value));
        out.push(value.ok_or_else(|| format!("{name} takes {}, not “{text}”", range(knob)))?);
    }
    out.sort_by(f64::total_cmp);
    if let Some(twice) = out.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("{name} has {} twice", setting(twice[0])));
    }
    Ok((name.to_owned(), out))
}

fn fits(knob: &KnobView, value: f64) -> bool {
    match knob.kind {
        KnobKind::Real { min, max, .. } => (min..=max).contains(&value),
        KnobKind::Count { min, max } => (min..=max).contains(&value) && value.fract() == 0.0,
        KnobKind::Choice(_) => false,
    }
}
