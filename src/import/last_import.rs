//! What the last import said of each deal: `imports/SYSTEM.jsonl`, one line a deal, sorted by id, made to be committed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::imported_value::ImportedValues;

/// Values by the ids of records.
pub(crate) type LastImport = BTreeMap<String, ImportedValues>;

#[derive(Serialize, Deserialize)]
struct LastImportLine<'a> {
    id: std::borrow::Cow<'a, str>,
    values: std::borrow::Cow<'a, ImportedValues>,
}

/// Where it is kept, below the root.
pub(crate) fn path(system: &str) -> String {
    format!("imports/{system}.jsonl")
}

/// Whether a system's name can be that of a file.
pub(crate) fn is_name(system: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    (1..=40).contains(&system.len()) && system.chars().all(plain)
}

/// Reads it; the number of the first line that cannot be read, and why.
pub(crate) fn parse(text: &str) -> Result<LastImport, (usize, String)> {
    let mut known = LastImport::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let read: LastImportLine<'_> =
            serde_json::from_str(line).map_err(|error| (number, error.to_string()))?;
        if known.insert(read.id.clone().into_owned(), read.values.into_owned()).is_some() {
            return Err((number, format!("the id {} is there twice", read.id)));
        }
    }
    Ok(known)
}

/// Writes it.
pub(crate) fn write(known: &LastImport) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for (id, values) in known {
        let line = LastImportLine { id: id.into(), values: std::borrow::Cow::Borrowed(values) };
        text.push_str(&crate::source::escape::json(&serde_json::to_string(&line)?));
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let text = "{\"id\":\"1\",\"values\":{\"name\":\"A \\\"b\\\" ü\",\"tags\":[\"x\",\"y\"]}}\n";
        let known = parse(text).unwrap();
        assert_eq!(write(&known).unwrap(), text);
        assert_eq!(parse("\n<<<<<<< HEAD\n").unwrap_err().0, 2);
        assert!(parse(&format!("{text}{text}")).is_err());
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        assert!(is_name("hubspot") && is_name("my-crm_2"));
        assert!(!is_name("") && !is_name("../x") && !is_name("A"));
    }
}
