//! Places in a text as editors count them: lines from 0, and in a line bytes or UTF-16 units, as was agreed.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::Span;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ColumnUnit {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16, which every client knows.
    #[default]
    Utf16,
}

impl ColumnUnit {
    /// Bytes where the client offers them: nothing has to be counted then.
    pub(super) fn agreed(offered: Option<&[PositionEncodingKind]>) -> Self {
        let has_bytes = offered.is_some_and(|kinds| kinds.contains(&PositionEncodingKind::UTF8));
        if has_bytes { Self::Utf8 } else { Self::Utf16 }
    }

    /// The protocol's word for it.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn count(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }
}

/// A text with the starts of its lines. Lines end as the protocol has it: in `\n`, `\r\n` or `\r`.
pub(super) struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<usize>,
    unit: ColumnUnit,
}

impl<'t> LineIndex<'t> {
    pub(super) fn new(text: &'t str, unit: ColumnUnit) -> Self {
        let starts = std::iter::once(0).chain(starts_within(text, 0..text.len())).collect();
        Self { text, starts, unit }
    }

    /// Where a byte is; what lies past the end, or inside of a character, is where that begins.
    pub(super) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = self.unit.count(&self.text[self.starts[line]..offset]);
        Position::new(narrow(line), narrow(column))
    }

    /// The byte at a position; past the end of a line that end, past the last line the end of the text.
    pub(super) fn offset(&self, position: Position) -> usize {
        offset(self.text, &self.starts, self.unit, position)
    }

    /// A range of bytes.
    pub(super) fn range(&self, start: usize, end: usize) -> Range {
        Range::new(self.position(start), self.position(end.max(start)))
    }

    /// A span of a text that was read without its byte order mark, which this one may have.
    pub(super) fn span(&self, span: Span) -> Range {
        let mark = self.mark();
        self.range(span.start as usize + mark, span.end as usize + mark)
    }

    /// The byte at a position of the text as it is read, without its byte order mark.
    pub(super) fn read_offset(&self, position: Position) -> usize {
        self.offset(position).saturating_sub(self.mark())
    }

    fn mark(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }
}

/// The starts of lines that follow on the ends of lines in a range.
fn starts_within(text: &str, range: std::ops::Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let is_end =
        |at: &usize| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(*at + 1) != Some(&b'\n'));
    range.filter(is_end).map(|at| at + 1)
}

fn offset(text: &str, starts: &[usize], unit: ColumnUnit, position: Position) -> usize {
    let line = position.line as usize;
    let Some(&start) = starts.get(line) else { return text.len() };
    let end = starts.get(line + 1).copied().unwrap_or(text.len());
    let content = text[start..end].trim_end_matches(['\r', '\n']);
    let mut left = position.character as usize;
    for (at, character) in content.char_indices() {
        let width = match unit {
            ColumnUnit::Utf8 => character.len_utf8(),
            ColumnUnit::Utf16 => character.len_utf16(),
        };
        if left < width {
            return start + at;
        }
        left -= width;
    }
    start + content.len()
}

/// A text that is changed again and again; the starts of its lines follow without reading it anew.
pub(super) struct EditedText {
    text: String,
    starts: Vec<usize>,
    unit: ColumnUnit,
}

impl EditedText {
    pub(super) fn new(text: String, unit: ColumnUnit) -> Self {
        let starts = std::iter::once(0).chain(starts_within(&text, 0..text.len())).collect();
        Self { text, starts, unit }
    }

    /// Puts a text in the place of a range; one that is the wrong way round is turned.
    pub(super) fn replace(&mut self, range: Range, new: &str) {
        let at = |position| offset(&self.text, &self.starts, self.unit, position);
        let (one, other) = (at(range.start), at(range.end));
        let (start, end) = (one.min(other), one.max(other));
        self.text.replace_range(start..end, new);
        // A carriage return before may or may not be an end of its own now.
        let before = start.saturating_sub(1);
        let first = self.starts.partition_point(|it| *it <= before);
        let last = self.starts.partition_point(|it| *it <= end);
        for later in &mut self.starts[last..] {
            *later = *later - end + start + new.len();
        }
        let fresh: Vec<usize> = starts_within(&self.text, before..start + new.len()).collect();
        self.starts.splice(first..last, fresh);
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name: Zürich 🚢 x\r\nstage: ü\rend\n";

    #[test]
    fn every_byte_and_its_position_lead_to_each_other() {
        for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16] {
            let index = LineIndex::new(TEXT, unit);
            for (offset, character) in TEXT.char_indices() {
                let is_inside_an_end = character == '\n' && TEXT[..offset].ends_with('\r');
                if !is_inside_an_end {
                    assert_eq!(index.offset(index.position(offset)), offset, "{unit:?} {offset}");
                }
            }
            assert_eq!(index.offset(index.position(TEXT.len())), TEXT.len());
        }
    }

    #[test]
    fn the_lines_of_a_changed_text_are_those_of_the_same_text_read_anew() {
        let pieces = ["", "x", "\n", "\r", "\r\n", "ü\r", "\na\n", "a\r\nb"];
        for start in 0..6 {
            for end in start..6 {
                for piece in pieces {
                    for text in ["a\r\nb\rc\n", "\r\r\n\n\ra", "abcdef", "\n\r\n\r\n\r"] {
                        let index = LineIndex::new(text, ColumnUnit::Utf8);
                        let range = Range::new(index.position(start), index.position(end));
                        let (from, to) = (index.offset(range.start), index.offset(range.end));
                        let mut edited = EditedText::new(text.to_owned(), ColumnUnit::Utf8);
                        edited.replace(range, piece);
                        assert_eq!(edited.text, [&text[..from], piece, &text[to..]].concat());
                        let anew = LineIndex::new(&edited.text, ColumnUnit::Utf8).starts;
                        assert_eq!(edited.starts, anew, "{text:?} {start}..{end} {piece:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let x = TEXT.find('x').unwrap();
        assert_eq!(LineIndex::new(TEXT, ColumnUnit::Utf16).position(x), Position::new(0, 16));
        assert_eq!(LineIndex::new(TEXT, ColumnUnit::Utf8).position(x), Position::new(0, 19));
        assert_eq!(LineIndex::new(TEXT, ColumnUnit::Utf16).position(TEXT.find("end").unwrap()).line, 2);
    }

    #[test]
    fn what_lies_beyond_is_held_to_the_text() {
        let index = LineIndex::new(TEXT, ColumnUnit::Utf16);
        assert_eq!(index.offset(Position::new(0, 999)), TEXT.find('\r').unwrap());
        assert_eq!(index.offset(Position::new(99, 0)), TEXT.len());
        assert_eq!(index.offset(Position::new(u32::MAX, u32::MAX)), TEXT.len());
        // Between the two units of one character.
        let ship = TEXT.find('🚢').unwrap();
        let column = index.position(ship).character;
        assert_eq!(index.offset(Position::new(0, column + 1)), ship);
        assert_eq!(index.position(usize::MAX), index.position(TEXT.len()));
    }
}
