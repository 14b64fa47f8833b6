//! The second pass: all records are known, so that duplicates go, pairs are checked and the rest is split.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, SeekFrom, Write};

use super::metered::Counted;
use super::near::clusters::{Clusters, Fate, clusters};
use super::near::marks::{part, summed};
use super::near::words;
use super::prepare::{Failed, SPLITS, Step, Work, unwritten};
use super::record::{Body, Record};
use super::report::{Coverage, FORMAT, Histogram, Report, TURNS, WORDS};
use super::settings::Settings;
use super::stages::{Fixes, Reason, STAGES, count, pii, preference};

impl Work<'_> {
    pub(super) fn write(mut self, splits: [&mut dyn Write; 3], step: &mut dyn FnMut(Step)) -> Result<Report, Failed> {
        let Clusters { fates, split } = clusters(&self.marks, self.settings.near.unwrap_or(Settings::NEAR));
        step(Step::Compared { of: fates.len() as u64 });
        let mut outputs = splits.map(Counted::new);
        let (mut turns, mut words_of) = (Histogram::new(TURNS), Histogram::new(WORDS));
        let mut coverage = Coverage::default();
        let spool = self.spool.take().expect("the first pass left it").into_inner();
        let spool = spool.map_err(|e| unwritten("the spool")(e.into_error()))?;
        spool.seek(SeekFrom::Start(0)).map_err(unwritten("the spool"))?;
        // Those that later records are duplicates of.
        let named: BTreeSet<u32> = fates.iter().filter_map(|f| f.first()).collect();
        let mut ids: BTreeMap<u32, String> = BTreeMap::new();
        for (i, line) in BufReader::new(spool).lines().enumerate() {
            let line = line.map_err(unwritten("the spool"))?;
            let record: Record = serde_json::from_str(&line).map_err(io::Error::from).map_err(unwritten("the spool"))?;
            if named.contains(&(i as u32)) {
                ids.insert(i as u32, record.id.clone());
            }
            if !self.survives(&record, fates[i], &ids)? {
                continue;
            }
            if !matches!(record.body, Body::Labelled { .. }) {
                turns.add(record.turns().len());
            }
            words_of.add(words::count(&record));
            coverage.add(&record);
            let place = part(self.marks[split[i] as usize].text, self.settings);
            outputs[place].line(&record).map_err(unwritten(SPLITS[place]))?;
            step(Step::Written(i as u64 + 1));
        }
        let duplicates = summed(&fates, &split);
        let pii = self.tallies.iter().find(|t| t.name == "pii").map(|t| t.mended.clone()).unwrap_or_default();
        Ok(Report {
            format: FORMAT,
            version: 1,
            inputs: self.inputs,
            stages: self.tallies,
            pii: pii::KINDS.iter().map(|k| (*k, pii.get(k).copied().unwrap_or(0))).collect(),
            duplicates,
            shortened: self.shortened,
            turns,
            words: words_of,
            coverage,
            splits: outputs.iter().zip(SPLITS).map(|(o, name)| o.output(name)).collect(),
            dropped: self.dropped.output("dropped"),
            settings: self.settings.clone(),
        })
    }

    /// Through the stages that need all records.
    fn survives(&mut self, record: &Record, fate: Fate, ids: &BTreeMap<u32, String>) -> Result<bool, Failed> {
        let base = STAGES.len() + 1;
        let of = |i: u32| format!("like {}", ids[&i]);
        let same = |i: u32| format!("the words of {}, but for case, blanks and punctuation", ids[&i]);
        let near = matches!(fate, Fate::Near(_));
        let reasons = [
            match fate {
                Fate::Exact(first) => Err(Reason::new("an exact duplicate", same(first))),
                Fate::Contradicts(first) => Err(Reason::new("the same text with another label", same(first))),
                Fate::Stays | Fate::Near(_) => Ok(()),
            },
            if let Fate::Near(first) = fate { Err(Reason::new("a near duplicate", of(first))) } else { Ok(()) },
        ];
        debug_assert!(!near || reasons[0].is_ok(), "one fate, one stage");
        for (i, kept) in reasons.into_iter().enumerate() {
            let tally = &mut self.tallies[base + i];
            tally.rows_in += 1;
            match kept {
                Err(reason) if tally.on => {
                    let lost = (tally.name, reason.what);
                    self.tell(Some(""), record, &Fixes::new(), Some(lost));
                    return self.lose_record(base + i, &reason, record).map(|()| false);
                }
                _ => tally.rows_out += 1,
            }
        }
        let tally = &mut self.tallies[base + 2];
        tally.rows_in += 1;
        let mut fixes = Fixes::new();
        let kept = preference::run(record, &mut fixes);
        fixes.into_iter().for_each(|(what, times)| count(&mut tally.mended, what, times));
        if let Err(reason) = kept {
            let lost = (tally.name, reason.what);
            self.tell(Some(""), record, &Fixes::new(), Some(lost));
            return self.lose_record(base + 2, &reason, record).map(|()| false);
        }
        tally.rows_out += 1;
        Ok(true)
    }
}
