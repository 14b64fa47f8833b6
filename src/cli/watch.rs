//! `dialoq watch`: the flags of the workbench. Opening it is main's part, which alone knows the screens.

use std::io::IsTerminal;

use clap::Args;

use super::args::RunArgs;
use super::failure::Failure;
use super::values::{LangName, ThemeName, lang, pace, replicas, turn};
use crate::run::RunSpec;
use crate::trainer::snapshot::Pace;
use crate::world::names::Lang;
use crate::world::{BuildError, WorldSource, mdp};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:
  dialoq watch --scenario smart-home --agent sarsa --set alpha=0.2 epsilon=0.05 --pace 5t")]
pub struct WatchArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Go on with a session, the last one unless it is named.
    #[arg(long, value_name = "NAME", num_args = 0..=1, conflicts_with_all = ["scenario", "mdp", "profile", "masks", "agent", "seed", "set", "replay", "turn", "no_session"])]
    pub resume: Option<Option<String>>,
    /// Open a copy of a session: its name, or the path of its .jsonl.
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["scenario", "mdp", "profile", "masks", "agent", "seed", "set"], value_hint = clap::ValueHint::FilePath)]
    pub replay: Option<String>,
    /// The run of the copy to look at.
    #[arg(long = "run", value_name = "A", requires = "replay")]
    pub shown: Option<String>,
    /// Open paused at this turn, which is learned up to first.
    #[arg(long, value_name = "N", value_parser = turn, allow_negative_numbers = true)]
    pub turn: Option<u64>,
    /// Keep nothing of this sitting.
    #[arg(long)]
    pub no_session: bool,
    /// Train so many silent replicas with other seeds: their median and quartiles lie behind the curve.
    #[arg(long, value_name = "K", value_parser = replicas, default_value = "0", hide_default_value = true, allow_negative_numbers = true)]
    pub seeds: u32,
    /// How fast to learn: 60 is dialogues a second, 5t turns a second, max full speed.
    #[arg(long, value_name = "PACE", value_parser = pace, default_value = "60", allow_hyphen_values = true)]
    pub pace: Pace,
    /// Colours: auto, dark, light or mono.
    #[arg(long, value_name = "THEME", default_value = "auto", hide_possible_values = true)]
    pub theme: ThemeName,
    /// Draw without braille and box characters, for terminals that show them too wide.
    #[arg(long)]
    pub safe: bool,
    /// Language of the sentences: en or zh; the locale's by default.
    #[arg(long, value_name = "en|zh", hide_possible_values = true)]
    pub lang: Option<LangName>,
}

/// How the workbench is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    pub theme: ThemeName,
    pub safe: bool,
    pub lang: Lang,
    /// Silent replicas beside the run.
    pub seeds: u32,
}

impl WatchArgs {
    /// The run to open; an MDP is read here once for its errors, so that no screen opens on a bad one.
    pub fn spec(&self) -> Result<RunSpec, Failure> {
        let spec = self.run.spec()?;
        if let WorldSource::Mdp { path, text } = &spec.source {
            mdp::parse(text).map_err(|error| BuildError::Mdp { path: path.clone(), error })?;
        }
        Ok(spec)
    }

    pub fn screen(&self) -> Screen {
        Screen { theme: self.theme, safe: self.safe, lang: lang(self.lang), seeds: self.seeds }
    }
}

/// A workbench needs a person in front of it.
pub fn need_terminal() -> Result<(), Failure> {
    let missing = match (std::io::stdin().is_terminal(), super::output::is_terminal()) {
        (true, true) => return Ok(()),
        (_, false) => "standard output",
        (false, true) => "standard input",
    };
    Err(Failure::Input(format!("{missing} is not a terminal, and the workbench needs one; use dialoq train to learn without a screen")))
}
