//! YAML text to the one tree, with exact places. The only user of granit-parser; knows nothing of deals.

mod build;
mod place;
mod plain;
mod scan_context;
mod words;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag, options};

use self::build::{Builder, CollectionKind, Expects};
use super::tree::{Kind, Node, Parsed, Scalar, Style, SyntaxError};
use crate::finding::Code;
use crate::finding::wording::quote;
use crate::source::Span;
use crate::syntax::conflict;

pub use scan_context::missing_space;

/// How deep lists and records may nest.
pub const MAX_DEPTH: usize = 64;

/// How many values all aliases of a file may stand for together.
pub const MAX_NODES: usize = 100_000;

/// Reads a text, which must not start with a byte order mark.
///
/// A text without any value has a root that is absent, so that whoever reads it can say so.
pub fn parse(text: &str) -> Parsed<'_> {
    if let Some(fault) = conflict::find(text) {
        return Parsed { root: None, faults: vec![fault] };
    }
    match parse_plain(text) {
        Some(root) => Parsed { root: Some(root), faults: Vec::new() },
        None => parse_general(text),
    }
}

/// Reads the plain style in which deals are written; none where a text is, or may be, anything else.
pub fn parse_plain(text: &str) -> Option<Node<'_>> {
    plain::parse(text)
}

/// Reads any YAML, at a sixth of the speed of the plain style.
pub fn parse_general(text: &str) -> Parsed<'_> {
    let mut reading = Reading::new(text);
    let options = options! {
        strict_indentation: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let step = match event {
            Ok((event, span)) => reading.take(event, span),
            Err(error) => Err(Stop::NoTree(reading.explain(&error))),
        };
        match step {
            Ok(()) => {}
            Err(Stop::Done) => break,
            Err(Stop::NoTree(fault)) => return reading.without_tree(fault),
        }
    }
    reading.finish()
}

/// Why reading ends before the text does.
enum Stop {
    /// Nothing that follows counts.
    Done,
    /// What was read is not worth having.
    NoTree(SyntaxError),
}

struct Reading<'s> {
    text: &'s str,
    builder: Builder<'s>,
    /// The byte after what was last read: from here the indicators between two events are found.
    cursor: usize,
    /// The last scalar, which tells apart the faults that look alike to the scanner.
    last: Span,
    /// Without an alias in the text there is no need to keep what anchors name.
    aliases: bool,
    documents: usize,
}

impl<'s> Reading<'s> {
    fn new(text: &'s str) -> Self {
        Self {
            text,
            builder: Builder::default(),
            cursor: 0,
            last: Span::default(),
            aliases: text.contains('*'),
            documents: 0,
        }
    }

    fn take(&mut self, event: Event<'s>, at: granit_parser::Span) -> Result<(), Stop> {
        let span = self.bytes(&at);
        match event {
            Event::DocumentStart(explicit, _) => return self.document(explicit, span),
            Event::Scalar(text, style, anchor, tag) => {
                let text_tag = self.tag(tag.as_deref(), &at);
                let (node, end) = self.scalar(text, style, span, text_tag);
                self.cursor = end;
                self.last = node.span;
                let anchor = self.anchor(anchor);
                self.builder.value(node, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), &at);
                self.open(CollectionKind::List, style, anchor, span)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), &at);
                self.open(CollectionKind::Map, style, anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // A block has no closing character: it ends with its last value.
                if span.start != span.end {
                    self.cursor = span.end as usize;
                }
                self.builder.close(self.cursor);
            }
            Event::Alias(id) => {
                self.cursor = span.end as usize;
                self.builder.alias(id, span).map_err(Stop::NoTree)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn document(&mut self, explicit: bool, span: Span) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents > 1 {
            let end = if explicit { span.end } else { span.start };
            self.builder.fault(SyntaxError {
                code: Code::ManyDocuments,
                message: "a second document starts here; a file holds one".to_owned(),
                help: Some("move it to a file of its own".to_owned()),
                span: Span { end, ..span },
                related: None,
                fix: None,
            });
            return Err(Stop::Done);
        }
        if explicit {
            self.cursor = span.end as usize;
        }
        Ok(())
    }

    fn open(
        &mut self,
        shape: CollectionKind,
        style: StructureStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Stop> {
        let flow = matches!(style, StructureStyle::Flow);
        let mut start = span.start as usize;
        if flow {
            self.cursor = span.end as usize;
        } else {
            if matches!((shape, self.builder.expects()), (CollectionKind::List, Expects::Value)) {
                // A list that is not indented under its key is announced at its first value, not its dash.
                start = place::indicator(self.text, self.cursor, b":?", b"-").unwrap_or(start);
            }
            self.cursor = start;
        }
        let anchor = self.anchor(anchor);
        self.builder.open(shape, flow, start, anchor).map_err(Stop::NoTree)
    }

    /// The scalar and the byte from which to read on.
    fn scalar(
        &self,
        text: Cow<'s, str>,
        style: ScalarStyle,
        span: Span,
        tagged_text: bool,
    ) -> (Node<'s>, usize) {
        let quoted = if tagged_text { Style::Quoted } else { Style::Plain };
        let (text, style, span) = match style {
            // The scanner says `~` for what is not there.
            ScalarStyle::Plain if span.start == span.end => {
                let at = self.absent(span.start as usize);
                (Cow::Borrowed(""), quoted, Span::new(at, at))
            }
            ScalarStyle::Plain => (text, quoted, span),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                (text, Style::Quoted, place::block(self.text, self.cursor, span))
            }
            _ => (text, Style::Quoted, span),
        };
        (Node { span, kind: Kind::Scalar(Scalar { text, style }) }, span.end as usize)
    }

    /// Where a value would stand that is not there: right after the colon or dash that announces it.
    fn absent(&self, otherwise: usize) -> usize {
        let after = |wanted| place::indicator(self.text, self.cursor, b"", wanted).map(|at| at + 1);
        match self.builder.expects() {
            Expects::Value => after(b":").unwrap_or(self.cursor),
            Expects::Item => after(b"-").unwrap_or(otherwise),
            Expects::Root => self.cursor,
            Expects::Key => otherwise,
        }
    }

    /// Whether a tag makes a text of its value; a tag that we do not know is a fault.
    fn tag(&mut self, tag: Option<&Tag>, at: &granit_parser::Span) -> bool {
        let Some(tag) = tag else { return false };
        let written = tag.original();
        match tag.core_suffix() {
            Some("str") => return true,
            Some(_) => return false,
            None if written == "!" => return true,
            None => {}
        }
        let span = at.tag_span().map_or_else(|| self.bytes(at).at_start(), |span| self.bytes(&span));
        self.builder.fault(SyntaxError {
            code: Code::YamlSyntax,
            message: format!("the tag {} has no meaning here", quote(&written)),
            help: Some("remove it; if it is part of a text, put the text in quotes".to_owned()),
            span,
            related: None,
            fix: None,
        });
        false
    }

    fn anchor(&self, id: usize) -> usize {
        if self.aliases { id } else { 0 }
    }

    fn bytes(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or(self.cursor..self.cursor);
        Span::new(range.start, range.end)
    }

    fn explain(&self, error: &ScanError) -> SyntaxError {
        let at = error.marker().byte_offset().unwrap_or(self.cursor).min(self.text.len());
        let context = scan_context::ScanContext {
            text: self.text,
            at,
            last: self.last,
            bracket: self.builder.open_bracket(),
            quote: place::indicator(self.text, self.cursor, b":-?,[{", b"\"'"),
        };
        words::explain(error.kind(), &error.info(), &context)
    }

    fn without_tree(self, fault: SyntaxError) -> Parsed<'s> {
        let mut faults = self.builder.finish().1;
        faults.push(fault);
        in_order(None, faults)
    }

    fn finish(self) -> Parsed<'s> {
        let (root, faults) = self.builder.finish();
        let nothing = Scalar { text: Cow::Borrowed(""), style: Style::Plain };
        let root = root.unwrap_or(Node { span: Span::new(0, 0), kind: Kind::Scalar(nothing) });
        in_order(Some(root), faults)
    }
}

fn in_order(root: Option<Node<'_>>, mut faults: Vec<SyntaxError>) -> Parsed<'_> {
    faults.sort_by_key(|fault| fault.span.start);
    Parsed { root, faults }
}
