//! Messages in the footer: no refusal goes before it was shown and a key came, and all of them are in the list.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use dialoq::trainer::snapshot::{Notice, Snapshot};
use dialoq::tui::draw::shows_notice;
use dialoq::tui::model::{Model, Overlay};
use dialoq::tui::receive::receive;
use proptest::prelude::*;

use super::{RICH, model, picture, snapshot, type_in};

/// Keys that ask for something, open something over the screen, move, or do nothing.
const KEYS: &[&str] = &["n", "z", " ", "2", "j", "e", "f", "x", "(", "?", ":", "!", "<esc>", "<esc>", "<down>", "~"];

#[derive(Clone, Debug)]
enum Event {
    /// The screens say something themselves.
    Say {
        is_error: bool,
    },
    /// A snapshot brings so many notices at once.
    Told(Vec<bool>),
    /// The last refusal is said again.
    Again,
    Draw,
    Key(usize),
    Click(u16, u16),
    Wait(u64),
    Resize(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = prop_oneof![
        2 => any::<bool>().prop_map(|is_error| Event::Say { is_error }),
        2 => prop::collection::vec(any::<bool>(), 1..5).prop_map(Event::Told),
        1 => Just(Event::Again),
        4 => Just(Event::Draw),
        4 => (0..KEYS.len()).prop_map(Event::Key),
        1 => (0u16..90, 0u16..30).prop_map(|(x, y)| Event::Click(x, y)),
        2 => (0u64..10_000).prop_map(Event::Wait),
        1 => (0usize..3).prop_map(Event::Resize),
    ];
    prop::collection::vec(one, 1..40)
}

struct Person {
    model: Model,
    snapshot: Snapshot,
    /// All that was said, in order.
    said: Vec<String>,
    /// Refusals of which nobody knows yet.
    owed: Vec<String>,
    /// The last message that was in a picture.
    seen: Option<String>,
}

impl Person {
    fn name(&mut self, is_error: bool) -> String {
        let text = format!("{} <{}>", if is_error { "refusal" } else { "note" }, self.said.len());
        self.said.push(text.clone());
        if is_error {
            self.owed.push(text.clone());
        }
        text
    }

    fn draw(&mut self) {
        let all = picture(&self.model, &self.snapshot, RICH);
        if shows_notice(&self.model) {
            let text = self.model.notice.as_ref().unwrap().text.clone();
            let first: String = text.chars().take(12).collect();
            assert!(all.contains(&first), "{text} is shown:\n{all}");
            self.seen = Some(text);
            self.model.notice_was_drawn();
        }
    }

    /// A key or a click: what was seen is known.
    fn know(&mut self) {
        if let Some(seen) = self.seen.take() {
            self.owed.retain(|text| *text != seen);
        }
    }

    fn meet(&mut self, event: &Event) {
        match event {
            Event::Say { is_error } => {
                let text = self.name(*is_error);
                self.model.say(text, *is_error);
            }
            Event::Told(kinds) => {
                for is_error in kinds {
                    let serial = self.snapshot.notice.as_ref().map_or(1, |n| n.serial + 1);
                    let notice = Notice { serial, text: self.name(*is_error), is_error: *is_error };
                    let earlier = std::sync::Arc::make_mut(&mut self.snapshot.earlier_notices);
                    earlier.extend(self.snapshot.notice.replace(notice));
                }
                receive(&mut self.model, &self.snapshot);
            }
            Event::Again => {
                let Some(text) = self.said.iter().rev().find(|text| text.starts_with("refusal")).cloned() else { return };
                if !self.owed.contains(&text) {
                    self.owed.push(text.clone());
                    self.seen = None;
                }
                self.model.say(text, true);
            }
            Event::Draw => self.draw(),
            Event::Key(k) => {
                self.know();
                type_in(&mut self.model, &self.snapshot, KEYS[*k]);
            }
            Event::Click(column, row) => {
                let over = self.model.overlay.is_some();
                let kind = MouseEventKind::Down(MouseButton::Left);
                let event = MouseEvent { kind, column: *column, row: *row, modifiers: KeyModifiers::NONE };
                dialoq::tui::mouse::touch(&mut self.model, &self.snapshot, event, RICH);
                if !over {
                    self.know();
                }
            }
            Event::Wait(ms) => {
                self.model.now_ms += ms;
                self.model.expire_notice();
            }
            Event::Resize(k) => self.model.size = [(80, 24), (120, 40), (40, 12)][*k],
        }
    }

    fn check(&self, after: &Event) {
        for text in &self.owed {
            let here = self.model.notice.as_ref().is_some_and(|said| said.text == *text);
            assert!(here || self.model.messages.waiting.contains(text), "{text} is lost after {after:?}");
        }
    }

    /// Opens the list and walks through it.
    fn read_all(&mut self) -> Vec<String> {
        self.model.size = (80, 24);
        self.model.overlay = None;
        type_in(&mut self.model, &self.snapshot, ":messages<enter>");
        let mut found = Vec::new();
        while let Some(Overlay::Messages(listing)) = &self.model.overlay {
            let text = self.model.messages.past[listing.cursor].text.clone();
            let all = picture(&self.model, &self.snapshot, RICH);
            let first: String = text.chars().take(12).collect();
            assert!(all.matches(&first).count() >= 2, "{text} is in the list and below it:\n{all}");
            let before = listing.cursor;
            found.push(text);
            type_in(&mut self.model, &self.snapshot, "<down>");
            if matches!(&self.model.overlay, Some(Overlay::Messages(listing)) if listing.cursor == before) {
                break;
            }
        }
        found
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn no_refusal_goes_before_it_was_shown_and_a_key_came_and_all_are_in_the_list(events in events()) {
        let mut person = Person { model: model(80, 24), snapshot: snapshot(), said: Vec::new(), owed: Vec::new(), seen: None };
        for event in &events {
            person.meet(event);
            person.check(event);
        }
        let listed = if person.said.is_empty() { Vec::new() } else { person.read_all() };
        for text in &person.said {
            prop_assert!(listed.contains(text), "{} is not in the list", text);
        }
    }
}

#[test]
fn a_note_does_not_take_the_place_of_a_refusal_and_is_counted() {
    let (mut model, snapshot) = (model(80, 24), snapshot());
    model.say("no such knob", true);
    model.say("kept as refunds", false);
    let all = picture(&model, &snapshot, RICH);
    assert!(all.contains("no such knob (+1 more, ! lists them)") && !all.contains("kept as refunds"), "{all}");
    model.notice_was_drawn();
    model.now_ms += 60_000;
    assert!(!model.expire_notice(), "a refusal stays until a key comes");
    type_in(&mut model, &snapshot, "n");
    model.say("another note", false);
    assert!(picture(&model, &snapshot, RICH).contains("another note"), "after the key others take its place");
    type_in(&mut model, &snapshot, "!");
    let all = picture(&model, &snapshot, RICH);
    assert!(
        ["another note", "kept as refunds", "no such knob", "60 s", "3 kept, newest first"].iter().all(|part| all.contains(part)),
        "{all}"
    );
}

#[test]
fn refusals_wait_for_each_other_and_equal_ones_are_one() {
    let (mut model, snapshot) = (model(120, 40), snapshot());
    for text in ["first", "first", "second", "second", "third"] {
        model.say(text, true);
    }
    for (shown, more) in [("first", "(+2 more"), ("second", "(+1 more"), ("third", "third")] {
        // A key that came before the picture was not an answer to it.
        type_in(&mut model, &snapshot, "~");
        let all = picture(&model, &snapshot, RICH);
        assert!(all.contains(shown) && all.contains(more), "{all}");
        model.notice_was_drawn();
        type_in(&mut model, &snapshot, "~");
    }
    type_in(&mut model, &snapshot, "<esc>!");
    let all = picture(&model, &snapshot, RICH);
    assert!(all.contains("first (2 times)") && all.contains("3 kept"), "{all}");
}

#[test]
fn the_list_tells_a_long_message_whole_and_says_where_there_is_none() {
    let (mut model, snapshot) = (model(80, 24), snapshot());
    type_in(&mut model, &snapshot, "!");
    assert!(model.overlay.is_none() && model.notice.as_ref().is_some_and(|said| said.text.contains("no message yet")));
    let text = "stopped before turn 93: the values have diverged, its update (1.000e3 → 2.000e38) is not finite; take it back and lower α or the rewards, or choose another agent";
    model.say(text, true);
    type_in(&mut model, &snapshot, "!");
    let all = picture(&model, &snapshot, RICH);
    assert!(all.contains("choose another agent"), "{all}");
}
