//! The raw dialogues that come with the program: read, cleaned record by record, and what of them is learned from beside the simulated
//! ones. It is the first stage of the path, a record a tick.

use std::io::{Cursor, Read};
use std::sync::Arc;

use super::corpus::Texts;
use super::scene::Scene;
use super::view::{CardView, CleaningView};
use super::vocabulary::pieces;
use crate::data::RAW;
use crate::data::examples::visible;
use crate::data::prepare::{Seen, Sinks, Source, prepare};
use crate::data::record::{Record, Role, Turn};
use crate::data::settings::Settings;
use crate::world::names::Lang;

#[derive(Clone, Debug, PartialEq)]
pub struct RawCorpus {
    /// In the order in which they were read.
    pub cards: Arc<[CardView]>,
    pub rows: Arc<[CleaningView]>,
    /// What a user said and what was answered, of the clean conversations.
    pub replies: Vec<(String, String)>,
}

impl RawCorpus {
    /// Of the files that come with the program; always the same.
    pub fn of_the_program() -> RawCorpus {
        let source = |raw: &'static crate::data::Raw| Source {
            name: raw.name.to_owned(),
            bytes: raw.bytes.len() as u64,
            named: true,
            open: Box::new(move || Ok(Box::new(Cursor::new(raw.bytes)) as Box<dyn Read>)),
        };
        let mut cards: Vec<CardView> = Vec::new();
        let mut hear = |seen: &Seen<'_>| {
            // Of what a later look drops, the card is there already.
            let known = seen.raw.is_empty() && !seen.id.is_empty();
            if let Some(card) = cards.iter_mut().find(|card| known && card.id == seen.id) {
                card.lost = seen.lost;
                return;
            }
            cards.push(CardView {
                file: seen.file.trim_start_matches("raw/").to_owned(),
                at: seen.at,
                id: seen.id.to_owned(),
                raw: visible(seen.raw),
                now: seen.now.to_owned(),
                mended: seen.mended.iter().map(|(what, times)| (*what, *times)).collect(),
                lost: seen.lost,
            });
        };
        let (mut spool, mut dropped) = (Cursor::new(Vec::new()), Vec::new());
        let (mut train, mut valid, mut test) = (Vec::new(), Vec::new(), Vec::new());
        let splits: [&mut dyn std::io::Write; 3] = [&mut train, &mut valid, &mut test];
        let sinks = Sinks { spool: &mut spool, dropped: &mut dropped, splits, seen: Some(&mut hear) };
        let report = prepare(RAW.iter().map(source).collect(), None, &Settings::default(), sinks, &mut |_| ())
            .expect("the corpus that comes along is sound, and memory can be written to");
        let row = |tally: &crate::data::report::Tally| CleaningView {
            name: tally.name,
            rows_in: tally.rows_in,
            rows_out: tally.rows_out,
            dropped: tally.dropped.values().map(|dropped| dropped.count).sum(),
            mended: tally.mended.values().sum(),
        };
        let records = train.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let replies = records.flat_map(|line| replies_of(&serde_json::from_slice(line).expect("records were written as JSON"))).collect();
        RawCorpus { rows: report.stages.iter().map(row).collect(), cards: cards.into(), replies }
    }

    /// The replies in a language.
    pub fn spoken(&self, lang: Lang) -> impl Iterator<Item = &(String, String)> {
        let han = |text: &str| text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
        self.replies.iter().filter(move |(_, reply)| han(reply) == (lang == Lang::Chinese))
    }

    /// Words that are met often enough in them to be known as words.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        let mut counts = std::collections::BTreeMap::<String, u32>::new();
        for piece in self.spoken(lang).flat_map(|(user, reply)| pieces(user).into_iter().chain(pieces(reply))) {
            *counts.entry(piece).or_default() += 1;
        }
        counts.into_iter().filter(|(_, count)| *count >= OFTEN).map(|(word, _)| word).collect()
    }

    /// Those that fit the model's length, behind prompts without notes.
    pub fn texts(&self, scene: &Scene) -> Texts {
        let fitting = |(_, reply): &&(String, String)| scene.vocabulary.encode(reply).len() < scene.layout.reply;
        let list: Vec<(String, String)> = self.spoken(scene.manner.lang).filter(fitting).cloned().collect();
        super::corpus::given(scene, &list)
    }
}

/// How often a word must be met so that it is not spelt in bytes.
const OFTEN: u32 = 5;

/// Each answer with what was said before it.
fn replies_of(record: &Record) -> Vec<(String, String)> {
    let answers = |turn: &Turn| turn.role == Role::Assistant && !turn.text.is_empty() && !turn.context;
    let both = record.turns().windows(2).filter(|two| two[0].role == Role::User && answers(&two[1]));
    both.map(|two| (two[0].text.clone(), two[1].text.clone())).collect()
}
