//! What if another act were taken: the returns that followed, a thousand times each, side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Snapshot, Spread, WhatIf};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::bounds::nice_step;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap, wrap_runs};
use crate::tui::widgets::{bar, number};

const fn entry(slot: Slot) -> Panel {
    Panel {
        name: "what if",
        slot,
        about: "The act that was about to be taken beside another one, each gone on with many times by the present policy.",
        titles,
        draw,
        watch: |_: &Model, _: Rect, _: &mut Watch| {},
        act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| -> Option<Ask> { None },
        touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| -> Option<Ask> { None },
    }
}

pub const VALUES: &Panel = &entry(Slot::ValuesInspector);
pub const DIALOGUE: &Panel = &entry(Slot::DialogueActs);

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let found = scene.snapshot.findings.what_if.as_ref();
    let at = found.map_or(String::new(), |found| format!("before turn {}", number::thousands(found.tick + 1)));
    Titles { title: "What if".into(), top_right: at, bottom_left: "esc away".into(), ..Titles::default() }
}

/// Which of the two is better, as far as so many tries can tell.
fn verdict(found: &WhatIf) -> String {
    let (taken, tried) = (&found.taken, &found.tried);
    if taken.act == tried.act {
        return "This is the act that was to be taken: chance alone parts the two.".to_owned();
    }
    let difference = f64::from(tried.mean - taken.mean);
    let margin = f64::from(taken.margin).hypot(f64::from(tried.margin));
    let size = number::fixed(difference.abs(), 2);
    let margin_words = number::fixed(margin, 2);
    if difference.abs() <= margin {
        format!("No difference that so many tries can tell: {size} ± {margin_words}.")
    } else {
        let word = if difference > 0.0 { "better" } else { "worse" };
        format!("“{}” would have been {word} by {size} ± {margin_words} on average.", tried.act_name)
    }
}

/// `taken  ask item      mean +9.10 ± 0.30  success 98 %  5.0 turns`
fn figures(name: &str, spread: &Spread, theme: &Theme, style: Style, columns: u16) -> Vec<Row> {
    let quiet = theme.ink(Ink::Quiet);
    let mean = format!("{} ± {}", number::signed(spread.mean.into(), 2), number::fixed(spread.margin.into(), 2));
    let success = number::percent_in(spread.success.into(), 6);
    let turns = number::fixed(spread.turns.into(), 1);
    let runs = [
        Run::new(format!("{name} "), quiet),
        Run::new(theme.plain(&spread.act_name), words::bold(style)),
        Run::new(": mean return ", quiet),
        Run::new(theme.plain(&mean), words::bold(style)),
        Run::new(theme.plain(&format!(" · success {success} · {turns} turns")), quiet),
    ];
    wrap_runs(&runs, columns)
}

/// Bins of equal width over both lists: the first bin's lower end, the width, and the share of each list in each bin.
struct Bins {
    low: f64,
    step: f64,
    shares: Vec<[f32; 2]>,
}

impl Bins {
    fn of(found: &WhatIf, most: usize) -> Option<Bins> {
        let both = || found.taken.returns.iter().chain(&found.tried.returns).map(|value| f64::from(*value)).filter(|v| v.is_finite());
        let (low, high) = both().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high || most == 0 {
            return None;
        }
        let mut step = nice_step(((high - low) / most as f64).max(0.5)).max(1.0);
        let count = |step: f64| ((high / step).floor() - (low / step).floor()) as usize + 1;
        while count(step) > most {
            step = nice_step(step * 1.3);
        }
        let first = (low / step).floor();
        let mut shares = vec![[0.0; 2]; count(step)];
        for (side, spread) in [&found.taken, &found.tried].into_iter().enumerate() {
            let all = spread.returns.len().max(1) as f32;
            for value in spread.returns.iter().filter(|value| value.is_finite()) {
                let bin = ((f64::from(*value) / step).floor() - first) as usize;
                if let Some(shares) = shares.get_mut(bin) {
                    shares[side] += 1.0 / all;
                }
            }
        }
        Some(Bins { low: first * step, step, shares })
    }

    fn label(&self, bin: usize) -> String {
        let from = self.low + self.step * bin as f64;
        let to = from + self.step;
        if self.step <= 1.0 {
            number::signed_trimmed(from, 1)
        } else {
            // Returns are mostly whole, so the last of a bin is one less than the first of the next.
            format!("{} to {}", number::trimmed(from, 1), number::trimmed(to - 1.0, 1))
        }
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(found) = &scene.snapshot.findings.what_if else {
        return words::nothing_yet(&mut pen, "x tries the act under the cursor at this moment; what would have come of it stands here.");
    };
    if area.width < 24 {
        return;
    }
    let theme = scene.theme;
    let columns = area.width - 2;
    let inks = [theme.ink(Ink::Learner), theme.ink(Ink::Person)];
    let count = found.taken.returns.len().max(found.tried.returns.len());
    let about =
        format!("{} → each act {} times, then the present policy, learning off.", found.state_text, number::thousands(count as u64));
    let mut blocks =
        vec![wrap(&theme.plain(&verdict(found)), columns).into_iter().map(|line| vec![Run::new(line, theme.ink(Ink::Text))]).collect()];
    blocks.push(figures("taken", &found.taken, theme, inks[0], columns));
    blocks.push(figures("tried", &found.tried, theme, inks[1], columns));
    blocks.push(wrap(&theme.plain(&about), columns).into_iter().map(|line| vec![Run::new(line, theme.ink(Ink::Quiet))]).collect());
    // What the numbers say comes before how they spread, and that before how they were got.
    let words: usize = blocks.iter().map(Vec::len).sum();
    if words + 5 > usize::from(area.height) {
        blocks.pop();
    }
    let mut y = 0;
    for row in blocks.iter().flatten() {
        pen.row(1, y, row);
        y += 1;
    }
    if y + 4 <= area.height {
        let below = area.height - y - 1;
        draw_histograms(found, inks, &mut pen.part(1, y + u16::from(below >= 8), columns, below));
    }
}

/// One row for each bin: its returns, then a bar for each of the two acts.
fn draw_histograms(found: &WhatIf, inks: [Style; 2], pen: &mut Pen<'_>) {
    let rows = usize::from(pen.height().saturating_sub(1));
    let Some(bins) = Bins::of(found, rows.min(16)) else { return };
    let theme = pen.theme;
    let quiet = theme.ink(Ink::Quiet);
    let labels: Vec<String> = (0..bins.shares.len()).map(|bin| bins.label(bin)).collect();
    let label = labels.iter().map(|label| theme.width(label)).max().unwrap_or(0).max(6);
    let half = pen.width().saturating_sub(label + 1) / 2;
    if half < 6 {
        return;
    }
    pen.right(label, 0, "return", quiet);
    for (side, spread) in [&found.taken, &found.tried].into_iter().enumerate() {
        pen.field(label + 1 + half * side as u16, 0, half - 1, &spread.act_name, words::bold(inks[side]));
    }
    let most = bins.shares.iter().flatten().copied().fold(1e-6, f32::max);
    for (bin, shares) in bins.shares.iter().enumerate() {
        // The largest returns stand at the top, as on the curve.
        let y = (bins.shares.len() - bin) as u16;
        pen.right(label, y, &labels[bin], quiet);
        for (side, share) in shares.iter().enumerate() {
            let x = label + 1 + half * side as u16;
            let room = half.saturating_sub(6);
            if *share > 0.0 {
                bar::meter(pen, x, y, room, share / most, inks[side]);
                let percent = if *share < 0.005 { "<1 %".to_owned() } else { number::percent_in(f64::from(*share), 5) };
                let length = (share / most * f32::from(room)).ceil() as u16;
                pen.put(x + length, y, &format!(" {percent}"), quiet);
            }
        }
    }
}
