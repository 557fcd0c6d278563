//! Explains the scanner's errors in plain words.

use super::scan_context::{
    ScanContext, at_line_start, at_new_key, bad_escape, closing, colon_without_space, innermost, next,
    rest_of_line,
};
use super::{ErrorKind as Kind, MAX_DEPTH, place};
use crate::finding::wording::invisible;
use crate::finding::{Code, Fix, Rewrite};
use crate::source::Span;
use crate::syntax::tree::SyntaxError;

/// The fault of a scanner's error; `otherwise` is the scanner's own message.
pub(super) fn explain(kind: &Kind, otherwise: &str, context: &ScanContext<'_>) -> SyntaxError {
    let PlainWords { code, message, help, at, related, fix } = words(kind, otherwise, context);
    let rest = context.text.get(at..).unwrap_or_default();
    // A line's end is no character that could be shown: the place is then the gap before it.
    let length = rest.chars().next().filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8);
    let help = (!help.is_empty()).then_some(help);
    SyntaxError { code, message, help, span: Span::new(at, at + length), related, fix: fix.map(Box::new) }
}

struct PlainWords {
    code: Code,
    message: String,
    help: String,
    at: usize,
    related: Option<(Span, &'static str)>,
    fix: Option<Fix>,
}

impl PlainWords {
    fn opened(mut self, at: Option<usize>) -> Self {
        self.related = at.filter(|&at| at < self.at).map(|at| (Span::new(at, at + 1), "opened here"));
        self
    }
}

fn words(kind: &Kind, otherwise: &str, context: &ScanContext<'_>) -> PlainWords {
    let say = |message: &str, help: &str| PlainWords {
        code: Code::YamlSyntax,
        message: message.to_owned(),
        help: help.to_owned(),
        at: context.at,
        related: None,
        fix: None,
    };
    match kind {
        Kind::RecursionLimitExceeded => PlainWords {
            code: Code::TooDeep,
            ..say(
                &format!("lists and records are nested more than {MAX_DEPTH} deep here"),
                "bring the values closer to the top",
            )
        },
        Kind::MappingValueNotAllowed => colon(context, say),
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => line_without_key(context, say),
        Kind::UnexpectedCharacter { character } => character_not_allowed(*character, context, say),
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabInPlainScalar
        | Kind::TabAtBlockScalarStart
        | Kind::InvalidBlockEntryWhitespace
        | Kind::InvalidMappingValueWhitespace => PlainWords {
            at: next(context, '\t'),
            fix: Some(Fix { rewrite: Rewrite::Spaces, safe: true }),
            ..say(
                "a tab stands where YAML wants spaces",
                "replace the tab by spaces, as many as the neighbouring lines have",
            )
        },
        _ => quoted(kind, otherwise, context, say),
    }
}

/// What has to do with quotes.
fn quoted(
    kind: &Kind,
    otherwise: &str,
    context: &ScanContext<'_>,
    say: impl Fn(&str, &str) -> PlainWords,
) -> PlainWords {
    match kind {
        Kind::UnclosedQuotedScalar
        | Kind::DocumentIndicatorInQuotedScalar
        | Kind::InvalidQuotedScalarIndent => PlainWords {
            at: context.quote.unwrap_or(context.at),
            ..say("a quote is opened and not closed", "close it at the end of the text it belongs to")
        },
        Kind::InvalidTrailingSingleQuotedScalar => say(
            "text stands after the closing quote",
            "put the whole value in quotes; a `'` inside single quotes is written twice (`''`)",
        ),
        Kind::InvalidTrailingDoubleQuotedScalar => say(
            "text stands after the closing quote",
            "put the whole value in quotes; a `\"` inside double quotes is written `\\\"`",
        ),
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => PlainWords {
            at: bad_escape(context),
            ..say(
                "a backslash in double quotes starts an escape, and this is none",
                "write `\\\\` for a backslash, or put the text in single quotes",
            )
        },
        _ => flow(kind, otherwise, context, say),
    }
}

/// What has to do with brackets.
fn flow(
    kind: &Kind,
    otherwise: &str,
    context: &ScanContext<'_>,
    say: impl Fn(&str, &str) -> PlainWords,
) -> PlainWords {
    match kind {
        Kind::UnclosedFlowCollection { .. }
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => unclosed(context, say),
        Kind::MismatchedFlowCollectionEnd { open, close } => say(
            &format!("the bracket `{open}` is closed by `{close}`"),
            &format!("close it with `{}`", closing(*open)),
        ),
        Kind::MisplacedFlowCollectionEnd => {
            say("this bracket closes nothing", "remove it; if it is part of a text, put the text in quotes")
        }
        Kind::ExpectedFlowSequenceSeparator | Kind::ExpectedFlowMappingSeparator if at_new_key(context) => {
            unclosed(context, say)
        }
        Kind::ExpectedFlowSequenceSeparator => say(
            "a `,` or the closing `]` is missing before this",
            "separate the values with commas; put a text with `:`, `,` or brackets in it in quotes",
        )
        .opened(innermost(context)),
        Kind::ExpectedFlowMappingSeparator => say(
            "a `,` or the closing `}` is missing before this",
            "write `{key: value, key: value}`; put a text with `: `, `,` or brackets in it in quotes",
        )
        .opened(innermost(context)),
        _ => layout(kind, otherwise, context, say),
    }
}

/// What has to do with lines and how far they are indented.
fn layout(
    kind: &Kind,
    otherwise: &str,
    context: &ScanContext<'_>,
    say: impl Fn(&str, &str) -> PlainWords,
) -> PlainWords {
    match kind {
        Kind::InvalidIndentation | Kind::InvalidFlowScalarIndent if context.bracket.is_some() => {
            unclosed(context, say)
        }
        Kind::ExpectedBlockMappingKey
            if at_line_start(context) && rest_of_line(context).starts_with("- ") =>
        {
            say(
                "a list item stands where a key is expected",
                "indent it under the key that it belongs to, as far as the items above",
            )
        }
        Kind::ExpectedBlockSequenceEntry => say(
            "this line stands at the height of a list but does not start with `- `",
            "start it with `- `, or indent it as the key that it belongs beside",
        ),
        Kind::ExpectedBlockMappingKey
        | Kind::InvalidIndentation
        | Kind::ExpectedDocumentStart
        | Kind::InvalidBlockScalarIndent
        | Kind::UnexpectedEofBlockMapping
        | Kind::UnexpectedEofBlockSequence
            if at_line_start(context) =>
        {
            say(
                "this line is indented unlike the lines it belongs to",
                "indent keys of one record, and items of one list, by the same number of spaces",
            )
        }
        Kind::InvalidColonPlacement | Kind::FlowMappingValueAdjacentCollection => say(
            "a colon has no place here",
            "write `key: value` on one line; if the colon is part of a text, put the text in quotes",
        ),
        Kind::ExpectedDocumentStart
        | Kind::ExpectedBlockMappingKey
        | Kind::UnexpectedEofBlockMapping
        | Kind::UnexpectedEofBlockSequence
        | Kind::ExpectedNodeContent => {
            say("this has no place here", "if it is part of a text, put the whole text in quotes")
        }
        Kind::BlockSequenceEntryNotAllowed => say(
            "a list cannot start here",
            "start each item on a line of its own (`- item`), or put the text in quotes if it is one",
        ),
        Kind::BlockEntryInFlowCollection | Kind::PlainScalarStartsWithDashFlowIndicator => say(
            "a dash cannot stand here, between brackets",
            "separate the items with commas; put a text that starts with a dash in quotes",
        ),
        Kind::MappingKeyNotAllowed => {
            say("a value cannot start with `? `", "put the text in quotes if it is one")
        }
        _ => sign(kind, otherwise, say),
    }
}

/// What has to do with the signs that have a meaning to YAML, and the rest.
fn sign(kind: &Kind, otherwise: &str, say: impl Fn(&str, &str) -> PlainWords) -> PlainWords {
    match kind {
        Kind::MissingDocumentEndBeforeDirective
        | Kind::InvalidDirectiveTerminator
        | Kind::DuplicateVersionDirective
        | Kind::UnsupportedYamlMajorVersion
        | Kind::DuplicateTagDirective
        | Kind::MissingYamlVersion
        | Kind::MissingYamlVersionSeparator
        | Kind::YamlVersionTooLong
        | Kind::MissingDirectiveName
        | Kind::InvalidDirectiveName => say(
            "a line that starts with `%` is an instruction to YAML, and this one cannot be followed",
            "remove it; if it is part of a text, put the text in quotes",
        ),
        Kind::UnknownAnchor => say(
            "a `*` at the start of a value refers to a name, and that name is not defined above",
            "put the value in quotes if it is a text; else define the name (`&name`) before it is used",
        ),
        Kind::MissingAnchorOrAliasName => say(
            "a value cannot start with this character unless a name follows it",
            "put the value in quotes if it is a text",
        ),
        Kind::CommentInterceptedScalar => say(
            "a text goes on after a comment",
            "move the comment to a line above the text, or put the text in quotes if the `#` belongs to it",
        ),
        Kind::CommentNotSeparated => say(
            "a comment starts right after a value",
            "put a space before the `#`, or put the text in quotes if the `#` belongs to it",
        ),
        Kind::InvalidBlockScalarHeader => say(
            "text stands on the line of a `|` or `>`",
            "start the text on the next line, indented; if the value is a text that starts with this character, put it in quotes",
        ),
        Kind::ZeroBlockScalarIndent => say("`0` is no indentation of a text", "use 1 to 9, or leave it out"),
        Kind::BomInsideDocument => {
            say("an invisible byte order mark stands inside the text", "delete this character")
        }
        Kind::UndeclaredTagHandle
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8
        | Kind::InvalidGlobalTagCharacter
        | Kind::ExpectedTagBang => say(
            "a `!` at the start of a value starts a tag, and this is none",
            "put the value in quotes if it is a text",
        ),
        Kind::InvalidDocumentEnd => {
            say("text stands after `...`, which ends the document", "remove the `...`, or what follows it")
        }
        _ => say(otherwise, ""),
    }
}

/// A colon where no value may start: most often one inside a text.
fn colon(context: &ScanContext<'_>, say: impl Fn(&str, &str) -> PlainWords) -> PlainWords {
    let ScanContext { text, at, last, .. } = *context;
    let scalar = text.get(last.start as usize..last.end as usize).unwrap_or_default();
    let over_lines = last.end as usize == at && scalar.contains('\n');
    let first = scalar.lines().next().unwrap_or_default();
    if over_lines && !text[..last.start as usize].ends_with(": ") && colon_without_space(first) {
        return no_space(first, last.start as usize, say);
    }
    if over_lines {
        return say(
            "this line is indented under a key that already has a value",
            "indent it as the line above; if it goes on with the text above, put that text in quotes",
        );
    }
    PlainWords {
        // `name: Rollout stage: lead` may be two keys: whoever knows the keys says whether it is safe.
        fix: Some(Fix { rewrite: Rewrite::Quotes, safe: false }),
        ..say(
            "a colon inside a text ends the text here",
            "put the whole text in quotes; if two keys share this line, give each a line of its own",
        )
    }
}

/// A colon of a line, from some byte on, after which a space is missing, or something stands that looks like one.
fn no_space(line: &str, start: usize, say: impl Fn(&str, &str) -> PlainWords) -> PlainWords {
    let colon = line.find(':').unwrap_or(0);
    let odd = line[colon..].chars().nth(1).and_then(|next| Some((next, invisible(next)?)));
    let words = match odd {
        Some((next, name)) => {
            let message = format!("no space stands after this colon, but U+{:04X} {name}", next as u32);
            say(&message, "put a space in its place")
        }
        None => say("a space is missing after this colon", "write it as `key: value`"),
    };
    PlainWords { at: start + colon, ..words }
}

/// A line that should have been `key: value`.
fn line_without_key(context: &ScanContext<'_>, say: impl Fn(&str, &str) -> PlainWords) -> PlainWords {
    let line = rest_of_line(context);
    if colon_without_space(line) {
        return no_space(line, context.at, say);
    }
    if line.len() > 1024 {
        return say("a key is longer than 1024 characters", "shorten it");
    }
    say(
        "this line is neither `key: value` nor part of the value above",
        "write it as `key: value`, or indent it further than the key whose text it goes on with",
    )
}

fn character_not_allowed(
    character: char,
    context: &ScanContext<'_>,
    say: impl Fn(&str, &str) -> PlainWords,
) -> PlainWords {
    let at = next(context, character);
    if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') {
        let message = format!("an invisible character (U+{:04X}) stands here", character as u32);
        return PlainWords { at, ..say(&message, "delete it") };
    }
    let message = format!("a text without quotes cannot start with `{character}`");
    PlainWords { at, ..say(&message, "put the text in quotes") }
}

/// A bracket that is not closed, told where it opens: what follows it is most often right.
fn unclosed(context: &ScanContext<'_>, say: impl Fn(&str, &str) -> PlainWords) -> PlainWords {
    let ScanContext { text, at: stopped, bracket, .. } = *context;
    let first = bracket.unwrap_or(stopped);
    let line = text[first..].lines().next().unwrap_or_default().trim_end();
    let end = first + line.len();
    // At the text's end the scanner names a bracket itself, and all that follows is inside it.
    let to = if text[stopped..].starts_with(['[', '{']) { text.len() } else { stopped.max(first) };
    let open = place::open_brackets(&text[first..to]);
    let Some(&(inner, bracket)) = open.last() else {
        return say("a bracket is not closed", "close it; if it is part of a text, put the text in quotes");
    };
    let close: String = open.iter().rev().map(|&(_, bracket)| closing(bracket)).collect();
    // What goes on in the next line cannot be said in one.
    let alone = text[end.min(to)..to].trim().is_empty();
    let way = if alone && line.len() <= 80 && !line.contains(" #") {
        format!("write `{}{close}`", line.trim_end_matches(','))
    } else {
        format!("close it with `{close}`")
    };
    PlainWords {
        at: first + inner,
        ..say(
            &format!("the bracket `{bracket}` is not closed"),
            &format!("{way}; if the bracket is part of a text, put the text in quotes"),
        )
    }
}
