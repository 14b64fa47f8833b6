//! Symbols by meaning, and what stands for them where only ASCII is safe.
//! In the safe mode nothing is ambiguous in width: Greek letters and arrows are written out.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::Theme;
use crate::text::is_control;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Unknown,
    Heard,
    Confirmed,
    Heart,
    HeartLost,
    /// The greedy act; the row of the dialogue in progress.
    Pointer,
    /// One of several greedy acts.
    Tie,
    /// An act never tried.
    Never,
    /// A change that a person made.
    Mark,
    /// A moment that a person marked.
    Bookmark,
    /// Where learning stops by itself.
    Stop,
    More,
    Less,
    Rule,
    Upright,
    Tick,
    Track,
    TrackLeft,
    Handle,
    Ellipsis,
    Done,
    Failed,
    HalfUpper,
    Full,
    Dash,
    Dot,
    Bullet,
    /// What stands beside the selected lines.
    Side,
}

/// The rich form and the ASCII form.
#[allow(clippy::match_same_arms, reason = "a table by meaning: two meanings may look alike")]
const fn forms(glyph: Glyph) -> [&'static str; 2] {
    match glyph {
        Glyph::Unknown => ["○", "."],
        Glyph::Heard => ["◐", "~"],
        Glyph::Confirmed => ["●", "#"],
        Glyph::Heart => ["♥", "*"],
        Glyph::HeartLost => ["♡", "-"],
        Glyph::Pointer => ["▸", ">"],
        Glyph::Tie => ["=", "="],
        Glyph::Never => ["·", "."],
        Glyph::Mark => ["▲", "^"],
        Glyph::Bookmark => ["◆", "+"],
        Glyph::Stop => ["■", "!"],
        Glyph::More => ["›", ">"],
        Glyph::Less => ["‹", "<"],
        Glyph::Rule => ["─", "-"],
        Glyph::Upright => ["│", "|"],
        Glyph::Tick => ["┤", "|"],
        Glyph::Track => ["─", "-"],
        Glyph::TrackLeft => ["━", "="],
        Glyph::Handle => ["●", "O"],
        Glyph::Ellipsis => ["…", ".."],
        Glyph::Done => ["✓", "+"],
        Glyph::Failed => ["✗", "x"],
        Glyph::HalfUpper => ["▀", "#"],
        Glyph::Full => ["█", "#"],
        Glyph::Dash => ["╌", "-"],
        Glyph::Dot => ["·", "."],
        Glyph::Bullet => ["•", "*"],
        Glyph::Side => ["▌", "|"],
    }
}

/// Every symbol of ours and what it is called in ASCII. Letters of other scripts are left alone.
#[allow(clippy::match_same_arms, reason = "a table by kind of symbol")]
const fn ascii(symbol: char) -> Option<&'static str> {
    Some(match symbol {
        'Σ' | '∑' => "sum",
        'Â' => "A",
        '⁽' | '⁾' => "",
        '√' => "sqrt",
        '∂' => "d",
        '‖' | '∣' => "|",
        '̂' | '̄' | '̃' => "",
        'ᵢ' => "i",
        'ⱼ' => "j",
        'ₐ' => "a",
        'ₙ' => "n",
        'ₖ' => "k",
        'ₛ' => "s",
        '₂' => "2",
        'ᵏ' => "^k",
        'ⁿ' => "^n",
        '½' => "1/2",
        '∇' => "grad",
        '←' => "<-",
        '→' => "->",
        '↑' | '▲' => "^",
        '↓' | '▼' => "v",
        '·' | '×' | '•' | '♥' => "*",
        '−' | '–' | '—' | '─' | '╌' | '♡' => "-",
        '′' | '’' | '‘' => "'",
        '“' | '”' => "\"",
        '≤' => "<=",
        '≥' => ">=",
        '≈' => "~",
        '≠' => "!=",
        '±' => "+/-",
        '…' => "..",
        '▸' | '›' => ">",
        '◂' | '‹' => "<",
        '✓' => "=",
        '✗' => "x",
        '│' | '┤' | '▌' | '├' => "|",
        '└' => "`",
        '━' => "=",
        '○' => ".",
        '◐' => "~",
        '●' | '█' | '▀' | '▄' => "#",
        '☺' => ":)",
        '◆' => "+",
        '■' => "!",
        '²' => "2",
        '°' => "deg",
        '∞' => "inf",
        '∈' => "in",
        '₀' => "0",
        '₁' => "1",
        'ₜ' => "t",
        'ᵥ' => "v",
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        _ => return greek(symbol),
    })
}

const fn greek(letter: char) -> Option<&'static str> {
    Some(match letter {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' | 'Δ' => "delta",
        'ε' => "eps",
        'λ' => "lambda",
        'τ' => "tau",
        'κ' => "kappa",
        'η' => "eta",
        'θ' => "theta",
        'μ' => "mu",
        'π' => "pi",
        'σ' => "sigma",
        'ω' => "omega",
        'ψ' => "psi",
        'φ' => "phi",
        'ρ' => "rho",
        'ν' => "nu",
        _ => return None,
    })
}

impl Theme {
    pub fn glyph(&self, glyph: Glyph) -> &'static str {
        forms(glyph)[usize::from(!self.rich)]
    }

    /// The text as this terminal may show it: control characters are replaced, and in the safe mode symbols are written in ASCII.
    pub fn plain<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let hidden = text.contains(is_control);
        if !hidden && (self.rich || text.is_ascii()) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for symbol in text.chars() {
            match ascii(symbol).filter(|_| !self.rich) {
                _ if is_control(symbol) => out.push(if self.rich { '\u{fffd}' } else { '?' }),
                Some(name) => out.push_str(name),
                None => out.push(symbol),
            }
        }
        Cow::Owned(out)
    }

    /// Columns that the text takes on this terminal.
    pub fn width(&self, text: &str) -> u16 {
        self.plain(text).width() as u16
    }

    /// A cell that is darker the larger the share on [0, 1]: for terminals without colour.
    pub fn shade(&self, share: f32) -> &'static str {
        const RICH: [&str; 5] = [" ", "░", "▒", "▓", "█"];
        const SAFE: [&str; 5] = [" ", ".", ":", "*", "#"];
        let step = (share.clamp(0.0, 1.0) * 4.0).round() as usize;
        if self.rich { RICH[step] } else { SAFE[step] }
    }

    /// One of eight heights, for small curves in one line.
    pub fn height(&self, share: f32) -> &'static str {
        const RICH: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        const SAFE: [&str; 8] = ["_", "_", ".", "-", "-", "=", "*", "#"];
        let step = (share.clamp(0.0, 1.0) * 7.0).round() as usize;
        if self.rich { RICH[step] } else { SAFE[step] }
    }
}
