//! Typed commands for moving in time and intervening: branches, breakpoints, bookmarks, and edits in place.

use super::{named, tune, whole, within};
use crate::trainer::command::{Ask, BranchChange, Breakpoint, Change, Edit, REWARDS, Setting, USERS};
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::KnobView;
use crate::tui::commands::Deed;
use crate::tui::moments;

/// What was typed that only becomes an ask with what the person has chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Writes a value into the selected cell.
    Set(f32),
    Learned(Change),
    /// Stops where the greedy act of the selected state becomes another.
    StopAtFlip,
}

/// Stem, example, what they do.
pub const VERBS: &[(&str, &str, &str)] = &[
    ("branch", "branch alpha 0.3", "A run of its own from here on that differs in a knob, agent, seed, users, noise or reward."),
    ("users", "users unfriendly", "Other users from here on: easy, standard or unfriendly."),
    ("noise", "noise 0.3", "The chance that a heard value is wrong, from here on; “noise scenario” is as the scenario says."),
    ("reward", "reward success 30", "Another reward from here on: turn, success, hang-up, escalate or wrong."),
    ("set", "set 3.5", "Writes a value into the selected cell by hand."),
    ("learned", "learned flip", "Goes to where the selected cell was changed: last, most, or at the last flip of its state's best act."),
    (
        "break",
        "break delta 5",
        "Stops learning at a surprise, success, flip, below or above a return, at a dialogue; “break none” at nothing.",
    ),
    ("bookmark", "bookmark before the flip", "Marks this moment with a name."),
    ("unmark", "unmark", "Takes the bookmark of this moment away."),
    ("save", "save refunds", "Keeps the session under a name of its own."),
];

const BREAKS: &str = "stop at delta 5, success, flip, below -10, above 15, dialogues 5000, or none";

/// Understands a line that begins with one of these verbs; none where it does not.
pub fn parse(verb: &str, rest: &str, snapshot: &Snapshot) -> Option<Result<Deed, String>> {
    Some(match verb {
        "branch" => branch(rest, snapshot).map(|change| Deed::Ask(Ask::Branch(change))),
        "users" | "noise" | "reward" => setting(verb, rest).map(|setting| Deed::Ask(Ask::Edit(Edit::World(setting)))),
        "set" if knob(rest, snapshot).is_some() => Err(format!("set writes a value into the table; to turn a knob type :{rest}")),
        "set" => number(rest, "a value is a number, such as set 3.5").map(|value| Deed::Wish(Wish::Set(value))),
        "learned" => learned(rest).map(|change| Deed::Wish(Wish::Learned(change))),
        "break" => breakpoint(rest, snapshot),
        "bookmark" => Ok(Deed::Ask(Ask::Bookmark(rest.to_owned()))),
        "unmark" => unmark(rest, snapshot).map(|tick| Deed::Ask(Ask::Unmark(tick))),
        "save" if rest.is_empty() => Err("give the session a name, such as save refunds".to_owned()),
        "save" => Ok(Deed::Ask(Ask::SaveAs(rest.to_owned()))),
        _ => return None,
    })
}

fn branch(words: &str, snapshot: &Snapshot) -> Result<Option<BranchChange>, String> {
    let (what, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let rest = rest.trim();
    let edit = match what {
        "" => return Ok(None),
        "agent" => return named("agent", rest, &snapshot.catalogue.agents).map(|agent| Some(BranchChange::Agent(agent))),
        "seed" => Edit::Seed { seed: whole(rest, "a seed is a whole number, such as branch seed 8")? },
        "users" | "noise" | "reward" => Edit::World(setting(what, rest)?),
        knob => match snapshot.view.knobs.iter().find(|known| known.name == knob) {
            Some(knob) => match tune(knob, rest)? {
                Ask::Edit(edit) => edit,
                _ => return Err(format!("{} cannot be branched", knob.name)),
            },
            None => {
                return Err(format!("a branch may differ in a knob, agent, seed, users, noise or reward, not in “{knob}”"));
            }
        },
    };
    Ok(Some(BranchChange::Edit(edit)))
}

fn setting(verb: &str, words: &str) -> Result<Setting, String> {
    match verb {
        "users" if USERS.contains(&words) => Ok(Setting::Profile(words.to_owned())),
        "users" => Err(format!("the users are {}", USERS.join(", "))),
        "noise" if words == "scenario" => Ok(Setting::Noise(None)),
        "noise" => {
            let right = "noise is a number from 0 to 0.5, or “scenario”";
            let value = words.parse().ok().filter(|value: &f64| (0.0..=0.5).contains(value));
            Ok(Setting::Noise(Some(value.ok_or(right)?)))
        }
        _ => {
            let right = || format!("a reward takes its name and a number, such as reward success 30; there are {}", REWARDS.join(", "));
            let (name, value) = words.split_once(char::is_whitespace).ok_or_else(right)?;
            let value = value.trim().replace('−', "-").parse().ok().filter(|value: &f64| value.abs() <= 1e6);
            match value {
                Some(value) if REWARDS.contains(&name) => Ok(Setting::Reward { name: name.to_owned(), value }),
                _ => Err(right()),
            }
        }
    }
}

/// The knob that a line begins with.
fn knob<'a>(line: &str, snapshot: &'a Snapshot) -> Option<&'a KnobView> {
    let name = line.split_whitespace().next()?;
    snapshot.view.knobs.iter().find(|knob| knob.name == name || knob.symbol == name)
}

fn number(text: &str, right: &str) -> Result<f32, String> {
    let value = text.replace('−', "-").parse().ok().filter(|value: &f32| value.is_finite());
    value.ok_or_else(|| if text.is_empty() { right.to_owned() } else { format!("“{text}” is not a number; {right}") })
}

fn learned(word: &str) -> Result<Change, String> {
    match word {
        "last" => Ok(Change::Last),
        "most" => Ok(Change::Largest),
        "flip" => Ok(Change::Flip),
        _ => Err("learned takes one of last, most, flip".to_owned()),
    }
}

/// What `B` and `break` take; a lone number takes away the breakpoint of that place in the list.
pub fn breakpoint(words: &str, snapshot: &Snapshot) -> Result<Deed, String> {
    let (what, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let rest = rest.trim();
    let at = |breakpoint| Ok(Deed::Ask(moments::stop_at(breakpoint, snapshot)));
    match what {
        "none" => Ok(Deed::Ask(Ask::Breakpoints(Vec::new()))),
        "delta" => {
            let size = number(rest, "a surprise is a number, such as delta 5")?;
            at(Breakpoint::DeltaAbove(size.abs()))
        }
        "success" => at(Breakpoint::Success),
        "flip" => Ok(Deed::Wish(Wish::StopAtFlip)),
        "below" => at(Breakpoint::ReturnBelow(number(rest, "a return is a number, such as below -10")?)),
        "above" => at(Breakpoint::ReturnAbove(number(rest, "a return is a number, such as above 15")?)),
        "dialogues" => {
            let count = whole(rest, "give a number of dialogues, such as dialogues 5000")?;
            if count <= snapshot.view.dialogues {
                return Err(format!("{} dialogues are over already", crate::tui::widgets::number::thousands(count)));
            }
            at(Breakpoint::Dialogues(count))
        }
        place => match place.parse::<usize>().ok().and_then(|place| place.checked_sub(1)) {
            Some(place) if place < snapshot.breakpoints.len() => {
                let mut left = snapshot.breakpoints.clone();
                left.remove(place);
                Ok(Deed::Ask(Ask::Breakpoints(left)))
            }
            _ => Err(BREAKS.to_owned()),
        },
    }
}

fn unmark(name: &str, snapshot: &Snapshot) -> Result<u64, String> {
    let here = |tick: u64| if name.is_empty() { tick == snapshot.view.tick } else { false };
    let found = snapshot.bookmarks.iter().find(|mark| here(mark.tick) || !name.is_empty() && mark.name == name);
    found.map(|mark| mark.tick).ok_or_else(|| match name {
        "" => "this moment has no bookmark; ' and \" go from one to the next".to_owned(),
        name => format!("there is no bookmark “{name}”"),
    })
}

/// `t9871`, `turn 9,871`: a turn; a bare number: a dialogue.
pub fn moment(text: &str, snapshot: &Snapshot) -> Result<Ask, String> {
    let text = text.trim();
    let turn = ["turn", "t"].iter().find_map(|stem| text.strip_prefix(stem));
    match turn {
        Some(turn) => {
            let tick = whole(turn.trim(), "a turn is a whole number, such as t9871")?;
            within(tick, snapshot.view.head, "turn").map(Ask::SeekTick)
        }
        None => super::dialogue(text, snapshot).map(Ask::SeekDialogue),
    }
}
