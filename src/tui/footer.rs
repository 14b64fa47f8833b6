//! The last line: the keys that act here, made from the table of keys, and beside them a notice; or a line being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::widgets::{Clear, Widget};

use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::boxes;
use crate::tui::chrome::{columns, wrap, write};
use crate::tui::keys::{self, Action, BINDINGS, Binding, Context};
use crate::tui::layout::Plan;
use crate::tui::model::{Model, Overlay, Said, ScreenId, Slot};
use crate::tui::theme::{Ink, Theme};

/// A hint, and where a click on it counts.
pub struct Hint {
    pub area: Rect,
    pub binding: &'static Binding,
    pub face: String,
    pub word: &'static str,
}

const GAP: u16 = 2;

/// The hints that fit, in the order of the table; the way out always does.
pub fn hints(model: &Model, newest: &Snapshot, plan: &Plan, theme: Theme) -> Vec<Hint> {
    let mut hints: Vec<Hint> =
        BINDINGS.iter().filter(|binding| hinted(binding, model, plan)).map(|binding| hint(binding, model, newest, theme)).collect();
    let room = match notice_area(model, plan, theme) {
        Some(notice) if notice.x == plan.footer.x => return Vec::new(),
        Some(notice) => notice.x - plan.footer.x,
        None => plan.footer.width,
    }
    .saturating_sub(1);
    let way_out = hints.last().map_or(0, |hint| hint.area.width);
    let last = hints.len().saturating_sub(1);
    let mut x = 1;
    let mut k = 0;
    hints.retain_mut(|hint| {
        let needed = hint.area.width + if k < last { GAP + way_out } else { 0 };
        let fits = x + needed <= room;
        k += 1;
        if fits {
            hint.area.x = plan.footer.x + x;
            hint.area.y = plan.footer.y;
            x += hint.area.width + GAP;
        }
        fits
    });
    hints
}

/// Where the notice stands: at the right of the hints where they leave room for it, else over as many lines as it needs.
pub fn notice_area(model: &Model, plan: &Plan, theme: Theme) -> Option<Rect> {
    let said = model.notice.as_ref().filter(|_| model.overlay.is_none())?;
    let text = notice_text(model, said);
    let (footer, width) = (plan.footer, theme.width(&text) + 2);
    if width <= footer.width / 3 {
        return Some(Rect { x: footer.right() - width, width, ..footer });
    }
    let lines = notice_lines(&text, footer.width, theme).len() as u16;
    let height = lines.min(plan.area.height);
    Some(Rect { y: footer.bottom() - height, height, ..footer })
}

fn notice_lines(text: &str, width: u16, theme: Theme) -> Vec<String> {
    wrap(&theme.plain(text), width.saturating_sub(2))
}

/// The message, and how many more there are.
fn notice_text(model: &Model, said: &Said) -> String {
    match model.messages.more() {
        0 => said.text.clone(),
        more => format!("{} (+{more} more, ! lists them)", said.text),
    }
}

fn draw_notice(buf: &mut Buffer, area: Rect, said: &Said, model: &Model, theme: Theme) {
    let style = if said.is_error { theme.ink(Ink::Alarm).add_modifier(Modifier::BOLD) } else { theme.ink(Ink::Person) };
    Clear.render(area, buf);
    for (line, y) in notice_lines(&notice_text(model, said), area.width, theme).iter().zip(area.y..) {
        write(buf, area, area.x + 1, y, line, style);
    }
}

fn hint(binding: &'static Binding, model: &Model, newest: &Snapshot, theme: Theme) -> Hint {
    let face = match binding.face {
        "" => binding.keys.first().map(|key| key.name()).unwrap_or_default(),
        face => face.to_owned(),
    };
    let (face, word) = (theme.plain(&face).into_owned(), word(binding, model, newest));
    let area = Rect::new(0, 0, columns(&face) + 1 + columns(word), 1);
    Hint { area, binding, face, word }
}

/// Keys of a pane are hinted at while it has the focus; they act as long as it is in sight.
fn hinted(binding: &Binding, model: &Model, plan: &Plan) -> bool {
    let near = match binding.context {
        Context::Seen(slots) => slots.contains(&model.focus) || slots.contains(&Slot::Knobs),
        Context::Always => false,
        _ => true,
    };
    // Keys for several runs act everywhere, but are told where the runs stand.
    let told = match binding.action {
        Action::NextRun | Action::Seeds | Action::Sweep => model.screen == ScreenId::Compare,
        _ => true,
    };
    near && told && !binding.hint.is_empty() && keys::acts(binding, model, plan)
}

fn word(binding: &'static Binding, model: &Model, newest: &Snapshot) -> &'static str {
    match (binding.action, &newest.phase) {
        (Action::HideValues, _) if model.moments.values_hidden => "show values",
        (Action::RunOrPause, Phase::Paused)
            if newest.view.progress.is_some_and(|path| path.stage == "done") && !newest.view.in_the_past() =>
        {
            "at its end"
        }
        (Action::RunOrPause, Phase::Running) => "pause",
        (Action::RunOrPause, Phase::Busy(..)) => "stop",
        (Action::RunOrPause, _) if newest.view.in_the_past() => "replay",
        // A language model goes by minibatches, and by fifty of them or by updates.
        (Action::StepTurn, _) if newest.view.progress.is_some() => "step",
        (Action::StepDialogue, _) if newest.view.progress.is_some() => "many steps",
        _ => binding.hint,
    }
}

pub fn draw(buf: &mut Buffer, model: &Model, newest: &Snapshot, plan: &Plan, theme: Theme) {
    let area = plan.footer;
    if let Some(Overlay::Prompt(prompt)) = &model.overlay {
        boxes::draw_line(buf, area, prompt, newest, theme);
    } else {
        if let (Some(place), Some(said)) = (notice_area(model, plan, theme), &model.notice) {
            draw_notice(buf, place, said, model, theme);
        }
        let bold = theme.ink(Ink::Text).add_modifier(Modifier::BOLD);
        for hint in hints(model, newest, plan, theme) {
            let x = write(buf, area, hint.area.x, area.y, &hint.face, bold);
            write(buf, area, x + 1, area.y, hint.word, theme.ink(Ink::Quiet));
        }
    }
}
