//! Infers the shape of a template's expressions, and finds names that do not exist.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{self, BinOpKind, CallArg, Expr};

use super::shape::{TemplateSchema, TemplateShape};
use super::statements::{constant, span_of};
use crate::finding::Fix;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::source::Span;

/// What to do with a fault: where it is, what it is, what to do about it.
pub(super) type FaultReporter<'r> = dyn FnMut(Span, String, &dyn Fn() -> WayOut) + 'r;

/// What to do about a name that is not known: in words, and as a fix.
pub(super) type WayOut = (Option<String>, Option<Fix>);

/// The functions that templates have, beside their own macros.
pub(super) const FUNCTIONS: &[&str] = &["dict", "inline", "namespace", "range", "script_hash"];

/// The filters that templates have.
pub(super) const FILTERS: &[&str] = &[
    "abs",
    "anchor",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "cell",
    "chain",
    "code",
    "count",
    "d",
    "date",
    "days",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "format",
    "groupby",
    "grouped",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "link",
    "list",
    "lower",
    "map",
    "markdown",
    "max",
    "min",
    "money",
    "number",
    "percent",
    "person",
    "plural",
    "prose",
    "query",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "sentence",
    "slice",
    "sort",
    "sort_key",
    "source_link",
    "email",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
    "zip",
];

/// The names that a place in a template sees.
#[derive(Clone, Debug)]
pub(super) struct NameScope<'s> {
    names: BTreeMap<String, TemplateShape<'s>>,
}

impl<'s> NameScope<'s> {
    /// What every template sees.
    pub(super) fn of(schema: &'s TemplateSchema) -> Self {
        let mut names: BTreeMap<_, _> =
            schema.names().into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect();
        // The deal that a page is about.
        if let Some(deals) = names.get("deals") {
            let deal = deals.item();
            names.insert("deal".to_owned(), deal);
        }
        names.insert("self".to_owned(), TemplateShape::Any);
        Self { names }
    }

    /// The names of both, those of the other first.
    pub(super) fn with(mut self, other: &Self) -> Self {
        for (name, shape) in &other.names {
            self.names.entry(name.clone()).or_insert(*shape);
        }
        self
    }

    /// How much it takes to copy it.
    pub(super) fn size(&self) -> usize {
        16 * self.names.len()
    }

    /// Whether both have the same names, and the same is known of each.
    pub(super) fn sees_the_same(&self, other: &Self) -> bool {
        let same = |(one, other): (&TemplateShape<'_>, &TemplateShape<'_>)| match (one, other) {
            (TemplateShape::Any, TemplateShape::Any) => true,
            (TemplateShape::Known(_, one), TemplateShape::Known(_, other))
            | (TemplateShape::ListOf(_, one), TemplateShape::ListOf(_, other)) => std::ptr::eq(*one, *other),
            _ => false,
        };
        self.names.keys().eq(other.names.keys()) && self.names.values().zip(other.names.values()).all(same)
    }

    /// A name of which nothing else is known.
    pub(super) fn name(&mut self, name: &str) {
        self.names.insert(name.to_owned(), TemplateShape::Any);
    }

    /// Names on the left of an assignment of which nothing else is known.
    pub(super) fn unknown(&mut self, target: &Expr<'_>) {
        self.set(target, TemplateShape::Any);
    }

    /// Names on the left of an assignment.
    pub(super) fn set(&mut self, target: &Expr<'_>, shape: TemplateShape<'s>) {
        match target {
            Expr::Var(name) => {
                self.names.insert(name.id.to_owned(), shape);
            }
            Expr::List(names) => names.items.iter().for_each(|name| self.unknown(name)),
            Expr::Tuple(names) => names.items.iter().for_each(|name| self.unknown(name)),
            _ => {}
        }
    }

    /// The shape of what an expression gives; reports the names in it that do not exist.
    pub(super) fn shape(&self, expression: &Expr<'_>, report: &mut FaultReporter<'_>) -> TemplateShape<'s> {
        match expression {
            Expr::Var(name) => self.variable(name.id, span_of(name.span()), report),
            Expr::GetAttr(get) => {
                let of = self.shape(&get.expr, report);
                let whole = span_of(get.span());
                let key = Span::new((whole.end as usize).saturating_sub(get.name.len()), whole.end as usize);
                property(of, get.name, key, report)
            }
            Expr::GetItem(get) => {
                let of = self.shape(&get.expr, report);
                if let Some(key) = constant(&get.subscript_expr) {
                    property(of, &key, span_of(get.subscript_expr.span()), report)
                } else {
                    self.shape(&get.subscript_expr, report);
                    of.item()
                }
            }
            Expr::Slice(slice) => {
                for bound in [&slice.start, &slice.stop, &slice.step].into_iter().flatten() {
                    self.shape(bound, report);
                }
                self.shape(&slice.expr, report)
            }
            Expr::IfExpr(choice) => {
                self.shape(&choice.test_expr, report);
                let yes = self.shape(&choice.true_expr, report);
                match &choice.false_expr {
                    Some(no) => either(yes, self.shape(no, report)),
                    None => yes,
                }
            }
            Expr::BinOp(operation) => {
                let (left, right) =
                    (self.shape(&operation.left, report), self.shape(&operation.right, report));
                if matches!(operation.op, BinOpKind::ScOr) { either(left, right) } else { TemplateShape::Any }
            }
            Expr::Filter(filter) => self.filter(filter, span_of(filter.span()), report),
            Expr::Test(test) => {
                // Asking whether a name is there is no mistake.
                if !matches!(test.name, "defined" | "undefined") {
                    self.shape(&test.expr, report);
                }
                self.arguments(&test.args, report);
                TemplateShape::Any
            }
            Expr::Call(call) => self.call(call, report),
            Expr::UnaryOp(operation) => {
                self.shape(&operation.expr, report);
                TemplateShape::Any
            }
            Expr::Compare(compare) => {
                self.shape(&compare.expr, report);
                for operation in &compare.ops {
                    self.shape(&operation.expr, report);
                }
                TemplateShape::Any
            }
            Expr::List(list) => self.each(&list.items, report),
            Expr::Tuple(tuple) => self.each(&tuple.items, report),
            Expr::Map(map) => {
                self.each(&map.keys, report);
                self.each(&map.values, report)
            }
            Expr::Const(_) => TemplateShape::Any,
        }
    }

    fn each(&self, expressions: &[Expr<'_>], report: &mut FaultReporter<'_>) -> TemplateShape<'s> {
        for expression in expressions {
            self.shape(expression, report);
        }
        TemplateShape::Any
    }

    fn variable(&self, name: &str, span: Span, report: &mut FaultReporter<'_>) -> TemplateShape<'s> {
        if let Some(shape) = self.names.get(name) {
            return *shape;
        }
        if !FUNCTIONS.contains(&name) {
            let known = self.names.keys().map(String::as_str).filter(|name| *name != "self");
            report(span, format!("reports have no {}", quote(name)), &|| way_out(name, known.clone()));
        }
        TemplateShape::Any
    }

    fn call(&self, call: &ast::Call<'_>, report: &mut FaultReporter<'_>) -> TemplateShape<'s> {
        self.arguments(&call.args, report);
        match &call.expr {
            Expr::Var(name) if !self.names.contains_key(name.id) && !FUNCTIONS.contains(&name.id) => {
                let known = FUNCTIONS.iter().copied();
                let message = format!("there is no function {}", quote(name.id));
                report(span_of(name.span()), message, &|| way_out(name.id, known.clone()));
            }
            Expr::Var(_) => {}
            // A block by its name, or what a module or a record has.
            Expr::GetAttr(method) => {
                self.shape(&method.expr, report);
            }
            other => {
                self.shape(other, report);
            }
        }
        TemplateShape::Any
    }

    fn arguments(&self, arguments: &[CallArg<'_>], report: &mut FaultReporter<'_>) {
        for argument in arguments {
            let (CallArg::Pos(value)
            | CallArg::Kwarg(_, value)
            | CallArg::PosSplat(value)
            | CallArg::KwargSplat(value)) = argument;
            self.shape(value, report);
        }
    }

    fn filter(
        &self,
        filter: &ast::Filter<'_>,
        span: Span,
        report: &mut FaultReporter<'_>,
    ) -> TemplateShape<'s> {
        let tolerant = matches!(filter.name, "default" | "d");
        let of = match &filter.expr {
            Some(expression) if tolerant => self.shape(expression, &mut |_, _, _| {}),
            Some(expression) => self.shape(expression, report),
            None => TemplateShape::Any,
        };
        self.arguments(&filter.args, report);
        if !FILTERS.contains(&filter.name) {
            let message = format!("there is no filter {}", quote(filter.name));
            report(span, message, &|| way_out(filter.name, FILTERS.iter().copied()));
            return TemplateShape::Any;
        }
        let attribute = attribute(filter);
        let picked = |report: &mut FaultReporter<'_>| match &attribute {
            Some((path, span)) => path.split('.').fold(of.item(), |shape, part| {
                if part.parse::<usize>().is_ok() {
                    shape.item()
                } else {
                    property(shape, part, *span, report)
                }
            }),
            None => TemplateShape::Any,
        };
        match filter.name {
            "selectattr" | "rejectattr" | "sort" | "unique" => {
                picked(report);
                of
            }
            "select" | "reject" | "reverse" | "list" | "default" | "d" => of,
            "first" | "last" => of.item(),
            "map" => picked(report).list(),
            "sum" | "groupby" | "grouped" | "min" | "max" => {
                picked(report);
                TemplateShape::Any
            }
            _ => TemplateShape::Any,
        }
    }
}

/// The nearest of the known names, and the fix that writes it.
pub(super) fn way_out<'k>(name: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> WayOut {
    (suggest(name, known.clone()).sentence(), Fix::of_word(name, known))
}

/// The attribute that a filter picks from the items of a list, and where it is named.
fn attribute(filter: &ast::Filter<'_>) -> Option<(String, Span)> {
    let first = matches!(filter.name, "selectattr" | "rejectattr" | "groupby" | "grouped");
    filter.args.iter().enumerate().find_map(|(index, argument)| match argument {
        CallArg::Kwarg("attribute", value) => Some((constant(value)?, span_of(value.span()))),
        CallArg::Pos(value) if first && index == 0 => Some((constant(value)?, span_of(value.span()))),
        _ => None,
    })
}

fn property<'s>(
    of: TemplateShape<'s>,
    name: &str,
    span: Span,
    report: &mut FaultReporter<'_>,
) -> TemplateShape<'s> {
    of.property(name).unwrap_or_else(|missing| {
        let message = if missing.known.is_empty() {
            format!("there is no {} in this: it is a list or a plain value", quote(name))
        } else {
            format!("there is no {} here", quote(name))
        };
        report(span, message, &|| way_out(name, missing.known.iter().copied()));
        TemplateShape::Any
    })
}

/// What is known when one of two is meant: only what is sure.
fn either<'s>(one: TemplateShape<'s>, other: TemplateShape<'s>) -> TemplateShape<'s> {
    match (one, other) {
        (TemplateShape::Known(_, a), TemplateShape::Known(_, b)) if std::ptr::eq(a, b) || a == b => one,
        _ => TemplateShape::Any,
    }
}
