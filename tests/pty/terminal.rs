//! A terminal of ours: a thread reads what the program writes into an emulated screen; tests wait for what they want to see there.

use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, waitid, waitpid};

/// How long a test waits for what must come: a slow, loaded machine passes too.
pub const PATIENCE: Duration = Duration::from_secs(20);
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// What came from the program.
struct Heard {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Whether the terminal reads on.
    reads: bool,
    /// Whether nobody is left to read for.
    over: bool,
}

impl Heard {
    /// Between two frames: nothing half drawn.
    fn whole(&self) -> bool {
        last(&self.bytes, END_FRAME) >= last(&self.bytes, BEGIN_FRAME)
    }
}

fn last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|w| w == what)
}

type Ear = Arc<(Mutex<Heard>, Condvar)>;

pub struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    /// Kept open, so that the settings outlive the program.
    slave: Option<Box<dyn SlavePty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    ear: Ear,
    reader: Option<JoinHandle<()>>,
    before: String,
}

/// Colours as most terminals have them.
const TRUE_COLOUR: &[(&str, &str)] = &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];

impl Terminal {
    /// The program with these flags, in a window of (columns, rows).
    pub fn open(size: (u16, u16), flags: &str) -> Terminal {
        Terminal::open_with(size, flags, TRUE_COLOUR)
    }

    pub fn open_with(size: (u16, u16), flags: &str, env: &[(&str, &str)]) -> Terminal {
        let words: Vec<&str> = std::iter::once(env!("CARGO_BIN_EXE_dialoq")).chain(flags.split_whitespace()).collect();
        Terminal::start(size, &words, env)
    }

    /// Any command, in an environment that says nothing but `env`, English and UTF-8.
    pub fn start(size: (u16, u16), words: &[&str], env: &[(&str, &str)]) -> Terminal {
        let pair = native_pty_system().openpty(cells(size)).unwrap();
        let before = format!("{:?}", pair.master.get_termios().unwrap());
        let mut command = CommandBuilder::from_argv(words.iter().map(Into::into).collect());
        command.env_clear();
        // Sessions of tests are nobody's.
        command.env("DIALOQ_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/pty-sessions"));
        for (name, value) in env.iter().chain(&[("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")]) {
            command.env(name, value);
        }
        command.cwd(env!("CARGO_TARGET_TMPDIR"));
        let heard = Heard { parser: vt100::Parser::new(size.1, size.0, 0), bytes: Vec::new(), reads: true, over: false };
        let ear: Ear = Arc::new((Mutex::new(heard), Condvar::new()));
        let (own, from) = (ear.clone(), pair.master.try_clone_reader().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        let reader = std::thread::spawn(move || listen(&own, from));
        let keys = pair.master.take_writer().unwrap();
        Terminal { master: Some(pair.master), slave: Some(pair.slave), keys: Some(keys), child, ear, reader: Some(reader), before }
    }

    /// Types: letters, and control sequences as they are.
    pub fn press(&mut self, keys: &str) {
        self.press_bytes(keys.as_bytes());
    }

    pub fn press_bytes(&mut self, keys: &[u8]) {
        let to = self.keys.as_mut().unwrap();
        to.write_all(keys).unwrap();
        to.flush().unwrap();
    }

    pub fn resize(&mut self, size: (u16, u16)) {
        // The program must not draw for the new size on a screen of the old one.
        let mut heard = self.ear.0.lock().unwrap();
        let parser = &mut heard.parser;
        let (rows, columns) = parser.screen().size();
        if size.0 < columns {
            // vt100 0.16 keeps the first half of a wide letter that a narrower screen cuts, and falls over where it is written over.
            for row in 0..rows {
                if parser.screen().cell(row, size.0 - 1).is_some_and(vt100::Cell::is_wide) {
                    parser.process(format!("\u{1b}7\u{1b}[{};{}H  \u{1b}8", row + 1, size.0).as_bytes());
                }
            }
        }
        parser.screen_mut().set_size(size.1, size.0);
        drop(heard);
        self.master.as_ref().unwrap().resize(cells(size)).unwrap();
    }

    /// Waits until the screen, as it is between two frames, shows something.
    pub fn until<T>(&mut self, what: &str, mut see: impl FnMut(&vt100::Screen) -> Option<T>) -> T {
        let mut deadline = Instant::now() + PATIENCE;
        loop {
            let exited = self.child.try_wait().unwrap();
            if exited.is_some() {
                // Only what is already on its way can come.
                deadline = deadline.min(Instant::now() + PATIENCE / 10);
            }
            let (whole, screen) = {
                let heard = self.ear.0.lock().unwrap();
                (heard.whole(), heard.parser.screen().clone())
            };
            if let Some(seen) = see(&screen).filter(|_| whole) {
                return seen;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; exit: {exited:?}:\n{}", screen.contents());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until all these words stand on the screen.
    pub fn until_shown(&mut self, words: &[&str]) {
        self.until(&format!("{words:?}"), |screen| {
            let text = screen.contents();
            words.iter().all(|word| text.contains(word)).then_some(())
        });
    }

    /// Waits until the status line says something.
    pub fn until_status<T>(&mut self, what: &str, mut see: impl FnMut(&Status) -> Option<T>) -> T {
        self.until(what, |screen| see(&Status::read(screen)))
    }

    /// All that came so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.ear.0.lock().unwrap().bytes.clone()
    }

    /// What came behind so many bytes.
    pub fn bytes_from(&self, start: usize) -> Vec<u8> {
        self.ear.0.lock().unwrap().bytes[start..].to_vec()
    }

    pub fn screen<T>(&self, see: impl FnOnce(&vt100::Screen) -> T) -> T {
        see(self.ear.0.lock().unwrap().parser.screen())
    }

    /// Whether the last frame came whole.
    pub fn whole(&self) -> bool {
        self.ear.0.lock().unwrap().whole()
    }

    /// Lets the terminal stop reading, as one that hangs; what was on its way is read no more.
    pub fn stop_reading(&self) {
        self.ear.0.lock().unwrap().reads = false;
    }

    pub fn read_on(&self) {
        self.ear.0.lock().unwrap().reads = true;
        self.ear.1.notify_all();
    }

    /// After the program's end: reads what is left, and says whether the last frame came whole.
    pub fn read_to_the_end(&mut self) -> bool {
        self.read_on();
        self.slave = None;
        self.reader.take().unwrap().join().unwrap();
        self.whole()
    }

    /// Takes the terminal away from the program.
    pub fn hang_up(&mut self) {
        self.ear.0.lock().unwrap().over = true;
        self.ear.1.notify_all();
        // The reader wakes at the next frame; it holds the terminal too.
        self.reader.take().unwrap().join().unwrap();
        self.keys = None;
        self.master = None;
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap().cast_signed()).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until the program stands still.
    pub fn until_stopped(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !waitpid(Some(self.pid()), WaitOptions::UNTRACED | WaitOptions::NOHANG).unwrap().is_some_and(|(_, s)| s.stopped()) {
            assert!(Instant::now() < deadline, "the program does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the program has come to stand still since this was last asked.
    pub fn stopped(&self) -> bool {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
        // An error says that it has ended.
        waitid(WaitId::Pid(self.pid()), options).is_ok_and(|status| status.is_some_and(|status| status.stopped()))
    }

    /// The exit code, if the program has ended.
    pub fn ended(&mut self) -> Option<u32> {
        self.child.try_wait().unwrap().map(|status| status.exit_code())
    }

    /// Waits for the program's end: the exit code, and how long it took.
    pub fn end(&mut self) -> (u32, Duration) {
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), asked.elapsed());
            }
            assert!(asked.elapsed() < PATIENCE, "the program does not end:\n{}", self.screen(vt100::Screen::contents));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether keys come raw, as the program wants them while it has the terminal.
    pub fn is_raw(&self) -> bool {
        self.settings() != self.before
    }

    fn settings(&self) -> String {
        format!("{:?}", self.master.as_ref().unwrap().get_termios().unwrap())
    }

    /// Waits until the terminal is as it was before the program: settings, screen, cursor, mouse.
    pub fn until_restored(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = self.screen(|s| {
                [
                    ("the alternate screen", s.alternate_screen()),
                    ("a hidden cursor", s.hide_cursor()),
                    ("bracketed paste", s.bracketed_paste()),
                    ("the mouse", s.mouse_protocol_mode() != vt100::MouseProtocolMode::None),
                    ("the mouse's encoding", s.mouse_protocol_encoding() != vt100::MouseProtocolEncoding::Default),
                    ("bold or reverse", s.bold() || s.inverse() || s.dim()),
                    ("a colour", s.fgcolor() != vt100::Color::Default || s.bgcolor() != vt100::Color::Default),
                ]
            });
            let left: Vec<&str> = left.iter().filter(|(_, is)| *is).map(|(what, _)| *what).collect();
            if left.is_empty() && self.settings() == self.before && self.whole() {
                return;
            }
            assert!(Instant::now() < deadline, "left behind: {left:?}, {}", self.settings());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses q and finds everything as it was.
    pub fn quit(&mut self) {
        self.press("q");
        assert_eq!(self.end().0, 0, "the exit code after q");
        self.until_restored();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program has been waited for already where it has ended; then this does nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut heard = self.ear.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (heard.over, heard.reads) = (true, true);
        drop(heard);
        self.ear.1.notify_all();
        (self.keys, self.slave) = (None, None);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

fn cells((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn listen(ear: &Ear, mut from: Box<dyn Read + Send>) {
    let mut chunk = vec![0; 65_536];
    loop {
        {
            let heard = ear.0.lock().unwrap();
            let heard = ear.1.wait_while(heard, |h| !h.reads && !h.over).unwrap();
            if heard.over {
                return;
            }
        }
        let Ok(count @ 1..) = from.read(&mut chunk) else { return };
        let mut heard = ear.0.lock().unwrap();
        heard.parser.process(&chunk[..count]);
        heard.bytes.extend_from_slice(&chunk[..count]);
    }
}

/// The status line of a large window, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    pub line: String,
    pub dialogue: Option<u64>,
    /// Where the learner stands, in the past too.
    pub turn: Option<u64>,
    /// The furthest turn, in the past only.
    pub head: Option<u64>,
    /// The first eight digits, while paused.
    pub digest: Option<String>,
}

impl Status {
    pub fn read(screen: &vt100::Screen) -> Status {
        let line = screen.rows(0, screen.size().1).next().unwrap_or_default();
        let past = number_after(&line, "PAST ");
        let head = past.and_then(|_| number_after(&line, " of "));
        let digest = line.split_whitespace().find_map(|word| {
            let (high, low) = word.split_once('·')?;
            let hex = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_hexdigit());
            (hex(high) && hex(low)).then(|| format!("{high}{low}"))
        });
        Status { dialogue: number_after(&line, "dialogue "), turn: past.or_else(|| number_after(&line, "turn ")), head, digest, line }
    }

    pub fn paused(&self) -> bool {
        self.digest.is_some()
    }

    pub fn learning(&self) -> bool {
        self.line.contains("● learning")
    }
}

/// A count as the status line writes it: `9,871`, `142.8M`.
fn number_after(line: &str, word: &str) -> Option<u64> {
    let rest = line.split_once(word)?.1;
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || ",.".contains(*c)).filter(|c| *c != ',').collect();
    let unit = match rest.trim_start_matches(|c: char| c.is_ascii_digit() || ",.".contains(c)).chars().next() {
        Some('M') => 1e6,
        Some('G') => 1e9,
        _ => 1.0,
    };
    digits.parse::<f64>().ok().map(|number| (number * unit) as u64)
}
