//! What is pasted into the terminal: text for the line that is open, never keys.

use super::{LARGE, Terminal};

fn paste(terminal: &mut Terminal, text: &str) {
    terminal.press(&format!("\x1b[200~{text}\x1b[201~"));
}

#[test]
fn pasted_text_over_panes_is_no_key() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| s.learning().then_some(()));
    assert!(terminal.screen(vt100::Screen::bracketed_paste), "the terminal is not asked to mark what is pasted");
    paste(&mut terminal, "q :seed 8\rq\x03");
    terminal.until_shown(&["pasted text is not taken for keys"]);
    terminal.until_status("it learns on", |s| (s.learning() && !s.line.contains("seed 8")).then_some(()));
    terminal.quit();
}

#[test]
fn pasted_lines_become_one_line_in_the_palette() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| s.learning().then_some(()));
    terminal.press(":");
    terminal.until_shown(&["─ Commands ─"]);
    paste(&mut terminal, "seed\r8\r\r");
    terminal.until_shown(&[": seed 8"]);
    assert!(terminal.screen(|s| s.contents().contains("─ Commands ─")), "the line end was taken for Enter");
    terminal.press("\r");
    terminal.until_status("another seed", |s| s.line.contains("seed 8").then_some(()));
    terminal.quit();
}

#[test]
fn a_letter_with_alt_is_not_the_letter() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_status("learning", |s| s.learning().then_some(()));
    terminal.press("\x1bq");
    terminal.press("?");
    terminal.until_shown(&["─ Help ─"]);
    terminal.press("\x03");
    assert_eq!(terminal.end().0, 0);
    terminal.until_restored();
}
