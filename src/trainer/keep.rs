//! What the keeper of the session is told: the lines of the journal as things happen, checkpoints now and then.

use std::time::{Duration, Instant};

use super::command::Edit;
use super::keeper::Keeper;
use super::kept::{KeptRun, checkpoint};
use super::lane::Lane;
use super::snapshot::{RunId, SessionView};
use super::worker::{Mode, Worker};
use crate::num::digest::Digest;
use crate::run::journal::{Line, SpecLine};

/// How far the runs have come is written at most this often.
const HEADS_EVERY: Duration = Duration::from_millis(500);
const CHECKPOINT_EVERY: Duration = Duration::from_secs(15);

/// How far a run has come, as it was written last: its head, and whether with the digest.
type Written = (RunId, u64, bool);

pub(super) struct Keep {
    keeper: Option<Box<dyn Keeper>>,
    heads: Vec<Written>,
    here: Option<(RunId, u64)>,
    told: Instant,
    checkpointed: Instant,
    /// Something happened since the last checkpoint.
    stale: bool,
    /// Something is to be written, but not yet.
    owed: bool,
}

impl Keep {
    /// `wake` is called when there is something new to say of the session.
    pub fn new(mut keeper: Option<Box<dyn Keeper>>, now: Instant, wake: impl Fn() + Send + 'static) -> Keep {
        if let Some(keeper) = &mut keeper {
            keeper.on_change(Box::new(wake));
        }
        Keep { keeper, heads: Vec::new(), here: None, told: now, checkpointed: now, stale: false, owed: false }
    }

    pub fn line(&mut self, line: Line) {
        if let Some(keeper) = &mut self.keeper {
            keeper.line(line);
            self.stale = true;
        }
    }

    pub fn opened(&mut self, lane: &Lane) {
        let world = lane.run.world().digest.to_string();
        let spec = SpecLine::new(&lane.spec, &world).with(lane.run.kernel());
        self.line(Line::Run { run: lane.id, name: lane.name.clone(), spec, parent: lane.parent });
    }

    pub fn branched(&mut self, lane: &Lane) {
        if let (Some(parent), Some((tick, dialogue))) = (lane.parent, lane.branched_at) {
            self.line(Line::Branch { run: lane.id, name: lane.name.clone(), parent, tick, dialogue });
        }
    }

    /// An edit that the run has just taken.
    pub fn edited(&mut self, lane: &Lane, edit: &Edit, text: &str) {
        let (tick, dialogue) = (lane.run.now().0, lane.run.dialogues());
        if self.heads.iter().any(|(id, told, _)| *id == lane.id && *told > tick) {
            // A fault took it back.
            self.line(Line::Head { run: lane.id, tick, dialogue, digest: None });
        }
        // The digest of this tick is another one now.
        self.heads.retain(|(id, ..)| *id != lane.id);
        self.heads.push((lane.id, tick, false));
        self.line(Line::Edit { run: lane.id, tick, dialogue, edit: edit.clone(), text: text.to_owned() });
    }

    /// A run is closed: its last head has the digest, so that a replay can compare it.
    pub fn closed(&mut self, lane: &mut Lane) {
        if self.keeper.is_some() && lane.crash.is_none() {
            self.head(lane, true);
        }
        self.heads.retain(|(id, ..)| *id != lane.id);
        self.line(Line::Close { run: lane.id });
    }

    /// Writes how far a run has come, unless the journal says so already.
    fn head(&mut self, lane: &mut Lane, with_digest: bool) {
        let head = lane.run.head().0;
        if self.heads.iter().any(|(id, tick, whole)| *id == lane.id && *tick == head && (*whole || !with_digest)) {
            return;
        }
        let digest = with_digest.then(|| if lane.in_the_past() { lane.run.store().digest } else { Digest(lane.digest()) }.to_string());
        self.heads.retain(|(id, ..)| *id != lane.id);
        self.heads.push((lane.id, head, with_digest));
        self.line(Line::Head { run: lane.id, tick: head, dialogue: lane.run.head_dialogues(), digest });
    }

    /// Writes how far a run has come in the middle of a long act, if it is time.
    pub fn passes(&mut self, lane: &Lane) {
        let now = Instant::now();
        if now.duration_since(self.told) >= HEADS_EVERY {
            self.told = now;
            self.heads.retain(|(id, ..)| *id != lane.id);
            self.heads.push((lane.id, lane.run.head().0, false));
            self.line(Line::Head { run: lane.id, tick: lane.run.head().0, dialogue: lane.run.head_dialogues(), digest: None });
        }
    }

    /// A run that stands in the session already, its head with or without a digest.
    pub fn knows(&mut self, lane: &Lane, digest: bool) {
        self.heads.push((lane.id, lane.run.head().0, digest));
    }

    /// Where the session says that the person is.
    pub fn stands(&mut self, here: Option<(RunId, u64)>) {
        self.here = here;
    }

    pub fn save_as(&mut self, name: &str) -> Result<String, String> {
        match &mut self.keeper {
            Some(keeper) => keeper.save_as(name),
            None => Err("nothing is kept of this session, so it cannot be saved under a name".to_owned()),
        }
    }

    pub fn view(&self) -> SessionView {
        self.keeper.as_ref().map_or_else(SessionView::default, |keeper| keeper.view())
    }

    /// How long until something is due to be written.
    pub fn wait(&self) -> Option<Duration> {
        self.owed.then(|| HEADS_EVERY.saturating_sub(self.told.elapsed()).max(Duration::from_millis(1)))
    }
}

/// Where somebody who looks at this run stands; at the head it is the head that moves, and nothing has to be written.
pub(super) fn stand(lane: &Lane) -> (RunId, u64) {
    (lane.id, if lane.in_the_past() { lane.run.now().0 } else { u64::MAX })
}

impl Worker {
    /// Writes down how far the runs are, and where the person is, if it is time.
    pub(super) fn write_down(&mut self, now: Instant) {
        if self.keep.keeper.is_none() {
            return;
        }
        if now.duration_since(self.keep.told) >= HEADS_EVERY {
            self.keep.told = now;
            self.write_heads(false);
        } else {
            let paused = self.mode == Mode::Paused;
            let known = |lane: &Lane| {
                let whole = !paused || lane.in_the_past() || lane.crash.is_some();
                self.keep.heads.iter().any(|(id, tick, digest)| *id == lane.id && *tick == lane.run.head().0 && (*digest || whole))
            };
            let here = self.lane().map(stand);
            self.keep.owed = !self.lanes.iter().all(known) || here.is_some() && here != self.keep.here;
        }
        if self.keep.stale && now.duration_since(self.keep.checkpointed) >= CHECKPOINT_EVERY {
            self.write_checkpoint(now);
        }
    }

    /// `last` says that nothing may follow in this file: a digest is worth its time wherever a run stands.
    fn write_heads(&mut self, last: bool) {
        let Worker { lanes, keep, mode, .. } = self;
        keep.owed = false;
        for lane in lanes.iter_mut().filter(|lane| lane.crash.is_none()) {
            // A digest is of the present moment, and worth its time only while nothing moves.
            let still = last || *mode == Mode::Paused && !lane.in_the_past();
            keep.head(lane, still);
        }
        let here = self.lane().map(|lane| (stand(lane), lane.run.now().0));
        if let Some((stand, tick)) = here.filter(|(stand, _)| Some(*stand) != self.keep.here) {
            self.keep.here = Some(stand);
            self.keep.line(Line::Here { run: stand.0, tick });
        }
    }

    /// Keeps the session under another name. Where the file before stays, it tells all up to this moment.
    pub(super) fn save_as(&mut self, name: &str) {
        if self.keep.keeper.is_some() {
            self.write_heads(true);
        }
        match self.keep.save_as(name) {
            Ok(text) => self.say(text, false),
            Err(text) => self.say(text, true),
        }
    }

    fn write_checkpoint(&mut self, now: Instant) {
        self.keep.checkpointed = now;
        self.keep.stale = false;
        let sound = self.lanes.iter().filter(|lane| lane.crash.is_none());
        let kept = sound.map(|lane| KeptRun { id: lane.id, spec: &lane.spec, run: &*lane.run, evaluations: &lane.points.judged });
        let bytes = checkpoint(&self.keep.view().name, &kept.collect::<Vec<_>>());
        if let Some(keeper) = &mut self.keep.keeper {
            keeper.checkpoint(bytes);
        }
    }

    /// The last words of a session.
    pub(super) fn leave(&mut self) {
        if self.keep.keeper.is_none() {
            return;
        }
        self.mode = Mode::Paused;
        self.write_heads(true);
        self.write_checkpoint(Instant::now());
    }
}
