//! What the learners learn, against the exact values; and what stops them.

mod climb;
mod dqn;
mod faults;
mod linear;
mod policy;
mod replay;
mod shapes;
mod values;
