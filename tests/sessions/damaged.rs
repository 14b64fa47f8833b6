//! A journal, byte by byte: cut anywhere, damaged anywhere, all before the damage comes back and the damage is named.

use dialoq::learn::machine::Edit;
use dialoq::run::journal::{Journal, JournalError, Line};

use super::{Sitting, bring_back, small};

fn sitting() -> Sitting {
    let mut sitting = Sitting::new();
    let a = sitting.open(small("q-learning", 1));
    sitting.go(a, 50);
    sitting.edit(a, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    sitting.go(a, 30);
    let b = sitting.branch(a, 60);
    sitting.edit(b, Edit::Seed { seed: 9 });
    sitting.go(b, 20);
    sitting.pause(a);
    sitting.pause(b);
    sitting
}

fn lines_in(text: &[u8]) -> usize {
    text.split_inclusive(|b| *b == b'\n').filter(|line| line.ends_with(b"\n")).count()
}

/// Each edit list of `part` is the beginning of the same run's in `whole`.
fn begins(part: &Journal, whole: &Journal) -> bool {
    part.runs.len() <= whole.runs.len()
        && part.runs.iter().zip(&whole.runs).all(|(p, w)| (p.id, &p.origin) == (w.id, &w.origin) && w.entries.starts_with(&p.entries))
}

#[test]
fn a_journal_cut_anywhere_keeps_all_whole_lines_and_names_the_cut() {
    let sitting = sitting();
    let text = sitting.text();
    let whole = Journal::parse(&text).unwrap();
    assert_eq!(whole.damage, None);
    let first = text.iter().position(|b| *b == b'\n').unwrap();
    assert_eq!(Journal::parse(b""), Err(JournalError::Empty));
    for length in 1..first {
        assert_eq!(Journal::parse(&text[..length]), Err(JournalError::Foreign), "cut to {length}");
    }
    for length in first..=text.len() {
        let cut = Journal::parse(&text[..length]).unwrap();
        assert!(begins(&cut, &whole), "cut to {length}");
        let start = text[..length].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
        let line = lines_in(&text[..length]) + 1;
        // A line that lacks only its end is whole.
        let lacks_end = text.get(length) == Some(&b'\n');
        if start == length || lacks_end {
            assert_eq!((&cut.damage, cut.good_bytes, cut.ends_whole), (&None, length, !lacks_end), "cut to {length}");
        } else {
            let damage = cut.damage.unwrap();
            assert_eq!((damage.line, damage.byte, cut.good_bytes), (line, start, start), "cut to {length}");
            assert_eq!(damage.reason, format!("the line breaks off after {} bytes", length - start));
        }
    }
}

#[test]
fn a_journal_cut_between_any_two_lines_is_restored_to_there() {
    let sitting = sitting();
    let text = sitting.text();
    let ends: Vec<usize> = (1..=text.len()).filter(|n| text[n - 1] == b'\n').collect();
    assert!(bring_back(&text[..ends[0]], None).err().unwrap().contains("no run of it is open"));
    for end in &ends[1..] {
        let outcome = bring_back(&text[..*end], None).unwrap();
        assert!(outcome.problems.is_empty(), "cut to {end}: {:?}", outcome.problems);
        // The checkpoint has what came after, where its run is known.
        let outcome = bring_back(&text[..*end], Some(&sitting.checkpoint())).unwrap();
        assert!(outcome.problems.is_empty(), "cut to {end}: {:?}", outcome.problems);
        for restored in &outcome.restored.runs {
            let before = &sitting.runs[restored.id as usize].run;
            assert_eq!(restored.run.digest(), before.digest(), "cut to {end}, run {}", restored.name);
        }
    }
}

#[test]
fn the_edits_that_only_a_checkpoint_still_has_are_given_back_to_the_journal() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("sarsa", 1));
    sitting.go(id, 50);
    let before = sitting.text();
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    sitting.go(id, 50);
    let outcome = bring_back(&before, Some(&sitting.checkpoint())).unwrap();
    assert_eq!(outcome.found, sitting.lines[3..4]);
    let mended = [before, outcome.found.iter().map(Line::text).collect::<String>().into_bytes()].concat();
    assert_eq!(Journal::parse(&mended).unwrap().runs[0].entries, sitting.run(id).journal());
}

#[test]
fn a_journal_with_any_byte_changed_never_panics_and_keeps_what_comes_before() {
    let text = sitting().text();
    let whole = Journal::parse(&text).unwrap();
    let first = text.iter().position(|b| *b == b'\n').unwrap();
    for at in first + 1..text.len() {
        for to in [0, b'"', b'\n', b'9', b'}', 0xff, text[at] ^ 0x20] {
            let mut changed = text.clone();
            changed[at] = to;
            let read = Journal::parse(&changed).unwrap();
            let line = lines_in(&text[..at]);
            let untouched = text.split_inclusive(|b| *b == b'\n').take(line).map(<[u8]>::len).sum::<usize>();
            assert!(read.good_bytes >= untouched, "byte {at} to {to}");
            let same = Journal::parse(&text[..untouched]).unwrap();
            assert!(begins(&same, &read) && begins(&same, &whole), "byte {at} to {to}");
        }
    }
}

#[test]
fn a_line_that_cannot_be_costs_the_run_that_it_would_have_changed_and_no_other() {
    let text = String::from_utf8(sitting().text()).unwrap();
    let number = text.lines().count() + 1;
    let whole = Journal::parse(text.as_bytes()).unwrap();
    for (line, reason, ends) in [
        (r#"{"line":"head","run":7,"tick":1,"dialogue":0,"digest":null}"#, "there is no run 7", None),
        (
            r#"{"line":"edit","run":0,"tick":3,"dialogue":0,"edit":{"force":{"act":1}},"text":""}"#,
            "an edit at turn 3 of run A, after one at turn 50; run A is as it was before",
            Some(0),
        ),
        (r#"{"line":"branch","run":9,"name":"C","parent":7,"tick":59,"dialogue":0}"#, "there is no run 7", None),
        (r#"{"line":"branch","run":1,"name":"B","parent":0,"tick":60,"dialogue":0}"#, "a second run 1; run B is as it was before", Some(1)),
        (r#"{"line":"head","run":0,"tick":90,"dialogue":0,"digest":"x"}"#, "\"x\" is not a digest", None),
        (r#"{"line":"leap","run":0}"#, "unknown variant `leap`", Some(0)),
        (&Line::session("dialoq", "again", "now").text()[..], "a second beginning", None),
    ] {
        let line = line.trim_end();
        let after: String =
            [0, 1].map(|run| Line::Edit { run, tick: 500, dialogue: 9, edit: Edit::Seed { seed: 5 }, text: String::new() }.text()).concat();
        let all = format!("{text}{line}\n{after}");
        let journal = Journal::parse(all.as_bytes()).unwrap();
        assert_eq!((&journal.damage, journal.good_bytes), (&None, all.len()));
        let left = &journal.left_out[0];
        assert_eq!((left.line, left.byte, left.length), (number, text.len(), line.len() + 1));
        assert!(left.reason.starts_with(reason), "{reason}: {}", left.reason);
        for (run, before) in journal.runs.iter().zip(&whole.runs) {
            let went_on = run.entries.len() > before.entries.len();
            assert_eq!((run.ends_at, went_on), if ends == Some(run.id) { (Some(number), false) } else { (None, true) }, "{line}");
        }
        // Without those lines it tells the same.
        let believed = Journal::parse(&journal.believed(all.as_bytes())).unwrap();
        assert!(!believed.is_damaged());
        assert_eq!(
            believed.runs.iter().map(|r| (&r.entries, r.head)).collect::<Vec<_>>(),
            journal.runs.iter().map(|r| (&r.entries, r.head)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_line_that_is_none_of_ours_ends_the_reading() {
    let text = String::from_utf8(sitting().text()).unwrap();
    for (line, reason) in
        [("[]", "missing field `line`"), ("{\"line\":\"leap\"}", "unknown variant `leap`"), ("{\"li", "EOF while parsing")]
    {
        let journal = Journal::parse(format!("{text}{line}\n{line}\n").as_bytes()).unwrap();
        let damage = journal.damage.unwrap();
        assert_eq!((damage.line, damage.byte), (text.lines().count() + 1, text.len()));
        assert!(damage.reason.starts_with(reason), "{reason}: {}", damage.reason);
    }
}

#[test]
fn a_session_of_another_version_or_of_another_program_is_named() {
    let text = String::from_utf8(sitting().text()).unwrap();
    let newer = text.replacen("\"version\":1", "\"version\":2", 1);
    assert_eq!(Journal::parse(newer.as_bytes()), Err(JournalError::Version(2)));
    assert!(JournalError::Version(2).to_string().contains("version 2"));
    for foreign in ["{}\n", "not json\n", "{\"line\":\"session\",\"format\":\"other\",\"version\":1}\n", "\u{0}\u{0}\u{0}"] {
        assert_eq!(Journal::parse(foreign.as_bytes()), Err(JournalError::Foreign), "{foreign:?}");
    }
}

#[test]
fn a_refused_edit_of_a_forged_journal_is_named_and_all_before_it_stands() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("sarsa", 1));
    sitting.go(id, 50);
    sitting.lines.push(Line::Edit { run: id, tick: 50, dialogue: 0, edit: Edit::Force { act: 60 }, text: "forged".into() });
    let outcome = bring_back(&sitting.text(), None).unwrap();
    assert!(
        outcome.problems[0].starts_with("run A: the edit \"forged\" at turn 50 is refused: act 60 cannot be taken"),
        "{:?}",
        outcome.problems
    );
    assert_eq!(outcome.restored.runs[0].run.head().0, 50);
}

#[test]
fn a_world_that_is_another_one_now_is_refused() {
    let mut sitting = Sitting::new();
    sitting.open(small("sarsa", 1));
    let text = String::from_utf8(sitting.text()).unwrap();
    let Line::Run { spec, .. } = &sitting.lines[1] else { panic!() };
    let other = text.replace(&spec.world, "0123456789abcdef");
    let refusal = bring_back(other.as_bytes(), None).err().unwrap();
    assert!(refusal.contains("another version of small.json") && refusal.contains("0123456789abcdef"), "{refusal}");
}
