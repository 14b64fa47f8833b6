//! `dialoq mdp`: a world written as a finite MDP in JSON, for anyone's solver.

use std::io::Write;

use clap::Args;

use super::args::WorldArgs;
use super::failure::Failure;
use super::figures::listed;
use super::progress::Waiting;
use super::target::Target;
use crate::world::{World, mdp};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:
  dialoq mdp --scenario smart-home --out smart-home-mdp.json")]
pub struct MdpArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// Where to write it; standard output by default.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<String>,
    /// Take the place of a file that is there.
    #[arg(long, requires = "out")]
    pub force: bool,
}

pub fn run(args: &MdpArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let (_, world) = args.world.build()?;
    let named = named(&world)?;
    let Some(target) = target else {
        return Ok(mdp::write(&named, out)?);
    };
    let _waiting = Waiting::new("writing");
    target.fill(|file| mdp::write(&named, file))
}

/// A scenario's states are named only where someone asks.
fn named(world: &World) -> Result<mdp::Mdp, Failure> {
    let mut mdp = listed(world)?.clone();
    mdp.states = (0..mdp.state_count()).map(|s| world.state_text(s)).collect();
    Ok(mdp)
}
