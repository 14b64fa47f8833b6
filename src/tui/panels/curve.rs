//! The learning curve: raw dots under the smoothed line, the best possible as levels, what a person changed as marks.

mod points;
mod timebar;

pub use points::tick;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Phase, Score, Snapshot};
use crate::trainer::view::{Against, Axis, CurveView, CurveWatch, Smooth, Watch};
use crate::tui::layout;
use crate::tui::model::{Model, Series, Slot};
use crate::tui::moments;
use crate::tui::panels::knobs::idle::explores_by_epsilon;
use crate::tui::panels::{Move, Panel, Scene, Titles, curves, words};
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::bounds::Bounds;
use crate::tui::widgets::chart::{self, Chart, Event, Inks, Level};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

pub const ENTRY: &Panel = &Panel {
    name: "curve",
    slot: Slot::TrainCurve,
    about: "How the returns grow with every dialogue, beside the best that is possible. Below it the time bar: left and right go along it, up and down choose another series.",
    titles,
    draw,
    watch,
    act,
    touch: timebar::touch,
};

/// What there is to draw of this run: without an exact solution no regret, without an ε no exploration rate.
pub fn series(snapshot: &Snapshot) -> Vec<Series> {
    let explores = snapshot.view.knobs.is_empty() || explores_by_epsilon(&snapshot.view.knobs);
    let has = |series: &Series| match series {
        Series::Regret | Series::OptimalShare => snapshot.played.is_none(),
        Series::Epsilon => explores,
        _ => true,
    };
    Series::ALL.into_iter().filter(has).collect()
}

fn name(series: Series, snapshot: &Snapshot) -> &'static str {
    match series {
        Series::GreedyValue if snapshot.played.is_some() => "Return of the greedy policy, simulated",
        Series::Return => "Return per dialogue",
        Series::Success => "Success, % of dialogues",
        Series::Turns => "Turns per dialogue",
        Series::Epsilon => "Exploration ε",
        Series::AbsDelta => "Surprise: mean |δ| per turn",
        Series::GreedyValue => "Return of the greedy policy, exact",
        Series::Regret => "Regret of the greedy policy, exact",
        Series::OptimalShare => "Optimal acts, % of states",
    }
}

fn smoothing(model: &Model, snapshot: &Snapshot) -> &'static str {
    match (model.curve.series, model.curve.smooth) {
        (series, _) if series.is_exact() && snapshot.played.is_some() => "dots: 95 %",
        (Series::OptimalShare, _) => "weighted by being there",
        (series, _) if series.is_exact() => "evaluated exactly",
        (Series::Epsilon, _) => "in force",
        (Series::Return, Smooth::Mean20) => "mean of 20",
        (Series::Return, Smooth::Ema99) => "EMA .99",
        (Series::Return, Smooth::Off) => "not smoothed",
        _ => "mean of 100",
    }
}

/// What the dots are: as soon as a column holds several dialogues, no longer each of them.
fn dots(model: &Model, snapshot: &Snapshot) -> &'static str {
    let columns = || snapshot.view.curve.iter().flat_map(|curve| &curve.columns);
    let several = columns().any(|column| column.to > column.from + 1);
    let (low, high) = model.curve.y_bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let ends = columns().any(|column| f64::from(column.min) >= low || f64::from(column.max) <= high);
    match model.curve.series {
        Series::OptimalShare => "dots: plain share",
        series if series.is_exact() || series == Series::Epsilon => "",
        Series::Return if several && ends => "dots: min, mean, max",
        _ if several => "dots: means",
        _ => "dots: raw",
    }
}

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let model = scene.model;
    let log = if model.curve.axis == Axis::Log { " · log x" } else { "" };
    let (line, dots) = (smoothing(model, scene.snapshot), dots(model, scene.snapshot));
    let bold = if dots.is_empty() || model.curve.smooth == Smooth::Off { "" } else { "bold: " };
    let dots = if dots.is_empty() { String::new() } else { format!(" · {dots}") };
    // Where replicas lie behind the curve, that is said before what the dots are.
    let seeds = if model.curve.series == Series::Return { curves::band_words(scene.snapshot, Against::Dialogues) } else { String::new() };
    let (bold, dots) = if seeds.is_empty() { (bold, dots) } else { ("", seeds) };
    let short = dots.replace("median, quartiles", "quartiles");
    let forms = [format!("{bold}{line}{dots}{log}"), format!("{line}{short}{log}"), format!("{line}{log}")];
    let fits = |form: &&String| scene.theme.width(name(model.curve.series, scene.snapshot)) + scene.theme.width(form) + 5 <= width;
    let right = forms.iter().find(fits).unwrap_or(&forms[2]).clone();
    let snapshot = scene.snapshot;
    let (present, stops) = (timebar::present(snapshot), stops(snapshot, scene.theme));
    let places = || present.iter().flat_map(|present| stops.iter().map(move |stops| (present, stops)));
    let fits = |(present, stops): &(&String, &String)| scene.theme.width(present) + scene.theme.width(stops) + 5 <= width;
    let (present, stops) = places().find(fits).unwrap_or((&present[2], &stops[2]));
    Titles {
        title: name(model.curve.series, scene.snapshot).to_string(),
        top_right: right,
        bottom_left: present.clone(),
        bottom_right: stops.clone(),
    }
}

/// Where learning stops by itself: in words, as a number of breakpoints, not at all.
fn stops(snapshot: &Snapshot, theme: &Theme) -> [String; 3] {
    let words: Vec<String> = snapshot.breakpoints.iter().map(|one| moments::breakpoint_words(one, snapshot)).collect();
    let sign = theme.glyph(Glyph::Stop);
    match words.len() {
        0 => Default::default(),
        1 => [format!("{sign} {}", words[0]), format!("{sign} 1"), String::new()],
        count => [format!("{sign} {}", words.join(", ")), format!("{sign} {count} breakpoints"), String::new()],
    }
}

fn watch(model: &Model, inside: Rect, watch: &mut Watch) {
    let columns = chart::plot_width(inside.width).max(2) * 2;
    watch.curve = Some(CurveWatch { columns, axis: model.curve.axis, smooth: model.curve.smooth });
    // Where several runs train, or replicas do, they lie behind the curve.
    if model.compare.beside && model.curve.series == Series::Return {
        let compare = curves::together(model, watch);
        (compare.curve.columns, compare.against) = (columns / 2, Against::Dialogues);
    }
}

fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let all = series(snapshot);
    let here = all.iter().position(|s| *s == model.curve.series).unwrap_or(0);
    let next = match step {
        Move::Up => here + all.len() - 1,
        Move::Down => here + 1,
        _ => return timebar::act(model, snapshot, area, step),
    };
    model.curve.series = all[next % all.len()];
    None
}

/// Below so many rows the climb needs all of them.
const SHORT: u16 = 12;

/// What the bounds belong to.
fn key(model: &Model, snapshot: &Snapshot, short: bool) -> String {
    format!("{:?} {} {} {} {short}", model.curve.series, snapshot.scenario, snapshot.agent, snapshot.first_seed)
}

/// Axis bounds follow the data only when they must.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let Some(height) = layout::plan(model).pane(Slot::TrainCurve).map(|pane| pane.inner.height) else { return };
    let key = key(model, snapshot, height < SHORT);
    if model.curve.bounds_of != key {
        model.curve.bounds_of = key;
        model.curve.y_bounds = None;
    }
    model.curve.y_bounds = bounds(model, snapshot, height).map(|b| (b.low, b.high)).or(model.curve.y_bounds);
}

fn bounds(model: &Model, snapshot: &Snapshot, height: u16) -> Option<Bounds> {
    if matches!(model.curve.series, Series::Success | Series::OptimalShare) {
        return Some(Bounds { low: 0.0, high: 100.0 });
    }
    let short = height < SHORT;
    let known = model.curve.y_bounds.filter(|_| model.curve.bounds_of == key(model, snapshot, short));
    let previous = known.map(|(low, high)| Bounds { low, high });
    let points = points::of(model.curve.series, snapshot);
    let (low, high) = points::extent(&points, &level_values(model.curve.series, snapshot), short)?;
    Some(Bounds::settle(previous, low, high))
}

fn level_values(series: Series, snapshot: &Snapshot) -> Vec<f64> {
    levels(series, snapshot).into_iter().map(|(value, _)| value).collect()
}

/// The best possible, and the best possible for one who must explore.
fn levels(series: Series, snapshot: &Snapshot) -> Vec<(f64, String)> {
    let Some(solution) = snapshot.solution else { return played(series, snapshot) };
    let (best, with) = (solution.optimal, solution.optimal_with_epsilon);
    let epsilon = number::setting(solution.epsilon);
    let mut levels = match series {
        Series::Return => vec![
            (best.return_, format!("γ-optimal {}", number::fixed(best.return_, 1))),
            (with.return_, format!("best with ε {epsilon}: {}", number::fixed(with.return_, 1))),
        ],
        Series::GreedyValue => vec![(best.return_, format!("γ-optimal {}", number::fixed(best.return_, 1)))],
        Series::Success => vec![
            (best.success * 100.0, format!("γ-optimal {} %", number::fixed(best.success * 100.0, 0))),
            (with.success * 100.0, format!("best with ε {epsilon}: {} %", number::fixed(with.success * 100.0, 0))),
        ],
        Series::Turns => vec![(best.turns, format!("γ-optimal {}", number::fixed(best.turns, 1)))],
        Series::Regret => vec![(0.0, "γ-optimal 0".into())],
        Series::OptimalShare => vec![(100.0, "everywhere optimal 100 %".into())],
        Series::Epsilon | Series::AbsDelta => Vec::new(),
    };
    // Who has no ε need not explore with one.
    levels.truncate(if snapshot.view.knobs.is_empty() || explores_by_epsilon(&snapshot.view.knobs) { 2 } else { 1 });
    levels
}

/// Where there is no exact solution: what others got in dialogues played out.
fn played(series: Series, snapshot: &Snapshot) -> Vec<(f64, String)> {
    let Some(played) = snapshot.played else { return Vec::new() };
    let unit = if series == Series::Success { 100.0 } else { 1.0 };
    let of = |score: &Score| match series {
        Series::Return | Series::GreedyValue => Some(score.return_),
        Series::Success => Some(score.success * unit),
        Series::Turns => Some(score.turns),
        Series::Epsilon | Series::AbsDelta | Series::Regret | Series::OptimalShare => None,
    };
    let all = [("expert", played.expert), ("random", Some(played.random))];
    let level = |(name, score): (&str, Option<Score>)| score.as_ref().and_then(of).map(|x| (x, format!("{name} {}", number::fixed(x, 1))));
    all.into_iter().filter_map(level).collect()
}

fn notes(scene: &Scene<'_>, curve: &CurveView) -> Vec<(String, Style)> {
    let theme = scene.theme;
    if points::of(scene.model.curve.series, scene.snapshot).is_empty() {
        return vec![(EMPTY.to_owned(), theme.ink(Ink::Quiet))];
    }
    // In the past, what was known by then.
    let now = scene.snapshot.view.dialogues;
    let last = scene.snapshot.evaluations.iter().rev().find(|e| e.dialogues <= now);
    // At rest a figure is that of the last point, however the run came here, or there is none.
    let unknown = scene.snapshot.phase == Phase::Paused && scene.snapshot.unevaluated.is_some();
    let last = last.filter(|_| !unknown);
    let mut out = Vec::new();
    if scene.model.curve.series.is_exact() {
        if unknown {
            out.push((UNKNOWN.to_owned(), theme.ink(Ink::Quiet)));
        }
        if let Some(e) = last {
            if e.regret.is_finite() {
                let weighted = number::percent_in(e.optimal_share_weighted, 6);
                out.push((format!("optimal acts {weighted}"), theme.ink(Ink::Good)));
                out.push((format!("regret {}", number::fixed(e.regret, 2)), theme.ink(Ink::Worse)));
            }
            out.push((format!("value {}", number::fixed(e.greedy.value, 2)), theme.ink(Ink::Learner)));
            if e.margin > 0.0 {
                let return_ = format!("return {} ± {}", number::fixed(e.greedy.return_, 2), number::fixed(e.margin, 2));
                out.push((return_, theme.ink(Ink::Text)));
            }
        }
        if let Some(played) = scene.snapshot.played {
            let dialogues = number::thousands(played.dialogues);
            out.push((format!("no exact solution: judged by {dialogues} simulated dialogues, ± 95 %"), theme.ink(Ink::Quiet)));
        }
        return out;
    }
    if curve.last_100.count > 0 {
        let success = number::percent_in(f64::from(curve.last_100.success), 6);
        out.push((format!("success {success}"), theme.ink(Ink::Good)));
    }
    let greedy = last.and_then(|e| greedy(scene.model.curve.series, &e.greedy));
    out.extend(greedy.map(|value| (format!("greedy policy {value}"), theme.ink(Ink::Learner))));
    out
}

/// What the greedy policy would reach in the unit of the series.
fn greedy(series: Series, score: &Score) -> Option<String> {
    match series {
        Series::Return | Series::GreedyValue => Some(number::fixed(score.return_, 1)),
        Series::Success => Some(number::percent_in(score.success, 6)),
        Series::Turns => Some(number::fixed(score.turns, 1)),
        Series::Epsilon | Series::AbsDelta | Series::Regret | Series::OptimalShare => None,
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut whole = Pen::new(buffer, area, *scene.theme);
    let bar = timebar::rows(area.height, scene.snapshot);
    timebar::draw(scene, &mut whole.part(0, area.height - bar, u16::MAX, bar));
    let mut pen = whole.part(0, 0, u16::MAX, area.height - bar);
    let series = scene.model.curve.series;
    let empty = CurveView::default();
    let curve = scene.snapshot.view.curve.as_ref().unwrap_or(&empty);
    let points = points::of(series, scene.snapshot);
    let Some(bounds) = bounds(scene.model, scene.snapshot, area.height) else {
        return words::nothing_yet(&mut pen, &waiting(series, scene.snapshot));
    };
    let theme = scene.theme;
    let inks = [Ink::Accent, Ink::Quiet];
    let levels: Vec<Level> = levels(series, scene.snapshot)
        .into_iter()
        .zip(inks)
        .map(|((value, label), ink)| Level { value, label: theme.plain(&label).into_owned(), style: theme.ink(ink) })
        .collect();
    let events: Vec<Event> = curve.marks.iter().map(|m| Event { x: m.dialogue as f64, text: theme.plain(&m.text).into_owned() }).collect();
    let view = &scene.snapshot.view;
    // Beside others, a run has its own colour here, too.
    let several = scene.snapshot.runs.len() > 1;
    let own = if several { curves::ink(theme, scene.snapshot.focus as usize) } else { theme.ink(Ink::Learner) };
    let past = view.in_the_past() && view.dialogues < curve.to;
    chart::draw(
        &Chart {
            points: &points,
            others: &if series == Series::Return { curves::behind(scene) } else { Vec::new() },
            along: timebar::along(scene.model, scene.snapshot),
            bounds,
            levels: &levels,
            coming: if is_solving(series, scene.snapshot) { theme.plain(SOLVING).into_owned() } else { String::new() },
            events: &events,
            cursor: past.then_some(view.dialogues as f64),
            notes: &notes(scene, curve),
            format: tick,
            inks: Inks {
                line: words::bold(own),
                raw: theme.ink(Ink::Faint),
                axis: theme.ink(Ink::Quiet),
                event: theme.ink(Ink::Person),
                cursor: theme.ink(Ink::Accent),
            },
        },
        &mut pen,
    );
}

const EMPTY: &str = "no dialogue has ended yet";

/// Stands where the figures of the last point will.
const UNKNOWN: &str = "not evaluated yet";

/// Stands where the levels will.
const SOLVING: &str = "solving exactly …";

fn is_solving(series: Series, snapshot: &Snapshot) -> bool {
    let leveled = !matches!(series, Series::Epsilon | Series::AbsDelta);
    leveled
        && snapshot.solution.is_none()
        && snapshot.played.is_none()
        && !matches!(snapshot.phase, Phase::Crashed { .. } | Phase::Compiling(_) | Phase::Opening(..))
}

fn waiting(series: Series, snapshot: &Snapshot) -> String {
    let sentence = match series {
        series if series.is_exact() => format!("Here will be, once it has been evaluated: {}.", name(series, snapshot)),
        _ if matches!(snapshot.phase, Phase::Compiling(_)) => "The world is being compiled; then learning begins.".to_owned(),
        _ if matches!(snapshot.phase, Phase::Opening(..)) => "The session is restored first: what was learned is learned again.".to_owned(),
        series => format!("No dialogue has ended yet. Here will be: {}.", name(series, snapshot)),
    };
    if is_solving(series, snapshot) { format!("{sentence}\n\n{SOLVING}") } else { sentence }
}
