//! A conversation on standard output: what was said, and one quiet line under each sentence of the agent; or JSON.

use std::io::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::chat;
use crate::cli::failure::Failure;
use crate::cli::output::{self, Output};
use crate::run::chat::{Entry, Exchange};
use crate::text::line;

pub struct Printer {
    json: bool,
    coloured: bool,
    /// Whether what the person said stands there already.
    typed: bool,
    columns: usize,
}

const DIM: &str = "2";
const PLAIN: &str = "0";
/// Columns before each sentence.
const NAMES: usize = 7;
/// Where standard output is no terminal.
const COLUMNS: usize = 100;

impl Printer {
    pub fn new(json: bool, plain: bool, typed: bool) -> Printer {
        let terminal = output::is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let columns = if terminal { crossterm::terminal::size().map_or(COLUMNS, |(columns, _)| usize::from(columns)) } else { COLUMNS };
        Printer { json, coloured: terminal && !plain && !no_colour, typed, columns: columns.max(30) }
    }

    pub fn about(&self, lines: &[String], out: &mut Output) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        for line in lines {
            self.put("", line, false, out)?;
        }
        self.put("", "/help lists what else can be typed; ctrl-d ends.", true, out)?;
        Ok(writeln!(out)?)
    }

    pub fn entry(&self, entry: &Entry, out: &mut Output) -> Result<(), Failure> {
        if self.json {
            return Ok(writeln!(out, "{}", chat::json(entry))?);
        }
        match entry {
            Entry::Exchange(exchange) => self.exchange(exchange, out),
            Entry::Told { command, lines } => {
                if !self.typed {
                    self.put("you", command, false, out)?;
                }
                lines.iter().try_for_each(|line| self.put(" ", line, false, out))
            }
        }
    }

    fn exchange(&self, exchange: &Exchange, out: &mut Output) -> Result<(), Failure> {
        if !self.typed && !exchange.person.is_empty() {
            self.put("you", &exchange.person, false, out)?;
        }
        self.put("agent", &exchange.agent, false, out)?;
        self.put(" ", &quiet(exchange), true, out)?;
        if !exchange.ended.is_empty() {
            self.put(" ", &format!("— {} —", exchange.ended), false, out)?;
        }
        Ok(())
    }

    /// A text beside a name, in lines that fit.
    fn put(&self, name: &str, text: &str, quiet: bool, out: &mut Output) -> Result<(), Failure> {
        let indent = if name.is_empty() { 0 } else { NAMES };
        let dim = quiet && self.coloured;
        for (k, part) in wrapped(&line(text), self.columns - indent).iter().enumerate() {
            let head = if k == 0 { name } else { "" };
            write!(out, "{head:<indent$}")?;
            if dim {
                out.style(DIM)?;
            }
            write!(out, "{part}")?;
            if dim {
                out.style(PLAIN)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// What was understood, the state, the act and what it is worth.
fn quiet(e: &Exchange) -> String {
    let heard = (!e.person.is_empty()).then(|| e.heard());
    let parts = heard.into_iter().chain(e.notes.iter().cloned()).chain([e.did()]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  |  ")
}

/// Lines of at most so many columns, broken at spaces or between wide characters.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.width() > columns {
        let (mut used, mut end, mut at) = (0, rest.len(), None);
        for (k, c) in rest.char_indices() {
            if c == ' ' && k > 0 || c.width() == Some(2) && used > 0 {
                at = Some(k);
            }
            used += c.width().unwrap_or(0);
            if used > columns {
                end = k;
                break;
            }
        }
        let cut = at.filter(|at| *at <= end).unwrap_or(end);
        lines.push(rest[..cut].trim_end().to_owned());
        rest = rest[cut..].trim_start();
    }
    lines.push(rest.to_owned());
    lines
}
