//! `dealgate init`: a small commented workspace that passes `check`.

mod own;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::merge::setup::{ATTRIBUTES, AttributesState, DRIVER, LINE};
use super::{output, starter, today};
use crate::emit;
use crate::error::Error;
use crate::finding::wording::Count;
use crate::source::escape;

/// Start a workspace: settings, a workflow and two deals, or a workflow of your own stages
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArgs {
    /// The folder, new or without files of these names [default: this one]
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,

    /// A workflow of your own with these stages, and every key it may have as a comment
    #[arg(long, value_name = "ID,ID,…")]
    stages: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  dealgate init acme-sales                              an example: the standard's stages, and two deals
  dealgate init --stages lead,brief,pitch,contract,live   your own stages";

const FILES: &[(&str, &str)] = &[
    ("dealgate.toml", include_str!("init/dealgate.toml")),
    ("workflows/acme.toml", include_str!("init/acme.toml")),
    ("deals/acme/rollout.yaml", include_str!("init/rollout.yaml")),
    ("deals/acme/press-shop.yaml", include_str!("init/press-shop.yaml")),
];

impl InitArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let today = today(global.today, &crate::workspace::Config::default())?;
        let stages = self.stages.as_deref().map(own::stage_ids).transpose()?;
        let starters = match &stages {
            Some(stages) => own::files(stages),
            None => FILES.iter().map(|(path, text)| (*path, (*text).to_owned())).collect(),
        };
        let paths: Vec<&str> = starters.iter().map(|(path, _)| *path).collect();
        let dated = starters.into_iter().map(|(path, text)| (path, dated(&text, today)));
        let texts = starter::with_schemas(dated, today)?;
        let mut files = texts.all();
        let schemas = files.len() - paths.len();
        let attributes = AttributesState::of(&self.folder);
        if attributes == AttributesState::Missing {
            files.push((ATTRIBUTES, LINE));
        }
        output::write_folder(&self.folder, &files)?;
        let is_completed = attributes.complete(&self.folder)?;
        console.show(|out| {
            self.wrote(&paths, (files.len(), schemas), out)?;
            attributes.tell(is_completed, out)?;
            self.invite(out)?;
            let (next, then) = match &stages {
                Some(_) => (OWN_NEXT, OWN_THEN),
                None => (NEXT, THEN),
            };
            for (command, about) in next {
                writeln!(out, "  {command:<36} {about}")?;
            }
            writeln!(out, "\n{}", emit::wrap(then, 0, "", console.surface().width))?;
            writeln!(
                out,
                "\nSo that git merges two people's changes of a deal by key, once in each clone:\n  {DRIVER}"
            )
        })?;
        Ok(Exit::Clean)
    }

    fn wrote(&self, paths: &[&str], (count, schemas): (usize, usize), out: &mut dyn Write) -> io::Result<()> {
        let shown = self.folder.to_string_lossy();
        let place = if shown == "." { "here".to_owned() } else { format!("in `{}`", escape::line(&shown)) };
        writeln!(out, "Wrote {} {place}:", Count(count, "file"))?;
        for path in paths {
            writeln!(out, "  {path}")?;
        }
        let schemas = Count(schemas, "schema");
        writeln!(out, "  schemas/ ({schemas} by which editors complete and mark what you write)")
    }

    fn invite(&self, out: &mut dyn Write) -> io::Result<()> {
        let shown = self.folder.to_string_lossy();
        writeln!(out, "\nTry next:")?;
        if shown != "." {
            writeln!(out, "  cd {}", output::shell_word(&shown))?;
        }
        Ok(())
    }
}

/// Commands and what they show.
type Hints = &'static [(&'static str, &'static str)];

const NEXT: Hints = &[
    ("dealgate check", "is everything in order?"),
    ("dealgate status", "every deal, worst first"),
    ("dealgate status acme/rollout", "what is left to do for one"),
    ("dealgate done rollout budget-known", "and one thing is done"),
    ("dealgate new acme/crane", "a deal of your own"),
    ("dealgate explain acme", "the workflow as a checklist"),
];

const THEN: &str = "Then rename workflows/acme.toml and deals/acme to your company, put its name into the first \
                    line of each deal, and run `dealgate schema --write`, as after every change of a workflow.";

const OWN_NEXT: Hints = &[
    ("dealgate explain sales", "your stages, and what each asks"),
    ("dealgate new rollout", "a deal in the first of them"),
    ("dealgate status", "every deal, worst first"),
    ("dealgate status rollout", "what is left to do for one"),
    ("dealgate explain max-days", "what a key of the workflow is for"),
];

const OWN_THEN: &str = "Then say in workflows/sales.toml what each stage asks, and run `dealgate check` and \
                        `dealgate schema --write`, as after every change of a workflow.";

/// Puts days in: `<today>`, `<today-14>`, `<today+90>`; the year as `<year>`.
fn dated(text: &str, today: Date) -> String {
    let text = text.replace("<year>", &format!("{:02}", today.year() % 100));
    let mut parts = text.split("<today");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (shift, rest) = part.split_once('>').unwrap_or(("", part));
        let shift: i64 = shift.parse().unwrap_or(0);
        out.push_str(&today.checked_add(shift.days()).unwrap_or(today).to_string());
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_put_in() {
        let today = jiff::civil::date(2026, 3, 1);
        assert_eq!(
            dated("a <today-1>, <today>: <today+31>.", today),
            "a 2026-02-28, 2026-03-01: 2026-04-01."
        );
        for (path, text) in FILES {
            assert!(!dated(text, today).contains("<today"), "{path}");
        }
    }
}
