//! Who draws the events: a pure function of the seed, so that the same seed gives the same list whatever the program does.
//!
//! Events come in short phrases, as hands make them: a screen and some of its keys, a command with its words, a drag. All weights stand here.

use std::collections::VecDeque;

use dialoq::tui::keys::{Action, BINDINGS, Binding, Context, Over};

use super::dice::{Deck, Dice};
use super::event::{Deed, Event};
use super::{keyboard, lines};

/// Windows in which all, some or one of the panes stand, and those in which nothing can.
const USUAL: &[(u16, u16)] = &[(120, 40), (80, 24), (200, 60), (119, 35), (60, 15), (110, 36)];
/// After so many phrases a strange window becomes a usual one again.
const STRANGE_FOR: u32 = 4;
/// Events between two looks, and between two knocks.
pub const LOOK_EVERY: u64 = 25;
pub const KNOCK_EVERY: u64 = 250;

/// What comes after one that a terminal breaks off: ends whatever sequence still waits for its end.
const ENDING: &str = "M~m";
const GARBAGE: &[&str] = &[
    "\x1b[",
    "\x1b[<",
    "\x1b[<0;1",
    "\x1b[<0;0;0M",
    "\x1b[<999;99999;99999M",
    "\x1b[<0;-1;5M",
    "\x1b[M !!",
    "\x1b[M\u{7f}\u{7f}\u{7f}",
    "\x1b[32;1;1M",
    "\x1b[9999999999999A",
    "\x1b[1;9A",
    "\x1b[27;5;9~",
    "\x1b[200;201~",
    "\x1b[201~",
    "\x1b[?1;2c",
    "\x1b[?64u",
    "\x1b[97;5u",
    "\x1b[57358u",
    "\x1b[5;5R",
    "\x1b[8;24;80t",
    "\x1b]11;rgb:0000/0000/0000\x07",
    "\x1bP1$r0m\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x1b\x1b[A",
    "\x1bO",
    "\x1bOZ",
    "\x1b[Z\x1b[Z",
    "\x1b[;;;;;;m",
    "\x1b[\x1b[\x1b[",
    "\u{9b}31m",
    "\u{0}",
];
const NO_TEXT: &[&[u8]] = &[b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f", b"\xc0\xaf", b"\xed\xa0\x80", b"\x80\x80\x80"];
const LETTERS: &[&str] = &[
    "é",
    "漢字",
    "한글",
    "🙂",
    "👩‍👩‍👧‍👦",
    "e\u{301}\u{302}\u{303}",
    "\u{200b}",
    "\u{202e}",
    "ﷺ",
    "\u{fffd}",
    "ｗｉｄｅ",
    "\u{a0}",
    "\u{85}",
    "❤\u{fe0f}",
    "1\u{fe0f}\u{20e3}",
    "🏳\u{fe0f}\u{200d}🌈",
];
const FUNCTION_KEYS: &[&str] =
    &["\x1bOP", "\x1bOQ", "\x1b[15~", "\x1b[17~", "\x1b[24~", "\x1b[2~", "\x1b[1;5C", "\x1b[1;2A", "\x1b[1;2B", "\x1b[3;5~", "\x1b[E"];
const PASTED: &[&str] = &[
    "q",
    "quit\r",
    ":quit\r\n",
    "a line\nand another\n\tand a third",
    "hello 世界 👋🏽",
    "\x1b[31mred\x1b[0m",
    "alpha 0.5\r",
    "nnnnNNNN",
    "]{}[",
    "❤\u{fe0f} ☎\u{fe0f} ",
];

#[derive(Clone, Copy)]
enum Phrase {
    Key,
    Screen,
    Command,
    Palette,
    Prompt,
    Chat,
    Help,
    Agents,
    Chair,
    Mouse,
    Paste,
    Window,
    Garbage,
    Text,
    Chord,
    Focus,
    Stop,
    Out,
    Rest,
    Branch,
    Quit,
}

const PHRASES: &[(u64, Phrase)] = &[
    (240, Phrase::Key),
    (130, Phrase::Screen),
    (140, Phrase::Command),
    (30, Phrase::Palette),
    (60, Phrase::Prompt),
    (50, Phrase::Chat),
    (30, Phrase::Help),
    (25, Phrase::Agents),
    (25, Phrase::Chair),
    (110, Phrase::Mouse),
    (25, Phrase::Paste),
    (45, Phrase::Window),
    (30, Phrase::Garbage),
    (25, Phrase::Text),
    (35, Phrase::Chord),
    (15, Phrase::Focus),
    (8, Phrase::Stop),
    (45, Phrase::Out),
    (25, Phrase::Rest),
    (25, Phrase::Branch),
    (9, Phrase::Quit),
];

/// Ends and stops have phrases of their own.
fn goes_on(binding: &Binding) -> bool {
    !matches!(binding.action, Action::Quit | Action::Suspend)
}

pub struct Hand {
    dice: Dice,
    coming: VecDeque<Event>,
    size: (u16, u16),
    strange: u32,
    /// Events drawn so far.
    drawn: u64,
    /// Whether keys come without a rest between them.
    hasty: bool,
    keys: Deck,
    verbs: Deck,
    ends: Deck,
}

impl Hand {
    pub fn new(seed: u64) -> Hand {
        let (keys, verbs, ends) = Default::default();
        Hand { dice: Dice::new(seed), coming: VecDeque::new(), size: USUAL[0], strange: 0, drawn: 0, hasty: false, keys, verbs, ends }
    }

    pub fn next(&mut self) -> Event {
        self.drawn += 1;
        if self.drawn.is_multiple_of(KNOCK_EVERY) {
            return Event { deed: Deed::Knock, rest: 0 };
        }
        if self.drawn.is_multiple_of(LOOK_EVERY) {
            return Event { deed: Deed::Look, rest: 0 };
        }
        while self.coming.is_empty() {
            self.phrase();
        }
        self.coming.pop_front().unwrap()
    }

    fn phrase(&mut self) {
        self.hasty = self.dice.percent(10);
        if !USUAL.contains(&self.size) {
            self.strange += 1;
            if self.strange > STRANGE_FOR {
                return self.window(true);
            }
        }
        // What lies over the screen would take most keys.
        if self.dice.percent(30) {
            self.say("\x1b");
        }
        match self.dice.weighted(PHRASES) {
            Phrase::Key => self.key(),
            Phrase::Screen => self.screen(),
            Phrase::Command => self.command(),
            Phrase::Palette => self.palette(),
            Phrase::Prompt => self.prompt(),
            Phrase::Chat => self.chat(),
            Phrase::Help => self.help(),
            Phrase::Agents => self.agents(),
            Phrase::Chair => self.chair(),
            Phrase::Mouse => self.mouse(),
            Phrase::Paste => self.paste(),
            Phrase::Window => {
                let usual = self.dice.percent(40);
                self.window(usual);
            }
            Phrase::Garbage => self.garbage(),
            Phrase::Text => self.text(),
            Phrase::Chord => self.chord(),
            Phrase::Focus => {
                let focus = self.dice.one(&["\x1b[I", "\x1b[O"]);
                self.say(focus);
            }
            Phrase::Stop => self.stop(),
            Phrase::Out => (0..self.dice.from(1, 3)).for_each(|_| self.say("\x1b")),
            Phrase::Rest => self.rest(),
            Phrase::Branch => self.branch(),
            Phrase::Quit => self.quit(),
        }
    }

    fn say(&mut self, keys: &str) {
        let rest = if self.hasty { 0 } else { u64::from(self.dice.from(6, 16)) };
        self.coming.push_back(Event::keys(keys, rest));
    }

    /// Types words at once or letter by letter.
    fn spell(&mut self, words: &str) {
        if self.dice.percent(80) {
            self.say(words);
        } else {
            words.chars().for_each(|letter| self.coming.push_back(Event::keys(letter.encode_utf8(&mut [0; 4]), 2)));
        }
    }

    fn press(&mut self, binding: &Binding) {
        let (key, application) = (self.dice.one(binding.keys), self.dice.percent(20));
        self.say(&keyboard::bytes(key, application));
    }

    /// One key of the whole table.
    fn key(&mut self) {
        let of: Vec<&Binding> = BINDINGS.iter().filter(|binding| goes_on(binding)).collect();
        let at = self.keys.draw(&mut self.dice, of.len());
        self.press(of[at]);
    }

    /// Keys that act in some contexts.
    fn keys_of(&mut self, fits: &dyn Fn(Context) -> bool, count: u16) {
        let of: Vec<&Binding> = BINDINGS.iter().filter(|binding| goes_on(binding) && fits(binding.context)).collect();
        for _ in 0..count {
            let binding = self.dice.one(&of);
            self.press(binding);
        }
    }

    /// Goes to a screen and presses what acts there.
    fn screen(&mut self) {
        let screen = self.dice.one(&["1", "2", "3", "4", "5"]);
        self.say(screen);
        for _ in 0..self.dice.from(0, 4) {
            self.say("\t");
        }
        let count = self.dice.from(1, 4);
        self.keys_of(&|context| matches!(context, Context::Screen(_) | Context::Seen(_) | Context::Panes), count);
    }

    fn command(&mut self) {
        self.say(":");
        let line = lines::command(&mut self.dice, &mut self.verbs);
        self.spell(&line);
        self.say("\r");
        if self.dice.percent(60) {
            self.say("\x1b");
        }
    }

    /// Looks for a command in the list, completes it, and perhaps takes it.
    fn palette(&mut self) {
        self.say(":");
        let line: String = lines::command(&mut self.dice, &mut self.verbs).chars().take(3).collect();
        self.say(&line);
        self.list(Over::Palette);
    }

    fn list(&mut self, over: Over) {
        let count = self.dice.from(1, 5);
        self.keys_of(&|context| matches!(context, Context::Over(overs) if overs.contains(&over)), count);
        let end = self.dice.one(&["\r", "\x1b", "\x1b", "\x15\r"]);
        self.say(end);
    }

    fn prompt(&mut self) {
        let way = self.dice.below(7);
        let (opens, words) = match way {
            0 => ("/", lines::word(&mut self.dice)),
            1 => ("g", lines::number(&mut self.dice)),
            2 => ("g", format!("t{}", lines::number(&mut self.dice))),
            3 => ("3r", lines::number(&mut self.dice)),
            4 => ("B", lines::stop(&mut self.dice)),
            5 => ("K", lines::seeds(&mut self.dice)),
            _ => ("W", lines::sweep(&mut self.dice)),
        };
        self.say(opens);
        self.spell(&words);
        let end = self.dice.one(&["\r", "\r", "\x1b", "\x15", "\x7f\r"]);
        self.say(end);
    }

    fn chat(&mut self) {
        let opens = self.dice.one(&["3C", "5C", "C"]);
        self.say(opens);
        for _ in 0..self.dice.from(1, 3) {
            let sentence = lines::sentence(&mut self.dice);
            self.spell(&sentence);
            self.say("\r");
        }
        self.list(Over::Chat);
    }

    fn help(&mut self) {
        self.say("?");
        let word = lines::word(&mut self.dice);
        self.spell(&word);
        self.list(Over::Help);
    }

    fn agents(&mut self) {
        self.say("S");
        self.list(Over::Agents);
    }

    fn chair(&mut self) {
        let sits = self.dice.one(&["3a", "3A", "3aH"]);
        self.say(sits);
        for _ in 0..self.dice.from(1, 4) {
            let key = self.dice.one(&["\x1b[B", "\x1b[A", "\r", "j", "z"]);
            self.say(key);
        }
    }

    fn branch(&mut self) {
        let keys = self
            .dice
            .one(&["nnzb", "z", "b", "{b", "zzb", "n", "N", "()", "4X", "4Xy", "'", "\"", "1w", "2wf", "t", "2x", "4P", "4c", "G"]);
        keys.chars().for_each(|key| self.say(key.encode_utf8(&mut [0; 4])));
    }

    fn mouse(&mut self) {
        let (columns, rows) = self.size;
        let (mut x, mut y) = (self.dice.from(1, columns + 2), self.dice.from(1, rows + 2));
        match self.dice.below(10) {
            0 | 1 => (x, y) = (x, 2),
            2 => y = rows,
            _ => {}
        }
        match self.dice.below(10) {
            0..=4 => {
                let button = self.dice.weighted(&[(8, 0), (1, 1), (1, 2), (1, 4), (1, 128)]);
                self.say(&format!("\x1b[<{button};{x};{y}M\x1b[<{button};{x};{y}m"));
            }
            5..=7 => {
                self.say(&format!("\x1b[<0;{x};{y}M"));
                for _ in 0..self.dice.from(1, 6) {
                    (x, y) = ((x + self.dice.from(0, 8)).saturating_sub(4).max(1), (y + self.dice.from(0, 4)).saturating_sub(2).max(1));
                    self.say(&format!("\x1b[<32;{x};{y}M"));
                }
                // Now and then the button comes up outside the window, where nobody hears it.
                if self.dice.percent(85) {
                    self.say(&format!("\x1b[<0;{x};{y}m"));
                }
            }
            _ => {
                let wheel = self.dice.one(&[64, 65, 66, 67]);
                let turns = self.dice.from(1, 5);
                self.say(&format!("\x1b[<{wheel};{x};{y}M").repeat(turns.into()));
            }
        }
    }

    /// A paste as a terminal marks it, or as one does that was not asked to.
    fn paste(&mut self) {
        let text = self.dice.one(PASTED).repeat(usize::from(self.dice.from(1, 8)));
        if self.dice.percent(80) {
            self.say(&format!("\x1b[200~{text}\x1b[201~"));
        } else {
            self.say(&text.replace('\n', "\r"));
        }
    }

    fn window(&mut self, usual: bool) {
        self.size = if usual { self.dice.one(USUAL) } else { (self.dice.from(1, 250), self.dice.from(1, 80)) };
        self.strange = 0;
        let rest = u64::from(self.dice.from(0, 60));
        self.coming.push_back(Event { deed: Deed::Size(self.size.0, self.size.1), rest });
    }

    fn garbage(&mut self) {
        if self.dice.percent(25) {
            let bytes = self.dice.one(NO_TEXT).to_vec();
            self.coming.push_back(Event { deed: Deed::Type(bytes), rest: 8 });
        } else {
            let garbage = self.dice.one(GARBAGE);
            self.say(garbage);
        }
        if self.dice.percent(90) {
            self.say(ENDING);
        }
    }

    fn text(&mut self) {
        for _ in 0..self.dice.from(1, 4) {
            let letter = self.dice.one(LETTERS);
            self.say(letter);
        }
    }

    /// Keys that the table does not have: function keys, letters with Alt or Ctrl, Esc and a letter right behind it.
    fn chord(&mut self) {
        let letter = char::from(b' ' + self.dice.below(95) as u8);
        match self.dice.below(4) {
            0 => {
                let key = self.dice.one(FUNCTION_KEYS);
                self.say(key);
            }
            // Ctrl-C and Ctrl-Z have phrases of their own; what comes behind these is still heard.
            1 => {
                let letter = self.dice.one(b"abdefghijklmnopqrstuvwxy");
                self.say(char::from(letter & 0x1f).encode_utf8(&mut [0; 4]));
            }
            // Alt and a letter is no way to leave.
            _ if letter == 'q' => self.say("\x1b\x1b"),
            _ => self.say(&format!("\x1b{letter}")),
        }
    }

    fn stop(&mut self) {
        let deed = if self.dice.percent(50) { Deed::Stop } else { Deed::Type(b"\x1a".to_vec()) };
        self.coming.push_back(Event { deed, rest: 0 });
    }

    fn rest(&mut self) {
        let (key, rest) = (self.dice.one(&[" ", " ", "n", "f"]), u64::from(self.dice.from(50, 300)));
        self.coming.push_back(Event::keys(key, rest));
    }

    fn quit(&mut self) {
        const ENDS: &[&str] = &["\x1b\x1b\x1bq", "q", "\x03", "5q", "1q", ":quit\r"];
        let keys = ENDS[self.ends.draw(&mut self.dice, ENDS.len())];
        self.say(keys);
    }

    /// The flags with which the program begins for the n-th time.
    pub fn life(seed: u64, number: u64, resumable: bool) -> String {
        let mut dice = Dice::new(seed ^ (number + 1).wrapping_mul(0xa076_1d64_78bd_642f));
        let resumes = resumable && dice.percent(60);
        let mut flags = if resumes {
            "--resume".to_owned()
        } else if dice.percent(20) {
            format!("--agent {} --set preset=test ppo={}", super::LANGUAGE, dice.one(&["bandit", "dialogue", "both", "dpo"]))
        } else {
            let agent = dialoq::agents::AGENTS[dice.below(dialoq::agents::AGENTS.len() as u64) as usize].name;
            let scenario = dice.weighted(&[(5, "customer-service"), (5, "smart-home"), (1, "virtual-assistant")]);
            format!("--scenario {scenario} --agent {agent}")
        };
        if !resumes {
            flags.extend([" --seed ", dice.below(1_000).to_string().as_str()]);
            flags += dice.weighted(&[(8, ""), (1, " --profile easy"), (1, " --turn 40"), (1, " --seeds 2")]);
        }
        flags += dice.weighted(&[(5, ""), (2, " --pace 600"), (2, " --pace 5t"), (1, " --pace max")]);
        flags += dice.weighted(&[(4, ""), (1, " --theme light"), (1, " --theme dark"), (1, " --theme mono")]);
        flags += dice.weighted(&[(3, ""), (1, " --safe")]);
        flags += dice.weighted(&[(3, ""), (1, " --lang zh")]);
        flags
    }
}
