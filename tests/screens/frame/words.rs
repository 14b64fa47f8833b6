//! Words around the panels: status, glossary, theme.

use dialoq::trainer::snapshot::Phase;
use dialoq::tui::glossary::TERMS;
use dialoq::tui::theme::{Depth, Ground};
use dialoq::tui::{Options, ThemeChoice, draw};
use ratatui::backend::{CrosstermBackend, TestBackend};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::{RICH, SAFE, in_the_past, model, picture, snapshot, type_in};

/// The column at which a word stands in the status line.
fn column(line: &str, word: &str) -> Option<usize> {
    line.find(word).map(|byte| line[..byte].chars().count())
}

fn status(width: u16, snapshot: &dialoq::trainer::snapshot::Snapshot) -> String {
    let picture = picture(&model(width, 40), snapshot, RICH);
    picture.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn nothing_in_the_status_line_moves_as_numbers_grow() {
    let mut run = snapshot();
    let line = status(120, &run);
    let places = ["dialogue", "turn", "dialogues/s", "seed"].map(|word| column(&line, word));
    for (ticks, rate) in [(1, 0.4), (99_999, 9_999.0), (123_456_789, 4_812_345.0)] {
        run.view.tick = ticks;
        run.view.head = ticks;
        run.view.dialogues = ticks / 8;
        run.dialogues_per_s = rate;
        let line = status(120, &run);
        assert_eq!(["dialogue", "turn", "dialogues/s", "seed"].map(|word| column(&line, word)), places);
    }
}

#[test]
fn the_state_is_said_at_every_width() {
    let mut compiling = snapshot();
    compiling.phase = Phase::Compiling(0.34);
    let mut crashed = snapshot();
    crashed.phase = Phase::Crashed { message: "overflow".into(), tick: 1 };
    let mut paused = snapshot();
    paused.phase = Phase::Paused;
    for width in 60..=200 {
        assert!(status(width, &snapshot()).contains("● learning"));
        assert!(status(width, &paused).contains("‖ paused"));
        assert!(status(width, &in_the_past()).contains("◂ PAST 3,120"));
        assert!(status(width, &compiling).contains("compiling 34 %"));
        assert!(status(width, &crashed).contains("✖ stopped"));
    }
    assert!(status(120, &in_the_past()).contains("◂ PAST 3,120 of 9,871"));
    assert!(status(120, &paused).contains("digest 4f2a·91c0"));
}

#[test]
fn what_takes_long_says_how_far_it_is_and_how_long_it_takes() {
    let mut long = snapshot();
    for (left_s, words) in [(0.2, "1 s left"), (89.0, "89 s left"), (90.0, "2 min left"), (5_399.0, "90 min left"), (7_300.0, "3 h left")] {
        long.left_s = Some(left_s);
        long.phase = Phase::Opening("restoring the session".into(), 0.999);
        assert!(status(120, &long).contains(&format!("restoring the session 99 %, {words}")));
        long.phase = Phase::Busy("going to step 387".into(), 0.5);
        assert!(status(120, &long).contains(&format!("going to step 387 50 %, {words}, Esc stops")));
        long.phase = Phase::Compiling(0.5);
        assert!(status(120, &long).contains(&format!("compiling 50 %, {words}")));
    }
    long.left_s = None;
    long.phase = Phase::Opening("restoring the session".into(), 0.0);
    for width in 60..=200 {
        assert!(status(width, &long).contains("restoring the session  0 %"), "{width}");
    }
}

#[test]
fn the_frame_is_ascii_in_the_safe_mode() {
    let picture = picture(&model(120, 40), &snapshot(), SAFE);
    let strange: Vec<char> = picture.chars().filter(|letter| !letter.is_ascii()).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

#[test]
fn every_term_is_explained_once_in_whole_sentences() {
    let mut names: Vec<_> = TERMS.iter().map(|term| term.name).collect();
    for term in TERMS {
        assert!(term.text.ends_with('.') && term.text.len() > 30, "{}", term.name);
        assert!(term.text.chars().count() < 200, "{} is too long to be read", term.name);
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_theme_follows_the_terminal_unless_one_is_asked_for() {
    let env = |pairs: &'static [(&'static str, &'static str)]| {
        move |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    };
    let auto = Options::default();
    let dark = Options { theme: ThemeChoice::Dark, ..auto };
    let plain = auto.theme(env(&[("TERM", "xterm-256color")]));
    assert_eq!((plain.ground, plain.depth, plain.rich), (Ground::Dark, Depth::Palette256, true));
    assert_eq!(auto.theme(env(&[("COLORTERM", "truecolor")])).depth, Depth::True);
    assert_eq!(auto.theme(env(&[("COLORFGBG", "0;15")])).ground, Ground::Light);
    assert_eq!(auto.theme(env(&[("NO_COLOR", "1")])).ground, Ground::Mono);
    assert_eq!(auto.theme(env(&[("NO_COLOR", "")])).ground, Ground::Dark);
    assert_eq!(dark.theme(env(&[("NO_COLOR", "1")])).ground, Ground::Dark);
    assert!(!auto.theme(env(&[("TERM", "linux")])).rich);
}

/// Symbols that ask for a picture in colour: a terminal that draws one otherwise than the drawing library counts would shift what follows.
#[test]
fn words_behind_a_symbol_in_colour_stand_where_they_were_put() {
    let (width, height) = (120, 40);
    let (mut typed, snapshot) = (model(width, height), snapshot());
    let mut bytes = Vec::new();
    {
        let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
        let mut terminal = Terminal::with_options(CrosstermBackend::new(&mut bytes), TerminalOptions { viewport }).unwrap();
        for words in [":all of this is drawn over", "<ctrl-u>☎\u{fe0f}❤\u{fe0f} a 🏳\u{fe0f}\u{200d}🌈 b 4\u{fe0f}\u{20e3} c"] {
            type_in(&mut typed, &snapshot, words);
            terminal.draw(|frame| draw(frame, &snapshot, &typed, &RICH)).unwrap();
        }
    }
    let mut seen = vt100::Parser::new(height, width, 0);
    seen.process(&bytes);
    let mut put = Terminal::new(TestBackend::new(width, height)).unwrap();
    put.draw(|frame| draw(frame, &snapshot, &typed, &RICH)).unwrap();
    let put = put.backend().buffer();
    let shown = picture(&typed, &snapshot, RICH);
    assert!(shown.contains('☎') && !shown.contains('\u{fe0f}'), "{shown}");
    for (row, column) in (0..height).flat_map(|row| (0..width).map(move |column| (row, column))) {
        let (cell, symbol) = (seen.screen().cell(row, column).unwrap(), put[(column, row)].symbol());
        let is = if cell.contents().is_empty() { " " } else { cell.contents() };
        assert!(cell.is_wide_continuation() || is == symbol, "row {row}, column {column}: {is:?} and not {symbol:?}");
    }
}

#[test]
fn before_the_first_dialogue_every_screen_says_what_will_be_there_in_whole_lines() {
    let nothing = dialoq::trainer::snapshot::Snapshot { phase: Phase::Running, ..Default::default() };
    for theme in [RICH, SAFE] {
        let picture = picture(&model(120, 40), &nothing, theme);
        let line = picture.lines().find(|line| line.contains("solving exactly")).expect("it says that it solves");
        assert!(!picture.contains('\u{fffd}') && !line.contains("dialogue") && !line.contains('?'), "{picture}");
    }
}
