//! Keeps a path while it is learned: a checkpoint about every second, and the last sound state where the weights diverge.

use std::time::{Duration, Instant};

use super::kept::Kept;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::show::grouped;
use crate::learn::machine::Machine;
use crate::learn::probe::Blind;
use crate::lm::pipeline::Pipeline;
use crate::num::fields::{FieldError, Fields};

/// Time between two checkpoints.
const EVERY: Duration = Duration::from_secs(1);
/// Writing takes at most a part of the time: one in so many.
const SHARE: u32 = 20;
const AT_MOST: Duration = Duration::from_secs(10);

pub struct Keeping<'a> {
    kept: &'a Kept,
    begun: Instant,
    /// Seconds of earlier commands.
    spent: f64,
    /// The pipeline as it was at the last checkpoint, and its tick.
    state: Vec<u8>,
    tick: u64,
    due: Instant,
    /// Why the last checkpoint could not be written.
    trouble: Option<Failure>,
}

impl<'a> Keeping<'a> {
    pub fn begin(kept: &'a Kept, pipeline: &Pipeline, begun: Instant, spent: f64) -> Keeping<'a> {
        let (state, tick) = (bytes(pipeline), pipeline.now().0);
        Keeping { kept, begun, spent, state, tick, due: Instant::now() + EVERY, trouble: None }
    }

    /// Hears of the pipeline after every tick. A checkpoint that cannot be written is tried again; learning goes on.
    pub fn hear(&mut self, pipeline: &Pipeline) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        if let Err(e) = self.save(pipeline)
            && self.trouble.replace(e).is_none()
            && let Some(trouble) = &self.trouble
        {
            output::note(&format!("{trouble}; learning goes on, and it is tried again"));
        }
        self.due = Instant::now() + (now.elapsed() * SHARE).clamp(EVERY, AT_MOST);
    }

    fn save(&mut self, pipeline: &Pipeline) -> Result<(), Failure> {
        self.kept.save(pipeline, self.spent + self.begun.elapsed().as_secs_f64())?;
        (self.state, self.tick) = (bytes(pipeline), pipeline.now().0);
        self.trouble = None;
        Ok(())
    }

    /// Keeps the last state in which every weight was a number: learns again up to it from the last checkpoint. Returns what is to be
    /// said of that.
    pub fn end_broken(mut self, pipeline: &mut Pipeline) -> String {
        let sound = pipeline.now().0 - 1;
        let found = back(pipeline, &self.state, sound);
        let dir = self.kept.dir.display().to_string();
        match found.is_ok().then(|| self.save(pipeline)) {
            Some(Ok(())) => format!("{dir} holds the {} ticks before it", grouped(sound)),
            Some(Err(e)) => e.to_string().trim_start_matches("error: ").to_owned(),
            None => format!("{dir} holds the path up to tick {}", grouped(self.tick)),
        }
    }
}

fn bytes(pipeline: &Pipeline) -> Vec<u8> {
    let mut bytes = Vec::new();
    pipeline.read(&mut bytes);
    bytes
}

/// Goes back to a state and learns on to a tick.
fn back(pipeline: &mut Pipeline, mut state: &[u8], tick: u64) -> Result<(), FieldError> {
    pipeline.write(&mut state)?;
    while pipeline.now().0 < tick {
        pipeline.tick(&mut Blind);
    }
    Ok(())
}
