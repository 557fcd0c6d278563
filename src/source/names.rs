//! When two names are the same: Unicode forms, letter case, and look-alikes.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};
use unicode_security::confusable_detection::skeleton;

/// A name in Unicode's composed form: `ü` is one character, however it is written.
pub fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfc(name) { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

/// What is left of a name where neither letter case nor the form of Unicode counts, as on some file systems.
pub fn folded(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    // By way of upper case: `ſ` is an `s`, and `ß` is `ss`.
    Cow::Owned(name.nfc().collect::<String>().to_lowercase().to_uppercase().to_lowercase().nfc().collect())
}

/// Whether two names look the same though their letters are of several scripts; names in ASCII look as they are.
pub fn look_alike(a: &str, b: &str) -> bool {
    let alike = |a: &str, b: &str| skeleton(a).eq(skeleton(b));
    !(a.is_ascii() && b.is_ascii()) && (alike(a, b) || alike(&a.to_lowercase(), &b.to_lowercase()))
}

/// A path without the extension of its last name.
pub fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// Whether a path is that of a YAML file, in whichever letter case its extension is.
pub fn is_yaml(path: &str) -> bool {
    is_kind(path, &["yaml", "yml"])
}

/// The same of TOML.
pub fn is_toml(path: &str) -> bool {
    is_kind(path, &["toml"])
}

fn is_kind(path: &str, kinds: &[&str]) -> bool {
    matches!(path.rsplit_once('.'), Some((stem, extension)) if !stem.is_empty() && !stem.ends_with('/')
        && kinds.iter().any(|kind| extension.eq_ignore_ascii_case(kind)))
}

/// Whether a text is an id: lower-case words and numbers joined by hyphens.
pub fn is_id(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_in_every_form() {
        let (one, two) = ("gr\u{f6}\u{df}e", "gro\u{308}\u{df}e");
        assert_eq!(composed(two), one);
        assert_eq!(folded("GRO\u{308}\u{1e9e}E"), folded(one));
        assert_eq!(folded("acme/Rollout"), "acme/rollout");
        assert_ne!(
            folded("acme/a"),
            folded("acme/\u{430}"),
            "a file system tells letters of two scripts apart"
        );
        assert!(is_yaml("a/UP.YAML") && is_yaml("x.Yml") && !is_yaml("a/.yaml") && !is_yaml("yaml"));
    }

    #[test]
    fn letters_of_another_script_look_alike() {
        assert!(look_alike("d\u{430}na@acme.example", "dana@acme.example"));
        assert!(look_alike("D\u{410}NA@acme.example", "dana@acme.example"));
        assert!(look_alike("d\u{101}na", "da\u{304}na"));
        assert!(!look_alike("d\u{e4}na", "dana") && !look_alike("rn@a.example", "m@a.example"));
    }
}
