//! The monkey itself: it does one event after the other and looks at what comes of it.

use std::collections::VecDeque;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::event::{Deed, Event};
use super::eye::Eye;
use super::hand::Hand;
use super::reach::Reach;
use super::sessions;
use crate::pty::terminal::{PATIENCE, Status, Terminal};

/// How long the program may take to open: a large world is compiled, a session brought back.
const OPENING: Duration = Duration::from_secs(60);
/// How long the trainer may take to come to rest.
const RESTING: Duration = Duration::from_secs(60);
/// How long the program may take to end: a second where the machine is free, more where others keep it busy.
const ENDING: Duration = Duration::from_secs(10);
/// The program waits half a second for the trainer's step under way. An end that took less gave nothing up.
const GIVEN_UP: Duration = Duration::from_millis(450);
/// Events that a failure prints.
const LAST: usize = 50;
/// What may wait unread in the terminal; more could hold up this test for ever if the program reads no more.
const UNREAD: usize = 2_000;
/// The exit code after a Ctrl-C that comes when the program has given the terminal back already.
const INTERRUPTED: u32 = 130;

pub enum Source {
    Hand(Box<Hand>),
    Script(VecDeque<Event>),
}

pub struct Monkey {
    seed: u64,
    source: Source,
    dir: PathBuf,
    terminal: Option<Terminal>,
    eye: Eye,
    /// Bytes that the eye has read.
    read: usize,
    size: (u16, u16),
    /// Bytes sent since the last look.
    unread: usize,
    looks: u16,
    interrupted: bool,
    /// Whether the program has taken the screen.
    opened: bool,
    pub lives: u64,
    /// When the program gave the terminal back; none while it has it.
    left: Option<Instant>,
    /// Ends that took so long that the trainer's step under way may have been given up.
    pub slow_ends: usize,
    /// Grows with every end and every rest of the program.
    chapter: u64,
    pub reach: Reach,
    diary: Diary,
}

/// All that was done. Where the test fails, it says how to do it again.
struct Diary {
    seed: u64,
    file: PathBuf,
    events: Vec<String>,
    /// Where the last life began, and its window.
    life: usize,
    window: String,
}

impl Drop for Diary {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let _ = fs::write(&self.file, self.events.join("\n"));
        let last = self.events.len().saturating_sub(LAST).max(self.life + 1).min(self.events.len());
        let life = self.events.get(self.life).cloned().unwrap_or_default();
        let words = format!("{life} {} {}", self.window, self.events[last..].join(" "));
        let mut text = format!("\nthe monkey of seed {} failed at event {}\n", self.seed, self.events.len());
        let _ = writeln!(text, "again from the start: DIALOQ_MONKEY_SEED={} DIALOQ_MONKEY_EVENTS={}", self.seed, self.events.len() + 50);
        let _ = writeln!(text, "all events again: DIALOQ_MONKEY_REPLAY='@{}'", self.file.display());
        let _ = writeln!(text, "the last ones again: DIALOQ_MONKEY_REPLAY='{words}'");
        eprintln!("{text}");
    }
}

impl Monkey {
    pub fn new(seed: u64, source: Source) -> Monkey {
        static NUMBER: Mutex<u32> = Mutex::new(0);
        let number = {
            let mut number = NUMBER.lock().unwrap();
            *number += 1;
            *number
        };
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("monkey-{}-{number}", std::process::id()));
        fs::create_dir_all(dir.join("state")).unwrap();
        fs::create_dir_all(dir.join("here")).unwrap();
        let window = "size:120x40".to_owned();
        let diary = Diary { seed, file: dir.join("events"), events: Vec::new(), life: 0, window };
        Monkey {
            seed,
            source,
            dir,
            terminal: None,
            eye: Eye::default(),
            read: 0,
            size: (120, 40),
            unread: 0,
            looks: 0,
            interrupted: false,
            opened: false,
            lives: 0,
            left: None,
            slow_ends: 0,
            chapter: 0,
            reach: Reach::default(),
            diary,
        }
    }

    pub fn events(&self) -> usize {
        self.diary.events.len()
    }

    fn state(&self) -> PathBuf {
        self.dir.join("state")
    }

    /// Does so many events, or those of the script, and leaves.
    pub fn play(&mut self, count: u64) {
        while (self.events() as u64) < count {
            let Some(event) = self.next() else { break };
            self.diary.events.push(event.to_string());
            self.act(&event);
            self.heed();
        }
        self.leave();
    }

    fn next(&mut self) -> Option<Event> {
        let born = self.terminal.is_some();
        let script_has_life = |s: &VecDeque<Event>| matches!(s.front(), Some(Event { deed: Deed::Life(_), .. }));
        match &mut self.source {
            Source::Script(script) if born || script_has_life(script) || script.is_empty() => return script.pop_front(),
            Source::Hand(hand) if born => return Some(hand.next()),
            _ => {}
        }
        // A session in which nothing has begun is none to be gone on with.
        let kept = fs::read_dir(self.state()).unwrap().any(|entry| sessions::is_session(&entry.unwrap().path()));
        let deed = Deed::Life(Hand::life(self.seed, self.lives, kept));
        Some(Event { deed, rest: 0 })
    }

    fn act(&mut self, event: &Event) {
        match &event.deed {
            Deed::Life(flags) => self.begin(flags),
            Deed::Type(bytes) => self.press(bytes),
            Deed::Size(columns, rows) => {
                self.size = (*columns, *rows);
                self.diary.window = format!("size:{columns}x{rows}");
                self.resize(self.size);
            }
            Deed::Stop => {
                self.terminal().signal(Signal::TSTP);
                self.until("a stop", PATIENCE, |_| None::<()>);
            }
            Deed::Look => self.look(),
            Deed::Knock => self.knock(),
        }
        std::thread::sleep(event.rest());
    }

    fn terminal(&mut self) -> &mut Terminal {
        self.terminal.as_mut().expect("the program has begun")
    }

    fn begin(&mut self, flags: &str) {
        self.leave();
        (self.eye, self.read, self.interrupted, self.opened) = (Eye::of(self.size), 0, false, false);
        self.diary.life = self.diary.events.len() - 1;
        let line = format!("cd '{}' && exec '{}' {flags}", self.dir.join("here").display(), env!("CARGO_BIN_EXE_dialoq"));
        let state = self.state().display().to_string();
        let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("DIALOQ_STATE_DIR", state.as_str())];
        self.terminal = Some(Terminal::start(self.size, &["sh", "-c", &line], &env));
        self.lives += 1;
        let opened = self.until("the screen", OPENING, |screen| screen.alternate_screen().then_some(()));
        assert!(opened.is_some(), "the program does not open: {flags}\n{}", self.eye.told);
        self.opened = true;
        // Two of three find the run there, the third one types before it is.
        if !self.lives.is_multiple_of(3) {
            self.until("the first picture", OPENING, |screen| (!screen.contents().trim().is_empty() && !compiles(screen)).then_some(()));
        }
    }

    fn press(&mut self, bytes: &[u8]) {
        if self.unread + bytes.len() > UNREAD {
            self.look();
        }
        let Some(terminal) = &mut self.terminal else { return };
        self.unread += bytes.len();
        terminal.screen(|screen| self.reach.note(screen, bytes));
        terminal.press_bytes(bytes);
        self.interrupted |= bytes.contains(&3);
        if bytes == [0x1a] {
            // What is typed while it stands still goes to whoever has the terminal then.
            let soon = Instant::now() + Duration::from_secs(1);
            while self.is_up() && Instant::now() < soon {
                std::thread::sleep(Duration::from_millis(5));
                self.heed();
            }
        }
    }

    fn resize(&mut self, size: (u16, u16)) {
        let window = &mut self.eye.window;
        *window = (window.0.max(size.0), window.1.max(size.1));
        self.terminal().resize(size);
    }

    /// Whether the program runs and has the terminal.
    fn is_up(&self) -> bool {
        self.terminal.as_ref().is_some_and(|terminal| terminal.screen(vt100::Screen::alternate_screen))
    }

    /// Looks at all that has come. A program that has left its screen is waited for: it ends, or stands still.
    fn heed(&mut self) {
        let deadline = Instant::now() + ENDING;
        loop {
            self.heed_once();
            if !self.opened || self.terminal.is_none() || self.is_up() {
                self.left = None;
                return;
            }
            self.left.get_or_insert_with(Instant::now);
            assert!(Instant::now() < deadline, "the program does not end:\n{}", self.eye.told);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What was written, whether the program stands still, whether it has ended.
    fn heed_once(&mut self) {
        let Some(terminal) = &mut self.terminal else { return };
        let ended = terminal.ended();
        let new = terminal.bytes_from(self.read);
        self.read += new.len();
        self.eye.read(&new);
        if let Some(wrong) = &self.eye.wrong {
            panic!("{wrong}; the screen:\n{}", terminal.screen(vt100::Screen::contents));
        }
        if !new.is_empty() {
            let text = terminal.screen(vt100::Screen::contents);
            assert!(!text.contains("stopped by an error"), "the trainer fell over:\n{text}");
        }
        if let Some(code) = ended {
            self.ended(code);
        } else if terminal.stopped() {
            self.rested();
        }
    }

    /// Waits for something on the screen, between two frames; none where the program ended or stood still meanwhile.
    fn until<T>(&mut self, what: &str, patience: Duration, mut see: impl FnMut(&vt100::Screen) -> Option<T>) -> Option<T> {
        let (deadline, chapter) = (Instant::now() + patience, self.chapter);
        loop {
            self.heed();
            let terminal = self.terminal.as_ref().filter(|_| chapter == self.chapter)?;
            if let Some(seen) = terminal.whole().then(|| terminal.screen(&mut see)).flatten() {
                return Some(seen);
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}:\n{}", terminal.screen(vt100::Screen::contents));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The terminal is as it was before the program.
    fn is_whole(&self) {
        let terminal = self.terminal.as_ref().unwrap();
        terminal.until_restored();
        assert!(!terminal.screen(vt100::Screen::bracketed_paste), "pastes are still marked");
    }

    fn finish_reading(&mut self) {
        let read = self.read;
        let new = self.terminal().bytes_from(read);
        self.read += new.len();
        self.eye.read(&new);
        assert!(self.eye.left_on().is_empty(), "these modes are left behind: {:?}", self.eye.left_on());
    }

    fn rested(&mut self) {
        self.chapter += 1;
        self.is_whole();
        self.finish_reading();
        self.terminal().signal(Signal::CONT);
        let deadline = Instant::now() + PATIENCE;
        while !self.is_up() {
            assert!(Instant::now() < deadline, "the program does not go on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn ended(&mut self, code: u32) {
        self.is_whole();
        self.finish_reading();
        let told = &self.eye.told;
        assert!(code == 0 || code == INTERRUPTED && self.interrupted, "exit code {code}:\n{told}");
        // What was asked for inside a long step that was given up is said.
        let warns = told.contains("warning:") && !told.contains("came during a long step that had not ended");
        assert!(!told.contains("panicked") && !warns, "{told}");
        self.chapter += 1;
        self.terminal = None;
        let took = self.left.take().map_or(Duration::ZERO, |left| left.elapsed());
        if took > GIVEN_UP {
            self.slow_ends += 1;
            println!("the end at event {} took {} ms", self.diary.events.len(), took.as_millis());
        }
    }

    /// A window too small for anything says its size: keys, signals and drawing are alive.
    fn look(&mut self) {
        self.looks += 1;
        let small = (21 + self.looks % 39, 5 + self.looks / 39 % 10);
        let words = format!("{} x {}", small.0, small.1);
        self.resize(small);
        if self
            .until("a small picture", PATIENCE, |screen| (screen.contents().contains(&words) || compiles(screen)).then_some(()))
            .is_none()
        {
            return self.back();
        }
        self.eye.window = small;
        self.back();
        let size = self.size;
        if size >= (60, 15) && size.1 >= 15 && self.terminal.is_some() {
            self.until("a picture", PATIENCE, |screen| (drawn(screen) || compiles(screen)).then_some(()));
            self.eye.window = size;
        }
        self.unread = 0;
    }

    /// Back to the window that the events have chosen.
    fn back(&mut self) {
        if self.terminal.is_some() {
            self.resize(self.size);
        }
    }

    /// Out of whatever is open, and one turn: the trainer is alive, and its state has a digest.
    fn knock(&mut self) {
        self.resize((120, 40));
        // Ends a sequence that garbage may have begun.
        self.press(b"M~m");
        for _ in 0..6 {
            self.heed();
            self.press(b"\x1b");
            std::thread::sleep(Duration::from_millis(60));
        }
        // A world may still be compiled, or the past be gone through.
        let busy = |screen: &vt100::Screen| ["compiling", "Esc stops"].iter().any(|words| Status::read(screen).line.contains(words));
        if self.until("the end of what takes long", RESTING, |screen| (drawn(screen) && !busy(screen)).then_some(())).is_some() {
            self.press(b"n");
        }
        let rests = |screen: &vt100::Screen| {
            let status = Status::read(screen);
            (status.line.contains("at its end") || status.line.split(' ').any(is_digest)).then_some(())
        };
        if self.terminal.is_some() && self.until("a turn taken", RESTING, rests).is_some() {
            self.press(b" ");
        }
        self.back();
    }

    /// Ends the program, if it runs, and looks at what it leaves.
    fn leave(&mut self) {
        if self.terminal.is_none() {
            return;
        }
        self.press(b"M~m");
        self.press(b"\x03");
        self.interrupted = false;
        let deadline = Instant::now() + ENDING;
        while self.terminal.is_some() {
            self.heed();
            assert!(Instant::now() < deadline, "the program does not obey Ctrl-C:\n{}", self.eye.told);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Learns every session again, two at a time: how many, and how many runs they have.
    pub fn learn_all_again(self) -> (usize, usize) {
        let sessions = sessions::all(&self.dir);
        let state = self.state();
        let (open, runs, failures) = (Mutex::new(sessions.iter()), Mutex::new(0), Mutex::new(Vec::new()));
        let without = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    loop {
                        let Some(session) = open.lock().unwrap().next() else { return };
                        match sessions::learn_again(session, &state) {
                            Ok(learned) => {
                                *runs.lock().unwrap() += learned.runs;
                                without.lock().unwrap().extend((!learned.with_digests).then_some(session));
                            }
                            Err(failure) => failures.lock().unwrap().push(failure),
                        }
                    }
                });
            }
        });
        let failures = failures.into_inner().unwrap();
        assert!(failures.is_empty(), "{} of {} sessions:\n{}", failures.len(), sessions.len(), failures.join("\n"));
        let without = without.into_inner().unwrap();
        assert!(without.len() <= self.slow_ends, "{without:?} have no last digest, and only {} ends were slow", self.slow_ends);
        fs::remove_dir_all(&self.dir).unwrap();
        (sessions.len(), runs.into_inner().unwrap())
    }
}

/// Whether panes stand there, whatever lies over them.
fn drawn(screen: &vt100::Screen) -> bool {
    let first = screen.rows(0, screen.size().1).next().unwrap_or_default();
    !first.trim().is_empty() && !screen.contents().contains("is too small")
}

/// A digest as the status line shows it, with the word before it or without: `16e8·9dba`.
fn is_digest(word: &str) -> bool {
    let parts = word.split(|c: char| !c.is_ascii_hexdigit()).collect::<Vec<_>>();
    parts.len() == 2 && parts.iter().all(|part| part.len() == 4)
}

fn compiles(screen: &vt100::Screen) -> bool {
    screen.contents().contains("compiling the world")
}
