//! What keys do, seen on the screen alone.

use super::{LARGE, Status, Terminal};

/// A program that learned for a while and was paused.
fn paused(flags: &str) -> (Terminal, Status) {
    let mut terminal = Terminal::open(LARGE, flags);
    terminal.until_status("some dialogues", |s| (s.learning() && s.dialogue >= Some(5)).then_some(()));
    terminal.press(" ");
    let status = terminal.until_status("the pause", |s| s.paused().then(|| s.clone()));
    (terminal, status)
}

/// Presses a key and waits until the status line, at rest, says something.
fn then(terminal: &mut Terminal, key: &str, see: impl Fn(&Status) -> bool) -> Status {
    terminal.press(key);
    terminal.until_status(&format!("what {key} does"), |s| (s.paused() && see(s)).then(|| s.clone()))
}

fn next(number: Option<u64>) -> Option<u64> {
    number.map(|n| n + 1)
}

#[test]
fn space_pauses_and_runs() {
    let (mut terminal, status) = paused("");
    assert!(status.line.contains("‖ paused"), "{}", status.line);
    terminal.press(" ");
    terminal.until_status("learning", |s| (s.learning() && s.turn > status.turn).then_some(()));
}

#[test]
fn n_takes_one_turn() {
    let (mut terminal, before) = paused("");
    let after = then(&mut terminal, "n", |s| s.turn != before.turn);
    assert_eq!(after.turn, next(before.turn));
    assert_ne!(after.digest, before.digest);
}

#[test]
fn shift_n_goes_to_the_end_of_the_dialogue() {
    let (mut terminal, before) = paused("");
    let after = then(&mut terminal, "N", |s| s.turn != before.turn);
    assert_eq!(after.dialogue, next(before.dialogue));
}

#[test]
fn z_goes_back_a_turn_and_shift_z_brings_back_what_was() {
    let (mut terminal, before) = paused("");
    let past = then(&mut terminal, "z", |s| s.turn != before.turn);
    assert_eq!((next(past.turn), past.head), (before.turn, before.turn));
    assert_ne!(past.digest, before.digest);
    let again = then(&mut terminal, "Z", |s| s.head.is_none());
    assert_eq!((&again.digest, again.turn, again.dialogue), (&before.digest, before.turn, before.dialogue));
}

#[test]
fn brackets_go_by_dialogues_and_shift_g_to_the_head() {
    let (mut terminal, before) = paused("");
    let begun = then(&mut terminal, "N", |s| s.turn != before.turn);
    let back = then(&mut terminal, "[", |s| s.dialogue < begun.dialogue);
    let further = then(&mut terminal, "[", |s| s.dialogue < back.dialogue);
    let forth = then(&mut terminal, "]", |s| s.dialogue > further.dialogue);
    assert_eq!((next(further.dialogue), next(back.dialogue)), (back.dialogue, begun.dialogue));
    assert_eq!(forth, back);
    let head = then(&mut terminal, "G", |s| s.head.is_none());
    assert_eq!((head.digest, head.turn), (begun.digest, begun.turn));
}

#[test]
fn the_past_is_replayed_and_learning_goes_on_from_the_head() {
    let (mut terminal, before) = paused("");
    then(&mut terminal, "[", |s| s.head.is_some());
    terminal.press(" ");
    terminal.until_status("new turns", |s| (s.learning() && s.turn > before.turn).then_some(()));
}

#[test]
fn plus_raises_the_selected_knob_and_leaves_a_mark() {
    let (mut terminal, _) = paused("");
    let knob = |s: &vt100::Screen| {
        let text = s.contents();
        let rest = text.split_once("α learning rate ")?.1;
        rest.split_whitespace().next().map(str::to_owned)
    };
    let before = terminal.until("the knob", knob);
    terminal.press("+");
    let after = terminal.until("another value", |s| knob(s).filter(|now| *now != before));
    terminal.until_shown(&["α 0.1", &format!("→ {after} ▲")]);
}

#[test]
fn a_knob_turned_in_the_past_branches_there() {
    let (mut terminal, _) = paused("");
    let past = then(&mut terminal, "[", |s| s.head.is_some());
    terminal.press("+");
    let branched = terminal.until_status("no future", |s| (s.paused() && s.head.is_none()).then(|| s.clone()));
    assert_eq!(branched.turn, past.turn);
}

#[test]
fn digits_switch_screens() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_shown(&["This update"]);
    for (key, title) in [("2", "Selected cell"), ("3", "Acts at turn"), ("1", "This update")] {
        terminal.press(key);
        terminal.until_shown(&[title]);
    }
}

#[test]
fn the_question_mark_opens_the_help_and_esc_closes_it() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_shown(&["? help"]);
    terminal.press("?");
    terminal.until_shown(&["─ Help ─", "Keys that act here"]);
    terminal.press("discount");
    terminal.until_shown(&["γ"]);
    // Esc alone is told from a sequence by what does not follow it; the second closes the help.
    terminal.press("\x1b");
    terminal.until("no words typed", |s| (!s.contents().contains("/ discount")).then_some(()));
    terminal.press("\x1b");
    terminal.until("no help", |s| (!s.contents().contains("─ Help ─")).then_some(()));
}

#[test]
fn the_palette_takes_a_typed_command() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| s.learning().then_some(()));
    terminal.press(":");
    terminal.until_shown(&["─ Commands ─"]);
    terminal.press("seed 8\r");
    terminal.until_status("another seed", |s| s.line.contains("seed 8").then_some(()));
    terminal.press(":agent sarsa\r");
    terminal.until_status("another agent", |s| s.line.contains("· sarsa").then_some(()));
    terminal.press("y");
    terminal.until_shown(&["--agent sarsa --seed 8"]);
}

#[test]
fn a_frozen_picture_stands_still_while_learning_goes_on() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| (s.learning() && s.dialogue >= Some(3)).then_some(()));
    terminal.press("f");
    let frozen = terminal.until_status("the frozen picture", |s| s.line.contains("FROZEN learning goes on").then(|| s.clone()));
    let picture = terminal.screen(vt100::Screen::contents);
    // Nothing is to be waited for here: for some frames, nothing may change.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(terminal.screen(vt100::Screen::contents), picture);
    terminal.press("f");
    terminal.until_status("the present", |s| (s.learning() && s.turn > frozen.turn.map(|t| t + 60)).then_some(()));
}

#[test]
fn a_click_on_a_tab_opens_its_screen() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_shown(&[" 3 Dialogue "]);
    let (row, column) = terminal.screen(|s| {
        let lines: Vec<String> = s.rows(0, s.size().1).collect();
        let row = lines.iter().position(|line| line.contains("3 Dialogue")).unwrap();
        (row + 1, lines[row].split_once("3 Dialogue").unwrap().0.chars().count() + 2)
    });
    terminal.press(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
    terminal.until_shown(&["Acts at turn"]);
}
