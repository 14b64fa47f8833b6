//! Where the tables of two runs differ: Q of the one in focus minus Q of the other, the largest differences first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{CompareView, RunId, Snapshot};
use crate::trainer::view::{CellView, Numbers, RowView, TableView, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, curves, table, words};
use crate::tui::theme::Ground;
use crate::tui::widgets::pen::Pen;

pub const ENTRY: &Panel = &Panel {
    name: "difference",
    slot: Slot::CompareDifference,
    about: "Q of the run in focus minus Q of the other: blue where the first expects more, orange where the second does; largest differences first.",
    titles,
    draw,
    watch: |model: &Model, inside: Rect, watch: &mut Watch| {
        curves::together(model, watch).rows = inside.height.saturating_sub(1).max(1);
    },
    act: |model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move| {
        with(model, snapshot, |model, view| {
            table::act_on(model, view, area, step, false);
        })
    },
    touch: |model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch| {
        with(model, snapshot, |model, view| {
            table::touch_on(model, view, area, touched, false);
        })
    },
};

/// The differences as a table like any other.
fn table_of(compare: &CompareView) -> TableView {
    let count = compare.difference.len() as u32;
    TableView {
        states: count,
        matching: count,
        acts: compare.acts.clone(),
        rows: compare.difference.iter().map(shown).collect(),
        max_q: compare.max_difference,
        ..TableView::default()
    }
}

/// What is alike in both tables is a dot, as what was never tried.
fn shown(row: &RowView) -> RowView {
    let differs = |cell: &CellView| cell.legal && cell.q != 0.0;
    // Several acts that are as good as each other and the same to both are not worth a mark.
    let ties = row.cells.iter().filter(|cell| cell.greedy).count() > 1;
    let shown = |cell: &CellView| CellView { visits: u32::from(differs(cell)), greedy: cell.greedy && (differs(cell) || !ties), ..*cell };
    let cells = row.cells.iter().map(shown);
    RowView { visits: u64::from(row.cells.iter().any(differs)), cells: cells.collect(), ..row.clone() }
}

/// Whether both runs' numbers are values: preferences, or none, cannot be taken from each other.
fn comparable(snapshot: &Snapshot) -> bool {
    let Some((first, second)) = snapshot.compare.as_ref().and_then(|compare| compare.pair) else { return true };
    let agents = [first, second].map(|id| snapshot.card(id).map(|card| card.agent.as_str()));
    let known = |name: &str| snapshot.catalogue.agents.iter().find(|agent| agent.name == name);
    agents.into_iter().flatten().filter_map(known).all(|agent| agent.numbers == Numbers::Values)
}

fn view(snapshot: &Snapshot) -> Option<TableView> {
    snapshot
        .compare
        .as_ref()
        .filter(|_| comparable(snapshot))
        .filter(|compare| compare.pair.is_some() && !compare.difference.is_empty())
        .map(table_of)
}

/// Does something to the cursor of this table as if it were that of the other.
fn with(model: &mut Model, snapshot: &Snapshot, change: impl FnOnce(&mut Model, &TableView)) -> Option<Ask> {
    let view = view(snapshot)?;
    swap(model);
    change(model, &view);
    swap(model);
    None
}

fn swap(model: &mut Model) {
    std::mem::swap(&mut model.table, &mut model.compare.table);
}

/// Lets the colour scale grow as long as the same two are compared, and keeps the cursor inside.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let Some(view) = view(snapshot) else { return };
    let key = format!("{:?} {}", snapshot.compare.as_ref().and_then(|compare| compare.pair), snapshot.scenario);
    swap(model);
    if model.table.bound_of != key {
        model.table.bound_of = key;
        model.table.bound = 0.0;
        model.table.names = 0;
    }
    table::fit(model, &view);
    let last = view.matching.saturating_sub(1);
    model.table.top = model.table.top.min(last);
    model.table.row = model.table.row.min((last - model.table.top) as u16);
    swap(model);
}

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let name = |id: RunId| scene.snapshot.card(id).map_or("?", |card| card.name.as_str());
    let pair = scene.snapshot.compare.as_ref().and_then(|compare| compare.pair);
    let Some(((first, second), view)) = pair.zip(view(scene.snapshot)) else {
        return Titles { title: "Difference of two tables".to_owned(), ..Titles::default() };
    };
    let (first, second) = (name(first), name(second));
    let mut model = scene.model.clone();
    swap(&mut model);
    let forms = [format!("Q of {first} − Q of {second}, largest first"), format!("Q of {first} − Q of {second}")];
    let (above, below) = if scene.theme.ground == Ground::Mono { ("+", "−") } else { ("blue", "orange") };
    let legend = table::legend(scene.theme, &model, &view, width);
    let fits = |form: &&String| scene.theme.width(form) + scene.theme.width(&legend) + 6 <= width;
    Titles {
        title: forms.iter().find(fits).unwrap_or(&forms[1]).clone(),
        top_right: legend,
        bottom_left: format!("{above}: {first} expects more · {below}: {second} does · ▸ what {first} would do"),
        bottom_right: "p sweep map".to_owned(),
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let Some(view) = view(scene.snapshot) else {
        let mut pen = Pen::new(buffer, area, *scene.theme);
        let compared = scene.snapshot.compare.as_ref().is_some_and(|compare| compare.pair.is_some());
        let sentence = if !comparable(scene.snapshot) {
            "One of the two learns a policy without values, so there is no difference of values: their curves and the verdict compare them."
        } else if compared {
            "The tables of the two do not differ yet."
        } else if scene.snapshot.runs.len() > 1 {
            "Two tables of the same shape are compared here. Choose the other run in the list and press c."
        } else {
            "There is one run. b branches it here; then the difference of both tables is shown here."
        };
        return words::nothing_yet(&mut pen, sentence);
    };
    let mut model = scene.model.clone();
    swap(&mut model);
    // All rows are at hand: those above the cursor's page are left out here, not by the trainer.
    let mut view = view;
    view.top = model.table.top.min(view.matching.saturating_sub(1));
    view.rows.drain(..view.top as usize);
    table::draw_on(&Scene { model: &model, ..*scene }, &view, area, buffer, false);
}
