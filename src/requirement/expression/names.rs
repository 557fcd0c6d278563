//! The root names that a parsed expression refers to.

use std::collections::BTreeSet;

use super::functions::MACROS;
use super::tree::{Expr, ExprKind};

/// The names in a tree; the variables of its loops are none.
pub(super) fn of(root: &Expr<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(root, &mut Vec::new(), &mut names);
    names
}

fn collect<'t>(part: &Expr<'t>, locals: &mut Vec<&'t str>, names: &mut BTreeSet<String>) {
    let outside = locals.len();
    match &part.kind {
        ExprKind::Name { name, outermost } if *outermost || !locals.contains(name) => {
            names.insert((*name).to_owned());
        }
        ExprKind::Call(call) => {
            if let Some(target) = call.target.as_ref().filter(|_| MACROS.contains(&call.name.text)) {
                collect(target, locals, names);
                let [variable, steps @ ..] = call.arguments.as_slice() else { return };
                match variable.kind {
                    ExprKind::Name { name, .. } => locals.push(name),
                    _ => collect(variable, locals, names),
                }
                for step in steps {
                    collect(step, locals, names);
                }
                locals.truncate(outside);
                return;
            }
        }
        _ => {}
    }
    for part in part.parts() {
        collect(part, locals, names);
    }
}

#[cfg(test)]
mod tests {
    use crate::requirement::Expression;

    #[test]
    fn the_variables_and_members_of_a_loop_are_no_names() {
        let names = |text| Expression::names_in(text).into_iter().collect::<Vec<_>>();
        assert_eq!(names("contacts.exists(c, c.late && big) && 'late' in tags"), ["big", "contacts", "tags"]);
        assert_eq!(names("has(deal.late) ? [a] : {b: c}[d]"), ["a", "b", "c", "d", "deal"]);
        assert_eq!(names("a +"), [""; 0]);
    }
}
