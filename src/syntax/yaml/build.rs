//! Puts a tree together from what a scanner tells: keys once, aliases and merges resolved, all bounded. Knows no parser.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{MAX_DEPTH, MAX_NODES};
use crate::finding::Code;
use crate::finding::wording::quote;
use crate::source::{Span, Spanned};
use crate::syntax::tree::{Entry, Kind, Node, Style, SyntaxError};

/// A list or a map.
#[derive(Clone, Copy)]
pub(super) enum CollectionKind {
    List,
    Map,
}

/// What the next value will be.
pub(super) enum Expects {
    Root,
    Item,
    Key,
    Value,
}

/// The tree so far.
#[derive(Default)]
pub(super) struct Builder<'s> {
    root: Option<Node<'s>>,
    open: Vec<OpenCollection<'s>>,
    anchors: BTreeMap<usize, AnchoredNode<'s>>,
    /// How many values all aliases so far stand for.
    expanded: usize,
    faults: Vec<SyntaxError>,
}

/// A collection whose end is not yet seen.
struct OpenCollection<'s> {
    start: usize,
    flow: bool,
    anchor: usize,
    /// How deep its values nest.
    height: usize,
    holds: CollectionState<'s>,
}

enum CollectionState<'s> {
    Items(Vec<Node<'s>>),
    Entries { entries: Vec<Entry<'s>>, merge: Option<(Span, Node<'s>)>, key: OpenKey<'s> },
}

enum OpenKey<'s> {
    /// The next value is a key.
    Awaited,
    /// The next value is this key's.
    Is(Spanned<Cow<'s, str>>),
    /// The next value is merged into the map.
    Merge(Span),
    /// The key was no key: the next value is dropped.
    Refused,
}

/// What an anchor names, and what it costs to stand for it.
struct AnchoredNode<'s> {
    node: Node<'s>,
    size: usize,
    height: usize,
}

impl<'s> Builder<'s> {
    pub(super) fn fault(&mut self, fault: SyntaxError) {
        self.faults.push(fault);
    }

    pub(super) fn expects(&self) -> Expects {
        match self.open.last().map(|frame| &frame.holds) {
            None => Expects::Root,
            Some(CollectionState::Items(_)) => Expects::Item,
            Some(CollectionState::Entries { key: OpenKey::Awaited, .. }) => Expects::Key,
            Some(CollectionState::Entries { .. }) => Expects::Value,
        }
    }

    /// Where the outermost collection in brackets starts, if the next value is inside one.
    pub(super) fn open_bracket(&self) -> Option<usize> {
        self.open.iter().find(|frame| frame.flow).map(|frame| frame.start)
    }

    /// A scalar.
    pub(super) fn value(&mut self, node: Node<'s>, anchor: usize) {
        self.place(node, anchor, 0);
    }

    /// The start of a collection.
    pub(super) fn open(
        &mut self,
        shape: CollectionKind,
        flow: bool,
        start: usize,
        anchor: usize,
    ) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(Span::new(start, start + 1)));
        }
        let holds = match shape {
            CollectionKind::List => CollectionState::Items(Vec::new()),
            CollectionKind::Map => {
                CollectionState::Entries { entries: Vec::new(), merge: None, key: OpenKey::Awaited }
            }
        };
        self.open.push(OpenCollection { start, flow, anchor, height: 0, holds });
        Ok(())
    }

    /// The end of the innermost collection.
    pub(super) fn close(&mut self, end: usize) {
        let Some(OpenCollection { start, anchor, height, holds, .. }) = self.open.pop() else { return };
        let kind = match holds {
            CollectionState::Items(items) => Kind::List(items),
            CollectionState::Entries { entries, merge, .. } => Kind::Map(self.map(entries, merge)),
        };
        let node = Node { span: Span::new(start, end.max(start)), kind };
        self.place(node, anchor, height + 1);
    }

    /// A value that stands elsewhere under an anchor.
    pub(super) fn alias(&mut self, id: usize, span: Span) -> Result<(), SyntaxError> {
        let Some(named) = self.anchors.get(&id) else {
            return Err(SyntaxError {
                code: Code::YamlSyntax,
                message: "this value would have to hold itself".to_owned(),
                help: Some("write the value out, or name another one".to_owned()),
                span,
                related: None,
                fix: None,
            });
        };
        self.expanded += named.size;
        if self.expanded > MAX_NODES {
            return Err(SyntaxError {
                code: Code::TooLarge,
                message: format!("the aliases of this file stand for more than {MAX_NODES} values"),
                help: Some("write the values out where they are needed".to_owned()),
                span,
                related: None,
                fix: None,
            });
        }
        let height = named.height;
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(span));
        }
        let mut node = named.node.clone();
        stand_at(&mut node, span);
        self.place(node, 0, height);
        Ok(())
    }

    /// The tree, if it is complete, and every complaint.
    pub(super) fn finish(self) -> (Option<Node<'s>>, Vec<SyntaxError>) {
        (self.root, self.faults)
    }

    fn place(&mut self, node: Node<'s>, anchor: usize, height: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, AnchoredNode { node: node.clone(), size: size(&node), height });
        }
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.height = frame.height.max(height);
        let (entries, merge, key) = match &mut frame.holds {
            CollectionState::Items(items) => return items.push(node),
            CollectionState::Entries { entries, merge, key } => (entries, merge, key),
        };
        match std::mem::replace(key, OpenKey::Awaited) {
            OpenKey::Awaited => {
                let (next, fault) = as_key(node);
                *key = next;
                self.faults.extend(fault);
            }
            OpenKey::Is(key) => entries.push(Entry { key, value: node }),
            OpenKey::Merge(span) => match merge {
                None => *merge = Some((span, node)),
                Some((first, _)) => self.faults.push(twice("<<", *first, span)),
            },
            OpenKey::Refused => {}
        }
    }

    fn map(&mut self, mut entries: Vec<Entry<'s>>, merge: Option<(Span, Node<'s>)>) -> Vec<Entry<'s>> {
        let again = repeated(&entries);
        if !again.is_empty() {
            for &(second, first) in &again {
                let key = &entries[second].key;
                self.faults.push(twice(&key.value, entries[first].key.span, key.span));
            }
            let mut index = 0;
            entries.retain(|_| {
                index += 1;
                again.binary_search_by_key(&(index - 1), |&(second, _)| second).is_err()
            });
        }
        if let Some((_, value)) = merge {
            self.merge(&mut entries, value);
        }
        entries
    }

    fn merge(&mut self, entries: &mut Vec<Entry<'s>>, value: Node<'s>) {
        let mut known: BTreeSet<Cow<'s, str>> = entries.iter().map(|entry| entry.key.value.clone()).collect();
        let sources = match value.kind {
            Kind::List(items) => items,
            kind => vec![Node { kind, ..value }],
        };
        for source in sources {
            let described = source.describe();
            let Kind::Map(more) = source.kind else {
                self.faults.push(SyntaxError {
                    code: Code::WrongType,
                    message: format!("`<<` takes in the keys of a record, but this is {described}"),
                    help: Some("write an alias of a record (`*name`), or a list of them".to_owned()),
                    span: source.span,
                    related: None,
                    fix: None,
                });
                continue;
            };
            entries.extend(more.into_iter().filter(|entry| known.insert(entry.key.value.clone())));
        }
    }
}

/// The later of two equal keys with the first of them, in the order of the later.
pub(super) fn repeated(entries: &[Entry<'_>]) -> Vec<(usize, usize)> {
    let key = |index: usize| entries[index].key.value.as_ref();
    // Most maps are small: then a key is compared with those before it, if one of them could be the same.
    if entries.len() <= 64 {
        let mut seen = 0_u64;
        let may_repeat = |&second: &usize| {
            let mark = mark(key(second));
            let before = seen & mark;
            seen |= mark;
            before != 0
        };
        let first = |second: usize| (0..second).find(|&first| key(first) == key(second));
        let candidates = (0..entries.len()).filter(may_repeat);
        return candidates.filter_map(|second| Some((second, first(second)?))).collect();
    }
    let mut sorted: Vec<usize> = (0..entries.len()).collect();
    sorted.sort_by(|&one, &other| key(one).cmp(key(other)));
    let mut found = Vec::new();
    let mut first = 0;
    for position in 1..sorted.len() {
        if key(sorted[position]) == key(sorted[first]) {
            found.push((sorted[position], sorted[first]));
        } else {
            first = position;
        }
    }
    found.sort_unstable();
    found
}

/// One of 64 bits, the same for equal keys.
fn mark(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let ends = bytes
        .first()
        .zip(bytes.last())
        .map_or(0, |(&first, &last)| usize::from(first) * 5 + usize::from(last));
    1 << ((ends + key.len() * 3) % 64)
}

fn as_key(node: Node<'_>) -> (OpenKey<'_>, Option<SyntaxError>) {
    let described = node.describe();
    match node.kind {
        Kind::Scalar(scalar) if scalar.style == Style::Plain && scalar.text == "<<" => {
            (OpenKey::Merge(node.span), None)
        }
        Kind::Scalar(scalar) => (OpenKey::Is(Spanned::new(scalar.text, node.span)), None),
        _ => {
            let fault = SyntaxError {
                code: Code::YamlSyntax,
                message: format!("a key is a single word or text, but this is {described}"),
                help: Some("if it is meant as a text, put it in quotes".to_owned()),
                span: node.span,
                related: None,
                fix: None,
            };
            (OpenKey::Refused, Some(fault))
        }
    }
}

fn twice(key: &str, first: Span, second: Span) -> SyntaxError {
    SyntaxError {
        code: Code::DuplicateKey,
        message: format!("the key {} stands here twice", quote(key)),
        help: Some("keep one of the two; the first is read, the second is not".to_owned()),
        span: second,
        related: Some((first, "first here")),
        fix: None,
    }
}

/// What an alias stands for is said where the alias is: at the line that one would change.
fn stand_at(node: &mut Node<'_>, span: Span) {
    node.span = span;
    match &mut node.kind {
        Kind::Scalar(_) => {}
        Kind::List(items) => items.iter_mut().for_each(|item| stand_at(item, span)),
        Kind::Map(entries) => {
            for entry in entries {
                entry.key.span = span;
                stand_at(&mut entry.value, span);
            }
        }
    }
}

fn too_deep(span: Span) -> SyntaxError {
    SyntaxError {
        code: Code::TooDeep,
        message: format!("lists and records are nested more than {MAX_DEPTH} deep here"),
        help: Some("bring the values closer to the top".to_owned()),
        span,
        related: None,
        fix: None,
    }
}

fn size(node: &Node<'_>) -> usize {
    1 + match &node.kind {
        Kind::Scalar(_) => 0,
        Kind::List(items) => items.iter().map(size).sum(),
        Kind::Map(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
    }
}
