//! Every built-in template, held against the schema and rendered from the sample workspace.

use std::path::Path;

use super::sources::{TemplateSources, is_template};
use super::{Templates, names};
use crate::assess::Workspace;
use crate::finding::limit::Limits;
use crate::report::filter::Filter;
use crate::report::model::Pace;
use crate::report::options::ReportOptions;
use crate::report::trend::TrendOptions;
use crate::report::{ReportModel, build, builtin, model_json};
use crate::snapshot::worktree::Worktree;
use crate::workspace::Config;

fn templates() -> Templates {
    Templates::new(TemplateSources::default(), model_json::schema(), Limits::default())
}

fn showcase() -> ReportModel {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/showcase");
    let files = Worktree::open(&root).unwrap();
    let config = Config::load(&files);
    let workspace = Workspace::load(&files, config, jiff::civil::date(2026, 11, 23));
    let span = TrendOptions { by: Pace::Month, last: 12, rules_of_the_time: true, no_config: false };
    let options =
        ReportOptions { with_sheets: true, with_tasks: true, trend: Some(span), ..ReportOptions::default() };
    build(&workspace, &Filter::default(), options)
}

#[test]
fn built_in_templates_name_only_what_there_is() {
    let templates = templates();
    for name in builtin::NAMES.iter().filter(|name| is_template(name)) {
        let found = names::check(&templates.sources, &templates.schema, std::iter::once(*name));
        let told: Vec<_> = found
            .iter()
            .map(|finding| {
                let place = finding.place.as_ref().unwrap();
                format!("{}:{:?}: {} {:?}", place.file.path(), place.start(), finding.message, finding.help)
            })
            .collect();
        assert!(told.is_empty(), "{name}: {told:#?}");
    }
}

#[test]
fn built_in_templates_render_the_sample() {
    let mut templates = templates();
    let model = templates.load(showcase());
    // `DEALGATE_PAGES=/tmp/pages` writes the pages there, from the templates as they are now, without another build.
    let folder = std::env::var_os("DEALGATE_PAGES");
    if folder.is_some() {
        let files = Worktree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        templates.sources = TemplateSources::load(&files, "templates", Limits::default().file_size).into();
    }
    for name in builtin::NAMES.iter().filter(|name| is_template(name) && !name.starts_with("parts.")) {
        let page = templates.prepare(name, &model).map_err(|found| format!("{found:#?}")).unwrap();
        let text = page
            .render(Some(0))
            .map_err(|found| {
                format!(
                    "{} {:?}",
                    found.message,
                    found.place.as_ref().map(|p| (p.file.path().clone(), p.start()))
                )
            })
            .unwrap();
        assert!(text.len() > 200, "{name}");
        if let Some(folder) = &folder {
            std::fs::write(Path::new(folder).join(name), text).unwrap();
        }
    }
}
