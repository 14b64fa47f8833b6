//! Layer 7: arguments, wiring, exit codes.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use dialoq::cli::watch::{Screen, WatchArgs, need_terminal};
use dialoq::cli::{self, Command, Failure};
use dialoq::run::RunSpec;
use dialoq::trainer::snapshot::Pace;

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(refusal) => return refused(&refusal),
    };
    let done = match cli.command {
        None => open(&cli.watch),
        Some(Command::Watch(args)) => open(&args),
        Some(command) => cli::run(command, &mut BufWriter::new(std::io::stdout().lock())),
    };
    let Err(failure) = done else {
        return ExitCode::SUCCESS;
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

fn open(args: &WatchArgs) -> Result<(), Failure> {
    let spec = args.spec()?;
    need_terminal()?;
    watch(spec, args.pace, args.screen())
}

/// The one place where trainer and screens are brought together.
#[expect(clippy::needless_pass_by_value, reason = "the trainer takes the spec")]
fn watch(spec: RunSpec, _pace: Pace, _screen: Screen) -> Result<(), Failure> {
    Err(Failure::Work(format!("the workbench for {} is not wired up in this build; use dialoq train", spec.source.argument())))
}
