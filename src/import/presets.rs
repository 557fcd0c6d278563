//! The built-in maps, one for each system, as files that can be printed and changed.

/// Names and texts, in the order in which a header is tried on them.
pub(crate) const PRESETS: [(&str, &str); 6] = [
    ("hubspot", include_str!("presets/hubspot.toml")),
    ("pipedrive", include_str!("presets/pipedrive.toml")),
    ("dynamics", include_str!("presets/dynamics.toml")),
    ("zoho", include_str!("presets/zoho.toml")),
    ("csv", include_str!("presets/csv.toml")),
    ("salesforce", include_str!("presets/salesforce.toml")),
];

/// The text of a preset.
pub(crate) fn preset(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
