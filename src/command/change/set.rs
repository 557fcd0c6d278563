//! `dealgate set`: a key or a field of a deal gets a value.

use clap::Args;

use super::desk::WriteArgs;
use super::desk::{ChangeFindings, Desk, Plan, change};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::deal::{Shape, Type};
use crate::edit::{Change, NewValue, Path, PathStep};
use crate::error::Error;
use crate::syntax::yaml;

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
            let mut changes = Vec::new();
            let mut said = Vec::new();
            for assignment in &self.assignments {
                let (key, value) = assignment.split_once('=').ok_or_else(|| Error::Unknown {
                    message: format!("`{assignment}` gives no value"),
                    hint: Some(format!("write `{assignment}=VALUE`, or `--unset {assignment}`")),
                })?;
                let (key, appends) = key.strip_suffix('+').map_or((key, false), |key| (key, true));
                let path = desk.settable(key)?;
                let value = desk.value(&path, appends, value.trim());
                changes.push(if appends { Change::Append(path, value) } else { Change::Set(path, value) });
                said.push(assignment.clone());
            }
            for key in &self.unset {
                changes.push(Change::Remove(desk.settable(key)?));
                said.push(format!("{key} removed"));
            }
            Ok(Plan::new(changes, format!("{}: {}", desk.deal.deal, said.join(", ")))
                .about(ChangeFindings::Values))
        })
    }
}

impl Desk<'_> {
    fn settable(&self, key: &str) -> Result<Path, Error> {
        let path: Path = key.trim().parse().map_err(|message| Error::Unknown { message, hint: None })?;
        let deal = &self.deal.deal;
        let instead = match path.first() {
            Some("stage") => format!("dealgate move {deal} STAGE"),
            Some("outcome") => format!("dealgate win {deal}` or `dealgate lose {deal} --reason REASON"),
            Some("done") => format!("dealgate done {deal} ID` or `dealgate approve {deal} ID"),
            Some("waivers") => format!("dealgate waive {deal} ID --reason TEXT"),
            _ => return Ok(path),
        };
        Err(Error::Unknown {
            message: format!("`{}` is not set by hand", path.first().unwrap_or_default()),
            hint: Some(format!("`{instead}`")),
        })
    }

    /// A value as its declaration wants it: a list or record as YAML writes it on a line, a text as it is.
    fn value(&self, path: &Path, appends: bool, written: &str) -> NewValue {
        let shape = self.shape(path);
        let shape = match shape.map(|shape| &shape.kind) {
            Some(Type::List(item)) if appends => Some(item.as_ref()),
            _ => shape,
        };
        if written.starts_with(['{', '['])
            && let Some(root) = yaml::parse(written).root.filter(|root| root.as_scalar().is_none())
        {
            return NewValue::from(&root);
        }
        match shape.map(|shape| &shape.kind) {
            Some(Type::Text | Type::Email | Type::Url) | None => NewValue::Text(written.to_owned()),
            Some(_) => NewValue::Plain(written.to_owned()),
        }
    }

    /// The declaration of what a path leads to.
    fn shape(&self, path: &Path) -> Option<&Shape> {
        let keys = path.0.iter().filter_map(|step| match step {
            PathStep::Key(key) => Some(key.as_str()),
            PathStep::Item(_) => None,
        });
        let shape = self.workflow.schema.at_path(&keys.collect::<Vec<_>>().join("."))?;
        match (path.0.last(), &shape.kind) {
            (Some(PathStep::Item(_)), Type::List(item)) => Some(item),
            _ => Some(shape),
        }
    }
}
