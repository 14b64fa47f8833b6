//! The curves of the path: what the present stage is about first, each of the others by a key.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{stage_name, together, view};
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::trainer::view::language::{CurveView, PipelineView};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::bounds::Bounds;
use crate::tui::widgets::chart::Along;
use crate::tui::widgets::chart::lines::{self, Line, Lines};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

pub const ENTRY: &Panel = &Panel {
    name: "curves of the path",
    slot: Slot::LanguageChart,
    about: "The curves of the path, v shows the next: loss and perplexity of SFT, the reward model's accuracy, PPO's score against the true return, KL, entropy and the rest.",
    titles,
    draw,
    watch: |_: &Model, _: Rect, watch: &mut Watch| {
        together(watch).points = super::POINTS;
    },
    act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| None,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

/// A line by its letter; its points from left to right.
struct Drawn {
    letter: &'static str,
    points: Vec<(f64, f64)>,
}

/// One picture: its name, what it says, its lines.
struct Picture {
    stage: &'static str,
    title: String,
    about: &'static str,
    lines: Vec<Drawn>,
}

/// A curve's name as people write it.
fn label(name: &str) -> &str {
    match name {
        "kl" => "KL to SFT",
        "approx kl" => "approximate KL of an update",
        "eos rate" => "EOS rate",
        "kl weight" => "KL weight β",
        name => name,
    }
}

/// Name, unit and meaning of a curve.
fn meaning(name: &str) -> &'static str {
    match name {
        "kept" => "raw records that are kept, of those read so far",
        "dropped" => "raw records that are left out, of those read so far",
        "mended" => "kept records in which something was mended",
        "loss" => "what a step makes smaller, in nats a word (SFT) or a pair",
        "perplexity" => "on held-out dialogues: between how many words the model wavers",
        "accuracy" => "share of pairs in which the better reply scores higher, as they are learned from",
        "accuracy held out" => "the same on pairs that it never learns from",
        "margin" => "how far the better reply scores above the other",
        "score" => "the reward model's score of the policy's replies, in deviations of SFT's",
        "return" => "what the simulated users really gave, a dialogue",
        "success" => "share of the rollout's finished dialogues that ended well",
        "kl" => "nats by which a reply is likelier than under SFT: how far the policy has gone",
        "approx kl" => "nats by which an update's steps moved the policy",
        "clip fraction" => "share of words that the clip holds back",
        "entropy" => "nats: how undecided the policy is at a word",
        "ratio" => "how many times as likely as when drawn a word is by now",
        "explained variance" => "how much of the targets' variance the critic foresees; 1 is all",
        "reply length" => "words of a reply",
        "eos rate" => "share of replies that end by themselves",
        "understood" => "share of replies that the users understand",
        "learning rate" => "size of a step, as the schedule has it",
        "gradient norm" | "actor gradient" | "critic gradient" => "length of the gradient, before it is clipped",
        "kl weight" => "β: what a nat of KL costs",
        "policy loss" => "the clipped objective, its sign turned",
        "value loss" => "half the critic's mean squared error",
        "return ±" => "half the 95 % interval of the rollout's return",
        _ => "",
    }
}

fn points(curve: &CurveView, of: impl Fn(f32) -> f64) -> Vec<(f64, f64)> {
    curve.points.iter().enumerate().map(|(k, y)| ((k as f64 + 0.5) * f64::from(curve.stride), of(*y))).collect()
}

/// All pictures, those of the latest stage first.
fn pictures(view: &PipelineView) -> Vec<Picture> {
    let mut out = Vec::new();
    for stage in view.path.iter().rev() {
        let curves: Vec<&CurveView> = view.curves.iter().filter(|curve| curve.stage == stage.name).collect();
        let find = |name: &str| curves.iter().copied().find(|curve| curve.name == name);
        if let (Some(score), Some(return_)) = (find("score"), find("return")) {
            // On one axis: each from where it began, so that it shows when one rises while the other falls.
            let (s, r) = (score.points.first().copied().unwrap_or(0.0), return_.points.first().copied().unwrap_or(0.0));
            out.push(Picture {
                stage: stage.name,
                title: "score against true return".into(),
                about: "S: rise of the reward model's score, in sd of SFT's replies; R: rise of the true return, a tenth of it, so that both fit one axis",
                lines: vec![
                    Drawn { letter: "S", points: points(score, |y| f64::from(y - s)) },
                    Drawn { letter: "R", points: points(return_, |y| f64::from(y - r) / 10.0) },
                ],
            });
        }
        if let (Some(own), Some(held)) = (find("accuracy"), find("accuracy held out")) {
            let span = own.stride as f32 * own.points.len() as f32;
            let each = f64::from(span) / held.points.len().max(1) as f64;
            let held = held.points.iter().enumerate().map(|(k, y)| ((k as f64 + 1.0) * each, f64::from(*y))).collect();
            out.push(Picture {
                stage: stage.name,
                title: "accuracy".into(),
                about: "A: share of pairs judged right as they are learned from; H: on pairs that it never learns from",
                lines: vec![Drawn { letter: "A", points: points(own, f64::from) }, Drawn { letter: "H", points: held }],
            });
        }
        out.extend(curves.iter().map(|curve| Picture {
            stage: stage.name,
            title: curve.name.into(),
            about: meaning(curve.name),
            lines: vec![Drawn { letter: "", points: points(curve, f64::from) }],
        }));
    }
    out
}

/// How many there are to choose from.
pub fn count(snapshot: &Snapshot) -> usize {
    view(snapshot).map_or(0, |view| pictures(view).len())
}

fn chosen(scene: &Scene<'_>) -> Option<Picture> {
    let mut all = pictures(view(scene.snapshot)?);
    (!all.is_empty()).then(|| all.swap_remove(scene.model.language.chart % all.len()))
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let Some(picture) = chosen(scene) else { return Titles { title: "Curves".into(), ..Titles::default() } };
    let to = picture.lines.iter().filter_map(|line| line.points.last()).map(|(x, _)| *x).fold(0.0, f64::max);
    let unit = match picture.stage {
        "data" => "record",
        "bandit" | "dialogue" => "update",
        _ => "minibatch",
    };
    let all = view(scene.snapshot).map_or(0, |view| pictures(view).len());
    Titles {
        title: format!("{}: {}", stage_name(picture.stage), label(&picture.title)),
        top_right: format!("v next, {} of {all}", scene.model.language.chart % all.max(1) + 1),
        bottom_left: format!("{unit} 0"),
        bottom_right: number::thousands(to.ceil() as u64),
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let theme = scene.theme;
    let Some(picture) = chosen(scene).filter(|picture| picture.lines.iter().any(|line| line.points.len() > 1)) else {
        return words::nothing_yet(&mut pen, "The curves of the path begin with its first minibatches.");
    };
    let finite = || picture.lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y).filter(|y| y.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return words::nothing_yet(&mut pen, "No number of this curve is finite.");
    }
    let to = picture.lines.iter().filter_map(|line| line.points.last()).map(|(x, _)| *x).fold(1.0, f64::max);
    let line = |(kind, drawn): (usize, &Drawn)| Line {
        letter: drawn.letter.to_owned(),
        kind,
        style: ratatui::style::Style::new().fg(theme.run(kind)),
        behind: theme.run_behind(kind),
        bold: kind == 0,
        points: drawn.points.clone(),
        band: Vec::new(),
        begins: None,
    };
    let drawn: Vec<Line> = picture.lines.iter().enumerate().map(line).collect();
    let about = crate::tui::widgets::text::wrap(&theme.plain(picture.about), area.width.saturating_sub(2));
    let room = area.height.saturating_sub(about.len() as u16);
    let chart = Lines {
        lines: &drawn,
        along: Along { to, log: false },
        bounds: Bounds::settle(None, low, high),
        levels: &[],
        cursor: None,
        notes: &[],
        format: axis,
        axis: theme.ink(Ink::Quiet),
    };
    let mut plot = pen.part(0, 0, area.width, room);
    lines::draw(&chart, &mut plot);
    for (k, line) in about.iter().enumerate() {
        pen.put(1, room + k as u16, line, theme.ink(Ink::Quiet));
    }
}

/// At most five columns.
fn axis(value: f64) -> String {
    match value.abs() {
        a if a >= 100.0 => number::fixed(value, 0),
        a if a >= 10.0 => number::trimmed(value, 1),
        a if a >= 1.0 || a == 0.0 => number::trimmed(value, 2),
        _ => number::trimmed(value, 3),
    }
}
