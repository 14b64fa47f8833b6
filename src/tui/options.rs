//! How the screens look on this terminal: what the person chose, and what the environment says.

use crate::trainer::view::Lang;
use crate::tui::theme::{Depth, Ground, Theme};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    #[default]
    Auto,
    Dark,
    Light,
    /// No colour at all.
    Mono,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub theme: ThemeChoice,
    /// ASCII only.
    pub safe: bool,
    pub lang: Lang,
    /// Silent replicas asked for at the start; 0: none.
    pub seeds: u32,
}

impl Options {
    /// The theme for a terminal whose environment says so. `NO_COLOR` yields to a theme asked for by name.
    pub fn theme(&self, env: impl Fn(&str) -> Option<String>) -> Theme {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let ground = match self.theme {
            ThemeChoice::Dark => Ground::Dark,
            ThemeChoice::Light => Ground::Light,
            ThemeChoice::Mono => Ground::Mono,
            ThemeChoice::Auto if set("NO_COLOR").is_some() || term == "dumb" => Ground::Mono,
            ThemeChoice::Auto => ground(set("COLORFGBG").as_deref()),
        };
        let depth = match set("COLORTERM").as_deref() {
            Some("truecolor" | "24bit") => Depth::True,
            _ if term.contains("direct") => Depth::True,
            _ if term.contains("256color") => Depth::Palette256,
            _ => Depth::Palette16,
        };
        // The Linux console has neither braille nor round corners.
        Theme::new(ground, depth, !self.safe && term != "linux")
    }
}

/// `15;0` is white on black; the last field is the background.
fn ground(foreground_and_background: Option<&str>) -> Ground {
    let last = foreground_and_background.and_then(|fields| fields.rsplit(';').next());
    match last.and_then(|background| background.parse::<u8>().ok()) {
        Some(7 | 9..=15) => Ground::Light,
        _ => Ground::Dark,
    }
}
