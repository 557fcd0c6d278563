//! Inserts an item of a list in front of another: imported history that is older than what is there.

use super::find::{Obstacle, existing};
use super::path::{Path, PathStep};
use super::place::Placer;
use super::splice::Splice;
use super::write;
use super::write::NewValue;
use crate::syntax::Node;

impl Placer<'_> {
    /// A new item where the path's last step says; at the end it is appended.
    pub(super) fn insert_item(
        &self,
        root: &Node<'_>,
        path: &Path,
        value: &NewValue,
    ) -> Result<Vec<Splice>, Obstacle> {
        let missing = || (format!("there is no `{path}`"), root.span);
        let Some((PathStep::Item(index), above)) = path.0.split_last() else { return Err(missing()) };
        let above = Path(above.to_vec());
        let list = existing(root, &above).filter(|list| list.as_list().is_some()).ok_or_else(missing)?;
        self.own(list)?;
        let parts = self.parts(list);
        if *index >= parts.len() {
            return self.append(root, &above, value);
        }
        if self.is_flow(list) {
            let splice = match index.checked_sub(1) {
                Some(before) => Splice::insert(parts[before].1, format!(", {}", write::flow(value))),
                None => Splice::insert(parts[0].0, format!("{}, ", write::flow(value))),
            };
            return Ok(vec![splice]);
        }
        let (start, newline) = (parts[*index].0, self.newline());
        let line = self.line_start(start);
        let indent = &self.text[line..start];
        if !indent.trim_start_matches(' ').is_empty() {
            return Err(("its first item stands behind something else".to_owned(), list.span));
        }
        let item = format!("{indent}- {}", write::item_text(value, self.column(start), newline));
        // A comment above an item is about that item: what is new goes behind the one before.
        Ok(vec![match index.checked_sub(1) {
            Some(before) => self.behind_line(parts[before].1, &item),
            None => Splice::insert(self.above_comments(line, indent), format!("{item}{newline}")),
        }])
    }

    /// Lines of their own behind the one that a byte stands on, which keeps its end.
    pub(super) fn behind_line(&self, at: usize, lines: &str) -> Splice {
        let (end, newline) = (self.line_end(at), self.newline());
        match self.after_newline(end) {
            // The last line of a text may lack its end.
            next if next == end => Splice::insert(end, format!("{newline}{lines}")),
            next => Splice::insert(next, format!("{lines}{newline}")),
        }
    }

    /// The first of the lines of comment right above a line, as far to the right as it is.
    fn above_comments(&self, line: usize, indent: &str) -> usize {
        let mut first = line;
        while let Some(end) = first.checked_sub(1) {
            let above = self.line_start(end);
            if !self.text[above..end].strip_prefix(indent).is_some_and(|rest| rest.starts_with('#')) {
                break;
            }
            first = above;
        }
        first
    }
}
