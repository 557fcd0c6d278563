//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod diff;
mod everyday;
mod formats;
#[path = "../bench/generator.rs"]
mod generator;
mod git;
mod laws;
mod limits;
mod memory;
mod metrics;
mod places;
mod readme;
mod repo;
mod run;
mod since;
