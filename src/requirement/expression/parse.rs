//! The parser of expressions: text to tree, with its complaints in plain words. Must not know names or types.

use cel::Env;
use cel::common::ast::{Expr, IdedExpr, SourceInfo};
use std::ops::Range;

use super::ExpressionFault;
use super::scan::{Kind, LONGEST, Tokens};
use crate::finding::Code;
use crate::finding::wording::quote;

/// A tree with the places of its nodes.
pub(super) struct Parsed<'t> {
    pub(super) root: IdedExpr,
    pub(super) tokens: Tokens<'t>,
    text: &'t str,
    places: SourceInfo,
}

/// Parses a text within the bounds that keep every walk over its tree short.
pub(super) fn parse(text: &str) -> Result<Parsed<'_>, Vec<ExpressionFault>> {
    if text.len() > LONGEST {
        return Err(vec![ExpressionFault {
            code: Code::TooLarge,
            message: format!("the expression is longer than {LONGEST} bytes"),
            help: Some("name its parts in [derived]".to_owned()),
            range: 0..text.len(),
        }]);
    }
    let tokens = Tokens::of(text);
    if let Some(range) = tokens.too_deep() {
        return Err(vec![ExpressionFault {
            code: Code::TooLarge,
            message: "the expression is nested too deeply".to_owned(),
            help: Some("name its parts in [derived]".to_owned()),
            range,
        }]);
    }
    // Macros stay calls: the tree then says what was written.
    let environment = Env::default().with_optional_support(false);
    match environment.parser().parse_with_source_info(text) {
        Ok((root, places)) => Ok(Parsed { root, tokens, text, places }),
        Err(errors) => {
            let fault = tokens.slip().map(|(range, help)| ExpressionFault {
                code: Code::BadExpression,
                message: format!("{} is not expected here", quote(&text[range.clone()])),
                help: Some(help.to_owned()),
                range,
            });
            let fault = fault.or_else(|| {
                errors.errors.iter().map(|error| complaint(text, &tokens, error.pos, &error.msg)).next()
            });
            Err(vec![fault.unwrap_or_else(|| ExpressionFault {
                code: Code::BadExpression,
                message: "this is not an expression".to_owned(),
                help: Some(EXAMPLE.to_owned()),
                range: 0..text.len(),
            })])
        }
    }
}

impl Parsed<'_> {
    /// Where the token that made a node stands: a name, a literal, an operator, the `.` of a member, the `(` of a call.
    pub(super) fn token(&self, node: &IdedExpr) -> Range<usize> {
        let Some((start, last)) = self.places.offset_for(node.id) else { return 0..self.text.len() };
        let clamp = |offset: usize| {
            let mut offset = offset.min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset += 1;
            }
            offset
        };
        let start = clamp(start as usize);
        start..clamp(last as usize + 1).max(start)
    }

    /// Where the name of a member or of a called function stands.
    pub(super) fn name(&self, node: &IdedExpr) -> Range<usize> {
        let token = self.token(node);
        let named = match &node.expr {
            Expr::Select(_) => self.tokens.after(token.start),
            Expr::Call(_) if self.text[token.clone()].starts_with('(') => self.tokens.before(token.start),
            _ => None,
        };
        named.map_or(token, |named| named.range.clone())
    }
}

/// What to do about a word too many.
const UNEXPECTED: &str = "take it away, or write the operator that is missing: `&&`, `||`, `==`, …";

/// What an expression looks like.
const EXAMPLE: &str = "write something that is true or false, such as `amount >= 1000 && has(deal.owner)`";

/// A complaint of the parser, which counts lines and characters from 1, in plain words.
fn complaint(text: &str, tokens: &Tokens<'_>, position: (isize, isize), message: &str) -> ExpressionFault {
    let fault = |message: String, help: Option<&str>, range| ExpressionFault {
        code: Code::BadExpression,
        message,
        help: help.map(str::to_owned),
        range,
    };
    let at = byte_at(text, position);
    let range = tokens.at(at).map_or(at..at, |token| token.range.clone());
    let written = quote(&text[range.clone()]);
    if message.starts_with("reserved identifier") {
        return fault(format!("{written} is a reserved word"), Some("use another name"), range);
    }
    if message.starts_with("invalid") && !range.is_empty() {
        return fault(format!("{written} cannot be read"), Some(EXAMPLE), range);
    }
    if message.starts_with("unsupported syntax") {
        return fault("optional members are not supported".to_owned(), Some("ask with `has(a.b)`"), range);
    }
    if message.contains("error recovery attempt limit") {
        return fault("this is not an expression".to_owned(), Some(EXAMPLE), 0..text.len());
    }
    if range.is_empty() {
        let end = text.trim_end().len();
        let (message, help) = if end == 0 {
            ("the expression is empty", EXAMPLE)
        } else {
            ("the expression ends too early", "write what belongs behind it, or take the end away")
        };
        let last = text[..end].char_indices().next_back().map_or(0, |(start, _)| start);
        return fault(message.to_owned(), Some(help), last..end);
    }
    let help = match tokens.at(at).map(|token| token.kind) {
        Some(Kind::Text) => Some("in a text, write a backslash as `\\\\`"),
        _ => None,
    };
    fault(
        format!("{written} is not expected here"),
        help.filter(|_| text[range.clone()].contains('\\')).or(Some(UNEXPECTED)),
        range,
    )
}

fn byte_at(text: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(offset, _)| offset)
}
