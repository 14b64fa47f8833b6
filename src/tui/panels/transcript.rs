//! A whole dialogue turn by turn: a cursor walks along the turns, Enter takes the learner back to one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Phase, Snapshot};
use crate::trainer::view::{TranscriptView, TranscriptWatch, TurnView, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::talk::{Telling, turns};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

pub const ENTRY: &Panel = &Panel {
    name: "transcript",
    slot: Slot::DialogueTranscript,
    about: "One dialogue in full: up and down go from turn to turn, left and right to other dialogues, Enter goes back to that turn.",
    titles,
    draw,
    watch,
    act,
    touch,
};

pub fn watch(model: &Model, _: Rect, watch: &mut Watch) {
    watch.transcript = Some(match model.dialogue.number {
        Some(number) => TranscriptWatch::Number(number),
        None => TranscriptWatch::Live { wanted: model.dialogue.wanted },
    });
}

/// The transcript asked for, once it has come.
pub fn wanted<'a>(model: &Model, snapshot: &'a Snapshot) -> Option<&'a TranscriptView> {
    let transcript = snapshot.view.transcript.as_ref()?;
    (model.dialogue.number.is_none_or(|number| number == transcript.dialogue)).then_some(transcript)
}

/// The turn under the cursor: the newest while none is chosen.
pub fn turn_at(model: &Model, transcript: &TranscriptView) -> Option<usize> {
    let last = transcript.turns.len().checked_sub(1)?;
    Some(model.dialogue.turn.map_or(last, |turn| turn.min(last)))
}

pub fn turn<'a>(model: &Model, snapshot: &'a Snapshot) -> Option<&'a TurnView> {
    let transcript = wanted(model, snapshot)?;
    transcript.turns.get(turn_at(model, transcript)?)
}

/// Puts the cursor on the turn that surprised the learner most.
pub fn jump_to_largest_delta(model: &mut Model, snapshot: &Snapshot) {
    let Some(transcript) = wanted(model, snapshot) else { return };
    let size = |k: &usize| transcript.turns[*k].delta.unwrap_or(0.0).abs();
    model.dialogue.turn = (0..transcript.turns.len()).max_by(|a, b| size(a).total_cmp(&size(b)));
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let live = if scene.model.dialogue.number.is_none() { "live".to_string() } else { String::new() };
    let Some(transcript) = wanted(scene.model, scene.snapshot) else {
        return Titles { title: "Dialogue".into(), top_right: live, ..Titles::default() };
    };
    let count = turns(transcript.turns.len());
    let mut title = format!("Dialogue {} · {count}", number::thousands(transcript.dialogue));
    if transcript.complete {
        let return_ = number::signed(transcript.return_.into(), 1);
        title = format!("{title} · return {return_} · {}", transcript.ending);
    }
    let at = turn_at(scene.model, transcript).map_or(String::new(), |k| format!("at turn {}", k + 1));
    Titles { title, top_right: live, bottom_left: at, ..Titles::default() }
}

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    let transcript = wanted(model, snapshot);
    let turns = transcript.map_or(0, |t| t.turns.len());
    let last = turns.saturating_sub(1);
    let at = model.dialogue.turn.unwrap_or(last).min(last);
    let to = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::PageUp => at.saturating_sub(5),
        Move::PageDown => (at + 5).min(last),
        Move::Home => 0,
        Move::End => last,
        Move::Left | Move::Right => {
            turn_pages(model, snapshot, step == Move::Right);
            return None;
        }
        Move::Open => return turn(model, snapshot).map(|turn| Ask::SeekTick(turn.tick)),
        Move::More { .. } | Move::Less { .. } => return None,
    };
    if turns > 0 {
        model.dialogue.turn = Some(to);
    }
    None
}

/// The dialogue before or after the one shown; after the last finished one comes the live one.
fn turn_pages(model: &mut Model, snapshot: &Snapshot, onward: bool) {
    let view = &snapshot.view;
    // At rest between two dialogues, the live pane shows the last finished one.
    let resting = view.turn == 0 && !matches!(snapshot.phase, Phase::Running);
    let live = view.dialogues.saturating_sub(resting.into());
    let number = match (model.dialogue.number, onward) {
        (None, true) => return,
        (None, false) => match view.transcript.as_ref().map_or(live, |shown| shown.dialogue).checked_sub(1) {
            Some(before) => Some(before),
            None => return,
        },
        (Some(number), true) => Some(number + 1).filter(|n| *n < live),
        (Some(number), false) => Some(number.saturating_sub(1)),
    };
    if number != model.dialogue.number {
        model.dialogue.number = number;
        model.dialogue.turn = None;
    }
}

fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    let (Touch::Press(_, y) | Touch::Drag(_, y)) = touched else { return None };
    let transcript = wanted(model, snapshot)?;
    let theme = Theme::uncoloured(model.rich);
    let lines = telling(transcript, model, &theme, area.width).lines();
    let first = first_line(&lines, turn_at(model, transcript), area.height);
    let turn = lines.get(first + usize::from(y))?.turn;
    model.dialogue.turn = turn.or(model.dialogue.turn);
    None
}

fn telling<'a>(transcript: &'a TranscriptView, model: &Model, theme: &'a Theme, width: u16) -> Telling<'a> {
    let columns = width.saturating_sub(3);
    Telling {
        transcript,
        shown: transcript.turns.len(),
        lang: model.lang,
        theme,
        columns,
        notes: true,
        blind: model.moments.blind(),
        numbers: model.table.numbers,
    }
}

/// The first line shown, so that the whole selected turn is in sight, a third from the top where there is a choice.
fn first_line(lines: &[super::talk::Line], turn: Option<usize>, height: u16) -> usize {
    let height = usize::from(height);
    let most = lines.len().saturating_sub(height);
    let start = lines.iter().position(|line| line.turn == turn).unwrap_or(0);
    let end = lines.iter().rposition(|line| line.turn == turn).unwrap_or(0) + 1;
    start.saturating_sub(height / 3).max(end.saturating_sub(height)).min(most)
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(transcript) = wanted(scene.model, scene.snapshot) else {
        let sentence = match scene.model.dialogue.number {
            Some(number) => format!("Dialogue {} is being replayed.", number::thousands(number)),
            None => "The next dialogue will be told here.".to_string(),
        };
        return words::nothing_yet(&mut pen, &sentence);
    };
    if area.width < 10 {
        return;
    }
    let theme = scene.theme;
    let turn = turn_at(scene.model, transcript);
    let lines = telling(transcript, scene.model, theme, area.width).lines();
    let first = first_line(&lines, turn, area.height);
    for (y, line) in lines.iter().skip(first).take(usize::from(area.height)).enumerate() {
        let y = y as u16;
        if turn.is_some() && line.turn == turn {
            let side = theme.glyph(Glyph::Side);
            pen.put(0, y, side, theme.ink(if scene.focused { Ink::Accent } else { Ink::Quiet }));
        }
        pen.row(2, y, &line.row);
    }
}
