//! Pictures, and every size.

use dialoq::tui::model::Model;
use dialoq::tui::receive::receive;
use dialoq::tui::tell::tell;
use dialoq::tui::theme::Theme;
use dialoq::tui::update;

use super::super::sample;
use super::{RICH, SAFE, SCREENS, in_the_past, model, picture, snapshot, type_in};

fn draw_at(model: &mut Model, width: u16, height: u16, theme: Theme) {
    model.size = (width, height);
    picture(model, &in_the_past(), theme);
}

#[test]
fn no_size_is_too_small_or_too_large_to_draw() {
    let mut train = model(1, 1);
    for width in 1..=200 {
        for height in 1..=60 {
            draw_at(&mut train, width, height, RICH);
        }
    }
}

#[test]
fn no_overlay_minds_its_size() {
    for id in SCREENS {
        for keys in ["", "e", "?", "?al", ":", ":alpha 7<enter>", "g5", "y", "B", "a", "A", "/x", ":alpha 0.3<enter>"] {
            let mut open = model(120, 40);
            update::open_screen(&mut open, id);
            type_in(&mut open, &in_the_past(), keys);
            for width in (1..=200).step_by(9) {
                for height in (1..=60).step_by(4) {
                    draw_at(&mut open, width, height, SAFE);
                }
            }
        }
    }
}

#[test]
fn too_small_a_window_says_what_it_needs() {
    let picture = picture(&model(40, 10), &snapshot(), RICH);
    for words in ["40 x 10", "60 x 15", "q quits"] {
        assert!(picture.contains(words), "{picture}");
    }
}

/// A screen in the middle of training, as a person sees it.
fn training_at(width: u16, height: u16, keys: &str) -> String {
    let (mut model, snapshot) = (model(width, height), sample::training());
    receive(&mut model, &snapshot);
    tell(&mut model, &snapshot);
    type_in(&mut model, &snapshot, keys);
    picture(&model, &snapshot, RICH)
}

#[test]
fn train_at_120x40() {
    insta::assert_snapshot!(training_at(120, 40, ""));
}

#[test]
fn train_at_80x24_with_the_update() {
    insta::assert_snapshot!(training_at(80, 24, "<tab><tab><tab>"));
}

#[test]
fn values_at_120x40() {
    insta::assert_snapshot!(training_at(120, 40, "2"));
}

#[test]
fn dialogue_at_80x24() {
    insta::assert_snapshot!(training_at(80, 24, "3"));
}

#[test]
fn commands_at_80x24() {
    insta::assert_snapshot!(training_at(80, 24, ":alp"));
}

#[test]
fn help_at_80x24() {
    insta::assert_snapshot!(training_at(80, 24, "?surprise<down>"));
}
