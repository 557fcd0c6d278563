//! File names of new deals: the name in letters that every system accepts.

use std::collections::BTreeSet;

use crate::finding::wording::in_ascii;

/// The longest name of a file, in characters.
const LONGEST: usize = 60;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name that none of `taken` has, and takes it: the slug of the deal's name, with the end of its id where it must be
/// made unique, and a number where the end of a longer id is that already.
pub(crate) fn free(name: &str, id: &str, taken: &mut BTreeSet<String>) -> String {
    let slug = slug(name);
    let id = in_ascii(id, '-').unwrap_or_default().to_lowercase();
    let is_device = DEVICES.contains(&slug.as_str());
    let plain = Some(slug.clone()).filter(|slug| !slug.is_empty() && !is_device);
    let stem = if slug.is_empty() { "deal".to_owned() } else { slug };
    let whole = format!("{stem}-{id}");
    let ends =
        (4..=id.len().max(4)).map(|length| format!("{stem}-{}", &id[id.len().saturating_sub(length)..]));
    let numbered = (2_u64..).map(|number| format!("{whole}-{number}"));
    let mut names = plain.into_iter().chain(ends).chain(numbered);
    let found = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(found.clone());
    found
}

fn slug(name: &str) -> String {
    let slug = in_ascii(name, '-').unwrap_or_default().to_lowercase();
    let cut =
        slug.get(..LONGEST).map_or(slug.as_str(), |cut| cut.rsplit_once('-').map_or(cut, |(words, _)| words));
    cut.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_by_the_end_of_the_id() {
        let mut taken = BTreeSet::new();
        for (name, id, file) in [
            ("Rollout of line 4", "19244208158", "rollout-of-line-4"),
            ("Rollout of line 4", "19244208159", "rollout-of-line-4-8159"),
            ("Rollout of line 4", "29244208159", "rollout-of-line-4-08159"),
            ("報價", "7", "deal-7"),
            ("../../etc/passwd", "8", "etc-passwd"),
            ("CON", "123456", "con-3456"),
            ("", "00k8b00000FxYzQAB", "deal-zqab"),
        ] {
            assert_eq!(free(name, id, &mut taken), file);
        }
        assert!(free(&"word ".repeat(100), "1", &mut taken).len() <= LONGEST);
        assert_eq!(free("deal", "7", &mut taken), "deal");
        assert_eq!(free("n", "101011", &mut taken), "n");
        assert_eq!(free("n", "111011", &mut taken), "n-1011");
        assert_eq!(free("n", "1011", &mut taken), "n-1011-2");
    }
}
