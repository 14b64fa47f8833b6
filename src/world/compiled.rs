//! A world ready to be learned in: explicit lists, their sampler, and what its states are called.

use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use super::compile::{CompileError, compile};
use super::env::{ActionId, Env, Feature, Outcome, Shape, Sight};
use super::expert::expert;
use super::mdp::{Branch, Mdp, MdpError};
use super::scenario::{Scenario, ScenarioError};
use super::setup::{Setting, SettingError, Setup};
use super::simulator::{feature_count, write_features};
use super::solve::{Solution, solve};
use super::tables::Tables;
use super::user::{DialogueState, Rule};
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
    Compile { path: String, error: CompileError },
    #[error("{path}: {error}")]
    Mdp { path: String, error: MdpError },
}

/// What a world of dialogues has beyond a finite MDP.
#[derive(Debug)]
pub struct Dialogues {
    pub scenario: Scenario,
    pub rule: Rule,
    /// By state number.
    pub states: Vec<DialogueState>,
}

pub struct World {
    pub mdp: Arc<Mdp>,
    tables: Tables,
    pub dialogues: Option<Arc<Dialogues>>,
    /// Of the text that the world was made from.
    pub digest: Digest,
    shape: Shape,
    setup: Setup,
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
        let mut world = World::from_rule(scenario, rule, digest, progress).map_err(|error| BuildError::Compile { path, error })?;
        world.setup = Setup::of(profile);
        Ok(world)
    }

    pub fn from_rule(scenario: Scenario, rule: Rule, digest: Digest, progress: &mut dyn FnMut(f32)) -> Result<World, CompileError> {
        let compiled = compile(&scenario, &rule, progress)?;
        let dialogues = Dialogues { scenario, rule, states: compiled.states };
        Ok(World::from_mdp(compiled.mdp, Some(dialogues), digest))
    }

    pub fn from_mdp(mdp: Mdp, dialogues: Option<Dialogues>, digest: Digest) -> World {
        let tables = Tables::new(&mdp);
        let (mdp, dialogues) = (Arc::new(mdp), dialogues.map(Arc::new));
        let legal: Arc<[u64]> = Arc::from(tables.masks());
        let sight = Listed { mdp: mdp.clone(), dialogues: dialogues.clone(), legal: legal.clone(), solved: Mutex::default() };
        let shape = Shape {
            states: Some(mdp.state_count()),
            actions: mdp.action_count(),
            // Without words for its states, each state is its own feature.
            features: dialogues.as_ref().map_or(mdp.state_count(), |d| feature_count(&d.rule)),
            legal,
            sight: Arc::new(sight),
        };
        World { mdp, tables, dialogues, digest, shape, setup: Setup::default() }
    }

    pub fn tables(&self) -> &Tables {
        &self.tables
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("name", &self.mdp.name).field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// What an enumerated world tells about its states, by their numbers.
struct Listed {
    mdp: Arc<Mdp>,
    dialogues: Option<Arc<Dialogues>>,
    legal: Arc<[u64]>,
    /// The solution that was asked for last.
    solved: Mutex<Option<Arc<Solution>>>,
}

impl Sight for Listed {
    fn features(&self, key: u64, out: &mut Vec<Feature>) {
        match &self.dialogues {
            Some(d) => write_features(&d.rule, d.states[key as usize], out),
            None => {
                out.clear();
                out.push(Feature { at: key as u32, value: 1.0 });
            }
        }
    }

    fn legal(&self, key: u64) -> u64 {
        self.legal[key as usize]
    }

    fn expert(&self, key: u64) -> Option<ActionId> {
        self.dialogues.as_ref().map(|d| expert(&d.rule, d.states[key as usize]))
    }

    fn solution(&self, gamma: f64) -> Option<Arc<Solution>> {
        let mut solved = self.solved.lock().unwrap_or_else(PoisonError::into_inner);
        if solved.as_ref().is_none_or(|s| s.gamma.to_bits() != gamma.to_bits()) {
            *solved = solve(&self.mdp, gamma, 0.0, &|| true).map(Arc::new);
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
        self.tables.open(dice)
    }

    #[inline(always)]
    fn key(&self, state: u32) -> u64 {
        u64::from(state)
    }

    #[inline(always)]
    fn legal(&self, state: u32) -> u64 {
        self.tables.legal(state)
    }

    fn features(&self, state: u32, out: &mut Vec<Feature>) {
        self.shape.sight.features(u64::from(state), out);
    }

    #[inline(always)]
    fn step(&self, state: u32, act: ActionId, dice: &mut Dice) -> Outcome<u32> {
        self.tables.step(state, act, dice)
    }

    fn turn_limit(&self) -> u32 {
        self.mdp.turn_limit
    }

    fn outcome(&self, state: u32, act: ActionId, place: u16) -> Result<Outcome<u32>, usize> {
        let list = self.mdp.outcomes(state, u32::from(act.0));
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
        let world = World::from_rule(dialogues.scenario.clone(), rule, self.digest, &mut |_| ()).ok()?;
        Some(World { setup: *setup, ..world })
    }
}
