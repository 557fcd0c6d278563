//! Files and folders that are there for a moment, and go also when a signal ends the run.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Removes a place when a signal ends the run; in every other end its owner removes it.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

/// What there is at this moment.
static PLACES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

impl Scratch {
    /// Makes something at a path of its own; no signal comes between its making and its being known.
    pub(crate) fn of<T>(
        build: impl FnOnce() -> io::Result<T>,
        path: impl FnOnce(&T) -> &Path,
    ) -> io::Result<(Self, T)> {
        #[cfg(unix)]
        signals::heed();
        let mut known = places();
        let made = build()?;
        let path = path(&made).to_owned();
        known.insert(path.clone());
        Ok((Self(path), made))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        places().remove(&self.0);
    }
}

fn places() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PLACES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod signals {
    use std::sync::Once;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::places;

    /// Waits for what ends a run. SIGHUP is left alone: `nohup` has it passed over.
    pub(super) fn heed() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // Without signals there is nothing to heed.
            let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    // Held to the end, so that nothing new is made.
                    let places = places();
                    for place in places.iter() {
                        let _ = std::fs::remove_file(place).or_else(|_| std::fs::remove_dir_all(place));
                    }
                    let _ = emulate_default_handler(signal);
                }
            });
        });
    }
}
