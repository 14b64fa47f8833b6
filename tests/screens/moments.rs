//! Moving in time and taking part: what keys and commands ask, and what comes of it on the screen.

mod pictures;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use dialoq::trainer::command::{Ask, BranchChange, Breakpoint, Change, Edit, Setting};
use dialoq::trainer::snapshot::{Catalogue, Entry, Phase, Snapshot};
use dialoq::trainer::view::Mark;
use dialoq::tui::model::{Model, Overlay, ScreenId, Slot};
use dialoq::tui::receive::receive;
use dialoq::tui::theme::Theme;
use dialoq::tui::{Outcome, draw, layout, mouse, panels, press, update};

use super::easel::DARK;
use super::sample;

/// A screen of 120 x 40 on which this has just come.
fn at(snapshot: &Snapshot) -> Model {
    sized(snapshot, 120, 40)
}

fn sized(snapshot: &Snapshot, width: u16, height: u16) -> Model {
    let mut model = Model { size: (width, height), ..Model::default() };
    receive(&mut model, snapshot);
    model
}

/// Presses letters, and keys named in angle brackets.
fn type_in(model: &mut Model, snapshot: &Snapshot, keys: &str) -> Outcome {
    let mut all = Outcome::default();
    let mut rest = keys;
    while let Some(letter) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|named| named.split_once('>'));
        let (code, left) = match named {
            Some(("left", left)) => (KeyCode::Left, left),
            Some(("right", left)) => (KeyCode::Right, left),
            Some(("up", left)) => (KeyCode::Up, left),
            Some(("down", left)) => (KeyCode::Down, left),
            Some(("home", left)) => (KeyCode::Home, left),
            Some(("end", left)) => (KeyCode::End, left),
            Some(("enter", left)) => (KeyCode::Enter, left),
            Some(("tab", left)) => (KeyCode::Tab, left),
            Some(("esc", left)) => (KeyCode::Esc, left),
            _ => (KeyCode::Char(letter), &rest[letter.len_utf8()..]),
        };
        rest = left;
        let out = press(model, snapshot, KeyEvent::new(code, KeyModifiers::NONE));
        all.asks.extend(out.asks);
        all.copy = out.copy.or(all.copy);
        all.quit |= out.quit;
    }
    all
}

fn asked(snapshot: &Snapshot, keys: &str) -> Vec<Ask> {
    type_in(&mut at(snapshot), snapshot, keys).asks
}

fn picture(model: &Model, snapshot: &Snapshot, theme: Theme) -> String {
    let mut terminal = Terminal::new(TestBackend::new(model.size.0, model.size.1)).unwrap();
    terminal.draw(|frame| draw(frame, snapshot, model, &theme)).unwrap();
    super::easel::text(terminal.backend().buffer()).trim_end().to_owned()
}

fn complaint(model: &Model) -> Option<&str> {
    match &model.overlay {
        Some(Overlay::Palette(listing)) => listing.complaint.as_deref(),
        Some(Overlay::Prompt(prompt)) => prompt.complaint.as_deref(),
        _ => None,
    }
}

fn with_catalogue() -> Snapshot {
    let mut snapshot = sample::training();
    let agents = vec![Entry { name: "sarsa".into(), about: "Learns what it does.".into() }];
    snapshot.catalogue = std::sync::Arc::new(Catalogue { scenarios: Vec::new(), agents });
    snapshot
}

#[test]
fn keys_that_move_in_time_ask_for_it() {
    let s = sample::training();
    assert_eq!(asked(&s, "b"), [Ask::Branch(None)]);
    assert_eq!(asked(&s, "M"), [Ask::Bookmark(String::new())]);
    assert_eq!(asked(&s, "gt9,870<enter>"), [Ask::SeekTick(9_870)]);
    assert_eq!(asked(&s, "gturn 12<enter>"), [Ask::SeekTick(12)]);
    assert_eq!(asked(&s, "g400<enter>"), [Ask::SeekDialogue(400)]);
    assert_eq!(asked(&s, "<home>"), [Ask::SeekTick(0)]);
    assert_eq!(asked(&sample::past(), "<end>"), [Ask::Head]);
}

#[test]
fn a_turn_that_has_not_been_is_refused_in_one_sentence() {
    let s = sample::training();
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, "gt99999<enter>").asks, []);
    assert_eq!(complaint(&model), Some("turn 99,999 has not been yet; the last is 9,871"));
}

#[test]
fn marks_are_gone_to_one_after_the_other() {
    let s = sample::found();
    // Here is turn 3,120: behind it a bookmark, ahead two changes and a bookmark.
    assert_eq!(asked(&s, "'"), [Ask::SeekTick(3_310)]);
    assert_eq!(asked(&s, "\""), [Ask::SeekTick(800)]);
    let mut first = s.clone();
    first.view.tick = 10;
    let mut model = at(&first);
    assert_eq!(type_in(&mut model, &first, "\"").asks, []);
    assert!(model.notice.is_some_and(|said| said.text.contains("lies behind")));
}

mod bar {
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
}

#[test]
fn typed_branches_and_edits_become_asks() {
    let s = with_catalogue();
    let branch = |edit| Ask::Branch(Some(BranchChange::Edit(edit)));
    let world = |setting| Edit::World(setting);
    let reward = |name: &str, value| Setting::Reward { name: name.into(), value };
    for (typed, ask) in [
        ("branch alpha 0.5", branch(Edit::Tune { knob: "alpha".into(), value: 0.5 })),
        ("branch agent sarsa", Ask::Branch(Some(BranchChange::Agent("sarsa".into())))),
        ("branch seed 8", branch(Edit::Seed { seed: 8 })),
        ("branch users unfriendly", branch(world(Setting::Profile("unfriendly".into())))),
        ("branch noise 0.3", branch(world(Setting::Noise(Some(0.3))))),
        ("branch reward turn -2", branch(world(reward("turn", -2.0)))),
        ("branch", Ask::Branch(None)),
        ("users easy", Ask::Edit(world(Setting::Profile("easy".into())))),
        ("noise 0.3", Ask::Edit(world(Setting::Noise(Some(0.3))))),
        ("noise scenario", Ask::Edit(world(Setting::Noise(None)))),
        ("reward success 30", Ask::Edit(world(reward("success", 30.0)))),
        ("set 3.5", Ask::Edit(Edit::Set { state: 0, act: 0, value: 3.5 })),
        ("set −2", Ask::Edit(Edit::Set { state: 0, act: 0, value: -2.0 })),
        ("learned flip", Ask::Learned { state: 0, act: 0, change: Change::Flip }),
        ("bookmark the odd one", Ask::Bookmark("the odd one".into())),
        ("save refunds", Ask::SaveAs("refunds".into())),
        ("break delta 5", Ask::Breakpoints(vec![Breakpoint::DeltaAbove(5.0)])),
        ("break none", Ask::Breakpoints(Vec::new())),
    ] {
        assert_eq!(asked(&s, &format!(":{typed}<enter>")), [ask], "{typed}");
    }
}

#[test]
fn what_cannot_be_is_refused_in_one_sentence() {
    let s = with_catalogue();
    for (typed, sentence) in [
        ("users odd", "the users are easy, standard, unfriendly"),
        ("noise 0.9", "noise is a number from 0 to 0.5, or “scenario”"),
        (
            "reward joy 3",
            "a reward takes its name and a number, such as reward success 30; there are turn, success, hang-up, escalate, wrong",
        ),
        ("branch mood 3", "a branch may differ in a knob, agent, seed, users, noise or reward, not in “mood”"),
        ("branch alpha 3", "alpha takes a number from 0.0001 to 1"),
        ("branch agent x", "there is no agent “x”; there are sarsa"),
        ("set high", "“high” is not a number; a value is a number, such as set 3.5"),
        ("learned never", "learned takes one of last, most, flip"),
        ("break what", "stop at delta 5, success, flip, below -10, above 15, dialogues 5000, or none"),
        ("break dialogues 10", "10 dialogues are over already"),
        ("unmark nothing", "there is no bookmark “nothing”"),
    ] {
        let mut model = at(&s);
        assert_eq!(type_in(&mut model, &s, &format!(":{typed}<enter>")).asks, [], "{typed}");
        assert_eq!(complaint(&model), Some(sentence), "{typed}");
    }
}

#[test]
fn an_act_that_is_not_allowed_gets_no_value() {
    let mut s = sample::training();
    s.view.table.as_mut().expect("the sample has it").rows[0].cells[0].legal = false;
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, ":set 3<enter>").asks, []);
    assert_eq!(complaint(&model), Some("“ask task” is not allowed in the selected state, so it has no value there"));
}

#[test]
fn the_bookmark_of_this_moment_is_taken_away() {
    let mut s = sample::found();
    s.view.tick = 7_000;
    assert_eq!(asked(&s, ":unmark<enter>"), [Ask::Unmark(7_000)]);
    assert_eq!(asked(&s, ":unmark 1<enter>"), [Ask::Unmark(800)]);
}

#[test]
fn breakpoints_are_added_listed_and_taken_away() {
    let s = sample::found();
    let (delta, flip) = (Breakpoint::DeltaAbove(5.0), Breakpoint::Flip { state: 15 });
    let mut model = at(&s);
    type_in(&mut model, &s, "B");
    let shown = picture(&model, &s, DARK);
    assert!(shown.contains("1 – |δ| > 5") && shown.contains("2 – flip of"), "{shown}");
    assert_eq!(type_in(&mut model, &s, "below -10<enter>").asks, [Ask::Breakpoints(vec![delta, flip, Breakpoint::ReturnBelow(-10.0)])]);
    assert_eq!(model.overlay, None);
    assert_eq!(asked(&s, "B1<enter>"), [Ask::Breakpoints(vec![flip])]);
    assert_eq!(asked(&s, "Bdelta 5<enter>"), [Ask::Breakpoints(vec![delta, flip])]);
    assert_eq!(asked(&s, "Bnone<enter>"), [Ask::Breakpoints(Vec::new())]);
    let selected = at(&s).table.selected.expect("the sample has rows");
    assert_eq!(asked(&s, "Bflip<enter>"), [Ask::Breakpoints(vec![delta, flip, Breakpoint::Flip { state: selected }])]);
}

#[test]
fn why_a_run_stopped_is_said_where_its_state_is() {
    let s = sample::stopped();
    let shown = picture(&at(&s), &s, DARK);
    assert!(shown.lines().next().is_some_and(|line| line.contains("stopped: |δ| = 12.3 at turn 9,871")), "{shown}");
}

#[test]
fn when_it_was_learned_is_asked_of_the_selected_cell() {
    let s = sample::training();
    let mut model = at(&s);
    type_in(&mut model, &s, "2<right><right>w");
    let shown = picture(&model, &s, DARK);
    assert!(shown.contains("When did it learn this?") && shown.contains("ask item"), "{shown}");
    let state = model.table.selected.expect("a row is selected");
    for (key, change) in [("l", Change::Last), ("m", Change::Largest), ("f", Change::Flip)] {
        let mut model = model.clone();
        assert_eq!(type_in(&mut model, &s, key).asks, [Ask::Learned { state, act: 2, change }]);
        assert_eq!(model.overlay, None);
        assert!(picture(&model, &s, DARK).contains("Selected cell"));
        // The update that has been gone to can be read, the arrows stay with the table, and Esc gives the cell back.
        let mut there = s.clone();
        there.view.tick = 4_000;
        model.size = (80, 24);
        receive(&mut model, &there);
        assert!(picture(&model, &there, DARK).contains("This update"));
        assert_eq!(model.focus, Slot::ValuesTable);
        type_in(&mut model, &there, "<esc>");
        assert!(picture(&model, &there, DARK).contains("Selected cell"));
    }
    type_in(&mut model, &s, "<esc>");
    assert_eq!(model.overlay, None);
}

mod credit {
    use super::*;

    #[test]
    fn the_reward_of_the_turn_shown_is_followed() {
        let s = sample::training();
        assert_eq!(asked(&s, "t"), [Ask::Credit(9_871)]);
        assert_eq!(asked(&s, "3<up><up>t"), [Ask::Credit(9_869)]);
    }

    #[test]
    fn a_trail_comes_into_sight_and_goes_with_escape() {
        let mut s = sample::training();
        for screen in ["1", "2", "3"] {
            s.findings.trail = None;
            let mut model = at(&s);
            type_in(&mut model, &s, screen);
            s.findings.trail = Some(sample::trail(9));
            receive(&mut model, &s);
            assert!(picture(&model, &s, DARK).contains("Credit trail"), "{screen}");
            assert_eq!(type_in(&mut model, &s, "<esc>").asks, [Ask::Dismiss]);
            assert!(!picture(&model, &s, DARK).contains("Credit trail"), "{screen}");
        }
    }

    #[test]
    fn enter_goes_to_just_after_the_update_of_a_hop() {
        let mut s = sample::training();
        let mut model = at(&s);
        s.findings.trail = Some(sample::trail(9));
        receive(&mut model, &s);
        assert_eq!(type_in(&mut model, &s, "<down><down><enter>").asks, [Ask::SeekTick(9_870 - 2 * 211 + 1)]);
    }

    #[test]
    fn asked_again_the_same_trail_comes_into_sight_again() {
        let mut s = sample::training();
        s.findings.trail = Some(sample::trail(9));
        let mut model = at(&s);
        type_in(&mut model, &s, "p");
        assert!(!picture(&model, &s, DARK).contains("Credit trail"));
        type_in(&mut model, &s, "t");
        receive(&mut model, &s);
        assert!(picture(&model, &s, DARK).contains("Credit trail"));
    }
}

mod what_if {
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
}

mod chairs {
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
}

#[test]
fn a_nudged_knob_is_sent_before_anything_moves() {
    let s = sample::training();
    let mut model = at(&s);
    assert_eq!(type_in(&mut model, &s, "+++").asks, []);
    let asks = type_in(&mut model, &s, "n").asks;
    assert!(matches!(asks[..], [Ask::Edit(Edit::Tune { .. }), Ask::StepTurns(1)]), "{asks:?}");
    type_in(&mut model, &s, "+");
    let leaving = type_in(&mut model, &s, "q");
    assert!(leaving.quit && leaving.asks.len() == 1);
}

#[test]
fn the_command_is_shown_and_copied() {
    let mut s = sample::training();
    s.session.name = "kettle".into();
    s.session.path = Some("/home/me/kettle".into());
    let mut model = at(&s);
    let out = type_in(&mut model, &s, "y");
    assert_eq!(out.copy.as_deref(), Some(s.command.as_str()));
    let shown = picture(&model, &s, DARK);
    for words in [s.command.as_str(), "Copied, if the terminal allows it", "Session kettle"] {
        assert!(shown.contains(words), "{shown}");
    }
}

#[test]
fn the_clipboard_gets_base64() {
    for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("ä", "w6Q=")] {
        assert_eq!(dialoq::tui::clip::base64(text.as_bytes()), coded);
    }
    assert_eq!(dialoq::tui::clip::sequence("f"), b"\x1b]52;c;Zg==\x07");
}

#[test]
fn a_session_that_is_not_written_is_told_and_stays_in_sight() {
    let mut s = sample::training();
    s.session.trouble = Some("No space left on device".into());
    let mut model = at(&s);
    assert!(model.notice.as_ref().is_some_and(|said| said.is_error && said.text.contains("No space left on device")));
    model.notice = None;
    receive(&mut model, &s);
    assert_eq!(model.notice, None);
    assert!(picture(&model, &s, DARK).contains("not saved: No space left on device"));
    model.size = (80, 24);
    assert!(picture(&model, &s, DARK).contains("not saved"));
}

#[test]
fn in_the_past_the_number_at_the_marker_is_that_of_the_moment() {
    let mut s = sample::past();
    s.view.curve.as_mut().expect("the sample has it").smooth_now = Some(7.77);
    assert!(picture(&at(&s), &s, DARK).contains(" 7.77"));
    s.view.tick = s.view.head;
    assert!(!picture(&at(&s), &s, DARK).contains(" 7.77"));
}

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
