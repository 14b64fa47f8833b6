//! The files of sessions: their names, their locks, what is kept aside, what is cleared away.

use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use dialoq::learn::machine::Edit;
use dialoq::run::journal::{Journal, Line, tidy};
use dialoq::store::files::{checkpoint, open};
use dialoq::store::kept::Kept;
use dialoq::store::names::{Moment, automatic, check, is_automatic};
use dialoq::store::place::{Files, Place, delete};
use dialoq::trainer::keeper::Keeper;

use super::{Sitting, bring_back, directory, names, place, small};

fn sitting() -> Sitting {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 100);
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    sitting.go(id, 100);
    sitting.pause(id);
    sitting
}

/// What the trainer would have said, but for the first line.
fn tell(kept: &mut Kept, sitting: &Sitting) {
    sitting.lines[1..].iter().for_each(|line| kept.line(line.clone()));
    kept.checkpoint(sitting.checkpoint_of(&kept.view().name));
}

/// Brings a session on disk back and goes on with it.
fn resume(files: &Files) -> Result<(Kept, Vec<String>), String> {
    let opened = open(files)?;
    let text = files.read().unwrap();
    let outcome = bring_back(&text, checkpoint(files).as_deref())?;
    Kept::resume(opened, &outcome)
}

#[test]
fn days_are_counted_as_the_calendar_does() {
    for (seconds, stamp) in [
        (0_u64, "1970-01-01T00:00:00Z"),
        (951_827_696, "2000-02-29T12:34:56Z"),
        (1_078_099_200, "2004-03-01T00:00:00Z"),
        (1_735_689_599, "2024-12-31T23:59:59Z"),
        (1_795_451_037, "2026-11-23T16:23:57Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
    ] {
        let moment = Moment::of(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(moment.stamp(), stamp);
        // The year that began last has as many days as the number of this one says.
        let next = Moment::of(UNIX_EPOCH + Duration::from_secs(seconds + 86_400));
        assert!(next.stamp() > moment.stamp());
    }
}

#[test]
fn a_session_is_called_after_its_minute_and_its_world() {
    let at = Moment::of(UNIX_EPOCH + Duration::from_secs(1_795_451_037));
    assert_eq!(automatic(at, "customer-service"), "2026-11-23-1623-customer-service");
    assert_eq!(automatic(at, "/home/me/My Pizza.json"), "2026-11-23-1623-my-pizza");
    assert!(is_automatic("2026-11-23-1623-customer-service") && !is_automatic("before-the-change"));
    for right in ["before the change", "α-0.3", "a", "2026-11-23-1623-x-2"] {
        assert_eq!(check(right), Ok(()), "{right}");
    }
    for wrong in ["", "a/b", "..", ".hidden", "a\0", "-x", "x ", "a\nb", "x.", &"x".repeat(300)] {
        assert!(check(wrong).unwrap_err().contains("cannot be the name of a session"), "{wrong}");
    }
}

#[test]
fn two_sessions_of_one_minute_have_two_names_and_what_was_told_is_on_the_disk() {
    let place = place("names");
    let mut both = [Kept::begin(&place, "small").unwrap(), Kept::begin(&place, "small").unwrap()];
    let first = both[0].view().name;
    // The minute may have ended between the two.
    let second = both[1].view().name;
    assert!(first != second && is_automatic(&second) && (second == format!("{first}-2") || second.ends_with("-small")));
    let sitting = sitting();
    both.iter_mut().for_each(|kept| tell(kept, &sitting));
    drop(both);
    for name in [first, second] {
        let files = place.files(&name);
        let journal = files.parse().unwrap();
        assert_eq!((journal.name.as_str(), journal.damage.as_ref()), (name.as_str(), None));
        assert_eq!(checkpoint(&files).unwrap(), sitting.checkpoint_of(&name));
        let text = files.read().unwrap();
        assert!(text.ends_with(&sitting.text()[sitting.lines[0].text().len()..]));
    }
}

#[test]
fn a_session_that_is_open_can_neither_be_opened_again_nor_deleted() {
    let place = place("lock");
    let files = place.files("mine");
    let mut kept = Kept::begin_named(files.clone()).unwrap();
    let sitting = sitting();
    tell(&mut kept, &sitting);
    // Only a checkpoint that names this session goes with it.
    let read = dialoq::run::checkpoint::read(&sitting.checkpoint()).unwrap();
    kept.checkpoint(dialoq::run::checkpoint::write(&read.program, "mine", &read.parts));
    let refusal = Kept::begin_named(files.clone()).err().unwrap();
    assert!(refusal.starts_with("there is already a session mine; choose another name"), "{refusal}");
    assert!(files.is_open());
    for refusal in [open(&files).err().unwrap(), delete(&files).unwrap_err()] {
        // It does not lie among the person's own sessions, so that its path is needed.
        let path = fs::canonicalize(&files.journal).unwrap();
        let right = format!("close it there, or open a copy with dialoq watch --replay {}", path.display());
        assert_eq!(refusal, format!("the session mine is open in another dialoq; {right}"));
    }
    drop(kept);
    assert!(!files.is_open());
    let (again, notes) = resume(&files).unwrap();
    assert!(notes.is_empty() && open(&files).is_err(), "{notes:?}");
    drop(again);
    delete(&files).unwrap();
    assert_eq!(names(&place), [""; 0]);
}

#[test]
fn what_is_done_after_resuming_is_added_to_the_same_file() {
    let place = place("resume");
    let files = place.files("mine");
    let mut sitting = sitting();
    let mut kept = Kept::begin_named(files.clone()).unwrap();
    tell(&mut kept, &sitting);
    drop(kept);
    let before = files.read().unwrap();
    let (mut kept, _) = resume(&files).unwrap();
    let told = sitting.lines.len();
    sitting.edit(0, Edit::Tune { knob: "alpha".into(), value: 0.5 });
    sitting.go(0, 300);
    sitting.pause(0);
    sitting.lines[told..].iter().for_each(|line| kept.line(line.clone()));
    drop(kept);
    let after = files.read().unwrap();
    assert!(after.starts_with(&before));
    let outcome = bring_back(&after, checkpoint(&files).as_deref()).unwrap();
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    assert_eq!(outcome.restored.runs[0].run.digest(), sitting.run(0).digest());
}

#[test]
fn a_damaged_journal_is_kept_aside_and_a_good_one_goes_on() {
    let place = place("aside");
    let files = place.files("mine");
    let sitting = sitting();
    let whole = sitting.text();
    for round in 1..=2 {
        let damaged = [&whole[..], b"{\"line\":\"edit\",\"run\":0,\"ti"].concat();
        fs::write(&files.journal, &damaged).unwrap();
        let (mut kept, notes) = resume(&files).unwrap();
        assert_eq!(fs::read(place.dir.join(format!("mine.jsonl.damaged-{round}"))).unwrap(), damaged);
        assert!(notes[0].starts_with("the damaged journal is kept as ") && notes.len() == 1, "{notes:?}");
        let line = Line::Here { run: 0, tick: 7 };
        kept.line(line.clone());
        drop(kept);
        assert_eq!(files.read().unwrap(), [&whole[..], line.text().as_bytes()].concat());
    }
    // A line that lacks only its end is no damage.
    fs::write(&files.journal, &whole[..whole.len() - 1]).unwrap();
    let (kept, notes) = resume(&files).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
    drop(kept);
    assert_eq!(files.read().unwrap(), whole);
}

#[test]
fn a_damaged_checkpoint_is_kept_aside() {
    let place = place("bad");
    let files = place.files("mine");
    let sitting = sitting();
    fs::write(&files.journal, sitting.text()).unwrap();
    fs::write(files.checkpoint(), b"no checkpoint").unwrap();
    let (kept, notes) = resume(&files).unwrap();
    assert!(notes.iter().any(|n| n.starts_with("the checkpoint is kept as ")), "{notes:?}");
    drop(kept);
    assert_eq!(names(&place), ["mine.checkpoint.damaged-1", "mine.jsonl"]);
}

#[test]
fn of_a_session_that_is_saved_at_a_path_it_is_said_where_that_is() {
    let (place, other) = (place("save-as-path"), directory("save-as-path-other"));
    let mut kept = Kept::begin(&place, "small").unwrap();
    tell(&mut kept, &sitting());
    let nowhere = other.join("nowhere").join("mine.jsonl");
    let refused = kept.save_as(nowhere.to_str().unwrap()).unwrap_err();
    assert_eq!(refused, format!("{}: its directory is not there; make the directory first, or give another path", nowhere.display()));
    let told = kept.save_as(other.join("mine").to_str().unwrap()).unwrap();
    let path = fs::canonicalize(other.join("mine.jsonl")).unwrap();
    assert_eq!(told, format!("the session is now kept as {}", path.display()));
}

#[test]
fn an_unnamed_session_that_is_saved_changes_its_name_and_a_named_one_stays_behind() {
    let place = place("save-as");
    let mut sitting = sitting();
    let mut kept = Kept::begin(&place, "small").unwrap();
    let unnamed = kept.view().name;
    tell(&mut kept, &sitting);
    assert_eq!(kept.save_as("first").unwrap(), "the session is now kept as first");
    assert_eq!((kept.view().name.as_str(), place.files(&unnamed).journal.exists()), ("first", false));
    assert!(kept.save_as("a/../b\0").is_err());
    let first = place.files("first");
    let before = first.read().unwrap();
    assert_eq!(Journal::parse(&before).unwrap().name, "first");
    // A name that is taken is nobody's but its owner's.
    fs::write(place.files("taken").journal, "precious").unwrap();
    assert!(kept.save_as("taken").unwrap_err().starts_with("there is already a session taken"));
    assert_eq!(fs::read_to_string(place.files("taken").journal).unwrap(), "precious");
    assert_eq!(kept.save_as("second").unwrap(), "the session goes on as second; first stays as it was");
    assert!(!first.is_open() && place.files("second").is_open());
    let told = sitting.lines.len();
    sitting.go(0, 50);
    sitting.lines[told..].iter().for_each(|line| kept.line(line.clone()));
    kept.checkpoint(sitting.checkpoint());
    drop(kept);
    assert_eq!(first.read().unwrap(), before);
    let second = place.files("second");
    let journal = second.parse().unwrap();
    assert_eq!((journal.name.as_str(), journal.runs[0].head.0), ("second", 250));
    assert_eq!(names(&place).iter().filter(|n| n.contains(".new") || n.starts_with("20")).count(), 0, "{:?}", names(&place));
    let outcome = bring_back(&second.read().unwrap(), checkpoint(&second).as_deref()).unwrap();
    assert_eq!(outcome.restored.runs[0].run.digest(), sitting.run(0).digest());
}

#[test]
fn of_the_sessions_that_nobody_touched_fifty_are_kept_and_no_other_is_cleared_away() {
    let place = place("prune");
    let mut untouched = Sitting::new();
    untouched.open(small("q-learning", 1));
    let write = |name: &str, text: &[u8], age: u64| {
        let files = place.files(name);
        fs::write(&files.journal, text).unwrap();
        let written = std::time::SystemTime::now() - Duration::from_secs(age);
        fs::File::options().append(true).open(&files.journal).unwrap().set_modified(written).unwrap();
    };
    for n in 0..60 {
        write(&format!("2026-01-01-00{n:02}-small"), &untouched.text(), 10_000 + n);
    }
    write("2025-01-01-0000-touched", &sitting().text(), 90_000);
    write("named", &untouched.text(), 90_000);
    write("2025-01-01-0000-damaged", &[&untouched.text()[..], b"{"].concat(), 90_000);
    write("2025-01-01-0001-empty", b"", 90_000);
    place.prune();
    let left = names(&place);
    assert_eq!(left.iter().filter(|n| n.starts_with("2026-01-01")).count(), 50);
    assert!(left.contains(&"2026-01-01-0000-small.jsonl".to_owned()) && !left.contains(&"2026-01-01-0059-small.jsonl".to_owned()));
    assert!(!left.contains(&"2025-01-01-0001-empty.jsonl".to_owned()));
    for kept in ["2025-01-01-0000-touched.jsonl", "named.jsonl", "2025-01-01-0000-damaged.jsonl"] {
        assert!(left.contains(&kept.to_owned()), "{kept} is gone");
    }
}

#[test]
fn where_no_directory_can_be_made_it_is_said_and_nothing_else_happens() {
    let file = directory("nowhere").join("file");
    fs::write(&file, "").unwrap();
    let place = Place { dir: file.join("sessions") };
    let why = Kept::begin(&place, "small").err().unwrap();
    assert!(why.contains("the directory cannot be made"), "{why}");
    let mut kept = Kept::nowhere(why.clone());
    tell(&mut kept, &sitting());
    assert_eq!((kept.view().trouble, kept.view().path), (Some(why), None));
    assert!(kept.save_as("x").is_err());
}

#[test]
fn an_argument_is_a_name_or_a_path() {
    let place = place("argument");
    fs::write(place.dir.join("mine.jsonl"), "").unwrap();
    assert_eq!(place.existing("mine").unwrap().journal, place.dir.join("mine.jsonl"));
    let path = place.dir.join("mine").display().to_string();
    assert_eq!(place.existing(&path).unwrap().journal, Path::new(&format!("{path}.jsonl")));
    assert!(place.existing("other").unwrap_err().contains("there is no session \"other\"; dialoq sessions lists them"));
    assert!(place.existing("./nix.jsonl").unwrap_err().contains("there is no such file"));
}

#[test]
fn of_a_long_sitting_only_what_counts_stays_in_the_file() {
    let place = place("tidy");
    let files = place.files("long");
    let mut sitting = sitting();
    let mut kept = Kept::begin_named(files.clone()).unwrap();
    tell(&mut kept, &sitting);
    let told = sitting.lines.len();
    for n in 0..30_000 {
        sitting.lines.push(Line::Here { run: 0, tick: n });
        sitting.lines.push(Line::Head { run: 0, tick: 200 + n, dialogue: 50 + n, digest: (n % 5000 == 0).then(|| format!("{n:016x}")) });
    }
    sitting.lines[told..].iter().for_each(|line| kept.line(line.clone()));
    std::thread::sleep(Duration::from_millis(600));
    assert!(files.is_open() && open(&files).is_err(), "the lock goes with the file");
    kept.line(Line::Here { run: 0, tick: 5 });
    drop(kept);
    let (text, journal) = (files.read().unwrap(), files.parse().unwrap());
    assert!(text.len() < 4000, "{} bytes", text.len());
    let run = &journal.runs[0];
    assert_eq!((run.head, run.digests.len(), run.entries.len(), journal.here), ((30_199, 30_049), 6, 1, Some((0, 5))));
    assert_eq!(names(&place), ["long.checkpoint", "long.jsonl"]);
}

#[test]
fn a_journal_that_is_not_understood_to_its_end_is_not_tidied() {
    let mut text = sitting().text();
    text.extend_from_slice(Line::Here { run: 0, tick: 1 }.text().repeat(2).as_bytes());
    let tidied = tidy(&text).unwrap();
    let (before, after) = (Journal::parse(&text).unwrap(), Journal::parse(&tidied).unwrap());
    assert_eq!(Journal { good_bytes: before.good_bytes, ..after }, before);
    assert_eq!(tidy(&tidied), None, "once is enough");
    text.push(b'{');
    assert_eq!(tidy(&text), None);
}
