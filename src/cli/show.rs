//! Numbers and tables as a person reads them, and JSON as a program does.

use std::io::{self, Write};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::text::line;
use crate::trainer::snapshot::Score;

/// `1,234,567`
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things in words: `1 state`, `237 states`. Every name here takes an s for several.
pub fn several(n: u64, thing: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{} {thing}{ending}", grouped(n))
}

/// `25.1 million`, `812 thousand`, `640`: three digits are enough for a speed.
pub fn rough(x: f64) -> String {
    match x {
        _ if x >= 1e6 => format!("{:.1} million", x / 1e6),
        _ if x >= 1e4 => format!("{:.0} thousand", x / 1e3),
        _ => grouped(x as u64),
    }
}

/// `0.12 s`, `3 min 20 s`
pub fn seconds(s: f64) -> String {
    match s {
        _ if s < 0.095 => format!("{:.1} ms", s * 1e3),
        _ if s < 99.5 => format!("{s:.2} s"),
        _ => format!("{} min {} s", s as u64 / 60, s as u64 % 60),
    }
}

pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Value, return, success, turns: the columns that figures share.
pub const SCORE_HEAD: [&str; 4] = ["value", "return", "success", "turns"];

/// A value that is not known (NaN) stays empty.
pub fn score_row(name: &str, s: &Score) -> Vec<String> {
    let value = if s.value.is_finite() { format!("{:.3}", s.value) } else { String::new() };
    vec![name.to_owned(), value, format!("{:.2}", s.return_), percent(s.success), format!("{:.1}", s.turns)]
}

pub fn score_json(s: &Score) -> Value {
    json!({"value": s.value, "return": s.return_, "success": s.success, "turns": s.turns})
}

pub fn score_json_without_value(s: &Score) -> Value {
    json!({"return": s.return_, "success": s.success, "turns": s.turns})
}

/// A number kept in 32 bits, as the shortest decimal that means it.
pub fn plain(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

/// One object on one line.
pub fn print_json(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{value}")
}

/// Columns: the first to the left, the others to the right.
pub fn print_table(out: &mut dyn Write, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let one_line = |row: &Vec<String>| row.iter().map(|cell| line(cell).into_owned()).collect();
    let rows: &[Vec<String>] = &rows.iter().map(one_line).collect::<Vec<_>>();
    let width = |s: &str| UnicodeWidthStr::width(s);
    let widths: Vec<usize> = (0..head.len())
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|s| width(s)).chain([width(head[c])]).max().unwrap_or(0))
        .collect();
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    for row in std::iter::once(&head).filter(|h| h.iter().any(|c| !c.is_empty())).chain(rows) {
        let mut text = String::new();
        for (c, (cell, wide)) in row.iter().zip(&widths).enumerate() {
            let fill = " ".repeat(wide.saturating_sub(width(cell)));
            let parts = if c == 0 { [cell.as_str(), &fill, ""] } else { ["  ", &fill, cell] };
            text.extend(parts);
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// Text in lines of at most `width` columns, each behind an indent.
pub fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.width() + 1 + word.width() + indent.len() > width {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.iter().flat_map(|line| [indent, line.as_str(), "\n"]).collect()
}
