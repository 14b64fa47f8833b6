//! Layer 4: agents, one file each and one line in `AGENTS`.

pub mod a2c;
pub mod actor_critic;
pub mod actor_traces;
pub mod base;
pub mod double_q;
pub mod dqn;
pub mod dqn_batch;
pub mod dqn_inside;
pub mod dqn_knobs;
pub mod dyna_q;
pub mod expected_sarsa;
pub mod expert;
pub mod explore;
pub mod gae;
pub mod knobs;
pub mod linear;
pub mod linear_q;
pub mod linear_sarsa;
pub mod linear_weights;
pub mod model;
pub mod n_step_sarsa;
pub mod one_step;
pub mod optimal;
pub mod policy_gauges;
pub mod policy_gradient;
pub mod policy_knobs;
pub mod policy_loss;
pub mod policy_net;
pub mod ppo;
pub mod prioritized_sweeping;
pub mod q_lambda;
pub mod q_learning;
pub mod random;
pub mod rollout;
pub mod sarsa;
pub mod sarsa_lambda;
pub mod sheet;
pub mod sparse;
pub mod table;
pub mod tabular;
pub mod traces;

use std::sync::Arc;

use thiserror::Error;

use crate::learn::agent::{Agent, Numbers, Term};
use crate::learn::knob::{Knob, KnobError, Settings, Tuned};
use crate::num::dice::{Dice, Key, Stream};
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::run::{Run, RunSpec};
use crate::world::World;
use crate::world::env::{Env, Shape};

/// An agent as the command line, the screens and the tests know it.
pub struct AgentEntry {
    pub name: &'static str,
    pub about: &'static str,
    pub rule: &'static str,
    pub terms: &'static [Term],
    pub knobs: &'static [Knob],
    pub tuned: &'static [Tuned],
    pub numbers: Numbers,
    /// Whether it sees features, and so needs no table.
    pub features: bool,
    /// The kernel of this machine's matrix products, where its bits are those of such.
    pub kernel: fn() -> Option<&'static str>,
    pub fits: fn(&Shape, &Settings) -> Result<(), String>,
    make: fn(Arc<World>, &Settings, u64) -> Box<dyn Run>,
}

impl AgentEntry {
    /// The defaults of a scenario that differ from the knobs' own.
    pub fn tuned_for(&self, scenario: &str) -> Vec<(String, String)> {
        self.tuned.iter().filter(|t| t.scenario == scenario).map(|t| (t.knob.to_owned(), t.value.to_owned())).collect()
    }

    /// Whether it learns; those that do not are what learners are measured against.
    pub fn learns(&self) -> bool {
        !self.rule.is_empty()
    }

    /// Knob values in a world: a person's own before the scenario's, these before the knobs' defaults.
    pub fn settings(&self, world: &World, own: &[(String, String)]) -> Result<Settings, KnobError> {
        let known = |name: &str| self.knobs.iter().any(|k| k.name == name);
        // A world names the discount that it is meant for.
        let gamma = known("gamma").then(|| ("gamma".to_owned(), world.gamma().to_string()));
        let pairs: Vec<_> = gamma.into_iter().chain(self.tuned_for(world.name())).chain(own.iter().cloned()).collect();
        Settings::with(self.name, self.knobs, &pairs)
    }
}

const fn entry<A: Agent>() -> AgentEntry {
    AgentEntry {
        name: A::NAME,
        about: A::ABOUT,
        rule: A::RULE,
        terms: A::TERMS,
        knobs: A::KNOBS,
        tuned: A::TUNED,
        numbers: A::NUMBERS,
        features: A::FEATURES,
        kernel: A::kernel,
        fits: A::fits,
        make: make::<A>,
    }
}

fn make<A: Agent>(world: Arc<World>, settings: &Settings, seed: u64) -> Box<dyn Run> {
    let agent = A::new(&world.shape(), settings, &mut Dice::at(Key::new(seed, Stream::Init), 0));
    Box::new(Timeline::new(Interaction::new(world, agent, seed)))
}

pub const AGENTS: &[AgentEntry] = &[
    entry::<q_learning::QLearning>(),
    entry::<sarsa::Sarsa>(),
    entry::<expected_sarsa::ExpectedSarsa>(),
    entry::<double_q::DoubleQ>(),
    entry::<q_lambda::QLambda>(),
    entry::<sarsa_lambda::SarsaLambda>(),
    entry::<n_step_sarsa::NStepSarsa>(),
    entry::<dyna_q::DynaQ>(),
    entry::<prioritized_sweeping::PrioritizedSweeping>(),
    entry::<actor_critic::ActorCritic>(),
    entry::<linear_q::LinearQ>(),
    entry::<linear_sarsa::LinearSarsa>(),
    entry::<dqn::Dqn>(),
    entry::<a2c::A2c>(),
    entry::<ppo::Ppo>(),
    entry::<expert::Expert>(),
    entry::<optimal::Optimal>(),
    entry::<random::Random>(),
];

#[derive(Debug, Error, PartialEq)]
pub enum AgentError {
    #[error("--agent: there is no agent \"{name}\"; use one of {known}")]
    Unknown { name: String, known: String },
    #[error("--set {0}")]
    Knob(#[from] KnobError),
    #[error("--agent {agent}: {why}")]
    Unfit { agent: &'static str, why: String },
}

pub fn find(name: &str) -> Result<&'static AgentEntry, AgentError> {
    AGENTS
        .iter()
        .find(|a| a.name == name)
        .ok_or_else(|| AgentError::Unknown { name: name.to_owned(), known: AGENTS.iter().map(|a| a.name).collect::<Vec<_>>().join(", ") })
}

/// A run of the spec's agent in a world that was built for it.
pub fn start(world: Arc<World>, spec: &RunSpec) -> Result<Box<dyn Run>, AgentError> {
    let agent = find(&spec.agent)?;
    let settings = agent.settings(&world, &spec.settings)?;
    (agent.fits)(&world.shape(), &settings).map_err(|why| AgentError::Unfit { agent: agent.name, why })?;
    Ok((agent.make)(world, &settings, spec.seed))
}
