//! A world ready to be learned in: explicit lists, their sampler, and what its states are called.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use super::compile::{GAMMA, compile};
use super::env::{ActionId, Env, Feature, Outcome, Shape, Sight};
use super::expert::expert;
use super::mdp::{Branch, Mdp, MdpError};
use super::scenario::{Scenario, ScenarioError};
use super::setup::{Setting, SettingError, Setup};
use super::simulator::{feature_count, write_features};
use super::solve::{Solution, solve};
use super::tables::Tables;
use super::user::{DialogueState, Ending, Rule};
use super::{SCENARIOS, builtin};
use crate::num::dice::Dice;
use crate::num::digest::{Digest, digest_bytes};

/// Where a world's text comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum WorldSource {
    /// A scenario that comes with the program.
    Builtin(String),
    /// A scenario file's path and text.
    Scenario { path: String, text: String },
    /// A finite MDP's path and text.
    Mdp { path: String, text: String },
}

#[derive(Debug, Error, PartialEq)]
pub enum BuildError {
    #[error("--scenario: there is no scenario \"{name}\"; use one of {known}, or the path of a scenario file")]
    NoScenario { name: String, known: String },
    #[error("--profile: there are no {name} users; use easy, standard or unfriendly")]
    NoProfile { name: String },
    #[error("{path}: {error}")]
    Scenario { path: String, error: ScenarioError },
    #[error("{path}: {error}")]
    Mdp { path: String, error: MdpError },
}

/// What a world of dialogues has beyond a finite MDP.
#[derive(Debug)]
pub struct Dialogues {
    pub scenario: Scenario,
    pub rule: Rule,
    states: Vec<DialogueState>,
}

impl Dialogues {
    /// The state of a number.
    pub fn state(&self, number: u32) -> DialogueState {
        if self.states.is_empty() { DialogueState::of_code(number as usize, self.rule.slots()) } else { self.states[number as usize] }
    }

    /// By their numbers; empty where states are not enumerated.
    pub fn states(&self) -> &[DialogueState] {
        &self.states
    }

    /// What a direct world lists for (state, act).
    fn branches(&self, state: u32, act: u32) -> Vec<Branch> {
        let (s, mut listed) = (self.state(state), Vec::new());
        if self.rule.legal(s) >> act & 1 == 1 {
            self.rule.outcomes(s, self.rule.acts[act as usize], &mut listed);
        }
        listed.iter().map(|o| o.branch(o.next.code(self.rule.slots()) as u32)).collect()
    }
}

/// A world is enumerated where its states are few enough: they are numbered, their outcomes stand in lists. Else it is direct: a
/// state's number is its `DialogueState::code`, and the rule is asked for every turn.
pub struct World {
    mdp: Option<Arc<Mdp>>,
    /// Empty where the world is direct.
    tables: Tables,
    pub dialogues: Option<Arc<Dialogues>>,
    /// Of the text that the world was made from.
    pub digest: Digest,
    shape: Shape,
    setup: Setup,
    name: String,
    gamma: f64,
    act_names: Vec<String>,
    start: Vec<(u32, f64)>,
    turn_limit: u32,
}

impl WorldSource {
    /// The name as the command line takes it.
    pub fn argument(&self) -> &str {
        match self {
            WorldSource::Builtin(name) => name,
            WorldSource::Scenario { path, .. } | WorldSource::Mdp { path, .. } => path,
        }
    }

    pub fn text(&self) -> Result<&str, BuildError> {
        match self {
            WorldSource::Builtin(name) => builtin(name).map(|b| b.text).ok_or_else(|| BuildError::NoScenario {
                name: name.clone(),
                known: SCENARIOS.iter().map(|s| s.name).collect::<Vec<_>>().join(", "),
            }),
            WorldSource::Scenario { text, .. } | WorldSource::Mdp { text, .. } => Ok(text),
        }
    }

    /// The scenario alone, checked.
    pub fn scenario(&self) -> Result<Option<Scenario>, BuildError> {
        let text = self.text()?;
        match self {
            WorldSource::Mdp { .. } => Ok(None),
            _ => Scenario::parse(text).map(Some).map_err(|error| BuildError::Scenario { path: self.argument().to_owned(), error }),
        }
    }
}

impl World {
    pub fn build(source: &WorldSource, profile: &str, masks: Option<bool>, progress: &mut dyn FnMut(f32)) -> Result<World, BuildError> {
        let path = source.argument().to_owned();
        let digest = digest_bytes(source.text()?.as_bytes());
        let Some(scenario) = source.scenario()? else {
            let mdp = super::mdp::parse(source.text()?).map_err(|error| BuildError::Mdp { path, error })?;
            return Ok(World::from_mdp(mdp, None, digest));
        };
        let user = scenario.user(profile).ok_or_else(|| BuildError::NoProfile { name: profile.to_owned() })?.clone();
        let mut rule = Rule::new(&scenario, &user);
        rule.masks = masks.unwrap_or(rule.masks);
        let mut world = World::from_rule(scenario, rule, digest, progress);
        world.setup = Setup::of(profile);
        Ok(world)
    }

    /// Enumerated where that is possible, else direct.
    pub fn from_rule(scenario: Scenario, rule: Rule, digest: Digest, progress: &mut dyn FnMut(f32)) -> World {
        match compile(&scenario, &rule, progress) {
            Ok(compiled) => World::from_mdp(compiled.mdp, Some(Dialogues { scenario, rule, states: compiled.states }), digest),
            Err(_) => World::direct(scenario, rule, digest),
        }
    }

    pub fn from_mdp(mdp: Mdp, dialogues: Option<Dialogues>, digest: Digest) -> World {
        let tables = Tables::new(&mdp);
        let (mdp, dialogues) = (Arc::new(mdp), dialogues.map(Arc::new));
        let legal: Arc<[u64]> = Arc::from(tables.masks());
        let sight = Seen { mdp: Some(mdp.clone()), dialogues: dialogues.clone(), legal: legal.clone(), solved: Mutex::default() };
        let shape = Shape {
            states: Some(mdp.state_count()),
            actions: mdp.action_count(),
            // Without words for its states, each state is its own feature.
            features: match (&dialogues, &mdp.features) {
                (Some(d), _) => feature_count(&d.rule),
                (None, Some(f)) => f.names.len() as u32,
                (None, None) => mdp.state_count(),
            },
            legal,
            sight: Arc::new(sight),
        };
        World {
            name: mdp.name.clone(),
            gamma: mdp.gamma,
            act_names: mdp.actions.clone(),
            start: mdp.start.clone(),
            turn_limit: mdp.turn_limit,
            mdp: Some(mdp),
            tables,
            dialogues,
            digest,
            shape,
            setup: Setup::default(),
        }
    }

    /// A scenario of any size on its rule alone.
    pub fn direct(scenario: Scenario, rule: Rule, digest: Digest) -> World {
        let act_names: Vec<String> = rule.acts.iter().map(|a| a.name(&scenario)).collect();
        let (start, turn_limit, name) = (rule.start().code(rule.slots()) as u32, rule.turn_limit, scenario.name.clone());
        let (actions, features) = (act_names.len() as u32, feature_count(&rule));
        let dialogues = Some(Arc::new(Dialogues { scenario, rule, states: Vec::new() }));
        let legal: Arc<[u64]> = [].into();
        let sight = Seen { mdp: None, dialogues: dialogues.clone(), legal: legal.clone(), solved: Mutex::default() };
        World {
            mdp: None,
            tables: Tables::empty(actions),
            dialogues,
            digest,
            shape: Shape { states: None, actions, features, legal, sight: Arc::new(sight) },
            setup: Setup::default(),
            name,
            gamma: GAMMA,
            act_names,
            start: vec![(start, 1.0)],
            turn_limit,
        }
    }

    /// The world as a finite MDP, where it is enumerated.
    pub fn exact(&self) -> Option<&Mdp> {
        self.mdp.as_deref()
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The discount that it is meant for.
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// How many acts there are.
    pub fn actions(&self) -> u32 {
        self.shape.actions
    }

    pub fn act_names(&self) -> &[String] {
        &self.act_names
    }

    /// Number of states, where they are enumerated.
    pub fn states(&self) -> Option<u32> {
        self.shape.states
    }

    /// How many states a dialogue can come to.
    pub fn states_at_most(&self) -> u64 {
        let by_rule = || self.dialogues.as_ref().map_or(0, |d| d.rule.states());
        self.states().map_or_else(by_rule, u64::from)
    }

    /// Every state's number is below this.
    pub fn numbers(&self) -> u64 {
        let codes = || self.dialogues.as_ref().map_or(0, |d| d.rule.codes());
        self.states().map_or_else(codes, u64::from)
    }

    /// Start states with their probabilities.
    pub fn start(&self) -> &[(u32, f64)] {
        &self.start
    }

    /// Every outcome of (state, act), those of probability 0 too; none where the act is illegal.
    pub fn outcomes(&self, state: u32, act: u32) -> Cow<'_, [Branch]> {
        match (&self.mdp, &self.dialogues) {
            (Some(mdp), _) => Cow::Borrowed(mdp.outcomes(state, act)),
            (None, Some(d)) => Cow::Owned(d.branches(state, act)),
            (None, None) => Cow::Borrowed(&[]),
        }
    }

    /// What is known of a dialogue in a state; none in a finite MDP.
    pub fn dialogue_state(&self, state: u32) -> Option<DialogueState> {
        self.dialogues.as_ref().map(|d| d.state(state))
    }

    fn rule(&self) -> (&Dialogues, &Rule) {
        let dialogues = self.dialogues.as_ref().expect("a world without lists has a rule");
        (dialogues, &dialogues.rule)
    }

    #[cold]
    #[inline(never)]
    fn legal_by_rule(&self, state: u32) -> u64 {
        let (dialogues, rule) = self.rule();
        rule.legal(dialogues.state(state))
    }

    /// The dice come and go by value, so that the loop of an enumerated world may keep them in a register.
    #[cold]
    #[inline(never)]
    fn step_by_rule(&self, state: u32, act: ActionId, mut dice: Dice) -> (Outcome<u32>, Dice) {
        let (dialogues, rule) = self.rule();
        let o = rule.draw(dialogues.state(state), rule.acts[act.index()], &mut dice);
        let success = o.ending == Some(Ending::Success);
        let next = o.next.code(rule.slots()) as u32;
        (Outcome { next, reward: o.reward as f32, closed: o.ending.is_some(), success }, dice)
    }

    pub fn tables(&self) -> &Tables {
        &self.tables
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("name", &self.name).field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// What a world tells about its states, by their numbers.
struct Seen {
    mdp: Option<Arc<Mdp>>,
    dialogues: Option<Arc<Dialogues>>,
    legal: Arc<[u64]>,
    /// The solution that was asked for last.
    solved: Mutex<Option<Arc<Solution>>>,
}

impl Sight for Seen {
    fn features(&self, key: u64, out: &mut Vec<Feature>) {
        match (&self.dialogues, self.mdp.as_ref().and_then(|mdp| mdp.features.as_ref())) {
            (Some(d), _) => write_features(&d.rule, d.state(key as u32), out),
            (None, Some(features)) => out.clone_from(&features.rows[key as usize]),
            (None, None) => {
                out.clear();
                out.push(Feature { at: key as u32, value: 1.0 });
            }
        }
    }

    fn legal(&self, key: u64) -> u64 {
        match (self.legal.get(key as usize), &self.dialogues) {
            (Some(mask), _) => *mask,
            (None, Some(d)) if key < d.rule.codes() => d.rule.legal(d.state(key as u32)),
            (None, _) => 0,
        }
    }

    fn expert(&self, key: u64) -> Option<ActionId> {
        self.dialogues.as_ref().map(|d| expert(&d.rule, d.state(key as u32)))
    }

    fn solution(&self, gamma: f64) -> Option<Arc<Solution>> {
        let mdp = self.mdp.as_ref()?;
        let mut solved = self.solved.lock().unwrap_or_else(PoisonError::into_inner);
        if solved.as_ref().is_none_or(|s| s.gamma.to_bits() != gamma.to_bits()) {
            *solved = solve(mdp, gamma, 0.0, &|| true).map(Arc::new);
        }
        solved.clone()
    }
}

impl Env for World {
    type State = u32;

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn open(&self, dice: &mut Dice) -> u32 {
        if self.mdp.is_some() { self.tables.open(dice) } else { self.start[0].0 }
    }

    #[inline(always)]
    fn key(&self, state: u32) -> u64 {
        u64::from(state)
    }

    #[inline(always)]
    fn legal(&self, state: u32) -> u64 {
        // In a direct world the lists are empty: the bounds check that an enumerated one needs anyway tells them apart.
        self.tables.legal(state).unwrap_or_else(|| self.legal_by_rule(state))
    }

    fn features(&self, state: u32, out: &mut Vec<Feature>) {
        self.shape.sight.features(u64::from(state), out);
    }

    #[inline(always)]
    fn step(&self, state: u32, act: ActionId, dice: &mut Dice) -> Outcome<u32> {
        if let Some(outcome) = self.tables.step(state, act, dice) {
            return outcome;
        }
        let (outcome, after) = self.step_by_rule(state, act, dice.clone());
        *dice = after;
        outcome
    }

    fn turn_limit(&self) -> u32 {
        self.turn_limit
    }

    fn outcome(&self, state: u32, act: ActionId, place: u16) -> Result<Outcome<u32>, usize> {
        let list = self.outcomes(state, u32::from(act.0));
        let outcome = |b: &Branch| Outcome { next: b.next, reward: b.reward as f32, closed: b.closed, success: b.success };
        list.get(place as usize).map(outcome).ok_or(list.len())
    }

    fn setup(&self) -> Setup {
        self.setup
    }

    fn changed(&self, setting: &Setting) -> Result<Setup, SettingError> {
        let dialogues = self.dialogues.as_ref().ok_or(SettingError::NoUsers)?;
        self.setup.with(setting, &dialogues.scenario)
    }

    fn under(&self, setup: &Setup) -> Option<World> {
        let dialogues = self.dialogues.as_ref()?;
        let rule = setup.rule(&dialogues.scenario, dialogues.rule.masks);
        let world = World::from_rule(dialogues.scenario.clone(), rule, self.digest, &mut |_| ());
        Some(World { setup: *setup, ..world })
    }
}
