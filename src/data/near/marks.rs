//! What is remembered of a record: what its duplicates are found by, and what decides its split.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::clusters::{Fate, Mark};
use super::minhash::{grams, signature};
use super::words;
use crate::data::record::{Body, Record, Turn};
use crate::data::report::Duplicates;
use crate::data::settings::Settings;

fn hash(parts: impl Iterator<Item = impl AsRef<str>>) -> u64 {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(part.as_ref().as_bytes());
        hasher.update(&[0]);
    }
    hasher.digest()
}

/// What is remembered of a record.
pub fn mark(record: &Record) -> Mark {
    // A text of signs alone is compared as it is.
    let fold = |text: &str| Some(words::folded(text)).filter(|t| !t.is_empty()).unwrap_or_else(|| text.to_owned());
    let calls = |turn: &Turn| turn.calls.iter().flat_map(|call| [call.name.clone(), call.arguments.clone()]).collect::<Vec<_>>();
    let turn = |turn: &Turn| [vec![turn.role.name().to_owned(), fold(&turn.text)], calls(turn)].concat();
    let turns = || record.turns().iter().flat_map(turn);
    let kind = record.body.kind().to_owned();
    let (text, label, compared) = match &record.body {
        Body::Conversation { turns: all } => {
            let compared: Vec<String> = all.iter().flat_map(|t| [words::words(&t.text), calls(t)].concat()).collect();
            (hash(std::iter::once(kind).chain(turns())), 0, compared)
        }
        // Pairs of one prompt share their prompt: near duplicates of the answers to the same one are meant.
        Body::Preference { chosen, rejected, .. } => {
            let compared = [words::words(chosen), words::words(rejected)].concat();
            (hash(std::iter::once(kind).chain(turns()).chain([fold(chosen), fold(rejected)])), hash(turns()), compared)
        }
        // The same answer judged in two ways contradicts itself.
        Body::Unpaired { completion, label, .. } => {
            let judged = turns().chain([label.to_string()]);
            (hash(std::iter::once(kind).chain(turns()).chain([fold(completion)])), hash(judged), words::words(completion))
        }
        Body::Labelled { text, label } => (hash([kind, fold(text)].iter()), hash([label].iter()), words::words(text)),
    };
    let prompt = matches!(record.body, Body::Preference { .. } | Body::Unpaired { .. }).then(|| hash(turns()));
    let group = record.group.as_ref().map(|g| hash([record.file.as_str(), g].iter()));
    Mark { text, label, groups: [group, prompt], signature: grams(&compared).map(|g| Box::new(signature(&g))) }
}

/// The split of a cluster. Source: hashing instead of drawing, so that appending moves nothing (as in dolma's `random_number` tagger).
pub fn part(cluster: u64, settings: &Settings) -> usize {
    let place = xxh3_64(&[&cluster.to_le_bytes(), settings.salt.as_bytes()].concat()) % 100;
    let [train, valid, _] = settings.split.map(u64::from);
    match place {
        _ if place < train => 0,
        _ if place < train + valid => 1,
        _ => 2,
    }
}

pub fn summed(fates: &[Fate], split: &[u32]) -> Duplicates {
    let of = |wanted: fn(&Fate) -> bool| fates.iter().filter(|f| wanted(f)).count() as u64;
    let mut sizes = vec![0_u64; split.len()];
    split.iter().for_each(|first| sizes[*first as usize] += 1);
    Duplicates {
        exact: of(|f| matches!(f, Fate::Exact(_))),
        contradicting: of(|f| matches!(f, Fate::Contradicts(_))),
        near: of(|f| matches!(f, Fate::Near(_))),
        clusters: sizes.iter().filter(|n| **n > 1).count() as u64,
        largest: sizes.iter().copied().max().unwrap_or(0),
    }
}
