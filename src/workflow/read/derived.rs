//! Reads `[derived]`: named expressions, each compiled after those it uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fields;
use crate::deal::Schema;
use crate::finding::wording::quote;
use crate::finding::{Code, Complaints};
use crate::requirement::Expression;
use crate::requirement::condition::{self, Names};
use crate::requirement::expression::Expected;
use crate::source::Spanned;
use crate::syntax::reader::Table;

/// Compiles `[derived]`, each after those it uses.
pub(super) fn read_derived(
    table: &Table<'_, '_>,
    schema: &Schema,
    names: &mut Names,
    complaints: &mut Complaints,
) -> Vec<(Arc<str>, Expression)> {
    let Some(table) = table.get("derived").and_then(|node| Table::free(node, "derived", complaints)) else {
        return Vec::new();
    };
    let mut written: Vec<(Spanned<&str>, Spanned<&str>)> = Vec::new();
    for entry in table.entries() {
        let name = Spanned::new(entry.key.value.as_ref(), entry.key.span);
        let sound = fields::check_name(name, complaints);
        if sound && schema.field(name.value).is_some() {
            let message = format!("{} is a field already", quote(name.value));
            complaints.say(Code::ReservedName, name.span, message, Some("choose another name".to_owned()));
            continue;
        }
        let text = table.text(name.value, complaints);
        written.extend(text.filter(|_| sound).map(|text| (name, text)));
    }
    let order = Order::of(&written);
    for &at in &order.circular {
        let (name, text) = written[at];
        let message = format!("{} is defined by itself, or in a circle", quote(name.value));
        complaints.say(Code::BadExpression, text.span, message, None);
    }
    for &at in order.circular.iter().chain(&order.stuck) {
        names.vocabulary.derive_unknown(written[at].0.value);
    }
    let mut derived = Vec::new();
    for at in order.ready {
        let (name, text) = written[at];
        if let Some(expression) = condition::compile(text, names, Expected::Any, complaints) {
            names.vocabulary.derive(name.value, &expression);
            derived.push((Arc::from(name.value), expression));
        } else {
            names.vocabulary.derive_unknown(name.value);
        }
    }
    derived
}

/// Which names can be compiled, and in what order; all by their place in the file.
struct Order {
    /// Each after those it uses.
    ready: Vec<usize>,
    /// In a circle.
    circular: Vec<usize>,
    /// Not in a circle, but using one that is.
    stuck: Vec<usize>,
}

impl Order {
    fn of(written: &[(Spanned<&str>, Spanned<&str>)]) -> Self {
        let places: BTreeMap<&str, usize> =
            written.iter().enumerate().map(|(at, (name, _))| (name.value, at)).collect();
        let mut uses: Vec<Vec<usize>> = Vec::with_capacity(written.len());
        let mut used_by: Vec<Vec<usize>> = vec![Vec::new(); written.len()];
        for (at, (_, text)) in written.iter().enumerate() {
            let names = Expression::names_in(text.value);
            let others: Vec<usize> =
                names.iter().filter_map(|name| places.get(name.as_str()).copied()).collect();
            for &other in &others {
                used_by[other].push(at);
            }
            uses.push(others);
        }
        let (ready, rest) = peel((0..written.len()).collect(), &uses, &used_by);
        // What nothing in a circle uses is not of the circle, however long the way to it.
        let (stuck, circular) = peel(rest, &used_by, &uses);
        Self { ready, circular, stuck }
    }
}

/// Takes away, round by round, what waits for nothing that is left; then what remains.
fn peel(all: Vec<usize>, waits_for: &[Vec<usize>], frees: &[Vec<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut left = vec![false; waits_for.len()];
    for &at in &all {
        left[at] = true;
    }
    let mut open: Vec<usize> = waits_for.iter().map(|of| of.iter().filter(|&&at| left[at]).count()).collect();
    let mut gone = Vec::with_capacity(all.len());
    let mut round: Vec<usize> = all.iter().copied().filter(|&at| open[at] == 0).collect();
    while !round.is_empty() {
        let mut next = Vec::new();
        for at in round {
            left[at] = false;
            gone.push(at);
            for &freed in frees[at].iter().filter(|&&freed| left[freed]) {
                open[freed] -= 1;
                if open[freed] == 0 {
                    next.push(freed);
                }
            }
        }
        next.sort_unstable();
        round = next;
    }
    let rest = all.into_iter().filter(|&at| left[at]).collect();
    (gone, rest)
}
