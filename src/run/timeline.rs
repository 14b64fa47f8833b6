//! A machine in time: its journal of edits, its keyframes, its curve.
//!
//! The state at tick t is the machine's after all edits at t, in the order of the journal. A frame of t is from before them.
//! So going back and on again gives what was, to the bit, and nothing below needs to know that it happened.

use super::keyframes::Keyframes;
use super::passage::{Free, Guard, Looks, Walk, apply_edits, edits_at, go, roll};
use crate::learn::machine::{Edit, EditError, Machine, Tick};
use crate::learn::probe::{Blind, Probe, Recorder, TurnRecord};
use crate::num::curve::{Curve, Sample};
use crate::num::digest::{Digest, digest};
use crate::num::fields::Sink;

/// An edit, when it took effect, and what a mark on the curve says.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub tick: u64,
    pub dialogue: u64,
    pub edit: Edit,
    pub text: String,
}

/// How far to go: whichever comes first.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub ticks: u64,
    pub dialogues: u64,
}

impl Limit {
    pub fn ticks(ticks: u64) -> Limit {
        Limit { ticks, dialogues: u64::MAX }
    }

    pub fn dialogues(dialogues: u64) -> Limit {
        Limit { ticks: u64::MAX, dialogues }
    }
}

/// An update whose result is not a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The turn that makes it: the run stands just before it.
    pub tick: u64,
    pub record: TurnRecord,
}

#[derive(Clone)]
pub struct Timeline<M: Machine> {
    pub(super) machine: M,
    pub(super) journal: Vec<Entry>,
    pub(super) frames: Keyframes,
    pub(super) curve: Curve,
    pub(super) head: u64,
    pub(super) head_dialogues: u64,
    pub(super) fault: Option<Fault>,
}

/// Dialogues before a cut that are seen again, so that the moving averages go on where they stood.
const WARM_UP: u64 = 1000;

impl<M: Machine> Timeline<M> {
    pub fn new(machine: M) -> Self {
        let mut frames = Keyframes::default();
        frames.keep(machine.now().0, machine.dialogues(), &machine);
        let (head, head_dialogues) = (machine.now().0, machine.dialogues());
        Timeline { machine, journal: Vec::new(), frames, curve: Curve::default(), head, head_dialogues, fault: None }
    }

    pub fn machine(&self) -> &M {
        &self.machine
    }

    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }

    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    pub fn frames(&self) -> &Keyframes {
        &self.frames
    }

    pub fn now(&self) -> Tick {
        self.machine.now()
    }

    pub fn head(&self) -> Tick {
        Tick(self.head)
    }

    pub fn head_dialogues(&self) -> u64 {
        self.head_dialogues
    }

    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    pub fn digest(&self) -> Digest {
        digest(&self.machine)
    }

    pub fn save(&self, to: &mut dyn Sink) {
        self.machine.read(to);
    }

    /// Goes on; in the past this replays what was. Stops before an update whose result is not a number.
    pub fn advance<P: Probe>(&mut self, limit: Limit, probe: &mut P) {
        self.advance_checked(limit, probe, &mut Free);
    }

    /// As `advance`, but stops right after the turn at which the guard says so; whether it did.
    pub fn advance_checked<P: Probe, G: Guard<M> + ?Sized>(&mut self, limit: Limit, probe: &mut P, guard: &mut G) -> bool {
        let ticks = self.machine.now().0.saturating_add(limit.ticks);
        let dialogues = self.machine.dialogues().saturating_add(limit.dialogues);
        let mut met = false;
        while !met && self.machine.now().0 < ticks && self.machine.dialogues() < dialogues && self.fault.is_none() {
            met = self.stretch(ticks, dialogues, probe, guard);
        }
        met && self.fault.is_none()
    }

    /// Up to the next frame or goal, or to where the guard stops it.
    fn stretch<P: Probe, G: Guard<M> + ?Sized>(&mut self, ticks: u64, dialogues: u64, probe: &mut P, guard: &mut G) -> bool {
        let now = self.machine.now().0;
        if now < self.head {
            return roll(&mut self.machine, &self.journal, ticks.min(self.head), dialogues, probe, guard);
        }
        let due = self.frames.due(self.machine.cost()).max(now + 1);
        let (sound, met) = self.fresh(ticks.min(due), dialogues, probe, guard);
        self.head = self.machine.now().0;
        self.head_dialogues = self.machine.dialogues();
        if !sound {
            self.find_fault();
        } else if self.head >= due {
            self.keep();
        }
        met
    }

    /// The hot loop: new ticks, finished dialogues onto the curve. Whether every number is finite, and whether the guard stopped it.
    #[inline(never)]
    fn fresh<P: Probe, G: Guard<M> + ?Sized>(&mut self, stop: u64, dialogues: u64, probe: &mut P, guard: &mut G) -> (bool, bool) {
        let curve = &mut self.curve;
        let mut sound = true;
        let met = go(&mut self.machine, stop, dialogues, probe, guard, |sample| {
            sound = sample.abs_delta.is_finite();
            if sound {
                curve.push(sample);
            }
            sound
        });
        (sound && self.machine.sound(), met)
    }

    /// Keeps a frame of the present, where no edit has been applied to it yet.
    pub fn keep(&mut self) {
        let now = self.machine.now().0;
        if edits_at(&self.journal, now).next().is_none() {
            self.frames.keep(now, self.machine.dialogues(), &self.machine);
        }
    }

    /// Replays from the last sound frame to the exact update that broke, and stands just before it.
    fn find_fault(&mut self) {
        let head = self.head;
        let mut frame = self.frames.at_tick(head).expect("there is always the frame of tick 0");
        loop {
            self.restore(frame);
            let mut recorder = Recorder::default();
            while self.machine.now().0 < head {
                recorder.turns.clear();
                let tick = self.machine.now().0;
                self.machine.tick(&mut recorder);
                if recorder.turns.is_empty() {
                    break;
                }
                // One tick may hold several updates, as where a dialogue ends.
                let broken = |record: &TurnRecord| record.writes.iter().any(|(_, _, after)| !after.is_finite());
                if let Some(record) = recorder.turns.drain(..).find(broken) {
                    return self.stop_before(tick, record);
                }
                apply_edits(&mut self.machine, &self.journal);
            }
            // The frame itself held the broken number.
            match frame.checked_sub(1) {
                Some(earlier) => frame = earlier,
                None => return self.complete_curve(),
            }
        }
    }

    /// Every value that was written is finite: only a sum of |δ| was too large to be written. The run goes on, and the dialogue that
    /// was held back comes onto the curve.
    fn complete_curve(&mut self) {
        if self.curve.len() < self.machine.dialogues() {
            let edge = self.curve.cut(self.curve.len());
            self.curve_from(edge);
        }
    }

    fn stop_before(&mut self, tick: u64, record: TurnRecord) {
        self.frames.cut(tick);
        let _ = self.seek(Tick(tick), &mut |_| true);
        self.drop_future();
        self.fault = Some(Fault { tick, record });
    }

    pub(super) fn restore(&mut self, frame: usize) {
        self.frames.restore(frame, &mut self.machine);
        apply_edits(&mut self.machine, &self.journal);
    }

    /// The tick at which a dialogue begins, as far as it has begun.
    pub fn start_of(&self, dialogue: u64) -> Tick {
        if dialogue > self.head_dialogues {
            return Tick(self.head);
        }
        self.replay_to(dialogue).now()
    }

    /// A copy of the machine as it was when a dialogue began.
    fn replay_to(&self, dialogue: u64) -> M {
        let frame = self.frames.at_dialogue(dialogue).unwrap_or(0);
        let mut copy = self.machine.clone();
        if copy.dialogues() >= dialogue || self.frames.tick_of(frame) > copy.now().0 {
            self.frames.restore(frame, &mut copy);
            apply_edits(&mut copy, &self.journal);
        }
        roll(&mut copy, &self.journal, u64::MAX, dialogue, &mut Blind, &mut Free);
        copy
    }

    /// The turns of a dialogue, as far as the head; the run itself does not move.
    pub fn dialogue(&self, number: u64, until: Tick) -> Vec<TurnRecord> {
        let mut recorder = Recorder::default();
        if number > self.head_dialogues {
            return recorder.turns;
        }
        let mut copy = self.replay_to(number);
        roll(&mut copy, &self.journal, until.0, number + 1, &mut recorder, &mut Free);
        recorder.turns
    }

    /// A copy of the machine at a tick at or before the head.
    pub fn machine_at(&self, at: Tick) -> M {
        let mut copy = self.machine.clone();
        let frame = self.frames.at_tick(at.0).unwrap_or(0);
        if copy.now() > at || self.frames.tick_of(frame) > copy.now().0 {
            self.frames.restore(frame, &mut copy);
            apply_edits(&mut copy, &self.journal);
        }
        roll(&mut copy, &self.journal, at.0, u64::MAX, &mut Blind, &mut Free);
        copy
    }

    /// The update of the turn that begins at a tick before the head.
    pub fn explain(&self, at: Tick) -> Option<TurnRecord> {
        if at.0 >= self.head {
            return None;
        }
        let mut recorder = Recorder::default();
        self.machine_at(at).tick(&mut recorder);
        recorder.turns.pop()
    }

    /// Shows the machine at each tick of [from, until], with the tick of the turn that led there.
    pub fn replay(&self, from: Tick, until: Tick, show: &mut dyn FnMut(&M, u64)) {
        let mut walk = self.walk(from);
        show(&walk.machine, from.0);
        while walk.machine.now() < until {
            let now = walk.machine.now();
            walk.turn();
            walk.edit();
            show(&walk.machine, now.0);
        }
    }

    /// A copy that goes through the past turn by turn, from a tick at or before the head.
    pub fn walk(&self, from: Tick) -> Walk<'_, M> {
        Walk::new(self.machine_at(from), &self.journal, &self.frames)
    }

    /// Journals an edit and lets it take effect at once; in the past it needs a branch.
    pub fn edit(&mut self, edit: Edit, text: String) -> Result<(), EditError> {
        let now = self.machine.now().0;
        if now < self.head {
            return Err(EditError::InThePast { now, head: self.head });
        }
        self.keep();
        self.machine.apply(&edit)?;
        self.fault = None;
        self.journal.push(Entry { tick: now, dialogue: self.machine.dialogues(), edit, text });
        Ok(())
    }

    /// A timeline of its own from the present on: it shares every frame up to here, and has no future yet.
    #[must_use]
    pub fn branch(&self) -> Self {
        let (now, dialogues) = (self.machine.now().0, self.machine.dialogues());
        if now >= self.head {
            return Timeline { fault: None, ..self.clone() };
        }
        // Only what was before is copied: at 100 million turns the whole curve is megabytes.
        let (curve, edge) = self.curve.before(dialogues);
        let mut frames = self.frames.clone();
        frames.cut(now);
        let journal = self.journal.iter().filter(|e| e.tick <= now).cloned().collect();
        let machine = self.machine.clone();
        let mut branch = Timeline { machine, journal, frames, curve, head: now, head_dialogues: dialogues, fault: None };
        branch.curve_from(edge);
        branch
    }

    /// Lets keyframes take so many bytes; with 0 only the first is kept.
    pub fn allow(&mut self, bytes: usize) {
        self.frames.allow(bytes);
    }

    /// Makes the present the head: what came after it is forgotten.
    fn drop_future(&mut self) {
        let (now, dialogues) = (self.machine.now(), self.machine.dialogues());
        if now.0 >= self.head {
            return;
        }
        self.frames.cut(now.0);
        self.journal.retain(|e| e.tick <= now.0);
        self.head = now.0;
        self.head_dialogues = dialogues;
        let edge = self.curve.cut(dialogues);
        self.curve_from(edge);
    }

    /// Puts the dialogues from an edge to the present onto the curve again.
    fn curve_from(&mut self, edge: u64) {
        if self.machine.dialogues() == 0 {
            // Nothing has been finished, and a language model never counts dialogues: replaying it would take minutes.
            return;
        }
        let now = self.machine.now().0;
        let mut copy = self.replay_to(edge.saturating_sub(WARM_UP));
        let (journal, curve) = (&self.journal, &mut self.curve);
        let mut again = Again { number: copy.dialogues(), edge, curve };
        roll(&mut copy, journal, now, u64::MAX, &mut Blind, &mut again);
    }
}

/// Puts dialogues seen again onto a curve that was cut at an edge.
struct Again<'a> {
    number: u64,
    edge: u64,
    curve: &'a mut Curve,
}

impl<M> Guard<M> for Again<'_> {
    fn looks(&self) -> Looks {
        Looks::Dialogues
    }

    fn finished(&mut self, sample: &Sample) -> bool {
        if self.number < self.edge {
            self.curve.warm(sample);
        } else {
            self.curve.push(sample);
        }
        self.number += 1;
        false
    }
}
