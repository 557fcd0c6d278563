//! The dialect of the schemas.

/// The dialect of every schema here: the newest that both yaml-language-server and taplo understand.
pub(super) const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// What a type looks like in a deal, for texts beside a key.
pub(super) const DATE: &str = r"^\d{4}-\d{2}-\d{2}$";
