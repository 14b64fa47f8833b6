//! Sessions: what was written comes back, whatever happened to the files, the program and the disk.

mod bytes;
mod damaged;
mod disk;
mod files;
mod foreign;
mod kills;
mod law;
mod long_starts;
mod lost;
mod parents;
mod processes;
mod removed;
mod sequences;
mod workbench;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use dialoq::cli::session::builder;
use dialoq::learn::machine::{Edit, Tick};
use dialoq::run::journal::{Journal, Line, SpecLine};
use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::store::place::Place;
use dialoq::store::restore::{Outcome, restore};
use dialoq::trainer::kept::{KeptRun, PROGRAM, checkpoint};
use dialoq::world::WorldSource;

/// Three states, five legal cells, an end: as small as a world that learns can be.
const SMALL: &str = r#"{"format": "dialoq-mdp", "version": 1, "name": "small", "gamma": 0.9, "max_turns": 12,
 "states": ["a", "b", "c"], "actions": ["x", "y"], "start": [[0, 0.75], [1, 0.25]],
 "P": [[[[1.0, 0, -0.5, false]], [[0.9, 1, 0.0, false], [0.1, 0, 0.0, false]]],
       [[], [[0.5, 2, 0.25, false], [0.25, 0, -1.0, false], [0.25, 1, 0.0, false]]],
       [[[1.0, 2, 0.1, false]], [[0.8, 2, 3.0, true], [0.2, 0, -2.0, false]]]]}"#;

fn small(agent: &str, seed: u64) -> RunSpec {
    let source = WorldSource::Mdp { path: "small.json".into(), text: SMALL.into() };
    RunSpec { source, profile: "standard".into(), masks: None, agent: agent.into(), seed, settings: Vec::new() }
}

fn in_world(scenario: &str, agent: &str, seed: u64) -> RunSpec {
    RunSpec { source: WorldSource::Builtin(scenario.into()), ..small(agent, seed) }
}

fn build(spec: &RunSpec) -> Box<dyn Run> {
    builder()(spec, &mut |_| ()).unwrap()
}

/// An empty directory of a test's own, under a name of its own.
fn directory(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sessions-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// A state directory of its own.
fn place(name: &str) -> Place {
    Place { dir: directory(name) }
}

/// What lies in a state directory.
fn names(place: &Place) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(&place.dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What must come within a second comes within this on a loaded machine.
const SOON: Duration = Duration::from_secs(15);

fn until(what: &str, mut seen: impl FnMut() -> bool) {
    let deadline = Instant::now() + SOON;
    while !seen() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A person's sitting, written down as the trainer does it.
struct Sitting {
    lines: Vec<Line>,
    runs: Vec<Sat>,
}

struct Sat {
    id: u32,
    spec: RunSpec,
    run: Box<dyn Run>,
}

impl Sitting {
    fn new() -> Sitting {
        Sitting { lines: vec![Line::session(PROGRAM, "sitting", "2026-11-23T16:23:00Z")], runs: Vec::new() }
    }

    fn open(&mut self, spec: RunSpec) -> u32 {
        let id = self.runs.len() as u32;
        let run = build(&spec);
        let line = SpecLine::new(&spec, &run.world().digest.to_string());
        self.lines.push(Line::Run { run: id, name: name(id), spec: line, parent: None });
        self.runs.push(Sat { id, spec, run });
        id
    }

    fn run(&mut self, id: u32) -> &mut dyn Run {
        &mut *self.runs[id as usize].run
    }

    /// Learns on; the head is written without a digest, as while training runs.
    fn go(&mut self, id: u32, ticks: u64) {
        let run = self.run(id);
        run.advance(Limit::ticks(ticks));
        let (tick, dialogue) = (run.head().0, run.head_dialogues());
        self.lines.push(Line::Head { run: id, tick, dialogue, digest: None });
    }

    /// The head with its digest, as on a pause.
    fn pause(&mut self, id: u32) {
        let run = self.run(id);
        let (tick, dialogue, digest) = (run.head().0, run.head_dialogues(), run.digest().to_string());
        self.lines.push(Line::Head { run: id, tick, dialogue, digest: Some(digest) });
    }

    fn edit(&mut self, id: u32, edit: Edit) {
        let run = self.run(id);
        let text = run.edit(edit.clone()).unwrap_or_else(|e| panic!("{edit:?}: {e}"));
        let (tick, dialogue) = (run.now().0, run.dialogues());
        self.lines.push(Line::Edit { run: id, tick, dialogue, edit, text });
    }

    /// A branch from a turn of the past; the parent goes back to its head.
    fn branch(&mut self, parent: u32, tick: u64) -> u32 {
        let id = self.runs.len() as u32;
        let spec = self.runs[parent as usize].spec.clone();
        let from = self.run(parent);
        from.seek(Tick(tick), &mut |_| true);
        let run = from.branch();
        from.seek(Tick(u64::MAX), &mut |_| true);
        self.lines.push(Line::Branch { run: id, name: name(id), parent, tick, dialogue: run.dialogues() });
        self.runs.push(Sat { id, spec, run });
        id
    }

    fn text(&self) -> Vec<u8> {
        self.lines.iter().map(Line::text).collect::<String>().into_bytes()
    }

    fn checkpoint(&self) -> Vec<u8> {
        self.checkpoint_of("sitting")
    }

    fn checkpoint_of(&self, session: &str) -> Vec<u8> {
        let kept: Vec<KeptRun<'_>> =
            self.runs.iter().map(|s| KeptRun { id: s.id, spec: &s.spec, run: &*s.run, evaluations: &[] }).collect();
        checkpoint(session, &kept)
    }
}

fn name(id: u32) -> String {
    char::from(b'A' + id as u8).to_string()
}

fn bring_back(text: &[u8], checkpoint: Option<&[u8]>) -> Result<Outcome, String> {
    let build = builder();
    let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| build(spec, progress);
    let journal = Journal::parse(text).map_err(|e| e.to_string())?;
    restore(&journal, checkpoint, &make, &mut |_, _| ())
}

/// Edits of every kind that this world and agent take, at scattered turns.
fn edits_of_every_kind(sitting: &mut Sitting, id: u32) {
    use dialoq::world::setup::Setting;
    let has_users = sitting.run(id).world().dialogues.is_some();
    let legal = |sitting: &mut Sitting| {
        // Any legal act of the present state, found by trying.
        (0..64).find(|act| {
            let mut trial = sitting.run(id).branch();
            trial.pending().0 != *act && trial.edit(Edit::Force { act: *act }).is_ok()
        })
    };
    sitting.go(id, 137);
    if sitting.run(id).knobs().iter().any(|k| k.name == "alpha") {
        sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    }
    let by_hand = Edit::Set { state: 0, act: 0, value: -1.1 };
    if sitting.run(id).branch().edit(by_hand.clone()).is_ok() {
        sitting.edit(id, by_hand);
    }
    sitting.go(id, 41);
    if let Some(act) = legal(sitting) {
        sitting.edit(id, Edit::Force { act });
    }
    sitting.edit(id, Edit::Say { outcome: 0 });
    sitting.go(id, 1);
    sitting.edit(id, Edit::Seed { seed: u64::MAX - 3 });
    sitting.go(id, 700);
    if has_users {
        sitting.edit(id, Edit::World(Setting::Profile("unfriendly".into())));
        sitting.go(id, 210);
        sitting.edit(id, Edit::World(Setting::Noise(Some(0.3))));
        sitting.edit(id, Edit::World(Setting::Reward { name: "turn".into(), value: -0.1 }));
    }
    // The last edit stands at the very head, and an answer is still waiting.
    sitting.edit(id, Edit::Say { outcome: 0 });
}

/// A program that never ends by itself; it is ended with its test, however that ends.
struct Endless(std::process::Child);

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl std::ops::Deref for Endless {
    type Target = std::process::Child;
    fn deref(&self) -> &std::process::Child {
        &self.0
    }
}

impl std::ops::DerefMut for Endless {
    fn deref_mut(&mut self) -> &mut std::process::Child {
        &mut self.0
    }
}
