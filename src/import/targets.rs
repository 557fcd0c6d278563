//! The workflow and the folder that deals of a pipeline are imported to.

use std::sync::Arc;

use super::map::{ImportMap, PipelineTarget};
use crate::finding::wording::quote;
use crate::source::{Span, Spanned};
use crate::workflow::{Library, Workflow};
use crate::workspace::{Assigned, Config};

/// What the command line and the workspace say of it.
#[derive(Clone, Copy)]
pub(crate) struct TargetContext<'a> {
    /// The map.
    pub map: &'a ImportMap,
    /// The settings.
    pub config: &'a Config,
    /// The workflows.
    pub library: &'a Library,
    /// `--workflow`.
    pub workflow: Option<&'a str>,
    /// `--into`.
    pub into: Option<&'a str>,
    /// Whether a won deal of which the export does not say where it stood stands where the workflow lets deals be won.
    pub places_won: bool,
}

/// Where deals go.
#[derive(Clone, Debug)]
pub(crate) struct DealTarget {
    /// The workflow they follow.
    pub workflow: Arc<Workflow>,
    /// Their folder, below that of the deals; empty for that folder itself.
    pub into: String,
    /// What a deal has to say for itself to follow it.
    pub key: Option<String>,
}

impl TargetContext<'_> {
    /// What the map says of a pipeline.
    pub(crate) fn pipeline(&self, label: Option<&str>) -> Option<&PipelineTarget> {
        self.map.pipelines.as_ref()?.values.get(label?)
    }

    /// Where the deals of a pipeline go; why nowhere.
    pub(crate) fn of(&self, label: Option<&str>) -> Result<DealTarget, String> {
        let own = self.pipeline(label);
        let only = || {
            let mut names = self.library.own_names();
            names.next().filter(|_| self.library.own_count() == 1)
        };
        let wanted = own.and_then(|own| own.workflow.as_deref()).or(self.workflow);
        let named = wanted.or_else(only);
        let short = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        let into = own.and_then(|own| own.into.clone()).or(self.into.map(str::to_owned));
        let into = into.or_else(|| named.map(short)).unwrap_or_else(|| self.map.system.clone());
        let into =
            folder(&into).ok_or_else(|| format!("{} is no folder below that of the deals", quote(&into)))?;
        let id = format!("{into}/deal");
        let by_place = self.followed(&id, None)?;
        let Some(name) = named else { return self.target(&by_place, into, None) };
        let full =
            self.library.full_name(name).ok_or_else(|| format!("there is no workflow {}", quote(name)))?;
        if by_place == full {
            return self.target(full, into, None);
        }
        let key = Some(name.to_owned());
        let followed = self.followed(&id, Some(name))?;
        if followed != full {
            return Err(format!("deals in {} follow {} by `[[assign]]`", quote(&into), quote(&followed)));
        }
        self.target(&followed, into, key)
    }

    fn followed(&self, id: &str, own: Option<&str>) -> Result<String, String> {
        let own = own.map(|name| Spanned::new(name, Span::default()));
        match self.config.assign(id, own, self.library) {
            Assigned::To(name) | Assigned::Assumed(name) => Ok(name.to_owned()),
            Assigned::Unknown(..) | Assigned::UnknownInConfig => {
                Err(format!("{} names a workflow that is not there", crate::workspace::CONFIG_FILE))
            }
        }
    }

    fn target(&self, name: &str, into: String, key: Option<String>) -> Result<DealTarget, String> {
        let workflow = self.library.get(name).flatten().cloned();
        let workflow = workflow.ok_or_else(|| format!("the workflow {} cannot be used", quote(name)))?;
        Ok(DealTarget { workflow, into, key })
    }
}

/// A folder below that of the deals.
fn folder(written: &str) -> Option<String> {
    let parts: Vec<_> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let is_name = |part: &&str| {
        !part.starts_with('.') && !part.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c))
    };
    parts.iter().all(is_name).then(|| parts.join("/"))
}
