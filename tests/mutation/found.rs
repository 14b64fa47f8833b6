//! Faults that mutations found, each by a file of its own.

use std::time::Duration;

use dialoq::lm::sample::Sampling;
use dialoq::lm::saved::{Saved, SavedConfig};
use dialoq::lm::scene::UNHEARD;
use dialoq::num::dice::{Key, Stream};
use dialoq::run::journal::{Journal, Line};
use rustix::time::{ClockId, clock_gettime};

use super::{child, home, lay, seeds};
use crate::support::built_in;

const MANY: u32 = 20_000;

/// Seconds that this thread has worked.
fn worked() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// The journal of the seeds, and lines behind it.
fn journal(lines: impl Iterator<Item = Line>) -> Vec<u8> {
    let mut text = seeds::session(seeds::small(), "q-learning").0;
    lines.for_each(|line| text.extend_from_slice(line.text().as_bytes()));
    text
}

#[test]
fn a_chain_of_many_branches_is_read_in_a_moment_and_on_a_small_stack() {
    let branch = |k: u32| Line::Branch { run: k + 1, name: "x".into(), parent: if k == 2 { 0 } else { k }, tick: 80, dialogue: 9 };
    let text = journal((2..MANY).map(branch));
    let read = move || {
        let begun = worked();
        let journal = Journal::parse(&text).unwrap();
        assert_eq!((journal.damage.as_ref(), journal.runs.len()), (None, MANY as usize + 1));
        let last = journal.run(MANY).unwrap();
        assert_eq!(journal.entries(last).len(), 1, "the edit of the first run is inherited by all");
        assert_eq!(journal.spec(last).agent, "q-learning");
        let took = worked() - begun;
        assert!(took < 5.0, "{took} s");
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(read).unwrap().join().unwrap();
}

#[test]
fn many_bookmarks_and_digests_are_read_in_a_moment() {
    let mark = |k: u32| Line::Bookmark { run: 0, tick: u64::from(2 * MANY - k), dialogue: 0, name: "x".into() };
    let head = |k: u32| Line::Head { run: 1, tick: u64::from(MANY + k), dialogue: 0, digest: Some("1".into()) };
    let text = journal((0..MANY).map(mark).chain((0..MANY).map(head)));
    let begun = worked();
    let journal = Journal::parse(&text).unwrap();
    assert_eq!(journal.damage, None);
    assert!(journal.runs[0].bookmarks.is_sorted_by_key(|b| b.tick) && journal.runs[0].bookmarks.len() == MANY as usize + 1);
    assert!(journal.runs[1].digests.is_sorted_by_key(|d| d.0) && journal.runs[1].digests.len() == MANY as usize + 1);
    let took = worked() - begun;
    assert!(took < 5.0, "{took} s");
}

#[test]
fn a_session_that_asks_for_work_without_end_says_how_much_it_asks_for() {
    let dir = home("far");
    let head = |run: u32, tick: u64| Line::Head { run, tick, dialogue: 0, digest: None };
    for (heads, turns) in [
        (vec![head(0, 1_000_000_000_000_000)], "1,000,000,000,000,"),
        // Together more than 64 bits count.
        (vec![head(0, u64::MAX), head(1, u64::MAX)], "18,446,744,073,709,551,615 turns"),
    ] {
        lay(&dir, &[("sitting.jsonl".into(), journal(heads.into_iter()))]);
        for command in ["train --replay {}/sitting.jsonl", "export {}/sitting.jsonl --csv", "chat --run {}/sitting.jsonl"] {
            let ended = child::run(&dir, command, 64 << 20, 1);
            let said = String::from_utf8_lossy(&ended.err).into_owned();
            assert!(
                said.contains("the session is learned again, as much work as ") && said.contains(turns) && !said.contains("panicked"),
                "{command}: {said}"
            );
            assert!(ended.took > Duration::ZERO && ended.code.is_none(), "it would have gone on");
        }
    }
}

#[test]
fn a_config_whose_prompt_has_no_room_or_no_end_is_refused_or_spoken_with() {
    let [model, vocabulary, config] = seeds::model().map(|file| file.1);
    let vocabulary = String::from_utf8(vocabulary).unwrap();
    let sound: SavedConfig = SavedConfig::read(std::str::from_utf8(&config).unwrap()).unwrap();
    let speak = |prompt: usize, reply: usize, user_words: usize| -> Result<usize, String> {
        let config = SavedConfig { prompt, reply, user_words, ..sound.clone() };
        let mut saved = Saved::open(&model, &vocabulary, &config, built_in("smart-home")).map_err(|e| e.to_string())?;
        let (start, heard) = (saved.scene.rule().start(), [UNHEARD; 4]);
        let prompt = saved.prompt("hello", start, &heard);
        Ok(saved.reply(&prompt, start, &heard, Sampling::Greedy, Key::new(1, Stream::Words)).tokens.len())
    };
    for (prompt, reply, user_words) in [(0, 8, 6), (16, 0, 6), (usize::MAX, 8, 6), (16, usize::MAX, 6), (16, 9, 6), (16, 8, usize::MAX)] {
        let refused = speak(prompt, reply, user_words);
        assert!(refused.unwrap_err().contains("not of one model"), "{prompt} + {reply}, {user_words}");
    }
    for prompt in [1, 2, 3, 5] {
        assert!((1..=8).contains(&speak(prompt, 8, 6).unwrap()), "a prompt of {prompt}");
    }
}
