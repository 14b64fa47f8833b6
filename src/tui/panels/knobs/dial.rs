//! One dial: a live knob or the pace, its scale, its steps and its words.

use crate::trainer::command::{Ask, Edit};
use crate::trainer::snapshot::{Pace, Snapshot};
use crate::trainer::view::{KnobKind, KnobView};
use crate::tui::panels::knobs::idle::is_idle;
use crate::tui::panels::knobs::{PACES, STEP_PACES};
use crate::tui::widgets::bounds::nice_step;
use crate::tui::widgets::number;
use crate::tui::widgets::text::width;

pub struct Dial<'a> {
    /// None is the pace.
    knob: Option<&'a KnobView>,
    /// A choice and the pace are positions.
    pub value: f64,
    kind: KnobKind,
    pace: Pace,
    paces: &'static [Pace],
    /// Whether it does nothing under the present choices.
    pub idle: bool,
}

/// The speeds that the pace knob steps through: of a run without dialogues only those that count its own steps.
pub fn paces(snapshot: &Snapshot) -> &'static [Pace] {
    if snapshot.view.progress.is_some() { STEP_PACES } else { PACES }
}

/// The live knobs in their order, and the pace last.
pub fn all(snapshot: &Snapshot) -> Vec<Dial<'_>> {
    let (pace, paces) = (snapshot.pace, paces(snapshot));
    let mut dials: Vec<Dial<'_>> = snapshot
        .view
        .knobs
        .iter()
        .filter(|knob| knob.live)
        .map(|knob| Dial { knob: Some(knob), value: knob.value, kind: knob.kind, pace, paces, idle: is_idle(knob, &snapshot.view.knobs) })
        .collect();
    let kind = KnobKind::Count { min: 0.0, max: (paces.len() - 1) as f64 };
    dials.push(Dial { knob: None, value: pace_position(paces, pace) as f64, kind, pace, paces, idle: false });
    dials
}

/// Turns a second, as far as they can be compared: a dialogue has about five.
fn speed(pace: Pace) -> f64 {
    match pace {
        Pace::TurnsPerSecond(turns) => turns,
        Pace::DialoguesPerSecond(dialogues) => dialogues * 5.0,
        Pace::Full => f64::INFINITY,
    }
}

/// The place on the ladder that is nearest.
pub fn pace_position(paces: &[Pace], pace: Pace) -> usize {
    // Where steps are counted, a dialogue stands for one.
    let counted = |pace: Pace| match pace {
        Pace::DialoguesPerSecond(steps) if paces == STEP_PACES => steps,
        pace => speed(pace),
    };
    paces.iter().rposition(|step| counted(*step) <= counted(pace)).unwrap_or(0)
}

fn pace_words(paces: &[Pace], pace: Pace) -> String {
    match pace {
        Pace::TurnsPerSecond(steps) | Pace::DialoguesPerSecond(steps) if paces == STEP_PACES => {
            format!("{} steps/s", number::trimmed(steps, 1))
        }
        Pace::TurnsPerSecond(1.0) => "1 turn/s".into(),
        Pace::TurnsPerSecond(turns) => format!("{} turns/s", number::trimmed(turns, 1)),
        Pace::DialoguesPerSecond(dialogues) => format!("{} dialogues/s", number::thousands(dialogues as u64)),
        Pace::Full => "full speed".into(),
    }
}

/// What a symbol stands for: the words before the colon of its meaning (`Learning rate: …`), else its name.
/// A symbol of several words speaks for itself.
fn word(knob: &KnobView) -> Option<String> {
    if knob.symbol.contains(' ') || knob.symbol == knob.name || knob.symbol.is_empty() {
        return None;
    }
    let before = knob.meaning.split_once(':').map(|(words, _)| words).filter(|words| words.len() <= 16);
    Some(before.unwrap_or(knob.name).to_lowercase())
}

/// How a dial moves.
enum Scale {
    /// By tenths of a power of ten from `low` on; `min` lies before it, and may be zero.
    Factors { min: f64, low: f64, max: f64, whole: bool },
    /// By steps, with shift by `most` of them.
    Steps { min: f64, max: f64, step: f64, most: f64 },
    /// From one of so many choices to the next.
    Places(f64),
}

impl Dial<'_> {
    pub fn is_pace(&self) -> bool {
        self.knob.is_none()
    }

    pub fn slides(&self) -> bool {
        !matches!(self.kind, KnobKind::Choice(_))
    }

    fn scale(&self) -> Scale {
        match self.kind {
            KnobKind::Real { min, max, log: true } => {
                Scale::Factors { min, low: if min > 0.0 { min } else { max * 1e-4 }, max, whole: false }
            }
            KnobKind::Real { min, max, log: false } => Scale::Steps { min, max, step: nice_step((max - min) / 100.0), most: 10.0 },
            // Of a count that may be tens or millions, no step is right for both.
            KnobKind::Count { min, max } if max > 1000.0 * min.max(1.0) => Scale::Factors { min, low: min.max(1.0), max, whole: true },
            KnobKind::Count { min, max } => {
                let most = if self.knob.is_none() { 3.0 } else { 10.0 };
                Scale::Steps { min, max, step: nice_step((max - min) / 100.0).max(1.0), most }
            }
            KnobKind::Choice(choices) => Scale::Places(choices.len().max(1) as f64),
        }
    }

    /// Where a value lies on the slider.
    pub fn share(&self, value: f64) -> f64 {
        match self.scale() {
            Scale::Factors { low, max, .. } => (value.max(low) / low).ln() / (max / low).ln(),
            Scale::Steps { min, max, .. } => (value - min) / (max - min).max(1e-12),
            Scale::Places(count) => value / (count - 1.0).max(1.0),
        }
    }

    /// The value at a share of the slider, rounded as a hand would.
    pub fn at(&self, share: f64) -> f64 {
        match self.scale() {
            Scale::Factors { min, .. } if share <= 0.0 => min,
            Scale::Factors { min, low, max, whole } => {
                let value = two_digits(low * (max / low).powf(share));
                if whole { value.round().clamp(min, max) } else { value.clamp(min, max) }
            }
            Scale::Steps { min, max, step, .. } => rounded(min + (max - min) * share, step).clamp(min, max),
            Scale::Places(count) => (share * (count - 1.0)).round(),
        }
    }

    /// One step on, or ten; choices go round.
    pub fn stepped(&self, value: f64, more: bool, big: bool) -> f64 {
        let sign = if more { 1.0 } else { -1.0 };
        match self.scale() {
            Scale::Factors { min, low, max, whole } => {
                let factor = 10f64.powf(if big { sign } else { sign * 0.1 });
                let mut next = two_digits(value.max(low) * factor);
                if whole {
                    next = if more { next.round().max(value + 1.0) } else { next.round().min(value - 1.0) };
                }
                // Below the smallest step lies the end of the scale itself, often zero.
                if more && value < low {
                    low
                } else if next < low {
                    min
                } else {
                    next.clamp(min, max)
                }
            }
            Scale::Steps { min, max, step, most } => {
                let many = if big { most } else { 1.0 };
                rounded(value + sign * many * step, step).clamp(min, max)
            }
            Scale::Places(count) => (value + sign).rem_euclid(count),
        }
    }

    pub fn ask(&self, value: f64) -> Ask {
        match self.knob {
            Some(knob) => Ask::Edit(Edit::Tune { knob: knob.name.to_owned(), value }),
            None => Ask::Pace(self.paces[(value as usize).min(self.paces.len() - 1)]),
        }
    }

    /// Symbol and, where wanted, word. In the safe mode a word or a letter takes the symbol's place, in no more columns:
    /// a mouse is answered without knowing how the screen looks.
    pub fn head(&self, words: bool, rich: bool) -> Vec<String> {
        let Some(knob) = self.knob else { return vec!["pace".into()] };
        let symbol = if knob.symbol.is_empty() { knob.name } else { knob.symbol };
        let drawable = rich || symbol.is_ascii();
        match word(knob).filter(|_| words) {
            Some(word) if drawable => vec![symbol.into(), word],
            Some(word) => vec![word],
            None if drawable => vec![symbol.into()],
            None => vec![knob.name.chars().take(symbol.chars().count()).collect()],
        }
    }

    /// The value as written, or another one that is pending.
    pub fn written(&self, pending: Option<f64>) -> String {
        let value = pending.unwrap_or(self.value);
        match (self.knob, self.kind) {
            (None, _) if pending.is_none() => pace_words(self.paces, self.pace),
            (None, _) => pace_words(self.paces, self.paces[(value as usize).min(self.paces.len() - 1)]),
            (_, KnobKind::Choice(choices)) => choices.get(value as usize).copied().unwrap_or("?").to_string(),
            (knob, kind) => {
                let count = matches!(kind, KnobKind::Count { .. });
                let number = if count { number::short(value) } else { number::setting(value) };
                // What a schedule has made of it.
                let moved = knob.filter(|knob| pending.is_none() && !count && (knob.now - value).abs() > 0.005);
                let number = moved.map_or(number.clone(), |knob| format!("{number}→{}", number::fixed(knob.now, 2)));
                match knob.map_or("", |knob| knob.unit) {
                    "" => number,
                    unit => format!("{number} {unit}"),
                }
            }
        }
    }

    /// Columns of name and value, wide enough that common changes do not move what stands beside it.
    pub fn head_width(&self, words: bool, pending: Option<f64>) -> u16 {
        let names: u16 = self.head(words, true).iter().map(|part| width(part) + 1).sum();
        let least = match self.kind {
            _ if self.knob.is_none() => 14,
            KnobKind::Choice(choices) => choices.iter().map(|choice| width(choice)).max().unwrap_or(0),
            _ => 4,
        };
        names + width(&self.written(pending)).max(least)
    }

    pub fn meaning(&self) -> String {
        let Some(knob) = self.knob else {
            let steps = if self.paces == STEP_PACES { " A step is a record, a minibatch or a rollout." } else { "" };
            return format!("Pace: how fast training goes.{steps} At full speed the screen is drawn less often.");
        };
        let now =
            if (knob.now - knob.value).abs() > 1e-9 { format!(" Now in force: {}.", number::setting(knob.now)) } else { String::new() };
        let idle = if self.idle { " Does nothing under the present choices." } else { "" };
        format!("{}{now}{idle}", knob.meaning)
    }
}

fn rounded(value: f64, step: f64) -> f64 {
    let decimals = (-step.log10().floor()).max(0.0) as i32;
    let scale = 10f64.powi(decimals);
    ((value / step).round() * step * scale).round() / scale
}

fn two_digits(value: f64) -> f64 {
    if value <= 0.0 {
        return value;
    }
    format!("{value:.1e}").parse().unwrap_or(value)
}
