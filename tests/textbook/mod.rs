//! Cases of Sutton & Barto 2018, as tests with stated tolerances.

mod baird;
mod bias;
mod cliff;
mod walks;
mod windy;
