//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod everyday;
mod places;
mod run;
