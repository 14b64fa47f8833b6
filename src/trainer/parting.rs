//! Where two runs part: the first turn at which they stand or act differently, looked for in stretches beside training.

use std::time::{Duration, Instant};

use super::lane::Lane;
use super::snapshot::Parting;
use crate::learn::machine::Tick;

/// Turns looked at in one go, at first; they double while a go is short.
const STRETCH: usize = 1024;
const STRETCH_MAX: usize = 1 << 16;
/// Time for it in one look at the screen.
const AT_ONCE: Duration = Duration::from_millis(4);

pub(super) struct Search {
    of: (u64, u64),
    /// Up to here they went the same way.
    same_until: u64,
    stretch: usize,
    pub found: Option<Parting>,
    /// Whether there is more to look at.
    pub looking: bool,
}

impl Search {
    /// Runs are one up to the tick at which the first of them left the other, or a common ancestor.
    pub fn new(a: &Lane, b: &Lane) -> Search {
        let apart = a.lineage.iter().zip(&b.lineage).find(|(a, b)| a.0 != b.0).map(|(a, b)| a.1.min(b.1));
        let longer = if a.lineage.len() > b.lineage.len() { &a.lineage } else { &b.lineage };
        let shorter = a.lineage.len().min(b.lineage.len());
        let same_until = apart.or_else(|| longer.get(shorter).map(|(_, tick)| *tick)).unwrap_or(0);
        Search { of: (a.version, b.version), same_until, stretch: STRETCH, found: None, looking: true }
    }

    pub fn is_of(&self, a: &Lane, b: &Lane) -> bool {
        self.of == (a.version, b.version)
    }

    /// Looks on, for a little while.
    pub fn go_on(&mut self, a: &Lane, b: &Lane) {
        let begun = Instant::now();
        self.looking = false;
        while self.found.is_none() && begun.elapsed() < AT_ONCE {
            let go = Instant::now();
            let heads = a.run.head().0.min(b.run.head().0);
            let count = self.stretch.min(heads.saturating_sub(self.same_until) as usize);
            if count == 0 {
                return;
            }
            let from = Tick(self.same_until);
            let (first, second) = (a.run.taken(from, count), b.run.taken(from, count));
            let Some(at) = first.iter().zip(&second).position(|(x, y)| (x.state, x.act) != (y.state, y.act)) else {
                // A stretch that is not there to be looked at leads nowhere.
                let both = first.len().min(second.len());
                self.same_until += both as u64;
                if both == 0 {
                    return;
                }
                if go.elapsed() < AT_ONCE / 4 {
                    self.stretch = (self.stretch * 2).min(STRETCH_MAX);
                }
                continue;
            };
            let (x, y) = (first[at], second[at]);
            let act = |lane: &Lane, act: u16| lane.run.world().act_view(crate::world::env::ActionId(act as u8)).name;
            self.found = Some(Parting {
                dialogue: x.dialogue,
                turn: x.turn + 1,
                state_text: a.run.world().state_text(x.state),
                first: (x.tick, act(a, x.act)),
                second: (y.tick, act(b, y.act)),
                state_differs: x.state != y.state,
            });
        }
        self.looking = self.found.is_none();
    }
}
