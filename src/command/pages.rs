//! From a model to the pages of a report: which template, as what, one page or one for each deal.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::output;
use crate::assess::Selection;
use crate::error::Error;
use crate::finding::Finding;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::report::template::{LoadedModel, TemplateSources, Templates, is_template, stale};
use crate::report::{self, ReportModel, builtin, list, model_json};
use crate::snapshot::Snapshot;
use crate::source::{escape, paths, shell};
use crate::workspace::Config;

/// As what a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// A page for a browser: one file that asks for nothing from anywhere.
    Html,
    /// Markdown, as GitHub and GitLab show it.
    Markdown,
    /// The JSON of what a template sees; `dealgate schema report` describes it.
    Context,
}

impl PageFormat {
    /// The kind of files it is written to.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Context => "json",
        }
    }

    /// By the name of the file that is written; `None` when that does not tell.
    pub(super) fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Context),
            _ => None,
        }
    }
}

/// The templates of a workspace.
pub(super) fn templates(snapshot: &dyn Snapshot, config: &Config) -> Templates {
    Templates::new(sources(snapshot, config), model_json::schema(), config.limits)
}

fn sources(snapshot: &dyn Snapshot, config: &Config) -> TemplateSources {
    TemplateSources::load(snapshot, &config.templates, config.limits.file_size)
}

/// What is wrong with those of the workspace's own templates that are meant, and how many these are.
pub(super) fn check(
    snapshot: &dyn Snapshot,
    config: &Config,
    selection: &Selection,
) -> (Vec<Finding>, usize) {
    let folder = &config.templates;
    let meant = |path: &str| match selection {
        Selection::Everything => true,
        Selection::Paths(named) => named.iter().any(|named| paths::is_in(named, path)),
    };
    if let Selection::Paths(named) = selection
        && !named.iter().any(|named| paths::is_in(named, folder) || paths::is_in(folder, named))
    {
        return (Vec::new(), 0);
    }
    let sources = sources(snapshot, config);
    let count = sources.own().filter(|(_, file)| meant(file.path())).count();
    let mut findings = if sources.own().next().is_none() {
        // The schema that names are held against is worked out only where there are names.
        sources.findings
    } else {
        // One that others build on is at fault in what they know, so all are looked at.
        Templates::new(sources, model_json::schema(), config.limits).check()
    };
    findings.retain(|finding| finding.place.as_ref().is_none_or(|place| meant(place.file.path())));
    (findings, count)
}

/// The reports that there are: the built-in ones, then the workspace's own, each with what it shows.
pub(super) fn names(templates: &Templates) -> Vec<(String, &'static str)> {
    let mut names: Vec<_> =
        list::REPORTS.iter().chain([&list::SITE]).map(|it| (it.name.to_owned(), it.about)).collect();
    for (name, _) in templates.sources().own() {
        let stem = stem(name);
        let part = builtin::NAMES.iter().any(|known| self::stem(known) == stem) || name.starts_with('_');
        if !part && is_template(name) && !names.iter().any(|(known, _)| known == stem) {
            names.push((stem.to_owned(), "a template of this workspace"));
        }
    }
    names
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A report as text: about all deals, or about the one that the model holds.
pub(super) fn page(
    templates: &Templates,
    name: &str,
    format: PageFormat,
    model: ReportModel,
) -> Result<String, Error> {
    let about_one = name == "deal";
    if about_one && model.deals.is_empty() {
        let filters = &model.header.filters;
        let lists = [&filters.companies, &filters.owners, &filters.stages];
        let hint = if filters.closing.is_some() || lists.iter().any(|list| !list.is_empty()) {
            "no deal fits all that was asked for: leave out `--company`, `--owner`, `--stage` or `--closing`"
        } else {
            "`dealgate check` says what keeps deals from being judged"
        };
        return Err(Error::Unknown {
            message: "no deal is left to show".to_owned(),
            hint: Some(hint.to_owned()),
        });
    }
    if about_one && model.deals.len() != 1 {
        return Err(Error::Unknown {
            message: format!("this is a page about one deal, and {} are meant", model.deals.len()),
            hint: Some(format!(
                "name one (`{}`), or give a folder (`-o pages/`)",
                shell::command("report", &["deal", &model.deals[0].id])
            )),
        });
    }
    let only = (model.deals.len() == 1).then_some(0);
    let (template, loaded) = prepare(templates, name, format, model)?;
    let page = templates.prepare(&template, &loaded).map_err(|findings| broken(&findings))?;
    page.render(only).map_err(|finding| broken(&[*finding]))
}

/// A page for each deal: its path below the folder that is meant, and its text.
pub(super) fn pages(
    templates: &Templates,
    name: &str,
    format: PageFormat,
    model: ReportModel,
) -> Result<Vec<(PathBuf, String)>, Error> {
    let files: Vec<_> = model.deals.iter().map(|deal| file_of(&deal.id, format.extension())).collect();
    let (template, loaded) = prepare(templates, name, format, model)?;
    let page = templates.prepare(&template, &loaded).map_err(|findings| broken(&findings))?;
    let pages = files
        .into_iter()
        .enumerate()
        .map(|(index, file)| Ok((file, page.render(Some(index)).map_err(|finding| broken(&[*finding]))?)));
    pages.collect()
}

/// The file of a deal's page.
fn file_of(id: &str, kind: &str) -> PathBuf {
    report::page_of_deal(id, kind).split('/').collect()
}

fn prepare(
    templates: &Templates,
    name: &str,
    format: PageFormat,
    model: ReportModel,
) -> Result<(String, LoadedModel), Error> {
    let template = format!("{name}.{}", format.extension());
    if templates.sources().get(&template).is_none() {
        let other = if format == PageFormat::Html { PageFormat::Markdown } else { PageFormat::Html };
        let there = templates.sources().get(&format!("{name}.{}", other.extension())).is_some();
        return Err(Error::Unknown {
            message: format!("there is no template {}", quote(&template)),
            hint: if there {
                Some(format!("there is one for `.{}`", other.extension()))
            } else {
                suggest(&template, templates.sources().names()).sentence()
            },
        });
    }
    Ok((template, templates.load(model)))
}

/// What is wrong with a template, as the command says it.
pub(super) fn broken(findings: &[Finding]) -> Error {
    let told: Vec<String> = findings.iter().map(one_line).collect();
    Error::Template { told }
}

fn one_line(finding: &Finding) -> String {
    let place = finding.place.as_ref().map_or_else(String::new, |place| {
        let start = place.start();
        format!("{}:{}:{}: ", place.file.path(), start.line, start.column)
    });
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
    format!("{place}[{}] {}{help}", finding.code, finding.message)
}

/// Writes a built-in template out, to be changed: into the templates folder, or to the file that is named.
pub(super) fn eject(name: &str, root: &Path, folder: &str, to: Option<&Path>) -> Result<PathBuf, Error> {
    let full = if builtin::file(name).is_some() { name.to_owned() } else { format!("{name}.html") };
    let Some(text) = stale::eject(&full, env!("CARGO_PKG_VERSION")) else {
        return Err(Error::Unknown {
            message: format!("there is no built-in template {}", quote(name)),
            hint: suggest(name, builtin::NAMES.iter().copied()).sentence(),
        });
    };
    let path = to.map_or_else(|| root.join(folder).join(&full), Path::to_path_buf);
    if path.exists() {
        let hint = "move it away first, or name another with `-o FILE`";
        return Err(Error::Refused { path, why: "it is there already", hint });
    }
    output::make_folder(&path)?;
    output::replace(&path, |out| out.write_all(text.as_bytes()))?;
    Ok(path)
}

/// A path as a line of text.
pub(super) fn shown(path: &Path) -> String {
    escape::line(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_never_in_the_way_of_a_page() {
        let file = |id| file_of(id, "html").to_string_lossy().into_owned();
        assert_eq!(file("acme/x"), "acme/x.html");
        assert_eq!(file("x.html"), "x.html.html");
        assert_eq!(file("acme/x.html/y"), "acme/x.html_/y.html");
        assert_eq!(file("x.HTML/x.html_/html/y"), "x.HTML_/x.html__/html/y.html");
    }
}
