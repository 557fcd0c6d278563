//! The levels that a workspace sets for codes.

use std::collections::BTreeMap;

use crate::finding::code::Code;
use crate::finding::level::Level;

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
