//! Layer 7: arguments, wiring, exit codes.

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;

use dialoq::agents::{self, AGENTS};
use dialoq::cli::values::ThemeName;
use dialoq::cli::watch::{Screen, WatchArgs, need_terminal};
use dialoq::cli::{self, Command, Failure};
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::Ask;
use dialoq::trainer::snapshot::{Catalogue, Entry, Pace, Snapshot};
use dialoq::trainer::{Orders, Trainer};
use dialoq::tui::{self, Options, ThemeChoice};
use dialoq::world::{SCENARIOS, World, WorldSource};

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(refusal) => return refused(&refusal),
    };
    let done = match cli.command {
        None => open(&cli.watch),
        Some(Command::Watch(args)) => open(&args),
        Some(command) => cli::run(command, &mut BufWriter::new(std::io::stdout().lock())).map(|()| 0),
    };
    let failure = match done {
        Ok(code) => return ExitCode::from(code),
        Err(failure) => failure,
    };
    if failure != Failure::Unread {
        // Standard error may be closed too; the exit code still says it.
        let _ = writeln!(std::io::stderr(), "{failure}");
    }
    ExitCode::from(failure.code())
}

/// Help and version are answers, all else a complaint.
fn refused(refusal: &cli::Refusal) -> ExitCode {
    let _ = match refusal.code {
        0 => std::io::stdout().write_all(refusal.text.as_bytes()),
        _ => std::io::stderr().write_all(refusal.text.as_bytes()),
    };
    ExitCode::from(refusal.code)
}

fn open(args: &WatchArgs) -> Result<u8, Failure> {
    let spec = args.spec()?;
    need_terminal()?;
    watch(spec, args.pace, args.screen())
}

/// The one place where trainer and screens are brought together. The exit code comes back.
fn watch(spec: RunSpec, pace: Pace, screen: Screen) -> Result<u8, Failure> {
    let orders = Orders { spec, pace, catalogue: Arc::new(catalogue()), build: Arc::new(build) };
    let trainer = Trainer::start(orders).map_err(|e| Failure::Work(format!("the training thread cannot be started: {e}")))?;
    let theme = match screen.theme {
        ThemeName::Auto => ThemeChoice::Auto,
        ThemeName::Dark => ThemeChoice::Dark,
        ThemeName::Light => ThemeChoice::Light,
        ThemeName::Mono => ThemeChoice::Mono,
    };
    let options = Options { theme, safe: screen.safe, lang: screen.lang };
    let exit = tui::run(&Hand(trainer), options).map_err(|e| Failure::Work(e.to_string()))?;
    Ok(exit.code as u8)
}

/// The trainer as the screens hold it.
struct Hand(Trainer);

impl tui::Control for Hand {
    fn ask(&self, ask: Ask) {
        self.0.ask(ask);
    }

    fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.0.snapshot()
    }
}

fn build(spec: &RunSpec, progress: &mut dyn FnMut(f32)) -> Result<Box<dyn Run>, String> {
    let world = World::build(&spec.source, &spec.profile, spec.masks, progress).map_err(|e| e.to_string())?;
    agents::start(Arc::new(world), spec).map_err(|e| e.to_string())
}

fn catalogue() -> Catalogue {
    let about = |name: &str| WorldSource::Builtin(name.to_owned()).scenario().ok().flatten().map_or(String::new(), |s| s.about.en);
    Catalogue {
        scenarios: SCENARIOS.iter().map(|s| Entry { name: s.name.to_owned(), about: about(s.name) }).collect(),
        agents: AGENTS.iter().map(|a| Entry { name: a.name.to_owned(), about: a.about.to_owned() }).collect(),
    }
}
