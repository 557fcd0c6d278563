//! Checks members, brackets, and the lists and records that an expression writes itself.

use std::ops::Range;
use std::sync::Arc;

use super::{TypeChecker, Typed};
use crate::finding::wording::{Help as _, WordList, nearest, suggest};
use crate::requirement::expression::kind::ExprType;
use crate::requirement::expression::program::{Absent, ExprNode, Literal, MemberKey};
use crate::requirement::expression::tree::Expr;

impl TypeChecker<'_> {
    /// A member of a value; `name_range` is where its name stands.
    pub(super) fn member(&mut self, mut of: Typed, name: &str, name_range: Range<usize>) -> Typed {
        if of.faulty {
            return of;
        }
        let path = match &of.path {
            Some(path) => format!("{path}.{name}"),
            None => name.to_owned(),
        };
        let depth = of.depth;
        let (kind, default, absent) = match &of.kind {
            ExprType::Deal { defaults } => {
                let Some(key) = self.vocabulary.key(name) else {
                    return self.no_member(name, &of, name_range);
                };
                let default = key.default.clone().filter(|_| *defaults);
                (key.kind.clone(), default, Absent::Undecided)
            }
            ExprType::Record(members) => {
                let Some(member) = members.list.iter().find(|member| member.name == name) else {
                    return self.no_member(name, &of, name_range);
                };
                let absent = if members.nullable { Absent::Null } else { Absent::Undecided };
                (member.kind.clone(), member.default.clone(), absent)
            }
            ExprType::Entries(entry) => (entry.as_ref().clone(), None, Absent::Empty),
            ExprType::Any => (ExprType::Any, None, Absent::Undecided),
            ExprType::Map(key, value) if key.is_text() => {
                let key = ExprNode::Literal(Literal::Text(name.into()));
                let node = ExprNode::Lookup(Box::new(of.node), Box::new(key));
                return Typed::new(node, value.as_ref().clone(), name_range).above([&depth]);
            }
            kind => {
                let list = of.path.as_deref().unwrap_or("list");
                let help = no_members(kind, list, name);
                let message = format!("{} has no members", of.describe());
                self.bad(name_range.clone(), message, help);
                return Typed::faulty(name_range);
            }
        };
        let absent = if matches!(kind, ExprType::Entries(_)) { Absent::Empty } else { absent };
        let with_defaults = Some(&kind).filter(|kind| kind.has_defaults()).cloned();
        let key =
            MemberKey { name: name.to_owned(), path: path.clone(), default, kind: with_defaults, absent };
        let node = if matches!(of.node, ExprNode::Deal) {
            self.names.insert(name.to_owned());
            ExprNode::Key(key)
        } else {
            // The member is what is absent then, not the record around it.
            if let ExprNode::Key(outer) | ExprNode::Member(_, outer) = &mut of.node {
                outer.absent = Absent::Empty;
            }
            ExprNode::Member(Box::new(of.node), key)
        };
        Typed { path: Some(path), ..Typed::new(node, kind, name_range).above([&depth]) }
    }

    fn no_member(&mut self, name: &str, of: &Typed, range: Range<usize>) -> Typed {
        let known: Vec<&str> = match &of.kind {
            ExprType::Deal { .. } => self.vocabulary.keys().iter().map(|key| key.name.as_str()).collect(),
            ExprType::Record(members) => members.list.iter().map(|member| member.name.as_str()).collect(),
            _ => Vec::new(),
        };
        let help = match &of.kind {
            ExprType::Deal { .. } => {
                let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
                near.or_else(|| Some(format!("declare it under `[fields]`: `{name} = \"text\"`")))
            }
            _ => suggest(name, known).sentence(),
        };
        let message = match (&of.path, &of.node) {
            (Some(path), ExprNode::Local(_)) => format!("an item of `{path}` has no `{name}`"),
            (Some(path), _) => format!("`{path}` has no `{name}`"),
            (None, ExprNode::Deal) => format!("a deal has no `{name}`"),
            (None, _) => format!("there is no `{name}` in it"),
        };
        self.unknown(range, message, help)
    }

    pub(super) fn index(&mut self, of: &Expr<'_>, index: &Expr<'_>, range: Range<usize>) -> Typed {
        let of = self.node(of);
        let index = self.node(index);
        if of.faulty || index.faulty {
            return Typed::faulty(range);
        }
        let depths = [of.depth, index.depth];
        let wrong = match &of.kind {
            ExprType::Entries(entry) => {
                if let Some(id) = index.literal_text().map(str::to_owned) {
                    self.note_entry(&of.node, &id, &index.range);
                    return Typed { range, ..self.member(of, &id, index.range) };
                }
                if index.kind.is_text() {
                    let kind = entry.as_ref().clone();
                    let path = of.path.clone();
                    let node = ExprNode::Entry(Box::new(of.node), Box::new(index.node));
                    return Typed { path, ..Typed::new(node, kind, range).above(&depths) };
                }
                Some("a text")
            }
            ExprType::Record(_) | ExprType::Deal { .. } => {
                if let Some(name) = index.literal_text().map(str::to_owned) {
                    return Typed { range, ..self.member(of, &name, index.range) };
                }
                Some("the name of a member, in quotes")
            }
            ExprType::List(item) => {
                if index.kind.is_number() {
                    let (kind, path) = (item.as_ref().clone(), of.path.clone());
                    let node = ExprNode::Item(Box::new(of.node), Box::new(index.node));
                    return Typed { path, ..Typed::new(node, kind, range).above(&depths) };
                }
                Some("a number")
            }
            ExprType::Map(key, value) => {
                if key.equates(&index.kind) {
                    let kind = value.as_ref().clone();
                    let node = ExprNode::Lookup(Box::new(of.node), Box::new(index.node));
                    return Typed::new(node, kind, range).above(&depths);
                }
                Some(key.name())
            }
            _ => None,
        };
        match wrong {
            Some(wanted) => {
                let way_out = format!("write {wanted} there");
                self.bad(index.range.clone(), format!("in brackets stands {wanted} here"), way_out);
            }
            None => self.bad(
                of.range.clone(),
                format!("{} has no items", of.describe()),
                "take the brackets away",
            ),
        }
        Typed::faulty(range)
    }

    /// Remembers that an entry of `done` or `waivers` is spoken of.
    fn note_entry(&mut self, of: &ExprNode, id: &str, range: &Range<usize>) {
        if let ExprNode::Key(key) = of
            && let Some(name) = ["done", "waivers"].into_iter().find(|name| key.name == *name)
        {
            self.entries.push((name, id.to_owned(), range.clone()));
        }
    }

    pub(super) fn list(&mut self, items: Vec<Typed>, range: Range<usize>) -> Typed {
        let mut kind = ExprType::Any;
        let mut faulty = false;
        for item in &items {
            faulty |= item.faulty;
            if let Some(united) = kind.unite(&item.kind) {
                kind = united;
            } else {
                let names = [kind.name(), item.kind.name()];
                let message = format!("a list holds values of one type: {} here", WordList(&names, "and"));
                self.bad(item.range.clone(), message, "write all of them as one type");
                faulty = true;
            }
        }
        if faulty {
            return Typed::faulty(range);
        }
        if let Some(money) = items.iter().find(|item| item.kind.is_money()) {
            for item in &items {
                self.amounts_are_clear(money, item);
            }
        }
        let depths: Vec<usize> = items.iter().map(|item| item.depth).collect();
        let literals = items.iter().flat_map(|item| item.literals.clone()).collect();
        let nodes = items.into_iter().map(|item| item.node).collect();
        let typed = Typed::new(ExprNode::List(nodes), ExprType::List(Arc::new(kind)), range).above(&depths);
        Typed { literals, ..typed }
    }

    pub(super) fn map(&mut self, entries: &[[Expr<'_>; 2]], range: Range<usize>) -> Typed {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for [key, value] in entries {
            keys.push(self.node(key));
            values.push(self.node(value));
        }
        for (index, key) in keys.iter().enumerate() {
            if !(key.faulty
                || matches!(key.kind, ExprType::Text(_) | ExprType::Number { .. } | ExprType::Boolean))
            {
                let allowed = WordList(&["a text", "a number", "true or false"], "or").to_string();
                self.bad(key.range.clone(), format!("a key is {allowed}"), format!("write {allowed}"));
                return Typed::faulty(range);
            }
            let twice = |other: &Typed| {
                other.is_literal() && format!("{:?}", other.node) == format!("{:?}", key.node)
            };
            // Short maps only: the walk over pairs must not be what hangs.
            if index < 64 && keys[..index].iter().any(twice) {
                self.bad(key.range.clone(), "this key stands here twice", "keep one of the two");
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
        let mut united = [ExprType::Any, ExprType::Any];
        for (side, (_, typed)) in kinds.into_iter().enumerate() {
            if let (ExprNode::List(parts), ExprType::List(kind)) = (typed.node, &typed.kind) {
                nodes[side] = parts;
                united[side] = kind.as_ref().clone();
            }
        }
        if faulty {
            return Typed::faulty(range);
        }
        let [keys, values] = nodes;
        let [key, value] = united;
        let node = ExprNode::Map(keys.into_iter().zip(values).collect());
        Typed::new(node, ExprType::Map(Arc::new(key), Arc::new(value)), range).above([&depth])
    }
}

/// What to write instead of asking for a member of what has none.
fn no_members(kind: &ExprType, list: &str, name: &str) -> String {
    match kind {
        ExprType::List(_) if matches!(name, "length" | "size" | "count" | "len") => {
            format!("ask how many there are: `{list}.size()`")
        }
        ExprType::List(_) => format!("ask of its items: `{list}.exists(i, i.{name} …)`"),
        _ => format!("take `.{name}` away"),
    }
}
