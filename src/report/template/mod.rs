//! Report templates: the only room that knows the template engine.

mod budget;
mod convert;
mod expressions;
mod faults;
mod filters;
mod guard;
mod loaded;
mod markup;
mod names;
mod shape;
mod size;
mod sources;
pub mod stale;
mod statements;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};
use serde_json::Value as Json;

use crate::finding::limit::Limits;
use crate::finding::{Code, Finding};
use crate::report::ReportModel;
use crate::source::SourceFile;
use crate::syntax::conflict;
use filters::EscapeKind;
use loaded::LoadedNames;
pub use loaded::OwnValues;
pub use shape::TemplateSchema;
pub use sources::{TemplateSources, is_template};

/// Steps that a template has for each value of the model, beside those that it has in any case.
const STEPS_FOR_EACH: u64 = 400;

/// How deep macros, includes and blocks may call one another.
const DEEPEST: usize = 100;

/// The templates of a workspace, held against what reports have.
#[derive(Debug)]
pub struct Templates {
    sources: Arc<TemplateSources>,
    schema: TemplateSchema,
    limits: Limits,
}

impl Templates {
    /// Templates, the JSON Schema of what they see, and the limits that hold for their pages.
    pub fn new(sources: TemplateSources, schema: Json, limits: Limits) -> Self {
        Self { sources: Arc::new(sources), schema: TemplateSchema::new(schema), limits }
    }

    /// The texts.
    pub fn sources(&self) -> &TemplateSources {
        &self.sources
    }

    /// What is wrong with the workspace's own templates.
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = self.sources.findings.clone();
        let own = || self.sources.own().filter(|(name, _)| is_template(name));
        // One that only others include is checked with what those know.
        let merging = |file: &Arc<SourceFile>| {
            let fault = conflict::find(file.text())?;
            let finding = Finding::new(fault.code, fault.message).maybe_help(fault.help);
            Some(finding.at(file, fault.span))
        };
        findings.extend(own().filter_map(|(_, file)| merging(file)));
        // What is still to be merged says nothing yet.
        let own = || own().filter(|(_, file)| conflict::find(file.text()).is_none());
        let mentioned: BTreeSet<String> = own().flat_map(|(_, file)| statements::mentioned(file)).collect();
        let roots = own().map(|(name, _)| name).filter(|name| !mentioned.contains(*name));
        findings.extend(names::check(&self.sources, &self.schema, roots));
        findings.extend(own().filter_map(|(name, file)| stale::check(name, file)));
        // Something that several build on is wrong but once.
        let mut seen = BTreeSet::new();
        findings.retain(|finding| {
            let place = finding.place.as_ref().map(|place| (Arc::clone(place.file.path()), place.span));
            seen.insert((place, finding.message.clone()))
        });
        findings
    }

    /// Gets ready to render pages of one template from a model. `Err` says what is wrong with it or one that it builds on.
    pub fn prepare<'t>(&'t self, name: &'t str, model: &'t LoadedModel) -> Result<Page<'t>, Vec<Finding>> {
        let findings = names::check(&self.sources, &self.schema, std::iter::once(name));
        if findings.is_empty() { Ok(Page { templates: self, name, loaded: model }) } else { Err(findings) }
    }

    /// What a model is to templates, and the engine that renders them: once for pages of several.
    pub fn load(&self, model: ReportModel) -> LoadedModel {
        let model = LoadedNames::of(model);
        let steps = self.limits.template_steps as u64 + STEPS_FOR_EACH * model.count;
        let budget = Budget { limits: self.limits, steps };
        LoadedModel { environment: self.environment(model.count, budget), model, budget }
    }

    fn environment(&self, values: u64, budget: Budget) -> Environment<'static> {
        let mut environment = Environment::new();
        let sources = Arc::clone(&self.sources);
        environment.set_syntax(syntax());
        environment.set_loader(move |name| sources.guarded(name));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_recursion_limit(DEEPEST);
        environment.set_debug(true);
        environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
            Some("html") => AutoEscape::Html,
            _ => AutoEscape::Custom("markdown".into()),
        });
        environment.set_formatter(format);
        filters::add(&mut environment, &self.sources);
        size::add(&mut environment, values);
        environment.set_fuel(Some(budget.steps));
        environment
    }
}

/// A model as templates see it, with the engine that renders them.
pub struct LoadedModel {
    environment: Environment<'static>,
    model: LoadedNames,
    budget: Budget,
}

/// A template ready to be rendered from a model.
pub struct Page<'t> {
    templates: &'t Templates,
    name: &'t str,
    loaded: &'t LoadedModel,
}

/// What the pages of a report may use.
#[derive(Clone, Copy, Debug)]
struct Budget {
    limits: Limits,
    /// The steps of each, with those for the values of the model.
    steps: u64,
}

impl Page<'_> {
    /// The page about one deal, by its position in the model, or about all of them.
    pub fn render(&self, deal: Option<usize>) -> Result<String, Box<Finding>> {
        self.render_with(deal, &OwnValues::default())
    }

    /// The same with other values for some names of the model.
    pub fn render_with(&self, deal: Option<usize>, instead: &OwnValues) -> Result<String, Box<Finding>> {
        let LoadedModel { environment, model, budget } = self.loaded;
        let fault = |error: &minijinja::Error| {
            Box::new(faults::rendering(error, &self.templates.sources, self.name, *budget))
        };
        let template = environment.get_template(self.name).map_err(|error| fault(&error))?;
        let mut out = Bounded { text: Vec::new(), most: budget.limits.report_size };
        template.render_captured_to(model.of_page(deal, instead), &mut out).map_err(|error| fault(&error))?;
        String::from_utf8(out.text).map_err(|_| {
            Box::new(Finding::new(Code::NotUtf8, format!("the report {} is no text", self.name)))
        })
    }
}

/// A text that cannot grow without end.
struct Bounded {
    text: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.most {
            return Err(io::Error::other("too large"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A statement on a line of its own leaves no trace of that line.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .unwrap_or_default()
}

/// Writes a value: what a template itself made of harmless parts as it is, the rest so that nothing in it acts.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    let written = if value.is_undefined() {
        return Err(minijinja::ErrorKind::UndefinedError.into());
    } else if value.is_safe() {
        out.write_str(value.as_str().unwrap_or_default())
    } else if value.kind() == ValueKind::Number {
        write!(out, "{value}")
    } else {
        let text = value::shown(value)?;
        match state.auto_escape() {
            AutoEscape::None => out.write_str(&text),
            _ => out.write_str(&EscapeKind::of(state).escape(&text)),
        }
    };
    written.map_err(minijinja::Error::from)
}
