//! Builds findings about one file, or several read together.

use std::sync::Arc;

use super::code::Code;
use super::fix::{Fix, Rewrite};
use super::limit::FINDINGS;
use super::record::{Finding, Subject};
use super::wording::{Count, Help, suggest};
use crate::source::{Place, SourceFile, Span, Spanned};

/// Collects the findings about one file, or about a workflow and those it extends.
#[derive(Debug)]
pub struct FindingsBuilder {
    sources: Vec<Arc<SourceFile>>,
    subject: Subject,
    found: Vec<Finding>,
    /// How many are kept.
    most: usize,
    dropped: usize,
}

impl FindingsBuilder {
    /// About these texts; the first is the file itself.
    pub fn about(sources: Vec<Arc<SourceFile>>, subject: Subject) -> Self {
        Self { sources, subject, found: Vec::new(), most: FINDINGS.usual, dropped: 0 }
    }

    /// The same that keep no more than so many.
    pub fn keeping(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The texts that places may point into.
    pub fn sources(&self) -> &[Arc<SourceFile>] {
        &self.sources
    }

    /// The place of a span of these texts.
    pub fn place(&self, span: Span) -> Option<Place> {
        Place::among(&self.sources, span)
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many were found so far, those that are not kept too.
    pub fn count(&self) -> usize {
        self.found.len() + self.dropped
    }

    /// What was found so far, as far as it is kept.
    pub fn found(&self) -> &[Finding] {
        &self.found
    }

    /// Makes the fixes of findings unsafe at which somebody has to look.
    pub fn doubt(&mut self, is_doubtful: impl Fn(&Finding) -> bool) {
        for finding in self.found.iter_mut().filter(|finding| is_doubtful(finding)) {
            finding.fix.iter_mut().for_each(|fix| fix.safe = false);
        }
    }

    /// Whether the same has been said of another place.
    pub fn says_already(&self, finding: &Finding) -> bool {
        self.found.iter().any(|told| told.code == finding.code && told.message == finding.message)
    }

    /// What the findings are about.
    pub fn subject_mut(&mut self) -> &mut Subject {
        &mut self.subject
    }

    /// What the findings are about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Adds a finding at a place. A finding that does not say what it is about is about what the others are.
    pub fn add(&mut self, span: Span, finding: Finding) {
        if self.is_alias(span) && finding.code.is_of_reading() && self.says_already(&finding) {
            return;
        }
        let place = self.place(span);
        self.add_placed(finding.at_place(place));
    }

    /// Whether an alias stands there: what is wrong with its value is told where that is written.
    fn is_alias(&self, span: Span) -> bool {
        self.sources.get(usize::from(span.source)).is_some_and(|file| file.slice(span).starts_with('*'))
    }

    /// Adds a finding that has its place already.
    pub fn add_placed(&mut self, mut finding: Finding) {
        if self.found.len() >= self.most {
            self.dropped += 1;
            return;
        }
        if finding.subject == Subject::default() {
            finding.subject = self.subject.clone();
        }
        self.found.push(finding);
    }

    /// Adds a finding of a code and message at a place.
    pub fn push(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Help) {
        self.push_with(span, || Finding::new(code, message).maybe_help(help));
    }

    /// Adds a finding of a name that is not among those known there, with what may have been meant: as help, and as a fix.
    pub fn push_name<'k, K: IntoIterator<Item = &'k str> + Clone>(
        &mut self,
        code: Code,
        name: Spanned<&str>,
        message: impl Into<String>,
        known: K,
        rewrite: fn(String) -> Rewrite,
    ) {
        self.push_with(name.span, || {
            let fix = Fix::of_name(name.value, known.clone(), rewrite);
            Finding::new(code, message).maybe_help(suggest(name.value, known)).fix(fix)
        });
    }

    /// Adds a finding that is made only if it will be kept: suggestions cost more than finding the fault.
    pub fn push_with(&mut self, span: Span, finding: impl FnOnce() -> Finding) {
        if self.found.len() >= self.most {
            self.dropped += 1;
        } else {
            self.add(span, finding());
        }
    }

    /// The findings; when there were too many, the last says how many more there were.
    pub fn into_findings(mut self) -> Vec<Finding> {
        if self.dropped > 0 {
            let message = format!(
                "{} in this file not shown: no more than {} are kept of one file",
                Count(self.dropped, "more finding"),
                self.most
            );
            let place = self.place(Span::default());
            self.found.push(
                Finding::new(Code::TooLarge, message)
                    .help(FINDINGS.way_out(self.most, "mend those shown and run the check again"))
                    .at_place(place)
                    .about(self.subject),
            );
        }
        self.found
    }
}
