//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod formats;
mod git;
mod places;
mod readme;
mod repo;
mod run;
