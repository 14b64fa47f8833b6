//! `dialoq sessions`: what is kept of a person's sittings: list, show, delete.

use std::io::{BufRead, IsTerminal, Write};
use std::time::SystemTime;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::failure::Failure;
use super::session::{damage, existing, told};
use super::show::{grouped, print_json, print_table, several};
use crate::run::journal::{Journal, Origin, RunRecord};
use crate::store::names::Moment;
use crate::store::place::{Deleted, Listed, Place, VARIABLE, check_deletable, open_elsewhere};
use crate::text::{line, sentence, short};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq sessions
  dialoq sessions show 2026-11-23-1623-customer-service
  dialoq sessions delete 2026-11-23-1623-customer-service")]
pub struct SessionsArgs {
    #[command(subcommand)]
    pub what: Option<What>,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// List all sessions, the last one written first (what sessions does without a word).
    List {
        /// Print one JSON object on one line.
        #[arg(long)]
        json: bool,
    },
    /// Show the runs of a session and what was done in them.
    Show {
        /// A session's name, or the path of its .jsonl.
        #[arg(value_name = "SESSION")]
        session: String,
        /// Print one JSON object on one line.
        #[arg(long)]
        json: bool,
    },
    /// Delete a session that is not open.
    Delete {
        /// A session's name, or the path of its .jsonl.
        #[arg(value_name = "SESSION")]
        session: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

pub fn run(args: SessionsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match args.what {
        None => list(args.json, out),
        Some(What::List { json }) => list(json || args.json, out),
        Some(What::Show { session, json }) => show(&session, json || args.json, out),
        Some(What::Delete { session, yes }) => remove(&session, yes, out),
    }
}

fn state(listed: &Listed) -> &'static str {
    match &listed.journal {
        Err(_) if listed.bytes == 0 => "empty",
        Err(_) => "cannot be read",
        Ok(journal) if journal.damage.is_some() => "damaged at its end",
        Ok(journal) if journal.is_damaged() => "damaged",
        Ok(_) if listed.is_open => "open",
        Ok(_) => "",
    }
}

fn dialogues(journal: &Journal) -> u64 {
    journal.runs.iter().map(|r| r.head.1).max().unwrap_or(0)
}

fn open_runs(journal: &Journal) -> usize {
    journal.runs.iter().filter(|r| !r.closed).count()
}

fn list(as_json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let place = Place::find().map_err(Failure::Input)?;
    let sessions: Vec<Listed> = place.list().into_iter().map(Place::listed).collect();
    if as_json {
        let all: Vec<Value> = sessions.iter().map(listed_json).collect();
        return Ok(print_json(out, &json!({"directory": place.dir, "sessions": all}))?);
    }
    if sessions.is_empty() {
        return Ok(writeln!(out, "no sessions in {} ({VARIABLE} names another directory)", place.dir.display())?);
    }
    let row = |s: &Listed| {
        let (runs, count) =
            s.journal.as_ref().map_or((String::new(), String::new()), |j| (open_runs(j).to_string(), grouped(dialogues(j))));
        vec![s.name.clone(), ago(s.modified), runs, count, size(s.bytes), state(s).to_owned()]
    };
    let rows: Vec<Vec<String>> = sessions.iter().map(row).collect();
    Ok(print_table(out, &["session", "written", "runs", "dialogues", "size", ""], &rows)?)
}

fn listed_json(s: &Listed) -> Value {
    let journal = s.journal.as_ref().ok();
    json!({
        "name": s.name,
        "path": s.files.shown(),
        "began": journal.map(|j| &j.began),
        "written": Moment::of(s.modified).stamp(),
        "runs": journal.map(open_runs),
        "dialogues": journal.map(dialogues),
        "bytes": s.bytes,
        "open": s.is_open,
        "damaged": journal.is_none_or(Journal::is_damaged),
    })
}

/// How long ago, in one unit; or how far in the future.
fn ago(then: SystemTime) -> String {
    // A clock that was set back, or a file from another machine, has a time that is still to come.
    let (s, when) = match SystemTime::now().duration_since(then) {
        Ok(d) => (d.as_secs(), "ago"),
        Err(e) if e.duration().as_secs() < 2 => (0, "ago"),
        Err(e) => (e.duration().as_secs(), "in the future"),
    };
    let told = |n: u64, unit: &str| format!("{n} {unit}{} {when}", if n == 1 { "" } else { "s" });
    match s {
        0..60 => told(s, "second"),
        60..3600 => told(s / 60, "minute"),
        3600..172_800 => told(s / 3600, "hour"),
        _ => told(s / 86_400, "day"),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

fn show(session: &str, as_json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let listed = Place::listed(existing(session)?);
    let journal = match &listed.journal {
        Ok(journal) => journal,
        Err(why) => return Err(Failure::Input(why.clone())),
    };
    if as_json {
        let mut object = listed_json(&listed);
        object["program"] = json!(journal.program);
        object["damage"] = json!(journal.damage.as_ref().map(|d| json!({"line": d.line, "byte": d.byte, "reason": d.reason})));
        object["left_out"] =
            json!(journal.left_out.iter().map(|l| json!({"line": l.line, "byte": l.byte, "reason": l.reason})).collect::<Vec<_>>());
        object["runs"] = journal.runs.iter().map(|r| run_json(journal, r)).collect();
        print_json(out, &object)?;
        return whole(&listed, journal);
    }
    writeln!(out, "{} · began {} · {} · {}", line(&listed.name), short(&journal.began), short(&journal.program), size(listed.bytes))?;
    writeln!(out, "{}", line(&listed.files.shown()))?;
    if let Some(d) = &journal.damage {
        writeln!(out, "damaged from line {} (byte {}) on: {}", d.line, d.byte, sentence(&d.reason))?;
    }
    for told in journal.told_left_out() {
        writeln!(out, "damaged: {told}")?;
    }
    for record in &journal.runs {
        let from = match &record.origin {
            Origin::Spec(spec) => told(spec),
            Origin::Branch { parent, tick, dialogue, .. } => {
                let parent = journal.run(*parent).map_or("", |p| p.name.as_str());
                format!("from {parent} at dialogue {}, turn {}", grouped(*dialogue), grouped(*tick))
            }
        };
        let closed = if record.closed { ", closed" } else { "" };
        let (turns, dialogues) = (several(record.head.0, "turn"), several(record.head.1, "dialogue"));
        let (name, from) = (short(&record.name), line(&from));
        writeln!(out, "\nrun {name}: {from}; {dialogues}, {turns}{closed}")?;
        let edits = record.entries.iter().map(|e| (e.tick, e.dialogue, e.text.clone()));
        let marks = record.bookmarks.iter().map(|b| (b.tick, b.dialogue, format!("bookmark: {}", b.name)));
        let mut moments: Vec<_> = edits.chain(marks).collect();
        moments.sort_by_key(|m| m.0);
        for (tick, dialogue, text) in moments {
            writeln!(out, "  dialogue {}, turn {}: {}", grouped(dialogue), grouped(tick), line(&text))?;
        }
    }
    out.flush()?;
    whole(&listed, journal)
}

fn whole(listed: &Listed, journal: &Journal) -> Result<(), Failure> {
    damage(&listed.files, journal).map_or(Ok(()), Err)
}

fn run_json(journal: &Journal, record: &RunRecord) -> Value {
    let from = match &record.origin {
        Origin::Spec(_) => Value::Null,
        Origin::Branch { parent, tick, dialogue, .. } => {
            json!({"run": journal.run(*parent).map(|p| &p.name), "turn": tick, "dialogue": dialogue})
        }
    };
    let edits = record.entries.iter().map(|e| json!({"turn": e.tick, "dialogue": e.dialogue, "text": e.text, "edit": e.edit}));
    let marks = record.bookmarks.iter().map(|b| json!({"turn": b.tick, "dialogue": b.dialogue, "name": b.name}));
    json!({
        "run": record.name,
        "spec": journal.spec(record),
        "from": from,
        "turns": record.head.0,
        "dialogues": record.head.1,
        "digest": record.digest_at(record.head.0).map(|d| d.to_string()),
        "closed": record.closed,
        "edits": edits.collect::<Vec<_>>(),
        "bookmarks": marks.collect::<Vec<_>>(),
    })
}

fn remove(session: &str, yes: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let files = existing(session)?;
    let place = Place::find().unwrap_or(Place { dir: ".".into() });
    // Of an empty file only its place says whose it is.
    check_deletable(&files, !Place::is_path(session)).map_err(Failure::Input)?;
    if files.is_open() {
        return Err(Failure::Work(open_elsewhere(&files)));
    }
    if !yes {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::Input(format!("nobody can be asked whether {} is to be deleted; use --yes", files.name())));
        }
        write!(out, "delete {}? [y/N] ", line(&files.shown()))?;
        out.flush()?;
        let mut answer = String::new();
        // No answer is a no.
        let _ = std::io::stdin().lock().read_line(&mut answer);
        if !answer.trim().eq_ignore_ascii_case("y") {
            return Ok(writeln!(out, "nothing was deleted")?);
        }
    }
    let deleted = place.delete(&files).map_err(Failure::Work)?;
    writeln!(out, "deleted {}", files.shown())?;
    if deleted == Deleted::ButCheckpoint {
        writeln!(out, "{} is not of this session and stays", files.checkpoint().display())?;
    }
    Ok(())
}
