//! The loop: takes snapshots and input, keeps the trainer told of what is wanted, draws when something has changed.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode};

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Phase, Snapshot};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, ScreenId};
use crate::tui::receive::receive;
use crate::tui::signals::{self, HANG_UP, SIGNALLED, Wake};
use crate::tui::terminal::{self, Screen, ScreenError};
use crate::tui::theme::Theme;
use crate::tui::update::Outcome;
use crate::tui::{Control, Exit, chord, draw, layout, mouse, paste, tell, update};

/// Never more than 60 frames a second.
const FRAME: Duration = Duration::from_millis(16);
/// How often a snapshot is looked for: just after something was asked, while learning runs, while it rests.
const EAGER: Duration = Duration::from_millis(5);
const LEARNING: Duration = Duration::from_millis(33);
const RESTING: Duration = Duration::from_millis(150);
/// How long the first snapshot is waited for before something else is drawn.
const FIRST: Duration = Duration::from_millis(50);
/// How long after an ask its answer is looked for eagerly.
const ANSWER: Duration = Duration::from_millis(250);

pub struct Session<'a> {
    pub trainer: &'a dyn Control,
    pub screen: Screen,
    pub model: Model,
    pub theme: Theme,
    pub wakes: Receiver<Wake>,
    newest: Option<Arc<Snapshot>>,
    watch: Option<Watch>,
    changed: bool,
    began: Instant,
    drawn: Option<Instant>,
    asked: Option<Instant>,
    /// The signal that says we go on after a stop of our own was already obeyed.
    resumed: bool,
    /// The first run has come, and its screen was opened.
    at_home: bool,
    exit: Option<Exit>,
}

impl<'a> Session<'a> {
    pub fn new(trainer: &'a dyn Control, screen: Screen, model: Model, theme: Theme, wakes: Receiver<Wake>) -> Self {
        Session {
            trainer,
            screen,
            model,
            theme,
            wakes,
            newest: None,
            watch: None,
            changed: true,
            began: Instant::now(),
            drawn: None,
            asked: None,
            resumed: false,
            at_home: false,
            exit: None,
        }
    }

    pub fn run(mut self) -> Result<Exit, ScreenError> {
        loop {
            match self.turn() {
                Ok(()) => {}
                // A write to a terminal that is gone fails: that is an end, not an error.
                Err(_) if signals::gone() => self.exit = Some(hung_up()),
                Err(error) => return Err(error.into()),
            }
            if let Some(exit) = self.exit.take() {
                return Ok(exit);
            }
        }
    }

    fn turn(&mut self) -> io::Result<()> {
        self.look();
        if self.changed && since(self.drawn) >= FRAME {
            self.draw()?;
        }
        self.wait()
    }

    /// Takes the newest snapshot and whatever time has brought about.
    fn look(&mut self) {
        self.model.now_ms = self.began.elapsed().as_millis() as u64;
        if let Some(snapshot) = self.trainer.snapshot() {
            if snapshot.phase == Phase::Refused {
                self.exit = Some(Exit { code: 1 });
            }
            let comes = matches!(snapshot.phase, Phase::Opening(..) | Phase::Compiling(_));
            // A language model is at home on a screen of its own.
            if !comes && !std::mem::replace(&mut self.at_home, true) && snapshot.view.progress.is_some() {
                update::open_screen(&mut self.model, ScreenId::Language);
            }
            receive(&mut self.model, &snapshot);
            self.newest = Some(snapshot);
            self.changed = true;
        }
        if let Some(newest) = &self.newest {
            self.changed |= tell::tell(&mut self.model, newest);
        }
        if let Some(newest) = self.newest.clone() {
            for ask in update::due(&mut self.model, &newest) {
                self.ask(ask);
            }
        }
        self.changed |= self.model.expire_notice();
    }

    fn draw(&mut self) -> io::Result<()> {
        self.model.size = self.screen.size()?;
        let wanted = update::wanted(&self.model, &layout::plan(&self.model));
        if self.watch.as_ref() != Some(&wanted) {
            self.watch = Some(wanted.clone());
            self.ask(Ask::Watch(wanted));
        }
        // The first snapshot is a matter of milliseconds: an empty picture before it would only flash.
        if self.newest.is_none() && self.began.elapsed() < FIRST {
            return Ok(());
        }
        self.changed = false;
        self.drawn = Some(Instant::now());
        let (model, theme) = (&self.model, &self.theme);
        match &self.newest {
            Some(newest) => {
                self.screen.draw(|frame| draw::draw(frame, newest, model, theme))?;
                if draw::shows_notice(&self.model) {
                    self.model.notice_was_drawn();
                }
                Ok(())
            }
            None => self.screen.draw(|frame| draw::opening(frame, theme)),
        }
    }

    /// Waits for input or signals, at most until the next snapshot may be there; obeys all that has come.
    fn wait(&mut self) -> io::Result<()> {
        let patience = if self.newest.is_none() {
            Duration::from_millis(1)
        } else if self.changed {
            FRAME.saturating_sub(since(self.drawn))
        } else if self.asked.is_some() && since(self.asked) < ANSWER {
            EAGER
        } else {
            match self.newest.as_ref().map(|newest| &newest.phase) {
                Some(Phase::Paused | Phase::Crashed { .. }) => RESTING,
                _ => LEARNING,
            }
        };
        let due = self.model.knob_due.map(|due_ms| Duration::from_millis(due_ms.saturating_sub(self.model.now_ms) + 1));
        let patience = due.map_or(patience, |due| due.min(patience));
        let mut wake = match self.wakes.recv_timeout(patience) {
            Ok(wake) => Some(wake),
            Err(RecvTimeoutError::Timeout) if !signals::gone() => None,
            Err(_) => Some(Wake::Gone),
        };
        while let Some(now) = wake {
            self.obey(now)?;
            wake = if self.exit.is_none() { self.wakes.try_recv().ok() } else { None };
        }
        Ok(())
    }

    fn obey(&mut self, wake: Wake) -> io::Result<()> {
        self.changed = true;
        match wake {
            Wake::Input(event) => self.input(&event),
            Wake::End(signal) => {
                self.exit = Some(Exit { code: SIGNALLED + signal });
                Ok(())
            }
            Wake::Gone => {
                self.exit = Some(hung_up());
                Ok(())
            }
            Wake::Resized => self.screen.repaint(),
            Wake::Suspend => {
                terminal::give_back();
                signals::stop();
                self.resumed = true;
                self.screen.enter()
            }
            Wake::Continue if std::mem::take(&mut self.resumed) => Ok(()),
            // Stopped by a signal that cannot be caught: the shell has had the terminal meanwhile.
            Wake::Continue => {
                terminal::give_back();
                self.screen.enter()
            }
        }
    }

    fn input(&mut self, event: &Event) -> io::Result<()> {
        let Some(newest) = self.newest.clone() else {
            self.input_before_anything(event);
            return Ok(());
        };
        let outcome = match event {
            Event::Key(key) => update::press(&mut self.model, &newest, *key),
            Event::Mouse(event) => mouse::touch(&mut self.model, &newest, *event, self.theme),
            Event::Paste(text) => {
                paste::paste(&mut self.model, text);
                Outcome::default()
            }
            // Where its signal was heard before, it is drawn already.
            Event::Resize(width, height) => Outcome { redraw: self.model.size != (*width, *height), ..Outcome::default() },
            _ => Outcome::default(),
        };
        for ask in outcome.asks {
            self.ask(ask);
        }
        if let Some(text) = outcome.copy {
            terminal::copy(&text)?;
        }
        if outcome.quit {
            self.exit = Some(Exit { code: 0 });
        }
        if outcome.suspend {
            signals::ask_to_suspend();
        }
        if outcome.redraw {
            self.screen.repaint()?;
        }
        Ok(())
    }

    /// Before the first snapshot one can only leave.
    fn input_before_anything(&mut self, event: &Event) {
        if let Event::Key(key) = event
            && let Some(key) = chord::key_of(*key)
            && (key.code == KeyCode::Char('q') || key.ctrl && key.code == KeyCode::Char('c'))
        {
            self.exit = Some(Exit { code: 0 });
        }
    }

    fn ask(&mut self, ask: Ask) {
        self.asked = Some(Instant::now());
        self.trainer.ask(ask);
    }
}

fn since(moment: Option<Instant>) -> Duration {
    moment.map_or(Duration::MAX, |moment| moment.elapsed())
}

fn hung_up() -> Exit {
    Exit { code: SIGNALLED + HANG_UP }
}
