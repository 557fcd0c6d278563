//! What dealgate has to say about a file: codes, levels, findings and the one ledger that counts them.

pub mod builder;
pub mod code;
pub mod fix;
pub mod ledger;
mod level;
mod levels;
pub mod limit;
mod record;
pub mod wording;

pub use builder::FindingsBuilder;
pub use code::Code;
pub use fix::{Fix, Rewrite};
pub use ledger::{Baseline, Ledger, Tally};
pub use level::{FailOn, Level};
pub use levels::{LevelSetting, Levels};
pub use limit::Limit;
pub use record::{Finding, Related, Subject};
