//! axe-core's rules of accessibility, held against every built-in page as Chromium shows it. Skipped, and said so, where
//! there is none: `npm install -g axe-core`, or name its `axe.min.js` in `AXE_CORE`.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::chromium::Browser;
use super::{every_page, pages};
use crate::run::{copied, dealgate, repository};
use crate::sites::eventful;
use crate::tools;

/// The text of axe-core, by the variable that names it, else from what `.ci/run` installed, else from where npm puts what
/// is installed for everybody.
fn axe() -> Option<String> {
    let of_npm = || {
        let root = Command::new("npm").args(["root", "--global"]).output().ok()?;
        Some(PathBuf::from(String::from_utf8(root.stdout).ok()?.trim()))
    };
    let named = std::env::var_os("AXE_CORE").map(PathBuf::from);
    let folders = [Some(repository("target/tools/node_modules")), of_npm()];
    let installed = folders.into_iter().flatten().map(|folder| folder.join("axe-core/axe.min.js"));
    let text = named.into_iter().chain(installed).find_map(|file| std::fs::read_to_string(file).ok());
    if text.is_none() {
        tools::skip("axe-core", "npm install -g axe-core");
    }
    text
}

/// What axe says: the rules that were kept, and what is wrong, with the elements that are at fault.
const VERDICT: &str = "axe.run(document, {resultTypes: ['violations']}).then(found => ({
    kept: found.passes.map(rule => rule.id),
    broken: found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html, node.failureSummary]))}))";

#[test]
fn axe_finds_no_violation_in_light_or_dark_narrow_or_wide() {
    let Some(axe) = axe() else { return };
    let Some(mut browser) = Browser::start() else { return };
    let workspace = copied(&repository("tests/showcase"));
    for page in pages(workspace.path(), &every_page()) {
        for (scheme, width) in [("light", 360), ("light", 1600), ("dark", 360), ("dark", 1600)] {
            let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
            browser.call("Emulation.setEmulatedMedia", &json!({"features": features}));
            browser.width(width);
            browser.open(&page, "");
            let dark = browser.value("matchMedia('(prefers-color-scheme: dark)').matches");
            assert_eq!(dark, scheme == "dark");
            browser.value(&format!("{axe}; 0"));
            let verdict = browser.value(VERDICT);
            // Of a page that it could not look at, axe would have nothing to say either.
            let kept = verdict["kept"].as_array().expect("a list");
            assert!(kept.iter().any(|rule| rule == "color-contrast"), "{kept:?}");
            assert_eq!(verdict["broken"], json!([]), "{} in {scheme} at {width}", page.display());
        }
    }
}

#[test]
fn axe_finds_no_violation_on_any_kind_of_page_of_a_site() {
    let Some(axe) = axe() else { return };
    let Some(mut browser) = Browser::start() else { return };
    let repo = eventful();
    let folder = repo.path().canonicalize().expect("it is there").join("public");
    let output = folder.to_string_lossy().into_owned();
    let ran = dealgate(
        repo.path(),
        &["report", "site", "-o", &output, "--today", "2026-11-23", "--since", "@2026-11-03"],
    );
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let files = walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter();
    let pages: Vec<_> = files
        .map(|it| it.expect("it can be read").into_path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "html"))
        .collect();
    // Of pages of one kind, some.
    let is_deal = |path: &PathBuf| path.strip_prefix(&folder).is_ok_and(|path| path.starts_with("deals"));
    let (deals, others): (Vec<_>, Vec<_>) = pages.into_iter().partition(is_deal);
    assert!(others.len() > 8 && deals.len() > 20, "{others:?}");
    for (at, page) in others.iter().chain(deals.iter().step_by(4)).enumerate() {
        let (scheme, width) = [("light", 1440), ("dark", 390)][at % 2];
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        browser.call("Emulation.setEmulatedMedia", &json!({"features": features}));
        browser.width(width);
        browser.open(page, "");
        browser.value("document.querySelectorAll('details').forEach(it => { it.open = true; })");
        browser.value(&format!("{axe}; 0"));
        let verdict = browser.value(VERDICT);
        assert_eq!(verdict["broken"], json!([]), "{} in {scheme} at {width}", page.display());
    }
}
