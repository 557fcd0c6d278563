//! What dealgate promises, shown from outside.

mod architecture;
mod cases;
mod editors;
mod exports;
mod formats;
mod places;
mod readme;
mod run;
mod schemas;
