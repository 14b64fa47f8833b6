//! However the program ends or rests, the terminal is found as it was.

use std::time::Duration;

use rustix::process::Signal;

use super::{LARGE, Terminal};

/// A second, and what a loaded machine may take besides.
const SOON: Duration = Duration::from_millis(2_500);

fn opened() -> Terminal {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| s.learning().then_some(()));
    terminal
}

fn has_the_terminal(terminal: &Terminal) -> bool {
    let taken = terminal.screen(|s| s.alternate_screen() && s.hide_cursor() && s.mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    taken && terminal.is_raw()
}

#[test]
fn the_terminal_is_taken_over_and_given_back_at_q() {
    let mut terminal = opened();
    assert!(has_the_terminal(&terminal));
    terminal.quit();
}

#[test]
fn what_stood_on_the_screen_before_stands_there_again() {
    let words = ["sh", "-c", &format!("echo before; {}; echo code $?", env!("CARGO_BIN_EXE_dialoq"))];
    let mut terminal = Terminal::start(LARGE, &words, &[("TERM", "xterm-256color")]);
    terminal.until_status("learning", |s| s.learning().then_some(()));
    terminal.press("q");
    terminal.until("the shell's screen", |s| {
        let lines: Vec<String> = s.rows(0, 120).take(3).collect();
        (lines == ["before", "code 0", ""]).then_some(())
    });
    terminal.until_restored();
}

#[test]
fn q_is_obeyed_while_a_large_world_is_prepared() {
    let mut terminal = Terminal::open(LARGE, "--scenario virtual-assistant");
    terminal.until("the screen", |s| s.alternate_screen().then_some(()));
    terminal.press("q");
    let (code, took) = terminal.end();
    assert_eq!(code, 0);
    assert!(took < SOON, "it took {took:?}");
    terminal.until_restored();
}

#[test]
fn q_is_obeyed_while_paths_of_language_models_begin() {
    let mut terminal = opened();
    terminal.press("5");
    terminal.until_shown(&["Enter begins small"]);
    terminal.press("\r");
    std::thread::sleep(Duration::from_millis(200));
    terminal.press("\r\rq");
    let (code, took) = terminal.end();
    assert_eq!(code, 0);
    assert!(took < SOON, "it took {took:?}");
    terminal.until_restored();
}

#[test]
fn ctrl_c_ends_it_from_under_an_overlay() {
    let mut terminal = opened();
    terminal.press(":");
    terminal.until_shown(&["─ Commands ─"]);
    terminal.press("\x03");
    assert_eq!(terminal.end().0, 0);
    terminal.until_restored();
}

fn ends_in_order(signals: &[Signal]) {
    for signal in signals {
        let mut terminal = opened();
        terminal.signal(*signal);
        let (code, took) = terminal.end();
        assert_eq!(code, 128 + signal.as_raw().cast_unsigned(), "{signal:?}");
        assert!(took < SOON, "{signal:?} took {took:?}");
        terminal.until_restored();
    }
}

#[test]
fn a_signal_ends_it_in_order() {
    ends_in_order(&[Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT, Signal::ABORT, Signal::XCPU]);
}

#[test]
fn every_other_signal_that_ends_a_program_and_can_be_caught_ends_it_in_order() {
    ends_in_order(&[Signal::TRAP, Signal::BUS, Signal::SYS, Signal::USR1, Signal::USR2]);
    ends_in_order(&[Signal::ALARM, Signal::VTALARM, Signal::PROF, Signal::IO]);
    #[cfg(target_os = "linux")]
    ends_in_order(&[Signal::STKFLT, Signal::POWER]);
}

#[test]
fn a_signal_gives_the_terminal_of_a_chat_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT, Signal::ABORT] {
        let mut terminal = Terminal::open(LARGE, "chat --dialogues 200");
        terminal.until("a raw terminal", |s| s.contents().contains("you").then_some(()));
        let deadline = std::time::Instant::now() + super::terminal::PATIENCE;
        while !terminal.is_raw() {
            assert!(std::time::Instant::now() < deadline, "no line is edited");
            std::thread::sleep(Duration::from_millis(10));
        }
        terminal.signal(signal);
        assert_ne!(terminal.end().0, 0, "{signal:?}");
        terminal.until_restored();
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_said_and_ends_nothing() {
    let state = format!("{}/size-limit-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let _ = std::fs::remove_dir_all(&state);
    let words = ["sh", "-c", &format!("ulimit -f 1; exec {} --pace max", env!("CARGO_BIN_EXE_dialoq"))];
    let mut terminal = Terminal::start(LARGE, &words, &[("TERM", "xterm-256color"), ("DIALOQ_STATE_DIR", &state)]);
    terminal.until_status("learning", |s| s.learning().then_some(()));
    // Changes make the journal longer than the limit.
    let deadline = std::time::Instant::now() + super::terminal::PATIENCE;
    while !terminal.screen(|s| s.contents().contains("not saved")) {
        assert!(std::time::Instant::now() < deadline, "{}", terminal.screen(vt100::Screen::contents));
        terminal.press("+-");
        std::thread::sleep(Duration::from_millis(400));
    }
    terminal.until_status("it learns on", |s| s.learning().then_some(()));
    terminal.press("q");
    let (code, _) = terminal.end();
    assert!(code <= 1, "exit code {code}");
    terminal.until_restored();
}

#[test]
fn a_signal_ends_it_while_it_is_paused() {
    let mut terminal = opened();
    terminal.press(" ");
    terminal.until_status("the pause", |s| s.paused().then_some(()));
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end().0, 143);
    terminal.until_restored();
}

fn rests_and_goes_on(mut terminal: Terminal, stop: impl Fn(&mut Terminal)) {
    stop(&mut terminal);
    terminal.until_stopped();
    terminal.until_restored();
    let turn = terminal.bytes().len();
    terminal.signal(Signal::CONT);
    terminal.until("the picture again", |s| (s.alternate_screen() && s.contents().contains(" 1 Train ")).then_some(()));
    // The whole picture came again, not what had changed meanwhile.
    assert!(terminal.bytes().len() > turn + 2_000);
    terminal.until_status("learning", |s| s.learning().then_some(()));
    assert!(has_the_terminal(&terminal));
    terminal.quit();
}

#[test]
fn a_stop_gives_the_terminal_back_and_going_on_takes_it_again() {
    rests_and_goes_on(opened(), |terminal| terminal.signal(Signal::TSTP));
}

#[test]
fn ctrl_z_does_what_a_stop_does() {
    rests_and_goes_on(opened(), |terminal| terminal.press("\x1a"));
}

#[test]
fn it_can_be_stopped_twice() {
    let mut terminal = opened();
    for _ in 0..2 {
        terminal.press("\x1a");
        terminal.until_stopped();
        terminal.until_restored();
        terminal.signal(Signal::CONT);
        terminal.until("the picture again", |s| (s.alternate_screen() && s.contents().contains("● learning")).then_some(()));
    }
    terminal.quit();
}

#[test]
fn after_a_stop_that_cannot_be_caught_the_picture_is_drawn_whole() {
    let mut terminal = opened();
    terminal.signal(Signal::STOP);
    terminal.until_stopped();
    let before = terminal.bytes().len();
    terminal.signal(Signal::CONT);
    terminal.until_shown(&["● learning"]);
    let enters = |bytes: &[u8]| bytes.windows(8).filter(|w| w == b"\x1b[?1049h").count();
    let all = || enters(&terminal.bytes()[before..]);
    let deadline = std::time::Instant::now() + super::terminal::PATIENCE;
    while all() == 0 {
        assert!(std::time::Instant::now() < deadline, "the terminal is not taken over again");
        std::thread::sleep(Duration::from_millis(10));
    }
    terminal.quit();
}

#[test]
fn a_pipe_in_place_of_the_screen_is_refused_in_one_sentence() {
    let words = ["sh", "-c", &format!("{{ {}; echo code $? >&2; }} | cat", env!("CARGO_BIN_EXE_dialoq"))];
    let mut terminal = Terminal::start(LARGE, &words, &[("TERM", "xterm")]);
    terminal.until_shown(&["code 2"]);
    let lines: Vec<String> = terminal.screen(|s| s.rows(0, 120).filter(|line| !line.is_empty()).collect());
    let sentence = "error: standard output is not a terminal, and the workbench needs one; use dialoq train to learn without a screen";
    assert_eq!(lines, [sentence, "code 2"]);
    terminal.until_restored();
}

#[test]
fn a_pipe_in_place_of_the_keys_is_refused_in_one_sentence() {
    let words = ["sh", "-c", &format!("{} </dev/null; echo code $?", env!("CARGO_BIN_EXE_dialoq"))];
    let mut terminal = Terminal::start(LARGE, &words, &[("TERM", "xterm")]);
    terminal.until_shown(&["error: standard input is not a terminal", "code 2"]);
    terminal.until_restored();
}
