//! How much of the table fits: columns of 9, 7, 6, 5, 4 or 3, fewer acts with scrolling, or an overview without numbers.

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
    /// Columns from one slot to the next, and where the first stands.
    pub pitch: u16,
    pub slots_at: u16,
    /// Columns of what the critic expects, behind the cells; 0: none.
    pub critic: u16,
    pub patience: u16,
    pub patience_at: u16,
}

const LONGEST_TASK: u16 = 9;
/// Wider than that, numbers and marks would stand apart.
const WIDEST_CELL: u16 = 14;

impl Layout {
    pub fn of(view: &TableView, model: &TableModel, area: Rect, roomy: bool) -> Layout {
        let told = view.rows.iter().any(|row| row.critic.is_some());
        let critic = if told && area.width >= 40 { 8 } else { 0 };
        let area = Rect { width: area.width - critic, ..area };
        let acts = view.acts.len() as u16;
        let (longest, slots, patience) = head_parts(&view.rows, model.names);
        let named = slots.is_empty() && patience == 0;
        let fixed = 1 + if slots.is_empty() { 0 } else { 2 + slots.len() as u16 } + if patience > 0 { 1 + patience } else { 0 };
        let widest = if roomy { [9, 7, 6, 5, 4] } else { [7, 7, 6, 5, 4] };
        // Names of states are worth more than wide cells, up to half of the width.
        let whole = widest.into_iter().filter(|w| *w >= 5).find(|w| fixed + longest + acts * w < area.width);
        let task = if named && whole.is_none() { longest.min(area.width / 2).max(5) } else { longest };
        let head = fixed + task;
        let room = area.width.saturating_sub(head);
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
        let free = if overview { 0 } else { room - shown * cell };
        let mut layout = Layout {
            head,
            cell,
            left,
            shown,
            header,
            lines,
            overview,
            task,
            slots,
            critic,
            pitch: 1,
            slots_at: task + 3,
            patience,
            patience_at: fixed + task - patience,
        };
        if named {
            layout.widen_names(longest, view, free);
        } else {
            layout.widen_slots(free);
        }
        layout
    }

    /// What is left over goes to the names of the states, then to those of the acts.
    fn widen_names(&mut self, longest: u16, view: &TableView, free: u16) {
        let more = free.min(longest.saturating_sub(self.task));
        self.task += more;
        self.head += more;
        if self.cell >= 5 && self.shown > 0 {
            let act = view.acts.iter().map(|act| act.short.width() as u16).max().unwrap_or(0);
            let wanted = (act + 2).clamp(self.cell, WIDEST_CELL.max(self.cell));
            self.cell = wanted.min(self.cell + (free - more) / self.shown);
        }
    }

    /// What is left over sets the slots apart, by their short names where there is much.
    fn widen_slots(&mut self, free: u16) {
        let count = self.slots.len() as u16;
        let name = self.slots.iter().map(|slot| slot.width() as u16).max().unwrap_or(0);
        let cost = |pitch: u16| 1 + (pitch - 1) * count;
        let Some(pitch) = [name + 1, 2].into_iter().find(|pitch| *pitch > 1 && count > 0 && cost(*pitch) <= free) else { return };
        self.pitch = pitch;
        self.slots_at += 1;
        self.patience_at += cost(pitch);
        self.head += cost(pitch);
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

/// Columns of the widest name of a state, or of a task where states have parts.
pub fn widest_name(rows: &[RowView]) -> u16 {
    let name =
        |row: &RowView| if is_named(row) { row.words.text.width() } else { row.words.task.as_ref().map_or(0, |(name, _)| name.width()) };
    rows.iter().map(name).max().unwrap_or(0) as u16
}

fn is_named(row: &RowView) -> bool {
    row.words.patience.is_none() && row.words.slots.is_empty()
}

fn head_parts(rows: &[RowView], names: u16) -> (u16, Vec<String>, u16) {
    let widest = widest_name(rows).max(names).max(5);
    if rows.iter().all(is_named) {
        return (widest, Vec::new(), 0);
    }
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
    (widest.min(LONGEST_TASK), slots, u16::from(patience))
}
