//! Layer 7: arguments, wiring, exit codes.

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;

use dialoq::agents::{AGENTS, AgentEntry};
use dialoq::cli::values::ThemeName;
use dialoq::cli::watch::{Screen, WatchArgs, need_terminal};
use dialoq::cli::{self, Command, Failure};
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::snapshot::{Catalogue, Entry, Pace};
use dialoq::trainer::{Orders, Start, Trainer};
use dialoq::tui::{self, Options, ThemeChoice};
use dialoq::world::scenario::Scenario;
use dialoq::world::{Builtin, SCENARIOS, World};

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(refusal) => return refused(&refusal),
    };
    let done = match cli.command {
        None => open(&cli.watch),
        Some(Command::Watch(args)) => open(&args),
        Some(command) => cli::run(command, &mut BufWriter::new(std::io::stdout().lock())).map(|()| ExitCode::SUCCESS),
    };
    let failure = match done {
        Ok(code) => return code,
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

fn open(args: &WatchArgs) -> Result<ExitCode, Failure> {
    let spec = args.spec()?;
    need_terminal()?;
    watch(spec, args.pace, args.screen())
}

/// The one place where trainer and screens are brought together.
fn watch(spec: RunSpec, pace: Pace, screen: Screen) -> Result<ExitCode, Failure> {
    let orders = Orders { start: Start::Fresh(spec), keeper: None, pace, catalogue: Arc::new(catalogue()), build: Arc::new(build) };
    let trainer = Trainer::start(orders).map_err(|e| Failure::Work(format!("the training thread cannot be started: {e}")))?;
    let theme = match screen.theme {
        ThemeName::Auto => ThemeChoice::Auto,
        ThemeName::Dark => ThemeChoice::Dark,
        ThemeName::Light => ThemeChoice::Light,
        ThemeName::Mono => ThemeChoice::Mono,
    };
    let options = Options { theme, safe: screen.safe, lang: screen.lang };
    let exit = tui::run(&trainer, options).map_err(|e| Failure::Work(e.to_string()))?;
    Ok(ExitCode::from(exit.code as u8))
}

fn build(spec: &RunSpec, progress: &mut dyn FnMut(f32)) -> Result<Box<dyn Run>, String> {
    let world = World::build(&spec.source, &spec.profile, spec.masks, progress).map_err(|e| e.to_string())?;
    dialoq::agents::start(Arc::new(world), spec).map_err(|e| e.to_string())
}

/// What can be chosen in the workbench.
fn catalogue() -> Catalogue {
    let scenario = |b: &Builtin| {
        let about = Scenario::parse(b.text).map_or_else(|e| e.to_string(), |s| s.about.en);
        Entry { name: b.name.to_owned(), about }
    };
    let agent = |a: &AgentEntry| Entry { name: a.name.to_owned(), about: a.about.to_owned() };
    Catalogue { scenarios: SCENARIOS.iter().map(scenario).collect(), agents: AGENTS.iter().map(agent).collect() }
}
