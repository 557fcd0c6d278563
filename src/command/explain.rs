//! `dealgate explain`: a code, a workflow or a deal in full.

use std::path::Path;

use clap::Args;

use super::console::Console;
use super::deals::{self, Directory, Meant};
use super::exit::Exit;
use super::global::Global;
use super::opened::Session;
use super::sink::Layouts;
use crate::assess::{Selection, Workspace};
use crate::checklist::{CodeSheet, Opening, Telling, WorkflowSheet};
use crate::error::Error;
use crate::finding::Code;
use crate::finding::code::CODES;
use crate::finding::wording::{WordList, nearest, quote};
use crate::source::paths;
use crate::workflow::builtin::PREFIX;

/// Explain a finding's code, a workflow or a deal
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// A code as findings show it, a workflow by name or file, or a deal by id, path or the end of an id
    #[arg(value_name = "CODE|WORKFLOW|DEAL")]
    word: String,

    #[command(flatten)]
    layouts: Layouts,
}

const EXAMPLES: &str = "\
Examples:
  dealgate explain approval-void        what the finding means, an example, the way out
  dealgate explain standard             the gates of a workflow as a checklist
  dealgate explain acme/rollout         how a deal stands with each requirement, and why";

impl ExplainArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::of_words(global, std::slice::from_ref(&self.word))?;
        let workspace = Workspace { all_dates: true, ..opened.anywhere(global)? };
        let opening = Opening::of(workspace.today);
        let present = &self.layouts;
        if let Some(code) = Code::parse(&self.word) {
            let sheet = CodeSheet::new(opening, code, &workspace.config.levels);
            present.present("explain", &sheet, console)?;
        } else if let Some(name) = self.workflow(&workspace, &opened) {
            let Some(workflow) = workspace.library.get(&name).flatten() else {
                return Err(Error::Unknown {
                    message: format!("the workflow {} has faults and cannot be used", quote(&name)),
                    hint: Some("`dealgate check` shows them".to_owned()),
                });
            };
            present.present("explain", &WorkflowSheet::new(opening, workflow, workspace.today), console)?;
        } else {
            opened.refuse_nowhere()?;
            let directory = Directory::of(&workspace);
            let Some(Meant::Deal(path)) = directory.find(&self.word, &opened)? else {
                return Err(self.unknown(&workspace, &directory));
            };
            let progress = deals::progress(&workspace, &Selection::Paths(vec![path]));
            for deal in progress {
                present.present("explain", &Telling::new(opening.clone(), deal), console)?;
            }
        }
        Ok(Exit::Clean)
    }

    /// The name of the workflow that is meant, by its name or by its file.
    fn workflow(&self, workspace: &Workspace<'_>, opened: &Session) -> Option<String> {
        let library = &workspace.library;
        if let Some(name) = library.full_name(&self.word) {
            return Some(name.to_owned());
        }
        let stem = self.word.strip_suffix(".toml")?;
        if let Some(name) = stem.starts_with(PREFIX).then(|| library.full_name(stem)).flatten() {
            return Some(name.to_owned());
        }
        let path = opened.resolve(Path::new(&self.word)).ok()?;
        let name = paths::below(&workspace.config.workflows, &path)?.strip_suffix(".toml")?;
        library.full_name(name).map(str::to_owned)
    }

    fn unknown(&self, workspace: &Workspace<'_>, directory: &Directory) -> Error {
        let word = self.word.as_str();
        let library = &workspace.library;
        let plain = || library.names().filter(|name| !name.starts_with(PREFIX));
        let asked = plain().find(|name| {
            library.get(name).flatten().is_some_and(|workflow| workflow.requirement(word).is_some())
        });
        let known = CODES.iter().map(|entry| entry.name).chain(library.names());
        let near = nearest(word, known).or_else(|| directory.nearest(word));
        let hint = match (asked, near) {
            (Some(name), _) => format!("it is a requirement: `dealgate explain {name}` shows it"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => {
                let own: Vec<_> = plain().map(|name| format!("`{name}`")).collect();
                format!(
                    "name a code such as `stalled`, a deal from `dealgate status`, or a workflow: {}",
                    WordList(&own, "or")
                )
            }
        };
        let message = format!("there is no code, workflow or deal {}", quote(word));
        Error::Unknown { message, hint: Some(hint) }
    }
}
