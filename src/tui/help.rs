//! The help: the keys that act here, all others, the panes in sight and every word on the screen.
//! Typing searches it; Enter does what is selected.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::snapshot::Snapshot;
use crate::tui::chrome::{columns, panel_over, wrap, write};
use crate::tui::glossary::{TERMS, Term};
use crate::tui::keys::{self, BINDINGS, Binding, Context};
use crate::tui::layout::{self, popup};
use crate::tui::model::{Listing, Model};
use crate::tui::panels::{self, Panel, Titles};
use crate::tui::prompt;
use crate::tui::theme::{Ink, Theme};
use crate::tui::update::{self, Outcome};

/// Something that the help explains.
#[derive(Clone, Copy)]
pub enum Entry {
    Here(&'static Binding),
    Pane(&'static Panel),
    Elsewhere(&'static Binding),
    Word(&'static Term),
}

impl Entry {
    fn part(&self) -> &'static str {
        match self {
            Entry::Here(_) => "Keys that act here",
            Entry::Pane(_) => "Panes in sight",
            Entry::Elsewhere(_) => "Keys that act elsewhere",
            Entry::Word(_) => "Words on the screens",
        }
    }

    fn name(&self) -> String {
        match self {
            Entry::Here(binding) | Entry::Elsewhere(binding) => binding.keys.iter().map(|key| key.name()).collect::<Vec<_>>().join("  "),
            Entry::Pane(panel) => panel.name.to_owned(),
            Entry::Word(term) => term.name.to_owned(),
        }
    }

    fn about(&self) -> String {
        match self {
            Entry::Here(binding) => binding.about.to_owned(),
            Entry::Elsewhere(binding) => {
                let about = binding.about.trim_end_matches('.');
                format!("{about}; {}.", binding.context.place())
            }
            Entry::Pane(panel) => panel.about.to_owned(),
            Entry::Word(term) => term.text.to_owned(),
        }
    }

    /// Names of keys count only whole, so that searching `n` does not find everything.
    fn matches(&self, typed: &str) -> bool {
        let typed = typed.trim().to_lowercase();
        let words = format!("{} {}", self.about(), self.command()).to_lowercase();
        let name = self.name();
        name.split_whitespace().any(|key| key.to_lowercase() == typed)
            || (matches!(self, Entry::Word(_) | Entry::Pane(_)) && name.to_lowercase().contains(&typed))
            || (typed.chars().count() != 1 && typed.split_whitespace().all(|word| words.contains(word)))
    }

    fn command(&self) -> &'static str {
        match self {
            Entry::Here(binding) | Entry::Elsewhere(binding) => binding.command,
            _ => "",
        }
    }
}

/// All that matches, in parts.
pub fn entries(model: &Model, listing: &Listing) -> Vec<Entry> {
    let plan = layout::plan(model);
    let here = |binding: &&Binding| keys::acts_below(binding, model, &plan);
    let mut entries: Vec<Entry> = BINDINGS.iter().filter(here).map(Entry::Here).collect();
    let panels = plan.panes.iter().filter_map(|pane| panels::shown(model, pane.slot));
    entries.extend(panels.map(Entry::Pane));
    entries.extend(BINDINGS.iter().filter(|binding| !here(binding)).map(Entry::Elsewhere));
    entries.extend(TERMS.iter().map(Entry::Word));
    entries.retain(|entry| entry.matches(&listing.typed));
    entries
}

/// Does what the selected entry stands for; a pane gets the focus, a word has been read.
pub fn accept(model: &mut Model, newest: &Snapshot, listing: &Listing, out: &mut Outcome) {
    match entries(model, listing).get(listing.cursor) {
        Some(Entry::Here(binding) | Entry::Elsewhere(binding)) if !matches!(binding.context, Context::Over(_)) => {
            prompt::run(model, newest, binding.action, out);
        }
        Some(Entry::Pane(panel)) => {
            model.overlay = None;
            update::focus(model, panel.slot);
        }
        _ => {}
    }
}

/// A line of the list: its entry (none for a heading or a blank), name and words.
struct Line {
    entry: Option<usize>,
    name: String,
    text: String,
}

/// Columns for names; longer ones get a line of their own.
fn names(width: u16) -> u16 {
    (width / 4).clamp(10, 25)
}

const WIDEST: u16 = 104;

fn lines(entries: &[Entry], width: u16, theme: Theme) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut part = "";
    let line = |entry, name: &str, text: &str| Line { entry, name: name.to_owned(), text: text.to_owned() };
    for (k, entry) in entries.iter().enumerate() {
        if entry.part() != part {
            if !part.is_empty() {
                lines.push(line(None, "", ""));
            }
            part = entry.part();
            lines.push(line(None, part, ""));
        }
        let name = entry.name();
        let about = wrap(&theme.plain(&entry.about()), width.saturating_sub(names(width) + 4));
        let alone = columns(&theme.plain(&name)) > names(width);
        if alone {
            lines.push(line(Some(k), &name, ""));
        }
        for (row, text) in about.iter().enumerate() {
            lines.push(line(Some(k), if row == 0 && !alone { &name } else { "" }, text));
        }
    }
    lines
}

/// As wide as sentences read well; a window hardly wider is taken whole.
pub fn area(screen: Rect) -> Rect {
    let width = if screen.width < WIDEST + 8 { screen.width } else { WIDEST };
    popup(screen, width, screen.height.saturating_sub(2))
}

/// First row and number of rows of the list: under the line typed, above the complaint.
fn rows(area: Rect) -> (u16, u16) {
    (area.y + 3, area.height.saturating_sub(5))
}

/// The first line shown, so that the whole selected entry is in sight.
fn first_shown(lines: &[Line], cursor: usize, rows: usize) -> usize {
    let at = lines.iter().position(|line| line.entry == Some(cursor)).unwrap_or(0);
    // At the top, the heading belongs to the first entry.
    if cursor == 0 { 0 } else { crate::tui::palette::first_shown(at, rows, lines.len()) }
}

/// The entry in a row of the screen.
pub fn entry_at(row: u16, screen: Rect, model: &Model, listing: &Listing, theme: Theme) -> Option<usize> {
    let area = area(screen);
    let (top, rows) = rows(area);
    let lines = lines(&entries(model, listing), area.width.saturating_sub(4), theme);
    let first = first_shown(&lines, listing.cursor, usize::from(rows));
    let down = row.checked_sub(top).filter(|down| *down < rows)?;
    lines.get(first + usize::from(down))?.entry
}

pub fn draw(buf: &mut Buffer, screen: Rect, model: &Model, listing: &Listing, theme: Theme) {
    let entries = entries(model, listing);
    let titles = Titles { title: "Help".to_owned(), top_right: "enter does it, esc closes".to_owned(), ..Titles::default() };
    let area = area(screen);
    let inner = panel_over(buf, area, &titles, theme);
    let bold = theme.ink(Ink::Text).add_modifier(Modifier::BOLD);
    let cursor = if theme.rich { "▏" } else { "_" };
    let search = match listing.typed.as_str() {
        "" => format!("/ {cursor}type to search"),
        typed => format!("/ {typed}{cursor}"),
    };
    write(buf, inner, inner.x, inner.y, &search, bold);
    let (top, rows) = rows(area);
    let lines = lines(&entries, inner.width, theme);
    let first = first_shown(&lines, listing.cursor, usize::from(rows));
    for (k, line) in lines.iter().skip(first).take(usize::from(rows)).enumerate() {
        let row = Rect { y: top + k as u16, height: 1, ..inner };
        draw_line(buf, row, line, line.entry == Some(listing.cursor), theme);
    }
    let words = match &listing.complaint {
        Some(complaint) => complaint.as_str(),
        None if entries.is_empty() => "nothing matches; backspace takes a letter back",
        None => "",
    };
    let y = area.bottom().saturating_sub(2);
    write(buf, inner, inner.x, y, &theme.plain(words), theme.ink(Ink::Alarm));
}

fn draw_line(buf: &mut Buffer, row: Rect, line: &Line, selected: bool, theme: Theme) {
    let (name, text) = match (line.entry, selected) {
        (None, _) => (theme.ink(Ink::Accent), theme.ink(Ink::Quiet)),
        (_, true) => (theme.ink(Ink::Accent).add_modifier(Modifier::BOLD), theme.ink(Ink::Text)),
        (_, false) => (theme.ink(Ink::Text), theme.ink(Ink::Quiet)),
    };
    let indent = if line.entry.is_some() { 2 } else { 0 };
    if selected && !line.name.is_empty() {
        write(buf, row, row.x, row.y, if theme.rich { "▸" } else { ">" }, name);
    }
    write(buf, row, row.x + indent, row.y, &theme.plain(&line.name), name);
    write(buf, row, row.x + names(row.width) + 4, row.y, &line.text, text);
}
