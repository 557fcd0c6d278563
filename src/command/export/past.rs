//! The past as tables: a row a change, a row a visit of a stage.

use std::sync::Arc;

use jiff::civil::Date;

use super::columns::{Column, ExportCell, columns, day, left_out, number, row, text};
use crate::assess::{Selection, Workspace, check, deleted_deals};
use crate::command::console::Console;
use crate::deal::Deal;
use crate::deal::reader::DealReadContext;
use crate::deal::record::Ending;
use crate::history::{
    ChangeSource, ChangedField, GitHistory, HistoryChange, HistoryEntry, TermHistory, Visit,
};
use crate::snapshot::git::{Person, Revision};
use crate::source::SourceFile;
use crate::workflow::Workflow;

/// Which of the two tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Changes,
    Visits,
}

/// What both tables begin with.
struct PastRowKey<'a> {
    file: &'a SourceFile,
    deal: &'a Deal<'a>,
    workflow: &'a Workflow,
}

/// A change, as the export looks at it.
pub(super) struct ChangeRow<'a> {
    whose: &'a PastRowKey<'a>,
    history_change: HistoryChange,
    commit: Option<Arc<Revision>>,
    author: Option<Person>,
}

/// A visit of a stage, as the export looks at it.
pub(super) struct VisitRow<'a> {
    whose: &'a PastRowKey<'a>,
    visit: Visit,
    today: Date,
}

/// `export history`.
pub(super) fn changes<'a>() -> Vec<Column<ChangeRow<'a>>> {
    columns! {
        "deal" "string" "the deal's id" |row| text(Some(&row.whose.deal.id));
        "path" "string" "its file, from the workspace's root; of a deleted one, where it was last" |row| text(Some(row.whose.file.path()));
        "workflow" "string" "the workflow it follows" |row| text(Some(&row.whose.workflow.id));
        "day" "string" "the day from which it was so" |row| day(Some(row.history_change.day));
        "key" "string" "what changed: stage, outcome, amount, close_date, owner, probability, category, on_hold; file: it was deleted, or put back" |row| text(Some(row.history_change.what.name()));
        "before" "string" "what it was, as the deal's file writes it; null: nothing, or not known" |row| text(row.history_change.before.as_deref());
        "after" "string" "what it became; null: nothing" |row| text(row.history_change.after.as_deref());
        "source" "string" "who says so: history (the deal's own entry), commit, or file (in no commit yet)" |row| text(Some(row.source_name()));
        "commit" "string" "the commit's full name" |row| text(row.commit.as_ref().map(|it| it.id.as_ref()));
        "author" "string" "the name of the commit's author, by the mailmap; where a merge brought the change, of the merged commit's" |row| text(row.author.as_ref().map(|it| it.name.as_str()));
        "author_email" "string" "the author's address" |row| text(row.author.as_ref().map(|it| it.email.as_str()));
    }
}

/// `export visits`.
pub(super) fn visits<'a>() -> Vec<Column<VisitRow<'a>>> {
    columns! {
        "deal" "string" "the deal's id" |row| text(Some(&row.whose.deal.id));
        "path" "string" "its file, from the workspace's root; of a deleted one, where it was last" |row| text(Some(row.whose.file.path()));
        "workflow" "string" "the workflow it follows" |row| text(Some(&row.whose.workflow.id));
        "stage" "string" "the stage's id" |row| text(Some(&row.visit.id));
        "stage_index" "integer" "the stage's number in today's workflow, from 1; null when it is none of its stages" |row| number(row.visit.stage.map(|it| it + 1));
        "entered" "string" "the day the deal came to it; null: nobody knows, as it had ended when it was first seen" |row| day(row.visit.is_dated.then_some(row.visit.entered));
        "left" "string" "the day it left for another stage, ended there or was deleted, or completed the work after the sale; null: it stands there" |row| day(row.visit.left);
        "days" "integer" "whole days from the one to the other, until today while it stands there; null while it is yet to come, and where nobody knows" |row| number(row.visit.days(row.today));
        "ended" "string" "won, lost or disqualified, where it ended there" |row| text(row.visit.ending.map(Ending::name));
    }
}

impl ChangeRow<'_> {
    fn source_name(&self) -> &'static str {
        match (self.history_change.source, &self.commit) {
            (ChangeSource::Entry, _) => "history",
            (_, Some(_)) => "commit",
            (_, None) => "file",
        }
    }
}

/// The rows of a workspace: deal by deal in the order of their files, those that were deleted at the end.
pub(super) fn rows(workspace: Workspace<'_>, wanted: Wanted, console: Console) -> Vec<Vec<ExportCell>> {
    let workspace = Workspace { all_dates: true, ..workspace };
    let tables = Tables { workspace: &workspace };
    let there = check(&workspace, &Selection::Everything, |judged| {
        let whose = PastRowKey { file: judged.file, deal: judged.deal, workflow: judged.workflow };
        Some(match wanted {
            Wanted::Changes => tables.changes(&whose, judged.term_history(), judged.git_history, None),
            Wanted::Visits => tables.visits(&whose, judged.timeline.visits().to_vec()),
        })
    });
    left_out((there.deals - there.kept.len(), there.deals), &[], console);
    let deleted = deleted_deals(&workspace, None, |gone| {
        let whose = PastRowKey { file: gone.file, deal: gone.deal, workflow: gone.workflow };
        let deleted = Some((gone.removed, gone.by.as_ref()));
        Some(match wanted {
            Wanted::Changes => tables.changes(&whose, &gone.term_history, Some(gone.git_history), deleted),
            Wanted::Visits => tables.visits(&whose, gone.visits()),
        })
    });
    let deleted = match deleted {
        Ok(deleted) => deleted,
        // Without a repository there is nothing that it could have known.
        Err(trouble) => {
            console.note(&format!("commits tell nothing: {trouble}"));
            Vec::new()
        }
    };
    there.kept.into_iter().chain(deleted).flatten().collect()
}

/// Writes the rows of one deal.
struct Tables<'w> {
    workspace: &'w Workspace<'w>,
}

impl Tables<'_> {
    fn changes(
        &self,
        whose: &PastRowKey<'_>,
        term_history: &TermHistory,
        git_history: Option<&GitHistory>,
        removed: Option<(Date, Option<&Arc<Revision>>)>,
    ) -> Vec<Vec<ExportCell>> {
        let made = |history_change: HistoryChange, commit: Option<Arc<Revision>>| {
            let author = commit.as_deref().map(|commit| self.workspace.past.author(commit));
            ChangeRow { whose, history_change, commit, author }
        };
        let history_changes = HistoryChange::all(term_history, &HistoryEntry::all(whose.deal), git_history)
            .into_iter()
            .map(|history_change| {
                let (rates, today) = (&self.workspace.config.rates, self.workspace.today);
                let reading = DealReadContext { schema: &whose.workflow.schema, rates, today };
                let commit = history_change.commit(git_history, &self.workspace.past, reading);
                made(history_change, commit)
            });
        let deleted = removed.map(|(day, by)| {
            let before = Some(whose.file.path().to_string());
            let history_change = HistoryChange {
                day,
                what: ChangedField::File,
                before,
                after: None,
                source: ChangeSource::File,
            };
            made(history_change, by.cloned())
        });
        history_changes.chain(deleted).map(|it| row(&changes(), &it)).collect()
    }

    fn visits(&self, whose: &PastRowKey<'_>, stays: Vec<Visit>) -> Vec<Vec<ExportCell>> {
        let today = self.workspace.today;
        let stays = stays.into_iter().map(|visit| VisitRow { whose, visit, today });
        stays.map(|stay| row(&visits(), &stay)).collect()
    }
}
