//! What keys and commands ask of the trainer.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::snapshot::{Notice, Pace, Phase};
use dialoq::tui::model::{Layer, Overlay, ScreenId};
use dialoq::tui::receive::receive;
use dialoq::tui::tell::tell;

use super::{RICH, in_the_past, model, named, picture, snapshot, type_in, with_transcript};

fn asked(keys: &str) -> Vec<Ask> {
    type_in(&mut model(120, 40), &snapshot(), keys).asks
}

#[test]
fn stepping_goes_by_turns_dialogues_and_hundreds() {
    let wanted = [
        Ask::StepTurns(1),
        Ask::StepDialogues(1),
        Ask::BackTurns(1),
        Ask::ForwardTurns(1),
        Ask::BackDialogues(1),
        Ask::ForwardDialogues(1),
        Ask::BackDialogues(100),
        Ask::ForwardDialogues(100),
        Ask::Head,
    ];
    assert_eq!(asked("nNzZ[]{}G"), wanted);
}

#[test]
fn space_pauses_what_runs_and_runs_what_rests() {
    assert_eq!(asked(" "), [Ask::Pause]);
    assert_eq!(type_in(&mut model(80, 24), &in_the_past(), " ").asks, [Ask::Run]);
}

#[test]
fn escape_stops_a_long_search() {
    let mut busy = snapshot();
    busy.phase = Phase::Busy("seeking".into(), 0.3);
    assert_eq!(type_in(&mut model(80, 24), &busy, "<esc>").asks, [Ask::Cancel]);
}

#[test]
fn a_knob_changed_in_the_past_is_asked_for_as_anywhere() {
    let (mut model, past) = (model(120, 40), in_the_past());
    let asked = type_in(&mut model, &past, ":alpha 0.3<enter>");
    assert_eq!(asked.asks, [Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.3 })]);
    assert_eq!(model.overlay, None);
}

#[test]
fn typed_commands_become_asks() {
    let tune = |knob: &str, value| Ask::Edit(Edit::Tune { knob: knob.into(), value });
    let new = |scenario: Option<&str>, agent: Option<&str>, seed| Ask::New {
        scenario: scenario.map(str::to_owned),
        agent: agent.map(str::to_owned),
        seed,
    };
    let explore = tune("explore", 1.0);
    for (typed, ask) in [
        (":alpha 0.3<enter>", tune("alpha", 0.3)),
        (":explore softmax<enter>", explore),
        (":scenario smart-home<enter>", new(Some("smart-home"), None, None)),
        (":agent sarsa<enter>", new(None, Some("sarsa"), None)),
        (":seed 8<enter>", new(None, None, Some(8))),
        (":new<enter>", new(None, None, None)),
        (":pace 60<enter>", Ask::Pace(Pace::DialoguesPerSecond(60.0))),
        (":pace 5 turns<enter>", Ask::Pace(Pace::TurnsPerSecond(5.0))),
        (":pace full<enter>", Ask::Pace(Pace::Full)),
        (":goto 1,200<enter>", Ask::SeekDialogue(1_200)),
        (":turn 500<enter>", Ask::SeekTick(500)),
        ("g12<enter>", Ask::SeekDialogue(12)),
        // A part of a name is enough, and Tab completes it.
        (":smart<enter>", new(Some("smart-home"), None, None)),
        (":alp<tab>0.5<enter>", tune("alpha", 0.5)),
        (":next dia<enter>", Ask::StepDialogues(1)),
    ] {
        assert_eq!(asked(typed), [ask], "{typed}");
    }
}

#[test]
fn a_bad_command_gets_one_sentence_that_says_what_would_be_right() {
    for (typed, sentence) in [
        (":alpha 3<enter>", "alpha takes a number from 0 to 1"),
        (":agent sarsaa<enter>", "there is no agent “sarsaa”; there are q-learning, sarsa"),
        (":goto 9999<enter>", "dialogue 9,999 has not been yet; the last is 1,234"),
        (":seed x8<enter>", "“x8” is not a whole number; a seed is a whole number, such as seed 8"),
        (":xyzzy<enter>", "there is no command “xyzzy”; ↑↓ chooses one of the list"),
        (":next layer<enter>", "“next layer” acts only where the table is shown"),
    ] {
        let mut model = model(80, 24);
        assert_eq!(type_in(&mut model, &snapshot(), typed).asks, [], "{typed}");
        let Some(Overlay::Palette(listing)) = &model.overlay else { panic!("{typed} closed the list") };
        assert_eq!(listing.complaint.as_deref(), Some(sentence));
    }
}

#[test]
fn the_palette_runs_what_keys_run() {
    let mut model = model(120, 40);
    type_in(&mut model, &snapshot(), ":next layer<enter>");
    assert_eq!((model.table.layer, &model.overlay), (Layer::Policy, &None));
    type_in(&mut model, &snapshot(), ":read 12<enter>");
    assert_eq!((model.screen, model.dialogue.number), (ScreenId::Dialogue, Some(12)));
}

#[test]
fn finding_states_follows_the_typing_and_escape_takes_it_back() {
    let mut model = model(120, 40);
    type_in(&mut model, &snapshot(), "/refund");
    assert_eq!(model.table.filter, "refund");
    type_in(&mut model, &snapshot(), "<enter>/x");
    assert_eq!(model.table.filter, "refundx");
    type_in(&mut model, &snapshot(), "<esc>");
    assert_eq!((model.table.filter.as_str(), &model.overlay), ("refund", &None));
}

#[test]
fn the_help_finds_a_key_and_presses_it() {
    let mut model = model(120, 40);
    let out = type_in(&mut model, &snapshot(), "?/hundred dialogues.<down><up><enter>");
    assert_eq!(out.asks, [Ask::BackDialogues(100)]);
    assert_eq!(model.overlay, None);
}

#[test]
fn a_frozen_picture_stays_while_learning_goes_on() {
    let mut model = model(120, 40);
    type_in(&mut model, &snapshot(), "f");
    let mut later = snapshot();
    later.view.dialogues = 5_000;
    let shown = picture(&model, &later, RICH);
    assert!(shown.contains("FROZEN") && shown.contains("1,234") && !shown.contains("5,000"));
    // Going elsewhere in time lets it move again, and pausing does not.
    assert!(type_in(&mut model, &later, " ").asks == [Ask::Pause] && model.frozen.is_some());
    type_in(&mut model, &later, "z");
    assert!(model.frozen.is_none());
}

#[test]
fn the_largest_surprise_of_a_dialogue_is_found() {
    let mut model = model(120, 40);
    type_in(&mut model, &with_transcript(5, true), "3d");
    assert_eq!(model.dialogue.turn, Some(4));
}

#[test]
fn a_recorded_dialogue_is_told_turn_by_turn_and_then_a_fresh_one_is_asked_for() {
    let (mut model, talk) = (model(120, 40), with_transcript(3, true));
    let mut seen = Vec::new();
    for now_ms in (0..=4_000).step_by(100) {
        model.now_ms = now_ms;
        if tell(&mut model, &talk) {
            seen.push((now_ms, model.dialogue.revealed, model.dialogue.wanted));
        }
    }
    assert_eq!(seen, [(0, 1, 0), (700, 2, 0), (1_400, 3, 0), (3_400, 3, 1)]);
}

#[test]
fn paused_or_unfinished_dialogues_show_all_their_turns() {
    let mut paused = with_transcript(3, true);
    paused.phase = Phase::Paused;
    for snapshot in [paused, with_transcript(3, false)] {
        let mut model = model(120, 40);
        assert!(tell(&mut model, &snapshot));
        assert_eq!(model.dialogue.revealed, 3);
    }
}

#[test]
fn a_dialogue_followed_to_its_end_keeps_its_last_turn_in_sight() {
    let mut model = model(120, 40);
    tell(&mut model, &with_transcript(2, false));
    tell(&mut model, &with_transcript(3, true));
    assert_eq!(model.dialogue.revealed, 3);
}

#[test]
fn another_run_forgets_the_dialogue_looked_at() {
    let (mut model, mut snapshot) = (model(120, 40), snapshot());
    receive(&mut model, &snapshot);
    type_in(&mut model, &snapshot, ":read 12<enter>");
    receive(&mut model, &snapshot);
    assert_eq!(model.dialogue.number, Some(12));
    snapshot.first_seed = 8;
    receive(&mut model, &snapshot);
    assert_eq!(model.dialogue.number, None);
}

#[test]
fn a_notice_is_said_once() {
    let (mut model, mut snapshot) = (model(80, 24), snapshot());
    snapshot.notice = Some(Notice { serial: 3, text: "α is 0.3 now".into(), is_error: false });
    receive(&mut model, &snapshot);
    let footer = picture(&model, &snapshot, RICH).lines().last().unwrap_or_default().to_owned();
    assert!(footer.contains("n turn") && footer.contains("q quit") && footer.ends_with("α is 0.3 now"), "{footer}");
    model.notice = None;
    receive(&mut model, &snapshot);
    assert_eq!(model.notice, None);
}

#[test]
fn a_long_notice_is_told_in_full_and_goes_with_a_click() {
    let (mut model, snapshot) = (model(60, 15), snapshot());
    let text = "stopped before turn 93: its update is not finite; lower α or the rewards, or start over with another seed";
    model.say(text, true);
    let all = picture(&model, &snapshot, RICH);
    assert!(all.contains("stopped before turn 93") && all.contains("another seed"), "{all}");
    model.notice_was_drawn();
    let event = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: 3, row: 13, modifiers: KeyModifiers::NONE };
    dialoq::tui::mouse::touch(&mut model, &snapshot, event, RICH);
    assert_eq!(model.notice, None);
}

#[test]
fn a_crash_is_told_and_only_a_new_run_is_asked_for_afterwards() {
    let (mut model, mut snapshot) = (model(80, 24), snapshot());
    snapshot.phase = Phase::Crashed { message: "index out of bounds".into(), tick: 77 };
    receive(&mut model, &snapshot);
    let shown = picture(&model, &snapshot, RICH);
    assert!(shown.contains("index out of bounds") && shown.contains("turn 77"));
    assert_eq!(type_in(&mut model, &snapshot, "<esc> n").asks, []);
    assert_eq!(type_in(&mut model, &snapshot, ":seed 8<enter>").asks.len(), 1);
}

#[test]
fn keys_before_and_after_suspending_are_those_of_any_shell() {
    let out = dialoq::tui::press(&mut model(80, 24), &snapshot(), named("ctrl-z"));
    assert!(out.suspend && !out.quit);
    assert!(type_in(&mut model(80, 24), &snapshot(), "<ctrl-l>").redraw);
    assert!(Arc::strong_count(&snapshot().catalogue) == 1);
}
