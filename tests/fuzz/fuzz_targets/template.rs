//! `cargo +stable fuzz run --fuzz-dir tests/fuzz --sanitizer none template`
#![no_main]

#[path = "../../suite/memory.rs"]
mod memory;
#[path = "../trial.rs"]
mod trial;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trial::template(bytes));
