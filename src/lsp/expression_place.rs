//! Where somebody types in an expression that is half written.

/// What is typed in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ExpressionPlace {
    /// A name, or a member behind a dot of what these names lead to.
    Name {
        /// The names before the dot; empty: nothing is before it. `None`: something else is, such as a call.
        of: Option<Vec<String>>,
        /// Whether they lead to a list of which an item is meant.
        is_item: bool,
        /// The first byte of what has been typed of it.
        start: usize,
    },
    /// A text that something is compared with.
    Text {
        /// The names that lead to what is compared.
        of: Vec<String>,
        /// The first byte of what has been typed of it.
        start: usize,
    },
    /// The id in `done['…']`.
    Entry {
        /// The first byte of what has been typed of it.
        start: usize,
    },
}

impl ExpressionPlace {
    /// What is typed at the end of a text.
    pub(super) fn at_end(text: &str) -> Option<Self> {
        if let Some(start) = open_quote(text) {
            let before = text[..start - 1].trim_end();
            let entries = before.strip_suffix('[').map(last_name);
            if matches!(entries, Some("done" | "waivers")) {
                return Some(Self::Entry { start });
            }
            return Some(Self::Text { of: compared(before)?, start });
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let start = text.trim_end_matches(is_part).len();
        if text[start..].starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let of = match text[..start].strip_suffix('.') {
            Some(before) => names(before),
            None => Some(Vec::new()),
        };
        let is_item = matches!(of.as_deref(), Some([one]) if list_of(text, one).is_some());
        Some(Self::Name { of: of.map(|names| unfolded(text, names)), is_item, start })
    }
}

/// The byte behind a quote that is open at the end.
fn open_quote(text: &str) -> Option<usize> {
    let mut open: Option<(char, usize)> = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (letter, open) {
            ('\\', Some(_)) => _ = letters.next(),
            ('\'' | '"', None) => open = Some((letter, at + 1)),
            (_, Some((quote, _))) if quote == letter => open = None,
            _ => {}
        }
    }
    open.map(|(_, start)| start)
}

/// The name that a text ends in.
fn last_name(text: &str) -> &str {
    let start = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    &text[start..]
}

/// The dotted names that a text ends in; `None` where it ends in something else.
fn names(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let name = last_name(rest);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        found.push(name.to_owned());
        rest = &rest[..rest.len() - name.len()];
        match rest.strip_suffix('.') {
            Some(before) => rest = before,
            None => break,
        }
    }
    found.reverse();
    Some(found)
}

/// What a text is compared with that begins behind `before`.
fn compared(before: &str) -> Option<Vec<String>> {
    let sides = before.strip_suffix("==").or_else(|| before.strip_suffix("!="));
    let side = sides.or_else(|| {
        // An item of a list that something is looked for in.
        let (side, list) = before.rsplit_once('[')?;
        let is_item = !list.contains(']') && (list.is_empty() || list.ends_with(','));
        side.trim_end().strip_suffix("in").filter(|_| is_item)
    })?;
    Some(unfolded(before, names(side.trim_end())?))
}

/// Names from the deal on: `deal` is the deal itself, and a variable stands for the list that it goes through.
fn unfolded(text: &str, mut names: Vec<String>) -> Vec<String> {
    // Each variable is of a loop around it, so there are at most as many as loops.
    for _ in 0..8 {
        let Some(first) = names.first() else { break };
        let Some(list) = list_of(text, first) else { break };
        names.splice(..1, list);
    }
    if names.first().is_some_and(|first| first == "deal") {
        names.remove(0);
    }
    names
}

/// The list that a variable of a loop goes through: `contacts` of `contacts.exists(c, …`.
fn list_of(text: &str, variable: &str) -> Option<Vec<String>> {
    const LOOPS: [&str; 6] = ["exists", "all", "exists_one", "existsOne", "map", "filter"];
    let opens = text.match_indices('(').rev();
    opens.into_iter().find_map(|(at, _)| {
        let (word, _) = text[at + 1..].split_once(',')?;
        let before = &text[..at];
        let name = last_name(before);
        let list = before[..before.len() - name.len()].strip_suffix('.')?;
        (word.trim() == variable && LOOPS.contains(&name)).then(|| names(list))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_by_what_stands_before_it() {
        let list = |names: &str| -> Vec<String> {
            names.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        for (text, of, typed) in [
            ("", Some(""), ""),
            ("amo", Some(""), "amo"),
            ("amount > 5 && !cl", Some(""), "cl"),
            ("plan.du", Some("plan"), "du"),
            ("deal.plan.", Some("plan"), ""),
            ("contacts.exists(c, c.ro", Some("contacts"), "ro"),
            ("a.b.all(x, x.c.exists(y, y.", Some("a.b.c"), ""),
            ("x == 'a.b' && na", Some(""), "na"),
            ("f(x).", None, ""),
        ] {
            let place = ExpressionPlace::at_end(text).unwrap();
            let is_item = text.contains("(c, c.") || text.contains("(y, y.");
            let start = text.len() - typed.len();
            assert_eq!(place, ExpressionPlace::Name { of: of.map(list), is_item, start }, "{text}");
        }
        for (text, of, typed) in [
            ("stage == 'le", "stage", "le"),
            ("x && deal.plan.kind != \"", "plan.kind", ""),
            ("stage in ['lead', 'o", "stage", "o"),
            ("stage in ['", "stage", ""),
            ("contacts.exists(c, c.role == 'sp", "contacts.role", "sp"),
            ("name == 'it\\'s' && stage == 'ü", "stage", "ü"),
        ] {
            let expected = ExpressionPlace::Text { of: list(of), start: text.len() - typed.len() };
            assert_eq!(ExpressionPlace::at_end(text), Some(expected), "{text}");
        }
        let entry = ExpressionPlace::at_end("has(done['bud");
        assert_eq!(entry, Some(ExpressionPlace::Entry { start: 10 }));
        for text in ["5", "x[1", "name.contains('", "x['a"] {
            assert_eq!(ExpressionPlace::at_end(text), None, "{text}");
        }
    }
}
