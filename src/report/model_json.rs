//! The model as JSON: written, read back strictly, and described by its schema.

use super::model::{Changes, ReportModel, SCHEMA_VERSION};
use crate::source::escape;

/// The largest JSON that is read, in bytes: 20,000 deals with their one-pagers fit.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// The model as JSON, for people too: indented, and with nothing in it that acts on a terminal.
pub fn to_json(model: &ReportModel) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(model)?;
    text.push('\n');
    Ok(harmless(&text))
}

/// Reads the JSON of a model; `Err` says in words what is wrong with it.
pub fn from_json(text: &str) -> Result<ReportModel, String> {
    #[derive(serde::Deserialize)]
    struct ContextVersion {
        schema_version: u32,
    }
    // The version first: a model of another one would only complain of its first new key.
    let ContextVersion { schema_version } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if schema_version != SCHEMA_VERSION {
        return Err(format!(
            "it has schema_version {schema_version}, and this program reads {SCHEMA_VERSION}"
        ));
    }
    let model: ReportModel = serde_json::from_str(text).map_err(|error| {
        let hint = if error.to_string().starts_with("missing field") {
            "; an older version of the program wrote it: write it again"
        } else {
            ""
        };
        format!("{error}{hint}")
    })?;
    dangling(&model).map_or(Ok(model), Err)
}

/// The JSON Schema of the model, from its types: what `report --format context` writes, and what templates may name.
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<ReportModel>();
    schema.insert("title".to_owned(), "The model of a dealgate report".into());
    schema.to_value()
}

/// A position that leads to no deal.
fn dangling(model: &ReportModel) -> Option<String> {
    let slices = model.owners.iter().chain(&model.by_company).map(|slice| &slice.figures);
    let biggest = slices.chain([&model.figures]).filter_map(|figures| figures.concentration.as_ref());
    let attention = model.attention.iter().flat_map(|concern| &concern.items).map(|item| item.deal);
    let positions = biggest.flat_map(|biggest| biggest.deals.iter().copied());
    let changes = model.changes.as_ref();
    let told = changes.map_or(0, |changes| changes.deals.len());
    let own = model.deals.iter().filter_map(|deal| deal.changed);
    let mut named = changes.into_iter().flat_map(Changes::positions).chain(own);
    if let Some(at) = named.find(|position| *position >= told) {
        return Some(format!("there is no changed deal at position {at}"));
    }
    positions
        .chain(attention)
        .chain(model.closing.iter().chain(&model.by_risk).copied())
        .chain(model.today.iter().map(|item| item.deal))
        .find(|position| *position >= model.deals.len())
        .map(|position| format!("there is no deal at position {position}"))
}

/// Line ends are layout here; every other control character stands in a text, where it may be escaped.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        out.push_str(&escape::json(line));
        out.push_str(end);
    }
    out
}
