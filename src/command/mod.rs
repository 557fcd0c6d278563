//! The command line: reads arguments, calls the pipeline, prints. The only room that knows the process it runs in.

mod change;
mod check;
mod completions;
mod config;
mod console;
mod context_file;
mod deals;
mod demo;
mod diff;
mod difference;
mod exit;
mod explain;
mod export;
mod fix;
mod global;
mod import;
mod init;
mod lsp;
mod man;
mod merge;
mod moments;
mod output;
mod output_target;
mod pages;
mod paths;
mod protected_paths;
mod report;
mod report_moments;
mod revision_spec;
mod root;
mod schema;
mod session;
mod since;
mod site;
mod starter;
mod status;
mod stdin;
mod step_summary;
mod template_path;
mod test;
mod today;
mod usage;
mod viewer;
mod waiting;
mod watch;

use std::path::Path;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, FromArgMatches as _, Parser, Subcommand};
use jiff::civil::Date;

use crate::error::Error;
use crate::finding::Ledger;
use revision_spec::RevisionSpec;

/// The lists from which the reference in the README is made: functions of expressions, and keys.
pub use crate::requirement::expression::reference::REFERENCE as FUNCTIONS;
pub use crate::workflow::reference::{held, reference};
/// The sample workspace that `demo` writes: paths and texts.
pub use demo::FILES as SHOWCASE;

pub use console::{Colour, Console};
pub use exit::Exit;
pub use global::Global;
pub use output::write;
pub use today::today;

/// Reads the arguments of the process, does what they say, and says how it went.
pub fn main() -> Exit {
    let (console, ran) = match Cli::from_arguments() {
        Ok(cli) => {
            let console = cli.global.console();
            (console, cli.run(console))
        }
        Err(said) => {
            let console = Console::new(Colour::Auto, true, false);
            (console, console.show_usage(&said))
        }
    };
    ran.unwrap_or_else(|error| {
        console.fail(&error);
        Exit::Unable
    })
}

/// Holds sales deals in YAML against the stage gates of a workflow in TOML, and points at what falls short.
#[derive(Clone, Debug, Parser)]
#[command(name = "dealgate", version, styles = STYLES, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  dealgate demo                         a sample workspace, to look around in
  dealgate check                        deals, workflows and settings
  dealgate check deals/acme             one company's deals
  dealgate status rollout               what is left to do for a deal
  dealgate explain standard             a workflow as a checklist
  dealgate -C ../acme-sales check       a workspace elsewhere
  dealgate check --today 2026-12-31     as it would be judged on that day

Exit status: 0 in order, 1 findings at or above the failing level, 2 it could not do the work.";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

#[derive(Clone, Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Init(init::InitArgs),
    Check(check::CheckArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Schema(schema::SchemaArgs),
    New(change::NewArgs),
    Set(change::SetArgs),
    Done(change::DoneArgs),
    Approve(change::ApproveArgs),
    Waive(change::WaiveArgs),
    Move(change::MoveArgs),
    Win(change::WinArgs),
    Lose(change::LoseArgs),
    Disqualify(change::DisqualifyArgs),
    Reopen(change::ReopenArgs),
    MergeFile(merge::MergeFileArgs),
    Status(status::StatusArgs),
    Waiting(waiting::WaitingArgs),
    Explain(explain::ExplainArgs),
    Diff(diff::DiffArgs),
    Report(report::ReportArgs),
    Test(test::TestArgs),
    Lsp(lsp::LspArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Config(config::ConfigArgs),
}

/// What `check --at HEAD --since BASE` finds in a folder on a day: for whoever tries it out on many repositories.
#[doc(hidden)]
pub fn since(folder: &Path, [base, head]: [&str; 2], today: Date) -> Result<Ledger, Error> {
    let today = today.to_string();
    usage::define(Cli::command);
    let global = Cli::parse_from(["dealgate", "check", "--today", &today, "--at", head]).global;
    let opened = session::Session::at(folder, &global)?;
    Ok(since::judge(&opened, &global, &RevisionSpec::Revision(base.to_owned()))?.ledger)
}

impl Cli {
    /// Reads the arguments of the process. A variable that a script sets to nothing is one that it did not mean to set.
    fn from_arguments() -> Result<Self, clap::Error> {
        usage::define(Self::command);
        let command = usage::without_empty_variables(Self::command());
        let read = command.try_get_matches().and_then(|matches| Self::from_arg_matches(&matches));
        read.map_err(usage::visibly)
    }

    fn run(&self, console: Console) -> Result<Exit, Error> {
        self.global.enter()?;
        match &self.command {
            Command::Demo(demo) => demo.run(&self.global, console),
            Command::Init(init) => init.run(&self.global, console),
            Command::Check(check) => check.run(&self.global, console),
            Command::Export(export) => export.run(&self.global, console),
            Command::Import(import) => import.run(&self.global, console),
            Command::Schema(schema) => schema.run(&self.global, console),
            Command::New(new) => new.run(&self.global, console),
            Command::Set(set) => set.run(&self.global, console),
            Command::Done(done) => done.run(&self.global, console),
            Command::Approve(approve) => approve.run(&self.global, console),
            Command::Waive(waive) => waive.run(&self.global, console),
            Command::Move(it) => it.run(&self.global, console),
            Command::Win(win) => win.run(&self.global, console),
            Command::Lose(lose) => lose.run(&self.global, console),
            Command::Disqualify(it) => it.run(&self.global, console),
            Command::Reopen(reopen) => reopen.run(&self.global, console),
            Command::MergeFile(merge) => merge.run(&self.global, console),
            Command::Status(status) => status.run(&self.global, console),
            Command::Waiting(waiting) => waiting.run(&self.global, console),
            Command::Explain(explain) => explain.run(&self.global, console),
            Command::Diff(diff) => diff.run(&self.global, console),
            Command::Report(report) => report.run(&self.global, console),
            Command::Test(test) => test.run(&self.global, console),
            Command::Lsp(lsp) => lsp.run(&self.global),
            Command::Completions(completions) => completions.run(console),
            Command::Man(man) => man.run(console),
            Command::Config(config) => config.run(&self.global, console),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_ci_sets_once_has_a_twin_in_the_environment() {
        let mut command = Cli::command();
        command.build();
        let check = command.find_subcommand("check").unwrap();
        // What writes files is asked for each time, and so is how much somebody who looks wants to see.
        let written = ["fix", "unsafe_fixes", "diff"];
        let looked_at = ["limit", "statistics", "watch", "help", "version"];
        let without = [&["paths", "stdin_filename"][..], &written, &looked_at].concat();
        for arg in check.get_arguments().filter(|arg| !without.contains(&arg.get_id().as_str())) {
            let name = arg.get_id().as_str();
            let twin = if name == "directory" { "dir" } else { name };
            let twin = format!("DEALGATE_{}", twin.to_uppercase());
            assert_eq!(arg.get_env().and_then(|it| it.to_str()), Some(twin.as_str()), "--{name}");
        }
    }
}
