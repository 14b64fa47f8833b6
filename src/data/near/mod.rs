//! Near duplicates: `MinHash` signatures of word n-grams, found by bands, joined by union-find.
//!
//! Source: Broder 1997 (`MinHash`); Indyk and Motwani 1998 (LSH); 14 bands of 8 and 5-grams as in datatrove.

pub mod clusters;
pub mod marks;
pub mod minhash;
pub mod words;
