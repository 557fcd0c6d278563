//! The list of codes: names, levels and what `explain` says of each.

use crate::finding::level::Level;

codes! {
    YamlSyntax "yaml-syntax" Error
        means "The deal is not valid YAML, so nothing in it could be read. Often an indent, a colon or a \
            quotation mark is out of place."
        example
            "name: Rollout of line 4"
            "  stage: discovery      # indented, though it belongs beside `name`"
        remedy "Mend the place that the finding points at: keys of one level start in the same column, \
            indents are spaces, and a text that holds `: ` or ` #` stands in quotation marks."
    NotUtf8 "not-utf8" Error
        means "The file is not text in UTF-8. It was probably saved by an older editor or exported from a \
            spreadsheet."
        example
            "customer: M\\xFCller GmbH     # one byte where UTF-8 needs two for `ü`"
        remedy "Save the file again as UTF-8; a byte order mark at its start does no harm."
    Unreadable "unreadable" Error
        means "The file or folder is there by name but could not be read: a link leads nowhere or out of the \
            workspace, access is denied, something else stands where a folder should, or it went away while it \
            was being read. Or dealgate.toml names a folder that is not there."
        example
            "# deals/acme/rollout.yaml -> ../archive/rollout.yaml, which is not there"
        remedy "Mend or delete the link, give yourself the right to read the file, correct the name of the \
            folder, or run the check again. Files outside the workspace have to be copied into it."
    TooLarge "too-large" Error
        means "A file, a value or a list is larger than dealgate takes in: expressions loop over at most \
            1,000 items, and aliases may not unfold without bound."
        example
            "contacts:"
            "  - {name: Ada Palmer, role: buyer}"
            "  # … and 1,000 more, while a rule says contacts.exists(c, c.role == 'cfo')"
        remedy "Keep in the deal what the deal is about; put bulk data into a file of its own and link to \
            it."
    TooDeep "too-deep" Error
        means "Lists and records are nested deeper than any deal needs, so the file was not read further."
        example
            "notes: [[[[[[[[[[[[[[[[[[[[[[[[ … ]]]]]]]]]]]]]]]]]]]]]]]]"
        remedy "Flatten the value. If the brackets came from a program, that program is at fault."
    DuplicateKey "duplicate-key" Error
        means "The same key stands twice in one table, so it is not clear which value counts. The finding is \
            on the second."
        example
            "amount: 120000 EUR"
            "close_date: 2026-12-15"
            "amount: 135000 EUR      # the second `amount`"
        remedy "Delete the line that no longer holds. Earlier values go into `history`."
    DuplicateDeal "duplicate-deal" Error
        means "Two files stand for one deal: they differ only in `.yaml` and `.yml`, in letter case, or in how Unicode \
            writes a character, and some systems cannot tell them apart."
        example
            "# deals/acme/rollout.yaml"
            "# deals/acme/rollout.yml     # both are the deal acme/rollout"
        remedy "Keep one of the two files, or rename one if they are different deals."
    ManyDocuments "many-documents" Error
        means "The file holds more than one YAML document. A file is one deal."
        example
            "name: Rollout of line 4"
            "stage: discovery"
            "---                     # a second document starts here"
            "name: Rollout of line 5"
        remedy "Put each deal into a file of its own, or delete the `---` if it is all one deal."
    UnknownKey "unknown-key" Error
        means "A key is not one that may stand here: it is neither a core key nor declared under `[fields]` \
            of the workflow. It is most often a misspelling, and its value would count for nothing."
        example
            "amuont: 120000 EUR      # meant: amount"
        remedy "Correct the spelling as the finding suggests. If the key is wanted, declare it under \
            `[fields]` of the workflow."
    MissingKey "missing-key" Error
        means "A key that has to be there is missing or empty: `name` or `stage`, or a field that the \
            workflow declares as `required`."
        example
            "name: Rollout of line 4"
            "customer: Initech GmbH  # no `stage`"
        remedy "Add the key with its value."
    WrongType "wrong-type" Error
        means "A value cannot be read as what its key stands for: a date that is not in the calendar, `yes` \
            where `true` or `false` is expected, an amount with thousands separators, more decimals than the \
            currency has."
        example
            "amount: 1.200,50 EUR    # write 1200.50 EUR"
            "close_date: 2026-02-30  # not a day"
            "discount: 25            # write 25% or 0.25"
        remedy "Write the value in its plain form: dates as 2026-11-23, numbers as 1200.50 with an optional \
            currency, shares as 25% or 0.25, booleans as `true` or `false`."
    OutOfRange "out-of-range" Error
        means "A value is below its smallest or above its greatest: a negative amount, a share above 100%, a \
            list with too few or too many items."
        example
            "amount: -5000 EUR       # an amount is never negative"
        remedy "Correct the value. If it is right, the limits `min`, `max`, `min-items` or `max-items` in \
            the workflow are not."
    NotAllowed "not-allowed" Error
        means "A value is not one of the choices that its key has: an `enum` of the workflow, one of the \
            `reasons` for losing a deal, or a `pattern` that a text must fit."
        example
            "segment: medium         # the workflow knows smb, mid-market, enterprise"
        remedy "Use one of the choices that the finding lists, or add yours to the workflow."
    MissingCurrency "missing-currency" Error
        means "An amount is a bare number, and neither the workflow nor the workspace says which currency \
            that means."
        example
            "amount: 120000          # euros? dollars?"
        remedy "Write the currency behind the number, as in `120000 EUR`, or set `currency` in the workflow \
            or in dealgate.toml."
    UnknownStage "unknown-stage" Error
        means "A stage is named that the workflow does not have for this deal, so the deal cannot be held \
            against its gates; or a workflow speaks of a stage that is not in its `stages`."
        example
            "stage: qualifed         # meant: qualified"
        remedy "Use one of the stages that the finding lists. If the stage was renamed in the workflow, \
            rename it in the deal too."
    UnknownWorkflow "unknown-workflow" Error
        means "A workflow is named that does not exist: there is no file of that name in the workflows \
            folder, and no built-in is called so."
        example
            "workflow: enterprize    # meant: enterprise"
        remedy "Correct the name, or write the workflow as workflows/NAME.toml."
    UnknownRequirement "unknown-requirement" Error
        means "`done` or `waivers` has an entry for a requirement that the workflow does not have, so the \
            entry counts for nothing; or a workflow takes away, or lists in `only`, one that is not there."
        example
            "done:"
            "  opportunity-reel: 2026-05-20   # meant: opportunity-real"
        remedy "Correct the id as the finding suggests, or delete the entry if the workflow no longer has \
            the requirement."
    RequirementUnmet "requirement-unmet" Error
        means "The deal is past a stage whose gate is not met: something that has to be done, approved, \
            filled in or true before it may stand where it stands is not."
        example
            "stage: discovery        # past `qualified`, which asks for opportunity-real"
            "done:"
            "  agendas-drawn-up: 2026-05-22"
        remedy "Do what the requirement asks and write it down, as in `done: {opportunity-real: \
            2026-05-20}`; or move the deal back to the stage in which it really is. Where the workflow \
            allows it, somebody may waive it under `waivers`."
    WonTooEarly "won-too-early" Error
        means "The deal is marked as won, but it still stands before the stage from which a deal may be won \
            (`won-from` of the workflow)."
        example
            "stage: discovery"
            "outcome: {result: won, date: 2026-11-20}   # the workflow says won-from = \"proposed\""
        remedy "Move the deal on to that stage, whose gates are then asked, or take `outcome` away until the \
            deal is really won."
    OutcomeIncomplete "outcome-incomplete" Error
        means "The deal is closed, but its `outcome` lacks what a closed deal owes: `date`, and for a lost \
            or disqualified deal `reason`."
        example
            "outcome: {result: lost, date: 2026-11-20}  # no `reason`"
        remedy "Add what is missing, as in `outcome: {result: lost, date: 2026-11-20, reason: price}`."
    DisqualifiedTooLate "disqualified-too-late" Error
        means "The deal is marked as disqualified, but it is past the last stage in which that is possible \
            (`until` in `[disqualified]` of the workflow). From there on a deal is won or lost."
        example
            "stage: proposed"
            "outcome: {result: disqualified, date: 2026-11-20, reason: no fit}   # until = \"discovery\""
        remedy "Mark the deal as `lost` with its reason."
    DateInFuture "date-in-future" Error
        means "Something is said to have happened on a day that has not come yet. Only what is done counts \
            as done."
        example
            "done:"
            "  opportunity-real: 2027-05-20   # next year"
        remedy "Write the day on which it happened. What is only planned goes into `next_step`."
    DatesOutOfOrder "dates-out-of-order" Error
        means "Dates contradict each other: entries of `history` that are not in order, something done \
            before the deal was `opened`, or a deal that was `completed` before its outcome."
        example
            "opened: 2026-05-01"
            "done: {opportunity-real: 2026-04-20}   # before the deal was opened"
        remedy "Correct the date that is wrong; sort the entries of `history` with the oldest first."
    ApprovalByOwner "approval-by-owner" Error
        means "The owner of the deal has approved it. An approval has to come from somebody else."
        example
            "owner: jane@acme.example"
            "done:"
            "  price-approved: {date: 2026-09-01, by: jane@acme.example}"
        remedy "Have somebody else approve, and put that person's address into `by`."
    ApprovalOutsideGroup "approval-outside-group" Error
        means "The person who approved is not a member of the group that has to, or was not on that day."
        example
            "done:"
            "  discount-ok: {date: 2026-09-01, by: tom@acme.example}   # not in the group deal-desk"
        remedy "Have a member of the group approve, and name that person in `by`. If the person should be a \
            member, add the address under `[groups]` of the workflow."
    ApprovalVoid "approval-void" Error
        means "What was approved has changed since: a value that the approval covers is no longer the one \
            that was approved."
        example
            "amount: 150000 EUR"
            "done:"
            "  price-approved:"
            "    {date: 2026-09-01, by: dana@acme.example, of: {amount: 120000 EUR}}"
        remedy "Have the new value approved: write the new `date`, and under `of` the value that was \
            approved. Or put back the value that was."
    ApprovalUnproven "approval-unproven" Error
        means "The approval or waiver names somebody who did not write it: git says that its lines were \
            committed by another person, or without the signature that `[provenance]` asks for."
        example
            "done:"
            "  price-approved: {date: 2026-09-01, by: dana@acme.example}   # committed by jane@acme.example"
        remedy "Have the person named in `by` commit these lines, signed where that is asked for."
    EvidenceMissing "evidence-missing" Error
        means "The requirement asks for evidence, and its entry in `done` has none, or names a file that is \
            not in the workspace."
        example
            "done:"
            "  final-proposal: 2026-10-02     # where is the proposal?"
        remedy "Add a link, or the path of a file in the workspace: `final-proposal: {date: 2026-10-02, \
            evidence: files/proposal.pdf}`."
    WaiverIncomplete "waiver-incomplete" Error
        means "A waiver lacks one of the four things that it must say: `reason`, `by`, `date` and `until`. \
            It lifts nothing before."
        example
            "waivers:"
            "  # no `until`"
            "  resources-evaluated: {reason: Same plant, by: dana@acme.example,"
            "    date: 2026-10-01}"
        remedy "Add what is missing."
    WaiverExpired "waiver-expired" Error
        means "A waiver has run out, and the requirement that it lifted is still not met."
        example
            "waivers:"
            "  resources-evaluated:"
            "    {reason: Same plant, by: dana@acme.example,"
            "    date: 2026-06-01, until: 2026-08-31}"
        remedy "Meet the requirement, or have the waiver renewed with a new `date` and `until`."
    WaiverNotAllowed "waiver-not-allowed" Error
        means "A waiver may not be given like this: by the owner of the deal, by somebody whom the workflow \
            does not name for it, for a requirement that may not be waived, or for longer than `max-days`."
        example
            "owner: jane@acme.example"
            "waivers:"
            "  resources-evaluated:"
            "    {reason: Known, by: jane@acme.example,"
            "    date: 2026-11-01, until: 2026-12-01}"
        remedy "Have somebody give it who may, for a time that is allowed; otherwise meet the requirement. \
            What is allowed stands under `[waivers]` of the workflow, or in `waivable` of the requirement."
    WaiverUnused "waiver-unused" Warning
        means "A waiver lifts nothing: its requirement is met, or is no longer asked of this deal."
        example
            "done: {resources-evaluated: 2026-10-20}"
            "waivers:"
            "  resources-evaluated:"
            "    {reason: Same plant, by: dana@acme.example,"
            "    date: 2026-10-01, until: 2026-12-30}"
        remedy "Delete the waiver."
    Stalled "stalled" Warning
        means "The deal has stood in its stage for longer than the stage's `max-days`."
        example
            "stage: qualified        # max-days = 30"
            "history:"
            "  - {date: 2026-05-20, stage: qualified}"
        remedy "Move the deal on or close it. If it rests for a reason, say so: `on_hold: {from: 2026-11-01, \
            until: 2027-01-15, reason: budget freeze}`."
    CloseDatePassed "close-date-passed" Warning
        means "The deal is open, but the day on which it was expected to close has gone by."
        example
            "close_date: 2026-09-30  # in the past, and there is no `outcome`"
        remedy "Set `close_date` to the day that is now expected, or write the `outcome`."
    UnknownPerson "unknown-person" Error
        means "An address is nobody's: dealgate.toml lists the people there are under `[people]`, and the owner, \
            whoever approves, waives or has the next step, or a member of a group is not among them, or was not \
            there any more on that day."
        example
            "owner: dana@acme.exmaple      # [people] has dana@acme.example"
        remedy "Correct the address as the finding suggests, or add the person under `[people]` in \
            dealgate.toml; another address of somebody goes into their `also`. Where somebody has left, name \
            whoever took over."
    SimilarPerson "similar-person" Warning
        means "An approval or waiver is by an address that differs from the owner's by one letter, or by two \
            that are swapped: if both are one person, the deal is approved by its owner."
        example
            "owner: dana@acme.exmaple      # meant: dana@acme.example"
            "done:"
            "  price-approved: {date: 2026-09-01, by: dana@acme.example}"
        remedy "Correct the address that is wrong. Where they are two people, list both under `[people]` in \
            dealgate.toml, which tells them apart, and every slip with them."
    MergeConflict "merge-conflict" Error
        means "The file still holds both sides of a merge that git could not finish, so nobody can tell what it \
            says. It is told once a file, at the first of git's markers."
        example
            "<<<<<<< HEAD"
            "stage: discovery"
            "======="
            "stage: developed"
            ">>>>>>> jane/rollout"
        remedy "Keep the lines that hold, delete the lines with the markers, and tell git with `git add`."
    CommentInText "comment-in-text" Warning
        means "A text ends where a space and a `#` start a comment, and what follows looks like more of the text: no \
            space stands behind the `#`."
        example
            "name: Deal #4            # the name is `Deal`"
        remedy "Put the whole text in quotation marks: `name: \"Deal #4\"`. If it is a comment, put a space behind \
            the `#`."
    NoRate "no-rate" Warning
        means "An amount is in a currency for which dealgate.toml has no rate on that day, so it cannot be \
            converted. It is left out of rules and sums, not taken as zero."
        example
            "amount: 90000 CHF       # [rates] has no CHF"
        remedy "Add the rate under `[rates]` in dealgate.toml, as in `CHF = { 2026-01-01 = 1.07 }`."
    ConditionUndecided "condition-undecided" Info
        means "The condition (`when`) of a requirement or stage could not be decided for this deal, because \
            a value that it looks at is absent, too large or without a rate. What stands under the condition is not \
            asked: an error where the value is there, a warning where the gate is behind the deal."
        example
            "[stage.qualified.requires]"
            "sponsor = { field = \"contacts\", when = \"amount > 100000\" }"
            "# and the deal has no `amount`"
        remedy "Fill in the value in the deal. Or have the workflow say what holds without it: \
            `when-undecided = \"ask\"` asks it, a field may have a `default`, and a condition may be \
            `has(deal.amount) && amount > 100000`."
    WorkflowAssumed "workflow-assumed" Info
        means "The workspace has workflows of its own, but nothing says which of them this deal follows, so \
            it was held against the built-in `standard`."
        example
            "# deals/rollout.yaml, beside workflows/acme.toml, without a `workflow` key"
            "name: Rollout of line 4"
            "stage: discovery"
        remedy "Move the deal into the folder of its company (deals/acme/ follows workflows/acme.toml), \
            write `workflow: acme` into it, or set `default-workflow` in dealgate.toml."
    HistoryMissing "history-missing" Warning
        means "When deals entered their stages could not be told: there is no git repository, or only its \
            latest commits are here. Requirements and limits that need those dates were judged without them."
        example
            "[stage.qualified]"
            "max-days = 30           # since when is the deal in the stage?"
        remedy "Fetch the whole history (in CI: `fetch-depth: 0`), write `history` entries into the deals, \
            or run with `--no-history` to leave git out."
    Backdated "backdated" Warning
        means "An entry of `history` was added after the deal's file had been committed, and claims a day \
            before that first commit; with `[provenance]` also one that claims a day before it was committed \
            itself. With `[provenance]` such an entry does not count for gates."
        example
            "history:                # the file was first committed on 2026-05-01"
            "  - {date: 2026-03-02, stage: prospect}   # and this line on 2026-09-14"
        remedy "Write things down when they happen. What was before the first commit belongs into that \
            commit; if the day is right, set the level of `backdated` to `info` for the import."
    WorkflowChanged "workflow-changed" Error
        means "The deal follows another workflow than before the change: by its own `workflow:`, by the folder it \
            is in, or by a workflow that was added. A deal must not pick the gates it is held against."
        example
            "workflow: lax           # it followed `acme` before"
        remedy "Take the change back. If the deal does belong there, say so where the rules are kept: in `[[assign]]` \
            of dealgate.toml."
    MovedBack "moved-back" Warning
        means "The deal went back to an earlier stage, and no entry of `history` gives a reason."
        example
            "stage: qualified        # it stood in `discovery` before"
        remedy "Say why: `history: [{date: 2026-11-20, stage: qualified, reason: the sponsor left}]`."
    SkippedStage "skipped-stage" Error
        means "The deal jumped over a stage that exists for it."
        example
            "stage: developed        # it stood in `qualified` before, so `discovery` was skipped"
        remedy "Move the deal one stage at a time, as the work is done. A stage that does not apply to some \
            deals gets a `when` in the workflow."
    Reopened "reopened" Error
        means "A deal that was closed is open again, and no entry of `history` gives a reason."
        example
            "stage: discovery        # `outcome: {result: lost, …}` was taken out"
        remedy "Say why: `history: [{date: 2026-11-20, outcome: open, reason: the competitor withdrew}]`. Or \
            put the outcome back and start a new deal."
    StartedLate "started-late" Error
        means "The deal was first seen in a stage in which deals may not start (`start-in` in `[moves]` of \
            the workflow)."
        example
            "history:"
            "  - {date: 2026-09-01, stage: developed}   # start-in = [\"prospect\", \"qualified\"]"
        remedy "Write the earlier stages into `history` if the deal went through them; otherwise start it in \
            one of the stages that the finding lists."
    DealRemoved "deal-removed" Warning
        means "The file of a deal was deleted, and with it what the pipeline knew of the deal."
        example
            "# deals/acme/rollout.yaml was there at the start of it and is gone"
        remedy "Keep the file and close the deal with an `outcome`. Delete only what was never a deal."
    WorkspaceMoved "workspace-moved" Error
        means "The revision that deals are judged by, or against, has its workspace or its dealgate.toml in \
            another place than these files. What is judged is the workspace of that revision."
        example
            "# main has crm/dealgate.toml; the branch deletes it, or adds crm/deals/dealgate.toml"
        remedy "Put the settings and the folder of the deals back where they were. If the workspace is to \
            move, have that merged first, by itself, by somebody who may change the rules."
    TomlSyntax "toml-syntax" Error
        means "A workflow or dealgate.toml is not valid TOML. Deals that depend on it were not judged."
        example
            "[stage.qualified"
            "max-days = 30           # the bracket above is not closed"
        remedy "Mend the place that the finding points at: texts stand in quotation marks, lists in `[…]`, \
            and every bracket that is opened is closed."
    UnknownGroup "unknown-group" Error
        means "An approval or waiver rule names a group that the workflow does not have under `[groups]`."
        example
            "[groups]"
            "management = [\"dana@acme.example\"]"
            ""
            "[stage.developed.requires]"
            "price-approved = { approval = \"managment\" }   # meant: management"
        remedy "Correct the name, or add the group under `[groups]`. `\"anyone\"` stands for everybody but \
            the owner."
    UnknownField "unknown-field" Error
        means "A requirement points at a field, or at a key inside one, that is neither a core key nor \
            declared under `[fields]`. No deal could ever meet it."
        example
            "[stage.qualified.requires]"
            "segment-set = { field = \"segmnt\" }   # meant: segment"
        remedy "Correct the name as the finding suggests, or declare the field under `[fields]`."
    UnknownName "unknown-name" Error
        means "An expression uses a name that cannot exist: it is no core key, no field, nothing under \
            `[derived]`, and no function."
        example
            "[derived]"
            "big = \"amuont >= 250000\"   # meant: amount"
        remedy "Correct the name as the finding suggests, or declare it under `[fields]` or `[derived]`."
    ReservedName "reserved-name" Error
        means "A field or derived value has a name that is taken (a core key, a name of the expressions, a \
            word of their language) or that holds something other than letters, digits and `_`."
        example
            "[fields]"
            "today = \"date\"          # expressions know `today` already"
            "deal-size = \"money\"     # would read as `deal` minus `size`"
        remedy "Choose another name, as in `decision_day` or `deal_size`."
    BadExpression "bad-expression" Error
        means "An expression cannot be used: it is not valid CEL, it compares things that do not compare, it \
            gives something other than what is asked for, or it loops too deep."
        example
            "[stage.qualified.requires]"
            "in-time = { rule = \"close_date > '2026-12-31'\" }   # a date against a text"
        remedy "Mend the expression at the place that the finding points at. Dates are written as \
            `date('2026-12-31')`, texts in single quotation marks."
    BadExtends "bad-extends" Error
        means "`extends` leads nowhere: the workflow that it names does not exist or cannot be used, or the \
            workflows extend each other in a circle."
        example
            "# workflows/acme.toml"
            "extends = \"globex\"      # and workflows/globex.toml extends \"acme\""
        remedy "Name a built-in or another workflow of the workspace, and break the circle. A workflow that \
            is called like a built-in extends it as `builtin/NAME`."
    ConflictingKeys "conflicting-keys" Error
        means "Keys stand together that exclude each other, so it is not clear what is asked: a requirement \
            is an approval, a field or a rule, never two of them."
        example
            "[stage.developed.requires]"
            "price-approved = { approval = \"anyone\", field = \"amount\" }"
        remedy "Keep the key that says what is meant. If both are, write two requirements."
    DuplicateRequirement "duplicate-requirement" Error
        means "Two requirements of the workflow have the same id, so an entry in `done` would not say which \
            of them is meant."
        example
            "[stage.qualified.requires]"
            "budget-known = \"The customer has named a budget\""
            ""
            "[stage.discovery.requires]"
            "budget-known = \"The budget is confirmed\""
        remedy "Give one of the two another id, as in `budget-confirmed`."
    StageWithoutRequirements "stage-without-requirements" Warning
        means "A stage asks for nothing, so any deal may pass it."
        example
            "stages = [\"prospect\", \"qualified\"]"
            ""
            "[stage.qualified]"
            "probability = 0.25      # and no [stage.qualified.requires]"
        remedy "Add what must be true before a deal leaves the stage under `[stage.NAME.requires]`, or take \
            the stage out of `stages`."
    RequirementNeverAsked "requirement-never-asked" Info
        means "No deal of the workspace is asked for this requirement: its condition (`when`, or `since`) is \
            true for none of them."
        example
            "[stage.qualified.requires]"
            "sponsor = { field = \"contacts\", when = \"amount > 900000000\" }"
        remedy "Look whether the condition says what is meant. If it does, there is nothing to do."
    StaleSchema "stale-schema" Warning
        means "A JSON Schema in the workspace is no longer what the workflow says, so editors complete and \
            complain by old rules."
        example
            "# schemas/deals/acme.json is older than `segment` in workflows/acme.toml"
        remedy "Write it again with `dealgate schema --write`."
    TemplateSyntax "template-syntax" Error
        means "A report template is not valid Jinja, so the report cannot be written."
        example
            "{% for deal in deals %}"
            "{{ deal.name }}         {# the loop is not closed #}"
        remedy "Mend the place that the finding points at; every `{% for %}`, `{% if %}` and `{% block %}` \
            has its end."
    TemplateUndefined "template-undefined" Error
        means "A report template uses a name, filter or function that reports do not have."
        example
            "{{ deal.amuont }}       {# meant: deal.amount #}"
        remedy "Correct the name as the finding suggests."
    StaleTemplate "stale-template" Warning
        means "A template of the workspace overrides a built-in one that has changed since it was copied, so \
            the report may lack what the new one shows."
        example
            "{# templates/pipeline.html, copied from an earlier version of dealgate #}"
        remedy "Compare it with the built-in template and take over what you need."
}

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// Its stable name.
    pub name: &'static str,
    /// Its level where neither a requirement nor `[levels]` says otherwise.
    pub level: Level,
    /// What it means, in plain words.
    pub means: &'static str,
    /// A few lines of a file that have the fault; each ends with a line feed.
    pub example: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}
