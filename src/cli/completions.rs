//! `dialoq completions`: what a shell needs to complete our flags, scenarios and agents.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::failure::Failure;

#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:
  dialoq completions bash > ~/.local/share/bash-completion/completions/dialoq")]
pub struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell.
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub shell: Shell,
}

pub fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    // Through a buffer: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "dialoq", &mut script);
    Ok(out.write_all(&script)?)
}
