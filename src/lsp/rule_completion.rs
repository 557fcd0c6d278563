//! What an editor proposes in a workflow and in the settings: keys and choices where no schema is attached, and what a schema
//! cannot know: stages, requirements, groups, people, what deals hold, and what expressions may say.

use std::fmt::Write as _;

use lsp_types::{CompletionItem, CompletionItemKind};

use super::offer::{self, Offer, OfferWriter};
use super::rule_names::{KnownName, RuleNames};
use super::toml_place::{TomlPart, TomlPlace};
use crate::assess::Workspace;
use crate::finding::code::CODES;
use crate::requirement::KINDS;
use crate::syntax::reader::{ExpectedValue, Key};

/// A workflow, or the settings, in which something is typed.
pub(super) struct RuleContext<'a> {
    pub(super) workspace: &'a Workspace<'a>,
    pub(super) names: RuleNames<'a>,
    /// The name of the workflow; `None`: these are the settings.
    pub(super) own: Option<&'a str>,
    pub(super) place: TomlPlace,
    pub(super) writer: OfferWriter<'a>,
    /// Whoever works here, where git knows.
    pub(super) you: Option<&'a str>,
    /// The keys of the file, and its tables.
    pub(super) keys: &'static [Key],
    pub(super) tables: Vec<(&'static str, Vec<Key>)>,
}

impl RuleContext<'_> {
    /// What may be meant.
    pub(super) fn items(&self) -> Vec<CompletionItem> {
        match self.place.part {
            TomlPart::Key | TomlPart::Head => self.key_items(),
            TomlPart::Value(quote) => self.value_items(quote),
        }
    }

    /// The keys that lead to the place.
    pub(super) fn path(&self) -> Vec<&str> {
        self.place.path.iter().map(String::as_str).collect()
    }

    /// Whether another server knows the form of the file.
    fn has_schema(&self) -> bool {
        self.names.text.lines().any(|line| line.trim_start().starts_with("#:schema "))
    }

    /// What follows on the cursor in its line.
    pub(super) fn behind(&self) -> &str {
        let rest = &self.names.text[self.writer.cursor..];
        rest.split(['\n', '\r']).next().unwrap_or_default()
    }

    /// What may stand at the place, one or the other.
    fn expected(&self) -> Vec<ExpectedValue> {
        let mut found = vec![ExpectedValue::Entries(&ExpectedValue::Anything)];
        for (nth, key) in self.place.path.iter().enumerate() {
            let inside = |it: &ExpectedValue| self.inside(*it, key);
            found = match nth {
                0 => self.keys.iter().filter(|it| it.name == key).map(|it| it.holds).collect(),
                _ => found.iter().flat_map(inside).collect(),
            };
        }
        found.into_iter().flat_map(alternatives).collect()
    }

    fn inside(&self, value: ExpectedValue, key: &str) -> Vec<ExpectedValue> {
        match value {
            ExpectedValue::Table(name) => {
                self.table(name).iter().filter(|it| it.name == key).map(|it| it.holds).collect()
            }
            ExpectedValue::Entries(inner) => vec![*inner],
            ExpectedValue::List(inner) => self.inside(*inner, key),
            ExpectedValue::Either(list) => list.iter().flat_map(|it| self.inside(*it, key)).collect(),
            ExpectedValue::ByCode(choices) => vec![ExpectedValue::Choice(choices)],
            _ => Vec::new(),
        }
    }

    fn table(&self, name: &str) -> &[Key] {
        self.tables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, keys)| keys.as_slice())
            .unwrap_or_default()
    }

    fn key_items(&self) -> Vec<CompletionItem> {
        let expected = self.expected();
        let mut items = Vec::new();
        let known: Vec<&Key> = if self.place.path.is_empty() {
            self.keys.iter().collect()
        } else {
            let items = |it: &ExpectedValue| match it {
                ExpectedValue::List(item) => alternatives(**item),
                other => vec![*other],
            };
            let tables = expected.iter().flat_map(items).filter_map(|it| match it {
                ExpectedValue::Table(name) => Some(self.table(name)),
                _ => None,
            });
            tables.flatten().collect()
        };
        if !self.has_schema() {
            let may_be = |key: &&&Key| self.fits_kind(key.name) && self.may_begin(key);
            items.extend(known.iter().filter(may_be).map(|key| self.key_item(key)));
        }
        let free =
            expected.iter().any(|it| matches!(it, ExpectedValue::Entries(_) | ExpectedValue::ByCode(_)));
        if free && !self.place.path.is_empty() {
            let names = self.free_keys().into_iter().filter(|(name, _)| !self.is_there(name));
            items.extend(names.map(|(name, detail)| self.name_item(&name, detail)));
        }
        items
    }

    /// Whether a key may be meant: it is not there, or what stands under it may be added to; a head is of a table.
    fn may_begin(&self, key: &Key) -> bool {
        let holds_names = alternatives(key.holds).iter().any(|it| matches!(it, ExpectedValue::Entries(_)));
        match self.place.part {
            TomlPart::Head => is_table(key),
            _ => (key.name == "stage" && holds_names) || is_items(key) || !self.is_there(key.name),
        }
    }

    /// Whether a table has a key, but for the one that is being typed.
    fn is_there(&self, name: &str) -> bool {
        if self.place.part == TomlPart::Head {
            return false;
        }
        let text = self.names.text;
        let path: Vec<&str> = self.path().into_iter().chain([name]).collect();
        // Of tables in a row, only this one.
        let (from, to) = match self.place.item {
            Some(from) if text[from..].starts_with('{') => (from, self.writer.cursor + self.behind().len()),
            Some(from) => {
                let next = text[self.writer.cursor..].find("\n[").map(|at| self.writer.cursor + at);
                (from, next.unwrap_or(text.len()))
            }
            None => (0, text.len()),
        };
        self.names.written.iter().any(|key| {
            let (start, end) = (key.span.start as usize, key.span.end as usize);
            let is_typed = start <= self.writer.cursor && self.writer.cursor <= end;
            key.path == path && !is_typed && (from..to).contains(&start)
        })
    }

    /// Whether a key of a requirement is one that its kind has.
    fn fits_kind(&self, name: &str) -> bool {
        let path = self.path();
        if requirement_part(&path).is_none_or(|rest| !rest.is_empty()) {
            return true;
        }
        let marked = KINDS.iter().find(|kind| kind.marker.is_some_and(|marker| self.is_there(marker)));
        let is_of = |kind: &&crate::requirement::KindEntry| kind.keys.iter().any(|key| key.name == name);
        marked.is_none_or(|marked| is_of(&marked) || !KINDS.iter().any(|kind| is_of(&kind)))
    }

    fn key_item(&self, key: &Key) -> CompletionItem {
        let detail = Some(key.means.to_owned());
        if self.place.part == TomlPart::Head {
            // The table of one stage goes on with its name.
            let is_closed = key.name == "stage" || self.behind().contains(']');
            let closing = match (is_closed, is_items(key)) {
                (true, _) => "",
                (false, true) => "]]",
                (false, false) => "]",
            };
            let text = format!("{}{closing}", key.name);
            return self.offer(self.place.start, key.name, detail, text, CompletionItemKind::MODULE);
        }
        let begins_line = self.place.path.len() == self.place.head;
        if !begins_line || !is_table(key) || self.behind().trim_start().starts_with('=') {
            let mut item = self.name_item(key.name, detail);
            item.kind = Some(CompletionItemKind::FIELD);
            return item;
        }
        let path: Vec<String> = self.path().into_iter().chain([key.name]).map(as_key).collect();
        let path = path.join(".");
        let text = match (key.name, is_items(key)) {
            ("stage", _) => "[stage.".to_owned(),
            (_, true) => format!("[[{path}]]"),
            (_, false) => format!("[{path}]"),
        };
        self.offer(self.place.start, key.name, detail, text, CompletionItemKind::MODULE)
    }

    /// A key that is free.
    fn name_item(&self, name: &str, detail: Option<String>) -> CompletionItem {
        let is_quoted = self.names.text[..self.place.start].ends_with(['"', '\'']);
        let written = if is_quoted { name.to_owned() } else { as_key(name) };
        let is_followed = is_quoted || self.behind().trim_start().starts_with(['=', '.', ']']);
        let text =
            if is_followed || self.place.part == TomlPart::Head { written } else { format!("{written} = ") };
        self.offer(self.place.start, name, detail, text, CompletionItemKind::VARIABLE)
    }

    /// The names that stand where keys are free.
    fn free_keys(&self) -> Vec<KnownName> {
        let (path, names) = (self.path(), &self.names);
        match (self.own, path.as_slice()) {
            (None, ["levels"]) => {
                CODES.iter().map(|code| (code.name.to_owned(), Some(code.level.name().to_owned()))).collect()
            }
            (None, ["people"]) => offer::people(self.workspace, &self.every_group(), self.you),
            (_, ["targets"]) => self.quarters(),
            (Some(_), ["stage"]) => names.stages(),
            (Some(_), ["groups" | "fields" | "derived"]) => names.of_base(path[0]),
            (Some(_), gate @ (["stage", _, "requires"] | ["lost" | "disqualified", "requires"])) => {
                names.inherited(gate)
            }
            (Some(_), _) => match requirement_part(&path) {
                Some(["where"]) => self.members(&path[..path.len() - 1]),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn value_items(&self, quote: Option<&'static str>) -> Vec<CompletionItem> {
        let mut items = Vec::new();
        for expected in self.expected() {
            let (expected, in_row) = match expected {
                ExpectedValue::List(inner) => (alternatives(*inner), !self.place.in_list),
                other => (vec![other], false),
            };
            for value in expected {
                let row = |(name, detail): KnownName| self.text_item(&name, detail, quote, in_row);
                match value {
                    ExpectedValue::Expression => items.extend(self.expression_items(quote)),
                    ExpectedValue::Text => items.extend(self.named().into_iter().map(row)),
                    ExpectedValue::Anything => {
                        let (texts, plain) = self.declared();
                        items.extend(texts.into_iter().map(|name| row((name, None))));
                        items.extend(plain.iter().filter_map(|it| self.plain_item(it, None, quote)));
                    }
                    ExpectedValue::Date => {
                        let today = self.workspace.today.to_string();
                        items.extend(self.plain_item(&today, Some("today".to_owned()), quote));
                    }
                    _ if self.has_schema() => {}
                    ExpectedValue::Choice(choices) => {
                        items.extend(choices.iter().map(|name| row(((*name).to_owned(), None))));
                    }
                    ExpectedValue::Flag => {
                        let both = ["true", "false"].into_iter();
                        items.extend(both.filter_map(|it| self.plain_item(it, None, quote)));
                    }
                    ExpectedValue::Table("requirement") if quote.is_none() => items.extend(self.kind_items()),
                    _ => {}
                }
            }
        }
        items
    }

    /// The kinds of requirements, each with what it cannot be without.
    fn kind_items(&self) -> Vec<CompletionItem> {
        let lead = self.lead();
        let shown = KINDS.iter().map(|kind| {
            let marker = kind.marker.map_or(String::new(), |marker| format!(", {marker} = \"\""));
            let text = format!("{lead}{{ title = \"\"{marker} }}");
            let detail = kind.keys.first().map(|key| key.means.to_owned());
            self.offer(self.place.start, kind.name, detail, text, CompletionItemKind::STRUCT)
        });
        shown.collect()
    }

    /// A blank where one is missing behind a sign.
    fn lead(&self) -> &'static str {
        if self.names.text[..self.place.start].ends_with('=') { " " } else { "" }
    }

    /// A value without quotes.
    fn plain_item(&self, text: &str, detail: Option<String>, quote: Option<&str>) -> Option<CompletionItem> {
        let written = format!("{}{text}", self.lead());
        quote
            .is_none()
            .then(|| self.offer(self.place.start, text, detail, written, CompletionItemKind::VALUE))
    }

    /// A text, in the quotes that are open or in its own.
    fn text_item(
        &self,
        text: &str,
        detail: Option<String>,
        quote: Option<&str>,
        in_row: bool,
    ) -> CompletionItem {
        let written = match quote {
            Some(quote) if self.behind().contains(quote) => text.to_owned(),
            Some(quote) => format!("{text}{quote}"),
            None => {
                let quoted = toml_text(text);
                let quoted = if in_row { format!("[{quoted}]") } else { quoted };
                format!("{}{quoted}", self.lead())
            }
        };
        self.offer(self.place.start, text, detail, written, CompletionItemKind::ENUM_MEMBER)
    }

    pub(super) fn offer(
        &self,
        start: usize,
        label: &str,
        detail: Option<String>,
        text: String,
        kind: CompletionItemKind,
    ) -> CompletionItem {
        self.writer.item(Offer { start, label, detail, text, kind })
    }
}

/// What a value is, one or the other.
fn alternatives(value: ExpectedValue) -> Vec<ExpectedValue> {
    match value {
        ExpectedValue::Either(list) => list.iter().copied().flat_map(alternatives).collect(),
        other => vec![other],
    }
}

/// Whether a key opens a table.
fn is_table(key: &Key) -> bool {
    let is_table = |it: &ExpectedValue| {
        matches!(it, ExpectedValue::Table(_) | ExpectedValue::Entries(_) | ExpectedValue::ByCode(_))
    };
    is_items(key) || alternatives(key.holds).iter().any(is_table)
}

/// Whether a key opens tables in a row.
fn is_items(key: &Key) -> bool {
    matches!(key.holds, ExpectedValue::List(ExpectedValue::Table(_)))
}

/// What follows on the path of a requirement.
pub(super) fn requirement_part<'p, 'k>(path: &'p [&'k str]) -> Option<&'p [&'k str]> {
    match path {
        ["stage", _, "requires", _, rest @ ..] | ["lost" | "disqualified", "requires", _, rest @ ..] => {
            Some(rest)
        }
        _ => None,
    }
}

/// A key as TOML takes it.
fn as_key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { toml_text(key) }
}

/// A text in quotes, as TOML takes it.
fn toml_text(text: &str) -> String {
    let mut written = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            letter if letter.is_control() => _ = write!(written, "\\u{:04X}", u32::from(letter)),
            letter => written.push(letter),
        }
    }
    written + "\""
}
