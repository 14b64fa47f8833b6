//! The built-in scenarios: one rule behind simulator and tables, what they teach, what their files may not say, what is said in them.

mod bad_files;
mod compiled;
mod direct;
mod foreign;
mod hidden;
mod lessons;
mod mdp_features;
mod sentences;
