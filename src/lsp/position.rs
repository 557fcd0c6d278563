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
        let bytes = text.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|&(at, byte)| *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
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
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text[start..end].trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        for (at, character) in content.char_indices() {
            let width = match self.unit {
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
