//! The frame of the screens: keys, sizes, footer, overlays, as (snapshot, keys, picture).

mod asks;
mod keys;
mod messages;
mod mouse;
mod pictures;
mod words;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use dialoq::trainer::snapshot::{Catalogue, Entry, Pace, Phase, Snapshot};
use dialoq::trainer::view::{KnobKind, KnobView, RunView, TranscriptView, TurnView};
use dialoq::tui::model::{Model, ScreenId};
use dialoq::tui::theme::{Depth, Ground, Theme};
use dialoq::tui::{Outcome, draw, press};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const RICH: Theme = Theme::new(Ground::Dark, Depth::True, true);
const SAFE: Theme = Theme::new(Ground::Mono, Depth::Palette16, false);
const SCREENS: [ScreenId; 5] = [ScreenId::Train, ScreenId::Values, ScreenId::Dialogue, ScreenId::Compare, ScreenId::Language];

/// A run at turn 9,871, as the trainer would tell of it.
fn snapshot() -> Snapshot {
    let entry = |name: &str, about: &str| Entry { name: name.into(), about: about.into(), ..Entry::default() };
    let catalogue = Catalogue {
        scenarios: vec![entry("customer-service", "Refunds and orders."), entry("smart-home", "Lights and heating.")],
        agents: vec![entry("q-learning", "Learns greedy values."), entry("sarsa", "Learns what it does.")],
        ..Catalogue::default()
    };
    Snapshot {
        scenario: "customer-service".into(),
        scenario_title: "Customer service".into(),
        agent: "q-learning".into(),
        seed: 7,
        phase: Phase::Running,
        pace: Pace::DialoguesPerSecond(60.0),
        dialogues_per_s: 60.0,
        turns_per_s: 480.0,
        view: RunView {
            tick: 9_871,
            head: 9_871,
            dialogues: 1_234,
            head_dialogues: 1_234,
            digest: Some(0x4f2a_91c0_1234_5678),
            knobs: vec![
                knob("alpha", "α", KnobKind::Real { min: 0.0, max: 1.0, log: true }),
                knob("explore", "π", KnobKind::Choice(&["greedy", "softmax"])),
            ],
            ..RunView::default()
        },
        solution: None,
        evaluations: Arc::new(Vec::new()),
        catalogue: Arc::new(catalogue),
        notice: None,
        command: "dialoq watch --scenario customer-service --seed 7".into(),
        ..Snapshot::default()
    }
}

fn knob(name: &'static str, symbol: &'static str, kind: KnobKind) -> KnobView {
    let meaning = "how far each update moves";
    KnobView { name, symbol, meaning, unit: "", kind, value: 0.1, now: 0.1, default: 0.1, live: true }
}

/// The same run, taken back to turn 3,120.
fn in_the_past() -> Snapshot {
    let mut snapshot = snapshot();
    snapshot.view.tick = 3_120;
    snapshot.view.dialogues = 390;
    snapshot.phase = Phase::Paused;
    snapshot
}

fn with_transcript(turns: usize, complete: bool) -> Snapshot {
    let mut snapshot = snapshot();
    let turn = |k: usize| TurnView { turn: k as u32 + 1, delta: Some([0.5, -3.0, 1.0][k % 3]), ..TurnView::default() };
    let turns = (0..turns).map(turn).collect();
    let talk = TranscriptView { dialogue: 1_233, turns, complete, ..TranscriptView::default() };
    snapshot.view.transcript = Some(talk);
    snapshot
}

fn model(width: u16, height: u16) -> Model {
    Model { size: (width, height), ..Model::default() }
}

/// Presses keys one after the other: letters, or names in angle brackets such as `<esc>`.
pub fn type_in(model: &mut Model, snapshot: &Snapshot, keys: &str) -> Outcome {
    let mut all = Outcome::default();
    let mut rest = keys;
    while let Some(letter) = rest.chars().next() {
        let name = rest.strip_prefix('<').and_then(|named| named.split_once('>'));
        let (event, left) = match name {
            Some((name, left)) if name.len() > 1 => (named(name), left),
            _ => (KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE), &rest[letter.len_utf8()..]),
        };
        rest = left;
        let out = press(model, snapshot, event);
        all.asks.extend(out.asks);
        all.quit |= out.quit;
        all.suspend |= out.suspend;
        all.redraw |= out.redraw;
    }
    all
}

fn named(name: &str) -> KeyEvent {
    let (name, modifiers) = match name.strip_prefix("ctrl-") {
        Some(name) => (name, KeyModifiers::CONTROL),
        None => (name, KeyModifiers::NONE),
    };
    let code = match name {
        "esc" => KeyCode::Esc,
        "enter" => KeyCode::Enter,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "backspace" => KeyCode::Backspace,
        letter => KeyCode::Char(letter.chars().next().expect("a key has a name")),
    };
    KeyEvent::new(code, modifiers)
}

/// The picture in characters, without blanks at the ends of lines.
pub fn picture(model: &Model, snapshot: &Snapshot, theme: Theme) -> String {
    let mut terminal = Terminal::new(TestBackend::new(model.size.0, model.size.1)).unwrap();
    terminal.draw(|frame| draw(frame, snapshot, model, &theme)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let width = usize::from(model.size.0.max(1));
    let rows = buffer.content.chunks(width);
    let lines = rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>());
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
