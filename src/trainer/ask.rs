//! Questions to the past and the future of the run in focus, and the moments that a person marks.

use super::command::{Ask, Change};
use super::publish::grouped;
use super::snapshot::{BookmarkView, Phase};
use super::worker::{Mode, Worker};
use super::{Letter, busy::Busy};
use crate::learn::machine::Tick;
use crate::run::journal::Line;
use crate::run::look::greedy_mask;
use crate::world::env::ActionId;

/// How often each of two acts is gone on with.
const SAMPLES: u32 = 1000;

/// A value as it stands in the table.
fn value(q: f32) -> String {
    format!("{q:.2}").replace('-', "−")
}

impl Busy<'_> {
    /// Whether the person has stopped it.
    fn stopped(&self) -> bool {
        self.waiting.iter().any(|l| matches!(l, Letter::Ask(Ask::Cancel | Ask::Quit)))
    }
}

impl Worker {
    /// Goes to just after the update that changed a cell so.
    pub(super) fn find(&mut self, state: u32, act: u16, change: Change) {
        self.mode = Mode::Paused;
        let what = match change {
            Change::Last => "last change",
            Change::Largest => "largest change",
            Change::Flip => "last flip",
        };
        let Some((lane, mut busy)) = self.busy() else { return };
        let tell = &mut |share| busy.goes_on(|| Phase::Busy(format!("looking for the {what}"), share));
        let found = lane.run.learned(state, act, change, tell);
        let stopped = busy.stopped();
        match found {
            Some(found) if self.seek(Tick(found.tick + 1)) => {
                let (turn, dialogue) = (grouped(found.tick + 1), grouped(found.dialogue));
                let cell = || format!("{} → {}", value(found.before), value(found.after));
                // What changed the greedy act may be an update elsewhere; an act that cannot be taken has no value.
                let elsewhere = || if found.before.is_finite() { cell() } else { "by an update of another state".to_owned() };
                let how = self.written(found.tick, state, change).unwrap_or_else(elsewhere);
                self.say(format!("{what}: turn {turn}, dialogue {dialogue}: {how}"), false);
            }
            Some(_) => {}
            None if stopped => self.say(format!("stopped looking for the {what}"), false),
            None if change == Change::Flip => self.say("the greedy act of this state has not changed so far", true),
            None => self.say("this value has not been changed so far", true),
        }
    }

    /// Which cell an update wrote, and what became the best act by it; the screen's cursor goes to that cell.
    fn written(&mut self, tick: u64, state: u32, change: Change) -> Option<String> {
        let lane = self.lane_mut()?;
        let record = lane.run.explain(Tick(tick)).filter(|r| r.state == u64::from(state))?;
        let (_, before, after) = *record.writes.first()?;
        lane.found.learned = Some((tick, state, u16::from(record.act.0)));
        if change != Change::Flip {
            return None;
        }
        let world = lane.run.world();
        let mut values = record.values.clone();
        values[record.act.index()] = after;
        let best = greedy_mask(&values, record.legal);
        let act = world.act_view(record.act).name;
        let names = |mask: u64| {
            let names: Vec<String> = (0..64).filter(|a| mask >> a & 1 == 1).map(|a| world.act_view(ActionId(a)).name).collect();
            if names.len() > 2 { format!("{} acts alike", names.len()) } else { names.join(" and ") }
        };
        let was = names(greedy_mask(&record.values, record.legal));
        Some(format!("{act} {} → {}; best was {was}, is {}", value(before), value(after), names(best)))
    }

    /// Follows a reward back through the table.
    pub(super) fn follow(&mut self, tick: u64) {
        self.mode = Mode::Paused;
        let Some((lane, mut busy)) = self.busy() else { return };
        let tell = &mut |share| busy.goes_on(|| Phase::Busy("following the reward".to_owned(), share));
        let trail = lane.run.credit(Tick(tick), tell);
        if trail.is_some() {
            lane.found.trail = trail;
        } else {
            let text = if busy.stopped() {
                "stopped following the reward"
            } else {
                "there is no update to follow from that turn on; only one-step agents on a table pass worth on cell by cell"
            };
            self.say(text, true);
        }
    }

    /// Another act in the present moment, gone on with many times beside the pending one.
    pub(super) fn try_out(&mut self, act: u16) {
        self.pause();
        let Some(lane) = self.lane_mut() else { return };
        let what_if = lane.run.what_if(act, SAMPLES);
        if what_if.is_some() {
            lane.found.what_if = what_if;
        } else {
            self.say("that act cannot be tried here; take a legal one", true);
        }
    }

    pub(super) fn bookmark(&mut self, name: &str) {
        let Some(lane) = self.lane_mut() else { return };
        let (run, tick, dialogue) = (lane.id, lane.run.now().0, lane.run.dialogues());
        let is_free = |n: &String| lane.bookmarks.iter().all(|b| b.name != *n);
        let free = || (1..=lane.bookmarks.len() + 1).map(|n| n.to_string()).find(is_free);
        let name = if name.trim().is_empty() { free().unwrap_or_default() } else { name.trim().to_owned() };
        lane.bookmarks.retain(|b| b.tick != tick);
        lane.bookmarks.push(BookmarkView { tick, dialogue, name: name.clone() });
        lane.bookmarks.sort_by_key(|b| b.tick);
        self.keep.line(Line::Bookmark { run, tick, dialogue, name: name.clone() });
        self.say(format!("bookmark {name}: turn {}, dialogue {}", grouped(tick), grouped(dialogue)), false);
    }

    pub(super) fn unmark(&mut self, tick: u64) {
        let Some(lane) = self.lane_mut() else { return };
        let (run, before) = (lane.id, lane.bookmarks.len());
        lane.bookmarks.retain(|b| b.tick != tick);
        if lane.bookmarks.len() < before {
            self.keep.line(Line::Unmark { run, tick });
        } else {
            self.say(format!("there is no bookmark at turn {}", grouped(tick)), true);
        }
    }
}
