//! From the parser's tree to a checked program: resolves every name and finds what cannot be meant. Must not know any deal.

mod calls;
mod operators;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, MapExpr, operators as op};

use super::kind::Kind;
use super::parse::Parsed;
use super::program::{Absent, Key, Literal, Node, Program};
use super::{Expected, ExpressionFault, Vocabulary};
use crate::finding::Code;
use crate::finding::wording::{List, nearest, suggest};

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
        entries: Vec::new(),
        faults: Vec::new(),
    };
    let root = checker.node(&parsed.root);
    if expected == Expected::Boolean && !(root.kind == Kind::Boolean || root.is_open()) {
        checker.bad(
            root.range.clone(),
            format!("this is {}, and a rule or condition is true or false", root.describe()),
            None,
        );
    }
    if root.depth > HIGHEST {
        checker.faults.push(ExpressionFault {
            code: Code::TooLarge,
            message: "the expression, with what it uses of [derived], is nested too deeply".to_owned(),
            help: None,
            range: root.range.clone(),
        });
    }
    if checker.faults.is_empty() {
        return Ok(Program {
            root: root.node,
            kind: root.kind,
            depth: root.depth,
            names: checker.names,
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

impl Checker<'_, '_> {
    fn bad(&mut self, range: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.faults.push(ExpressionFault { code: Code::BadExpression, message: message.into(), help, range });
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
                self.bad(range.clone(), "messages cannot be made here", None);
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
                (name, [left, right]) if self.is_operator(name) => return self.binary(name, left, right),
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
        #[allow(clippy::cast_precision_loss)]
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
                self.bad(
                    range.clone(),
                    "a deal holds no bytes",
                    Some("leave out the `b` before the text".into()),
                );
                return Typed::faulty(range);
            }
        };
        Typed::new(Node::Literal(literal), kind, range)
    }

    fn name(&mut self, written: &str, range: Range<usize>) -> Typed {
        // A leading dot means the outermost name, whatever the loops call their variables.
        let name = written.trim_start_matches('.');
        if name == written {
            if let Some(index) = self.locals.iter().rposition(|local| local.name == name) {
                let local = &self.locals[index];
                let typed = Typed::new(Node::Local(index), local.kind.clone(), range);
                return Typed { path: local.path.clone(), ..typed };
            }
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
            self.names.insert(name.to_owned());
            self.names.extend(program.names.iter().cloned());
            let node = Node::Derived(name.into(), Arc::clone(program));
            return Typed::new(node, program.kind.clone(), range).above([&program.depth]);
        }
        let known = self.locals.iter().map(|local| local.name.as_str()).chain(self.vocabulary.names());
        let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        self.unknown(range, format!("there is no `{name}`"), help)
    }

    /// A member of a value; `name_range` is where its name stands.
    fn member(&mut self, mut of: Typed, name: &str, name_range: Range<usize>) -> Typed {
        if of.faulty {
            return of;
        }
        let path = match &of.path {
            Some(path) => format!("{path}.{name}"),
            None => name.to_owned(),
        };
        let depth = of.depth;
        let (kind, default, absent) = match &of.kind {
            Kind::Deal { defaults } => {
                let Some(key) = self.vocabulary.key(name) else {
                    return self.no_member(name, &of, name_range);
                };
                let default = key.default.clone().filter(|_| *defaults);
                (key.kind.clone(), default, Absent::Undecided)
            }
            Kind::Record(members) => {
                let Some(member) = members.list.iter().find(|member| member.name == name) else {
                    return self.no_member(name, &of, name_range);
                };
                let absent = if members.nullable { Absent::Null } else { Absent::Undecided };
                (member.kind.clone(), member.default.clone(), absent)
            }
            Kind::Entries(entry) => (entry.as_ref().clone(), None, Absent::Empty),
            Kind::Any => (Kind::Any, None, Absent::Undecided),
            Kind::Map(key, value) if key.is_text() => {
                let key = Node::Literal(Literal::Text(name.into()));
                let node = Node::Lookup(Box::new(of.node), Box::new(key));
                return Typed::new(node, value.as_ref().clone(), name_range).above([&depth]);
            }
            kind => {
                let list = of.path.as_deref().unwrap_or("list");
                let help = matches!(kind, Kind::List(_))
                    .then(|| format!("ask of its items: `{list}.exists(i, i.{name} …)`"));
                let message = format!("{} has no members", of.describe());
                self.bad(name_range.clone(), message, help);
                return Typed::faulty(name_range);
            }
        };
        let absent = if matches!(kind, Kind::Entries(_)) { Absent::Empty } else { absent };
        let key = Key { name: name.to_owned(), path: path.clone(), default, absent };
        let node = if matches!(of.node, Node::Deal) {
            self.names.insert(name.to_owned());
            Node::Key(key)
        } else {
            // The member is what is absent then, not the record around it.
            if let Node::Key(outer) | Node::Member(_, outer) = &mut of.node {
                outer.absent = Absent::Empty;
            }
            Node::Member(Box::new(of.node), key)
        };
        Typed { path: Some(path), ..Typed::new(node, kind, name_range).above([&depth]) }
    }

    fn no_member(&mut self, name: &str, of: &Typed, range: Range<usize>) -> Typed {
        let known: Vec<&str> = match &of.kind {
            Kind::Deal { .. } => self.vocabulary.keys().iter().map(|key| key.name.as_str()).collect(),
            Kind::Record(members) => members.list.iter().map(|member| member.name.as_str()).collect(),
            _ => Vec::new(),
        };
        let help = match &of.kind {
            Kind::Deal { .. } => nearest(name, known).map(|near| format!("did you mean `{near}`?")),
            _ => suggest(name, known),
        };
        let message = match (&of.path, &of.node) {
            (Some(path), Node::Local(_)) => format!("an item of `{path}` has no `{name}`"),
            (Some(path), _) => format!("`{path}` has no `{name}`"),
            (None, Node::Deal) => format!("a deal has no `{name}`"),
            (None, _) => format!("there is no `{name}` in it"),
        };
        self.unknown(range, message, help)
    }

    fn index(&mut self, of: &IdedExpr, index: &IdedExpr, end: usize) -> Typed {
        let of = self.node(of);
        let index = self.node(index);
        let range = of.range.start..end;
        if of.faulty || index.faulty {
            return Typed::faulty(range);
        }
        let depths = [of.depth, index.depth];
        let wrong = match &of.kind {
            Kind::Entries(entry) => {
                if let Some(id) = index.literal_text().map(str::to_owned) {
                    if let Node::Key(key) = &of.node
                        && let Some(name) = ["done", "waivers"].into_iter().find(|name| key.name == *name)
                    {
                        self.entries.push((name, id.clone(), index.range.clone()));
                    }
                    return Typed { range, ..self.member(of, &id, index.range) };
                }
                if index.kind.is_text() {
                    let kind = entry.as_ref().clone();
                    let path = of.path.clone();
                    let node = Node::Entry(Box::new(of.node), Box::new(index.node));
                    return Typed { path, ..Typed::new(node, kind, range).above(&depths) };
                }
                Some("a text")
            }
            Kind::Record(_) | Kind::Deal { .. } => {
                if let Some(name) = index.literal_text().map(str::to_owned) {
                    return Typed { range, ..self.member(of, &name, index.range) };
                }
                Some("the name of a member, in quotes")
            }
            Kind::List(item) => {
                if index.kind.is_number() {
                    let (kind, path) = (item.as_ref().clone(), of.path.clone());
                    let node = Node::Item(Box::new(of.node), Box::new(index.node));
                    return Typed { path, ..Typed::new(node, kind, range).above(&depths) };
                }
                Some("a number")
            }
            Kind::Map(key, value) => {
                if key.equates(&index.kind) {
                    let kind = value.as_ref().clone();
                    let node = Node::Lookup(Box::new(of.node), Box::new(index.node));
                    return Typed::new(node, kind, range).above(&depths);
                }
                Some(key.name())
            }
            _ => None,
        };
        match wrong {
            Some(wanted) => {
                self.bad(index.range.clone(), format!("in brackets stands {wanted} here"), None);
            }
            None => self.bad(of.range.clone(), format!("{} has no items", of.describe()), None),
        }
        Typed::faulty(range)
    }

    fn list(&mut self, items: Vec<Typed>, range: Range<usize>) -> Typed {
        let mut kind = Kind::Any;
        let mut faulty = false;
        for item in &items {
            faulty |= item.faulty;
            match kind.unite(&item.kind) {
                Some(united) => kind = united,
                None => {
                    let message = format!(
                        "a list holds values of one type: {} and {} here",
                        kind.name(),
                        item.kind.name()
                    );
                    self.bad(item.range.clone(), message, None);
                    faulty = true;
                }
            }
        }
        if faulty {
            return Typed::faulty(range);
        }
        let depths: Vec<usize> = items.iter().map(|item| item.depth).collect();
        let texts = items.iter().flat_map(|item| item.texts.clone()).collect();
        let nodes = items.into_iter().map(|item| item.node).collect();
        let typed = Typed::new(Node::List(nodes), Kind::List(Arc::new(kind)), range).above(&depths);
        Typed { texts, ..typed }
    }

    fn map(&mut self, map: &MapExpr, range: Range<usize>) -> Typed {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for entry in &map.entries {
            if let EntryExpr::MapEntry(entry) = &entry.expr {
                keys.push(self.node(&entry.key));
                values.push(self.node(&entry.value));
            }
        }
        for (index, key) in keys.iter().enumerate() {
            if !(key.faulty || matches!(key.kind, Kind::Text(_) | Kind::Number { .. } | Kind::Boolean)) {
                let allowed = List(&["a text", "a number", "true or false"], "or").to_string();
                self.bad(key.range.clone(), format!("a key is {allowed}"), None);
                return Typed::faulty(range);
            }
            let twice = |other: &Typed| {
                other.is_literal() && format!("{:?}", other.node) == format!("{:?}", key.node)
            };
            // Short maps only: the walk over pairs must not be what hangs.
            if index < 64 && keys[..index].iter().any(twice) {
                self.bad(key.range.clone(), "this key stands here twice", None);
                return Typed::faulty(range);
            }
        }
        let faulty = keys.iter().chain(&values).any(|part| part.faulty);
        let depth = keys.iter().chain(&values).map(|part| part.depth).max().unwrap_or(0);
        let mut nodes = [Vec::new(), Vec::new()];
        let kinds = [keys, values].map(|parts| {
            // The list's own check says what does not fit together.
            let typed = self.list(parts, range.clone());
            (typed.faulty, typed)
        });
        let faulty = faulty || kinds.iter().any(|(faulty, _)| *faulty);
        let mut united = [Kind::Any, Kind::Any];
        for (side, (_, typed)) in kinds.into_iter().enumerate() {
            if let (Node::List(parts), Kind::List(kind)) = (typed.node, &typed.kind) {
                nodes[side] = parts;
                united[side] = kind.as_ref().clone();
            }
        }
        if faulty {
            return Typed::faulty(range);
        }
        let [keys, values] = nodes;
        let [key, value] = united;
        let node = Node::Map(keys.into_iter().zip(values).collect());
        Typed::new(node, Kind::Map(Arc::new(key), Arc::new(value)), range).above([&depth])
    }
}
