//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod git;
mod places;
mod repo;
mod run;
