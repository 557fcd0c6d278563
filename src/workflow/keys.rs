//! Every key a workflow may have, table by table: unknown keys, suggestions and the schema come from these lists.

use crate::requirement::KINDS;
use crate::syntax::reader::Key;

macro_rules! keys {
    ($($(#[$doc:meta])* $list:ident { $($name:literal $means:literal)* })*) => {
        $($(#[$doc])* pub const $list: &[Key] = &[$(Key { name: $name, means: $means }),*];)*
    };
}

keys! {
    /// The top level.
    WORKFLOW {
        "name" "what people call the company or its workflow"
        "extends" "the workflow that this one starts from: a built-in, or another of the workspace"
        "currency" "what amounts written without one are in, and what rules compare in"
        "stages" "the ids of the stages, in order"
        "won-from" "the stage whose gate must be met before a deal may be won; the last, unless said otherwise"
        "fiscal-year" "when the fiscal year starts and how it is named"
        "targets" "what is to be won, by fiscal quarter"
        "groups" "who may approve: e-mail addresses by group"
        "moves" "what moves between stages are worth"
        "fields" "what a deal may hold beside the core keys"
        "derived" "named expressions"
        "stage" "the stages"
        "waivers" "who may waive, what and for how long"
        "lost" "what a lost deal owes"
        "disqualified" "what a disqualified deal owes"
    }
    /// `[fiscal-year]`.
    FISCAL_YEAR {
        "starts" "month and day of the first day, such as `02-01`"
        "named-by" "`start` or `end`: the calendar year that names it"
    }
    /// A member of a group.
    MEMBER {
        "email" "the address"
        "from" "the first day of membership"
        "until" "the last day of membership"
    }
    /// `[moves]`.
    MOVES {
        "skip" "a stage that exists for the deal was jumped over"
        "back" "the deal went to an earlier stage without a `reason` in its `history`"
        "reopen" "a won or lost deal became open again without a `reason` in its `history`"
        "start-in" "the stages in which a deal may start"
    }
    /// A declaration in `[fields]`.
    FIELD {
        "type" "text, integer, number, percent, money, date, boolean, email, url, list or record"
        "items" "of a list: the type of its items, or their keys"
        "fields" "of a record: its keys"
        "required" "whether every deal must have it"
        "enum" "the values it may have"
        "min" "the least it may be"
        "max" "the most it may be"
        "pattern" "a regular expression that must match somewhere in it"
        "min-items" "how many items it has at least"
        "max-items" "how many items it has at most"
        "default" "what rules and reports see when it is absent"
    }
    /// `[stage.X]`.
    STAGE {
        "name" "what people call it"
        "goal" "what it is for"
        "probability" "how likely a deal in it is won, as a share of 1"
        "category" "pipeline, best-case, commit, closed or omitted"
        "max-days" "longer in the stage, and the deal is stalled"
        "when" "for deals of which this is not true, the stage does not exist"
        "requires" "the gate: what must be met before a deal may be past it"
    }
    /// What every requirement may have, whatever its kind.
    REQUIREMENT {
        "title" "what it asks, in plain words"
        "help" "what to do about it"
        "url" "a page that says more"
        "when" "asked only of deals for which this is true"
        "level" "error, warning or info; only an error blocks"
        "since" "asked only of deals that first came to the stage on or after this day"
        "at" "`exit`: needed to leave the stage; `entry`: needed to be in it"
        "waivable" "true, false, or the group that may waive it"
    }
    /// `[waivers]`.
    WAIVERS {
        "by" "who may waive: a group, or a list of groups"
        "only" "the requirements that may be waived"
        "max-days" "for how many days at the most"
    }
    /// A group in `by` of `[waivers]`.
    WAIVER {
        "group" "the group"
        "when" "only in deals for which this is true"
    }
    /// `[lost]`.
    LOST {
        "reasons" "the reasons that may be given"
        "requires" "what a lost deal owes"
    }
    /// `[disqualified]`.
    DISQUALIFIED {
        "reasons" "the reasons that may be given"
        "requires" "what a disqualified deal owes"
        "until" "the last stage from which a deal may be disqualified"
    }
}

/// Every key a requirement may have: the common ones, then those of each kind, each once.
#[must_use]
pub fn requirement_keys() -> Vec<Key> {
    let mut keys = REQUIREMENT.to_vec();
    for key in KINDS.iter().flat_map(|kind| kind.keys) {
        if !keys.iter().any(|known| known.name == key.name) {
            keys.push(*key);
        }
    }
    keys
}
