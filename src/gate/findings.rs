//! Turns a judgement into findings about the gates: one a requirement, on the place at fault.

use super::judgement::{Due, Item, Judgement, Moment, NotAsked, RequirementState, StageApplies};
use super::subject::subject;
use super::waiver::WaiverFault;
use super::{ending, facts, people};
use crate::deal::Deal;
use crate::deal::record::Ending;
use crate::deal::writing::provide;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder, Fix, Level, Rewrite};
use crate::requirement::Unmet;
use crate::requirement::expression::{Obstacle, Undecided};
use crate::source::Span;
use crate::workflow::Workflow;

/// Everything that is to be said of a deal that could be read.
pub(crate) fn findings(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    let about = FindingContext { deal, workflow, judgement };
    about.stage(complaints);
    about.names(complaints);
    for item in &judgement.items {
        about.item(item, complaints);
    }
    ending::findings(deal, workflow, judgement, complaints);
    facts::findings(deal, workflow, judgement, moment, complaints);
    people::findings(deal, moment, complaints);
}

struct FindingContext<'a, 'd> {
    deal: &'a Deal<'d>,
    workflow: &'a Workflow,
    judgement: &'a Judgement<'a>,
}

impl FindingContext<'_, '_> {
    /// That the deal's stage exists, in the workflow and for this deal.
    fn stage(&self, complaints: &mut FindingsBuilder) {
        let Some(stage) = self.deal.stage() else { return };
        let known = || self.workflow.stages.iter().map(|stage| stage.id.as_ref());
        let Some(index) = self.judgement.stage else {
            let message =
                format!("the workflow {} has no stage {}", quote(&self.workflow.id), quote(stage.value));
            let ending = Ending::parse(&stage.value.to_lowercase());
            let help = match ending {
                Some(ending) => Some(format!(
                    "leave the deal in its last stage, and write `outcome: {{result: {}, date: …}}`",
                    ending.name()
                )),
                None => suggest(stage.value, known()).sentence(),
            };
            let fix = Fix::of_name(stage.value, known(), Rewrite::Text).filter(|_| ending.is_none());
            complaints.add(stage.span, Finding::new(Code::UnknownStage, message).maybe_help(help).fix(fix));
            return;
        };
        if self.judgement.stages[index] == StageApplies::Missing {
            let when = self.workflow.stages[index].when.as_ref().map_or("", |when| when.text());
            let message = format!(
                "the stage {} does not exist for this deal: {} is false",
                quote(stage.value),
                quote(when)
            );
            let finding = Finding::new(Code::UnknownStage, message)
                .help("move the deal to a stage that exists for it")
                .related(self.workflow.stages[index].place.clone(), "this stage");
            complaints.add(stage.span, finding);
        }
        if self.ended_otherwise() {
            return;
        }
        let stages = self.workflow.stages.iter().zip(&self.judgement.stages).take(index + 1);
        for (number, (stage_of, existence)) in stages.enumerate() {
            if let StageApplies::Undecided(why) = existence {
                let message = format!(
                    "whether the stage {} exists for this deal cannot be told: {why}",
                    quote(&stage_of.id)
                );
                let finding = Finding::new(Code::ConditionUndecided, message)
                    .help(not_asked_until("its requirements are", why, self.deal))
                    .level(undecided_level(why, number < index))
                    .related(stage_of.place.clone(), "this stage");
                complaints.add(stage.span, finding);
            }
        }
    }

    /// That `done`, `waivers` and `history` name what exists.
    fn names(&self, complaints: &mut FindingsBuilder) {
        let done = self.deal.done().map(|entry| ("done", entry));
        let waivers = self.deal.waivers().map(|entry| ("waivers", entry));
        for (key, entry) in done.chain(waivers) {
            if self.workflow.has_requirement(entry.id.value) {
                if key == "done" && self.workflow.is_met_elsewhere(entry.id.value) {
                    complaints.push_with(entry.id.span, || {
                        let message = format!(
                            "`done` names {}, which looks at the deal itself: an entry changes nothing",
                            quote(entry.id.value)
                        );
                        let help = "remove it; `dealgate explain` says when the requirement is met";
                        Finding::new(Code::UnknownRequirement, message).help(help).level(Some(Level::Warning))
                    });
                }
                continue;
            }
            complaints.push_with(entry.id.span, || {
                let message = format!(
                    "`{key}` names {}, and the workflow {} has no such requirement",
                    quote(entry.id.value),
                    quote(&self.workflow.id)
                );
                let known = self.workflow.requirements().map(|known| known.id.as_ref());
                let help = crate::finding::wording::nearest(entry.id.value, known)
                    .map(|near| format!("did you mean `{near}`?"));
                let help =
                    help.unwrap_or_else(|| "remove the entry, or use the id of a requirement".to_owned());
                Finding::new(Code::UnknownRequirement, message).help(help)
            });
        }
        for stage in self.deal.history().filter_map(|entry| entry.value.text("stage")) {
            if self.workflow.stage_index(stage.value).is_none() {
                let known = self.workflow.stages.iter().map(|stage| stage.id.as_ref());
                complaints.push_with(stage.span, || {
                    let message = format!(
                        "the workflow {} has no stage {}",
                        quote(&self.workflow.id),
                        quote(stage.value)
                    );
                    let fix = Fix::of_name(stage.value, known.clone(), Rewrite::Text);
                    Finding::new(Code::UnknownStage, message).maybe_help(suggest(stage.value, known)).fix(fix)
                });
            }
        }
    }

    fn item(&self, item: &Item<'_>, complaints: &mut FindingsBuilder) {
        let waiver = || self.deal.waivers().find(|entry| entry.id.value == item.requirement.id.as_ref());
        match &item.state {
            RequirementState::Unmet(unmet, waiver_fault) => {
                self.unmet(item, unmet, waiver_fault.as_ref(), complaints);
            }
            RequirementState::Met(_) | RequirementState::NotAsked(_) => {
                // Where nobody can tell whether it is asked, nobody can tell that its waiver is not needed.
                let known = item.due != Due::Never && !self.is_undecided(item);
                if let Some(entry) = waiver().filter(|_| known) {
                    let why = match item.state {
                        RequirementState::Met(_) => "the requirement is met",
                        _ => "the requirement is not asked of this deal",
                    };
                    let message =
                        format!("the waiver for {} is not needed: {why}", quote(&item.requirement.id));
                    let finding = Finding::new(Code::WaiverUnused, message)
                        .help("remove it")
                        .fix(Some(Fix::of_removal()));
                    complaints.add(entry.id.span, self.of(item, finding));
                }
            }
            RequirementState::Waived(_) => {}
        }
        if let (RequirementState::NotAsked(NotAsked::Undecided(why)), Due::Now) = (&item.state, item.due) {
            let message = format!(
                "whether {} is asked of this deal cannot be told: {why}",
                quote(&item.requirement.id)
            );
            let finding = Finding::new(Code::ConditionUndecided, message)
                .help(not_asked_until("it is", why, self.deal))
                .level(undecided_level(why, true).min(item.requirement.level.or(Some(Level::Error))))
                .related(item.requirement.place.clone(), "this requirement");
            complaints.add(self.where_it_stands(), self.of(item, finding));
        }
    }

    fn unmet(
        &self,
        item: &Item<'_>,
        unmet: &Unmet,
        waiver_fault: Option<&WaiverFault>,
        complaints: &mut FindingsBuilder,
    ) {
        let requirement = item.requirement;
        let asked = item.due == Due::Now;
        let standing = asked || matches!(item.due, Due::Next | Due::Later);
        let mut told = false;
        if let Some(fault) = unmet.fault.filter(|fault| standing || fault.code == Code::DateInFuture) {
            let help = unmet.help.clone();
            let is_done_anew = matches!(fault.code, Code::ApprovalVoid | Code::EvidenceMissing);
            let help = if is_done_anew { requirement.way_out(help, &self.deal.id, None) } else { help };
            let finding =
                Finding::new(fault.code, format!("{}: {}", requirement.title, unmet.reason)).maybe_help(help);
            complaints.add(fault.span, stands_for_unmet(asked, self.asked_for(item, finding)));
            told = true;
        }
        let waiver_counts = |fault: &&WaiverFault| asked || (standing && fault.code != Code::WaiverExpired);
        if let Some(fault) = waiver_fault.filter(waiver_counts) {
            let message =
                format!("the waiver for {} does not count: {}", quote(&requirement.id), fault.reason);
            let finding = Finding::new(fault.code, message).help(fault.help.clone());
            let finding = self.asked_for(item, finding);
            complaints.add(fault.span, stands_for_unmet(asked && !told, finding));
            told = true;
        }
        if asked && !told {
            let (own, found) = (requirement.help.clone(), unmet.help.clone());
            // Something is there and fails: what to do about that says more than what to do in general.
            let words = if unmet.span.is_some() && !unmet.general { found.or(own) } else { own.or(found) };
            let assignment = unmet.is_assignable.then(|| requirement.demand.assignment()).flatten();
            let help = match unmet.span {
                Some(_) if assignment.is_none() => words,
                _ => requirement.way_out(words, &self.deal.id, assignment.as_deref()),
            };
            let finding =
                Finding::new(Code::RequirementUnmet, format!("{}: {}", requirement.title, unmet.reason))
                    .maybe_help(help);
            let span = unmet.span.unwrap_or_else(|| self.where_it_stands());
            let finding = Finding { follows: unmet.unreadable, ..self.asked_for(item, finding) };
            complaints.add(span, finding);
        }
    }

    /// Adds what the finding is about, its level and the line of the workflow that asks for it.
    fn asked_for(&self, item: &Item<'_>, finding: Finding) -> Finding {
        let requirement = item.requirement;
        let url = requirement.url.clone();
        let finding = self
            .of(item, finding)
            .level(requirement.level)
            .related(requirement.place.clone(), self.purpose(item));
        Finding { url, ..finding }
    }

    fn is_undecided(&self, item: &Item<'_>) -> bool {
        let stage = item.stage.map(|stage| &self.judgement.stages[stage]);
        matches!(item.state, RequirementState::NotAsked(NotAsked::Undecided(_)))
            || matches!(stage, Some(StageApplies::Undecided(_)))
    }

    /// Whether the deal is lost or disqualified.
    fn ended_otherwise(&self) -> bool {
        self.judgement.ending.is_some_and(|ending| ending != Ending::Won)
    }

    fn of(&self, item: &Item<'_>, finding: Finding) -> Finding {
        finding.about(subject(self.deal, self.workflow, item.stage, item.requirement))
    }

    fn purpose(&self, item: &Item<'_>) -> String {
        match (item.stage, self.judgement.ending) {
            (None, Some(ending)) => format!("asked for here, of a deal that is {}", ending.name()),
            (None, None) => "asked for here".to_owned(),
            (Some(stage), _) => {
                let id = &self.workflow.stages[stage].id;
                let verb = if item.requirement.at_entry { "be in" } else { "leave" };
                format!("asked for here, to {verb} `{id}`")
            }
        }
    }

    /// The value that says where the deal is: its outcome when that is what asks, else its stage.
    fn where_it_stands(&self) -> Span {
        let stage = self.deal.stage().map(|stage| stage.span);
        let outcome = self.deal.outcome().map(|outcome| outcome.span);
        let first = if self.ended_otherwise() { outcome } else { stage };
        first.or(stage).unwrap_or_else(|| self.deal.span.at_start())
    }
}

/// How grave it is that nobody can tell whether something is asked, where it may be owed already; `None`: as ever.
fn undecided_level(why: &Undecided, is_behind: bool) -> Option<Level> {
    match (why.is_failure(), is_behind) {
        (true, _) => Some(Level::Error),
        (false, true) => Some(Level::Warning),
        (false, false) => None,
    }
}

/// Until when something is not asked, and what to do about it.
fn not_asked_until(what: &str, why: &Undecided, deal: &Deal<'_>) -> String {
    let says_so = || {
        let of_deal = |path: &&str| !matches!(*path, "days_in_stage" | "age");
        let paths: Vec<&str> = why.absent.iter().map(String::as_str).filter(of_deal).collect();
        match paths.as_slice() {
            [] => "the deal says so".to_owned(),
            paths => format!("the deal says so: {}", provide(deal, paths)),
        }
    };
    let until = match why.obstacle {
        Some(Obstacle::NoRate) => "there is a rate in dealgate.toml, under `[rates]`".to_owned(),
        Some(Obstacle::Unreadable) => "that can be read".to_owned(),
        Some(Obstacle::TooLarge) => "there is less to go through".to_owned(),
        None => says_so(),
    };
    format!("{what} not asked until {until}")
}

/// A telling code that the workspace turns off must not open the gate.
fn stands_for_unmet(asked: bool, finding: Finding) -> Finding {
    if asked { finding.in_place_of(Code::RequirementUnmet) } else { finding }
}
