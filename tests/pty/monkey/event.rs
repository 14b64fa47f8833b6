//! One thing that a person or the system does to the program, and its form in one word, so that a list of them fits into a variable.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// The program begins with these flags.
    Life(String),
    /// Bytes as a terminal sends them: keys, mouse, pastes, and what is none of these.
    Type(Vec<u8>),
    Size(u16, u16),
    /// A stop from outside, and the sign to go on.
    Stop,
    /// The screen must follow a new size.
    Look,
    /// The trainer must take a turn.
    Knock,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub deed: Deed,
    /// How long nothing follows it, in milliseconds.
    pub rest: u64,
}

impl Event {
    pub fn keys(text: &str, rest: u64) -> Event {
        Event { deed: Deed::Type(text.as_bytes().to_vec()), rest }
    }

    pub fn rest(&self) -> Duration {
        Duration::from_millis(self.rest)
    }
}

/// Printable ASCII but blanks and what a shell or this form would take for its own; all else as `%` and two digits.
fn written(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"%~'\"\\".contains(&byte);
    bytes.iter().map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02x}") }).collect()
}

fn unwritten(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, after) = match (first, tail.split_at_checked(2)) {
            (b'%', Some((digits, after))) => (u8::from_str_radix(&String::from_utf8_lossy(digits), 16).unwrap(), after),
            _ => (*first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    bytes
}

impl Display for Event {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.deed {
            Deed::Life(flags) => write!(out, "life:{}", written(flags.as_bytes()))?,
            Deed::Type(bytes) => write!(out, "type:{}", written(bytes))?,
            Deed::Size(columns, rows) => write!(out, "size:{columns}x{rows}")?,
            Deed::Stop => write!(out, "stop")?,
            Deed::Look => write!(out, "look")?,
            Deed::Knock => write!(out, "knock")?,
        }
        if self.rest > 0 { write!(out, "~{}", self.rest) } else { Ok(()) }
    }
}

/// Reads what `Display` writes.
pub fn read(word: &str) -> Event {
    let (what, rest) = word.split_once('~').unwrap_or((word, "0"));
    let (kind, value) = what.split_once(':').unwrap_or((what, ""));
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("“{word}” is no event"));
    let deed = match kind {
        "life" => Deed::Life(String::from_utf8(unwritten(value)).unwrap()),
        "type" => Deed::Type(unwritten(value)),
        "size" => {
            let (columns, rows) = value.split_once('x').unwrap_or_else(|| panic!("“{word}” is no size"));
            Deed::Size(number(columns), number(rows))
        }
        "stop" => Deed::Stop,
        "look" => Deed::Look,
        "knock" => Deed::Knock,
        _ => panic!("“{word}” is no event"),
    };
    Event { deed, rest: rest.parse().unwrap() }
}

#[test]
fn an_event_is_read_back_as_it_was_written() {
    let bytes: Vec<u8> = (0..=255).collect();
    let deeds = [
        Deed::Life("--agent sarsa --seed 3".into()),
        Deed::Type(bytes),
        Deed::Type("é~%' 🙂".into()),
        Deed::Size(250, 80),
        Deed::Stop,
        Deed::Look,
        Deed::Knock,
    ];
    for deed in deeds {
        for rest in [0, 12] {
            let event = Event { deed: deed.clone(), rest };
            assert_eq!(read(&event.to_string()), event);
            assert!(!event.to_string().contains([' ', '\'']));
        }
    }
}
