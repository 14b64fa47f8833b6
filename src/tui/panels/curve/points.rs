//! What each series draws, and the span that its axis must hold.

use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Column;
use crate::tui::model::Series;
use crate::tui::widgets::chart::Point;
use crate::tui::widgets::number;

pub fn of(series: Series, snapshot: &Snapshot) -> Vec<Point> {
    if series.is_exact() {
        let point = |x: u64, y: f64, raw: f64| Point { x: x as f64, low: raw, high: raw, mean: raw, line: y };
        let evaluations = snapshot.evaluations.iter();
        // Without an exact solution there is no regret.
        return match series {
            Series::Regret => evaluations.filter(|e| e.regret.is_finite()).map(|e| point(e.dialogues, e.regret, e.regret)).collect(),
            Series::OptimalShare => evaluations
                .filter(|e| e.optimal_share.is_finite())
                .map(|e| point(e.dialogues, e.optimal_share_weighted * 100.0, e.optimal_share * 100.0))
                .collect(),
            _ => evaluations.map(|e| point(e.dialogues, e.greedy.return_, e.greedy.return_)).collect(),
        };
    }
    let Some(curve) = &snapshot.view.curve else { return Vec::new() };
    let columns = &curve.columns;
    match series {
        Series::Return => with_present(
            snapshot,
            columns
                .iter()
                .map(|c| Point {
                    x: c.to as f64,
                    low: f64::from(c.min),
                    high: f64::from(c.max),
                    mean: f64::from(c.mean),
                    line: f64::from(c.smooth),
                })
                .collect(),
        ),
        Series::Epsilon => columns.iter().map(|c| bare(c, c.epsilon)).collect(),
        Series::Success => trailing(columns, |c| c.success * 100.0),
        Series::Turns => trailing(columns, |c| c.turns),
        Series::AbsDelta => trailing(columns, |c| c.abs_delta),
        Series::GreedyValue | Series::Regret | Series::OptimalShare => Vec::new(),
    }
}

/// In the past the line has a point at the present too, so that it is there what it was then and not what a column makes of it.
fn with_present(snapshot: &Snapshot, mut points: Vec<Point>) -> Vec<Point> {
    let view = &snapshot.view;
    let now = view.curve.as_ref().and_then(|curve| curve.smooth_now).filter(|_| view.in_the_past());
    if let Some(smooth) = now {
        let (x, unseen) = (view.dialogues as f64, f64::NAN);
        let place = points.partition_point(|point| point.x <= x);
        points.insert(place, Point { x, low: unseen, high: unseen, mean: unseen, line: f64::from(smooth) });
    }
    points
}

fn bare(column: &Column, value: f32) -> Point {
    let unseen = f64::NAN;
    Point { x: column.to as f64, low: unseen, high: unseen, mean: unseen, line: f64::from(value) }
}

/// The mean over the columns that hold the last 100 dialogues or more, each weighed by its dialogues.
fn trailing(columns: &[Column], value: impl Fn(&Column) -> f32) -> Vec<Point> {
    let (mut first, mut sum, mut count) = (0, 0.0, 0);
    let weight = |c: &Column| c.to.saturating_sub(c.from).max(1);
    columns
        .iter()
        .map(|column| {
            sum += f64::from(value(column)) * weight(column) as f64;
            count += weight(column);
            while count - weight(&columns[first]) >= 100 {
                sum -= f64::from(value(&columns[first])) * weight(&columns[first]) as f64;
                count -= weight(&columns[first]);
                first += 1;
            }
            let raw = f64::from(value(column));
            Point { x: column.to as f64, low: raw, high: raw, mean: raw, line: sum / count as f64 }
        })
        .collect()
}

/// The span of the line, the levels and the means; rare extremes of the envelope may leave the picture,
/// else a single bad dialogue would flatten all that is learned after it. Where rows are few, only the central half
/// of the means counts, and the line's first jumps do not.
pub fn extent(points: &[Point], levels: &[f64], short: bool) -> Option<(f64, f64)> {
    let means = points.iter().map(|p| p.mean);
    let lines = points.iter().map(|p| p.line);
    let spans = if short { [central(means, 4), central(lines, 30)] } else { [central(means, 50), central(lines, usize::MAX)] };
    let (low, high) = spans.into_iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), (a, b)| (l.min(a), h.max(b)));
    // Before there are data the axis stands on zero.
    let (low, high) = match levels {
        [] if low > high => return None,
        _ if low > high => (0.0, 0.0),
        _ => (low, high),
    };
    Some(levels.iter().filter(|v| v.is_finite()).fold((low, high), |(l, h), &v| (l.min(v), h.max(v))))
}

/// The span of what is left after one in `rare` is cut off at either end.
fn central(values: impl Iterator<Item = f64>, rare: usize) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let cut = values.len() / rare;
    Some((*values.get(cut)?, *values.get(values.len().checked_sub(cut + 1)?)?))
}

/// An axis value in at most five columns.
pub fn tick(value: f64) -> String {
    let size = value.abs();
    match size {
        s if s >= 1000.0 => number::short(value),
        s if s >= 100.0 => number::fixed(value, 0),
        s if s >= 10.0 => number::trimmed(value, 1),
        _ => number::trimmed(value, 2),
    }
}
