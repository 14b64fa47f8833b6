//! The path: which stages there are, how far each is, what it has come to, and the alarm.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{begin, elsewhere, last, stage_name, together, view};
use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::trainer::view::language::{PipelineView, StageView};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "path",
    slot: Slot::LanguagePath,
    about: "The path of the language model: data, SFT, reward model, PPO; how far each stage is and what it has come to. Enter begins it.",
    titles,
    draw,
    watch: |_: &Model, _: Rect, watch: &mut Watch| {
        together(watch).points = super::POINTS;
    },
    act,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    let count = snapshot.catalogue.paths.len().max(1);
    match step {
        Move::Left | Move::Up => model.language.path = (model.language.path + count - 1) % count,
        Move::Right | Move::Down => model.language.path = (model.language.path + 1) % count,
        Move::Open => return elsewhere(snapshot).map(Ask::Focus).or_else(|| begin(model, snapshot)),
        _ => {}
    }
    None
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let right = view(scene.snapshot).map_or(String::new(), |view| format!("{} preset", view.preset));
    Titles { title: "The path of the language model".into(), top_right: right, ..Titles::default() }
}

/// Columns of a stage's name, and of its bar.
const NAME: u16 = 14;
const BAR: u16 = 10;

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let columns = area.width.saturating_sub(2);
    let rows = match view(scene.snapshot) {
        Some(view) => rows(scene, view, columns),
        None => invitation(scene, columns),
    };
    for (y, row) in rows.iter().enumerate().take(usize::from(area.height)) {
        pen.row(1, y as u16, row);
    }
}

fn invitation(scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let (text, quiet, key) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet), words::bold(theme.ink(Ink::Accent)));
    if scene.snapshot.view.progress.is_some() {
        return vec![vec![Run::new(theme.plain("Looking …").into_owned(), quiet)]];
    }
    let what = "A small GPT learns to talk with these simulated users, word by word, as DeepSpeed-Chat trains: it imitates dialogues (SFT), learns \
                which of two replies is better (reward model), and then speaks for reward (PPO).";
    let mut rows = wrap_runs(&[Run::new(theme.plain(what).into_owned(), text)], columns);
    rows.push(Row::new());
    if elsewhere(scene.snapshot).is_some() {
        let then = Run::new(" goes to the run that is on its path.", text);
        rows.extend(wrap_runs(&[Run::new("Enter", key), then], columns));
        return rows;
    }
    rows.extend(choice(scene, columns));
    rows.push(Row::new());
    let keys =
        "space pauses, n goes on by one minibatch, N by fifty or by one update of PPO, z goes back; sliders tune it while it learns.";
    rows.extend(wrap_runs(&[Run::new(theme.plain(keys).into_owned(), quiet)], columns));
    rows
}

/// The way that Enter begins, and what one sees on it.
fn choice(scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let (text, quiet, key) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet), words::bold(theme.ink(Ink::Accent)));
    let Some(path) = scene.snapshot.catalogue.paths.get(scene.model.language.path) else { return Vec::new() };
    let begins = [
        Run::new("Enter", key),
        Run::new(" begins ", text),
        Run::new(theme.plain(&path.name).into_owned(), words::bold(text)),
        Run::new(theme.plain(&format!(": {}. ", path.about)).into_owned(), text),
        Run::new(theme.plain("← → another way").into_owned(), quiet),
    ];
    wrap_runs(&begins, columns)
}

/// What goes on in a stage.
fn about(stage: &str, labels: &str) -> String {
    let said = match stage {
        "data" => "Raw dialogues, as dirty as real ones, are cleaned one by one. Simulated ones are added to those that are left.",
        "sft" => {
            "It imitates the dialogues' replies word by word. Their agents are a noisy expert, a hasty one that never confirms, and chance."
        }
        "reward" => {
            return format!("It learns which of two replies is better. Labels: {labels}. Answer some duels yourself: tab, then ← or →.");
        }
        "bandit" => "It speaks with simulated users; the reward model scores each reply, and words that led to good ones become likelier.",
        "dialogue" => "It speaks with simulated users, and what they really give in the whole dialogue makes words likelier.",
        "dpo" => "It makes the better reply of each pair likelier than the worse one, without a reward model.",
        _ => "The path is gone to its end.",
    };
    said.to_owned()
}

fn rows(scene: &Scene<'_>, view: &PipelineView, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let quiet = theme.ink(Ink::Quiet);
    let fact = |name: &str| view.facts.iter().find(|(own, _)| *own == name).map_or("?", |(_, value)| value.as_str());
    let count = |name: &str| fact(name).parse().map_or_else(|_| fact(name).to_owned(), number::thousands);
    let mut out: Vec<Row> = Vec::new();
    // Whatever has no room, this is seen.
    if let Some(alarm) = &view.alarm {
        let said = format!(
            "ALARM: at update {} the reward model's score is up by {} sd while the true return fell from {} to {}: it is being gamed. o shows how.",
            alarm.update,
            number::fixed(alarm.score.into(), 1),
            number::signed(alarm.best.into(), 1),
            number::signed(alarm.now.into(), 1)
        );
        out.extend(wrap_runs(&[Run::new(theme.plain(&said).into_owned(), words::bold(theme.ink(Ink::Alarm)))], columns));
    }
    // Data that was brought along is ready before the path begins.
    if !view.path.iter().any(|stage| stage.name == "data") {
        out.push(vec![
            Run::new(theme.plain("✓ ").into_owned(), theme.ink(Ink::Good)),
            Run::new(format!("{:<1$}", "data", usize::from(NAME)), theme.ink(Ink::Text)),
            Run::new(format!("{} replies, {} pairs", count("replies"), count("pairs")), quiet),
        ]);
    }
    out.extend(view.path.iter().map(|stage| line(scene, view, *stage)));
    out.push(Row::new());
    out.extend(wrap_runs(&[Run::new(theme.plain(&about(view.stage, fact("labels"))).into_owned(), theme.ink(Ink::Text))], columns));
    out.extend(verdict(scene, view, columns));
    if view.stage == "done"
        && let Some(path) = scene.snapshot.catalogue.paths.get(scene.model.language.path)
    {
        let (key, quiet) = (words::bold(theme.ink(Ink::Accent)), theme.ink(Ink::Quiet));
        let name = Run::new(theme.plain(&format!(" begins {}, ", path.name)).into_owned(), quiet);
        out.push(vec![Run::new("Enter", key), name, Run::new(theme.plain("← → another way").into_owned(), quiet)]);
    }
    let model = format!(
        "{} replies to imitate ({} of them raw ones), {} pairs; {} weights, {} words known, prompts of {}, replies of up to {}",
        count("replies"),
        count("raw replies"),
        count("pairs"),
        count("parameters"),
        count("words"),
        count("prompt"),
        count("reply")
    );
    out.extend(wrap_runs(&[Run::new(theme.plain(&model).into_owned(), quiet)], columns));
    out.into_iter().map(|row| words::cut(theme, &row, columns)).collect()
}

/// `● SFT            ━━━━━━━─────  62 %  perplexity 1.39`
fn line(scene: &Scene<'_>, view: &PipelineView, stage: StageView) -> Row {
    let theme = scene.theme;
    let (length, done) = (stage.to - stage.from, view.tick.clamp(stage.from, stage.to) - stage.from);
    let here = view.stage == stage.name;
    let (sign, ink) = match () {
        () if here => ("● ", Ink::Accent),
        () if length > 0 && done == length => ("✓ ", Ink::Good),
        () => ("○ ", Ink::Faint),
    };
    let share = if length == 0 { 0.0 } else { done as f32 / length as f32 };
    let name = format!("{:<1$}", stage_name(stage.name), usize::from(NAME));
    let text = if here { words::bold(theme.ink(Ink::Text)) } else { theme.ink(Ink::Text) };
    let mut row = vec![
        Run::new(theme.plain(sign).into_owned(), theme.ink(ink)),
        Run::new(name, text),
        words::bar(theme, BAR, share, theme.ink(Ink::Learner)),
    ];
    let drawn = words::width(theme, &row);
    row.push(Run::new(" ".repeat(usize::from((2 + NAME + BAR).saturating_sub(drawn))), text));
    row.push(Run::new(format!(" {:>3.0} % ", (share * 100.0).floor()), theme.ink(Ink::Quiet)));
    row.push(Run::new(theme.plain(&come_to(view, stage.name)).into_owned(), theme.ink(Ink::Quiet)));
    row
}

/// What a stage has come to so far.
fn come_to(view: &PipelineView, stage: &str) -> String {
    let told = |name: &str, words: &str, scale: f32, decimals: usize, unit: &str| {
        last(view, stage, name).map(|x| format!("{words} {}{unit}", number::fixed((x * scale).into(), decimals)))
    };
    let parts = match stage {
        "data" => vec![told("kept", "kept", 1.0, 0, "")],
        "sft" => vec![told("perplexity", "perplexity", 1.0, 2, "")],
        "reward" | "dpo" => {
            vec![told("accuracy held out", "accuracy", 100.0, 0, " %").or_else(|| told("accuracy", "accuracy", 100.0, 0, " %"))]
        }
        _ => vec![told("success", "success", 100.0, 0, " %")],
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whether the reward model can be trusted: accuracy alone does not tell.
fn verdict(scene: &Scene<'_>, view: &PipelineView, columns: u16) -> Vec<Row> {
    let told = |name: &str| view.verdict.iter().find(|(own, _)| *own == name).map(|(_, x)| f64::from(*x));
    let (Some(return_), Some(success)) = (told("rm-greedy return"), told("rm-greedy success")) else { return Vec::new() };
    let scale = |name: &str| number::signed(told(name).unwrap_or(0.0), 1);
    let said = format!(
        "RM-greedy, its favourite sentence in each place: true return {}, success {} %. It scores an empty reply {} sd, one word repeated {} sd; \
         length and score correlate by {}.",
        number::signed(return_, 1),
        number::fixed(success * 100.0, 0),
        scale("empty"),
        scale("repeated"),
        number::signed(told("length").unwrap_or(0.0), 2)
    );
    let ink = if success < 0.5 { scene.theme.ink(Ink::Worse) } else { scene.theme.ink(Ink::Quiet) };
    wrap_runs(&[Run::new(scene.theme.plain(&said).into_owned(), ink)], columns)
}
