//! Parses the statements of a template.

use minijinja::Error;
use minijinja::machinery::ast::{self, Expr, Stmt};
use minijinja::machinery::{self, Span as Found};

use super::{guard, syntax};
use crate::source::{SourceFile, Span};

/// The statements of a template. One that nests too deeply is not read: whoever reads it would not come back.
pub(super) fn parse(file: &SourceFile) -> Result<Option<ast::Spanned<ast::Template<'_>>>, Unread> {
    if let Some(span) = guard::too_deep(file.text()) {
        return Err(Unread::TooDeep(span));
    }
    match machinery::parse(file.text(), file.path(), syntax()) {
        Ok(Stmt::Template(template)) => Ok(Some(template)),
        Ok(_) => Ok(None),
        Err(error) => Err(Unread::Faulty(error)),
    }
}

/// Why a template is not read.
pub(super) enum Unread {
    TooDeep(Span),
    Faulty(Error),
}

/// The templates that a template mentions by name, if it can be read at all.
pub(super) fn mentioned(file: &SourceFile) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(Some(template)) = parse(file) {
        mentions(&template.children, &mut names);
    }
    names
}

fn mentions(statements: &[Stmt<'_>], names: &mut Vec<String>) {
    for statement in statements {
        match statement {
            Stmt::Include(include) => names.extend(constant(&include.name)),
            Stmt::Import(import) => names.extend(constant(&import.expr)),
            Stmt::FromImport(import) => names.extend(constant(&import.expr)),
            Stmt::Extends(extends) => names.extend(constant(&extends.name)),
            Stmt::Block(block) => mentions(&block.body, names),
            Stmt::ForLoop(of) => {
                mentions(&of.body, names);
                mentions(&of.else_body, names);
            }
            Stmt::IfCond(of) => {
                mentions(&of.true_body, names);
                mentions(&of.false_body, names);
            }
            Stmt::WithBlock(of) => mentions(&of.body, names),
            Stmt::Macro(of) => mentions(&of.body, names),
            _ => {}
        }
    }
}

/// The names that another template may import.
pub(super) fn exports(file: &SourceFile) -> Vec<String> {
    let Ok(Some(root)) = parse(file) else { return Vec::new() };
    let names = root.children.iter().filter_map(|statement| match statement {
        Stmt::Macro(declared) => Some(declared.name.to_owned()),
        Stmt::Set(set) => match &set.target {
            Expr::Var(name) => Some(name.id.to_owned()),
            _ => None,
        },
        _ => None,
    });
    names.collect()
}

/// The text that an expression is, if it is nothing but a text.
pub(super) fn constant(expression: &Expr<'_>) -> Option<String> {
    match expression {
        Expr::Const(text) => text.value.as_str().map(str::to_owned),
        _ => None,
    }
}

/// The engine's places in ours.
pub(super) fn span_of(found: Found) -> Span {
    Span::new(found.start_offset as usize, found.end_offset as usize)
}
