//! What clicks, drags and the wheel do.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::snapshot::Snapshot;
use dialoq::tui::Outcome;
use dialoq::tui::layout::plan;
use dialoq::tui::model::{Model, Overlay, ScreenId, Slot};
use dialoq::tui::mouse::touch;
use dialoq::tui::receive::receive;

use super::super::sample;
use super::{RICH, model, picture, type_in};

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

fn at(model: &mut Model, snapshot: &Snapshot, kind: MouseEventKind, (column, row): (u16, u16)) -> Outcome {
    let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
    touch(model, snapshot, event, RICH)
}

/// Where words stand in the picture.
fn place(model: &Model, snapshot: &Snapshot, words: &str) -> (u16, u16) {
    let picture = picture(model, snapshot, RICH);
    let (row, line) = picture.lines().enumerate().find(|(_, line)| line.contains(words)).expect("the words are on the screen");
    let column = line[..line.find(words).unwrap()].chars().count();
    (column as u16, row as u16)
}

fn training() -> (Model, Snapshot) {
    let (mut model, snapshot) = (model(120, 40), sample::training());
    receive(&mut model, &snapshot);
    (model, snapshot)
}

#[test]
fn tabs_and_hints_are_buttons() {
    let (mut model, snapshot) = training();
    let tab = place(&model, &snapshot, "2 Values");
    at(&mut model, &snapshot, DOWN, tab);
    assert_eq!(model.screen, ScreenId::Values);
    let hint = place(&model, &snapshot, "N dialogue");
    assert_eq!(at(&mut model, &snapshot, DOWN, hint).asks, [Ask::StepDialogues(1)]);
    let help = place(&model, &snapshot, "? help");
    at(&mut model, &snapshot, DOWN, help);
    assert!(matches!(model.overlay, Some(Overlay::Help(_))));
    at(&mut model, &snapshot, DOWN, (0, 39));
    assert_eq!(model.overlay, None);
}

#[test]
fn a_click_gives_a_pane_the_focus_and_the_wheel_needs_none() {
    let (mut model, snapshot) = training();
    at(&mut model, &snapshot, MouseEventKind::ScrollDown, (20, 25));
    assert_eq!((model.focus, model.table.row), (Slot::TrainCurve, 1));
    at(&mut model, &snapshot, DOWN, (20, 25));
    assert_eq!(model.focus, Slot::TrainTable);
}

#[test]
fn a_slider_dragged_asks_once_when_it_is_let_go() {
    let (mut model, snapshot) = training();
    let (column, row) = place(&model, &snapshot, "●─   γ");
    assert_eq!(at(&mut model, &snapshot, DOWN, (column, row)).asks, []);
    assert_eq!(at(&mut model, &snapshot, DRAG, (column - 3, row - 9)).asks, []);
    let asks = at(&mut model, &snapshot, UP, (column - 3, row - 9)).asks;
    assert!(matches!(asks[..], [Ask::Edit(Edit::Tune { .. })]), "{asks:?}");
    assert_eq!((model.focus, model.held), (Slot::Knobs, None));
}

#[test]
fn a_key_that_turns_a_knob_in_the_past_asks_as_anywhere() {
    let (mut model, mut snapshot) = training();
    snapshot.view.tick -= 1;
    assert_eq!(type_in(&mut model, &snapshot, "+").asks, []);
    model.now_ms += 1_000;
    let asks = dialoq::tui::update::due(&mut model, &snapshot);
    assert!(matches!(asks[..], [Ask::Edit(Edit::Tune { .. })]), "{asks:?}");
}

#[test]
fn a_second_click_on_a_command_runs_it() {
    let (mut model, snapshot) = training();
    type_in(&mut model, &snapshot, ":next l");
    let entry = place(&model, &snapshot, "Shows the next layer");
    at(&mut model, &snapshot, DOWN, entry);
    assert!(model.overlay.is_some());
    at(&mut model, &snapshot, DOWN, entry);
    assert_eq!(model.overlay, None);
    assert_ne!(model.table.layer, dialoq::tui::model::Layer::Q);
}

#[test]
fn the_watch_asks_for_what_is_in_sight_only() {
    let watch = |width, height, id| {
        let mut model = model(width, height);
        dialoq::tui::update::open_screen(&mut model, id);
        dialoq::tui::update::wanted(&model, &plan(&model))
    };
    let all = watch(120, 40, ScreenId::Train);
    assert!(all.curve.is_some() && all.table.is_some() && all.update && all.transcript.is_some());
    let one = watch(60, 15, ScreenId::Train);
    assert!(one.curve.is_some() && one.table.is_none() && !one.update && one.transcript.is_none());
    assert_eq!(watch(40, 10, ScreenId::Train), dialoq::trainer::view::Watch::default());
    let values = watch(120, 40, ScreenId::Values);
    assert!(values.table.is_some() && values.curve.is_none());
}
