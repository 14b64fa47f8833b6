//! Every panel as a picture, at every size, on every kind of terminal.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use dialoq::trainer::snapshot::Snapshot;
use dialoq::trainer::view::Lang;
use dialoq::tui::model::Model;
use dialoq::tui::panels::{self, PANELS, Panel, Scene};
use dialoq::tui::theme::{Depth, Ground, Theme};

use super::sample;

const DARK: Theme = Theme::new(Ground::Dark, Depth::True, true);
const MONO: Theme = Theme::new(Ground::Mono, Depth::Palette16, true);
const SAFE: Theme = Theme::new(Ground::Dark, Depth::True, false);

fn panel(name: &str) -> &'static Panel {
    PANELS.iter().find(|panel| panel.name == name).expect("a panel of that name")
}

fn settled(snapshot: &Snapshot) -> Model {
    let mut model = Model { knob: 0, ..Model::default() };
    model.dialogue.revealed = 99;
    panels::settle(&mut model, snapshot);
    model
}

fn draw(panel: &Panel, snapshot: &Snapshot, model: &Model, theme: &Theme, width: u16, height: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let scene = Scene { snapshot, model, theme, focused: true };
    (panel.draw)(&scene, buffer.area, &mut buffer);
    buffer
}

/// The symbols of a buffer, one line a row, the tail of wide characters left out.
fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut skip = 0;
        let mut line = String::new();
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn sgr(color: Color, base: u8) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("\x1b[{};2;{r};{g};{b}m", base + 8),
        Color::Indexed(k) => format!("\x1b[{};5;{k}m", base + 8),
        Color::Reset => format!("\x1b[{}m", base + 9),
        Color::Black => format!("\x1b[{}m", base),
        Color::Red => format!("\x1b[{}m", base + 1),
        Color::Green => format!("\x1b[{}m", base + 2),
        Color::Yellow => format!("\x1b[{}m", base + 3),
        Color::Blue => format!("\x1b[{}m", base + 4),
        Color::Magenta => format!("\x1b[{}m", base + 5),
        Color::Cyan => format!("\x1b[{}m", base + 6),
        Color::Gray => format!("\x1b[{}m", base + 7),
        Color::DarkGray => format!("\x1b[{}m", base + 60),
        Color::LightRed => format!("\x1b[{}m", base + 61),
        Color::LightGreen => format!("\x1b[{}m", base + 62),
        Color::LightYellow => format!("\x1b[{}m", base + 63),
        Color::LightBlue => format!("\x1b[{}m", base + 64),
        Color::LightMagenta => format!("\x1b[{}m", base + 65),
        Color::LightCyan => format!("\x1b[{}m", base + 66),
        Color::White => format!("\x1b[{}m", base + 67),
    }
}

/// The buffer as a terminal would be told it.
fn ansi(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if skip > 0 {
                skip -= 1;
                continue;
            }
            out.push_str("\x1b[0m");
            for (modifier, code) in [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::UNDERLINED, 4), (Modifier::REVERSED, 7)] {
                if cell.modifier.contains(modifier) {
                    out.push_str(&format!("\x1b[{code}m"));
                }
            }
            out.push_str(&sgr(cell.fg, 30));
            out.push_str(&sgr(cell.bg, 40));
            out.push_str(cell.symbol());
            skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
        }
        out.push('\n');
    }
    out
}

/// Writes pictures to look at: `LOOK=DIR cargo test look`.
#[test]
fn look() {
    let Ok(dir) = std::env::var("LOOK") else { return };
    let light = Theme::new(Ground::Light, Depth::True, true);
    let few = Theme::new(Ground::Dark, Depth::Palette16, true);
    let some = Theme::new(Ground::Dark, Depth::Palette256, true);
    for (theme_name, theme) in [("dark", DARK), ("mono", MONO), ("safe", SAFE), ("light", light), ("few", few), ("some", some)] {
        for (name, snapshot) in sample::all() {
            let mut model = settled(&snapshot);
            model.lang = if name == "chinese" { Lang::Chinese } else { Lang::English };
            let mut screen = Buffer::empty(Rect::new(0, 0, 120, 40));
            compose(&snapshot, &model, &theme, &mut screen, &TRAIN);
            std::fs::write(format!("{dir}/train-{theme_name}-{}.ansi", name.replace(' ', "-")), ansi(&screen)).unwrap();
            let mut screen = Buffer::empty(Rect::new(0, 0, 160, 46));
            compose(&snapshot, &model, &theme, &mut screen, &VALUES);
            std::fs::write(format!("{dir}/values-{theme_name}-{}.ansi", name.replace(' ', "-")), ansi(&screen)).unwrap();
            let mut screen = Buffer::empty(Rect::new(0, 0, 120, 40));
            compose(&snapshot, &model, &theme, &mut screen, &DIALOGUE);
            std::fs::write(format!("{dir}/dialogue-{theme_name}-{}.ansi", name.replace(' ', "-")), ansi(&screen)).unwrap();
        }
    }
}

#[test]
fn look_at_details() {
    let Ok(dir) = std::env::var("LOOK") else { return };
    use dialoq::tui::model::{Layer, Series};
    let snapshot = sample::training();
    for (k, series) in
        [Series::Success, Series::Turns, Series::AbsDelta, Series::Epsilon, Series::GreedyValue, Series::Return].into_iter().enumerate()
    {
        let mut model = settled(&snapshot);
        model.curve.series = series;
        if k == 5 {
            model.curve.axis = dialoq::trainer::view::Axis::Log;
        }
        panels::settle(&mut model, &snapshot);
        let mut screen = Buffer::empty(Rect::new(0, 0, 120, 40));
        compose(
            &snapshot,
            &model,
            &DARK,
            &mut screen,
            &[
                ("curve", Rect::new(0, 0, 80, 20)),
                ("curve", Rect::new(80, 0, 40, 12)),
                ("dialogue", Rect::new(80, 12, 40, 28)),
                ("update", Rect::new(0, 20, 80, 10)),
                ("knobs", Rect::new(0, 30, 80, 10)),
            ],
        );
        std::fs::write(format!("{dir}/series-{k}.ansi"), ansi(&screen)).unwrap();
    }
    for (k, layer) in [Layer::Policy, Layer::Visits, Layer::AbsDelta, Layer::Exact, Layer::Gap].into_iter().enumerate() {
        let mut model = settled(&snapshot);
        model.table.layer = layer;
        panels::settle(&mut model, &snapshot);
        let mut screen = Buffer::empty(Rect::new(0, 0, 120, 40));
        compose(
            &snapshot,
            &model,
            &DARK,
            &mut screen,
            &[
                ("table", Rect::new(0, 0, 118, 12)),
                ("table", Rect::new(0, 12, 60, 12)),
                ("table", Rect::new(60, 12, 40, 12)),
                ("table", Rect::new(100, 12, 20, 12)),
                ("values", Rect::new(0, 24, 120, 16)),
            ],
        );
        std::fs::write(format!("{dir}/layer-{k}.ansi"), ansi(&screen)).unwrap();
    }
}

const TRAIN: [(&str, Rect); 5] = [
    ("curve", Rect { x: 0, y: 2, width: 62, height: 17 }),
    ("dialogue", Rect { x: 62, y: 2, width: 58, height: 17 }),
    ("table", Rect { x: 0, y: 19, width: 80, height: 17 }),
    ("update", Rect { x: 80, y: 19, width: 40, height: 17 }),
    ("knobs", Rect { x: 0, y: 36, width: 120, height: 3 }),
];
const VALUES: [(&str, Rect); 2] =
    [("values", Rect { x: 0, y: 2, width: 104, height: 43 }), ("inspector", Rect { x: 104, y: 2, width: 56, height: 43 })];
const DIALOGUE: [(&str, Rect); 3] = [
    ("transcript", Rect { x: 0, y: 2, width: 66, height: 37 }),
    ("acts", Rect { x: 66, y: 2, width: 54, height: 20 }),
    ("facts", Rect { x: 66, y: 22, width: 54, height: 17 }),
];

fn compose(snapshot: &Snapshot, model: &Model, theme: &Theme, screen: &mut Buffer, places: &[(&str, Rect)]) {
    use ratatui::widgets::{Block, BorderType, Widget};
    for (name, outer) in places {
        let panel = panel(name);
        let focused = *name == "curve" || *name == "values" || *name == "transcript";
        let scene = Scene { snapshot, model, theme, focused };
        let inner = Rect { x: outer.x + 1, y: outer.y + 1, width: outer.width - 2, height: outer.height - 2 };
        if *name != "knobs" {
            let t = (panel.titles)(&scene, outer.width - 4);
            let ink = if focused { dialoq::tui::theme::Ink::Accent } else { dialoq::tui::theme::Ink::Faint };
            let p = |s: String| if s.is_empty() { s } else { format!(" {} ", theme.plain(&s)) };
            let quiet = theme.ink(dialoq::tui::theme::Ink::Quiet);
            use ratatui::text::Line;
            let set = if theme.rich { BorderType::Rounded } else { BorderType::Plain };
            Block::bordered()
                .border_type(set)
                .border_style(theme.ink(ink))
                .title_top(Line::styled(p(t.title), theme.ink(dialoq::tui::theme::Ink::Text).add_modifier(Modifier::BOLD)))
                .title_top(Line::styled(p(t.top_right), quiet).right_aligned())
                .title_bottom(Line::styled(p(t.bottom_left), quiet))
                .title_bottom(Line::styled(p(t.bottom_right), quiet).right_aligned())
                .render(*outer, screen);
        }
        (panel.draw)(&scene, inner, screen);
    }
}

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
            let picture = text(&draw(panel, &snapshot, &model, &DARK, width, height));
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
                    draw(panel, &snapshot, &model, &DARK, width, height);
                }
            }
        }
    }
}

/// Every panel of every sample, at a few sizes.
fn everywhere(theme: &Theme, mut check: impl FnMut(&str, &Buffer)) {
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
    everywhere(&MONO, |what, buffer| {
        let coloured = buffer.content.iter().find(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
        assert_eq!(coloured, None, "{what}");
    });
}

#[test]
fn the_mono_theme_shows_the_cursor_and_the_greedy_act() {
    let snapshot = sample::training();
    let buffer = draw(panel("table"), &snapshot, &settled(&snapshot), &MONO, 76, 15);
    assert!(buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)));
    assert!(buffer.content.iter().any(|cell| cell.symbol() == "▸" && cell.modifier.contains(Modifier::BOLD)));
}

#[test]
fn the_safe_mode_writes_ascii_only() {
    everywhere(&SAFE, |what, buffer| {
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
        let buffer = draw(panel("dialogue"), &snapshot, &model, &DARK, width, 30);
        for row in text(&buffer).lines() {
            assert!(unicode_width::UnicodeWidthStr::width(row) <= usize::from(width), "{width}: {row}");
        }
        let buffer = draw(panel("table"), &snapshot, &model, &DARK, width + 40, 12);
        let marks: Vec<u16> = (1..12).filter_map(|y| (0..40).find(|x| ["○", "◐", "●"].contains(&buffer[(*x, y)].symbol()))).collect();
        // The task's status stands at 6; where there is no task, the first slot's at 8.
        assert!(marks.len() > 8 && marks.iter().all(|x| [6, 8].contains(x)), "{marks:?}");
    }
}

#[test]
fn what_nothing_has_resolved_yet_is_not_told() {
    let snapshot = sample::ended();
    let mut model = settled(&snapshot);
    let told = |model: &Model| text(&draw(panel("dialogue"), &snapshot, model, &DARK, 60, 40));
    model.dialogue.revealed = 2;
    assert!(told(&model).contains("~A-1137") && !told(&model).contains("meant"));
    model.dialogue.revealed = 3;
    assert!(told(&model).contains("meant A-7731 (misheard)"));
    assert!(!told(&model).contains("task done"));
    model.dialogue.revealed = 5;
    assert!(told(&model).contains("✓ task done"));
}

#[test]
fn an_agent_without_a_rule_does_not_learn() {
    let mut snapshot = sample::training();
    snapshot.view.update.as_mut().unwrap().rule = "";
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), &DARK, 40, 12));
    assert!(picture.contains("This agent does not learn."), "{picture}");
}

#[test]
fn an_ending_has_no_next_value() {
    let snapshot = sample::two_rooms();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), &DARK, 60, 14));
    assert!(picture.contains("dialogue ended: ended well; no next value"), "{picture}");
}

#[test]
fn the_equation_outlives_all_else_in_a_short_pane() {
    let snapshot = sample::training();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), &DARK, 60, 2));
    assert_eq!(picture.lines().count(), 2);
    assert!(picture.contains("Q(s,a) ← Q(s,a)") && picture.contains("8.92"), "{picture}");
}

#[test]
fn every_number_stands_below_its_symbol() {
    let snapshot = sample::training();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), &DARK, 70, 2));
    let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
    let at = |line: usize, what: &str| {
        let text: String = lines[line].iter().collect();
        text.find(what).map(|byte| text[..byte].chars().count())
    };
    assert_eq!(at(0, "α"), at(1, "0.30"));
    assert_eq!(at(0, "γ"), at(1, "0.95"));
    assert_eq!(at(0, "max"), at(1, "10.20"));
}

mod knobs {
    use super::*;
    use dialoq::trainer::command::Ask;
    use dialoq::trainer::snapshot::Pace;
    use dialoq::tui::panels::knobs::{PACES, nudge};
    use dialoq::tui::panels::{Move, Touch};

    const ROW: Rect = Rect { x: 0, y: 0, width: 118, height: 1 };

    fn tuned(ask: Option<Ask>) -> (&'static str, f64) {
        match ask {
            Some(Ask::Tune { knob, value, drop_future: false }) => (knob, value),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_nudge_is_one_tune() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 1;
        assert_eq!(tuned(nudge(&mut model, &snapshot, true, false)), ("gamma", 0.96));
        // Before the trainer has answered, the next nudge goes on from there.
        assert_eq!(tuned(nudge(&mut model, &snapshot, true, false)), ("gamma", 0.97));
        assert_eq!(tuned(nudge(&mut model, &snapshot, false, true)), ("gamma", 0.87));
    }

    #[test]
    fn a_logarithmic_knob_moves_by_factors() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        assert_eq!(tuned(nudge(&mut model, &snapshot, false, true)), ("alpha", 0.03));
        assert_eq!(tuned(nudge(&mut model, &snapshot, true, false)), ("alpha", 0.038));
    }

    #[test]
    fn a_choice_goes_round() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 3;
        assert_eq!(tuned(nudge(&mut model, &snapshot, false, false)), ("epsilon-schedule", 2.0));
    }

    #[test]
    fn the_last_dial_is_the_pace() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        (panel("knobs").act)(&mut model, &snapshot, ROW, Move::End);
        assert_eq!(model.knob, 5);
        let faster = nudge(&mut model, &snapshot, true, false);
        assert_eq!(faster, Some(Ask::Pace(Pace::DialoguesPerSecond(300.0))));
        assert_eq!(PACES.last(), Some(&Pace::Full));
    }

    #[test]
    fn a_drag_asks_once_when_it_is_let_go() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        let picture = text(&draw(panel("knobs"), &snapshot, &model, &DARK, ROW.width, 1));
        let handle = picture.chars().position(|c| c == '●').unwrap() as u16;
        let touch = panel("knobs").touch;
        assert_eq!(touch(&mut model, &snapshot, ROW, Touch::Press(handle, 0)), None);
        for x in (handle - 4)..handle {
            assert_eq!(touch(&mut model, &snapshot, ROW, Touch::Drag(x, 0)), None);
        }
        let (knob, value) = tuned(touch(&mut model, &snapshot, ROW, Touch::Release(handle - 4, 0)));
        assert_eq!(knob, "alpha");
        assert!(value < 0.3 && value > 0.0, "{value}");
    }

    #[test]
    fn a_pending_value_goes_when_the_trainer_has_it_or_refuses() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        nudge(&mut model, &snapshot, true, false);
        panels::settle(&mut model, &snapshot);
        assert!(model.knob_pending.is_some());
        snapshot.notice = Some(dialoq::trainer::snapshot::Notice { serial: 1, text: "no".into(), is_error: true });
        panels::settle(&mut model, &snapshot);
        assert_eq!(model.knob_pending, None);
    }
}

mod table {
    use super::*;
    use dialoq::tui::panels::{Move, Touch};

    const AREA: Rect = Rect { x: 0, y: 0, width: 53, height: 9 };

    fn go(model: &mut Model, snapshot: &Snapshot, steps: &[Move]) {
        for step in steps {
            (panel("table").act)(model, snapshot, AREA, *step);
        }
    }

    #[test]
    fn the_cursor_scrolls_the_table() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, &[Move::Down; 10]);
        assert_eq!(model.table.top + u32::from(model.table.row), 10);
        assert!(model.table.top > 0);
        go(&mut model, &snapshot, &[Move::End]);
        assert_eq!(model.table.top + u32::from(model.table.row), 236);
        go(&mut model, &snapshot, &[Move::Home]);
        assert_eq!((model.table.top, model.table.row), (0, 0));
    }

    #[test]
    fn the_selected_state_is_the_one_under_the_cursor() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        assert_eq!(model.table.selected, Some(0));
        go(&mut model, &snapshot, &[Move::Down, Move::Down]);
        assert_eq!(model.table.selected, Some(6));
        (panel("table").touch)(&mut model, &snapshot, AREA, Touch::Press(30, 4));
        assert_eq!(model.table.selected, snapshot.view.table.as_ref().map(|t| t.rows[2].state));
    }

    #[test]
    fn columns_scroll_where_not_all_acts_fit() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        let narrow = Rect { width: 40, ..AREA };
        assert!(text(&draw(panel("table"), &snapshot, &model, &DARK, 40, 9)).contains('›'));
        for _ in 0..11 {
            (panel("table").act)(&mut model, &snapshot, narrow, Move::Right);
        }
        let picture = text(&draw(panel("table"), &snapshot, &model, &DARK, 40, 9));
        assert!(picture.contains("human") && picture.contains('‹') && !picture.contains('›'), "{picture}");
    }

    #[test]
    fn an_act_never_tried_is_a_dot_and_an_illegal_one_is_blank() {
        let mut snapshot = sample::training();
        let row = &mut snapshot.view.table.as_mut().unwrap().rows[0];
        row.cells[0].legal = false;
        row.cells[1].visits = 0;
        row.cells[1].legal = true;
        let mut model = settled(&snapshot);
        model.table.act = 5;
        let picture = text(&draw(panel("table"), &snapshot, &model, &DARK, 76, 9));
        let cells: String = picture.lines().nth(1).unwrap().chars().skip(16).take(10).collect();
        assert_eq!(cells, "         ·", "{picture}");
    }

    #[test]
    fn the_colour_scale_never_shrinks_since_the_start() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        let before = model.table.bound;
        snapshot.view.table.as_mut().unwrap().max_q = 1.0;
        panels::settle(&mut model, &snapshot);
        assert_eq!(model.table.bound, before);
    }
}

mod transcript {
    use super::*;
    use dialoq::trainer::command::Ask;
    use dialoq::tui::panels::Move;
    use dialoq::tui::panels::transcript::jump_to_largest_delta;

    fn go(model: &mut Model, snapshot: &Snapshot, step: Move) -> Option<Ask> {
        (panel("transcript").act)(model, snapshot, Rect::new(0, 0, 60, 20), step)
    }

    #[test]
    fn enter_goes_back_to_the_turn_under_the_cursor() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, Move::Home);
        go(&mut model, &snapshot, Move::Down);
        assert_eq!(go(&mut model, &snapshot, Move::Open), Some(Ask::SeekTick(9868)));
    }

    #[test]
    fn left_of_the_live_dialogue_lies_the_last_finished_one() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, Move::Left);
        assert_eq!(model.dialogue.number, Some(1233));
        go(&mut model, &snapshot, Move::Right);
        assert_eq!(model.dialogue.number, None);
    }

    #[test]
    fn the_greatest_surprise_is_one_key_away() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        jump_to_largest_delta(&mut model, &snapshot);
        assert_eq!(model.dialogue.turn, Some(2));
    }
}

mod curve {
    use super::*;
    use dialoq::tui::model::Series;

    #[test]
    fn bounds_stay_while_data_stay_within_them() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        let before = model.curve.y_bounds;
        for column in &mut snapshot.view.curve.as_mut().unwrap().columns {
            column.mean *= 0.9;
        }
        panels::settle(&mut model, &snapshot);
        assert_eq!(model.curve.y_bounds, before);
    }

    #[test]
    fn every_series_says_what_it_shows() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        let mut titles = std::collections::BTreeSet::new();
        for _ in 0..6 {
            (panel("curve").act)(&mut model, &snapshot, Rect::new(0, 0, 60, 15), panels::Move::Right);
            panels::settle(&mut model, &snapshot);
            let scene = Scene { snapshot: &snapshot, model: &model, theme: &DARK, focused: true };
            titles.insert((panel("curve").titles)(&scene, 60).title);
        }
        assert_eq!(titles.len(), 6);
        assert_eq!(model.curve.series, Series::Return);
    }

    #[test]
    fn before_the_first_dialogue_a_sentence_says_what_will_appear() {
        let snapshot = sample::just_started();
        let picture = text(&draw(panel("curve"), &snapshot, &settled(&snapshot), &DARK, 60, 12));
        assert!(picture.contains("No dialogue has ended yet."), "{picture}");
    }

    #[test]
    fn the_labels_of_the_levels_can_be_read() {
        let mut snapshot = sample::training();
        // Two levels so close that they share a row.
        snapshot.solution.as_mut().unwrap().optimal_with_epsilon.return_ = 9.4;
        let picture = text(&draw(panel("curve"), &snapshot, &settled(&snapshot), &DARK, 60, 14));
        assert!(picture.contains("γ-optimal 9.5"), "{picture}");
        assert!(picture.contains("best with ε 0.12: 9.4"), "{picture}");
    }
}

#[test]
fn a_train_screen_is_drawn_quickly() {
    let snapshot = sample::training();
    let model = settled(&snapshot);
    let sizes = [("curve", 106, 26), ("dialogue", 90, 26), ("table", 128, 27), ("update", 68, 27), ("knobs", 198, 1)];
    let mut best = std::time::Duration::MAX;
    for _ in 0..20 {
        let start = std::time::Instant::now();
        for (name, width, height) in sizes {
            draw(panel(name), &snapshot, &model, &DARK, width, height);
        }
        best = best.min(start.elapsed());
    }
    // Generous, for slow machines: it is about half a millisecond.
    assert!(best.as_millis() < 10, "{best:?}");
    println!("{best:?}");
}
