//! Colours and glyphs by meaning: one place decides how better, worse, focus and heard look on this terminal.

use ratatui::style::{Color, Style};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Dark,
    Light,
    /// No colour at all: bold, reverse, underline, digits and shades only.
    Mono,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    True,
    Palette256,
    Palette16,
}

/// Names of meanings, not of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The terminal's own foreground.
    Text,
    /// Secondary words: units, hints, axes.
    Quiet,
    /// Frames at rest, raw dots.
    Faint,
    /// Focus and the optimum.
    Accent,
    /// The learner's line, the user's name.
    Learner,
    /// Better than zero; worse than zero.
    Better,
    Worse,
    /// What the person changed.
    Person,
    /// Running, success.
    Good,
    /// Errors.
    Alarm,
}

#[derive(Clone, Copy, Debug)]
pub struct Theme {
    pub ground: Ground,
    pub depth: Depth,
    /// Braille and box characters may be used; false is the safe mode: ASCII only.
    pub rich: bool,
}

impl Theme {
    pub const fn new(ground: Ground, depth: Depth, rich: bool) -> Theme {
        Theme { ground, depth, rich }
    }
    /// The text as this terminal may show it: in the safe mode, symbols are written in ASCII.
    pub fn plain<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        text.into()
    }
    /// The thing under the cursor, in the focused pane and in others.
    pub fn selected(&self, _focused: bool) -> Style {
        Style::default()
    }
    pub fn ink(&self, _ink: Ink) -> Style {
        Style::default()
    }
    /// Background and readable foreground of a signed value on [−1, 1]: orange, neutral, blue.
    pub fn signed(&self, _share: f32) -> Style {
        Style::default()
    }
    /// Background and readable foreground of an unsigned value on [0, 1].
    pub fn unsigned(&self, _share: f32) -> Style {
        Style::default()
    }
    /// The k-th categorical colour, for runs.
    pub fn run(&self, _k: usize) -> Color {
        Color::Reset
    }
}
