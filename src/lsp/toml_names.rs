//! Where the text of a workflow names one of its requirements or stages: keys wherever they are written, lists,
//! expressions, and what a help says to write. What is made of it is verified; what is not found here makes it fail.

use std::collections::BTreeMap;
use std::ops::Range;

use super::places::RuleTarget;
use crate::requirement::Expression;
use crate::requirement::expression::{NewName, RenamedThing};
use crate::source::Span;
use crate::syntax::{Kind, Node, Style, toml};

/// A text in which a requirement or a stage has another name.
pub(super) fn renamed(text: &str, target: &RuleTarget, new: &str) -> String {
    let mut found = Occurrences { text, target, new, edits: BTreeMap::new() };
    for key in toml::keys(text) {
        let path: Vec<&str> = key.path.iter().map(String::as_str).collect();
        if found.is_key(&path) {
            found.name(bytes(key.span));
        }
    }
    if let Some(root) = toml::parse(text, 0).root {
        found.node(&root, &mut Vec::new());
    }
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (start, (end, written)) in found.edits {
        if start >= at {
            made.push_str(&text[at..start]);
            made.push_str(&written);
            at = end;
        }
    }
    made + &text[at..]
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
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

    fn node(&mut self, node: &Node<'_>, path: &mut Vec<String>) {
        match &node.kind {
            Kind::Scalar(scalar) if scalar.style == Style::Quoted => {
                let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                let range = bytes(node.span);
                if self.is_value(&keys) {
                    self.name(range);
                } else if is_expression(&keys) {
                    self.expression(range, &scalar.text);
                } else if is_help(&keys) {
                    self.help(range);
                }
            }
            Kind::Scalar(_) => {}
            Kind::List(items) => items.iter().for_each(|item| self.node(item, path)),
            Kind::Map(entries) => {
                for entry in entries {
                    path.push(entry.key.value.to_string());
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

    /// What an expression says of it, in quotes that do not end the text around it.
    fn expression(&mut self, range: Range<usize>, value: &str) {
        let written = &self.text[range.clone()];
        let of = match self.target {
            RuleTarget::Requirement(..) => RenamedThing::Requirement,
            RuleTarget::Stage(..) => RenamedThing::Stage,
            RuleTarget::Workflow(_) => return,
        };
        let quote = if written.starts_with('"') { '\'' } else { '"' };
        let found = Expression::replacements(value, NewName { of, old: self.old(), new: self.new, quote });
        if found.is_empty() {
            return;
        }
        let origins = toml::origins(written, value);
        for (part, new) in found {
            let (start, end) = (range.start + origins[part.start], range.start + origins[part.end]);
            self.edits.insert(start, (end, new));
        }
    }

    /// What a help says to write in a deal, or to call.
    fn help(&mut self, range: Range<usize>) {
        let RuleTarget::Requirement(old, _) = self.target else { return };
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let mut start = range.start;
        for (number, piece) in self.text[range].split('`').enumerate() {
            let is_meant = ["done", "waivers", "dealgate "].iter().any(|word| piece.contains(word));
            for (at, _) in piece.match_indices(old.as_str()).filter(|_| number % 2 == 1 && is_meant) {
                let end = at + old.len();
                if !piece[..at].ends_with(is_part) && !piece[end..].starts_with(is_part) {
                    self.edits.insert(start + at, (start + end, self.new.to_owned()));
                }
            }
            start += piece.len() + 1;
        }
    }
}

/// Whether an expression stands at a path.
fn is_expression(path: &[&str]) -> bool {
    // A requirement may be called so.
    let is_requirement =
        matches!(path, ["stage", _, "requires", _] | ["lost" | "disqualified", "requires", _]);
    !is_requirement
        && matches!(
            path,
            ["derived", _] | ["stage" | "waivers" | "lost" | "disqualified", .., "rule" | "when"]
        )
}

fn is_help(path: &[&str]) -> bool {
    matches!(path, ["stage", _, "requires", _, "help"] | ["lost" | "disqualified", "requires", _, "help"])
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
        let text = "[stage.lead.requires]\nbudget = 'The budget'\nother = { rule = \"has(done['budget'].date) || done.budget != null || undone.budget == 'budget'\" }\n\
                    [stage.lead.requires.\"budget\".where]\nx = 'budget'\n[waivers]\nonly = [\"budget\", 'other']\n";
        let target = RuleTarget::Requirement("budget".to_owned(), place());
        let expected = "[stage.lead.requires]\nmoney-there = 'The budget'\nother = { rule = \"has(done['money-there'].date) || done['money-there'] != null || undone.budget == 'budget'\" }\n\
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

    #[test]
    fn no_quote_ends_the_text_and_no_prose_is_changed() {
        let target = RuleTarget::Requirement("budget".to_owned(), place());
        let (open, end) = (
            "[stage.lead.requires.x]\n",
            "\n[stage.lead.requires]\nnote = '''\n[stage.lead.requires.budget]\n'''\n",
        );
        for (line, expected) in [
            (r"rule = 'has(done.budget)'", r#"rule = '("money-there" in done)'"#),
            (r#"rule = "done[\"budget\"] != null""#, r#"rule = "done[\"money-there\"] != null""#),
            (
                "when = \"\"\"\nx &&\n  \\u0064one.budget.date < y\"\"\"",
                "when = \"\"\"\nx &&\n  \\u0064one['money-there'].date < y\"\"\"",
            ),
            (
                r#"title = "Of done.budget and done['budget']""#,
                r#"title = "Of done.budget and done['budget']""#,
            ),
            (
                "help = \"A budget, as `done: {budget: 2026-01-01}`, not `budget`\"",
                "help = \"A budget, as `done: {money-there: 2026-01-01}`, not `budget`\"",
            ),
        ] {
            let made = renamed(&format!("{open}{line}{end}"), &target, "money-there");
            assert_eq!(made, format!("{open}{expected}{end}"));
        }
    }

    #[test]
    fn a_field_that_ends_alike_is_no_stage() {
        let text = "[stage.offer]\nwhen = \"buying_stage != 'lead' && stage != 'lead'\"\n";
        let target = RuleTarget::Stage("lead".to_owned(), place());
        assert_eq!(
            renamed(text, &target, "first"),
            text.replace("&& stage != 'lead'", "&& stage != 'first'")
        );
    }
}
