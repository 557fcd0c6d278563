//! Another name for a requirement or a stage in an expression, part by part of its tree.

use std::ops::Range;

use super::functions::MACROS;
use super::parse::RESERVED;
use super::program::Literal;
use super::tree::{Binary, Expr, ExprKind};

/// What is called otherwise in an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenamedThing {
    /// A requirement: its entries in `done` and `waivers`.
    Requirement,
    /// A stage: what `stage` is held against.
    Stage,
}

/// A name, and the one that is written for it.
#[derive(Clone, Copy, Debug)]
pub struct NewName<'n> {
    /// What it is the name of.
    pub of: RenamedThing,
    /// The name as it is.
    pub old: &'n str,
    /// The name as it shall be.
    pub new: &'n str,
    /// The quote that may stand in the text around it, for what needs quotes and had none.
    pub quote: char,
}

/// The bytes that are replaced in a text, in order, each with what stands there instead.
pub(super) fn replacements(text: &str, root: &Expr<'_>, name: NewName<'_>) -> Vec<(Range<usize>, String)> {
    let mut renaming = Renaming { text, name, locals: Vec::new(), found: Vec::new() };
    renaming.part(root);
    renaming.found.sort_by_key(|(range, _)| range.start);
    renaming.found
}

struct Renaming<'t> {
    text: &'t str,
    name: NewName<'t>,
    /// The variables of the loops around, and whether each is an entry of `history`.
    locals: Vec<(&'t str, bool)>,
    found: Vec<(Range<usize>, String)>,
}

impl<'t> Renaming<'t> {
    fn part(&mut self, part: &Expr<'t>) {
        let is_entry = self.name.of == RenamedThing::Requirement;
        match &part.kind {
            ExprKind::Call(call) => {
                if let (None, "has", [only]) = (&call.target, call.name.text, call.arguments.as_slice())
                    && let ExprKind::Member(of, member) = &only.kind
                    && is_entry
                    && member.text == self.name.old
                    && self.is_entries(of)
                    && !is_word(self.name.new)
                {
                    // `has` asks for members alone.
                    let (of, quoted) = (&self.text[of.range.clone()], self.quoted());
                    self.found.push((part.range.clone(), format!("({quoted} in {of})")));
                    return;
                }
                if let Some(target) = call.target.as_ref().filter(|_| MACROS.contains(&call.name.text)) {
                    self.repeated(target, &call.arguments);
                    return;
                }
            }
            ExprKind::Member(of, member)
                if is_entry && member.text == self.name.old && self.is_entries(of) =>
            {
                let range = of.range.end..member.range.end;
                let written = if is_word(self.name.new) {
                    format!(".{}", self.name.new)
                } else {
                    format!("[{}]", self.quoted())
                };
                self.found.push((range, written));
            }
            ExprKind::Index(parts) if is_entry && self.is_entries(&parts[0]) => self.literal(&parts[1]),
            ExprKind::Binary(Binary::In, parts) if is_entry && self.is_entries(&parts[1]) => {
                self.literal(&parts[0]);
            }
            ExprKind::Binary(Binary::In, parts) if !is_entry && self.is_stage(&parts[0]) => {
                if let ExprKind::List(items) = &parts[1].kind {
                    for item in items {
                        self.literal(item);
                    }
                }
            }
            ExprKind::Binary(Binary::Equal | Binary::NotEqual, parts) if !is_entry => {
                let [left, right] = parts.as_ref();
                if self.is_stage(left) {
                    self.literal(right);
                } else if self.is_stage(right) {
                    self.literal(left);
                }
            }
            _ => {}
        }
        for inner in part.parts() {
            self.part(inner);
        }
    }

    /// A loop over something: its variable is a name of its own.
    fn repeated(&mut self, target: &Expr<'t>, arguments: &[Expr<'t>]) {
        self.part(target);
        let [variable, steps @ ..] = arguments else { return };
        let outside = self.locals.len();
        if let ExprKind::Name { name, .. } = variable.kind {
            let is_history = self.is_key(target, "history");
            self.locals.push((name, is_history));
        }
        for step in steps {
            self.part(step);
        }
        self.locals.truncate(outside);
    }

    fn local(&self, part: &Expr<'t>) -> Option<bool> {
        let ExprKind::Name { name, outermost: false } = &part.kind else { return None };
        self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, is_history)| *is_history)
    }

    /// Whether a part is a key of the deal: `stage`, `deal.stage`.
    fn is_key(&self, part: &Expr<'t>, key: &str) -> bool {
        match &part.kind {
            ExprKind::Name { name, .. } => *name == key && self.local(part).is_none(),
            ExprKind::Member(of, member) => member.text == key && self.is_key(of, "deal"),
            _ => false,
        }
    }

    fn is_entries(&self, part: &Expr<'t>) -> bool {
        self.is_key(part, "done") || self.is_key(part, "waivers")
    }

    /// Whether a part is the stage of the deal, or that of an entry of its `history`.
    fn is_stage(&self, part: &Expr<'t>) -> bool {
        let is_entry = |of: &Expr<'t>| match &of.kind {
            ExprKind::Index(parts) => self.is_key(&parts[0], "history"),
            _ => self.local(of) == Some(true),
        };
        self.is_key(part, "stage")
            || matches!(&part.kind, ExprKind::Member(of, member) if member.text == "stage" && is_entry(of))
    }

    /// A text that may be the name.
    fn literal(&mut self, part: &Expr<'t>) {
        if !matches!(&part.kind, ExprKind::Literal(Literal::Text(text)) if text.as_ref() == self.name.old) {
            return;
        }
        let written = &self.text[part.range.clone()];
        match written.find(self.name.old) {
            // The quotes that stand there stay.
            Some(at) => {
                let start = part.range.start + at;
                self.found.push((start..start + self.name.old.len(), self.name.new.to_owned()));
            }
            None => self.found.push((part.range.clone(), self.quoted())),
        }
    }

    fn quoted(&self) -> String {
        let NewName { new, quote, .. } = self.name;
        format!("{quote}{new}{quote}")
    }
}

/// Whether a name may stand behind a dot.
fn is_word(name: &str) -> bool {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name && !RESERVED.contains(&name) && !["in", "true", "false", "null"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::Expression;

    fn renamed(text: &str, of: RenamedThing, old: &str, new: &str) -> String {
        let name = NewName { of, old, new, quote: '\'' };
        let mut made = text.to_owned();
        for (range, written) in Expression::replacements(text, name).into_iter().rev() {
            made.replace_range(range, &written);
        }
        made
    }

    #[test]
    fn entries_are_named_in_brackets_behind_dots_and_before_in() {
        for (text, word, dashed) in [
            ("done['a'].date", "done['b'].date", "done['b-c'].date"),
            ("has(done.a)", "has(done.b)", "('b-c' in done)"),
            ("!has(deal.waivers.a)", "!has(deal.waivers.b)", "!('b-c' in deal.waivers)"),
            ("has(done.a.date)", "has(done.b.date)", "has(done['b-c'].date)"),
            (
                "\"a\" in done && done . a != null",
                "\"b\" in done && done.b != null",
                "\"b-c\" in done && done['b-c'] != null",
            ),
            (
                "undone.a == 'a' && a.exists(done, done.a)",
                "undone.a == 'a' && a.exists(done, done.a)",
                "undone.a == 'a' && a.exists(done, done.a)",
            ),
            ("done['\\x61'].date == 'a'", "done['b'].date == 'a'", "done['b-c'].date == 'a'"),
            ("undone.a[", "undone.a[", "undone.a["),
        ] {
            assert_eq!(renamed(text, RenamedThing::Requirement, "a", "b"), word);
            assert_eq!(renamed(text, RenamedThing::Requirement, "a", "b-c"), dashed);
        }
    }

    #[test]
    fn a_stage_is_what_stage_is_held_against() {
        for (text, expected) in [
            ("stage == 'a' || \"a\" != deal.stage", "stage == 'b' || \"b\" != deal.stage"),
            ("stage in ['c', 'a', r'a']", "stage in ['c', 'b', r'b']"),
            ("buying_stage != 'a' && 'a' in tags", "buying_stage != 'a' && 'a' in tags"),
            (
                "history.exists(h, h.stage == 'a' && h.x == 'a')",
                "history.exists(h, h.stage == 'b' && h.x == 'a')",
            ),
            ("list.exists(stage, stage == 'a')", "list.exists(stage, stage == 'a')"),
            ("history[0].stage == 'a'", "history[0].stage == 'b'"),
        ] {
            assert_eq!(renamed(text, RenamedThing::Stage, "a", "b"), expected);
        }
    }
}
