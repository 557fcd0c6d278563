//! Reports: one model of a workspace at one moment, and the figures in it. Knows nothing of formats of findings.

mod attention;
mod build;
pub mod builtin;
mod changes;
mod company;
pub mod context;
mod derived;
mod filter;
mod frame;
pub mod list;
mod making;
pub mod metric;
pub mod model;
mod past;
mod row;
mod sheet;
mod target;
pub mod template;
mod trend;
mod worth;

pub use build::{Wish, build, fiscal_year};
pub use changes::Since;
pub use filter::Filter;
pub use metric::METRICS;
pub use model::Model;
pub use trend::Span;
