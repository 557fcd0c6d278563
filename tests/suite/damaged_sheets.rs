//! Sheets that people and spreadsheets have damaged: a column away, a formula that failed, rows sorted in part. No value is
//! lost by it, and a sheet is no way around a gate.

use std::path::Path;

use crate::imports::{DAY, files};
use crate::run::{Ran, copied, dealgate, repository};
use crate::sheets::{Cells, column, exported, imported, row};

fn showcase() -> tempfile::TempDir {
    copied(&repository("tests/showcase"))
}

fn text(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("a deal")
}

fn without(cells: &Cells, name: &str) -> Cells {
    let column = column(cells, name);
    let short = |row: &Vec<String>| -> Vec<String> {
        row.iter().enumerate().filter(|(at, _)| *at != column).map(|(_, cell)| cell.clone()).collect()
    };
    cells.iter().map(short).collect()
}

/// A run that is refused, tells all of these, and writes nothing.
fn refused(folder: &Path, cells: &Cells, told: &[&str]) -> Ran {
    let before = files(folder);
    let ran = imported(folder, cells, b',', &[]);
    assert_eq!((ran.status, &before), (1, &files(folder)), "{}{}", ran.stdout, ran.stderr);
    for said in told {
        assert!(ran.stdout.contains(said), "{said}\n{}", ran.stdout);
    }
    ran
}

#[test]
fn whichever_column_is_away_no_value_goes_with_it() {
    let folder = showcase();
    let before = files(folder.path());
    let cells = exported(folder.path());
    for name in
        cells[0].iter().filter(|name| !matches!(name.as_str(), "deal" | "as exported (keep this column)"))
    {
        for (how, torn) in [
            ("deleted", without(&cells, name)),
            ("renamed", {
                let mut torn = cells.clone();
                let column = column(&cells, name);
                torn[0][column] = "mine".to_owned();
                torn
            }),
        ] {
            let ran = imported(folder.path(), &torn, b',', &[]);
            assert_eq!((ran.status, &before), (0, &files(folder.path())), "{name} {how}: {}", ran.stdout);
            assert!(ran.stdout.contains(" 0 changed "), "{name} {how}: {}", ran.stdout);
        }
    }
    // And beside it, what is changed is taken, an amount in the currency that it had.
    let mut torn = without(&cells, "amount currency");
    let (quarry, amount) = (row(&torn, "northwind/quarry-hotels"), column(&torn, "amount"));
    torn[quarry][amount] = "76000".to_owned();
    let ran = imported(folder.path(), &torn, b',', &[]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert!(text(folder.path(), "deals/northwind/quarry-hotels.yaml").contains("amount: 76000 GBP"));
    // Where an amount's own column is away, its currency alone is no value.
    let mut torn = without(&cells, "amount");
    let currency = column(&torn, "amount currency");
    torn[quarry][currency] = "EUR".to_owned();
    refused(folder.path(), &torn, &["`amount currency`: cannot be changed without the column `amount`"]);
}

#[test]
fn what_a_spreadsheet_could_not_work_out_is_told_with_its_place() {
    for word in ["#REF!", "#N/A", "#NAME?", "#BEZUG!", "#NV", "Err:508", "#####"] {
        let folder = showcase();
        let mut cells = exported(folder.path());
        let arch = row(&cells, "brightsteel/bruckner-arch");
        for name in ["amount", "name", "close_date", "owner", "margin", "tags", "material"] {
            let column = column(&cells, name);
            cells[arch][column] = word.to_owned();
        }
        let told =
            format!("sheet.csv:{}: `name`: `{word}` is an error of a spreadsheet, and no value", arch + 1);
        let ran = refused(folder.path(), &cells, &[&told]);
        assert_eq!(ran.stdout.matches("is an error of a spreadsheet").count(), 7, "{word}: {}", ran.stdout);
    }
    // In a workbook, such a cell is no text.
    let folder = showcase();
    let before = files(folder.path());
    for word in ["#REF!", "#N/A"] {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let cells = exported(folder.path());
        let (name, source) = (column(&cells, "name"), column(&cells, "source"));
        for (line, row) in (0..).zip(&cells) {
            for (at, cell) in (0..).zip(row) {
                let is_failed = line == 2 && [name, source].contains(&usize::from(at));
                if is_failed {
                    let formula = rust_xlsxwriter::Formula::new("=A1").set_result(word);
                    sheet.write_formula(line, at, formula).expect("a cell");
                } else {
                    sheet.write_string(line, at, cell).expect("a cell");
                }
            }
        }
        book.save(folder.path().join("s.xlsx")).expect("a file");
        let ran = dealgate(folder.path(), &["import", "s.xlsx", DAY[0], DAY[1]]);
        assert_eq!((ran.status, &before), (1, &files(folder.path())), "{}{}", ran.stdout, ran.stderr);
        for name in ["name", "source"] {
            let told = format!("s.xlsx:3: `{name}`: `{word} (error)` is an error of a spreadsheet");
            assert!(ran.stdout.contains(&told), "{told}\n{}", ran.stdout);
        }
    }
}

#[test]
fn rows_that_were_sorted_in_part_are_not_taken_for_changes() {
    let folder = showcase();
    let mut cells = exported(folder.path());
    let last = cells[0].len() - 1;
    let swapped = cells[3][last].clone();
    cells[3][last] = cells[4][last].clone();
    cells[4][last] = swapped;
    refused(
        folder.path(),
        &cells,
        &["sheet.csv:4: `as exported (keep this column)`: is that of another deal"],
    );
    // Whole rows in another order are nothing to speak of.
    let mut cells = exported(folder.path());
    cells[1..].reverse();
    let ran = imported(folder.path(), &cells, b',', &[]);
    assert!(ran.status == 0 && ran.stdout.contains(" 0 changed "), "{}", ran.stdout);
}

/// Whichever column comes first, a row that was cut off has no empty cells.
#[test]
fn a_row_that_was_cut_off_takes_no_value_away() {
    let folder = showcase();
    let before = files(folder.path());
    let mut cells = exported(folder.path());
    for row in &mut cells {
        row.rotate_right(1);
    }
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let width = cells[0].len();
    for (line, row) in cells.iter().enumerate() {
        writer.write_record(&row[..if line == 2 { width - 20 } else { width }]).expect("a row");
    }
    std::fs::write(folder.path().join("s.csv"), writer.into_inner().expect("bytes")).expect("a file");
    let ran = dealgate(folder.path(), &["import", "s.csv", DAY[0], DAY[1]]);
    assert_eq!((ran.status, before), (1, files(folder.path())), "{}", ran.stdout);
    assert!(ran.stdout.contains("s.csv:3: the row has fewer cells than the header"), "{}", ran.stdout);
}

#[test]
fn a_column_that_is_there_twice_or_is_not_the_deals_own_is_told() {
    let folder = showcase();
    let mut cells = exported(folder.path());
    let name = column(&cells, "name");
    for row in &mut cells {
        let copy = row[name].clone();
        row.push(copy);
    }
    refused(folder.path(), &cells, &["sheet.csv:1: `name`: the column is there twice"]);
    let mut cells = exported(folder.path());
    let (arch, segment) = (row(&cells, "brightsteel/bruckner-arch"), column(&cells, "segment"));
    cells[arch][segment] = "public".to_owned();
    refused(folder.path(), &cells, &["`segment`: deals of `brightsteel` have none", "help: empty the cell"]);
}

#[test]
fn a_sheet_without_its_prints_is_known_for_what_it_is() {
    let folder = showcase();
    let torn = without(&exported(folder.path()), "as exported (keep this column)");
    let gone = "`as exported (keep this column)`: the column is not there";
    refused(folder.path(), &torn, &[&format!("sheet.csv:1: {gone}"), "export the sheet again"]);
    // Also where only one tab of a workbook lacks it, whichever.
    let before = files(folder.path());
    for torn in [0, 1] {
        let ran = dealgate(folder.path(), &["export", "sheet", "--format", "xlsx=s.xlsx", DAY[0], DAY[1]]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let path = folder.path().join("s.xlsx");
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
        let mut made = rust_xlsxwriter::Workbook::new();
        let names = calamine::Reader::sheet_names(&book);
        for (tab, name) in names.iter().enumerate() {
            let range = calamine::Reader::worksheet_range(&mut book, name).expect("a sheet");
            let sheet = made.add_worksheet();
            sheet.set_name(name).expect("a name");
            for (line, row) in (0..).zip(range.rows()) {
                let most = row.len() - usize::from(tab == torn);
                for (at, cell) in (0..).zip(&row[..most]) {
                    sheet.write_string(line, at, cell.to_string()).expect("a cell");
                }
            }
        }
        made.save(&path).expect("a file");
        let ran = dealgate(folder.path(), &["import", "s.xlsx", DAY[0], DAY[1]]);
        let told = format!("s.xlsx [{}]:1: {gone}", names[torn]);
        assert!(ran.status == 1 && ran.stdout.contains(&told), "{told}\n{}{}", ran.stdout, ran.stderr);
        assert_eq!(before, files(folder.path()));
    }
}

#[test]
fn what_is_for_exports_of_a_system_is_refused_for_a_sheet() {
    let folder = showcase();
    let cells = exported(folder.path());
    let before = files(folder.path());
    for (option, value) in [
        ("--into", Some("old")),
        ("--workflow", Some("northwind")),
        ("--history", Some("h.csv")),
        ("--grandfather", None),
    ] {
        let words: Vec<&str> = [option].into_iter().chain(value).collect();
        let ran = imported(folder.path(), &cells, b',', &words);
        let told = format!("leave out `{option}`");
        assert!(ran.status == 2 && ran.stderr.contains(&told), "{option}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(before, files(folder.path()));
    }
    let ran = imported(folder.path(), &cells, b',', &["--propose-workflow"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("is a sheet of `dealgate export sheet`"),
        "{}",
        ran.stderr
    );
    let ran = imported(folder.path(), &cells, b',', &["--map", "csv"]);
    assert!(ran.status == 2 && ran.stderr.contains("leave out `--map`"), "{}", ran.stderr);
    // Nor is another file left out in silence.
    std::fs::write(folder.path().join("crm.csv"), "id,name,stage\n1,A,order\n").expect("a file");
    let ran = dealgate(folder.path(), &["import", "sheet.csv", "crm.csv", DAY[0], DAY[1]]);
    assert!(
        ran.status == 1 && ran.stdout.contains("crm.csv: is no sheet of `dealgate export sheet`"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(before, files(folder.path()));
}

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"first\", \"second\", \"third\"]
won-from = \"second\"
[fields]
code = \"text\"
seats = { type = \"integer\", max = 50 }
[stage.first.requires]
known = \"A customer is known\"
[lost]
reasons = [\"price\", \"time\"]
";

/// A workspace without a repository, with deals in their stages.
fn workspace(deals: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for path in ["deals/acme", "workflows"] {
        std::fs::create_dir_all(folder.path().join(path)).expect("a folder");
    }
    std::fs::write(folder.path().join("workflows/acme.toml"), WORKFLOW).expect("a file");
    for (name, more) in deals {
        let text = format!("name: {name}\n{more}");
        std::fs::write(folder.path().join(format!("deals/acme/{name}.yaml")), text).expect("a file");
    }
    folder
}

fn write(cells: &mut Cells, deal: &str, values: &[(&str, &str)]) {
    let row = row(cells, deal);
    for (name, value) in values {
        let column = column(cells, name);
        (*value).clone_into(&mut cells[row][column]);
    }
}

const MET: &str = "done: {known: 2026-05-01}\n";

#[test]
fn a_sheet_is_no_way_around_a_gate() {
    let open = format!("stage: first\namount: 5 EUR\n{MET}");
    let won = format!("stage: second\noutcome: {{result: won, date: 2026-06-01}}\n{MET}");
    for (what, deal, values, told, way_out) in [
        (
            "a gate that is not met",
            "stage: first\n".to_owned(),
            &[("stage", "second")][..],
            "sheet.csv:2: acme/a: error[requirement-unmet] A customer is known",
            Some("done acme/a known"),
        ),
        (
            "a win before its time",
            open.clone(),
            &[("outcome.result", "won"), ("outcome.date", "2026-11-01")],
            "error[won-too-early]",
            Some("move acme/a"),
        ),
        (
            "a stage left out",
            open.clone(),
            &[("stage", "third")],
            "the deal jumps over a stage",
            Some("move acme/a third"),
        ),
        (
            "a way back",
            format!("stage: second\n{MET}"),
            &[("stage", "first")],
            "from second to first the deal goes back",
            Some("move acme/a first"),
        ),
        (
            "a deal that is open again",
            won.clone(),
            &[("outcome.result", "")],
            "opened again with a reason",
            Some("reopen acme/a"),
        ),
        (
            "a deal that had ended otherwise",
            won,
            &[("outcome.result", "lost"), ("outcome.reason", "price")],
            "acme/a is won already",
            Some("reopen acme/a"),
        ),
        (
            "a loss without a reason",
            open.clone(),
            &[("outcome.result", "lost"), ("outcome.date", "2026-11-01")],
            "error[outcome-incomplete]",
            None,
        ),
        (
            "a reason that is none",
            open.clone(),
            &[("outcome.result", "lost"), ("outcome.date", "2026-11-01"), ("outcome.reason", "weather")],
            "error[not-allowed]",
            None,
        ),
        ("how an open deal ended", open.clone(), &[("outcome.reason", "price")], "acme/a: error[", None),
        ("too many", open.clone(), &[("seats", "51")], "error[out-of-range]", None),
        ("half of one", open.clone(), &[("seats", "1.5")], "error[wrong-type]", None),
        ("a day that is to come", open, &[("opened", "2027-01-01")], "error[date-in-future]", None),
    ] {
        let folder = workspace(&[("a", &deal)]);
        let mut cells = exported(folder.path());
        write(&mut cells, "acme/a", values);
        let ran = refused(folder.path(), &cells, &[told]);
        let dry = imported(folder.path(), &cells, b',', &["--dry-run"]);
        assert_eq!((dry.status, &dry.stdout), (1, &ran.stdout), "{what}");
        // The command that it names does what the sheet could not.
        let Some(way_out) = way_out else { continue };
        assert!(ran.stdout.contains(&format!("dealgate {way_out}")), "{what}: {}", ran.stdout);
        let mut words: Vec<&str> = way_out.split(' ').chain(DAY).collect();
        if ran.stdout.contains(&format!("{way_out} --reason")) {
            words.extend(["--reason", "we know why"]);
        }
        let done = dealgate(folder.path(), &words);
        assert_eq!(done.status, 0, "{what}: {}{}", done.stdout, done.stderr);
        let again = imported(folder.path(), &cells, b',', &[]);
        let is_more = what == "a deal that had ended otherwise";
        assert_eq!(again.status, i32::from(is_more), "{what}: {}", again.stdout);
    }
}

#[test]
fn what_a_sheet_may_change_is_written_as_the_commands_write_it() {
    let folder = workspace(&[("a", &format!("stage: first\n{MET}")), ("b", "stage: first\nseats: 60\n")]);
    let mut cells = exported(folder.path());
    write(
        &mut cells,
        "acme/a",
        &[("stage", "Second"), ("outcome.result", "won"), ("outcome.date", "2026-11-20")],
    );
    // A fault that was there is no reason to refuse what has nothing to do with it.
    write(&mut cells, "acme/b", &[("code", "x")]);
    let ran = imported(folder.path(), &cells, b',', &[]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    let moved = text(folder.path(), "deals/acme/a.yaml");
    for line in ["stage: second", "{result: won, date: 2026-11-20}", "{date: 2026-11-23, stage: second}"] {
        assert!(moved.contains(line), "{line}\n{moved}");
    }
    assert!(text(folder.path(), "deals/acme/b.yaml").contains("code: x"));
}

/// What a spreadsheet makes of a cell of CSV that is none of its texts.
fn opened_by_a_spreadsheet(cell: &str) -> String {
    match cell.parse::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) if cell.eq_ignore_ascii_case("true") => "TRUE".to_owned(),
        Err(_) => cell.to_owned(),
    }
}

#[test]
fn texts_stay_texts() {
    for code in [
        "007",
        "1e5",
        "1.0",
        "+49",
        "-0",
        "true",
        "12345678901234567890",
        "3-4",
        "2026-01-02",
        "1,5",
        "'7",
        "4:15",
    ] {
        let folder = workspace(&[("1e5", &format!("stage: first\ncode: {code:?}\nseats: 1\n"))]);
        let before = files(folder.path());
        let mut cells = exported(folder.path());
        let last = cells[0].len() - 1;
        for row in &mut cells[1..] {
            for cell in &mut row[..last] {
                *cell = opened_by_a_spreadsheet(cell);
            }
        }
        let at = column(&cells, "code");
        let is_text = cells[1][at].parse::<f64>().is_err() && cells[1][at] != "TRUE";
        assert!(is_text, "{code}: a spreadsheet takes {} for something else", cells[1][at]);
        let ran = imported(folder.path(), &cells, b',', &[]);
        assert_eq!((ran.status, &before), (0, &files(folder.path())), "{code}: {}", ran.stdout);
        // And what is typed as a text is written as one.
        cells[1][at] = "'0815".to_owned();
        let ran = imported(folder.path(), &cells, b',', &[]);
        let now = text(folder.path(), "deals/acme/1e5.yaml");
        assert!(ran.status == 0 && now.contains("\ncode: '0815'\n"), "{code}: {}{now}", ran.stdout);
    }
}

/// No spreadsheet keeps such a text whole, so it stays where it is.
#[test]
fn a_text_that_no_cell_can_hold_is_left_to_its_file() {
    let long = "x ".repeat(20_000);
    let folder = workspace(&[("a", &format!("stage: first\nnotes: {long}\n")), ("b", "stage: first\n")]);
    let before = files(folder.path());
    for sheet in ["csv=s.csv", "xlsx=s.xlsx"] {
        let ran = dealgate(folder.path(), &["export", "sheet", "--format", sheet, DAY[0], DAY[1]]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let file = sheet.split_once('=').expect("a file").1;
        let ran = dealgate(folder.path(), &["import", file, DAY[0], DAY[1]]);
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        assert_eq!(before, files(folder.path()), "{sheet}: {}{}", ran.stdout, ran.stderr);
    }
    let mut cells = exported(folder.path());
    write(&mut cells, "acme/a", &[("notes", "short")]);
    refused(folder.path(), &cells, &["`notes`: cannot be filled in a sheet for this deal"]);
}

#[test]
fn deals_that_a_sheet_lacks_are_named() {
    let folder =
        workspace(&[("a", "stage: first\n"), ("b", "stage: [\n"), ("c", "stage: first\nworkflow: none\n")]);
    let ran = dealgate(folder.path(), &["export", "sheet", "--format", "csv=s.csv", DAY[0], DAY[1]]);
    assert!(
        ran.status == 0 && ran.stderr.contains("2 of 3 deals") && ran.stderr.contains("`deals/acme/b.yaml`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_same_sheet_again_changes_not_one_byte_whatever_was_changed() {
    let mut seed = 20_261_201_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("small") % below
    };
    let mut written = 0;
    for round in 0..40 {
        let folder = showcase();
        let mut cells = exported(folder.path());
        for _ in 0..=next(5) {
            // What may be written into a cell is what another deal has there.
            let (to, from) = (1 + next(cells.len() - 1), 1 + next(cells.len() - 1));
            let column = 2 + next(cells[0].len() - 3);
            if cells[to][1] == cells[from][1] {
                cells[to][column] = if next(4) == 0 { String::new() } else { cells[from][column].clone() };
            }
        }
        // Meanwhile a person changes a deal too.
        let path = folder.path().join("deals/brightsteel/bremerhaven-fenders.yaml");
        let edited = std::fs::read_to_string(&path).expect("a deal").replace("215000 EUR", "216000 EUR");
        std::fs::write(&path, edited).expect("a file");
        let start = files(folder.path());
        let more: &[&str] = [&[][..], &["--take", "theirs"], &["--take", "ours"]][next(3)];
        let first = imported(folder.path(), &cells, b',', more);
        let after = files(folder.path());
        assert!(first.status == 0 || first.stdout.contains("conflict") || after == start, "{}", first.stdout);
        written += usize::from(after != start);
        let again = imported(folder.path(), &cells, b',', more);
        assert_eq!(after, files(folder.path()), "round {round}: {}\n{}", first.stdout, again.stdout);
    }
    assert!(written > 8, "{written}");
}
