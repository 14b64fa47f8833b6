//! What the model says: each reply with what the user had said, its words coloured, what it was understood as, and what it got.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{records, together, view};
use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::trainer::view::language::{PipelineView, SampleView, TokenView};
use crate::tui::model::{Model, Replies, Slot, Tint};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "replies",
    slot: Slot::LanguageReplies,
    about: "What the model says, word by word, coloured by how PPO moved each word; m changes the colours, o shows the same places before and after. Arrows move the cursor.",
    titles,
    draw,
    watch: |_: &Model, _: Rect, watch: &mut Watch| {
        together(watch).samples = super::SAMPLES;
        together(watch).raw = true;
    },
    act,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

/// The replies under the cursor's rule.
pub fn shown<'a>(model: &Model, view: &'a PipelineView) -> &'a [SampleView] {
    match (model.language.replies, &view.alarm) {
        (Replies::Gaming, Some(alarm)) if !alarm.replies.is_empty() => &alarm.replies,
        (Replies::Places, _) if !view.after.is_empty() => &view.after,
        _ => &view.samples,
    }
}

/// What a word's colour stands for; none where the stage has no such number.
fn number_of(token: &TokenView, tint: Tint) -> Option<f32> {
    match tint {
        Tint::LogRatio => token.log_ratio,
        Tint::Kl => token.kl,
        Tint::Value => token.value,
        Tint::Advantage => token.advantage,
    }
}

fn tint_name(tint: Tint) -> &'static str {
    match tint {
        Tint::LogRatio => "ln π/π₀",
        Tint::Kl => "KL",
        Tint::Value => "value V",
        Tint::Advantage => "advantage Â",
    }
}

/// The largest size among the replies: the end of the colour scale.
fn bound(samples: &[SampleView], tint: Tint) -> f32 {
    let sizes = samples.iter().flat_map(|sample| &sample.tokens).filter_map(|token| number_of(token, tint)).map(f32::abs);
    sizes.filter(|x| x.is_finite()).fold(0.0, f32::max)
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let Some(view) = view(scene.snapshot) else { return Titles { title: "Replies".into(), ..Titles::default() } };
    if let Some(raw) = view.raw.as_ref().filter(|_| records::in_sight(scene.model, view)) {
        return records::titles(scene, raw);
    }
    let model = &scene.model.language;
    let samples = shown(scene.model, view);
    let title = match model.replies {
        Replies::Gaming if view.alarm.is_some() => "Replies that the score likes and users do not",
        Replies::Places if !view.after.is_empty() => "The same places: SFT, and now",
        _ if samples.iter().any(|sample| sample.reward.is_some()) => "Replies of the latest rollout",
        _ => "Replies of the present model",
    };
    let bound = bound(samples, model.tint);
    let coloured = samples.iter().flat_map(|sample| &sample.tokens).any(|token| number_of(token, model.tint).is_some());
    let scale = number::setting(f64::from((bound * 100.0).round() / 100.0));
    let legend = match model.tint {
        _ if !coloured => String::new(),
        Tint::Kl => format!("{} 0 to {scale} nats", tint_name(model.tint)),
        tint => format!("{} −{scale} to +{scale}", tint_name(tint)),
    };
    let below = if samples.is_empty() { String::new() } else { format!("{} of {}", model.reply + 1, samples.len()) };
    let notes = if samples.is_empty() { "" } else { "notes: ? unknown  ~ heard  ✓ confirmed  - not needed" };
    Titles { title: title.into(), top_right: legend, bottom_left: notes.into(), bottom_right: below }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    if let Some(view) = view(scene.snapshot)
        && let Some(raw) = view.raw.as_ref().filter(|_| records::in_sight(scene.model, view))
    {
        return records::draw(scene, raw, &mut pen, (area.width, area.height));
    }
    let Some(view) = view(scene.snapshot).filter(|view| !view.samples.is_empty()) else {
        return words::nothing_yet(&mut pen, "What the model says will stand here: gibberish at first, then sentences.");
    };
    let samples = shown(scene.model, view);
    let columns = area.width.saturating_sub(2);
    let bound = bound(samples, scene.model.language.tint).max(1e-6);
    let blocks: Vec<Vec<Row>> = samples.iter().enumerate().map(|(k, sample)| block(scene, view, (k, sample), bound, columns)).collect();
    // The reply under the cursor is in sight, with those before it as far as there is room.
    let cursor = scene.model.language.reply.min(blocks.len().saturating_sub(1));
    let (mut first, mut used) = (cursor, blocks[cursor].len());
    while first > 0 && used + blocks[first - 1].len() < usize::from(area.height) {
        first -= 1;
        used += blocks[first].len() + 1;
    }
    let mut y = 0;
    for block in &blocks[first..] {
        for row in block {
            if y < area.height {
                pen.row(1, y, row);
            }
            y += 1;
        }
        y += 1;
        if y >= area.height {
            return;
        }
    }
}

fn block(scene: &Scene<'_>, view: &PipelineView, (k, sample): (usize, &SampleView), bound: f32, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let quiet = theme.ink(Ink::Quiet);
    let here = scene.model.language.reply == k;
    let named = |name: &str, ink| Run::new(format!("{name:<6}"), ink);
    let said = |name: &str, ink: Style, mut runs: Vec<Run>| {
        let mut rows = wrap_runs(&std::mem::take(&mut runs), columns.saturating_sub(6));
        for (k, row) in rows.iter_mut().enumerate() {
            row.insert(0, if k == 0 { named(name, ink) } else { named("", ink) });
        }
        rows
    };
    let user = Run::new(theme.plain(&sample.user).into_owned(), theme.ink(Ink::Text));
    let mut rows = said("user", words::bold(theme.ink(Ink::Learner)), vec![user]);
    rows.extend(said("notes", quiet, vec![Run::new(theme.plain(&sample.notes).into_owned(), quiet)]));
    let before = view.before.iter().find(|old| old.number == sample.number);
    if let Some(old) = before.filter(|_| scene.model.language.replies == Replies::Places && !view.after.is_empty()) {
        rows.extend(said("SFT", quiet, vec![Run::new(theme.plain(&old.text).into_owned(), quiet)]));
        rows.extend(said("", quiet, vec![Run::new(theme.plain(&facts(old)).into_owned(), theme.ink(Ink::Faint))]));
    }
    let cursor = here.then_some(scene.model.language.word);
    rows.extend(said("agent", words::bold(theme.ink(Ink::Accent)), tokens(scene, sample, bound, cursor)));
    rows.extend(said("", quiet, vec![Run::new(theme.plain(&facts(sample)).into_owned(), quiet)]));
    rows.into_iter().map(|row| words::cut(theme, &row, columns)).collect()
}

/// The words in their colours.
fn tokens(scene: &Scene<'_>, sample: &SampleView, bound: f32, cursor: Option<usize>) -> Vec<Run> {
    let theme = scene.theme;
    let mut runs = Vec::new();
    for (k, token) in sample.tokens.iter().enumerate() {
        let mut style = tinted(theme, number_of(token, scene.model.language.tint), scene.model.language.tint, bound);
        if cursor == Some(k) {
            style = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        }
        if k > 0 {
            runs.push(Run::new(" ", Style::new()));
        }
        runs.push(Run::new(theme.plain(&token.text).into_owned(), style));
    }
    runs
}

fn tinted(theme: &Theme, value: Option<f32>, tint: Tint, bound: f32) -> Style {
    match (value, tint) {
        (None, _) => theme.ink(Ink::Text),
        (Some(value), Tint::Kl) => theme.unsigned(value / bound),
        (Some(value), _) => theme.signed(value / bound),
    }
}

/// `understood as confirm order (98 %), score +0.81 sd, reward −2, KL 0.30`
fn facts(sample: &SampleView) -> String {
    let sure = number::fixed(f64::from(sample.confidence) * 100.0, 0);
    let mut parts = match sample.understood.as_str() {
        "not understood" => vec![format!("not understood ({sure} % sure)")],
        words if words.starts_with("makes no sense") => vec![words.to_owned()],
        act => vec![format!("understood as {act} ({sure} %)")],
    };
    parts.extend(sample.score.map(|score| format!("score {} sd", number::signed(score.into(), 2))));
    parts.extend(sample.reward.map(|reward| format!("reward {}", number::signed_trimmed(reward.into(), 1))));
    parts.extend(sample.kl.map(|kl| format!("ln π/π₀ {}", number::signed(kl.into(), 2))));
    parts.join(", ")
}

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    if view(snapshot).is_some_and(|view| records::in_sight(model, view)) {
        records::act(model, snapshot, step);
        return None;
    }
    let language = &mut model.language;
    let (replies, tokens) = language.count;
    match step {
        Move::Up => (language.reply, language.word) = (language.reply.saturating_sub(1), 0),
        Move::Down => (language.reply, language.word) = ((language.reply + 1).min(replies.saturating_sub(1)), 0),
        Move::Left => language.word = language.word.saturating_sub(1),
        Move::Right => language.word = (language.word + 1).min(tokens.saturating_sub(1)),
        Move::Home => (language.reply, language.word) = (0, 0),
        Move::End => (language.reply, language.word) = (replies.saturating_sub(1), 0),
        _ => {}
    }
    None
}
