//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod diff;
mod everyday;
mod formats;
mod metrics;
mod places;
mod readme;
mod repo;
mod run;
mod since;
