//! A deal whose file is gone and which still counts in the window.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::{DayView, MoneyView};
use super::status::Status;

/// A deal that was closed in the window and whose file was deleted since, as it was last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedDeal {
    /// The id it had.
    pub id: String,
    /// Its name; the id where it had none that can be read.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// The day it closed.
    pub closing: Option<DayView>,
    /// Whose it was.
    pub owner: Option<String>,
    /// Its amount in the report's currency, at the rate of the day it closed; null when it is not priced.
    pub value: Option<MoneyView>,
    /// The day its file was deleted; null where it is missing on disk and no commit says so.
    pub deleted: Option<DayView>,
}
