//! What dealgate promises, shown from outside.

#[cfg(unix)]
mod action;
mod architecture;
mod archived_deals;
#[cfg(unix)]
mod branch_cost;
mod browser;
mod cases;
mod changes;
mod comments;
mod consistency;
mod corpora;
mod damaged_sheets;
mod diff;
mod editors;
mod edits;
mod escaping;
mod everyday;
mod exports;
mod figures;
mod fix_law;
mod fixes;
mod formats;
mod gate_bypasses;
#[path = "../bench/generator.rs"]
mod generator;
mod git;
mod help_texts;
mod histories;
mod hooks;
mod hostile;
#[cfg(unix)]
mod hostile_branches;
mod hostile_workspace;
mod import_conflicts;
mod imported_history;
mod imports;
mod laws;
mod limits;
mod lsp;
mod memory;
mod merges;
mod metrics;
mod named_commands;
mod new_errors;
mod options;
#[cfg(unix)]
mod outputs;
#[cfg(unix)]
mod outside_paths;
#[cfg(unix)]
mod packages;
mod patches;
mod places;
mod pricing;
mod proposals;
mod provenance;
mod readme;
mod reappearing_deals;
mod reference;
mod replay;
mod repo;
mod report_markdown;
mod reports;
mod revisions;
#[cfg(unix)]
mod roots;
mod run;
mod schemas;
mod sheets;
mod since;
mod sites;
mod snapshots;
mod sparse_reports;
mod stage_visits;
#[cfg(unix)]
mod terminal;
mod tools;
mod trends;
#[path = "../fuzz/trial.rs"]
mod trial;
mod unchanged_files;
mod waiting;
#[cfg(unix)]
mod watching;
mod widths;
