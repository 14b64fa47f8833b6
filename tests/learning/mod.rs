//! What the learners learn, against the exact values; and what stops them.

mod climb;
mod dqn;
mod exploring;
mod faults;
mod linear;
mod memory;
mod overtaking;
mod policy;
mod replay;
mod shapes;
mod values;
