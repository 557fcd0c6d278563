//! Counts the steps that expressions take over one deal.

use std::sync::atomic::{AtomicU64, Ordering};

/// Steps of one expression over one deal; about a second. Two loops of 1,000 items fit well, endless growth does not.
pub(crate) const ONE: u64 = 50_000_000;

/// Steps of all expressions over one deal.
pub(crate) const MOST: u64 = 2 * ONE;

/// Steps that every deal has, whatever the others take: some twenty times what a workflow needs.
pub(crate) const LEAST: u64 = 20_000;

/// The steps that one deal has, and those that were taken.
#[derive(Debug)]
pub struct Steps {
    most: u64,
    taken: AtomicU64,
}

impl Default for Steps {
    fn default() -> Self {
        Self::of(MOST)
    }
}

impl Clone for Steps {
    fn clone(&self) -> Self {
        Self { most: self.most, taken: AtomicU64::new(self.taken()) }
    }
}

impl Steps {
    /// So many.
    pub const fn of(most: u64) -> Self {
        Self { most, taken: AtomicU64::new(0) }
    }

    /// Those that are left.
    pub fn left(&self) -> u64 {
        self.most.saturating_sub(self.taken())
    }

    /// Those that were taken.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// None were taken yet.
    pub fn begin_again(&self) {
        self.taken.store(0, Ordering::Relaxed);
    }

    /// Takes some.
    pub fn take(&self, steps: u64) {
        self.taken.fetch_add(steps, Ordering::Relaxed);
    }
}
