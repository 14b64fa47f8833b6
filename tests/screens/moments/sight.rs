//! What stays in sight, and what is said of it.

use super::*;

#[test]
fn the_footer_offers_to_branch_and_the_values_to_ask_when() {
    let s = sample::training();
    let mut model = at(&s);
    let footer = |model: &Model| picture(model, &s, DARK).lines().last().unwrap_or_default().to_owned();
    assert!(footer(&model).contains("b branch"), "{}", footer(&model));
    type_in(&mut model, &s, "2");
    assert!(footer(&model).contains("w when") && footer(&model).contains("x what if"), "{}", footer(&model));
    type_in(&mut model, &s, "3");
    assert!(footer(&model).contains("a be agent") && footer(&model).contains("A user"), "{}", footer(&model));
}

#[test]
fn stepping_keeps_the_live_row_in_sight_until_the_table_is_moved_by_hand() {
    let s = sample::past();
    let mut model = at(&s);
    let follows = |model: &Model| update::wanted(model, &dialoq::tui::layout::plan(model)).table.is_some_and(|table| table.follow);
    assert!(!follows(&model));
    type_in(&mut model, &s, "n");
    assert!(follows(&model));
    type_in(&mut model, &s, "<tab><tab><down>");
    assert_eq!((model.focus, follows(&model)), (Slot::TrainTable, false));
    type_in(&mut model, &s, "z2");
    assert_eq!((model.screen, follows(&model)), (ScreenId::Values, false));
}

#[test]
fn a_branch_keeps_the_cell_that_was_chosen() {
    let mut s = sample::training();
    let mut model = at(&s);
    type_in(&mut model, &s, "2<down><down><right>");
    let chosen = (model.table.selected, model.table.act);
    s.focus = 1;
    if let Some(curve) = &mut s.view.curve {
        curve.marks = vec![Mark { dialogue: 3, tick: 20, text: "α".into() }];
    }
    receive(&mut model, &s);
    assert_eq!((model.table.selected, model.table.act), chosen);
    assert_eq!(model.moments.marks, [20]);
}

#[test]
fn the_cursor_stays_on_its_state_when_the_rows_are_put_in_another_order() {
    let s = sample::training();
    let mut model = at(&s);
    type_in(&mut model, &s, "2<down><down>");
    let state = model.table.selected;
    type_in(&mut model, &s, "o");
    assert_eq!(update::wanted(&model, &layout::plan(&model)).table.and_then(|table| table.keep), state);
    let mut later = s.clone();
    later.view.table.as_mut().unwrap().rows.swap(2, 5);
    receive(&mut model, &later);
    assert_eq!((model.table.selected, model.table.row), (state, 5));
    // Moved by hand, it is the row that counts again.
    type_in(&mut model, &later, "<up>");
    assert_eq!(model.table.selected, Some(later.view.table.as_ref().unwrap().rows[4].state));
    assert_eq!(update::wanted(&model, &layout::plan(&model)).table.and_then(|table| table.keep), None);
}

#[test]
fn a_seek_keeps_the_selected_state_in_sight() {
    let s = sample::training();
    let mut model = at(&s);
    type_in(&mut model, &s, "2<down>wf");
    let state = model.table.selected;
    assert!(state.is_some());
    assert_eq!(update::wanted(&model, &layout::plan(&model)).table.and_then(|table| table.keep), state);
    // Rows that came before the wish do not take the cursor elsewhere.
    let mut without = s.clone();
    without.view.table.as_mut().unwrap().rows.retain(|row| Some(row.state) != state);
    receive(&mut model, &without);
    assert_eq!(model.table.selected, state);
}

#[test]
fn a_verb_that_wants_a_word_does_nothing_without_one() {
    let s = with_catalogue();
    for typed in ["users", "user", "learned", "agent"] {
        let mut model = at(&s);
        assert_eq!(type_in(&mut model, &s, &format!(":{typed}<enter>")).asks, [], "{typed}");
        assert!(complaint(&model).is_some(), "{typed}");
    }
    assert_eq!(asked(&s, ":users<enter><down><up><enter>"), [Ask::Edit(Edit::World(Setting::Profile("easy".into())))]);
}

#[test]
fn a_knob_behind_set_is_told_how_it_is_turned() {
    let s = with_catalogue();
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, ":set alpha 0.5<enter>").asks, []);
    assert_eq!(complaint(&model), Some("set writes a value into the table; to turn a knob type :alpha 0.5"));
}

#[test]
fn a_trail_is_followed_again_from_the_turn_before_where_none_is_shown() {
    let mut s = sample::found();
    s.view.update = None;
    let mut model = at(&s);
    let asks = type_in(&mut model, &s, "t").asks;
    assert_eq!(asks, [Ask::Credit(s.view.tick - 1)]);
}

#[test]
fn hiding_the_values_hides_them_in_the_transcript_and_keeps_the_choice() {
    let s = sample::seated();
    let mut model = at(&s);
    type_in(&mut model, &s, "3a");
    let before = panels::chair::chosen(&model, &s);
    let open = picture(&model, &s, DARK);
    type_in(&mut model, &s, "H");
    let hidden = picture(&model, &s, DARK);
    assert_eq!(panels::chair::chosen(&model, &s), before);
    assert!(open.contains("δ ") && !hidden.contains("δ ") && !hidden.contains("Q +"), "{hidden}");
    assert!(hidden.contains("show values"), "{hidden}");
}

#[test]
fn a_chair_says_how_many_choices_stand_below() {
    let s = sample::seated();
    let mut model = sized(&s, 60, 15);
    type_in(&mut model, &s, "3a");
    assert!(picture(&model, &s, DARK).contains("more below"), "{}", picture(&model, &s, DARK));
}

#[test]
fn asked_for_another_act_the_arrows_choose_it_even_after_an_earlier_what_if() {
    let mut s = sample::found();
    s.findings.trail = None;
    let mut model = at(&s);
    type_in(&mut model, &s, "3<esc>x");
    receive(&mut model, &s);
    assert_eq!(model.focus, Slot::DialogueActs);
    type_in(&mut model, &s, "<down>");
    assert!(model.moments.act.is_some());
}

#[test]
fn on_an_act_that_is_not_allowed_only_the_flip_can_be_looked_for() {
    let s = sample::training();
    let table = s.view.table.as_ref().unwrap();
    let (row, act) = (0..table.rows.len()).find_map(|k| Some((k, table.rows[k].cells.iter().position(|cell| !cell.legal)?))).unwrap();
    let mut model = at(&s);
    type_in(&mut model, &s, "2");
    (model.table.selected, model.table.act) = (Some(table.rows[row].state), act as u16);
    assert!(dialoq::tui::moments::when_words(&model, &s).contains("only f applies here"));
}

#[test]
fn a_notice_goes_with_the_moment_it_was_said_of_and_does_not_come_back() {
    let s = sample::training();
    for keys in ["z", "n", "?<esc>", ":<esc>"] {
        let mut model = at(&s);
        model.say("stopped at a success", false);
        type_in(&mut model, &s, keys);
        assert_eq!(model.notice, None, "{keys}");
    }
}

#[test]
fn at_rest_the_status_line_keeps_the_digest_in_a_narrow_window() {
    for base in [sample::training(), sample::past(), sample::stopped()] {
        let mut s = base;
        s.phase = Phase::Paused;
        s.view.digest = Some(0x4f2a_91c0_1234_5678);
        let model = sized(&s, 80, 24);
        let first = picture(&model, &s, DARK).lines().next().unwrap_or_default().to_owned();
        assert!(first.contains("4f2a·91c0"), "{first}");
    }
}
