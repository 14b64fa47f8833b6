//! Words on a grid: wide characters count two, lines break at spaces and between wide characters.

use ratatui::style::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub text: String,
    pub style: Style,
}

impl Run {
    pub fn new(text: impl Into<String>, style: Style) -> Run {
        Run { text: text.into(), style }
    }
}

/// A line of runs.
pub type Row = Vec<Run>;

pub fn width(text: &str) -> u16 {
    text.width().min(usize::from(u16::MAX)) as u16
}

/// At most `columns` wide; what was cut off is replaced by `mark`.
pub fn truncate(text: &str, columns: u16, mark: &str) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let room = usize::from(columns).saturating_sub(mark.width());
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        out.push(c);
    }
    if mark.width() <= usize::from(columns) {
        out.push_str(mark);
    }
    out
}

/// Filled with spaces to `columns`, or cut to them.
pub fn padded(text: &str, columns: u16, mark: &str) -> String {
    let mut out = truncate(text, columns, mark);
    let missing = usize::from(columns.saturating_sub(width(&out)));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// Lines of at most `columns`; a word longer than that is broken.
pub fn wrap(text: &str, columns: u16) -> Vec<String> {
    wrap_runs(&[Run::new(text, Style::new())], columns).into_iter().map(|row| row.into_iter().map(|run| run.text).collect()).collect()
}

struct Symbol {
    c: char,
    style: Style,
    wide: usize,
}

/// As `wrap`, keeping styles.
pub fn wrap_runs(runs: &[Run], columns: u16) -> Vec<Row> {
    let columns = usize::from(columns.max(2));
    let symbols: Vec<Symbol> =
        runs.iter().flat_map(|run| run.text.chars().map(|c| Symbol { c, style: run.style, wide: c.width().unwrap_or(0) })).collect();
    let mut rows = Vec::new();
    let mut start = 0;
    while start < symbols.len() {
        let (end, next) = line_end(&symbols, start, columns);
        rows.push(collect(&symbols[start..end]));
        start = next;
    }
    if rows.is_empty() {
        rows.push(Row::new());
    }
    rows
}

/// Where the line from `start` ends, and where the next one begins.
fn line_end(symbols: &[Symbol], start: usize, columns: usize) -> (usize, usize) {
    let mut used = 0;
    let mut fallback = None;
    for k in start..symbols.len() {
        let symbol = &symbols[k];
        if symbol.c == '\n' {
            return (k, k + 1);
        }
        if symbol.c == ' ' {
            fallback = Some((k, k + 1));
        } else if k > start && breaks_before(symbols, k) {
            fallback = Some((k, k));
        }
        used += symbol.wide;
        if used > columns {
            // A break at the line's own start would never advance.
            return match fallback {
                Some((end, next)) if next > start => (end, next),
                _ => (k.max(start + 1), k.max(start + 1)),
            };
        }
    }
    (symbols.len(), symbols.len())
}

// Chinese breaks between any two characters, but a line may not begin with its closing punctuation.
fn breaks_before(symbols: &[Symbol], k: usize) -> bool {
    let closing = "，。！？、；：）」』”’";
    (symbols[k].wide > 1 || symbols[k - 1].wide > 1) && !closing.contains(symbols[k].c) && symbols[k - 1].c != '~'
}

fn collect(symbols: &[Symbol]) -> Row {
    let mut row = Row::new();
    for symbol in symbols {
        match row.last_mut() {
            Some(run) if run.style == symbol.style => run.text.push(symbol.c),
            _ => row.push(Run::new(symbol.c.to_string(), symbol.style)),
        }
    }
    row
}
