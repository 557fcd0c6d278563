//! Reports: one model of a workspace at one moment, and the figures in it. Knows nothing of formats of findings.

mod agenda;
mod archived;
mod attention;
mod basis;
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
mod outlook;
mod past;
mod reading;
mod requirements;
mod row;
mod sheet;
mod target;
pub mod template;
mod trend;
mod wish;
mod worth;

pub use basis::fiscal_year;
pub use build::{build, build_read};
pub use changes::ComparedMoments;
pub use filter::Filter;
pub use metric::METRICS;
pub use model::ReportModel;
pub use reading::ReportInput;
pub use trend::TrendOptions;
pub use wish::ReportOptions;
pub use worth::category;

pub(crate) use frame::page_of_deal;
