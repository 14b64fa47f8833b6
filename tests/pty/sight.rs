//! What one sees within a few seconds of starting, without touching a key, or with Tab alone where two panes have room.

use super::{LARGE, SIZES, SMALL, Terminal};

/// The dots of the curve, in reading order.
fn curve(screen: &vt100::Screen) -> String {
    screen.contents().chars().filter(|c| ('\u{2801}'..='\u{28ff}').contains(c)).collect()
}

/// The colours behind the digits of the table.
fn heat(screen: &vt100::Screen) -> Vec<vt100::Color> {
    let (rows, columns) = screen.size();
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let coloured = places.filter_map(|(row, column)| {
        let cell = screen.cell(row, column)?;
        let digit = cell.contents().bytes().all(|b| b.is_ascii_digit()) && cell.has_contents();
        (digit && cell.bgcolor() != vt100::Color::Default).then(|| cell.bgcolor())
    });
    coloured.collect()
}

/// A line such as `8.92 ← 9.02 + 0.30 (−1 + 0.95 · 10.20 − 9.02)`.
fn equation(screen: &vt100::Screen) -> Option<String> {
    let text = screen.contents();
    let numbers = |line: &&str| line.contains('←') && !line.contains("Q(s,a)") && line.chars().filter(char::is_ascii_digit).count() >= 6;
    text.lines().find(numbers).map(str::to_owned)
}

/// Tabs until the pane with this title is in sight; a large window shows all of them.
fn show(terminal: &mut Terminal, size: (u16, u16), title: &str, tabs: usize) {
    terminal.until_shown(&["Live dialogue"]);
    if size == SMALL {
        terminal.press(&"\t".repeat(tabs));
    }
    terminal.until_shown(&[title]);
}

#[test]
fn the_tabs_and_the_keys_stand_on_the_first_screen() {
    for size in SIZES {
        let mut terminal = Terminal::open(size, "");
        terminal.until_shown(&[
            "customer-service · q-learning",
            " 1 Train ",
            " 2 Values ",
            " 3 Dialogue ",
            "? help",
            "space pause",
            "q quit",
        ]);
        terminal.quit();
    }
}

#[test]
fn the_curve_moves() {
    for size in SIZES {
        let mut terminal = Terminal::open(size, "");
        terminal.until_shown(&["Return per dialogue"]);
        let first = terminal.until("dots", |s| Some(curve(s)).filter(|dots| dots.chars().count() > 3));
        terminal.until("other dots", |s| (curve(s) != first).then_some(()));
    }
}

#[test]
fn cells_of_the_table_change_colour() {
    for size in SIZES {
        let mut terminal = Terminal::open(size, "");
        show(&mut terminal, size, "Q(s,a)", 2);
        let first = terminal.until("coloured cells", |s| Some(heat(s)).filter(|heat| heat.len() > 20));
        terminal.until("other colours", |s| (heat(s) != first).then_some(()));
    }
}

#[test]
fn a_dialogue_unfolds_in_sentences() {
    for size in SIZES {
        let mut terminal = Terminal::open(size, "");
        let turn =
            |screen: &vt100::Screen| screen.contents().split_once(" of ≤ ").map(|(before, _)| before.rsplit(' ').next().map(str::to_owned));
        terminal.until_shown(&["Live dialogue", "user  ", "agent ", "reward "]);
        let first = terminal.until("a turn", |s| turn(s));
        terminal.until("another turn", |s| turn(s).filter(|now| *now != first));
    }
}

#[test]
fn the_last_update_stands_there_as_an_equation_with_its_numbers() {
    for size in SIZES {
        let mut terminal = Terminal::open(size, "");
        show(&mut terminal, size, "Q(s,a) ← Q(s,a) + α", 3);
        let first = terminal.until("an equation", equation);
        terminal.until("another one", |s| equation(s).filter(|now| *now != first));
    }
}

#[test]
fn the_exact_solution_arrives_by_itself() {
    let mut terminal = Terminal::open(LARGE, "");
    terminal.until_shown(&["γ-optimal"]);
}

#[test]
fn other_worlds_agents_and_tongues_open_too() {
    for (flags, words) in [
        ("--scenario smart-home --agent sarsa", ["smart-home · sarsa", "agent "]),
        ("--scenario virtual-assistant --agent random", ["virtual-assistant · random", "agent "]),
        ("--lang zh", ["customer-service · q-learning", "，"]),
    ] {
        let mut terminal = Terminal::open(LARGE, flags);
        terminal.until_shown(&words);
        terminal.quit();
    }
}
