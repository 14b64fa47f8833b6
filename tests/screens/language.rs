//! The Language screen: the path, its curves, the replies, the duel, one word of PPO.

use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::snapshot::{Pace, Snapshot};
use dialoq::trainer::view::language::Preferred;
use dialoq::tui::model::{Model, Replies, ScreenId, Slot, Tint};
use dialoq::tui::receive::receive;
use dialoq::tui::tell::tell;
use dialoq::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::easel::{DARK, SAFE, text};
use super::frame::type_in;
use super::sample;

fn shown(snapshot: &Snapshot, (width, height): (u16, u16), keys: &str, theme: Theme) -> (String, Model, Vec<Ask>) {
    let mut model = Model { size: (width, height), rich: theme.rich, ..Model::default() };
    receive(&mut model, snapshot);
    tell(&mut model, snapshot);
    let asks = type_in(&mut model, snapshot, keys).asks;
    receive(&mut model, snapshot);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend cannot fail");
    terminal.draw(|frame| dialoq::tui::draw(frame, snapshot, &model, &theme)).expect("a test backend cannot fail");
    (text(terminal.backend().buffer()), model, asks)
}

#[test]
fn pictures_of_the_path() {
    for (name, snapshot) in [
        ("inviting", sample::language::inviting as fn() -> Snapshot),
        ("cleaning", sample::language::cleaning),
        ("judging", sample::language::judging),
        ("speaking", sample::language::speaking),
        ("gamed", sample::language::gamed),
    ] {
        let snapshot = snapshot();
        insta::assert_snapshot!(format!("language_{name}_120x40"), shown(&snapshot, (120, 40), "5", DARK).0);
        insta::assert_snapshot!(format!("language_{name}_80x24"), shown(&snapshot, (80, 24), "5", DARK).0);
    }
    insta::assert_snapshot!("language_gamed_safe_120x40", shown(&sample::language::gamed(), (120, 40), "5", SAFE).0);
}

#[test]
fn enter_begins_the_path_that_is_chosen() {
    let snapshot = sample::language::inviting();
    let (_, model, asks) = shown(&snapshot, (120, 40), "5<enter>", DARK);
    assert_eq!(model.screen, ScreenId::Language);
    assert_eq!(asks.last(), Some(&Ask::Path(vec![("preset".into(), "small".into())])));
    let (_, _, asks) = shown(&snapshot, (120, 40), "5<right><enter>", DARK);
    assert_eq!(asks.last(), Some(&Ask::Path(vec![("preset".into(), "length".into())])));
}

#[test]
fn raw_records_stand_beside_what_became_of_them() {
    let snapshot = sample::language::cleaning();
    let (picture, model, _) = shown(&snapshot, (120, 40), "5", DARK);
    for told in [
        "\\x1b[31mjo@example.org,",
        "<EMAIL>,",
        "kept; mended 1 × <EMAIL>, 2 × terminal",
        "dropped by roles: unknown speaker",
        "How raw dialogues are cleaned",
    ] {
        assert!(picture.contains(told), "{told}\n{picture}");
    }
    assert_eq!(model.language.record, None, "the latest record is followed");
    let (picture, model, _) = shown(&snapshot, (120, 40), "5<tab><up>", DARK);
    assert_eq!((model.focus, model.language.record), (Slot::LanguageReplies, Some(0)));
    assert!(picture.contains("record 1 of 3"), "{picture}");
    let (_, model, _) = shown(&snapshot, (120, 40), "5<tab><up><down>", DARK);
    assert_eq!(model.language.record, None);
}

#[test]
fn the_pace_of_a_language_model_counts_its_own_steps() {
    let mut snapshot = sample::language::judging();
    for (pace, told) in
        [(Pace::DialoguesPerSecond(60.0), "60 steps/s"), (Pace::TurnsPerSecond(5.0), "5 steps/s"), (Pace::Full, "full speed")]
    {
        snapshot.pace = pace;
        let (picture, ..) = shown(&snapshot, (120, 40), "5", DARK);
        assert!(picture.contains(told) && !picture.contains("dialogues/s"), "{picture}");
    }
}

#[test]
fn enter_goes_to_the_run_that_is_on_its_path_already() {
    let (picture, _, asks) = shown(&sample::language::elsewhere(), (120, 40), "5<enter>", DARK);
    assert_eq!(asks.last(), Some(&Ask::Focus(5)));
    assert!(picture.contains("goes to the run that is on its path"), "{picture}");
}

#[test]
fn a_person_prefers_one_of_two_replies() {
    let snapshot = sample::language::judging();
    for (key, choice) in [("<left>", Preferred::Left), ("<right>", Preferred::Right), ("<down>", Preferred::Tie)] {
        let (_, model, asks) = shown(&snapshot, (120, 40), &format!("5<tab><tab><tab>{key}"), DARK);
        assert_eq!(model.focus, Slot::LanguageDetail);
        assert_eq!(asks.last(), Some(&Ask::Edit(Edit::Prefer { duel: 3, choice })));
    }
}

#[test]
fn arrows_choose_a_word_and_keys_what_its_colour_says() {
    let snapshot = sample::language::speaking();
    let (_, model, _) = shown(&snapshot, (120, 40), "5<tab><down><right><right>m", DARK);
    assert_eq!((model.focus, model.language.reply, model.language.word), (Slot::LanguageReplies, 1, 2));
    assert_eq!(model.language.tint, Tint::Kl);
    let (picture, model, _) = shown(&snapshot, (120, 40), "5o", DARK);
    assert_eq!(model.language.replies, Replies::Places);
    assert!(picture.contains("done , that is all") && picture.contains("The same places: SFT, and now"), "{picture}");
}

#[test]
fn the_next_curve_comes_by_its_key_and_the_last_is_followed_by_the_first() {
    let snapshot = sample::language::speaking();
    let title = |keys: &str| shown(&snapshot, (120, 40), keys, DARK).0;
    assert!(title("5").contains("PPO (bandit): score against true return"));
    assert!(title("5v").contains("PPO (bandit): score "), "{}", title("5v"));
    assert!(title("5vvvv").contains("score against true return"));
}

#[test]
fn the_alarm_is_seen_without_looking_for_it() {
    let (picture, ..) = shown(&sample::language::gamed(), (120, 40), "5", DARK);
    assert!(picture.contains("ALARM"), "{picture}");
    let (picture, ..) = shown(&sample::language::speaking(), (120, 40), "5", DARK);
    assert!(!picture.contains("ALARM"));
    let (picture, model, _) = shown(&sample::language::gamed(), (120, 40), "5o", DARK);
    assert_eq!(model.language.replies, Replies::Gaming);
    assert!(picture.contains("sorry sorry sorry for the trouble"), "{picture}");
}

#[test]
fn other_screens_say_where_a_language_model_is_to_be_seen() {
    for key in ["1", "2", "3"] {
        let (picture, ..) = shown(&sample::language::speaking(), (120, 40), key, DARK);
        assert!(picture.contains("A language model learns in"), "{picture}");
    }
}
