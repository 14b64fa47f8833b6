//! Layer 2: the contracts between what learns, what it learns in and who watches.

pub mod agent;
pub mod inside;
pub mod knob;
pub mod machine;
pub mod probe;
