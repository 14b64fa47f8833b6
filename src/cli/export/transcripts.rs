//! Dialogues as they were held: a JSON object on a line for each, with its turns in numbers and in words.

use std::io::{self, Write};
use std::ops::Range;

use serde_json::{Value, json};

use super::sheet::number;
use crate::learn::probe::TurnRecord;
use crate::run::Run;
use crate::run::look::{Exact, Lens, Shown};
use crate::run::view::{Choice, Lang, Meant, SpanView, TranscriptView, TranscriptWatch, TurnView, Watch};
use crate::world::World;

/// Dialogues are counted from 0, as on the screen; only finished ones are written.
pub fn transcripts(out: &mut dyn Write, name: &str, run: &dyn Run, dialogues: Range<u64>, lang: Lang) -> io::Result<()> {
    let mut lens = Lens::default();
    for number in dialogues.start..dialogues.end.min(run.dialogues()) {
        let turns = run.dialogue(number);
        let watch = Watch { lang, transcript: Some(TranscriptWatch::Number(number)), ..Watch::default() };
        let shown = Shown { dialogue: number, turns: &turns, update: None };
        if let Some(told) = run.look(&watch, Exact::default(), shown, &mut lens).transcript {
            writeln!(out, "{}", dialogue(name, run.world(), &told, &turns))?;
        }
    }
    Ok(())
}

fn dialogue(name: &str, world: &World, told: &TranscriptView, records: &[TurnRecord]) -> Value {
    let turns: Vec<Value> = told.turns.iter().zip(records).map(|(t, r)| turn(world, t, r)).collect();
    json!({
        "run": name,
        "dialogue": told.dialogue,
        "return": number(told.return_),
        "success": told.success,
        "ending": told.ending,
        "opening": told.opening,
        "turns": turns,
    })
}

fn turn(world: &World, t: &TurnView, r: &TurnRecord) -> Value {
    let text = |key: u64| world.state_text(key as u32);
    json!({
        "turn": t.turn,
        "tick": t.tick,
        "state": r.state,
        "words": text(r.state),
        "act": t.act_name,
        "explored": t.choice == Choice::Explored,
        "forced": t.choice == Choice::Forced,
        "reward": number(t.reward),
        "q": number(t.q),
        "delta": t.delta.map(number),
        "next": r.next,
        "next_words": text(r.next),
        "agent": said(&t.agent),
        "user": said(&t.user),
        "misheard": misheard(t),
        "note": t.note,
    })
}

/// A sentence as it was heard.
fn said(spans: &[SpanView]) -> String {
    let word = |span: &SpanView| match span {
        SpanView::Plain(text) => text.clone(),
        SpanView::Heard { value, .. } => value.clone(),
    };
    spans.iter().map(word).collect()
}

/// Values that were not heard as they were meant, as far as the dialogue brought it to light.
fn misheard(t: &TurnView) -> Vec<Value> {
    let wrong = |span: &SpanView| match span {
        SpanView::Heard { value, meant: Meant::Other(meant) } => Some(json!({"heard": value, "meant": meant})),
        _ => None,
    };
    t.agent.iter().chain(&t.user).filter_map(wrong).collect()
}
