//! A text with its path, and places in it;

use std::sync::{Arc, OnceLock};

/// A range of bytes in one of the texts that are read together: `start` is included, `end` is not.
///
/// A deal is one text, so its spans have `source` 0. A workflow that extends others is several,
/// nearest first; see [`Spanned::place`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Which of the texts; 0 is the file itself, higher numbers are the workflows it extends.
    pub source: u16,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// A span of the file itself. Offsets past `u32::MAX` cannot occur: larger files are refused when read.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source: 0, start: narrow(start), end: narrow(end) }
    }

    /// The same range of another of the texts.
    pub fn in_source(self, source: u16) -> Self {
        Self { source, ..self }
    }

    /// The smallest span that holds both; both must be of the same text.
    pub fn to(self, other: Self) -> Self {
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// An empty span at the start of this one.
    pub fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place, another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }

    /// The place as a finding names it; `sources` are the texts that were read together.
    pub fn place(&self, sources: &[Arc<SourceFile>]) -> Option<Place> {
        Place::among(sources, self.span)
    }
}

/// A line and a column as an editor shows them: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

/// The text of a file, without a byte order mark, and its path as findings show it.
#[derive(Debug)]
pub struct SourceFile {
    path: Arc<str>,
    text: Box<str>,
    lines: OnceLock<Vec<u32>>,
    is_unsaved: bool,
}

impl SourceFile {
    /// A text under a path relative to the workspace's root, with `/`.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Box<str>>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new(), is_unsaved: false }
    }

    /// Says that it need not be what stands on disk, whatever is known of that.
    pub fn unsave(&mut self) {
        self.is_unsaved = true;
    }

    /// Whether it need not be what stands on disk.
    pub fn is_unsaved(&self) -> bool {
        self.is_unsaved
    }

    /// The path relative to the workspace's root, with `/`.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty when the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The line and column of a byte. Bytes past the end have the position of the end.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = self.line_starts();
        let line = lines.partition_point(|&start| start as usize <= offset);
        let start = lines[line - 1] as usize;
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The text of a line, counted from 1, without its line ending; empty past the last.
    pub fn line(&self, line: usize) -> &str {
        let lines = self.line_starts();
        let Some(&start) = line.checked_sub(1).and_then(|index| lines.get(index)) else { return "" };
        let rest = &self.text[start as usize..];
        let text = rest.split('\n').next().unwrap_or_default();
        text.strip_suffix('\r').unwrap_or(text)
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let after_newline = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0)
                .chain(after_newline.map(|(offset, _)| u32::try_from(offset + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }
}

/// A place in a file, with the text it was found in.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes meant; its `source` has no meaning here.
    pub span: Span,
}

impl Place {
    /// A place in a file.
    pub fn new(file: &Arc<SourceFile>, span: Span) -> Self {
        Self { file: Arc::clone(file), span: span.in_source(0) }
    }

    /// The place of a span among the texts that were read together.
    pub fn among(sources: &[Arc<SourceFile>], span: Span) -> Option<Self> {
        sources.get(usize::from(span.source)).map(|file| Self::new(file, span))
    }

    /// What stands there.
    pub fn text(&self) -> &str {
        self.file.text().get(self.span.start as usize..self.span.end as usize).unwrap_or_default()
    }

    /// Where it starts.
    pub fn start(&self) -> Position {
        self.file.position(self.span.start)
    }

    /// Where it ends; that column is not included.
    pub fn end(&self) -> Position {
        self.file.position(self.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_survive_crlf() {
        let file = SourceFile::new("deals/a.yaml", "name: Zürich\r\nstage: ü1\r\n");
        let stage = file.text().find("ü1").unwrap();
        let end = stage + "ü1".len();
        assert_eq!(file.position(u32::try_from(stage).unwrap()), Position { line: 2, column: 8 });
        assert_eq!(file.position(u32::try_from(end).unwrap()), Position { line: 2, column: 10 });
        assert_eq!(file.line(1), "name: Zürich");
        assert_eq!(file.line(3), "");
        assert_eq!(file.line(9), "");
    }

    #[test]
    fn a_byte_inside_a_character_and_one_past_the_end_have_a_position() {
        let file = SourceFile::new("a", "ü");
        assert_eq!(file.position(1), Position { line: 1, column: 1 });
        assert_eq!(file.position(99), Position { line: 1, column: 2 });
        assert_eq!(file.slice(Span::new(1, 2)), "");
    }
}
