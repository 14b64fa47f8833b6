//! The program itself on a mutated file: how it ends, what it says, what memory and time it takes.
//!
//! Both limits are set by the shell's `ulimit`, so that the system keeps them: the data segment (on Linux heap and private maps, which
//! no resident set can exceed) and the seconds of the processor, which a busy machine does not lengthen. Each is what the same
//! command takes on a sound file, rounded up, and what a file may cost besides.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::checks;
use super::readers::INPUT;

/// Kibibytes that any file may cost, and how many times its size.
const FREE: u64 = 64 << 10;
const TIMES: u64 = 20;
/// Seconds of the processor.
const SECONDS: u64 = 10;
/// Nobody waits longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(240);

pub struct Ended {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub took: Duration,
}

/// What a command takes on a sound file.
#[derive(Clone, Copy)]
pub struct Base {
    pub kibibytes: u64,
    pub seconds: u64,
    pub code: Option<i32>,
}

/// Runs a command in a folder; `{}` stands for it.
pub fn run(dir: &Path, line: &str, kibibytes: u64, seconds: u64) -> Ended {
    let words = line.split(' ').map(|word| word.replace("{}", &dir.display().to_string()));
    let limits = "ulimit -c 0; ulimit -d \"$1\"; ulimit -t \"$2\"; shift 2; exec \"$@\"";
    let file = |name: &str| File::create(dir.join(name)).unwrap();
    let input = File::open(dir.join(INPUT)).map_or_else(|_| Stdio::null(), Stdio::from);
    let begun = Instant::now();
    let mut child = Command::new("/bin/sh")
        .args(["-c", limits, "sh", &kibibytes.to_string(), &seconds.to_string(), env!("CARGO_BIN_EXE_dialoq")])
        .args(words)
        .current_dir(dir)
        .env("DIALOQ_STATE_DIR", dir)
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("RUST_BACKTRACE", "0")
        .stdin(input)
        .stdout(file("said.out"))
        .stderr(file("said.err"))
        .spawn()
        .unwrap();
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = begun.elapsed();
    Ended { code, out: std::fs::read(dir.join("said.out")).unwrap(), err: std::fs::read(dir.join("said.err")).unwrap(), took }
}

/// The least power of two of memory that a command ends well in, and its seconds.
pub fn base(dir: &Path, line: &str, clear: &dyn Fn()) -> Base {
    let free = run(dir, line, 64 << 20, 600);
    let mut kibibytes = 32 << 10;
    if cfg!(target_os = "linux") {
        while kibibytes < 8 << 20 {
            clear();
            if run(dir, line, kibibytes, 600).code == free.code {
                break;
            }
            kibibytes *= 2;
        }
    } else {
        kibibytes = 64 << 20;
    }
    clear();
    Base { kibibytes, seconds: free.took.as_secs() + 1, code: free.code }
}

/// Whether somebody who waits was told what for: how much is learned again.
fn told(err: &[u8]) -> bool {
    String::from_utf8_lossy(err).contains("the session is learned again, as much work as ")
}

/// Runs a command on a file of so many bytes; what is wrong comes back, and what was said.
pub fn tried(dir: &Path, line: &str, base: Base, bytes: u64) -> (Vec<String>, Ended) {
    let ended = run(dir, line, base.kibibytes + FREE + TIMES * bytes / 1024, SECONDS + 4 * base.seconds);
    (wrong(&ended), ended)
}

/// What is wrong with how a command ended.
pub fn wrong(ended: &Ended) -> Vec<String> {
    let mut wrong = Vec::new();
    let err = String::from_utf8_lossy(&ended.err);
    let panicked = err.lines().find(|l| l.contains("panicked"));
    match ended.code {
        Some(0..=2) => {}
        _ if told(&ended.err) && panicked.is_none() && !err.contains("memory allocation") => {}
        code => {
            let kind = if err.contains("memory allocation") { "out of memory" } else { "ended" };
            wrong.push(format!("{kind} with {code:?} after {:.1} s", ended.took.as_secs_f64()));
        }
    }
    wrong.extend(panicked.map(str::to_owned));
    checks::printed("standard output", &ended.out, &mut wrong);
    checks::said(&ended.err, &mut wrong);
    wrong
}
