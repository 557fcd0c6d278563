//! Lines that an editor shows above others: how a deal stands, and what a requirement costs.

use lsp_types::{CodeLens, Command, Range};

use super::costs::CostSheet;
use super::position::LineIndex;
use crate::assess::{JudgedDeal, Workspace};
use crate::checklist::{Progress, ProgressState};
use crate::source::{Span, escape};
use crate::standing::StandingState;
use crate::syntax::Node;

/// The lens of a deal: above its stage.
pub(super) fn of_deal(workspace: &Workspace<'_>, judged: &JudgedDeal<'_>) -> (Span, String) {
    let progress = Progress::of(judged, &workspace.config.levels, workspace.today);
    let at =
        judged.deal.values.slot("stage").map_or_else(|| judged.deal.span.at_start(), |slot| slot.key.span);
    (at, standing(&progress))
}

/// `qualified · 3 of 5 met · 2 left`.
fn standing(progress: &Progress) -> String {
    let stage = progress.stage.as_deref().unwrap_or("in no stage");
    let asked: Vec<_> =
        progress.at_hand().filter(|step| step.may_block() && step.state != StandingState::NotAsked).collect();
    let left = asked.iter().filter(|step| step.state == StandingState::Unmet).count();
    let day = progress.outcome.as_ref().and_then(|outcome| outcome.date.as_deref());
    let day = day.map_or(String::new(), |day| format!(" on {day}"));
    let ended = match progress.state {
        ProgressState::Won => Some(format!("won{day}")),
        ProgressState::Lost => Some(format!("lost{day}")),
        ProgressState::Disqualified => Some(format!("disqualified{day}")),
        ProgressState::Completed => return format!("{stage} · completed"),
        ProgressState::Open | ProgressState::NotJudged => None,
    };
    let met = match (asked.len(), left) {
        (0, _) => "nothing is asked".to_owned(),
        (all, 0) => format!("{all} of {all} met"),
        (all, left) => format!("{} of {all} met · {left} left", all - left),
    };
    let parts = [Some(stage.to_owned()), ended, Some(met)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The lenses of a workflow: above each requirement that open deals may fail. The tree says where they are, and may be that
/// of a text that is half written.
pub(super) fn of_workflow(
    root: &Node<'_>,
    path: &str,
    workspace: &Workspace<'_>,
    sheet: &mut CostSheet,
) -> Vec<(Span, String)> {
    let changes = sheet.changes(workspace, path);
    let stages = root.get("stage").and_then(Node::as_map).unwrap_or_default();
    let requirements = stages.iter().filter_map(|stage| stage.value.get("requires")?.as_map()).flatten();
    requirements
        .filter_map(|entry| {
            let change = changes.get(entry.key.value.as_ref())?;
            Some((entry.key.span, sheet.summary(*change)))
        })
        .collect()
}

/// As the protocol has them.
pub(super) fn shown(lenses: Vec<(Span, String)>, lines: &LineIndex<'_>) -> Vec<CodeLens> {
    let lens = |(span, title): (Span, String)| {
        let at = lines.span(span);
        let title = escape::line(&title).into_owned();
        // A lens needs a command; this one is none.
        let command = Command { title, command: String::new(), arguments: None };
        CodeLens { range: Range::new(at.start, at.end), command: Some(command), data: None }
    };
    lenses.into_iter().map(lens).collect()
}
