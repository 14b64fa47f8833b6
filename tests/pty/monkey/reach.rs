//! Which keys of the table were pressed where they act, and which commands were given: what share of the program was met.

use std::collections::{BTreeMap, BTreeSet};

use dialoq::tui::commands;
use dialoq::tui::keys::{BINDINGS, Binding, Context, Over};
use dialoq::tui::model::ScreenId;
use dialoq::tui::screens::SCREENS;

use super::keyboard;

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    Panes(ScreenId),
    Over(Over),
    /// The window is too small, or nothing is known of it.
    Nothing,
}

/// Overlays are known by words that stand on no other.
const OVERLAYS: &[(&str, Over)] = &[
    ("enter does it, esc closes", Over::Help),
    ("Another agent", Over::Agents),
    (" kept, newest first", Over::Messages),
    ("Really?", Over::Question),
    ("When did it learn this?", Over::When),
    ("enter keep  esc back", Over::Prompt),
    (" say it ", Over::Chat),
    ("esc close ", Over::Message),
];

pub fn place(screen: &vt100::Screen) -> Place {
    let text = screen.contents();
    if text.contains("is too small") {
        return Place::Nothing;
    }
    if text.contains(" Commands ") && text.contains(" found ") {
        return Place::Over(Over::Palette);
    }
    if let Some((_, over)) = OVERLAYS.iter().find(|(words, _)| text.contains(words)) {
        return Place::Over(*over);
    }
    let digit = (0..screen.size().1).filter_map(|column| screen.cell(1, column)).find(|cell| cell.inverse() && cell.contents() != " ");
    let screen = digit.and_then(|cell| SCREENS.iter().find(|screen| screen.digit.to_string() == cell.contents()));
    screen.map_or(Place::Nothing, |screen| Place::Panes(screen.id))
}

fn acts(binding: &Binding, place: Place) -> bool {
    match (binding.context, place) {
        (Context::Always, _) | (Context::Panes, Place::Panes(_)) => true,
        (Context::Everywhere, place) => !matches!(place, Place::Over(_)),
        (Context::Screen(id), Place::Panes(at)) => id == at,
        (Context::Seen(slots), Place::Panes(at)) => SCREENS
            .iter()
            .any(|screen| screen.id == at && slots.iter().any(|slot| screen.slots.contains(slot) || screen.strip == Some(*slot))),
        (Context::Over(overs), Place::Over(over)) => overs.contains(&over),
        _ => false,
    }
}

#[derive(Default)]
pub struct Reach {
    /// Times that each binding was met, by its place in the table.
    pressed: BTreeMap<usize, u32>,
    commands: BTreeSet<String>,
    /// The command being typed.
    line: Option<String>,
    /// Keys sent on each screen.
    pub sent: BTreeMap<String, u32>,
}

impl Reach {
    pub fn note(&mut self, screen: &vt100::Screen, bytes: &[u8]) {
        let place = place(screen);
        *self.sent.entry(format!("{place:?}")).or_default() += 1;
        let is = |binding: &Binding| {
            let forms = binding.keys.iter().flat_map(|key| [false, true].map(|form| keyboard::bytes(*key, form)));
            forms.into_iter().any(|form| form.as_bytes() == bytes)
        };
        for (at, _) in BINDINGS.iter().enumerate().filter(|(_, binding)| acts(binding, place) && is(binding)) {
            *self.pressed.entry(at).or_default() += 1;
        }
        self.listen(place, &String::from_utf8_lossy(bytes));
    }

    /// Puts a command together from what is typed after its colon: the picture comes later than the keys.
    fn listen(&mut self, place: Place, text: &str) {
        match (text, &mut self.line) {
            (":", _) if matches!(place, Place::Panes(_)) => self.line = Some(String::new()),
            ("\r", line) => {
                let line = line.take().unwrap_or_default();
                self.commands.extend(line.split(' ').next().map(str::to_owned));
            }
            (text, Some(line)) if !text.contains(char::is_control) => line.push_str(text),
            (_, line) => *line = None,
        }
    }

    /// What was met, in lines.
    pub fn report(&self) -> String {
        let missed: Vec<&str> = (0..BINDINGS.len()).filter(|at| !self.pressed.contains_key(at)).map(|at| BINDINGS[at].command).collect();
        let verbs: Vec<&str> = commands::verbs().map(|(verb, ..)| *verb).collect();
        let unsaid: Vec<&&str> = verbs.iter().filter(|verb| !self.commands.contains(**verb)).collect();
        format!(
            "keys where they act: {} of {}, not {missed:?}\ncommands: {} of {}, not {unsaid:?}\nkeys sent by place: {:?}",
            BINDINGS.len() - missed.len(),
            BINDINGS.len(),
            verbs.len() - unsaid.len(),
            verbs.len(),
            self.sent
        )
    }
}
