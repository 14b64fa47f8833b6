//! What the terminal is asked for: as many colours as it has, none where none are wanted, ASCII alone in the safe mode.

use super::{LARGE, Terminal};

/// Every screen, every layer, the overlays and a pause: all that is ever drawn, as bytes.
fn tour(flags: &str, env: &[(&str, &str)]) -> (Vec<u8>, Vec<String>) {
    let mut terminal = Terminal::open_with(LARGE, flags, env);
    let mut screens = Vec::new();
    terminal.until_shown(&["learning", " 1 Train "]);
    let steps = [
        ("", "optimal"),
        ("v", "Success"),
        ("2", "Selected cell"),
        ("m", "Policy"),
        ("3", "Acts at turn"),
        ("?", "Keys that act here"),
        ("\x1b", "Acts at turn"),
        (":", "Commands"),
        ("\x1b", "Acts at turn"),
        ("1", "This update"),
        (" ", "paused"),
        ("+", "learning rate"),
        ("z", "PAST"),
    ];
    for (key, word) in steps {
        terminal.press(key);
        // A key that came right after Esc would be taken for one pressed with Alt: Esc has acted once no box is in sight.
        let boxed = |text: &str| text.contains(" Help ") || text.contains(" Commands ");
        terminal.until(word, |s| (s.contents().contains(word) && (key != "\x1b" || !boxed(&s.contents()))).then_some(()));
        screens.push(terminal.screen(vt100::Screen::contents));
    }
    (terminal.bytes(), screens)
}

/// The parameters of every SGR sequence, in order.
fn styles(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let sgr = |part: &str| {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
        part[end..].starts_with('m').then(|| part[..end].to_owned())
    };
    text.split("\x1b[").skip(1).filter_map(sgr).collect()
}

/// The parameters one by one, those of an extended colour together: `38;5;4`.
fn parameters(styles: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for style in styles {
        let mut parts = style.split(';');
        while let Some(part) = parts.next() {
            let more = match part {
                "38" | "48" | "58" => match parts.next() {
                    Some("5") => format!(";5;{}", parts.next().unwrap_or("")),
                    Some("2") => format!(";2;{}", parts.by_ref().take(3).collect::<Vec<_>>().join(";")),
                    other => format!(";{other:?}"),
                },
                _ => String::new(),
            };
            all.push(format!("{part}{more}"));
        }
    }
    all
}

fn is_colour(parameter: &str) -> bool {
    let number: u32 = parameter.split(';').next().unwrap().parse().unwrap_or(0);
    matches!(number, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107)
}

fn without_colour(flags: &str, env: &[(&str, &str)]) {
    let (bytes, _) = tour(flags, env);
    let styles = styles(&bytes);
    let parameters = parameters(&styles);
    let colours: Vec<_> = parameters.iter().filter(|p| is_colour(p)).collect();
    assert!(colours.is_empty(), "{colours:?}");
    // An emptied colour is an empty sequence, and that takes bold and reverse away.
    assert!(!parameters.iter().any(String::is_empty), "an empty parameter resets everything");
    for (code, name) in [("1", "bold"), ("2", "dim"), ("7", "reverse")] {
        assert!(parameters.iter().any(|p| p == code), "nothing is {name}");
    }
}

const TRUE: [(&str, &str); 2] = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];

#[test]
fn no_color_means_no_colour_but_bold_and_reverse() {
    without_colour("", &[TRUE[0], TRUE[1], ("NO_COLOR", "1")]);
}

#[test]
fn the_mono_theme_has_no_colour_but_bold_and_reverse() {
    without_colour("--theme mono", &TRUE);
}

#[test]
fn an_empty_no_color_means_nothing() {
    let parameters = parameters(&styles(&tour("", &[TRUE[0], TRUE[1], ("NO_COLOR", "")]).0));
    assert!(parameters.iter().any(|p| p.starts_with("38;2;")));
}

#[test]
fn a_theme_asked_for_by_name_has_its_colours_in_spite_of_no_color() {
    let parameters = parameters(&styles(&tour("--theme dark", &[TRUE[0], TRUE[1], ("NO_COLOR", "1")]).0));
    assert!(parameters.iter().any(|p| p.starts_with("38;2;")) && parameters.iter().any(|p| p.starts_with("48;2;")));
}

#[test]
fn a_terminal_of_256_colours_gets_no_others() {
    let parameters = parameters(&styles(&tour("", &TRUE[..1]).0));
    let colours: Vec<_> = parameters.iter().filter(|p| is_colour(p)).collect();
    assert!(colours.len() > 100);
    let others: Vec<_> = colours.iter().filter(|p| !p.starts_with("38;5;") && !p.starts_with("48;5;")).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn a_terminal_of_16_colours_gets_no_others() {
    let parameters = parameters(&styles(&tour("", &[("TERM", "xterm")]).0));
    let colours: Vec<_> = parameters.iter().filter(|p| is_colour(p)).collect();
    assert!(colours.len() > 100);
    let basic = |p: &str| match p.rsplit_once(";5;") {
        Some((_, number)) => number.parse::<u32>().is_ok_and(|n| n < 16),
        None => !p.contains(';'),
    };
    let others: Vec<_> = colours.iter().filter(|p| !basic(p)).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn the_safe_mode_draws_ascii_alone() {
    let (_, screens) = tour("--safe", &TRUE);
    for screen in screens {
        let odd: Vec<&str> = screen.lines().filter(|line| !line.is_ascii()).collect();
        assert!(odd.is_empty(), "{}", odd.join("\n"));
    }
}

#[test]
fn the_rich_mode_draws_more_than_ascii() {
    assert!(tour("", &TRUE).1.iter().all(|screen| !screen.is_ascii()));
}
