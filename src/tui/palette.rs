//! The command palette: everything that can be done, found by typing a part of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::command::USERS;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::KnobKind;
use crate::tui::chrome::{panel_over, wrap, write};
use crate::tui::commands;
use crate::tui::layout::popup;
use crate::tui::model::Listing;
use crate::tui::panels::Titles;
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::text::truncate;

/// A line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What to type for it; ends with a blank where a word must follow.
    pub text: String,
    pub keys: String,
    pub about: String,
}

impl Entry {
    pub fn wants_word(&self) -> bool {
        self.text.ends_with(' ')
    }
}

/// The entries that match, best first.
pub fn matching(typed: &str, snapshot: &Snapshot) -> Vec<Entry> {
    let typed = typed.trim_start().to_lowercase();
    let mut found: Vec<(u8, Entry)> = all(snapshot).into_iter().filter_map(|entry| Some((rank(&entry, &typed)?, entry))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, entry)| entry).collect()
}

fn all(snapshot: &Snapshot) -> Vec<Entry> {
    let entry = |text: String, about: &str| Entry { text, keys: String::new(), about: about.to_owned() };
    let mut all: Vec<Entry> = commands::palette_bindings()
        .map(|binding| Entry {
            text: binding.command.to_owned(),
            keys: binding.keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(" "),
            about: binding.about.to_owned(),
        })
        .collect();
    for knob in snapshot.view.knobs.iter().filter(|knob| knob.live) {
        if let KnobKind::Choice(choices) = knob.kind {
            let each = choices.iter().map(|one| entry(format!("{} {one}", knob.name), knob.meaning));
            all.extend(each);
        } else {
            let range = commands::range(knob);
            let meaning = knob.meaning.trim_end_matches('.');
            let about = format!("{}, {meaning}: {range}; now {}.", knob.symbol, knob.value);
            all.push(entry(format!("{} ", knob.name), &about));
        }
    }
    let catalogue = &snapshot.catalogue;
    for (verb, example, about) in commands::verbs() {
        match *verb {
            "scenario" => all.extend(catalogue.scenarios.iter().map(|e| entry(format!("scenario {}", e.name), &e.about))),
            "users" => all.extend(USERS.map(|kind| entry(format!("users {kind}"), users(kind)))),
            "learned" => all.extend(LEARNED.map(|(change, about)| entry(format!("learned {change}"), about))),
            "unmark" => all.push(entry("unmark".to_owned(), about)),
            "agent" => all.extend(catalogue.agents.iter().map(|e| entry(format!("agent {}", e.name), &e.about))),
            verb => all.push(entry(format!("{verb} "), &format!("{about} Example: {example}"))),
        }
    }
    all.push(entry("new".to_owned(), "Starts this run over: the same scenario, agent and seed, nothing learned."));
    all.push(entry("pace full".to_owned(), "Learns as fast as the machine can."));
    all
}

const LEARNED: [(&str, &str); 3] = [
    ("last", "Goes to where the selected cell was changed last."),
    ("most", "Goes to where the selected cell was changed most."),
    ("flip", "Goes to the last flip of the selected state's best act."),
];

/// Who the users of a name are.
fn users(kind: &str) -> &'static str {
    match kind {
        "easy" => "From here on users mostly answer what they are asked, and often say more.",
        "standard" => "From here on users answer less than easy ones and more than unfriendly ones.",
        _ => "From here on users lose patience sooner and often do not answer what they are asked.",
    }
}

/// How well an entry matches, 0 best; none if it does not.
fn rank(entry: &Entry, typed: &str) -> Option<u8> {
    let text = entry.text.to_lowercase();
    let words = |hay: &str| typed.split_whitespace().all(|word| hay.contains(word));
    if text.starts_with(typed) || (entry.wants_word() && typed.starts_with(&text)) {
        Some(0)
    } else if words(&text) {
        Some(1)
    } else {
        words(&entry.about.to_lowercase()).then_some(2)
    }
}

/// The first entry shown, so that the cursor is in sight.
pub fn first_shown(cursor: usize, rows: usize, total: usize) -> usize {
    cursor.saturating_sub(rows / 2).min(total.saturating_sub(rows))
}

/// Where the box lies.
pub fn area(screen: Rect) -> Rect {
    popup(screen, screen.width.saturating_sub(4).min(96), screen.height.saturating_sub(4).min(22))
}

/// The entry in a row of the screen.
pub fn entry_at(row: u16, screen: Rect, listing: &Listing, snapshot: &Snapshot) -> Option<usize> {
    let (top, rows) = rows(area(screen));
    let total = matching(&listing.typed, snapshot).len();
    let first = first_shown(listing.cursor, usize::from(rows), total);
    let position = usize::from(row.checked_sub(top)?) + first;
    (row < top + rows && position < total).then_some(position)
}

/// First row and number of rows of the list: under the line typed, above the explanation.
fn rows(area: Rect) -> (u16, u16) {
    (area.y + 3, area.height.saturating_sub(7))
}

pub fn draw(buf: &mut Buffer, screen: Rect, listing: &Listing, snapshot: &Snapshot, theme: Theme) {
    let entries = matching(&listing.typed, snapshot);
    let titles = Titles { title: "Commands".to_owned(), top_right: format!("{} found", entries.len()), ..Titles::default() };
    let area = area(screen);
    let inner = panel_over(buf, area, &titles, theme);
    let bold = theme.ink(Ink::Text).add_modifier(Modifier::BOLD);
    let cursor = if theme.rich { "▏" } else { "_" };
    write(buf, inner, inner.x, inner.y, &format!(": {}{cursor}", listing.typed), bold);
    let (top, rows) = rows(area);
    let first = first_shown(listing.cursor, usize::from(rows), entries.len());
    let stops = stops(&all(snapshot), inner.width, theme);
    for (k, entry) in entries.iter().enumerate().skip(first).take(usize::from(rows)) {
        let y = top + (k - first) as u16;
        draw_entry(buf, Rect { y, height: 1, ..inner }, entry, k == listing.cursor, (stops, theme));
    }
    // What is selected is explained in full; a command that did not do is complained about instead.
    let (sentence, ink) = match (&listing.complaint, entries.get(listing.cursor)) {
        (Some(complaint), _) => (complaint.as_str(), Ink::Alarm),
        (None, Some(entry)) => (entry.about.as_str(), Ink::Text),
        (None, None) => ("nothing matches; backspace takes a letter back", Ink::Alarm),
    };
    let lines = wrap(&theme.plain(sentence), inner.width);
    for (line, y) in lines.iter().zip(top + rows + 1..area.bottom().saturating_sub(1)) {
        write(buf, inner, inner.x, y, line, theme.ink(ink));
    }
}

/// The columns at which keys and explanations begin, for all entries alike, so that they stay put while one types.
fn stops(all: &[Entry], width: u16, theme: Theme) -> (u16, u16) {
    let widest = |text: fn(&Entry) -> &String| all.iter().map(|entry| theme.width(text(entry))).max().unwrap_or(0);
    let keys = 1 + widest(|entry| &entry.text).min(width / 3) + 2;
    (keys, keys + widest(|entry| &entry.keys).min(width / 5) + 2)
}

fn draw_entry(buf: &mut Buffer, line: Rect, entry: &Entry, selected: bool, ((keys, about), theme): ((u16, u16), Theme)) {
    let marker = match (selected, theme.rich) {
        (false, _) => " ",
        (true, true) => "▸",
        (true, false) => ">",
    };
    let (mut name, quiet) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet));
    if selected {
        name = theme.ink(Ink::Accent).add_modifier(Modifier::BOLD);
    }
    let x = write(buf, line, line.x, line.y, marker, name) + 1;
    let cut = |text: &str, columns: u16| truncate(&theme.plain(text), columns, theme.glyph(Glyph::Ellipsis));
    write(buf, line, x, line.y, &cut(&entry.text, keys.saturating_sub(3)), name);
    write(buf, line, line.x + keys, line.y, &cut(&entry.keys, about.saturating_sub(keys + 2)), theme.ink(Ink::Learner));
    write(buf, line, line.x + about, line.y, &cut(&entry.about, line.width.saturating_sub(about)), quiet);
}
