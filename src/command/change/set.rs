//! `dealgate set`: a key or a field of a deal gets a value.

use clap::Args;

use super::editor::{ChangeFindings, Plan, WriteArgs, change};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::deal::writing::is_assigned;
use crate::deal::{Shape, Type};
use crate::edit::{Change, NewValue, Path, PathStep};
use crate::error::Error;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::source::shell;
use crate::syntax::{Node, yaml};
use crate::workflow::Workflow;

/// Give keys of a deal a value
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::command) struct SetArgs {
    /// The deal, by id, path or the end of its id
    #[arg(value_name = "DEAL")]
    deal: String,
    /// Keys and values: `amount=120000 EUR`, `plan.link=…`, `contacts[0].stance=ally`, `contacts+={name: Ada}`
    #[arg(value_name = "KEY=VALUE", required_unless_present = "unset")]
    assignments: Vec<String>,
    /// Takes a key away
    #[arg(long, value_name = "KEY")]
    unset: Vec<String>,
    #[command(flatten)]
    writing: WriteArgs,
}

const EXAMPLES: &str = "\
Examples:
  dealgate set rollout 'amount=120000 EUR' close_date=2027-01-29
  dealgate set rollout plan.link=https://wiki.example/plan
  dealgate set rollout 'contacts+={name: Ada, role: sponsor}'
  dealgate set rollout --unset on_hold";

impl SetArgs {
    pub(in crate::command) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        change(global, console, &self.deal, &self.writing, |desk| {
            let deal = desk.word.as_str();
            let mut changes = assigned(&self.assignments, deal, desk.workflow)?;
            let mut said = self.assignments.clone();
            let root = desk.root();
            for key in &self.unset {
                let path = settable(key, deal)?;
                let keys = root.as_ref().and_then(Node::as_map).unwrap_or_default();
                if !keys.iter().any(|entry| path.first() == Some(&*entry.key.value)) {
                    let keys = keys.iter().map(|entry| &*entry.key.value);
                    let hint = suggest(key, keys.filter(|key| settable(key, deal).is_ok())).sentence();
                    return Err(Error::Unknown { message: format!("the deal has no {}", quote(key)), hint });
                }
                changes.push(Change::Remove(path));
                said.push(format!("{key} removed"));
            }
            Ok(Plan::new(changes, format!("{}: {}", desk.deal.deal, said.join(", ")))
                .about(ChangeFindings::Values))
        })
    }
}

/// What `KEY=VALUE`, `KEY.INNER=VALUE`, `KEY[0].INNER=VALUE` and `KEY+=VALUE` change in a deal.
pub(super) fn assigned(
    assignments: &[String],
    deal: &str,
    workflow: &Workflow,
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for assignment in assignments {
        let given = assignment.split_once('=').filter(|(_, value)| !value.trim().is_empty());
        let (key, value) = given.ok_or_else(|| {
            let key = assignment.trim_end_matches(['=', ' ', '+']);
            let (set, unset) = (shell::word(&format!("{key}=VALUE")), shell::word(key));
            Error::Unknown {
                message: format!("{} gives no value", quote(assignment)),
                hint: Some(format!("write `{set}`, or `--unset {unset}` of `dealgate set`")),
            }
        })?;
        let (key, appends) = key.strip_suffix('+').map_or((key, false), |key| (key, true));
        let path = settable(key, deal)?;
        let value = value_of(workflow, &path, appends, value.trim())?;
        changes.push(if appends { Change::Append(path, value) } else { Change::Set(path, value) });
    }
    Ok(changes)
}

fn settable(key: &str, deal: &str) -> Result<Path, Error> {
    let path: Path = key.trim().parse().map_err(|why: String| Error::Unknown {
        message: format!("{} leads to no value", quote(key)),
        hint: Some(why),
    })?;
    if is_assigned(&dotted(&path)) {
        return Ok(path);
    }
    let deal = shell::word(deal);
    let instead = match path.first() {
        Some("stage") => format!("dealgate move {deal} STAGE"),
        Some("done") => format!("dealgate done {deal} ID` or `dealgate approve {deal} ID"),
        Some("waivers") => format!("dealgate waive {deal} ID --reason TEXT"),
        _ => format!("dealgate win {deal}` or `dealgate lose {deal} --reason REASON"),
    };
    Err(Error::Unknown {
        message: format!("`{}` is not set by hand", path.first().unwrap_or_default()),
        hint: Some(format!("`{instead}`")),
    })
}

/// A value as its declaration wants it: a list or record as YAML writes it on a line, a text as it is.
fn value_of(workflow: &Workflow, path: &Path, appends: bool, written: &str) -> Result<NewValue, Error> {
    let shape = shape_of(workflow, path);
    let shape = match shape.map(|shape| &shape.kind) {
        Some(Type::List(item)) if appends => Some(item.as_ref()),
        _ => shape,
    };
    if matches!(shape.map(|shape| &shape.kind), Some(Type::Text | Type::Email | Type::Url)) {
        return Ok(NewValue::Text(written.to_owned()));
    }
    if written.starts_with(['{', '[']) {
        let parsed = yaml::parse(written);
        return match (parsed.root, parsed.faults.first()) {
            (Some(root), None) => Ok(NewValue::from(&root)),
            (_, fault) => Err(Error::Unknown {
                message: format!(
                    "{} cannot be read{}",
                    quote(written),
                    fault.map_or_else(String::new, |fault| format!(": {}", fault.message))
                ),
                hint: fault.and_then(|fault| fault.help.clone()),
            }),
        };
    }
    let is_known = shape.is_some();
    Ok(if is_known { NewValue::Plain(written.to_owned()) } else { NewValue::Text(written.to_owned()) })
}

/// The keys of a path, through the items of lists.
fn dotted(path: &Path) -> String {
    let keys = path.0.iter().filter_map(|step| match step {
        PathStep::Key(key) => Some(key.as_str()),
        PathStep::Item(_) => None,
    });
    keys.collect::<Vec<_>>().join(".")
}

/// The declaration of what a path leads to.
fn shape_of<'w>(workflow: &'w Workflow, path: &Path) -> Option<&'w Shape> {
    let shape = workflow.schema.at_path(&dotted(path))?;
    match (path.0.last(), &shape.kind) {
        (Some(PathStep::Item(_)), Type::List(item)) => Some(item),
        _ => Some(shape),
    }
}
