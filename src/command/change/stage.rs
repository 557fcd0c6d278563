//! `dealgate move`: a deal goes to another stage.

use clap::Args;

use super::editor::{ChangeFindings, DealEditor, Plan, WriteArgs, change, parse_words};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::edit::Change;
use crate::error::Error;
use crate::finding::wording::{Help as _, WordList, quote, suggest};
use crate::proposal;
use crate::snapshot::git::Repository;
use crate::source::shell;

/// Move a deal to its next stage, or to another
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct MoveArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// The stage [default: the next one that exists for the deal]
    #[arg(value_name = "STAGE")]
    stage: Option<String>,
    /// Why it goes back, or over a stage
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    reason: Option<String>,
    /// Move it although gates on the way are not met
    #[arg(long)]
    anyway: bool,
    #[command(flatten)]
    writing: WriteArgs,
}

impl MoveArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            let stages = &desk.workflow.stages;
            let Some(here) = desk.deal.stage.as_deref().and_then(|id| desk.workflow.stage_index(id)) else {
                return Err(Error::Unknown {
                    message: format!("{} stands in no stage of its workflow", quote(&desk.deal.deal)),
                    hint: Some(format!(
                        "`{}` says what is wrong",
                        shell::command("check", &[&desk.opened.written_here(&desk.path)])
                    )),
                });
            };
            let next = desk.deal.next_stage.as_deref().and_then(|id| desk.workflow.stage_index(id));
            let to = match &self.stage {
                Some(word) => desk.stage_called(word)?,
                None => next.ok_or_else(|| Error::Unknown {
                    message: format!("{} stands in its last stage", quote(&desk.deal.deal)),
                    hint: Some(format!("`{}` when it is won", desk.command("win", &[]))),
                })?,
            };
            let (from, target) = (&stages[here].id, &stages[to].id);
            if to == here {
                return Ok(Plan::new(Vec::new(), format!("{} stands in {target} already", desk.deal.deal)));
            }
            if let Some(what) = detour(here, next, to).filter(|_| self.reason.is_none()) {
                return Err(Error::Unknown {
                    message: format!("from {from} to {target} the deal {what}"),
                    hint: Some("say why: `--reason \"…\"`".to_owned()),
                });
            }
            let mut changes = vec![proposal::stage(target)];
            changes.extend(desk.remembered([("stage", target.to_string())], self.reason.as_deref()));
            let about = if self.anyway { ChangeFindings::Values } else { ChangeFindings::TheDeal };
            Ok(Plan::new(changes, format!("{}: {from} → {target}", desk.deal.deal)).about(about))
        })
    }
}

/// What a deal does on its way to a stage that asks for a reason; stages by their numbers.
pub(in crate::command) fn detour(here: usize, next: Option<usize>, to: usize) -> Option<&'static str> {
    let is_over = next.is_some_and(|next| to > next);
    if to < here { Some("goes back") } else { is_over.then_some("jumps over a stage") }
}

impl DealEditor<'_> {
    fn stage_called(&self, word: &str) -> Result<usize, Error> {
        let stages = &self.workflow.stages;
        let by_name = || stages.iter().position(|stage| stage.name.eq_ignore_ascii_case(word));
        self.workflow.stage_index(word).or_else(by_name).ok_or_else(|| {
            let ids: Vec<_> = stages.iter().map(|stage| format!("`{}`", stage.id)).collect();
            Error::Unknown {
                message: format!("the workflow `{}` has no stage {}", self.workflow.id, quote(word)),
                hint: suggest(word, stages.iter().map(|stage| stage.id.as_ref()))
                    .sentence()
                    .or_else(|| Some(format!("it has {}", WordList(&ids, "and")))),
            }
        })
    }

    /// An entry of the deal's own `history`: where it keeps one, where no repository remembers, or where a reason is to
    /// be remembered.
    pub(super) fn remembered<'k>(
        &self,
        what: impl IntoIterator<Item = (&'k str, String)>,
        reason: Option<&str>,
    ) -> Option<Change> {
        let has_repository = || Repository::open(self.opened.root()).is_ok();
        proposal::remembered(self.keeps_history(), has_repository, self.date, what, reason)
    }
}
