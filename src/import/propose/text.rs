//! The proposed workflow as TOML: every figure with its number of deals; those of too few are comments.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::{Decimal, RoundingStrategy};

use super::figures::{FEWEST, PipelineTally, ProposedStage, StageTally};
use crate::finding::wording::Count;
use crate::import::map::toml_text;

/// Where a proposal comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProposalSource<'a> {
    /// The system.
    pub system: &'a str,
    /// The pipeline, where the export names one.
    pub pipeline: Option<&'a str>,
    /// What the system calls stages that tell how a deal ended.
    pub endings: &'a [String],
}

/// The workflow.
pub(crate) fn text(figures: &PipelineTally, stages: &[ProposedStage], source: ProposalSource<'_>) -> String {
    let mut out = String::new();
    let name = source.pipeline.unwrap_or(source.system);
    let ids: Vec<_> = figures.stages.iter().map(|it| toml_text(&stages[it.stage].id)).collect();
    let PipelineTally { deals, with_past, with_way, .. } = figures;
    let _ = write!(
        out,
        "# A workflow to start from, told by {} of {}; the past of {with_past} of them is known.\n\
         # Behind each figure stands how many deals it comes from; what comes from fewer than {FEWEST} is a comment.\n\
         # The gates are yours to write: what has to be true before a deal leaves a stage.\n\n\
         name = {}\n",
        Count(*deals, "deal"),
        one_line(source.system),
        toml_text(&one_line(name))
    );
    currency(figures, &mut out);
    let said: usize = figures.stages.iter().map(|stage| stage.said.len()).sum();
    let by = if *with_way >= FEWEST {
        format!("the order in which {} went through them", Count(*with_way, "deal"))
    } else if said > 0 {
        format!("by how likely the system says that {} in them are won", Count(said, "open deal"))
    } else {
        "as the export names them: nothing tells in which order deals go through them".to_owned()
    };
    let _ = writeln!(out, "stages = [{}]  # {by}", ids.join(", "));
    left_out("no deal stood in", figures.empty.iter().map(|stage| stages[*stage].name.as_str()), &mut out);
    left_out("how a deal ended is told by", source.endings.iter().map(String::as_str), &mut out);
    if figures.ended_nowhere > 0 {
        let count = Count(figures.ended_nowhere, "deal");
        let _ = writeln!(out, "# in no figure, as nobody tells where it stood when it ended: {count}");
    }
    for figure in &figures.stages {
        stage(figure, &stages[figure.stage], &mut out);
    }
    for (kind, reasons) in ["lost", "disqualified"].into_iter().zip(&figures.reasons) {
        self::reasons(kind, reasons, &mut out);
    }
    out
}

/// Names the labels of which no stage is made.
fn left_out<'l>(why: &str, labels: impl Iterator<Item = &'l str>, out: &mut String) {
    let labels: Vec<_> = labels.map(|label| toml_text(&one_line(label))).collect();
    if !labels.is_empty() {
        let _ = writeln!(out, "# {why} {}, so there is no such stage", labels.join(", "));
    }
}

fn currency(figures: &PipelineTally, out: &mut String) {
    let all = figures.amounts;
    // Of two that are as frequent, the first.
    let most = figures.currencies.iter().rev().max_by_key(|(_, count)| **count);
    if let Some((code, count)) = most {
        let is_all = *count == all && all >= FEWEST;
        let mark = if is_all { "" } else { "#" };
        let _ = writeln!(out, "{mark}currency = {}  # of {count} of {all} amounts", toml_text(code));
    }
}

fn stage(figure: &StageTally, stage: &ProposedStage, out: &mut String) {
    let _ = writeln!(
        out,
        "\n[stage.{}]\nname = {}  # {} stood here",
        stage.id,
        toml_text(&stage.name),
        Count(figure.deals, "deal")
    );
    let (ended, won) = figure.ended;
    if ended > 0 {
        let share = rounded(Decimal::from(won) / Decimal::from(ended));
        let mark = if ended >= FEWEST { "" } else { "#" };
        let _ = writeln!(
            out,
            "{mark}probability = {share}  # of {ended} that came this far and ended, {won} were won"
        );
    } else if !figure.said.is_empty() {
        let count = figure.said.len();
        let mark = if count >= FEWEST { "" } else { "#" };
        let mean = rounded(figure.said.iter().sum::<Decimal>() / Decimal::from(count));
        let _ = writeln!(
            out,
            "{mark}probability = {mean}  # what the system says of {}: none that ended is known",
            Count(count, "open deal")
        );
    } else {
        let _ = writeln!(out, "# probability: of no deal that came this far is it known how it ended");
    }
    let (stays, stayed) = (figure.stays.len(), figure.stayed);
    match (
        figure.stays.get((stays * 4).div_ceil(5).saturating_sub(1)),
        figure.stays.get(stays.div_ceil(2).saturating_sub(1)),
    ) {
        (Some(most), Some(half)) => {
            let mark = if stayed >= FEWEST { "" } else { "#" };
            let most = (*most).max(1);
            let _ = writeln!(
                out,
                "{mark}max-days = {most}  # 4 of 5 of {} of {} were no longer, half no longer than {}",
                Count(stays, "stay"),
                Count(stayed, "deal"),
                Count(usize::try_from(*half).unwrap_or_default(), "day")
            );
        }
        _ => {
            let _ = writeln!(out, "# max-days: of no deal is it known how long it stood here");
        }
    }
    let title = toml_text(&format!("What has to be done before a deal leaves {}", stage.name));
    let _ = writeln!(out, "\n[stage.{0}.requires]\n#{0}-done = {title}", stage.id);
}

fn reasons(kind: &str, reasons: &BTreeMap<String, usize>, out: &mut String) {
    let all: usize = reasons.values().sum();
    if all == 0 {
        return;
    }
    let mark = if all >= FEWEST { "" } else { "#" };
    let mut sorted: Vec<_> = reasons.iter().collect();
    sorted.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    let _ = writeln!(out, "\n[{kind}]\n{mark}reasons = [  # of {all} {kind} deals that give one");
    for (reason, count) in sorted {
        let _ = writeln!(out, "{mark}  {},  # {count}", toml_text(&one_line(reason)));
    }
    let _ = writeln!(out, "{mark}]");
}

fn rounded(share: Decimal) -> Decimal {
    share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A text that ends no comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
