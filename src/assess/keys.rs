//! Recognises two keys written on one line, which a colon in a text makes likely: `name: Rollout stage: prospect`.

use super::workspace::Workspace;
use crate::deal::{Field, Shape, Type};
use crate::edit::fix::quoted_texts;
use crate::finding::Rewrite;
use crate::finding::wording::fold;
use crate::syntax::SyntaxError;
use crate::workflow::Workflow;

/// Says of the faults of a deal's text whether their fixes are safe. They are made together, so they are safe together.
pub(super) fn settle(faults: &mut [SyntaxError], text: &str, workspace: &Workspace<'_>) {
    let mends = |rewrite: &Rewrite| matches!(rewrite, Rewrite::Quotes | Rewrite::Spaces);
    let fixes = faults.iter_mut().filter_map(|fault| fault.fix.as_deref_mut());
    let mut fixes = fixes.filter(|fix| mends(&fix.rewrite)).peekable();
    if fixes.peek().is_none() {
        return;
    }
    let is_safe = quoted_texts(text).is_some_and(|quoted| !may_hold_keys(&quoted, text, workspace));
    fixes.for_each(|fix| fix.safe = is_safe);
}

/// Whether what stands before a colon in one of these texts is a name of anything that could stand there as a key: of any
/// workflow, at any depth, or of the deal itself.
fn may_hold_keys(quoted: &[String], text: &str, workspace: &Workspace<'_>) -> bool {
    let before: Vec<String> = quoted.iter().flat_map(|value| before_colons(value)).collect();
    if before.is_empty() {
        return false;
    }
    let names = |name: &str| {
        let name = fold(name);
        before.iter().any(|before| {
            before.strip_suffix(&name).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        })
    };
    let library = &workspace.library;
    // Which keys a workflow has that has faults itself, nobody knows.
    let is_known = |name: &str| match library.get(name) {
        Some(Some(workflow)) => workflow_names(workflow, &names),
        Some(None) => true,
        None => false,
    };
    own_names(text).any(&names) || library.names().any(is_known)
}

/// What stands before each colon that ends a word of a text, as names are compared.
fn before_colons(value: &str) -> impl Iterator<Item = String> {
    let ends_word = |at: usize| value[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let colons = value.match_indices(':').map(|(at, _)| at).filter(move |at| ends_word(*at));
    colons.map(|at| fold(value[..at].trim_end_matches(|c: char| !c.is_alphanumeric())))
}

/// The keys of a text that cannot be read: what stands before a colon at the beginning of a line or behind a bracket.
fn own_names(text: &str) -> impl Iterator<Item = &str> {
    let in_brackets = |line: &str| line.contains(['{', '[']);
    let parts = text.lines().flat_map(move |line| {
        let most = if in_brackets(line) { usize::MAX } else { 1 };
        line.splitn(most, ['{', '[', ',']).map(|part| part.trim_start_matches([' ', '\t', '-', '"', '\'']))
    });
    let keys = parts.filter_map(|part| Some(part.split_once(':')?.0.trim_end_matches([' ', '"', '\''])));
    keys.filter(|key| !key.is_empty())
}

/// Whether the keys or requirements of a workflow are among some names.
fn workflow_names(workflow: &Workflow, names: &impl Fn(&str) -> bool) -> bool {
    workflow.schema.requirements.iter().any(|id| names(id)) || fields_name(&workflow.schema.fields, names)
}

fn fields_name(fields: &[Field], names: &impl Fn(&str) -> bool) -> bool {
    fields.iter().any(|field| names(&field.name) || shape_names(&field.shape, names))
}

fn shape_names(shape: &Shape, names: &impl Fn(&str) -> bool) -> bool {
    match &shape.kind {
        Type::Record(fields) => fields_name(fields, names),
        Type::List(inner) | Type::Entries(inner) => shape_names(inner, names),
        Type::Money => names("value") || names("currency"),
        _ => false,
    }
}
