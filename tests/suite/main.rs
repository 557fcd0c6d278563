//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod corpora;
mod formats;
#[path = "../bench/generator.rs"]
mod generator;
mod laws;
mod limits;
mod memory;
mod places;
mod readme;
mod run;
#[path = "../fuzz/trial.rs"]
mod trial;
