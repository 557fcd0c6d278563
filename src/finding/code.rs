//! Every kind of finding, in the only list there is: the enum, `explain`, the schemas and the tests are made from it.

use std::fmt;

use super::Level;

macro_rules! codes {
    ($($variant:ident $name:literal $level:ident
        means $means:literal
        example $example:literal
        remedy $remedy:literal)*) => {
        /// The kind of a finding. Names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $means] $variant,)*
        }

        /// Every code with what `explain` says of it, in the order of the contract.
        pub const CODES: &[Entry] = &[
            $(Entry { code: Code::$variant, name: $name, level: Level::$level, means: $means, example: $example, remedy: $remedy },)*
        ];
    };
}

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Its stable name.
    pub name: &'static str,
    /// Its level where neither a requirement nor `[levels]` says otherwise.
    pub level: Level,
    /// What it means, in one sentence.
    pub means: &'static str,
    /// A few lines of a file that have the fault.
    pub example: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Code {
    /// What is known of the code.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        &CODES[self as usize]
    }

    /// Its stable name, in kebab-case.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Its level where neither a requirement nor `[levels]` says otherwise.
    #[must_use]
    pub fn default_level(self) -> Level {
        self.entry().level
    }

    /// The code of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        CODES.iter().find(|entry| entry.name == name).map(|entry| entry.code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

codes! {
    YamlSyntax "yaml-syntax" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    NotUtf8 "not-utf8" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    Unreadable "unreadable" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    TooLarge "too-large" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    TooDeep "too-deep" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DuplicateKey "duplicate-key" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DuplicateDeal "duplicate-deal" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ManyDocuments "many-documents" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownKey "unknown-key" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    MissingKey "missing-key" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    WrongType "wrong-type" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    OutOfRange "out-of-range" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    NotAllowed "not-allowed" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    MissingCurrency "missing-currency" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownStage "unknown-stage" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownWorkflow "unknown-workflow" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownRequirement "unknown-requirement" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    RequirementUnmet "requirement-unmet" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    WonTooEarly "won-too-early" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    OutcomeIncomplete "outcome-incomplete" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DisqualifiedTooLate "disqualified-too-late" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DateInFuture "date-in-future" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DatesOutOfOrder "dates-out-of-order" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ApprovalByOwner "approval-by-owner" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ApprovalOutsideGroup "approval-outside-group" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ApprovalVoid "approval-void" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ApprovalUnproven "approval-unproven" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    EvidenceMissing "evidence-missing" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    WaiverIncomplete "waiver-incomplete" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    WaiverExpired "waiver-expired" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    WaiverNotAllowed "waiver-not-allowed" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    WaiverUnused "waiver-unused" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    Stalled "stalled" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    CloseDatePassed "close-date-passed" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    NoRate "no-rate" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    ConditionUndecided "condition-undecided" Info
        means "TODO"
        example "TODO"
        remedy "TODO"
    WorkflowAssumed "workflow-assumed" Info
        means "TODO"
        example "TODO"
        remedy "TODO"
    HistoryMissing "history-missing" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    Backdated "backdated" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    MovedBack "moved-back" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    SkippedStage "skipped-stage" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    Reopened "reopened" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    StartedLate "started-late" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DealRemoved "deal-removed" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    TomlSyntax "toml-syntax" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownGroup "unknown-group" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownField "unknown-field" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    UnknownName "unknown-name" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ReservedName "reserved-name" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    BadExpression "bad-expression" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    BadExtends "bad-extends" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    ConflictingKeys "conflicting-keys" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    DuplicateRequirement "duplicate-requirement" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    StageWithoutRequirements "stage-without-requirements" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    RequirementNeverAsked "requirement-never-asked" Info
        means "TODO"
        example "TODO"
        remedy "TODO"
    StaleSchema "stale-schema" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
    TemplateSyntax "template-syntax" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    TemplateUndefined "template-undefined" Error
        means "TODO"
        example "TODO"
        remedy "TODO"
    StaleTemplate "stale-template" Warning
        means "TODO"
        example "TODO"
        remedy "TODO"
}
