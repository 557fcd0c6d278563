//! `dealgate config`: the settings in force, and where each comes from.

use std::io::{self, Write};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args};
use serde::Serialize;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::output_target::{self, Form, OutputTarget};
use super::session::Session;
use super::usage::{definition, without_empty_variables};
use crate::emit::safe_json;
use crate::error::Error;
use crate::finding::wording::Count;
use crate::source::escape;

/// Show the settings in force, and where each comes from
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  dealgate config
  DEALGATE_TODAY=2026-12-31 dealgate config --format json")]
pub(super) struct ConfigArgs {
    /// How to show them: text or json; with a file also several times
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = OutputTarget::<Form>::parse)]
    format: Vec<OutputTarget<Form>>,
}

/// What is shown; as JSON it has these keys.
#[derive(Debug, Serialize)]
struct Shown {
    schema_version: u32,
    root: String,
    settings: Vec<SettingRow>,
}

/// A setting, its value and where that comes from.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct SettingRow {
    key: String,
    value: Option<String>,
    /// `default`, `file`, `environment`, `flag` or `clock`.
    source: &'static str,
    /// The file.
    file: Option<String>,
    /// The line.
    line: Option<usize>,
    /// The variable of the environment, the flag, or the clock.
    name: Option<String>,
}

impl ConfigArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        output_target::refuse_shared(&self.format, "config");
        let opened = Session::here(global)?;
        let workspace = opened.workspace(global)?;
        let mut settings = from_file(&workspace.config);
        settings.extend(from_command_line(&workspace));
        let faults = workspace.config.findings.len();
        let shown = Shown { schema_version: 1, root: opened.root().display().to_string(), settings };
        OutputTarget::fill(&self.format, Form::Text, console, |form, _, out| match form {
            Form::Json => safe_json::document(&shown, out),
            Form::Text => shown.text(faults, out),
        })?;
        Ok(Exit::Clean)
    }
}

fn from_file(config: &crate::workspace::Config) -> Vec<SettingRow> {
    let rows = config.in_force().into_iter().map(|setting| SettingRow {
        key: setting.key,
        value: setting.value,
        source: if setting.place.is_some() { "file" } else { "default" },
        line: setting.place.as_ref().map(|place| place.start().line),
        file: setting.place.map(|place| place.file.path().to_string()),
        name: None,
    });
    rows.collect()
}

/// The options of every command, and what the environment says of those of single commands.
fn from_command_line(workspace: &crate::assess::Workspace<'_>) -> Vec<SettingRow> {
    let mut command = definition();
    command.build();
    // The process's own arguments, which have been read once already, the same way, and are known to be sound.
    let Ok(matches) = without_empty_variables(definition()).try_get_matches() else { return Vec::new() };
    let own = matches.subcommand().map(|(_, matches)| matches);
    let told = |arg: &&Arg| !matches!(arg.get_id().as_str(), "help" | "version");
    let mut rows: Vec<_> =
        command.get_arguments().filter(told).map(|arg| row(arg, own.unwrap_or(&matches))).collect();
    let at = rows.iter().find(|row| row.key == "--at" && row.value.is_some());
    let of_at = at.map(|at| (at.source, at.name.clone()));
    if let Some(today) = rows.iter_mut().find(|row| row.key == "--today" && row.value.is_none()) {
        today.value = Some(workspace.today.to_string());
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        (today.source, today.name) = match of_at {
            Some(of_at) => of_at,
            None if set("SOURCE_DATE_EPOCH") => ("environment", Some("SOURCE_DATE_EPOCH".to_owned())),
            None if workspace.config.today.is_some() => ("file", Some("today".to_owned())),
            None => ("clock", Some("the clock".to_owned())),
        };
    }
    for subcommand in command.get_subcommands() {
        for arg in subcommand.get_arguments().filter(|arg| !arg.is_global_set()) {
            let Some(variable) = arg.get_env() else { continue };
            let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) else { continue };
            rows.push(SettingRow {
                key: format!("{} {}", subcommand.get_name(), name_of(arg)),
                value: Some(value.to_string_lossy().into_owned()),
                source: "environment",
                file: None,
                line: None,
                name: Some(variable.to_string_lossy().into_owned()),
            });
        }
    }
    rows
}

fn row(arg: &Arg, matches: &ArgMatches) -> SettingRow {
    let id = arg.get_id().as_str();
    let (source, name) = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => ("flag", Some(name_of(arg))),
        Some(ValueSource::EnvVariable) => {
            ("environment", arg.get_env().map(|name| name.to_string_lossy().into_owned()))
        }
        _ => ("default", None),
    };
    let given: Vec<_> = matches.get_raw(id).into_iter().flatten().map(|it| it.to_string_lossy()).collect();
    let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
    let value = match given.as_slice() {
        [] => None,
        // A switch is told as what it is, not as what the environment calls it.
        _ if is_switch => Some(matches.get_flag(id).to_string()),
        values => Some(values.join(", ")),
    };
    SettingRow { key: name_of(arg), value, source, file: None, line: None, name }
}

fn name_of(arg: &Arg) -> String {
    match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => arg.get_id().to_string(),
    }
}

impl Shown {
    fn text(&self, faults: usize, out: &mut dyn Write) -> io::Result<()> {
        let value = |row: &SettingRow| escape::line(row.value.as_deref().unwrap_or("(none)")).into_owned();
        let width = |cells: &dyn Fn(&SettingRow) -> usize| self.settings.iter().map(cells).max().unwrap_or(0);
        let keys = width(&|row| row.key.chars().count());
        let values = width(&|row| value(row).chars().count()).min(50);
        writeln!(out, "{}\n", escape::line(&format!("root {}", self.root)))?;
        for row in &self.settings {
            let from = match (&row.file, &row.line, &row.name) {
                (Some(file), Some(line), _) => format!("{file}:{line}"),
                (_, _, Some(name)) => name.clone(),
                _ => row.source.to_owned(),
            };
            let (key, from) = (escape::line(&row.key), escape::line(&from));
            writeln!(out, "{key:keys$}  {:values$}  {from}", value(row))?;
        }
        if faults > 0 {
            let faults = Count(faults, "fault");
            writeln!(
                out,
                "\ndealgate.toml has {faults}: what is wrong there is not in force; see `dealgate check`"
            )?;
        }
        Ok(())
    }
}
