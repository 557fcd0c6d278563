//! `dealgate diff`: what changed in the pipeline between two moments.

use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::moments::{Moments, Sides};
use super::output;
use super::output_target::{self, NamedFormats, OutputTarget};
use super::revision_spec::RevisionSpec;
use super::session::Session;
use super::usage::usage_error;
use crate::assess::open_deals::FailedDeal;
use crate::assess::{Selection, Workspace, assess};
use crate::compare::{RuleChanges, RulesVerdict, View, compare};
use crate::deal::Period;
use crate::emit::Surface;
use crate::emit::diff::{self, DIFF_FORMATS, DiffFormat, DiffReport};
use crate::error::Error;
use crate::report::{self, Filter};

/// What changed in the pipeline between two moments, or what changed rules would do
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// What to compare: where the line parts from a revision with the files as they are, two revisions (`A..B`), the
    /// second with where it parted from the first (`A...B`), or two days (`@2026-03-31..@2026-04-30`) [default: the
    /// default branch]
    #[arg(value_name = "BASE[..HEAD]", value_parser = Range::parse)]
    range: Option<Range>,

    /// The close dates that the bridge is about: `FY27-Q2`, `2026-06`, `2026-04-01..2026-06-30` or `all` [default: the
    /// fiscal quarter of the later moment, as reports count]
    #[arg(long, value_name = "PERIOD", env = "DEALGATE_WINDOW", hide_env = true)]
    window: Option<String>,

    /// What the later moment's workflows and settings make of its deals that the earlier one's did not
    #[arg(long)]
    what_if: bool,

    /// How to show it: text, markdown or json; with a file also several times
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = OutputTarget::<DiffFormat>::parse)]
    format: Vec<OutputTarget<DiffFormat>>,
}

const EXAMPLES: &str = "\
Examples:
  dealgate diff                                  this branch against the default branch
  dealgate diff HEAD                             what is not committed yet
  dealgate diff v1.0..v1.1 --window 2026-06
  dealgate diff @2026-03-31..@2026-04-30         from the end of one day to that of another
  dealgate diff --format markdown=comment.md     for a pull request
  dealgate diff main --what-if                   what changed workflows would do to the deals
  dealgate diff main --rules main                a stranger's branch under the rules that hold

A day before the first commit, or without git, is told by the `history` of the deals.";

/// What to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Range {
    base: Option<RevisionSpec>,
    /// `None`: the files as they are, or those of `--at`.
    head: Option<RevisionSpec>,
    /// The base is where the lines part.
    fork: bool,
}

impl Range {
    fn parse(text: &str) -> Result<Self, String> {
        let (base, head, fork) = match (text.split_once("..."), text.split_once("..")) {
            (Some((base, head)), _) => (base, Some(head), true),
            (None, Some((base, head))) => (base, Some(head), false),
            (None, None) => (text, None, true),
        };
        let base = if base.is_empty() { None } else { Some(RevisionSpec::parse(base)?) };
        let head = match head {
            None => None,
            Some("") => Some(RevisionSpec::Revision("HEAD".to_owned())),
            Some(head) => Some(RevisionSpec::parse(head)?),
        };
        Ok(Self { base, head, fork })
    }
}

impl DiffArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        output_target::refuse_shared(&self.format, "diff");
        if self.what_if && global.rules.is_some() {
            usage_error(
                "diff",
                "`--what-if` compares the rules of two revisions, and `--rules` has both judged by the same; \
                 leave one of them out",
            );
        }
        let default = Range { base: None, head: None, fork: true };
        let range = self.range.as_ref().unwrap_or(&default);
        let head = match &range.head {
            Some(_) if global.at.is_some() => usage_error(
                "diff",
                "`--at` and the revision after `..` both say what to compare with; leave one of them out",
            ),
            Some(head) => head.clone(),
            None => global.head(),
        };
        let opened = Session::here(global)?;
        let moments = Moments::find(&opened, global, range.base.as_ref(), &head, range.fork)?;
        if self.what_if && (moments.before.is_from_history() || moments.after.is_from_history()) {
            let message = "`--what-if` compares the workflows of two revisions, and `history` tells of none";
            let hint = "name revisions: `dealgate diff main --what-if`";
            return Err(Error::Unknown { message: message.to_owned(), hint: Some(hint.to_owned()) });
        }
        let workspace = moments.workspace_after(global)?;
        let mut sides = moments.sides(global, true)?;
        let changed = sides.workflow_changes(&workspace.config);
        sides.after.also_found(changed, &workspace.config.levels);
        console.note(&format!("from {} to {}", moments.before.name, moments.after.name));
        console.note(&format!("deals that do not differ: {}", sides.not_touched));
        let rules = if self.what_if || sides.rules_changed { Some(what_if(&moments, global)?) } else { None };
        let window = self.window(&workspace, moments.after.day)?;
        let Sides { before, after, renames, .. } = sides;
        let comparison = compare(&before, &after, &renames, View::all(window.as_ref()));
        let report = DiffReport {
            names: (&moments.before.name, &moments.after.name),
            revisions: (moments.before.revision(), moments.after.revision()),
            comparison: &comparison,
            rules: rules.as_ref(),
            only_rules: self.what_if,
            cents: workspace.config.reporting.cents,
        };
        self.present(&report, console)?;
        Ok(Exit::Clean)
    }

    fn window(&self, workspace: &Workspace<'_>, day: Date) -> Result<Option<Period>, Error> {
        let year = report::fiscal_year(workspace, &Filter::default());
        match self.window.as_deref() {
            Some("all") => Ok(None),
            Some(text) => {
                let unknown =
                    |why| Error::Unknown { message: format!("`{text}` is no period"), hint: Some(why) };
                Period::parse(text, year).map(Some).map_err(unknown)
            }
            None => Ok(Some(Period::quarter(day, year))),
        }
    }

    /// Files first: they are written even when nobody reads standard output to its end.
    fn present(&self, report: &DiffReport<'_>, console: Console) -> Result<(), Error> {
        for sink in &self.format {
            if let Some(file) = &sink.file {
                output::write(file, |out| diff::emit(sink.format, report, Surface::PLAIN, out))?;
            }
        }
        let shown = match self.format.as_slice() {
            [] => Some(DiffFormat::Text),
            sinks => sinks.iter().find(|sink| sink.file.is_none()).map(|sink| sink.format),
        };
        match shown {
            Some(format) => console.show(|out| diff::emit(format, report, console.surface(), out)),
            None => Ok(()),
        }
    }
}

/// What the later rules make of the later deals that the earlier rules do not.
fn what_if(moments: &Moments<'_>, global: &Global) -> Result<RuleChanges, Error> {
    let [old, new] = moments.both_rules(global)?;
    // Both in one currency: what is compared are rules, not rates.
    let currency = new.currency();
    let verdict = |workspace: &Workspace<'_>| {
        let assessment = assess(workspace, &Selection::Everything, |judged| {
            Some((Arc::clone(&judged.deal.id), FailedDeal::of(judged, workspace, currency)))
        });
        RulesVerdict {
            findings: assessment.ledger.findings().to_vec(),
            deals: assessment.deals,
            not_judged: assessment.not_judged,
            judged: assessment.kept.into_iter().collect(),
            currency,
        }
    };
    Ok(RuleChanges::between(&verdict(&old), &verdict(&new)))
}

impl NamedFormats for DiffFormat {
    fn names() -> Vec<&'static str> {
        DIFF_FORMATS.iter().map(|(_, name)| *name).collect()
    }

    fn of_name(name: &str) -> Option<Self> {
        DIFF_FORMATS.iter().find(|(_, known)| *known == name).map(|(format, _)| *format)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_range_is_written_as_for_git() {
        let revision = |name: &str| RevisionSpec::Revision(name.to_owned());
        let range = |base, head, fork| Ok(Range { base, head, fork });
        assert_eq!(Range::parse("main"), range(Some(revision("main")), None, true));
        assert_eq!(Range::parse("a..b"), range(Some(revision("a")), Some(revision("b")), false));
        assert_eq!(Range::parse("a...b"), range(Some(revision("a")), Some(revision("b")), true));
        assert_eq!(Range::parse("a.."), range(Some(revision("a")), Some(revision("HEAD")), false));
        assert_eq!(Range::parse("@{1}"), range(Some(revision("@{1}")), None, true));
        let days = (RevisionSpec::Day(date(2026, 3, 31)), RevisionSpec::Day(date(2026, 4, 30)));
        assert_eq!(Range::parse("@2026-03-31..@2026-04-30"), range(Some(days.0), Some(days.1), false));
        assert!(Range::parse("@2026-02-30").is_err());
    }
}
