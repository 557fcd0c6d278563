//! After any edits of open texts, what is shown is what `check` says of the same texts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{Client, Opening};
use crate::run::{copied, dealgate, repository};

/// Numbers that look drawn and are the same every time (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("it is small")
    }
}

const OPEN: [&str; 6] = [
    "deals/northwind/osprey-fleet.yaml",
    "deals/northwind/harlow-claims.yaml",
    "deals/brightsteel/delta-lock.yaml",
    "workflows/northwind.toml",
    "workflows/brightsteel.toml",
    "dealgate.toml",
];

const PIECES: [&str; 14] = [
    "x",
    "\n",
    ": ",
    "\"",
    "- ",
    "ü🚢",
    "2026-13-01",
    "stage: closed\n",
    "  ",
    "[",
    "}",
    "# y",
    "amount >= 5",
    "EUR",
];

/// What is found, by file: line, character, code and message of each, sorted.
type Found = BTreeMap<String, Vec<(u64, u64, String, String)>>;

fn checked(root: &std::path::Path) -> Found {
    let ran = dealgate(root, &["check", "--today", "2026-11-23", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let mut all = Found::new();
    for finding in json["findings"].as_array().expect("a list") {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        // What has no file stands in the settings.
        let file = finding["file"].as_str().unwrap_or("dealgate.toml").to_owned();
        let number = |key: &str| finding[key].as_u64().map_or(0, |it| it - 1);
        // An editor shows what is named on one line.
        let message = text("message").replace(['\n', '\t'], " ");
        let told = (number("line"), number("column"), text("code"), message);
        if !file.starts_with("builtin/") {
            all.entry(file).or_default().push(told);
        }
    }
    for list in all.values_mut() {
        list.sort();
    }
    all
}

/// `check` counts characters. What was told of an earlier text need not fit this one.
fn characters(text: &str, line: u64, units: u64) -> u64 {
    let Some(line) = usize::try_from(line).ok().and_then(|line| text.split('\n').nth(line)) else {
        return units;
    };
    let (mut left, mut count) = (units, 0);
    for letter in line.chars() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(letter.len_utf16() as u64);
        count += 1;
    }
    count
}

fn shown(client: &Client, published: &BTreeMap<String, Value>, texts: &BTreeMap<&str, String>) -> Found {
    let mut all = Found::new();
    for (uri, list) in published {
        let path = uri.strip_prefix(&(client.uri("") + "/")).expect("in the folder").to_owned();
        for it in list.as_array().expect("a list") {
            let start = &it["range"]["start"];
            let line = start["line"].as_u64().expect("a number");
            let units = start["character"].as_u64().expect("a number");
            let column = texts.get(path.as_str()).map_or(units, |text| characters(text, line, units));
            let message = it["message"]
                .as_str()
                .expect("a text")
                .split("\nhelp: ")
                .next()
                .expect("one")
                .replace('\t', " ");
            let code = it["code"].as_str().expect("a code").to_owned();
            all.entry(path.clone()).or_default().push((line, column, code, message));
        }
    }
    for list in all.values_mut() {
        list.sort();
    }
    all
}

/// So many rounds of a few edits each; how many edits were made.
fn edits(rounds: usize, seed: u64) -> usize {
    let folder = copied(&repository("tests/showcase"));
    let twin = copied(&repository("tests/showcase"));
    let mut client = Client::start(folder.path(), &Opening::default());
    let mut draw = Draw(seed);
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for path in OPEN {
        texts.insert(path, client.open_file(path));
    }
    let original = texts.clone();
    let mut published: BTreeMap<String, Value> = BTreeMap::new();
    let mut made = 0;
    for version in (2_i64..).take(rounds) {
        for _ in 0..=draw.below(4) {
            let path = OPEN[draw.below(OPEN.len())];
            let text = texts[path].clone();
            let boundary = |mut at: usize| {
                while !text.is_char_boundary(at) || text[..at].ends_with('\r') {
                    at -= 1;
                }
                at
            };
            let (start, length) = (boundary(draw.below(text.len() + 1)), draw.below(12));
            let end = boundary((start + length).min(text.len())).max(start);
            let piece = PIECES[draw.below(PIECES.len())];
            // Now and then everything is as it was.
            let (start, end, piece) = if draw.below(8) == 0 {
                (0, text.len(), original[path].as_str())
            } else {
                (start, end, piece)
            };
            let range = json!({ "start": client.position(&text, start), "end": client.position(&text, end) });
            let document = json!({ "uri": client.uri(path), "version": version });
            let change =
                json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": piece }] });
            client.tell("textDocument/didChange", change);
            texts.insert(path, [&text[..start], piece, &text[end..]].concat());
            made += 1;
        }
        for (path, text) in &texts {
            super::write(twin.path(), path, text);
        }
        let expected = checked(twin.path());
        let mut last = Found::new();
        let told = client.wait_all(|client, message| {
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().expect("an address").to_owned();
                published.insert(uri, message["params"]["diagnostics"].clone());
            }
            last = shown(client, &published, &texts);
            last == expected
        });
        assert!(told, "after {made} edits: {last:#?}\n{expected:#?}");
    }
    assert_eq!(client.end(), 0);
    made
}

#[test]
fn what_is_shown_is_what_check_says() {
    let made = edits(100, 1);
    assert!(made > 200, "{made}");
}

/// `cargo test --test suite ten_thousand -- --ignored`
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_edits() {
    let made: usize = (0..42).map(|seed| edits(100, 7 + seed)).sum();
    assert!(made >= 10_000, "{made}");
}
