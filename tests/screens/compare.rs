//! The Compare screen: several runs in curves, lists, words and maps; what its keys ask.

use dialoq::trainer::command::{Ask, SweepPlan};
use dialoq::trainer::snapshot::Snapshot;
use dialoq::trainer::view::{Against, Watch};
use dialoq::tui::model::{Model, Overlay, ScreenId, Slot};
use dialoq::tui::receive::receive;
use dialoq::tui::theme::Theme;
use dialoq::tui::{layout, update};

use super::easel::{DARK, MONO, SAFE};
use super::frame::{picture, type_in};
use super::sample;

fn open(width: u16, height: u16, snapshot: &Snapshot, keys: &str) -> Model {
    let mut model = Model { size: (width, height), ..Model::default() };
    type_in(&mut model, snapshot, "4");
    receive(&mut model, snapshot);
    type_in(&mut model, snapshot, keys);
    receive(&mut model, snapshot);
    model
}

fn shown(size: (u16, u16), snapshot: &Snapshot, keys: &str, theme: Theme) -> String {
    picture(&open(size.0, size.1, snapshot, keys), snapshot, theme)
}

fn asked(snapshot: &Snapshot, keys: &str) -> Vec<Ask> {
    let mut model = open(120, 40, snapshot, "");
    type_in(&mut model, snapshot, keys).asks
}

#[test]
fn three_runs_at_every_size() {
    let together = sample::together();
    for (width, height) in [(200, 60), (120, 40), (80, 24), (60, 15)] {
        insta::assert_snapshot!(format!("compare_{width}x{height}"), shown((width, height), &together, "", DARK));
    }
}

#[test]
fn each_pane_at_80x24() {
    let together = sample::together();
    for (name, keys) in [("verdict", "<tab><tab>"), ("difference", "<tab><tab><tab>"), ("sweep", "<tab><tab><tab>p")] {
        insta::assert_snapshot!(format!("compare_{name}_80x24"), shown((80, 24), &together, keys, DARK));
    }
}

#[test]
fn runs_without_colours_differ_in_dashes_and_letters() {
    insta::assert_snapshot!("compare_mono_120x40", shown((120, 40), &sample::together(), "x", MONO));
    insta::assert_snapshot!("compare_safe_120x40", shown((120, 40), &sample::undecided(), "", SAFE));
}

#[test]
fn the_names_of_eight_runs_stand_at_their_lines_without_overlapping() {
    let picture = shown((120, 40), &sample::crowded(), "", DARK);
    insta::assert_snapshot!("compare_crowded_120x40", picture);
}
