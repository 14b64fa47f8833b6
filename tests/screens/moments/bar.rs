//! The time bar: where one goes by keys and mouse.

use super::*;

#[test]
fn an_arrow_goes_to_the_next_column_of_the_bar() {
    let s = sample::past();
    let mut model = at(&s);
    let back = type_in(&mut model, &s, "<left>").asks;
    let [Ask::SeekDialogue(there)] = back[..] else { panic!("{back:?}") };
    assert!(there < 400 && there > 350, "{there}");
    let onward = asked(&s, "<right>");
    assert!(matches!(onward[..], [Ask::SeekDialogue(there)] if there > 400 && there < 450), "{onward:?}");
}

#[test]
fn arrows_on_the_curve_leave_the_series_alone_and_up_and_down_change_it() {
    let s = sample::past();
    let mut model = at(&s);
    type_in(&mut model, &s, "<left><right>");
    assert_eq!(model.curve.series, dialoq::tui::model::Series::Return);
    type_in(&mut model, &s, "<down>");
    assert_eq!(model.curve.series, dialoq::tui::model::Series::Success);
}

#[test]
fn of_many_wishes_one_is_under_way_and_the_newest_is_next() {
    let s = sample::past();
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, "<left><left><left><left>").asks.len(), 1);
    let wanted = model.seek.wanted;
    assert_eq!(update::due(&mut model, &s), []);
    // The first has been reached: now the last is asked for, and those between never are.
    let mut arrived = s.clone();
    let Ask::SeekDialogue(first) = type_in(&mut at(&s), &s, "<left>").asks[0] else { panic!() };
    (arrived.view.dialogues, arrived.view.turn) = (first, 0);
    assert_eq!(update::due(&mut model, &arrived), wanted.map(Ask::SeekDialogue).into_iter().collect::<Vec<_>>());
    assert!(wanted.is_some_and(|wanted| wanted < first));
}

#[test]
fn a_long_way_is_given_up_for_a_newer_wish() {
    let mut s = sample::past();
    let mut model = at(&s);
    type_in(&mut model, &s, "<left><left>");
    s.phase = Phase::Busy("going".into(), 0.4);
    model.now_ms += 1_000;
    let asks = update::due(&mut model, &s);
    assert!(matches!(asks[..], [Ask::Cancel, Ask::SeekDialogue(_)]), "{asks:?}");
}

#[test]
fn a_press_and_a_drag_on_the_curve_go_there() {
    let s = sample::past();
    let mut model = at(&s);
    let mouse_at = |model: &mut Model, kind, column| {
        let event = MouseEvent { kind, column, row: 17, modifiers: KeyModifiers::NONE };
        mouse::touch(model, &s, event, DARK).asks
    };
    let asks = mouse_at(&mut model, MouseEventKind::Down(MouseButton::Left), 40);
    let [Ask::SeekDialogue(there)] = asks[..] else { panic!("{asks:?}") };
    assert!(there > 700 && there < 900, "{there}");
    assert_eq!(mouse_at(&mut model, MouseEventKind::Drag(MouseButton::Left), 40), []);
    assert_eq!(mouse_at(&mut model, MouseEventKind::Drag(MouseButton::Left), 8), []);
    assert!(model.seek.wanted.is_some_and(|wanted| wanted < 50));
}

#[test]
fn presses_beside_the_plot_go_nowhere() {
    let s = sample::past();
    let event = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: 3, row: 9, modifiers: KeyModifiers::NONE };
    assert_eq!(mouse::touch(&mut at(&s), &s, event, DARK).asks, []);
}

#[test]
fn every_arrow_moves_however_narrow_a_column_is() {
    let mut s = sample::past();
    for dialogues in [0, 1, 2, 3, 1_000, 1_233, 1_234] {
        for axis in ["", "L"] {
            s.view.dialogues = dialogues;
            let mut model = at(&s);
            type_in(&mut model, &s, axis);
            let mut other = model.clone();
            type_in(&mut model, &s, "<left>");
            type_in(&mut other, &s, "<right>");
            let back = model.seek.wanted.unwrap_or(dialogues);
            let onward = other.seek.wanted.unwrap_or(dialogues);
            assert!(back < dialogues || dialogues == 0, "{dialogues} {back}");
            assert!(onward > dialogues && onward <= 1_234 || dialogues == 1_234, "{dialogues} {onward}");
        }
    }
}
