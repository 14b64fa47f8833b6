//! A map of two settings that fills in the background: every cell a few runs of its own, judged exactly when they are done.
//! Seeds are those of `dialoq sweep`, and so are the figures.

use std::collections::VecDeque;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::command::{Edit, SweepPlan};
use super::crew::{Next, Side};
use super::lane::Lane;
use super::same_world::{changes, said};
use super::snapshot::SweepView;
use super::worker::Worker;
use super::{Builder, Letter};
use crate::run::sampled;
use crate::run::sweep::{Axis, Plan};
use crate::run::timeline::Limit;
use crate::run::{Run, RunSpec};
use crate::world::env::Env;
use crate::world::solve::{Policy, evaluate};

/// More cells cannot be drawn, and more runs not be waited for.
const CELLS_MAX: usize = 400;
const RUNS_MAX: usize = 10_000;
const SLICE: Duration = Duration::from_millis(1);
const TICKS: u64 = 4096;

/// A map, and how far it is.
pub(super) struct Map {
    plan: SweepPlan,
    jobs: Plan,
    about: String,
    /// What was changed in the world of the run that it started from.
    edits: Vec<Edit>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Runs that nobody has begun.
    waiting: VecDeque<usize>,
    /// Sum and count of what each cell's runs came to.
    cells: Vec<(f64, u32)>,
    done: usize,
    ended: bool,
}

/// One hand at the map: a run after the other.
struct Filler {
    plan: Plan,
    edits: Vec<Edit>,
    build: Arc<Builder>,
    letters: Sender<Letter>,
    state: Arc<Mutex<State>>,
    /// The job under way; without a run it has not been built yet.
    job: Option<usize>,
    run: Option<Box<dyn Run>>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Map {
    pub fn view(&self) -> SweepView {
        let state = lock(&self.state);
        let mean = |(sum, count): &(f64, u32)| (if *count > 0 { sum / f64::from(*count) } else { 0.0 }, *count);
        SweepView {
            about: self.about.clone(),
            rows: self.plan.rows.clone(),
            columns: self.plan.columns.clone(),
            seeds: self.plan.seeds,
            dialogues: self.plan.dialogues,
            cells: state.cells.iter().map(mean).collect(),
            done: state.done as f32 / self.jobs.runs().max(1) as f32,
        }
    }

    fn is_over(&self) -> bool {
        let state = lock(&self.state);
        state.ended || state.done == self.jobs.runs()
    }

    fn end(&self) {
        lock(&self.state).ended = true;
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        self.end();
    }
}

impl Side for Filler {
    fn ready(&self) -> bool {
        true
    }

    fn slice(&mut self) -> Next {
        let (Some(job), Some(run)) = (self.job, &mut self.run) else { return self.begin() };
        let begun = Instant::now();
        while begun.elapsed() < SLICE && run.dialogues() < self.plan.dialogues && run.fault().is_none() {
            run.advance(Limit { ticks: TICKS, dialogues: self.plan.dialogues - run.dialogues() });
        }
        if run.dialogues() < self.plan.dialogues && run.fault().is_none() {
            return if lock(&self.state).ended { Next::Done } else { Next::More };
        }
        let got = run.fault().is_none().then(|| greedy_return(run.as_ref()));
        self.note(job, got);
        Next::More
    }

    fn broke(&mut self, cause: &str) -> Next {
        let Some(job) = self.job else { return Next::Done };
        self.note(job, None);
        let text = format!("a run of the map fell over ({cause}); its cell goes without it");
        // A worker that has ended needs no word.
        let _ = self.letters.send(Letter::Broke(text));
        Next::More
    }
}

impl Filler {
    fn begin(&mut self) -> Next {
        let job = {
            let mut state = lock(&self.state);
            if state.ended {
                return Next::Done;
            }
            state.waiting.pop_front()
        };
        let Some(job) = job else { return Next::Done };
        self.job = Some(job);
        match (self.build)(&self.plan.spec_of(job), &mut |_| ()) {
            Ok(mut run) => {
                // Nobody will go back in it.
                run.allow(0);
                let refused = self.edits.iter().any(|edit| run.edit(edit.clone()).is_err());
                if refused {
                    self.note(job, None);
                } else {
                    self.run = Some(run);
                }
            }
            Err(_) => self.note(job, None),
        }
        Next::More
    }

    /// A run is over; where it broke, its cell goes without it.
    fn note(&mut self, job: usize, got: Option<f64>) {
        (self.job, self.run) = (None, None);
        let (cell, _) = self.plan.place(job);
        let mut state = lock(&self.state);
        state.done += 1;
        if let Some(got) = got {
            let (sum, count) = &mut state.cells[cell];
            *sum += got;
            *count += 1;
        }
        drop(state);
        // A worker that has ended needs no word.
        let _ = self.letters.send(Letter::Aside);
    }
}

/// What the greedy policy gets: exactly, or where states are not enumerated in dialogues played out.
fn greedy_return(run: &dyn Run) -> f64 {
    let world = run.world();
    let gamma = run.knob_now("gamma").unwrap_or(world.gamma());
    match world.exact() {
        Some(mdp) => evaluate(mdp, &Policy { acts: run.candidate().greedy, epsilon: 0.0 }, gamma).return_,
        None => sampled::greedy(world, sampled::judges(), gamma, sampled::DIALOGUES, &mut run.frozen()).return_.mean,
    }
}

impl Worker {
    pub(super) fn sweep(&mut self, plan: SweepPlan) {
        let Some(lane) = self.lane() else { return };
        let jobs = axis(lane.run.as_ref(), &plan.rows).and_then(|rows| {
            let columns = axis(lane.run.as_ref(), &plan.columns)?;
            if rows.knob == columns.knob {
                return Err(format!("{} cannot be both rows and columns; take another knob for one of them", rows.knob));
            }
            let mut spec = lane.present_spec();
            spec.settings.retain(|(knob, _)| *knob != rows.knob && *knob != columns.knob);
            let jobs = Plan { spec, axes: vec![rows, columns], seeds: plan.seeds, dialogues: plan.dialogues };
            let small = jobs.cells() <= CELLS_MAX && jobs.runs() <= RUNS_MAX;
            match (small, jobs.runs() > 0 && plan.dialogues > 0) {
                (_, false) => Err("a map needs values for both knobs, a seed and a dialogue at least".to_owned()),
                (false, _) => Err(format!("a map of {} runs is too large; {CELLS_MAX} cells and {RUNS_MAX} runs at most", jobs.runs())),
                _ => Ok(jobs),
            }
        });
        let edits = changes(lane.run.world());
        match jobs {
            Ok(jobs) => self.fill(plan, jobs, edits),
            Err(sentence) => self.say(sentence, true),
        }
    }

    fn fill(&mut self, plan: SweepPlan, jobs: Plan, edits: Vec<Edit>) {
        // A seed in every cell before the next seed, so that the whole map is seen early.
        let seeds = jobs.seeds as usize;
        let waiting = (0..seeds).flat_map(|seed| (0..jobs.cells()).map(move |cell| cell * seeds + seed)).collect();
        let state = State { waiting, cells: vec![(0.0, 0); jobs.cells()], done: 0, ended: false };
        let state = Arc::new(Mutex::new(state));
        let filler = || -> Box<dyn Side> {
            let (build, letters) = (self.build.clone(), self.letters.clone());
            Box::new(Filler { plan: jobs.clone(), edits: edits.clone(), build, letters, state: state.clone(), job: None, run: None })
        };
        let fillers: Vec<Box<dyn Side>> = (0..super::crew::hands()).map(|_| filler()).collect();
        let text = format!("a map of {} runs fills beside training", jobs.runs());
        let about = about(&jobs.spec, &edits);
        self.map = Some(Map { plan, jobs, about, edits, state });
        self.crew.engage(fillers);
        self.say(text, false);
    }

    /// Stops filling; a map that is still is put away.
    pub(super) fn stop_sweep(&mut self) {
        match &self.map {
            Some(map) if !map.is_over() => {
                map.end();
                self.say("the map stays as it is", false);
            }
            Some(_) => self.map = None,
            None => self.say("there is no map", true),
        }
    }

    /// A run with a cell's settings.
    pub(super) fn open_cell(&mut self, row: usize, column: usize) {
        let columns = self.map.as_ref().map_or(0, |map| map.plan.columns.1.len());
        let inside = column < columns && self.map.as_ref().is_some_and(|map| row < map.plan.rows.1.len());
        let Some(map) = self.map.as_ref().filter(|_| inside) else {
            return self.say("there is no such cell", true);
        };
        let settings = map.jobs.settings(row * columns + column);
        let change = settings.iter().map(|(knob, value)| format!("{knob} {value}")).collect::<Vec<_>>().join(", ");
        let base = map.jobs.spec.clone();
        let spec = RunSpec { settings: base.settings.iter().cloned().chain(settings).collect(), ..base };
        let edits = map.edits.clone();
        self.open_with(spec, &edits, change);
    }
}

impl Lane {
    /// A run that begins as this one is now: its agent, users, knobs and seed in force.
    fn present_spec(&self) -> RunSpec {
        let (run, now) = (&self.run, self.run.now().0);
        let mut spec = RunSpec { seed: run.seed(), ..self.spec.clone() };
        for entry in run.journal().iter().filter(|e| e.tick <= now) {
            if let Edit::Tune { knob, value } = &entry.edit
                && let Some(known) = run.knobs().iter().find(|k| k.name == *knob)
            {
                spec.settings.retain(|(name, _)| name != knob);
                spec.settings.push((knob.clone(), known.show(*value)));
            }
        }
        if run.world().dialogues.is_some() {
            run.world().setup().profile().clone_into(&mut spec.profile);
        }
        spec
    }
}

/// `sarsa · seed 8`, and what of the users is not as usual.
fn about(spec: &RunSpec, edits: &[Edit]) -> String {
    let mut parts = vec![spec.agent.clone(), format!("seed {}", spec.seed)];
    if spec.profile != "standard" {
        parts.push(format!("users {}", spec.profile));
    }
    parts.extend(edits.iter().filter_map(said));
    parts.join(" · ")
}

/// A knob and its values as they are typed, all of them in range.
fn axis(run: &dyn Run, (name, values): &(String, Vec<f64>)) -> Result<Axis, String> {
    let known = || run.knobs().iter().map(|k| k.name).collect::<Vec<_>>().join(", ");
    let knob = run.knobs().iter().find(|k| k.name == *name);
    let knob = knob.ok_or_else(|| format!("there is no knob \"{name}\" to vary; this agent has {}", known()))?;
    let typed = |value: &f64| knob.check(*value).map(|value| knob.show(value)).map_err(|e| e.to_string());
    Ok(Axis { knob: name.clone(), values: values.iter().map(typed).collect::<Result<_, _>>()? })
}
