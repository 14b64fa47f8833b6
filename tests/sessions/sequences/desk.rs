//! A person at the workbench: asks go to the real trainer, which keeps its session in real files.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use dialoq::agents::{self, AGENTS};
use dialoq::lm::live;
use dialoq::num::digest::Digest;
use dialoq::run::journal::{Journal, Origin};
use dialoq::run::view::language::Wanted;
use dialoq::run::view::{Axis, CurveView, CurveWatch, Smooth, Watch};
use dialoq::run::{Run, RunSpec};
use dialoq::store::files;
use dialoq::store::kept::Kept;
use dialoq::store::place::Files;
use dialoq::store::replay::Replayer;
use dialoq::store::restore::{Outcome, restore};
use dialoq::trainer::command::{Ask, BranchChange, Edit};
use dialoq::trainer::snapshot::{BookmarkView, Catalogue, Pace, Phase, RunCard, Snapshot};
use dialoq::trainer::{Builder, Orders, Start, Trainer};
use dialoq::world::{World, WorldSource};

use super::acts::{Act, Checkpoint};
use crate::sessions::SMALL;
use crate::support::{built_in, mdp};

/// A slow, loaded machine passes too.
const PATIENCE: Duration = Duration::from_secs(120);
/// The question whether all is done is asked again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// So slow that nothing is learned but what is asked for.
const STILL: Pace = Pace::TurnsPerSecond(1e-9);

/// A directory of its own; gone with it.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Directory {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sequences-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Directory(dir)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A run as a person sees it.
#[derive(Debug, PartialEq)]
struct Seen {
    id: u32,
    name: String,
    parent: Option<u32>,
    branched_at: Option<(u64, u64)>,
    /// How it differs from the run that it left.
    change: String,
    agent: String,
    seed: u64,
    /// Turn, dialogue and digest where it stands.
    now: (u64, u64, Option<u64>),
    head: (u64, u64),
    settings: Vec<(String, String)>,
}

impl Seen {
    fn of(card: &RunCard) -> Seen {
        Seen {
            id: card.id,
            name: card.name.clone(),
            parent: card.parent,
            branched_at: card.branched_at,
            change: card.branched_at.map_or_else(String::new, |_| card.change.clone()),
            agent: card.agent.clone(),
            seed: card.seed,
            now: (card.tick, card.dialogues, card.digest),
            head: (card.head, card.head_dialogues),
            settings: card.settings.clone(),
        }
    }
}

/// What a run had come to at its head.
struct AtHead {
    id: u32,
    head: u64,
    digest: u64,
    bookmarks: Vec<BookmarkView>,
    /// Turn, dialogue and words of each edit.
    /// None where no curve shows them, as of a language model.
    edits: Option<Vec<(u64, u64, String)>>,
}

pub struct Desk {
    dir: Directory,
    spec: RunSpec,
    build: Arc<Builder>,
    trainer: Option<Trainer>,
    looks: u64,
    checkpoints: Vec<Vec<u8>>,
}

fn builder() -> Arc<Builder> {
    static SMALL_WORLD: OnceLock<Arc<World>> = OnceLock::new();
    Arc::new(|spec: &RunSpec, _: &mut dyn FnMut(f32)| -> Result<Box<dyn Run>, String> {
        if spec.agent == live::NAME {
            return live::start(spec, 1).map_err(|e| e.to_string());
        }
        let world = match &spec.source {
            WorldSource::Builtin(name) => built_in(name),
            _ => SMALL_WORLD.get_or_init(|| mdp(SMALL)).clone(),
        };
        agents::start(world, spec).map_err(|e| e.to_string())
    })
}

impl Desk {
    pub fn new(spec: RunSpec, turn: u64) -> Desk {
        let mut desk = Desk { dir: Directory::new(), spec, build: builder(), trainer: None, looks: 0, checkpoints: Vec::new() };
        let kept = Kept::begin_named(desk.files()).unwrap();
        desk.open(Start::At(desk.spec.clone(), turn), kept);
        desk
    }

    fn files(&self) -> Files {
        Files { journal: self.dir.0.join("sequence.jsonl") }
    }

    fn open(&mut self, start: Start, kept: Kept) {
        let (build, catalogue) = (self.build.clone(), Arc::new(Catalogue::default()));
        let trainer = Trainer::start(Orders { start, pace: STILL, catalogue, build, talk: None, keeper: Some(Box::new(kept)) }).unwrap();
        let curve = Some(CurveWatch { columns: 8, axis: Axis::Linear, smooth: Smooth::Mean100 });
        let language = (self.spec.agent == live::NAME).then_some(Wanted { samples: 0, word: None, points: 2, duel: true, raw: false });
        trainer.ask(Ask::Watch(Watch { curve, language, ..Watch::default() }));
        self.trainer = Some(trainer);
    }

    fn ask(&self, ask: Ask) {
        self.trainer.as_ref().expect("the workbench is open").ask(ask);
    }

    /// What is to be seen when all that was asked is done: a question that is answered with a notice comes back. The notice of a fault
    /// that is found in the same moment takes its place, so the question is asked again where no answer comes.
    fn look(&mut self) -> Snapshot {
        let deadline = Instant::now() + PATIENCE;
        let mut last = None;
        while Instant::now() < deadline {
            self.looks += 1;
            let mark = u64::MAX - self.looks;
            self.ask(Ask::Unmark(mark));
            let again = Instant::now() + AGAIN;
            while Instant::now() < again {
                let Some(s) = self.trainer.as_ref().and_then(Trainer::snapshot) else {
                    std::thread::sleep(Duration::from_micros(100));
                    continue;
                };
                assert!(!matches!(s.phase, Phase::Crashed { .. }), "{:?}", s.phase);
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                if s.notice.as_ref().is_some_and(|n| n.text.starts_with("there is no bookmark") && digits(&n.text) == mark.to_string()) {
                    return (*s).clone();
                }
                last = Some((s.phase.clone(), s.notice.clone(), s.view.tick, s.view.head));
            }
        }
        panic!("the workbench does not answer: {last:?}");
    }

    pub fn act(&mut self, act: &Act) {
        let knobs = if self.spec.agent == live::NAME { dialoq::lm::knobs::KNOBS } else { agents::find(&self.spec.agent).unwrap().knobs };
        match act {
            Act::Step(n) => self.ask(Ask::StepTurns(*n)),
            Act::StepDialogues(n) => self.ask(Ask::StepDialogues(*n)),
            Act::Back(n) => self.ask(Ask::BackTurns(*n)),
            Act::BackDialogues(n) => self.ask(Ask::BackDialogues(*n)),
            Act::Forward(n) => self.ask(Ask::ForwardTurns(*n)),
            Act::Seek(tick) => self.ask(Ask::SeekTick(*tick)),
            Act::SeekDialogue(number) => self.ask(Ask::SeekDialogue(*number)),
            Act::Head => self.ask(Ask::Head),
            Act::Branch => self.ask(Ask::Branch(None)),
            Act::BranchWith(pick) => self.ask(Ask::Branch(Some(BranchChange::Edit(pick.edit(knobs))))),
            Act::BranchToAgent(which) => {
                // Networks are slow where a table is meant to be quick.
                let quick: Vec<&str> = AGENTS.iter().filter(|a| (a.kernel)().is_none()).map(|a| a.name).collect();
                self.ask(Ask::Branch(Some(BranchChange::Agent(quick[which % quick.len()].into()))));
            }
            Act::New(seed) => {
                self.ask(Ask::New { scenario: None, agent: None, seed: Some(*seed) });
                self.ask(Ask::Pause);
            }
            Act::Edit(pick) => self.ask(Ask::Edit(pick.edit(knobs))),
            Act::Sit(pick) => self.ask(Ask::Sit(pick.edit(knobs))),
            Act::Bookmark(name) => self.ask(Ask::Bookmark(name.map_or_else(String::new, |n| format!("mark {n}")))),
            Act::Unmark(which) => {
                let marks = self.look().bookmarks;
                if !marks.is_empty() {
                    self.ask(Ask::Unmark(marks[which % marks.len()].tick));
                }
            }
            Act::Focus(id) => self.ask(Ask::Focus(*id)),
            Act::Close(id) => self.ask(Ask::Close(*id)),
            Act::ToDuel => {
                let seen = self.look();
                let reward = seen.view.language.as_ref().and_then(|l| l.path.iter().find(|stage| stage.name == "reward").map(|s| s.from));
                if let Some(from) = reward {
                    self.ask(Ask::StepTurns((from + 1).saturating_sub(seen.view.tick)));
                }
            }
            Act::Prefer(choice) => {
                let duel = self.look().view.language.and_then(|l| l.duel.as_ref().map(|d| d.number)).unwrap_or(0);
                self.ask(Ask::Edit(Edit::Prefer { duel, choice: *choice }));
            }
            Act::Quit(checkpoint) => self.quit(*checkpoint),
        }
    }

    /// Looks at every run at its head, then stands again where it stood.
    fn heads(&mut self) -> (Snapshot, Vec<AtHead>) {
        let before = self.look();
        let mut heads = Vec::new();
        for card in &before.runs {
            self.ask(Ask::Focus(card.id));
            self.ask(Ask::Head);
            let s = self.look();
            let edits = |c: &CurveView| c.marks.iter().map(|m| (m.tick, m.dialogue, m.text.clone())).collect();
            heads.push(AtHead {
                id: card.id,
                head: s.view.head,
                digest: s.view.digest.expect("all stands still"),
                bookmarks: s.bookmarks.clone(),
                edits: s.view.curve.as_ref().filter(|_| self.spec.agent != live::NAME).map(edits),
            });
        }
        self.ask(Ask::Focus(before.focus));
        self.ask(Ask::SeekTick(before.view.tick));
        (self.look(), heads)
    }

    /// Ends the workbench, compares what it left with what was seen, and opens it again.
    fn quit(&mut self, checkpoint: Checkpoint) {
        let (seen, heads) = self.heads();
        self.trainer = None;
        let files = self.files();
        let newest = std::fs::read(files.checkpoint()).unwrap();
        match (checkpoint, self.checkpoints.last()) {
            (Checkpoint::Newest, _) | (Checkpoint::Older, None) => {}
            (Checkpoint::Gone, _) => std::fs::remove_file(files.checkpoint()).unwrap(),
            (Checkpoint::Older, Some(older)) => std::fs::write(files.checkpoint(), older).unwrap(),
        }
        self.checkpoints.push(newest);
        let opened = files::open(&files).unwrap();
        told(&opened.journal, &seen, &heads);
        self.replayed(&opened.journal, &heads);
        let outcome = self.restored(&opened.journal, files::checkpoint(&files).as_deref());
        // What a fault took back may still stand in an older one, which is then not used.
        if !matches!(checkpoint, Checkpoint::Older) {
            assert_eq!(outcome.notes, Vec::<String>::new(), "notes on opening");
        }
        brought(&outcome, &seen, &heads);
        let (kept, mended) = Kept::resume(opened, &outcome).unwrap();
        assert_eq!(mended, Vec::<String>::new(), "what had to be mended");
        self.open(Start::Restored(outcome.restored), kept);
        let again = self.look();
        let cards = |s: &Snapshot| s.runs.iter().map(Seen::of).collect::<Vec<_>>();
        assert_eq!((again.focus, cards(&again)), (seen.focus, cards(&seen)), "the workbench opened again");
        assert_eq!(again.bookmarks, seen.bookmarks);
    }

    fn restored(&self, journal: &Journal, checkpoint: Option<&[u8]>) -> Outcome {
        let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| (self.build)(spec, progress);
        let outcome = restore(journal, checkpoint, &make, &mut |_, _| ()).unwrap();
        assert_eq!(outcome.problems, Vec::<String>::new(), "problems on opening");
        outcome
    }

    /// Every run that there ever was, from nothing.
    fn replayed(&self, journal: &Journal, heads: &[AtHead]) {
        let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| (self.build)(spec, progress);
        let mut silent = |_, _| ();
        let mut replayer = Replayer::new(journal, &make, &mut silent);
        replayer.play(&journal.runs.iter().map(|r| r.id).collect::<Vec<_>>()).unwrap();
        for done in &replayer.done {
            assert_eq!(done.problems, Vec::<String>::new(), "problems of the replay");
            if let Some(head) = heads.iter().find(|h| h.id == done.id) {
                assert_eq!((done.run.now().0, done.run.digest(), done.recorded), (head.head, Digest(head.digest), Some(done.run.digest())));
            }
        }
    }

    /// Ends for good. A journal that is cut after any line, as a power cut leaves it, is read and restored, even beside a checkpoint
    /// that knows what came after.
    pub fn end(mut self, cut: usize) {
        self.quit(Checkpoint::Newest);
        self.trainer = None;
        let bytes = self.files().read().unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let part = lines[..2 + cut % (lines.len() - 1)].concat();
        let journal = Journal::parse(&part).unwrap();
        assert!(!journal.is_damaged(), "cut: {:?} {:?}", journal.damage, journal.left_out);
        if journal.runs.iter().any(|r| !r.closed) {
            self.restored(&journal, files::checkpoint(&self.files()).as_deref());
        }
    }
}

/// Whether a journal tells what was seen.
fn told(journal: &Journal, seen: &Snapshot, heads: &[AtHead]) {
    assert!(!journal.is_damaged(), "{:?} {:?}", journal.damage, journal.left_out);
    let open: Vec<u32> = journal.runs.iter().filter(|r| !r.closed).map(|r| r.id).collect();
    assert_eq!(open, seen.runs.iter().map(|card| card.id).collect::<Vec<_>>(), "open runs");
    for (card, head) in seen.runs.iter().zip(heads) {
        let record = journal.run(card.id).unwrap();
        let (parent, left) = match &record.origin {
            Origin::Branch { parent, tick, dialogue } => (Some(*parent), Some((*tick, *dialogue))),
            Origin::Spec(_) => (record.beside, None),
        };
        assert_eq!((&record.name, parent, left), (&card.name, card.parent, card.branched_at));
        assert_eq!(record.head, (card.head, card.head_dialogues), "head of {}", card.name);
        assert_eq!(record.digest_at(head.head), Some(Digest(head.digest)), "digest of {}", card.name);
        let edits: Vec<_> = journal.entries(record).into_iter().map(|e| (e.tick, e.dialogue, e.text)).collect();
        assert!(head.edits.as_ref().is_none_or(|seen| *seen == edits), "edits of {}: {edits:?}, not {:?}", card.name, head.edits);
        let marks: Vec<_> = record.bookmarks.iter().map(|b| (b.tick, b.dialogue, &b.name)).collect();
        assert_eq!(marks, head.bookmarks.iter().map(|b| (b.tick, b.dialogue, &b.name)).collect::<Vec<_>>(), "bookmarks of {}", card.name);
    }
}

/// Whether what was brought back is what was seen.
fn brought(outcome: &Outcome, seen: &Snapshot, heads: &[AtHead]) {
    let restored = &outcome.restored;
    assert_eq!((restored.focus, restored.runs.len()), (seen.focus, heads.len()));
    for (run, head) in restored.runs.iter().zip(heads) {
        assert_eq!((run.id, run.run.head().0, run.run.store().digest), (head.id, head.head, Digest(head.digest)), "run {}", run.name);
        let edits: Vec<_> = run.run.journal().iter().map(|e| (e.tick, e.dialogue, e.text.clone())).collect();
        assert!(head.edits.as_ref().is_none_or(|seen| *seen == edits), "edits of {}: {edits:?}, not {:?}", run.name, head.edits);
        assert_eq!(run.bookmarks, head.bookmarks, "run {}", run.name);
        if run.id == seen.focus {
            assert_eq!(run.run.now().0, seen.view.tick, "where the person stood");
        }
    }
}
