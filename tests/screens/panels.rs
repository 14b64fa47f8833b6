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
