//! Every panel as a picture, at every size, on every kind of terminal.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use dialoq::trainer::view::Lang;
use dialoq::tui::model::Model;
use dialoq::tui::panels::{PANELS, Panel};
use dialoq::tui::theme::Theme;

use super::easel::{DARK, MONO, SAFE, draw, panel, settled, text};
use super::sample;

fn pictured() -> Vec<(&'static Panel, Vec<(u16, u16)>)> {
    vec![
        (panel("curve"), vec![(58, 16), (31, 9), (118, 30)]),
        (panel("dialogue"), vec![(56, 16), (41, 12), (76, 30)]),
        (panel("table"), vec![(76, 15), (53, 9), (38, 8), (17, 6)]),
        (panel("values"), vec![(140, 30), (78, 18)]),
        (panel("update"), vec![(39, 14), (58, 20), (27, 5)]),
        (panel("knobs"), vec![(118, 1), (78, 2), (100, 12), (45, 1)]),
        (panel("inspector"), vec![(52, 36), (37, 20)]),
        (panel("transcript"), vec![(64, 30), (40, 12)]),
        (panel("acts"), vec![(54, 18), (35, 10)]),
        (panel("facts"), vec![(54, 16), (38, 9)]),
    ]
}

#[test]
fn each_panel_shows_the_sample() {
    let snapshot = sample::training();
    let model = settled(&snapshot);
    for (panel, sizes) in pictured() {
        for (width, height) in sizes {
            let picture = text(&draw(panel, &snapshot, &model, DARK, width, height));
            insta::assert_snapshot!(format!("{}_{width}x{height}", panel.name), picture);
        }
    }
}

#[test]
fn nothing_panics_at_any_size() {
    for (name, snapshot) in sample::all() {
        let model = settled(&snapshot);
        let (widths, heights) = if name == "training" { (1, 1) } else { (7, 3) };
        for panel in PANELS {
            for width in (0..=130).step_by(widths) {
                for height in (0..=50).step_by(heights) {
                    draw(panel, &snapshot, &model, DARK, width, height);
                }
            }
        }
    }
}

/// Every panel of every sample, at a few sizes.
fn everywhere(theme: Theme, mut check: impl FnMut(&str, &Buffer)) {
    for (name, snapshot) in sample::all() {
        let mut model = settled(&snapshot);
        model.lang = if name == "chinese" { Lang::Chinese } else { Lang::English };
        for panel in PANELS {
            for (width, height) in [(118, 36), (76, 15), (41, 12), (23, 7)] {
                let buffer = draw(panel, &snapshot, &model, theme, width, height);
                check(&format!("{} of {name} at {width}x{height}", panel.name), &buffer);
            }
        }
    }
}

// With NO_COLOR, crossterm writes an empty colour command, which resets bold and reverse with it.
#[test]
fn the_mono_theme_never_sends_a_colour() {
    everywhere(MONO, |what, buffer| {
        let coloured = buffer.content.iter().find(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
        assert_eq!(coloured, None, "{what}");
    });
}

#[test]
fn the_mono_theme_shows_the_cursor_and_the_greedy_act() {
    let snapshot = sample::training();
    let buffer = draw(panel("table"), &snapshot, &settled(&snapshot), MONO, 76, 15);
    assert!(buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)));
    assert!(buffer.content.iter().any(|cell| cell.symbol() == "▸" && cell.modifier.contains(Modifier::BOLD)));
}

#[test]
fn the_safe_mode_writes_ascii_only() {
    everywhere(SAFE, |what, buffer| {
        // Sentences and labels keep their script.
        let is_word = |symbol: &str| symbol.chars().all(|c| c.is_ascii() || "，。？".contains(c) || ('\u{4e00}'..='\u{9fff}').contains(&c));
        let other: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).filter(|s| !is_word(s)).collect();
        assert!(other.is_empty(), "{what}: {other:?}");
    });
}

#[test]
fn wide_characters_end_where_their_columns_end() {
    let snapshot = sample::chinese();
    let mut model = settled(&snapshot);
    model.lang = Lang::Chinese;
    for width in 12..60 {
        let buffer = draw(panel("dialogue"), &snapshot, &model, DARK, width, 30);
        for row in text(&buffer).lines() {
            assert!(unicode_width::UnicodeWidthStr::width(row) <= usize::from(width), "{width}: {row}");
        }
        let buffer = draw(panel("table"), &snapshot, &model, DARK, width + 40, 12);
        let marks: Vec<u16> = (1..12).filter_map(|y| (0..40).find(|x| ["○", "◐", "●"].contains(&buffer[(*x, y)].symbol()))).collect();
        // The task's status stands at 6, or one further where there is room; where there is no task, the first slot's two after it.
        let first = if marks.contains(&6) { 6 } else { 7 };
        assert!(marks.len() > 8 && marks.iter().all(|x| [first, first + 2].contains(x)), "{marks:?}");
    }
}

#[test]
fn what_nothing_has_resolved_yet_is_not_told() {
    let snapshot = sample::ended();
    let mut model = settled(&snapshot);
    let told = |model: &Model| text(&draw(panel("dialogue"), &snapshot, model, DARK, 60, 40));
    model.dialogue.revealed = 2;
    assert!(told(&model).contains("~A-1137") && !told(&model).contains("meant"));
    model.dialogue.revealed = 3;
    assert!(told(&model).contains("meant A-7731 (misheard)"));
    assert!(!told(&model).contains("task done"));
    model.dialogue.revealed = 5;
    assert!(told(&model).contains("✓ task done"));
}

#[test]
fn a_short_dialogue_pane_keeps_a_line_of_what_is_known() {
    let snapshot = sample::training();
    let shown = |height| text(&draw(panel("dialogue"), &snapshot, &settled(&snapshot), DARK, 78, height));
    for height in 6..12 {
        assert!(shown(height).contains("♥♥♡"), "{}", shown(height));
    }
}

#[test]
fn free_columns_of_the_table_go_to_the_names_of_states_and_acts() {
    let mut snapshot = sample::two_rooms();
    let table = snapshot.view.table.as_mut().expect("the sample has it");
    let name = "the second room on the left, behind the red door";
    table.rows.iter_mut().for_each(|row| row.words.text = name.to_owned());
    for (act, name) in table.acts.iter_mut().zip(["dropoff", "move north", "move south"]) {
        act.short = name.to_owned();
    }
    let shown = |width| text(&draw(panel("table"), &snapshot, &settled(&snapshot), DARK, width, 10));
    assert!(shown(90).contains(name) && shown(90).contains("dropoff"), "{}", shown(90));
    assert!(shown(40).contains('…'), "{}", shown(40));
}

#[test]
fn an_agent_without_a_rule_does_not_learn() {
    let mut snapshot = sample::training();
    snapshot.view.update.as_mut().expect("the sample has it").rule = "";
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 40, 12));
    assert!(picture.contains("This agent does not learn."), "{picture}");
}

#[test]
fn an_ending_has_no_next_value() {
    let snapshot = sample::two_rooms();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 60, 14));
    assert!(picture.contains("dialogue ended: ended well; no next value"), "{picture}");
}

#[test]
fn the_equation_outlives_all_else_in_a_short_pane() {
    let snapshot = sample::training();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 60, 2));
    assert_eq!(picture.lines().count(), 2);
    assert!(picture.contains("Q(s,a) ← Q(s,a)") && picture.contains("8.92"), "{picture}");
}

#[test]
fn every_number_stands_below_its_symbol() {
    let snapshot = sample::training();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 70, 2));
    let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
    let at = |line: usize, what: &str| {
        let text: String = lines[line].iter().collect();
        text.find(what).map(|byte| text[..byte].chars().count())
    };
    assert_eq!(at(0, "α"), at(1, "0.30"));
    assert_eq!(at(0, "γ"), at(1, "0.95"));
    assert_eq!(at(0, "max"), at(1, "10.20"));
}
