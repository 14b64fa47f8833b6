//! The chairs of agent and user.

use super::*;

#[test]
fn who_sits_in_the_agents_chair_pauses_and_picks_an_act() {
    let mut s = sample::seated();
    s.phase = Phase::Running;
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, "3a").asks, [Ask::Pause]);
    s.phase = Phase::Paused;
    receive(&mut model, &s);
    let shown = picture(&model, &s, DARK);
    assert!(shown.contains("agent's chair: your turn") && shown.contains("You are the agent"), "{shown}");
    // The cursor begins where the agent would; illegal acts (3) are passed over.
    assert_eq!(type_in(&mut model, &s, "<enter>").asks, [Ask::Sit(Edit::Force { act: 1 })]);
    assert_eq!(type_in(&mut model, &s, "<down><down><enter>").asks, [Ask::Sit(Edit::Force { act: 4 })]);
}

#[test]
fn who_sits_in_the_users_chair_picks_an_answer() {
    let s = sample::seated();
    let mut model = at(&s);
    type_in(&mut model, &s, "3A");
    let watch = update::wanted(&model, &dialoq::tui::layout::plan(&model));
    assert!(watch.answers);
    let shown = picture(&model, &s, DARK);
    assert!(shown.contains("hangs up") && shown.contains("the agent's act: ask order"), "{shown}");
    assert_eq!(type_in(&mut model, &s, "<down><down><down><enter>").asks, [Ask::Sit(Edit::Say { outcome: 3 })]);
}

#[test]
fn escape_stands_up_and_so_does_another_screen_or_running() {
    let s = sample::seated();
    for keys in ["<esc>", "a", "1", " "] {
        let mut model = at(&s);
        type_in(&mut model, &s, "3a");
        assert!(model.moments.chair.is_some());
        type_in(&mut model, &s, keys);
        assert_eq!(model.moments.chair, None, "{keys}");
    }
}

#[test]
fn the_values_can_be_hidden() {
    let s = sample::seated();
    let mut model = at(&s);
    type_in(&mut model, &s, "3a");
    let seen = picture(&model, &s, DARK);
    type_in(&mut model, &s, "H");
    let hidden = picture(&model, &s, DARK);
    let values = |picture: &str| picture.lines().filter(|line| line.contains("Q* ")).count();
    assert!(values(&seen) > 5 && values(&hidden) == 0, "{hidden}");
    assert!(seen.contains("by itself it would") && !hidden.contains("by itself it would"));
}

#[test]
fn a_dialogue_that_was_held_is_laid_beside_the_policy_and_the_optimum() {
    let s = sample::held();
    let mut model = at(&s);
    type_in(&mut model, &s, "3a");
    let shown = picture(&model, &s, DARK);
    for words in ["your return +9", "same user +12", "optimum +14"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn a_click_chooses_and_a_second_one_takes_it() {
    let s = sample::seated();
    let mut model = at(&s);
    type_in(&mut model, &s, "3A");
    let shown = picture(&model, &s, DARK);
    let row = shown.lines().position(|line| line.contains("hangs up")).expect("the sample has it") as u16;
    let event = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: 90, row, modifiers: KeyModifiers::NONE };
    assert_eq!(mouse::touch(&mut model, &s, event, DARK).asks, []);
    assert_eq!(mouse::touch(&mut model, &s, event, DARK).asks, [Ask::Sit(Edit::Say { outcome: 3 })]);
}

#[test]
fn a_branch_does_not_make_one_stand_up() {
    let mut s = sample::seated();
    let mut model = at(&s);
    type_in(&mut model, &s, "3a");
    s.focus = 1;
    receive(&mut model, &s);
    assert!(model.moments.chair.is_some());
}
