//! `dealgate report site`: a folder of pages, of which it writes what differs and removes only what it wrote.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::console::Console;
use super::exit::Exit;
use super::usage::usage_error;
use super::{output, pages};
use crate::error::Error;
use crate::finding::limit::REPORT_SIZE;
use crate::report::model::{CompanyView, PageLink, PageView, Slice};
use crate::report::template::{LoadedModel, OwnValues, Templates};
use crate::report::{ReportModel, page_of_deal};
use crate::source::{digest, escape};

/// What says which files are the site's.
const MANIFEST: &str = "dealgate-site.json";

/// The pages that stand alone: their kind, which is also their template's name, and their file.
const SINGLE: [(&str, &str); 5] = [
    ("pipeline", "index.html"),
    ("deals", "deals.html"),
    ("changes", "changes.html"),
    ("trend", "trend.html"),
    ("definitions", "definitions.html"),
];

/// The files of a site by their path below its folder, with `/`.
type SitePages = BTreeMap<String, String>;

/// What dealgate wrote into a folder: each file with what it held.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    schema_version: u32,
    files: BTreeMap<String, String>,
}

/// Renders every page of a site.
pub(super) fn render(templates: &Templates, model: ReportModel) -> Result<SitePages, Error> {
    let file = |id: &str| format!("deals/{}", page_of_deal(id, "html"));
    let deals: Vec<_> = model.deals.iter().map(|deal| (file(&deal.id), deal.name.clone())).collect();
    let addresses: Vec<_> = model.deals.iter().map(|deal| deal.page.clone()).collect();
    let of_slices = |slices: &[Slice]| -> Vec<(String, String)> {
        slices.iter().map(|slice| (slice.page.clone(), slice.name.clone())).collect()
    };
    let (owners, companies) = (of_slices(&model.owners), of_slices(&model.by_company));
    let ids: Vec<_> = model.by_company.iter().map(|company| company.id.clone()).collect();
    let rules = model.companies.clone();
    let loaded = templates.load(model);
    let text = |name: &str| templates.sources().get(name).map(|file| file.text().to_owned());
    let style = [text("report.css"), text("custom.css")].into_iter().flatten().collect::<String>();
    let script = text("report.js").unwrap_or_default();
    let name =
        |stem: &str, kind: &str, text: &str| format!("{stem}-{}.{kind}", digest::short(text.as_bytes(), 6));
    let site = Site {
        templates,
        loaded: &loaded,
        style: name("style", "css", &style),
        script: name("script", "js", &script),
    };
    let mut files = SitePages::new();
    for (kind, file) in SINGLE {
        let spot =
            PageSpot { kind, files: &[(file.to_owned(), String::new())], about: &|_| About::default() };
        files.extend(site.pages(&spot)?);
    }
    let owner = |at| About { owner: Some(at), ..About::default() };
    files.extend(site.pages(&PageSpot { kind: "owner", files: &owners, about: &owner })?);
    let company = |at: usize| About { company: ids[at].clone(), only: rules.get(at), ..About::default() };
    files.extend(site.pages(&PageSpot { kind: "workflow", files: &companies, about: &company })?);
    let deal = |at| About { deal: Some(at), ..About::default() };
    let spot = PageSpot { kind: "deal", files: &deals, about: &deal };
    files.extend(site.pages_at(&spot, &|at| addresses[at].clone())?);
    files.insert(site.style.clone(), style);
    files.insert(site.script.clone(), script);
    Ok(files)
}

/// What every page of a site is made with.
struct Site<'a> {
    templates: &'a Templates,
    loaded: &'a LoadedModel,
    style: String,
    script: String,
}

/// Pages of one kind: their files and titles, in order, and what each is about.
struct PageSpot<'a> {
    kind: &'a str,
    files: &'a [(String, String)],
    about: &'a (dyn Fn(usize) -> About<'a> + Sync),
}

/// What a page is about beside everything.
#[derive(Default)]
struct About<'a> {
    deal: Option<usize>,
    owner: Option<usize>,
    company: Option<String>,
    /// The only company that it shows.
    only: Option<&'a CompanyView>,
}

impl Site<'_> {
    fn pages(&self, spot: &PageSpot<'_>) -> Result<Vec<(String, String)>, Error> {
        self.pages_at(spot, &|at| spot.files[at].0.clone())
    }

    /// Renders pages of a kind, whose addresses are given by their position.
    fn pages_at(
        &self,
        spot: &PageSpot<'_>,
        address: &(dyn Fn(usize) -> String + Sync),
    ) -> Result<Vec<(String, String)>, Error> {
        let template = format!("{}.html", spot.kind);
        let page = self.templates.prepare(&template, self.loaded);
        let page = page.map_err(|findings| pages::broken(&findings))?;
        let link = |at: usize| PageLink { path: address(at), name: spot.files[at].1.clone() };
        let one = |(at, (file, _)): (usize, &(String, String))| {
            let about = (spot.about)(at);
            let view = PageView {
                root: "../".repeat(file.matches('/').count()),
                kind: spot.kind.to_owned(),
                style: self.style.clone(),
                script: self.script.clone(),
                company: about.company,
                owner: about.owner,
                previous: at.checked_sub(1).map(link),
                next: Some(at + 1).filter(|next| *next < spot.files.len()).map(link),
            };
            let mut instead = OwnValues::default().with("page", &view);
            if let Some(only) = about.only {
                instead = instead.with("companies", &[only]);
            }
            let text = page.render_with(about.deal, &instead);
            Ok((file.clone(), text.map_err(|finding| pages::broken(&[*finding]))?))
        };
        spot.files.par_iter().enumerate().map(|(at, file)| one((at, file))).collect()
    }
}

/// Writes the pages of a site, or compares them.
pub(super) fn deliver(
    folder: Option<&Path>,
    files: &SitePages,
    is_check: bool,
    console: Console,
) -> Result<Exit, Error> {
    let Some(folder) = folder else {
        usage_error("report", "a site is a folder of pages: name it with `-o DIR`")
    };
    if is_check {
        return compare(folder, files, console);
    }
    let told = write(folder, files)?;
    console.tell(&format!("{}: {told}", pages::shown(folder)));
    Ok(Exit::Clean)
}

/// Writes what differs, removes what went, and nothing else; what was done, in words.
fn write(folder: &Path, files: &SitePages) -> Result<String, Error> {
    let before = manifest(folder)?;
    refuse_foreign(folder, files, &before)?;
    let (mut written, mut removed) = (0, 0);
    for (name, text) in files {
        let path = place(folder, name)?;
        if output::read_back(&path, REPORT_SIZE.most)?.is_some_and(|there| there == text.as_bytes()) {
            continue;
        }
        output::make_folder(&path)?;
        output::write(&path, |out| out.write_all(text.as_bytes()))?;
        written += 1;
    }
    for (name, held) in before.files.iter().filter(|(name, _)| !files.contains_key(*name)) {
        removed += usize::from(remove(folder, name, held)?);
    }
    let after = Manifest {
        schema_version: 1,
        files: files.iter().map(|(name, text)| (name.clone(), hash(text.as_bytes()))).collect(),
    };
    if after.files != before.files {
        let mut text = serde_json::to_string_pretty(&after).map_err(|cause| Error::Json { cause })?;
        text.push('\n');
        output::write(&folder.join(MANIFEST), |out| out.write_all(text.as_bytes()))?;
    }
    Ok(format!("{} pages, {written} written, {removed} removed", files.len()))
}

/// Tells which files are not what would be written.
fn compare(folder: &Path, files: &SitePages, console: Console) -> Result<Exit, Error> {
    let before = manifest(folder)?;
    let mut differs = Vec::new();
    for (name, text) in files {
        match output::read_back(&place(folder, name)?, REPORT_SIZE.most)? {
            None => differs.push(format!("missing: {name}")),
            Some(there) if there != text.as_bytes() => differs.push(format!("differs: {name}")),
            Some(_) => {}
        }
    }
    let gone = before.files.keys().filter(|name| !files.contains_key(*name));
    differs.extend(gone.map(|name| format!("to be removed: {name}")));
    console.show(|out| differs.iter().try_for_each(|line| writeln!(out, "{}", escape::line(line))))?;
    Ok(if differs.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Where a page is; no link below the site's folder leads there.
fn place(folder: &Path, name: &str) -> Result<PathBuf, Error> {
    let path = name.split('/').fold(folder.to_owned(), |path, part| path.join(part));
    output::refuse_links(&path, folder)?;
    Ok(path)
}

fn hash(bytes: &[u8]) -> String {
    digest::short(bytes, 16)
}

/// What was written here before; nothing where there is no manifest.
fn manifest(folder: &Path) -> Result<Manifest, Error> {
    let path = folder.join(MANIFEST);
    let Some(bytes) = output::read_back(&path, REPORT_SIZE.most)? else { return Ok(Manifest::default()) };
    let manifest: Option<Manifest> = serde_json::from_slice(&bytes).ok();
    let is_page = |name: &String| {
        let path = Path::new(name);
        let kind = path.extension().and_then(|kind| kind.to_str());
        matches!(kind, Some("html" | "css" | "js"))
            && path.components().all(|part| matches!(part, Component::Normal(_)))
    };
    manifest.filter(|it| it.schema_version == 1 && it.files.keys().all(is_page)).ok_or_else(|| {
        let hint = "take it away, and the pages that it lists, or name another folder";
        Error::Refused { path, why: "it is not a list of pages that this program wrote", hint }
    })
}

/// Refuses files that somebody else put where pages go.
fn refuse_foreign(folder: &Path, files: &SitePages, before: &Manifest) -> Result<(), Error> {
    let mut taken = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| !before.files.contains_key(*name)) {
        let path = place(folder, name)?;
        let there = output::read_back(&path, REPORT_SIZE.most)?;
        if there.is_some_and(|there| there != text.as_bytes()) {
            taken.push(path);
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(Error::Taken { paths: taken }) }
}

/// Removes a page that went, and the folders that it leaves empty; one that somebody changed stays.
fn remove(folder: &Path, name: &str, held: &str) -> Result<bool, Error> {
    let path = place(folder, name)?;
    let Some(there) = output::read_back(&path, REPORT_SIZE.most)? else { return Ok(false) };
    if hash(&there) != held {
        return Ok(false);
    }
    output::remove(&path, folder)?;
    Ok(true)
}
