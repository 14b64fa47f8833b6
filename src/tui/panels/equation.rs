//! An update's rule written twice: in symbols, and beneath it, column for column, in this update's numbers.

use ratatui::style::Style;

use crate::trainer::view::{KnobView, TermView, UpdateView};
use crate::tui::panels::words;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run, width};

/// One column of the pair: a term, or the signs between two terms.
struct Piece {
    symbol: String,
    number: String,
    ink: Style,
    quiet: Style,
    /// How gladly the line breaks before this piece: 0 never, 1 at a product, 2 at a sum.
    breaks: u8,
    arrow: bool,
}

/// One line of the rule: its lines in symbols and in numbers; equally many, broken at the same signs.
pub struct Equation {
    pub symbols: Vec<Row>,
    pub numbers: Vec<Row>,
}

/// One for each line of the rule that has a result: some take no part in every update.
pub fn of(update: &UpdateView, knobs: &[KnobView], theme: &Theme, columns: u16) -> Vec<Equation> {
    let result = |line: &str| line.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name.to_owned());
    let numbered = |line: &&str| result(line).is_some_and(|name| update.terms.iter().any(|term| term.name == name));
    update.rule.lines().filter(numbered).map(|line| of_line(line, update, knobs, theme, columns)).collect()
}

/// Column for column where that takes no more lines than writing each side as short as it is.
fn of_line(line: &str, update: &UpdateView, knobs: &[KnobView], theme: &Theme, columns: u16) -> Equation {
    let mut aligned = pieces(line, update, knobs, theme);
    for piece in &mut aligned {
        let wide = theme.width(&piece.symbol).max(theme.width(&piece.number));
        pad(&mut piece.symbol, wide);
        pad(&mut piece.number, wide);
    }
    let dense = pieces(line, update, knobs, theme);
    let (wide, narrow) = (broken(&aligned, columns), broken(&dense, columns));
    if wide.symbols.len() <= narrow.symbols.len() { wide } else { narrow }
}

/// The terms that no line of the rule names, such as a loss or a norm: name and value. δ has a line of its own.
pub fn others(update: &UpdateView, theme: &Theme) -> Vec<Row> {
    let unnamed = |term: &&TermView| term.name != "delta" && !update.rule.contains(&format!("{{{}}}", term.name));
    let told = |term: &TermView| {
        let name = if term.symbol.is_empty() { term.name } else { term.symbol };
        // What is written has the symbol of what stood there before.
        let name = if term.name == "new" { format!("new {name}") } else { name.to_owned() };
        let value = theme.plain(&quantity(term.value)).into_owned();
        vec![Run::new(format!("{} ", theme.plain(&name)), theme.ink(Ink::Quiet)), Run::new(value, theme.ink(Ink::Text))]
    };
    update.terms.iter().filter(unnamed).map(told).collect()
}

fn pad(text: &mut String, columns: u16) {
    let missing = columns.saturating_sub(width(text));
    text.extend(std::iter::repeat_n(' ', usize::from(missing)));
}

/// Both sides in lines, broken at the same signs. Further lines begin below what follows the arrow,
/// unless less indent saves a line.
fn broken(pieces: &[Piece], columns: u16) -> Equation {
    let below = after_arrow(pieces);
    let layouts = [below, 4, 1].map(|indent| (indent, lines(pieces, columns, indent)));
    let fewest = layouts.iter().map(|(_, lines)| lines.len()).min().unwrap_or(0);
    let mut equation = Equation { symbols: Vec::new(), numbers: Vec::new() };
    for (indent, lines) in layouts.into_iter().filter(|(_, lines)| lines.len() == fewest).take(1) {
        for (k, line) in lines.into_iter().enumerate() {
            let start = if k == 0 { 0 } else { indent };
            equation.symbols.push(write(line, start, |piece| (&piece.symbol, piece.quiet)));
            equation.numbers.push(write(line, start, |piece| (&piece.number, piece.ink)));
        }
    }
    equation
}

fn pieces(line: &str, update: &UpdateView, knobs: &[KnobView], theme: &Theme) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line.trim();
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
    let mut signs = signs;
    // Brackets that close belong to the term before them, lest alignment part them.
    let closing = signs.len() - signs.trim_start_matches(')').len();
    if closing > 0
        && let Some(last) = pieces.last_mut()
    {
        last.symbol.push_str(&signs[..closing]);
        last.number.push_str(&signs[..closing]);
        signs = &signs[closing..];
    }
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
    let quiet = theme.ink(Ink::Quiet);
    pieces.push(Piece {
        symbol: text.clone(),
        number: text,
        ink: quiet,
        quiet,
        breaks: if pieces.is_empty() { 0 } else { breaks },
        arrow: first == Some('←'),
    });
}

fn term(term: Option<&TermView>, name: &str, knobs: &[KnobView], theme: &Theme) -> Piece {
    let plain = |text: &str| theme.plain(text).into_owned();
    let quiet = theme.ink(Ink::Quiet);
    let Some(term) = term else {
        return Piece { symbol: plain(name), number: "?".into(), ink: quiet, quiet, breaks: 0, arrow: false };
    };
    let is_knob = knobs.iter().any(|knob| knob.name == term.name);
    let (number, ink) = if is_knob {
        (number::setting(f64::from(term.value)), theme.ink(Ink::Person))
    } else {
        (quantity(term.value), theme.sign(term.value))
    };
    let ink = if name == "new" { words::bold(ink) } else { ink };
    Piece { symbol: plain(term.symbol), number: plain(&number), ink, quiet, breaks: 0, arrow: false }
}

/// Two decimals, more where two would show nothing; whole numbers as such.
pub fn quantity(value: f32) -> String {
    let value = f64::from(value);
    match value.abs() {
        s if s >= 1.0 && s.fract() == 0.0 => number::trimmed(value, 0),
        0.0 => "0".into(),
        s if s < 0.000_05 => format!("{value:.0e}"),
        s if s < 0.01 => number::fixed(value, 4),
        _ => number::fixed(value, 2),
    }
}

fn after_arrow(pieces: &[Piece]) -> u16 {
    let arrow = pieces.iter().position(|piece| piece.arrow).map_or(0, |k| k + 1);
    let sum = |side: fn(&Piece) -> &str| pieces[..arrow].iter().map(|piece| width(side(piece))).sum::<u16>();
    sum(|piece| &piece.symbol).max(sum(|piece| &piece.number))
}

/// Greedy line breaking at sums; at products, too, where a summand is wider than a line.
fn lines(pieces: &[Piece], columns: u16, indent: u16) -> Vec<&[Piece]> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut used = [0, 0];
    let mut candidate: Option<(usize, u8)> = None;
    let mut k = 0;
    while k < pieces.len() {
        let piece = &pieces[k];
        if piece.breaks > 0 && k > start && candidate.is_none_or(|(_, best)| piece.breaks >= best) {
            candidate = Some((k, piece.breaks));
        }
        used = [used[0] + width(&piece.symbol), used[1] + width(&piece.number)];
        if used[0].max(used[1]) > columns
            && let Some((at, _)) = candidate.take()
        {
            lines.push(&pieces[start..at]);
            // The space before a line's first sign is not written.
            let from = indent.saturating_sub(1);
            (start, used, k) = (at, [from, from], at);
            continue;
        }
        k += 1;
    }
    lines.push(&pieces[start..]);
    lines
}

fn write<'a>(line: &'a [Piece], start: u16, side: impl Fn(&'a Piece) -> (&'a String, Style)) -> Row {
    let mut row = vec![Run::new(" ".repeat(usize::from(start)), Style::new())];
    for (k, piece) in line.iter().enumerate() {
        let (text, style) = side(piece);
        // A line that begins with a sign needs no space before it.
        let text = if k == 0 && start > 0 { text.trim_start() } else { text };
        row.push(Run::new(text, style));
    }
    row
}
