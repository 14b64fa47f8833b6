//! Which run a branch leaves, what a fault takes back, and that neither costs a line of the journal.

use std::path::Path;
use std::sync::{Arc, Mutex};

use dialoq::cli::session::builder;
use dialoq::learn::machine::Edit;
use dialoq::run::journal::{Journal, Line, Origin};
use dialoq::run::timeline::Limit;
use dialoq::store::files;
use dialoq::store::kept::Kept;
use dialoq::store::place::{Files, Place};
use dialoq::store::restore::restore;
use dialoq::trainer::command::Ask;
use dialoq::trainer::keeper::{Keeper, Restored};
use dialoq::trainer::snapshot::{Catalogue, Pace, SessionView, Snapshot};
use dialoq::trainer::{Orders, Start, Trainer};

use super::{Sitting, bring_back, build, directory, small};

fn tune(value: f64) -> Edit {
    Edit::Tune { knob: "alpha".into(), value }
}

/// A from 0, B from A at 100 with an edit there, and a line as earlier programs wrote it: C from B at 98.
fn written_earlier() -> Sitting {
    let mut sitting = Sitting::new();
    let a = sitting.open(small("q-learning", 7));
    sitting.go(a, 98);
    sitting.edit(a, Edit::Seed { seed: 5 });
    sitting.go(a, 2);
    let b = sitting.branch(a, 100);
    sitting.edit(b, tune(0.9));
    sitting.go(b, 40);
    let c = sitting.branch(a, 98);
    let Some(Line::Branch { parent, .. }) = sitting.lines.last_mut() else { panic!("a branch is written") };
    *parent = b;
    sitting.edit(c, tune(0.3));
    sitting.go(c, 20);
    for id in [a, b, c] {
        sitting.pause(id);
    }
    sitting
}

#[test]
fn a_branch_from_before_its_parents_beginning_is_read_as_one_of_the_ancestor_that_was_there() {
    let mut sitting = written_earlier();
    let text = sitting.text();
    let journal = Journal::parse(&text).unwrap();
    assert!(!journal.is_damaged(), "{:?} {:?}", journal.damage, journal.left_out);
    let c = journal.run(2).unwrap();
    assert!(matches!(c.origin, Origin::Branch { parent: 0, tick: 98, .. }), "{:?}", c.origin);
    assert_eq!(journal.lineage(c), [(0, 0), (2, 98)]);
    assert_eq!(journal.entries(c), sitting.run(2).journal(), "the edit at its very tick came before it");
    for checkpoint in [None, Some(sitting.checkpoint())] {
        let outcome = bring_back(&text, checkpoint.as_deref()).unwrap();
        assert_eq!((outcome.problems.len(), outcome.notes.len()), (0, 0), "{:?} {:?}", outcome.problems, outcome.notes);
        for restored in &outcome.restored.runs {
            assert_eq!(restored.run.digest(), sitting.run(restored.id).digest(), "run {}", restored.name);
        }
        let c = &outcome.restored.runs[2];
        assert_eq!((c.parent, c.branched_at.map(|at| at.0), c.inherited, c.change.as_str()), (Some(0), Some(98), 1, "α 0.1 → 0.3"));
    }
}

#[test]
fn a_session_of_an_earlier_program_with_such_a_branch_is_read_whole() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/sessions/branch-before-parent-begins.jsonl");
    let Ok(text) = std::fs::read(&file) else { return eprintln!("skipped: {} is not there", file.display()) };
    let journal = Journal::parse(&text).unwrap();
    assert!(!journal.is_damaged(), "{:?} {:?}", journal.damage, journal.left_out);
    assert_eq!(journal.runs.len(), 3);
    let c = &journal.runs[2];
    assert_eq!((c.head, c.entries.len(), c.bookmarks[0].name.as_str()), ((106, 31), 1, "important"));
    let outcome = bring_back(&text, None).unwrap();
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    for (restored, digest) in outcome.restored.runs.iter().zip(["c2f52d200fc761e1", "c2f52d200fc761e1", "8adf9da21e1df7a7"]) {
        assert_eq!(restored.run.store().digest.to_string(), digest, "run {}", restored.name);
    }
}

/// A keeper whose lines can be looked at.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Line>>>);

impl Keeper for Notes {
    fn line(&mut self, line: Line) {
        self.0.lock().unwrap().push(line);
    }
    fn checkpoint(&mut self, _: Vec<u8>) {}
    fn save_as(&mut self, _: &str) -> Result<String, String> {
        Err("it has no name".into())
    }
    fn view(&self) -> SessionView {
        SessionView::default()
    }
}

/// What the trainer writes and shows when it is asked so, one ask after the other.
fn asked(start: Start, asks: impl IntoIterator<Item = Ask>) -> (Vec<Line>, Snapshot) {
    let notes = Notes::default();
    let orders = Orders {
        start,
        pace: Pace::Full,
        catalogue: Arc::new(Catalogue::default()),
        build: builder(),
        talk: None,
        keeper: Some(Box::new(notes.clone())),
    };
    let trainer = Trainer::start(orders).unwrap();
    asks.into_iter().for_each(|ask| trainer.ask(ask));
    trainer.ask(Ask::SaveAs("last".into()));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let seen = loop {
        let snapshot = trainer.snapshot().filter(|s| s.notice.as_ref().is_some_and(|n| n.text == "it has no name"));
        match snapshot {
            Some(snapshot) => break snapshot,
            None => assert!(std::time::Instant::now() < deadline, "the trainer does not answer"),
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    };
    drop(trainer);
    let lines = notes.0.lock().unwrap().clone();
    (lines, (*seen).clone())
}

fn branches(lines: &[Line]) -> Vec<(u32, u32, u64)> {
    let told = |l: &Line| if let Line::Branch { run, parent, tick, .. } = l { Some((*run, *parent, *tick)) } else { None };
    lines.iter().filter_map(told).collect()
}

#[test]
fn a_branch_in_the_past_before_its_runs_own_beginning_names_the_ancestor_that_was_there() {
    let asks = [
        Ask::Branch(None),
        Ask::BackTurns(2),
        Ask::Edit(tune(0.3)),
        Ask::SeekTick(98),
        Ask::Branch(None),
        Ask::SeekTick(7),
        Ask::Branch(None),
    ];
    let (lines, seen) = asked(Start::At(small("q-learning", 7), 100), asks);
    // At the very tick of its beginning it is the run itself.
    assert_eq!(branches(&lines), [(1, 0, 100), (2, 0, 98), (3, 2, 98), (4, 0, 7)]);
    let cards: Vec<_> = seen.runs.iter().map(|c| (c.parent, c.branched_at.map(|at| at.0), c.change.as_str())).collect();
    let expected =
        [(None, None, ""), (Some(0), Some(100), ""), (Some(0), Some(98), "α 0.1 → 0.3"), (Some(2), Some(98), ""), (Some(0), Some(7), "")];
    assert_eq!(cards, expected);
    let text: String = [Line::session("dialoq", "asked", "now")].iter().chain(&lines).map(Line::text).collect();
    let journal = Journal::parse(text.as_bytes()).unwrap();
    assert!(!journal.is_damaged(), "{:?}", journal.left_out);
    assert_eq!(journal.runs.iter().map(|r| r.inherited.len()).collect::<Vec<_>>(), [0, 0, 0, 1, 0]);
}

#[test]
fn the_ancestor_is_named_after_it_was_closed_and_the_session_opened_again() {
    let mut sitting = written_earlier();
    sitting.lines.push(Line::Close { run: 0 });
    let outcome = bring_back(&sitting.text(), None).unwrap();
    let restored = Restored { focus: 1, ..outcome.restored };
    let (lines, _) = asked(Start::Restored(restored), [Ask::SeekTick(99), Ask::Branch(None)]);
    assert_eq!(branches(&lines), [(3, 0, 99)]);
}

#[test]
fn an_edit_while_all_stands_still_is_followed_by_the_digest_of_that_moment() {
    let (lines, _) = asked(Start::At(small("q-learning", 7), 50), [Ask::Edit(tune(0.2))]);
    let text: String = [Line::session("dialoq", "asked", "now")].iter().chain(&lines).map(Line::text).collect();
    let journal = Journal::parse(text.as_bytes()).unwrap();
    let mut run = build(&small("q-learning", 7));
    run.advance(Limit::ticks(50));
    run.edit(tune(0.2)).unwrap();
    assert_eq!(journal.runs[0].digest_at(50), Some(run.digest()));
}

#[test]
fn what_a_fault_took_back_is_forgotten_and_what_follows_is_read() {
    let mut sitting = Sitting::new();
    let a = sitting.open(small("q-learning", 7));
    sitting.go(a, 100);
    let b = sitting.branch(a, 100);
    sitting.edit(b, tune(0.5));
    sitting.go(b, 60);
    sitting.edit(b, tune(0.6));
    let edit = |tick, value| Line::Edit { run: 1, tick, dialogue: 0, edit: tune(value), text: String::new() };
    let head = |tick| Line::Head { run: 1, tick, dialogue: 0, digest: None };
    for (lines, entries, origin) in [
        (vec![head(150), edit(150, 0.7)], vec![(100, 0.5), (150, 0.7)], 100),
        // Even to before its own beginning.
        (vec![head(90), edit(90, 0.7), head(170)], vec![(90, 0.7)], 90),
    ] {
        let text = [sitting.text(), lines.iter().map(Line::text).collect::<String>().into_bytes()].concat();
        let journal = Journal::parse(&text).unwrap();
        assert!(!journal.is_damaged(), "{:?}", journal.left_out);
        let run = &journal.runs[1];
        let told: Vec<(u64, Edit)> = run.entries.iter().map(|e| (e.tick, e.edit.clone())).collect();
        assert_eq!(told, entries.iter().map(|(tick, value)| (*tick, tune(*value))).collect::<Vec<_>>());
        assert_eq!((run.begins(), journal.lineage(run)), (origin, vec![(0, 0), (1, origin)]));
    }
}

#[test]
fn a_session_is_gone_on_with_without_the_lines_that_were_left_out_and_they_are_kept_aside() {
    let dir = directory("left-out");
    let files = Files { journal: dir.join("odd.jsonl") };
    let sitting = written_earlier();
    let forged = Line::Edit { run: 1, tick: 3, dialogue: 0, edit: tune(0.1), text: "forged".into() }.text();
    let all = [sitting.text(), forged.clone().into_bytes()].concat();
    std::fs::write(&files.journal, &all).unwrap();
    let opened = files::open(&files).unwrap();
    let build = builder();
    let make = |spec: &_, progress: &mut dyn FnMut(f32)| build(spec, progress);
    let outcome = restore(&opened.journal, None, &make, &mut |_, _| ()).unwrap();
    assert_eq!(outcome.problems, Vec::<String>::new());
    let number = sitting.lines.len() + 1;
    let told = format!(
        "the journal is damaged: line {number} is left out: an edit at turn 3 of run B, after one at turn 100; run B is as it was before"
    );
    assert_eq!(outcome.notes, [told]);
    let (mut kept, notes) = Kept::resume(opened, &outcome).unwrap();
    assert!(notes[0].contains("odd.jsonl.damaged-1"), "{notes:?}");
    kept.line(Line::Edit { run: 1, tick: 140, dialogue: 30, edit: tune(0.2), text: "later".into() });
    drop(kept);
    assert_eq!(std::fs::read(dir.join("odd.jsonl.damaged-1")).unwrap(), all);
    let journal = files.parse().unwrap();
    assert!(!journal.is_damaged());
    assert_eq!(journal.runs[1].entries.last().map(|e| e.text.as_str()), Some("later"));
    assert!(Place { dir }.list().len() == 1, "what is kept aside is no session");
}
