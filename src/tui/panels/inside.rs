//! What the agent holds beside its values: gauges, layers, its trace, its model, what it replays, its weights by feature.
//! Sections stand one below the other, each only where there is something; the whole scrolls.

mod gauges;
mod lists;
mod weights;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{Gauge, InsideView, Plan, Watch, Weights};
use crate::tui::layout;
use crate::tui::model::{Layer, Model, Slot};
use crate::tui::panels::table::cells;
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub const TRAIN: &Panel = &Panel {
    name: "inside",
    slot: Slot::TrainUpdate,
    about: "What the agent holds beside its values: gauges, layers, its trace, its model and queue, what it replays, its weights by feature. Arrows scroll.",
    titles,
    draw,
    watch: |_: &Model, area: Rect, watch: &mut Watch| ask(area, watch),
    act,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

/// In the table's place, for the weights that stand behind its values.
pub const TABLE: &Panel = &Panel { slot: Slot::ValuesTable, ..*TRAIN };
pub const VALUES: &Panel = &Panel { slot: Slot::ValuesInspector, ..*TRAIN };
pub const DIALOGUE: &Panel = &Panel { slot: Slot::DialogueFacts, ..*TRAIN };

/// More entries of a list are not asked for, however far one could scroll.
const MOST: u16 = 64;

/// Asks for what a pane can show.
pub fn ask(area: Rect, watch: &mut Watch) {
    let most = area.height.clamp(8, MOST);
    watch.inside = Some(watch.inside.map_or(most, |now| now.max(most)));
}

pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let of = format!("{} {} {}", snapshot.scenario, snapshot.agent, snapshot.first_seed);
    if model.inside.of != of {
        model.inside = crate::tui::model::InsideModel { of, ..Default::default() };
    }
    let Some(view) = &snapshot.view.inside else { return };
    let inside = &view.inside;
    remember(model, &inside.gauges, snapshot.view.tick);
    model.inside.weights = inside.weights.is_some();
    model.inside.ready = inside != &crate::trainer::view::Inside::default();
    if let Some(weights) = &inside.weights {
        model.inside.bound = bound(model, weights);
    }
}

/// Values of gauges kept by the screen.
const REMEMBERED: usize = 64;

/// Keeps what gauges show while learning goes on; going back in time begins anew.
fn remember(model: &mut Model, gauges: &[Gauge], tick: u64) {
    let held = &mut model.inside;
    if tick < held.seen {
        held.recent.clear();
    }
    let onward = tick > held.seen || held.recent.is_empty();
    held.seen = tick;
    for gauge in gauges.iter().filter(|_| onward) {
        let at = held.recent.iter().position(|(name, _)| *name == gauge.name).unwrap_or(held.recent.len());
        if at == held.recent.len() {
            held.recent.push((gauge.name, Vec::new()));
        }
        let values = &mut held.recent[at].1;
        values.push(gauge.value);
        if values.len() > REMEMBERED {
            values.remove(0);
        }
    }
}

fn bound(model: &Model, weights: &Weights) -> f32 {
    model.inside.bound.max(number::round_up(weights::largest(weights).into()) as f32)
}

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let held = scene.snapshot.view.inside.as_ref();
    let weights = held.and_then(|view| view.inside.weights.as_ref());
    let legend = weights.map_or(String::new(), |weights| cells::legend(scene.theme, Layer::Q, bound(scene.model, weights), width));
    Titles { title: format!("Inside {}", scene.snapshot.agent), top_right: legend, bottom_right: below(scene), ..Titles::default() }
}

/// How many lines stand under the pane's last one.
fn below(scene: &Scene<'_>) -> String {
    let plan = layout::plan(scene.model);
    let slots = [Slot::TrainUpdate, Slot::ValuesTable, Slot::ValuesInspector, Slot::DialogueFacts];
    let here = |slot: &Slot| super::shown(scene.model, *slot).is_some_and(|panel| panel.name == TRAIN.name);
    let Some(pane) = slots.iter().filter(|slot| here(slot)).find_map(|slot| plan.pane(*slot)) else { return String::new() };
    let Some(lines) = Lines::of(scene, pane.inner.width.saturating_sub(2), pane.inner.height) else { return String::new() };
    let end = lines.first(scene.model, pane.inner.height) + usize::from(pane.inner.height);
    match lines.count().saturating_sub(end) {
        0 => String::new(),
        more => format!("{} more below", number::thousands(more as u64)),
    }
}

/// All lines; those of the weights are made only where they are shown.
struct Lines<'a> {
    head: Vec<Row>,
    weights: Option<(&'a InsideView, &'a Weights, weights::Layout)>,
}

impl<'a> Lines<'a> {
    fn of(scene: &Scene<'a>, columns: u16, height: u16) -> Option<Lines<'a>> {
        let view = scene.snapshot.view.inside.as_ref()?;
        let told = sections(scene, view, columns, true);
        let brief = sections(scene, view, columns, false);
        // The meanings of the gauges are told where they leave room for what follows.
        let whole = view.inside.weights.is_none() && told.len() <= usize::from(height);
        let mut head = if whole || view.inside.gauges.len() * 3 <= usize::from(height) / 2 { told } else { brief };
        let weights = view.inside.weights.as_ref().map(|of| {
            let layout = weights::Layout::of(view, of, scene.model.inside.left, scene.theme, columns);
            if !head.is_empty() {
                head.push(Row::new());
            }
            head.push(weights::heads(scene, view, &layout));
            (view, of, layout)
        });
        Some(Lines { head, weights })
    }

    fn count(&self) -> usize {
        self.head.len() + self.weights.as_ref().map_or(0, |(_, weights, _)| weights.features as usize)
    }

    fn line(&self, scene: &Scene<'_>, at: usize) -> Row {
        match (self.head.get(at), &self.weights) {
            (Some(row), _) => row.clone(),
            (None, Some((view, weights, layout))) => {
                weights::row(scene, view, weights, at - self.head.len(), layout, bound(scene.model, weights))
            }
            (None, None) => Row::new(),
        }
    }

    fn first(&self, model: &Model, height: u16) -> usize {
        model.inside.top.min(self.count().saturating_sub(usize::from(height)))
    }
}

fn heading(scene: &Scene<'_>, text: &str) -> Row {
    vec![Run::new(scene.theme.plain(text).into_owned(), words::bold(scene.theme.ink(Ink::Accent)))]
}

/// All sections but the weights, an empty line between them.
fn sections(scene: &Scene<'_>, view: &InsideView, columns: u16, told: bool) -> Vec<Row> {
    let (theme, inside) = (scene.theme, &view.inside);
    let mut all: Vec<Vec<Row>> = Vec::new();
    if !inside.gauges.is_empty() {
        all.push(gauges::rows(&inside.gauges, &scene.model.inside.recent, theme, (columns, told)));
    }
    if let Some(traces) = &inside.traces {
        let preferences = scene.snapshot.view.numbers == crate::trainer::view::Numbers::Preferences;
        let mut rows = vec![heading(scene, if preferences { "the actor's trace" } else { "eligibility trace" })];
        let how = if traces.is_empty() { "empty: the next turn begins a dialogue" } else { "faded for the next turn: e ← γ λ e" };
        rows.extend(wrap_runs(&[Run::new(theme.plain(how).into_owned(), theme.ink(Ink::Quiet))], columns));
        rows.extend(lists::traces(traces, view, theme, columns, false));
        all.push(rows);
    }
    if let Some(plan) = &inside.plan {
        all.extend(planned(scene, view, plan, columns));
    }
    if !inside.layers.is_empty() {
        all.push(gauges::layers(&inside.layers, theme, columns));
    }
    if let Some(replay) = &inside.replay {
        let chosen = if replay.rows.iter().any(|row| row.priority.is_some()) { "highest priority first" } else { "newest first" };
        let mut rows = vec![heading(scene, "replay"), gauges::fill(replay, theme, columns)];
        if !replay.rows.is_empty() {
            rows.push(vec![Run::new(chosen, theme.ink(Ink::Quiet))]);
        }
        rows.extend(lists::remembered(&replay.rows, view, theme, columns));
        all.push(rows);
    }
    let mut out = Vec::new();
    for section in all {
        if !out.is_empty() {
            out.push(Row::new());
        }
        out.extend(section);
    }
    out
}

fn planned(scene: &Scene<'_>, view: &InsideView, plan: &Plan, columns: u16) -> Vec<Vec<Row>> {
    let theme = scene.theme;
    let count = |value: u64, name: &str| {
        let pieces =
            [Run::new(number::thousands(value), words::bold(theme.ink(Ink::Text))), Run::new(format!(" {name}"), theme.ink(Ink::Quiet))];
        pieces.to_vec()
    };
    let facts = vec![count(plan.pairs, "pairs of state and act"), count(plan.outcomes, "outcomes"), count(plan.planned, "planned updates")];
    let mut all = vec![[vec![heading(scene, "model")], words::flow(theme, facts, columns, 2)].concat()];
    if !plan.queue.is_empty() {
        let rows = lists::traces(&plan.queue, view, theme, columns, false);
        all.push([vec![heading(scene, "queue, by priority")], rows].concat());
    }
    if !plan.last.is_empty() {
        let rows = lists::traces(&plan.last, view, theme, columns, true);
        all.push([vec![heading(scene, "latest planned updates, with their TD errors δ")], rows].concat());
    }
    all
}

/// The most telling of it in at most so many lines, for a pane that shows something else as well.
pub fn summary(scene: &Scene<'_>, columns: u16, most: usize) -> Vec<Row> {
    let Some(view) = scene.snapshot.view.inside.as_ref() else { return Vec::new() };
    let mut rows = sections(scene, view, columns, false);
    rows.truncate(most);
    while rows.last().is_some_and(|row| row.is_empty() || row.len() == 1 && rows.len() > 1) {
        rows.pop();
    }
    if rows.len() < 2 && most < 2 { Vec::new() } else { rows }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    cells::colour_legend(scene, Layer::Q, area, buffer);
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let lines = Lines::of(scene, area.width.saturating_sub(2), area.height).filter(|lines| lines.count() > 0);
    let Some(lines) = lines.filter(|_| area.width >= 8) else {
        return words::nothing_yet(&mut pen, "This agent holds nothing beside its values.");
    };
    let first = lines.first(scene.model, area.height);
    for y in 0..usize::from(area.height).min(lines.count() - first) {
        pen.row(1, y as u16, &lines.line(scene, first + y));
    }
}

fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let theme = crate::tui::theme::Theme::uncoloured(model.rich);
    let (count, acts, left) = {
        let scene = Scene { snapshot, model, theme: &theme, focused: true };
        let lines = Lines::of(&scene, area.width.saturating_sub(2), area.height)?;
        let spare = lines.weights.as_ref().map_or(0, |(_, weights, layout)| weights.acts as u16 - layout.shown);
        (lines.count(), spare, lines.weights.as_ref().map_or(0, |(_, _, layout)| layout.left))
    };
    let last = count.saturating_sub(usize::from(area.height));
    let (at, page) = (model.inside.top.min(last), usize::from(area.height).max(1));
    match step {
        Move::Up => model.inside.top = at.saturating_sub(1),
        Move::Down => model.inside.top = (at + 1).min(last),
        Move::PageUp => model.inside.top = at.saturating_sub(page),
        Move::PageDown => model.inside.top = (at + page).min(last),
        Move::Home => model.inside.top = 0,
        Move::End => model.inside.top = last,
        Move::Left => model.inside.left = left.saturating_sub(1),
        Move::Right => model.inside.left = (left + 1).min(acts),
        _ => {}
    }
    None
}
