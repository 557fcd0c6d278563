//! Options of a trend.

use crate::report::model::Pace;

/// What a trend is asked for.
#[derive(Clone, Copy, Debug)]
pub struct TrendOptions {
    /// How long a point is.
    pub by: Pace,
    /// How many points, at the most.
    pub last: usize,
    /// Whether each point is judged by the rules of its day, as far as commits tell them.
    pub rules_of_the_time: bool,
    /// Whether settings count at all.
    pub no_config: bool,
}
