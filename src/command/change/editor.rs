//! Changes one deal: opens, reads, asks, shows or writes, in one order for every command.

use std::io;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::new_errors::NewError;
use crate::assess::{Selection, Workspace};
use crate::checklist::{ChecklistStep, Progress};
use crate::command::console::Console;
use crate::command::deals::{self, Directory, Meant};
use crate::command::difference::patch;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::output;
use crate::command::revision_spec::parse_date;
use crate::command::session::Session;
use crate::edit::{self, Change};
use crate::error::Error;
use crate::finding::wording::{Help as _, WordList, quote, suggest};
use crate::proposal;
use crate::snapshot::disk;
use crate::snapshot::git::Repository;
use crate::snapshot::overlay::Overlay;
use crate::source::{escape, shell};
use crate::syntax::{Node, yaml};
use crate::workflow::{Requirement, Workflow};

/// Options of every command that changes a deal.
#[derive(Clone, Debug, Args)]
pub(in crate::command) struct WriteArgs {
    /// Show what would change, as a patch, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// The day that is written [default: today]
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    pub(super) date: Option<Date>,
}

/// Words that are to be written, which say something.
pub(super) fn parse_words(text: &str) -> Result<String, String> {
    let says = !text.trim().is_empty();
    says.then(|| text.to_owned())
        .ok_or_else(|| "it says nothing: write a text, or leave the option out".to_owned())
}

/// One deal, as it is before a change.
pub(super) struct DealEditor<'o> {
    pub(super) opened: &'o Session,
    workspace: &'o Workspace<'o>,
    /// The deal's file, relative to the root.
    pub(super) path: String,
    text: String,
    pub(super) workflow: &'o Workflow,
    pub(super) deal: Progress,
    /// How a command line names the deal.
    pub(super) word: String,
    /// The day that is written.
    pub(super) date: Date,
    /// Whether that day was given.
    pub(super) is_dated: bool,
}

/// What is to be done to a deal.
pub(super) struct Plan {
    changes: Vec<Change>,
    /// What changed, as a line for whoever asked.
    said: String,
    about: ChangeFindings,
}

/// Which new errors stand in the way of a change; others that it brings are told once it is written.
pub(super) enum ChangeFindings {
    /// Those of values: what is written must be readable and allowed.
    Values,
    /// The same, and those of these requirements.
    Requirements(Vec<String>),
    /// Every one: the deal must be in order where it goes.
    TheDeal,
}

impl ChangeFindings {
    fn holds(&self, requirement: Option<&str>) -> bool {
        match (self, requirement) {
            (Self::TheDeal, _) | (_, None) => true,
            (Self::Requirements(ids), Some(id)) => ids.iter().any(|known| known == id),
            (Self::Values, Some(_)) => false,
        }
    }
}

impl Plan {
    pub(super) fn new(changes: Vec<Change>, said: impl Into<String>) -> Self {
        Self { changes, said: said.into(), about: ChangeFindings::TheDeal }
    }

    pub(super) fn about(self, about: ChangeFindings) -> Self {
        Self { about, ..self }
    }
}

/// Finds a deal, makes a plan and carries it out.
pub(super) fn change(
    global: &Global,
    console: Console,
    word: &str,
    writing: &WriteArgs,
    plan: impl FnOnce(&DealEditor<'_>) -> Result<Plan, Error>,
) -> Result<Exit, Error> {
    let opened = writable(global)?;
    let workspace = Workspace { all_dates: true, ..opened.workspace(global)? };
    let directory = Directory::of(&workspace);
    let Some(Meant::Deal(path)) = directory.find(word, &opened)? else {
        return Err(directory.unknown(word, &workspace));
    };
    let deal = one(&workspace, &path)?;
    let workflow = deal.workflow.as_deref().and_then(|name| workspace.library.get(name)).flatten();
    let Some(workflow) = workflow else {
        return Err(Error::Unknown {
            message: format!("the deal {} cannot be judged, so it is not changed", quote(&deal.deal)),
            hint: Some(format!("`{}` says why", shell::command("check", &[&opened.written_here(&path)]))),
        });
    };
    let text = read(&opened, &path, workspace.config.limits.file_size)?;
    let date = writing.date.unwrap_or(workspace.today);
    let word = directory.word(&path, &opened);
    let is_dated = writing.date.is_some();
    let workspace = &workspace;
    let desk = DealEditor { opened: &opened, workspace, path, text, workflow, deal, word, date, is_dated };
    let plan = plan(&desk)?;
    if plan.changes.is_empty() {
        console.show(|out| writeln!(out, "{}", escape::line(&plan.said)))?;
        return Ok(Exit::Clean);
    }
    desk.carry_out(&plan, writing, global, console)
}

/// The workspace on disk; what was cannot be changed.
pub(in crate::command) fn writable(global: &Global) -> Result<Session, Error> {
    if global.at.is_some() {
        return Err(Error::Unknown {
            message: "a commit cannot be changed".to_owned(),
            hint: Some("leave out `--at`".to_owned()),
        });
    }
    Session::here(global)
}

pub(super) fn one(workspace: &Workspace<'_>, path: &str) -> Result<Progress, Error> {
    let all = deals::progress(workspace, &Selection::Paths(vec![path.to_owned()]));
    all.into_iter().next().ok_or_else(|| Error::Unknown {
        message: format!("there is no deal in {}", quote(path)),
        hint: Some("a deal is a `.yaml` file in the deals' folder; `dealgate status` lists them".to_owned()),
    })
}

/// A file that is to be replaced, and its text with its byte order mark: it may be written, and is what it was when it was
/// read. Whoever wrote in between must not lose it.
pub(in crate::command) fn unchanged(
    opened: &Session,
    path: &str,
    most: usize,
    is_same: impl FnOnce(&str) -> bool,
) -> Result<(PathBuf, String), Error> {
    let file = opened.root().join(path);
    let text = read(opened, path, most)?;
    let (why, hint) = if !is_same(&text) {
        let hint = "run it again: it starts from what stands there now";
        ("was changed by somebody else meanwhile; nothing was written", hint)
    } else if file.metadata().is_ok_and(|it| it.permissions().readonly()) {
        ("is read-only; nothing was written", "give yourself the right to write the file, and run it again")
    } else {
        return Ok((file, text));
    };
    Err(Error::Path { path: file, why: why.to_owned(), hint: Some(hint.to_owned()) })
}

/// The text of a file as it is, its byte order mark included.
pub(in crate::command) fn read(opened: &Session, path: &str, most: usize) -> Result<String, Error> {
    let file = opened.root().join(path);
    let failed = |why: String, hint: &str| {
        let hint = Some(hint.to_owned());
        Error::Path { path: file.clone(), why, hint }
    };
    let unread = |cause: io::Error| {
        let hint = match cause.kind() {
            io::ErrorKind::NotFound => "it has been there a moment ago: look where it went",
            io::ErrorKind::PermissionDenied => "give yourself the right to read it, and run it again",
            _ => "`dealgate check` says which files it can read",
        };
        failed(format!("cannot be read: {cause}"), hint)
    };
    let real = file.canonicalize().map_err(unread)?;
    if !disk::is_within(opened.root(), &real) {
        let hint = "put the file itself in its place: what a link leads to outside is not changed";
        return Err(failed("leads out of the workspace".to_owned(), hint));
    }
    let bytes = disk::read(&real, most).map_err(unread)?;
    String::from_utf8(bytes).map_err(|_| failed("is not UTF-8".to_owned(), "save it as UTF-8"))
}

impl DealEditor<'_> {
    fn carry_out(
        &self,
        plan: &Plan,
        writing: &WriteArgs,
        global: &Global,
        console: Console,
    ) -> Result<Exit, Error> {
        let order = proposal::key_order(self.workflow);
        let edited = edit::edit(&self.text, &plan.changes, &order).map_err(|declined| Error::Unknown {
            hint: Some(declined.help),
            message: format!("{}: {}", self.path, declined.message),
        })?;
        let new = self.new_errors(&edited, global)?;
        let (against, besides): (Vec<_>, Vec<_>) =
            new.into_iter().partition(|error| plan.about.holds(error.requirement.as_deref()));
        if !against.is_empty() {
            console.show(|out| {
                writeln!(out, "{}: not changed", escape::line(&self.path))?;
                NewError::show(&against, out)
            })?;
            return Ok(Exit::Findings);
        }
        if writing.dry_run {
            console.show_patch(&patch(&self.path, Some(&self.text), &edited))?;
            return Ok(Exit::Clean);
        }
        if edited == self.text {
            let same = format!("{}: nothing changes, that stands there already", self.deal.deal);
            console.show(|out| writeln!(out, "{} ({})", escape::line(&same), escape::line(&self.path)))?;
            return Ok(Exit::Clean);
        }
        let most = self.workspace.config.limits.file_size;
        let _others_wait = disk::lock(self.opened.root());
        let (file, _) = unchanged(self.opened, &self.path, most, |now| now == self.text)?;
        output::replace(&file, |out| out.write_all(edited.as_bytes()))?;
        output::sweep(&file);
        console.show(|out| {
            writeln!(out, "{} ({})", escape::line(&plan.said), escape::line(&self.path))?;
            NewError::show(&besides, out)
        })?;
        Ok(Exit::Clean)
    }

    /// The errors that the deal would have and has not.
    fn new_errors(&self, edited: &str, global: &Global) -> Result<Vec<NewError>, Error> {
        let overlay = Overlay::new(self.opened.files(), self.path.clone(), edited.as_bytes().to_vec());
        let workspace = Workspace { all_dates: true, ..self.opened.workspace_on(&overlay, global)? };
        let after = one(&workspace, &self.path)?;
        Ok(NewError::between(&self.deal, &after, |step| self.help(step)))
    }

    /// A command about this deal.
    pub(super) fn command(&self, verb: &str, more: &[&str]) -> String {
        shell::command(verb, &[&[self.word.as_str()], more].concat())
    }

    /// The command that ticks or approves a requirement, or sets the field that it lacks.
    fn supplies(&self, step: &ChecklistStep) -> Option<String> {
        let set = || Some(self.command("set", &[step.assignment.as_deref()?]));
        self.workflow.requirement(&step.requirement)?.command(&self.word).or_else(set)
    }

    /// What supplies what a requirement asks, in words: the command where there is one, else what is told of it.
    pub(super) fn supply(&self, step: &ChecklistStep) -> Option<String> {
        self.supplies(step).map(|command| format!("`{command}`")).or_else(|| step.help.clone())
    }

    /// What is said of an ending that is being written, which `dealgate set` cannot say before it.
    fn beside_an_ending(&self, step: &ChecklistStep) -> Option<String> {
        let (key, _) = step.assignment.as_deref()?.strip_prefix("outcome.")?.split_once('=')?;
        let is_option = matches!(key, "competitor" | "note") && self.outcome().is_none();
        is_option.then(|| format!("say it in the same command: `--{key} …`"))
    }

    /// The command alone, to be copied, else what meets it.
    fn help(&self, step: &ChecklistStep) -> String {
        if let Some(option) = self.beside_an_ending(step) {
            return option;
        }
        let told = || step.help.clone().unwrap_or_else(|| format!("met when {}", step.met_when));
        self.supplies(step).unwrap_or_else(told)
    }

    /// The step of a requirement's id, and the requirement; what is nearest where there is none.
    pub(super) fn step(&self, id: &str) -> Result<(&ChecklistStep, &Requirement), Error> {
        let step = self.deal.steps.iter().find(|step| step.requirement == id);
        step.zip(self.workflow.requirement(id)).ok_or_else(|| Error::Unknown {
            message: format!("the workflow `{}` has no requirement {}", self.workflow.id, quote(id)),
            hint: suggest(id, self.deal.steps.iter().map(|step| step.requirement.as_str()))
                .sentence()
                .or_else(|| Some(format!("`{}` lists them", self.command("status", &[])))),
        })
    }

    /// The deal's tree as it stands.
    pub(super) fn root(&self) -> Option<Node<'_>> {
        yaml::parse(self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)).root
    }

    /// Whether the deal keeps a `history` of its own.
    pub(super) fn keeps_history(&self) -> bool {
        self.root().is_some_and(|root| proposal::keeps_history(&root))
    }

    /// Whoever works here: `--by`, else the address that git would commit with.
    pub(super) fn by(&self, given: Option<&str>) -> Result<String, Error> {
        let known = || Repository::open(self.opened.root()).ok()?.user_email();
        given.map(str::to_owned).or_else(known).ok_or_else(|| Error::Unknown {
            message: "who does this is not known".to_owned(),
            hint: Some("write `--by dana@acme.example`, or set git's `user.email`".to_owned()),
        })
    }
}

/// Ids as a line names them.
pub(super) fn named(ids: &[String]) -> String {
    let quoted: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    WordList(&quoted, "and").to_string()
}
