//! The limits that dealgate.toml may set: default, maximum, and the help where one is hit.

use super::wording::Size;

/// A limit with a setting in `[limits]` of dealgate.toml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The key of the setting.
    pub name: &'static str,
    /// What it limits, in a few words.
    pub means: &'static str,
    /// In what it is counted.
    pub unit: Unit,
    /// What holds without a setting.
    pub usual: usize,
    /// The least that may be set.
    pub least: usize,
    /// The most that may be set: no file can have more memory or time used than this allows.
    pub most: usize,
}

/// In what a limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes, written as a size: `"4 MiB"`.
    Bytes,
    /// Whatever the limit's name says, written as a whole number.
    Things,
}

/// The size of a file of the workspace. A deal has about 1,500 bytes; a file of values of one letter takes 25 times its size
/// in memory while it is judged, 430 MB at the most.
pub const FILE_SIZE: Limit = Limit {
    name: "file-size",
    means: "the largest file that is read, such as \"4 MiB\"",
    unit: Unit::Bytes,
    usual: 1 << 20,
    least: 1 << 10,
    most: 16 << 20,
};

/// The findings that are kept of one file. One broken generator must not bury all other files.
pub const FINDINGS: Limit = Limit {
    name: "findings",
    means: "how many findings are kept of one file",
    unit: Unit::Things,
    usual: 500,
    least: 1,
    most: 10_000,
};

/// The size of a page that a template makes.
pub const REPORT_SIZE: Limit = Limit {
    name: "report-size",
    means: "the largest page of a report, such as \"256 MiB\"",
    unit: Unit::Bytes,
    usual: 64 << 20,
    least: 1 << 10,
    most: 512 << 20,
};

/// The steps that a template has for a page beside those that it has for each value of the report. The built-in ones
/// use less than a tenth. A step may stand for 64 bytes of memory.
pub const TEMPLATE_STEPS: Limit = Limit {
    name: "template-steps",
    means: "the steps of a template for a page, beside 400 for each value of the report",
    unit: Unit::Things,
    usual: 2_000_000,
    least: 1,
    most: 20_000_000,
};

/// The limits that are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// [`FILE_SIZE`].
    pub file_size: usize,
    /// [`FINDINGS`].
    pub findings: usize,
    /// [`REPORT_SIZE`].
    pub report_size: usize,
    /// [`TEMPLATE_STEPS`].
    pub template_steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size: FILE_SIZE.usual,
            findings: FINDINGS.usual,
            report_size: REPORT_SIZE.usual,
            template_steps: TEMPLATE_STEPS.usual,
        }
    }
}

impl Limit {
    /// An amount of it as messages say it.
    pub fn shown(&self, amount: usize) -> String {
        match self.unit {
            Unit::Bytes => Size(amount).to_string(),
            Unit::Things => amount.to_string(),
        }
    }

    /// What to do where the limit that is in force is met: another way first, then the setting, unless that cannot be
    /// raised any more.
    pub fn way_out(&self, in_force: usize, instead: &str) -> String {
        if in_force >= self.most {
            return instead.to_owned();
        }
        format!("{instead}, or raise `{}` in `[limits]` of dealgate.toml", self.name)
    }
}
