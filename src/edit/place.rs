//! From a change of the tree to splices of its text: where new lines go, and what is removed with a key.

use super::find::{Obstacle, entries, existing, nested, position, written_here};
use super::path::{Path, PathStep};
use super::splice::Splice;
use super::write::NewValue;
use super::{Change, write};
use crate::source::Span;
use crate::syntax::{Entry, Kind, Node};

/// A text whose tree is changed.
pub(super) struct Placer<'t> {
    pub(super) text: &'t str,
    pub(super) order: &'t [&'t str],
}

impl Placer<'_> {
    pub(super) fn place(&self, root: &Node<'_>, change: &Change) -> Result<Vec<Splice>, Obstacle> {
        match change {
            Change::Set(path, value) => self.set(root, &path.0, value),
            Change::Append(path, value) => self.append(root, path, value),
            Change::Insert(path, value) => self.insert_item(root, path, value),
            Change::Rename(path, name) => {
                let (map, index) = self.entry(root, path)?;
                let key = entries(map)[index].key.span;
                let written = write::text(name, self.is_flow(map));
                Ok(vec![Splice::new(bytes(key), written)])
            }
            Change::Remove(path) => self.remove(root, path),
        }
    }

    fn set(&self, root: &Node<'_>, steps: &[PathStep], value: &NewValue) -> Result<Vec<Splice>, Obstacle> {
        let mut here = root;
        let mut above: Option<(&Node<'_>, usize)> = None;
        for (depth, step) in steps.iter().enumerate() {
            self.own(here)?;
            if here.is_absent() {
                return self.replace(here, above, &nested(&steps[depth..], value));
            }
            match (step, &here.kind) {
                (PathStep::Key(key), Kind::Map(inner)) => {
                    let Some(index) = inner.iter().position(|entry| entry.key.value == *key) else {
                        let order = if depth == 0 { self.order } else { &[] };
                        return self.insert(here, key, &nested(&steps[depth + 1..], value), order);
                    };
                    written_here(here, &inner[index])?;
                    above = Some((here, index));
                    here = &inner[index].value;
                }
                (PathStep::Item(item), Kind::List(items)) => {
                    let message = || (format!("there is no item {item}"), here.span);
                    here = items.get(*item).ok_or_else(message)?;
                    above = None;
                }
                _ => return Err(("what it stands in is something else".to_owned(), here.span)),
            }
        }
        self.own(here)?;
        self.replace(here, above, value)
    }

    /// Puts a value in the place of another.
    fn replace(
        &self,
        old: &Node<'_>,
        above: Option<(&Node<'_>, usize)>,
        value: &NewValue,
    ) -> Result<Vec<Splice>, Obstacle> {
        let Some((map, index)) = above else {
            if old.is_absent() && old.span.start == old.span.end {
                let column = self.column(old.span.start as usize);
                let lines = write::block(value, column, self.newline());
                return Ok(vec![Splice::insert(old.span.start as usize, lines.trim_start())]);
            }
            return Ok(vec![Splice::new(bytes(old.span), write::flow(value))]);
        };
        let entry = &entries(map)[index];
        if self.is_flow(map) {
            let mut range = bytes(old.span);
            let lead = if range.is_empty() { " " } else { "" };
            if range.is_empty() {
                let rest = &self.text[range.end..];
                range.end += rest.len() - rest.trim_start_matches(' ').len();
            }
            return Ok(vec![Splice::new(range, format!("{lead}{}", write::flow(value)))]);
        }
        let key = entry.key.span;
        let on_line = matches!(old.kind, Kind::Scalar(_))
            && self.line_start(old.span.start as usize) <= key.start as usize
            && !self.text[bytes(old.span)].contains('\n');
        let column = self.column(key.start as usize);
        let colon = self.colon(key.end as usize).ok_or_else(|| ("this key stands alone".to_owned(), key))?;
        let before = self.column(colon) + 1;
        let written = write::behind_key(value, column, before, self.newline());
        if on_line && old.span.start != old.span.end && !written.contains('\n') {
            // What stands between the colon and the value, such as a row of blanks, stays.
            return Ok(vec![Splice::new(bytes(old.span), written.trim_start())]);
        }
        Ok(vec![Splice::new(colon + 1..(old.span.end as usize).max(colon + 1), written)])
    }

    /// A new key of a record.
    fn insert(
        &self,
        map: &Node<'_>,
        key: &str,
        value: &NewValue,
        order: &[&str],
    ) -> Result<Vec<Splice>, Obstacle> {
        let inner = entries(map);
        let index = position(inner.iter().map(|entry| entry.key.value.as_ref()), key, order);
        if self.is_flow(map) {
            return self.insert_in_flow(map, index, key, value);
        }
        let beside = index.checked_sub(1).or((!inner.is_empty()).then_some(0));
        let Some(beside) = beside else { return Err(("this record is empty".to_owned(), map.span)) };
        written_here(map, &inner[beside])?;
        let column = self.column(inner[beside].key.span.start as usize);
        let name = write::text(key, false);
        let before = column + name.chars().count() + 1;
        let line = format!("{name}:{}", self.lines_behind_key(value, column, before));
        let indent = " ".repeat(column);
        if index == 0 {
            let at = inner[0].key.span.start as usize;
            return Ok(vec![Splice::insert(at, format!("{line}{}{indent}", self.newline()))]);
        }
        Ok(vec![self.behind_line(self.entry_end(&inner[beside]), &format!("{indent}{line}"))])
    }

    /// Records that a path makes stand as blocks, what is at its end on one line.
    fn lines_behind_key(&self, value: &NewValue, column: usize, before: usize) -> String {
        match value {
            NewValue::Record(entries)
                if matches!(entries.as_slice(), [(_, NewValue::Record(_) | NewValue::Plain(_))]) =>
            {
                format!("{}{}", self.newline(), write::block(value, column + 2, self.newline()))
            }
            _ => write::behind_key(value, column, before, self.newline()),
        }
    }

    fn insert_in_flow(
        &self,
        map: &Node<'_>,
        index: usize,
        key: &str,
        value: &NewValue,
    ) -> Result<Vec<Splice>, Obstacle> {
        let inner = entries(map);
        let entry = format!("{}: {}", write::text(key, true), write::flow(value));
        let Some(last) = index.checked_sub(1).map(|index| &inner[index]) else {
            let gap = if inner.is_empty() { "" } else { ", " };
            return Ok(vec![Splice::insert(map.span.start as usize + 1, format!("{entry}{gap}"))]);
        };
        written_here(map, last)?;
        let at = self.entry_end(last);
        if index == inner.len()
            && self.is_too_wide(map, &entry)
            && let Some(splices) = self.as_block(map, &entry)
        {
            return Ok(splices);
        }
        let one_line = !self.text[bytes(map.span)].contains('\n');
        let starts_line = self.text
            [self.line_start(last.key.span.start as usize)..last.key.span.start as usize]
            .trim_start()
            .is_empty();
        let gap = if !one_line && starts_line {
            format!(",{}{}", self.newline(), " ".repeat(self.column(last.key.span.start as usize)))
        } else {
            ", ".to_owned()
        };
        Ok(vec![Splice::insert(at, format!("{gap}{entry}"))])
    }

    /// Whether what stands in brackets on one line gets too long by one more part.
    fn is_too_wide(&self, whole: &Node<'_>, part: &str) -> bool {
        let (start, end) = (whole.span.start as usize, whole.span.end as usize);
        let width = self.text[self.line_start(start)..self.line_end(end)].chars().count();
        !self.text[start..end].contains('\n') && width + part.chars().count() + 2 > write::WIDEST
    }

    /// A record or list on one line that gets too long becomes lines of its own, where it stands behind a key at a line's
    /// start.
    fn as_block(&self, whole: &Node<'_>, part: &str) -> Option<Vec<Splice>> {
        let (start, end) = (whole.span.start as usize, whole.span.end as usize);
        let line = &self.text[self.line_start(start)..start];
        let indent = line.len() - line.trim_start_matches(' ').len();
        let behind_key = line.trim_end().ends_with(':') && !line.contains(['{', '[', '#', '&', '!']);
        let ends_line = self.text[end..self.line_end(end)].trim_end().is_empty();
        if !behind_key || !ends_line || line.trim_start().starts_with("- ") {
            return None;
        }
        let dash = if whole.as_list().is_some() { "- " } else { "" };
        let own = self.parts(whole).into_iter().map(|(start, end)| self.text[start..end].trim_end());
        let lines: Vec<String> = own.chain([part]).map(|part| format!("{dash}{part}")).collect();
        let newline = format!("{}{}", self.newline(), " ".repeat(indent + 2));
        let from = self.line_start(start) + line.trim_end().len();
        Some(vec![Splice::new(from..end, format!("{newline}{}", lines.join(&newline)))])
    }

    pub(super) fn append(
        &self,
        root: &Node<'_>,
        path: &Path,
        value: &NewValue,
    ) -> Result<Vec<Splice>, Obstacle> {
        let first = || self.set(root, &path.0, &NewValue::List(vec![value.clone()]));
        let Some(whole) = existing(root, path) else { return first() };
        self.own(whole)?;
        let Some(last) = whole.as_list().and_then(<[_]>::last) else { return first() };
        if matches!(path.0.last(), Some(PathStep::Key(_))) {
            self.entry(root, path)?;
        }
        if self.is_flow(whole) {
            let item = write::flow(value);
            let splices = if self.is_too_wide(whole, &item) { self.as_block(whole, &item) } else { None };
            return Ok(
                splices.unwrap_or_else(|| vec![Splice::insert(last.span.end as usize, format!(", {item}"))])
            );
        }
        let column = self.column(whole.span.start as usize);
        let is_block = matches!(last.kind, Kind::Map(_)) && !self.is_flow(last);
        let item = match value {
            NewValue::Record(_) if is_block => {
                write::block(value, column + 2, self.newline()).trim_start().to_owned()
            }
            _ => write::item_text(value, column, self.newline()),
        };
        Ok(vec![self.behind_line(last.span.end as usize, &format!("{}- {item}", " ".repeat(column)))])
    }

    fn remove(&self, root: &Node<'_>, path: &Path) -> Result<Vec<Splice>, Obstacle> {
        if let Some((PathStep::Item(index), above)) = path.0.split_last() {
            let above = Path(above.to_vec());
            let list = existing(root, &above).filter(|list| list.as_list().is_some());
            let Some(list) = list else { return Err((format!("there is no `{above}`"), root.span)) };
            self.own(list)?;
            return self.remove_part(list, *index, &above, root);
        }
        let (map, index) = self.entry(root, path)?;
        let above = Path(path.0[..path.0.len() - 1].to_vec());
        self.remove_part(map, index, &above, root)
    }

    /// Takes a part of a list or record away, with its dash, its comma or its line.
    fn remove_part(
        &self,
        whole: &Node<'_>,
        index: usize,
        path: &Path,
        root: &Node<'_>,
    ) -> Result<Vec<Splice>, Obstacle> {
        let parts = self.parts(whole);
        if parts.len() == 1 {
            let nothing = if whole.as_list().is_some() {
                NewValue::List(Vec::new())
            } else {
                NewValue::Record(Vec::new())
            };
            if self.is_flow(whole) {
                return Ok(vec![Splice::new(bytes(whole.span), write::flow(&nothing))]);
            }
            if path.0.is_empty() {
                return Err(("the deal would be empty".to_owned(), whole.span));
            }
            return self.set(root, &path.0, &nothing);
        }
        let Some(&(start, end)) = parts.get(index) else {
            return Err(("it is not there".to_owned(), whole.span));
        };
        if self.is_flow(whole) {
            // The first part goes with what parts it from the next, any other with what parts it from the one before.
            let range = match index {
                0 => start..parts[1].0,
                _ => parts[index - 1].1..end,
            };
            return Ok(vec![Splice::new(range, "")]);
        }
        let line = self.line_start(start);
        if self.text[line..start].trim_start_matches(' ').is_empty() {
            let end = self.line_end(end);
            let next = self.after_newline(end);
            // The last line of a text may lack its end: then the one before it goes.
            let range = if next == end && line > 0 { self.before_newline(line)..end } else { line..next };
            return Ok(vec![Splice::new(range, "")]);
        }
        // It stands behind a dash: the next one takes its place.
        match parts.get(index + 1) {
            Some(&(next, _)) if !self.text[start..next].contains('#') => {
                Ok(vec![Splice::new(start..next, "")])
            }
            _ => Err(("a comment belongs to it".to_owned(), whole.span)),
        }
    }

    /// Where the parts of a list or record begin and end: with their dash or their key.
    pub(super) fn parts(&self, whole: &Node<'_>) -> Vec<(usize, usize)> {
        let flow = self.is_flow(whole);
        match &whole.kind {
            Kind::Map(entries) => {
                entries.iter().map(|entry| (entry.key.span.start as usize, self.entry_end(entry))).collect()
            }
            Kind::List(items) => items
                .iter()
                .map(|item| {
                    let start = item.span.start as usize;
                    let dash = self.text[..start].rfind('-').filter(|_| !flow);
                    (dash.unwrap_or(start), item.span.end as usize)
                })
                .collect(),
            Kind::Scalar(_) => Vec::new(),
        }
    }

    /// A record and the number of the entry that a path leads to, written where they are.
    fn entry<'n>(&self, root: &'n Node<'n>, path: &Path) -> Result<(&'n Node<'n>, usize), Obstacle> {
        let missing = || (format!("there is no `{path}`"), root.span);
        let mut here = root;
        let mut found = None;
        for step in &path.0 {
            self.own(here)?;
            match (step, &here.kind) {
                (PathStep::Key(key), Kind::Map(inner)) => {
                    let index = inner.iter().position(|entry| entry.key.value == *key).ok_or_else(missing)?;
                    written_here(here, &inner[index])?;
                    found = Some((here, index));
                    here = &inner[index].value;
                }
                (PathStep::Item(item), Kind::List(items)) => here = items.get(*item).ok_or_else(missing)?,
                _ => return Err(missing()),
            }
        }
        found.ok_or_else(missing)
    }

    /// A value that is an alias stands elsewhere.
    pub(super) fn own(&self, node: &Node<'_>) -> Result<(), Obstacle> {
        if self.text[bytes(node.span)].starts_with('*') {
            return Err(("this value is an alias: it stands elsewhere".to_owned(), node.span));
        }
        Ok(())
    }

    pub(super) fn is_flow(&self, node: &Node<'_>) -> bool {
        self.text[bytes(node.span)].starts_with(['{', '[']) && !matches!(node.kind, Kind::Scalar(_))
    }

    fn entry_end(&self, entry: &Entry<'_>) -> usize {
        let colon = self.colon(entry.key.span.end as usize).map_or(0, |colon| colon + 1);
        (entry.value.span.end as usize).max(colon).max(entry.key.span.end as usize)
    }

    /// The colon behind a key.
    fn colon(&self, key_end: usize) -> Option<usize> {
        let rest = &self.text[key_end..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        rest[blank..].starts_with(':').then_some(key_end + blank)
    }

    pub(super) fn newline(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        if end > at && self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    pub(super) fn after_newline(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) }
    }

    fn before_newline(&self, line: usize) -> usize {
        let before = &self.text[..line];
        before.strip_suffix("\r\n").or_else(|| before.strip_suffix('\n')).map_or(line, str::len)
    }

    /// How many characters stand before a byte on its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }
}

fn bytes(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}
