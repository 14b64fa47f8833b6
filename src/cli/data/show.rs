//! The report of a preparation as a table.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::cli::show::{grouped, percent, print_table};
use crate::data::report::{Histogram, Report, safe};

/// Characters of a path.
const PATH: usize = 56;
/// Columns of an example.
const EXAMPLE: usize = 96;

pub fn table(out: &mut dyn Write, report: &Report, dir: &str) -> io::Result<()> {
    inputs(out, report)?;
    writeln!(out)?;
    stages(out, report)?;
    reasons(out, report)?;
    let pii: Vec<String> = report.pii.iter().filter(|(_, n)| **n > 0).map(|(kind, n)| format!("{} {kind}", grouped(*n))).collect();
    writeln!(out, "\npersonal data replaced: {}", if pii.is_empty() { "none".to_owned() } else { pii.join(", ") })?;
    let d = &report.duplicates;
    writeln!(
        out,
        "duplicates: {} exact, {} near, {} contradicting; {} clusters, the largest of {}",
        grouped(d.exact),
        grouped(d.near),
        grouped(d.contradicting),
        grouped(d.clusters),
        grouped(d.largest)
    )?;
    let kinds: Vec<String> = report.coverage.kinds.iter().map(|(kind, n)| format!("{} {kind}", grouped(*n))).collect();
    writeln!(out, "kept: {}", kinds.join(", "))?;
    writeln!(out, "\nturns")?;
    histogram(out, &report.turns)?;
    writeln!(out, "words")?;
    histogram(out, &report.words)?;
    writeln!(out)?;
    let all: u64 = report.splits.iter().map(|s| s.rows).sum();
    let row = |o: &crate::data::report::Output, share: String| {
        vec![format!("{dir}/{}.jsonl", o.name), grouped(o.rows), share, grouped(o.bytes), o.digest.clone()]
    };
    let mut rows: Vec<Vec<String>> = report.splits.iter().map(|o| row(o, percent(o.rows as f64 / all.max(1) as f64))).collect();
    rows.push(row(&report.dropped, String::new()));
    print_table(out, &["output", "rows", "share", "bytes", "xxh3"], &rows)
}

/// The end of a path, which tells more than its beginning.
fn end(path: &str) -> String {
    let path = safe(path, 4096);
    match path.char_indices().rev().nth(PATH) {
        Some((at, c)) => format!("…{}", &path[at + c.len_utf8()..]),
        None => path,
    }
}

fn inputs(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let row = |i: &crate::data::report::Input| {
        let format = i.format.unwrap_or("refused").to_owned();
        vec![end(&i.file), format, grouped(i.bytes), grouped(i.records), i.digest.clone().unwrap_or_default()]
    };
    let read: Vec<Vec<String>> = report.inputs.iter().filter(|i| i.format.is_some()).map(row).collect();
    print_table(out, &["input", "format", "bytes", "records", "xxh3"], &read)?;
    let mut unread: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for i in report.inputs.iter().filter(|i| i.format.is_none()) {
        unread.entry(i.refused.as_deref().unwrap_or_default()).or_default().push(&i.file);
    }
    for (why, files) in unread {
        let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
        writeln!(out, "not read: {}{more}: {why}", end(files[0]))?;
    }
    Ok(())
}

fn stages(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let row = |s: &crate::data::report::Tally| {
        if !s.on {
            return vec![s.name.to_owned(), String::new(), String::new(), "off".to_owned()];
        }
        let dropped: u64 = s.dropped.values().map(|d| d.count).sum();
        let mended: u64 = s.mended.values().sum();
        vec![s.name.to_owned(), grouped(s.rows_in), grouped(s.rows_out), grouped(dropped), grouped(mended)]
    };
    let rows: Vec<Vec<String>> = report.stages.iter().map(row).collect();
    print_table(out, &["stage", "in", "out", "dropped", "mended"], &rows)?;
    writeln!(out)?;
    for stage in report.stages.iter().filter(|s| !s.mended.is_empty()) {
        let all: Vec<String> = stage.mended.iter().map(|(what, n)| format!("{} {what}", grouped(*n))).collect();
        writeln!(out, "{}: {}", stage.name, all.join(", "))?;
    }
    Ok(())
}

fn reasons(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.stages.iter().any(|s| !s.dropped.is_empty()) {
        writeln!(out, "\ndropped, with an example of each reason")?;
    }
    for stage in &report.stages {
        for (reason, dropped) in &stage.dropped {
            let e = &dropped.example;
            writeln!(out, "  {} × {}: {reason}", grouped(dropped.count), stage.name)?;
            writeln!(out, "      {}:{} {}", end(&e.file), e.at, safe(&e.detail, EXAMPLE))?;
            if !e.text.is_empty() {
                writeln!(out, "      {}", safe(&e.text, EXAMPLE))?;
            }
        }
    }
    Ok(())
}

/// Columns of the longest bar.
const BAR: u64 = 40;

fn histogram(out: &mut dyn Write, histogram: &Histogram) -> io::Result<()> {
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    for (i, n) in histogram.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let from = histogram.from[i];
        let range = match histogram.from.get(i + 1) {
            Some(next) if *next == from + 1 => from.to_string(),
            Some(next) => format!("{from} to {}", next - 1),
            None => format!("{from} and more"),
        };
        writeln!(out, "  {range:>14} {:<40} {}", "━".repeat((n * BAR).div_ceil(most) as usize), grouped(*n))?;
    }
    Ok(())
}
