//! The same seed gives the same bits with and without a screen, however it was watched, paused, stepped and taken back.

use std::process::Command;

use super::{LARGE, Terminal};

const DIALOGUES: u64 = 150;

/// The first eight digits of a run's digest without a screen.
fn without_a_screen(flags: &str) -> String {
    let dialogues = DIALOGUES.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dialoq"));
    let done = command.args(["train", "--json", "--dialogues", &dialogues]).args(flags.split_whitespace()).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    told["digest"].as_str().unwrap()[..8].to_owned()
}

/// Waits for this dialogue, then presses keys.
fn at(terminal: &mut Terminal, dialogue: u64, keys: &str) {
    terminal.until_status(&format!("dialogue {dialogue}"), |s| (s.dialogue >= Some(dialogue)).then_some(()));
    terminal.press(keys);
}

/// Presses keys that end in a pause, and waits for it: a space pressed before it is seen would ask for it again.
fn rest(terminal: &mut Terminal, keys: &str) {
    terminal.press(keys);
    terminal.until_status("the pause", |s| s.paused().then_some(()));
}

/// Goes to the dialogue's start and reads the digest there.
fn digest(terminal: &mut Terminal) -> String {
    terminal.press("g");
    terminal.press(&format!("{DIALOGUES}\r"));
    terminal.until_status("the dialogue at rest", |s| s.digest.clone().filter(|_| s.dialogue == Some(DIALOGUES)))
}

#[test]
fn a_run_played_with_in_every_way_has_the_digest_of_one_without_a_screen() {
    let flags = "--seed 5";
    let mut terminal = Terminal::open(LARGE, &format!("{flags} --pace 300"));
    // Pauses, steps, steps back and forth, other screens, a frozen picture, other paces.
    at(&mut terminal, 3, " ");
    rest(&mut terminal, "nnnzzZNN[]");
    terminal.press("2 mmm");
    at(&mut terminal, 20, "");
    rest(&mut terminal, "[[zznZ]NNn");
    terminal.press("3 ");
    at(&mut terminal, 30, "f");
    terminal.press("1f:pace 20 turns\r");
    terminal.until_shown(&["20 turns/s"]);
    terminal.press(":pace full\r");
    at(&mut terminal, DIALOGUES + 1, " ");
    rest(&mut terminal, "{{}[zzzZ");
    assert_eq!(digest(&mut terminal), without_a_screen(flags));
    terminal.quit();
}

#[test]
fn full_speed_on_a_screen_that_is_turned_about_has_it_too() {
    let flags = "--seed 6 --agent sarsa --scenario smart-home";
    let mut terminal = Terminal::open(LARGE, &format!("{flags} --pace max"));
    for (size, key) in [((80, 24), "2"), ((20, 5), " "), ((20, 5), " "), (LARGE, "3"), (LARGE, "1")] {
        terminal.resize(size);
        terminal.press(key);
    }
    at(&mut terminal, DIALOGUES + 1, " ");
    assert_eq!(digest(&mut terminal), without_a_screen(flags));
    terminal.quit();
}
