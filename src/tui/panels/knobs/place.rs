//! Where the dials stand: a list with their meanings where there is height, else a row that scrolls, with the pace always last.
//! Drawing and the mouse share it, so it depends on neither colours nor glyphs.

use ratatui::layout::Rect;

use super::dial::Dial;
use super::pending;
use crate::tui::model::Model;
use crate::tui::widgets::slider;
use crate::tui::widgets::text::width;

/// Where one dial stands.
pub struct Place {
    pub knob: usize,
    pub x: u16,
    pub y: u16,
    pub width: u16,
    /// Column after the value.
    pub value_end: u16,
    /// Column and length of its slider.
    pub slider: Option<(u16, u16)>,
    /// Whether the symbol is followed by its word.
    pub words: bool,
    /// Column of its meaning, in a list.
    pub meaning: Option<u16>,
}

impl Place {
    pub fn value_at(&self, dials: &[Dial], x: u16) -> Option<f64> {
        let (from, length) = self.slider?;
        let column = x.checked_sub(from)?;
        let dial = dials.get(self.knob)?;
        Some(dial.at(slider::share_at(length, column.min(length.saturating_sub(1)))))
    }
}

const GAP: u16 = 3;
/// Words and slider length, the roomiest first.
const FORMS: [(bool, u16); 6] = [(true, 12), (true, 8), (true, 6), (false, 8), (false, 5), (false, 0)];
/// So many knobs are shown at once, if there are as many, before a form is called too roomy.
const LEAST: usize = 3;
/// From so many lines on they are a list, however many there are: it scrolls.
const LEAST_LIST: usize = 7;

pub fn all(dials: &[Dial], model: &Model, area: Rect) -> Vec<Place> {
    if usize::from(area.height) >= dials.len().clamp(3, LEAST_LIST) {
        return list(dials, model, area);
    }
    let (pace, knobs) = (dials.len() - 1, dials.len() - 1);
    let mut places = Vec::new();
    for form in FORMS {
        let end = area.width.saturating_sub(1);
        let pace_width = extent(&dials[pace], form, pending(model, pace));
        let room = end.saturating_sub(pace_width + GAP);
        places = window(dials, model, form, room);
        let x = places.last().map_or(1, |place| place.x + place.width + GAP);
        if x + pace_width <= end {
            places.push(at(dials, model, pace, form, x));
        }
        if places.len() > LEAST.min(knobs) {
            break;
        }
    }
    places
}

/// The knobs that fit in the room, from the first one on that lets the selected be among them.
fn window(dials: &[Dial], model: &Model, form: (bool, u16), room: u16) -> Vec<Place> {
    let knobs = dials.len() - 1;
    for first in 0..knobs {
        let mut x = 1;
        let mut places = Vec::new();
        for knob in first..knobs {
            let place = at(dials, model, knob, form, x);
            x += place.width + GAP;
            // Behind the last one shown, the sign that there are more needs a column.
            if x - GAP > room {
                break;
            }
            places.push(place);
        }
        let shown = first + places.len();
        if model.knob >= knobs || model.knob < shown || places.is_empty() {
            return places;
        }
    }
    Vec::new()
}

fn extent(dial: &Dial, (words, length): (bool, u16), pending: Option<f64>) -> u16 {
    let slider = if dial.slides() && length > 0 { 1 + length } else { 0 };
    dial.head_width(words, pending) + slider
}

fn at(dials: &[Dial], model: &Model, knob: usize, (words, length): (bool, u16), x: u16) -> Place {
    let dial = &dials[knob];
    let pending = pending(model, knob);
    let value_end = x + dial.head_width(words, pending);
    let slides = dial.slides() && length > 0;
    let width = extent(dial, (words, length), pending);
    Place { knob, x, y: 0, width, value_end, slider: slides.then_some((value_end + 1, length)), words, meaning: None }
}

/// One dial a line, from the first one on that lets the selected be among them; below them its meaning wants three lines.
fn list(dials: &[Dial], model: &Model, area: Rect) -> Vec<Place> {
    let name = |dial: &Dial| dial.head(true, true).iter().map(|part| width(part) + 1).sum::<u16>();
    let names = dials.iter().map(name).max().unwrap_or(0);
    let values = dials.iter().enumerate().map(|(k, dial)| width(&dial.written(pending(model, k)))).max().unwrap_or(0);
    let value_end = 1 + names + values.max(14);
    let length = area.width.saturating_sub(value_end + 2).min(if area.width < 100 { 12 } else { 24 });
    let meaning = value_end + length + 3;
    let height = usize::from(area.height);
    let rows = if height >= dials.len() { dials.len() } else { height.saturating_sub(4).max(1) };
    let first = model.knob.min(dials.len() - 1).saturating_sub(rows / 2).min(dials.len() - rows);
    (first..first + rows)
        .map(|knob| Place {
            knob,
            x: 1,
            y: (knob - first) as u16,
            width: area.width.saturating_sub(1),
            value_end,
            slider: (dials[knob].slides() && length > 4).then_some((value_end + 1, length)),
            words: true,
            meaning: Some(meaning),
        })
        .collect()
}
