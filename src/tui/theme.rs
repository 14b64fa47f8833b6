//! Colours and glyphs by meaning: one place decides how better, worse, focus and heard look on this terminal.
//! Signed values run orange – neutral – blue and unsigned ones along cividis, which colour-blind eyes tell apart.

mod colour;
mod glyph;

use ratatui::style::{Color, Modifier, Style};

pub use glyph::Glyph;

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

impl Depth {
    /// What the variables `COLORTERM` and `TERM` promise.
    pub fn from_env(colorterm: Option<&str>, term: Option<&str>) -> Depth {
        let term = term.unwrap_or_default();
        if matches!(colorterm, Some("truecolor" | "24bit")) || term.ends_with("-direct") {
            Depth::True
        } else if term.contains("256") {
            Depth::Palette256
        } else {
            Depth::Palette16
        }
    }
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

    /// For counting lines and columns, where colours do not matter.
    pub const fn uncoloured(rich: bool) -> Theme {
        Theme::new(Ground::Mono, Depth::Palette16, rich)
    }

    pub fn ink(&self, ink: Ink) -> Style {
        match self.ground {
            Ground::Mono => mono(ink),
            Ground::Dark => self.foreground(ink, 0),
            Ground::Light => self.foreground(ink, 1),
        }
    }

    fn foreground(self, ink: Ink, ground: usize) -> Style {
        if ink == Ink::Text {
            return Style::new();
        }
        Style::new().fg(match self.depth {
            Depth::Palette16 => colour::ink16(ink, ground),
            depth => colour::fit(colour::ink(ink, ground), depth),
        })
    }

    /// Background and readable foreground of a signed value on [−1, 1]: orange, neutral, blue.
    pub fn signed(&self, share: f32) -> Style {
        let share = if share.is_finite() { share.clamp(-1.0, 1.0) } else { 0.0 };
        match (self.ground, self.depth) {
            (Ground::Mono, _) => emphasis(share.abs()),
            (_, Depth::Palette16) => colour::signed16(share),
            (ground, depth) => colour::filled(colour::signed(share, ground == Ground::Light), depth),
        }
    }

    /// Background and readable foreground of an unsigned value on [0, 1].
    pub fn unsigned(&self, share: f32) -> Style {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        match (self.ground, self.depth) {
            (Ground::Mono, _) => emphasis(share),
            (_, Depth::Palette16) => colour::unsigned16(share),
            (ground, depth) => colour::filled(colour::unsigned(share, ground == Ground::Light), depth),
        }
    }

    /// The ink for a number with a sign.
    pub fn sign(&self, value: f32) -> Style {
        if value < 0.0 {
            self.ink(Ink::Worse)
        } else if value > 0.0 {
            self.ink(Ink::Better)
        } else {
            self.ink(Ink::Text)
        }
    }

    /// The thing under the cursor, in the focused pane and in others.
    pub fn selected(&self, focused: bool) -> Style {
        match (self.ground, self.depth) {
            (Ground::Mono, _) if focused => Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD),
            (Ground::Mono, _) => Style::new().add_modifier(Modifier::REVERSED),
            (_, Depth::Palette16) => Style::new().fg(Color::Black).bg(if focused { Color::Yellow } else { Color::Gray }),
            (ground, depth) => colour::filled(colour::selected(focused, ground == Ground::Light), depth),
        }
    }

    /// The k-th categorical colour, for runs; each also has a letter, as colour alone never tells.
    pub fn run(&self, k: usize) -> Color {
        match (self.ground, self.depth) {
            (Ground::Mono, _) => Color::Reset,
            (ground, Depth::Palette16) => colour::run16(k, ground == Ground::Light),
            (ground, depth) => colour::fit(colour::run(k, ground == Ground::Light), depth),
        }
    }

    /// What is of a run but stands behind its line.
    pub fn run_behind(&self, k: usize) -> Style {
        match (self.ground, self.depth) {
            (Ground::Mono, _) => mono(Ink::Faint),
            (_, Depth::Palette16) => self.ink(Ink::Faint),
            (ground, depth) => Style::new().fg(colour::fit(colour::run_behind(k, ground == Ground::Light), depth)),
        }
    }
}

fn mono(ink: Ink) -> Style {
    match ink {
        Ink::Text | Ink::Better | Ink::Worse | Ink::Learner => Style::new(),
        Ink::Quiet | Ink::Faint => Style::new().add_modifier(Modifier::DIM),
        Ink::Accent | Ink::Person | Ink::Good => Style::new().add_modifier(Modifier::BOLD),
        Ink::Alarm => Style::new().add_modifier(Modifier::REVERSED),
    }
}

fn emphasis(share: f32) -> Style {
    if share >= 0.6 { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() }
}
