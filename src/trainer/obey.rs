//! What each ask does to the worker.

use std::time::Instant;

use super::command::{Ask, Edit};
use super::lane::advance;
use super::pace::Meter;
use super::snapshot::Phase;
use super::worker::{Mode, Worker};
use crate::learn::machine::Tick;
use crate::learn::probe::Recorder;
use crate::run::timeline::Limit;

impl Worker {
    pub(super) fn obey(&mut self, ask: Ask) {
        self.changed = true;
        match ask {
            Ask::Watch(watch) => {
                self.watch = watch;
                self.published = None;
            }
            Ask::New { scenario, agent, seed } => self.renew(scenario, agent, seed),
            Ask::Path(settings) => self.path(settings),
            Ask::Run => self.run(),
            Ask::Pause => self.pause(),
            Ask::Pace(pace) => {
                self.pace = pace;
                self.restart();
            }
            Ask::Focus(id) => self.focus_on(id),
            Ask::Close(id) => self.close(id),
            Ask::CompareWith(id) => self.compare_with = id,
            Ask::SaveAs(name) => self.save_as(&name),
            Ask::Chat(ask) => self.chat(ask),
            Ask::Quit | Ask::Cancel => {}
            ask if self.lane().is_some_and(|lane| lane.crash.is_none()) => self.obey_in_focus(ask),
            _ => self.say("there is no run to do that with; :new starts one", true),
        }
    }

    /// What is asked of the run in focus.
    fn obey_in_focus(&mut self, ask: Ask) {
        match ask {
            Ask::Edit(edit) => {
                self.edit(&edit);
            }
            Ask::Sit(edit) => self.sit(&edit),
            Ask::Branch(change) => self.branch(change),
            Ask::Bookmark(name) => self.bookmark(&name),
            Ask::Unmark(tick) => self.unmark(tick),
            Ask::Breakpoints(breakpoints) => {
                if let Some(lane) = self.lane_mut() {
                    lane.breakpoints = breakpoints;
                }
            }
            Ask::Learned { state, act, change } => self.find(state, act, change),
            Ask::Credit(tick) => self.follow(tick),
            Ask::WhatIf { act } => self.try_out(act),
            Ask::Dismiss => {
                if let Some(lane) = self.lane_mut() {
                    lane.found = super::lane::Found::default();
                }
            }
            Ask::StepTurns(n) => self.step(Limit::ticks(n)),
            Ask::StepDialogues(n) => {
                let beat = self.lane().filter(|lane| !lane.run.talks()).map(|lane| lane.run.beat(n as i64).0 - lane.run.now().0);
                self.step(beat.map_or(Limit::dialogues(n), Limit::ticks));
            }
            Ask::Seeds(count) => self.seed(count),
            Ask::Sweep(plan) => self.sweep(plan),
            Ask::StopSweep => self.stop_sweep(),
            Ask::OpenCell { row, column } => self.open_cell(row, column),
            travel => self.travel(&travel),
        }
    }

    fn run(&mut self) {
        self.mode = Mode::Running;
        self.lanes.iter_mut().for_each(|lane| lane.stopped = None);
        self.restart();
        let (tick, dialogues) = (self.view.tick, self.view.dialogues);
        self.meter = Meter::new(Instant::now(), tick, dialogues);
    }

    /// Begins to count the pace afresh.
    fn restart(&mut self) {
        let now = Instant::now();
        self.lanes.iter_mut().for_each(|lane| lane.budget.restart(now));
    }

    pub(super) fn pause(&mut self) {
        self.mode = Mode::Paused;
        self.lanes.iter_mut().filter(|lane| lane.crash.is_none()).for_each(|lane| lane.run.keep());
    }

    /// Changes the run in focus; in the past a branch of it. False where it was refused.
    pub(super) fn edit(&mut self, edit: &Edit) -> bool {
        let Some(lane) = self.lane_mut() else { return false };
        if lane.in_the_past() {
            let before = self.lanes.len();
            self.branch_with(Some(edit));
            return self.lanes.len() > before;
        }
        match lane.run.edit(edit.clone()) {
            Ok(text) => {
                lane.points.forget_from(lane.run.dialogues(), lane.run.turn());
                lane.stopped = None;
                // What the analyst has of this moment is of before the change.
                let (version, next) = (lane.version, lane.points.next);
                self.given = self.given.filter(|(run, point)| *run != version || *point < next);
                let Worker { lanes, keep, focus, .. } = self;
                if let Some(lane) = lanes.iter().find(|lane| lane.id == *focus) {
                    keep.edited(lane, edit, &text);
                }
                self.say(text, false);
                true
            }
            Err(e) => {
                self.say(e.to_string(), true);
                false
            }
        }
    }

    /// A person takes a chair for one turn.
    fn sit(&mut self, edit: &Edit) {
        self.pause();
        if !self.edit(edit) {
            return;
        }
        if let Some(lane) = self.lane_mut() {
            lane.sat = Some(lane.run.dialogues());
        }
        self.step(Limit::ticks(1));
    }

    /// Steps on, watched, and stays paused. Steps that take long are told one by one, and a person may stop them.
    fn step(&mut self, limit: Limit) {
        self.mode = Mode::Paused;
        let Some((lane, mut busy)) = self.busy() else { return };
        lane.stopped = None;
        let mut recorder = Recorder::default();
        let (from, slow) = (lane.run.now().0, lane.run.cost() > 1);
        let (to, dialogues) = (from.saturating_add(limit.ticks), lane.run.dialogues().saturating_add(limit.dialogues));
        loop {
            let now = lane.run.now().0;
            // Both limits count from where the run stands.
            let rest = Limit { ticks: to - now, dialogues: dialogues.saturating_sub(lane.run.dialogues()) };
            let next = if slow { Limit { ticks: rest.ticks.min(1), ..rest } } else { rest };
            lane.met = advance(lane.run.as_mut(), next, &lane.breakpoints, Some(&mut recorder));
            lane.last_words.note(lane);
            let done = lane.run.now().0;
            let arrived = done >= to || lane.run.dialogues() >= dialogues;
            let over = !slow || arrived || done == now || lane.met.is_some() || lane.run.fault().is_some();
            let phase = || match limit.dialogues {
                u64::MAX => Phase::Busy(format!("going on to step {to}"), (done - from) as f32 / (to - from).max(1) as f32),
                all => Phase::Busy(
                    format!("going on to dialogue {dialogues}"),
                    (all - (dialogues - lane.run.dialogues())) as f32 / all.max(1) as f32,
                ),
            };
            if over || !busy.goes_on(phase) {
                break;
            }
        }
        lane.story.hear(recorder.turns);
        self.settle();
    }

    /// Goes to another moment and stays there.
    fn travel(&mut self, ask: &Ask) {
        let Some(lane) = self.lane() else { return };
        let run = &lane.run;
        let (now, dialogue) = (run.now().0, run.dialogues());
        // The first step back in the middle of a dialogue goes to its beginning.
        let begun = if run.turn() > 0 { dialogue + 1 } else { dialogue };
        let goal = match ask {
            Ask::BackDialogues(n) if !run.talks() => run.beat(-(*n as i64)),
            Ask::ForwardDialogues(n) if !run.talks() => run.beat(*n as i64),
            Ask::BackTurns(n) => Tick(now.saturating_sub(*n)),
            Ask::ForwardTurns(n) => Tick(now.saturating_add(*n)),
            Ask::BackDialogues(n) => run.start_of(begun.saturating_sub(*n)),
            Ask::ForwardDialogues(n) => run.start_of(dialogue.saturating_add(*n)),
            Ask::SeekTick(tick) => Tick(*tick),
            Ask::SeekDialogue(number) => run.start_of(*number),
            _ => run.head(),
        };
        self.seek(goal);
    }

    /// False where a person stopped it on the way.
    pub(super) fn seek(&mut self, goal: Tick) -> bool {
        self.mode = Mode::Paused;
        let Some((lane, mut busy)) = self.busy() else { return false };
        lane.stopped = None;
        let (unit, goal) = (if lane.run.talks() { "turn" } else { "step" }, goal.min(lane.run.head()));
        let done = lane.run.seek(goal, &mut |share| busy.goes_on(|| Phase::Busy(format!("going to {unit} {}", goal.0), share)));
        let (now, talks) = (lane.run.now().0, lane.run.talks());
        if !done {
            let unit = if talks { "turn" } else { "step" };
            self.say(format!("stopped; the learner stands at {unit} {now} again"), false);
        }
        done
    }
}
