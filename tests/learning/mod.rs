//! What the learners learn, against the exact values; and what stops them.

mod climb;
mod faults;
mod linear;
mod shapes;
mod values;
