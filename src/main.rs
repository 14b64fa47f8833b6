//! Layer 7: arguments, wiring, exit codes.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use dialoq::agents::{AGENTS, AgentEntry};
use dialoq::cli::output::{self, Output};
use dialoq::cli::values::ThemeName;
use dialoq::cli::watch::{Screen, WatchArgs, need_terminal};
use dialoq::cli::{self, Command, Failure, opening, session};
use dialoq::lm::live;
use dialoq::trainer::snapshot::{Catalogue, Entry, PathEntry};
use dialoq::trainer::{Orders, Trainer};
use dialoq::tui::{self, Options, ThemeChoice};
use dialoq::world::scenario::Scenario;
use dialoq::world::{Builtin, SCENARIOS};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(output::panicked));
    ignore_file_size_signal();
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(refusal) => return refused(&refusal),
    };
    let done = match cli.command {
        None => open(&cli.watch),
        Some(Command::Watch(args)) => open(&args),
        Some(command) => cli::run(command, &mut Output::standard()).map(|()| ExitCode::SUCCESS),
    };
    let failure = match done {
        Ok(code) => return code,
        Err(failure) => failure,
    };
    if failure != Failure::Unread {
        output::note(&failure.to_string());
    }
    ExitCode::from(failure.code())
}

/// Lets a write beyond the file size limit fail with an error, like a write to a full disk, instead of ending the program.
fn ignore_file_size_signal() {
    #[cfg(unix)]
    {
        // A handler is enough: the program goes on after it, and nobody reads the flag. Where it is refused, the signal ends the program.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
}

/// Help and version are answers, all else a complaint.
fn refused(refusal: &cli::Refusal) -> ExitCode {
    match refusal.code {
        // Nobody may be left to read it.
        0 => drop(Output::standard().write_all(refusal.text.as_bytes())),
        _ => output::complain(&refusal.text),
    }
    ExitCode::from(refusal.code)
}

/// The one place where trainer and screens are brought together.
fn open(args: &WatchArgs) -> Result<ExitCode, Failure> {
    // Bad input is said whether there is a terminal or not.
    args.spec()?;
    need_terminal()?;
    let build = session::builder();
    let opening = opening::opening(args, build.clone())?;
    let (start, keeper, pace) = (opening.start, opening.keeper, args.pace);
    let orders = Orders { start, keeper, pace, catalogue: Arc::new(catalogue()), build, talk: Some(cli::chat::begin()) };
    let trainer = Trainer::start(orders).map_err(|e| Failure::Work(format!("the training thread cannot be started: {e}")))?;
    let shown = show(&trainer, args.screen());
    // The end of the trainer writes the session's last lines.
    let ended = trainer.end();
    if let Some(failure) = opening.told.failure() {
        return Err(failure);
    }
    for note in &opening.told.notes() {
        output::note(&format!("note: {note}"));
    }
    if ended.late > 0 {
        let late = if ended.late == 1 { "the last change".to_owned() } else { format!("the last {} changes", ended.late) };
        output::note(&format!("warning: {late} came during a long step that had not ended, and had no effect"));
    }
    let status = opening.told.status();
    let (sentences, lost) = status.as_ref().map_or((Vec::new(), false), session::farewell);
    for sentence in sentences {
        // Whoever closed the terminal reads it nowhere.
        output::note(&sentence);
    }
    let code = shown?;
    match opening.told.doubt() {
        Some(doubt) if code == ExitCode::SUCCESS => Err(doubt),
        // A signal's own code says more than that something was lost.
        _ => Ok(if lost && code == ExitCode::SUCCESS { ExitCode::from(1) } else { code }),
    }
}

fn show(trainer: &Trainer, screen: Screen) -> Result<ExitCode, Failure> {
    let theme = match screen.theme {
        ThemeName::Auto => ThemeChoice::Auto,
        ThemeName::Dark => ThemeChoice::Dark,
        ThemeName::Light => ThemeChoice::Light,
        ThemeName::Mono => ThemeChoice::Mono,
    };
    let options = Options { theme, safe: screen.safe, lang: screen.lang, seeds: screen.seeds };
    let exit = tui::run(trainer, options).map_err(|e| Failure::Work(e.to_string()))?;
    Ok(ExitCode::from(exit.code as u8))
}

/// What can be chosen in the workbench.
fn catalogue() -> Catalogue {
    let scenario = |b: &Builtin| {
        let about = Scenario::parse(b.text).map_or_else(|e| e.to_string(), |s| s.about.en);
        Entry { name: b.name.to_owned(), about, ..Entry::default() }
    };
    let agent = |a: &AgentEntry| Entry {
        name: a.name.to_owned(),
        about: a.about.to_owned(),
        rule: dialoq::cli::agents::plain_rule(a.rule, a.terms),
        numbers: a.numbers,
        language: false,
    };
    let model = Entry { name: live::NAME.to_owned(), about: live::ABOUT.to_owned(), language: true, ..Entry::default() };
    let agents = AGENTS.iter().map(agent).chain([model]).collect();
    let path = |(name, about, settings): &live::Path| PathEntry {
        name: (*name).to_owned(),
        about: (*about).to_owned(),
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    Catalogue { scenarios: SCENARIOS.iter().map(scenario).collect(), agents, paths: live::PATHS.iter().map(path).collect() }
}
