//! Names of speakers become roles; where one text holds a whole conversation, its labels become turns; a speaker's turns in a row become one; a conversation begins with
//! the user (behind what the system says first) and ends with an answer.

use super::{Fixes, Kept, Reason, count, empty, labels, spans};
use crate::data::record::{Body, NAMES, Record, Role, Speakers, Turn};
use crate::data::report::safe;
use crate::data::settings::Settings;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    let speakers = record.speakers;
    match &mut record.body {
        Body::Conversation { turns } => {
            tidy(turns, speakers, fixes)?;
            let last = turns.iter().rposition(|t| t.role == Role::Assistant);
            let keep = last.ok_or_else(|| Reason::new("no answer", "nobody answers the user"))? + 1;
            count(fixes, "turns after the last answer", (turns.len() - keep) as u64);
            turns.truncate(keep);
            begin(turns, fixes)
        }
        Body::Preference { prompt, chosen, rejected } => {
            tidy(prompt, speakers, fixes)?;
            for answer in [chosen, rejected].into_iter().filter(|_| speakers == Speakers::InText) {
                let said = labels::answer(answer);
                let said = said.ok_or_else(|| Reason::new("another speaker in an answer", "an answer holds a speaker's label"))?;
                if said.len() < answer.len() {
                    count(fixes, "labels inside texts", 1);
                    *answer = said.to_owned();
                }
            }
            asked(prompt, fixes)
        }
        Body::Unpaired { prompt, .. } => {
            tidy(prompt, speakers, fixes)?;
            asked(prompt, fixes)
        }
        Body::Labelled { .. } => Ok(()),
    }
}

/// The sentence on a speaker whose role is not known.
fn unknown(name: &str) -> String {
    let known: Vec<String> = NAMES.iter().map(|(role, names)| format!("{} ({})", role.name(), names.join(", "))).collect();
    format!("\"{}\" is no known role; write one of {}", safe(name.trim(), 40), known.join(", "))
}

/// What the assistant said last is not answered, and neither is what it said first.
fn asked(prompt: &mut Vec<Turn>, fixes: &mut Fixes) -> Kept {
    begin(prompt, fixes)?;
    match prompt.iter().rposition(|t| t.role != Role::Assistant) {
        Some(last) if last + 1 < prompt.len() => Err(Reason::new("no question", "the prompt ends with an answer")),
        _ => Ok(()),
    }
}

fn tidy(turns: &mut Vec<Turn>, speakers: Speakers, fixes: &mut Fixes) -> Kept {
    for turn in turns.iter_mut() {
        if let Role::Named(name) = &turn.role {
            let known = Role::known(name);
            turn.role = known.ok_or_else(|| Reason::new("unknown speaker", unknown(name)))?;
            count(fixes, "speakers renamed", 1);
        }
    }
    if speakers == Speakers::InText && turns.iter().any(|t| labels::any(&t.text)) {
        let labelled = turns.iter().filter(|t| labels::any(&t.text)).count();
        count(fixes, "labels inside texts", labelled as u64);
        *turns = turns.iter().flat_map(labels::split).collect();
    }
    // An empty turn between two of one speaker keeps nobody apart.
    empty::without_empty(turns, fixes);
    let before = turns.len();
    let mut merged: Vec<Turn> = Vec::with_capacity(turns.len());
    for turn in turns.drain(..) {
        match merged.last_mut() {
            Some(last) if joins(last, &turn) => join(last, turn),
            _ => merged.push(turn),
        }
    }
    count(fixes, "turns of one speaker joined", (before - merged.len()) as u64);
    *turns = merged;
    Ok(())
}

/// Whether two turns in a row are one. What follows a call is another turn, and what is not to be learned from stays apart.
fn joins(last: &Turn, turn: &Turn) -> bool {
    last.role == turn.role && last.role != Role::Tool && last.calls.is_empty() && last.context == turn.context
}

fn join(last: &mut Turn, turn: Turn) {
    let gap = if turn.text.is_empty() { "" } else { "\n" };
    // Counted only where spans need it: of a long run of turns each count goes over all that was joined before.
    let moved = if turn.acts.is_empty() { 0 } else { spans::length(&last.text) + spans::length(gap) };
    last.text.extend([gap, &turn.text]);
    last.calls.extend(turn.calls);
    last.acts.extend(turn.acts.into_iter().map(|mut act| {
        act.spans.iter_mut().for_each(|(start, end)| (*start, *end) = (*start + moved, *end + moved));
        act
    }));
}

/// Drops what is said before the user's first word, but for the system's.
fn begin(turns: &mut Vec<Turn>, fixes: &mut Fixes) -> Kept {
    let first = turns.iter().position(|t| t.role == Role::User);
    let first = first.ok_or_else(|| Reason::new("no user", "the user says nothing"))?;
    let before = turns.len();
    let mut at = 0;
    turns.retain(|t| {
        at += 1;
        at > first || t.role == Role::System
    });
    count(fixes, "turns before the user's first", (before - turns.len()) as u64);
    Ok(())
}
