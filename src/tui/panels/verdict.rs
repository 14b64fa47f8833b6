//! Which of two runs is better and how surely, and the first turn at which they parted: in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Estimate, Parting, RunId, Snapshot, ValueAt, Verdict};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, curves, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "verdict",
    slot: Slot::CompareVerdict,
    about: "Which of the two runs compared is better, judged by replicas with other seeds, and where the two first chose differently. Enter goes there.",
    titles: |scene: &Scene<'_>, _: u16| Titles { title: title(scene), ..Titles::default() },
    draw,
    watch: |model: &Model, _: Rect, watch: &mut Watch| {
        curves::together(model, watch);
    },
    act: |_: &mut Model, snapshot: &Snapshot, _: Rect, step: Move| {
        let parting = snapshot.compare.as_ref()?.parting.as_ref()?;
        (step == Move::Open).then_some(Ask::SeekTick(parting.first.0))
    },
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn name(snapshot: &Snapshot, id: RunId) -> &str {
    snapshot.card(id).map_or("?", |card| card.name.as_str())
}

fn title(scene: &Scene<'_>) -> String {
    match scene.snapshot.compare.as_ref().and_then(|compare| compare.pair) {
        Some((first, second)) => format!("{} beside {}", name(scene.snapshot, first), name(scene.snapshot, second)),
        None => "Which is better?".to_owned(),
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let (snapshot, theme) = (scene.snapshot, scene.theme);
    if snapshot.runs.len() < 2 {
        return words::nothing_yet(
            &mut pen,
            "There is one run. b branches it here; then both are judged here. K shows how far seeds alone scatter.",
        );
    }
    let quiet = theme.ink(Ink::Quiet);
    let mut paragraphs: Vec<Row> = vec![verdict(scene)];
    let compare = snapshot.compare.as_ref();
    paragraphs.extend(values(scene, if pen.height() > 16 { 4 } else { 2 }));
    match compare.and_then(|compare| compare.pair.zip(compare.parting.as_ref())) {
        Some((pair, parting)) => paragraphs.extend(parted(scene, pair, parting)),
        None if compare.is_none_or(|compare| compare.pair.is_none()) => {
            let sentence = "The first turn at which two runs chose differently will stand here.";
            paragraphs.push(vec![Run::new(sentence, quiet)]);
        }
        None => paragraphs.push(vec![Run::new("The two have not chosen differently yet.", quiet)]),
    }
    let width = pen.width().saturating_sub(2);
    let mut y = u16::from(pen.height() > 8);
    for (k, paragraph) in paragraphs.iter().enumerate() {
        // The acts stand close together; whatever else is a paragraph.
        y += u16::from(k == 1 && pen.height() > 8);
        let plain: Row = paragraph.iter().map(|run| Run::new(theme.plain(&run.text).into_owned(), run.style)).collect();
        for line in wrap_runs(&plain, width) {
            pen.row(1, y, &line);
            y += 1;
        }
    }
}

fn own(scene: &Scene<'_>, id: RunId) -> Run {
    Run::new(name(scene.snapshot, id), words::bold(curves::ink(scene.theme, id as usize)))
}

fn verdict(scene: &Scene<'_>) -> Row {
    let theme = scene.theme;
    let (text, quiet) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet));
    let compare = scene.snapshot.compare.as_ref();
    let Some(verdict) = compare.and_then(|compare| compare.verdict.as_ref()) else {
        let seeds = compare.iter().flat_map(|compare| &compare.curves).filter_map(|one| one.band.as_ref()).map(|band| band.seeds).max();
        return match seeds {
            Some(seeds) => vec![Run::new(format!("{seeds} replicas of each run are training; the verdict follows."), quiet)],
            None => vec![
                Run::new("Not known yet: one run of each may be luck. ", quiet),
                Run::new("K", words::bold(text)),
                Run::new(" trains silent replicas with other seeds.", quiet),
            ],
        };
    };
    let (better, other) = (own(scene, verdict.better), own(scene, verdict.other));
    let dialogues = number::thousands(verdict.dialogues);
    if verdict.low <= 0.0 && verdict.high >= 0.0 {
        let [difference, interval] = figures(verdict);
        let tail = format!(
            " in {} of {} seeds; difference in return of the last 100 dialogues {difference}, and the 95 % interval {interval} holds 0, after {dialogues} dialogues.",
            verdict.wins, verdict.seeds
        );
        return vec![
            Run::new("No clear difference: ", words::bold(text)),
            better,
            Run::new(" better than ", text),
            other,
            Run::new(tail, text),
        ];
    }
    let [difference, interval] = figures(verdict);
    let tail = format!(
        " in {} of {} seeds; difference in return of the last 100 dialogues {difference}, 95 % interval {interval}, after {dialogues} dialogues.",
        verdict.wins, verdict.seeds
    );
    vec![better, Run::new(" better than ", words::bold(text)), other, Run::new(tail, text)]
}

/// What the greedy policies of both are worth, earliest milestone first.
fn values(scene: &Scene<'_>, most: usize) -> Vec<Row> {
    let quiet = scene.theme.ink(Ink::Quiet);
    let Some((compare, verdict)) = scene.snapshot.compare.as_ref().and_then(|c| Some((c, c.verdict.as_ref()?))) else {
        return Vec::new();
    };
    let Some((first, second)) = compare.pair else { return Vec::new() };
    if verdict.values.is_empty() {
        let text = "What the greedy policies are worth at 500, 1,000, 2,000, 5,000 … dialogues is being worked out, seed by seed; in large worlds that takes a minute.";
        return vec![vec![Run::new(text, quiet)]];
    }
    // The larger side of the interval, so that nothing is claimed that is not so.
    let told = |at: &Estimate| format!(" {} ±{}", number::fixed(at.mean, 2), number::fixed((at.high - at.mean).max(at.mean - at.low), 2));
    let line = |at: &ValueAt| {
        let apart = at.difference.low > 0.0 || at.difference.high < 0.0;
        let ink = |better: bool| scene.theme.ink(if apart && better { Ink::Text } else { Ink::Quiet });
        vec![
            Run::new(format!("{:>7}  ", number::thousands(at.dialogues)), quiet),
            own(scene, first),
            Run::new(told(&at.first), ink(at.difference.mean > 0.0)),
            Run::new("  ", quiet),
            own(scene, second),
            Run::new(told(&at.second), ink(at.difference.mean < 0.0)),
        ]
    };
    let way = if scene.snapshot.solution.is_some() { "Exact value" } else { "Simulated return" };
    let mut rows = vec![vec![Run::new(format!("{way} after … dialogues, ± 95 %:"), quiet)]];
    rows.extend(verdict.values.iter().skip(verdict.values.len().saturating_sub(most)).map(line));
    rows.extend(contradiction(scene, (first, second), verdict).map(|text| vec![Run::new(text, scene.theme.ink(Ink::Text))]));
    rows
}

/// What explains that one earns more while it learns and the other's greedy policy is worth more: acting while learning explores, and
/// some learn to be safe while they explore.
fn contradiction(scene: &Scene<'_>, (first, second): (RunId, RunId), verdict: &Verdict) -> Option<String> {
    let last = verdict.values.last()?;
    let worth_more = if last.difference.low > 0.0 {
        first
    } else if last.difference.high < 0.0 {
        second
    } else {
        return None;
    };
    let clear = verdict.low > 0.0 || verdict.high < 0.0;
    let (earns, worth) = (name(scene.snapshot, verdict.better), name(scene.snapshot, worth_more));
    (clear && worth_more != verdict.better).then(|| {
        format!("{earns} earns more while it learns and explores; {worth}'s greedy policy, which does not explore, is worth more.")
    })
}

/// `+1.4` and `0.9 to 1.9`: with decimals enough to tell the ends apart.
fn figures(verdict: &Verdict) -> [String; 2] {
    let decimals = if verdict.high - verdict.low < 0.3 { 2 } else { 1 };
    let interval = format!("{} to {}", number::fixed(verdict.low, decimals), number::fixed(verdict.high, decimals));
    [number::signed(verdict.difference, decimals), interval]
}

fn parted(scene: &Scene<'_>, (first, second): (RunId, RunId), parting: &Parting) -> Vec<Row> {
    let theme = scene.theme;
    let (text, quiet, bold) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet), words::bold(theme.ink(Ink::Text)));
    let place = format!("dialogue {}, turn {}", number::thousands(parting.dialogue), parting.turn);
    let mut out =
        vec![vec![Run::new("They part at ", quiet), Run::new(place, bold), Run::new(format!(", in {}:", parting.state_text), quiet)]];
    for (id, (_, act)) in [(first, &parting.first), (second, &parting.second)] {
        out.push(vec![own(scene, id), Run::new("  ", Style::new()), Run::new(act.clone(), text)]);
    }
    if parting.state_differs {
        out.push(vec![Run::new("The other was in another state by then: users or chance parted them, not the agents.", quiet)]);
    }
    let goes = format!(" takes {} there.", name(scene.snapshot, first));
    out.push(vec![Run::new("P", bold), Run::new(goes, quiet)]);
    out
}
