//! Knobs that may be turned while learning goes on, and the pace.

mod dial;
pub mod idle;
mod place;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Pace, Snapshot};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Glyph, Ink};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::slider::{self, Slider};
use crate::tui::widgets::text::wrap;
use dial::Dial;
use place::Place;

pub const ENTRY: &Panel = &Panel {
    name: "knobs",
    slot: Slot::Knobs,
    about: "What may be changed while it learns: left and right choose a knob, + and - turn it, ten times as far with shift. Dim ones do nothing under the present choices.",
    titles: |_: &Scene<'_>, _: u16| Titles { title: "Knobs".into(), ..Titles::default() },
    draw,
    watch: |_: &Model, _: Rect, _: &mut Watch| {},
    act,
    touch,
};

/// The speeds that the pace knob steps through.
pub const PACES: &[Pace] = &[
    Pace::TurnsPerSecond(1.0),
    Pace::TurnsPerSecond(2.0),
    Pace::TurnsPerSecond(5.0),
    Pace::TurnsPerSecond(10.0),
    Pace::TurnsPerSecond(30.0),
    Pace::DialoguesPerSecond(10.0),
    Pace::DialoguesPerSecond(60.0),
    Pace::DialoguesPerSecond(300.0),
    Pace::DialoguesPerSecond(1_000.0),
    Pace::DialoguesPerSecond(10_000.0),
    Pace::DialoguesPerSecond(100_000.0),
    Pace::Full,
];

/// The same for a language model, whose steps are records, minibatches and rollouts.
pub const STEP_PACES: &[Pace] = &[
    Pace::TurnsPerSecond(1.0),
    Pace::TurnsPerSecond(2.0),
    Pace::TurnsPerSecond(5.0),
    Pace::TurnsPerSecond(10.0),
    Pace::TurnsPerSecond(30.0),
    Pace::DialoguesPerSecond(60.0),
    Pace::DialoguesPerSecond(300.0),
    Pace::Full,
];

/// Turns the selected knob (or the pace) one step, ten with `big`.
pub fn nudge(model: &mut Model, snapshot: &Snapshot, more: bool, big: bool) -> Option<Ask> {
    let dials = dial::all(snapshot);
    model.knob = model.knob.min(dials.len() - 1);
    let dial = &dials[model.knob];
    // Another knob's change does not wait for this one's.
    let other = if pending(model, model.knob).is_none() { flush(model, snapshot) } else { None };
    let now = pending(model, model.knob).unwrap_or(dial.value);
    let next = dial.stepped(now, more, big);
    if next == dial.value && model.knob_pending.is_none() {
        return other;
    }
    model.knob_pending = Some((model.knob, next));
    (model.knob_due, model.knob_sent) = (Some(model.now_ms + QUIET_MS), None);
    // The pace is no change of the run: nothing piles up.
    if dial.is_pace() { flush(model, snapshot) } else { other }
}

/// Presses closer together than this are one change.
const QUIET_MS: u64 = 300;

/// What waits to be sent, if its time has come.
pub fn due(model: &mut Model, snapshot: &Snapshot) -> Option<Ask> {
    if model.knob_due? > model.now_ms { None } else { flush(model, snapshot) }
}

/// What waits to be sent, at once.
pub fn flush(model: &mut Model, snapshot: &Snapshot) -> Option<Ask> {
    model.knob_due.take()?;
    let (knob, value) = model.knob_pending?;
    let dials = dial::all(snapshot);
    let Some(dial) = dials.get(knob).filter(|dial| dial.value != value) else {
        model.knob_pending = None;
        return None;
    };
    model.knob_sent = Some(model.heard);
    Some(dial.ask(value))
}

/// The pace one step faster or slower, whichever knob is selected.
pub fn nudge_pace(snapshot: &Snapshot, faster: bool) -> Ask {
    let paces = dial::paces(snapshot);
    let at = dial::pace_position(paces, snapshot.pace);
    let next = if faster { (at + 1).min(paces.len() - 1) } else { at.saturating_sub(1) };
    Ask::Pace(paces[next])
}

fn pending(model: &Model, knob: usize) -> Option<f64> {
    model.knob_pending.filter(|(k, _)| *k == knob).map(|(_, value)| value)
}

/// A value that was sent is shown until the trainer has it, or has refused it.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let dials = dial::all(snapshot);
    model.knob = model.knob.min(dials.len() - 1);
    let Some(heard) = model.knob_sent else { return };
    let refused = snapshot.notices_since(heard).any(|notice| notice.is_error);
    if let Some((knob, value)) = model.knob_pending {
        let reached = dials.get(knob).is_none_or(|dial| (dial.value - value).abs() <= 1e-6 * value.abs().max(1e-3));
        if reached || refused {
            (model.knob_pending, model.knob_sent) = (None, None);
        }
    }
}

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    let last = dial::all(snapshot).len() - 1;
    model.knob = match step {
        Move::Left => model.knob.saturating_sub(1),
        Move::Right => (model.knob + 1).min(last),
        Move::Home => 0,
        Move::End => last,
        Move::Up => return nudge(model, snapshot, true, false),
        Move::Down => return nudge(model, snapshot, false, false),
        Move::More { big } => return nudge(model, snapshot, true, big),
        Move::Less { big } => return nudge(model, snapshot, false, big),
        Move::PageUp => return nudge(model, snapshot, true, true),
        Move::PageDown => return nudge(model, snapshot, false, true),
        Move::Open => model.knob,
    };
    None
}

/// While dragged, a value is only shown; the release sends it, once.
fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    let dials = dial::all(snapshot);
    let places = place::all(&dials, model, area);
    match touched {
        Touch::Press(x, y) => {
            let hit = places.iter().find(|p| p.y == y && x >= p.x && x < p.x + p.width)?;
            model.knob = hit.knob;
            let other = flush(model, snapshot);
            model.knob_pending = hit.value_at(&dials, x).map(|value| (hit.knob, value));
            model.knob_sent = None;
            other
        }
        Touch::Drag(x, _) => {
            let hit = places.iter().find(|p| p.knob == model.knob)?;
            pending(model, model.knob)?;
            let x = x.max(hit.slider?.0);
            model.knob_pending = hit.value_at(&dials, x).map(|value| (hit.knob, value));
            None
        }
        Touch::Release(..) => {
            let value = pending(model, model.knob)?;
            let dial = &dials[model.knob];
            if value == dial.value {
                model.knob_pending = None;
                return None;
            }
            (model.knob_due, model.knob_sent) = (None, Some(model.heard));
            Some(dial.ask(value))
        }
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let theme = scene.theme;
    let dials = dial::all(scene.snapshot);
    let places = place::all(&dials, scene.model, area);
    for place in &places {
        draw_dial(scene, &dials[place.knob], place, &mut pen);
    }
    draw_hints(scene, &places, dials.len(), &mut pen);
    // In a list each meaning stands in its line, cut where it is long: then the selected one is told in full below.
    let listed = places.iter().any(|place| place.meaning.is_some());
    let next = places.iter().map(|p| p.y + 1).max().unwrap_or(0) + u16::from(listed);
    let Some(dial) = dials.get(scene.model.knob) else { return };
    for (k, line) in wrap(&theme.plain(&dial.meaning()), area.width.saturating_sub(2)).iter().enumerate() {
        pen.put(1, next + k as u16, line, theme.ink(Ink::Quiet));
    }
}

/// `‹` and `›` where more knobs lie to the sides.
fn draw_hints(scene: &Scene<'_>, places: &[Place], count: usize, pen: &mut Pen<'_>) {
    let ink = scene.theme.ink(Ink::Accent);
    let Some(first) = places.first() else { return };
    if first.meaning.is_some() {
        let last = places.iter().map(|place| place.knob).max().unwrap_or(0);
        let (above, below) = (first.knob, count.saturating_sub(last + 1));
        let y = places.iter().map(|place| place.y + 1).max().unwrap_or(0);
        if above + below > 0 {
            let text = scene.theme.plain(&format!("{above} above · {below} below")).into_owned();
            pen.right(pen.width().saturating_sub(1), y, &text, ink);
        }
        return;
    }
    if first.knob > 0 && first.knob < count - 1 {
        pen.put(0, first.y, scene.theme.glyph(Glyph::Less), ink);
    }
    // The pace stands last whatever is left out before it.
    let last = places.iter().filter(|place| place.knob + 1 < count).max_by_key(|place| place.knob);
    if let Some(last) = last.filter(|place| place.knob + 2 < count) {
        pen.put(last.x + last.width + 1, last.y, scene.theme.glyph(Glyph::More), ink);
    }
}

fn draw_dial(scene: &Scene<'_>, dial: &Dial, place: &Place, pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let selected = place.knob == scene.model.knob;
    let pending = pending(scene.model, place.knob);
    let name = match selected {
        true => words::bold(theme.ink(Ink::Accent)),
        false if dial.idle => theme.ink(Ink::Faint),
        false => theme.ink(Ink::Quiet),
    };
    let value = match pending {
        Some(_) => theme.ink(Ink::Person),
        None if dial.idle => theme.ink(Ink::Faint),
        None => theme.ink(Ink::Text),
    };
    let strong = if dial.idle { value } else { words::bold(value) };
    let mut x = place.x;
    for part in dial.head(place.words, theme.rich) {
        x = pen.put(x, place.y, &part, name) + 1;
    }
    if dial.slides() || place.meaning.is_some() {
        pen.right(place.value_end, place.y, &dial.written(pending), strong);
    } else {
        pen.put(x, place.y, &dial.written(pending), strong);
    }
    if let Some((from, length)) = place.slider {
        let ink = match selected {
            true => Ink::Accent,
            false if dial.idle => Ink::Faint,
            false => Ink::Learner,
        };
        let share = dial.share(pending.unwrap_or(dial.value));
        let slider = Slider { share, set: theme.ink(ink), rest: theme.ink(Ink::Faint) };
        slider::draw(pen, from, place.y, length, &slider);
    }
    if let Some(from) = place.meaning {
        pen.cut(from, place.y, &dial.meaning(), theme.ink(Ink::Quiet));
    }
}
