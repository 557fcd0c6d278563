//! The reference in the README is made from the lists that the program reads by. `SNAPSHOTS=overwrite` writes it.

use std::fmt::Write as _;

use dealgate::command::{FUNCTIONS, held, reference};

use crate::run::repository;

const END: &str = "<!-- end of the reference -->";

/// Keys, table by table.
fn keys() -> String {
    let mut text = "| in | key | what it says | what it holds |\n|---|---|---|---|\n".to_owned();
    for table in reference() {
        for key in table.keys {
            let (place, name) = (&table.place, key.name);
            let holds = held(&key.holds);
            let _ = writeln!(text, "| {place} | `{name}` | {} | {} |", cell(key.means), cell(&holds));
        }
    }
    text
}

fn functions() -> String {
    let mut text = "| function | for example | what it makes |\n|---|---|---|\n".to_owned();
    for it in FUNCTIONS {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", it.name, cell(it.example), cell(it.means));
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_readme_has_the_reference() {
    let path = repository("README.md");
    let readme = std::fs::read_to_string(&path).expect("there is a README");
    let mut written = readme.clone();
    for (what, text) in [("keys", keys()), ("functions", functions())] {
        let opening = format!("<!-- reference of {what}: written by the tests -->\n");
        let (before, rest) = written.split_once(&opening).expect("the reference has a place");
        let (_, after) = rest.split_once(END).expect("it has an end");
        written = format!("{before}{opening}\n{text}\n{END}{after}");
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|action| action == "overwrite") {
        std::fs::write(&path, &written).expect("the README can be written");
        return;
    }
    assert!(readme == written, "run `SNAPSHOTS=overwrite cargo test --test suite reference`");
}
