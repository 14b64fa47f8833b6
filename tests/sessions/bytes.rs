//! A checkpoint, byte by byte: damaged anywhere, cut anywhere, it is refused or it is the same.

use dialoq::learn::machine::Edit;
use dialoq::num::digest::digest_bytes;
use dialoq::run::checkpoint::{CheckpointError, read};

use super::{Sitting, bring_back, build, small};

fn sitting() -> Sitting {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 70);
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    sitting.go(id, 50);
    sitting.pause(id);
    sitting
}

#[test]
fn a_checkpoint_with_any_bit_turned_is_refused() {
    let mut bytes = sitting().checkpoint();
    assert!(read(&bytes).is_ok() && bytes.len() < 10_000, "{} bytes", bytes.len());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            assert!(read(&bytes).is_err(), "bit {bit} of byte {at} does not count");
            bytes[at] ^= 1 << bit;
        }
    }
}

#[test]
fn a_checkpoint_cut_anywhere_or_with_something_behind_it_is_refused() {
    let bytes = sitting().checkpoint();
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "cut to {length} of {}", bytes.len());
    }
    for more in [&b"\0"[..], b"\n", &bytes] {
        assert!(read(&[&bytes, more].concat()).is_err());
    }
}

/// The checkpoint with a byte changed and its digest made to fit: what no accident does.
fn resealed(bytes: &[u8], at: usize, to: u8) -> Vec<u8> {
    let mut forged = bytes[..bytes.len() - 8].to_vec();
    forged[at] = to;
    let seal = digest_bytes(&forged).0;
    forged.extend_from_slice(&seal.to_le_bytes());
    forged
}

#[test]
fn a_forged_checkpoint_is_refused_or_loaded_but_never_a_panic() {
    let sitting = sitting();
    let (bytes, mut loaded) = (sitting.checkpoint(), 0);
    let fresh = build(&small("q-learning", 1));
    for at in 0..bytes.len() - 8 {
        let Ok(read) = read(&resealed(&bytes, at, bytes[at] ^ 0x41)) else { continue };
        for part in read.parts {
            loaded += u32::from(fresh.branch().load(&part.stored).is_ok());
        }
    }
    assert!(loaded > 0, "the forgery works: curves and frames are believed once the file is");
}

#[test]
fn a_refused_checkpoint_leaves_the_run_as_it_was_built() {
    let stored = read(&sitting().checkpoint()).unwrap().parts.remove(0).stored;
    let mut run = build(&small("q-learning", 1));
    let before = run.digest();
    let mut wrong = vec![stored.clone(); 6];
    wrong[0].machine.pop();
    wrong[1].machine.push(0);
    wrong[2].curve.pop();
    wrong[3].head_dialogues += 1;
    wrong[4].digest.0 ^= 1;
    wrong[5].entries.reverse();
    wrong[5].entries.iter_mut().for_each(|e| e.tick += 1000);
    for stored in &wrong {
        assert!(run.load(stored).is_err());
        assert_eq!((run.digest(), run.head().0), (before, 0));
    }
    assert!(run.load(&stored).is_ok());
    let mut other = build(&small("sarsa", 1));
    assert!(other.load(&stored).is_err() || other.digest() == stored.digest, "another agent's machine is another one");
}

#[test]
fn what_a_checkpoint_is_not_is_said() {
    let bytes = sitting().checkpoint();
    let said = |bytes: &[u8]| read(bytes).unwrap_err();
    assert_eq!(said(b""), CheckpointError::Foreign);
    assert_eq!(said(b"{\"format\":\"else\"}\n12345678"), CheckpointError::Foreign);
    let end = bytes.iter().position(|b| *b == b'\n').unwrap();
    let newer = String::from_utf8(bytes[..end].to_vec()).unwrap().replace("\"version\":1", "\"version\":2") + "\nnumbers";
    assert_eq!(said(newer.as_bytes()).to_string(), "it is a checkpoint of version 2, and this program reads version 1");
    assert_eq!(said(&bytes[..bytes.len() - 1]), CheckpointError::Damaged);
}

#[test]
fn with_a_damaged_checkpoint_all_is_learned_again_and_said() {
    let mut sitting = sitting();
    let mut bytes = sitting.checkpoint();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 8;
    let outcome = bring_back(&sitting.text(), Some(&bytes)).unwrap();
    assert_eq!(
        outcome.notes,
        ["the checkpoint cannot be used: it is damaged: its digest is not that of its bytes; everything is learned again"]
    );
    assert!(outcome.bad_checkpoint && outcome.problems.is_empty());
    assert_eq!(outcome.restored.runs[0].run.digest(), sitting.run(0).digest());
}
