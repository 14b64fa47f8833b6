//! Messages to the person: the one in the footer, refusals that wait behind it, and the list of the last ones.
//!
//! A message of another moment goes as soon as a newer one comes, or after some seconds. A refusal stays until it has been drawn and a
//! key or a click has come after that; what comes meanwhile waits, or is found in the list.

use std::collections::VecDeque;

use super::Model;

/// Messages that the list keeps.
pub const KEPT: usize = 500;
const LASTS_MS: u64 = 4_000;
const ERROR_LASTS_MS: u64 = 8_000;

/// The message in the footer.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub text: String,
    pub is_error: bool,
    /// When it goes, on the clock of `now_ms`.
    pub until_ms: u64,
    pub is_drawn: bool,
    /// Whether a key or a click came after it was drawn.
    pub is_read: bool,
}

impl Said {
    fn holds(&self) -> bool {
        self.is_error && !self.is_read
    }
}

/// A message in the list of the last ones.
#[derive(Clone, Debug, PartialEq)]
pub struct PastMessage {
    pub text: String,
    pub is_error: bool,
    /// When it came last, on the clock of `now_ms`.
    pub at_ms: u64,
    /// How many times it came without another one in between.
    pub times: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Messages {
    /// The last ones, the newest first.
    pub past: VecDeque<PastMessage>,
    /// Refusals that have not been in the footer yet, the oldest first.
    pub waiting: VecDeque<String>,
    /// Other messages that came while a refusal was in the footer.
    pub unshown: usize,
}

impl Messages {
    fn keep(&mut self, text: &str, is_error: bool, at_ms: u64) {
        if let Some(last) = self.past.front_mut().filter(|last| last.text == text && last.is_error == is_error) {
            (last.at_ms, last.times) = (at_ms, last.times + 1);
            return;
        }
        self.past.push_front(PastMessage { text: text.to_owned(), is_error, at_ms, times: 1 });
        self.past.truncate(KEPT);
    }

    /// How many messages the footer does not show.
    pub fn more(&self) -> usize {
        self.waiting.len() + self.unshown
    }
}

impl Model {
    /// Puts a sentence into the footer, behind a refusal that was not read yet.
    pub fn say(&mut self, text: impl Into<String>, is_error: bool) {
        let text = text.into();
        self.messages.keep(&text, is_error, self.now_ms);
        match &self.notice {
            Some(said) if said.holds() && said.text == text => {}
            Some(said) if said.holds() && !is_error => self.messages.unshown += 1,
            Some(said) if said.holds() => {
                if self.messages.waiting.back() != Some(&text) {
                    self.messages.waiting.push_back(text);
                }
            }
            _ => self.show(text, is_error),
        }
    }

    fn show(&mut self, text: String, is_error: bool) {
        let until_ms = self.now_ms + if is_error { ERROR_LASTS_MS } else { LASTS_MS };
        self.notice = Some(Said { text, is_error, until_ms, is_drawn: false, is_read: false });
    }

    /// Shows the next refusal in place of the message.
    fn next_notice(&mut self) {
        self.messages.unshown = 0;
        self.notice = None;
        if let Some(text) = self.messages.waiting.pop_front() {
            self.show(text, true);
        }
    }

    /// The message has been on the screen.
    pub fn notice_was_drawn(&mut self) {
        if let Some(said) = self.notice.as_mut() {
            said.is_drawn = true;
        }
    }

    /// A key or a click came: what was on the screen has been read.
    pub fn read_notice(&mut self) {
        if let Some(said) = self.notice.as_mut().filter(|said| said.is_drawn) {
            said.is_read = true;
            if !self.messages.waiting.is_empty() {
                self.next_notice();
            }
        }
    }

    /// Takes the message away where it is out of date; a refusal that was not read stays. Says whether anything went.
    pub fn dismiss_notice(&mut self) -> bool {
        let goes = self.notice.as_ref().is_some_and(|said| !said.holds());
        if goes {
            self.next_notice();
        }
        goes
    }

    /// Takes the message away where its time is over. Says whether anything went.
    pub fn expire_notice(&mut self) -> bool {
        let over = self.notice.as_ref().is_some_and(|said| said.until_ms <= self.now_ms);
        over && self.dismiss_notice()
    }
}
