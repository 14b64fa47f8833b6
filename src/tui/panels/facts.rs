//! What the agent knew at the selected turn and what the user had meant.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{FactView, Meant, SpanView, Status, TranscriptView, TurnView};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, transcript, update, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap};

pub const ENTRY: &Panel = &Panel {
    name: "facts",
    slot: Slot::DialogueFacts,
    about: "Task and slots at the selected turn: what was heard, what was meant, how the state changed, and the reward.",
    titles,
    draw,
    watch: transcript::watch,
    act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| None,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let turn = transcript::turn(scene.model, scene.snapshot);
    Titles { title: turn.map_or("What is known".into(), |turn| format!("What is known after turn {}", turn.turn)), ..Titles::default() }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let at = transcript::wanted(scene.model, scene.snapshot).and_then(|talk| transcript::turn_at(scene.model, talk).map(|k| (talk, k)));
    let Some((talk, k)) = at else {
        return words::nothing_yet(&mut pen, "After the first turn, what is known will stand here.");
    };
    let turn = &talk.turns[k];
    let columns = area.width.saturating_sub(2);
    let theme = scene.theme;
    let mut y = draw_facts(theme, talk, k, &mut pen);
    let roomy = pen.height() >= y + 8;
    y += u16::from(roomy);
    for row in outcome(scene, turn, columns) {
        pen.row(1, y, &row);
        y += 1;
    }
    y += u16::from(roomy);
    for (head, state) in [("before", &turn.before), ("after", &turn.after)] {
        let rows = words::state_rows(theme, state, theme.ink(Ink::Text), columns.saturating_sub(8));
        for (line, row) in rows.iter().enumerate() {
            if line == 0 {
                pen.put(1, y, head, theme.ink(Ink::Quiet));
            }
            pen.row(9, y, row);
            y += 1;
        }
    }
    if pen.height() > y + 1 && turn.before.patience.is_some() {
        let last = pen.height() - 1;
        pen.row_if(1, last, &words::legend(theme));
    }
}

/// The table of facts; returns the rows used.
fn draw_facts(theme: &Theme, talk: &TranscriptView, turn: usize, pen: &mut Pen<'_>) -> u16 {
    let facts = &talk.turns[turn].facts;
    if facts.is_empty() {
        return 0;
    }
    let quiet = theme.ink(Ink::Quiet);
    let width = |text: &str| theme.width(text);
    let label = facts.iter().map(|f| width(&f.label)).max().unwrap_or(0).clamp(4, 16);
    let heard = facts.iter().map(|f| width(&f.value)).max().unwrap_or(0).clamp(5, 18);
    let (second, third) = (1 + label + 2, 1 + label + 2 + 2 + heard + 2);
    let mut y = 0;
    if pen.height() >= 8 {
        pen.put(second + 2, 0, "heard", quiet);
        pen.put(third, 0, "meant", quiet);
        y = 1;
    }
    for fact in facts.iter().filter(|fact| fact.needed || fact.status != Status::Unknown) {
        let glyph = words::status(theme, fact.status);
        pen.field(1, y, label, &fact.label, quiet);
        pen.put(second, y, &glyph.text, glyph.style);
        pen.field(second + 2, y, heard, &fact.value, glyph.style);
        let (long, short, style) = meant(theme, talk, turn, fact);
        let fits = third + theme.width(&long) <= pen.width();
        pen.cut(third, y, if fits { &long } else { &short }, style);
        y += 1;
    }
    y
}

/// What stands in the third column, long and short: the truth, as far as anything has brought it out.
fn meant(theme: &Theme, talk: &TranscriptView, turn: usize, fact: &FactView) -> (String, String, Style) {
    let quiet = theme.ink(Ink::Quiet);
    if fact.status == Status::Unknown || fact.value.is_empty() {
        return (String::new(), String::new(), quiet);
    }
    let spans = talk.turns[..=turn].iter().rev().flat_map(|turn| turn.user.iter().chain(&turn.agent));
    let known = spans.into_iter().find_map(|span| match span {
        SpanView::Heard { value, meant } if *value == fact.value => Some(meant),
        _ => None,
    });
    let known = known.or_else(|| task_meant(talk, turn).filter(|_| talk.turns[turn].facts.first() == Some(fact)));
    let say = |long: &str, short: &str, style| (long.to_string(), short.to_string(), style);
    match known {
        Some(Meant::Other(truth)) => say(&format!("{truth} (misheard)"), truth, theme.ink(Ink::Worse)),
        Some(Meant::Same) => say("the same", "same", theme.ink(Ink::Good)),
        _ if fact.status == Status::Confirmed => say("the same", "same", theme.ink(Ink::Good)),
        _ if talk.complete => say("never known", "never", quiet),
        _ => say("not known yet", "not yet", quiet),
    }
}

/// What is known of the task, the first fact: it is heard as a whole sentence, which is no slot's value.
fn task_meant(talk: &TranscriptView, turn: usize) -> Option<&Meant> {
    talk.turns[..=turn].iter().rev().find_map(|turn| {
        turn.user.iter().rev().find_map(|span| match span {
            SpanView::Heard { value, meant } if turn.facts.iter().all(|fact| fact.value != *value) => Some(meant),
            _ => None,
        })
    })
}

/// The act, what it brought, and in words what happened.
fn outcome(scene: &Scene<'_>, turn: &TurnView, columns: u16) -> Vec<Row> {
    let (theme, blind) = (scene.theme, scene.model.moments.blind());
    let quiet = theme.ink(Ink::Quiet);
    let reward = number::signed_trimmed(turn.reward.into(), 2);
    let delta = turn.delta.map_or("–".to_owned(), |delta| number::signed(delta.into(), 2));
    let (ink, hoped) = turn.delta.map_or((quiet, "nothing learned"), |delta| (theme.sign(delta), update::hoped(delta)));
    let written = |text: &str| theme.plain(text).into_owned();
    let mut pieces = vec![
        vec![
            Run::new(written(&turn.act_name), words::bold(theme.ink(Ink::Text))),
            Run::new(format!(" {}", written(update::choice(turn.choice, &scene.snapshot.view))), quiet),
        ],
        vec![Run::new("reward ", quiet), Run::new(written(&reward), theme.sign(turn.reward))],
        vec![Run::new(written("TD error δ "), quiet), Run::new(written(&delta), ink), Run::new(format!(" {hoped}"), quiet)],
    ];
    if blind {
        pieces.truncate(2);
    }
    let mut rows = words::flow(theme, pieces, columns, 3);
    if !turn.note.is_empty() {
        rows.extend(wrap(&written(&turn.note), columns).into_iter().map(|line| vec![Run::new(line, quiet)]));
    }
    rows
}
