//! Checks an outcome: what it must say, and whether the deal may have it.

use super::judgement::Judgement;
use crate::deal::Deal;
use crate::deal::record::{Ending, Outcome};
use crate::deal::writing::provide;
use crate::finding::wording::{WordList, quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder};
use crate::workflow::Workflow;

pub(super) fn findings(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    complaints: &mut FindingsBuilder,
) {
    let Some(outcome) = deal.outcome() else { return };
    match outcome.ending {
        Ending::Won => won(&outcome, workflow, judgement, complaints),
        Ending::Lost | Ending::Disqualified => ended(deal, &outcome, workflow, complaints),
    }
    if outcome.ending == Ending::Disqualified {
        disqualified(&outcome, workflow, judgement, complaints);
    }
}

fn won(
    outcome: &Outcome<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    complaints: &mut FindingsBuilder,
) {
    let Some(stage) = judgement.stage.filter(|_| judgement.won_too_early) else { return };
    let from = &workflow.stages[judgement.won_from];
    let message = format!(
        "the deal is won in stage {}, and can be won from {} on",
        quote(&workflow.stages[stage].id),
        quote(&from.id)
    );
    let finding = Finding::new(Code::WonTooEarly, message)
        .help(format!(
            "move the deal to `{}` once the gates up to it are met, or take `outcome` away",
            from.id
        ))
        .related(workflow.won_from_place.clone(), "the first stage in which a deal can be won");
    complaints.add(outcome.span, finding);
}

fn ended(deal: &Deal<'_>, outcome: &Outcome<'_>, workflow: &Workflow, complaints: &mut FindingsBuilder) {
    let ending = outcome.ending.name();
    let given = outcome.reason.filter(|reason| !reason.value.trim().is_empty());
    let missing: Vec<_> = [("date", outcome.date.is_none()), ("reason", given.is_none())]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(key, _)| key)
        .collect();
    let reasons = workflow.ending_rules(outcome.ending).and_then(|rules| rules.reasons.as_ref());
    if !missing.is_empty() {
        let quoted: Vec<_> = missing.iter().map(|key| format!("`{key}`")).collect();
        let message = format!("the outcome of a deal that is {ending} needs {}", WordList(&quoted, "and"));
        let help = if let Some(reasons) = reasons.filter(|_| given.is_none()) {
            format!("reasons are {}", WordList(reasons, "or"))
        } else {
            let paths: Vec<_> = missing.iter().map(|key| format!("outcome.{key}")).collect();
            provide(deal, &paths.iter().map(String::as_str).collect::<Vec<_>>())
        };
        complaints.push(Code::OutcomeIncomplete, outcome.span, message, Some(help));
    }
    if let (Some(reason), Some(reasons)) = (given, reasons)
        && !reasons.iter().any(|known| known == reason.value)
    {
        let message = format!("{} is not a reason for which a deal is {ending}", quote(reason.value));
        let help = suggest(reason.value, reasons.iter().map(String::as_str));
        complaints.push(Code::NotAllowed, reason.span, message, help);
    }
}

fn disqualified(
    outcome: &Outcome<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    complaints: &mut FindingsBuilder,
) {
    let (Some(stage), Some(until)) = (judgement.stage, workflow.disqualified.until.as_ref()) else { return };
    if stage <= until.stage {
        return;
    }
    let message = format!(
        "the deal is disqualified in stage {}, and can be until {}",
        quote(&workflow.stages[stage].id),
        quote(&workflow.stages[until.stage].id)
    );
    let finding = Finding::new(Code::DisqualifiedTooLate, message)
        .help("say that it is `lost`, and why")
        .related(until.place.clone(), "the last stage in which a deal can be disqualified");
    complaints.add(outcome.span, finding);
}
