//! dealgate holds sales deals against their workflow: which stage may a deal be in, and what is missing.
//!
//! The pipeline, which every command and the editor's schemas follow:
//!
//! 1. [`snapshot`] lists and reads the files of one moment: the work tree, a commit, texts in memory.
//! 2. [`syntax`] parses both languages, YAML and TOML, into one tree whose every node has a [`source::Span`].
//! 3. [`workspace`] reads the settings; [`workflow`] resolves stages, gates and what they inherit.
//! 4. [`deal`] reads a deal by what its workflow declares; [`history`] tells what it was on which day.
//! 5. [`gate`] judges each [`requirement`] of the gates that are behind the deal.
//! 6. [`assess`] does all of this for a selection of files, and collects every [`finding`] with its place.
//! 7. [`compare`] holds two moments against each other.
//! 8. [`emit`] shows findings in a format, [`report`] makes pages from templates, [`checklist`] answers in a terminal.
//! 9. [`edit`] changes one thing in a file and proves that nothing else changed.
//! 10. [`lsp`] answers editors with all of this, over what is open in them.
//! 11. [`command`] reads the arguments, prints, and says how it went.
//!
//! A mistake in a file is a finding with a place; an [`error::Error`] says what the tool could not do. Today is an
//! argument, and the same input gives the same bytes.
//!
//! ```
//! use dealgate::assess::{Selection, Workspace, check};
//! use dealgate::snapshot::texts::Texts;
//! use dealgate::workspace::Config;
//!
//! // A workspace in memory; `snapshot::worktree::Worktree` opens a folder.
//! let mut files = Texts::default();
//! files.add("workflows/acme.toml".into(), r#"
//! stages = ["lead", "offer"]
//! [stage.lead.requires]
//! budget-known = "We know the budget"
//! [stage.offer.requires]
//! offer-sent = "The offer is sent"
//! "#.into());
//! files.add("deals/acme/rollout.yaml".into(), "name: Rollout\nstage: offer\n".into());
//!
//! let today = jiff::civil::date(2026, 11, 30);
//! let workspace = Workspace::load(&files, Config::load(&files), today).without_past();
//! let assessment = check(&workspace, &Selection::Everything, |_| None::<()>);
//!
//! let found: Vec<String> = assessment
//!     .ledger
//!     .findings()
//!     .iter()
//!     .filter_map(|finding| {
//!         let place = finding.place.as_ref()?;
//!         Some(format!("{}:{} {}", place.file.path(), place.start().line, finding.code))
//!     })
//!     .collect();
//! assert_eq!(found, ["deals/acme/rollout.yaml:2 requirement-unmet"]);
//! ```

// What only the program uses says so, and what nobody uses is found.
#![warn(unreachable_pub)]
// The front page tells of every room, also of those that only the program uses.
#![allow(rustdoc::private_intra_doc_links)]

pub mod assess;
mod checklist;
pub mod command;
mod compare;
mod deal;
pub mod edit;
mod editor;
pub mod emit;
pub mod error;
pub mod finding;
mod gate;
mod history;
mod import;
pub mod lsp;
mod proposal;
pub mod report;
mod requirement;
mod scratch;
pub mod snapshot;
pub mod source;
mod standing;
pub mod syntax;
mod trial;
mod workflow;
pub mod workspace;
