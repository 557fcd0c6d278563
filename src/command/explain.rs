//! `dealgate explain`: a code, a workflow, a stage, a requirement, a key or a deal in full.

use std::path::Path;

use clap::Args;

use super::console::Console;
use super::deals::{self, Directory, Meant};
use super::exit::Exit;
use super::global::Global;
use super::output_target::Layouts;
use super::session::Session;
use crate::assess::{Selection, Workspace};
use crate::checklist::{CodeList, CodeSheet, DealExplanation, KeySheet, Opening, RuleSheet, WorkflowSheet};
use crate::error::Error;
use crate::finding::Code;
use crate::finding::code::CODES;
use crate::finding::wording::{WordList, nearest, quote};
use crate::source::{paths, shell};
use crate::workflow::builtin::PREFIX;
use crate::workflow::reference::{held, reference};

/// Explain a finding's code, a workflow, a stage, a requirement, a key or a deal
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// A code as findings show it; a workflow by name or file; a stage, a requirement or a key of a workflow; a deal by
    /// id, path or the end of an id [default: every code in a line]
    #[arg(value_name = "WORD")]
    word: Option<String>,

    #[command(flatten)]
    layouts: Layouts,
}

const EXAMPLES: &str = "\
Examples:
  dealgate explain approval-void        what the finding means, an example, the way out
  dealgate explain                      every code in a line
  dealgate explain standard             the gates of a workflow as a checklist
  dealgate explain qualified            a stage: its gate, and what else is said of it
  dealgate explain price-approved       a requirement
  dealgate explain max-days             a key of a workflow
  dealgate explain acme/rollout         how a deal stands with each requirement, and why";

impl ExplainArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let word = self.word.as_deref();
        let opened = Session::of_words(global, self.word.as_slice())?;
        let workspace = Workspace { all_dates: true, ..opened.anywhere(global)? };
        let opening = Opening::of(workspace.today);
        let present = &self.layouts;
        let Some(word) = word else {
            present.present("explain", &CodeList::new(opening, &workspace.config.levels), console)?;
            return Ok(Exit::Clean);
        };
        let directory = Directory::of(&workspace);
        if let Some(code) = Code::parse(word) {
            let sheet = CodeSheet::new(opening, code, &workspace.config.levels);
            present.present("explain", &sheet, console)?;
        } else if let Some(name) = workflow(word, &workspace, &opened) {
            let Some(workflow) = workspace.library.get(&name).flatten() else {
                return Err(Error::Unknown {
                    message: format!("the workflow {} has faults and cannot be used", quote(&name)),
                    hint: Some("`dealgate check` shows them".to_owned()),
                });
            };
            present.present("explain", &WorkflowSheet::new(opening, workflow, workspace.today), console)?;
        } else if let Some(sheet) = (!directory.is_called(word)).then(|| rules(word, &workspace)).flatten() {
            present.present("explain", &sheet, console)?;
        } else {
            opened.refuse_nowhere()?;
            let Some(Meant::Deal(path)) = directory.find(word, &opened)? else {
                return Err(unknown(word, &workspace, &directory));
            };
            let progress = deals::progress(&workspace, &Selection::Paths(vec![path]));
            for deal in progress {
                present.present("explain", &DealExplanation::new(opening.clone(), deal), console)?;
            }
        }
        Ok(Exit::Clean)
    }
}

/// The name of the workflow that is meant, by its name or by its file.
fn workflow(word: &str, workspace: &Workspace<'_>, opened: &Session) -> Option<String> {
    let library = &workspace.library;
    if let Some(name) = library.full_name(word) {
        return Some(name.to_owned());
    }
    let stem = word.strip_suffix(".toml")?;
    if let Some(name) = stem.starts_with(PREFIX).then(|| library.full_name(stem)).flatten() {
        return Some(name.to_owned());
    }
    let path = opened.resolve(Path::new(word)).ok()?;
    let name = paths::below(&workspace.config.workflows, &path)?.strip_suffix(".toml")?;
    library.full_name(name).map(str::to_owned)
}

/// The stage, requirement or key of a name: of the workspace's own workflows, else of those that come with the program.
fn rules(word: &str, workspace: &Workspace<'_>) -> Option<RuleSheet> {
    let library = &workspace.library;
    let opening = || Opening::of(workspace.today);
    let sheets = |names: Vec<&str>| -> Vec<WorkflowSheet> {
        let usable = names.into_iter().filter_map(|name| library.get(name).flatten());
        let has = usable.filter(|it| {
            it.requirement(word).is_some() || it.stages.iter().any(|stage| stage.id.as_ref() == word)
        });
        has.map(|workflow| WorkflowSheet::new(opening(), workflow, workspace.today)).collect()
    };
    let own = sheets(library.own_names().collect());
    let all = if own.is_empty() { sheets(library.names().collect()) } else { own };
    let keys = reference().into_iter().flat_map(|table| {
        let place = table.place;
        table.keys.into_iter().filter(|key| key.name == word).map(move |key| KeySheet {
            key: key.name,
            place: place.clone(),
            means: key.means,
            holds: held(&key.holds),
        })
    });
    RuleSheet::new(opening(), word, all, keys.collect())
}

fn unknown(word: &str, workspace: &Workspace<'_>, directory: &Directory) -> Error {
    let library = &workspace.library;
    let plain = || library.names().filter(|name| !name.starts_with(PREFIX));
    let usable: Vec<_> = plain().filter_map(|name| library.get(name).flatten()).collect();
    let stages = usable.iter().flat_map(|it| &it.stages).map(|stage| stage.id.as_ref());
    let requirements = usable.iter().flat_map(|it| it.requirements()).map(|it| it.id.as_ref());
    let keys: Vec<_> = reference().iter().flat_map(|table| &table.keys).map(|key| key.name).collect();
    let known = CODES.iter().map(|entry| entry.name).chain(library.names());
    let near = nearest(word, known)
        .or_else(|| directory.nearest(word))
        .or_else(|| nearest(word, stages))
        .or_else(|| nearest(word, requirements))
        .or_else(|| nearest(word, keys));
    let hint = near.map_or_else(
        || {
            let own: Vec<_> = plain().map(|name| format!("`{name}`")).collect();
            format!(
                "`dealgate explain` lists the codes, `dealgate status` the deals; workflows are {}",
                WordList(&own, "and")
            )
        },
        |near| format!("did you mean `{}`?", shell::word(near)),
    );
    let message = format!("there is no code, workflow, stage, requirement, key or deal {}", quote(word));
    Error::Unknown { message, hint: Some(hint) }
}
