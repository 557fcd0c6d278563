//! Goes through the words of a workspace's template before the engine does: refuses what nests so deeply that the engine
//! would not come back, and has every list and record that the template makes measured.

use minijinja::machinery::{Token, tokenize};

use super::syntax;
use crate::source::Span;

/// How many operators may hang on one another, brackets around them too, and how many `elif` on one `if`.
const DEEPEST: usize = 100;

/// What is said of a template that nests more.
pub(super) const TOO_DEEP: &str = "more than 100 operators or `elif` hang on one another";

/// A template as the engine gets it.
#[derive(Debug, Default)]
pub(super) struct Guarded {
    pub(super) text: String,
    /// What was put in: where in the text as it is written, and how many bytes.
    added: Vec<(usize, usize)>,
}

impl Guarded {
    /// A place of this text in the text as it is written.
    pub(super) fn written(&self, offset: usize) -> usize {
        let mut before = 0;
        for (at, length) in &self.added {
            if at + before + length > offset {
                return offset.saturating_sub(before).min(*at);
            }
            before += length;
        }
        offset - before
    }
}

/// Where a template nests too deeply, if it does.
pub(super) fn too_deep(text: &str) -> Option<Span> {
    let mut walk = GuardWalk::default();
    tokenize(text, false, syntax()).map_while(Result::ok).find_map(|(token, span)| {
        let at = Span::new(span.start_offset as usize, span.end_offset as usize);
        walk.step(&token, at);
        walk.is_too_deep().then_some(at)
    })
}

/// The same text with every list and record in it measured when it is made, and what a namespace is to hold.
pub(super) fn guard(text: &str) -> Guarded {
    let mut walk = GuardWalk::default();
    for (token, span) in tokenize(text, false, syntax()).map_while(Result::ok) {
        walk.step(&token, Span::new(span.start_offset as usize, span.end_offset as usize));
    }
    walk.put.sort_by_key(|(at, _)| *at);
    let mut guarded = Guarded::default();
    let mut from = 0;
    for (at, what) in walk.put {
        guarded.text.push_str(text.get(from..at).unwrap_or_default());
        guarded.text.push_str(what);
        guarded.added.push((at, what.len()));
        from = at;
    }
    guarded.text.push_str(text.get(from..).unwrap_or_default());
    guarded
}

/// A bracket that is open.
#[derive(Debug)]
struct Bracket {
    start: usize,
    /// Whether a list, a record or a tuple begins, and not what an item is picked with, or arguments.
    makes: bool,
    /// Operators in it since its last comma.
    operators: usize,
}

/// What stands before a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum PrecedingToken {
    #[default]
    Nothing,
    /// The start of a statement: its name comes next.
    Statement,
    /// `is`: the name of a test comes next.
    Is,
    /// The name of a test: what it takes comes next, perhaps in brackets.
    Test,
    /// A dot: a name comes next, whatever it is.
    Dot,
    /// `=`: a value comes next.
    Assign,
    /// A value, of which a bracket picks a part.
    Value,
}

#[derive(Debug, Default)]
struct GuardWalk {
    brackets: Vec<Bracket>,
    /// Operators in the statement outside of brackets, and all that are open.
    operators: usize,
    depth: usize,
    branches: Vec<usize>,
    before: PrecedingToken,
    /// Whether names are being assigned to, and whether one is of a namespace.
    assigned: Option<&'static str>,
    is_attribute: bool,
    /// Whether arguments are being declared.
    declares: bool,
    /// A tuple that ended at the word before: where it began and ended.
    tuple: Option<(usize, usize)>,
    held: bool,
    put: Vec<(usize, &'static str)>,
}

impl GuardWalk {
    fn is_too_deep(&self) -> bool {
        self.depth > DEEPEST || self.branches.last().is_some_and(|branches| *branches > DEEPEST)
    }

    fn step(&mut self, token: &Token<'_>, span: Span) {
        let (start, end) = (span.start as usize, span.end as usize);
        // What is assigned to makes nothing.
        if let Some((from, to)) = self.tuple.take()
            && !matches!(token, Token::Assign)
        {
            self.measure(from, to);
        }
        let before = std::mem::take(&mut self.before);
        match token {
            Token::VariableStart | Token::BlockStart => self.begin(matches!(token, Token::BlockStart)),
            Token::VariableEnd | Token::BlockEnd => {
                if std::mem::take(&mut self.held) {
                    self.put.push((start, ")|__held"));
                }
            }
            Token::BracketOpen | Token::BraceOpen | Token::ParenOpen => {
                self.operator();
                let is_paren = matches!(token, Token::ParenOpen);
                let declared = self.declares && !self.brackets.is_empty() && before != PrecedingToken::Assign;
                let takes = before == PrecedingToken::Value
                    || is_paren && (before == PrecedingToken::Test || declared);
                let makes = !takes && !is_paren;
                let start = if takes { usize::MAX } else { start };
                self.brackets.push(Bracket { start, makes, operators: 0 });
            }
            Token::BracketClose | Token::BraceClose | Token::ParenClose => {
                self.before = PrecedingToken::Value;
                let Some(bracket) = self.brackets.pop() else { return };
                self.depth -= bracket.operators;
                if bracket.makes && matches!(token, Token::ParenClose) {
                    self.tuple = Some((bracket.start, end)).filter(|_| self.assigned.is_none());
                } else if bracket.makes {
                    self.measure(bracket.start, end);
                }
            }
            Token::Comma => self.comma(),
            Token::Assign => {
                self.operator();
                self.before = PrecedingToken::Assign;
                if self.brackets.is_empty() && self.assigned.take() == Some("set") && self.is_attribute {
                    self.put.push((end, "("));
                    self.held = true;
                }
            }
            Token::Ident(name) => self.word(name, before),
            Token::Str(_) | Token::String(_) | Token::Int(_) | Token::Int128(_) | Token::Float(_) => {
                self.before = PrecedingToken::Value;
            }
            Token::TemplateData(_) => {}
            Token::Dot => {
                self.operator();
                self.before = PrecedingToken::Dot;
                self.is_attribute |= self.assigned.is_some();
            }
            Token::Pipe => {
                self.operator();
                self.assigned = None;
            }
            _ => self.operator(),
        }
    }

    fn begin(&mut self, is_statement: bool) {
        (self.operators, self.depth) = (0, 0);
        self.brackets.clear();
        (self.assigned, self.is_attribute, self.held, self.declares) = (None, false, false, false);
        self.before = if is_statement { PrecedingToken::Statement } else { PrecedingToken::Nothing };
    }

    fn word(&mut self, name: &str, before: PrecedingToken) {
        match (before, name) {
            (PrecedingToken::Statement, "if") => self.branches.push(0),
            (PrecedingToken::Statement, "elif") => {
                if let Some(branches) = self.branches.last_mut() {
                    *branches += 1;
                }
            }
            (PrecedingToken::Statement, "endif") => {
                self.branches.pop();
            }
            (PrecedingToken::Statement, "for") => self.assigned = Some("for"),
            (PrecedingToken::Statement, "set") => self.assigned = Some("set"),
            (PrecedingToken::Statement, "with") => self.assigned = Some("with"),
            (PrecedingToken::Statement, "macro") => self.declares = true,
            (PrecedingToken::Statement, "call") => {
                (self.declares, self.before) = (true, PrecedingToken::Value);
            }
            (PrecedingToken::Statement, _) => {}
            (PrecedingToken::Dot, _) => self.before = PrecedingToken::Value,
            (PrecedingToken::Is, "not") => self.before = PrecedingToken::Is,
            (PrecedingToken::Is, _) => self.before = PrecedingToken::Test,
            (_, "is") => {
                self.operator();
                self.before = PrecedingToken::Is;
            }
            (_, "in") => {
                self.operator();
                self.assigned = None;
            }
            (_, "not" | "and" | "or" | "if" | "else") => self.operator(),
            _ => self.before = PrecedingToken::Value,
        }
    }

    fn operator(&mut self) {
        self.depth += 1;
        match self.brackets.last_mut() {
            Some(bracket) => bracket.operators += 1,
            None => self.operators += 1,
        }
    }

    fn comma(&mut self) {
        match self.brackets.last_mut() {
            Some(bracket) => {
                self.depth -= std::mem::take(&mut bracket.operators);
                bracket.makes |= bracket.start != usize::MAX;
            }
            None => self.depth -= std::mem::take(&mut self.operators),
        }
    }

    fn measure(&mut self, start: usize, end: usize) {
        self.put.push((start, "("));
        self.put.push((end, "|__kept)"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_measured_and_what_is_picked_is_not() {
        for (written, guarded) in [
            ("{{ a[0] }}", "{{ a[0] }}"),
            ("{{ [a, [b]] }}", "{{ ([a, ([b]|__kept)]|__kept) }}"),
            ("{% set x = {'a': f(b, c)} %}", "{% set x = ({'a': f(b, c)}|__kept) %}"),
            ("{% for (a, b) in [(1, 2)] %}", "{% for (a, b) in ([((1, 2)|__kept)]|__kept) %}"),
            ("{% set (a, b) = (c, d) %}", "{% set (a, b) = ((c, d)|__kept) %}"),
            ("{% set ns.x = ns.x + [1] -%}", "{% set ns.x =( ns.x + ([1]|__kept) )|__held-%}"),
            ("{{ (a + b) * c }}{{ a is in [1] }}", "{{ (a + b) * c }}{{ a is in ([1]|__kept) }}"),
            ("{{ a is not eq [1] }}[1]", "{{ a is not eq ([1]|__kept) }}[1]"),
            ("{% if [1] %}{% include ['a'] %}", "{% if ([1]|__kept) %}{% include (['a']|__kept) %}"),
            ("{% macro m(a, b=[1]) %}", "{% macro m(a, b=([1]|__kept)) %}"),
            ("{% macro m((a, b), c=(1, 2)) %}", "{% macro m((a, b), c=((1, 2)|__kept)) %}"),
            ("{% call(a, b) f(c, d) %}{{ a is x(b, c) }}", "{% call(a, b) f(c, d) %}{{ a is x(b, c) }}"),
            ("{{ a.in[0] }}{{ a.is(b, c) }}", "{{ a.in[0] }}{{ a.is(b, c) }}"),
            ("{{ 'a'['b'] }}{{ f()[1:2] }}", "{{ 'a'['b'] }}{{ f()[1:2] }}"),
        ] {
            assert_eq!(guard(written).text, guarded, "{written}");
        }
    }

    #[test]
    fn places_are_those_of_the_text_as_it_is_written() {
        let written = "{{ [a, [b]] }} x";
        let guarded = guard(written);
        for word in ["a,", "b]", "x"] {
            let found = guarded.text.find(word).unwrap();
            assert_eq!(Some(guarded.written(found)), written.find(word), "{word}");
        }
    }

    #[test]
    fn what_nests_too_deeply_is_found_before_it_is_read() {
        let rows = |n: usize| {
            [
                format!("{{{{ 1{} }}}}", "+1".repeat(n)),
                format!("{{{{ {}x }}}}", "not ".repeat(n)),
                format!("{{{{ x{} }}}}", ".x".repeat(n)),
                format!("{{{{ x{} }}}}", "|f".repeat(n)),
                format!("{{{{ x{} }}}}", "[0]".repeat(n)),
                format!("{{{{ x{} }}}}", "()".repeat(n)),
                format!("{{{{ {}x }}}}", "-".repeat(n)),
                format!("{{{{ x{} }}}}", " is a".repeat(n)),
                format!("{{{{ {}x }}}}", "x if x else ".repeat(n / 2)),
                format!("{{{{ {}{} }}}}", "[".repeat(n), "]".repeat(n)),
                format!("{{% set a = f(b, 1{}) %}}", " ~ 1".repeat(n)),
                format!("{{% if x %}}{}{{% endif %}}", "{% elif x %}".repeat(n)),
            ]
        };
        for text in rows(DEEPEST + 2) {
            assert!(too_deep(&text).is_some(), "{text}");
        }
        for text in rows(DEEPEST - 2) {
            assert!(too_deep(&text).is_none(), "{text}");
        }
        let flat = format!(
            "{{{{ [{}] }}}}{}",
            "1 + 1, ".repeat(5_000),
            "{% if x %}{% endif %}{{ x.y }}".repeat(500)
        );
        assert!(too_deep(&flat).is_none());
    }
}
