//! Invisible characters, and where they are part of visible ones.

/// Whether a character of a text acts instead of being shown.
pub(super) fn acts(text: &str, at: usize, c: char) -> bool {
    if c.is_ascii() { c.is_ascii_control() } else { hides(c) && !belongs(text, at, c) }
}

/// Characters that act instead of being shown: C0 and C1 controls, and those that reorder, hide or are nothing to see
/// (Unicode's default ignorable code points, and formats for notation that nobody writes here).
pub(super) fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character that could hide something is part of what is seen: a joiner within a word of a script that needs
/// it or between the parts of an emoji, and the choice of a form behind the character that has several.
fn belongs(text: &str, at: usize, c: char) -> bool {
    let Some(before) = text[..at].chars().next_back() else { return false };
    let after = text[at + c.len_utf8()..].chars().next();
    match c {
        '\u{200c}' | '\u{200d}' => after.is_some_and(|after| {
            let within_emoji = (is_emoji(before) || before == '\u{fe0f}') && is_emoji(after);
            is_shaped(before) && is_shaped(after) || c == '\u{200d}' && within_emoji
        }),
        '\u{fe0e}' | '\u{fe0f}' => {
            let key = matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20e3}');
            key || is_emoji(before)
        }
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => {
            matches!(before, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        }
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

/// Letters and marks whose form depends on their neighbours, so that a joiner between them can be seen: from Arabic to
/// Mongolian, and the scripts of South Asia.
fn is_shaped(c: char) -> bool {
    let script = matches!(c,
        '\u{600}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1900}'..='\u{1cff}'
        | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10a00}'..='\u{11fff}');
    script && !c.is_numeric() && !hides(c)
}

fn is_emoji(c: char) -> bool {
    let picture = matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}');
    picture && !hides(c)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use crate::source::escape::{annotation, html, json, line, linkable, markdown, markdown_line, terminal};

    #[test]
    fn what_hides_is_shown_and_what_is_seen_stays() {
        // Every character that Unicode calls ignorable, and whatever else is nothing to see.
        for code in (0x80..0xa0)
            .chain([0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xfeff, 0xffa0])
            .chain(
                [
                    0x180b..0x1810,
                    0x200b..0x2010,
                    0x2028..0x202f,
                    0x2060..0x2070,
                    0xfe00..0xfe10,
                    0xfff0..0xfffc,
                ]
                .into_iter()
                .chain([0x1bca0..0x1bca4, 0x1d173..0x1d17b, 0xe0000..0xe1000])
                .flatten(),
            )
        {
            let c = char::from_u32(code).unwrap();
            let text = format!("pay{c}pal");
            let shown = format!("pay\\u{{{code:x}}}pal");
            assert_eq!([&*line(&text), &*terminal(&text), &*html(&text), &*annotation(&text)], [&shown; 4]);
            assert_eq!(
                markdown(&text).replace("&#92;", "\\").replace("&#123;", "{").replace("&#125;", "}"),
                shown
            );
            assert_eq!(markdown_line(&text), shown.replace('\\', "\\\\"));
            assert_eq!(serde_json::from_str::<String>(&format!("\"{}\"", json(&text))).unwrap(), text);
            assert!(json(&text).is_ascii() && !linkable(&format!("https://{text}.example")), "{code:x}");
        }
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👩\u{200d}👧",
            "👁\u{fe0f}\u{200d}🗨\u{fe0f}",
            "🤷🏽\u{200d}♀\u{fe0f}",
            "1\u{fe0f}\u{20e3} ✔\u{fe0f} ℹ\u{fe0f}",
            "葛\u{e0100}城",
        ] {
            assert!(matches!(line(text), Cow::Borrowed(_)), "{text}");
            assert!(matches!(markdown_line(text), Cow::Borrowed(_)), "{text}");
        }
        for (text, shown) in [
            ("\u{200d}a", "\\u{200d}a"),
            ("می\u{200c}\u{200c}خ", "می\\u{200c}\\u{200c}خ"),
            ("👩\u{200d}", "👩\\u{200d}"),
            ("1\u{fe0f}", "1\\u{fe0f}"),
            ("🏴\u{e0067}\u{e007f}", "🏴\\u{e0067}\\u{e007f}"),
        ] {
            assert_eq!(line(text), shown);
        }
    }
}
