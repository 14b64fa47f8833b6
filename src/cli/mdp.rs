//! `dialoq mdp`: a world written as a finite MDP in JSON, for anyone's solver.

use std::fs::File;
use std::io::{BufWriter, Write};

use clap::Args;

use super::args::WorldArgs;
use super::failure::{Failure, reason};
use super::figures::listed;
use super::progress::Waiting;
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
}

pub fn run(args: &MdpArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (_, world) = args.world.build()?;
    let named = named(&world)?;
    let Some(path) = &args.out else {
        return Ok(mdp::write(&named, out)?);
    };
    let _waiting = Waiting::new("writing");
    write_file(&named, path).map_err(|e| {
        Failure::Input(format!("--out {path}: it cannot be written ({}); give a file in a directory that you may write to", reason(&e)))
    })
}

fn write_file(mdp: &mdp::Mdp, path: &str) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    mdp::write(mdp, &mut file)?;
    file.flush()
}

/// A scenario's states are named only where someone asks.
fn named(world: &World) -> Result<mdp::Mdp, Failure> {
    let mut mdp = listed(world)?.clone();
    mdp.states = (0..mdp.state_count()).map(|s| world.state_text(s)).collect();
    Ok(mdp)
}
