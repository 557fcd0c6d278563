//! Line ends and byte order marks of the three sides: removed before a merge, restored after it.

/// How the text of a file is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextForm {
    has_mark: bool,
    has_returns: bool,
}

impl TextForm {
    /// The form of a text and the text without it; `None` where its lines end in more than one way.
    pub(super) fn split(text: &str) -> Option<(Self, String)> {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (returns, breaks) = (body.matches('\r').count(), body.matches('\n').count());
        let has_returns = returns > 0;
        if has_returns && (returns != breaks || body.matches("\r\n").count() != breaks) {
            return None;
        }
        Some((Self { has_mark: body.len() < text.len(), has_returns }, body.replace("\r\n", "\n")))
    }

    /// What one side changed counts.
    pub(super) fn merged([base, ours, theirs]: [Self; 3]) -> Self {
        let merged = |of: fn(&Self) -> bool| if of(&ours) == of(&base) { of(&theirs) } else { of(&ours) };
        Self { has_mark: merged(|form| form.has_mark), has_returns: merged(|form| form.has_returns) }
    }

    pub(super) fn put_on(self, body: &str) -> String {
        let mark = if self.has_mark { "\u{feff}" } else { "" };
        if self.has_returns {
            format!("{mark}{}", body.replace('\n', "\r\n"))
        } else {
            format!("{mark}{body}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_off_and_goes_on_again() {
        for text in ["", "a", "a\nb\n", "a\r\nb\r\n", "\u{feff}a\r\nb", "\u{feff}a\n"] {
            let (form, body) = TextForm::split(text).expect(text);
            assert_eq!(form.put_on(&body), text);
        }
        for mixed in ["a\r\nb\n", "a\rb", "a\r\r\n", "a\rb\nc\r\n"] {
            assert_eq!(TextForm::split(mixed), None, "{mixed:?}");
        }
    }
}
