//! What wakes the screens: input, signals, the terminal's end. Each comes through one channel, so that nothing is polled.
//!
//! Input is read on a thread of its own because crossterm blocks inside half a key sequence and spins once a terminal is
//! gone; neither may stop the picture. A terminating signal ends the program within a second even while a write to a
//! terminal that no longer reads is stuck.

use std::io;
use std::panic::catch_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crossterm::event::Event;

#[derive(Debug)]
pub enum Wake {
    Input(Event),
    /// A terminating signal of this number.
    End(i32),
    Suspend,
    Continue,
    /// The window has another size.
    Resized,
    /// Nothing more will ever be read.
    Gone,
}

/// Exit code of a program that a signal ended.
pub const SIGNALLED: i32 = 128;
/// What a terminal's end counts as.
pub const HANG_UP: i32 = 1;

/// Panics of the parser in a row after which the terminal counts as gone.
const PANICS: u32 = 256;

/// Starts listening. The threads live as long as the program: what they wait for has no end.
pub fn listen() -> io::Result<Receiver<Wake>> {
    let (wake, wakes) = channel();
    unix::listen(wake.clone())?;
    thread::Builder::new().name("input".into()).spawn(move || read(&wake))?;
    Ok(wakes)
}

fn read(wake: &Sender<Wake>) {
    // A panic of the library's parser costs the bytes that it was given, not the keyboard.
    let mut panics = 0;
    while panics < PANICS {
        match catch_unwind(crossterm::event::read) {
            Ok(Ok(event)) => {
                panics = 0;
                if wake.send(Wake::Input(event)).is_err() {
                    return;
                }
            }
            Ok(Err(_)) => break,
            Err(_) => panics += 1,
        }
    }
    let _ = wake.send(Wake::Gone);
}

pub use unix::{ask_to_suspend, gone, stop};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::mpsc::Sender;
    use std::thread;
    use std::time::Duration;

    use rustix::fs::{Mode, OFlags};
    use rustix::process::{self, Signal};
    use rustix::{stdio, termios};
    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGBUS, SIGCONT, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGSTOP, SIGSYS, SIGTERM, SIGTRAP, SIGTSTP, SIGUSR1,
        SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU,
    };
    use signal_hook::iterator::Signals;

    use super::{SIGNALLED, Wake};
    use crate::tui::terminal::{self, LEAVE};

    /// How long the screens have to end in order after a signal.
    const ORDERLY: Duration = Duration::from_millis(700);
    /// How long the session has to be written after the screens have ended: longer than its writer waits for a disk.
    const WRITING: Duration = Duration::from_secs(8);

    /// Signals that end a program that does not catch them. SIGILL, SIGFPE and SIGSEGV are missing: they cannot be caught without `unsafe`.
    /// SIGPIPE and SIGXFSZ are missing because the program ignores them: a write fails instead.
    const ENDING: &[i32] = &[
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGALRM, SIGBUS, SIGIO, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
    ];
    /// Linux also has SIGSTKFLT, SIGPWR and the real-time signals. The C library keeps 32 and 33 to itself.
    #[cfg(all(target_os = "linux", not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64"))))]
    fn more() -> impl Iterator<Item = i32> {
        [16, 30].into_iter().chain(34..=64)
    }
    #[cfg(not(all(target_os = "linux", not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64")))))]
    fn more() -> impl Iterator<Item = i32> {
        std::iter::empty()
    }

    pub fn listen(wake: Sender<Wake>) -> io::Result<()> {
        let mut signals = Signals::new([SIGTSTP, SIGCONT, SIGWINCH].iter().chain(ENDING))?;
        // A system may keep some of these to itself.
        more().for_each(|signal| drop(signals.add_signal(signal)));
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                // The screens may have ended already: then there is nobody to tell.
                let _ = match signal {
                    SIGTSTP => wake.send(Wake::Suspend),
                    SIGCONT => wake.send(Wake::Continue),
                    // The library tells of it too, but not inside half a key sequence.
                    SIGWINCH => wake.send(Wake::Resized),
                    signal => {
                        let _ = wake.send(Wake::End(signal));
                        thread::sleep(ORDERLY);
                        if terminal::is_given_back() {
                            thread::sleep(WRITING);
                        }
                        end_at_once(signal);
                    }
                };
            }
        })?;
        Ok(())
    }

    /// The screens are stuck: give the terminal back as far as that does not block, and end.
    fn end_at_once(signal: i32) -> ! {
        // Whatever happens on the way, this is the end.
        let _ = std::panic::catch_unwind(|| {
            let _ = crossterm::terminal::disable_raw_mode();
            let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
            if let Ok(tty) = rustix::fs::open("/dev/tty", flags, Mode::empty()) {
                let _ = rustix::io::write(&tty, LEAVE);
            }
        });
        std::process::exit(SIGNALLED + signal)
    }

    /// Whether the terminal has hung up. crossterm does not say so, and a terminal that is not the controlling one sends no
    /// signal either.
    pub fn gone() -> bool {
        termios::tcgetattr(stdio::stdin()).is_err()
    }

    /// What Ctrl-Z does where a terminal is not raw: the signal goes to the whole job, so that a wrapping script stops too.
    /// Where the terminal does not call us its foreground job, only to ourselves.
    pub fn ask_to_suspend() {
        let foreground = termios::tcgetpgrp(stdio::stdin());
        let _ = match foreground {
            Ok(group) if group == process::getpgrp() => process::kill_current_process_group(Signal::TSTP),
            _ => process::kill_process(process::getpid(), Signal::TSTP),
        };
    }

    /// Stops the whole program; returns when it goes on.
    pub fn stop() {
        let _ = signal_hook::low_level::raise(SIGSTOP);
    }
}

#[cfg(not(unix))]
mod unix {
    use std::io;
    use std::sync::mpsc::Sender;

    use super::Wake;

    pub fn listen(_wake: Sender<Wake>) -> io::Result<()> {
        Ok(())
    }
    pub fn gone() -> bool {
        false
    }
    pub fn ask_to_suspend() {}
    pub fn stop() {}
}
