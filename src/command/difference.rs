//! Shows where two texts differ, as lines that go and lines that come. Must not know what the texts are.

use std::fmt::Write as _;

/// Lines shown of what differs, on either side.
const MOST: usize = 20;

/// The lines that differ, between the first and the last; `None` when the texts are the same.
pub(super) fn difference(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = (&old[same..], &new[same..]);
    let tail = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(old, new)| old == new).count();
    let gone = &rest.0[..rest.0.len() - tail];
    let come = &rest.1[..rest.1.len() - tail];
    let mut text = format!("@@ -{},{} +{},{} @@\n", same + 1, gone.len(), same + 1, come.len());
    for (sign, lines) in [('-', gone), ('+', come)] {
        for line in lines.iter().take(MOST) {
            let _ = writeln!(text, "{sign}{line}");
        }
        if lines.len() > MOST {
            let _ = writeln!(text, "{sign}… {} more", lines.len() - MOST);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n").as_deref(), Some("@@ -2,1 +2,1 @@\n-b\n+x\n"));
        assert_eq!(difference("", "x\n").as_deref(), Some("@@ -1,0 +1,1 @@\n+x\n"));
        let long = "x\n".repeat(100);
        assert!(difference("", &long).is_some_and(|text| text.contains("+… 80 more")));
    }
}
