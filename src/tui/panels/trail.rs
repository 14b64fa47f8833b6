//! The credit trail: along which updates a reward's worth travelled back through the table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Hop, Snapshot, Trail};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, ScreenId, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, transcript, words};
use crate::tui::theme::{Glyph, Ink};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::wrap;
use crate::tui::widgets::{bar, number};

const fn entry(slot: Slot) -> Panel {
    Panel {
        name: "trail",
        slot,
        about: "Where the worth of one reward went: the updates that passed it back, one turn further each time; Enter goes to one.",
        titles,
        draw,
        watch,
        act,
        touch,
    }
}

pub const TRAIN: &Panel = &entry(Slot::TrainUpdate);
pub const VALUES: &Panel = &entry(Slot::ValuesInspector);
pub const DIALOGUE: &Panel = &entry(Slot::DialogueActs);

/// The turn shown stays known, so that its reward can be followed next.
fn watch(model: &Model, inside: Rect, watch: &mut Watch) {
    match model.screen {
        ScreenId::Dialogue => transcript::watch(model, inside, watch),
        _ => watch.update = true,
    }
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let hops = scene.snapshot.findings.trail.as_ref().map_or(0, |trail| trail.hops.len());
    let at = if hops == 0 { String::new() } else { format!("update {} of {hops}", (scene.model.moments.hop + 1).min(hops)) };
    Titles { title: "Credit trail".into(), top_right: at, bottom_left: "enter goes there · esc away".into(), ..Titles::default() }
}

/// Lines of a hop.
const LINES: usize = 2;

fn heading(trail: &Trail) -> String {
    let reward = number::signed_trimmed(trail.reward.into(), 2);
    let turn = number::thousands(trail.tick + 1);
    match trail.hops.len() {
        0 => format!("The reward {reward} of turn {turn} has not been learned from yet: run on and ask again."),
        _ => format!("The reward {reward} of turn {turn}: where its worth went, each update passing a part of it one turn further back."),
    }
}

fn ending(trail: &Trail) -> &'static str {
    if trail.arrived {
        "It arrived at the state in which dialogues begin."
    } else {
        "It has not come further back yet; run on and ask again."
    }
}

/// Lines of the heading, so that the first hop's place is known to the mouse too.
fn head_lines(trail: &Trail, theme: &crate::tui::theme::Theme, area: Rect) -> Vec<String> {
    if area.height < 6 { Vec::new() } else { wrap(&theme.plain(&heading(trail)), area.width.saturating_sub(2)) }
}

/// The first hop shown, so that the one under the cursor is in sight.
fn first_hop(cursor: usize, count: usize, rows: usize) -> usize {
    let shown = (rows / LINES).max(1);
    cursor.saturating_sub(shown / 2).min(count.saturating_sub(shown))
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(trail) = &scene.snapshot.findings.trail else {
        return words::nothing_yet(&mut pen, "t, on a turn of a dialogue, follows its reward back through the table; the way stands here.");
    };
    if area.width < 12 {
        return;
    }
    let theme = scene.theme;
    let mut y = 0;
    for line in head_lines(trail, theme, area) {
        pen.put(1, y, &line, theme.ink(Ink::Text));
        y += 1;
    }
    let cursor = scene.model.moments.hop.min(trail.hops.len().saturating_sub(1));
    let end = wrap(&theme.plain(ending(trail)), area.width.saturating_sub(2));
    let foot = if area.height >= 12 && !trail.hops.is_empty() { end.len() as u16 } else { 0 };
    let room = usize::from(area.height.saturating_sub(y + foot));
    let first = first_hop(cursor, trail.hops.len(), room);
    let most = trail.hops.iter().map(|hop| hop.credit.abs()).fold(1e-9, f32::max);
    for (k, hop) in trail.hops.iter().enumerate().skip(first).take(room / LINES) {
        draw_hop(scene, hop, k == cursor, most, y, &mut pen);
        y += LINES as u16;
    }
    for (k, line) in end.iter().take(usize::from(foot)).enumerate() {
        pen.put(1, y + k as u16, line, theme.ink(Ink::Quiet));
    }
}

/// From this width on there is room for words between the numbers.
const ROOMY: u16 = 56;

/// `refund~ order~ item? ☺3 → ask item`, and below it `dialogue 1,204 turn 5  Q −2.00 → +4.10  credit +6.00 ━━━━`.
fn draw_hop(scene: &Scene<'_>, hop: &Hop, here: bool, most: f32, y: u16, pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let (quiet, text) = (theme.ink(Ink::Quiet), theme.ink(Ink::Text));
    if here {
        let ink = theme.ink(if scene.focused { Ink::Accent } else { Ink::Quiet });
        pen.put(0, y, theme.glyph(Glyph::Side), ink);
        pen.put(0, y + 1, theme.glyph(Glyph::Side), ink);
    }
    let act = format!(" → {}", hop.act_name);
    let room = pen.width().saturating_sub(2 + theme.width(&act));
    let state = crate::tui::widgets::text::truncate(&theme.plain(&hop.state_text), room, theme.glyph(Glyph::Ellipsis));
    let x = pen.put(2, y, &state, text);
    pen.cut(x, y, &act, words::bold(text));
    let roomy = pen.width() >= ROOMY;
    let signed = |value: f32| number::signed(value.into(), 2);
    let (dialogue, turn) = (number::thousands(hop.dialogue), hop.turn);
    let place = if roomy { format!("dialogue {dialogue} turn {turn}  Q ") } else { format!("{dialogue} turn {turn}  ") };
    let x = pen.put(2, y + 1, &place, quiet);
    let x = pen.put(x, y + 1, &signed(hop.before), theme.sign(hop.before));
    let x = pen.put(x, y + 1, " → ", quiet);
    let x = pen.put(x, y + 1, &signed(hop.after), words::bold(theme.sign(hop.after)));
    let x = if roomy { pen.put(x.max(40) + 2, y + 1, "credit ", quiet) } else { x.max(29) + 1 };
    let x = pen.put(x, y + 1, &signed(hop.credit), theme.sign(hop.credit)) + 1;
    let room = pen.width().saturating_sub(x + 1).min(20);
    if room >= 3 {
        bar::meter(pen, x, y + 1, room, hop.credit.abs() / most, theme.sign(hop.credit));
    }
}

fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let trail = snapshot.findings.trail.as_ref()?;
    let last = trail.hops.len().checked_sub(1)?;
    let page = (usize::from(area.height) / LINES).max(1);
    let at = model.moments.hop.min(last);
    model.moments.hop = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::PageUp => at.saturating_sub(page),
        Move::PageDown => (at + page).min(last),
        Move::Home => 0,
        Move::End => last,
        // Just after its update: the equation shown is this one's.
        Move::Open => return Some(Ask::SeekTick(trail.hops[at].tick + 1)),
        _ => return None,
    };
    None
}

fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    let Touch::Press(_, y) = touched else { return None };
    let trail = snapshot.findings.trail.as_ref()?;
    let theme = crate::tui::theme::Theme::uncoloured(model.rich);
    let head = head_lines(trail, &theme, area).len() as u16;
    let end = wrap(&theme.plain(ending(trail)), area.width.saturating_sub(2)).len() as u16;
    let foot = if area.height >= 12 { end } else { 0 };
    let room = usize::from(area.height.saturating_sub(head + foot));
    let count = trail.hops.len();
    let cursor = model.moments.hop.min(count.checked_sub(1)?);
    let hit = first_hop(cursor, count, room) + usize::from(y.checked_sub(head)?) / LINES;
    if hit >= count {
        return None;
    }
    if hit == cursor {
        return act(model, snapshot, area, Move::Open);
    }
    model.moments.hop = hit;
    None
}
