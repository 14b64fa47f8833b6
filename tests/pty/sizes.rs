//! Windows of every size, changed at any time.

use super::{LARGE, Terminal};

/// What must stand in a window of this size, once it is drawn anew.
fn words(size: (u16, u16)) -> Vec<String> {
    if size < (60, 15) {
        return vec![format!("{} x {}", size.0, size.1), "too small".into()];
    }
    vec!["Return per dialogue".into(), " 1 Train ".into(), "quit".into()]
}

fn until_drawn(terminal: &mut Terminal, size: (u16, u16)) {
    let words = words(size);
    terminal.until(&format!("a picture of {size:?}"), |screen| {
        let text = screen.contents();
        let corner = screen.cell(size.1 - 1, 0).is_some() && screen.size() == (size.1, size.0);
        // Nothing of another size is left: the message stands alone, a frame ends at the right edge.
        let lines: Vec<String> = screen.rows(0, size.0).collect();
        let fits = words.len() == 2
            || lines.iter().any(|line| line.starts_with('╰') && line.ends_with('╯') && line.chars().count() == usize::from(size.0));
        (corner && fits && words.iter().all(|word| text.contains(word))).then_some(())
    });
}

#[test]
fn every_new_size_is_drawn_anew() {
    let mut terminal = Terminal::open(LARGE, "");
    until_drawn(&mut terminal, LARGE);
    for size in [(80, 24), (60, 15), (20, 5), (80, 24), (200, 60), (20, 5), LARGE] {
        terminal.resize(size);
        until_drawn(&mut terminal, size);
    }
    terminal.quit();
}

#[test]
fn a_window_that_is_dragged_about_breaks_nothing() {
    let mut terminal = Terminal::open(LARGE, "");
    until_drawn(&mut terminal, LARGE);
    for step in 0..60_u16 {
        let size = (1 + step * 37 % 160, 1 + step * 23 % 50);
        terminal.resize(size);
        terminal.press(["2", "3", "1", "\t", "e", "?", "\x1b"][usize::from(step) % 7]);
    }
    terminal.press("\x1b");
    terminal.resize((20, 5));
    until_drawn(&mut terminal, (20, 5));
    terminal.quit();
}

#[test]
fn a_key_that_comes_with_a_new_size_is_obeyed_and_the_size_drawn() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| (s.learning() && s.dialogue >= Some(3)).then_some(()));
    terminal.press(" ");
    let before = terminal.until_status("the pause", |s| s.turn.filter(|_| s.paused()));
    for step in 1..=30 {
        let size = if step % 2 == 0 { LARGE } else { (110, 36) };
        terminal.resize(size);
        terminal.press("n");
        terminal.until_status("the next turn", |s| (s.paused() && s.turn == Some(before + step)).then_some(()));
        until_drawn(&mut terminal, size);
    }
}

#[test]
fn learning_goes_on_where_nothing_can_be_shown() {
    let mut terminal = Terminal::open(LARGE, "");
    let before = terminal.until_status("learning", |s| s.turn.filter(|_| s.learning()));
    terminal.resize((20, 5));
    until_drawn(&mut terminal, (20, 5));
    terminal.resize(LARGE);
    terminal.until_status("later turns", |s| (s.learning() && s.turn > Some(before)).then_some(()));
}

#[test]
fn the_smallest_window_can_be_left() {
    let mut terminal = Terminal::open((20, 5), "");
    until_drawn(&mut terminal, (20, 5));
    terminal.quit();
}

/// The library that reads keys waits inside a sequence for its end, and hears of nothing else.
#[test]
fn a_new_size_is_drawn_inside_half_a_key_sequence() {
    let mut terminal = Terminal::open(LARGE, "");
    until_drawn(&mut terminal, LARGE);
    terminal.press(" ");
    terminal.until_status("the pause", |s| s.turn.filter(|_| s.paused()));
    // Nothing that moves may draw the new size by chance.
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.press("\x1b[");
    std::thread::sleep(std::time::Duration::from_millis(100));
    for size in [(20, 5), (110, 36)] {
        terminal.resize(size);
        until_drawn(&mut terminal, size);
    }
    terminal.press("A");
    terminal.quit();
}
