//! A run that begins beside another begins in the world of that one: with its users, its noise and its rewards.

use super::command::Edit;
use super::worker::Worker;
use crate::run::RunSpec;
use crate::world::World;
use crate::world::env::Env;
use crate::world::setup::Setting;

impl Worker {
    /// A spec with the users of the run in focus, and what else was changed in its world, as edits of a run that begins without them.
    pub(super) fn in_this_world(&self, spec: RunSpec) -> (RunSpec, Vec<Edit>) {
        let Some(world) = self.lane().map(|lane| lane.run.world()).filter(|world| world.dialogues.is_some()) else {
            return (spec, Vec::new());
        };
        (RunSpec { profile: world.setup().profile().to_owned(), ..spec }, changes(world))
    }

    /// Makes the changes of another run's world in the run that has just opened; what is said of that.
    pub(super) fn carry_over(&mut self, edits: &[Edit]) -> Option<String> {
        let made: Vec<String> = edits.iter().filter(|edit| self.edit(edit)).filter_map(said).collect();
        (!made.is_empty()).then(|| format!("in the changed world: {}", made.join(", ")))
    }
}

/// Noise and rewards that differ from the scenario's, as edits of a run that begins without them.
pub(super) fn changes(world: &World) -> Vec<Edit> {
    let changes = if world.dialogues.is_some() { world.setup().changes() } else { Vec::new() };
    let setting = |(name, value): (&'static str, f64)| match name {
        "noise" => Setting::Noise(Some(value)),
        _ => Setting::Reward { name: name.to_owned(), value },
    };
    changes.into_iter().map(setting).map(Edit::World).collect()
}

/// A change of a world in words: `reward success 50`.
pub(super) fn said(edit: &Edit) -> Option<String> {
    match edit {
        Edit::World(Setting::Noise(Some(value))) => Some(format!("noise {value}")),
        Edit::World(Setting::Reward { name, value }) => Some(format!("reward {name} {value}")),
        _ => None,
    }
}
