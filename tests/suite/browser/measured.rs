//! What is measured of pages in Chromium: contrast, what is printed, and how long ten thousand deals take.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::json;

use super::chromium::Browser;
use super::{every_page, pages};
use crate::generator::{self, Mix};
use crate::run::{copied, dealgate, repository};
use crate::tools;

/// What of a page has less contrast than it should: text 7 to 1 against what is behind it, bars 3 to 1 against track and
/// paper.
const TOO_PALE: &str = "(() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const seen = new Map();
    const of = colour => {
        if (!seen.has(colour)) {
            canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            seen.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
        }
        return seen.get(colour);
    };
    const light = ([r, g, b]) => { const part = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
    const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
    const behind = element => { for (let at = element; at; at = at.parentElement) {
        const colour = of(getComputedStyle(at).backgroundColor); if (colour[3] > 250) return colour; }
        return of(getComputedStyle(document.documentElement).colorScheme === 'dark' ? '#000' : '#fff'); };
    const pale = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.textContent.trim() || /^(SCRIPT|STYLE|TITLE|DESC|OPTION)$/i.test(element.tagName)) continue;
        if (!element.checkVisibility() || element.closest('.sr, .skip')) continue;
        const style = getComputedStyle(element);
        const ink = of(element.closest('svg') ? style.fill : style.color);
        const found = ratio(ink, behind(element));
        if (found < 7) pale.push(['text', found.toFixed(2), element.outerHTML.slice(0, 120)]);
    }
    for (const bar of document.querySelectorAll('svg rect:not(.track):not(.none)')) {
        if (bar.closest('pattern') || !bar.checkVisibility()) continue;
        const fill = getComputedStyle(bar).fill;
        if (fill.startsWith('url')) continue;
        const track = bar.closest('svg').querySelector('.track');
        for (const [what, other] of [['paper', behind(bar.closest('svg').parentElement)], ['track', track && of(getComputedStyle(track).fill)]]) {
            if (other && ratio(of(fill), other) < 3) pale.push(['bar on ' + what, ratio(of(fill), other).toFixed(2), bar.outerHTML.slice(0, 120)]);
        }
    }
    return pale;
})()";

#[test]
fn text_is_seven_to_one_and_bars_three_to_one_in_light_and_dark() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    browser.width(1440);
    for page in pages(workspace.path(), &every_page()) {
        for scheme in ["light", "dark"] {
            let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
            browser.call("Emulation.setEmulatedMedia", &json!({"features": features}));
            browser.open(&page, "");
            browser.value("document.querySelectorAll('details').forEach(it => { it.open = true; })");
            assert_eq!(browser.value(TOO_PALE), json!([]), "{} in {scheme}", page.display());
        }
    }
}

#[test]
fn forced_colours_keep_states_and_swatches() {
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let page = &pages(workspace.path(), &[&["pipeline"]])[0];
    browser.call(
        "Emulation.setEmulatedMedia",
        &json!({"features": [{"name": "forced-colors", "value": "active"}]}),
    );
    browser.open(page, "");
    assert_eq!(browser.value("matchMedia('(forced-colors: active)').matches"), true);
    // States are told by a mark too, swatches and bars keep their colours apart.
    let marks = "[...document.querySelectorAll('.state')].filter(e => \
        getComputedStyle(e, '::before').content.replace(/[\"\\s]/g, '').length < 1).length";
    assert_eq!(browser.value(marks), 0);
    let kept = "new Set([...document.querySelectorAll('.bullet-key .swatch')].map(e => getComputedStyle(e).backgroundColor)).size";
    assert!(browser.value(kept).as_u64().is_some_and(|kept| kept >= 3));
    let bars =
        "new Set([...document.querySelectorAll('.bullet-bar rect')].map(e => getComputedStyle(e).fill)).size";
    assert!(browser.value(bars).as_u64().is_some_and(|bars| bars >= 4));
}

/// Prints a page as a PDF and reads the text of its pages.
fn printed(browser: &mut Browser, python: &Path, to: &Path) -> Option<Vec<String>> {
    let answer =
        browser.call("Page.printToPDF", &json!({"preferCSSPageSize": true, "printBackground": true}));
    let file = to.join("printed.b64");
    fs::write(&file, answer["data"].as_str().expect("a PDF")).expect("it can be written");
    let script = "import base64, io, json, sys, unicodedata\nimport pypdf\n\
        data = base64.b64decode(open(sys.argv[1]).read())\n\
        print(json.dumps([unicodedata.normalize('NFKC', page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]))";
    let output = Command::new(python).args(["-c", script]).arg(&file).output().expect("Python starts");
    if !output.status.success() {
        tools::skip("pypdf", "pip install pypdf");
        return None;
    }
    Some(serde_json::from_slice(&output.stdout).expect("a list of texts"))
}

#[test]
fn what_is_printed_is_all_there_and_repeats_its_heads() {
    let Some(mut browser) = Browser::start() else { return };
    let Some(python) = tools::wanted("PYTHON", "python3", "apt-get install python3") else { return };
    let workspace = copied(&repository("tests/showcase"));
    // Hyphens and ligatures are drawn as the font has them, so letters are compared.
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    for page in pages(workspace.path(), &every_page()) {
        browser.open(&page, "");
        browser.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
        let shown = browser.value(
            "[...document.querySelectorAll('h1, h2, h3, th, td, .deal summary strong, .c-value, .card a, dt, dd')]\
             .filter(e => e.checkVisibility() && !e.closest('.sr') && !e.classList.contains('sr')).map(e => e.innerText)",
        );
        // A sheet of A4 within its margins.
        browser.width(688);
        let over = browser.value(
            "[...document.querySelectorAll('table, svg, .task, .deal, .board')].filter(e => e.checkVisibility() && \
             e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 160))",
        );
        assert_eq!(over, json!([]), "{}: wider than the paper", page.display());
        let heads = browser.value(
            "[...document.querySelectorAll('thead')].map(e => getComputedStyle(e).display + ' ' + \
             [...e.querySelectorAll('button')].map(b => getComputedStyle(b).display).join(''))",
        );
        for head in heads.as_array().expect("a list") {
            let display = head.as_str().unwrap_or_default();
            assert!(display.starts_with("table-header-group"), "{}: {display}", page.display());
        }
        let Some(pages) = printed(&mut browser, &python, workspace.path()) else { return };
        browser.call("Emulation.setEmulatedMedia", &json!({"media": ""}));
        let all = letters(&pages.concat());
        let mut missing = Vec::new();
        for text in shown.as_array().expect("a list") {
            let words = text.as_str().unwrap_or_default().split_whitespace().map(letters);
            missing.extend(words.filter(|word| !all.contains(word.as_str())));
        }
        assert_eq!(missing, Vec::<String>::new(), "{} on {} sheets", page.display(), pages.len());
        let numbered = pages
            .iter()
            .enumerate()
            .all(|(at, text)| text.contains(&format!("{} of {}", at + 1, pages.len())));
        assert!(numbered, "{}: every sheet has its number", page.display());
        let title = letters(browser.value("document.title").as_str().expect("a text"));
        let named = pages.iter().skip(1).all(|text| letters(text).contains(&title));
        assert!(named, "{}: every sheet but the first has the title", page.display());
    }
}

#[test]
fn a_deal_is_printed_on_two_sheets_at_the_most() {
    let Some(mut browser) = Browser::start() else { return };
    let Some(python) = tools::wanted("PYTHON", "python3", "apt-get install python3") else { return };
    let workspace = copied(&repository("tests/showcase"));
    let output = workspace.path().canonicalize().expect("it is there").join("pages/");
    let output = format!("{}/", output.display());
    let ran = dealgate(workspace.path(), &["report", "deal", "-o", &output, "--today", "2026-11-23"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let files = walkdir::WalkDir::new(&output).into_iter().map(|it| it.expect("it can be read").into_path());
    let files: Vec<_> = files.filter(|path| path.is_file()).collect();
    assert!(files.len() > 20, "{files:?}");
    for page in files {
        browser.open(&page, "");
        let Some(sheets) = printed(&mut browser, &python, workspace.path()) else { return };
        assert!(sheets.len() <= 2, "{} takes {} sheets", page.display(), sheets.len());
    }
}

/// The median of five runs, in milliseconds.
fn median(mut run: impl FnMut() -> f64) -> f64 {
    let mut times: Vec<f64> = (0..5).map(|_| run()).collect();
    times.sort_by(f64::total_cmp);
    times[2]
}

/// Ten thousand deals on one page and as a site: `cargo test --release --test suite ten_thousand -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, which a busy machine would fail"]
fn ten_thousand_deals_load_sort_and_filter_in_time() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("dealgate.toml"), "").expect("a file");
    generator::write(folder.path(), Mix { deals: 10_000, at_fault: 50 }).expect("deals");
    let root = folder.path().canonicalize().expect("it is there");
    let run = |arguments: &[&str]| {
        let start = Instant::now();
        let ran = dealgate(
            &root,
            &[&["report"], arguments, &["--no-history", "--today", generator::TODAY]].concat(),
        );
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        (start.elapsed().as_secs_f64(), ran.stderr)
    };
    let (first, told) = run(&["site", "-o", "public"]);
    let (second, again) = run(&["site", "-o", "public"]);
    let bytes: u64 = walkdir::WalkDir::new(root.join("public"))
        .into_iter()
        .map(|it| it.expect("it can be read").metadata().expect("it is there"))
        .filter(fs::Metadata::is_file)
        .map(|it| it.len())
        .sum();
    println!(
        "site: {first:.1} s, then {second:.1} s, {} MB; {}{}",
        bytes / 1_000_000,
        told.trim(),
        again.trim()
    );
    assert!(again.contains(" 0 written, 0 removed"), "{again}");
    let (single, _) = run(&["pipeline", "-o", "pipeline.html"]);
    let page = root.join("pipeline.html");
    let size = fs::metadata(&page).expect("it is there").len() / 1_000_000;
    browser.width(1440);
    let ready = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))";
    let load = median(|| {
        browser.open(&page, "");
        browser.value(ready).as_f64().expect("a time")
    });
    let elements = browser.value("document.querySelectorAll('*').length");
    let press = |what: &str| {
        format!(
            "new Promise(done => {{ const start = performance.now(); {what}; requestAnimationFrame(() => \
                 setTimeout(() => done(performance.now() - start))); }})"
        )
    };
    let value = |browser: &mut Browser, what: &str| browser.value(&press(what)).as_f64().expect("a time");
    let sort = median(|| value(&mut browser, "document.querySelector('[data-key=value] button').click()"));
    let clear = median(|| {
        let set = "const q = document.querySelector('[name=q]'); q.value = 'pilot'; q.dispatchEvent(new Event('input', {bubbles: true}))";
        value(&mut browser, set);
        value(&mut browser, "document.querySelector('#deals-controls').reset()")
    });
    println!(
        "single page: {single:.1} s, {size} MB, {elements} elements; load {load:.0} ms, sort {sort:.0} ms, clear a filter {clear:.0} ms"
    );
    let deals = root.join("public/deals.html");
    let load = median(|| {
        browser.open(&deals, "");
        browser.value(ready).as_f64().expect("a time")
    });
    let elements = browser.value("document.querySelectorAll('*').length");
    println!("deals.html: {elements} elements, load {load:.0} ms");
}
