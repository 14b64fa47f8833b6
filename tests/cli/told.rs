//! How far a command is, where nobody sees a bar.

use std::time::Duration;

use dialoq::cli::told::Told;

use super::dialoq;

#[test]
fn a_line_comes_now_and_then_and_tells_the_time_that_is_left() {
    let mut told = Told::new("learning", "dialogues");
    let mut at = |seconds: f64, done: u64| told.line(Duration::from_secs_f64(seconds), done, 50_000);
    assert_eq!(at(0.0, 0), None);
    assert_eq!(at(1.9, 900), None, "what is done at once says nothing");
    assert_eq!(at(2.0, 1_000).as_deref(), Some("learning: 1,000 of 50,000 dialogues, about 98 s left"));
    assert_eq!(at(11.9, 6_000), None);
    assert_eq!(at(12.5, 25_000).as_deref(), Some("learning: 25,000 of 50,000 dialogues, about 12 s left"));
    assert_eq!(at(400.0, 25_000).as_deref(), Some("learning: 25,000 of 50,000 dialogues, about 6 min 40 s left"));
    // What was done before counts for no speed.
    let mut later = Told::new("learning", "dialogues");
    assert_eq!(later.line(Duration::ZERO, 40_000, 50_000), None);
    assert_eq!(later.line(Duration::from_secs(5), 45_000, 50_000).as_deref(), Some("learning: 45,000 of 50,000 dialogues, about 5 s left"));
    let mut stuck = Told::new("learning", "steps");
    assert_eq!(stuck.line(Duration::from_secs(5), 0, 7).as_deref(), Some("learning: 0 of 7 steps"));
}

#[test]
fn every_command_takes_quiet_and_says_the_same() {
    for command in ["train --dialogues 200 --seed 3 --json", "solve --scenario smart-home", "sweep --dialogues 50 --seeds 1 --json"] {
        let (plain, quiet) = (dialoq(command), dialoq(&format!("{command} --quiet")));
        assert_eq!((plain.code, quiet.code, quiet.err.as_str()), (0, 0, ""), "{command}: {}", quiet.err);
        let same = |text: &str| text.lines().filter(|line| !line.contains("seconds")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(same(&plain.out), same(&quiet.out), "{command}");
    }
}
