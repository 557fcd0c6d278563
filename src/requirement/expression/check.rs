//! From the parser's tree to a checked program: resolves every name and finds what cannot be meant. Must not know any deal.

mod calls;
mod members;
mod operators;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as op};

use super::kind::Kind;
use super::parse::Parsed;
use super::program::{Literal, Node, Program};
use super::{Expected, ExpressionFault, Vocabulary};
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
    parsed: &Parsed<'_>,
    vocabulary: &Vocabulary,
    expected: Expected,
) -> Result<Program, Vec<ExpressionFault>> {
    let mut checker = Checker {
        parsed,
        vocabulary,
        locals: Vec::new(),
        names: BTreeSet::new(),
        derived: BTreeSet::new(),
        entries: Vec::new(),
        faults: Vec::new(),
    };
    let root = checker.node(&parsed.root);
    if expected == Expected::Boolean && !(root.kind == Kind::Boolean || root.is_open()) {
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
struct Checker<'c, 't> {
    parsed: &'c Parsed<'t>,
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
    kind: Kind,
    path: Option<String>,
}

/// A checked part and what is known of it.
struct Typed {
    node: Node,
    kind: Kind,
    range: Range<usize>,
    depth: usize,
    /// The dotted path of the value, or of the list it is an item of.
    path: Option<String>,
    /// Texts that stand literally in it, to be held against the choices of what they are compared with.
    texts: Vec<(String, Range<usize>)>,
    /// It has a fault already; nothing more is said of it.
    faulty: bool,
}

impl Typed {
    fn new(node: Node, kind: Kind, range: Range<usize>) -> Self {
        Self { node, kind, range, depth: 1, path: None, texts: Vec::new(), faulty: false }
    }

    fn faulty(range: Range<usize>) -> Self {
        Self { faulty: true, ..Self::new(Node::Literal(Literal::Null), Kind::Any, range) }
    }

    fn above<'p>(mut self, parts: impl IntoIterator<Item = &'p usize>) -> Self {
        self.depth = 1 + parts.into_iter().copied().max().unwrap_or(0);
        self
    }

    fn literal_text(&self) -> Option<&str> {
        match &self.node {
            Node::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn is_literal(&self) -> bool {
        matches!(self.node, Node::Literal(_))
    }

    fn is_null(&self) -> bool {
        !self.faulty && matches!(self.node, Node::Literal(Literal::Null))
    }

    /// Whether its type is settled only when it is evaluated.
    fn is_open(&self) -> bool {
        self.kind == Kind::Any && !self.is_null()
    }

    fn describe(&self) -> String {
        match &self.path {
            Some(path) if !matches!(self.node, Node::Local(_)) => format!("{} (`{path}`)", self.kind.name()),
            _ => self.kind.name().to_owned(),
        }
    }
}

/// What to do about something that is to be true or false and is not.
const COMPARED: &str = "compare it with something, such as `amount > 1000`";

impl Checker<'_, '_> {
    fn bad(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let (message, help) = (message.into(), Some(help.into()));
        self.faults.push(ExpressionFault { code: Code::BadExpression, message, help, range });
    }

    fn unknown(&mut self, range: Range<usize>, message: String, help: Option<String>) -> Typed {
        self.faults.push(ExpressionFault { code: Code::UnknownName, message, help, range: range.clone() });
        Typed::faulty(range)
    }

    fn node(&mut self, expression: &IdedExpr) -> Typed {
        let range = self.parsed.token(expression);
        match &expression.expr {
            Expr::Literal(literal) => self.literal(literal, range),
            Expr::Ident(name) => self.name(name, range),
            Expr::Select(select) => {
                let name = self.parsed.name(expression);
                let of = self.node(&select.operand);
                let whole = of.range.start.min(name.start)..name.end;
                Typed { range: whole, ..self.member(of, &select.field, name) }
            }
            Expr::Call(call) => self.operator_or_call(expression, call, range),
            Expr::List(list) => {
                let range = range.start..self.parsed.tokens.closing(range.start);
                let items: Vec<Typed> = list.elements.iter().map(|item| self.node(item)).collect();
                self.list(items, range)
            }
            Expr::Map(map) => {
                let range = range.start..self.parsed.tokens.closing(range.start);
                self.map(map, range)
            }
            Expr::Struct(_) | Expr::Comprehension(_) | Expr::Unspecified => {
                self.bad(range.clone(), "messages cannot be made here", "write a map: `{'key': value}`");
                Typed::faulty(range)
            }
        }
    }

    fn operator_or_call(&mut self, expression: &IdedExpr, call: &CallExpr, range: Range<usize>) -> Typed {
        if call.target.is_none() {
            match (call.func_name.as_str(), call.args.as_slice()) {
                (op::INDEX, [of, index]) => {
                    let end = self.parsed.tokens.closing(range.start);
                    return self.index(of, index, end);
                }
                (name, [only]) if matches!(name, op::LOGICAL_NOT | op::NEGATE) => {
                    return self.unary(name, only, range.start);
                }
                (name, [left, right]) if operators::is_operator(name) => {
                    return self.binary(name, left, right);
                }
                (op::CONDITIONAL, [condition, yes, no]) => return self.choose(condition, yes, no),
                _ => {}
            }
        }
        let name = self.parsed.name(expression);
        let end = self.parsed.tokens.closing(range.start);
        self.call(call, name, end)
    }

    fn literal(&mut self, literal: &LiteralValue, range: Range<usize>) -> Typed {
        // Exact up to 2^53; whoever compares with more has doubles on the other side too.
        #[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
        let (literal, kind) = match literal {
            LiteralValue::Null => (Literal::Null, Kind::Any),
            LiteralValue::Boolean(value) => (Literal::Boolean(*value.inner()), Kind::Boolean),
            LiteralValue::Int(value) => (Literal::Number(*value.inner() as f64), Kind::NUMBER),
            LiteralValue::UInt(value) => (Literal::Number(*value.inner() as f64), Kind::NUMBER),
            LiteralValue::Double(value) => (Literal::Number(*value.inner()), Kind::NUMBER),
            LiteralValue::String(value) => {
                let text = value.inner();
                let typed = Typed::new(Node::Literal(Literal::Text(text.into())), Kind::TEXT, range.clone());
                return Typed { texts: vec![(text.to_owned(), range)], ..typed };
            }
            LiteralValue::Bytes(_) => {
                self.bad(range.clone(), "a deal holds no bytes", "leave out the `b` before the text");
                return Typed::faulty(range);
            }
        };
        Typed::new(Node::Literal(literal), kind, range)
    }

    fn name(&mut self, written: &str, range: Range<usize>) -> Typed {
        // A leading dot means the outermost name, whatever the loops call their variables.
        let name = written.trim_start_matches('.');
        if name == written
            && let Some(index) = self.locals.iter().rposition(|local| local.name == name)
        {
            let local = &self.locals[index];
            let typed = Typed::new(Node::Local(index), local.kind.clone(), range);
            return Typed { path: local.path.clone(), ..typed };
        }
        if name == "deal" {
            return Typed::new(Node::Deal, Kind::Deal { defaults: true }, range);
        }
        if self.vocabulary.key(name).is_some() {
            let deal = Typed::new(Node::Deal, Kind::Deal { defaults: true }, range.clone());
            return Typed { range: range.clone(), ..self.member(deal, name, range) };
        }
        if let Some((moment, kind)) = Vocabulary::moment(name) {
            self.names.insert(name.to_owned());
            let typed = Typed::new(Node::Moment(moment), kind, range);
            return Typed { path: Some(name.to_owned()), ..typed };
        }
        if let Some(program) = self.vocabulary.derived(name) {
            self.derived.insert(name.to_owned());
            self.names.insert(name.to_owned());
            self.names.extend(program.names.iter().cloned());
            let node = Node::Derived(name.into(), Arc::clone(program));
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
