//! The report of a preparation as a table, as wide as the terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::unused::unused;
use crate::cli::output;
use crate::cli::show::{grouped, percent, print_table, wrap};
use crate::data::examples::Mended;
use crate::data::report::{self, Histogram, Input, Output, Report, Tally, safe};
use crate::text::line;

/// Columns where the output is no terminal, and the fewest that are written for.
const WIDE: usize = 120;
const NARROW: usize = 60;
/// Below so many columns digests of inputs are left to the report.
const DIGESTS: usize = 100;

fn width() -> usize {
    let terminal = output::is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
    terminal.map_or(WIDE, |(columns, _)| usize::from(columns).clamp(NARROW, 2 * WIDE))
}

pub fn table(out: &mut dyn Write, report: &Report, dir: &str) -> io::Result<()> {
    let width = width();
    let files = Files::of(report);
    inputs(out, report, &files, width)?;
    unused(out, &report.inputs, &|name| end(files.short(name), width / 2), width)?;
    writeln!(out)?;
    stages(out, report, width)?;
    mended(out, report, &files, width)?;
    shortened(out, report, &files, width)?;
    dropped(out, report, &files, width)?;
    sums(out, report, width)?;
    writeln!(out, "\nturns of a conversation, or of the prompt of an answer")?;
    histogram(out, &report.turns, width)?;
    writeln!(out, "\nwords of a record")?;
    histogram(out, &report.words, width)?;
    writeln!(out)?;
    outputs(out, report, dir, width)
}

/// Names of the inputs behind the directory that all lie in.
struct Files {
    dir: String,
}

impl Files {
    fn of(report: &Report) -> Files {
        let mut names = report.inputs.iter().map(|i| i.file.as_str());
        let first = names.next().unwrap_or_default();
        let mut dir = first.rfind('/').map_or("", |at| &first[..=at]);
        for name in names {
            while !name.starts_with(dir) {
                dir = dir[..dir.len() - 1].rfind('/').map_or("", |at| &dir[..=at]);
            }
        }
        Files { dir: dir.to_owned() }
    }

    fn short<'a>(&self, file: &'a str) -> &'a str {
        file.strip_prefix(&self.dir).unwrap_or(file)
    }
}

/// The end of a path, which tells more than its beginning, in so many columns.
fn end(path: &str, width: usize) -> String {
    let path = safe(path, 4096);
    if path.width() <= width {
        return path;
    }
    let fits = path.char_indices().find(|(at, _)| path[*at..].width() < width);
    fits.map_or(path.clone(), |(at, _)| format!("…{}", &path[at..]))
}

fn inputs(out: &mut dyn Write, report: &Report, files: &Files, width: usize) -> io::Result<()> {
    let digests = width >= DIGESTS;
    // The table shows rows only where they differ from the records.
    let rows = report.inputs.iter().any(|i| i.rows != i.records);
    let path = width - if digests { 64 } else { 46 } - if rows { 12 } else { 0 };
    if !files.dir.is_empty() {
        writeln!(out, "inputs in {}", safe(&files.dir, width - 10))?;
    }
    let row = |i: &Input| {
        // A file that mixes formats shows the first of them and a mark.
        let format = format!("{}{}", i.format.unwrap_or_default(), if i.others.is_empty() { "" } else { " …" });
        let digest = i.digest.clone().filter(|_| digests).unwrap_or_default();
        let mut cells = vec![end(files.short(&i.file), path), format, grouped(i.bytes)];
        cells.extend(rows.then(|| grouped(i.rows)).into_iter().chain([grouped(i.records), digest]));
        cells
    };
    let read: Vec<Vec<String>> = report.inputs.iter().filter(|i| i.format.is_some()).map(row).collect();
    let last = if digests { "xxh3" } else { "" };
    let head = ["input", "format", "bytes", "rows", "records", last];
    let head: Vec<&str> = head.into_iter().filter(|name| rows || *name != "rows").collect();
    print_table(out, &head, &read)?;
    let mut unread: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for i in report.inputs.iter().filter(|i| i.format.is_none()) {
        unread.entry(i.refused.as_deref().unwrap_or_default()).or_default().push(files.short(&i.file));
    }
    if !unread.is_empty() {
        writeln!(out, "\nnot read")?;
    }
    for (why, of) in unread {
        let more = if of.len() > 1 { format!(" and {} more", grouped(of.len() as u64 - 1)) } else { String::new() };
        writeln!(out, "  {}{more}", end(of[0], width - 16))?;
        write!(out, "{}", wrap(&safe(why, 4096), "      ", width))?;
    }
    Ok(())
}

fn lost(stage: &Tally) -> u64 {
    stage.dropped.values().map(|d| d.count).sum()
}

fn stages(out: &mut dyn Write, report: &Report, width: usize) -> io::Result<()> {
    let row = |s: &Tally| {
        if !s.on {
            return vec![s.name.to_owned(), String::new(), String::new(), "off".to_owned()];
        }
        let mended: u64 = s.mended.values().sum();
        vec![s.name.to_owned(), grouped(s.rows_in), grouped(s.rows_out), grouped(lost(s)), grouped(mended)]
    };
    let rows: Vec<Vec<String>> = report.stages.iter().map(row).collect();
    print_table(out, &["stage", "in", "out", "dropped", "mended"], &rows)?;
    let read = &report.stages[0];
    if read.rows_in != read.rows_out + lost(read) {
        let (rows, records, lost) =
            (counted(read.rows_in, "row", "rows"), counted(read.rows_out, "record", "records"), grouped(lost(read)));
        let why = "One row may give several records: OASST one for each path and each pair, UltraFeedback one for each pair, \
                   TC-Bot one for each speaker. The rewards of Taskmaster give one record for each good reply with each bad one to the same \
                   context; a context without both is one of the dropped.";
        write!(out, "{}", wrap(&format!("read: {rows}, {records}, {lost} dropped. {why}"), "", width))?;
    }
    Ok(())
}

/// Prints each kind of mending with its count and an example, the most frequent first. Personal data has its own line.
fn mended(out: &mut dyn Write, report: &Report, files: &Files, width: usize) -> io::Result<()> {
    let busy: Vec<&Tally> = report.stages.iter().filter(|s| !s.mended.is_empty()).collect();
    if !busy.is_empty() {
        writeln!(out, "\nmended: how often, and one example of each kind before and after")?;
    }
    for stage in busy {
        let mut all: Vec<(u64, &str)> = stage.mended.iter().map(|(what, n)| (*n, *what)).collect();
        all.sort_by_key(|(n, what)| (std::cmp::Reverse(*n), *what));
        for (i, (n, what)) in all.into_iter().enumerate() {
            let name = if i == 0 { stage.name } else { "" };
            writeln!(out, "  {name:<12}{:>8}  {what}", grouped(n))?;
            if let Some(example) = stage.examples.get(what) {
                both(out, example, files, width)?;
            }
        }
    }
    Ok(())
}

/// Where a record stands: its line, and its number where that is another.
fn place(file: &str, at: u64, record: u64, files: &Files, width: usize) -> String {
    let number = if record == at { String::new() } else { format!(" (record {record})") };
    format!("{}:{at}{number}", line(&end(files.short(file), width / 2)))
}

/// A text before and after.
fn both(out: &mut dyn Write, example: &Mended, files: &Files, width: usize) -> io::Result<()> {
    writeln!(out, "      {}", place(&example.file, example.at, example.record, files, width))?;
    for (sign, text) in [("-", &example.before), ("+", &example.after)] {
        writeln!(out, "      {sign} \"{}\"", safe(text, width - 11))?;
    }
    Ok(())
}

/// The kept records that lost most of their text.
fn shortened(out: &mut dyn Write, report: &Report, files: &Files, width: usize) -> io::Result<()> {
    if !report.shortened.is_empty() {
        writeln!(out, "\nkept records that lost most of the text that a reader sees (blanks not counted)")?;
    }
    for lost in &report.shortened {
        let (before, after) = (lost.characters_before, lost.characters_after);
        let share = percent((before - after) as f64 / before as f64);
        writeln!(out, "  {share} lost: {} of {} characters are left", grouped(after), grouped(before))?;
        both(out, &lost.example, files, width)?;
    }
    Ok(())
}

fn dropped(out: &mut dyn Write, report: &Report, files: &Files, width: usize) -> io::Result<()> {
    if report.stages.iter().any(|s| !s.dropped.is_empty()) {
        writeln!(out, "\ndropped, with one example for each reason")?;
    }
    for stage in &report.stages {
        for (reason, dropped) in &stage.dropped {
            let e = &dropped.example;
            writeln!(out, "  {} × {}: {reason}", grouped(dropped.count), stage.name)?;
            let told = format!("{}  {}", place(&e.file, e.at, e.record, files, width), e.detail);
            write!(out, "{}", wrap(&told, "      ", width))?;
            if !e.text.is_empty() {
                writeln!(out, "      {}", line(&safe(&e.text, width - 6)))?;
            }
        }
    }
    Ok(())
}

fn sums(out: &mut dyn Write, report: &Report, width: usize) -> io::Result<()> {
    let pii: Vec<String> = report.pii.iter().filter(|(_, n)| **n > 0).map(|(kind, n)| format!("{} {kind}", grouped(*n))).collect();
    let d = &report.duplicates;
    let kinds: Vec<String> = report.coverage.kinds.iter().map(|(kind, n)| of_kind(*n, kind)).collect();
    let mut lines = vec![
        format!("personal data replaced: {}", if pii.is_empty() { "none".to_owned() } else { pii.join(", ") }),
        format!("duplicates: {} exact, {} near, {} with another label", grouped(d.exact), grouped(d.near), grouped(d.contradicting)),
        format!(
            "records that stay in one split: {}, the largest with {}",
            counted(d.clusters, "cluster", "clusters"),
            counted(d.largest, "record", "records")
        ),
        format!("kept: {}", if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }),
    ];
    let c = &report.coverage;
    if c.calls + c.tool_turns > 0 {
        lines.push(format!("tools: {}, {}", counted(c.calls, "call", "calls"), counted(c.tool_turns, "turn of a tool", "turns of tools")));
    }
    if c.context_turns > 0 {
        let turns = counted(c.context_turns, "turn of the assistant", "turns of the assistant");
        lines.push(format!("marked in the files as not to be learned from (\"context\": true): {turns}"));
    }
    lines.extend([("acts", &c.acts), ("slots", &c.slots), ("intents", &c.intents)].into_iter().filter_map(|(what, all)| most(what, all)));
    writeln!(out)?;
    lines.iter().try_for_each(|line| write!(out, "{}", wrap(line, "", width)))
}

fn counted(n: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { more })
}

fn of_kind(n: u64, kind: &str) -> String {
    match kind {
        "conversation" => counted(n, "conversation", "conversations"),
        "preference" => counted(n, "pair of answers", "pairs of answers"),
        "unpaired" => counted(n, "answer judged alone", "answers judged alone"),
        "labelled" => counted(n, "labelled text", "labelled texts"),
        other => counted(n, other, other),
    }
}

/// Names that a frequency is told of.
const NAMES: usize = 4;

fn most(what: &str, all: &BTreeMap<String, u64>) -> Option<String> {
    let mut names: Vec<(u64, &String)> = all.iter().map(|(name, n)| (*n, name)).collect();
    names.sort_by_key(|(n, name)| (std::cmp::Reverse(*n), *name));
    let told: Vec<String> = names.iter().take(NAMES).map(|(n, name)| format!("{} {}", safe(name, 40), grouped(*n))).collect();
    let rest = if names.len() > NAMES { ", …" } else { "" };
    let more = if names.len() == report::NAMES { " or more" } else { "" };
    (!names.is_empty()).then(|| format!("{what}: {}{more} different: {}{rest}", grouped(names.len() as u64), told.join(", ")))
}

/// Columns of the longest bar.
const BAR: u64 = 40;

fn histogram(out: &mut dyn Write, histogram: &Histogram, width: usize) -> io::Result<()> {
    let bar = BAR.min(width as u64 - 30);
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    for (i, n) in histogram.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let from = histogram.from[i];
        let range = match histogram.from.get(i + 1) {
            Some(next) if *next == from + 1 => from.to_string(),
            Some(next) => format!("{from} to {}", next - 1),
            None => format!("{from} and more"),
        };
        writeln!(out, "  {range:>14} {:<1$} {2:>9}", "━".repeat((n * bar).div_ceil(most) as usize), bar as usize, grouped(*n))?;
    }
    Ok(())
}

fn outputs(out: &mut dyn Write, report: &Report, dir: &str, width: usize) -> io::Result<()> {
    let all: u64 = report.splits.iter().map(|s| s.rows).sum();
    let row = |o: &Output, share: String| {
        let name = format!("{}.jsonl", o.name);
        let path = if width < DIGESTS { name } else { end(&format!("{}/{name}", dir.trim_end_matches('/')), width - 52) };
        vec![path, grouped(o.rows), share, grouped(o.bytes), o.digest.clone()]
    };
    let mut rows: Vec<Vec<String>> = report.splits.iter().map(|o| row(o, percent(o.rows as f64 / all.max(1) as f64))).collect();
    rows.push(row(&report.dropped, String::new()));
    print_table(out, &["output", "rows", "share", "bytes", "xxh3"], &rows)
}
