//! Findings as an editor shows them, each at the range that `check` names.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    Range, Uri,
};

use super::client::ClientFeatures;
use super::position::LineIndex;
use super::uri::uri_of;
use crate::finding::{Finding, Level};
use crate::snapshot::CONFIG_FILE;
use crate::source::{Place, SourceFile, escape};
use crate::workflow::builtin;

/// The diagnostics of each file that has some.
pub(super) type ByFile = BTreeMap<String, Vec<Diagnostic>>;

/// How places of a workspace are written for the client.
pub(super) struct PlaceWriter<'t> {
    pub(super) client: ClientFeatures,
    /// The root, as the client writes it.
    pub(super) shown: PathBuf,
    /// The addresses of the files that are open.
    pub(super) addresses: BTreeMap<String, Uri>,
    /// The texts that are open.
    pub(super) texts: &'t BTreeMap<String, Arc<[u8]>>,
}

impl PlaceWriter<'_> {
    /// The range of a place in its text, which in the editor may have a byte order mark.
    pub(super) fn range(&self, place: &Place) -> Range {
        self.lines(&place.file).span(place.span)
    }

    /// The lines of a file, as it is in the editor where it is open.
    fn lines<'f>(&'f self, file: &'f SourceFile) -> LineIndex<'f> {
        let open = self.texts.get(file.path().as_ref());
        let open = open.and_then(|bytes| std::str::from_utf8(bytes).ok());
        LineIndex::new(open.unwrap_or(file.text()), self.client.unit)
    }

    /// The address of a file of the workspace; `None` for what comes with the program.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        if path.starts_with(builtin::PREFIX) {
            return None;
        }
        self.addresses.get(path).cloned().or_else(|| uri_of(&self.shown.join(path)))
    }

    /// Where a place is.
    pub(super) fn location(&self, place: &Place) -> Option<Location> {
        Some(Location::new(self.uri(place.file.path())?, self.range(place)))
    }

    /// Findings by the files they are in. What has no place stands in the settings, where there are some.
    pub(super) fn by_file(&self, findings: &[Finding]) -> ByFile {
        let mut all = ByFile::new();
        // One file's lines are counted once: its findings follow each other.
        let mut last: Option<(&Arc<SourceFile>, LineIndex<'_>)> = None;
        for finding in findings {
            let (path, range) = match &finding.place {
                None => (CONFIG_FILE, Range::default()),
                Some(place) => {
                    let path = place.file.path().as_ref();
                    if last.as_ref().is_none_or(|(file, _)| !Arc::ptr_eq(file, &place.file)) {
                        last = Some((&place.file, self.lines(&place.file)));
                    }
                    let range = last.as_ref().map(|(_, lines)| lines.span(place.span));
                    (path, range.unwrap_or_default())
                }
            };
            if !path.starts_with(builtin::PREFIX) {
                all.entry(path.to_owned()).or_default().push(self.diagnostic(finding, range));
            }
        }
        all
    }

    fn diagnostic(&self, finding: &Finding, range: Range) -> Diagnostic {
        let message = escape::line(&finding.message).into_owned();
        let message = match &finding.help {
            Some(help) => format!("{message}\nhelp: {}", escape::line(help)),
            None => message,
        };
        let url = finding.url.as_deref().filter(|url| self.client.code_links && escape::linkable(url));
        let related = finding.related.iter().filter_map(|related| {
            let location = self.location(&related.place)?;
            let message = escape::line(&related.message).into_owned();
            Some(DiagnosticRelatedInformation { location, message })
        });
        let related: Vec<_> = related.filter(|_| self.client.related).collect();
        Diagnostic {
            range,
            severity: Some(match finding.level {
                Some(Level::Warning) => DiagnosticSeverity::WARNING,
                Some(Level::Info) => DiagnosticSeverity::INFORMATION,
                _ => DiagnosticSeverity::ERROR,
            }),
            code: Some(NumberOrString::String(finding.code.name().to_owned())),
            code_description: url
                .and_then(|url| Uri::from_str(url).ok())
                .map(|href| CodeDescription { href }),
            source: Some("dealgate".to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: None,
        }
    }
}
