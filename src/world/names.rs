//! What states and acts are called: plain records that screens draw and filters search.

use std::fmt::Write as _;

use super::compiled::World;
use super::env::ActionId;
use super::scenario::{PATIENCE_MAX, Scenario, Text, Variants};
use super::user::{CONFIRMED, HEARD, UNKNOWN};

/// The language of sentences, labels and state names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    English,
    Chinese,
}

impl Text {
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::English => &self.en,
            Lang::Chinese => &self.zh,
        }
    }
}

impl Variants {
    pub fn of(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::English => &self.en,
            Lang::Chinese => &self.zh,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Unknown,
    Heard,
    Confirmed,
}

impl Status {
    pub fn of(status: u8) -> Status {
        match status {
            HEARD => Status::Heard,
            CONFIRMED => Status::Confirmed,
            _ => Status::Unknown,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Heard => "heard",
            Status::Confirmed => "confirmed",
        }
    }
}

/// A state in words. A finite MDP has only `text`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateView {
    /// The whole state as one line, as filters match it: `refund heard · order confirmed · item unknown · patience 3`.
    pub text: String,
    /// The task's name, none while unknown.
    pub task: Option<(String, Status)>,
    /// Slots that the task needs (all known ones where slots are kept).
    pub slots: Vec<SlotView>,
    /// Patience now and at most; none in a finite MDP.
    pub patience: Option<(u8, u8)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlotView {
    pub short: String,
    pub label: String,
    pub status: Status,
    /// Whether the present task needs it.
    pub needed: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActView {
    /// A column head: at most five columns (`ord?`) in a world of dialogues, the whole name in a finite MDP.
    pub short: String,
    /// `ask order`
    pub name: String,
    /// What the act does, in one sentence.
    pub meaning: String,
}

impl World {
    pub fn title(&self, lang: Lang) -> String {
        self.dialogues.as_ref().map_or_else(|| self.name().to_owned(), |d| d.scenario.title.of(lang).to_owned())
    }

    /// A state of a finite MDP as its file calls it.
    pub(super) fn listed_name(&self, state: u32) -> String {
        self.exact().map_or_else(String::new, |mdp| mdp.states[state as usize].clone())
    }

    /// `refund heard · order confirmed · item unknown · patience 3`
    pub fn state_text(&self, state: u32) -> String {
        let Some(d) = &self.dialogues else {
            return self.listed_name(state);
        };
        let s = d.state(state);
        let mut text = String::with_capacity(80);
        match s.task() {
            None => text.push_str("task unknown"),
            Some(t) => {
                let _ = write!(text, "{} {}", d.scenario.tasks[t].name, Status::of(s.task_status()).word());
            }
        }
        for (i, slot) in d.scenario.slots.iter().enumerate() {
            if s.slot(i) != UNKNOWN || s.task().is_some_and(|t| d.rule.needed(t, i)) {
                let _ = write!(text, " · {} {}", slot.name, Status::of(s.slot(i)).word());
            }
        }
        let _ = write!(text, " · patience {}", s.patience());
        text
    }

    pub fn state_view(&self, state: u32, lang: Lang) -> StateView {
        let Some(d) = &self.dialogues else {
            return StateView { text: self.state_text(state), ..StateView::default() };
        };
        let s = d.state(state);
        let slots = d.scenario.slots.iter().enumerate().map(|(i, slot)| SlotView {
            short: slot.short.clone(),
            label: slot.label.of(lang).to_owned(),
            status: Status::of(s.slot(i)),
            needed: s.task().is_some_and(|t| d.rule.needed(t, i)),
        });
        StateView {
            text: self.state_text(state),
            task: s.task().map(|t| (task_word(&d.scenario, t, lang), Status::of(s.task_status()))),
            slots: slots.collect(),
            patience: Some((s.patience(), PATIENCE_MAX)),
        }
    }

    /// By place in the feature vector: `order heard`, `patience 2`; a finite MDP's are those of its file, or its states.
    pub fn feature_names(&self, lang: Lang) -> Vec<String> {
        let Some(d) = &self.dialogues else {
            let named = |mdp: &super::mdp::Mdp| mdp.features.as_ref().map_or_else(|| mdp.states.clone(), |f| f.names.clone());
            return self.exact().map_or_else(Vec::new, named);
        };
        let mut names = vec!["task unknown".to_owned()];
        for task in 0..d.rule.tasks() {
            let word = task_word(&d.scenario, task, lang);
            names.extend([Status::Heard, Status::Confirmed].map(|s| format!("{word} {}", s.word())));
        }
        for slot in &d.scenario.slots {
            let word = if lang == Lang::Chinese { &slot.label.zh } else { &slot.name };
            names.extend([Status::Unknown, Status::Heard, Status::Confirmed].map(|s| format!("{word} {}", s.word())));
        }
        names.extend((1..=PATIENCE_MAX).map(|p| format!("patience {p}")));
        names
    }

    pub fn act_view(&self, act: ActionId) -> ActView {
        if let Some(d) = &self.dialogues {
            let act = d.rule.acts[act.index()];
            ActView { short: act.short(&d.scenario), name: act.name(&d.scenario), meaning: act.meaning(&d.scenario) }
        } else {
            let name = self.act_names()[act.index()].clone();
            ActView { short: name.clone(), meaning: format!("The act \"{name}\" of this MDP."), name }
        }
    }
}

/// A task's name in a table: the id in English, the label in Chinese.
fn task_word(scenario: &Scenario, task: usize, lang: Lang) -> String {
    match lang {
        Lang::English => scenario.tasks[task].name.clone(),
        Lang::Chinese => scenario.tasks[task].label.zh.clone(),
    }
}
