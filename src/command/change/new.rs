//! `dealgate new`: a deal's file, with what its first gate asks as comments.

use std::fmt::Write as _;

use clap::Args;

use super::editor::{one, parse_words, writable};
use super::set::assigned;
use crate::assess::Workspace;
use crate::command::console::Console;
use crate::command::difference::patch;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::output;
use crate::edit::{Change, Declined, NewValue as Value, Path, edit};
use crate::editor::committed;
use crate::error::Error;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::snapshot::git::Repository;
use crate::snapshot::overlay::Overlay;
use crate::source::{escape, paths};
use crate::workflow::Workflow;

/// Write a new deal in the first stage of its workflow
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::command) struct NewArgs {
    /// The deal's id: its path below the deals' folder, without extension
    #[arg(value_name = "ID")]
    id: String,
    /// What it is called [default: the id's last word]
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    name: Option<String>,
    /// Who buys
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    customer: Option<String>,
    /// How much, such as `120000 EUR`
    #[arg(long, value_name = "AMOUNT", value_parser = parse_words)]
    amount: Option<String>,
    /// When it is expected to close
    #[arg(long, value_name = "DAY", value_parser = parse_words)]
    close_date: Option<String>,
    /// Whose it is [default: git's `user.email`]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_words)]
    owner: Option<String>,
    /// The workflow it follows, where its folder does not say
    #[arg(long, value_name = "NAME", value_parser = parse_words)]
    workflow: Option<String>,
    /// Other keys and fields: `segment=enterprise`, `plan.link=…`, `contacts+={name: Ada}`
    #[arg(value_name = "KEY=VALUE")]
    assignments: Vec<String>,
    /// Show what would be written, as a patch, and write nothing
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  dealgate new acme/rollout --customer \"Initech GmbH\" --amount \"120000 EUR\" --close-date 2027-01-29
  dealgate new acme/rollout source=fair 'contacts+={name: Ada Palmer, role: buyer}'
  dealgate new press --name \"Press for hall 2\"";

impl NewArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = writable(global)?;
        let workspace = opened.workspace(global)?;
        let path = self.path(&workspace)?;
        if let Some(name) =
            self.workflow.as_deref().filter(|name| workspace.library.full_name(name).is_none())
        {
            return Err(Error::Unknown {
                message: format!("there is no workflow {}", quote(name)),
                hint: suggest(name, workspace.library.names()).sentence(),
            });
        }
        let draft = self.text(None, &workspace, Repository::open(opened.root()).ok().as_ref())?;
        let overlay = Overlay::new(opened.files(), path.clone(), draft.into_bytes());
        let drafted = Workspace { all_dates: true, ..opened.workspace_on(&overlay, global)? };
        let name = one(&drafted, &path)?.workflow;
        let workflow = name.as_deref().and_then(|name| workspace.library.get(name)).flatten();
        let Some(workflow) = workflow else {
            return Err(Error::Unknown {
                message: format!("there is no workflow by which {} could be judged", quote(&self.id)),
                hint: Some("`dealgate check workflows` says what is wrong with those there are".to_owned()),
            });
        };
        let text = self.text(Some(workflow), &workspace, Repository::open(opened.root()).ok().as_ref())?;
        let overlay = Overlay::new(opened.files(), path.clone(), text.clone().into_bytes());
        let deal = one(&opened.workspace_on(&overlay, global)?, &path)?;
        let errors: Vec<_> = deal.findings.iter().filter(|finding| finding.level == "error").collect();
        if !errors.is_empty() {
            console.show(|out| {
                writeln!(out, "{}: not written", escape::line(&path))?;
                for error in &errors {
                    writeln!(out, "error[{}] {}", error.code, escape::line(&error.message))?;
                    if let Some(help) = &error.help {
                        writeln!(out, "  help: {}", escape::line(help))?;
                    }
                }
                Ok(())
            })?;
            return Ok(Exit::Findings);
        }
        if self.dry_run {
            console.show_patch(&patch(&path, None, &text))?;
            return Ok(Exit::Clean);
        }
        output::write_folder(opened.root(), &[(&path, &text)])?;
        let stage = deal.stage.as_deref().unwrap_or_default();
        let id = self.id(&workspace);
        console.show(|out| writeln!(out, "{} in {stage} ({})", escape::line(id), escape::line(&path)))?;
        Ok(Exit::Clean)
    }

    /// The deal's id, also where its path was given.
    fn id(&self, workspace: &Workspace<'_>) -> &str {
        let id = paths::below(&workspace.config.deals, &self.id).unwrap_or(&self.id);
        [".yaml", ".yml"].iter().find_map(|end| id.strip_suffix(end)).unwrap_or(id)
    }

    /// The file of the deal, relative to the root.
    fn path(&self, workspace: &Workspace<'_>) -> Result<String, Error> {
        let id = self.id(workspace);
        let is_name = |part: &str| {
            part.trim() == part
                && !part.is_empty()
                && !part.starts_with('.')
                && !part.ends_with('.')
                && !part.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c))
        };
        if !id.split('/').all(is_name) {
            return Err(Error::Unknown {
                message: format!("{} cannot be a deal's id", quote(&self.id)),
                hint: Some("write a path below the deals' folder, such as `acme/rollout`".to_owned()),
            });
        }
        let folder = &workspace.config.deals;
        let path = format!("{folder}/{id}.yaml");
        let taken = [path.clone(), format!("{folder}/{id}.yml")]
            .into_iter()
            .find(|path| workspace.snapshot.has_file(path));
        match taken {
            Some(taken) => Err(Error::Unknown {
                message: format!("there is a deal {} already, in `{taken}`", quote(id)),
                hint: Some(
                    "nothing was written; choose another id, or change that one: `dealgate set`".to_owned(),
                ),
            }),
            None => Ok(path),
        }
    }

    /// The deal's text; without a workflow what is enough to find out which it follows.
    fn text(
        &self,
        workflow: Option<&Workflow>,
        workspace: &Workspace<'_>,
        repository: Option<&Repository>,
    ) -> Result<String, Error> {
        let id = self.id(workspace);
        let last = id.rsplit('/').next().unwrap_or(id);
        let text = |text: &Option<String>| text.clone().map(Value::Text);
        let plain = |text: &Option<String>| text.clone().map(Value::Plain);
        let owner = self.owner.clone().or_else(|| repository?.user_email());
        let stage = workflow.map(|workflow| {
            let first = workflow.moves.start_in.as_ref().and_then(|stages| stages.first()).copied();
            workflow.stages[first.unwrap_or(0)].id.to_string()
        });
        let record = [
            ("name", Some(Value::Text(self.name.clone().unwrap_or_else(|| last.to_owned())))),
            ("customer", text(&self.customer)),
            ("stage", Some(Value::Text(stage.unwrap_or_default()))),
            ("workflow", text(&self.workflow)),
            ("owner", owner.map(Value::Text)),
            ("amount", plain(&self.amount)),
            ("close_date", plain(&self.close_date)),
            ("opened", Some(Value::Plain(workspace.today.to_string()))),
        ];
        let changes: Vec<_> = record
            .into_iter()
            .filter_map(|(key, value)| Some(Change::Set(Path::keys([key]), value?)))
            .collect();
        let failed =
            |declined: Declined| Error::Unknown { message: declined.message, hint: Some(declined.help) };
        let mut body = edit("", &changes, &[]).map_err(failed)?;
        if let Some(workflow) = workflow.filter(|_| !self.assignments.is_empty()) {
            let assigned = assigned(&self.assignments, id, workflow)?;
            let order: Vec<&str> = workflow.schema.fields.iter().map(|field| field.name.as_ref()).collect();
            body = edit(&body, &assigned, &order).map_err(failed)?;
        }
        let mut written = String::new();
        if let Some(workflow) = workflow {
            let schema = committed::deal_path(&workflow.id);
            if workspace.snapshot.has_file(&schema) {
                let depth = workspace.config.deals.split('/').count() + id.matches('/').count();
                let _ = writeln!(written, "# yaml-language-server: $schema={}{schema}", "../".repeat(depth));
            }
        }
        written.push_str(body.trim_end());
        written.push('\n');
        if let Some(workflow) = workflow {
            asked(workflow, &mut written);
        }
        Ok(written)
    }
}

/// What the first gate asks, as comments.
fn asked(workflow: &Workflow, written: &mut String) {
    let first = workflow.moves.start_in.as_ref().and_then(|stages| stages.first()).copied();
    let Some(stage) = workflow.stages.get(first.unwrap_or(0)) else { return };
    let asked: Vec<_> = stage.requirements.iter().filter(|requirement| requirement.when.is_none()).collect();
    if asked.is_empty() {
        return;
    }
    let _ = writeln!(written, "\n# Before it may leave {}:", stage.id);
    for requirement in asked {
        let _ = writeln!(written, "# - {}: {}", requirement.id, escape::line(&requirement.title));
    }
}
