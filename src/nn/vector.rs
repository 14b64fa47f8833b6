//! Loops over many numbers, on the widest vector registers that this machine has.
//!
//! The bits do not depend on the width: nothing is fused, and no sum changes its order.

use std::sync::OnceLock;

use pulp::{Arch, WithSimd};

fn arch() -> Arch {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    *ARCH.get_or_init(Arch::new)
}

/// Runs `work` compiled for this machine: what is inlined into it, not what it calls.
#[inline(always)]
pub fn vector<R>(work: impl FnOnce() -> R) -> R {
    arch().dispatch(work)
}

/// Runs work that names the registers itself.
pub fn registers<W: WithSimd>(work: W) -> W::Output {
    arch().dispatch(work)
}
