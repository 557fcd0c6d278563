//! `cargo +stable fuzz run --fuzz-dir tests/fuzz --sanitizer none edit`
#![no_main]

#[allow(dead_code, reason = "no target needs all of it")]
#[path = "../../suite/memory.rs"]
mod memory;
#[allow(dead_code, reason = "a target tries one of them")]
#[path = "../trial.rs"]
mod trial;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trial::edit_law::edit(bytes));
