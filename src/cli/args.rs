//! The flags that commands share, and what they make: a world's source, a run's spec.

use std::sync::Arc;

use clap::Args;
use serde::Deserialize;

use super::failure::Failure;
use super::progress::Compiling;
use super::source;
use super::values::{Named, Switch, agent_names, profile_names, scenario_names, seed, setting};
use crate::agents;
use crate::learn::knob::{Knob, KnobKind, Settings};
use crate::lm::live;
use crate::run::RunSpec;
use crate::world::{World, WorldSource};

/// Which world.
#[derive(Clone, Debug, Default, Args)]
pub struct WorldArgs {
    /// A built-in scenario (customer-service, smart-home, virtual-assistant, virtual-assistant-large) or a scenario file.
    #[arg(long, value_name = "NAME|FILE", value_parser = Named(scenario_names), hide_possible_values = true, default_value = "customer-service")]
    pub scenario: String,
    /// A finite MDP in the form of Gymnasium's `P[state][action]`, as JSON.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "profile", "masks"], value_hint = clap::ValueHint::FilePath)]
    pub mdp: Option<String>,
    /// Kind of users: easy, standard, unfriendly.
    #[arg(long, value_name = "USERS", value_parser = Named(profile_names), hide_possible_values = true, default_value = "standard")]
    pub profile: String,
    /// Let only acts that make sense be chosen; the scenario decides by default.
    #[arg(long, value_name = "on|off", hide_possible_values = true)]
    pub masks: Option<Switch>,
}

/// Which learner in which world.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// The agent that learns; `dialoq agents` lists them.
    #[arg(long, value_name = "NAME", value_parser = Named(agent_names), hide_possible_values = true, default_value = "q-learning")]
    pub agent: String,
    /// Seed of all that is random: the same seed gives the same bits.
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_negative_numbers = true)]
    pub seed: u64,
    /// Set knobs of the agent; `dialoq agents NAME` lists them.
    #[arg(long, value_name = "KNOB=VALUE", value_parser = setting, num_args = 1..)]
    pub set: Vec<(String, String)>,
}

impl WorldArgs {
    pub fn masks(&self) -> Option<bool> {
        self.masks.map(|m| m == Switch::On)
    }

    pub fn source(&self) -> Result<WorldSource, Failure> {
        match &self.mdp {
            Some(path) => source::mdp(path),
            None => source::scenario(&self.scenario),
        }
    }

    /// The world, compiled, with a progress line where that takes long.
    pub fn build(&self) -> Result<(WorldSource, Arc<World>), Failure> {
        let source = self.source()?;
        let world = build(&source, &self.profile, self.masks())?;
        Ok((source, world))
    }
}

pub fn build(source: &WorldSource, profile: &str, masks: Option<bool>) -> Result<Arc<World>, Failure> {
    let mut bar = Compiling::new(source.argument());
    Ok(Arc::new(World::build(source, profile, masks, &mut |share| bar.show(share))?))
}

impl RunArgs {
    /// Everything but the compiling is checked here, so that a screen never opens on bad input.
    pub fn spec(&self) -> Result<RunSpec, Failure> {
        let knobs = if self.agent == live::NAME {
            live::spec(&self.plain()?).map_err(agents::AgentError::from)?;
            crate::lm::knobs::KNOBS
        } else {
            let agent = agents::find(&self.agent)?;
            Settings::with(agent.name, agent.knobs, &self.set).map_err(agents::AgentError::from)?;
            agent.knobs
        };
        let source = self.world.source()?;
        if let Some(scenario) = source.scenario()?
            && scenario.user(&self.world.profile).is_none()
        {
            return Err(crate::world::BuildError::NoProfile { name: self.world.profile.clone() }.into());
        }
        let mut spec = RunSpec { source, ..self.plain()? };
        settle_gamma(&mut spec, knobs);
        Ok(spec)
    }

    fn plain(&self) -> Result<RunSpec, Failure> {
        Ok(RunSpec {
            source: self.world.source()?,
            profile: self.world.profile.clone(),
            masks: self.world.masks(),
            agent: self.agent.clone(),
            seed: self.seed,
            settings: self.set.clone(),
        })
    }
}

/// An MDP file names its discount: that is the default of the agent's γ, instead of the knob's own.
pub fn settle_gamma(spec: &mut RunSpec, knobs: &[Knob]) {
    #[derive(Deserialize)]
    struct Discount {
        gamma: f64,
    }
    let WorldSource::Mdp { text, .. } = &spec.source else {
        return;
    };
    let set = spec.settings.iter().any(|(name, _)| name == "gamma");
    let known = knobs.iter().any(|k| k.name == "gamma");
    // A file that cannot be read as this is refused where it is read in full, with its reason.
    if let (true, false, Ok(Discount { gamma })) = (known, set, serde_json::from_str(text)) {
        spec.settings.push(("gamma".into(), gamma.to_string()));
    }
}

/// All knobs of a run as it began, as JSON.
pub fn knobs_json(spec: &RunSpec) -> Result<serde_json::Value, Failure> {
    let agent = agents::find(&spec.agent)?;
    let tuned = spec.source.scenario()?.map_or_else(Vec::new, |s| agent.tuned_for(&s.name));
    let pairs: Vec<_> = tuned.into_iter().chain(spec.settings.iter().cloned()).collect();
    let settings = Settings::with(agent.name, agent.knobs, &pairs).map_err(agents::AgentError::from)?;
    Ok(known_knobs(agent.knobs, &settings))
}

/// Knobs with their values, as JSON.
pub fn known_knobs(knobs: &[Knob], settings: &Settings) -> serde_json::Value {
    let value = |(k, v): (&Knob, &f64)| match k.kind {
        KnobKind::Choice(_) => (k.name.to_owned(), k.show(*v).into()),
        KnobKind::Count { .. } => (k.name.to_owned(), (*v as u64).into()),
        KnobKind::Real { .. } => (k.name.to_owned(), (*v).into()),
    };
    serde_json::Value::Object(knobs.iter().zip(&settings.0).map(value).collect())
}
