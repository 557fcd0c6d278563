//! Where the text of a workflow names one of its requirements or stages: keys, also those of further tables, lists, and
//! expressions. What is made of it is verified; what is not found here makes it fail.

use std::collections::BTreeMap;
use std::ops::Range;

use super::places::RuleTarget;
use crate::syntax::{Kind, Node, Style, toml};

/// A text in which a requirement or a stage has another name.
pub(super) fn renamed(text: &str, target: &RuleTarget, new: &str) -> String {
    let mut found = Occurrences { text, target, new, edits: BTreeMap::new() };
    found.headers();
    if let Some(root) = toml::parse(text, 0).root {
        found.node(&root, &mut Vec::new());
    }
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (start, (end, written)) in found.edits.into_iter().filter(|(start, _)| *start < text.len()) {
        if start >= at {
            made.push_str(&text[at..start]);
            made.push_str(&written);
            at = end;
        }
    }
    made + &text[at..]
}

struct Occurrences<'t> {
    text: &'t str,
    target: &'t RuleTarget,
    new: &'t str,
    /// By where they begin: where they end, and what is written.
    edits: BTreeMap<usize, (usize, String)>,
}

impl Occurrences<'_> {
    fn old(&self) -> &str {
        match self.target {
            RuleTarget::Requirement(id, _) | RuleTarget::Stage(id, _) => id,
            RuleTarget::Workflow(_) => "",
        }
    }

    /// Whether the key at the end of a path is the one that is meant.
    fn is_key(&self, path: &[&str]) -> bool {
        match (self.target, path) {
            (
                RuleTarget::Requirement(id, _),
                ["stage", _, "requires", key] | ["lost" | "disqualified", "requires", key],
            )
            | (RuleTarget::Stage(id, _), ["stage", key]) => id == key,
            _ => false,
        }
    }

    /// Whether a text at a path is the one that is meant.
    fn is_value(&self, path: &[&str]) -> bool {
        match self.target {
            RuleTarget::Requirement(..) => path == ["waivers", "only"],
            RuleTarget::Stage(..) => matches!(
                path,
                ["stages" | "won-from"]
                    | ["moves", "start-in"]
                    | ["disqualified", "until"]
                    | ["disqualified", "reasons", "until"]
            ),
            RuleTarget::Workflow(_) => false,
        }
    }

    /// Heads of tables: each names all that it is in.
    fn headers(&mut self) {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let inner = line.trim_start();
            if inner.starts_with('[') {
                let opened = start + (line.len() - inner.len());
                let skipped = inner.len() - inner.trim_start_matches('[').len();
                self.header(opened + skipped);
            }
            start += line.len();
        }
    }

    fn header(&mut self, mut at: usize) {
        let text = self.text;
        let mut path: Vec<&str> = Vec::new();
        loop {
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
            let rest = &text[at..];
            let (name, length) = if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
                let Some(end) = rest[1..].find(quote) else { return };
                (&rest[1..=end], end + 2)
            } else {
                let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let end = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
                (&rest[..end], end)
            };
            if length == 0 {
                return;
            }
            path.push(name);
            if self.is_key(&path) {
                self.name(at..at + length);
            }
            at += length;
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
            match text[at..].strip_prefix('.') {
                Some(_) => at += 1,
                None => return,
            }
        }
    }

    fn node(&mut self, node: &Node<'_>, path: &mut Vec<String>) {
        match &node.kind {
            Kind::Scalar(scalar) if scalar.style == Style::Quoted => {
                let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                let range = node.span.start as usize..node.span.end as usize;
                if self.is_value(&keys) && scalar.text == self.old() {
                    self.name(range);
                } else {
                    self.expression(range);
                }
            }
            Kind::Scalar(_) => {}
            Kind::List(items) => items.iter().for_each(|item| self.node(item, path)),
            Kind::Map(entries) => {
                for entry in entries {
                    path.push(entry.key.value.to_string());
                    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                    if self.is_key(&keys) {
                        self.name(entry.key.span.start as usize..entry.key.span.end as usize);
                    }
                    self.node(&entry.value, path);
                    path.pop();
                }
            }
        }
    }

    /// One name, in quotes or without.
    fn name(&mut self, range: Range<usize>) {
        let written = &self.text[range.clone()];
        let inner = written.trim_matches(['"', '\'']);
        if inner == self.old() {
            let quoted = (written.len() - inner.len()) / 2;
            let (start, end) = (range.start + quoted, range.end - quoted);
            self.edits.insert(start, (end, self.new.to_owned()));
        }
    }

    /// What an expression says of it: `done['id']` and `done.id`, `stage == 'id'` and `stage in ['id']`.
    fn expression(&mut self, range: Range<usize>) {
        let (text, old) = (&self.text[range.clone()], self.old().to_owned());
        for (at, _) in text.match_indices(&old) {
            let (before, after) = (&text[..at], &text[at + old.len()..]);
            let start = range.start + at;
            let is_literal = before.ends_with(['\'', '"']) && after.starts_with(['\'', '"', '\\']);
            match self.target {
                RuleTarget::Requirement(..) => {
                    let held = before.trim_end_matches(['\'', '"', '\\']).trim_end();
                    let held = held.strip_suffix('[').map(str::trim_end);
                    let is_entry = |of: &str| of.ends_with("done") || of.ends_with("waivers");
                    if is_literal && held.is_some_and(is_entry) {
                        self.edits.insert(start, (start + old.len(), self.new.to_owned()));
                    }
                    let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
                    if ends && before.strip_suffix('.').is_some_and(is_entry) {
                        self.edits.insert(start - 1, (start + old.len(), format!("['{}']", self.new)));
                    }
                }
                RuleTarget::Stage(..) => {
                    let held = before.trim_end_matches(['\'', '"', '\\']).trim_end();
                    let compared = ["==", "!="].iter().find_map(|sign| held.strip_suffix(sign));
                    let turned = after.trim_start_matches(['\'', '"', '\\']).trim_start();
                    let turned = ["==", "!="].iter().find_map(|sign| turned.strip_prefix(sign));
                    let in_list = held.rfind('[').is_some_and(|open| {
                        !held[open..].contains(']') && held[..open].trim_end().ends_with("stage in")
                    });
                    let is_stage = compared.is_some_and(|it| it.trim_end().ends_with("stage"))
                        || turned.is_some_and(|it| it.trim_start().starts_with("stage"))
                        || in_list;
                    if is_literal && is_stage {
                        self.edits.insert(start, (start + old.len(), self.new.to_owned()));
                    }
                }
                RuleTarget::Workflow(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{Place, SourceFile, Span};

    fn place() -> Place {
        Place::new(&Arc::new(SourceFile::new("workflows/a.toml", "")), Span::default())
    }

    #[test]
    fn a_requirement_is_named_in_keys_lists_and_expressions() {
        let text = "[stage.lead.requires]\nbudget = 'The budget'\nother = { rule = \"has(done['budget'].date) || done.budget != null\" }\n\
                    [stage.lead.requires.\"budget\".where]\nx = 'budget'\n[waivers]\nonly = [\"budget\", 'other']\n";
        let target = RuleTarget::Requirement("budget".to_owned(), place());
        let expected = "[stage.lead.requires]\nmoney-there = 'The budget'\nother = { rule = \"has(done['money-there'].date) || done['money-there'] != null\" }\n\
                        [stage.lead.requires.\"money-there\".where]\nx = 'budget'\n[waivers]\nonly = [\"money-there\", 'other']\n";
        assert_eq!(renamed(text, &target, "money-there"), expected);
    }

    #[test]
    fn a_stage_is_named_in_lists_tables_and_comparisons() {
        let text = "stages = [\"lead\", 'offer']\nwon-from = \"lead\"\n[stage.lead]\ngoal = 'lead'\n[stage.lead.requires]\n\
                    a = { rule = \"stage == 'lead' || 'lead' != stage || stage in ['offer', 'lead'] || name == 'lead'\" }\n";
        let target = RuleTarget::Stage("lead".to_owned(), place());
        let expected = "stages = [\"first\", 'offer']\nwon-from = \"first\"\n[stage.first]\ngoal = 'lead'\n[stage.first.requires]\n\
                        a = { rule = \"stage == 'first' || 'first' != stage || stage in ['offer', 'first'] || name == 'lead'\" }\n";
        assert_eq!(renamed(text, &target, "first"), expected);
    }
}
