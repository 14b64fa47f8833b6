//! What the panel tests draw on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use dialoq::trainer::snapshot::Snapshot;
use dialoq::tui::model::Model;
use dialoq::tui::panels::{self, PANELS, Panel, Scene};
use dialoq::tui::theme::{Depth, Ground, Theme};

pub const DARK: Theme = Theme::new(Ground::Dark, Depth::True, true);
pub const MONO: Theme = Theme::new(Ground::Mono, Depth::Palette16, true);
pub const SAFE: Theme = Theme::new(Ground::Dark, Depth::True, false);

pub fn panel(name: &str) -> &'static Panel {
    PANELS.iter().find(|panel| panel.name == name).expect("a panel of that name")
}

pub fn settled(snapshot: &Snapshot) -> Model {
    let mut model = Model { knob: 0, ..Model::default() };
    model.dialogue.revealed = 99;
    panels::settle(&mut model, snapshot);
    model
}

pub fn draw(panel: &Panel, snapshot: &Snapshot, model: &Model, theme: Theme, width: u16, height: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let scene = Scene { snapshot, model, theme: &theme, focused: true };
    (panel.draw)(&scene, buffer.area, &mut buffer);
    buffer
}

/// The symbols of a buffer, one line a row, the tail of wide characters left out.
pub fn text(buffer: &Buffer) -> String {
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
