//! A signal that ends the program gives the terminal back first: while a line is typed, its keys come raw.

/// Starts listening for such signals, where the terminal is as it is to be found again.
pub fn give_back_on_signals() {
    #[cfg(unix)]
    // Where it fails, the signals end the program as they always do.
    let _ = unix::listen();
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::Once;
    use std::thread;

    use rustix::stdio;
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGBUS, SIGHUP, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
    };
    use signal_hook::iterator::Signals;

    use crate::cli::output;

    /// Signals that end a program that does not catch them; the line editor sees to SIGINT.
    const ENDING: [i32; 14] =
        [SIGABRT, SIGALRM, SIGBUS, SIGHUP, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU];
    /// No bracketed paste, and a new line for the shell.
    const LEAVE: &[u8] = b"\x1b[?2004l\r\n";

    pub fn listen() -> io::Result<()> {
        static ONCE: Once = Once::new();
        let before = tcgetattr(stdio::stdin())?;
        let mut begun = Ok(());
        ONCE.call_once(|| begun = start(before));
        begun
    }

    fn start(before: rustix::termios::Termios) -> io::Result<()> {
        let mut signals = Signals::new(ENDING)?;
        let wait = move || {
            if let Some(signal) = signals.forever().next() {
                let _ = tcsetattr(stdio::stdin(), OptionalActions::Now, &before);
                output::past_the_lock(LEAVE);
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                // For signals that it does not know.
                std::process::exit(128 + signal);
            }
        };
        thread::Builder::new().name("signals".into()).spawn(wait).map(drop)
    }
}
