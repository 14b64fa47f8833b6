//! What each stage of cleaning did to the raw records: how many came, how many went on, what was mended.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{together, view};
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::Run;

pub const ENTRY: &Panel = &Panel {
    name: "cleaning",
    slot: Slot::LanguageDetail,
    about: "The stages through which the raw dialogues went before anything was learned: records in and out, and how often something was mended.",
    titles: |_: &Scene<'_>, _: u16| Titles {
        title: "How raw dialogues are cleaned".into(),
        top_right: "all records, stage by stage".into(),
        bottom_left: "dialoq data prepare does it with files of your own".into(),
        ..Titles::default()
    },
    draw,
    watch: |_: &Model, _: Rect, watch: &mut Watch| together(watch).raw = true,
    act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| None,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

/// What a stage does.
fn about(stage: &str) -> &'static str {
    match stage {
        "read" => "elements to records",
        "validate" => "spans, labels, numbers",
        "unicode" => "one form, no escapes",
        "html" => "no tags, no entities",
        "roles" => "who speaks, in turns",
        "empty" => "no empty turns",
        "pii" => "mail, phone, card, …",
        "lengths" => "not too short or long",
        "repetition" => "no endless circles",
        "exact" => "the same text once",
        "near" => "nearly the same once",
        "preference" => "answers that differ",
        _ => "",
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let theme = scene.theme;
    let Some(raw) = view(scene.snapshot).and_then(|view| view.raw.as_ref()) else {
        return words::nothing_yet(&mut pen, "Looking …");
    };
    let (text, quiet) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet));
    let columns = area.width.saturating_sub(2);
    let head = format!("{:<10}{:>4}{:>5}{:>9}{:>9}", "stage", "in", "out", "dropped", "mendings");
    pen.row(1, 0, &words::cut(theme, &[Run::new(head, quiet)], columns));
    for (y, row) in raw.rows.iter().enumerate().take(usize::from(area.height.saturating_sub(1))) {
        let dropped = row.dropped;
        let shown = |count: u64| if count == 0 { "–".to_owned() } else { number::thousands(count) };
        let runs = [
            Run::new(format!("{:<10}", row.name), text),
            Run::new(format!("{:>4}{:>5}", row.rows_in, row.rows_out), text),
            Run::new(theme.plain(&format!("{:>9}", shown(dropped))).into_owned(), if dropped > 0 { theme.ink(Ink::Worse) } else { quiet }),
            Run::new(
                theme.plain(&format!("{:>9}", shown(row.mended))).into_owned(),
                if row.mended > 0 { theme.ink(Ink::Good) } else { quiet },
            ),
            Run::new(theme.plain(&format!("  {}", about(row.name))).into_owned(), quiet),
        ];
        pen.row(1, 1 + y as u16, &words::cut(theme, &runs, columns));
    }
}
