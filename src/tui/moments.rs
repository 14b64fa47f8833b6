//! Moving in time and taking part: what the person has chosen of it, and what its keys do.

use crate::trainer::command::{Ask, Breakpoint, Edit};
use crate::trainer::snapshot::{Phase, RunId, Snapshot};
use crate::tui::commands::time::Wish;
use crate::tui::keys::Action;
use crate::tui::layout::{self, Room};
use crate::tui::model::{Model, Overlay, Prompt, Purpose, ScreenId, Slot};
use crate::tui::panels::{self, transcript};
use crate::tui::update::{self, Outcome, ask};

/// A chair in which the person sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chair {
    Agent,
    User,
}

#[derive(Clone, Debug, Default)]
pub struct Moments {
    pub chair: Option<Chair>,
    /// Whether who sits in the agent's chair does without the values.
    pub values_hidden: bool,
    /// The act under the cursor in the agent's chair; none is the one that the agent would take.
    pub choice: Option<u16>,
    /// The answer under the cursor in the user's chair.
    pub answer: usize,
    /// The act under the cursor among those of a turn; none is the one taken.
    pub act: Option<u16>,
    /// The hop under the cursor of the credit trail.
    pub hop: usize,
    /// What was found last, so that something new comes into sight.
    pub trail: Option<(u64, usize)>,
    /// The update that was looked for last.
    pub learned: Option<(u64, u32, u16)>,
    pub what_if: Option<(u64, u16)>,
    /// The turn at which the update that taught a cell was asked for, until the learner has gone there.
    pub reads_update: Option<u64>,
    /// Turns at which something was changed, as the curve last showed them.
    pub marks: Vec<u64>,
    /// The run that the marks belong to.
    pub focus: RunId,
    /// What kept the session from being written, as last told.
    pub trouble: Option<String>,
    /// What had to be mended of the session, as last said.
    pub note: Option<String>,
}

impl Moments {
    /// Whether a person chooses acts without knowing what they were worth.
    pub fn blind(&self) -> bool {
        self.chair == Some(Chair::Agent) && self.values_hidden
    }

    pub fn stand_up(&mut self) {
        self.chair = None;
        self.choice = None;
        self.answer = 0;
    }
}

/// Brings the marks and the findings up to a new snapshot.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    if let Some(curve) = &snapshot.view.curve {
        model.moments.marks = curve.marks.iter().map(|mark| mark.tick).collect();
    }
    show_update(model, snapshot);
    let findings = &snapshot.findings;
    let trail = findings.trail.as_ref().map(|trail| (trail.tick, trail.hops.len()));
    let what_if = findings.what_if.as_ref().map(|found| (found.tick, found.tried.act));
    if let Some((_, state, act)) = findings.learned.filter(|found| model.moments.learned != Some(*found))
        && model.table.selected == Some(state)
    {
        // The cell that the update wrote is what the person wants to read now.
        model.table.act = act;
    }
    model.moments.learned = findings.learned;
    let before = (model.moments.trail, model.moments.what_if);
    (model.moments.trail, model.moments.what_if) = (trail, what_if);
    if trail.is_some() && trail != before.0 {
        model.moments.hop = 0;
        panels::bring(model, "trail");
    }
    if what_if.is_some() && what_if != before.1 {
        panels::bring(model, "what if");
    }
    model.moments.answer = model.moments.answer.min(findings.answers.len().saturating_sub(1));
}

/// What the keys of this part do.
pub fn perform(model: &mut Model, newest: &Snapshot, action: Action, out: &mut Outcome) {
    match action {
        Action::Branch => ask(model, newest, Ask::Branch(None), out),
        Action::Bookmark => ask(model, newest, Ask::Bookmark(String::new()), out),
        Action::NextMark => to_mark(model, newest, true, out),
        Action::PreviousMark => to_mark(model, newest, false, out),
        Action::When => match selected(model) {
            Ok(_) => model.overlay = Some(Overlay::When),
            Err(sentence) => model.say(sentence, true),
        },
        Action::Learned(change) => {
            model.overlay = None;
            if let Err(sentence) = fulfil(model, newest, &Wish::Learned(change), out) {
                model.say(sentence, true);
            }
        }
        Action::Credit => credit(model, newest, out),
        Action::Breakpoints => {
            model.overlay = Some(Overlay::Prompt(Prompt { purpose: Purpose::StopAt, typed: String::new(), complaint: None }));
        }
        Action::Sit(chair) => sit(model, newest, chair, out),
        Action::HideValues => {
            // What is hidden is where the cursor came from, not where it stands.
            model.moments.choice = panels::chair::chosen(model, newest);
            model.moments.values_hidden ^= true;
        }
        Action::WhatIf => what_if(model, newest, out),
        Action::Command => show_command(model, newest, out),
        _ => {}
    }
}

/// What was typed that needs to know what the person has chosen.
pub fn fulfil(model: &mut Model, newest: &Snapshot, wish: &Wish, out: &mut Outcome) -> Result<(), String> {
    let wish = match wish {
        Wish::Set(value) => {
            let (state, act) = selected(model)?;
            has_value(state, act, newest)?;
            Ask::Edit(Edit::Set { state, act: act as u8, value: *value })
        }
        Wish::Learned(change) => {
            let (state, act) = selected(model)?;
            Ask::Learned { state, act, change: *change }
        }
        Wish::StopAtFlip => {
            let (state, _) = selected(model)?;
            stop_at(Breakpoint::Flip { state }, newest)
        }
    };
    let learned = matches!(wish, Ask::Learned { .. });
    ask(model, newest, wish, out);
    model.moments.reads_update = learned.then_some(newest.view.tick);
    Ok(())
}

/// Once the learner stands behind the update that was looked for, it stands beside the table to be read,
/// where the window is too small for the inspector to tell all of it.
fn show_update(model: &mut Model, snapshot: &Snapshot) {
    let gone = model.moments.reads_update.is_some_and(|from| from != snapshot.view.tick);
    if !gone || matches!(snapshot.phase, Phase::Busy(..)) {
        return;
    }
    model.moments.reads_update = None;
    if model.screen == ScreenId::Values && layout::plan(model).room < Room::Everything {
        let before = model.focus;
        panels::bring(model, "update");
        // The arrows stay with the table, unless only one pane can be seen.
        if layout::plan(model).room > Room::OnePane && model.expanded.is_none() {
            model.focus = before;
        }
    }
}

/// One breakpoint more; one that is set already stays as it is.
pub fn stop_at(breakpoint: Breakpoint, newest: &Snapshot) -> Ask {
    let mut all = newest.breakpoints.clone();
    if !all.contains(&breakpoint) {
        all.push(breakpoint);
    }
    Ask::Breakpoints(all)
}

/// State and act of the cell under the table's cursor.
pub fn selected(model: &Model) -> Result<(u32, u16), String> {
    let state = model.table.selected.ok_or("choose a cell of the table first, with the arrows on the Values screen")?;
    Ok((state, model.table.act))
}

/// Only an act that is allowed in a state has a value there.
fn has_value(state: u32, act: u16, snapshot: &Snapshot) -> Result<(), String> {
    let Some(table) = &snapshot.view.table else { return Ok(()) };
    let cell = table.rows.iter().find(|row| row.state == state).and_then(|row| row.cells.get(usize::from(act)));
    match (cell, table.acts.get(usize::from(act))) {
        (Some(cell), Some(named)) if !cell.legal => {
            Err(format!("“{}” is not allowed in the selected state, so it has no value there", named.name))
        }
        _ => Ok(()),
    }
}

/// The selected cell in words: `refund confirmed, order heard`, `ask item`.
pub fn selected_words(model: &Model, snapshot: &Snapshot) -> Option<(String, String)> {
    let (state, act) = selected(model).ok()?;
    let view = &snapshot.view;
    if let Some(cell) = view.cell.as_ref().filter(|cell| cell.state == state && cell.act == act) {
        return Some((cell.words.text.clone(), cell.act_name.clone()));
    }
    let table = view.table.as_ref()?;
    let row = table.rows.iter().find(|row| row.state == state)?;
    Some((row.words.text.clone(), table.acts.get(usize::from(act))?.name.clone()))
}

fn to_mark(model: &mut Model, newest: &Snapshot, onward: bool, out: &mut Outcome) {
    let now = newest.view.tick;
    let marks = model.moments.marks.iter().copied().chain(newest.bookmarks.iter().map(|mark| mark.tick));
    let found = if onward { marks.filter(|tick| *tick > now).min() } else { marks.filter(|tick| *tick < now).max() };
    match found {
        Some(tick) => ask(model, newest, Ask::SeekTick(tick), out),
        None if onward => model.say("no bookmark or change lies ahead; G goes to the head, M marks this moment", false),
        None => model.say("no bookmark or change lies behind; M marks this moment", false),
    }
}

/// The turn whose reward is followed: the one under the transcript's cursor, else that of the update shown.
fn credit(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let frozen = model.frozen.clone();
    let shown = frozen.as_deref().unwrap_or(newest);
    let tick = match model.screen {
        ScreenId::Dialogue => transcript::turn(model, shown).map(|turn| turn.tick),
        _ => shown.view.update.as_ref().map(|update| update.tick),
    };
    // Where a dialogue begins, the turn before it is the one that was seen last.
    let before = || shown.view.tick.checked_sub(1).filter(|_| model.dialogue.number.is_none());
    let Some(tick) = tick.or_else(before) else {
        return model.say("there is no turn yet whose reward could be followed", true);
    };
    // What was found last comes into sight again, even if it is found again.
    model.moments.trail = None;
    ask(model, newest, Ask::Credit(tick), out);
}

/// Tries the act under the cursor at the turn shown: the learner is taken there first where it is elsewhere.
fn what_if(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    if model.screen == ScreenId::Dialogue && model.moments.chair.is_none() {
        let frozen = model.frozen.clone();
        let shown = frozen.as_deref().unwrap_or(newest);
        let turn = transcript::turn(model, shown).map(|turn| (turn.tick, turn.act, panels::acts::chosen(model, turn)));
        let Some((tick, taken, act)) = turn else {
            return model.say("there is no turn yet at which another act could be tried", true);
        };
        if act == taken {
            model.turned.retain(|(slot, _)| *slot != Slot::DialogueActs);
            update::focus(model, Slot::DialogueActs);
            return model.say("choose another act of this turn with the arrows, then x tries it", false);
        }
        if newest.view.tick != tick || newest.phase == Phase::Running {
            ask(model, newest, Ask::SeekTick(tick), out);
        }
        model.moments.what_if = None;
        return ask(model, newest, Ask::WhatIf { act }, out);
    }
    let act = match model.moments.chair {
        Some(_) => panels::chair::chosen(model, newest),
        None => Some(model.table.act),
    };
    if newest.phase == Phase::Running {
        ask(model, newest, Ask::Pause, out);
    }
    if let Some(act) = act {
        model.moments.what_if = None;
        ask(model, newest, Ask::WhatIf { act }, out);
    }
}

fn sit(model: &mut Model, newest: &Snapshot, chair: Chair, out: &mut Outcome) {
    if model.moments.chair == Some(chair) {
        return model.moments.stand_up();
    }
    model.moments.stand_up();
    model.moments.chair = Some(chair);
    model.frozen = None;
    (model.dialogue.number, model.dialogue.turn, model.dialogue.scroll) = (None, None, None);
    model.turned.retain(|(slot, _)| *slot != Slot::DialogueActs);
    update::focus(model, Slot::DialogueActs);
    if newest.phase == Phase::Running {
        ask(model, newest, Ask::Pause, out);
    }
}

/// Puts a trail or a what-if that is in sight away; says whether there was one.
pub fn dismiss(model: &mut Model, newest: &Snapshot, out: &mut Outcome) -> bool {
    let in_sight = panels::turned_to(model, "trail") || panels::turned_to(model, "what if");
    if model.screen == ScreenId::Values && panels::turned_to(model, "update") {
        model.turned.retain(|(slot, _)| *slot != Slot::ValuesInspector);
        return true;
    }
    if in_sight {
        model.turned.retain(|(slot, _)| !panels::FINDINGS.contains(slot));
        out.asks.push(Ask::Dismiss);
    }
    in_sight && (newest.findings.trail.is_some() || newest.findings.what_if.is_some())
}

/// The command line that leads here, and where the session is kept.
fn show_command(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let session = &newest.session;
    let kept = match (&session.path, session.name.as_str()) {
        (Some(path), name) if !name.is_empty() => format!("\n\nSession {name}, kept in {path}."),
        _ => String::new(),
    };
    let trouble = session.trouble.as_ref().map_or(String::new(), |trouble| format!("\n\nNot written at the moment: {trouble}"));
    let text = format!("{}\n\nCopied, if the terminal allows it.{kept}{trouble}", newest.command);
    model.overlay = Some(Overlay::Message { title: "The command that leads here again".to_owned(), text });
    out.copy = Some(newest.command.clone());
}

/// What a breakpoint waits for, in a few words; states are named where their name is known.
pub fn breakpoint_words(breakpoint: &Breakpoint, snapshot: &Snapshot) -> String {
    use crate::tui::widgets::number::{signed_trimmed, thousands, trimmed};
    match breakpoint {
        Breakpoint::DeltaAbove(value) => format!("|δ| > {}", trimmed(f64::from(*value), 3)),
        Breakpoint::Success => "a success".to_owned(),
        Breakpoint::Flip { state } => format!("flip of {}", state_words(*state, snapshot)),
        Breakpoint::ReturnBelow(value) => format!("return < {}", signed_trimmed(f64::from(*value), 3)),
        Breakpoint::ReturnAbove(value) => format!("return > {}", signed_trimmed(f64::from(*value), 3)),
        Breakpoint::Dialogues(count) => format!("dialogue {}", thousands(*count)),
    }
}

fn state_words(state: u32, snapshot: &Snapshot) -> String {
    let view = &snapshot.view;
    let in_cell = view.cell.iter().filter(|cell| cell.state == state).map(|cell| &cell.words.text);
    let in_rows = view.table.iter().flat_map(|table| &table.rows).filter(|row| row.state == state).map(|row| &row.words.text);
    in_cell.chain(in_rows).next().map_or_else(|| format!("state {state}"), |text| format!("“{text}”"))
}

/// What the choice over the screen says: the selected cell, and the three ways of asking.
pub fn when_words(model: &Model, snapshot: &Snapshot) -> String {
    let cell = selected_words(model, snapshot).map_or("The selected cell".to_owned(), |(state, act)| format!("{state} → {act}"));
    let only = match selected(model).and_then(|(state, act)| has_value(state, act, snapshot)) {
        Err(sentence) => format!("\n\n{sentence}: only f applies here"),
        Ok(()) => String::new(),
    };
    format!(
        "{cell}\n\nGoes back to the turn just after\nl: the last update that changed its value\nm: the update that changed it most\n\
         f: the last flip, when another act of this state became the best{only}"
    )
}

/// What the list of breakpoints says: those set, and how more are written.
pub fn stops_words(snapshot: &Snapshot) -> String {
    let set = snapshot.breakpoints.iter().enumerate().map(|(k, one)| format!("{} – {}", k + 1, breakpoint_words(one, snapshot)));
    let set: Vec<String> = set.collect();
    let set = if set.is_empty() { "Nothing yet: learning goes on until it is paused.".to_owned() } else { set.join("\n") };
    let away = if snapshot.breakpoints.is_empty() { "" } else { "\n\n1 takes the first away, none takes all away." };
    format!(
        "{set}{away}\n\nType one of these:\ndelta 5 – a surprise |δ| larger than 5\nsuccess – the next dialogue that ends well\n\
         flip – another act of the selected state becomes the best\nbelow -10, above 15 – a return below or above\n\
         dialogues 5000 – so many dialogues are over"
    )
}
