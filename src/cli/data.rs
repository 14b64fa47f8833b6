//! `dialoq data`: raw dialogues become clean ones.

mod inputs;
mod place;
mod prepare;
mod show;
mod unused;

use std::io::Write;

use clap::{Args, Subcommand};

use super::failure::Failure;

#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// Import, clean, compare and split dialogues, and say what was done.
    Prepare(Box<prepare::PrepareArgs>),
}

pub fn run(args: &DataArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.what {
        What::Prepare(args) => prepare::run(args, out),
    }
}
