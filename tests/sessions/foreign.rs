//! Files of others beside sessions: none is deleted, none is replaced, and no link is followed.

use std::fs;

use dialoq::store::files::checkpoint;
use dialoq::store::kept::Kept;
use dialoq::store::place::{Deleted, Files, Place, delete};
use dialoq::store::write::{self, Draft};
use dialoq::trainer::keeper::Keeper;

use super::{Sitting, names, place, small};

fn sitting() -> Sitting {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 100);
    sitting.pause(id);
    sitting
}

/// A session that was kept and closed, with its checkpoint.
fn keep(files: &Files) {
    let sitting = sitting();
    let mut kept = Kept::begin_named(files.clone()).unwrap();
    sitting.lines[1..].iter().for_each(|line| kept.line(line.clone()));
    let name = files.name();
    let bytes = sitting.checkpoint();
    let read = dialoq::run::checkpoint::read(&bytes).unwrap();
    kept.checkpoint(dialoq::run::checkpoint::write(&read.program, &name, &read.parts));
}

#[test]
fn only_what_begins_as_a_session_is_deleted() {
    let place = place("foreign-delete");
    let foreign: [(&str, &[u8]); 6] = [
        ("notes.txt", b"buy milk\n"),
        ("notes.jsonl", b"buy milk\n"),
        ("pairs.jsonl", b"{\"prompt\": \"a\", \"reply\": \"b\"}\n"),
        ("other.jsonl", b"{\"line\":\"session\",\"format\":\"another-program\"}\n"),
        ("later.jsonl", b"\n{\"line\":\"session\",\"format\":\"dialoq-session\",\"version\":1}\n"),
        ("bytes.jsonl", &[0, 255, 10, 13]),
    ];
    for (name, bytes) in foreign {
        let files = Files { journal: place.dir.join(name) };
        fs::write(&files.journal, bytes).unwrap();
        fs::write(files.checkpoint(), "mine").unwrap();
        for refusal in [delete(&files).unwrap_err(), place.delete(&files).unwrap_err()] {
            assert!(refusal.contains("it is not a session of dialoq, so it is not deleted"), "{name}: {refusal}");
        }
        assert_eq!(fs::read(&files.journal).unwrap(), bytes);
        assert_eq!(fs::read(files.checkpoint()).unwrap(), b"mine");
    }
    let empty = Files { journal: place.dir.join("empty.jsonl") };
    fs::write(&empty.journal, "").unwrap();
    assert!(delete(&empty).unwrap_err().contains("it is empty and may be anybody's"));
    assert_eq!(place.delete(&empty), Ok(Deleted::Whole));
    let directory = Files { journal: place.dir.join("dir.jsonl") };
    fs::create_dir(&directory.journal).unwrap();
    assert!(delete(&directory).unwrap_err().contains("this is a directory"));
}

#[test]
fn a_session_goes_with_its_own_checkpoint_and_with_no_other() {
    let place = place("foreign-checkpoint");
    let (own, other, foreign) = (place.files("own"), place.files("other"), place.files("foreign"));
    [&own, &other, &foreign].into_iter().for_each(keep);
    assert_eq!(delete(&own), Ok(Deleted::Whole));
    fs::copy(foreign.checkpoint(), other.checkpoint()).unwrap();
    assert_eq!(delete(&other), Ok(Deleted::ButCheckpoint));
    fs::write(foreign.checkpoint(), "a backup of mine").unwrap();
    assert_eq!(delete(&foreign), Ok(Deleted::ButCheckpoint));
    assert_eq!(names(&place), ["foreign.checkpoint", "other.checkpoint"]);
    assert_eq!(fs::read(foreign.checkpoint()).unwrap(), b"a backup of mine");
}

#[test]
fn clearing_away_leaves_foreign_files_alone() {
    let place = place("foreign-prune");
    // Sixty names as the program gives them, of which none is a session.
    for minute in 0..60 {
        fs::write(place.dir.join(format!("2020-01-01-00{minute:02}-x.jsonl")), "not a session\n").unwrap();
        fs::write(place.dir.join(format!("2020-01-01-00{minute:02}-x.checkpoint")), "not a checkpoint").unwrap();
    }
    place.prune();
    assert_eq!(names(&place).len(), 120);
    // And sixty that are, beside foreign files with the names of their checkpoints.
    let line = sitting().lines[0].text();
    for minute in 0..60 {
        fs::write(place.dir.join(format!("2020-01-01-00{minute:02}-x.jsonl")), &line).unwrap();
    }
    place.prune();
    let left = names(&place);
    assert_eq!(left.iter().filter(|n| n.contains(".jsonl")).count(), 50);
    assert_eq!(left.iter().filter(|n| n.contains(".checkpoint")).count(), 60);
}

#[test]
fn a_new_session_replaces_no_checkpoint_of_others() {
    let place = place("foreign-begin");
    let files = place.files("mine");
    fs::write(files.checkpoint(), "precious").unwrap();
    let refusal = Kept::begin_named(files.clone()).err().unwrap();
    assert!(refusal.contains("is there already and is not of this session"), "{refusal}");
    let first = place.files("first");
    let mut kept = Kept::begin_named(first.clone()).unwrap();
    for name in ["mine".to_owned(), files.journal.display().to_string()] {
        assert!(kept.save_as(&name).unwrap_err().contains("is not of this session"), "{name}");
    }
    // One that appears while the session is written stays too.
    fs::write(first.checkpoint(), "precious").unwrap();
    kept.checkpoint(sitting().checkpoint());
    drop(kept);
    for files in [&files, &first] {
        assert_eq!(fs::read_to_string(files.checkpoint()).unwrap(), "precious");
    }
    assert_eq!(names(&place), ["first.checkpoint", "first.jsonl", "mine.checkpoint"]);
}

#[test]
fn a_saved_session_has_its_ending_and_takes_its_checkpoint_along() {
    let place = place("foreign-save");
    let first = place.files("first");
    keep(&first);
    let mut kept = Kept::begin_named(place.files("second")).unwrap();
    let sitting = sitting();
    sitting.lines[1..].iter().for_each(|line| kept.line(line.clone()));
    let target = place.dir.join("deeper");
    fs::create_dir(&target).unwrap();
    for wrong in [format!("{}/", target.display()), target.display().to_string()] {
        assert!(kept.save_as(&wrong).unwrap_err().contains("this is a directory"), "{wrong}");
    }
    kept.save_as(&target.join("saved").display().to_string()).unwrap();
    drop(kept);
    let inner = Place { dir: target };
    assert_eq!(names(&inner), ["saved.jsonl"]);
    assert_eq!(inner.list().len(), 1, "it is listed");
    assert!(checkpoint(&first).is_some());
}

#[cfg(unix)]
#[test]
fn planted_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = place("foreign-links");
    let (files, victim) = (place.files("mine"), place.dir.join("victim"));
    fs::write(&victim, "precious").unwrap();
    // The names of drafts in version 0.4.0.
    for name in ["mine.jsonl.new", "mine.checkpoint.new"] {
        symlink(&victim, place.dir.join(name)).unwrap();
    }
    keep(&files);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    // A checkpoint that is a link is nobody's checkpoint.
    fs::remove_file(files.checkpoint()).unwrap();
    symlink(&victim, files.checkpoint()).unwrap();
    assert_eq!(delete(&files), Ok(Deleted::ButCheckpoint));
    assert!(files.checkpoint().is_symlink());
    // A session that is a link is not deleted, nor is what it leads to.
    let real = place.files("real");
    keep(&real);
    let link = place.files("link");
    symlink(&real.journal, &link.journal).unwrap();
    assert!(delete(&link).unwrap_err().contains("this is a link or a device"));
    assert!(real.parse().is_ok() && link.journal.is_symlink());
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

#[cfg(unix)]
#[test]
fn a_file_is_created_or_replaced_whole_and_only_where_it_may_be() {
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = place("foreign-write");
    let at = |name: &str| place.dir.join(name);
    write::new(&at("a"), b"one").unwrap();
    assert_eq!(write::new(&at("a"), b"two").unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    fs::set_permissions(at("a"), fs::Permissions::from_mode(0o600)).unwrap();
    write::replace(&at("a"), b"two").unwrap();
    assert_eq!((fs::read(at("a")).unwrap(), fs::metadata(at("a")).unwrap().permissions().mode() & 0o777), (b"two".to_vec(), 0o600));
    symlink("nowhere", at("link")).unwrap();
    assert!(write::new(&at("link"), b"x").is_err() && write::replace(&at("link"), b"x").is_err());
    fs::create_dir(at("dir")).unwrap();
    assert!(write::new(&at("dir"), b"x").is_err() && write::replace(&at("dir"), b"x").is_err());
    let mut draft = Draft::of(&at("b")).unwrap();
    draft.write_all(b"half").unwrap();
    assert_eq!(names(&place).len(), 4);
    drop(draft);
    assert_eq!(names(&place), ["a", "dir", "link"]);
    // What appears meanwhile stays.
    let mut draft = Draft::of(&at("b")).unwrap();
    draft.write_all(b"late").unwrap();
    fs::write(at("b"), "early").unwrap();
    assert!(draft.publish().is_err());
    assert_eq!((fs::read(at("b")).unwrap(), names(&place).len()), (b"early".to_vec(), 4));
    // Drafts that a killed program left are removed, and nothing that only resembles them.
    for name in ["b.0123456789abcdef.new", "b.0123456789abcdeg.new", "b.1.new", "b.new", "bc.0123456789abcdef.new"] {
        fs::write(at(name), "x").unwrap();
    }
    write::remove_drafts(&at("b"));
    assert_eq!(names(&place), ["a", "b", "b.0123456789abcdeg.new", "b.1.new", "b.new", "bc.0123456789abcdef.new", "dir", "link"]);
}
