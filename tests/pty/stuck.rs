//! A terminal that no longer reads, or is gone, cannot keep the program from ending.

use std::time::Duration;

use rustix::process::Signal;

use super::{LARGE, Terminal};

/// A second, and what a loaded machine may take besides.
const SOON: Duration = Duration::from_millis(2_500);

/// A program whose last frame stays stuck half way into the terminal.
fn stuck(flags: &str) -> Terminal {
    let mut terminal = Terminal::open((200, 60), flags);
    terminal.until_shown(&["● learning"]);
    terminal.stop_reading();
    // Every new screen, painted whole, is a good part of a terminal's buffer; a slow machine skips some of them.
    for key in ["2", "\x0c", "3", "\x0c", "1", "\x0c"].iter().cycle().take(40) {
        terminal.press(key);
        std::thread::sleep(Duration::from_millis(60));
    }
    terminal
}

#[test]
fn a_terminal_that_does_not_read_cannot_hold_up_a_signal() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut terminal = stuck("--pace max");
        terminal.signal(signal);
        let (code, took) = terminal.end();
        assert_eq!(code, 128 + signal.as_raw().cast_unsigned());
        assert!(took < SOON, "it took {took:?}");
        assert!(!terminal.is_raw(), "keys still come raw");
        // Else it was not stuck at all, and this test shows nothing.
        assert!(!terminal.read_to_the_end(), "the last frame came whole");
    }
}

#[test]
fn a_terminal_that_reads_again_gets_the_newest_picture() {
    let mut terminal = stuck("");
    terminal.press(" ");
    terminal.read_on();
    terminal.until_status("the pause", |s| s.paused().then_some(()));
    terminal.quit();
}

#[test]
fn a_terminal_that_is_gone_ends_the_program() {
    for flags in ["", "--pace max"] {
        let mut terminal = Terminal::open(LARGE, flags);
        terminal.until_status("learning", |s| s.learning().then_some(()));
        terminal.hang_up();
        let (code, took) = terminal.end();
        assert_eq!(code, 129);
        assert!(took < SOON, "it took {took:?}");
    }
}
