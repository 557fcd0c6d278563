//! The settings in force, one by one, each with the line it comes from.

use std::borrow::Cow;

use super::config::{Config, KEYS};
use crate::source::{Place, Span};
use crate::syntax::{Kind, Node, toml};

/// A setting that is in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The dotted key.
    pub key: String,
    /// The value as it is written in TOML; `None`: there is none.
    pub value: Option<String>,
    /// Where it is written; `None`: it is a default.
    pub place: Option<Place>,
}

impl Config {
    /// Every setting in the order of the contract. What stands in the file and could not be used is not in force.
    pub fn in_force(&self) -> Vec<InForce> {
        let parsed = self.file.as_ref().map(|file| toml::parse(file.text(), 0));
        let root = parsed.as_ref().and_then(|parsed| parsed.root.as_ref());
        let mut settings = Vec::new();
        for key in KEYS {
            let before = settings.len();
            if let Some(node) = root.and_then(|root| root.get(key.name)) {
                self.collect(key.name.to_owned(), node, &mut settings);
            }
            let written = settings[before..].iter().map(|setting| setting.key.clone()).collect::<Vec<_>>();
            let defaults = DEFAULTS.iter().filter(|(name, _)| {
                name.strip_prefix(key.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            for (name, value) in defaults.filter(|(name, _)| !written.iter().any(|key| key == name)) {
                if written.is_empty() || name.contains('.') {
                    let value = value.map(str::to_owned);
                    settings.push(InForce { key: (*name).to_owned(), value, place: None });
                }
            }
        }
        settings
    }

    fn collect(&self, key: String, node: &Node<'_>, settings: &mut Vec<InForce>) {
        match &node.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    let refused = self.complained_of(entry.key.span);
                    if !refused {
                        self.collect(format!("{key}.{}", as_key(&entry.key.value)), &entry.value, settings);
                    }
                }
            }
            Kind::List(items) if items.iter().any(|item| item.as_map().is_some()) => {
                for (index, item) in items.iter().enumerate() {
                    self.collect(format!("{key}[{index}]"), item, settings);
                }
            }
            Kind::List(_) | Kind::Scalar(_) => {
                if self.complained_of(node.span) {
                    return;
                }
                let Some(file) = &self.file else { return };
                let value = Some(file.slice(node.span).to_owned());
                settings.push(InForce { key, value, place: Some(Place::new(file, node.span)) });
            }
        }
    }

    fn complained_of(&self, span: Span) -> bool {
        let places = self.findings.iter().filter_map(|finding| finding.place.as_ref());
        places.map(|place| place.span).any(|at| span.start <= at.start && at.end <= span.end)
    }
}

/// A key as it is written in TOML.
fn as_key(key: &str) -> Cow<'_, str> {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if key.chars().all(is_bare) { key.into() } else { format!("{key:?}").into() }
}

/// What holds where the file says nothing. The defaults of levels are those of the codes.
const DEFAULTS: &[(&str, Option<&str>)] = &[
    ("today", None),
    ("deals", Some("\"deals\"")),
    ("workflows", Some("\"workflows\"")),
    ("templates", Some("\"templates\"")),
    ("default-workflow", Some("\"standard\"")),
    ("currency", None),
    ("timezone", Some("\"UTC\"")),
    ("fiscal-year.starts", Some("\"01-01\"")),
    ("fiscal-year.named-by", Some("\"start\"")),
    ("rates", None),
    ("targets", None),
    ("levels", None),
    ("assign", None),
    ("report.source-url", None),
    ("report.cents", Some("false")),
    ("provenance.approvals", Some("\"off\"")),
    ("people", None),
    ("limits.file-size", Some("\"1 MiB\"")),
    ("limits.findings", Some("500")),
    ("limits.report-size", Some("\"64 MiB\"")),
    ("limits.template-steps", Some("2000000")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deal::fiscal::FiscalYear;
    use crate::finding::limit::{FILE_SIZE, FINDINGS, REPORT_SIZE, TEMPLATE_STEPS};

    #[test]
    fn what_is_told_of_defaults_is_what_they_are() {
        let config = Config::default();
        let told = |key: &str| {
            let found = config.in_force().into_iter().find(|setting| setting.key == key);
            found.and_then(|setting| setting.value).unwrap_or_default()
        };
        assert_eq!(told("deals"), format!("{:?}", config.deals));
        assert_eq!(told("workflows"), format!("{:?}", config.workflows));
        assert_eq!(told("templates"), format!("{:?}", config.templates));
        assert_eq!(told("timezone"), format!("{:?}", config.timezone.iana_name().unwrap_or_default()));
        assert_eq!(config.fiscal_year, FiscalYear { month: 1, day: 1, named_by_end: false });
        assert_eq!(config.approvals, super::super::ApprovalPolicy::Off);
        for limit in [FILE_SIZE, FINDINGS, REPORT_SIZE, TEMPLATE_STEPS] {
            let told = told(&format!("limits.{}", limit.name));
            assert_eq!(told.trim_matches('"'), limit.shown(limit.usual));
        }
        for key in KEYS {
            let of_key = |setting: &InForce| setting.key.split('.').next() == Some(key.name);
            assert!(config.in_force().iter().any(of_key), "{} has no default", key.name);
        }
    }
}
