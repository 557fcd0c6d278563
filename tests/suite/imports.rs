//! Imports: an export in each system's own shape, once and again; with what it leaves behind.
//!
//! A case is a folder `tests/imports/SYSTEM/NAME`: a workspace with an `export.csv` or `export.xlsx`, a `map.toml` where
//! it needs one, and `expected`, which holds every file that the import writes and `stdout`. `SNAPSHOTS=overwrite` writes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::run::{copied, dealgate, repository};

pub const DAY: [&str; 2] = ["--today", "2026-11-23"];

pub fn cases() -> Vec<PathBuf> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).expect("a folder");
        entries.map(|entry| entry.expect("it can be read").path()).filter(|path| path.is_dir()).collect()
    };
    let mut cases: Vec<_> =
        folders(&repository("tests/imports")).iter().flat_map(|system| folders(system)).collect();
    cases.sort();
    cases
}

/// Whether a case has a second export, of which `both_ends.rs` knows.
pub fn is_of_both_ends(case: &Path) -> bool {
    case.join("ours").is_dir()
}

/// Every file below a folder, but for those of the case itself.
pub fn files(folder: &Path) -> BTreeMap<String, String> {
    let paths =
        walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("it can be read").into_path());
    let files = paths.filter(|path| path.is_file()).map(|path| {
        let name = path.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
        (name, String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned())
    });
    files.filter(|(name, _)| name.starts_with("deals/") || name.starts_with("imports/")).collect()
}

pub fn arguments(case: &Path) -> Vec<&'static str> {
    let export = if case.join("export.xlsx").exists() { "export.xlsx" } else { "export.csv" };
    let mut arguments = vec!["import", export, DAY[0], DAY[1]];
    if case.join("map.toml").exists() {
        arguments.extend(["--map", "map.toml"]);
    }
    if case.join("history.csv").exists() {
        arguments.extend(["--history", "history.csv"]);
    }
    if case.join("history").is_dir() {
        arguments.extend(["--history", "history"]);
    }
    arguments
}

/// What was read is what came of it.
pub fn adds_up(said: &str) {
    let Some(line) = said.lines().find(|line| line.contains(" read = ")) else { return };
    let (read, parts) = line.split_once(" read = ").expect("a sum");
    let parts = parts.split(',').next().unwrap_or(parts).split(" + ");
    let count =
        |part: &str| part.split(' ').next().and_then(|count| count.parse::<usize>().ok()).expect("a count");
    assert_eq!(count(read), parts.map(count).sum::<usize>(), "{line}");
}

#[test]
fn every_export_is_imported_once_and_the_second_time_changes_nothing() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let cases = cases();
    assert!(cases.len() >= 8, "only {} cases", cases.len());
    for case in cases.into_iter().filter(|case| !is_of_both_ends(case)) {
        let folder = copied(&case);
        let shown = case.display();
        let ran = dealgate(folder.path(), &arguments(&case));
        let mut found = files(folder.path());
        adds_up(&ran.stdout);
        let again = dealgate(folder.path(), &arguments(&case));
        assert_eq!(found, files(folder.path()), "{shown}: the second import changes a byte");
        adds_up(&again.stdout);
        if ran.status == 0 {
            assert!(again.stdout.contains(" 0 new + 0 changed "), "{shown}\n{}", again.stdout);
        } else {
            assert!(found.is_empty(), "{shown}: something is half written");
        }
        found.insert("stdout".to_owned(), format!("{}{}status {}\n", ran.stdout, ran.stderr, ran.status));
        let expected = case.join("expected");
        if overwrite {
            let _ = std::fs::remove_dir_all(&expected);
            for (name, text) in &found {
                let path = expected.join(name);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::write(path, text).expect("a file");
            }
        }
        let mut wanted = files(&expected);
        wanted.insert(
            "stdout".to_owned(),
            std::fs::read_to_string(expected.join("stdout")).unwrap_or_default(),
        );
        for (name, text) in &found {
            assert_eq!(Some(text), wanted.get(name), "{shown}: {name}");
        }
        assert_eq!(found.len(), wanted.len(), "{shown}");
    }
}

/// A workspace with one imported deal, and the export it came from.
fn imported() -> (tempfile::TempDir, String) {
    let folder = copied(&repository("tests/imports/pipedrive/list"));
    let ran = dealgate(folder.path(), &["import", "export.csv", DAY[0], DAY[1]]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let export = std::fs::read_to_string(folder.path().join("export.csv")).expect("it is there");
    (folder, export)
}

#[test]
fn values_go_the_way_of_who_changed_them() {
    let (folder, export) = imported();
    let deal = folder.path().join("deals/acme/rollout-of-line-4.yaml");
    let moved = folder.path().join("deals/acme/old/elsewhere.yaml");
    std::fs::create_dir_all(moved.parent().expect("a folder")).expect("a folder");
    let text = std::fs::read_to_string(&deal).expect("it was imported");
    let text = text.replace("close_date: 2026-12-15", "close_date: 2027-01-10   # Ada says so");
    let text = text.replace("customer: Initech GmbH", "customer: Initech AG")
        + "done:\n  budget-known: 2026-06-01\n";
    std::fs::write(&moved, &text).expect("a file");
    std::fs::remove_file(&deal).expect("it was there");
    let export = export.replace("Initech GmbH,Ada Palmer,Qualified", "Initech SE,Ada Palmer,Discovery");
    let export: String = export.split_inclusive('\n').filter(|line| !line.starts_with("103")).collect();
    std::fs::write(folder.path().join("export.csv"), export).expect("a file");

    let run =
        |more: &[&str]| dealgate(folder.path(), &[&["import", "export.csv", DAY[0], DAY[1]], more].concat());
    let before = files(folder.path());
    let dry = run(&["--dry-run"]);
    assert_eq!((dry.status, &before), (1, &files(folder.path())), "{}", dry.stdout);
    let ran = run(&[]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    for said in [
        "customer: Initech AG here, Initech SE there",
        "stage: qualified → discovery",
        "close_date: 2027-01-10 here, 2026-12-15 there",
        "vanished 103",
        "3 read = 0 dropped + 0 new + 0 changed + 1 kept + 1 in conflict + 1 vanished",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let now = std::fs::read_to_string(&moved).expect("it is there");
    assert_eq!(now, text.replace("stage: qualified", "stage: discovery"), "nothing else is touched");
    let after = files(folder.path());
    assert_eq!(run(&[]).status, 1, "the conflict is told again");
    assert_eq!(after, files(folder.path()));
    assert_eq!(run(&["--take", "theirs"]).status, 0);
    assert!(std::fs::read_to_string(&moved).expect("it is there").contains("customer: Initech SE"));
    assert_eq!(run(&[]).status, 0, "it is settled");
}

#[test]
fn what_somebody_removed_does_not_come_back() {
    let (folder, _) = imported();
    std::fs::remove_file(folder.path().join("deals/acme/sensors.yaml")).expect("it was imported");
    let ran = dealgate(folder.path(), &["import", "export.csv", DAY[0], DAY[1]]);
    assert!(
        ran.stdout
            .contains("kept 103: its file was removed here; take its line out of `imports/pipedrive.jsonl`"),
        "{}",
        ran.stdout
    );
    assert!(!folder.path().join("deals/acme/sensors.yaml").exists());
    let memory = folder.path().join("imports/pipedrive.jsonl");
    let text = std::fs::read_to_string(&memory).expect("it is there");
    let text: String = text.split_inclusive('\n').filter(|line| !line.contains("\"103\"")).collect();
    std::fs::write(&memory, text).expect("a file");
    let ran = dealgate(folder.path(), &["import", "export.csv", DAY[0], DAY[1]]);
    assert!(ran.stdout.contains(" 1 new + "), "{}", ran.stdout);
    assert!(folder.path().join("deals/acme/sensors.yaml").exists());
}

#[test]
fn a_bomb_is_refused_and_a_large_cell_is_none() {
    let (folder, export) = imported();
    let long = "x".repeat(5 << 20);
    let large = export.replace("Sensors", &format!("\"Sensors {long}\"")).replace("103,", "104,");
    std::fs::write(folder.path().join("large.csv"), large).expect("a file");
    let before = files(folder.path());
    let ran = dealgate(folder.path(), &["import", "large.csv", DAY[0], DAY[1]]);
    assert!(
        ran.status == 1 && ran.stdout.contains("large.csv:4: ") && ran.stdout.len() < 4_000,
        "{}",
        ran.stdout.len()
    );
    assert_eq!(before, files(folder.path()), "nothing is half written");
    std::fs::write(folder.path().join("bomb.xlsx"), b"PK\x03\x04 and nothing else").expect("a file");
    let ran = dealgate(folder.path(), &["import", "bomb.xlsx", DAY[0], DAY[1]]);
    assert!(ran.status == 2 && ran.stderr.contains("no workbook"), "{}", ran.stderr);
}

#[test]
fn a_map_that_comes_along_can_be_printed_and_used() {
    let (folder, _) = imported();
    for name in ["hubspot", "salesforce", "pipedrive", "zoho", "dynamics", "csv"] {
        let printed = dealgate(folder.path(), &["import", "--map", name, "--print-map"]);
        assert_eq!(printed.status, 0, "{}", printed.stderr);
        std::fs::write(folder.path().join("own.toml"), printed.stdout).expect("a file");
        let used = dealgate(folder.path(), &["import", "export.csv", "--map", "own.toml", DAY[0], DAY[1]]);
        assert_eq!(used.status == 0, name == "pipedrive", "{name}: {}", used.stderr);
        assert!(
            name == "pipedrive" || used.stderr.contains("has no row that names the columns"),
            "{}",
            used.stderr
        );
    }
}

#[test]
fn stays_are_as_long_as_the_export_says() {
    let folder = copied(&repository("tests/imports/salesforce/history"));
    let ran = dealgate(folder.path(), &arguments(folder.path()));
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let visits = dealgate(folder.path(), &["export", "visits", "--format", "jsonl", DAY[0], DAY[1]]);
    let days = |deal: &str, stage: &str| {
        let rows =
            visits.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let mut found = rows.filter(|row| row["deal"] == deal && row["stage"] == stage);
        found.next().map(|row| row["days"].clone())
    };
    // `Stage Duration` of the rows that left these stages.
    assert_eq!(days("acme/press-fuer-halle-2", "qualified"), Some(29.into()), "{}", visits.stdout);
    assert_eq!(days("acme/waage", "qualified"), Some(183.into()), "{}", visits.stdout);
}

/// Each of them says what is wrong and where, and nothing is written.
#[test]
fn bad_input_is_told_with_its_row_and_column() {
    let head = "id,name,stage,amount,currency,close_date,notes\n";
    let rows = |count: usize| {
        let rows: Vec<_> = (0..count).map(|id| format!("{id},N,qualified,,,,\n")).collect();
        rows.concat()
    };
    for (name, text, told) in [
        (
            "delimiter",
            head.replace(',', ":") + "1:A:qualified:::\n",
            "no row of the export names the columns",
        ),
        (
            "header-in-row-4",
            format!("Report\n\nas of today\n{head}1,A,Nowhere,,,,\n"),
            "x.csv:5: `stage`: `Nowhere`",
        ),
        (
            "carriage-returns",
            format!("{head}1,A,qualified,,,,\n\n2,B,Nowhere,,,,\n").replace('\n', "\r\n"),
            "x.csv:4: `stage`",
        ),
        ("total-with-an-id", format!("{head}1,A,qualified,1.5,EUR,,\nTotal,,,1.5,,,\n"), "1 dropped + 1 new"),
        ("mark", format!("{head}1,A,qualified,1.5.5,EUR,,\n"), "x.csv:2: `amount`: `1.5.5` is no amount"),
        (
            "day",
            format!("{head}1,A,qualified,,,2026-02-30,\n"),
            "x.csv:2: `close_date`: `2026-02-30` is no day",
        ),
        ("currency", format!("{head}1,A,qualified,5,XYZ,,\n"), "x.csv:2: `amount`: `5` is in `XYZ`"),
        (
            "html",
            format!("{head}1,A,qualified,,,,\"<script>alert(1)</script>\"\n"),
            "1 dropped + 1 new".trim_start_matches("1 dropped + "),
        ),
        ("many", format!("{head}{}", rows(250_001)), "more than 250000 rows"),
        (
            "an open quote",
            format!("{head}1,\"A,qualified,,,,\n2,B,qualified,,,,\n"),
            "x.csv:2: the row has fewer cells",
        ),
        ("cut off", format!("{head}1,A,qualified,,,,\n2,B,qualified,12"), "x.csv:3: the row has fewer cells"),
        (
            "not in quotes",
            format!("{head}1,A,qualified,,,,\n2,B, Inc,qualified,1,EUR,,\n3,C,qualified,,,,\n"),
            "x.csv:3: the row has more cells",
        ),
        (
            "an id of nobody",
            format!("{head}#REF!,A,qualified,,,,\n"),
            "x.csv:2: `id`: `#REF!` is an error of a spreadsheet",
        ),
        (
            "a failed amount",
            format!("{head}1,A,qualified,#VALUE!,EUR,,\n"),
            "`amount`: `#VALUE!` is an error of a spreadsheet",
        ),
        (
            "two of one name",
            format!("amount,{head}7,1,A,qualified,5,EUR,,\n"),
            "x.csv:2: `amount`: two columns of this name differ",
        ),
    ] {
        let folder = copied(&repository("tests/imports/csv/utf16"));
        std::fs::write(folder.path().join("x.csv"), text).expect("a file");
        let ran = dealgate(folder.path(), &["import", "x.csv", DAY[0], DAY[1]]);
        let said = ran.stdout + &ran.stderr;
        assert!(said.contains(told), "{name}: {}", said.chars().take(2000).collect::<String>());
        assert_eq!(ran.status == 0, told.contains("new"), "{name}");
        assert!(ran.status == 0 || files(folder.path()).is_empty(), "{name}: something is half written");
    }
}

#[test]
fn a_formula_that_nobody_has_computed_is_no_empty_cell() {
    let folder = copied(&repository("tests/imports/csv/utf16"));
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["id", "name", "stage", "amount"]) {
        sheet.write_string(0, column, name).expect("a cell");
    }
    for (column, text) in (0..).zip(["1", "A", "qualified"]) {
        sheet.write_string(1, column, text).expect("a cell");
    }
    // Without this, the crate writes 0 for what it has not computed.
    sheet.set_formula_result_default("");
    sheet.write_formula(1, 3, "=1+1").expect("a cell");
    book.save(folder.path().join("x.xlsx")).expect("a file");
    let ran = dealgate(folder.path(), &["import", "x.xlsx", DAY[0], DAY[1]]);
    assert!(
        ran.status == 2 && ran.stderr.contains("the cell D2 of its tab `Sheet1` holds a formula"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn random_exports_add_up() {
    // A small generator of numbers is enough, and the same on every machine.
    let mut seed = 20_261_123_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let folder = copied(&repository("tests/imports/csv/utf16"));
    let _ = std::fs::remove_file(folder.path().join("export.csv"));
    for round in 0..12 {
        let mut text = "id,name,stage,amount,currency,close_date\n".to_owned();
        for id in 0..next(30) {
            let stage = ["prospect", "qualified", "Discovery"][usize::try_from(next(3)).expect("small")];
            match next(6) {
                0 => {}
                1 => text.push_str(",,,,,\n"),
                _ => {
                    let (amount, day) = (next(90_000), next(28) + 1);
                    _ = writeln!(text, "{id},\"Deal, {}\",{stage},{amount}.50,EUR,2027-01-{day:02}", id % 7);
                }
            }
        }
        text.push_str("zero,Last,prospect,1.50,EUR,2027-01-01\n");
        std::fs::write(folder.path().join("export.csv"), text).expect("a file");
        let run = || dealgate(folder.path(), &["import", "export.csv", DAY[0], DAY[1]]);
        let ran = run();
        assert_eq!(ran.status, 0, "round {round}: {}{}", ran.stdout, ran.stderr);
        adds_up(&ran.stdout);
        let before = files(folder.path());
        let again = run();
        adds_up(&again.stdout);
        assert_eq!(before, files(folder.path()), "round {round}");
    }
}

/// Every way out of a refused import, written where it says, and the import goes through.
#[test]
fn what_a_refusal_says_to_write_in_the_map_is_right() {
    let folder = copied(&repository("tests/imports/hubspot/basic"));
    let export = "\"Record ID\",\"Deal Name\",\"Deal Stage\",\"Pipeline\",\"Deal owner\",\"Amount\",\"Currency\",\"Close Date\"\n\
        \"2\",\"A\",\"Weird\",\"Sales Pipeline\",\"Bob\",\"12k\",\"EUR\",\"2026-04-13\"\n\
        \"3\",\"B\",\"Odd\",\"Sales Pipeline\",\"Bob\",\"5.5\",\"EUR\",\"TBD\"\n";
    std::fs::write(folder.path().join("odd.csv"), export).expect("a file");
    let import = |map: &str| {
        let words =
            ["import", "odd.csv", "--workflow", "acme", "--dry-run", "--map", map, "--today", "2026-11-23"];
        dealgate(folder.path(), &words)
    };
    let refused = import("hubspot");
    assert_eq!(refused.status, 1, "{}", refused.stdout);
    assert!(refused.stdout.contains("--map hubspot --print-map > hubspot.toml"), "{}", refused.stdout);
    let mut map = dealgate(folder.path(), &["import", "--map", "hubspot", "--print-map"]).stdout;
    let mut stages = String::new();
    for help in refused.stdout.lines().filter_map(|line| line.strip_prefix("  help: ")) {
        let quoted: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        let line_of =
            |key: &str| map.lines().find(|line| line.starts_with(&format!("{key} ="))).expect(key).to_owned();
        if help.starts_with("in the map, add to ") {
            let (line, words) = (
                line_of(quoted[0]),
                quoted[1]
                    .replace("= \"\"", "= \"2027-01-01\"")
                    .replace("\"12k\" = \"2027-01-01\"", "\"12k\" = \"12000\""),
            );
            map = map.replace(&line, &format!("{}, {words} }}", line.strip_suffix(" }").expect("a table")));
        } else if help.starts_with("write in the map ") {
            let line = line_of(quoted[0].split(' ').next().expect("a key"));
            map = map.replace(&line, quoted[0]);
        } else {
            assert!(help.starts_with("at the end of the map, below "), "{help}");
            if stages.is_empty() {
                stages = format!("\n{}\n", quoted[0]);
            }
            _ = writeln!(stages, "{}", quoted[1]);
        }
    }
    std::fs::write(folder.path().join("hubspot.toml"), map + &stages).expect("a file");
    let imported = import("hubspot.toml");
    assert!(imported.stdout.contains("2 read = 0 dropped + 2 new"), "{}{}", imported.stdout, imported.stderr);
}
