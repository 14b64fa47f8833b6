//! What of the inputs nothing was read from, and which forms a file mixes.

use std::io::{self, Write};

use crate::cli::show::{grouped, wrap};
use crate::data::formats::keys::Unused;
use crate::data::report::Input;

/// Files that are told of, and keys of each.
const FILES: usize = 8;
const KEYS: usize = 8;

/// `short`: the name of a file as it is shown.
pub fn unused(out: &mut dyn Write, inputs: &[Input], short: &dyn Fn(&str) -> String, width: usize) -> io::Result<()> {
    let told = |input: &&Input| !input.unused.is_empty() || !input.others.is_empty();
    let all = inputs.iter().filter(told).count();
    for input in inputs.iter().filter(told).take(FILES) {
        let file = short(&input.file);
        if !input.others.is_empty() {
            let others: Vec<String> = input.others.iter().map(|(name, n)| format!("{} as {name}", grouped(*n))).collect();
            write!(out, "{}", wrap(&format!("{file}: of its records {} were read", others.join(", ")), "", width))?;
        }
        let (meaningful, other): (Vec<&Unused>, Vec<&Unused>) = input.unused.iter().partition(|one| one.meaningful);
        let sorts = [(meaningful, "not used, though it can change what a record means"), (other, "not used")];
        for (keys, what) in sorts.into_iter().filter(|(keys, _)| !keys.is_empty()) {
            write!(out, "{}", wrap(&format!("{file}: {what}: {}", listed(&keys)), "", width))?;
        }
    }
    match all.saturating_sub(FILES) {
        0 => Ok(()),
        more => writeln!(out, "{} more files have keys that are not used; report.json names them", grouped(more as u64)),
    }
}

fn listed(keys: &[&Unused]) -> String {
    let one = |(i, key): (usize, &&Unused)| {
        let n = grouped(key.records);
        let records = if i == 0 { if key.records == 1 { " record" } else { " records" } } else { "" };
        let partly = key.partly.map_or(String::new(), |what| format!(" ({what})"));
        format!("key \"{}\" in {n}{records}{partly}", key.key)
    };
    let mut out: Vec<String> = keys.iter().take(KEYS).enumerate().map(one).collect();
    if keys.len() > KEYS {
        out.push(format!("{} more", keys.len() - KEYS));
    }
    out.join(", ")
}
