//! The errors that a change to a deal would cause, whichever command makes it.

use std::io;

use crate::checklist::{ChecklistStep, Progress};
use crate::source::{escape, shell};

/// An error that a change would bring.
pub(in crate::command) struct NewError {
    pub(in crate::command) code: &'static str,
    /// The requirement that it is about.
    pub(in crate::command) requirement: Option<String>,
    pub(in crate::command) message: String,
    pub(in crate::command) help: Option<String>,
}

impl NewError {
    /// The errors that a deal would have and has not; `help` says how to supply what a requirement asks.
    pub(in crate::command) fn between(
        before: &Progress,
        after: &Progress,
        help: impl Fn(&ChecklistStep) -> String,
    ) -> Vec<Self> {
        let known: Vec<_> =
            before.findings.iter().map(|it| (it.code, &it.requirement, &it.message)).collect();
        let new = after
            .findings
            .iter()
            .filter(|it| it.level == "error" && !known.contains(&(it.code, &it.requirement, &it.message)));
        let errors = new.map(|it| Self {
            code: it.code,
            requirement: it.requirement.clone(),
            message: it.message.clone(),
            help: it
                .requirement
                .as_deref()
                .filter(|_| it.code == "requirement-unmet")
                .and_then(|id| after.steps.iter().find(|step| step.requirement == id))
                .map(&help)
                // What comes before a deal can be won: it is not won yet, so there is no outcome to take away.
                .or_else(|| (it.code == "won-too-early").then(|| shell::command("move", &[&before.deal])))
                .or_else(|| it.help.clone()),
        });
        errors.collect()
    }

    pub(super) fn show(errors: &[Self], out: &mut dyn io::Write) -> io::Result<()> {
        for Self { code, message, help, .. } in errors {
            writeln!(out, "error[{code}] {}", escape::line(message))?;
            if let Some(help) = help {
                writeln!(out, "  help: {}", escape::line(help))?;
            }
        }
        Ok(())
    }
}

/// The command that supplies what a requirement asks, else what meets it.
pub(in crate::command) fn step_help(step: &ChecklistStep) -> String {
    let told = || step.help.clone().unwrap_or_else(|| format!("met when {}", step.met_when));
    step.command.clone().unwrap_or_else(told)
}
