//! Drawing pieces that know nothing of dialoq.

pub mod bar;
pub mod bounds;
pub mod canvas;
pub mod chart;
pub mod number;
pub mod pen;
pub mod slider;
pub mod text;
