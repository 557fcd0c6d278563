//! A workflow of one's own: the stages that were asked for, and every key of a workflow as a comment.

use crate::error::Error;
use crate::finding::wording::{in_ascii, quote};
use crate::source::names::is_id;

const SETTINGS: &str = include_str!("own-settings.toml");
const WORKFLOW: &str = include_str!("own.toml");
const FIRST_STAGE: &str = include_str!("own-first.toml");
const STAGE: &str = include_str!("own-stage.toml");

/// The ids in `lead,brief,pitch`, in their order: lower-case words joined by hyphens, each once.
pub(super) fn stage_ids(written: &str) -> Result<Vec<String>, Error> {
    let mut ids: Vec<String> = Vec::new();
    for id in written.split(',').map(str::trim) {
        let refused = |message: String, hint: String| Err(Error::Unknown { message, hint: Some(hint) });
        if !is_id(id) {
            let hint = match in_ascii(id, '-').map(|ascii| ascii.to_lowercase()).filter(|it| is_id(it)) {
                Some(near) => format!("write `{near}`; what people read is the stage's `name`"),
                None => {
                    "stages are lower-case words joined by hyphens: `--stages lead,offer-sent`".to_owned()
                }
            };
            return refused(format!("{} cannot be a stage's id", quote(id)), hint);
        }
        if ids.iter().any(|known| known == id) {
            return refused(
                format!("the stage {} is named twice", quote(id)),
                "keep one of the two".to_owned(),
            );
        }
        ids.push(id.to_owned());
    }
    Ok(ids)
}

/// Paths and texts; days in them are still to be put in.
pub(super) fn files(stages: &[String]) -> Vec<(&'static str, String)> {
    let (first, last) = (stages.first().map_or("", String::as_str), stages.last().map_or("", String::as_str));
    let quoted: Vec<_> = stages.iter().map(|id| format!("\"{id}\"")).collect();
    let mut workflow =
        WORKFLOW.replace("<list>", &quoted.join(", ")).replace("<first>", first).replace("<last>", last);
    for (index, id) in stages.iter().enumerate() {
        let template = if index == 0 { FIRST_STAGE } else { STAGE };
        let category = if index + 1 == stages.len() { "commit" } else { "pipeline" };
        workflow.push_str(
            &template
                .replace("<stage>", id)
                .replace("<title>", &title(id))
                .replace("<category>", category)
                .replace("<share>", &share(index, stages.len())),
        );
    }
    vec![("dealgate.toml", SETTINGS.to_owned()), ("workflows/sales.toml", workflow)]
}

/// `offer-sent` as people read it: `Offer sent`.
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A share of 1 to start from, higher from stage to stage.
fn share(index: usize, stages: usize) -> String {
    format!("0.{:02}", ((index + 1) * 100 / (stages + 1)).clamp(1, 99))
}

#[cfg(test)]
mod tests;
