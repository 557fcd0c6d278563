//! A table as it was exported: cells are texts, and nothing of them has been decided.

use csv::{ReaderBuilder, StringRecord};

use super::failure::TableFault;

/// The most cells that are taken in.
pub(crate) const MOST_CELLS: usize = 100_000_000;

/// Bytes by which the delimiter is found.
const BEGINNING: usize = 1 << 16;

/// Rows of cells in one text: millions of them cost little more than the file.
#[derive(Debug, Default)]
pub(crate) struct ImportTable {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// Where the cells of each row end among all.
    rows: Vec<usize>,
    /// The line or row of the file in which each starts, from 1.
    lines: Vec<u64>,
    /// Whether every row of it has as many cells as the header, unless something is wrong. A workbook has none for what is
    /// empty at the end.
    is_even: bool,
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableRow<'t> {
    table: &'t ImportTable,
    first: usize,
    last: usize,
    /// Its line in the file, from 1.
    pub line: u64,
}

impl ImportTable {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row, counted from 0.
    pub(crate) fn row(&self, index: usize) -> TableRow<'_> {
        let first = index.checked_sub(1).map_or(0, |before| self.rows[before]);
        TableRow { table: self, first, last: self.rows[index], line: self.lines[index] }
    }

    /// Adds a row of a line.
    pub(crate) fn push<'c>(
        &mut self,
        line: u64,
        cells: impl IntoIterator<Item = &'c str>,
    ) -> Result<(), TableFault> {
        for cell in cells {
            self.text.push_str(cell);
            self.ends.push(self.text.len());
        }
        if self.ends.len() > MOST_CELLS {
            return Err(TableFault::new(format!("it has more than {MOST_CELLS} cells")));
        }
        self.rows.push(self.ends.len());
        self.lines.push(line);
        Ok(())
    }

    /// Reads a text whose cells are parted by whatever parts most of its first lines alike.
    pub(crate) fn of_text(text: &str) -> Result<Self, TableFault> {
        let mut table = Self { is_even: true, ..Self::default() };
        let mut reader = reader(delimiter(text)).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        // The reader counts a line when it has read its feed, which after a carriage return is with the next row.
        let (mut line, mut counted) = (1, 0);
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {
                    let start = record.position().map_or(0, csv::Position::byte);
                    let start = usize::try_from(start).unwrap_or(text.len()).min(text.len());
                    let blank =
                        text.as_bytes()[start..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
                    let until = start + blank;
                    line +=
                        text.as_bytes()[counted..until].split(|byte| *byte == b'\n').skip(1).count() as u64;
                    counted = until;
                    table.push(line, &record)?;
                }
                Ok(false) => return Ok(table),
                Err(error) => return Err(TableFault::new(format!("it cannot be read as a table: {error}"))),
            }
        }
    }
}

/// Words that open a row of sums, or what a report says below them.
const TOTALS: [&str; 9] = [
    "grand total",
    "total",
    "subtotal",
    "sum of",
    "gesamt",
    "teilsumme",
    "copyright",
    "confidential information",
    "vertrauliche informationen",
];

impl<'t> TableRow<'t> {
    /// A cell, counted from 0, without what stands around it; nothing past the last.
    pub(crate) fn cell(self, index: usize) -> &'t str {
        let at = self.first + index;
        if at >= self.last {
            return "";
        }
        let start = at.checked_sub(1).map_or(0, |before| self.table.ends[before]);
        self.table.text[start..self.table.ends[at]].trim()
    }

    /// All cells.
    pub(crate) fn cells(self) -> impl Iterator<Item = &'t str> {
        (0..self.last - self.first).map(move |index| self.cell(index))
    }

    /// How many cells there are, those that are empty too; of a workbook, at least so many as hold anything.
    pub(crate) fn width(self) -> usize {
        self.last - self.first
    }

    /// Whether the number of its cells says where each belongs: in a workbook, each says so itself.
    pub(crate) fn is_counted(self) -> bool {
        self.table.is_even
    }

    /// Whether no cell holds anything.
    pub(crate) fn is_blank(self) -> bool {
        self.cells().all(str::is_empty)
    }

    /// Why a row without an id is no deal; `None` where it seems to be one.
    pub(crate) fn why_none(self, after_total: bool) -> Option<String> {
        let Some(first) = self.cells().find(|cell| !cell.is_empty()) else {
            return Some("blank".to_owned());
        };
        let folded = first.to_lowercase();
        let is_total = TOTALS.iter().any(|word| folded.starts_with(word));
        (is_total || after_total).then(|| first.chars().take(40).collect())
    }
}

fn reader(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
}

/// What parts cells: that by which most rows of the beginning have the same number of them, more than one.
fn delimiter(text: &str) -> u8 {
    let end = text.floor_char_boundary(BEGINNING);
    let score = |delimiter: u8| {
        let mut widths: Vec<usize> = Vec::new();
        let mut reader = reader(delimiter).from_reader(&text.as_bytes()[..end]);
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).unwrap_or(false) && widths.len() < 200 {
            widths.push(record.len());
        }
        let alike = |width: usize| widths.iter().filter(|other| **other == width).count();
        widths
            .iter()
            .filter(|width| **width > 1)
            // A single row of its width, such as one long text with many commas, says little.
            .map(|width| ((alike(*width) - 1) * *width, alike(*width) * *width, *width))
            .max()
    };
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_that_of_most_rows() {
        for (text, found) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\tc\n1,5\t2\t\n", b'\t'),
            ("\"a;b\",\"c;d\"\n\"1;2\",\"3\"\n", b','),
            ("Report\n\na;b;c\n1;2;3\n", b';'),
            ("a\n", b','),
            ("a,b\n1,x;y;z;x;y;z;x;y;z\n", b','),
        ] {
            assert_eq!(delimiter(text) as char, found as char, "{text:?}");
        }
    }

    #[test]
    fn short_rows_have_empty_cells_and_lines_are_those_of_the_file() {
        let table = ImportTable::of_text("a,b\n\"x\ny\",2\n1\n,\n").unwrap();
        assert_eq!(table.len(), 4);
        assert_eq!((table.row(1).cell(0), table.row(2).cell(1), table.row(2).line), ("x\ny", "", 4));
        assert!(table.row(3).is_blank());
        let table = ImportTable::of_text("a,b\r\n\r\n\"x\r\ny\",2\r\n1,\r\n").unwrap();
        assert_eq!([0, 1, 2].map(|index| table.row(index).line), [1, 3, 5]);
    }
}
