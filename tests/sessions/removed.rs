//! Files that somebody removes, renames, replaces or cuts while a session is open: they are written anew, or it is said that they cannot.

use std::fs;
use std::path::Path;

use dialoq::learn::machine::Edit;
use dialoq::run::journal::Line;
use dialoq::store::files::checkpoint;
use dialoq::store::kept::Kept;
use dialoq::store::place::{Files, Place};
use dialoq::trainer::keeper::Keeper;

use super::{Sitting, bring_back, directory, small, until};

fn sitting() -> Sitting {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 100);
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    sitting.go(id, 100);
    sitting.pause(id);
    sitting
}

/// A session with all lines of a sitting and its checkpoint on the disk.
fn open(name: &str, sitting: &Sitting) -> (Files, Kept) {
    let (files, mut kept) = begin(name, sitting);
    kept.checkpoint(sitting.checkpoint_of("mine"));
    until("the checkpoint is written", || checkpoint(&files).is_some());
    (files, kept)
}

/// Without a checkpoint.
fn begin(name: &str, sitting: &Sitting) -> (Files, Kept) {
    let files = Place { dir: directory(name).join("state") }.files("mine");
    fs::create_dir(files.journal.parent().unwrap()).unwrap();
    let mut kept = Kept::begin_named(files.clone()).unwrap();
    sitting.lines[1..].iter().for_each(|line| kept.line(line.clone()));
    (files, kept)
}

/// Whether the file holds every line of the sitting but the first, which has a name of its own.
fn is_whole(files: &Files, sitting: &Sitting) -> bool {
    let lines = &sitting.text()[sitting.lines[0].text().len()..];
    files.read().is_ok_and(|text| text.ends_with(lines) && files.parse().is_ok_and(|journal| journal.damage.is_none()))
}

type Act = fn(&Path);

const ACTS: [(&str, Act); 5] = [
    ("removed", |path| fs::remove_file(path).unwrap()),
    ("renamed", |path| fs::rename(path, path.with_extension("elsewhere")).unwrap()),
    ("replaced", |path| {
        let other = path.with_extension("new");
        fs::write(&other, "precious").unwrap();
        fs::rename(&other, path).unwrap();
    }),
    ("cut", |path| fs::File::options().write(true).open(path).unwrap().set_len(7).unwrap()),
    ("removed with its directory", |path| fs::remove_dir_all(path.parent().unwrap()).unwrap()),
];

#[test]
fn a_journal_that_is_removed_renamed_replaced_or_cut_is_written_anew_while_nothing_is_told() {
    for (number, (what, act)) in ACTS.into_iter().enumerate() {
        let mut sitting = sitting();
        let (files, mut kept) = open(&format!("anew-{number}"), &sitting);
        until("the lines are written", || is_whole(&files, &sitting));
        act(&files.journal);
        until(&format!("the journal that was {what} is whole again"), || is_whole(&files, &sitting));
        until("it is said", || kept.view().note.is_some());
        assert_eq!((kept.view().trouble, kept.view().name.as_str()), (None, "mine"), "{what}");
        assert!(files.is_open(), "{what}: nobody else may write it");
        let told = sitting.lines.len();
        sitting.edit(0, Edit::Tune { knob: "alpha".into(), value: 0.5 });
        sitting.go(0, 300);
        sitting.pause(0);
        sitting.lines[told..].iter().for_each(|line| kept.line(line.clone()));
        let status = kept.status();
        drop(kept);
        assert!(is_whole(&files, &sitting) && !status.view().lost, "{what}");
        let outcome = bring_back(&files.read().unwrap(), checkpoint(&files).as_deref()).unwrap();
        assert_eq!(outcome.restored.runs[0].run.digest(), sitting.run(0).digest(), "{what}");
        let other = files.journal.with_file_name("mine.jsonl.other-1");
        assert_eq!(fs::read_to_string(other).ok().as_deref(), (what == "replaced").then_some("precious"), "{what}");
    }
}

#[test]
fn a_journal_that_is_removed_at_the_last_moment_is_written_anew_before_the_end() {
    let sitting = sitting();
    let (files, kept) = open("last-moment", &sitting);
    fs::remove_dir_all(files.journal.parent().unwrap()).unwrap();
    let status = kept.status();
    drop(kept);
    assert!(is_whole(&files, &sitting) && !status.view().lost);
}

#[cfg(unix)]
#[test]
fn a_checkpoint_that_is_removed_is_written_again() {
    let sitting = sitting();
    for (name, act) in [("checkpoint-gone", ACTS[0].1), ("checkpoint-replaced", ACTS[2].1)] {
        let (files, kept) = open(name, &sitting);
        act(&files.checkpoint());
        until("the checkpoint is there again", || checkpoint(&files) == Some(sitting.checkpoint_of("mine")));
        drop(kept);
        assert_eq!(checkpoint(&files), Some(sitting.checkpoint_of("mine")));
    }
}

#[test]
fn where_it_cannot_be_written_anew_that_is_said_and_at_the_end_what_is_lost() {
    let sitting = sitting();
    let (files, mut kept) = open("barred", &sitting);
    let (woken, heard) = std::sync::mpsc::channel();
    kept.on_change(Box::new(move || woken.send(()).unwrap_or_default()));
    let dir = files.journal.parent().unwrap();
    fs::remove_dir_all(dir).unwrap();
    fs::write(dir, "a file where the directory was").unwrap();
    until("it is said", || {
        kept.view().trouble.is_some_and(|t| t.starts_with("the session is gone from the disk and cannot be written anew"))
    });
    assert!(heard.try_recv().is_ok(), "the screen hears of it without asking");
    let status = kept.status();
    drop(kept);
    let view = status.view();
    let trouble = view.trouble.unwrap();
    assert!(view.lost && trouble.ends_with(". Lost: 1 edit, 1 run, 200 turns") && !trouble.contains("again"), "{trouble}");
}

#[test]
fn where_room_comes_again_it_is_written_anew_and_the_trouble_is_over() {
    let sitting = sitting();
    let (files, kept) = open("barred-for-a-while", &sitting);
    let dir = files.journal.parent().unwrap();
    fs::remove_dir_all(dir).unwrap();
    fs::write(dir, "a file where the directory was").unwrap();
    until("it is said", || kept.view().trouble.is_some());
    fs::remove_file(dir).unwrap();
    until("the journal is whole again", || is_whole(&files, &sitting));
    until("the trouble is over", || kept.view().trouble.is_none());
    drop(kept);
    assert!(is_whole(&files, &sitting));
}

#[test]
fn where_another_program_took_the_name_the_session_goes_on_under_the_next_one() {
    let sitting = sitting();
    let (files, mut kept) = open("taken", &sitting);
    fs::remove_file(&files.journal).unwrap();
    let other = Kept::begin_named(files.clone()).unwrap();
    until("the session has another name", || kept.view().name == "mine-2");
    let own = Files { journal: files.journal.with_file_name("mine-2.jsonl") };
    assert!(is_whole(&own, &sitting) && own.is_open());
    kept.line(Line::Here { run: 0, tick: 7 });
    drop((kept, other));
    assert!(own.read().unwrap().ends_with(Line::Here { run: 0, tick: 7 }.text().as_bytes()));
    assert_eq!(fs::read_to_string(&files.journal).unwrap().lines().count(), 1, "the other session is as it was");
}

#[test]
fn a_person_that_did_nothing_loses_nothing_where_nothing_can_be_kept() {
    for (acts, lost) in [(0, false), (1, true)] {
        let mut kept = Kept::nowhere("this session is kept nowhere: no room".into());
        sitting().lines.iter().filter(|line| acts > 0 || !matches!(line, Line::Edit { .. })).for_each(|line| kept.line(line.clone()));
        let status = kept.status();
        drop(kept);
        assert_eq!(status.view().lost, lost);
        assert_eq!(status.view().trouble.unwrap().contains("Lost: 1 edit"), lost);
    }
}

/// Whoever hears of changes falls over, and with it the thread that tells of them.
#[test]
fn where_the_writer_of_a_session_falls_over_that_is_said_and_counts_as_a_loss() {
    let sitting = sitting();
    let (files, mut kept) = open("fallen", &sitting);
    kept.on_change(Box::new(|| panic!("the listener fell over \u{1b}[2J")));
    fs::remove_file(&files.journal).unwrap();
    until("it is said", || kept.view().trouble.is_some());
    let (told, status) = (kept.view(), kept.status());
    let words = "the session is not written any more: its writer fell over (the listener fell over \\u001b[2J)";
    assert!(told.lost && told.trouble.as_ref().unwrap().starts_with(words), "{told:?}");
    drop(kept);
    assert!(status.view().lost && status.view().trouble == told.trouble, "it is not said any other way at the end");
}

#[test]
fn a_writer_of_checkpoints_that_falls_over_writes_the_next_one() {
    let sitting = sitting();
    let (files, mut kept) = begin("fallen-checkpoint", &sitting);
    let falls = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let falling = falls.clone();
    kept.on_change(Box::new(move || assert!(!falling.load(std::sync::atomic::Ordering::Acquire), "the listener fell over")));
    // Where a directory has its name no checkpoint can be written, and that is told. There was none before: a checkpoint that was there
    // is missed within a second, and then the directory is moved out of its way.
    let path = files.checkpoint();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), "").unwrap();
    kept.checkpoint(sitting.checkpoint_of("mine"));
    until("it is said", || kept.view().trouble.is_some_and(|told| told.starts_with("the checkpoint cannot be written")));
    falls.store(false, std::sync::atomic::Ordering::Release);
    fs::remove_dir_all(&path).unwrap();
    kept.checkpoint(sitting.checkpoint_of("mine"));
    until("the next one is written", || checkpoint(&files) == Some(sitting.checkpoint_of("mine")));
    until("the trouble is over", || kept.view().trouble.is_none());
}
