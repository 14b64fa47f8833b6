//! The chairs: the person picks the agent's next act, or the user's answer to it. Stands in place of the acts of a turn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::command::{Ask, Edit};
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{ActView, CellView, Numbers, Order, RowView, SpanView, TableWatch, Watch};
use crate::tui::layout;
use crate::tui::model::{Model, Slot};
use crate::tui::moments::Chair;
use crate::tui::panels::{Move, Scene, Titles, Touch, transcript, words};
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub fn watch(model: &Model, inside: Rect, chair: Chair, watch: &mut Watch) {
    transcript::watch(model, inside, watch);
    watch.answers = chair == Chair::User;
    watch.table = Some(TableWatch { order: Order::State, filter: String::new(), top: 0, rows: 1, follow: true, keep: None });
}

pub fn titles(scene: &Scene<'_>, chair: Chair) -> Titles {
    let (title, right) = match chair {
        Chair::Agent => ("You are the agent: what do you say?", "the agent's chair"),
        Chair::User => ("You are the user: how do you answer?", "the user's chair"),
    };
    let below = match below(scene, chair) {
        0 => String::new(),
        more => format!("{more} more below"),
    };
    Titles { title: title.into(), top_right: right.into(), bottom_left: "enter takes it · esc stands up".into(), bottom_right: below }
}

/// How many choices stand under the pane's last line.
fn below(scene: &Scene<'_>, chair: Chair) -> usize {
    let plan = layout::plan(scene.model);
    let Some(area) = plan.pane(Slot::DialogueActs).map(|pane| pane.inner).filter(|inner| inner.width >= 12) else { return 0 };
    let lines = Lines::of(scene, chair, area.width - 2, area.height);
    let end = lines.first(selected(scene, chair), area.height) + usize::from(area.height);
    let mut hidden: Vec<usize> = lines.lines.iter().skip(end).filter_map(|(_, choice)| *choice).collect();
    let last = lines.lines.get(end.wrapping_sub(1)).and_then(|(_, choice)| *choice);
    hidden.dedup();
    hidden.retain(|choice| Some(*choice) != last && can_be_chosen(scene, chair, *choice));
    hidden.len()
}

fn can_be_chosen(scene: &Scene<'_>, chair: Chair, choice: usize) -> bool {
    chair == Chair::User || row(scene.snapshot).and_then(|row| row.cells.get(choice)).is_some_and(|cell| cell.legal)
}

/// The row of the present state, once it has come.
fn row(snapshot: &Snapshot) -> Option<&RowView> {
    snapshot.view.table.as_ref()?.rows.iter().find(|row| row.live)
}

fn acts(snapshot: &Snapshot) -> &[ActView] {
    snapshot.view.table.as_ref().map_or(&[], |table| &table.acts)
}

/// The act under the cursor: at first the one that the agent would take, unless that is hidden.
pub fn chosen(model: &Model, snapshot: &Snapshot) -> Option<u16> {
    let pending = snapshot.findings.pending.filter(|_| !model.moments.values_hidden);
    if model.moments.chair == Some(Chair::User) {
        return snapshot.findings.pending;
    }
    let legal = |act: &u16| row(snapshot).and_then(|row| row.cells.get(usize::from(*act))).is_some_and(|cell| cell.legal);
    let first = || (0..acts(snapshot).len() as u16).find(legal);
    model.moments.choice.filter(legal).or_else(|| pending.filter(legal)).or_else(first)
}

pub fn act(model: &mut Model, snapshot: &Snapshot, chair: Chair, step: Move) -> Option<Ask> {
    match chair {
        Chair::Agent => act_as_agent(model, snapshot, step),
        Chair::User => act_as_user(model, snapshot, step),
    }
}

fn act_as_agent(model: &mut Model, snapshot: &Snapshot, step: Move) -> Option<Ask> {
    let cells = &row(snapshot)?.cells;
    let legal: Vec<u16> = (0..cells.len() as u16).filter(|act| cells[usize::from(*act)].legal).collect();
    let now = chosen(model, snapshot)?;
    let at = legal.iter().position(|act| *act == now)?;
    let to = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => at + 1,
        Move::Home | Move::PageUp => 0,
        Move::End | Move::PageDown => legal.len() - 1,
        Move::Open => {
            model.moments.choice = None;
            return Some(Ask::Sit(Edit::Force { act: now as u8 }));
        }
        _ => return None,
    };
    model.moments.choice = Some(legal[to.min(legal.len() - 1)]);
    None
}

fn act_as_user(model: &mut Model, snapshot: &Snapshot, step: Move) -> Option<Ask> {
    let answers = &snapshot.findings.answers;
    let last = answers.len().checked_sub(1)?;
    let at = model.moments.answer.min(last);
    model.moments.answer = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::Home | Move::PageUp => 0,
        Move::End | Move::PageDown => last,
        Move::Open => {
            model.moments.answer = 0;
            return Some(Ask::Sit(Edit::Say { outcome: answers[at].outcome }));
        }
        _ => return None,
    };
    None
}

/// What stands in the pane: lines, and of which choice each is.
struct Lines {
    lines: Vec<(Row, Option<usize>)>,
}

impl Lines {
    fn of(scene: &Scene<'_>, chair: Chair, columns: u16, height: u16) -> Lines {
        let mut lines = Vec::new();
        let head = head(scene, chair, columns);
        lines.extend(head.into_iter().map(|row| (row, None)));
        let choices = match chair {
            Chair::Agent => agent_rows(scene, columns),
            Chair::User => {
                let long = user_rows(scene, columns, true);
                let fits = lines.len() + long.len() <= usize::from(height);
                if fits { long } else { user_rows(scene, columns, false) }
            }
        };
        lines.extend(choices.into_iter().map(|(row, choice)| (row, Some(choice))));
        Lines { lines }
    }

    /// The first line shown, so that the selected choice is in sight.
    fn first(&self, selected: Option<usize>, height: u16) -> usize {
        let height = usize::from(height);
        let end = self.lines.iter().rposition(|(_, choice)| choice.is_some() && *choice == selected).map_or(0, |k| k + 1);
        end.saturating_sub(height).min(self.lines.len().saturating_sub(height))
    }
}

/// Who sits where, what was last said, and how the dialogue before went.
fn head(scene: &Scene<'_>, chair: Chair, columns: u16) -> Vec<Row> {
    let (theme, snapshot) = (scene.theme, scene.snapshot);
    let quiet = theme.ink(Ink::Quiet);
    let mut rows = Vec::new();
    rows.extend(beside(scene, columns));
    rows.extend(last_words(scene, columns));
    if snapshot.view.turn == 0 {
        rows.push(vec![Run::new(format!("dialogue {} begins", number::thousands(snapshot.view.dialogues)), quiet)]);
    }
    if let Some(row) = row(snapshot) {
        rows.extend(words::state_rows(theme, &row.words, theme.ink(Ink::Text), columns));
    }
    let pending = snapshot.findings.pending.and_then(|act| acts(snapshot).get(usize::from(act)));
    let told = |before: &str, name: &str, after: &str| {
        let runs = [
            Run::new(before, quiet),
            Run::new(theme.plain(name), words::bold(theme.ink(Ink::Accent))),
            Run::new(theme.plain(after).into_owned(), quiet),
        ];
        wrap_runs(&runs, columns)
    };
    match (chair, pending) {
        (Chair::User, Some(act)) => rows.extend(told("the agent's act: ", &act.name, &format!(". {}", act.meaning))),
        (Chair::Agent, Some(act)) if !scene.model.moments.values_hidden => rows.extend(told("by itself it would: ", &act.name, "")),
        _ => {}
    }
    rows
}

/// What the user said last, where the transcript cannot be seen.
fn last_words(scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    if layout::plan(scene.model).shows(Slot::DialogueTranscript) {
        return Vec::new();
    }
    let Some(talk) = transcript::wanted(scene.model, scene.snapshot).filter(|talk| !talk.complete) else { return Vec::new() };
    let said = |span: &SpanView| match span {
        SpanView::Plain(text) => text.clone(),
        SpanView::Heard { value, .. } => format!("~{value}"),
    };
    let words = talk.turns.last().map_or_else(|| talk.opening.clone(), |turn| turn.user.iter().map(said).collect());
    let theme = scene.theme;
    let runs = [Run::new("user  ", words::bold(theme.ink(Ink::Learner))), Run::new(theme.plain(&words), theme.ink(Ink::Text))];
    if words.is_empty() { Vec::new() } else { wrap_runs(&runs, columns) }
}

/// How the dialogue that a person held went, beside the policy and the optimum with the same user.
fn beside(scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    let (theme, view) = (scene.theme, &scene.snapshot.view);
    let Some(beside) = scene.snapshot.findings.beside.filter(|beside| beside.dialogue + 1 == view.dialogues) else {
        return Vec::new();
    };
    let figure = |value: f32| number::signed_trimmed(value.into(), 1);
    let mut runs = vec![
        Run::new(format!("dialogue {} is over: ", number::thousands(beside.dialogue)), theme.ink(Ink::Quiet)),
        Run::new(theme.plain(&format!("your return {}", figure(beside.person))), words::bold(theme.ink(Ink::Person))),
        Run::new(theme.plain(&format!(" · the policy with the same user {}", figure(beside.policy))), theme.ink(Ink::Learner)),
    ];
    if let Some(optimum) = beside.optimum {
        runs.push(Run::new(theme.plain(&format!(" · the optimum {}", figure(optimum))), theme.ink(Ink::Accent)));
    }
    let mut rows = wrap_runs(&runs, columns);
    rows.push(Row::new());
    rows
}

/// The columns of the numbers, those that have no room are left out.
const fn columns(numbers: Numbers) -> [(&'static str, u16); 4] {
    match numbers {
        Numbers::Values => [("Q", 8), ("Q*", 8), ("visits", 8), ("", 0)],
        Numbers::Preferences => [("π", 7), ("h", 8), ("Q*", 8), ("visits", 8)],
        Numbers::Nothing => [("π", 7), ("Q*", 8), ("", 0), ("", 0)],
    }
}

fn agent_rows(scene: &Scene<'_>, columns: u16) -> Vec<(Row, usize)> {
    let (theme, snapshot) = (scene.theme, scene.snapshot);
    let Some(row) = row(snapshot) else { return Vec::new() };
    let names = acts(snapshot);
    let longest = names.iter().map(|act| theme.width(&act.name)).max().unwrap_or(0);
    let selected = chosen(scene.model, snapshot);
    let hidden = scene.model.moments.values_hidden;
    let list = names.iter().zip(&row.cells).enumerate();
    let line = |(k, (act, cell)): (usize, (&ActView, &CellView))| {
        let here = selected == Some(k as u16);
        let pointer = if here { theme.glyph(Glyph::Pointer) } else { " " };
        let mut ink = if cell.legal { theme.ink(Ink::Text) } else { theme.ink(Ink::Faint) };
        if here {
            ink = ink.add_modifier(Modifier::REVERSED | Modifier::BOLD);
        }
        let pad = usize::from(longest.saturating_sub(theme.width(&act.name)));
        let mut line = vec![
            Run::new(format!("{pointer} "), theme.ink(Ink::Accent)),
            Run::new(format!("{}{}", theme.plain(&act.name), " ".repeat(pad)), ink),
        ];
        let room = columns.saturating_sub(2 + longest);
        if cell.legal && !hidden {
            line.extend(numbers(cell, scene, room));
        } else {
            let about = if cell.legal { &*act.meaning } else { "not allowed here" };
            let ink = if cell.legal { Ink::Quiet } else { Ink::Faint };
            let mark = theme.glyph(Glyph::Ellipsis);
            let about = crate::tui::widgets::text::truncate(&theme.plain(about), room.saturating_sub(2), mark);
            line.push(Run::new(format!("  {about}"), theme.ink(ink)));
        }
        (line, k)
    };
    let mut rows: Vec<(Row, usize)> = list.map(line).collect();
    // What can be chosen comes first: a small pane shows nothing else.
    rows.sort_by_key(|(_, k)| !row.cells[*k].legal);
    rows
}

fn numbers(cell: &CellView, scene: &Scene<'_>, room: u16) -> Row {
    let (theme, view) = (scene.theme, &scene.snapshot.view);
    let mut used = 0;
    let mut out = Row::new();
    let tried = cell.visits > 0 || view.uncounted;
    let q = if tried { number::signed(cell.q.into(), 2) } else { theme.glyph(Glyph::Never).to_owned() };
    let q_ink = if cell.greedy { words::bold(theme.sign(cell.q)) } else { theme.sign(if tried { cell.q } else { 0.0 }) };
    let exact = cell.exact.map(|exact| (number::signed(exact.into(), 2), theme.ink(Ink::Accent)));
    let visits = (number::short(cell.visits.into()), theme.ink(Ink::Quiet));
    let chance = (number::percent_in(cell.probability.into(), 6), theme.ink(Ink::Text));
    for (name, wide) in columns(view.numbers) {
        let shown = match name {
            "Q" | "h" => Some((q.clone(), q_ink)),
            "Q*" => exact.clone(),
            "visits" if !view.uncounted => Some(visits.clone()),
            "π" => Some(chance.clone()),
            _ => None,
        };
        let Some((text, style)) = shown else { continue };
        let text = theme.plain(&format!("{name} {text}")).into_owned();
        let wide = wide + theme.width(name);
        if used + wide > room {
            break;
        }
        let pad = usize::from(wide.saturating_sub(theme.width(&text)));
        out.push(Run::new(format!("{}{text}", " ".repeat(pad)), style));
        used += wide;
    }
    out
}

/// Each answer with its chance and reward, and where there is room with the state that it leads to.
fn user_rows(scene: &Scene<'_>, columns: u16, with_next: bool) -> Vec<(Row, usize)> {
    let (theme, model) = (scene.theme, scene.model);
    let mut out = Vec::new();
    for (k, answer) in scene.snapshot.findings.answers.iter().enumerate() {
        let here = model.moments.answer == k;
        let pointer = if here { theme.glyph(Glyph::Pointer) } else { " " };
        let ink = if here { theme.ink(Ink::Text).add_modifier(Modifier::REVERSED | Modifier::BOLD) } else { theme.ink(Ink::Text) };
        let chance = format!("{:>5} ", number::percent_in(answer.probability, 5));
        let reward = number::signed_trimmed(answer.reward, 2);
        let mut runs = vec![Run::new(theme.plain(&answer.text).into_owned(), ink)];
        runs.push(Run::new(theme.plain(&format!("  reward {reward}")).into_owned(), theme.sign(answer.reward as f32)));
        if with_next && !answer.next.is_empty() {
            runs.push(Run::new(theme.plain(&format!(" → {}", answer.next)).into_owned(), theme.ink(Ink::Quiet)));
        }
        for (j, mut row) in wrap_runs(&runs, columns.saturating_sub(8)).into_iter().enumerate() {
            let head = if j == 0 { format!("{pointer} {chance}") } else { " ".repeat(8) };
            row.insert(0, Run::new(head, theme.ink(if here { Ink::Accent } else { Ink::Quiet })));
            out.push((row, k));
        }
    }
    out
}

fn selected(scene: &Scene<'_>, chair: Chair) -> Option<usize> {
    match chair {
        Chair::Agent => chosen(scene.model, scene.snapshot).map(usize::from),
        Chair::User => Some(scene.model.moments.answer),
    }
}

pub fn draw(scene: &Scene<'_>, chair: Chair, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let nothing = match chair {
        Chair::Agent => row(scene.snapshot).is_none(),
        Chair::User => scene.snapshot.findings.answers.is_empty(),
    };
    if nothing {
        return words::nothing_yet(&mut pen, "Learning pauses; then you choose here with the arrows and Enter. Esc stands up.");
    }
    if area.width < 12 {
        return;
    }
    let lines = Lines::of(scene, chair, area.width - 2, area.height);
    let first = lines.first(selected(scene, chair), area.height);
    for (y, (row, _)) in lines.lines.iter().skip(first).take(usize::from(area.height)).enumerate() {
        pen.row(1, y as u16, row);
    }
}

/// A press selects; a press on what is selected takes it.
pub fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, chair: Chair, touched: Touch) -> Option<Ask> {
    let Touch::Press(_, y) = touched else { return None };
    if area.width < 12 {
        return None;
    }
    let theme = Theme::uncoloured(model.rich);
    let scene = Scene { snapshot, model, theme: &theme, focused: true };
    let lines = Lines::of(&scene, chair, area.width - 2, area.height);
    let now = selected(&scene, chair);
    let hit = lines.lines.get(lines.first(now, area.height) + usize::from(y)).and_then(|(_, choice)| *choice)?;
    if now == Some(hit) {
        return act(model, snapshot, chair, Move::Open);
    }
    match chair {
        Chair::User => model.moments.answer = hit,
        Chair::Agent => {
            let legal = row(snapshot)?.cells.get(hit)?.legal;
            if legal {
                model.moments.choice = Some(hit as u16);
            } else {
                model.say("this act is not allowed in this state", true);
            }
        }
    }
    None
}
