//! How much of the table fits: columns of 9, 7, 6, 5 or 3, fewer acts with scrolling, or an overview without numbers.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::trainer::view::{RowView, TableView};
use crate::tui::model::TableModel;

/// Shape of the drawn table, in cells of the screen.
pub struct Layout {
    /// Columns of the row head, with the space behind it.
    pub head: u16,
    pub cell: u16,
    /// First act shown and how many.
    pub left: u16,
    pub shown: u16,
    /// Lines of the header and of each row.
    pub header: u16,
    pub lines: u16,
    pub overview: bool,
    pub task: u16,
    /// Slots by short name, in the order of the first row that has most of them.
    pub slots: Vec<String>,
    pub patience: u16,
    pub patience_at: u16,
}

const LONGEST_TASK: u16 = 9;

impl Layout {
    pub fn of(view: &TableView, model: &TableModel, area: Rect, roomy: bool) -> Layout {
        let acts = view.acts.len() as u16;
        let (task, slots, patience) = head_parts(&view.rows, area.width);
        let mut head = 1 + task;
        if !slots.is_empty() {
            head += 2 + slots.len() as u16;
        }
        if patience > 0 {
            head += 1 + patience;
        }
        let patience_at = head - patience;
        let room = area.width.saturating_sub(head);
        let widest = if roomy { [9, 7, 6, 5] } else { [7, 7, 6, 5] };
        let fitting = widest.into_iter().find(|w| acts * w <= room);
        let cell = fitting.unwrap_or(if acts * 3 < room && area.height >= 4 { 3 } else { 5 });
        // A space before the cells, unless it would cost them their width: the first one's marker column is mostly blank.
        let space = u16::from(fitting.is_none_or(|w| acts * w < room)).min(room);
        let (head, room) = (head + space, room - space);
        let shown = (room / cell).min(acts);
        let overview = acts > 0 && shown < acts.min(4);
        let lines = if roomy && cell >= 7 && area.height >= 16 { 2 } else { 1 };
        let header = if cell == 3 { 2 } else { 1 };
        let left = model.left.min(acts - shown);
        Layout { head, cell, left, shown, header, lines, overview, task, slots, patience, patience_at }
    }

    pub fn rows(&self, height: u16) -> u16 {
        if self.overview { height * 2 } else { height.saturating_sub(self.header) / self.lines }
    }

    /// Scrolls sideways so that the selected act is shown.
    pub fn keep_in_sight(&self, model: &mut TableModel) {
        if model.act < self.left {
            model.left = model.act;
        } else if self.shown > 0 && model.act >= self.left + self.shown {
            model.left = model.act + 1 - self.shown;
        } else {
            model.left = self.left;
        }
    }

    pub fn act_at(&self, x: u16) -> Option<u16> {
        let column = x.checked_sub(self.head)? / self.cell;
        (column < self.shown).then_some(self.left + column)
    }
}

fn head_parts(rows: &[RowView], width: u16) -> (u16, Vec<String>, u16) {
    let named = rows.iter().all(|row| row.words.patience.is_none() && row.words.slots.is_empty());
    if named {
        let longest = rows.iter().map(|row| row.words.text.width() as u16).max().unwrap_or(0);
        return (longest.clamp(5, (width / 3).max(5)), Vec::new(), 0);
    }
    let task = rows.iter().filter_map(|row| row.words.task.as_ref()).map(|(name, _)| name.width() as u16);
    let mut slots: Vec<String> = Vec::new();
    let most = rows.iter().max_by_key(|row| row.words.slots.len());
    for row in most.into_iter().chain(rows) {
        for slot in &row.words.slots {
            if !slots.contains(&slot.short) {
                slots.push(slot.short.clone());
            }
        }
    }
    let patience = rows.iter().filter_map(|row| row.words.patience).map(|(_, most)| most).max().unwrap_or(0);
    (task.max().unwrap_or(0).clamp(5, LONGEST_TASK), slots, u16::from(patience))
}
