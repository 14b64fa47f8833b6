//! The curves of all runs in one chart, told apart by colour and letter; bands of their replicas behind them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::snapshot::{ComparedCurve, RunCard, Snapshot};
use crate::trainer::view::{Against, Axis, Column, CompareWatch, CurveWatch, Smooth, Watch};
use crate::tui::layout;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, curve, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::bounds::Bounds;
use crate::tui::widgets::chart::lines::{self, Line, Lines};
use crate::tui::widgets::chart::{Along, Event, Level};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

pub const ENTRY: &Panel = &Panel {
    name: "curves",
    slot: Slot::CompareCurves,
    about: "The curves of all runs together, each with its letter; ▲ is where a run left another, the web is where the middle half of its replicas lies.",
    titles,
    draw,
    watch,
    act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| None,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

/// What several panels ask for together; each adds its part.
pub fn together<'a>(model: &Model, watch: &'a mut Watch) -> &'a mut CompareWatch {
    watch.compare.get_or_insert(CompareWatch {
        curve: CurveWatch { columns: 2, axis: model.curve.axis, smooth: model.curve.smooth },
        against: model.compare.against,
        rows: 0,
    })
}

fn watch(model: &Model, inside: Rect, watch: &mut Watch) {
    // One column a cell: two would show more of the noise than of the lines.
    together(model, watch).curve.columns = lines::plot_width(inside.width).max(2);
}

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let model = scene.model;
    let smooth = smoothing(scene.snapshot, model.curve.axis, model.curve.smooth);
    let log = if model.curve.axis == Axis::Log { " · log x" } else { "" };
    let band = band_words(scene.snapshot, model.compare.against);
    let title = "Return, all runs";
    let short = band.replace(": median, quartiles", "");
    let forms = [format!("{smooth}{log}{band}"), format!("{smooth}{log}{short}"), format!("{smooth}{log}")];
    let fits = |form: &&String| scene.theme.width(title) + scene.theme.width(form) + 5 <= width;
    let to = reach(scene.snapshot, model.compare.against);
    let unit = if model.compare.against == Against::Turns { "turn" } else { "dialogue" };
    Titles {
        title: title.to_owned(),
        top_right: forms.iter().find(fits).unwrap_or(&forms[2]).clone(),
        bottom_left: format!("{unit} 0"),
        bottom_right: if to == 0 { String::new() } else { number::thousands(to) },
    }
}

/// ` · 20 seeds: median, quartiles`
pub fn band_words(snapshot: &Snapshot, against: Against) -> String {
    let bands = snapshot.compare.iter().flat_map(|compare| &compare.curves).filter_map(|curve| curve.band.as_ref());
    match bands.map(|band| band.seeds).max() {
        Some(_) if against == Against::Turns => " · seeds: against dialogues only".to_owned(),
        Some(seeds) => format!(" · {seeds} seeds: median, quartiles"),
        None => String::new(),
    }
}

/// Where the x axis ends.
fn reach(snapshot: &Snapshot, against: Against) -> u64 {
    let curves = || snapshot.compare.iter().flat_map(|compare| &compare.curves);
    match against {
        Against::Dialogues => curves().map(|one| one.curve.to).max().unwrap_or(0),
        Against::Turns => {
            let turns = curves().filter_map(|one| one.curve.columns.last()).map(|column| column.turns_so_far).max();
            turns.filter(|turns| *turns > 0).map_or(0, |turns| number::round_up(turns as f64) as u64)
        }
    }
}

/// The dialogues that a run shares with its parent are drawn once, as the parent's.
fn own_part(card: Option<&RunCard>, snapshot: &Snapshot) -> u64 {
    let Some((card, parent)) = card.and_then(|card| Some((card, snapshot.card(card.parent?)?))) else { return 0 };
    // Another learner began at dialogue 0, in the same world.
    if card.agent != parent.agent {
        return 0;
    }
    card.branched_at.map_or(0, |(_, dialogue)| dialogue)
}

fn x(column: &Column, against: Against) -> f64 {
    match against {
        Against::Dialogues => column.to as f64,
        Against::Turns => column.turns_so_far as f64,
    }
}

/// The dialogues that a smoothing looks back on.
fn window(smooth: Smooth) -> u64 {
    match smooth {
        Smooth::Mean100 | Smooth::Ema99 => 100,
        Smooth::Mean20 => 20,
        Smooth::Off => 1,
    }
}

fn dialogues(column: &Column) -> u64 {
    column.to.saturating_sub(column.from)
}

/// The smoothed return; where a column holds more dialogues than the smoothing looks back on, the mean of them all.
fn y(column: &Column, smooth: Smooth) -> f64 {
    let wide = dialogues(column) > window(smooth);
    f64::from(if wide || smooth == Smooth::Off || !column.smooth.is_finite() { column.mean } else { column.smooth })
}

/// What the lines are: `mean of 100`, or of as many as a column holds; on a logarithmic axis columns differ.
fn smoothing(snapshot: &Snapshot, axis: Axis, smooth: Smooth) -> String {
    let columns = snapshot.compare.iter().flat_map(|compare| &compare.curves).flat_map(|one| &one.curve.columns);
    let widest = columns.map(dialogues).max().unwrap_or(0);
    match smooth {
        _ if widest > window(smooth) && axis == Axis::Log => format!("mean of {} or more", window(smooth)),
        _ if widest > window(smooth) => format!("mean of {}", number::thousands(widest)),
        Smooth::Mean100 => "mean of 100".to_owned(),
        Smooth::Mean20 => "mean of 20".to_owned(),
        Smooth::Ema99 => "EMA .99".to_owned(),
        Smooth::Off => "not smoothed".to_owned(),
    }
}

/// The points of a run's curve that are its own.
fn points(snapshot: &Snapshot, one: &ComparedCurve, model: &Model, against: Against) -> Vec<(f64, f64)> {
    let from = own_part(snapshot.card(one.run), snapshot);
    let own = one.curve.columns.iter().filter(|column| column.to >= from);
    own.map(|column| (x(column, against), y(column, model.curve.smooth))).collect()
}

/// The other runs' lines, and the band of the one in focus, for a chart that shows its curve in full.
pub fn behind(scene: &Scene<'_>) -> Vec<Line> {
    let compare = scene.snapshot.compare.iter().flat_map(|compare| &compare.curves);
    let lines = compare.map(|one| line(scene, one, Against::Dialogues));
    let kept = lines.map(|line| if line.bold { Line { points: Vec::new(), ..line } } else { Line { band: Vec::new(), ..line } });
    kept.filter(|line| !line.points.is_empty() || !line.band.is_empty()).collect()
}

fn line(scene: &Scene<'_>, one: &ComparedCurve, against: Against) -> Line {
    let (snapshot, theme) = (scene.snapshot, scene.theme);
    let card = snapshot.card(one.run);
    let kind = one.run as usize;
    let begins = card.filter(|card| card.parent.is_some()).and_then(|card| {
        let (tick, dialogue) = card.branched_at?;
        let x = if against == Against::Turns { tick } else { dialogue };
        Some(Event { x: x as f64, text: theme.plain(&format!("{} {}", card.name, card.change)).trim_end().to_owned() })
    });
    let band = one.band.iter().filter(|_| against == Against::Dialogues).flat_map(|band| &band.points);
    Line {
        letter: card.map_or_else(|| "?".to_owned(), |card| card.name.clone()),
        kind,
        style: ink(theme, kind),
        behind: theme.run_behind(kind),
        bold: one.run == snapshot.focus,
        points: points(snapshot, one, scene.model, against),
        band: band.map(|(x, low, middle, high)| (*x as f64, f64::from(*low), f64::from(*middle), f64::from(*high))).collect(),
        begins,
    }
}

/// A run's own ink.
pub fn ink(theme: &Theme, run: usize) -> Style {
    Style::new().fg(theme.run(run))
}

/// Axis bounds follow the data only when they must.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let Some(pane) = layout::plan(model).pane(Slot::CompareCurves).copied() else { return };
    let key = key(model, snapshot);
    if model.compare.bounds_of != key {
        model.compare.bounds_of = key;
        model.compare.y_bounds = None;
    }
    model.compare.y_bounds = bounds(model, snapshot, pane.inner.height).map(|b| (b.low, b.high)).or(model.compare.y_bounds);
}

/// What the bounds belong to.
fn key(model: &Model, snapshot: &Snapshot) -> String {
    format!("{} {:?}", snapshot.scenario, model.curve.smooth)
}

/// Below so many rows the first climb may leave the picture, so that what differs later can be seen.
const SHORT: u16 = 16;

fn bounds(model: &Model, snapshot: &Snapshot, height: u16) -> Option<Bounds> {
    let compare = snapshot.compare.as_ref()?;
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for one in &compare.curves {
        let mut all: Vec<f64> = one.curve.columns.iter().map(|column| y(column, model.curve.smooth)).filter(|y| y.is_finite()).collect();
        all.sort_by(f64::total_cmp);
        let cut = all.len() / if height < SHORT { 12 } else { 50 };
        if let (Some(first), Some(last)) = (all.get(cut), all.last()) {
            (low, high) = (low.min(*first), high.max(*last));
        }
    }
    let levels = best(snapshot).map(|(_, level)| level).filter(|_| low <= high);
    if let Some(level) = levels {
        (low, high) = (low.min(level), high.max(level));
    }
    let known = model.compare.y_bounds.filter(|_| model.compare.bounds_of == key(model, snapshot));
    (low <= high).then(|| Bounds::settle(known.map(|(low, high)| Bounds { low, high }), low, high))
}

/// The best that is known: exactly, or where that cannot be found what an expert gets.
fn best(snapshot: &Snapshot) -> Option<(&'static str, f64)> {
    let exact = snapshot.solution.map(|solution| ("γ-optimal", solution.optimal.return_));
    exact.or_else(|| snapshot.played.and_then(|played| played.expert).map(|expert| ("expert", expert.return_)))
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let (snapshot, model, theme) = (scene.snapshot, scene.model, scene.theme);
    let compare = snapshot.compare.as_ref();
    let Some((compare, bounds)) = compare.and_then(|compare| Some((compare, bounds(model, snapshot, area.height)?))) else {
        let sentence = if snapshot.runs.len() > 1 { "Here will be the curves of all runs." } else { ALONE };
        return words::nothing_yet(&mut pen, sentence);
    };
    let all: Vec<Line> = compare.curves.iter().map(|one| line(scene, one, model.compare.against)).collect();
    let levels: Vec<Level> = best(snapshot)
        .into_iter()
        .map(|(whose, best)| {
            // Runs may differ in γ: the level is that of the run in focus.
            let of = snapshot
                .card(snapshot.focus)
                .filter(|_| snapshot.runs.len() > 1)
                .map_or(String::new(), |card| format!("of {} ", card.name));
            let label = theme.plain(&format!("{whose} {of}{}", number::fixed(best, 1))).into_owned();
            Level { value: best, label, style: theme.ink(Ink::Accent) }
        })
        .collect();
    let view = &snapshot.view;
    let present = if model.compare.against == Against::Turns { view.tick } else { view.dialogues };
    let alone = snapshot.runs.len() < 2;
    let notes: Vec<(String, Style)> =
        ALONE_SHORT.iter().filter(|_| alone).map(|line| ((*line).to_owned(), theme.ink(Ink::Quiet))).collect();
    let to = reach(snapshot, model.compare.against);
    if model.compare.against == Against::Turns && to == 0 {
        return words::nothing_yet(&mut pen, "The turns of these curves are not counted yet; x lays them against dialogues.");
    }
    lines::draw(
        &Lines {
            lines: &all,
            along: Along { to: to as f64, log: model.curve.axis == Axis::Log },
            bounds,
            levels: &levels,
            cursor: view.in_the_past().then(|| (present as f64, theme.ink(Ink::Accent))),
            notes: &notes,
            format: curve::tick,
            axis: theme.ink(Ink::Quiet),
        },
        &mut pen,
    );
}

const ALONE: &str = "There is one run. b branches it here; then both are drawn here.";
const ALONE_SHORT: [&str; 2] = ["There is one run. b branches it here;", "then both are drawn here."];
