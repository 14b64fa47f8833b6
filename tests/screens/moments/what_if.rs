//! Another act, tried.

use super::*;

#[test]
fn the_act_under_the_cursor_is_tried_at_the_turn_shown() {
    let mut s = sample::training();
    s.phase = Phase::Paused;
    let mut model = at(&s);
    type_in(&mut model, &s, "3<up><tab><down>");
    let shown = model.moments.act.expect("the cursor has moved");
    assert_eq!(type_in(&mut model, &s, "x").asks, [Ask::SeekTick(9_870), Ask::WhatIf { act: shown }]);
    // Where the learner stands there already, it need not go.
    s.view.tick = 9_870;
    assert_eq!(type_in(&mut model, &s, "x").asks, [Ask::WhatIf { act: shown }]);
}

#[test]
fn the_act_that_was_taken_is_not_tried_but_another_one_asked_for() {
    let s = sample::training();
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, "3x").asks, []);
    assert_eq!(model.focus, Slot::DialogueActs);
    assert!(model.notice.as_ref().is_some_and(|said| said.text.contains("choose another act")));
    assert_eq!(type_in(&mut model, &s, "<down>x").asks.len(), 2);
}

#[test]
fn on_the_values_screen_the_selected_column_is_tried() {
    let s = sample::training();
    assert_eq!(asked(&s, "2<right>x"), [Ask::Pause, Ask::WhatIf { act: 1 }]);
}

#[test]
fn what_came_of_it_stands_side_by_side() {
    let mut s = sample::past();
    let mut model = at(&s);
    type_in(&mut model, &s, "3");
    s.findings.what_if = Some(sample::what_if());
    receive(&mut model, &s);
    let shown = picture(&model, &s, DARK);
    assert!(shown.contains("“confirm order” would have been better by 2.20"), "{shown}");
    assert!(shown.contains("ask item: mean return +6.10 ± 0.46"), "{shown}");
}
