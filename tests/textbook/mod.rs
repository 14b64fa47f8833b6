//! Cases of Sutton & Barto 2018, as tests with stated tolerances.

mod actor;
mod baird;
mod bias;
mod cliff;
mod maze;
mod walks;
mod windy;
