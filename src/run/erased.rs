//! `Run` for any agent in a compiled world.

use std::sync::Arc;

use super::Run;
use super::evaluate::Candidate;
use super::interaction::Interaction;
use super::look::{self, Exact, Lens, Shown};
use super::timeline::{Fault, Limit, Timeline};
use super::view::{RunView, Watch};
use crate::learn::agent::{Agent, View};
use crate::learn::knob::{self, Knob};
use crate::learn::machine::{Edit, EditError, Tick};
use crate::learn::probe::{Blind, Recorder, TurnRecord};
use crate::num::digest::Digest;
use crate::num::fields::Sink;
use crate::world::World;
use crate::world::env::Env;

impl<A: Agent> Run for Timeline<Interaction<World, A>> {
    fn now(&self) -> Tick {
        Timeline::now(self)
    }

    fn head(&self) -> Tick {
        Timeline::head(self)
    }

    fn dialogues(&self) -> u64 {
        use crate::learn::machine::Machine;
        self.machine().dialogues()
    }

    fn head_dialogues(&self) -> u64 {
        Timeline::head_dialogues(self)
    }

    fn turn(&self) -> u32 {
        self.machine().turn()
    }

    fn fault(&self) -> Option<&Fault> {
        Timeline::fault(self)
    }

    fn advance(&mut self, limit: Limit) {
        Timeline::advance(self, limit, &mut Blind);
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

    fn tune(&mut self, name: &str, value: f64, drop_future: bool) -> Result<String, EditError> {
        let at = knob::position(A::NAME, A::KNOBS, name)?;
        let knob = &A::KNOBS[at];
        let value = knob.check(value)?;
        let before = self.machine().agent.settings().0[at];
        let text = format!("{} {} → {}", knob.symbol, knob.show(before), knob.show(value));
        self.edit(Edit::Tune { knob: at as u16, value }, text.clone(), drop_future)?;
        Ok(text)
    }

    fn explain(&self, at: Tick) -> Option<TurnRecord> {
        Timeline::explain(self, at)
    }

    fn dialogue(&self, number: u64) -> Vec<TurnRecord> {
        Timeline::dialogue(self, number, Timeline::now(self))
    }

    fn candidate(&self) -> Candidate {
        let machine = self.machine();
        let shape = machine.world.shape();
        let mut values = vec![0.0_f32; shape.actions as usize];
        let (mut greedy, mut visited) = (Vec::with_capacity(shape.legal.len()), Vec::new());
        let mut features = Vec::new();
        for state in 0..shape.legal.len() as u32 {
            let (key, legal) = machine.view_of(state, &mut features);
            machine.agent.values(View { key, legal, features: &features }, &mut values);
            greedy.push(look::greedy_mask(&values, legal));
            if let Some(counts) = machine.agent.counts(key) {
                visited.push(counts.iter().any(|n| n.visits > 0));
            }
        }
        Candidate { dialogues: Run::dialogues(self), greedy, visited }
    }

    fn digest(&self) -> Digest {
        Timeline::digest(self)
    }

    fn save(&self, to: &mut dyn Sink) {
        Timeline::save(self, to);
    }

    fn knobs(&self) -> &'static [Knob] {
        A::KNOBS
    }

    fn knob_now(&self, name: &str) -> Option<f64> {
        A::KNOBS.iter().position(|k| k.name == name).map(|i| self.machine().agent.now(i))
    }

    fn world(&self) -> &Arc<World> {
        &self.machine().world
    }

    fn last_100(&self) -> (u32, f32, f32, f32) {
        self.curve().last_100()
    }

    fn frames(&self) -> (usize, usize) {
        (Timeline::frames(self).len(), Timeline::frames(self).bytes())
    }

    fn look(&self, watch: &Watch, exact: Exact<'_>, shown: Shown<'_>, lens: &mut Lens) -> RunView {
        look::look(self, watch, exact, shown, lens)
    }
}
