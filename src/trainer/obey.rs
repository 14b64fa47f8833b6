//! What each ask does to the worker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Letter;
use super::command::Ask;
use super::pace::Meter;
use super::snapshot::Phase;
use super::worker::{Mode, Worker};
use crate::learn::machine::Tick;
use crate::learn::probe::Recorder;
use crate::run::evaluate::next_point;
use crate::run::timeline::Limit;
use crate::world::WorldSource;

impl Worker {
    pub(super) fn obey(&mut self, ask: Ask) {
        self.changed = true;
        match ask {
            Ask::Watch(watch) => {
                self.watch = watch;
                self.published = None;
            }
            Ask::New { scenario, agent, seed } => self.renew(scenario, agent, seed),
            Ask::Run => {
                self.mode = Mode::Running;
                let now = Instant::now();
                self.budget.restart(now);
                self.meter = Meter::new(now, self.view.tick, self.view.dialogues);
            }
            Ask::Pause => self.pause(),
            Ask::Pace(pace) => {
                self.pace = pace;
                self.budget.restart(Instant::now());
            }
            Ask::Quit | Ask::Cancel => {}
            _ if self.run.is_none() || self.crash.is_some() => self.say("there is no run to do that with; :new starts one", true),
            Ask::Edit(edit) => self.edit(edit),
            Ask::Sit(_)
            | Ask::Branch(_)
            | Ask::Focus(_)
            | Ask::Close(_)
            | Ask::CompareWith(_)
            | Ask::Bookmark(_)
            | Ask::Unmark(_)
            | Ask::Breakpoints(_)
            | Ask::Learned { .. }
            | Ask::Credit(_)
            | Ask::WhatIf { .. }
            | Ask::Dismiss
            | Ask::Seeds(_)
            | Ask::Sweep(_)
            | Ask::StopSweep
            | Ask::OpenCell { .. }
            | Ask::SaveAs(_) => self.say("not yet", true),
            Ask::StepTurns(n) => self.step(Limit::ticks(n)),
            Ask::StepDialogues(n) => self.step(Limit::dialogues(n)),
            travel => self.travel(&travel),
        }
    }

    fn renew(&mut self, scenario: Option<String>, agent: Option<String>, seed: Option<u64>) {
        let mut spec = self.spec.clone();
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
        // Another agent may not know these knobs: then it begins with its own.
        let plain = crate::run::RunSpec { settings: Vec::new(), ..spec.clone() };
        if !spec.settings.is_empty() && spec.agent != self.spec.agent && (self.build)(&spec, &mut |_| ()).is_err() {
            spec = plain;
        }
        self.begin(spec);
    }

    fn pause(&mut self) {
        self.mode = Mode::Paused;
        if let Some(run) = &mut self.run {
            run.keep();
        }
    }

    fn edit(&mut self, edit: crate::learn::machine::Edit) {
        let Some(run) = &mut self.run else { return };
        if run.now() < run.head() {
            *run = run.branch();
            self.run_number += 1;
        }
        match run.edit(edit) {
            Ok(text) => {
                let (dialogues, turn) = (run.dialogues(), run.now().0);
                Arc::make_mut(&mut self.evaluations).retain(|e| e.dialogues <= dialogues);
                self.next_point = self.next_point.min(next_point(dialogues));
                self.edits.push(format!("{text} at turn {turn}"));
                self.say(text, false);
            }
            Err(e) => self.say(e.to_string(), true),
        }
    }

    /// Steps on, watched, and stays paused.
    fn step(&mut self, limit: Limit) {
        self.mode = Mode::Paused;
        let Some(run) = &mut self.run else { return };
        let mut recorder = Recorder::default();
        run.advance_watched(limit, &mut recorder);
        self.story.hear(recorder.turns);
        if let Some(fault) = run.fault().cloned() {
            self.say_fault(&fault);
        }
    }

    /// Goes to another moment and stays there.
    fn travel(&mut self, ask: &Ask) {
        self.mode = Mode::Paused;
        let Some(mut run) = self.run.take() else { return };
        let (now, dialogue) = (run.now().0, run.dialogues());
        // The first step back in the middle of a dialogue goes to its beginning.
        let begun = if run.turn() > 0 { dialogue + 1 } else { dialogue };
        let goal = match ask {
            Ask::BackTurns(n) => Tick(now.saturating_sub(*n)),
            Ask::ForwardTurns(n) => Tick(now.saturating_add(*n)),
            Ask::BackDialogues(n) => run.start_of(begun.saturating_sub(*n)),
            Ask::ForwardDialogues(n) => run.start_of(dialogue.saturating_add(*n)),
            Ask::SeekTick(tick) => Tick(*tick),
            Ask::SeekDialogue(number) => run.start_of(*number),
            _ => run.head(),
        };
        let mut told = Instant::now();
        let done = run.seek(goal, &mut |share| {
            let now = Instant::now();
            if self.shelf.is_free() && now.duration_since(told) > Duration::from_millis(80) {
                told = now;
                let busy = Phase::Busy(format!("going to turn {}", goal.0), share);
                let snapshot = self.snapshot(now, Some(busy));
                self.shelf.put(snapshot);
            }
            self.waiting.extend(self.inbox.try_iter());
            !self.waiting.iter().any(|l| matches!(l, Letter::Ask(Ask::Cancel | Ask::Quit)))
        });
        if !done {
            self.say(format!("stopped on the way, at turn {}", run.now().0), false);
        }
        self.run = Some(run);
    }
}
