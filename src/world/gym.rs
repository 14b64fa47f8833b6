//! Any world through Gymnasium's interface: reset, step, spaces, action mask, the reason of the end.
//!
//! The dice are those of training: with the same seed, dialogue number and acts, a run meets the same users.
//! Source: Gymnasium 1.x, core.py (`Env`) and `env_checker.py`, whose rules are the tests of this file.

use std::fmt::Write as _;
use std::sync::Arc;

use thiserror::Error;

use super::acts::Act;
use super::compiled::World;
use super::env::{ActionId, End, Env};
use super::names::Lang;
use super::space::{Element, Space};
use super::tell::{Meant, SpanView, Step, Tale};
use crate::num::dice::{Dice, Key, Stream};

pub const ID: &str = "DeepSpeedChat-v0";

/// What an observation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Observe {
    /// The number of the state.
    #[default]
    State,
    /// One-hot features of task, slots and patience.
    Features,
}

/// How a dialogue ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    TaskDone,
    Wrong,
    HungUp,
    HandedOver,
    /// A finite MDP terminated.
    Ended,
    TurnLimit,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Reason::TaskDone => "task_done",
            Reason::Wrong => "wrong",
            Reason::HungUp => "hung_up",
            Reason::HandedOver => "handed_over",
            Reason::Ended => "ended",
            Reason::TurnLimit => "turn_limit",
        }
    }
}

/// What goes with an observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// 1 for each act that may be chosen now.
    pub action_mask: Vec<i8>,
    /// Number of the dialogue since the last seed, from 0.
    pub dialogue: u64,
    /// Turns taken.
    pub turn: u32,
    pub success: bool,
    pub reason: Option<Reason>,
    /// The state in words.
    pub state: String,
    /// What the agent said in this turn; empty after a reset.
    pub agent: String,
    /// What the user answered, as it was heard; the opening after a reset.
    pub user: String,
    /// What the answer meant, in a few words.
    pub note: String,
}

/// What a step gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    pub observation: Element,
    pub reward: f64,
    pub terminated: bool,
    pub truncated: bool,
    pub info: Info,
}

/// What may be asked of one dialogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The language of its sentences; none leaves the environment's.
    pub lang: Option<Lang>,
}

#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum GymError {
    #[error("{op}: no dialogue has begun; call reset first")]
    NotReset { op: &'static str },
    #[error("step: the dialogue has ended ({reason}); call reset for the next one")]
    Over { reason: &'static str },
    #[error("{op}: the environment is closed; start a new one")]
    Closed { op: &'static str },
    #[error("step: {action} is not an action; actions are numbered 0 to {last}")]
    NoAction { action: i64, last: u32 },
    #[error("step: action {action} ({name}) may not be chosen here; info.action_mask allows {allowed}")]
    Masked { action: i64, name: String, allowed: String },
    #[error("observation: {name} is a finite MDP and has no features; observe its state")]
    NoFeatures { name: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Fresh,
    Open,
    Over(Reason),
    Closed,
}

/// The environment `DeepSpeedChat-v0` over a world.
#[derive(Clone, Debug)]
pub struct DeepSpeedChat {
    world: Arc<World>,
    observe: Observe,
    /// Of new dialogues, and of the present one.
    lang: Lang,
    lang_now: Lang,
    world_key: Key,
    words_key: Key,
    dialogue: u64,
    /// The number that the next dialogue gets.
    next_dialogue: u64,
    state: u32,
    steps: Vec<Step>,
    phase: Phase,
}

impl DeepSpeedChat {
    pub fn new(world: Arc<World>, observe: Observe, lang: Lang, seed: u64) -> Result<DeepSpeedChat, GymError> {
        if observe == Observe::Features && world.dialogues.is_none() {
            return Err(GymError::NoFeatures { name: world.name().to_owned() });
        }
        Ok(DeepSpeedChat {
            world,
            observe,
            lang,
            lang_now: lang,
            world_key: Key::new(seed, Stream::World),
            words_key: Key::new(seed, Stream::Words),
            dialogue: 0,
            next_dialogue: 0,
            state: 0,
            steps: Vec::new(),
            phase: Phase::Fresh,
        })
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn observation_space(&self) -> Space {
        let shape = self.world.shape();
        match self.observe {
            Observe::State => Space::Discrete { n: self.world.numbers() as u32, start: 0 },
            Observe::Features => Space::BoxF32 { low: 0.0, high: 1.0, shape: shape.features },
        }
    }

    pub fn action_space(&self) -> Space {
        Space::Discrete { n: self.world.shape().actions, start: 0 }
    }

    /// Where the generator stands: the counterpart of `np_random`'s state.
    pub fn generator(&self) -> (Key, u64) {
        (self.world_key, self.next_dialogue)
    }

    /// Opens a dialogue. A seed starts the generator anew, so that dialogues count from 0; without one it goes on.
    pub fn reset(&mut self, seed: Option<u64>, options: Options) -> Result<(Element, Info), GymError> {
        if self.phase == Phase::Closed {
            return Err(GymError::Closed { op: "reset" });
        }
        if let Some(seed) = seed {
            self.world_key = Key::new(seed, Stream::World);
            self.words_key = Key::new(seed, Stream::Words);
            self.next_dialogue = 0;
        }
        self.dialogue = self.next_dialogue;
        self.next_dialogue += 1;
        self.lang_now = options.lang.unwrap_or(self.lang);
        self.state = self.world.open(&mut Dice::at_turn(self.world_key, self.dialogue, 0));
        self.steps.clear();
        self.phase = Phase::Open;
        Ok((self.observation(), self.info(false)))
    }

    pub fn step(&mut self, action: i64) -> Result<Turn, GymError> {
        match self.phase {
            Phase::Fresh => return Err(GymError::NotReset { op: "step" }),
            Phase::Over(reason) => return Err(GymError::Over { reason: reason.name() }),
            Phase::Closed => return Err(GymError::Closed { op: "step" }),
            Phase::Open => {}
        }
        let act = self.allowed(action)?;
        let turn = self.steps.len() as u32 + 1;
        let o = self.world.step(self.state, act, &mut Dice::at_turn(self.world_key, self.dialogue, turn));
        let end = if o.closed {
            End::Closed
        } else if turn >= self.world.turn_limit() {
            End::Cut
        } else {
            End::Open
        };
        self.steps.push(Step { state: self.state, act, next: o.next, reward: o.reward, end, success: o.success });
        self.phase = match end {
            End::Open => Phase::Open,
            End::Closed => Phase::Over(self.ending(act, o.success)),
            End::Cut => Phase::Over(Reason::TurnLimit),
        };
        self.state = o.next;
        Ok(Turn {
            observation: self.observation(),
            reward: shortest(o.reward),
            terminated: end == End::Closed,
            truncated: end == End::Cut,
            info: self.info(o.success),
        })
    }

    /// The dialogue so far as a transcript (render mode `ansi`); `~` marks what was heard and not yet settled.
    pub fn render(&self) -> Result<String, GymError> {
        match self.phase {
            Phase::Fresh => return Err(GymError::NotReset { op: "render" }),
            Phase::Closed => return Err(GymError::Closed { op: "render" }),
            Phase::Open | Phase::Over(_) => {}
        }
        let tale = self.tale();
        let mut text = String::new();
        if !tale.opening.is_empty() {
            let _ = writeln!(text, "user   {}", tale.opening);
        }
        for (told, step) in tale.turns.iter().zip(&self.steps) {
            let _ = writeln!(text, "agent  {}", spoken(&told.agent, true));
            let _ = writeln!(text, "user   {}  ({:+})", spoken(&told.user, true), step.reward);
        }
        if !tale.ending.is_empty() {
            let _ = writeln!(text, "end    {}", tale.ending);
        }
        Ok(text)
    }

    /// Closing twice is closing once.
    pub fn close(&mut self) {
        self.phase = Phase::Closed;
        self.steps = Vec::new();
    }

    fn allowed(&self, action: i64) -> Result<ActionId, GymError> {
        let actions = self.world.shape().actions;
        let Some(act) = u8::try_from(action).ok().filter(|a| u32::from(*a) < actions).map(ActionId) else {
            return Err(GymError::NoAction { action, last: actions - 1 });
        };
        let legal = self.world.legal(self.state);
        if legal >> act.0 & 1 == 1 {
            return Ok(act);
        }
        let allowed: Vec<String> = (0..actions).filter(|a| legal >> a & 1 == 1).map(|a| a.to_string()).collect();
        Err(GymError::Masked { action, name: self.world.act_view(act).name, allowed: allowed.join(", ") })
    }

    /// Which ending the last act led to; the state is still the one that it was taken in.
    fn ending(&self, act: ActionId, success: bool) -> Reason {
        let Some(d) = &self.world.dialogues else {
            return Reason::Ended;
        };
        let (state, act) = (d.state(self.state), d.rule.acts[act.index()]);
        match act {
            _ if success => Reason::TaskDone,
            Act::Escalate => Reason::HandedOver,
            Act::Execute if d.rule.sensible(state, act) => Reason::Wrong,
            _ => Reason::HungUp,
        }
    }

    fn observation(&self) -> Element {
        match self.observe {
            Observe::State => Element::Number(self.state),
            Observe::Features => {
                let mut features = vec![0.0; self.world.shape().features as usize];
                let mut told = Vec::new();
                self.world.features(self.state, &mut told);
                told.iter().for_each(|f| features[f.at as usize] = f.value);
                Element::Vector(features)
            }
        }
    }

    fn tale(&self) -> Tale {
        self.world.tell(self.words_key, self.dialogue, &self.steps, self.lang_now)
    }

    fn info(&self, success: bool) -> Info {
        let legal = self.world.legal(self.state);
        let tale = self.tale();
        let (agent, user, note) = match tale.turns.last() {
            Some(told) => (spoken(&told.agent, false), spoken(&told.user, false), told.note.clone()),
            None => (String::new(), tale.opening, String::new()),
        };
        Info {
            action_mask: (0..self.world.shape().actions).map(|a| (legal >> a & 1) as i8).collect(),
            dialogue: self.dialogue,
            turn: self.steps.len() as u32,
            success,
            reason: if let Phase::Over(reason) = self.phase { Some(reason) } else { None },
            state: self.world.state_text(self.state),
            agent,
            user,
            note,
        }
    }
}

/// Pieces as one line; marked, it shows what is only heard and what was meant.
fn spoken(spans: &[SpanView], marked: bool) -> String {
    let mut text = String::new();
    for span in spans {
        match span {
            SpanView::Plain(words) => text.push_str(words),
            SpanView::Heard { value, meant: Meant::Unknown } if marked => {
                let _ = write!(text, "~{value}");
            }
            SpanView::Heard { value, meant: Meant::Other(truth) } if marked => {
                let _ = write!(text, "~{value} [meant {truth}]");
            }
            SpanView::Heard { value, .. } => text.push_str(value),
        }
    }
    text
}

/// The number that a person wrote: 0.1 and not the 0.10000000149 that its 32 bits are.
fn shortest(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}
