//! A run that counts what is asked of it and panics where it is told to; in all else it is the run inside.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dialoq::learn::knob::{Knob, Settings};
use dialoq::learn::machine::{Edit, EditError, Tick};
use dialoq::learn::probe::{Recorder, TurnRecord};
use dialoq::num::digest::Digest;
use dialoq::num::fields::Sink;
use dialoq::run::Run;
use dialoq::run::chat::Voice;
use dialoq::run::checkpoint::CheckpointError;
use dialoq::run::evaluate::Candidate;
use dialoq::run::findings::{Answer, Beside, Breakpoint, Change, Found, Stop, Taken, Trail, WhatIf};
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::stored::Stored;
use dialoq::run::timeline::{Entry, Fault, Limit};
use dialoq::run::view::{Lang, RunView, Watch};
use dialoq::world::World;
use dialoq::world::env::ActionId;
use dialoq::world::solve::Solution;

/// Where a run panics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Panics {
    Never,
    /// At the turn that begins at this tick.
    Learning(u64),
    /// A step that does not end: the one that begins at this tick.
    Stuck(u64),
    Looking,
    Judged,
    /// Its policy has no acts, so that whoever judges it falls over.
    Unjudgeable,
    /// Whoever builds it falls over.
    Built,
    Sought,
}

/// How often a run was looked at, and where it stands.
#[derive(Default)]
pub struct Counts {
    pub looks: AtomicU64,
    pub tick: AtomicU64,
    /// The dialogues at which a policy was taken last, plus one.
    pub judged: AtomicU64,
}

pub struct Faulty {
    pub inner: Box<dyn Run>,
    pub panics: Panics,
    pub counts: Arc<Counts>,
}

impl Faulty {
    /// As far as the run may go, then the panic.
    fn go(&mut self, limit: Limit, advance: impl FnOnce(&mut dyn Run, Limit)) {
        if let Panics::Stuck(tick) = self.panics {
            let left = tick - self.inner.now().0;
            if left == 0 {
                std::thread::sleep(std::time::Duration::from_secs(120));
            }
            advance(&mut *self.inner, Limit { ticks: limit.ticks.min(left), ..limit });
            self.counts.tick.store(self.inner.now().0, Ordering::Release);
            return;
        }
        let Panics::Learning(tick) = self.panics else {
            advance(&mut *self.inner, limit);
            self.counts.tick.store(self.inner.now().0, Ordering::Release);
            return;
        };
        let left = tick - self.inner.now().0;
        advance(&mut *self.inner, Limit { ticks: limit.ticks.min(left), ..limit });
        assert!(self.inner.now().0 < tick, "the learner fell over at {tick}");
    }
}

impl Run for Faulty {
    fn now(&self) -> Tick {
        self.inner.now()
    }
    fn head(&self) -> Tick {
        self.inner.head()
    }
    fn dialogues(&self) -> u64 {
        self.inner.dialogues()
    }
    fn head_dialogues(&self) -> u64 {
        self.inner.head_dialogues()
    }
    fn kernel(&self) -> Option<&'static str> {
        self.inner.kernel()
    }
    fn turn(&self) -> u32 {
        self.inner.turn()
    }
    fn seed(&self) -> u64 {
        self.inner.seed()
    }
    fn fault(&self) -> Option<&Fault> {
        self.inner.fault()
    }
    fn advance(&mut self, limit: Limit) {
        self.go(limit, |run, limit| run.advance(limit));
    }
    fn advance_watched(&mut self, limit: Limit, to: &mut Recorder) {
        self.go(limit, |run, limit| run.advance_watched(limit, to));
    }
    fn seek(&mut self, to: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> bool {
        assert!(self.panics != Panics::Sought, "the past fell over");
        self.inner.seek(to, keep_going)
    }
    fn start_of(&self, dialogue: u64) -> Tick {
        self.inner.start_of(dialogue)
    }
    fn keep(&mut self) {
        self.inner.keep();
    }
    fn edit(&mut self, edit: Edit) -> Result<String, EditError> {
        self.inner.edit(edit)
    }
    fn branch(&self) -> Box<dyn Run> {
        Box::new(Faulty { inner: self.inner.branch(), panics: self.panics, counts: self.counts.clone() })
    }
    fn journal(&self) -> &[Entry] {
        self.inner.journal()
    }
    fn allow(&mut self, bytes: usize) {
        self.inner.allow(bytes);
    }
    fn advance_until(&mut self, limit: Limit, breakpoints: &[Breakpoint], to: Option<&mut Recorder>) -> Option<Stop> {
        self.inner.advance_until(limit, breakpoints, to)
    }
    fn learned(&self, state: u32, act: u16, change: Change, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Found> {
        self.inner.learned(state, act, change, keep_going)
    }
    fn credit(&self, from: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Trail> {
        self.inner.credit(from, keep_going)
    }
    fn what_if(&self, act: u16, samples: u32) -> Option<WhatIf> {
        self.inner.what_if(act, samples)
    }
    fn beside(&self, dialogue: u64, optimal: Option<&Solution>) -> Option<Beside> {
        self.inner.beside(dialogue, optimal)
    }
    fn taken(&self, from: Tick, count: usize) -> Vec<Taken> {
        self.inner.taken(from, count)
    }
    fn values(&self) -> Vec<f32> {
        self.inner.values()
    }
    fn answers(&self, lang: Lang) -> Vec<Answer> {
        self.inner.answers(lang)
    }
    fn pending(&self) -> ActionId {
        self.inner.pending()
    }
    fn explain(&self, at: Tick) -> Option<TurnRecord> {
        self.inner.explain(at)
    }
    fn dialogue(&self, number: u64) -> Vec<TurnRecord> {
        self.inner.dialogue(number)
    }
    fn candidate(&self) -> Candidate {
        assert!(self.panics != Panics::Judged, "the policy fell over");
        self.counts.judged.store(self.inner.dialogues() + 1, Ordering::Release);
        let candidate = self.inner.candidate();
        if self.panics == Panics::Unjudgeable { Candidate { greedy: Vec::new(), ..candidate } } else { candidate }
    }
    fn voice(&self) -> Option<Box<dyn Voice>> {
        self.inner.voice()
    }
    fn digest(&self) -> Digest {
        self.inner.digest()
    }
    fn save(&self, to: &mut dyn Sink) {
        self.inner.save(to);
    }
    fn store(&self) -> Stored {
        self.inner.store()
    }

    fn load(&mut self, stored: &Stored) -> Result<(), CheckpointError> {
        self.inner.load(stored)
    }

    fn knobs(&self) -> &'static [Knob] {
        self.inner.knobs()
    }
    fn rows(&self) -> Option<dialoq::learn::agent::Rows> {
        self.inner.rows()
    }

    fn settings(&self) -> Settings {
        self.inner.settings()
    }

    fn knob_now(&self, name: &str) -> Option<f64> {
        self.inner.knob_now(name)
    }
    fn world(&self) -> &Arc<World> {
        self.inner.world()
    }
    fn last_100(&self) -> (u32, f32, f32, f32) {
        self.inner.last_100()
    }
    fn frames(&self) -> (usize, usize) {
        self.inner.frames()
    }
    fn look(&self, watch: &Watch, exact: Exact<'_>, shown: Shown<'_>, lens: &mut Lens) -> RunView {
        assert!(self.panics != Panics::Looking, "the view fell over");
        self.counts.looks.fetch_add(1, Ordering::AcqRel);
        self.inner.look(watch, exact, shown, lens)
    }
}
