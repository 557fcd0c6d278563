//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod places;
mod run;
