//! Runs that open, branch off, come into focus and close.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Start;
use super::command::{BranchChange, Edit};
use super::keeper::Restored;
use super::lane::Lane;
use super::pace::Meter;
use super::points::Points;
use super::snapshot::{Phase, RunId, Snapshot};
use super::worker::{Mode, Worker};
use crate::run::keyframes::BUDGET_BYTES;
use crate::run::timeline::Limit;
use crate::run::{Run, RunSpec};
use crate::world::WorldSource;

/// Runs open at once.
const LANES: usize = 8;
/// Turns between two looks at whether a person wants a long way to stop.
const STRIDE: u64 = 1 << 17;
const STRIDE_MIN: u64 = 64;
/// A person may say stop this often.
const PATIENCE: Duration = Duration::from_millis(20);

impl Worker {
    pub(super) fn open(&mut self, start: Start) {
        match start {
            Start::Fresh(spec) => {
                self.begin(spec);
            }
            Start::At(spec, tick) => {
                if self.begin(spec) {
                    self.mode = Mode::Paused;
                    self.learn_to(tick);
                }
            }
            Start::Restored(restored) => self.restore(restored),
            Start::Later(_, restore) => self.bring_back(restore),
        }
    }

    /// Builds a run and opens it; where that fails, all stays as it is.
    pub(super) fn begin(&mut self, spec: RunSpec) -> bool {
        let Some(run) = self.built(&spec) else { return false };
        let lane = self.fresh(spec, run);
        self.take(lane);
        true
    }

    /// A run of a spec; where there is none, the person is told why.
    pub(super) fn built(&mut self, spec: &RunSpec) -> Option<Box<dyn Run>> {
        let now = Instant::now();
        self.last = self.snapshot(now).into();
        if self.catalogue.agents.iter().any(|agent| agent.language && agent.name == spec.agent) {
            // Its dialogues and pairs are made first, which takes seconds and tells no share.
            self.shelf.put(Arc::new(Snapshot { phase: Phase::Compiling(0.0), ..(*self.last).clone() }));
        }
        let mut busy = super::busy::Busy {
            shelf: &self.shelf,
            last: &self.last,
            inbox: &self.inbox,
            waiting: &mut self.waiting,
            told: now,
            begun: None,
        };
        let built = (self.build)(spec, &mut |share| {
            busy.goes_on(|| Phase::Compiling(share));
        });
        built.map_err(|sentence| self.say(sentence, true)).ok()
    }

    /// A lane with a number and a name of its own.
    pub(super) fn fresh(&mut self, spec: RunSpec, run: Box<dyn Run>) -> Lane {
        let (id, name) = self.christen();
        let mut lane = Lane::new(id, name, spec, run, self.versions);
        lane.last_words = self.last_words.clone();
        lane
    }

    fn christen(&mut self) -> (RunId, String) {
        let (id, number) = (self.next, self.named);
        self.next += 1;
        self.named += 1;
        self.versions += 1;
        (id, letters(number))
    }

    /// Opens a lane that began at dialogue 0; it comes into focus and learns.
    fn take(&mut self, lane: Lane) {
        self.leave_past();
        self.spec = lane.spec.clone();
        self.mode = Mode::Running;
        self.crash = None;
        self.keep.opened(&lane);
        let id = lane.id;
        self.lanes.push(lane);
        self.look_at(id);
    }

    /// Brings an open run into focus.
    fn look_at(&mut self, id: RunId) {
        self.focus = id;
        self.share_out();
        self.replicate();
        let now = Instant::now();
        if let Some(lane) = self.lane_mut() {
            lane.lens.stale = true;
            lane.budget.restart(now);
            let (tick, dialogues) = (lane.run.now().0, lane.run.dialogues());
            self.meter = Meter::new(now, tick, dialogues);
        }
        self.changed = true;
        self.published = None;
    }

    /// All runs together keep no more than the budget of keyframes.
    fn share_out(&mut self) {
        let each = BUDGET_BYTES / self.lanes.len().max(1);
        self.lanes.iter_mut().for_each(|lane| lane.run.allow(each));
    }

    /// A run that is left goes back to its head: only the one that is looked at stands in the past.
    fn leave_past(&mut self) {
        if let Some(lane) = self.lane_mut().filter(|lane| lane.crash.is_none() && lane.in_the_past()) {
            lane.go_to_head();
        }
    }

    /// False, and said, where no more runs can be opened.
    pub(super) fn has_room(&mut self) -> bool {
        let room = self.lanes.len() < LANES;
        if !room {
            self.say("eight runs are open already; close one before another begins", true);
        }
        room
    }

    pub(super) fn renew(&mut self, scenario: Option<String>, agent: Option<String>, seed: Option<u64>) {
        let afresh = scenario.is_some() || self.lanes.is_empty();
        if !afresh && !self.has_room() {
            return;
        }
        let mut spec = self.lane().map_or(&self.spec, |lane| &lane.spec).clone();
        let before = spec.agent.clone();
        if let Some(name) = scenario {
            // An MDP file's discount does not go with its world.
            if matches!(spec.source, WorldSource::Mdp { .. }) {
                spec.settings.retain(|(knob, _)| knob != "gamma");
            }
            spec.source = WorldSource::Builtin(name);
        }
        if let Some(agent) = agent {
            spec.agent = agent;
        }
        spec.seed = seed.unwrap_or(spec.seed);
        let spec = self.fitting(spec, &before);
        let (spec, edits) = if afresh { (spec, Vec::new()) } else { self.in_this_world(spec) };
        let Some(run) = self.built(&spec) else { return };
        if afresh {
            self.map = None;
            for mut lane in std::mem::take(&mut self.lanes) {
                self.keep.closed(&mut lane);
            }
            self.named = 0;
            self.compare_with = None;
        }
        let lane = self.fresh(spec, run);
        self.take(lane);
        if let Some(carried) = self.carry_over(&edits) {
            let name = self.lane().map_or_else(String::new, |lane| lane.name.clone());
            self.say(format!("opened {name} {carried}"), false);
        }
    }

    pub(super) fn path(&mut self, settings: Vec<(String, String)>) {
        let Some(name) = self.catalogue.agents.iter().find(|agent| agent.language).map(|agent| agent.name.clone()) else { return };
        if !self.has_room() {
            return;
        }
        let before = self.lane().map_or(&self.spec, |lane| &lane.spec).clone();
        self.begin(RunSpec { agent: name, settings, ..before });
    }

    /// Opens a run of its own, told by what makes it differ, with edits at its first moment; who stands still goes on standing still.
    pub(super) fn open_with(&mut self, spec: RunSpec, edits: &[Edit], change: String) {
        if !self.has_room() {
            return;
        }
        let Some(run) = self.built(&spec) else { return };
        let mut lane = self.fresh(spec, run);
        let said = format!("opened {}: {change}", lane.name);
        lane.change = change;
        let mode = self.mode;
        self.take(lane);
        for edit in edits {
            self.edit(edit);
        }
        self.mode = mode;
        self.say(said, false);
    }

    /// Another agent may not know the knobs of the one before: then it begins with its own.
    fn fitting(&self, spec: RunSpec, before: &str) -> RunSpec {
        let plain = RunSpec { settings: Vec::new(), ..spec.clone() };
        let unfit = !spec.settings.is_empty() && spec.agent != before && (self.build)(&spec, &mut |_| ()).is_err();
        if unfit { plain } else { spec }
    }

    pub(super) fn branch(&mut self, change: Option<BranchChange>) {
        match change {
            None => self.branch_with(None),
            Some(BranchChange::Edit(edit)) => self.branch_with(Some(&edit)),
            Some(BranchChange::Agent(agent)) => self.branch_to_agent(agent),
        }
    }

    /// A branch from the present moment, with an edit there; it comes into focus.
    pub(super) fn branch_with(&mut self, edit: Option<&Edit>) {
        if !self.has_room() {
            return;
        }
        let Some(parent) = self.lane() else { return };
        let mut run = parent.run.branch();
        let told = edit.map(|edit| run.edit(edit.clone())).transpose();
        let text = match told {
            Ok(text) => text,
            Err(refusal) => return self.say(refusal.to_string(), true),
        };
        let parent = self.focus;
        let (id, name) = self.christen();
        let Some(at) = self.at(parent) else { return };
        let lane = self.lanes[at].branch(id, name.clone(), run, self.versions);
        self.leave_past();
        self.keep.branched(&lane);
        if let (Some(edit), Some(text)) = (edit, &text) {
            self.keep.edited(&lane, edit, text);
        }
        let change = text.map_or_else(String::new, |text| format!(": {text}"));
        let at = if lane.run.talks() { format!("dialogue {}", lane.run.dialogues()) } else { format!("step {}", lane.run.now().0) };
        let said = format!("branched as {name} at {at}{change}");
        self.lanes.push(lane);
        self.look_at(id);
        self.say(said, false);
    }

    /// Another learner in the same world, from dialogue 0 on: it meets the same users.
    fn branch_to_agent(&mut self, agent: String) {
        if !self.has_room() {
            return;
        }
        let Some(parent) = self.lane() else { return };
        let (parent, before) = (parent.id, parent.spec.clone());
        let spec = self.fitting(RunSpec { agent, ..before.clone() }, &before.agent);
        let (spec, edits) = self.in_this_world(spec);
        let Some(run) = self.built(&spec) else { return };
        let mut lane = self.fresh(spec, run);
        lane.parent = Some(parent);
        lane.change = format!("agent {}", lane.spec.agent);
        let said = format!("branched as {} from dialogue 0: {}", lane.name, lane.change);
        let mode = self.mode;
        self.take(lane);
        let carried = self.carry_over(&edits).map_or_else(String::new, |carried| format!(", {carried}"));
        self.mode = mode;
        self.say(format!("{said}{carried}"), false);
    }

    pub(super) fn focus_on(&mut self, id: RunId) {
        if id == self.focus && self.at(id).is_some() {
            return;
        }
        if self.at(id).is_none() {
            return self.say(format!("there is no open run of number {id}"), true);
        }
        self.leave_past();
        self.look_at(id);
    }

    pub(super) fn close(&mut self, id: RunId) {
        let Some(at) = self.at(id) else { return self.say(format!("there is no open run of number {id}"), true) };
        if self.lanes.len() == 1 {
            return self.say("this is the last open run; :new starts another", true);
        }
        let mut lane = self.lanes.remove(at);
        self.keep.closed(&mut lane);
        self.compare_with = self.compare_with.filter(|other| *other != id);
        if id == self.focus {
            let next = lane.parent.filter(|parent| self.at(*parent).is_some());
            let next = next.unwrap_or_else(|| self.lanes[at.min(self.lanes.len() - 1)].id);
            self.look_at(next);
        }
        self.share_out();
        self.say(format!("closed {}", lane.name), false);
    }

    /// Learns up to a turn; a person may stop it on the way.
    fn learn_to(&mut self, tick: u64) {
        let super::worker::Worker { lanes, focus, keep, shelf, last, inbox, waiting, .. } = self;
        let Some(lane) = lanes.iter_mut().find(|lane| lane.id == *focus) else { return };
        let mut busy = super::busy::Busy { shelf, last, inbox, waiting, told: Instant::now(), begun: None };
        // What learns slowly is asked about more often.
        let (least, most) = ((STRIDE_MIN / lane.run.cost()).max(1), (STRIDE / lane.run.cost()).max(1));
        let begun = lane.run.now().0;
        let whole = lane.run.work(begun, tick).max(1);
        let mut stride = least;
        while lane.run.now().0 < tick && lane.run.fault().is_none() && !lane.is_over() {
            let (now, clock) = (lane.run.now().0, Instant::now());
            lane.run.advance(Limit::ticks(stride.min(tick - now)));
            lane.last_words.note(lane);
            keep.passes(lane);
            stride = if clock.elapsed() < PATIENCE / 2 { (stride * 2).min(most) } else { (stride / 2).max(least) };
            let share = lane.run.work(begun, now) as f32 / whole as f32;
            if !busy.goes_on(|| Phase::Busy(format!("learning up to turn {tick}"), share)) {
                break;
            }
        }
        let now = lane.run.now().0;
        if now < tick {
            self.say(format!("stopped on the way, at turn {now}"), false);
        }
        self.settle();
    }

    /// Brings a session back while the screens are open already.
    fn bring_back(&mut self, restore: Box<super::Restore>) {
        self.mode = Mode::Paused;
        let now = Instant::now();
        let phase = |what: &str, share| Phase::Opening(what.to_owned(), share);
        self.last = Arc::new(Snapshot { phase: phase("restoring the session", 0.0), ..self.snapshot(now) });
        self.shelf.put(self.last.clone());
        let (shelf, last, inbox) = (&*self.shelf, &*self.last, &self.inbox);
        let mut busy = super::busy::Busy { shelf, last, inbox, waiting: &mut self.waiting, told: now, begun: None };
        let opened = restore(&mut |what, share| {
            busy.goes_on(|| phase(what, share));
        });
        let Some(opened) = opened else {
            self.refused = true;
            self.changed = true;
            return;
        };
        let keeper = opened.keeper.map(|keeper| self.last_words.keep(keeper));
        let letters = self.letters.clone();
        self.keep = super::keep::Keep::new(keeper, now, move || drop(letters.send(super::Letter::Aside)));
        self.restore(opened.restored);
        if let Some(note) = opened.note {
            // It tells what could not be read or kept: a warning.
            self.say(note, true);
        }
    }

    fn restore(&mut self, restored: Restored) {
        self.mode = Mode::Paused;
        self.next = restored.next;
        for kept in restored.runs {
            self.versions += 1;
            let mut lane = Lane::new(kept.id, kept.name, kept.spec, kept.run, self.versions);
            lane.last_words = self.last_words.clone();
            lane.parent = kept.parent;
            lane.branched_at = kept.branched_at;
            lane.lineage = kept.lineage;
            // What was changed after it left its parent stands in its journal.
            lane.change = if kept.branched_at.is_some() { String::new() } else { kept.change };
            lane.inherited = kept.inherited;
            lane.bookmarks = kept.bookmarks;
            lane.points = Points::new(kept.evaluations, lane.run.head_dialogues());
            self.next = self.next.max(lane.id + 1);
            if lane.id != restored.focus && lane.in_the_past() {
                lane.go_to_head();
            }
            self.keep.knows(&lane, kept.digest_known);
            self.last_words.knows(&lane);
            self.lanes.push(lane);
        }
        self.lanes.sort_by_key(|lane| lane.id);
        self.named = self.next;
        let focus = self.at(restored.focus).map_or_else(|| self.lanes.last().map_or(0, |lane| lane.id), |_| restored.focus);
        self.look_at(focus);
        let here = self.lane().map(super::keep::stand);
        self.keep.stands(here);
    }
}

/// A, B, … Z, A2, B2, …
fn letters(number: u32) -> String {
    let letter = char::from(b'A' + (number % 26) as u8);
    if number < 26 { letter.to_string() } else { format!("{letter}{}", number / 26 + 1) }
}
