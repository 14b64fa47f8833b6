//! Silent replicas of a run: the same run with other seeds, trained in the background and never ahead of it.
//!
//! The j-th replica of a run of seed s has the seed s + 1000 + j, so replicas of two runs of one seed meet the same users, pair by
//! pair. It takes over what the person changed (knobs, values, the world) when it has finished as many dialogues as the run had;
//! acts and answers of a person belong to one dialogue of one seed and are left out.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::command::Edit;
use super::crew::{Next, Side};
use super::lane::Lane;
use super::milestones::{self, Milestones};
use super::snapshot::{BandView, RunId, Verdict};
use super::worker::Worker;
use super::{Builder, Letter};
use crate::num::bootstrap::{paired, quartiles};
use crate::num::fields::Sink;
use crate::run::evaluate::next_point;
use crate::run::timeline::Limit;
use crate::run::{Run, RunSpec};

const SEEDS_FROM: u64 = 1000;
const SEEDS_MAX: u32 = 100;
/// Fewer say nothing about which of two runs is better.
const VERDICT_MIN: usize = 5;
/// All replicas together take no more than this.
const MEMORY_BYTES: usize = 1 << 30;
const SLICE: Duration = Duration::from_millis(1);

/// What replicas follow.
#[derive(Default)]
struct Lead {
    /// Dialogues that the run has finished.
    dialogues: AtomicU64,
    /// What a person changed, and after how many dialogues.
    edits: Mutex<Vec<(u64, Edit)>>,
    ended: AtomicBool,
}

/// What has come of one replica.
#[derive(Default)]
struct Track {
    /// The smoothed return at each point so far.
    points: Mutex<Vec<f32>>,
    /// It broke, and does not count any more.
    broken: AtomicBool,
    milestones: Arc<Milestones>,
}

/// The replicas of one lane.
pub(super) struct Replicas {
    lead: Arc<Lead>,
    tracks: Vec<Arc<Track>>,
    /// Entries of the run's journal that were passed on.
    known: usize,
    band: Vec<(u64, f32, f32, f32)>,
}

struct Replica {
    spec: RunSpec,
    build: Arc<Builder>,
    run: Option<Box<dyn Run>>,
    lead: Arc<Lead>,
    track: Arc<Track>,
    letters: Sender<Letter>,
    next: u64,
    milestone: u64,
    /// Edits of the lead that it has taken over.
    taken: usize,
    slice: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Replicas {
    fn new(lane: &Lane, count: u32, build: &Arc<Builder>, letters: &Sender<Letter>) -> (Replicas, Vec<Box<dyn Side>>) {
        let lead: Arc<Lead> = Arc::default();
        let mut replicas = Replicas { lead: lead.clone(), tracks: Vec::new(), known: 0, band: Vec::new() };
        replicas.follow(lane.run.as_ref());
        let mut sides: Vec<Box<dyn Side>> = Vec::new();
        for j in 0..count {
            let track: Arc<Track> = Arc::default();
            replicas.tracks.push(track.clone());
            let seed = lane.spec.seed.wrapping_add(SEEDS_FROM + u64::from(j));
            sides.push(Box::new(Replica {
                spec: RunSpec { seed, ..lane.spec.clone() },
                build: build.clone(),
                run: None,
                lead: lead.clone(),
                track,
                letters: letters.clone(),
                next: next_point(0),
                milestone: milestones::after(0),
                taken: 0,
                slice: 4096,
            }));
        }
        (replicas, sides)
    }

    /// Lets the replicas go as far as the run is, with what was changed in it.
    pub fn follow(&mut self, run: &dyn Run) {
        let journal = run.journal();
        for entry in &journal[self.known.min(journal.len())..] {
            if matches!(entry.edit, Edit::Tune { .. } | Edit::Set { .. } | Edit::World(_)) {
                lock(&self.lead.edits).push((entry.dialogue, entry.edit.clone()));
            }
        }
        self.known = journal.len();
        self.lead.dialogues.store(run.head_dialogues(), Ordering::Release);
    }

    /// Of the replicas that are sound.
    pub fn milestones(&self) -> impl Iterator<Item = &Arc<Milestones>> {
        self.tracks.iter().filter(|t| t.is_sound()).map(|t| &t.milestones)
    }

    pub fn band(&mut self) -> BandView {
        let sound: Vec<&Track> = self.tracks.iter().map(|t| &**t).filter(|t| t.is_sound()).collect();
        let points: Vec<MutexGuard<'_, Vec<f32>>> = sound.iter().map(|t| lock(&t.points)).collect();
        let common = points.iter().map(|p| p.len()).min().unwrap_or(0);
        while self.band.len() < common {
            let at = self.band.len();
            let (low, middle, high) = quartiles(&mut points.iter().map(|p| p[at]).collect::<Vec<_>>());
            let point = next_point(self.band.last().map_or(0, |(point, ..)| *point));
            self.band.push((point, low, middle, high));
        }
        BandView { seeds: sound.len() as u32, points: self.band.clone() }
    }
}

impl Track {
    fn is_sound(&self) -> bool {
        !self.broken.load(Ordering::Acquire)
    }

    fn len(&self) -> usize {
        lock(&self.points).len()
    }

    fn at(&self, point: usize) -> f64 {
        f64::from(lock(&self.points)[point])
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.track.broken.store(true, Ordering::Release);
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        self.lead.ended.store(true, Ordering::Release);
    }
}

impl Side for Replica {
    fn broke(&mut self, cause: &str) -> Next {
        let text = format!("the replica of seed {} fell over ({cause}); the others go on without it", self.spec.seed);
        // A worker that has ended needs no word.
        let _ = self.letters.send(Letter::Broke(text));
        Next::Done
    }

    fn ready(&self) -> bool {
        let done = self.run.as_ref().map_or(0, |run| run.dialogues());
        self.lead.ended.load(Ordering::Acquire) || self.run.is_none() || done < self.lead.dialogues.load(Ordering::Acquire)
    }

    fn slice(&mut self) -> Next {
        if self.lead.ended.load(Ordering::Acquire) {
            return Next::Done;
        }
        let Some(run) = &mut self.run else {
            let Ok(mut run) = (self.build)(&self.spec, &mut |_| ()) else { return Next::Done };
            // Nobody will go back in it.
            run.allow(0);
            self.run = Some(run);
            return Next::More;
        };
        // The dialogues first: what was changed before them is then there to be read.
        let goal = self.lead.dialogues.load(Ordering::Acquire);
        let begun = Instant::now();
        while begun.elapsed() < SLICE {
            let edit = lock(&self.lead.edits).get(self.taken).cloned();
            if let Some((_, edit)) = edit.as_ref().filter(|(at, _)| run.turn() == 0 && *at <= run.dialogues()) {
                // What the run accepted, its replica may refuse: another seed never changes what is legal, so it does not.
                let _ = run.edit(edit.clone());
                self.taken += 1;
                continue;
            }
            let stop = goal.min(self.next).min(self.milestone).min(edit.map_or(u64::MAX, |(at, _)| at.max(run.dialogues() + 1)));
            if run.dialogues() >= stop {
                return Next::Rest;
            }
            let ticks = run.now().0;
            run.advance(Limit { ticks: self.slice, dialogues: stop - run.dialogues() });
            if run.fault().is_some() {
                return Next::Done;
            }
            if run.now().0 - ticks == self.slice && begun.elapsed() < SLICE / 4 && self.slice < 1 << 18 {
                self.slice *= 2;
            }
            if run.dialogues() == self.milestone {
                self.track.milestones.leave(run.frozen());
                self.milestone = milestones::after(self.milestone);
            }
            if run.dialogues() == self.next {
                lock(&self.track.points).push(run.last_100().1);
                self.next = next_point(self.next);
                // A worker that has ended needs no word.
                let _ = self.letters.send(Letter::Aside);
            }
        }
        Next::More
    }
}

#[derive(Default)]
struct Count(usize);

impl Sink for Count {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

/// Replicas of a run that fit into memory: each holds its machine and the frame of its beginning.
fn fitting(lane: &Lane) -> usize {
    let mut size = Count::default();
    lane.run.save(&mut size);
    MEMORY_BYTES / (2 * size.0.max(1))
}

impl Worker {
    /// So many replicas beside every open run; 0 ends them.
    pub(super) fn seed(&mut self, count: u32) {
        let fit = self.lane().map_or(0, fitting) / self.lanes.len().max(1);
        if count > SEEDS_MAX {
            return self.say(format!("{count} seeds are more than can be told apart; {SEEDS_MAX} at most"), true);
        }
        if count as usize > fit {
            let runs = self.lanes.len();
            return self.say(format!("{count} replicas of each of {runs} runs do not fit into memory here; {fit} at most"), true);
        }
        self.seeds = count;
        self.lanes.iter_mut().for_each(|lane| lane.replicas = None);
        self.replicate();
        let text = match count {
            0 => "no replicas any more".to_owned(),
            _ => format!("{count} replicas with other seeds train silently beside each run"),
        };
        self.say(text, false);
    }

    /// Gives replicas to the runs that have none yet, if there are to be any.
    pub(super) fn replicate(&mut self) {
        let Worker { lanes, crew, seeds, build, letters, .. } = self;
        let mut left_out = None;
        let mut there = lanes.iter().filter(|lane| lane.replicas.is_some()).count();
        for lane in lanes.iter_mut().filter(|lane| *seeds > 0 && lane.replicas.is_none() && lane.run.talks()) {
            there += 1;
            if there * *seeds as usize > fitting(lane) {
                left_out = Some(lane.name.clone());
                continue;
            }
            let (replicas, sides) = Replicas::new(lane, *seeds, build, letters);
            lane.replicas = Some(replicas);
            crew.engage(sides);
        }
        if let Some(name) = left_out {
            self.say(format!("the replicas of {name} do not fit into memory beside the others; ask for fewer seeds"), true);
        }
    }

    /// Whether the replicas of two runs are the same runs, or would be with one seed.
    fn differ_in_seed_only(&self, first: RunId, second: RunId) -> bool {
        let (Some(a), Some(b)) = (self.at(first), self.at(second)) else { return false };
        let (a, b) = (&self.lanes[a], &self.lanes[b]);
        let taken_over = |lane: &Lane| lane.replicas.as_ref().map(|replicas| lock(&replicas.lead.edits).clone());
        RunSpec { seed: a.spec.seed, ..b.spec.clone() } == a.spec && taken_over(a) == taken_over(b)
    }

    /// Which of two runs is better, seed by seed; none where nothing but their seed differs.
    pub(super) fn verdict(&mut self, first: RunId, second: RunId) -> Option<Verdict> {
        let replicas = |id: RunId| self.at(id).and_then(|at| self.lanes[at].replicas.as_ref());
        let (a, b) = (replicas(first)?, replicas(second)?);
        if self.differ_in_seed_only(first, second) {
            return None;
        }
        let pairs: Vec<(&Track, &Track)> =
            a.tracks.iter().zip(&b.tracks).map(|(a, b)| (&**a, &**b)).filter(|(a, b)| a.is_sound() && b.is_sound()).collect();
        let common = pairs.iter().map(|(a, b)| a.len().min(b.len())).min().unwrap_or(0);
        let seeds = pairs.len();
        if seeds < VERDICT_MIN || common == 0 {
            return None;
        }
        let of = (first, second, common);
        let milestones: Vec<(&Milestones, &Milestones)> = pairs.iter().map(|(a, b)| (&*a.milestones, &*b.milestones)).collect();
        if let Some((_, verdict)) =
            self.comparison.verdict.as_ref().filter(|(known, verdict)| *known == of && verdict.seeds == seeds as u32)
        {
            return Some(Verdict { values: milestones::values(&milestones), ..verdict.clone() });
        }
        let differences: Vec<f64> = pairs.iter().map(|(a, b)| a.at(common - 1) - b.at(common - 1)).collect();
        let interval = paired(&differences);
        let turned = interval.mean < 0.0;
        let sign = if turned { -1.0 } else { 1.0 };
        let verdict = Verdict {
            better: if turned { second } else { first },
            other: if turned { first } else { second },
            wins: differences.iter().filter(|d| sign * **d > 0.0).count() as u32,
            seeds: seeds as u32,
            difference: interval.mean.abs(),
            low: if turned { -interval.high } else { interval.low },
            high: if turned { -interval.low } else { interval.high },
            dialogues: (0..common).fold(0, |point, _| next_point(point)),
            values: milestones::values(&milestones),
        };
        self.comparison.verdict = Some((of, verdict.clone()));
        Some(verdict)
    }
}
