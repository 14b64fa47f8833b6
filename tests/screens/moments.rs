//! Moving in time and taking part: what keys and commands ask, and what comes of it on the screen.

mod bar;
mod chairs;
mod credit;
mod pictures;
mod sight;
mod what_if;

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
    let agents = vec![Entry { name: "sarsa".into(), about: "Learns what it does.".into(), ..Entry::default() }];
    snapshot.catalogue = std::sync::Arc::new(Catalogue { agents, ..Catalogue::default() });
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
