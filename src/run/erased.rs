//! `Run` for any agent in a compiled world.

use std::sync::Arc;

use super::Run;
use super::chat::Voice;
use super::checkpoint::CheckpointError;
use super::evaluate::{Candidate, Frozen, Learner};
use super::findings::{Answer, Beside, Breakpoint, Change, Found, Stop, Taken, Trail, WhatIf};
use super::interaction::Interaction;
use super::look::{self, Exact, Lens, Shown};
use super::stored::Stored;
use super::timeline::{Entry, Fault, Limit, Timeline};
use super::view::{RunView, Watch};
use super::{edits, inquire};
use crate::learn::agent::{Agent, Rows, View};
use crate::learn::knob::{Knob, Settings};
use crate::learn::machine::{Edit, EditError, Machine, Tick};
use crate::learn::probe::{Blind, Recorder, TurnRecord};
use crate::num::digest::Digest;
use crate::num::fields::Sink;
use crate::world::World;
use crate::world::env::{ActionId, Env};
use crate::world::names::Lang;
use crate::world::solve::Solution;

fn candidate<A: Agent>(machine: &Interaction<World, A>) -> Candidate {
    let states = machine.world.states().unwrap_or(0);
    let mut values = vec![0.0_f32; machine.world.actions() as usize];
    let (mut greedy, mut visited) = (Vec::with_capacity(states as usize), Vec::new());
    let mut features = Vec::new();
    for state in 0..states {
        let (key, legal) = machine.view_of(state, &mut features);
        machine.agent.values(View { key, legal, features: &features }, &mut values);
        greedy.push(look::greedy_mask(&values, legal));
        if let Some(counts) = machine.agent.counts(key) {
            visited.push(counts.iter().any(|n| n.visits > 0));
        }
    }
    Candidate { dialogues: machine.dialogues(), greedy, visited }
}

impl<A: Agent> Learner for Interaction<World, A> {
    fn greedy(&mut self, state: u32) -> u64 {
        let (mut values, mut features) = ([0.0_f32; 64], Vec::new());
        let values = &mut values[..self.world.actions() as usize];
        let (key, legal) = self.view_of(state, &mut features);
        self.agent.values(View { key, legal, features: &features }, values);
        look::greedy_mask(values, legal)
    }

    fn candidate(&mut self) -> Candidate {
        candidate(self)
    }
}

impl<A: Agent> Run for Timeline<Interaction<World, A>> {
    fn now(&self) -> Tick {
        Timeline::now(self)
    }

    fn head(&self) -> Tick {
        Timeline::head(self)
    }

    fn dialogues(&self) -> u64 {
        self.machine().dialogues()
    }

    fn head_dialogues(&self) -> u64 {
        Timeline::head_dialogues(self)
    }

    fn turn(&self) -> u32 {
        self.machine().turn()
    }

    fn seed(&self) -> u64 {
        self.machine().seed()
    }

    fn fault(&self) -> Option<&Fault> {
        Timeline::fault(self)
    }

    fn advance(&mut self, limit: Limit) {
        Timeline::advance(self, limit, &mut Blind);
    }

    fn cost(&self) -> u64 {
        Machine::cost(self.machine())
    }

    fn advance_watched(&mut self, limit: Limit, to: &mut Recorder) {
        Timeline::advance(self, limit, to);
    }

    fn seek(&mut self, to: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> bool {
        Timeline::seek(self, to, keep_going)
    }

    fn start_of(&self, dialogue: u64) -> Tick {
        Timeline::start_of(self, dialogue)
    }

    fn keep(&mut self) {
        Timeline::keep(self);
    }

    fn edit(&mut self, edit: Edit) -> Result<String, EditError> {
        let edit = edits::checked::<A>(edit)?;
        let text = edits::text(self, &edit);
        Timeline::edit(self, edit, text.clone())?;
        Ok(text)
    }

    fn branch(&self) -> Box<dyn Run> {
        Box::new(Timeline::branch(self))
    }

    fn journal(&self) -> &[Entry] {
        Timeline::journal(self)
    }

    fn allow(&mut self, bytes: usize) {
        Timeline::allow(self, bytes);
    }

    fn advance_until(&mut self, limit: Limit, breakpoints: &[Breakpoint], to: Option<&mut Recorder>) -> Option<Stop> {
        inquire::guard::advance_until(self, limit, breakpoints, to)
    }

    fn learned(&self, state: u32, act: u16, change: Change, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Found> {
        inquire::learned::learned(self, state, act, change, keep_going)
    }

    fn credit(&self, from: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Trail> {
        inquire::credit::credit(self, from, keep_going)
    }

    fn what_if(&self, act: u16, samples: u32) -> Option<WhatIf> {
        inquire::what_if::what_if(self, act, samples)
    }

    fn beside(&self, dialogue: u64, optimal: Option<&Solution>) -> Option<Beside> {
        inquire::beside::beside(self, dialogue, optimal)
    }

    fn taken(&self, from: Tick, count: usize) -> Vec<Taken> {
        inquire::taken::taken(self, from, count)
    }

    fn values(&self) -> Vec<f32> {
        inquire::taken::values(self)
    }

    fn answers(&self, lang: Lang) -> Vec<Answer> {
        inquire::answers::answers(self, lang)
    }

    fn answers_in_all(&self) -> u32 {
        let machine = self.machine();
        machine.world.outcomes(machine.state(), u32::from(machine.pending_act().0)).len() as u32
    }

    fn pending(&self) -> ActionId {
        self.machine().pending_act()
    }

    fn explain(&self, at: Tick) -> Option<TurnRecord> {
        Timeline::explain(self, at)
    }

    fn dialogue(&self, number: u64) -> Vec<TurnRecord> {
        Timeline::dialogue(self, number, Timeline::now(self))
    }

    fn candidate(&self) -> Candidate {
        candidate(self.machine())
    }

    fn visited(&self) -> Vec<bool> {
        let machine = self.machine();
        let learned = |state: u32| machine.agent.counts(machine.world.key(state)).map(|counts| counts.iter().any(|n| n.visits > 0));
        (0..machine.world.states().unwrap_or(0)).map_while(learned).collect()
    }

    fn frozen(&self) -> Frozen {
        let machine = self.machine();
        if machine.world.states().is_some() && !A::FEATURES {
            return Frozen::Listed(candidate(machine));
        }
        Frozen::Learner { dialogues: Run::dialogues(self), learner: Box::new(machine.clone()) }
    }

    fn voice(&self) -> Option<Box<dyn Voice>> {
        self.machine().world.dialogues.as_ref().map(|_| Box::new(self.machine().clone()) as Box<dyn Voice>)
    }

    fn digest(&self) -> Digest {
        Timeline::digest(self)
    }

    fn save(&self, to: &mut dyn Sink) {
        Timeline::save(self, to);
    }

    fn store(&self) -> Stored {
        Timeline::store(self)
    }

    fn load(&mut self, stored: &Stored) -> Result<(), CheckpointError> {
        Timeline::load(self, stored)
    }

    fn knobs(&self) -> &'static [Knob] {
        A::KNOBS
    }

    fn knob_now(&self, name: &str) -> Option<f64> {
        A::KNOBS.iter().position(|k| k.name == name).map(|i| self.machine().agent.now(i))
    }

    fn rows(&self) -> Option<Rows> {
        self.machine().agent.rows()
    }

    fn settings(&self) -> Settings {
        self.machine().agent.settings().clone()
    }

    fn world(&self) -> &Arc<World> {
        &self.machine().world
    }

    fn kernel(&self) -> Option<&'static str> {
        A::kernel()
    }

    fn last_100(&self) -> (u32, f32, f32, f32) {
        look::last_100(self)
    }

    fn frames(&self) -> (usize, usize) {
        (Timeline::frames(self).len(), Timeline::frames(self).bytes())
    }

    fn look(&self, watch: &Watch, exact: Exact<'_>, shown: Shown<'_>, lens: &mut Lens) -> RunView {
        look::look(self, watch, exact, shown, lens)
    }
}
