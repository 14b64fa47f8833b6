//! Disks that fill up and fail: what is written is whole lines, and what was once certain stays.

use std::cell::Cell;
use std::io;

use dialoq::run::journal::{Journal, Line};
use dialoq::store::tail::{Disk, Tail};

use crate::support::proptest;
use ::proptest::prelude::*;

/// A disk whose every act may fail, in the way that the next of its fates says.
struct Shaky {
    bytes: Vec<u8>,
    /// What would survive a power cut.
    settled: Cell<usize>,
    fates: Vec<u8>,
}

impl Shaky {
    fn fate(&mut self) -> u8 {
        self.fates.pop().unwrap_or(0)
    }
}

fn full() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

impl Disk for Shaky {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let fate = self.fate();
        if fate & 3 != 1 {
            self.bytes.extend_from_slice(bytes);
            return Ok(());
        }
        // A part of it came through.
        self.bytes.extend_from_slice(&bytes[..bytes.len() * usize::from(fate) / 256]);
        Err(full())
    }

    fn settle(&mut self) -> io::Result<()> {
        let fate = self.fate();
        if fate & 3 != 1 {
            self.settled.set(self.bytes.len());
            return Ok(());
        }
        // The system drops what it could not write.
        self.bytes[self.settled.get()..].fill(0);
        Err(full())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        if self.fate() & 3 == 1 {
            return Err(full());
        }
        assert!(length as usize >= self.settled.get(), "what was certain is cut off");
        self.bytes.truncate(length as usize);
        Ok(())
    }
}

fn bookmark(number: u64) -> Line {
    Line::Bookmark { run: 0, tick: number, dialogue: 0, name: "x".repeat((number % 90) as usize) }
}

#[test]
fn lines_are_written_whole_and_in_order_however_the_disk_fails() {
    let plan = (::proptest::collection::vec(any::<u8>(), 0..60), ::proptest::collection::vec(0..8_u8, 1..80));
    let result = proptest(400).run(&plan, |(fates, acts)| {
        let mut tail = Tail::new(Shaky { bytes: Vec::new(), settled: Cell::new(0), fates }, Vec::new());
        let (mut told, mut flight) = (String::new(), None);
        for (number, act) in acts.into_iter().enumerate() {
            match act {
                0 => drop(tail.settle()),
                1 => drop(tail.write()),
                2 => flight = tail.depart().ok().map(|flight| (flight, tail.disk().bytes.len())),
                // Made certain elsewhere, while more was written or taken back.
                3 => {
                    if let Some((flight, length)) = flight.take() {
                        let settled = if number % 3 > 0 { Ok(()) } else { Err(full()) };
                        if tail.land(&flight, settled).is_ok_and(|landed| landed) {
                            tail.disk().settled.set(length);
                        }
                    }
                }
                _ => {
                    let line = bookmark(number as u64);
                    told.push_str(&line.text());
                    tail.push(line);
                }
            }
            let disk = tail.disk();
            prop_assert!(told.as_bytes().starts_with(&disk.bytes[..disk.settled.get()]), "what is certain is what was told");
        }
        while tail.settle().is_err() {}
        prop_assert_eq!(&tail.disk().bytes, told.as_bytes(), "once the disk is well again, all is there");
        prop_assert!(!tail.is_waiting());
        Ok(())
    });
    result.unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn on_a_full_disk_heads_are_thinned_out_and_acts_of_a_person_never() {
    let head = |tick| Line::Head { run: 0, tick, dialogue: tick, digest: None };
    let mut tail = Tail::new(Shaky { bytes: Vec::new(), settled: Cell::new(0), fates: vec![0, 1] }, Vec::new());
    tail.push(head(0));
    assert!(tail.write().is_err());
    for tick in 1..20_000 {
        tail.push(if tick % 1000 == 0 { bookmark(tick) } else { head(tick) });
    }
    tail.settle().unwrap();
    let text = String::from_utf8(tail.disk().bytes.clone()).unwrap();
    assert_eq!(text.matches("bookmark").count(), 19);
    assert!(text.lines().count() < 5000, "{} lines", text.lines().count());
    assert!(text.lines().last().unwrap().contains("19999"));
}

/// A program whose files may not grow beyond half a KiB (a KiB in some shells), until they may.
#[cfg(target_os = "linux")]
#[test]
fn with_a_full_disk_learning_goes_on_and_the_session_is_whole_again_when_there_is_room() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let path = super::directory("full").join("full.jsonl");
    let line = format!(
        "trap '' XFSZ; ulimit -S -f 1; exec {} train --dialogues 900000000000 --out {}",
        env!("CARGO_BIN_EXE_dialoq"),
        path.display()
    );
    let program = Command::new("sh").args(["-c", &line]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell");
    let mut program = super::Endless(program);
    let heads = || {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let journal = Journal::parse(&bytes).ok();
        (bytes.len(), journal.and_then(|j| j.runs.first().map(|r| (r.head.0, j.damage))))
    };
    let deadline = Instant::now() + Duration::from_secs(40);
    let wait = |what: &str, seen: &dyn Fn() -> bool| {
        while !seen() {
            assert!(Instant::now() < deadline, "waited in vain until {what}: {:?}", heads());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    // No more fits: the last head stays what it is, and no half of a line stays behind it.
    wait("the disk is full", &|| {
        heads().0 > 400 && {
            let before = heads();
            std::thread::sleep(Duration::from_millis(1500));
            before == heads() && before.1.is_some_and(|(_, damage)| damage.is_none())
        }
    });
    let (bytes, Some((full, None))) = heads() else { panic!("{:?}", heads()) };
    assert!(bytes <= 1024 && program.try_wait().unwrap().is_none(), "it learns on");
    let pid = Pid::from_raw(program.id().cast_signed()).unwrap();
    prlimit(Some(pid), Resource::Fsize, Rlimit { current: None, maximum: None }).unwrap();
    wait("it is written again", &|| heads().1.is_some_and(|(head, damage)| head > full && damage.is_none()));
    program.kill().unwrap();
    program.wait().unwrap();
}
