//! The real program in a pseudo-terminal: what it shows, how it is driven by keys, how it leaves.

#![cfg(unix)]

mod colours;
mod keys;
mod leaving;
mod monkey;
mod pasting;
mod sameness;
mod sight;
mod sizes;
mod stuck;
pub mod terminal;

use terminal::{Status, Terminal};

const LARGE: (u16, u16) = (120, 40);
const SMALL: (u16, u16) = (80, 24);

/// Both sizes that must show everything the first paragraph promises.
const SIZES: [(u16, u16); 2] = [LARGE, SMALL];
