//! From the parser's tree to a checked program: resolves every name and finds what cannot be meant.

mod calls;
mod members;
mod operators;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::kind::ExprType;
use super::program::{ExprNode, Literal, Program};
use super::tree::{Expr, ExprKind};
use super::vocabulary::Vocabulary;
use super::{Expected, ExpressionFault};
use crate::finding::Code;
use crate::finding::wording::nearest;

/// Highest tree that is evaluated, derived expressions included; it bounds the stack.
const HIGHEST: usize = 200;
/// Faults of one expression that are worth telling at once.
const MOST_FAULTS: usize = 10;
/// Loops inside one another.
const DEEPEST_LOOP: usize = 2;

/// Checks a parsed expression.
pub(super) fn check(
    text: &str,
    root: &Expr<'_>,
    vocabulary: &Vocabulary,
    expected: Expected,
) -> Result<Program, Vec<ExpressionFault>> {
    let mut checker = TypeChecker {
        text,
        vocabulary,
        locals: Vec::new(),
        names: BTreeSet::new(),
        derived: BTreeSet::new(),
        entries: Vec::new(),
        faults: Vec::new(),
    };
    let root = checker.node(root);
    if expected == Expected::Boolean && !(root.kind == ExprType::Boolean || root.is_open()) {
        checker.bad(
            root.range.clone(),
            format!("this is {}, and a rule or condition is true or false", root.describe()),
            COMPARED,
        );
    }
    if root.depth > HIGHEST {
        checker.faults.push(ExpressionFault {
            code: Code::TooLarge,
            message: "the expression, with what it uses of [derived], is nested too deeply".to_owned(),
            help: Some("let `[derived]` build less on itself".to_owned()),
            range: root.range.clone(),
        });
    }
    if checker.faults.is_empty() {
        return Ok(Program {
            root: root.node,
            kind: root.kind,
            depth: root.depth,
            names: checker.names,
            derived: checker.derived,
            entries: checker.entries,
        });
    }
    checker.faults.sort_by_key(|fault| (fault.range.start, fault.range.end));
    checker.faults.truncate(MOST_FAULTS);
    Err(checker.faults)
}

/// The walk over the tree.
struct TypeChecker<'c> {
    /// What was written.
    text: &'c str,
    vocabulary: &'c Vocabulary,
    locals: Vec<Local>,
    names: BTreeSet<String>,
    derived: BTreeSet<String>,
    entries: Vec<(&'static str, String, Range<usize>)>,
    faults: Vec<ExpressionFault>,
}

/// The variable of a loop.
struct Local {
    name: String,
    kind: ExprType,
    path: Option<String>,
}

/// A checked part and what is known of it.
struct Typed {
    node: ExprNode,
    kind: ExprType,
    range: Range<usize>,
    depth: usize,
    /// The dotted path of the value, or of the list it is an item of.
    path: Option<String>,
    /// Texts and numbers that stand literally in it, to be held against what they are compared with: its choices, or its
    /// being money.
    literals: Vec<(String, Range<usize>)>,
    /// It has a fault already; nothing more is said of it.
    faulty: bool,
}

impl Typed {
    fn new(node: ExprNode, kind: ExprType, range: Range<usize>) -> Self {
        Self { node, kind, range, depth: 1, path: None, literals: Vec::new(), faulty: false }
    }

    fn faulty(range: Range<usize>) -> Self {
        Self { faulty: true, ..Self::new(ExprNode::Literal(Literal::Null), ExprType::Any, range) }
    }

    fn above<'p>(mut self, parts: impl IntoIterator<Item = &'p usize>) -> Self {
        self.depth = 1 + parts.into_iter().copied().max().unwrap_or(0);
        self
    }

    fn literal_text(&self) -> Option<&str> {
        match &self.node {
            ExprNode::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn is_literal(&self) -> bool {
        matches!(self.node, ExprNode::Literal(_))
    }

    fn is_null(&self) -> bool {
        !self.faulty && matches!(self.node, ExprNode::Literal(Literal::Null))
    }

    /// Whether its type is settled only when it is evaluated.
    fn is_open(&self) -> bool {
        self.kind == ExprType::Any && !self.is_null()
    }

    fn describe(&self) -> String {
        match &self.path {
            Some(path) if !matches!(self.node, ExprNode::Local(_)) => {
                format!("{} (`{path}`)", self.kind.name())
            }
            _ => self.kind.name().to_owned(),
        }
    }
}

/// What to do about something that is to be true or false and is not.
const COMPARED: &str = "compare it with something, such as `amount > 1000`";

impl TypeChecker<'_> {
    fn bad(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let (message, help) = (message.into(), Some(help.into()));
        self.faults.push(ExpressionFault { code: Code::BadExpression, message, help, range });
    }

    fn unknown(&mut self, range: Range<usize>, message: String, help: Option<String>) -> Typed {
        self.faults.push(ExpressionFault { code: Code::UnknownName, message, help, range: range.clone() });
        Typed::faulty(range)
    }

    fn node(&mut self, expression: &Expr<'_>) -> Typed {
        let range = expression.range.clone();
        match &expression.kind {
            ExprKind::Literal(literal) => self.literal(literal, range),
            ExprKind::Name { name, outermost } => self.name(name, *outermost, range),
            ExprKind::Member(of, name) => {
                let of = self.node(of);
                Typed { range, ..self.member(of, name.text, name.range.clone()) }
            }
            ExprKind::Index(parts) => {
                let [of, index] = parts.as_ref();
                self.index(of, index, range)
            }
            ExprKind::Call(call) => self.call(call, range),
            ExprKind::Unary(operator, only) => self.unary(*operator, only, range),
            ExprKind::Binary(operator, sides) => {
                let [left, right] = sides.as_ref();
                self.binary(*operator, left, right, range)
            }
            ExprKind::Choose(parts) => self.choose(parts, range),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.node(item)).collect();
                self.list(items, range)
            }
            ExprKind::Map(entries) => self.map(entries, range),
        }
    }

    fn literal(&self, literal: &Literal, range: Range<usize>) -> Typed {
        let written = |text: &str| vec![(text.to_owned(), range.clone())];
        let (kind, literals) = match literal {
            Literal::Boolean(_) => (ExprType::Boolean, Vec::new()),
            Literal::Number(_) => (ExprType::NUMBER, written(&self.text[range.clone()])),
            Literal::Text(text) => (ExprType::TEXT, written(text)),
            _ => (ExprType::Any, Vec::new()),
        };
        Typed { literals, ..Typed::new(ExprNode::Literal(literal.clone()), kind, range) }
    }

    fn name(&mut self, name: &str, outermost: bool, range: Range<usize>) -> Typed {
        if !outermost && let Some(index) = self.locals.iter().rposition(|local| local.name == name) {
            let local = &self.locals[index];
            let typed = Typed::new(ExprNode::Local(index), local.kind.clone(), range);
            return Typed { path: local.path.clone(), ..typed };
        }
        if name == "deal" {
            return Typed::new(ExprNode::Deal, ExprType::Deal { defaults: true }, range);
        }
        if self.vocabulary.key(name).is_some() {
            let deal = Typed::new(ExprNode::Deal, ExprType::Deal { defaults: true }, range.clone());
            return Typed { range: range.clone(), ..self.member(deal, name, range) };
        }
        if let Some((moment, kind)) = Vocabulary::moment(name) {
            self.names.insert(name.to_owned());
            let typed = Typed::new(ExprNode::Moment(moment), kind, range);
            return Typed { path: Some(name.to_owned()), ..typed };
        }
        if let Some(program) = self.vocabulary.derived(name) {
            self.derived.insert(name.to_owned());
            self.names.insert(name.to_owned());
            self.names.extend(program.names.iter().cloned());
            let node = ExprNode::Derived(name.into(), Arc::clone(program));
            return Typed::new(node, program.kind.clone(), range).above([&program.depth]);
        }
        let known = self.locals.iter().map(|local| local.name.as_str()).chain(self.vocabulary.names());
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it under `[fields]` or `[derived]`, or put it in quotes: `'{name}'`"),
        };
        let help = Some(help);
        self.unknown(range, format!("there is no `{name}`"), help)
    }
}
