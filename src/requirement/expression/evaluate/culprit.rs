//! Finds the list item that decided a rule that is not true, for its message.

use super::Evaluation;
use crate::requirement::expression::program::{ExprNode, LoopKind};
use crate::requirement::expression::value::{ListValue, Val};

impl<'a> Evaluation<'a> {
    /// The item for which a part came to this answer, by the path of its list and its index, where one item decided.
    pub(in crate::requirement::expression) fn culprit(
        &mut self,
        node: &'a ExprNode,
        answer: bool,
    ) -> Option<(&'a str, usize)> {
        match node {
            ExprNode::Not(only) => self.culprit(only, !answer),
            ExprNode::And(left, right) | ExprNode::Or(left, right) => {
                // Where one side is enough, it is a side that came to this; else either may tell.
                let alone = matches!(node, ExprNode::Or(..)) == answer;
                [left, right].into_iter().find_map(|side| {
                    let decides = !alone || self.boolean(side).is_ok_and(|found| found == answer);
                    if decides { self.culprit(side, answer) } else { None }
                })
            }
            ExprNode::Choose(parts) => {
                let [condition, yes, no] = &**parts;
                let chosen = if self.boolean(condition).ok()? { yes } else { no };
                self.culprit(chosen, answer)
            }
            ExprNode::Derived(_, program) => self.culprit(&program.root, answer),
            ExprNode::Loop(step) => {
                let one_decides =
                    matches!((step.macro_, answer), (LoopKind::All, false) | (LoopKind::Exists, true));
                let path = step.range.path().filter(|_| one_decides && step.filter.is_none())?;
                let Ok(Val::List(list @ ListValue::Borrowed(..))) = self.node(&step.range) else {
                    return None;
                };
                let depth = self.locals.len();
                let mut decides = |index: &usize| {
                    let Ok(item) = self.item(&list, *index, Some(path)) else { return false };
                    self.locals.push(item);
                    let found = self.boolean(&step.body);
                    self.locals.truncate(depth);
                    found.is_ok_and(|found| found == answer)
                };
                let index = (0..list.len()).find(|index| decides(index))?;
                Some((path, index))
            }
            _ => None,
        }
    }
}
