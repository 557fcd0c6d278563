//! `import --grandfather`: what the imported deals miss is asked of deals that come to a stage from today on.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::ImportPlan;
use crate::assess::{Selection, Workspace, check};
use crate::command::change;
use crate::command::console::Console;
use crate::command::global::Global;
use crate::command::output;
use crate::command::session::Session;
use crate::edit;
use crate::error::Error;
use crate::finding::Code;
use crate::finding::wording::Count;
use crate::source::escape;

/// Requirements by the files that they stand in: stage and id.
type MissedByFile = BTreeMap<String, BTreeSet<(String, String)>>;

/// What the imported deals miss of the gates behind them.
fn missed(plan: &ImportPlan, workspace: &Workspace<'_>) -> MissedByFile {
    let assessment = check::<()>(workspace, &Selection::Paths(plan.paths.clone()), |_| None);
    let mut missed = MissedByFile::new();
    for finding in assessment.ledger.findings().iter().filter(|it| it.code == Code::RequirementUnmet) {
        let subject = &finding.subject;
        let Some((stage, requirement)) = subject.stage.as_deref().zip(subject.requirement.as_deref()) else {
            continue;
        };
        let workflow = subject.workflow.as_deref().and_then(|name| workspace.library.get(name)).flatten();
        let place = workflow.and_then(|it| it.requirement(requirement)).and_then(|it| it.place.as_ref());
        if let Some(place) = place {
            let file = missed.entry(place.file.path().to_string()).or_default();
            file.insert((stage.to_owned(), requirement.to_owned()));
        }
    }
    missed
}

/// Writes `since` into the requirements that the deals miss, as far as they stand in workflows of the workspace.
pub(super) fn run(plan: &ImportPlan, global: &Global, console: Console) -> Result<(), Error> {
    if plan.paths.is_empty() {
        return Ok(());
    }
    let opened = Session::here(global)?;
    let workspace = opened.workspace(global)?;
    let missed = missed(plan, &workspace);
    let day = workspace.today.to_string();
    let mut left: Vec<String> = Vec::new();
    let mut written: Vec<(String, usize)> = Vec::new();
    for (path, requirements) in missed {
        if path.starts_with(crate::workflow::builtin::PREFIX) {
            left.extend(requirements.into_iter().map(|(_, id)| format!("{id} ({path})")));
            continue;
        }
        let old = change::read(&opened, &path, workspace.config.limits.file_size)?;
        let (mark, mut text) = match old.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest.to_owned()),
            None => ("", old.clone()),
        };
        let mut count = 0;
        for (stage, id) in requirements {
            match edit::asked_since(&text, &stage, &id, &day) {
                Some(edited) => {
                    text = edited;
                    count += 1;
                }
                None => left.push(format!("{id} ({path})")),
            }
        }
        if count > 0 {
            output::replace(&opened.root().join(&path), |out| write!(out, "{mark}{text}"))?;
            written.push((path, count));
        }
    }
    console.show(|out| {
        for (path, count) in &written {
            let requirements = Count(*count, "requirement");
            writeln!(out, "{}: {requirements} asked since {day}", escape::opening(path))?;
        }
        if !left.is_empty() {
            let names: Vec<_> = left.iter().map(|name| escape::line(name)).collect();
            writeln!(
                out,
                "Left as they are: {}; write `since = {day}` into a workflow of your own",
                names.join(", ")
            )?;
        }
        Ok(())
    })
}
