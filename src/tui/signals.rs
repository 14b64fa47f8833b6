//! What wakes the screens: input, signals, the terminal's end. Each comes through one channel, so that nothing is polled.
//!
//! Input is read on a thread of its own because crossterm blocks inside half a key sequence and spins once a terminal is
//! gone; neither may stop the picture. A terminating signal ends the program within a second even while a write to a
//! terminal that no longer reads is stuck.

use std::io;
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
    /// Nothing more will ever be read.
    Gone,
}

/// Exit code of a program that a signal ended.
pub const SIGNALLED: i32 = 128;
/// What a terminal's end counts as.
pub const HANG_UP: i32 = 1;

/// Starts listening. The threads live as long as the program: what they wait for has no end.
pub fn listen() -> io::Result<Receiver<Wake>> {
    let (wake, wakes) = channel();
    unix::listen(wake.clone())?;
    thread::Builder::new().name("input".into()).spawn(move || read(&wake))?;
    Ok(wakes)
}

fn read(wake: &Sender<Wake>) {
    while let Ok(event) = crossterm::event::read() {
        if wake.send(Wake::Input(event)).is_err() {
            return;
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
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGSTOP, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;

    use super::{SIGNALLED, Wake};
    use crate::tui::terminal::LEAVE;

    /// How long the screens have to end in order after a signal.
    const ORDERLY: Duration = Duration::from_millis(700);

    pub fn listen(wake: Sender<Wake>) -> io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT])?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                // The screens may have ended already: then there is nobody to tell.
                let _ = match signal {
                    SIGTSTP => wake.send(Wake::Suspend),
                    SIGCONT => wake.send(Wake::Continue),
                    signal => {
                        let _ = wake.send(Wake::End(signal));
                        thread::sleep(ORDERLY);
                        end_at_once(signal);
                    }
                };
            }
        })?;
        Ok(())
    }

    /// The screens are stuck: give the terminal back as far as that does not block, and end.
    fn end_at_once(signal: i32) -> ! {
        let _ = crossterm::terminal::disable_raw_mode();
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        if let Ok(tty) = rustix::fs::open("/dev/tty", flags, Mode::empty()) {
            let _ = rustix::io::write(&tty, LEAVE);
        }
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
