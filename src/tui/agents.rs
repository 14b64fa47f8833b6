//! The choice of another agent: all there are, each with its sentence and its rule, over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::command::{Ask, BranchChange};
use crate::trainer::snapshot::{Entry, Snapshot};
use crate::tui::chrome::{panel_over, wrap, write};
use crate::tui::keys::Action;
use crate::tui::layout::popup;
use crate::tui::model::{Listing, Model, Overlay, ScreenId};
use crate::tui::palette::first_shown;
use crate::tui::panels::Titles;
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::update::{self, Outcome};
use crate::tui::widgets::text::truncate;

/// Opens the list at the agent in focus.
pub fn open(model: &mut Model, newest: &Snapshot) {
    let now = newest.catalogue.agents.iter().position(|agent| agent.name == newest.agent);
    model.overlay = Some(Overlay::Agents(Listing { cursor: now.unwrap_or(0), moved: true, ..Listing::default() }));
}

/// Begins a run of its own with the selected agent, or one beside the run in focus, to be compared with it.
pub fn choose(model: &mut Model, newest: &Snapshot, action: Action, out: &mut Outcome) {
    let Some(Overlay::Agents(listing)) = &model.overlay else { return };
    let Some(agent) = newest.catalogue.agents.get(listing.cursor).map(|agent| agent.name.clone()) else { return };
    model.overlay = None;
    if action == Action::CompareAgent {
        update::ask(model, newest, Ask::Branch(Some(BranchChange::Agent(agent))), out);
        update::open_screen(model, ScreenId::Compare);
    } else {
        update::ask(model, newest, Ask::New { scenario: None, agent: Some(agent), seed: None }, out);
    }
}

/// Where the box lies.
pub fn area(screen: Rect) -> Rect {
    popup(screen, screen.width.saturating_sub(4).min(104), screen.height.saturating_sub(2).min(32))
}

/// Lines below the list: a blank, the sentence, the rule, what the keys do.
const FOOT: u16 = 8;

/// First row and number of rows of the list.
fn rows(area: Rect) -> (u16, u16) {
    (area.y + 1, area.height.saturating_sub(2 + FOOT.min(area.height / 2)))
}

/// The entry in a row of the screen.
pub fn entry_at(row: u16, screen: Rect, listing: &Listing, snapshot: &Snapshot) -> Option<usize> {
    let (top, rows) = rows(area(screen));
    let total = snapshot.catalogue.agents.len();
    let position = usize::from(row.checked_sub(top)?) + first_shown(listing.cursor, usize::from(rows), total);
    (row < top + rows && position < total).then_some(position)
}

pub fn draw(buf: &mut Buffer, screen: Rect, listing: &Listing, snapshot: &Snapshot, theme: Theme) {
    let agents = &snapshot.catalogue.agents;
    let (area, all) = (area(screen), format!("{} strategies", agents.len()));
    let inner = panel_over(buf, area, &Titles { title: "Another agent".to_owned(), top_right: all, ..Titles::default() }, theme);
    let (top, rows) = rows(area);
    let first = first_shown(listing.cursor, usize::from(rows), agents.len());
    let names = agents.iter().map(|agent| theme.width(&agent.name)).max().unwrap_or(0).min(inner.width / 3);
    for (k, agent) in agents.iter().enumerate().skip(first).take(usize::from(rows)) {
        let line = Rect { y: top + (k - first) as u16, height: 1, ..inner };
        let selected = k == listing.cursor;
        let mut name = theme.ink(Ink::Text);
        if selected {
            name = theme.ink(Ink::Accent).add_modifier(Modifier::BOLD);
            write(buf, line, line.x, line.y, theme.glyph(Glyph::Pointer), name);
        }
        write(buf, line, line.x + 2, line.y, &agent.name, name);
        let here = if agent.name == snapshot.agent { "now · " } else { "" };
        let about = theme.plain(&format!("{here}{}", agent.about)).into_owned();
        let room = inner.width.saturating_sub(names + 4);
        let about = truncate(&about, room, theme.glyph(Glyph::Ellipsis));
        write(buf, line, line.x + names + 4, line.y, &about, theme.ink(if selected { Ink::Text } else { Ink::Quiet }));
    }
    if let Some(agent) = agents.get(listing.cursor) {
        explain(buf, Rect { y: top + rows, height: inner.bottom().saturating_sub(top + rows), ..inner }, agent, theme);
    }
}

/// The selected agent in full: its sentence, its rule line by line, and what choosing it does.
fn explain(buf: &mut Buffer, area: Rect, agent: &Entry, theme: Theme) {
    let lines = |text: &str| wrap(&theme.plain(text), area.width);
    let keys = lines(
        "Enter: another run from dialogue 0 learns with it, in this world, with this seed. c: so does a branch of this run, and the Compare screen shows both.",
    );
    let mut told: Vec<(String, Ink)> = lines(&agent.about).into_iter().map(|line| (line, Ink::Text)).collect();
    let rule = if agent.rule.is_empty() { "It does not learn." } else { &agent.rule };
    told.extend(rule.lines().flat_map(&lines).map(|line| (line, Ink::Learner)));
    let room = usize::from(area.height).saturating_sub(keys.len() + 1);
    told.truncate(room);
    for (k, (line, ink)) in told.iter().enumerate() {
        write(buf, area, area.x, area.y + 1 + k as u16, line, theme.ink(*ink));
    }
    let foot = area.bottom().saturating_sub(keys.len() as u16);
    for (k, line) in keys.iter().enumerate().filter(|_| usize::from(area.height) > keys.len()) {
        write(buf, area, area.x, foot + k as u16, line, theme.ink(Ink::Quiet));
    }
}
