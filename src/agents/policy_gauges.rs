//! How a policy's learning went, update after update: what its panel shows.

use super::policy_net::Health;
use crate::fields;
use crate::learn::inside::Gauge;

/// Updates that are kept.
const RECENT: usize = 64;
const KINDS: usize = 7;

/// Rings of the last updates, one after the other.
#[derive(Clone, Debug)]
pub struct Gauges {
    rings: Vec<f32>,
    updates: u64,
}

fields!(Gauges { rings, updates });

/// Name, symbol, unit, meaning.
type Words = (&'static str, &'static str, &'static str, &'static str);

const WORDS: [Words; KINDS] = [
    ("policy loss", "L π", "", "What the actor lowers; it need not fall, as each policy is measured on its own turns."),
    ("value loss", "L V", "return²", "Half the mean squared error of V(s) against the returns of the rollout."),
    ("entropy", "H(π)", "nats", "How undecided the policy is: 0 where one act is certain, log n where n acts are as likely."),
    ("mean move of π", "KL", "nats", "How far the update has moved the policy."),
    ("clip fraction", "", "share", "Turns in which the policy has gone as far as the clip lets it."),
    ("gradient norm", "‖g‖", "", "Length of both networks' gradients, before they are clipped."),
    ("explained variance", "", "share", "How much of the returns' variance the critic foresees: 1 is all, 0 is none."),
];

impl Default for Gauges {
    fn default() -> Gauges {
        Gauges { rings: vec![0.0; RECENT * KINDS], updates: 0 }
    }
}

impl Gauges {
    pub fn updates(&self) -> u64 {
        self.updates
    }

    pub fn push(&mut self, health: &Health) {
        let Health { policy_loss, value_loss, entropy, kl, clipped, norm, explained } = *health;
        let at = (self.updates % RECENT as u64) as usize;
        for (ring, value) in [policy_loss, value_loss, entropy, kl, clipped, norm, explained].into_iter().enumerate() {
            self.rings[ring * RECENT + at] = value;
        }
        self.updates += 1;
    }

    /// At most `most` values of each, oldest first.
    pub fn shown(&self, most: usize) -> Vec<Gauge> {
        // Before the first update there is nothing to tell.
        if self.updates == 0 {
            return Vec::new();
        }
        let kept = self.updates.min(RECENT as u64).min(most as u64);
        let value = |ring: usize, back: u64| self.rings[ring * RECENT + ((self.updates - back) % RECENT as u64) as usize];
        let gauge = |(ring, (name, symbol, unit, meaning)): (usize, Words)| Gauge {
            name,
            symbol,
            unit,
            meaning,
            value: value(ring, 1),
            recent: (1..=kept).rev().map(|back| value(ring, back)).collect(),
        };
        WORDS.into_iter().enumerate().map(gauge).collect()
    }
}
