//! Every kind of finding, in the only list there is: the enum, `explain`, the schemas and the tests are made from it.

use std::fmt;

use super::level::Level;

/// Makes the enum and the list from the table. An example is given line by line.
macro_rules! codes {
    ($($variant:ident $name:literal $level:ident
        means $means:literal
        example $($line:literal)+
        remedy $remedy:literal)*) => {
        /// The kind of a finding. Names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $means] $variant,)*
        }

        /// Every code with what `explain` says of it, in the order of the contract.
        pub const CODES: &[CodeEntry] = &[
            $(CodeEntry {
                code: Code::$variant,
                name: $name,
                level: Level::$level,
                means: $means,
                example: concat!($($line, "\n"),+),
                remedy: $remedy,
            },)*
        ];
    };
}

mod table;

pub use table::{CODES, Code, CodeEntry};

impl Code {
    /// What is known of the code.
    pub fn entry(self) -> &'static CodeEntry {
        &CODES[self as usize]
    }

    /// Its stable name, in kebab-case.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Its level where neither a requirement nor `[levels]` says otherwise.
    pub fn default_level(self) -> Level {
        self.entry().level
    }

    /// Whether it says that a value does not fit its declaration.
    pub fn is_of_reading(self) -> bool {
        use Code::{MissingCurrency, MissingKey, NotAllowed, OutOfRange, UnknownKey, WrongType};

        matches!(self, UnknownKey | MissingKey | WrongType | OutOfRange | NotAllowed | MissingCurrency)
    }

    /// The code of a name.
    pub fn parse(name: &str) -> Option<Self> {
        CODES.iter().find(|entry| entry.name == name).map(|entry| entry.code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_the_enum() {
        for (index, entry) in CODES.iter().enumerate() {
            assert_eq!(entry.code as usize, index, "{}", entry.name);
        }
    }

    #[test]
    fn names_are_unique_and_kebab_case() {
        let names: BTreeSet<_> = CODES.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), CODES.len());
        for name in names {
            let words: Vec<_> = name.split('-').collect();
            let plain = |word: &&str| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            };
            assert!(words.iter().all(plain), "{name}");
            assert_eq!(Code::parse(name).map(Code::name), Some(name));
        }
        assert_eq!(Code::parse("no-such-code"), None);
    }

    #[test]
    fn default_levels_are_those_of_the_contract() {
        let warnings = [
            "waiver-unused",
            "stalled",
            "close-date-passed",
            "similar-person",
            "comment-in-text",
            "no-rate",
            "history-missing",
            "backdated",
            "moved-back",
            "deal-removed",
            "stage-without-requirements",
            "stale-schema",
            "stale-template",
        ];
        let infos = ["condition-undecided", "workflow-assumed", "requirement-never-asked"];
        let of = |level: Level| -> Vec<_> {
            CODES.iter().filter(|entry| entry.level == level).map(|entry| entry.name).collect()
        };
        assert_eq!(of(Level::Warning), warnings);
        assert_eq!(of(Level::Info), infos);
        assert_eq!(of(Level::Error).len(), CODES.len() - warnings.len() - infos.len());
    }

    #[test]
    fn every_code_is_explained() {
        for CodeEntry { name, means, example, remedy, .. } in CODES {
            for (text, what) in [(means, "means"), (example, "example"), (remedy, "remedy")] {
                assert!(!text.trim().is_empty(), "{name}: no {what}");
                assert!(!text.contains("TODO"), "{name}: {what}");
            }
            for text in [means, remedy] {
                assert!(
                    text.ends_with('.') && !text.contains("  ") && !text.contains('\n'),
                    "{name}: {text}"
                );
            }
            for line in example.lines() {
                assert!(line.chars().count() <= 100, "{name}: {line}");
            }
        }
    }
}
