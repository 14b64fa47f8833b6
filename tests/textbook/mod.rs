//! Cases of Sutton & Barto 2018, as tests with stated tolerances.

mod actor;
mod baird;
mod maze;
