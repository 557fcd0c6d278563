//! `export sheet` and `import` of it: changed cells become edits, and nothing else does, whatever a spreadsheet made of the
//! form of the others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx};

use crate::imports::{DAY, adds_up, files};
use crate::run::{Ran, copied, dealgate, repository};

/// Cells by row, the header first.
pub type Cells = Vec<Vec<String>>;

pub fn exported(folder: &Path) -> Cells {
    let ran = dealgate(folder, &["export", "sheet", DAY[0], DAY[1]]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let text = ran.stdout.strip_prefix('\u{feff}').expect("a mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

pub fn imported(folder: &Path, cells: &[Vec<String>], delimiter: u8, more: &[&str]) -> Ran {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in cells {
        writer.write_record(row).expect("a row");
    }
    std::fs::write(folder.join("sheet.csv"), writer.into_inner().expect("bytes")).expect("a file");
    let ran = dealgate(folder, &[&["import", "sheet.csv", DAY[0], DAY[1]], more].concat());
    adds_up(&ran.stdout);
    ran
}

pub fn column(cells: &[Vec<String>], name: &str) -> usize {
    cells[0].iter().position(|known| known == name).unwrap_or_else(|| panic!("no column {name}"))
}

pub fn row(cells: &[Vec<String>], deal: &str) -> usize {
    cells.iter().position(|row| row[0] == deal).unwrap_or_else(|| panic!("no deal {deal}"))
}

/// Texts that act somewhere, in every layout.
const HOSTILE: &str = "\
# ours
name: \"=HYPERLINK(\\\"http://x.example\\\")\"   # a comment
customer: '@SUM(1)'
stage: discovery
amount: {value: 1234.50, currency: EUR}
probability: 0.125
close_date: 2026-12-15
owner: \"jane@acme.example\"
source: \"-1+1;=2\"
tags: [\"+49\", 'a b', _x0041_]
next_step:
  what: |
    =cmd|' /C calc'!A0
    second line
  date: 1899-12-31
notes: \"a\\tb\\u001b[31m\\r\\nc  d\"
plan: {summary: \"::error::x\", link: https://acme.example}
satisfaction: {score: 9.99999999999999999999}
discount: 12.50%
segment: \"007\"
";

/// Every folder of a case that has deals.
fn workspaces() -> Vec<PathBuf> {
    let folders = walkdir::WalkDir::new(repository("tests/cases")).into_iter().flatten();
    let deals = folders.filter(|entry| entry.file_type().is_dir() && entry.file_name() == "deals");
    let mut found: Vec<PathBuf> =
        deals.filter_map(|entry| Some(entry.path().parent()?.to_path_buf())).collect();
    found.push(repository("tests/showcase"));
    found.sort();
    found
}

#[test]
fn an_unchanged_sheet_changes_not_one_byte() {
    let mut with_deals = 0;
    for workspace in workspaces() {
        let folder = copied(&workspace);
        if workspace.ends_with("showcase") {
            let path = folder.path().join("deals/northwind/hostile.yaml");
            std::fs::write(path, HOSTILE).expect("a file");
        }
        let before = files(folder.path());
        let out = dealgate(
            folder.path(),
            &["export", "sheet", "--format", "csv=s.csv", "--format", "xlsx=s.xlsx", DAY[0], DAY[1]],
        );
        assert_eq!(out.status, 0, "{}: {}", workspace.display(), out.stderr);
        for sheet in ["s.csv", "s.xlsx"] {
            let ran = dealgate(folder.path(), &["import", sheet, DAY[0], DAY[1]]);
            let has_deals =
                std::fs::read_to_string(folder.path().join("s.csv")).expect("a file").lines().count() > 1;
            if !has_deals {
                continue;
            }
            with_deals += 1;
            assert_eq!(ran.status, 0, "{} {sheet}: {}{}", workspace.display(), ran.stdout, ran.stderr);
            assert!(ran.stdout.contains(" 0 changed "), "{} {sheet}: {}", workspace.display(), ran.stdout);
            adds_up(&ran.stdout);
            assert_eq!(before, files(folder.path()), "{} {sheet}", workspace.display());
        }
    }
    assert!(with_deals > 100, "{with_deals}");
}

#[test]
fn nothing_a_deal_holds_is_a_formula() {
    let folder = copied(&repository("tests/showcase"));
    std::fs::write(folder.path().join("deals/northwind/hostile.yaml"), HOSTILE).expect("a file");
    let out = dealgate(folder.path(), &["export", "sheet", "--format", "xlsx=s.xlsx", DAY[0], DAY[1]]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let bytes = std::fs::read(folder.path().join("s.xlsx")).expect("a file");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).expect("text");
        assert!(!text.contains("<f>") && !text.contains("<f "), "{}", part.name());
        assert!(!text.contains('\u{1b}'), "{}", part.name());
    }
    for row in exported(folder.path()) {
        let opens = |cell: &String| cell.lines().any(|line| line.trim_start().starts_with(['=', '@', '+']));
        assert!(!row.iter().any(opens), "{row:?}");
    }
}

/// What a spreadsheet of a country makes of a file that it opens and saves.
fn resaved(cells: &[Vec<String>], country: &str) -> Cells {
    let cell = |text: &String| {
        let parts: Vec<&str> = text.split('-').collect();
        let is_number = |text: &str| text.trim_end_matches('%').parse::<f64>().is_ok();
        match (country, parts.as_slice()) {
            ("de", [year, month, day]) if text.len() == 10 && is_number(year) => {
                format!("{day}.{month}.{year}")
            }
            ("us", [year, month, day]) if text.len() == 10 && is_number(year) => {
                format!("{}/{}/{year}", month.trim_start_matches('0'), day.trim_start_matches('0'))
            }
            ("de", _) if is_number(text) => text.replace('.', ","),
            _ => text.clone(),
        }
    };
    let last = cells[0].len() - 1;
    let row = |row: &Vec<String>| -> Vec<String> {
        row[..last].iter().map(cell).chain([row[last].clone()]).collect()
    };
    cells.iter().map(row).collect()
}

#[test]
fn changed_cells_become_edits_whatever_country_the_spreadsheet_is_from() {
    for (country, delimiter, day, amount) in [
        ("", b',', "2027-02-01", "250000.5"),
        ("de", b';', "01.02.2027", "250000,50"),
        ("us", b',', "2/1/2027", "250,000.50"),
    ] {
        let folder = copied(&repository("tests/showcase"));
        let before = files(folder.path());
        let mut cells = resaved(&exported(folder.path()), country);
        let unchanged = imported(folder.path(), &cells, delimiter, &[]);
        assert!(unchanged.status == 0 && before == files(folder.path()), "{country}: {}", unchanged.stdout);
        let (fenders, arch) =
            (row(&cells, "brightsteel/bremerhaven-fenders"), row(&cells, "brightsteel/bruckner-arch"));
        for (row, name, text) in [
            (fenders, "amount", amount),
            (fenders, "close_date", day),
            (arch, "stage", "Order"),
            (arch, "notes", "=HYPERLINK(1)\nsecond"),
            (arch, "tags", "a; b"),
            (arch, "source", ""),
        ] {
            let column = column(&cells, name);
            cells[row][column] = text.to_owned();
        }
        // A gate on the way is asked as `dealgate move` asks it, and its ways out are commands.
        let refused = imported(folder.path(), &cells, delimiter, &[]);
        assert_eq!((refused.status, &before), (1, &files(folder.path())), "{country}: {}", refused.stdout);
        let ways: Vec<_> =
            refused.stdout.lines().filter_map(|line| line.strip_prefix("  help: dealgate ")).collect();
        assert_eq!(ways.len(), 2, "{country}: {}", refused.stdout);
        for way in ways {
            let words: Vec<&str> = way
                .split(' ')
                .map(|word| if word == "LINK" { "https://docs.example/order.pdf" } else { word })
                .collect();
            assert_eq!(dealgate(folder.path(), &[&words[..], &DAY].concat()).status, 0, "{country}: {way}");
        }
        let before = files(folder.path());
        let ran = imported(folder.path(), &cells, delimiter, &[]);
        assert_eq!(ran.status, 0, "{country}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("0 new + 2 changed"), "{country}: {}", ran.stdout);
        let after = files(folder.path());
        let changed: BTreeMap<_, _> =
            after.iter().filter(|(path, text)| before.get(*path) != Some(text)).collect();
        assert_eq!(changed.len(), 2, "{country}");
        let of =
            |end: &str| changed.iter().find(|(path, _)| path.ends_with(end)).expect("changed").1.as_str();
        assert!(of("fenders.yaml").contains("\namount: 250000.5 EUR\n"), "{country}: {}", of("fenders.yaml"));
        assert!(of("fenders.yaml").contains("\nclose_date: 2027-02-01\n"), "{country}");
        for line in [
            "\nstage: order\n",
            "\ntags: [a, b]\n",
            "notes: \"=HYPERLINK(1)\\nsecond\"",
            "date: 2026-11-23, stage: order}",
        ] {
            assert!(of("arch.yaml").contains(line), "{country}: {line}\n{}", of("arch.yaml"));
        }
        assert!(!of("arch.yaml").contains("\nsource:"), "{country}");
        imported(folder.path(), &cells, delimiter, &[]);
        assert_eq!(after, files(folder.path()), "{country}: the second import changes a byte");
    }
}

#[test]
fn what_both_changed_is_a_conflict_and_what_is_wrong_is_told_with_its_row() {
    let folder = copied(&repository("tests/showcase"));
    let mut cells = exported(folder.path());
    let path = folder.path().join("deals/brightsteel/bremerhaven-fenders.yaml");
    let text = std::fs::read_to_string(&path).expect("a deal");
    let edited = text.replacen("amount: 215000 EUR", "amount: 216000 EUR", 1).replacen(
        "close_date: 2026-03-30",
        "close_date: 2026-03-31",
        1,
    );
    assert_ne!(text, edited);
    std::fs::write(&path, &edited).expect("a file");
    let (fenders, amount) = (row(&cells, "brightsteel/bremerhaven-fenders"), column(&cells, "amount"));
    cells[fenders][amount] = "300000".to_owned();
    let ran = imported(folder.path(), &cells, b',', &[]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("amount: 216000 EUR here, 300000 EUR there"), "{}", ran.stdout);
    assert_eq!(
        edited,
        std::fs::read_to_string(&path).expect("a deal"),
        "its close date is nobody's in the sheet"
    );
    assert_eq!(imported(folder.path(), &cells, b',', &["--take", "theirs"]).status, 0);
    assert_eq!(
        edited.replace("216000", "300000"),
        std::fs::read_to_string(&path).expect("a deal"),
        "and the cell is taken"
    );

    let before = files(folder.path());
    let own = |cells: &[Vec<String>], name: &str| column(cells, name);
    let (name, stage, owner) = (own(&cells, "name"), own(&cells, "stage"), own(&cells, "owner"));
    let (workflow, prints, day) = (1, cells[0].len() - 1, own(&cells, "close_date"));
    cells[1][name] = String::new();
    cells[2][stage] = "nowhere".to_owned();
    cells[3][owner] = "somebody".to_owned();
    cells[4][workflow] = "northwind".to_owned();
    cells[5][prints] = String::new();
    cells[6][day] = "soon".to_owned();
    cells[7][0] = cells[8][0].clone();
    cells[9][0] = "acme/nowhere".to_owned();
    cells.push(vec![String::new(), String::new(), "A new one".to_owned()]);
    cells.push(vec!["Total".to_owned()]);
    let width = cells[0].len();
    for row in &mut cells {
        row.resize(width, String::new());
    }
    let ran = imported(folder.path(), &cells, b',', &[]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    for told in [
        "sheet.csv:2: `name`: is empty",
        "sheet.csv:3: `stage`: `nowhere` is no stage of `brightsteel`",
        "sheet.csv:4: `owner`: `somebody` is no address",
        "sheet.csv:5: `workflow`:",
        "sheet.csv:6: `as exported (keep this column)`: is empty",
        "sheet.csv:7: `close_date`: `soon` is no day",
        "is there already, in row 8",
        "sheet.csv:10: `deal`: there is no deal `acme/nowhere`",
        "`deal`: the row names no deal",
        "Nothing was written.",
    ] {
        assert!(ran.stdout.contains(told), "{told}\n{}", ran.stdout);
    }
    assert_eq!(before, files(folder.path()));
}

/// Writes a workbook anew with some cells changed, as a spreadsheet would.
fn rewritten(path: &Path, change: impl Fn(&str, &str, &str) -> Option<String>) {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let mut made = rust_xlsxwriter::Workbook::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).expect("a sheet");
        let sheet = made.add_worksheet();
        sheet.set_name(&name).expect("a name");
        let header: Vec<String> =
            range.rows().next().map(|row| row.iter().map(ToString::to_string).collect()).unwrap_or_default();
        for (line, row) in (0..).zip(range.rows()) {
            for (column, cell) in (0..).zip(row) {
                let key = header.get(usize::from(column)).map_or("", String::as_str);
                let new = (line > 0).then(|| change(&row[0].to_string(), key, &cell.to_string())).flatten();
                match (new, cell) {
                    (Some(text), _) => {
                        if let Ok(number) = text.parse::<f64>() {
                            sheet.write_number(line, column, number).expect("a cell");
                        } else {
                            sheet.write_string(line, column, text).expect("a cell");
                        }
                    }
                    (None, Data::Empty) => {}
                    (None, Data::Float(number)) => {
                        sheet.write_number(line, column, *number).expect("a cell");
                    }
                    (None, Data::DateTime(day)) => {
                        let format = rust_xlsxwriter::Format::new().set_num_format("dd.mm.yyyy");
                        sheet.write_number_with_format(line, column, day.as_f64(), &format).expect("a cell");
                    }
                    (None, other) => {
                        sheet.write_string(line, column, other.to_string()).expect("a cell");
                    }
                }
            }
        }
    }
    made.save(path).expect("a file");
}

#[test]
fn a_workbook_goes_there_and_back() {
    let folder = copied(&repository("tests/showcase"));
    let before = files(folder.path());
    let export = || dealgate(folder.path(), &["export", "sheet", "--format", "xlsx=s.xlsx", DAY[0], DAY[1]]);
    let import = || dealgate(folder.path(), &["import", "s.xlsx", DAY[0], DAY[1]]);
    assert_eq!(export().status, 0);
    let bytes = std::fs::read(folder.path().join("s.xlsx")).expect("a file");
    assert_eq!(export().status, 0);
    assert_eq!(
        bytes,
        std::fs::read(folder.path().join("s.xlsx")).expect("a file"),
        "the same deals, the same bytes"
    );
    rewritten(&folder.path().join("s.xlsx"), |_, _, _| None);
    let ran = import();
    assert_eq!((ran.status, &before), (0, &files(folder.path())), "{}{}", ran.stdout, ran.stderr);
    rewritten(&folder.path().join("s.xlsx"), |deal, key, _| match (deal, key) {
        ("brightsteel/bremerhaven-fenders", "amount") => Some("99.5".to_owned()),
        ("brightsteel/bremerhaven-fenders", "margin") => Some("0.3".to_owned()),
        ("northwind/osprey-fleet", "name") => Some("Osprey, again".to_owned()),
        _ => None,
    });
    let ran = import();
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let after = files(folder.path());
    let fenders = &after["deals/brightsteel/bremerhaven-fenders.yaml"];
    assert!(fenders.contains("\namount: 99.5 EUR\n") && fenders.contains("margin: 30%"), "{fenders}");
    adds_up(&ran.stdout);
    import();
    assert_eq!(after, files(folder.path()));
    let none = dealgate(folder.path(), &["export", "sheet", "--format", "xlsx"]);
    assert!(none.status == 2 && none.stderr.contains("xlsx=deals.xlsx"), "{}", none.stderr);
}

#[test]
fn random_changes_add_up_and_come_once() {
    let mut seed = 20_261_123_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("small") % below
    };
    let folder = copied(&repository("tests/showcase"));
    for round in 0..8 {
        let mut cells = exported(folder.path());
        for _ in 0..next(6) {
            let (row, name) = (
                1 + next(cells.len() - 1),
                ["name", "customer", "amount", "close_date", "tags", "notes"][next(6)],
            );
            let column = column(&cells, name);
            cells[row][column] = match name {
                "amount" => format!("{}.5", next(90_000)),
                "close_date" => format!("2027-01-{:02}", 1 + next(28)),
                _ => ["=1", "Ä b", "x; y", "#z: {"][next(4)].to_owned(),
            };
        }
        let first = imported(folder.path(), &cells, b',', &[]);
        assert_eq!(first.status, 0, "round {round}: {}{}", first.stdout, first.stderr);
        let before = files(folder.path());
        let again = imported(folder.path(), &cells, b',', &[]);
        assert!(again.stdout.contains(" 0 changed "), "round {round}: {}", again.stdout);
        assert_eq!(before, files(folder.path()), "round {round}");
    }
}
