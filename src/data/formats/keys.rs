//! Keys of records that no reader uses. Whoever leaves out "label": false without a word turns bad answers into good ones.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::data::report::safe;

/// Names that are counted in a file: of more, the first met.
const MOST: usize = 64;

/// Words of keys that can change what a record means, with blanks between them.
const WORDS: &str = "label labels score scores rating ratings reward rewards weight weights chosen rejected preferred preference rank vote \
    votes quality correct correctness accepted feedback safe unsafe safety toxic toxicity harmful deleted synthetic split \
    mask train tools functions system history context documents input images image judgement judgment verdict good bad \
    winner error goal state review critique";

/// A key that was not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unused {
    pub key: String,
    pub records: u64,
    /// It can change what a record means.
    pub meaningful: bool,
    /// The part of it that is read all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly: Option<&'static str>,
}

#[derive(Clone, Debug, Default)]
pub struct Keys {
    counts: BTreeMap<String, u64>,
}

/// What carries nothing is not missed.
pub(super) fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn meaningful(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path);
    let lower: String = key.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase())).collect();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.split(' ').any(|known| known == word))
}

impl Keys {
    /// Counts what a record holds besides what its reader uses.
    pub fn add(&mut self, record: &Map<String, Value>, uses: impl Fn(&str) -> bool) {
        record.iter().filter(|(key, value)| !uses(key) && !empty(value)).for_each(|(key, _)| self.note(key, 1));
    }

    /// Counts keys inside a record by the keys that lead to them.
    pub(super) fn add_inside(&mut self, found: &[([&str; 4], &str)]) {
        for (path, key) in found {
            let path: String = path.iter().filter(|part| !part.is_empty()).flat_map(|part| [*part, "."]).collect();
            self.note(&(path + key), 1);
        }
    }

    fn note(&mut self, key: &str, times: u64) {
        if let Some(n) = self.counts.get_mut(key) {
            *n += times;
        } else if self.counts.len() < MOST {
            self.counts.insert(key.to_owned(), times);
        }
    }

    pub fn join(&mut self, other: &Keys) {
        other.counts.iter().for_each(|(key, times)| self.note(key, *times));
    }

    /// Those that can change a meaning first, then the most frequent.
    /// `partly`: keys of which a part is read.
    pub fn unused(&self, partly: &[(&str, &'static str)]) -> Vec<Unused> {
        let one = |(key, n): (&String, &u64)| {
            let partly = partly.iter().find(|(name, _)| name == key).map(|(_, what)| *what);
            Unused { key: safe(key, 60), records: *n, meaningful: meaningful(key), partly }
        };
        let mut all: Vec<Unused> = self.counts.iter().map(one).collect();
        all.sort_by_key(|one| (!one.meaningful, std::cmp::Reverse(one.records)));
        all
    }
}
