//! Compares the findings of a test with the expected ones, line by line.

use super::expect::Expected;
use super::mismatch::Mismatch;
use crate::finding::{Finding, Level};

/// What was expected and not found, and what was found and not expected. Each finding answers one expectation.
pub(super) fn differences(expected: &[Expected], found: &[&Finding]) -> Vec<Mismatch> {
    let mut left: Vec<&Finding> = found.to_vec();
    let mut differences = Vec::new();
    // Those that say more choose first, so that one that says less takes what is left.
    let mut expected: Vec<&Expected> = expected.iter().collect();
    expected.sort_by_key(|it| (it.requirement.is_none(), it.stage.is_none()));
    for wanted in expected {
        if let Some(index) = left.iter().position(|finding| answers(finding, wanted)) {
            left.remove(index);
        } else {
            let message = format!("expected {}, which was not found", describe(wanted));
            differences.push(Mismatch { line: wanted.line, message });
        }
    }
    differences.extend(left.into_iter().map(|finding| Mismatch {
        line: line(finding),
        message: format!("not expected: {}: {}", in_words(finding), finding.message),
    }));
    differences
}

fn answers(finding: &Finding, wanted: &Expected) -> bool {
    let same = |wanted: &Option<String>, found: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
    };
    finding.code == wanted.code
        && line(finding) == wanted.line
        && same(&wanted.stage, finding.subject.stage.as_deref())
        && same(&wanted.requirement, finding.subject.requirement.as_deref())
}

fn line(finding: &Finding) -> usize {
    finding.place.as_ref().map_or(1, |place| place.start().line)
}

fn describe(wanted: &Expected) -> String {
    name(wanted.code.name(), wanted.stage.as_deref(), wanted.requirement.as_deref())
}

/// A finding in the words in which it would be expected.
fn in_words(finding: &Finding) -> String {
    let subject = &finding.subject;
    let level = finding.level.unwrap_or(Level::Error);
    format!(
        "{level} `{}`",
        name(finding.code.name(), subject.stage.as_deref(), subject.requirement.as_deref()).replace('`', "")
    )
}

fn name(code: &str, stage: Option<&str>, requirement: Option<&str>) -> String {
    match (stage, requirement) {
        (Some(stage), Some(requirement)) => format!("`{code} {stage}/{requirement}`"),
        (None, Some(requirement)) => format!("`{code} {requirement}`"),
        _ => format!("`{code}`"),
    }
}
