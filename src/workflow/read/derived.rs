//! Reads `[derived]`: named expressions, each compiled after those it uses.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::fields;
use crate::deal::Schema;
use crate::finding::wording::quote;
use crate::finding::{Code, Finding, FindingsBuilder};
use crate::requirement::Expression;
use crate::requirement::condition::{self, Names};
use crate::requirement::expression::Expected;
use crate::source::Spanned;
use crate::syntax::reader::Table;

/// Compiles `[derived]`, each after those it uses; gives them in the file's order.
pub(super) fn read_derived(
    table: &Table<'_, '_>,
    schema: &Schema,
    names: &mut Names,
    complaints: &mut FindingsBuilder,
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
            complaints.push(Code::ReservedName, name.span, message, Some("choose another name".to_owned()));
            continue;
        }
        let text = table.text(name.value, complaints);
        written.extend(text.filter(|_| sound).map(|text| (name, text)));
    }
    let order = CompileOrder::of(&written);
    for circle in &order.circles {
        complaints.add(written[circle[0]].1.span, circle_finding(circle, &written, complaints));
    }
    for &at in order.circular.iter().chain(&order.stuck) {
        names.vocabulary.derive_unknown(written[at].0.value);
    }
    let mut derived = BTreeMap::new();
    for at in order.ready {
        let (name, text) = written[at];
        if let Some(expression) = condition::compile(text, names, Expected::Any, complaints) {
            names.vocabulary.derive(name.value, &expression);
            derived.insert(at, (Arc::from(name.value), expression));
        } else {
            names.vocabulary.derive_unknown(name.value);
        }
    }
    derived.into_values().collect()
}

/// Names that are defined by each other, each by the next and the last by the first.
fn circle_finding(
    circle: &[usize],
    written: &[(Spanned<&str>, Spanned<&str>)],
    complaints: &FindingsBuilder,
) -> Finding {
    let names = circle.iter().map(|&at| written[at].0.value);
    let message = match circle {
        [only] => format!("{} is defined by itself", quote(written[*only].0.value)),
        _ if circle.len() > MOST_NAMED => {
            let names: Vec<_> = names.take(MOST_NAMED).collect();
            format!("these names are defined in a circle: {} → …", names.join(" → "))
        }
        _ => {
            let names: Vec<_> = names.chain([written[circle[0]].0.value]).collect();
            format!("these names are defined in a circle: {}", names.join(" → "))
        }
    };
    let help = match circle {
        [_] => "define it by the deal's own keys, or by other names",
        _ => "define one of them without the others",
    };
    let finding = Finding::new(Code::BadExpression, message).help(help);
    let others = circle.iter().skip(1).take(MOST_NAMED);
    others.fold(finding, |finding, &at| finding.related(complaints.place(written[at].1.span), "and this"))
}

/// Names of a circle that are told; more than that nobody reads.
const MOST_NAMED: usize = 8;

/// Which names can be compiled, and in what order; all by their place in the file.
struct CompileOrder {
    /// Each after those it uses.
    ready: Vec<usize>,
    /// In a circle.
    circular: Vec<usize>,
    /// The circles, each from its first name in the file on; each of the circular names is in one.
    circles: Vec<Vec<usize>>,
    /// Not in a circle, but using one that is, however long the way to it.
    stuck: Vec<usize>,
}

impl CompileOrder {
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
        Self::of_graph(&uses, &used_by)
    }

    /// Circles are found as Kosaraju does: of the names in the order in which they were left, last first, each is in one
    /// with what it can be reached from and no later one could.
    fn of_graph(uses: &[Vec<usize>], used_by: &[Vec<usize>]) -> Self {
        let mut seen = vec![false; uses.len()];
        let left: Vec<usize> = (0..uses.len()).flat_map(|at| walk(at, uses, &mut seen)).collect();
        let mut is_circular = vec![false; uses.len()];
        seen.fill(false);
        for &at in left.iter().rev() {
            let together = walk(at, used_by, &mut seen);
            if together.len() > 1 || uses[at].contains(&at) {
                for at in together {
                    is_circular[at] = true;
                }
            }
        }
        let mut order =
            Self { ready: Vec::new(), circular: Vec::new(), circles: Vec::new(), stuck: Vec::new() };
        let mut is_ready = vec![false; uses.len()];
        for at in left {
            is_ready[at] = !is_circular[at] && uses[at].iter().all(|&used| is_ready[used]);
            let kind = match (is_ready[at], is_circular[at]) {
                (true, _) => &mut order.ready,
                (false, true) => &mut order.circular,
                (false, false) => &mut order.stuck,
            };
            kind.push(at);
        }
        order.circular.sort_unstable();
        let mut circle_finding = vec![false; uses.len()];
        for &at in &order.circular {
            if !circle_finding[at] {
                let circle = circle(at, uses);
                for &at in &circle {
                    circle_finding[at] = true;
                }
                order.circles.push(circle);
            }
        }
        order
    }
}

/// The shortest way from a place of a circle back to it.
fn circle(start: usize, uses: &[Vec<usize>]) -> Vec<usize> {
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(at) = next.pop_front() {
        if uses[at].contains(&start) {
            let back = std::iter::successors(Some(at), |at| from.get(at).copied());
            let mut way: Vec<usize> = back.collect();
            way.reverse();
            return way;
        }
        for &other in &uses[at] {
            if other != start && !from.contains_key(&other) {
                from.insert(other, at);
                next.push_back(other);
            }
        }
    }
    vec![start]
}

/// What can be reached from a place and was not seen before, each after all that it leads to.
fn walk(from: usize, leads_to: &[Vec<usize>], seen: &mut [bool]) -> Vec<usize> {
    let mut left = Vec::new();
    let mut path = Vec::new();
    if !std::mem::replace(&mut seen[from], true) {
        path.push((from, 0));
    }
    while let Some((at, next)) = path.last_mut() {
        let Some(&other) = leads_to[*at].get(*next) else {
            left.push(*at);
            path.pop();
            continue;
        };
        *next += 1;
        if !std::mem::replace(&mut seen[other], true) {
            path.push((other, 0));
        }
    }
    left
}
