//! The live dialogue: real training as it is spoken, the newest line in sight, and at the foot what the agent knows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{StateView, TranscriptView, TranscriptWatch, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::talk::{self, Telling};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::Row;

pub const ENTRY: &Panel = &Panel {
    name: "dialogue",
    slot: Slot::TrainDialogue,
    about: "A dialogue of this very training, in sentences, with what each act was worth; ~ marks what was heard.",
    titles,
    draw,
    watch,
    act,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn watch(model: &Model, _: Rect, watch: &mut Watch) {
    watch.transcript = Some(TranscriptWatch::Live { wanted: model.dialogue.wanted });
}

/// Turns told so far: a dialogue recorded whole is told bit by bit.
fn shown(transcript: &TranscriptView, model: &Model) -> usize {
    let all = transcript.turns.len();
    if transcript.complete { model.dialogue.revealed.min(all) } else { all }
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let Some(transcript) = &scene.snapshot.view.transcript else {
        return Titles { title: "Live dialogue".into(), ..Titles::default() };
    };
    let limit = scene.snapshot.view.turn_limit;
    Titles {
        title: title(transcript, scene.snapshot),
        top_right: format!("turn {} of ≤ {limit}", shown(transcript, scene.model)),
        ..Titles::default()
    }
}

/// While training runs ahead, a whole dialogue is told at a pace that can be read: it is not the newest any more.
fn title(transcript: &TranscriptView, snapshot: &Snapshot) -> String {
    let number = number::thousands(transcript.dialogue);
    let behind = transcript.complete && snapshot.view.dialogues > transcript.dialogue + 1;
    if behind { format!("Dialogue {number}, at reading pace") } else { format!("Live dialogue {number}") }
}

fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let transcript = snapshot.view.transcript.as_ref()?;
    let theme = Theme::uncoloured(model.rich);
    let plan = Plan::of(transcript, shown(transcript, model), &theme, area);
    let count = usize::from(plan.body);
    let lines = telling(transcript, model, &theme, area).lines().len();
    let last = lines.saturating_sub(count);
    let at = model.dialogue.scroll.unwrap_or(last);
    let to = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => at + 1,
        Move::PageUp => at.saturating_sub(count),
        Move::PageDown => at + count,
        Move::Home => 0,
        Move::End => lines,
        _ => return None,
    };
    model.dialogue.scroll = (to < last).then_some(to);
    None
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(transcript) = &scene.snapshot.view.transcript else {
        return words::nothing_yet(&mut pen, "The next dialogue will be told here.");
    };
    if area.width < 10 {
        return;
    }
    let plan = Plan::of(transcript, shown(transcript, scene.model), scene.theme, area);
    let lines = telling(transcript, scene.model, scene.theme, area).lines();
    let newest = lines.len().saturating_sub(usize::from(plan.body));
    let first = scene.model.dialogue.scroll.map_or(newest, |s| s.min(newest));
    for (y, line) in lines.iter().skip(first).take(usize::from(plan.body)).enumerate() {
        pen.row(1, y as u16 + plan.air, &line.row);
    }
    if !plan.foot.is_empty() {
        let rows = plan.foot.len() as u16;
        if plan.rule > 0 {
            pen.part(1, area.height - rows - 1, area.width - 2, 1).rule(0, scene.theme.ink(Ink::Faint));
        }
        for (k, row) in plan.foot.iter().enumerate() {
            pen.row(1, area.height - rows + k as u16, row);
        }
    }
}

fn telling<'a>(transcript: &'a TranscriptView, model: &Model, theme: &'a Theme, area: Rect) -> Telling<'a> {
    let columns = area.width.saturating_sub(2);
    Telling {
        transcript,
        shown: shown(transcript, model),
        lang: model.lang,
        theme,
        columns,
        notes: false,
        blind: model.moments.blind(),
        numbers: model.table.numbers,
    }
}

/// Rows of the pane: air above, the talk, a rule, and at the foot what is known.
struct Plan {
    air: u16,
    body: u16,
    rule: u16,
    foot: Vec<Row>,
}

/// From this height on there is room for all that is known, for one line of it with a rule above, for the line alone.
const WHOLE_FOOT: u16 = 10;
const RULED_LINE: u16 = 8;
const BARE_LINE: u16 = 6;

impl Plan {
    fn of(transcript: &TranscriptView, shown: usize, theme: &Theme, area: Rect) -> Plan {
        let (width, height) = (area.width.saturating_sub(2), area.height);
        let mute = transcript.start.patience.is_none() && transcript.start.slots.is_empty();
        let foot = match height {
            _ if mute => Vec::new(),
            WHOLE_FOOT.. => foot(theme, transcript, shown, width),
            BARE_LINE.. => vec![foot_line(theme, transcript, shown, width)],
            _ => Vec::new(),
        };
        let rule = u16::from(!foot.is_empty() && height >= RULED_LINE);
        let air = u16::from(height >= 18);
        Plan { air, body: height.saturating_sub(foot.len() as u16 + rule + air), rule, foot }
    }
}

/// Task, slots and patience in one line: with what was heard, if there is room for it.
fn foot_line(theme: &Theme, transcript: &TranscriptView, shown: usize, width: u16) -> Row {
    let last = shown.checked_sub(1).and_then(|k| transcript.turns.get(k));
    let state = last.map_or(&transcript.start, |turn| &turn.after);
    if let Some(turn) = last.filter(|turn| !turn.facts.is_empty()) {
        let mut pieces = talk::facts(theme, &turn.facts);
        pieces.push(words::patience(theme, state.patience));
        let mut rows = words::flow(theme, pieces, width, 2);
        if rows.len() == 1 {
            return rows.remove(0);
        }
    }
    words::state_rows(theme, state, theme.ink(Ink::Text), width).into_iter().next().unwrap_or_default()
}

/// Task, slots, patience, and what the glyphs mean.
fn foot(theme: &Theme, transcript: &TranscriptView, shown: usize, width: u16) -> Vec<Row> {
    let last = shown.checked_sub(1).and_then(|k| transcript.turns.get(k));
    let state: &StateView = last.map_or(&transcript.start, |turn| &turn.after);
    let mut pieces = match last {
        Some(turn) if !turn.facts.is_empty() => talk::facts(theme, &turn.facts),
        _ => words::state(theme, &StateView { patience: None, ..state.clone() }, theme.ink(Ink::Text)),
    };
    pieces.retain(|piece| !piece.is_empty());
    let mut rows = words::flow(theme, pieces, width, 3);
    if state.patience.is_some() {
        let mut patience = words::patience(theme, state.patience);
        patience.insert(0, crate::tui::widgets::text::Run::new("patience ", theme.ink(Ink::Quiet)));
        let legend = words::legend(theme);
        let room = width.saturating_sub(words::width(theme, &patience) + 3);
        if words::width(theme, &legend) <= room {
            rows.extend(words::flow(theme, vec![patience, legend], width, 3));
        } else {
            rows.push(patience);
        }
    }
    rows
}
