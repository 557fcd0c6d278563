//! `import` of many rows, against a check of the deals that come of them; and of a million rows, which it refuses.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::candidate::{Candidate, Timing};
use crate::generator::TODAY;

const WORKFLOW: &str = "name = \"Acme\"\ncurrency = \"EUR\"\nstages = [\"prospect\", \"qualified\", \"discovery\", \"proposed\"]\n\n\
    [stage.qualified.requires]\nbudget-known = \"The customer has named a budget\"\nowner-known = { title = \"Somebody owns it\", field = \"owner\" }\n";

/// A workspace without deals, and an export of so many rows.
fn workspace(rows: usize) -> std::io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-import-{rows}"));
    fs::create_dir_all(folder.join("workflows"))?;
    fs::write(folder.join("dealgate.toml"), "default-workflow = \"acme\"\n")?;
    fs::write(folder.join("workflows/acme.toml"), WORKFLOW)?;
    let mut text =
        "id,name,customer,stage,owner,amount,currency,probability,close_date,opened,source,Phone,Memo\n"
            .to_owned();
    for row in 0..rows {
        let stage = ["Prospect", "Qualified", "Discovery", "Proposed"][row % 4];
        let (month, day) = (1 + row % 12, 1 + row % 28);
        let _ = writeln!(
            text,
            "{},Line {row},\"Customer {}, Inc.\",{stage},seller{}@acme.example,\"{},{:03}.50\",EUR,{}%,{month}/{day}/2027,{month}/{day}/2026,Fair,+49 30 {row},\"a longer text, which nobody maps\"",
            1_000_000 + row,
            row % 900,
            row % 40,
            1 + row % 900,
            row % 1000,
            row % 100
        );
    }
    fs::write(folder.join("crm.csv"), text)?;
    Ok(folder)
}

/// Takes turns: all rows new, the same again, a check.
pub fn compare(rows: usize, rounds: usize) -> std::io::Result<()> {
    let folder = workspace(rows)?;
    let words = ["import", "crm.csv", "--today", TODAY];
    let candidates = [
        Candidate::dealgate("import, all new", &folder, &words),
        Candidate::dealgate("import, the same again", &folder, &words),
        Candidate::check("check of the same", &folder, 2),
    ];
    let mut timings = [Timing::default(), Timing::default(), Timing::default()];
    for _ in 0..rounds {
        for made in ["deals", "imports"] {
            let _ = fs::remove_dir_all(folder.join(made));
        }
        for (candidate, timing) in candidates.iter().zip(&mut timings) {
            timing.add(candidate.run()?);
        }
    }
    println!("{rows} rows, {rounds} rounds\n");
    for (candidate, timing) in candidates.iter().zip(&timings) {
        println!("{:<26} {timing}", candidate.name);
    }
    println!();
    for (candidate, timing) in candidates.iter().zip(&timings).take(2) {
        println!("{} / check: {}", candidate.name, timing.ratio(&timings[2]));
    }
    let many = workspace(1_000_000)?;
    let refused = Candidate::dealgate("a million rows, refused", &many, &words);
    let mut timing = Timing::default();
    timing.add(refused.run()?);
    println!("{:<26} {timing}", refused.name);
    Ok(())
}
