//! Stands in for the unmaintained crate `paste` (RUSTSEC-2024-0436), which `pulp` still names: re-exports its maintained successor.
#![no_std]

pub use pastey::paste;
