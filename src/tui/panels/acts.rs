//! All acts at the selected turn, best first: what the agent could have done and what it thought of each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{ActValueView, Choice, Numbers, Order, TableWatch, TurnView, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, chair, transcript, words};
use crate::tui::theme::{Glyph, Ink};
use crate::tui::widgets::bar::Axis;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::wrap;
use crate::tui::widgets::{bar, number};

pub const ENTRY: &Panel = &Panel {
    name: "acts",
    slot: Slot::DialogueActs,
    about: "Every act at the selected turn, ranked by its value or, where the agent has none, its chance, with its exact value, probability and visits; in a chair, what you can choose.",
    titles,
    draw,
    watch,
    act,
    touch,
};

fn watch(model: &Model, inside: Rect, watch: &mut Watch) {
    if let Some(chair) = model.moments.chair {
        return chair::watch(model, inside, chair, watch);
    }
    transcript::watch(model, inside, watch);
    // Only the acts' names are needed, so no row is asked for.
    watch.table.get_or_insert(TableWatch { order: Order::State, filter: String::new(), top: 0, rows: 0, follow: false, keep: None });
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    if let Some(chair) = scene.model.moments.chair {
        return chair::titles(scene, chair);
    }
    let turn = transcript::turn(scene.model, scene.snapshot);
    Titles {
        title: turn.map_or("Acts".into(), |turn| format!("Acts at turn {}", turn.turn)),
        top_right: match scene.snapshot.view.numbers {
            Numbers::Values => "ranked by Q".into(),
            _ => "ranked by chance".into(),
        },
        ..Titles::default()
    }
}

/// The acts of a turn, legal ones first, best first.
fn ranked(turn: &TurnView, numbers: Numbers) -> Vec<&ActValueView> {
    let mut ranked: Vec<&ActValueView> = turn.values.iter().collect();
    let rank = |value: &ActValueView| if numbers == Numbers::Values { value.q } else { value.probability };
    ranked.sort_by(|a, b| b.legal.cmp(&a.legal).then(rank(b).total_cmp(&rank(a))).then(a.act.cmp(&b.act)));
    ranked
}

/// The act under the cursor: the one taken while none is chosen, or the chosen one is not allowed at this turn.
pub fn chosen(model: &Model, turn: &TurnView) -> u16 {
    let legal = |act: &u16| turn.values.iter().any(|value| value.act == *act && value.legal);
    model.moments.act.filter(legal).unwrap_or(turn.act)
}

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    if let Some(chair) = model.moments.chair {
        return chair::act(model, snapshot, chair, step);
    }
    let turn = transcript::turn(model, snapshot)?;
    let ranked: Vec<u16> = ranked(turn, snapshot.view.numbers).into_iter().filter(|value| value.legal).map(|value| value.act).collect();
    let now = chosen(model, turn);
    let at = ranked.iter().position(|act| *act == now)?;
    let to = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => at + 1,
        Move::Home | Move::PageUp => 0,
        Move::End | Move::PageDown => ranked.len() - 1,
        _ => return None,
    };
    model.moments.act = Some(ranked[to.min(ranked.len() - 1)]);
    None
}

fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    if let Some(chair) = model.moments.chair {
        return chair::touch(model, snapshot, area, chair, touched);
    }
    let Touch::Press(_, y) = touched else { return None };
    let turn = transcript::turn(model, snapshot)?;
    let row = usize::from(y.checked_sub(u16::from(area.height >= 4))?);
    model.moments.act =
        ranked(turn, snapshot.view.numbers).get(row).filter(|value| value.legal).map(|value| value.act).or(model.moments.act);
    None
}

/// Columns of one line, right-aligned numbers; what has no room is 0.
struct Columns {
    name: u16,
    bar: u16,
    numbers: [u16; 4],
}

/// What the columns hold, the first of them longest: of preferences, what they come to is told first.
const fn heads(numbers: Numbers) -> [&'static str; 4] {
    match numbers {
        Numbers::Values => ["Q", "Q*", "chance", "visits"],
        Numbers::Preferences => ["chance", "h", "Q*", "visits"],
        Numbers::Nothing => ["chance", "Q*", "", ""],
    }
}

impl Columns {
    fn of(heads: [&str; 4], names: u16, width: u16) -> Columns {
        let name = names.clamp(4, 20).min(width.saturating_sub(10));
        let mut room = width.saturating_sub(2 + name + 1);
        let mut numbers = [0; 4];
        for (k, wide) in [8, 7, 7, 7].into_iter().enumerate() {
            if room >= wide && !heads[k].is_empty() {
                numbers[k] = wide;
                room -= wide;
            }
        }
        Columns { name, bar: if room >= 6 { room.min(24) } else { 0 }, numbers }
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    if let Some(chair) = scene.model.moments.chair {
        return chair::draw(scene, chair, area, buffer);
    }
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(turn) = transcript::turn(scene.model, scene.snapshot) else {
        return words::nothing_yet(&mut pen, "At the first turn, all acts and their values will stand here.");
    };
    let ranked = ranked(turn, scene.snapshot.view.numbers);
    let names: Vec<String> = ranked.iter().map(|value| name(scene, value.act)).collect();
    let longest = names.iter().map(|name| scene.theme.width(name)).max().unwrap_or(0);
    let heads = shown_heads(scene);
    let columns = Columns::of(heads, longest, area.width);
    let known = ranked.iter().any(|value| value.exact.is_some());
    let quiet = scene.theme.ink(Ink::Quiet);
    let top = u16::from(area.height >= 4);
    if top > 0 {
        let mut end = 3 + columns.name + columns.bar;
        for (head, wide) in heads.iter().zip(columns.numbers) {
            end += wide;
            if wide > 0 && (known || *head != "Q*") {
                pen.right(end, 0, head, quiet);
            }
        }
    }
    let valued = scene.snapshot.view.numbers == Numbers::Values;
    let most = ranked.iter().filter(|v| v.legal).map(|v| v.probability).fold(1e-6, f32::max);
    let known_values = ranked.iter().filter(|v| v.legal && is_tried(scene, v)).map(|v| v.q);
    let scale = if valued { Axis::of(known_values, columns.bar).map(Scale::Value) } else { Some(Scale::Chance(most)) };
    let legal = ranked.iter().filter(|value| value.legal).count();
    for (k, value) in ranked.iter().take(legal).enumerate() {
        draw_act(scene, turn, value, (&names[k], &columns, scale), top + k as u16, &mut pen);
    }
    let mut y = top + legal as u16;
    if legal < names.len() {
        let text = scene.theme.plain(&format!("not allowed here: {}", names[legal..].join(", "))).into_owned();
        for line in wrap(&text, area.width.saturating_sub(3)) {
            pen.put(2, y, &line, quiet);
            y += 1;
        }
    }
    let taken = format!("taken here: {}", super::update::choice(turn.choice, &scene.snapshot.view));
    draw_legend(taken, heads, known, y + 1, &mut pen);
}

/// Where no updates are counted, no column does.
fn shown_heads(scene: &Scene<'_>) -> [&'static str; 4] {
    let view = &scene.snapshot.view;
    heads(view.numbers).map(|head| if head == "visits" && view.uncounted { "" } else { head })
}

/// What stands in the columns: all of it, or nothing but the pointer.
fn draw_legend(taken: String, heads: [&str; 4], known: bool, y: u16, pen: &mut Pen<'_>) {
    let (pointer, never) = (pen.theme.glyph(Glyph::Pointer), pen.theme.glyph(Glyph::Never));
    let mut lines = vec![
        (pointer, taken),
        ("Q", "rewards expected to follow (bar: from 0)".to_owned()),
        ("h", "preference: only differences count".to_owned()),
        ("Q*", "the exact value, from the world's rules".to_owned()),
        ("chance", "how likely the agent was to take it".to_owned()),
        ("visits", "how often it had been tried here".to_owned()),
        (never, "never tried".to_owned()),
    ];
    let column = |name: &str| name == pointer || name == never && heads.contains(&"visits") || heads.contains(&name);
    lines.retain(|(name, _)| column(name) && (known || *name != "Q*"));
    if pen.height() < y + lines.len() as u16 {
        lines.truncate(1);
    }
    let quiet = pen.theme.ink(Ink::Quiet);
    let about = if lines.len() == 1 { 2 } else { 10 };
    for (k, (name, text)) in lines.iter().enumerate() {
        pen.put(if *name == pointer { 0 } else { 2 }, y + k as u16, name, quiet);
        pen.cut(about, y + k as u16, text, quiet);
    }
}

/// The act's name, as the table or any turn of the transcript gives it.
fn name(scene: &Scene<'_>, act: u16) -> String {
    let view = &scene.snapshot.view;
    let from_table = view.table.as_ref().and_then(|table| table.acts.get(usize::from(act))).map(|a| a.name.clone());
    let turns = view.transcript.iter().flat_map(|transcript| &transcript.turns);
    let from_turns = || turns.into_iter().find(|turn| turn.act == act).map(|turn| turn.act_name.clone());
    from_table.or_else(from_turns).unwrap_or_else(|| format!("act {act}"))
}

/// What the bars are measured by.
#[derive(Clone, Copy)]
enum Scale {
    /// The largest chance fills its bar.
    Chance(f32),
    /// All values stand along one axis.
    Value(Axis),
}

/// Whether its value is more than the first guess.
fn is_tried(scene: &Scene<'_>, value: &ActValueView) -> bool {
    value.visits > 0 || scene.snapshot.view.uncounted
}

fn draw_act(
    scene: &Scene<'_>,
    turn: &TurnView,
    value: &ActValueView,
    (name, columns, scale): (&str, &Columns, Option<Scale>),
    y: u16,
    pen: &mut Pen<'_>,
) {
    let theme = scene.theme;
    let taken = value.act == turn.act;
    if taken {
        let ink = if turn.choice == Choice::Greedy { Ink::Accent } else { Ink::Person };
        pen.put(0, y, theme.glyph(Glyph::Pointer), theme.ink(ink));
    }
    let mut ink = theme.ink(Ink::Text);
    if value.greedy && scene.snapshot.view.numbers != Numbers::Nothing {
        ink = words::bold(ink);
    }
    if scene.focused && chosen(scene.model, turn) == value.act {
        ink = ink.add_modifier(Modifier::REVERSED);
    }
    pen.field(2, y, columns.name, name, ink);
    let bar_at = 3 + columns.name;
    let mut end = bar_at + columns.bar;
    let tried = is_tried(scene, value);
    match scale.filter(|_| columns.bar > 0) {
        Some(Scale::Chance(most)) => bar::meter(pen, bar_at, y, columns.bar, value.probability / most, theme.ink(Ink::Learner)),
        Some(Scale::Value(axis)) => bar::from_zero(pen, bar_at, y, axis, if tried { value.q } else { 0.0 }, theme.sign(value.q)),
        None => {}
    }
    let q = if tried { number::signed(value.q.into(), 2) } else { theme.glyph(Glyph::Never).into() };
    for (head, wide) in shown_heads(scene).into_iter().zip(columns.numbers) {
        let (text, style) = match head {
            "Q" | "h" => (q.clone(), theme.sign(if tried { value.q } else { 0.0 })),
            "Q*" => (value.exact.map_or(String::new(), |e| number::signed(e.into(), 2)), theme.ink(Ink::Quiet)),
            "chance" => (number::percent_in(value.probability.into(), 6), theme.ink(Ink::Text)),
            "visits" => (number::short(value.visits.into()), theme.ink(Ink::Quiet)),
            _ => continue,
        };
        end += wide;
        if wide > 0 {
            let style = if value.greedy { words::bold(style) } else { style };
            pen.right(end, y, &text, style);
        }
    }
}
