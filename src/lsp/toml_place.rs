//! Where somebody types in a workflow or in the settings: told by the bytes before, since the text may not be TOML yet.

use crate::syntax::toml::MAX_DEPTH;

/// A place in a text of TOML at which something is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TomlPlace {
    /// The keys that lead to the table, or to the value.
    pub(super) path: Vec<String>,
    /// What is typed there.
    pub(super) part: TomlPart,
    /// The first byte of what has been typed of it.
    pub(super) start: usize,
    /// Where the innermost table began that may stand in a row with others like it.
    pub(super) item: Option<usize>,
    /// How many keys of the path the head of the table has.
    pub(super) head: usize,
    /// Whether it is an item of a list.
    pub(super) in_list: bool,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TomlPart {
    /// A key of the table.
    Key,
    /// A key of the table that a line in brackets begins.
    Head,
    /// The value of the last key, or an item of it; with the quotes that are open.
    Value(Option<&'static str>),
}

/// What ends a walk: the place was found, or something that is not TOML stands there.
enum Halt {
    Found(TomlPlace),
    /// What is typed is no part of anything: a comment.
    Nothing,
    /// A line that is not ended; the next one is read anew.
    Broken,
}

type Step<T> = Result<T, Halt>;

struct PlaceWalk<'t> {
    text: &'t str,
    at: usize,
    head: Vec<String>,
    item: Option<usize>,
    in_list: bool,
    depth: usize,
}

impl TomlPlace {
    /// The place of a byte; `None` in a comment, and behind a value that is complete.
    pub(super) fn at(text: &str, offset: usize) -> Option<Self> {
        let text = text.get(..offset)?;
        let mut walk = PlaceWalk { text, at: 0, head: Vec::new(), item: None, in_list: false, depth: 0 };
        loop {
            match walk.statement() {
                Ok(()) => {}
                Err(Halt::Found(place)) => return Some(place),
                Err(Halt::Nothing) => return None,
                Err(Halt::Broken) if !walk.rest().contains('\n') => return None,
                Err(Halt::Broken) => {
                    (walk.at, walk.depth, walk.in_list) = (walk.line_end(), 0, false);
                }
            }
        }
    }
}

impl PlaceWalk<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn line_end(&self) -> usize {
        self.rest().find('\n').map_or(self.text.len(), |end| self.at + end + 1)
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Goes past blanks, ends of lines and comments.
    fn gap(&mut self) -> Step<()> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
            if self.byte() != Some(b'#') {
                return Ok(());
            }
            let Some(end) = self.rest().find('\n') else { return Err(Halt::Nothing) };
            self.at += end;
        }
    }

    fn found<T>(&self, path: &[String], part: TomlPart, start: usize) -> Step<T> {
        let (path, item, head, in_list) = (path.to_vec(), self.item, self.head.len(), self.in_list);
        Err(Halt::Found(TomlPlace { path, part, start, item, head, in_list }))
    }

    /// A head, or a key and its value.
    fn statement(&mut self) -> Step<()> {
        self.gap()?;
        let head = self.head.clone();
        if self.byte() != Some(b'[') {
            self.pair(&head, &TomlPart::Key)?;
            return self.ended();
        }
        let is_item = self.rest().starts_with("[[");
        let begin = self.at;
        self.at += if is_item { 2 } else { 1 };
        // Until it is complete nothing stands in the table.
        (self.head, self.item) = (Vec::new(), None);
        let path = self.dotted(&[], &TomlPart::Head)?;
        (self.head, self.item) = (path, is_item.then_some(begin));
        let closing = if is_item { "]]" } else { "]" };
        if !self.rest().starts_with(closing) {
            return Err(Halt::Broken);
        }
        self.at += closing.len();
        self.ended()
    }

    /// The end of a line behind something that is complete.
    fn ended(&mut self) -> Step<()> {
        self.blanks();
        match self.byte() {
            None => Err(Halt::Nothing),
            Some(b'#') if !self.rest().contains('\n') => Err(Halt::Nothing),
            _ => {
                self.at = self.line_end();
                if self.at == self.text.len() && !self.text.ends_with('\n') {
                    Err(Halt::Nothing)
                } else {
                    Ok(())
                }
            }
        }
    }

    fn pair(&mut self, above: &[String], part: &TomlPart) -> Step<()> {
        let path = self.dotted(above, part)?;
        if path.len() == above.len() || self.byte() != Some(b'=') {
            return Err(Halt::Broken);
        }
        self.at += 1;
        self.value(&path)
    }

    /// A dotted key.
    fn dotted(&mut self, above: &[String], part: &TomlPart) -> Step<Vec<String>> {
        let mut path = above.to_vec();
        loop {
            self.blanks();
            let start = self.at;
            let name = if let Some(quote @ (b'"' | b'\'')) = self.byte() {
                let (end, closed) = self.string_end(char::from(quote), false);
                self.at = end;
                if !closed && end == self.text.len() {
                    return self.found(&path, part.clone(), start + 1);
                }
                &self.text[start + 1..(end - usize::from(closed)).max(start + 1)]
            } else {
                let is_bare = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
                self.at += self.rest().len() - self.rest().trim_start_matches(is_bare).len();
                &self.text[start..self.at]
            };
            if self.at == self.text.len() {
                return self.found(&path, part.clone(), start);
            }
            if self.at == start {
                return Ok(path);
            }
            path.push(name.to_owned());
            self.blanks();
            if self.byte() != Some(b'.') {
                return Ok(path);
            }
            self.at += 1;
        }
    }

    fn value(&mut self, path: &[String]) -> Step<()> {
        self.blanks();
        let start = self.at;
        match self.byte() {
            None => self.found(path, TomlPart::Value(None), start),
            Some(quote @ (b'"' | b'\'')) => {
                let open = match (quote, self.rest().starts_with(&char::from(quote).to_string().repeat(3))) {
                    (b'"', false) => "\"",
                    (b'"', true) => "\"\"\"",
                    (_, false) => "'",
                    (_, true) => "'''",
                };
                let (end, closed) = self.string_end(char::from(quote), open.len() == 3);
                self.at = end;
                match (closed, end == self.text.len()) {
                    (true, _) => Ok(()),
                    (false, true) => self.found(path, TomlPart::Value(Some(open)), start + open.len()),
                    (false, false) => Err(Halt::Broken),
                }
            }
            Some(b'[' | b'{') if self.depth == MAX_DEPTH => Err(Halt::Nothing),
            Some(open @ (b'[' | b'{')) => {
                let around = (self.item, self.in_list);
                (self.depth, self.in_list) = (self.depth + 1, open == b'[');
                if open == b'[' { self.list(path) } else { self.table(path) }?;
                (self.item, self.in_list) = around;
                self.depth -= 1;
                Ok(())
            }
            Some(_) => {
                let length = self.rest().find([',', ']', '}', '\n', '#']);
                let Some(length) = length else {
                    let is_complete = self.rest().ends_with([' ', '\t']);
                    return if is_complete {
                        Err(Halt::Nothing)
                    } else {
                        self.found(path, TomlPart::Value(None), start)
                    };
                };
                self.at += length;
                Ok(())
            }
        }
    }

    fn list(&mut self, path: &[String]) -> Step<()> {
        self.at += 1;
        let mut may_go_on = true;
        loop {
            let before = self.at;
            self.gap()?;
            if self.text[before..self.at].contains('\n') && self.begins_anew() {
                self.at = before;
                return Err(Halt::Broken);
            }
            match self.byte() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b',') => {
                    self.at += 1;
                    may_go_on = true;
                }
                // Behind an item comes a comma before the next one.
                None if !may_go_on => return Err(Halt::Nothing),
                _ => {
                    let start = self.at;
                    self.value(path)?;
                    if self.at == start {
                        return Err(Halt::Broken);
                    }
                    may_go_on = false;
                }
            }
        }
    }

    /// Whether a line begins a table or a key: then the list before it was never ended.
    fn begins_anew(&self) -> bool {
        let line = self.rest().lines().next().unwrap_or_default();
        let inner = line.trim_start_matches('[');
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
        let word = inner.trim_start_matches(is_part);
        let begins = inner.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let is_head = line.starts_with('[') && word.starts_with(']');
        let is_pair = !line.starts_with('[') && word.starts_with('=');
        begins && (is_head || is_pair)
    }

    fn table(&mut self, path: &[String]) -> Step<()> {
        self.item = Some(self.at);
        self.at += 1;
        let mut may_go_on = true;
        loop {
            let before = self.at;
            self.gap()?;
            // A line may end behind a comma; anywhere else the table was never ended.
            let is_next = self.text[before..self.at].contains('\n');
            if is_next && self.byte() != Some(b'}') && (!may_go_on || self.byte() == Some(b'[')) {
                self.at = before;
                return Err(Halt::Broken);
            }
            match self.byte() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b',') => {
                    self.at += 1;
                    may_go_on = true;
                }
                // Behind a value comes a comma before the next key.
                None if !may_go_on => return Err(Halt::Nothing),
                _ => {
                    self.pair(path, &TomlPart::Key)?;
                    may_go_on = false;
                }
            }
        }
    }

    /// The byte behind a string, and whether it is ended.
    fn string_end(&self, quote: char, is_long: bool) -> (usize, bool) {
        let closing = if is_long { quote.to_string().repeat(3) } else { quote.to_string() };
        let mut at = self.at + closing.len();
        while let Some(letter) = self.text[at..].chars().next() {
            if self.text[at..].starts_with(&closing) {
                return (at + closing.len(), true);
            }
            if letter == '\n' && !is_long {
                return (at, false);
            }
            at += letter.len_utf8();
            if letter == '\\' && quote == '"' {
                at += self.text[at..].chars().next().map_or(0, char::len_utf8);
            }
        }
        (self.text.len(), false)
    }
}

#[cfg(test)]
mod tests;
