//! One word in one update of PPO, number by number: the rule of the clipped step with this word's own figures.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{together, view};
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Replies, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::Run;

pub const ENTRY: &Panel = &Panel {
    name: "word",
    slot: Slot::LanguageDetail,
    about: "The word under the cursor in this update of PPO: its probabilities, its reward, value and advantage, the ratio, the clip and the loss.",
    titles,
    draw,
    watch: |model: &Model, _: Rect, watch: &mut Watch| {
        let cursor = (model.language.replies == Replies::Latest).then_some((model.language.reply, model.language.word));
        together(watch).word = cursor;
    },
    act: |model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move| (super::replies::ENTRY.act)(model, snapshot, area, step),
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let word = view(scene.snapshot).and_then(|view| view.word.as_ref());
    let title = word.map_or("A word of PPO".to_owned(), |word| format!("The word “{}” in this update", word.text));
    Titles { title, ..Titles::default() }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let theme = scene.theme;
    let Some(word) = view(scene.snapshot).and_then(|view| view.word.as_ref()) else {
        let elsewhere = scene.model.language.replies != Replies::Latest;
        let text = if elsewhere {
            "The words of the latest replies have their numbers here; o leads back to those."
        } else {
            "In PPO, the numbers of the word under the cursor stand here: its ratio, its advantage, its clip."
        };
        return words::nothing_yet(&mut pen, text);
    };
    for (y, term) in word.terms.iter().enumerate().take(usize::from(area.height)) {
        let value = number::signed(term.value.into(), 3);
        let row = [
            Run::new(format!("{:<12}", theme.plain(term.symbol)), theme.ink(Ink::Text)),
            Run::new(format!("{:>8}  ", theme.plain(&value)), words::bold(theme.sign(term.value))),
            Run::new(theme.plain(term.meaning).into_owned(), theme.ink(Ink::Quiet)),
        ];
        pen.row(1, y as u16, &words::cut(theme, &row, area.width.saturating_sub(2)));
    }
}
