//! The pages as people meet them: opened in Chromium, by keyboard, without script, narrow, and with hostile names.

mod accessible;
mod chromium;
mod measured;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::chromium::Browser;
use crate::hostile_workspace::{HOSTILE, hostile};
use crate::run::{copied, dealgate, repository};
use crate::sites::eventful;

/// The review page, which has the table of deals.
const PIPELINE: &[&[&str]] = &[&["pipeline"]];

/// Every built-in report that is a page: a new one joins by being in the program's own list.
fn every_page() -> Vec<&'static [&'static str]> {
    let names = dealgate::report::list::REPORTS.iter().map(|report| report.name);
    let pages = names.filter(|name| dealgate::report::builtin::file(&format!("{name}.html")).is_some());
    let reports: Vec<&[&str]> = pages
        .map(|name| match name {
            "pipeline" => &["pipeline", "--since", "@2026-11-09"] as &[&str],
            "deal" => &["deal", "northwind/osprey-fleet", "--since", "@2026-11-09"],
            "changes" => &["changes", "--since", "@2026-11-01"],
            name => Vec::leak(vec![name]),
        })
        .collect();
    assert!(reports.len() >= 3, "{reports:?}");
    reports
}

/// The pages of a workspace, written into a folder.
fn pages(workspace: &Path, reports: &[&[&str]]) -> Vec<PathBuf> {
    let write = |report: &&[&str]| {
        let file = workspace.canonicalize().expect("it is there").join(format!("{}.html", report[0]));
        let output = file.to_string_lossy().into_owned();
        let mut arguments = vec!["report"];
        arguments.extend(report.iter().copied());
        arguments.extend(["-o", &output, "--today", "2026-11-23"]);
        let ran = dealgate(workspace, &arguments);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        file
    };
    reports.iter().map(write).collect()
}

/// What the browser complained of, and what it asked for beside the page itself.
fn faults(browser: &Browser) -> Vec<String> {
    let told = browser.events.iter();
    told.filter(|event| match event["method"].as_str().unwrap_or_default() {
        "Network.requestWillBeSent" => event["params"]["type"] != "Document",
        "Runtime.exceptionThrown"
        | "Runtime.consoleAPICalled"
        | "Log.entryAdded"
        | "Page.javascriptDialogOpening" => true,
        _ => false,
    })
    .map(Value::to_string)
    .collect()
}

#[test]
fn pages_open_from_a_file_and_fit_a_telephone() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    for page in pages(workspace.path(), &every_page()) {
        for width in [360, 1600] {
            browser.width(width);
            browser.open(&page, "");
            assert_eq!(faults(&browser), Vec::<String>::new(), "{}", page.display());
            let over = browser.value("document.documentElement.scrollWidth - innerWidth");
            assert!(
                over.as_i64().is_some_and(|over| over <= 0),
                "{} at {width}: {over} over",
                page.display()
            );
        }
    }
}

#[test]
fn charts_are_told_in_words_and_are_seen_in_light_and_dark() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    for page in pages(workspace.path(), &every_page()) {
        for scheme in ["light", "dark"] {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            browser.call("Emulation.setEmulatedMedia", &media);
            browser.open(&page, "");
            assert_eq!(faults(&browser), Vec::<String>::new(), "{}", page.display());
            // Every chart is a picture with a name and the figures in words, and has a table beside or below it.
            let unnamed = "[...document.querySelectorAll('svg')].filter(e => e.getAttribute('aria-hidden') !== 'true').filter(e => e.getAttribute('role') !== 'img' || \
                e.getAttribute('aria-labelledby').split(' ').some(id => \
                document.getElementById(id).textContent.trim().length < 4) || \
                !(e.closest('section').querySelector('table') || e.closest('section.big'))).length";
            assert_eq!(browser.value(unnamed), 0, "{}", page.display());
            let ids = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))";
            assert_eq!(browser.value(ids), 0, "{}: an id that is there twice", page.display());
            let dead = "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => \
                !a.getAttribute('href').startsWith('#deals?') && !document.getElementById(a.getAttribute('href').slice(1))).map(a => a.outerHTML)";
            assert_eq!(browser.value(dead), json!([]), "{}: links that lead nowhere", page.display());
            // Bars stay in their picture and differ from the paper.
            let lost = "[...document.querySelectorAll('svg rect')].filter(e => e.closest('svg') && \
                !e.closest('pattern')).filter(e => { const box = e.getBBox(), all = e.closest('svg').viewBox.baseVal; \
                return box.x < -0.1 || box.x + box.width > all.width + 0.1 || box.y + box.height > all.height + 0.1 || \
                getComputedStyle(e).fill === getComputedStyle(document.body).backgroundColor; }).map(e => e.outerHTML)";
            assert_eq!(browser.value(lost), json!([]), "{} in {scheme}", page.display());
        }
    }
    browser.call("Emulation.setEmulatedMedia", &json!({"features": []}));
}

#[test]
fn the_table_is_sorted_and_filtered_by_keyboard_and_the_address_keeps_both() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let page = &pages(workspace.path(), PIPELINE)[0];
    browser.width(1600);
    browser.open(page, "");
    let first = "document.querySelector('#deals-table .deal:not(.row-hidden) [data-k=deal]').textContent";
    let told = "document.getElementById('deals-told').textContent";
    browser.value("document.querySelector('[data-key=value] button').focus()");
    browser.press("Enter", 13, "\r");
    assert_eq!(browser.value(first), "Two lock gates");
    assert_eq!(
        browser.value("document.querySelector('[data-key=value]').getAttribute('aria-sort')"),
        "descending"
    );
    assert_eq!(browser.value("document.activeElement.textContent"), "Value");
    browser.value("document.querySelector('[name=q]').focus()");
    for letter in ["b", "a", "n", "k"] {
        browser.press(letter, 0, letter);
    }
    assert_eq!(browser.value(told), "1 of 28 deals");
    let address = browser.value("location.hash");
    assert_eq!(address, "#deals?q=bank&sort=-value");

    browser.open(page, address.as_str().expect("a text"));
    assert_eq!(browser.value(told), "1 of 28 deals");
    assert_eq!(
        browser.value("document.querySelector('[data-key=value]').getAttribute('aria-sort')"),
        "descending"
    );
    assert_eq!(faults(&browser), Vec::<String>::new());

    // A link to a deal that the filter hides shows it.
    browser.value("document.querySelector('#today a').click()");
    assert_eq!(browser.value(told), "28 of 28 deals");
}

/// How many deals a list shows, and what they are worth and weigh together.
const SHOWN: &str = "(rows => ({deals: rows.length, sums: ['value', 'weighted'].map(key => \
    Math.round(rows.reduce((sum, row) => sum + +row.dataset[key], 0))).concat(Math.round(rows.reduce((sum, row) => \
    sum + +row.dataset[row.dataset.status === 'won' ? 'value' : 'weighted'], 0)))}))(\
    [...document.querySelectorAll('#deals-table .deal:not(.row-hidden)')])";

/// The numbers of a page that lead to deals: the address, how many deals are meant, and the number as it is shown.
const NUMBERS: &str = "[...document.querySelectorAll('a.num')].map(a => [a.getAttribute('href'), +a.dataset.deals, \
    a.dataset.rate || a.textContent.startsWith('\u{2014}') ? null : \
    Math.round(+a.textContent.replace(/ (and|×) .*/, '').replace(/[^0-9.]/g, ''))])";

/// Holds what an address shows against the number that led there.
fn assert_leads(browser: &mut Browser, number: &Value) {
    let shown = browser.value(SHOWN);
    assert_eq!(shown["deals"], number[1], "{number}");
    let sums = shown["sums"].as_array().expect("a list");
    let is_rate = number[2].is_null();
    assert!(is_rate || number[2] == shown["deals"] || sums.contains(&number[2]), "{number} leads to {shown}");
}

#[test]
fn every_number_leads_to_exactly_its_deals() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let page = &pages(workspace.path(), PIPELINE)[0];
    browser.open(page, "");
    let numbers = browser.value(NUMBERS);
    let numbers = numbers.as_array().expect("a list");
    assert!(numbers.len() > 80, "only {} numbers lead anywhere", numbers.len());
    let mut seen = std::collections::BTreeSet::new();
    for number in numbers.iter().filter(|number| seen.insert(number.to_string())) {
        browser.open(page, number[0].as_str().expect("an address"));
        assert_leads(&mut browser, number);
    }
}

#[test]
fn a_site_leads_from_page_to_page_and_asks_nobody() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let folder = workspace.path().canonicalize().expect("it is there").join("public");
    let output = folder.to_string_lossy().into_owned();
    let ran = dealgate(workspace.path(), &["report", "site", "-o", &output, "--today", "2026-11-23"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let files = walkdir::WalkDir::new(&folder).into_iter().map(|it| it.expect("it can be read").into_path());
    let pages: Vec<_> = files.filter(|path| path.extension().is_some_and(|kind| kind == "html")).collect();
    assert!(pages.len() > 30, "{pages:?}");
    for width in [360, 1440] {
        browser.width(width);
        for page in &pages {
            browser.open(page, "");
            let own = |fault: &String| {
                !(fault.contains("requestWillBeSent") && fault.contains(&format!("file://{output}/")))
            };
            let faults: Vec<_> = faults(&browser).into_iter().filter(own).collect();
            assert_eq!(faults, Vec::<String>::new(), "{}", page.display());
            let over = browser.value("document.documentElement.scrollWidth - innerWidth");
            assert!(over.as_i64().is_some_and(|over| over <= 0), "{} at {width}: {over}", page.display());
            let links =
                browser.value("[...document.links].filter(a => a.protocol === 'file:').map(a => a.pathname)");
            for link in links.as_array().expect("a list") {
                let path = link.as_str().expect("a path").replace("%20", " ");
                assert!(Path::new(&path).is_file(), "{} links to {path}", page.display());
            }
        }
    }
    browser.open(&folder.join("index.html"), "");
    let numbers = browser.value(NUMBERS);
    for number in numbers.as_array().expect("a list").iter().step_by(7) {
        let query = number[0].as_str().expect("an address").trim_start_matches("deals.html");
        browser.open(&folder.join("deals.html"), query);
        assert_leads(&mut browser, number);
    }
}

#[test]
fn the_first_screen_holds_the_answer_three_figures_and_today() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let single = pages(workspace.path(), PIPELINE).remove(0);
    let repo = eventful();
    let folder = repo.path().canonicalize().expect("it is there").join("public");
    let output = folder.to_string_lossy().into_owned();
    let ran = dealgate(repo.path(), &["report", "site", "-o", &output, "--today", "2026-11-23"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let bottom = |what: &str| format!("document.querySelector('{what}').getBoundingClientRect().bottom");
    for (width, last, height) in
        [(1440, "#today .agenda > li:last-child", 900.0), (390, "#today .agenda > li:first-child", 844.0)]
    {
        browser.width(width);
        for page in [&single, &folder.join("index.html")] {
            browser.open(page, "");
            for what in ["#answer", ".three", last] {
                let ends = browser.value(&bottom(what)).as_f64().expect("a place");
                assert!(ends <= height, "{}: {what} ends at {ends} of {height}", page.display());
            }
        }
    }
}

#[test]
fn the_csv_is_of_the_rows_that_are_shown() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let page = &pages(workspace.path(), PIPELINE)[0];
    browser.open(page, "#deals?status=won");
    let rows =
        browser.value("[...document.querySelectorAll('.deal:not(.row-hidden)')].map(row => row.dataset.id)");
    // What is saved is caught where the page hands it over.
    browser.value("HTMLAnchorElement.prototype.click = function () { document.title = this.href; }; 0");
    browser.value("document.getElementById('deals-csv').click()");
    let csv = browser.value("decodeURIComponent(document.title.replace(/^[^,]*,/, ''))");
    let lines = csv.as_str().expect("a text").lines().skip(1);
    let ids: Vec<_> = lines.map(|line| line.split('"').nth(1).unwrap_or_default()).collect();
    assert!(!ids.is_empty());
    assert_eq!(json!(ids), rows);
}

#[test]
fn nothing_is_lost_without_script() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    for page in pages(workspace.path(), &every_page()) {
        browser.open(&page, "");
        // What filters the deals is there by script only.
        browser.value("document.querySelectorAll('.controls').forEach(form => { form.hidden = true; })");
        let with = browser.value("document.querySelector('main').innerText");
        browser.call("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
        browser.open(&page, "");
        let without = browser.value("document.querySelector('main').innerText");
        let buttons = browser.value(
            "[...document.querySelectorAll('button, input, select')].filter(e => e.offsetParent).length",
        );
        browser.call("Emulation.setScriptExecutionDisabled", &json!({"value": false}));
        assert_eq!(buttons, 0, "what works by script only is not shown");
        let (with, without) = (with.as_str().expect("a text"), without.as_str().expect("a text"));
        let kept: std::collections::BTreeSet<_> = without.lines().map(str::trim).collect();
        let lost: Vec<_> = with.lines().map(str::trim).filter(|line| !kept.contains(line)).collect();
        assert_eq!(lost, [""; 0], "{}", page.display());
    }
}

#[test]
fn print_hides_controls_and_shows_every_deal() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let page = &pages(workspace.path(), PIPELINE)[0];
    browser.open(page, "#deals?q=bank");
    browser.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    let shown = browser
        .value("[...document.querySelectorAll('#deals-table .deal')].filter(row => row.offsetParent).length");
    assert_eq!(shown, 28);
    assert_eq!(browser.value("document.getElementById('deals-controls').offsetParent === null"), true);
}

#[test]
fn nothing_runs_into_the_next_column_on_paper_or_screen() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let over = "[...document.querySelectorAll('td, th:not(.sr), dd, .steps li')] \
        .filter(cell => cell.offsetParent && cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)";
    for page in pages(workspace.path(), &every_page()) {
        // A4 within its margins, and two windows.
        for (media, width) in [("print", 690), ("screen", 1200), ("screen", 1600)] {
            browser.call("Emulation.setEmulatedMedia", &json!({"media": media}));
            browser.width(width);
            browser.open(&page, "");
            assert_eq!(browser.value(over), json!([]), "{} on {media}, {width} wide", page.display());
        }
    }
}

#[test]
fn a_bridge_without_a_chart_has_the_whole_width() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("deals")).expect("a folder");
    for (name, currency) in [("one", "EUR"), ("two", "USD")] {
        let deal = format!(
            "name: A deal with a name that is not short, {name}\nstage: proposed\namount: 5000 {currency}\nclose_date: \
             2026-12-01\nopened: 2026-08-01\nhistory:\n  - {{date: 2026-08-01, stage: prospect}}\n  - {{date: \
             2026-10-20, stage: proposed, close_date: 2026-12-01}}\n"
        );
        std::fs::write(folder.path().join(format!("deals/{name}.yaml")), deal).expect("a file");
    }
    for page in pages(folder.path(), &[&["pipeline"], &["changes"]]) {
        browser.width(1440);
        browser.open(&page, "");
        let tables = "[...document.querySelectorAll('.pair')].map(pair => [pair.children.length, \
            pair.querySelector('.scroll').clientWidth > innerWidth * 0.9, \
            pair.querySelector('.scroll').scrollWidth <= pair.querySelector('.scroll').clientWidth])";
        assert_eq!(browser.value(tables), json!([[1, true, true]]), "{}", page.display());
    }
}

#[test]
fn hostile_names_do_nothing_in_a_page() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = hostile();
    let mut reports: Vec<Vec<String>> = vec![vec!["workflow".into()], vec!["trend".into()]];
    reports
        .extend(["pipeline", "changes"].map(|report| vec![report.into(), "--since".into(), "HEAD".into()]));
    reports.extend(HOSTILE.iter().map(|(file, _)| vec!["deal".into(), format!("acme/{file}")]));
    reports.push(vec!["deal".into(), "acme/long".into()]);
    for report in &reports {
        let report: Vec<&str> = report.iter().map(String::as_str).collect();
        let page = &pages(workspace.path(), &[&report])[0];
        browser.width(360);
        browser.open(page, "");
        assert_eq!(faults(&browser), Vec::<String>::new(), "{report:?}");
        assert_eq!(browser.value("document.scripts.length"), 1, "{report:?}");
        let strange = "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => \
            a.name.startsWith('on')) || ['IMG', 'IFRAME', 'OBJECT', 'B', 'I', 'TEXTAREA'].includes(e.tagName) \
            && e.attributes.length + e.textContent.length > 0).map(e => e.outerHTML)";
        assert_eq!(browser.value(strange), json!([]), "{report:?}");
        let links = "[...document.links].map(a => a.protocol).filter(p => !['file:', 'http:', 'https:', \
            'mailto:'].includes(p))";
        assert_eq!(browser.value(links), json!([]), "{report:?}");
        let acting = r"/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.innerText)";
        assert_eq!(browser.value(acting), false, "{report:?}");
        let over = browser.value("document.documentElement.scrollWidth - innerWidth");
        assert!(over.as_i64().is_some_and(|over| over <= 0), "{report:?}: {over} over");
        if report[0] == "pipeline" {
            let text = browser.value("document.querySelector('#deals-table').textContent");
            let text = text.as_str().expect("a text");
            for shown in ["<script>alert(1)</script>", "=cmd()", "{{ 7 * 7 }}", "</style></script></title>"] {
                assert!(text.contains(shown), "{shown} is shown as it is written");
            }
        }
    }
}
