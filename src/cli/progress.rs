//! Progress lines on standard error, drawn only where that is a terminal. Nothing is drawn for what is done at once.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use super::show::grouped;
use super::told::{Told, is_quiet};
use crate::text::short;

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates of this file are valid").progress_chars("━╸ ")
}

/// A bar of so much work; none is drawn where progress is not wanted.
fn bar(of: u64) -> ProgressBar {
    if is_quiet() { ProgressBar::hidden() } else { ProgressBar::new(of) }
}

/// A line for compiling a world, from the first share heard of.
pub struct Compiling {
    name: String,
    bar: Option<ProgressBar>,
}

impl Compiling {
    pub fn new(name: &str) -> Compiling {
        Compiling { name: short(name).into_owned(), bar: None }
    }

    pub fn show(&mut self, share: f32) {
        let message = format!("compiling {}", self.name);
        let line = || bar(1000).with_style(style("{msg} {bar:30} {percent:>3} %")).with_message(message);
        let bar = self.bar.get_or_insert_with(line);
        // States found still rise while some are done: the line never goes back.
        bar.set_position(bar.position().max((share * 1000.0) as u64));
    }
}

impl Drop for Compiling {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line for something whose length is not known; drawn after a moment.
pub struct Waiting {
    bar: ProgressBar,
    since: Instant,
}

impl Waiting {
    pub fn new(what: &str) -> Waiting {
        let spinner = if is_quiet() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let bar = spinner.with_style(style("{spinner} {msg} {elapsed}"));
        Waiting { bar: bar.with_message(short(what).into_owned()), since: Instant::now() }
    }

    pub fn tick(&self) {
        if self.since.elapsed() > Duration::from_millis(300) {
            self.bar.tick();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line for training, with the time that is left.
pub struct Training {
    bar: ProgressBar,
    dialogues: u64,
    told: Told,
}

impl Training {
    pub fn new(dialogues: u64) -> Training {
        let template = "{msg} {bar:30} {human_pos} of {human_len} dialogues, {eta} left";
        let bar = bar(dialogues).with_style(style(template)).with_message("learning");
        Training { bar, dialogues, told: Told::new("learning", "dialogues") }
    }

    pub fn show(&mut self, dialogues: u64) {
        self.bar.set_position(dialogues);
        self.told.show(dialogues, self.dialogues);
    }
}

impl Drop for Training {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line for the path of a language model, with the time that is left.
pub struct Lessons {
    bar: ProgressBar,
    steps: u64,
    told: Told,
}

impl Lessons {
    pub fn new(steps: u64) -> Lessons {
        let template = "{bar:24} {human_pos} of {human_len} steps, {eta} left · {msg}";
        Lessons { bar: bar(steps).with_style(style(template)), steps, told: Told::new("learning", "steps") }
    }

    pub fn show(&mut self, steps: u64, latest: &str) {
        self.told.show(steps, self.steps);
        self.bar.set_position(steps);
        self.bar.set_message(latest.to_owned());
    }
}

impl Drop for Lessons {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line for many runs, with the time that is left.
pub struct Sweeping {
    bar: ProgressBar,
    runs: usize,
    done: usize,
    /// Dialogues that were there before, and of all runs together.
    before: u64,
    dialogues: u64,
    told: Told,
}

impl Sweeping {
    /// Runs, and dialogues of all of them; some of both were done before.
    pub fn new(runs: usize, done: usize, dialogues: u64, before: u64) -> Sweeping {
        let bar = bar(dialogues).with_style(style("{msg} {bar:30} {percent:>3} %, {eta} left"));
        let bar = bar.with_message(format!("{done} of {runs} runs")).with_position(before);
        // The time that is left follows from this stretch alone.
        bar.reset_eta();
        Sweeping { bar, runs, done, before, dialogues, told: Told::new("learning", "dialogues of all runs") }
    }

    pub fn done(&mut self) {
        self.done += 1;
        self.bar.set_message(format!("{} of {} runs", self.done, self.runs));
    }

    /// Dialogues finished in this stretch.
    pub fn show(&mut self, dialogues: u64) {
        self.bar.set_position(self.before + dialogues);
        self.told.show(self.before + dialogues, self.dialogues);
    }
}

impl Drop for Sweeping {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Turns that are learned again in a few seconds, or in minutes by a network.
const MANY_TURNS: u64 = 10_000_000;

/// A line for learning a session again, with the time that is left; drawn after a moment. Where nobody sees it, it is said
/// once how many turns are asked for.
pub struct Replaying {
    bar: Option<ProgressBar>,
    since: Instant,
    /// The most turns that were told of.
    turns: u64,
    told: Told,
}

impl Replaying {
    pub fn new() -> Replaying {
        Replaying { bar: None, since: Instant::now(), turns: MANY_TURNS, told: Told::new("learning again", "turns of a Q-table") }
    }

    /// So much of so much work is done, in turns of a table.
    pub fn show(&mut self, done: u64, of: u64) {
        if of > self.turns && !output::notes_reach_a_terminal() && !is_quiet() {
            self.turns = of;
            let work = format!("as much work as {} turns of a Q-table", grouped(of));
            output::note(&format!("note: the session is learned again, {work}, which may take long"));
        }
        self.told.show(done, of);
        if self.since.elapsed() > Duration::from_millis(300) {
            let template = "{msg} {bar:30} {percent:>3} %, {eta} left";
            let line = || bar(of).with_style(style(template)).with_message("replaying");
            let bar = self.bar.get_or_insert_with(line);
            bar.set_length(of);
            bar.set_position(done);
        }
    }
}

impl Drop for Replaying {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line for preparing data, with the time that is left; drawn after a moment.
pub struct Preparing {
    bar: Option<ProgressBar>,
    since: Instant,
    /// Bytes of all inputs.
    bytes: u64,
    told: Told,
}

impl Preparing {
    pub fn new(bytes: u64) -> Preparing {
        Preparing { bar: None, since: Instant::now(), bytes, told: Told::new("cleaning", "bytes") }
    }

    pub fn read(&mut self, bytes: u64) {
        self.told.show(bytes, self.bytes);
        if self.since.elapsed() > Duration::from_millis(300) {
            let template = "{msg} {bar:30} {bytes} of {total_bytes}, {eta} left";
            let line = || bar(self.bytes).with_style(style(template)).with_message("cleaning");
            self.bar.get_or_insert_with(line).set_position(bytes);
        }
    }

    /// The second pass begins.
    pub fn write(&mut self, records: u64) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let template = "{msg} {bar:30} {human_pos} of {human_len} records, {eta} left";
        let line = || bar(records).with_style(style(template)).with_message("splitting");
        self.bar = self.bar.is_some().then(line);
    }

    pub fn written(&self, records: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(records);
        }
    }
}

impl Drop for Preparing {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
