//! The checks of these tests find what they look for.

use std::time::Duration;

use super::child::{Base, Ended, run, tried, wrong};
use super::{home, lay};

fn ended(code: Option<i32>, out: &[u8], err: &[u8]) -> Ended {
    Ended { code, out: out.to_vec(), err: err.to_vec(), took: Duration::ZERO }
}

#[test]
fn a_bad_end_is_found_and_a_good_one_is_not() {
    let long = [b'x'; 4097];
    let bad: [(&str, Ended); 8] = [
        ("ended with Some(101)", ended(Some(101), b"", b"")),
        ("panicked at", ended(Some(1), b"", b"thread 'main' panicked at src/lib.rs")),
        ("ended with None", ended(None, b"", b"")),
        ("out of memory", ended(None, b"", b"memory allocation of 9 bytes failed")),
        ("raw U+001B", ended(Some(0), b"a\x1b[2J", b"")),
        ("raw U+202E", ended(Some(2), b"", "a\u{202e}b".as_bytes())),
        ("not UTF-8", ended(Some(0), b"\xff", b"")),
        ("a message of 4097 bytes", ended(Some(2), b"", &long)),
    ];
    for (what, ended) in bad {
        let found = wrong(&ended);
        assert!(found.iter().any(|w| w.contains(what)), "{what}: {found:?}");
    }
    for code in 0..3 {
        assert_eq!(wrong(&ended(Some(code), "ε\t1\n".as_bytes(), &long[..4096])), Vec::<String>::new());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn too_much_memory_and_too_much_time_are_found() {
    let dir = home("caught");
    lay(&dir, &[]);
    let (found, _) = tried(&dir, "solve --scenario virtual-assistant", Base { kibibytes: 0, seconds: 60, code: Some(0) }, 0);
    assert!(found.iter().any(|w| w.contains("out of memory")), "in 64 MiB: {found:?}");
    let (found, _) = tried(&dir, "solve --scenario virtual-assistant", Base { kibibytes: 4 << 20, seconds: 60, code: Some(0) }, 0);
    assert_eq!(found, Vec::<String>::new(), "in 4 GiB");
    let late = wrong(&run(&dir, "train --dialogues 1000000000", 4 << 20, 1));
    assert!(late.iter().any(|w| w.contains("ended with None")), "after a second of the processor: {late:?}");
    let _ = std::fs::remove_dir_all(&dir);
}
