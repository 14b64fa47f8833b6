//! Eligibility traces e(s,a) of a dialogue: how much of the present TD error each pair met so far is answerable for.
//! e(s,a) ← 1 (replacing), e(s,a) + 1 (accumulating) or (1 − α) e(s,a) + 1 (dutch); then for all pairs:
//! Q(s,a) ← Q(s,a) + α δ e(s,a), e(s,a) ← γ λ e(s,a). Source: Sutton & Barto 2018, §12.2, 12.5, 12.7; Singh & Sutton 1996.

use super::base::Base;
use super::knobs::{COUNT, KNOBS};
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, Q, REWARD};
use crate::fields;
use crate::learn::agent::{Term, Transition};
use crate::learn::inside::Trace;
use crate::learn::knob::{Knob, KnobKind, Settings, join};
use crate::learn::probe::Probe;
use crate::world::env::ActionId;

pub const RULE: &str = "{delta} ← {r} + {gamma} · {next} − {q}\n{new} ← {q} + {alpha} · {delta} · {trace}";
pub const TRACE: Term = Term { name: "trace", symbol: "e(s,a)", meaning: "how much of δ this pair is answerable for" };

pub const fn terms(next: Term) -> [Term; 8] {
    [DELTA, REWARD, GAMMA, next, Q, NEW, ALPHA, TRACE]
}

const LAMBDA: usize = COUNT;
const KIND: usize = COUNT + 1;
const REPLACING: u8 = 0;
const ACCUMULATING: u8 = 1;

pub const TRACE_KNOBS: [Knob; COUNT + 2] = join(&[
    KNOBS,
    &[
        Knob {
            name: "lambda",
            symbol: "λ",
            kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
            default: 0.7,
            unit: "",
            live: true,
            meaning: "Trace decay: 0 corrects the last pair alone, 1 all pairs of the dialogue, however long ago.",
        },
        Knob {
            name: "trace",
            symbol: "e",
            kind: KnobKind::Choice(&["replacing", "accumulating", "dutch"]),
            default: 0.0,
            unit: "",
            live: true,
            meaning: "What a pair that is met again gets: a trace of 1, 1 more than it has, or 1 more than a (1 − α)th of it.",
        },
    ],
]);

/// A trace that has fallen below this is dropped.
const LEAST: f32 = 1e-4;
/// Pairs traced at a time. Up to γλ = 0.96 all that are not dropped fit; above, the pair met longest ago is given up.
const ROOM: usize = 256;

/// Pairs in the order in which they were met last.
#[derive(Clone)]
pub struct Traces {
    keys: Vec<u64>,
    acts: Vec<u8>,
    values: Vec<f32>,
    len: u32,
    lambda: f32,
    kind: u8,
}

fields!(Traces { keys, acts, values, len });

impl Default for Traces {
    fn default() -> Self {
        Traces { keys: vec![0; ROOM], acts: vec![0; ROOM], values: vec![0.0; ROOM], len: 0, lambda: 0.0, kind: REPLACING }
    }
}

impl Traces {
    pub fn settle(&mut self, settings: &Settings) {
        self.lambda = settings.0[LAMBDA] as f32;
        self.kind = settings.0[KIND] as u8;
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// One turn's update of all traced pairs, its own first.
    #[inline(always)]
    pub fn learn<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, next: f32, probe: &mut P) {
        let (key, act) = (t.from.key, t.act);
        let (q, alpha) = (base.table.q(key, act), base.alpha(key, act));
        let delta = t.reward + base.gamma * next - q;
        let trace = self.meet(key, act, alpha);
        if P::ON {
            probe.term("delta", delta);
            probe.term("r", t.reward);
            probe.term("gamma", base.gamma);
            probe.term("next", next);
            probe.term("q", q);
            probe.term("alpha", alpha);
            probe.term("trace", trace);
        }
        base.table.add(key, act, alpha * delta * trace, delta, probe);
        if P::ON {
            probe.term("new", base.table.q(key, act));
        }
        self.spread(base, delta, probe);
        base.surprise = delta.abs();
    }

    /// The trace of a pair that is met now; it becomes the last of the list.
    #[inline(always)]
    fn meet(&mut self, key: u64, act: ActionId, alpha: f32) -> f32 {
        let len = self.len as usize;
        let before = (0..len).find(|i| self.keys[*i] == key && self.acts[*i] == act.0);
        let trace = match (before, self.kind) {
            (None, _) | (_, REPLACING) => 1.0,
            (Some(i), ACCUMULATING) => self.values[i] + 1.0,
            (Some(i), _) => (1.0 - alpha) * self.values[i] + 1.0,
        };
        // Those behind it move up; where there is no room, all do.
        let gap = before.or((len == ROOM).then_some(0)).unwrap_or(len);
        for i in gap + 1..len {
            self.keys[i - 1] = self.keys[i];
            self.acts[i - 1] = self.acts[i];
            self.values[i - 1] = self.values[i];
        }
        self.len = (if gap == len { len + 1 } else { len }) as u32;
        let last = self.len as usize - 1;
        self.keys[last] = key;
        self.acts[last] = act.0;
        self.values[last] = trace;
        trace
    }

    /// The other pairs' updates, and the decay of all.
    #[inline(always)]
    fn spread<P: Probe>(&mut self, base: &mut Base, delta: f32, probe: &mut P) {
        let (len, decay) = (self.len as usize, base.gamma * self.lambda);
        let (keys, acts, values) = (&mut self.keys[..len], &mut self.acts[..len], &mut self.values[..len]);
        let mut kept = 0;
        for i in 0..len {
            let (key, act, trace) = (keys[i], ActionId(acts[i]), values[i]);
            if i + 1 < len {
                let error = delta * trace;
                base.table.add(key, act, base.alpha(key, act) * error, error, probe);
            }
            if decay * trace >= LEAST {
                if kept < i {
                    keys[kept] = key;
                    acts[kept] = act.0;
                }
                values[kept] = decay * trace;
                kept += 1;
            }
        }
        self.len = kept as u32;
    }

    /// Largest first.
    pub fn list(&self, most: usize) -> Vec<Trace> {
        let at = |i: usize| Trace { key: self.keys[i], act: self.acts[i], value: self.values[i] };
        let mut list: Vec<Trace> = (0..self.len as usize).rev().map(at).collect();
        list.sort_by(|a, b| b.value.total_cmp(&a.value));
        list.truncate(most);
        list
    }
}
