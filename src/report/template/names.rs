//! Holds the names in a template against what a report has, before anything is rendered. What cannot be followed is
//! let through: the engine refuses it while rendering.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::machinery::ast::{self, CallArg, Expr, Stmt};

use super::expressions::{NameScope, way_out};
use super::faults;
use super::shape::TemplateSchema;
use super::sources::TemplateSources;
use super::statements::{Unread, constant, exports, parse, span_of};
use crate::finding::limit::FINDINGS;
use crate::finding::wording::{quote, suggest};
use crate::finding::{Code, Finding};
use crate::source::{SourceFile, Span};

/// Faults that are told of a template and all that it builds on.
const MOST_FINDINGS: usize = FINDINGS.usual;

/// How deep templates may build on and include one another.
const DEEPEST: usize = 24;

/// The names at the places where blocks stand: what a template that redefines a block may use in it.
type Sites<'s> = BTreeMap<String, NameScope<'s>>;

/// How much is looked at, in bytes of templates and names in scopes: about a second.
const MOST: usize = 16 << 20;

/// How many of the scopes that a template was included with are compared with another.
const LAST: usize = 4;

/// Checks templates and all that they build on.
pub(super) fn check<'n>(
    sources: &TemplateSources,
    schema: &TemplateSchema,
    names: impl Iterator<Item = &'n str>,
) -> Vec<Finding> {
    let mut checker = NameChecker {
        sources,
        schema,
        findings: Vec::new(),
        open: Vec::new(),
        included: BTreeMap::new(),
        left: MOST,
        told: false,
    };
    for name in names {
        checker.template(name, NameScope::of(schema));
    }
    checker.findings
}

struct NameChecker<'a> {
    sources: &'a TemplateSources,
    schema: &'a TemplateSchema,
    findings: Vec<Finding>,
    open: Vec<String>,
    /// What was included, each with the names it saw: what sees the same says the same.
    included: BTreeMap<String, Vec<NameScope<'a>>>,
    /// How much more is looked at, and whether it was told that nothing more is.
    left: usize,
    told: bool,
}

impl<'a> NameChecker<'a> {
    /// Walks a template in a scope; gives the blocks that one which extends it may redefine.
    fn template(&mut self, name: &str, scope: NameScope<'a>) -> Sites<'a> {
        let Some(file) = self.sources.get(name) else { return Sites::new() };
        if !self.spend(file.text().len(), &file) {
            return Sites::new();
        }
        let parsed = parse(&file);
        let root = match &parsed {
            Ok(Some(template)) => template,
            Ok(None) => return Sites::new(),
            Err(Unread::TooDeep(span)) => {
                self.findings.push(faults::too_deep(&file, *span));
                return Sites::new();
            }
            Err(Unread::Faulty(error)) => {
                self.findings.push(faults::finding(error, &file));
                return Sites::new();
            }
        };
        self.open.push(name.to_owned());
        let parent = root.children.iter().find_map(|statement| match statement {
            Stmt::Extends(extends) => Some(extends),
            _ => None,
        });
        let inherited = parent.and_then(|extends| {
            let parent = self.named(&extends.name, &file, false)?;
            Some(self.template(&parent, scope.clone()))
        });
        let mut walk = TemplateWalk {
            checker: self,
            file: &file,
            scope,
            sites: Sites::new(),
            redefines: parent.is_some(),
            inherited: inherited.unwrap_or_default(),
            depth: 0,
        };
        walk.statements(&root.children);
        let mut sites = walk.inherited;
        sites.append(&mut walk.sites);
        self.open.pop();
        sites
    }

    /// Walks a template that another includes or imports, unless that is known.
    fn include(&mut self, name: &str, scope: NameScope<'a>) {
        let Some(file) = self.sources.get(name) else { return };
        if !self.spend(file.text().len() + scope.size(), &file) {
            return;
        }
        let known = self.included.entry(name.to_owned()).or_default();
        if !known.iter().rev().take(LAST).any(|known| known.sees_the_same(&scope)) {
            known.push(scope.clone());
            self.template(name, scope);
        }
    }

    /// Whether so much more may be looked at.
    fn spend(&mut self, much: usize, file: &Arc<SourceFile>) -> bool {
        self.left = self.left.saturating_sub(much);
        if self.left == 0 && !std::mem::replace(&mut self.told, true) {
            self.findings.push(faults::too_often(file));
        }
        self.left > 0
    }

    /// The template that an expression names, if it does so plainly and there is one to go on with.
    fn named(&mut self, expression: &Expr<'_>, file: &Arc<SourceFile>, may_miss: bool) -> Option<String> {
        let name = constant(expression)?;
        let span = span_of(expression.span());
        if self.sources.get(&name).is_none() {
            if !may_miss {
                let finding =
                    Finding::new(Code::TemplateUndefined, format!("there is no template {}", quote(&name)))
                        .maybe_help(suggest(&name, self.sources.names()))
                        .at(file, span);
                self.findings.push(finding);
            }
            return None;
        }
        if self.open.contains(&name) || self.open.len() >= DEEPEST {
            let message = format!("the template {} leads back to itself", quote(&name));
            let help = format!("the built-in one is {}", quote(&format!("builtin/{name}")));
            self.findings.push(Finding::new(Code::TemplateSyntax, message).help(help).at(file, span));
            return None;
        }
        Some(name)
    }
}

/// One template being walked.
struct TemplateWalk<'c, 'a> {
    checker: &'c mut NameChecker<'a>,
    file: &'c Arc<SourceFile>,
    scope: NameScope<'a>,
    sites: Sites<'a>,
    redefines: bool,
    inherited: Sites<'a>,
    depth: usize,
}

impl<'a> TemplateWalk<'_, 'a> {
    fn statements(&mut self, statements: &[Stmt<'_>]) {
        for statement in statements {
            if self.checker.left > 0 {
                self.statement(statement);
            }
        }
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::ForLoop(each) => self.each(each),
            Stmt::IfCond(choice) => {
                self.expression(&choice.expr);
                self.statements(&choice.true_body);
                self.statements(&choice.false_body);
            }
            Stmt::WithBlock(with) => self.inner(|walk| {
                for (target, value) in &with.assignments {
                    walk.set(target, value);
                }
                walk.statements(&with.body);
            }),
            Stmt::Set(set) => self.set(&set.target, &set.expr),
            Stmt::SetBlock(set) => {
                self.inner(|walk| walk.statements(&set.body));
                self.scope.unknown(&set.target);
            }
            Stmt::AutoEscape(of) => self.inner(|walk| walk.statements(&of.body)),
            Stmt::FilterBlock(of) => self.inner(|walk| walk.filtered(of)),
            Stmt::Block(block) => self.block(block.name, &block.body, span_of(block.span())),
            Stmt::Macro(declared) => self.declare(declared),
            Stmt::CallBlock(call) => {
                self.call(&call.call);
                self.declare(&call.macro_decl);
            }
            Stmt::Do(call) => self.call(&call.call),
            Stmt::Include(include) => {
                if let Some(name) = self.checker.named(&include.name, self.file, include.ignore_missing) {
                    self.checker.include(&name, self.scope.clone());
                }
            }
            Stmt::Import(import) => {
                self.import(&import.expr);
                self.scope.unknown(&import.name);
            }
            Stmt::FromImport(import) => self.import_names(import),
            Stmt::EmitRaw(_) | Stmt::Extends(_) => {}
        }
    }

    fn filtered(&mut self, of: &ast::FilterBlock<'_>) {
        self.expression(&of.filter);
        self.statements(&of.body);
    }

    /// Walks in a scope of its own.
    fn inner(&mut self, walk: impl FnOnce(&mut Self)) {
        if !self.checker.spend(self.scope.size(), self.file) {
            return;
        }
        let outer = self.scope.clone();
        self.depth += 1;
        walk(self);
        self.depth -= 1;
        self.scope = outer;
    }

    fn each(&mut self, each: &ast::ForLoop<'_>) {
        let shape = self.shape(&each.iter).item();
        self.inner(|walk| {
            walk.scope.set(&each.target, shape);
            walk.scope.name("loop");
            if let Some(filter) = &each.filter_expr {
                walk.expression(filter);
            }
            walk.statements(&each.body);
        });
        self.inner(|walk| walk.statements(&each.else_body));
    }

    fn set(&mut self, target: &Expr<'_>, value: &Expr<'_>) {
        let shape = self.shape(value);
        self.scope.set(target, shape);
    }

    fn block(&mut self, name: &str, body: &[Stmt<'_>], span: Span) {
        if !self.checker.spend(2 * self.scope.size(), self.file) {
            return;
        }
        let outer = self.scope.clone();
        if self.redefines && self.depth == 0 {
            match self.inherited.get(name) {
                Some(site) => self.scope = site.clone().with(&outer),
                // Nobody would ever see it.
                None if !self.inherited.is_empty() => {
                    let known: Vec<&str> = self.inherited.keys().map(String::as_str).collect();
                    let message = format!("the template that this one extends has no block {}", quote(name));
                    let (help, fix) = way_out(name, known.iter().copied());
                    let finding = Finding::new(Code::TemplateUndefined, message)
                        .maybe_help(help)
                        .fix(fix)
                        .at(self.file, self.word(span, name));
                    self.checker.findings.push(finding);
                }
                None => {}
            }
        }
        self.sites.insert(name.to_owned(), self.scope.clone());
        self.scope.name("super");
        self.depth += 1;
        self.statements(body);
        self.depth -= 1;
        self.scope = outer;
    }

    fn declare(&mut self, declared: &ast::Macro<'_>) {
        for default in &declared.defaults {
            self.expression(default);
        }
        self.scope.name(declared.name);
        self.inner(|walk| {
            for argument in &declared.args {
                walk.scope.unknown(argument);
            }
            walk.scope.name("caller");
            walk.statements(&declared.body);
        });
    }

    fn import(&mut self, from: &Expr<'_>) -> Option<String> {
        let name = self.checker.named(from, self.file, false)?;
        let schema = self.checker.schema;
        self.checker.include(&name, NameScope::of(schema));
        Some(name)
    }

    fn import_names(&mut self, import: &ast::FromImport<'_>) {
        let from = self.import(&import.expr);
        let exported =
            from.as_deref().and_then(|name| self.checker.sources.get(name)).map(|file| exports(&file));
        for (name, alias) in &import.names {
            self.scope.unknown(alias.as_ref().unwrap_or(name));
            let (Some(exported), Expr::Var(wanted)) = (&exported, name) else { continue };
            if !exported.iter().any(|known| known == wanted.id) {
                let message =
                    format!("{} has no {}", quote(from.as_deref().unwrap_or_default()), quote(wanted.id));
                let (help, fix) = way_out(wanted.id, exported.iter().map(String::as_str));
                let finding = Finding::new(Code::TemplateUndefined, message)
                    .maybe_help(help)
                    .fix(fix)
                    .at(self.file, span_of(wanted.span()));
                self.checker.findings.push(finding);
            }
        }
    }

    fn call(&mut self, call: &ast::Call<'_>) {
        self.expression(&call.expr);
        for argument in &call.args {
            match argument {
                CallArg::Pos(value)
                | CallArg::Kwarg(_, value)
                | CallArg::PosSplat(value)
                | CallArg::KwargSplat(value) => {
                    self.expression(value);
                }
            }
        }
    }

    fn expression(&mut self, expression: &Expr<'_>) {
        self.shape(expression);
    }

    fn shape(&mut self, expression: &Expr<'_>) -> super::shape::TemplateShape<'a> {
        let file = self.file;
        let findings = &mut self.checker.findings;
        self.scope.shape(expression, &mut |span, message, way_out| {
            if findings.len() < MOST_FINDINGS {
                let (help, fix) = way_out();
                let finding = Finding::new(Code::TemplateUndefined, message).maybe_help(help).fix(fix);
                findings.push(finding.at(file, span));
            }
        })
    }

    /// Where a name stands in a statement.
    fn word(&self, within: Span, word: &str) -> Span {
        let text = self.file.slice(within);
        let start = text.find(word).map_or(within.start as usize, |at| within.start as usize + at);
        Span::new(start, start + word.len())
    }
}
