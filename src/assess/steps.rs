//! How many steps the expressions of a run take over all its deals. Which core was faster must not show: where they are too
//! many, every deal is judged again with as few as it has in any case.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::deal::steps::{self, Steps};
use crate::finding::{Code, Finding};

/// Steps of a run beside those that each of its deals has; about five seconds.
const MOST: u64 = 200_000_000;

/// What a run may take, and took.
#[derive(Debug, Default)]
pub(super) struct RunBudget {
    /// Beyond what each deal has.
    taken: AtomicU64,
    /// Whether each has no more than that.
    pub(super) is_short: bool,
}

impl RunBudget {
    /// A run in which no deal has more than each has.
    pub(super) fn short() -> Self {
        Self { is_short: true, ..Self::default() }
    }

    /// The steps of the next deal. Of a run that takes too much nothing will be told.
    pub(super) fn next(&self) -> Steps {
        Steps::of(if self.is_short || self.is_over() { steps::LEAST } else { steps::MOST })
    }

    /// Adds those of a deal.
    pub(super) fn add(&self, taken: &Steps) {
        let beyond = taken.taken().saturating_sub(steps::LEAST);
        if beyond > 0 {
            self.taken.fetch_add(beyond, Ordering::Relaxed);
        }
    }

    /// Whether it takes too much.
    pub(super) fn is_over(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > MOST
    }

    /// What is said of a run that was cut short.
    pub(super) fn finding(&self) -> Option<Finding> {
        let message = format!(
            "the expressions of the workflows take more than {MOST} steps over all deals, so those of each deal had no more \
             than {}",
            steps::LEAST
        );
        let help =
            "look for loops within loops in `rule`, `when` and `[derived]`, and for deals with long lists";
        self.is_short.then(|| Finding::new(Code::TooLarge, message).help(help))
    }
}
