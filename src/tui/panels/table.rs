//! The table Q(s,a) as a heatmap of numbers: a row for each state, a column for each act.

pub mod cells;
mod head;
mod layout;
mod overview;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{Numbers, Order, Rows, TableView, TableWatch, Watch};
use crate::tui::model::{Grip, Layer, Model, ScreenId, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use layout::Layout;

pub const ENTRY: &Panel = &Panel {
    name: "table",
    slot: Slot::TrainTable,
    about: "Every Q(s,a): one row for each state, one column for each act; the pointer marks the greedy act.",
    titles,
    draw: |scene, area, buffer| draw(scene, area, buffer, false),
    watch,
    act: |model, snapshot, area, step| act(model, snapshot, area, step, false),
    touch: |model, snapshot, area, touched| touch(model, snapshot, area, touched, false),
};

pub const ROOMY: &Panel = &Panel {
    name: "values",
    slot: Slot::ValuesTable,
    about: "The whole table, with visits and the last TD error of each cell where there is room.",
    titles,
    draw: |scene, area, buffer| draw(scene, area, buffer, true),
    watch,
    act: |model, snapshot, area, step| act(model, snapshot, area, step, true),
    touch: |model, snapshot, area, touched| touch(model, snapshot, area, touched, true),
};

fn title(layer: Layer, numbers: Numbers) -> &'static str {
    match layer {
        Layer::Q if numbers == Numbers::Preferences => "Preferences h(s,a)",
        Layer::Policy if numbers == Numbers::Preferences => "Policy π(a|s), and V(s)",
        Layer::Q => "Q(s,a)",
        Layer::Policy => "Policy: probability of each act",
        Layer::Visits => "Visits: updates of each cell",
        Layer::AbsDelta => "|δ| of each cell's last update",
        Layer::Exact => "Q*(s,a), exact",
        Layer::Gap => "Q − Q*",
    }
}

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let model = &scene.model.table;
    let Some(table) = &scene.snapshot.view.table else {
        return Titles { title: title(model.layer, model.numbers).into(), ..Titles::default() };
    };
    let by = match model.order {
        // What is not counted cannot be put in order; of too many states those of the last turns are shown.
        Order::Visits | Order::Surprise if table.uncounted && table.matching < table.states => "met last, most often first",
        _ if table.uncounted => "in order of state",
        Order::Visits => "by visits",
        Order::Surprise => "by |δ|",
        Order::State => "in order of state",
    };
    let at = model.top + u32::from(model.row) + 1;
    let states = if model.filter.is_empty() {
        // Of too many states, those at hand are told.
        let some = if table.matching < table.states { format!("{} of ", number::thousands(table.matching.into())) } else { String::new() };
        format!("{some}{} states {by}", number::thousands(table.states.into()))
    } else {
        format!("{} of {} states match “{}”", number::thousands(table.matching.into()), table.states, model.filter)
    };
    let row = number::thousands(at.min(table.matching).into());
    let (bottom_left, bottom_right) = match table.room {
        Some(room) if model.filter.is_empty() => (rooms(table, room, width), format!("row {row}")),
        _ if table.uncounted => (format!("{states} · row {row}"), String::new()),
        _ => (format!("{states} · row {row}"), format!("{} seen", number::thousands(table.seen.into()))),
    };
    Titles {
        title: title(model.layer, model.numbers).into(),
        top_right: cells::legend(scene.theme, model.layer, cells::bound(scene.model, table), width),
        bottom_left,
        bottom_right,
    }
}

/// `61,203 of at most 17,537,553 states seen (0.35 %)`, in as many words as fit. Once rows were given up it is told what is kept, and
/// what can never have been seen: a state that was forgotten may have come again.
fn rooms(table: &TableView, room: Rows, width: u16) -> String {
    let count = number::thousands;
    let here = u64::from(table.seen).max(room.kept);
    let percent = |states: u64| 100.0 * states as f64 / f64::from(table.states.max(1));
    let told =
        |share: f64| if share > 0.0 && share < 0.01 { "<0.01".to_owned() } else { number::fixed(share, if share < 10.0 { 2 } else { 1 }) };
    let (states, all) = (count(here), count(table.states.into()));
    let forms = if room.forgotten == 0 {
        let share = told(percent(here));
        [
            format!("{states} of at most {all} states seen ({share} %) · room for {}", count(room.room)),
            format!("{states} of at most {all} states seen ({share} %)"),
            format!("{states} of ≤ {all} seen ({share} %)"),
            format!("{states} seen ({share} %)"),
        ]
    } else {
        let (lost, never) = (count(room.forgotten), told((100.0 - percent(here + room.forgotten)).max(0.0)));
        [
            format!("{states} of at most {all} states kept · {lost} forgotten · {never} % never seen"),
            format!("{states} of ≤ {all} states kept · {lost} forgotten · {never} % never seen"),
            format!("{states} kept · {lost} forgotten · {never} % never seen"),
            format!("{states} kept · {never} % never seen"),
        ]
    };
    let fits = |form: &&String| form.chars().count() + 14 <= usize::from(width);
    forms.iter().find(fits).unwrap_or(&forms[3]).clone()
}

fn watch(model: &Model, inside: Rect, watch: &mut Watch) {
    watch.table = Some(TableWatch {
        order: model.table.order,
        filter: model.table.filter.clone(),
        top: model.table.top,
        rows: inside.height.saturating_sub(1).max(1),
        follow: follows(model),
        keep: model.table.selected.filter(|_| model.table.grip == Grip::Kept && !follows(model)),
    });
    watch.cell = model.table.selected.map(|state| (state, model.table.act));
}

/// The live row is followed when that is wished, and while a person steps from turn to turn with the dialogue beside the table.
fn follows(model: &Model) -> bool {
    model.table.follow || model.table.stepping && model.screen == ScreenId::Train
}

/// Shows first what the agent's numbers are best seen by: values as such, preferences as the policy that they make.
fn follow_numbers(model: &mut Model, snapshot: &Snapshot) {
    let view = &snapshot.view;
    let another = model.table.numbers != view.numbers;
    model.table.numbers = view.numbers;
    let layers = crate::tui::choices::layers(snapshot);
    if another || !layers.contains(&model.table.layer) && !matches!(model.table.layer, Layer::Exact | Layer::Gap) {
        model.table.layer = layers[0];
    }
}

/// Lets the colour scale grow, and the cursor keep to its state.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    follow_numbers(model, snapshot);
    let Some(view) = &snapshot.view.table else { return };
    let key = format!("{:?} {} {} {}", model.table.layer, snapshot.scenario, snapshot.agent, snapshot.first_seed);
    if model.table.bound_of != key {
        model.table.bound_of = key;
        model.table.bound = 0.0;
    }
    fit(model, view);
    if follows(model) {
        model.table.top = view.top;
        if let Some(row) = view.rows.iter().position(|row| row.live) {
            model.table.row = row as u16;
        }
        select(model, view);
    } else if !stick(model, view) && view.matching > 0 {
        let at = (model.table.top + u32::from(model.table.row)).min(view.matching - 1);
        model.table.top = model.table.top.min(at);
        model.table.row = (at - model.table.top) as u16;
        // Rows without the state to be kept are older than the wish to keep it.
        if model.table.grip != Grip::Kept {
            select(model, view);
        }
    }
}

/// Puts the cursor on the row of the selected state, wherever it is now; says whether there is one.
fn stick(model: &mut Model, view: &TableView) -> bool {
    let Some((area, roomy)) = place(model) else { return model.table.selected.is_some() && model.table.grip != Grip::Adrift };
    let selected = model.table.selected.filter(|_| model.table.grip != Grip::Adrift);
    let Some(k) = selected.and_then(|state| view.rows.iter().position(|row| row.state == state)) else {
        return false;
    };
    let at = view.top + k as u32;
    let shown = u32::from(Layout::of(view, &model.table, area, roomy).rows(area.height).max(1));
    let table = &mut model.table;
    if at < table.top || at >= table.top + shown {
        let top = if view.top <= at && at < view.top + shown { view.top } else { at.saturating_sub(shown / 2) };
        table.top = top;
    }
    table.row = (at - table.top) as u16;
    true
}

/// Where the table stands, and whether with all that is known of each cell.
fn place(model: &Model) -> Option<(Rect, bool)> {
    let plan = crate::tui::layout::plan(model);
    let inner = |slot: Slot| plan.pane(slot).map(|pane| pane.inner).filter(|inner| !inner.is_empty());
    inner(Slot::ValuesTable).map(|inner| (inner, true)).or_else(|| inner(Slot::TrainTable).map(|inner| (inner, false)))
}

/// Lets the colour scale and the column of names grow, and keeps the cursor on the acts and rows that there are.
pub fn fit(model: &mut Model, view: &TableView) {
    model.table.bound = cells::bound(model, view);
    model.table.names = model.table.names.max(layout::widest_name(&view.rows));
    model.table.act = model.table.act.min(view.acts.len().saturating_sub(1) as u16);
}

/// The bounds of the colours, as the frame's corner says them.
pub fn legend(theme: &Theme, model: &Model, view: &TableView, width: u16) -> String {
    cells::legend(theme, model.table.layer, cells::bound(model, view), width)
}

/// The state under the cursor becomes the selected one, if it is among the rows at hand.
fn select(model: &mut Model, view: &TableView) {
    let at = model.table.top + u32::from(model.table.row);
    if let Some(row) = at.checked_sub(view.top).and_then(|k| view.rows.get(k as usize)) {
        model.table.selected = Some(row.state);
        if model.table.grip == Grip::Adrift {
            model.table.grip = Grip::Loose;
        }
    }
}

fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move, roomy: bool) -> Option<Ask> {
    act_on(model, snapshot.view.table.as_ref()?, area, step, roomy);
    None
}

/// Moves the cursor over a table.
pub fn act_on(model: &mut Model, view: &TableView, area: Rect, step: Move, roomy: bool) {
    let layout = Layout::of(view, &model.table, area, roomy);
    let shown = layout.rows(area.height).max(1);
    let last = view.matching.saturating_sub(1);
    let at = (model.table.top + u32::from(model.table.row)).min(last);
    let acts = view.acts.len() as u16;
    let to = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::PageUp => at.saturating_sub(u32::from(shown)),
        Move::PageDown => (at + u32::from(shown)).min(last),
        Move::Home => 0,
        Move::End => last,
        Move::Left | Move::Right => {
            let here = model.table.act;
            model.table.act = if step == Move::Left { here.saturating_sub(1) } else { (here + 1).min(acts.max(1) - 1) };
            return layout.keep_in_sight(&mut model.table);
        }
        _ => return,
    };
    // Scrolling by hand ends following, else the table would jump back at once.
    (model.table.follow, model.table.stepping, model.table.grip) = (false, false, Grip::Adrift);
    let (top, bottom) = (model.table.top, model.table.top + u32::from(shown));
    model.table.top = if to < top {
        to
    } else if to >= bottom {
        to + 1 - u32::from(shown)
    } else {
        top
    };
    model.table.row = (to - model.table.top) as u16;
    select(model, view);
}

fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch, roomy: bool) -> Option<Ask> {
    touch_on(model, snapshot.view.table.as_ref()?, area, touched, roomy);
    None
}

/// Puts the cursor of a table where the mouse is.
pub fn touch_on(model: &mut Model, view: &TableView, area: Rect, touched: Touch, roomy: bool) {
    let (Touch::Press(x, y) | Touch::Drag(x, y)) = touched else { return };
    let layout = Layout::of(view, &model.table, area, roomy);
    let Some(row) = y.checked_sub(layout.header).filter(|_| !layout.overview).map(|y| y / layout.lines) else { return };
    if usize::from(row) >= view.rows.len() || row >= layout.rows(area.height) {
        return;
    }
    (model.table.follow, model.table.stepping, model.table.grip) = (false, false, Grip::Adrift);
    model.table.top = view.top;
    model.table.row = row;
    if let Some(act) = layout.act_at(x) {
        model.table.act = act;
    }
    select(model, view);
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer, roomy: bool) {
    let Some(view) = &scene.snapshot.view.table else {
        let mut pen = Pen::new(buffer, area, *scene.theme);
        return words::nothing_yet(&mut pen, "The table of values will appear here.");
    };
    draw_on(scene, view, area, buffer, roomy);
}

/// Draws a table with the cursor, layer and colours of the scene's model.
pub fn draw_on(scene: &Scene<'_>, view: &TableView, area: Rect, buffer: &mut Buffer, roomy: bool) {
    cells::colour_legend(scene, scene.model.table.layer, area, buffer);
    let mut pen = Pen::new(buffer, area, *scene.theme);
    if view.rows.is_empty() {
        let sentence =
            if scene.model.table.filter.is_empty() { "No state yet." } else { "No state matches the filter. / changes it, Esc clears it." };
        return words::nothing_yet(&mut pen, sentence);
    }
    let layout = Layout::of(view, &scene.model.table, area, roomy);
    if layout.overview {
        return overview::draw(scene, view, &mut pen);
    }
    head::draw_header(scene, view, &layout, &mut pen);
    let rows = usize::from(layout.rows(pen.height()));
    for (k, row) in view.rows.iter().take(rows).enumerate() {
        let y = layout.header + k as u16 * layout.lines;
        let under = view.top + k as u32 == scene.model.table.top + u32::from(scene.model.table.row);
        head::draw(scene, view, row, (&layout, y, under), &mut pen);
        for shown in 0..layout.shown {
            let act = layout.left + shown;
            if let Some(cell) = row.cells.get(usize::from(act)) {
                let x = layout.head + shown * layout.cell;
                let ties = row.cells.iter().filter(|c| c.greedy && c.legal).count() > 1;
                let here = under && act == scene.model.table.act;
                let shown = cells::Shown { cell, width: layout.cell, ties, visited: row.visits > 0 || view.uncounted, here };
                cells::draw(scene, view, &shown, (x, y, layout.lines), &mut pen);
            }
        }
        if let Some(value) = row.critic.filter(|_| layout.critic > 0) {
            let end = layout.head + layout.shown * layout.cell + layout.critic;
            let text = scene.theme.plain(&number::signed_in(value.into(), 6)).into_owned();
            pen.right(end, y, &text, scene.theme.sign(value));
        }
    }
}

/// The greedy marker, underlines and the like need one modifier each.
fn modified(style: ratatui::style::Style, on: bool, modifier: Modifier) -> ratatui::style::Style {
    if on { style.add_modifier(modifier) } else { style }
}

/// The pointer that marks the live row.
fn pointer(theme: &Theme) -> (&'static str, ratatui::style::Style) {
    (theme.glyph(Glyph::Pointer), theme.ink(Ink::Accent))
}
