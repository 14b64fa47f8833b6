//! Reading what `dialoq data prepare` wrote: one record a line.

use std::io::BufRead;

use super::DataError;
use super::record::Record;

/// The records of one prepared file, in its order. Errors: the first line that is no record.
pub fn records(lines: impl BufRead) -> impl Iterator<Item = Result<Record, DataError>> {
    let unread = |e: std::io::Error| DataError::Unread(super::metered::reason(&e));
    lines.lines().enumerate().map(move |(i, line)| {
        serde_json::from_str(&line.map_err(unread)?).map_err(|_| {
            let right = "give train.jsonl, valid.jsonl or test.jsonl of a directory that dialoq data prepare finished";
            DataError::Refused(format!("line {}: it is no prepared record; {right}", i + 1))
        })
    })
}
