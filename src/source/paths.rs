//! Paths of a workspace as it writes them: names with `/` between them, and nothing for its root.

/// The path below a folder of something that lies in it; `None` for what lies elsewhere, and for the folder itself.
pub fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let below = match folder {
        "" => Some(path).filter(|path| *path != ".." && !path.starts_with("../")),
        _ => path.strip_prefix(folder)?.strip_prefix('/'),
    };
    below.filter(|below| !below.is_empty())
}

/// Whether a path is a folder's own, or that of something in it.
pub fn is_in(folder: &str, path: &str) -> bool {
    folder == path || below(folder, path).is_some()
}

/// The path of something in a folder.
pub fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", path) | (path, "") => path.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_folder_is_told_by_whole_names() {
        for (folder, path, expected) in [
            ("deals", "deals/a.yaml", Some("a.yaml")),
            ("deals", "deals/acme/a.yaml", Some("acme/a.yaml")),
            ("sales/deals", "sales/deals/a.yaml", Some("a.yaml")),
            ("deals", "deals", None),
            ("deals", "deals/", None),
            ("deals", "deals-of-old/a.yaml", None),
            ("deals", "dea", None),
            ("deals", "sales/deals/a.yaml", None),
            ("", "a.yaml", Some("a.yaml")),
            ("", "deals/a.yaml", Some("deals/a.yaml")),
            ("", "..a.yaml", Some("..a.yaml")),
            ("", "", None),
            ("", "..", None),
            ("", "../a.yaml", None),
            ("../crm", "../crm/a.yaml", Some("a.yaml")),
        ] {
            assert_eq!(below(folder, path), expected, "{path} in {folder}");
            assert_eq!(is_in(folder, path), expected.is_some() || folder == path, "{path} in {folder}");
            if let Some(name) = expected {
                assert_eq!(join(folder, name), path);
            }
        }
        assert_eq!([join("", ""), join("deals", "")], ["", "deals"]);
    }
}
