//! What dealgate promises, shown from outside.

mod accounts;
#[cfg(unix)]
mod action;
mod answers;
mod architecture;
mod both_ends;
mod brought;
mod browser;
mod cases;
mod changes;
mod comings;
mod comments;
mod corpora;
#[cfg(unix)]
mod cost;
mod diff;
mod editors;
mod edits;
#[cfg(unix)]
mod elsewhere;
mod everyday;
mod exports;
mod figures;
mod fixes;
mod formats;
#[path = "../bench/generator.rs"]
mod generator;
mod git;
mod harmless;
mod helps;
mod histories;
mod hooks;
mod hostile;
mod imports;
mod laws;
mod limits;
mod lineage;
mod lsp;
mod marks;
mod memory;
mod mended;
mod merges;
mod metrics;
mod named;
mod names;
mod options;
#[cfg(unix)]
mod outputs;
#[cfg(unix)]
mod packages;
mod past_the_gate;
mod pasts;
mod patches;
mod places;
mod pricing;
mod proposals;
mod provenance;
mod readme;
mod reference;
mod replay;
mod repo;
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
#[cfg(unix)]
mod strangers;
#[cfg(unix)]
mod terminal;
mod tools;
mod torn_sheets;
mod trends;
#[path = "../fuzz/trial.rs"]
mod trial;
mod untouched;
mod visits;
mod waiting;
#[cfg(unix)]
mod watching;
mod widths;
