//! Pictures of the time bar, the chairs and what was found, and every size.

use dialoq::trainer::snapshot::{Findings, Snapshot};
use dialoq::tui::panels::{self, PANELS};
use dialoq::tui::receive::receive;
use dialoq::tui::theme::{Depth, Ground, Theme};

use super::super::easel::{DARK, MONO, SAFE, draw, settled, text};
use super::super::sample;
use super::{picture, sized, type_in};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 15)];

fn shown(snapshot: &Snapshot, (width, height): (u16, u16), keys: &str, theme: Theme) -> String {
    let mut model = sized(&Snapshot { findings: Findings::default(), ..snapshot.clone() }, width, height);
    model.rich = theme.rich;
    type_in(&mut model, snapshot, keys);
    receive(&mut model, snapshot);
    picture(&model, snapshot, theme)
}

#[test]
fn train_in_the_past_at_120x40() {
    let mut snapshot = sample::found();
    snapshot.findings.what_if = None;
    insta::assert_snapshot!(shown(&snapshot, (120, 40), "", DARK));
}

#[test]
fn train_in_the_past_at_60x15_in_ascii() {
    let mut snapshot = sample::found();
    snapshot.findings = Findings::default();
    insta::assert_snapshot!(shown(&snapshot, (60, 15), "", Theme::new(Ground::Mono, Depth::Palette16, false)));
}

#[test]
fn the_agents_chair_at_120x40() {
    insta::assert_snapshot!(shown(&sample::held(), (120, 40), "3a", DARK));
}

#[test]
fn the_agents_chair_at_60x15() {
    insta::assert_snapshot!(shown(&sample::seated(), (60, 15), "3a", DARK));
}

#[test]
fn the_users_chair_at_80x24() {
    insta::assert_snapshot!(shown(&sample::seated(), (80, 24), "3A", DARK));
}

#[test]
fn what_if_at_120x40() {
    let mut snapshot = sample::found();
    snapshot.findings.trail = None;
    insta::assert_snapshot!(shown(&snapshot, (120, 40), "3", DARK));
}

#[test]
fn what_if_at_80x24_in_ascii() {
    let mut snapshot = sample::found();
    snapshot.findings.trail = None;
    insta::assert_snapshot!(shown(&snapshot, (80, 24), "3", SAFE));
}

#[test]
fn the_trail_at_80x24() {
    let mut snapshot = sample::found();
    snapshot.findings.what_if = None;
    insta::assert_snapshot!(shown(&snapshot, (80, 24), "3", DARK));
}

#[test]
fn breakpoints_at_80x24() {
    insta::assert_snapshot!(shown(&sample::found(), (80, 24), "B", DARK));
}

#[test]
fn when_at_80x24() {
    insta::assert_snapshot!(shown(&sample::training(), (80, 24), "2w", DARK));
}

/// Every chair and finding on every screen, size and kind of terminal.
#[test]
fn nothing_panics_and_the_safe_mode_is_ascii() {
    for snapshot in [sample::found(), sample::seated(), sample::held(), sample::stopped()] {
        for size in SIZES {
            for keys in ["1", "2", "3aH", "3A", "2w", "B"] {
                for theme in [MONO, SAFE] {
                    let picture = shown(&snapshot, size, keys, theme);
                    if !theme.rich {
                        let strange: Vec<char> = picture.chars().filter(|letter| !letter.is_ascii()).collect();
                        assert!(strange.is_empty(), "{keys} at {size:?}: {strange:?}\n{picture}");
                    }
                }
            }
        }
    }
}

#[test]
fn chairs_and_findings_mind_no_size() {
    for (snapshot, keys) in [(sample::held(), "3a"), (sample::held(), "3A"), (sample::found(), "3")] {
        let mut model = sized(&snapshot, 120, 40);
        type_in(&mut model, &snapshot, keys);
        panels::settle(&mut model, &snapshot);
        for panel in PANELS {
            for width in (0..100).step_by(3) {
                for height in (0..40).step_by(3) {
                    draw(panel, &snapshot, &model, DARK, width, height);
                }
            }
        }
    }
}

#[test]
fn without_colour_the_choice_under_the_cursor_is_still_seen() {
    let snapshot = sample::seated();
    let mut model = settled(&snapshot);
    model.moments.chair = Some(dialoq::tui::moments::Chair::Agent);
    let buffer = draw(super::super::easel::panel("acts"), &snapshot, &model, MONO, 54, 18);
    let reversed = buffer.content.iter().filter(|cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED));
    assert!(reversed.count() > 4, "{}", text(&buffer));
}
