//! Reports: one model of a workspace at one moment, and the figures in it. Knows nothing of formats of findings.

mod agenda;
mod archived;
mod attention;
mod basis;
mod build;
pub mod builtin;
mod changes;
mod company;
mod deal_timeline;
mod deal_value;
mod derived;
mod filter;
mod input;
pub mod list;
pub mod metric;
pub mod model;
pub mod model_json;
mod options;
mod outlook;
mod report_context;
mod requirements;
mod row;
mod row_builder;
mod sheet;
mod target;
pub mod template;
mod trend;

pub use basis::fiscal_year;
pub use build::{build, build_read};
pub use changes::ComparedMoments;
pub use deal_value::category;
pub use filter::Filter;
pub use input::ReportInput;
pub use metric::METRICS;
pub use model::ReportModel;
pub use options::ReportOptions;
pub use trend::TrendOptions;

pub(crate) use report_context::page_of_deal;
