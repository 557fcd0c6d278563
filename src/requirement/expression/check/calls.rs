//! Checks calls: the functions, and the macros that name a member or a variable.

use std::ops::Range;

use super::{COMPARED, DEEPEST_LOOP, Local, TypeChecker, Typed};
use crate::finding::Code;
use crate::finding::wording::{Count, nearest, quote};
use crate::requirement::expression::ExpressionFault;
use crate::requirement::expression::functions::{CallStyle, FUNCTIONS, Function, MACROS, Signature};
use crate::requirement::expression::kind::ExprType;
use crate::requirement::expression::moment;
use crate::requirement::expression::program::{ExprNode, Literal, Loop, LoopKind, MemberKey, Pattern};
use crate::requirement::expression::tree::{Call, Expr, ExprKind};

impl TypeChecker<'_> {
    pub(super) fn call(&mut self, call: &Call<'_>, range: Range<usize>) -> Typed {
        let (function, name) = (call.name.text, call.name.range.clone());
        if let (None, "has", [only]) = (&call.target, function, call.arguments.as_slice()) {
            return Typed { range, ..self.has(only) };
        }
        if let Some(target) = &call.target
            && let Some(kind) = loop_kind(function, call.arguments.len())
        {
            return self.loop_(kind, target, &call.arguments, range);
        }
        let Some(signature) = FUNCTIONS.iter().find(|known| known.name == function) else {
            self.unknown_function(function, name.clone());
            return Typed::faulty(name);
        };
        let arguments: Vec<Typed> =
            call.target.iter().chain(&call.arguments).map(|part| self.node(part)).collect();
        if !self.is_called_right(signature, call, arguments.len(), &name)
            || arguments.iter().any(|argument| argument.faulty)
        {
            return Typed::faulty(range);
        }
        if signature.function == Function::Matches {
            return self.matches(arguments, range);
        }
        if let Some(null) = arguments.iter().find(|argument| argument.is_null()) {
            self.bad(
                null.range.clone(),
                format!("`{function}` does not take null"),
                "ask with `has(…)` whether it is there",
            );
            return Typed::faulty(range);
        }
        let kinds: Vec<&ExprType> = arguments.iter().map(|argument| &argument.kind).collect();
        let kind = match signature.function.result(&kinds) {
            Ok(kind) => kind,
            Err((index, wanted)) => {
                self.misfit(function, wanted, &arguments[index]);
                return Typed::faulty(range);
            }
        };
        match self.constant(signature.function, &arguments[0]) {
            Constant::None => {}
            Constant::Faulty => return Typed::faulty(range),
            Constant::Read(literal) => return Typed::new(ExprNode::Literal(literal), kind, range),
        }
        let depths: Vec<usize> = arguments.iter().map(|argument| argument.depth).collect();
        let path = match signature.function {
            Function::Distinct => arguments[0].path.clone(),
            _ => None,
        };
        let nodes = arguments.into_iter().map(|argument| argument.node).collect();
        let node = ExprNode::Call(signature.function, nodes);
        Typed { path, ..Typed::new(node, kind, range).above(&depths) }
    }

    fn misfit(&mut self, function: &str, wanted: &str, guilty: &Typed) {
        let message = format!("`{function}` takes {wanted}, and this is {}", guilty.describe());
        let way_out = match (&guilty.kind, &guilty.path) {
            (ExprType::List(_), Some(list)) if function == "contains" => {
                format!("ask whether the list holds it: `'…' in {list}`")
            }
            _ => format!("give it {wanted}"),
        };
        self.bad(guilty.range.clone(), message, way_out);
    }

    /// Tells of a name that no function has, or of a macro that is not called as one.
    fn unknown_function(&mut self, function: &str, name: Range<usize>) {
        if MACROS.contains(&function) {
            let example = match function {
                "has" => "has(deal.amount)",
                _ => "list.exists(item, item == 'x')",
            };
            return self.bad(name, format!("`{function}` is not called so"), format!("write `{example}`"));
        }
        let named = FUNCTIONS.iter().map(|known| known.name).chain(MACROS);
        let other = OTHERWISE.iter().find(|(name, _)| name.eq_ignore_ascii_case(function));
        let help = match (other, nearest(function, named)) {
            (Some((_, way)), _) => format!("write `{way}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "the README lists the functions that are, under Expressions".to_owned(),
        };
        self.bad(name, format!("there is no function `{function}`"), help);
    }

    fn is_called_right(
        &mut self,
        signature: &Signature,
        call: &Call<'_>,
        given: usize,
        name: &Range<usize>,
    ) -> bool {
        let function = signature.name;
        let (message, help) = match (signature.style, &call.target) {
            (CallStyle::Global, Some(_)) => {
                (format!("`{function}` is no function of a value"), format!("write `{function}(…)`"))
            }
            (CallStyle::Member, None) => {
                (format!("`{function}` is a function of a value"), format!("write `value.{function}(…)`"))
            }
            _ if given < signature.least || given > signature.most => {
                let own = usize::from(call.target.is_some());
                let takes = Count(signature.least.saturating_sub(own), "argument");
                let help = match signature.function {
                    Function::Sum | Function::Min | Function::Max => {
                        format!("give it a list: `{function}([a, b])`")
                    }
                    _ => format!("give it {takes}"),
                };
                (format!("`{function}` takes {takes}, not {}", given.saturating_sub(own)), help)
            }
            _ => return true,
        };
        self.bad(name.clone(), message, help);
        false
    }

    fn has(&mut self, only: &Expr<'_>) -> Typed {
        let ExprKind::Member(of, name) = &only.kind else {
            let argument = self.node(only);
            let range = argument.range.clone();
            if !argument.faulty {
                let path = argument.path.as_deref().unwrap_or("amount");
                let help = format!("write `has(deal.{path})`");
                self.bad(range.clone(), "`has` asks for a member", help);
            }
            return Typed::faulty(range);
        };
        let of = self.node(of);
        let entries = matches!(of.kind, ExprType::Entries(_));
        let member = self.member(of, name.text, name.range.clone());
        let depth = member.depth;
        let range = member.range.clone();
        if member.faulty {
            return member;
        }
        let node = match member.node {
            ExprNode::Key(key) => ExprNode::Has(Box::new(ExprNode::Deal), key),
            ExprNode::Member(of, MemberKey { name, .. }) if entries => ExprNode::HasEntry(of, name),
            ExprNode::Member(of, key) => ExprNode::Has(of, key),
            ExprNode::Lookup(of, key) => ExprNode::HasLookup(of, key),
            node => node,
        };
        Typed::new(node, ExprType::Boolean, range).above([&depth])
    }

    fn loop_(
        &mut self,
        macro_: LoopKind,
        target: &Expr<'_>,
        arguments: &[Expr<'_>],
        range: Range<usize>,
    ) -> Typed {
        let over = self.node(target);
        let [variable, steps @ ..] = arguments else { return Typed::faulty(range) };
        let item = over.kind.item();
        let ExprKind::Name { name, .. } = variable.kind else {
            let place = variable.range.clone();
            let help = "for instance `list.exists(item, item == 'x')`";
            self.bad(place, "here stands a new name for the item", help);
            return Typed::faulty(range);
        };
        if item.is_none() || over.is_null() {
            self.bad(
                over.range.clone(),
                format!("only lists can be gone through, and this is {}", over.describe()),
                "put a list before the dot: `contacts.exists(c, …)`",
            );
        }
        if self.locals.len() == DEEPEST_LOOP {
            self.faults.push(ExpressionFault {
                code: Code::TooLarge,
                message: "loops nest at most two deep".to_owned(),
                help: Some("name the inner part in [derived]".to_owned()),
                range: range.clone(),
            });
            return Typed::faulty(range);
        }
        // After a fault the body is still checked for names that cannot exist.
        let known = item.clone().unwrap_or(ExprType::Any);
        self.locals.push(Local { name: name.to_owned(), kind: known, path: over.path.clone() });
        let mut steps: Vec<Typed> = steps.iter().map(|step| self.node(step)).collect();
        self.locals.pop();
        let Some(body) = steps.pop() else { return Typed::faulty(range) };
        let filter = steps.pop();
        let conditions: Vec<_> = filter.iter().chain((macro_ != LoopKind::Map).then_some(&body)).collect();
        let asked_right = self.are_conditions(&conditions);
        if !asked_right || over.faulty || item.is_none() || over.is_null() || body.faulty {
            return Typed::faulty(range);
        }
        let depths = [over.depth, body.depth, filter.as_ref().map_or(0, |filter| filter.depth)];
        let (kind, path) = match macro_ {
            LoopKind::Map => (ExprType::List(body.kind.clone().into()), body.path.clone()),
            LoopKind::Filter => (ExprType::List(item.unwrap_or(ExprType::Any).into()), over.path.clone()),
            _ => (ExprType::Boolean, None),
        };
        let filter = filter.map(|filter| filter.node);
        let node = ExprNode::Loop(Box::new(Loop { macro_, range: over.node, filter, body: body.node }));
        Typed { path, ..Typed::new(node, kind, range).above(&depths) }
    }

    /// Whether what is asked of each item is true or false.
    fn are_conditions(&mut self, conditions: &[&Typed]) -> bool {
        let mut right = true;
        for condition in conditions {
            right &= !condition.faulty;
            if !condition.faulty && (!condition.kind.is_boolean() || condition.is_null()) {
                let message = format!(
                    "asked of each item is what is true or false, and this is {}",
                    condition.describe()
                );
                self.bad(condition.range.clone(), message, COMPARED);
                right = false;
            }
        }
        right
    }

    /// A pattern is known before any deal is read, so that its size is too.
    fn matches(&mut self, arguments: Vec<Typed>, range: Range<usize>) -> Typed {
        /// Compiled size up to which a pattern is cheap, and the size from which it is refused.
        const SIZES: [(usize, u64); 2] = [(16 << 10, 16), (256 << 10, 256)];

        let mut arguments = arguments.into_iter();
        let (Some(text), Some(pattern)) = (arguments.next(), arguments.next()) else {
            return Typed::faulty(range);
        };
        if !text.kind.is_text() || text.is_null() {
            self.bad(
                text.range.clone(),
                format!("`matches` takes a text, and this is {}", text.describe()),
                "give it a text",
            );
            return Typed::faulty(range);
        }
        let place = pattern.range.clone();
        let Some(written) = pattern.literal_text() else {
            self.bad(
                pattern.range.clone(),
                "a pattern stands in quotes, so that it can be checked",
                "write `matches('^A')`",
            );
            return Typed::faulty(range);
        };
        let mut built = None;
        for (size, cost) in SIZES {
            let mut builder = regex::RegexBuilder::new(written);
            match builder.size_limit(size).dfa_size_limit(size * 4).nest_limit(32).build() {
                Ok(regex) => {
                    built = Some(Ok(Pattern { regex, cost }));
                    break;
                }
                Err(error) => built = Some(Err(error)),
            }
        }
        match built {
            Some(Ok(pattern)) => {
                let node = ExprNode::Matches(Box::new(text.node), Box::new(pattern));
                Typed::new(node, ExprType::Boolean, range).above([&text.depth])
            }
            Some(Err(regex::Error::CompiledTooBig(_))) => {
                self.faults.push(ExpressionFault {
                    code: Code::TooLarge,
                    message: "the pattern is too large".to_owned(),
                    help: Some("use fewer or smaller repetitions".to_owned()),
                    range: place,
                });
                Typed::faulty(range)
            }
            _ => {
                self.bad(
                    place,
                    format!("{} is not a pattern", quote(written)),
                    "mend the regular expression",
                );
                Typed::faulty(range)
            }
        }
    }

    /// A date or duration written down is read once, and checked.
    fn constant(&mut self, function: Function, argument: &Typed) -> Constant {
        let (read, what, help) = match (function, &argument.node) {
            (Function::Days, ExprNode::Literal(Literal::Number(days))) => {
                (moment::days(*days).map(Literal::Duration), "a number of days in range", "write fewer days")
            }
            (Function::Weeks, ExprNode::Literal(Literal::Number(weeks))) => {
                let read = moment::days(7.0 * weeks).map(Literal::Duration);
                (read, "a number of weeks in range", "write fewer weeks")
            }
            (Function::Months, ExprNode::Literal(Literal::Number(months))) => {
                let read = moment::months(*months).map(Literal::Months);
                (read, "a whole number of months in range", "write whole months, or `days(45)`")
            }
            (Function::Date, ExprNode::Literal(Literal::Text(text))) => {
                let help = "dates are written `date('2026-06-01')`";
                (moment::date(text).map(Literal::Timestamp), "a date", help)
            }
            (Function::Timestamp, ExprNode::Literal(Literal::Text(text))) => {
                let help = if moment::date(text).is_some() {
                    "write `date(…)` for a day, or the time too: `timestamp('2026-06-01T12:00:00Z')`"
                } else {
                    "times are written `timestamp('2026-06-01T12:00:00Z')`"
                };
                (moment::timestamp(text).map(Literal::Timestamp), "a time", help)
            }
            (Function::Duration, ExprNode::Literal(Literal::Text(text))) => {
                let help = "durations are written `days(14)` or `duration('36h')`";
                (moment::duration(text).map(Literal::Duration), "a duration", help)
            }
            _ => return Constant::None,
        };
        let Some(literal) = read else {
            let written = argument.literal_text().map_or_else(|| "this".to_owned(), quote);
            self.bad(argument.range.clone(), format!("{written} is not {what}"), help);
            return Constant::Faulty;
        };
        Constant::Read(literal)
    }
}

/// What other languages have a function for, as it is written here.
const OTHERWISE: [(&str, &str); 14] = [
    ("not", "!(…)"),
    ("and", "a && b"),
    ("or", "a || b"),
    ("if", "a ? b : c"),
    ("years", "months(12)"),
    ("hours", "duration('36h')"),
    ("now", "today"),
    ("len", "size(…)"),
    ("length", "size(…)"),
    ("count", "size(…)"),
    ("lower", "text.lowerAscii()"),
    ("upper", "text.upperAscii()"),
    ("any", "list.exists(item, …)"),
    ("isEmpty", "size(…) == 0"),
];

/// What a call is worth before any deal is read.
enum Constant {
    None,
    Faulty,
    Read(Literal),
}

fn loop_kind(name: &str, arguments: usize) -> Option<LoopKind> {
    Some(match (name, arguments) {
        ("all", 2) => LoopKind::All,
        ("exists", 2) => LoopKind::Exists,
        ("exists_one" | "existsOne", 2) => LoopKind::ExistsOne,
        ("map", 2 | 3) => LoopKind::Map,
        ("filter", 2) => LoopKind::Filter,
        _ => return None,
    })
}
