//! What a keeper is told, and runs that a session left.

use std::sync::{Arc, Mutex};

use dialoq::learn::machine::Tick;
use dialoq::run::journal::Line;
use dialoq::run::timeline::Limit;
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::keeper::{Keeper, Restored, RestoredRun};
use dialoq::trainer::snapshot::{BookmarkView, Pace, Phase, SessionView};
use dialoq::trainer::{Orders, Start, Trainer};

use super::{at_rest, at_tick, build, curve, orders, spec, until};

#[derive(Clone, Default)]
pub struct Notes {
    lines: Arc<Mutex<Vec<Line>>>,
    checkpoints: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Notes {
    pub fn lines(&self) -> Vec<Line> {
        self.lines.lock().unwrap().clone()
    }
}

impl Keeper for Notes {
    fn line(&mut self, line: Line) {
        self.lines.lock().unwrap().push(line);
    }
    fn checkpoint(&mut self, bytes: Vec<u8>) {
        self.checkpoints.lock().unwrap().push(bytes);
    }
    fn save_as(&mut self, name: &str) -> Result<String, String> {
        if name.is_empty() { Err("a name is missing".into()) } else { Ok(format!("kept as {name}")) }
    }
    fn view(&self) -> SessionView {
        SessionView { name: "monday".into(), path: Some("monday.jsonl".into()), ..SessionView::default() }
    }
}

fn kept(seed: u64) -> (Trainer, Notes) {
    let notes = Notes::default();
    let keeper: Box<dyn Keeper> = Box::new(notes.clone());
    let trainer = Trainer::start(Orders { keeper: Some(keeper), ..orders("q-learning", seed, Pace::Full) }).unwrap();
    trainer.ask(Ask::Watch(curve()));
    (trainer, notes)
}

fn tune(value: f64) -> Edit {
    Edit::Tune { knob: "alpha".into(), value }
}

/// What was done, without how far the runs had come.
fn acts(lines: &[Line]) -> Vec<Line> {
    lines.iter().filter(|l| !matches!(l, Line::Head { .. } | Line::Here { .. })).cloned().collect()
}

#[test]
fn everything_that_a_person_does_is_told_in_order() {
    let (trainer, notes) = kept(71);
    let there = at_tick(&trainer, 200);
    let dialogue = there.view.dialogues;
    let asks = [Ask::Bookmark("odd".into()), Ask::Edit(tune(0.5)), Ask::Edit(tune(0.6)), Ask::Focus(0), Ask::Unmark(200), Ask::Close(1)];
    at_rest(&trainer, asks, |s| s.notice.as_ref().is_some_and(|n| n.text == "closed B"));
    let lines = acts(&notes.lines());
    assert!(
        matches!(&lines[0], Line::Run { run: 0, name, spec, parent: None } if name == "A" && spec.seed == "71" && spec.agent == "q-learning")
    );
    let mark = |run| Line::Bookmark { run, tick: 200, dialogue, name: "odd".into() };
    let branch = Line::Branch { run: 1, name: "B".into(), parent: 0, tick: 200, dialogue };
    let edit = |value, text: &str| Line::Edit { run: 1, tick: 200, dialogue, edit: tune(value), text: text.into() };
    let rest =
        [mark(0), branch, edit(0.5, "α 0.1 → 0.5"), edit(0.6, "α 0.5 → 0.6"), Line::Unmark { run: 0, tick: 200 }, Line::Close { run: 1 }];
    assert_eq!(lines[1..], rest);
}

#[test]
fn at_the_end_the_heads_stand_there_with_their_digests_and_a_checkpoint() {
    let (trainer, notes) = kept(72);
    at_tick(&trainer, 300);
    at_rest(&trainer, [Ask::Edit(tune(0.5))], |s| s.runs.len() == 2);
    let rest = at_rest(&trainer, [Ask::StepTurns(50)], |s| s.view.tick == 350);
    drop(trainer);
    let lines = notes.lines();
    for card in &rest.runs {
        let last = lines.iter().rev().find(|l| matches!(l, Line::Head { run, .. } if *run == card.id)).unwrap();
        let digest = card.digest.map(|d| format!("{d:016x}"));
        assert_eq!(*last, Line::Head { run: card.id, tick: card.head, dialogue: card.head_dialogues, digest });
    }
    assert!(matches!(lines.iter().rfind(|l| matches!(l, Line::Here { .. })), Some(Line::Here { run: 1, .. })));
    assert_eq!(notes.checkpoints.lock().unwrap().len(), 1);
}

/// The last head of a run that was closed.
fn closed_head(notes: &Notes, run: u32) -> (u64, Option<String>) {
    let lines = notes.lines();
    let closed = lines.iter().position(|l| *l == Line::Close { run }).expect("it is closed");
    let heads = lines[..closed].iter().rev().find_map(|l| match l {
        Line::Head { run: id, tick, digest, .. } if *id == run => Some((*tick, digest.clone())),
        _ => None,
    });
    heads.expect("how far it was is told before")
}

#[test]
fn a_run_that_is_closed_while_it_learns_leaves_the_digest_of_its_last_turn() {
    let (trainer, notes) = kept(77);
    let own = build(&spec("q-learning", 77)).unwrap();
    let digest_at = |tick| {
        let mut run = own.branch();
        run.advance(Limit::ticks(tick));
        Some(run.digest().to_string())
    };
    trainer.ask(Ask::Branch(None));
    until(&trainer, "the branch", |s| (s.runs.len() == 2 && s.phase == Phase::Running).then_some(()));
    trainer.ask(Ask::Close(0));
    until(&trainer, "one run alone", |s| (s.runs.len() == 1).then_some(()));
    let (tick, digest) = closed_head(&notes, 0);
    assert!(tick > 0);
    assert_eq!(digest, digest_at(tick));
    // Another world closes all that are open, one of them in the past.
    at_rest(&trainer, [Ask::BackTurns(3)], |s| s.view.tick < s.view.head);
    trainer.ask(Ask::New { scenario: Some("smart-home".into()), agent: None, seed: None });
    until(&trainer, "another world", |s| (s.scenario == "smart-home").then_some(()));
    let (tick, digest) = closed_head(&notes, 1);
    assert_eq!(digest, digest_at(tick));
}

#[test]
fn a_session_that_goes_on_under_another_name_tells_all_up_to_then_under_the_first_one() {
    let (trainer, notes) = kept(78);
    until(&trainer, "learning", |s| (s.view.tick > 1_000).then_some(()));
    trainer.ask(Ask::SaveAs("tuesday".into()));
    until(&trainer, "the answer", |s| s.notice.clone().filter(|n| n.text == "kept as tuesday"));
    let told = notes.lines().into_iter().find_map(|line| match line {
        Line::Head { tick, digest: Some(digest), .. } => Some((tick, digest)),
        _ => None,
    });
    let (tick, digest) = told.expect("the digest is told while it learns");
    let mut run = build(&spec("q-learning", 78)).unwrap();
    run.advance(Limit::ticks(tick));
    assert_eq!(digest, run.digest().to_string());
}

#[test]
fn how_far_a_run_is_is_told_as_it_goes_on_but_not_all_the_time() {
    let (trainer, notes) = kept(73);
    let begun = std::time::Instant::now();
    until(&trainer, "three heads", |_| (notes.lines().iter().filter(|l| matches!(l, Line::Head { .. })).count() >= 3).then_some(()));
    assert!(begun.elapsed().as_millis() >= 900, "{:?}", begun.elapsed());
    drop(trainer);
}

#[test]
fn the_command_replays_the_session_where_one_is_kept() {
    let (trainer, _notes) = kept(74);
    at_tick(&trainer, 100);
    let edited = at_rest(&trainer, [Ask::Edit(tune(0.3)), Ask::StepTurns(5)], |s| s.view.tick == 105);
    assert_eq!(edited.command, "dialoq watch --replay monday --run B --turn 105");
    assert_eq!(edited.session.name, "monday");
    let before = at_rest(&trainer, [Ask::SeekTick(99)], |s| s.view.tick == 99);
    assert_eq!(before.command, "dialoq watch --scenario customer-service --agent q-learning --seed 74 --turn 99");
}

#[test]
fn a_name_for_the_session_is_passed_on_and_the_answer_said() {
    let (trainer, _notes) = kept(75);
    for (name, text, is_error) in [("tuesday", "kept as tuesday", false), ("", "a name is missing", true)] {
        trainer.ask(Ask::SaveAs(name.into()));
        let notice = until(&trainer, "the answer", |s| s.notice.clone().filter(|n| n.text == text));
        assert_eq!(notice.is_error, is_error);
    }
}

/// A run and its branch, as a session left them.
fn left() -> Restored {
    let mut parent = build(&spec("q-learning", 76)).unwrap();
    parent.advance(Limit::ticks(400));
    let mut branch = parent.branch();
    let at = (400, branch.dialogues());
    branch.tune("alpha", 0.5).unwrap();
    parent.advance(Limit::ticks(600));
    branch.advance(Limit::ticks(300));
    branch.seek(Tick(500), &mut |_| true);
    let run = |id, name: &str, parent: Option<u32>, branched_at: Option<(u64, u64)>, run| RestoredRun {
        id,
        name: name.into(),
        parent,
        branched_at,
        lineage: parent.map(|parent| (parent, 0)).into_iter().chain([(id, branched_at.map_or(0, |at| at.0))]).collect(),
        inherited: 0,
        digest_known: false,
        change: String::new(),
        spec: spec("q-learning", 76),
        run,
        bookmarks: vec![BookmarkView { tick: 7, dialogue: 0, name: "1".into() }],
        evaluations: Vec::new(),
    };
    Restored { runs: vec![run(0, "A", None, None, parent), run(3, "D", Some(0), Some(at), branch)], focus: 3, next: 5 }
}

#[test]
fn runs_of_a_session_stand_paused_where_they_were_left_and_go_on_from_there() {
    let at = Orders { start: Start::Restored(left()), ..orders("q-learning", 76, Pace::Full) };
    let trainer = Trainer::start(at).unwrap();
    trainer.ask(Ask::Watch(curve()));
    let there = at_rest(&trainer, [], |s| s.runs.len() == 2);
    assert_eq!((there.phase, there.focus, there.view.tick, there.view.head), (Phase::Paused, 3, 500, 700));
    assert_eq!((there.runs[0].tick, there.bookmarks.len()), (1_000, 1));
    assert_eq!((there.runs[1].change.as_str(), there.runs[1].parent), ("α 0.1 → 0.5", Some(0)));
    let mut run = build(&spec("q-learning", 76)).unwrap();
    run.advance(Limit::ticks(400));
    run.tune("alpha", 0.5).unwrap();
    run.advance(Limit::ticks(600));
    let on = at_rest(&trainer, [Ask::StepTurns(500)], |s| s.view.tick == 1_000);
    assert_eq!(on.view.digest, Some(run.digest().0));
    let next = at_rest(&trainer, [Ask::Branch(None)], |s| s.runs.len() == 3);
    assert_eq!((next.focus, next.runs[2].name.as_str()), (5, "F"));
}

#[test]
fn what_a_session_left_without_digests_gets_them_before_it_is_left_again() {
    let notes = Notes::default();
    let at = Orders { start: Start::Restored(left()), keeper: Some(Box::new(notes.clone())), ..orders("q-learning", 76, Pace::Full) };
    let trainer = Trainer::start(at).unwrap();
    trainer.ask(Ask::Watch(curve()));
    at_rest(&trainer, [], |s| s.runs.len() == 2);
    drop(trainer);
    let mut restored = left();
    for kept in &mut restored.runs {
        kept.run.seek(kept.run.head(), &mut |_| true);
        let wanted = Some(kept.run.digest().to_string());
        let lines = notes.lines();
        let digest = lines.iter().rev().find_map(|l| match l {
            Line::Head { run, tick, digest, .. } if (*run, *tick) == (kept.id, kept.run.head().0) => Some(digest.clone()),
            _ => None,
        });
        assert_eq!(digest, Some(wanted), "run {}", kept.name);
    }
}

#[test]
fn evaluations_of_earlier_checkpoints_are_read_without_their_share_of_the_way() {
    let extra =
        serde_json::json!({ "evaluations": [[10, 1.0, 2.0, 0.5, 4.0, 0.1, 0.2, 0.3], [20, 1.0, 2.0, 0.5, 4.0, 0.1, 0.2, 0.3, 0.9]] });
    let read = dialoq::trainer::kept::evaluations(&extra);
    assert_eq!(read.iter().map(|e| e.dialogues).collect::<Vec<_>>(), [10, 20]);
    assert!(read[0].way.is_nan() && read[1].way == 0.9);
}
