//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod diff;
mod formats;
mod places;
mod readme;
mod repo;
mod run;
mod since;
