//! The values that a scenario takes over for a slot, and which sentences they read well in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::fit::{class, lacks_article, proper};
use super::templates::holes;
use super::{Miner, Name};

/// Values of a slot, at most; a misheard value is heard as one of two others at least.
const VALUES: usize = 8;
const FEWEST: usize = 3;

impl Miner {
    /// The values that were meant most often, each as it was said most often; none where there are too few.
    ///
    /// Where values of one class ("March 3rd", not "tomorrow") leave room for twice as many sentences, only those are taken.
    pub(super) fn usable(&self, name: &Name) -> Option<Vec<String>> {
        let all = self.ranked(name);
        let mut weight: BTreeMap<_, usize> = BTreeMap::new();
        all.iter().take(2 * VALUES).for_each(|v| *weight.entry(class(v)).or_default() += 1);
        let most = weight.into_iter().max_by_key(|(_, n)| *n).map(|(class, _)| class);
        let wide: Vec<String> = all.iter().take(VALUES).cloned().collect();
        let narrow: Vec<String> = all.into_iter().filter(|v| Some(class(v)) == most).take(VALUES).collect();
        let room =
            |values: &[String]| self.templates(name).filter(|t| values.iter().all(|v| self.fits.allows(&name.0, &name.1, t, v))).count();
        let values = if narrow.len() >= FEWEST && room(&narrow) >= 2 * room(&wide).max(1) { narrow } else { wide };
        (values.len() >= FEWEST).then_some(values)
    }

    /// Values of a slot by how often they were meant, days with their article; without those that would end a sentence twice.
    fn ranked(&self, name: &Name) -> Vec<String> {
        let plain = |v: &str| !v.contains(['{', '}']) && v.chars().count() <= 40 && !v.ends_with(['.', '!', '?']);
        let mut by_meaning: BTreeMap<String, Vec<(u64, &String)>> = BTreeMap::new();
        for (said, n) in self.values.get(name).into_iter().flatten().filter(|(said, _)| plain(said)) {
            let meant = self.meant.get(name).and_then(|of| of.get(said)).unwrap_or(said);
            by_meaning.entry(meant.to_lowercase()).or_default().push((*n, said));
        }
        let told = |said: Vec<(u64, &String)>| {
            let all: u64 = said.iter().map(|(n, _)| n).sum();
            said.into_iter().min_by_key(|(n, said)| (Reverse(*n), *said)).map(|(_, said)| (Reverse(all), said.clone()))
        };
        let mut values: Vec<(Reverse<u64>, String)> = by_meaning.into_values().filter_map(told).collect();
        values.sort();
        let mut met = BTreeSet::new();
        let values = values.into_iter().map(|(_, v)| proper(&v)).map(|v| if lacks_article(&v) { format!("the {v}") } else { v });
        values.filter(|v| met.insert(v.to_lowercase())).collect()
    }

    /// The sentences of a service that have a hole for a slot.
    fn templates<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = &'a String> {
        let of = self.sentences.iter().filter(|((_, service, acts), _)| *service == name.0 && acts.iter().any(|(_, slot)| *slot == name.1));
        of.flat_map(|(_, sentences)| sentences.keys()).filter(|t| holes(t).contains(&name.1.as_str()))
    }

    /// Whether every value that the scenario has of a slot reads well in a template.
    pub(super) fn reads_well(&self, service: &str, template: &str) -> bool {
        holes(template).into_iter().all(|slot| {
            let values = self.usable(&(service.to_owned(), slot.to_owned())).unwrap_or_default();
            values.iter().all(|v| self.fits.allows(service, slot, template, v))
        })
    }
}
