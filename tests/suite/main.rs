//! What dealgate promises, shown from outside.

mod architecture;
mod browser;
mod cases;
mod everyday;
mod formats;
mod metrics;
mod places;
mod readme;
mod run;
