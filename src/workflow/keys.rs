//! Every key a workflow may have, table by table: unknown keys, suggestions and the schema come from these lists.

use crate::deal::field::TYPES;
use crate::deal::record::CATEGORIES;
use crate::finding::LevelSetting;
use crate::requirement::KINDS;
use crate::syntax::reader::{ExpectedValue, Key};

/// A key, what it is for, and what it holds.
macro_rules! keys {
    ($($(#[$doc:meta])* $list:ident { $($name:literal $means:literal [$($holds:tt)+])* })*) => {
        $($(#[$doc])* pub(crate) const $list: &[Key] =
            &[$(Key { name: $name, means: $means, holds: ExpectedValue::$($holds)+ }),*];)*
    };
}

/// The tables of a workflow by the names under which other tables hold them.
pub(crate) fn tables() -> Vec<(&'static str, Vec<Key>)> {
    let fixed = [
        ("fiscal-year", FISCAL_YEAR),
        ("member", MEMBER),
        ("moves", MOVES),
        ("field", FIELD),
        ("stage", STAGE),
        ("waivers", WAIVERS),
        ("waiver", WAIVER),
        ("lost", LOST),
        ("disqualified", DISQUALIFIED),
    ];
    let fixed = fixed.into_iter().map(|(name, keys)| (name, keys.to_vec()));
    fixed.chain([("requirement", requirement_keys())]).collect()
}

keys! {
    /// The top level.
    WORKFLOW {
        "name" "what people call the company or its workflow" [Text]
        "extends" "the workflow that this one starts from: a built-in, or another of the workspace" [Text]
        "currency" "what amounts written without one are in, and what rules compare in" [Text]
        "stages" "the ids of the stages, in order" [List(&ExpectedValue::Text)]
        "won-from" "the stage whose gate must be met before a deal may be won; the last, unless said otherwise" [Text]
        "when-undecided" "whether what `when` leaves open, because the deal lacks a value, is asked: `ask` or `skip`, as without this key" [Choice(&["ask", "skip"])]
        "fiscal-year" "when the fiscal year starts and how it is named" [Table("fiscal-year")]
        "targets" "what is to be won, by fiscal quarter" [Entries(&ExpectedValue::Amount)]
        "groups" "who may approve: e-mail addresses by group" [Entries(&ExpectedValue::Either(&[ExpectedValue::List(&ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::Table("member")])), ExpectedValue::False]))]
        "moves" "what moves between stages are worth" [Table("moves")]
        "fields" "what a deal may hold beside the core keys" [Entries(&ExpectedValue::Either(&[ExpectedValue::Choice(&TYPES), ExpectedValue::False, ExpectedValue::Table("field")]))]
        "derived" "named expressions" [Entries(&ExpectedValue::Either(&[ExpectedValue::Expression, ExpectedValue::False]))]
        "stage" "the stages" [Entries(&ExpectedValue::Table("stage"))]
        "waivers" "who may waive, what and for how long" [Table("waivers")]
        "lost" "what a lost deal owes" [Table("lost")]
        "disqualified" "what a disqualified deal owes" [Table("disqualified")]
    }
    /// `[fiscal-year]`.
    FISCAL_YEAR {
        "starts" "month and day of the first day, such as `02-01`" [Text]
        "named-by" "`start` or `end`: the calendar year that names it" [Choice(&["start", "end"])]
    }
    /// A member of a group.
    MEMBER {
        "email" "the address" [Text]
        "from" "the first day of membership" [Date]
        "until" "the last day of membership" [Date]
    }
    /// `[moves]`.
    MOVES {
        "skip" "a stage that exists for the deal was jumped over" [Choice(&LevelSetting::NAMES)]
        "back" "the deal went to an earlier stage without a `reason` in its `history`" [Choice(&LevelSetting::NAMES)]
        "reopen" "a won or lost deal became open again without a `reason` in its `history`" [Choice(&LevelSetting::NAMES)]
        "start-in" "the stages in which a deal may start" [List(&ExpectedValue::Text)]
    }
    /// A declaration in `[fields]`.
    FIELD {
        "type" "text, integer, number, percent, money, date, boolean, email, url, list or record" [Choice(&TYPES)]
        "items" "of a list: the type of its items, or their keys" [Either(&[ExpectedValue::Choice(&TYPES), ExpectedValue::Entries(&ExpectedValue::Either(&[ExpectedValue::Choice(&TYPES), ExpectedValue::Table("field")]))])]
        "fields" "of a record: its keys" [Entries(&ExpectedValue::Either(&[ExpectedValue::Choice(&TYPES), ExpectedValue::Table("field")]))]
        "required" "whether every deal must have it" [Flag]
        "enum" "the values it may have" [List(&ExpectedValue::Anything)]
        "min" "the least it may be" [Anything]
        "max" "the most it may be" [Anything]
        "pattern" "a regular expression that must match somewhere in it" [Text]
        "min-items" "how many items it has at least" [Count]
        "max-items" "how many items it has at most" [Count]
        "default" "what rules and reports see when it is absent" [Anything]
    }
    /// `[stage.X]`.
    STAGE {
        "name" "what people call it" [Text]
        "goal" "what it is for" [Text]
        "probability" "how likely a deal in it is won, as a share of 1" [Share]
        "category" "pipeline, best-case, commit, closed or omitted" [Choice(&CATEGORIES)]
        "max-days" "longer in the stage, and the deal is stalled" [Count]
        "when" "for deals of which this is not true, the stage does not exist" [Expression]
        "requires" "the gate: what must be met before a deal may be past it" [Entries(&ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::False, ExpectedValue::Table("requirement")]))]
    }
    /// What every requirement may have, whatever its kind.
    REQUIREMENT {
        "title" "what it asks, in plain words" [Text]
        "help" "what to do about it" [Text]
        "url" "a page that says more" [Text]
        "when" "asked only of deals for which this is true" [Expression]
        "level" "error, warning or info; only an error blocks" [Choice(&["error", "warning", "info"])]
        "since" "asked only of deals that first came to the stage on or after this day" [Date]
        "at" "`exit`: needed to leave the stage; `entry`: needed to be in it" [Choice(&["exit", "entry"])]
        "waivable" "true, false, or the group that may waive it" [Either(&[ExpectedValue::Flag, ExpectedValue::Text])]
    }
    /// `[waivers]`.
    WAIVERS {
        "by" "who may waive: a group, or a list of groups" [Either(&[ExpectedValue::Text, ExpectedValue::List(&ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::Table("waiver")]))])]
        "only" "the requirements that may be waived" [List(&ExpectedValue::Text)]
        "max-days" "for how many days at the most" [Count]
    }
    /// A group in `by` of `[waivers]`.
    WAIVER {
        "group" "the group" [Text]
        "when" "only in deals for which this is true" [Expression]
    }
    /// `[lost]`.
    LOST {
        "reasons" "the reasons that may be given" [List(&ExpectedValue::Text)]
        "requires" "what a lost deal owes" [Entries(&ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::False, ExpectedValue::Table("requirement")]))]
    }
    /// `[disqualified]`.
    DISQUALIFIED {
        "reasons" "the reasons that may be given" [List(&ExpectedValue::Text)]
        "requires" "what a disqualified deal owes" [Entries(&ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::False, ExpectedValue::Table("requirement")]))]
        "until" "the last stage from which a deal may be disqualified" [Text]
    }
}

/// Every key a requirement may have: the common ones, then those of each kind, each once.
pub(crate) fn requirement_keys() -> Vec<Key> {
    let mut keys = REQUIREMENT.to_vec();
    for key in KINDS.iter().flat_map(|kind| kind.keys) {
        if !keys.iter().any(|known| known.name == key.name) {
            keys.push(*key);
        }
    }
    keys
}
