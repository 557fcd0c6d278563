//! The names that a parsed expression begins its paths with. Must not know which of them exist.

use std::collections::BTreeSet;

use cel::common::ast::{EntryExpr, Expr, IdedExpr};

use super::functions::MACROS;

/// The names in a tree; the variables of its loops are none.
pub(super) fn of(root: &IdedExpr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(root, &mut Vec::new(), &mut names);
    names
}

fn collect<'t>(node: &'t IdedExpr, locals: &mut Vec<&'t str>, names: &mut BTreeSet<String>) {
    match &node.expr {
        Expr::Ident(written) => {
            let name = written.trim_start_matches('.');
            // A leading dot means the outermost name, whatever the loops call their variables.
            if name != written || !locals.contains(&name) {
                names.insert(name.to_owned());
            }
        }
        Expr::Select(select) => collect(&select.operand, locals, names),
        Expr::Call(call) => {
            if let Some(target) = &call.target {
                collect(target, locals, names);
            }
            let is_loop = call.target.is_some() && MACROS.contains(&call.func_name.as_str());
            let (variable, arguments) = match call.args.as_slice() {
                [first, rest @ ..] if is_loop => (Some(first), rest),
                all => (None, all),
            };
            let outside = locals.len();
            if let Some(Expr::Ident(name)) = variable.map(|variable| &variable.expr) {
                locals.push(name);
            }
            for argument in arguments {
                collect(argument, locals, names);
            }
            locals.truncate(outside);
        }
        Expr::List(list) => list.elements.iter().for_each(|item| collect(item, locals, names)),
        Expr::Map(map) => {
            for entry in &map.entries {
                if let EntryExpr::MapEntry(entry) = &entry.expr {
                    collect(&entry.key, locals, names);
                    collect(&entry.value, locals, names);
                }
            }
        }
        _ => {}
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
