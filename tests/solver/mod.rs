//! The exact solution: against hand calculation, against evaluation of its own policy, and on worlds with known answers.

mod by_hand;
mod near_one;
mod nearly;
mod toy_text;
