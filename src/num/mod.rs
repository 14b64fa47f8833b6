//! Layer 0: numbers. Dice, statistics, bounded curves, digests. Imports nothing of ours.

pub mod bootstrap;
pub mod curve;
pub mod dice;
pub mod digest;
pub mod fields;
pub mod lanes;
pub mod stats;
