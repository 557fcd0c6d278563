//! How grave a finding is, and what a workspace makes of it.

use std::collections::BTreeMap;
use std::fmt;

use super::code::Code;

/// How grave a finding is; greater is graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// The deal or the rule is not in order.
    Error,
}

impl Level {
    /// Every level, gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word that users write and read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What `[levels]` and `[moves]` may say of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelSetting {
    /// Report it at this level.
    At(Level),
    /// Do not report it.
    Off,
}

impl LevelSetting {
    /// The words that users may write, in the order in which help shows them.
    pub const NAMES: [&'static str; 4] = ["error", "warning", "info", "off"];

    /// Reads a setting; `None` when it is not one of [`LevelSetting::NAMES`].
    pub fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(Self::Off);
        }
        Level::ALL.into_iter().find(|level| level.name() == text).map(Self::At)
    }
}

/// The levels of a workspace: what `[levels]` says, else each code's default.
#[derive(Clone, Debug, Default)]
pub struct Levels(BTreeMap<Code, LevelSetting>);

impl Levels {
    /// Sets the level of a code.
    pub fn set(&mut self, code: Code, setting: LevelSetting) {
        self.0.insert(code, setting);
    }

    /// The level of a code here.
    pub fn of(&self, code: Code) -> LevelSetting {
        self.0.get(&code).copied().unwrap_or(LevelSetting::At(code.default_level()))
    }
}

/// From which level on findings make a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors only.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Every finding.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of this level fails the run.
    pub fn includes(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}
