//! The parser of expressions: CEL's grammar by precedence, from text to a tree whose parts know their bytes.
//!
//! The grammar is that of the CEL specification (`cel-spec/doc/langdef.md`); messages, bytes and optionals are refused by
//! name. Its own bounds keep every walk over the tree short, so that no text needs more than a small stack.

use std::ops::Range;

use super::parts::{Parse, bad, balanced, binary, call, part, tallest, too_large};
use super::program::{Literal, Operation, OrderOperator};
use super::scan::{LONGEST, Token, TokenKind, Tokens};
use super::tree::{Binary, Expr, ExprKind, Name, Unary};
use super::{ExpressionFault, literal};
use crate::finding::Code;
use crate::finding::wording::quote;

/// Brackets and `? :` inside one another.
const DEEPEST: usize = 32;

/// Words that are names nowhere but behind a dot.
pub(super) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// What an expression looks like.
const EXAMPLE: &str = "write something that is true or false, such as `amount >= 1000 && has(deal.owner)`";
/// What to do about a word of the language in the place of a name.
const RENAME: &str = "no field can have this name: give it another in `[fields]` and here";
/// What to do about a word too many.
const UNEXPECTED: &str = "take it away, or write the operator that is missing: `&&`, `||`, `==`, …";

/// Parses a text.
pub(super) fn parse(text: &str) -> Parse<Expr<'_>> {
    if text.len() > LONGEST {
        return Err(too_large(format!("the expression is longer than {LONGEST} bytes"), 0..text.len()));
    }
    let tokens = Tokens::of(text);
    let mut parser = Parser { text, tokens: tokens.list(), at: 0, nesting: 0 };
    let parsed = parser.expression().and_then(|root| match parser.peek() {
        None => Ok(root),
        Some(_) => Err(parser.unexpected()),
    });
    // What can stand nowhere is the cause, wherever the parser stumbled over it.
    parsed.map_err(|fault| match tokens.slip() {
        Some((range, help)) if fault.code == Code::BadExpression => {
            bad(format!("{} is not expected here", quote(&text[range.clone()])), help, range)
        }
        _ => fault,
    })
}

struct Parser<'t, 'l> {
    text: &'t str,
    tokens: &'l [Token],
    at: usize,
    nesting: usize,
}

/// Operators between two operands that bind alike, from the loosest.
const LEVELS: [&[(&str, Binary)]; 3] = [
    &[
        ("==", Binary::Equal),
        ("!=", Binary::NotEqual),
        ("<", Binary::Compare(OrderOperator::Less)),
        ("<=", Binary::Compare(OrderOperator::LessOrEqual)),
        (">", Binary::Compare(OrderOperator::Greater)),
        (">=", Binary::Compare(OrderOperator::GreaterOrEqual)),
        ("in", Binary::In),
    ],
    &[("+", Binary::Arithmetic(Operation::Add)), ("-", Binary::Arithmetic(Operation::Subtract))],
    &[
        ("*", Binary::Arithmetic(Operation::Multiply)),
        ("/", Binary::Arithmetic(Operation::Divide)),
        ("%", Binary::Arithmetic(Operation::Remainder)),
    ],
];

impl<'t> Parser<'t, '_> {
    fn expression(&mut self) -> Parse<Expr<'t>> {
        let condition =
            self.row("||", Binary::Or, |parser| parser.row("&&", Binary::And, |parser| parser.operation(0)))?;
        if !self.take("?") {
            return Ok(condition);
        }
        self.nested(|parser| {
            let yes = parser.row("||", Binary::Or, |parser| {
                parser.row("&&", Binary::And, |parser| parser.operation(0))
            })?;
            parser.expect(":")?;
            let no = parser.expression()?;
            let range = condition.range.start..no.range.end;
            let height = condition.height.max(yes.height).max(no.height);
            part(ExprKind::Choose(Box::new([condition, yes, no])), range, height)
        })
    }

    /// Operands with one sign between them.
    fn row(
        &mut self,
        sign: &str,
        operator: Binary,
        mut operand: impl FnMut(&mut Self) -> Parse<Expr<'t>>,
    ) -> Parse<Expr<'t>> {
        let mut operands = vec![operand(self)?];
        while self.take(sign) {
            operands.push(operand(self)?);
        }
        balanced(operator, operands)
    }

    /// Operands with operators of a level or of a tighter one between them.
    fn operation(&mut self, level: usize) -> Parse<Expr<'t>> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.operation(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            let right = self.operation(level + 1)?;
            left = binary(*operator, left, right)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parse<Expr<'t>> {
        if self.is_negative_number() {
            return self.member();
        }
        let start = self.start();
        for (sign, operator) in [("!", Unary::Not), ("-", Unary::Negate)] {
            let mut count = 0_usize;
            while self.take(sign) {
                count += 1;
            }
            if count == 0 {
                continue;
            }
            let operand = self.member()?;
            let (range, height) = (start..operand.range.end, operand.height);
            // Two of them take each other back.
            if count.is_multiple_of(2) {
                return Ok(Expr { range, ..operand });
            }
            return part(ExprKind::Unary(operator, Box::new(operand)), range, height);
        }
        self.member()
    }

    /// A value and what is asked of it: `.name`, `.name(…)`, `[…]`.
    fn member(&mut self) -> Parse<Expr<'t>> {
        let mut of = self.primary()?;
        loop {
            let start = of.range.start;
            if let Some(sign) = self.taken(".") {
                self.no_optional(&sign)?;
                let name = self.name()?;
                if self.take("(") {
                    let (arguments, end) = self.items(")", Self::expression)?;
                    of = call(Some(of), name, arguments, start..end)?;
                } else {
                    let (range, height) = (start..name.range.end, of.height);
                    of = part(ExprKind::Member(Box::new(of), name), range, height)?;
                }
            } else if let Some(open) = self.taken("[") {
                self.no_optional(&open)?;
                let index = self.nested(Self::expression)?;
                let end = self.expect("]")?.end;
                let height = of.height.max(index.height);
                of = part(ExprKind::Index(Box::new([of, index])), start..end, height)?;
            } else if self.is("{") && matches!(of.kind, ExprKind::Name { .. } | ExprKind::Member(..)) {
                let brace = self.peek().map_or(start..start, |token| token.range.clone());
                return Err(bad("messages cannot be made here", "write a map: `{'key': value}`", brace));
            } else {
                return Ok(of);
            }
        }
    }

    fn primary(&mut self) -> Parse<Expr<'t>> {
        let Some(token) = self.peek().cloned() else { return Err(self.unexpected()) };
        let (start, written) = (token.range.start, &self.text[token.range.clone()]);
        let of_kind = |kind| part(kind, token.range.clone(), 0);
        match (token.kind, written) {
            (TokenKind::Open, "(") => {
                self.at += 1;
                let mut inner = self.nested(Self::expression)?;
                inner.range = start..self.expect(")")?.end;
                Ok(inner)
            }
            (TokenKind::Open, "[") => {
                self.at += 1;
                let (items, end) = self.items("]", Self::element)?;
                let height = tallest(&items);
                part(ExprKind::List(items), start..end, height)
            }
            (TokenKind::Open, _) => {
                self.at += 1;
                let (entries, end) = self.items("}", |parser| {
                    let key = parser.element()?;
                    parser.expect(":")?;
                    Ok([key, parser.expression()?])
                })?;
                let height = entries.iter().map(tallest).max().unwrap_or(0);
                part(ExprKind::Map(entries), start..end, height)
            }
            (TokenKind::Number, _) => {
                self.at += 1;
                of_kind(ExprKind::Literal(Literal::Number(literal::number(written, token.range.clone())?)))
            }
            (TokenKind::Sign, "-") if self.is_negative_number() => {
                self.at += 1;
                let digits = self.primary()?;
                let ExprKind::Literal(Literal::Number(number)) = digits.kind else {
                    return Err(self.unexpected());
                };
                part(ExprKind::Literal(Literal::Number(-number)), start..digits.range.end, 0)
            }
            (TokenKind::Text, _) => {
                self.at += 1;
                of_kind(ExprKind::Literal(Literal::Text(literal::text(written, token.range.clone())?.into())))
            }
            (TokenKind::Word, "true" | "false") => {
                self.at += 1;
                of_kind(ExprKind::Literal(Literal::Boolean(written == "true")))
            }
            (TokenKind::Word, "null") => {
                self.at += 1;
                of_kind(ExprKind::Literal(Literal::Null))
            }
            (TokenKind::Word, _) => self.named(start),
            (TokenKind::Sign, ".") => {
                self.at += 1;
                self.named(start)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A name, or the call of a function, with a leading dot or without.
    fn named(&mut self, start: usize) -> Parse<Expr<'t>> {
        let name = self.name()?;
        if RESERVED.contains(&name.text) {
            let message = format!("{} is a reserved word", quote(name.text));
            return Err(bad(message, RENAME, name.range));
        }
        if self.take("(") {
            let (arguments, end) = self.items(")", Self::expression)?;
            return call(None, name, arguments, start..end);
        }
        let outermost = start != name.range.start;
        part(ExprKind::Name { name: name.text, outermost }, start..name.range.end, 0)
    }

    fn name(&mut self) -> Parse<Name<'t>> {
        let token = self.peek().filter(|token| token.kind == TokenKind::Word).cloned();
        let Some(Token { range, .. }) = token else { return Err(self.unexpected()) };
        let text = &self.text[range.clone()];
        if matches!(text, "in" | "true" | "false" | "null") {
            return Err(self.unexpected());
        }
        if !text.is_ascii() {
            let message = format!("{} cannot be read", quote(text));
            return Err(bad(message, "names are made of the letters a to z, digits and `_`", range));
        }
        self.at += 1;
        Ok(Name { text, range })
    }

    /// Parts with commas between them, up to a bracket, whose end comes too. What stands in brackets or braces may end in
    /// a comma.
    fn items<T>(
        &mut self,
        close: &str,
        mut item: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<(Vec<T>, usize)> {
        self.nested(|parser| {
            let mut items = Vec::new();
            // The grammar lets a comma stand where nothing does.
            if close != ")" && parser.take(",") {
                return Ok((items, parser.expect(close)?.end));
            }
            loop {
                let may_end = items.is_empty() || close != ")";
                if let Some(range) = may_end.then(|| parser.taken(close)).flatten() {
                    return Ok((items, range.end));
                }
                items.push(item(parser)?);
                if !parser.take(",") {
                    return Ok((items, parser.expect(close)?.end));
                }
            }
        })
    }

    fn element(&mut self) -> Parse<Expr<'t>> {
        let here = self.start();
        self.no_optional(&(here..here))?;
        self.expression()
    }

    /// Refuses what CEL calls optional: `a.?b`, `a[?b]`, `[?a]`.
    fn no_optional(&mut self, sign: &Range<usize>) -> Parse<()> {
        match self.taken("?") {
            Some(mark) => {
                let range = sign.start.min(mark.start)..mark.end;
                Err(bad("optional members are not supported", "ask with `has(a.b)`", range))
            }
            None => Ok(()),
        }
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        self.nesting += 1;
        if self.nesting > DEEPEST {
            let here = self.tokens[self.at.saturating_sub(1)].range.clone();
            return Err(too_large("the expression is nested too deeply", here));
        }
        let made = inner(self)?;
        self.nesting -= 1;
        Ok(made)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Where the next token starts.
    fn start(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.range.start)
    }

    fn is(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| &self.text[token.range.clone()] == sign)
    }

    /// Whether a `-` stands here that belongs to the number behind it.
    fn is_negative_number(&self) -> bool {
        let number =
            self.tokens.get(self.at + 1).filter(|token| self.is("-") && token.kind == TokenKind::Number);
        number.is_some_and(|token| !self.text[token.range.clone()].ends_with(['u', 'U']))
    }

    fn take(&mut self, sign: &str) -> bool {
        self.taken(sign).is_some()
    }

    fn taken(&mut self, sign: &str) -> Option<Range<usize>> {
        let range = self.peek().filter(|_| self.is(sign))?.range.clone();
        self.at += 1;
        Some(range)
    }

    fn expect(&mut self, sign: &str) -> Parse<Range<usize>> {
        self.taken(sign).ok_or_else(|| self.unexpected())
    }

    /// What stands here belongs nowhere.
    fn unexpected(&self) -> ExpressionFault {
        if let Some(Token { kind, range }) = self.peek() {
            let written = quote(&self.text[range.clone()]);
            if *kind == TokenKind::Word && RESERVED.contains(&&self.text[range.clone()]) {
                return bad(format!("{written} is a reserved word"), RENAME, range.clone());
            }
            return bad(format!("{written} is not expected here"), UNEXPECTED, range.clone());
        }
        let Some(last) = self.tokens.last() else {
            return bad("the expression is empty", EXAMPLE, 0..0);
        };
        let start = self.text[last.range.clone()].char_indices().next_back().map_or(0, |(start, _)| start);
        let range = last.range.start + start..last.range.end;
        bad("the expression ends too early", "write what belongs behind it, or take the end away", range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded_and_width_is_not() {
        let fault = |text: &str| parse(text).map(|_| ()).map_err(|fault| fault.code);
        for text in [
            "(".repeat(33),
            "a ? b : ".repeat(33) + "c",
            "a + ".repeat(200) + "a",
            "a".to_owned() + &".a".repeat(200),
            "f(".repeat(33),
        ] {
            assert_eq!(fault(&text), Err(Code::TooLarge), "{text}");
        }
        for text in [
            "(".repeat(32) + "a" + &")".repeat(32),
            "(a.b + 1 == 2) && ".repeat(400) + "a",
            format!("f({}1)", "a ? 1 : 2, ".repeat(400)),
            "!".repeat(9_000) + "a",
        ] {
            assert_eq!(fault(&text), Ok(()), "{text}");
        }
    }

    /// Every part, sliced out of the text.
    fn slices<'t>(text: &'t str, expr: &Expr<'t>) -> Vec<&'t str> {
        let mut all = vec![&text[expr.range.clone()]];
        for part in expr.parts() {
            all.extend(slices(text, part));
        }
        all
    }

    #[test]
    fn every_part_knows_its_bytes() {
        for (text, parts) in [
            ("ü == 1", &[][..]),
            ("'ü' == ( a . b ) ", &["'ü' == ( a . b )", "'ü'", "( a . b )", "a"]),
            ("!( a )&&-1 < .b", &["!( a )&&-1 < .b", "!( a )", "!( a )", "-1 < .b", "-1", ".b"]),
            ("x.f( [1,] )[ 0 ]", &["x.f( [1,] )[ 0 ]", "x.f( [1,] )", "x", "[1,]", "1", "0"]),
            (
                "f ({'a':1 }) ? b : c",
                &["f ({'a':1 }) ? b : c", "f ({'a':1 })", "{'a':1 }", "'a'", "1", "b", "c"],
            ),
        ] {
            match parse(text) {
                Ok(root) if text.starts_with('!') => {
                    let all = slices(text, &root);
                    assert!(parts.iter().all(|part| all.contains(part)), "{text}: {all:?}");
                }
                Ok(root) => assert_eq!(slices(text, &root), parts, "{text}"),
                Err(fault) => assert_eq!((&text[fault.range], parts.len()), ("ü", 0)),
            }
        }
    }
}
