//! Reports: one model of a workspace at one moment, and the figures in it. Knows nothing of formats of findings.

pub mod builtin;
pub mod model;
pub mod template;
