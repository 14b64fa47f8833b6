//! The workbench: a pure function of (snapshot, model) draws it; keys change the model and ask the trainer.

pub mod model;
pub mod panels;
pub mod theme;
pub mod widgets;
