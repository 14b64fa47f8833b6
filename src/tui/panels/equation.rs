//! An update's rule written twice: in symbols, and beneath it, column for column, in this update's numbers.

use ratatui::style::Style;

use crate::trainer::view::{KnobView, TermView, UpdateView};
use crate::tui::panels::words;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run};

/// One column of the pair: a term, or the signs between two terms.
struct Piece {
    symbol: String,
    number: String,
    ink: Style,
    /// How gladly the line breaks before this piece: 0 never, 1 at a product, 2 at a sum.
    breaks: u8,
    arrow: bool,
}

/// The lines in symbols and the lines in numbers; equally many, broken at the same signs.
pub struct Equation {
    pub symbols: Vec<Row>,
    pub numbers: Vec<Row>,
}

pub fn of(update: &UpdateView, knobs: &[KnobView], theme: &Theme, columns: u16) -> Equation {
    let pieces = pieces(update, knobs, theme);
    let mut equation = Equation { symbols: Vec::new(), numbers: Vec::new() };
    let indent = indent(&pieces, theme, columns);
    for (k, line) in lines(&pieces, theme, columns, indent).into_iter().enumerate() {
        let start = if k == 0 { 0 } else { indent };
        let (symbols, numbers) = write(line, theme, start);
        equation.symbols.push(symbols);
        equation.numbers.push(numbers);
    }
    equation
}

fn pieces(update: &UpdateView, knobs: &[KnobView], theme: &Theme) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = update.rule;
    while let Some(open) = rest.find('{') {
        push_signs(&mut pieces, &rest[..open], theme);
        let Some(close) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + close];
        pieces.push(term(update.terms.iter().find(|term| term.name == name), name, knobs, theme));
        rest = &rest[open + close + 1..];
    }
    push_signs(&mut pieces, rest, theme);
    pieces
}

fn push_signs(pieces: &mut Vec<Piece>, signs: &str, theme: &Theme) {
    if signs.is_empty() {
        return;
    }
    let first = signs.trim_start().chars().next();
    let breaks = match first {
        Some('+' | '−' | '-') => 2,
        Some('·' | '×' | '/') => 1,
        _ => 0,
    };
    let text = theme.plain(signs).into_owned();
    pieces.push(Piece {
        symbol: text.clone(),
        number: text,
        ink: theme.ink(Ink::Quiet),
        breaks: if pieces.is_empty() { 0 } else { breaks },
        arrow: first == Some('←'),
    });
}

fn term(term: Option<&TermView>, name: &str, knobs: &[KnobView], theme: &Theme) -> Piece {
    let plain = |text: &str| theme.plain(text).into_owned();
    let Some(term) = term else {
        return Piece { symbol: plain(name), number: "?".into(), ink: theme.ink(Ink::Quiet), breaks: 0, arrow: false };
    };
    let is_knob = knobs.iter().any(|knob| knob.name == term.name);
    let (number, ink) = if is_knob {
        (number::setting(f64::from(term.value)), theme.ink(Ink::Person))
    } else {
        (quantity(term.value), theme.sign(term.value))
    };
    let ink = if name == "new" { words::bold(ink) } else { ink };
    Piece { symbol: plain(term.symbol), number: plain(&number), ink, breaks: 0, arrow: false }
}

/// Two decimals, more where two would show nothing; whole numbers as such.
fn quantity(value: f32) -> String {
    let value = f64::from(value);
    match value.abs() {
        s if s >= 1.0 && s.fract() == 0.0 => number::trimmed(value, 0),
        0.0 => "0".into(),
        s if s < 0.000_05 => format!("{value:.0e}"),
        s if s < 0.01 => number::fixed(value, 4),
        _ => number::fixed(value, 2),
    }
}

fn width(piece: &Piece, theme: &Theme) -> u16 {
    theme.width(&piece.symbol).max(theme.width(&piece.number))
}

/// Further lines begin below what follows the arrow, where that leaves enough room.
fn indent(pieces: &[Piece], theme: &Theme, columns: u16) -> u16 {
    let arrow = pieces.iter().position(|piece| piece.arrow).map_or(0, |k| k + 1);
    let indent: u16 = pieces[..arrow].iter().map(|piece| width(piece, theme)).sum();
    if indent * 3 <= columns { indent } else { 2.min(columns / 4) }
}

/// Greedy line breaking at sums; at products, too, where a summand is wider than a line.
fn lines<'a>(pieces: &'a [Piece], theme: &Theme, columns: u16, indent: u16) -> Vec<&'a [Piece]> {
    let mut lines = Vec::new();
    let (mut start, mut used) = (0, 0);
    let mut candidate: Option<(usize, u8)> = None;
    let mut k = 0;
    while k < pieces.len() {
        let piece = &pieces[k];
        if piece.breaks > 0 && k > start && candidate.is_none_or(|(_, best)| piece.breaks >= best) {
            candidate = Some((k, piece.breaks));
        }
        used += width(piece, theme);
        if used > columns
            && let Some((at, _)) = candidate.take()
        {
            lines.push(&pieces[start..at]);
            (start, used, k) = (at, indent, at);
            continue;
        }
        k += 1;
    }
    lines.push(&pieces[start..]);
    lines
}

fn write(line: &[Piece], theme: &Theme, start: u16) -> (Row, Row) {
    let blank = |columns: u16| Run::new(" ".repeat(usize::from(columns)), Style::new());
    let mut rows = (vec![blank(start)], vec![blank(start)]);
    for (k, piece) in line.iter().enumerate() {
        // A line that begins with a sign needs no space before it.
        let trim = |text: &str| if k == 0 && start > 0 { text.trim_start().to_string() } else { text.to_string() };
        let (symbol, number) = (trim(&piece.symbol), trim(&piece.number));
        let (sw, nw) = (theme.width(&symbol), theme.width(&number));
        rows.0.push(Run::new(symbol, theme.ink(Ink::Quiet)));
        rows.1.push(Run::new(number, piece.ink));
        rows.0.push(blank(sw.max(nw) - sw));
        rows.1.push(blank(sw.max(nw) - nw));
    }
    rows
}
