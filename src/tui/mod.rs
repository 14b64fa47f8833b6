//! The workbench: a pure function of (snapshot, model) draws it; keys change the model and ask the trainer.

pub mod agents;
pub mod boxes;
pub mod chat;
pub mod choices;
pub mod chord;
pub mod chrome;
pub mod clip;
pub mod commands;
pub mod draw;
pub mod footer;
pub mod glossary;
pub mod help;
pub mod keys;
pub mod layout;
pub mod messages;
pub mod model;
pub mod moments;
pub mod mouse;
pub mod options;
pub mod palette;
pub mod panels;
pub mod paste;
pub mod prompt;
pub mod receive;
pub mod runs;
pub mod screens;
pub mod seek;
pub mod session;
pub mod signals;
pub mod status;
pub mod tell;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod widgets;

use std::sync::Arc;

use crate::trainer::Trainer;
use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::tui::model::Model;
use crate::tui::session::Session;
use crate::tui::terminal::Screen;

pub use draw::draw;
pub use options::{Options, ThemeChoice};
pub use terminal::ScreenError;
pub use update::{Outcome, press};

/// What the screens need of a trainer.
pub trait Control {
    /// Never blocks.
    fn ask(&self, ask: Ask);
    /// The newest snapshot, or none if the newest has been taken already.
    fn snapshot(&self) -> Option<Arc<Snapshot>>;
}

impl Control for Trainer {
    fn ask(&self, ask: Ask) {
        Trainer::ask(self, ask);
    }

    fn snapshot(&self) -> Option<Arc<Snapshot>> {
        Trainer::snapshot(self)
    }
}

/// How the person left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// 0, or 128 and the number of the signal that ended the program.
    pub code: i32,
}

/// Opens the workbench and comes back when the person leaves it. The trainer is left running: who made it ends it.
pub fn run(trainer: &dyn Control, options: Options) -> Result<Exit, ScreenError> {
    let theme = options.theme(|name| std::env::var(name).ok());
    // With NO_COLOR crossterm would empty every colour, the default one too, and an empty sequence wipes bold and reverse:
    // so it is left alone. The mono theme has no colours, and with a theme asked for by name they are wanted.
    crossterm::style::force_color_output(true);
    let screen = Screen::open()?;
    let wakes = signals::listen()?;
    let mut model = Model { lang: options.lang, rich: theme.rich, ..Model::default() };
    if options.seeds > 0 {
        model.compare.seeds = true;
        trainer.ask(Ask::Seeds(options.seeds));
    }
    Session::new(trainer, screen, model, theme, wakes).run()
}
