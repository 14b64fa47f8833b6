//! The first two lines of every screen: where the run stands, and the tabs.
//! Numbers have fields of fixed width, so that nothing jumps about as they grow.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::chrome::{columns, write};
use crate::tui::keys::Action;
use crate::tui::model::{Model, ScreenId};
use crate::tui::moments::Chair;
use crate::tui::screens::SCREENS;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number::thousands;

/// At most seven columns: `999,999`, `1.235M`, `123.4M`. Cut, not rounded: a count never shows more than there is.
fn count(value: u64) -> String {
    let (unit, sign) = match value {
        0..=999_999 => return thousands(value),
        1_000_000..=999_999_999 => (1_000_000, "M"),
        _ => (1_000_000_000, "G"),
    };
    let digits = (value / unit).to_string().len().min(3);
    let decimals = 4 - digits;
    let thousandths = value % unit / (unit / 1_000);
    let fraction = format!("{thousandths:03}");
    format!("{}.{}{sign}", value / unit, &fraction[..decimals])
}

/// At most five columns: `0.4`, `60`, `12.3k`, `4.81M`.
fn rate(value: f64) -> String {
    match value {
        v if v < 9.95 => format!("{v:.1}"),
        v if v < 9_999.5 => format!("{v:.0}"),
        v if v < 99_950.0 => format!("{:.1}k", v / 1e3),
        v if v < 999_500.0 => format!("{:.0}k", v / 1e3),
        v if v < 9_995_000.0 => format!("{:.2}M", v / 1e6),
        v => format!("{:.1}M", v / 1e6),
    }
}

/// Words of one meaning: the forms from long to short, the last of which may be none at all.
struct Field {
    forms: Vec<String>,
    style: Style,
    right: bool,
}

impl Field {
    fn text(&self) -> &str {
        self.forms.first().map_or("", String::as_str)
    }
}

/// Positions of the fields as they are made in `fields`, least important first; each turn shortens by one form.
const SHORTEN: [usize; 11] = [6, 0, 7, 6, 2, 5, 3, 4, 2, 3, 4];
/// At rest the digest, by which runs are told apart, outlives all but the state.
const SHORTEN_AT_REST: [usize; 11] = [6, 0, 7, 2, 2, 3, 5, 4, 6, 3, 4];
const GAP: u16 = 3;

/// Draws the status line. `shown` is the snapshot on the screen, `newest` the trainer's newest.
pub fn draw_status(buf: &mut Buffer, area: Rect, model: &Model, shown: &Snapshot, newest: &Snapshot, theme: Theme) {
    let mut fields = fields(model, shown, newest, theme);
    let mut gap = GAP;
    let at_rest = shown.view.digest.is_some() && !matches!(newest.phase, Phase::Running);
    let shorten = if at_rest { SHORTEN_AT_REST } else { SHORTEN };
    for k in std::iter::once(None).chain(shorten.into_iter().map(Some)) {
        if width(&fields, gap) <= area.width {
            break;
        }
        match k {
            None => gap = 2,
            Some(k) if fields[k].forms.len() > 1 => drop(fields[k].forms.remove(0)),
            Some(_) => {}
        }
    }
    let (mut left, mut right) = (area.x + 1, area.right().saturating_sub(1));
    for field in fields.iter().rev().filter(|f| f.right && !f.text().is_empty()) {
        right = right.saturating_sub(columns(field.text()));
        write(buf, area, right, area.y, field.text(), field.style);
        right = right.saturating_sub(gap);
    }
    for field in fields.iter().filter(|f| !f.right && !f.text().is_empty()) {
        left = write(buf, area, left, area.y, field.text(), field.style) + gap;
    }
}

fn width(fields: &[Field], gap: u16) -> u16 {
    let texts = fields.iter().map(Field::text).filter(|text| !text.is_empty());
    texts.map(|text| columns(text) + gap).sum::<u16>() + 2 - gap.min(2)
}

fn fields(model: &Model, shown: &Snapshot, newest: &Snapshot, theme: Theme) -> Vec<Field> {
    let plain = |forms: &[String]| forms.iter().map(|f| theme.plain(f).into_owned()).collect();
    let field = |forms: &[String], ink, right| Field { forms: plain(forms), style: theme.ink(ink), right };
    let view = &shown.view;
    let (dialogues, turns) = (count(view.dialogues), count(view.tick));
    let none = String::new;
    // In the past the state says the turn.
    let turn = if view.in_the_past() { none() } else { format!("turn {turns:<7}") };
    let (dialogue, turn) = match view.progress {
        None => (format!("dialogue {dialogues:<7}"), turn),
        Some(path) => (String::new(), format!("step {turns} of {}", count(path.ticks))),
    };
    // While paused the digest stands where the rate was: each is of no use where the other is.
    let at_rest = view.digest.filter(|_| !matches!(newest.phase, Phase::Running));
    let pace = if let Some(digest) = at_rest {
        let (high, low) = (digest >> 48, digest >> 32 & 0xffff);
        let short = format!("{high:04x}·{low:04x}");
        [format!("digest {short:<10}"), short, none()]
    } else {
        let (rate, unit) =
            if view.progress.is_some() { (rate(shown.turns_per_s), "steps/s") } else { (rate(shown.dialogues_per_s), "dialogues/s") };
        [format!("{rate:>5} {unit}"), format!("{rate:>7}/s"), none()]
    };
    let (state, style) = state(model, shown, newest, theme);
    let place = format!("{} · {}", shown.scenario, shown.agent);
    let mut brand = field(&["dialoq".to_owned(), none()], Ink::Accent, false);
    brand.style = brand.style.add_modifier(Modifier::BOLD);
    vec![
        brand,
        letter(shown, theme),
        field(&[place, shown.agent.clone(), none()], Ink::Text, false),
        Field { forms: state, style, right: false },
        field(&[dialogue, none()], Ink::Quiet, true),
        field(&[turn, none()], Ink::Quiet, true),
        field(&pace, Ink::Quiet, true),
        field(&[format!("seed {}", shown.seed), none()], Ink::Quiet, true),
    ]
}

/// Which run is in focus, where there are several.
fn letter(shown: &Snapshot, theme: Theme) -> Field {
    let name = shown.card(shown.focus).filter(|_| shown.runs.len() > 1).map_or(String::new(), |card| card.name.clone());
    let style = Style::new().fg(theme.run(shown.focus as usize)).add_modifier(Modifier::BOLD);
    Field { forms: vec![name], style, right: false }
}

/// What the trainer does, in words and colour: long and short.
fn state(model: &Model, shown: &Snapshot, newest: &Snapshot, theme: Theme) -> (Vec<String>, Style) {
    let bold = |ink| theme.ink(ink).add_modifier(Modifier::BOLD);
    let sign = |rich, safe| if theme.rich { rich } else { safe };
    let view = &shown.view;
    let running = matches!(newest.phase, Phase::Running);
    let forms = |long: String, short: String| vec![long, short];
    if model.frozen.is_some() {
        let goes = if running { "learning goes on" } else { "learning rests" };
        let short = format!(" {} FROZEN ", sign("❄", "#"));
        let style = bold(Ink::Learner).add_modifier(Modifier::REVERSED);
        return (forms(format!("{short}{goes} "), short), style);
    }
    let share = |part: f32| (part.clamp(0.0, 1.0) * 100.0).floor() as u8;
    match &newest.phase {
        Phase::Crashed { .. } => {
            let short = format!("{} stopped", sign("✖", "x"));
            (forms(format!("{short} by an error"), short), bold(Ink::Alarm))
        }
        Phase::Compiling(part) => {
            let words = format!("compiling {:>2} %", share(*part));
            (vec![format!("{words}{}", left(newest)), words], bold(Ink::Person))
        }
        Phase::Opening(what, part) => {
            let words = format!("{what} {:>2} %", share(*part));
            (vec![format!("{words}{}", left(newest)), words], bold(Ink::Person))
        }
        Phase::Busy(what, part) => {
            let words = format!("{what} {:>2} %", share(*part));
            let timed = format!("{words}{}", left(newest));
            (vec![format!("{timed}, Esc stops"), timed, words], bold(Ink::Person))
        }
        Phase::Refused => (forms(String::new(), String::new()), bold(Ink::Person)),
        Phase::Running | Phase::Paused if view.in_the_past() => {
            let past = format!("{} PAST {}", sign("◂", "<"), thousands(view.tick));
            let replay = if running { sign(" ●", " *") } else { "" };
            let long = format!("{past} of {}{replay}", thousands(view.head));
            (forms(long, past), bold(Ink::Person))
        }
        Phase::Running | Phase::Paused if view.progress.is_some_and(|path| path.stage == "done") => {
            let words = format!("{} at its end", sign("✓", "*"));
            (forms(words.clone(), words), bold(Ink::Good))
        }
        Phase::Running => {
            let words = format!("{} learning", sign("●", "*"));
            (forms(words.clone(), words), bold(Ink::Good))
        }
        Phase::Paused if model.moments.chair.is_some() => {
            let who = if model.moments.chair == Some(Chair::Agent) { "agent" } else { "user" };
            let short = format!("{} {who}'s chair", sign("‖", "="));
            (forms(format!("{short}: your turn"), short), bold(Ink::Person))
        }
        Phase::Paused if stopped(newest).is_some() => {
            let short = format!("{} stopped", sign("■", "!"));
            let why = theme.plain(stopped(newest).unwrap_or_default()).into_owned();
            // Where the whole reason does not fit, its first words do.
            let first = why.split([':', ';']).next().unwrap_or_default().trim_start_matches("stopped ").to_owned();
            (vec![format!("{short}: {why}"), format!("{short} {first}"), short], bold(Ink::Person))
        }
        Phase::Paused => {
            let words = format!("{} paused", sign("‖", "="));
            (forms(words.clone(), words), bold(Ink::Text))
        }
    }
}

/// The time that is left of what takes long: `, 40 s left`.
fn left(newest: &Snapshot) -> String {
    match newest.left_s {
        None => String::new(),
        Some(seconds) if seconds < 90.0 => format!(", {} s left", seconds.ceil()),
        Some(seconds) if seconds < 5_400.0 => format!(", {} min left", (seconds / 60.0).ceil()),
        Some(seconds) => format!(", {} h left", (seconds / 3_600.0).ceil()),
    }
}

/// Why the run in focus stands still by itself.
fn stopped(newest: &Snapshot) -> Option<&str> {
    newest.card(newest.focus)?.stopped.as_deref()
}

/// A piece of the tab line that a click acts on.
pub struct Tab {
    pub area: Rect,
    pub text: String,
    pub action: Action,
    pub screen: Option<ScreenId>,
}

/// The tabs from the left, the ways to help from the right.
pub fn tabs(area: Rect) -> Vec<Tab> {
    let mut tabs = Vec::new();
    let mut x = area.x + 1;
    for screen in SCREENS {
        let text = format!(" {} {} ", screen.digit, screen.title);
        let action = Action::Screen(screen.id);
        tabs.push(tab(area, x, text, action, Some(screen.id)));
        x += tabs.last().map_or(0, |tab: &Tab| tab.area.width) + 1;
    }
    let mut right = area.right().saturating_sub(1);
    let ways = [(": commands", Action::Palette), ("? help", Action::Help)];
    // Where there is room for one only, it is the help: that tells of the commands, too. What cannot be saved is told beside them.
    let told = columns("not saved") + 2;
    let both = told + x + ways.iter().map(|(text, _)| columns(text) + 2).sum::<u16>() <= right + 2;
    for (text, action) in ways.into_iter().skip(usize::from(!both)) {
        right = right.saturating_sub(columns(text));
        if right > x {
            tabs.push(tab(area, right, text.to_owned(), action, None));
        }
        right = right.saturating_sub(2);
    }
    tabs
}

fn tab(line: Rect, x: u16, text: String, action: Action, screen: Option<ScreenId>) -> Tab {
    let area = Rect::new(x, line.y, columns(&text), 1).intersection(line);
    Tab { area, text, action, screen }
}

pub fn draw_tabs(buf: &mut Buffer, area: Rect, model: &Model, newest: &Snapshot, theme: Theme) {
    let tabs = tabs(area);
    if let Some(trouble) = &newest.session.trouble {
        draw_trouble(buf, area, &tabs, trouble, theme);
    }
    for tab in tabs {
        let open = tab.screen == Some(model.screen);
        let style = match tab.screen {
            Some(_) if open => theme.ink(Ink::Accent).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            _ => theme.ink(Ink::Quiet),
        };
        write(buf, area, tab.area.x, area.y, &tab.text, style);
        if tab.screen.is_none()
            && let Some(cell) = buf.cell_mut(Position::new(tab.area.x, area.y))
        {
            cell.set_style(theme.ink(Ink::Text).add_modifier(Modifier::BOLD));
        }
    }
}

/// Between the tabs and the ways to help: the session is not being written, and why where there is room.
fn draw_trouble(buf: &mut Buffer, area: Rect, tabs: &[Tab], trouble: &str, theme: Theme) {
    let from = tabs.iter().filter(|tab| tab.screen.is_some()).map(|tab| tab.area.right()).max().unwrap_or(area.x) + 1;
    let to = tabs.iter().filter(|tab| tab.screen.is_none()).map(|tab| tab.area.x).min().unwrap_or(area.right());
    let room = to.saturating_sub(from + 1);
    let forms = [format!("not saved: {trouble}"), "session not saved".to_owned(), "not saved".to_owned()];
    if let Some(words) = forms.iter().map(|form| theme.plain(form)).find(|form| columns(form) <= room) {
        write(buf, area, from, area.y, &words, theme.ink(Ink::Alarm).add_modifier(Modifier::BOLD));
    }
}
