//! The one formula of the course with this update's numbers in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{Choice, Goal, Numbers, RunView, UpdateView, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::knobs::idle::explores_by_epsilon;
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, equation, inside, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "update",
    slot: Slot::TrainUpdate,
    about: "What the learner did after the last turn shown: its rule in symbols, and the same in numbers.",
    titles,
    draw,
    watch: |_: &Model, area: Rect, watch: &mut Watch| {
        watch.update = true;
        inside::ask(area, watch);
    },
    act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| None,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

/// The same beside the table, once a person has gone to where a cell was learned.
pub const VALUES: &Panel = &Panel {
    slot: Slot::ValuesInspector,
    titles: |scene, width| Titles { bottom_left: "esc selected cell".into(), ..titles(scene, width) },
    ..*ENTRY
};

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let tick = scene.snapshot.view.update.as_ref().map(|update| update.tick);
    Titles {
        title: "This update".into(),
        top_right: tick.map_or(String::new(), |t| format!("turn {}", number::thousands(t + 1))),
        ..Titles::default()
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(update) = &scene.snapshot.view.update else {
        return words::nothing_yet(&mut pen, "The next turn's update will appear here.");
    };
    if area.width < 4 {
        return;
    }
    let columns = area.width - 2;
    let (mut equations, mut blocks) = blocks(update, scene, columns);
    if let Some(fault) = fault(scene) {
        // What broke learning is read before what it wrote last.
        blocks.insert(0, wrap_runs(&[Run::new(scene.theme.plain(fault), scene.theme.ink(Ink::Alarm))], columns));
        equations += 1;
    }
    // What an agent holds takes the place of the state and act where there is no room for both: those are told beside it.
    let used: usize = blocks.iter().map(Vec::len).sum();
    let story = story(update, scene, columns);
    let room = usize::from(pen.height()).saturating_sub(used + 1);
    let held = inside::summary(scene, columns, room.saturating_sub(if room > story.len() + LEAST_HELD { story.len() + 1 } else { 0 }));
    let both = held.is_empty() || used + story.len() + held.len() + 2 <= usize::from(pen.height());
    if both {
        blocks.push(story);
    }
    if !held.is_empty() {
        blocks.push(held);
    }
    // Whole blocks are dropped from the bottom; the equation is the last to go.
    let spare = usize::from(pen.height()).saturating_sub(blocks.iter().map(Vec::len).sum());
    let mut y = u16::from(spare > blocks.len());
    for (k, block) in blocks.iter().enumerate() {
        if k >= equations && y + block.len() as u16 > pen.height() {
            break;
        }
        for row in block {
            pen.row(1, y, row);
            y += 1;
        }
        y += u16::from(spare > k);
    }
}

/// Why the run in focus cannot go on, where its values have left all bounds.
fn fault<'a>(scene: &Scene<'a>) -> Option<&'a str> {
    let snapshot = scene.snapshot;
    let stopped = snapshot.card(snapshot.focus)?.stopped.as_deref();
    stopped.filter(|why| why.contains("not finite") && !snapshot.view.in_the_past())
}

/// Fewer lines of what the agent holds are not worth leaving the state and act out for, nor squeezing in beside them.
const LEAST_HELD: usize = 3;

/// The rule and its numbers, then what came of them; how many of the blocks are the rule's.
fn blocks(update: &UpdateView, scene: &Scene<'_>, columns: u16) -> (usize, Vec<Vec<Row>>) {
    let theme = scene.theme;
    if update.rule.is_empty() {
        return (1, vec![vec![vec![Run::new("This agent does not learn.", theme.ink(Ink::Text))]]]);
    }
    let note = scene.snapshot.view.inside.as_ref().map_or("", |view| view.inside.note.as_str());
    let note = wrap_runs(&[Run::new(theme.plain(note), theme.ink(Ink::Quiet))], columns);
    if update.terms.is_empty() {
        let nothing = wrap_runs(&[Run::new(theme.plain(&nothing_learned(scene)), theme.ink(Ink::Text))], columns);
        return (1, vec![nothing, note]);
    }
    let mut blocks = Vec::new();
    let lines = equation::of(update, &scene.snapshot.view.knobs, theme, columns);
    let alone = lines.len() == 1;
    for line in lines {
        if alone {
            blocks.extend([line.symbols, line.numbers]);
        } else {
            blocks.push(line.symbols.into_iter().chain(line.numbers).collect());
        }
    }
    let count = blocks.len();
    let others = equation::others(update, theme);
    if !others.is_empty() {
        blocks.push(words::flow(theme, others, columns, 2));
    }
    blocks.push(facts(update, scene, columns));
    if !scene.snapshot.view.inside.as_ref().is_none_or(|view| view.inside.note.is_empty()) {
        blocks.push(note);
    }
    (count, blocks)
}

/// Why a turn taught nothing: what is gathered before the next update, where the agent tells.
fn nothing_learned(scene: &Scene<'_>) -> String {
    let inside = scene.snapshot.view.inside.as_ref().map(|view| &view.inside);
    let gathered = inside.and_then(|inside| inside.gauges.iter().find(|gauge| gauge.name == "collected"));
    let kept = inside.and_then(|inside| inside.replay.as_ref()).map(|replay| replay.kept);
    let collecting = match (gathered, kept) {
        (Some(gauge), _) => format!(" (collecting: {} {})", number::trimmed(gauge.value.into(), 0), gauge.unit),
        (None, Some(kept)) => format!(" (collecting: {} turns kept so far)", number::thousands(kept)),
        (None, None) => " (collecting: the turns ahead belong to its update)".to_owned(),
    };
    format!("This turn: nothing was learned{collecting}.")
}

/// δ, Q* and visits, each with what it means.
fn facts(update: &UpdateView, scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let quiet = theme.ink(Ink::Quiet);
    let mut rows = vec![line(
        theme,
        ("TD error δ", number::signed(update.delta.into(), 2)),
        words::bold(theme.sign(update.delta)),
        hoped(update.delta),
        columns,
    )];
    // A preference is no value, and is not held against one.
    if let Some(exact) = update.exact.filter(|_| scene.snapshot.view.numbers == Numbers::Values) {
        let number = number::fixed(exact.into(), 2);
        rows.push(line(theme, (goal(update.goal), number), theme.ink(Ink::Accent), &to_go(exact - update.after), columns));
    }
    let visits = number::thousands(update.visits.into());
    let times = if update.visits == 1 { "time" } else { "times" };
    // What was written for an earlier turn has been counted there.
    if update.now.is_none() && !scene.snapshot.view.uncounted {
        rows.push(line(theme, ("updated here", visits), quiet.patch(theme.ink(Ink::Text)), times, columns));
    }
    if update.further > 0 {
        let text = format!("and {} more {} {}", number::thousands(update.further.into()), cells(update.further), by(scene));
        rows.push(vec![Run::new(theme.plain(&text).into_owned(), quiet)]);
    }
    rows
}

fn cells(count: u32) -> &'static str {
    if count == 1 { "value" } else { "values" }
}

/// What wrote the further values of a turn.
fn by(scene: &Scene<'_>) -> &'static str {
    match scene.snapshot.view.inside.as_ref().map(|view| &view.inside) {
        Some(inside) if inside.traces.is_some() => "along the trace",
        Some(inside) if inside.plan.is_some() => "by planning",
        Some(inside) if inside.replay.is_some() => "of the batch",
        _ => "in the same turn",
    }
}

/// The column at which the numbers below the equation end.
const NUMBERS_END: u16 = 19;

fn line(theme: &Theme, (name, number): (&str, String), ink: Style, comment: &str, columns: u16) -> Row {
    let quiet = theme.ink(Ink::Quiet);
    let (name, number) = (theme.plain(name).into_owned(), theme.plain(&number).into_owned());
    let room = NUMBERS_END.min(columns).saturating_sub(theme.width(&name));
    let pad = room.saturating_sub(theme.width(&number)).max(1);
    let mut row = vec![Run::new(name, quiet), Run::new(" ".repeat(usize::from(pad)), Style::new()), Run::new(number, ink)];
    if NUMBERS_END + 2 + theme.width(comment) <= columns {
        row.push(Run::new(format!("  {comment}"), quiet));
    }
    row
}

pub fn hoped(delta: f32) -> &'static str {
    match delta {
        d if d < -0.005 => "less than hoped",
        d if d > 0.005 => "more than hoped",
        _ => "as expected",
    }
}

fn to_go(missing: f32) -> String {
    match missing {
        m if m > 0.005 => format!("{} to go", number::fixed(m.into(), 2)),
        m if m < -0.005 => format!("{} too high", number::fixed((-m).into(), 2)),
        _ => "reached".into(),
    }
}

pub fn choice(choice: Choice, view: &RunView) -> &'static str {
    match choice {
        Choice::Greedy if view.numbers == Numbers::Nothing => "by its rules",
        Choice::Greedy => "greedy",
        Choice::Explored if explores_by_epsilon(&view.knobs) => "explored (ε)",
        Choice::Explored if view.numbers == Numbers::Preferences => "drawn from π",
        Choice::Explored if view.knobs.is_empty() => "at random",
        // By its share of a softmax, or for a bonus.
        Choice::Explored => "explored",
        Choice::Forced => "chosen by you",
    }
}

/// s, a and s′ in words.
fn story(update: &UpdateView, scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let text = theme.ink(Ink::Text);
    let quiet = theme.ink(Ink::Quiet);
    let picked = if update.choice == Choice::Greedy { quiet } else { theme.ink(Ink::Person) };
    let act = vec![
        vec![Run::new(update.act_name.clone(), words::bold(text))],
        vec![Run::new(choice(update.choice, &scene.snapshot.view), picked)],
        vec![Run::new("reward ", quiet), Run::new(signed(update.reward), theme.sign(update.reward))],
    ];
    let state = |words| words::state_rows(theme, words, text, columns.saturating_sub(4));
    let flow = |pieces| words::flow(theme, pieces, columns.saturating_sub(4), 2);
    let mut rows = Vec::new();
    if let Some((words, name)) = &update.now {
        // The update is of an earlier state: that one is named first, then where the agent is by now.
        rows.extend(headed("s", state(&update.words), theme));
        let earlier = vec![vec![Run::new(update.act_name.clone(), words::bold(text))], vec![Run::new("some turns ago", quiet)]];
        rows.extend(headed("a", flow(earlier), theme));
        rows.push(vec![Run::new("now", quiet)]);
        rows.extend(headed("s", state(words), theme));
        let act = act.into_iter().skip(1);
        rows.extend(headed("a", flow(std::iter::once(vec![Run::new(name.clone(), text)]).chain(act).collect()), theme));
    } else {
        rows.extend(headed("s", state(&update.words), theme));
        rows.extend(headed("a", flow(act), theme));
    }
    if let Some(ending) = &update.ending {
        let end = Run::new(format!("dialogue ended: {ending}; no next value"), theme.ink(Ink::Accent));
        rows.extend(headed("s′", wrap_runs(&[end], columns.saturating_sub(4)), theme));
    } else if let Some(next) = &update.next_words {
        rows.extend(headed("s′", state(next), theme));
    }
    rows
}

fn signed(value: f32) -> String {
    number::signed_trimmed(value.into(), 2)
}

fn headed(head: &str, rows: Vec<Row>, theme: &Theme) -> Vec<Row> {
    let quiet = theme.ink(Ink::Quiet);
    let mut out = Vec::new();
    for (k, mut row) in rows.into_iter().enumerate() {
        let head = if k == 0 { theme.plain(head).into_owned() } else { String::new() };
        row.insert(0, Run::new(format!("{head:<4}"), quiet));
        out.push(row);
    }
    out
}

/// What the exact value is called: an agent that learns its own behaviour does not tend to Q*.
fn goal(goal: Goal) -> &'static str {
    match goal {
        Goal::Optimal => "exact Q*",
        Goal::OptimalWithEpsilon => "exact with ε",
    }
}
