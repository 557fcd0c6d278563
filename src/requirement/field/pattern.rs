//! `pattern`: a regular expression, bounded in size.

use crate::finding::wording::quote;
use crate::finding::{Code, FindingsBuilder};
use crate::syntax::Node;
use crate::syntax::reader::text;

/// The largest compiled regular expression, in bytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// A `pattern`, bounded in size.
pub(crate) fn read_pattern(node: &Node<'_>, complaints: &mut FindingsBuilder) -> Option<regex::Regex> {
    let text = text(node, "pattern", complaints)?;
    match regex::RegexBuilder::new(text.value)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES)
        .build()
    {
        Ok(pattern) => Some(pattern),
        Err(regex::Error::CompiledTooBig(limit)) => {
            let message =
                format!("this pattern needs more than {} KiB, the most that is compiled", limit / 1024);
            complaints.push(
                Code::TooLarge,
                text.span,
                message,
                Some("use fewer or smaller repetitions".to_owned()),
            );
            None
        }
        Err(error) => {
            let last =
                error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let message = format!("{} is not a regular expression: {last}", quote(text.value));
            let help = Some("mend it; a character that is meant as itself stands behind `\\\\`".to_owned());
            complaints.push(Code::BadExpression, text.span, message, help);
            None
        }
    }
}
